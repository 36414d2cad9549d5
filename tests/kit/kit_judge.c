// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * kit_judge.c - what a call leaves behind, held against its documentation (I4).
 *
 * Does not keep the books: kit_call.c does.
 */
#include "kit_judge.h"

#include <string.h>

#include "kit_cmocka.h"

void kit_look(struct kit *kit, struct kit_view *view)
{
	uint32_t i;
	uint32_t u;

	memset(view, 0, sizeof(*view));
	for (i = 0; i < KIT_MASTERS; i++) {
		if (kit->masters[i].master != NULL) {
			assert_int_equal(
				ipmmu_master_query(kit->masters[i].master, &view->masters[i]),
				IPMMU_OK);
		}
	}
	for (i = 0; i < KIT_DOMAINS; i++) {
		if (kit->domains[i].domain != NULL) {
			assert_int_equal(
				ipmmu_domain_query(kit->domains[i].domain, &view->domains[i]),
				IPMMU_OK);
		}
	}
	for (i = 0; i < kit->soc.contexts; i++) {
		assert_int_equal(ipmmu_context_query(kit->system, 0, i, &view->contexts[i]),
				 IPMMU_OK);
	}
	for (i = 0; i < kit->desc.mmu_count; i++) {
		for (u = 0; u < kit->soc.utlbs; u++) {
			(void)!ipmmu_utlb_query(kit->system, i, u, &view->utlbs[i][u]);
		}
	}
	ipmmu_arena_query(kit->arena, &view->use);
	view->writes = kit->writes;
}

/* The most that one flush of a context may write: all units, and every uTLB once. */
static uint64_t flush_writes(const struct kit *kit)
{
	return (uint64_t)kit->desc.mmu_count * (1u + kit->soc.utlbs);
}

/*
 * The most that any call but create may write: a context set up, three flushes (target, old,
 * unused target) and one of the deny context, every uTLB denied once for a quarantine, a status
 * cleared in two contexts, and the master's uTLBs twice more. Exact numbers are test_costs.c's.
 * A call that meets others may do their work as well.
 */
static uint64_t most_writes(const struct kit *kit)
{
	if (kit->depth > 1) {
		return 0;
	}
	return kit->writes + 8 + 3 * flush_writes(kit) + 3 +
	       (uint64_t)kit->desc.mmu_count * kit->soc.utlbs + 2 * KIT_PORTS;
}

static uint32_t pending_pages(const struct kit_domain *book)
{
	uint32_t pending = 0;
	int i;

	for (i = 0; i < KIT_PAGES; i++) {
		pending |= book->pages[i].state == KIT_PAGE_PENDING ? 1u << i : 0;
	}
	return pending;
}

void kit_judge_begin(struct kit *kit, struct kit_start *start)
{
	int i;

	kit_look(kit, &start->view);
	kit->depth++;
	kit->overlaps += kit->depth > 1 ? 1 : 0;
	start->events = kit->event_count;
	start->releases = kit->releases_told;
	start->overlaps = kit->overlaps;
	for (i = 0; i < KIT_DOMAINS; i++) {
		start->pending[i] = pending_pages(&kit->domains[i]);
	}
	kit->most_writes = most_writes(kit);
}

bool kit_overlapped(const struct kit *kit, const struct kit_start *start)
{
	return kit->overlaps != start->overlaps;
}

bool kit_told(const struct kit *kit, const struct kit_start *start, enum ipmmu_event_kind kind,
	      uint32_t context)
{
	uint32_t i;

	assert_true(kit->event_count - start->events <= KIT_EVENTS);
	for (i = start->events; i < kit->event_count; i++) {
		const struct ipmmu_event *event = &kit->events[i % KIT_EVENTS];

		if (event->kind == kind && event->context == context) {
			return true;
		}
	}
	return false;
}

