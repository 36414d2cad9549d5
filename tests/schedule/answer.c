// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * answer.c - errors that the public headers list, and the reasons for them.
 */
#include "answer.h"

#include "machine.h"

#define BIT(name) (1u << (uint32_t) - (int)(IPMMU_##name))

enum {
	/* Of a call: hooks, hooks for each microsecond, and waits of one time-out. */
	MOST_HOOKS = 6000,
	HOOKS_PER_US = 12,
	MOST_WAITS = 40,
	/* A clock that stands still makes a wait end by count. */
	PASSES_PER_US = 100
};

/*
 * What a call may answer beside IPMMU_OK when its arguments are right. E_STATE of a call of
 * owned.h is for tables of the host, and is judged where the call is made.
 */
static const uint32_t documented[CALL_COUNT] = {
	[CALL_SYSTEM_CREATE] = BIT(E_NO_MEMORY),
	[CALL_DOMAIN_CREATE] = BIT(E_NO_MEMORY),
	[CALL_DOMAIN_CREATE_OWNED] = BIT(E_NO_MEMORY),
	[CALL_DOMAIN_DESTROY] = BIT(E_BUSY) | BIT(E_QUARANTINED),
	[CALL_DOMAIN_RESERVE] = BIT(E_BUSY) | BIT(E_NO_CONTEXT) | BIT(E_QUARANTINED) |
				BIT(E_TIMEOUT) | BIT(E_UNVERIFIED),
	[CALL_DOMAIN_UNRESERVE] =
		BIT(E_BUSY) | BIT(E_QUARANTINED) | BIT(E_TIMEOUT) | BIT(E_UNVERIFIED),
	[CALL_DOMAIN_FLUSH] =
		BIT(E_TIMEOUT) | BIT(E_QUARANTINED) | BIT(E_UNVERIFIED) | BIT(E_BUSY),
	[CALL_DOMAIN_RETRY] = BIT(E_STATE) | BIT(E_BUSY) | BIT(E_TIMEOUT) | BIT(E_UNVERIFIED),
	[CALL_DOMAIN_ABANDON] = BIT(E_STATE) | BIT(E_BUSY),
	[CALL_DOMAIN_MAP] = BIT(E_STATE) | BIT(E_EXISTS) | BIT(E_NO_MEMORY) | BIT(E_BUSY) |
			    BIT(E_QUARANTINED),
	[CALL_DOMAIN_MAP_PAGES] = BIT(E_STATE) | BIT(E_EXISTS) | BIT(E_NO_MEMORY) |
				  BIT(E_BUSY) | BIT(E_QUARANTINED),
	[CALL_DOMAIN_UNMAP] = BIT(E_STATE) | BIT(E_BUSY) | BIT(E_NO_MEMORY) |
			      BIT(E_QUARANTINED) | BIT(E_TIMEOUT) | BIT(E_UNVERIFIED),
	[CALL_DOMAIN_PROTECT] = BIT(E_STATE) | BIT(E_BUSY) | BIT(E_NO_MEMORY) |
				BIT(E_QUARANTINED) | BIT(E_TIMEOUT) | BIT(E_UNVERIFIED) |
				BIT(E_UNSUPPORTED),
	[CALL_DOMAIN_REPLACE] = BIT(E_STATE) | BIT(E_BUSY) | BIT(E_NO_MEMORY) |
				BIT(E_QUARANTINED) | BIT(E_TIMEOUT) | BIT(E_UNVERIFIED) |
				BIT(E_UNSUPPORTED),
	[CALL_DOMAIN_MERGE] = BIT(E_STATE) | BIT(E_BUSY) | BIT(E_QUARANTINED) | BIT(E_TIMEOUT) |
			      BIT(E_UNVERIFIED) | BIT(E_UNSUPPORTED),
	[CALL_DOMAIN_REFILL] =
		BIT(E_STATE) | BIT(E_BUSY) | BIT(E_NO_MEMORY) | BIT(E_QUARANTINED),
	[CALL_DOMAIN_TRANSLATE] = BIT(E_STATE) | BIT(E_NOT_FOUND) | BIT(E_BUSY),
	[CALL_DOMAIN_EXPLAIN] = BIT(E_BUSY),
	[CALL_DOMAIN_DRAIN] = BIT(E_STATE) | BIT(E_BUSY) | BIT(E_QUARANTINED),
	[CALL_MASTER_ADD] = BIT(E_NO_MEMORY) | BIT(E_UNVERIFIED),
	[CALL_MASTER_REMOVE] = BIT(E_STATE) | BIT(E_BUSY) | BIT(E_UNVERIFIED),
	[CALL_MASTER_ATTACH] = BIT(E_STATE) | BIT(E_CONFLICT) | BIT(E_NO_CONTEXT) |
			       BIT(E_BUSY) | BIT(E_QUARANTINED) | BIT(E_UNVERIFIED) |
			       BIT(E_TIMEOUT),
	[CALL_MASTER_MOVE] = BIT(E_STATE) | BIT(E_CONFLICT) | BIT(E_NO_CONTEXT) | BIT(E_BUSY) |
			     BIT(E_QUARANTINED) | BIT(E_UNVERIFIED) | BIT(E_TIMEOUT),
	[CALL_MASTER_DETACH] = BIT(E_STATE) | BIT(E_BUSY) | BIT(E_TIMEOUT) | BIT(E_UNVERIFIED),
	[CALL_MASTER_FLUSH] =
		BIT(E_BUSY) | BIT(E_TIMEOUT) | BIT(E_QUARANTINED) | BIT(E_UNVERIFIED),
	[CALL_CONTEXT_RETRY] = BIT(E_STATE) | BIT(E_BUSY) | BIT(E_TIMEOUT) | BIT(E_UNVERIFIED),
};

