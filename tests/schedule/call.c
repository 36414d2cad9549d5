// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * call.c - the frame of each public call: may the host make it now, which others overlap, and
 * what is judged when it has answered.
 */
#include "calls.h"

#include <string.h>

#include "answer.h"
#include "machine.h"

#define CALL_TEXT_(name, text) text,

const char *call_name(enum call_kind kind)
{
	static const char *const names[] = {CALLS(CALL_TEXT_)};

	return names[kind];
}

static bool shares(const struct call *a, const struct call *b)
{
	return (a->domain_id != 0 && a->domain_id == b->domain_id) ||
	       (a->master_id != 0 && a->master_id == b->master_id);
}

static void note_overlap(struct machine *m, struct call *call)
{
	uint32_t i;

	for (i = 0; i <= CPUS; i++) {
		struct call *other = &m->calls[i];

		if (other == call || !other->active) {
			continue;
		}
		call->solo = false;
		other->solo = false;
		if (shares(call, other)) {
			call->alone = false;
			other->alone = false;
		}
	}
}

/* One that has yet to take its first lock is not seen by a call that ends its object. */
static bool is_used(const struct machine *m, int domain, int master)
{
	uint32_t i;

	for (i = 0; i <= CPUS; i++) {
		const struct call *call = &m->calls[i];
		bool uses = (domain >= 0 && call->domain == domain) ||
			    (master >= 0 && call->master == master);

		if (call->active && uses && !call->entered) {
			return true;
		}
	}
	return false;
}

static bool may_begin(struct machine *m, bool ends, int domain, int master)
{
	enum life none = LIFE_LIVES;
	enum life *of_domain = domain < 0 ? &none : &m->books.domains[domain].life;
	enum life *of_master = master < 0 ? &none : &m->books.masters[master].life;

	if (*of_domain != LIFE_LIVES || *of_master != LIFE_LIVES ||
	    (ends && is_used(m, domain, master))) {
		return false;
	}
	if (ends) {
		*of_domain = LIFE_ENDS;
		*of_master = LIFE_ENDS;
	}
	return true;
}

static struct call *begin(struct machine *m, enum call_kind kind, bool ends, int domain,
			  int master)
{
	struct call *call = &m->calls[machine_me(m)];

	if (!may_begin(m, ends, domain, master)) {
		return NULL;
	}
	memset(call, 0, sizeof(*call));
	call->active = true;
	call->kind = kind;
	call->domain = domain;
	call->master = master;
	call->domain_id = domain < 0 ? 0 : m->books.domains[domain].id;
	call->master_id = master < 0 ? 0 : m->books.masters[master].id;
	call->alone = true;
	call->solo = true;
	call->begun = books_stamp(&m->books);
	call->begun_us = machine_now(m);
	note_overlap(m, call);
	cpus_call_begins(m->cpus);
	trace_step(m, STEP_CALL, call_name(kind), (uint64_t)domain, (uint64_t)master);
	cpus_point(m->cpus);
	return call;
}

struct call *call_begin(struct machine *m, enum call_kind kind, int domain, int master)
{
	return begin(m, kind, false, domain, master);
}

struct call *call_begin_end(struct machine *m, enum call_kind kind, int domain, int master)
{
	return begin(m, kind, true, domain, master);
}

/* Nobody is left that could release a master; one that may not be denied stays stopped. */
static void judge_stopped(struct machine *m, const struct call *call)
{
	int i;

	for (i = 0; call->solo && !m->device.lied && i < MASTERS; i++) {
		if (m->books.masters[i].stopped) {
			found(m, "answer", "%s has returned, and %s stays stopped",
			      call_name(call->kind), machine_master_name(i));
		}
	}
}

/* Calls after which less is reachable than before, or something else by the same address. */
static bool takes_away(enum call_kind kind)
{
	return kind == CALL_DOMAIN_UNMAP || kind == CALL_DOMAIN_FLUSH ||
	       kind == CALL_DOMAIN_MAP || kind == CALL_DOMAIN_PROTECT ||
	       kind == CALL_DOMAIN_REPLACE || kind == CALL_DOMAIN_RETRY ||
	       kind == CALL_MASTER_DETACH || kind == CALL_MASTER_MOVE ||
	       kind == CALL_MASTER_ADD;
}

void call_end(struct machine *m, struct call *call, enum ipmmu_err err)
{
	trace_step(m, STEP_RETURN, call_name(call->kind), (uint64_t)(int64_t)err, 0);
	locks_none(m, "a call has returned");
	answer_judge(m, call, err);
	judge_stopped(m, call);
	call->active = false;
	if (m->config.judge_each_step) {
		judge_reach(m);
	} else if (err == IPMMU_OK && takes_away(call->kind)) {
		judge_all(m);
	}
	cpus_point(m->cpus);
}

bool call_cancel(struct call *call)
{
	if (call != NULL) {
		call->active = false;
	}
	return false;
}