/* Pages that others have unmapped, or mapped again, since the call began are not touched. */
void kit_flushed(struct kit *kit, int domain, const struct kit_start *start)
{
	int i;

	for (i = 0; i < KIT_PAGES; i++) {
		struct kit_page *page = &kit->domains[domain].pages[i];

		if (page->state == KIT_PAGE_PENDING &&
		    (start->pending[domain] & (1u << i)) != 0) {
			page->state = KIT_PAGE_NONE;
		}
	}
}

void kit_quarantine(struct kit *kit, int domain)
{
	kit->domains[domain].quarantined = !kit->config.options.consent_bypass;
}

/* ---- errors ---- */

enum {
	MOST_ERRORS = 10
};

/* As the public headers list them; IPMMU_OK is allowed to all, and ends the list. */
static const enum ipmmu_err documented[KIT_CALLS][MOST_ERRORS] = {
	[KIT_CALL_CREATE] = {IPMMU_E_ARG, IPMMU_E_RANGE, IPMMU_E_EXISTS, IPMMU_E_ROOT,
			     IPMMU_E_UNSUPPORTED, IPMMU_E_FORMAT, IPMMU_E_NO_CONTEXT,
			     IPMMU_E_NO_MEMORY},
	[KIT_CALL_DOMAIN_NEW] = {IPMMU_E_ARG, IPMMU_E_RANGE, IPMMU_E_ALIGN, IPMMU_E_FORMAT,
				 IPMMU_E_OFFLINE, IPMMU_E_NO_MEMORY},
	[KIT_CALL_DOMAIN_END] = {IPMMU_E_BUSY, IPMMU_E_QUARANTINED},
	[KIT_CALL_ADD] = {IPMMU_E_ARG, IPMMU_E_RANGE, IPMMU_E_EXISTS, IPMMU_E_ROOT,
			  IPMMU_E_OFFLINE, IPMMU_E_NO_MEMORY, IPMMU_E_UNVERIFIED},
	[KIT_CALL_REMOVE] = {IPMMU_E_STATE, IPMMU_E_BUSY, IPMMU_E_UNVERIFIED},
	[KIT_CALL_ATTACH] = {IPMMU_E_ARG, IPMMU_E_STATE, IPMMU_E_ROOT, IPMMU_E_CONFLICT,
			     IPMMU_E_NO_CONTEXT, IPMMU_E_BUSY, IPMMU_E_QUARANTINED,
			     IPMMU_E_UNVERIFIED, IPMMU_E_TIMEOUT},
	[KIT_CALL_MOVE] = {IPMMU_E_ARG, IPMMU_E_STATE, IPMMU_E_ROOT, IPMMU_E_CONFLICT,
			   IPMMU_E_NO_CONTEXT, IPMMU_E_BUSY, IPMMU_E_QUARANTINED,
			   IPMMU_E_UNVERIFIED, IPMMU_E_TIMEOUT},
	[KIT_CALL_DETACH] = {IPMMU_E_ARG, IPMMU_E_STATE, IPMMU_E_BUSY, IPMMU_E_TIMEOUT,
			     IPMMU_E_UNVERIFIED},
	[KIT_CALL_FLUSH] = {IPMMU_E_ARG, IPMMU_E_TIMEOUT, IPMMU_E_QUARANTINED, IPMMU_E_BUSY,
			    IPMMU_E_UNVERIFIED},
	[KIT_CALL_RETRY] = {IPMMU_E_ARG, IPMMU_E_STATE, IPMMU_E_BUSY, IPMMU_E_TIMEOUT,
			    IPMMU_E_UNVERIFIED},
	[KIT_CALL_ABANDON] = {IPMMU_E_ARG, IPMMU_E_STATE, IPMMU_E_BUSY},
	[KIT_CALL_CONTEXT_RETRY] = {IPMMU_E_ARG, IPMMU_E_RANGE, IPMMU_E_OFFLINE, IPMMU_E_STATE,
				    IPMMU_E_BUSY, IPMMU_E_TIMEOUT, IPMMU_E_UNVERIFIED},
	[KIT_CALL_MASTER_FLUSH] = {IPMMU_E_ARG, IPMMU_E_BUSY, IPMMU_E_TIMEOUT,
				   IPMMU_E_QUARANTINED, IPMMU_E_UNVERIFIED},
	[KIT_CALL_RESERVE] = {IPMMU_E_ARG, IPMMU_E_BUSY, IPMMU_E_NO_CONTEXT,
			      IPMMU_E_QUARANTINED, IPMMU_E_TIMEOUT, IPMMU_E_UNVERIFIED},
	[KIT_CALL_UNRESERVE] = {IPMMU_E_ARG, IPMMU_E_BUSY, IPMMU_E_QUARANTINED, IPMMU_E_TIMEOUT,
				IPMMU_E_UNVERIFIED},
	[KIT_CALL_MAP] = {IPMMU_E_ARG, IPMMU_E_STATE, IPMMU_E_ALIGN, IPMMU_E_RANGE,
			  IPMMU_E_UNSUPPORTED, IPMMU_E_EXISTS, IPMMU_E_NO_MEMORY, IPMMU_E_BUSY,
			  IPMMU_E_QUARANTINED},
	[KIT_CALL_UNMAP] = {IPMMU_E_ARG, IPMMU_E_STATE, IPMMU_E_ALIGN, IPMMU_E_RANGE,
			    IPMMU_E_BUSY, IPMMU_E_NO_MEMORY, IPMMU_E_QUARANTINED,
			    IPMMU_E_TIMEOUT, IPMMU_E_UNVERIFIED},
	[KIT_CALL_PROTECT] = {IPMMU_E_ARG, IPMMU_E_STATE, IPMMU_E_ALIGN, IPMMU_E_RANGE,
			      IPMMU_E_BUSY, IPMMU_E_NO_MEMORY, IPMMU_E_QUARANTINED,
			      IPMMU_E_TIMEOUT, IPMMU_E_UNVERIFIED, IPMMU_E_UNSUPPORTED},
	[KIT_CALL_REPLACE] = {IPMMU_E_ARG, IPMMU_E_STATE, IPMMU_E_ALIGN, IPMMU_E_RANGE,
			      IPMMU_E_BUSY, IPMMU_E_NO_MEMORY, IPMMU_E_QUARANTINED,
			      IPMMU_E_TIMEOUT, IPMMU_E_UNVERIFIED, IPMMU_E_UNSUPPORTED},
};