/* Objects whose state says E_BUSY to this call, with no other call under way. */
static bool is_in_use(const struct machine *m, const struct call *call)
{
	const struct domain *domain = call->domain < 0 ? NULL : &m->books.domains[call->domain];
	int i;

	if (domain == NULL) {
		return false;
	}
	if (domain->drained) {
		return true;
	}
	if (call->kind != CALL_DOMAIN_DESTROY && call->kind != CALL_DOMAIN_DRAIN) {
		return false;
	}
	for (i = 0; i < MASTERS; i++) {
		if (books_may_be_in(&m->books, i, domain->id)) {
			return true;
		}
	}
	return domain->reserved;
}

static const char *missing_quarantine(const struct machine *m, const struct call *call,
				      enum ipmmu_err err)
{
	if (m->device.quarantines == 0) {
		return "no quarantine was reported";
	}
	if (err == IPMMU_E_QUARANTINED && call->solo && call->domain >= 0 &&
	    m->books.domains[call->domain].quarantined == 0) {
		return "its domain is not in quarantine";
	}
	return NULL;
}

/* What the answer would need and is not there; NULL = nothing. */
static const char *missing_reason(const struct machine *m, const struct call *call,
				  enum ipmmu_err err)
{
	switch (err) {
	case IPMMU_E_BUSY:
		return call->solo && !is_in_use(m, call) ? "no other call is under way" : NULL;
	case IPMMU_E_NO_MEMORY:
		return m->device.was_poor ? NULL : "no allocation has failed";
	case IPMMU_E_UNVERIFIED:
		return m->device.lied ? NULL : "no register has lied";
	case IPMMU_E_CONFLICT:
		return call->master < 2 ? "nobody shares its uTLBs" : NULL;
	case IPMMU_E_TIMEOUT:
	case IPMMU_E_QUARANTINED:
		return missing_quarantine(m, call, err);
	default:
		return NULL;
	}
}

void answer_judge(struct machine *m, const struct call *call, enum ipmmu_err err)
{
	uint32_t number = (uint32_t) - (int)err;
	const char *missing;

	if (number >= ANSWERS) {
		found(m, "answer", "%s answers %d, which is no error", call_name(call->kind),
		      (int)err);
	}
	m->counts->calls++;
	m->counts->by_kind[call->kind][number]++;
	if (err == IPMMU_OK) {
		return;
	}
	if ((documented[call->kind] & (1u << number)) == 0) {
		found(m, "answer", "%s answers %s, which is not documented",
		      call_name(call->kind), ipmmu_error_name(err));
	}
	missing = missing_reason(m, call, err);
	if (missing != NULL) {
		found(m, "answer", "%s answers %s, and %s", call_name(call->kind),
		      ipmmu_error_name(err), missing);
	}
}

/* The longest that a call may take by the real clock. */
static uint64_t longest(const struct machine *m)
{
	uint64_t wait = machine_timeout(m) + 2 * m->config.clock_step_us;

	if (m->config.clock_step_us == 0) {
		wait = machine_timeout(m) * PASSES_PER_US;
	}
	return MOST_WAITS * (wait + m->config.tick_us) + (m->config.freezes ? 100000 : 0);
}

void answer_step(struct machine *m)
{
	struct call *call = &m->calls[machine_me(m)];
	uint64_t us;

	if (!call->active || call->kind == CALL_SYSTEM_CREATE) {
		return;
	}
	call->hooks++;
	us = machine_now(m) - call->begun_us;
	if (us > longest(m) + cpus_still_us(m->cpus)) {
		found(m, "time", "%s does not end: it runs for %llu us", call_name(call->kind),
		      (unsigned long long)us);
	}
	if (call->hooks > MOST_HOOKS + us * HOOKS_PER_US) {
		found(m, "time", "%s does not end: it has called %u hooks in %llu us",
		      call_name(call->kind), call->hooks, (unsigned long long)us);
	}
}

/* ---- events ---- */

#define EVENT_NAME_(name, what) #name,

const char *answer_event_name(enum ipmmu_event_kind kind)
{
	static const char *const names[] = {IPMMU_EVENTS(EVENT_NAME_)};

	return (unsigned int)kind < IPMMU_EVENT_COUNT ? names[kind] : "?";
}

/* The flush is stuck, and the call that gives it up has waited for about the time-out. */
static bool has_waited(const struct machine *m)
{
	const struct call *call = &m->calls[machine_me(m)];

	return m->device.lied ||
	       (machine_now(m) - call->begun_us) * 10 >= machine_timeout(m) * 9;
}

static void quarantined(struct machine *m, uint32_t context)
{
	m->counts->quarantines++;
	m->device.quarantines++;
	if (m->hooks.creating) {
		return; /* on purpose: config.stuck_at_probe */
	}
	if (!device_may_quarantine(m, context) || !has_waited(m)) {
		found(m, "answer",
		      "context %u goes to quarantine, and no flush of it was stuck for about "
		      "the time-out of %llu us",
		      context, (unsigned long long)machine_timeout(m));
	}
	m->device.quarantined[context] = judge_root_of(m, context) != 0;
	call_quarantined(m, judge_table_of(m, context));
	judge_select(m);
}

void answer_event(struct machine *m, const struct ipmmu_event *event)
{
	if (event->kind == IPMMU_EVENT_QUARANTINED && event->context < m->soc.contexts) {
		quarantined(m, event->context);
	}
	if (event->kind == IPMMU_EVENT_RELEASED) {
		call_released(m, event->cookie);
	}
	if (event->kind == IPMMU_EVENT_DENY_UNVERIFIED && !m->device.lied) {
		found(m, "answer", "uTLB %u of %s is told to be unverified, and none has lied",
		      event->utlb, m->mmus[event->mmu].name);
	}
}