void kit_judge_error(struct kit *kit, enum kit_call call, enum ipmmu_err err)
{
	uint32_t i;

	if (err == IPMMU_OK) {
		return;
	}
	if (call == KIT_CALL_MAP && kit->config.options.flush_additions &&
	    (err == IPMMU_E_TIMEOUT || err == IPMMU_E_UNVERIFIED)) {
		return;
	}
	for (i = 0; i < MOST_ERRORS && documented[call][i] != IPMMU_OK; i++) {
		if (documented[call][i] == err) {
			return;
		}
	}
	kit_found(kit, "I4", "call %d failed with %s, which is not documented", (int)call,
		  ipmmu_error_name(err));
}

/* ---- where everything is ---- */

static enum ipmmu_master_state state_by_books(const struct kit *kit,
					      const struct kit_master *book)
{
	if (book->in == KIT_NONE) {
		return kit->config.options.consent_bypass ? IPMMU_MASTER_BYPASS
							  : IPMMU_MASTER_DENIED;
	}
	return kit->domains[book->in].quarantined ? IPMMU_MASTER_QUARANTINED
						  : IPMMU_MASTER_ATTACHED;
}

/* An attached master works: each of its uTLBs is on its domain's context. */
static void judge_ports(struct kit *kit, const struct kit_master *book)
{
	uint32_t p;

	for (p = 0; p < book->desc.port_count; p++) {
		const struct ipmmu_port *port = &book->ports[p];

		if (kit_selected(kit, port->mmu, port->utlb) != book->in) {
			kit_found(kit, "I4",
				  "%s is attached to domain %d, uTLB %u of %s is not",
				  book->desc.name, book->in, port->utlb,
				  kit->mmus[port->mmu].name);
		}
	}
}

static void judge_master(struct kit *kit, struct kit_master *book,
			 const struct ipmmu_master_info *info)
{
	enum ipmmu_master_state wanted = state_by_books(kit, book);
	const struct ipmmu_domain *domain =
		book->in == KIT_NONE ? NULL : kit->domains[book->in].domain;

	if (info->domain != domain) {
		kit_found(kit, "I4", "%s is not in domain %d", book->desc.name, book->in);
	}
	if (info->state == IPMMU_MASTER_UNVERIFIED) {
		if (!book->unverified) {
			kit_found(kit, "I4", "%s is unverified, and no event has told so",
				  book->desc.name);
		}
		return;
	}
	book->unverified = false;
	if (kit->config.options.consent_bypass && info->state == IPMMU_MASTER_QUARANTINED) {
		return; /* no deny to be brought to: it stays on its context */
	}
	if (info->state != wanted) {
		kit_found(kit, "I4", "%s is in state %d, by the books in %d", book->desc.name,
			  (int)info->state, (int)wanted);
	}
	if (wanted == IPMMU_MASTER_ATTACHED) {
		judge_ports(kit, book);
	}
}

static void judge_books(struct kit *kit, const struct kit_view *after)
{
	int i;

	for (i = 0; i < KIT_DOMAINS; i++) {
		bool quarantined = after->domains[i].state == IPMMU_DOMAIN_QUARANTINED;

		if (kit->domains[i].domain != NULL && !kit->config.options.consent_bypass &&
		    quarantined != kit->domains[i].quarantined) {
			kit_found(kit, "I4", "domain %d is %sin quarantine", i,
				  quarantined ? "" : "not ");
		}
	}
	for (i = 0; i < KIT_MASTERS; i++) {
		if (kit->masters[i].master != NULL && !kit->masters[i].busy) {
			judge_master(kit, &kit->masters[i], &after->masters[i]);
		}
	}
}

static bool changes_nothing(enum ipmmu_err err)
{
	return err != IPMMU_OK && err != IPMMU_E_TIMEOUT && err != IPMMU_E_UNVERIFIED;
}

/* One that nobody has met on its way. */
static void judge_alone(struct kit *kit, const struct kit_view *before,
			const struct kit_view *after, enum ipmmu_err err)
{
	if (err == IPMMU_E_UNVERIFIED && kit->ops.escalate != NULL && kit->escalations == 0) {
		kit_found(kit, "I4", "E_UNVERIFIED, and nothing was escalated");
	}
	if (kit->depth != 0 && err == IPMMU_E_QUARANTINED) {
		return; /* it may have waited for a flush of others, which has failed */
	}
	if (changes_nothing(err) && memcmp(before, after, sizeof(*after)) != 0) {
		kit_found(kit, "I4", "a call that failed with %s has changed something",
			  ipmmu_error_name(err));
	}
}

void kit_judge(struct kit *kit, enum kit_call call, const struct kit_start *start,
	       enum ipmmu_err err)
{
	struct kit_view after;

	kit->most_writes = 0;
	kit->depth--;
	kit_judge_error(kit, call, err);
	if (kit->locks_held != 0) {
		kit_found(kit, "lock", "a call has returned with a lock held");
	}
	kit_look(kit, &after);
	if (!kit_overlapped(kit, start)) {
		judge_alone(kit, &start->view, &after, err);
	}
	judge_books(kit, &after);
	kit_check(kit);
	kit_run(kit);
}
