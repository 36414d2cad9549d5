// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * coming.c - calls and members that only some versions of the library have.
 */
#include "coming.h"

#include "machine.h"

#define BIT(name) (1u << (uint32_t) - (int)(IPMMU_##name))

bool coming_incomplete(const struct ipmmu_fault *fault)
{
#if COMING_MASTERS_INCOMPLETE
	return fault->masters_incomplete;
#else
	(void)fault;
	return false;
#endif
}

uint32_t coming_answers(int kind)
{
	uint32_t answers = 0;

#if COMING_RETRY_OF_ALL
	if (kind == CALL_CONTEXT_RETRY) {
		answers = BIT(E_BUSY);
	}
#endif
#if COMING_ABANDON
	if (kind == CALL_DOMAIN_ABANDON) {
		answers = BIT(E_STATE) | BIT(E_BUSY);
	}
#endif
#if COMING_MASTER_FLUSH
	if (kind == CALL_MASTER_FLUSH) {
		answers = BIT(E_STATE) | BIT(E_BUSY) | BIT(E_TIMEOUT) | BIT(E_QUARANTINED) |
			  BIT(E_UNVERIFIED);
	}
#endif
	(void)kind;
	return answers;
}

#if COMING_ABANDON
/* The host's own goes at once; its table when the context is free. */
static void abandoned(struct machine *m, const struct call *call)
{
	struct domain *book = &m->books.domains[call->domain];

	books_leave_all(&m->books, book->id, call->begun);
	heap_give(m, book->guest, sizeof(*book->guest), HEAP_HOST);
	book->guest = NULL;
	book->handle = NULL;
	book->life = LIFE_ABANDONED;
}

bool call_abandon(struct machine *m, int domain)
{
	struct call *call;
	enum ipmmu_err err;

	call = call_begin_end(m, CALL_DOMAIN_ABANDON, domain, -1);
	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_abandon(m->books.domains[domain].handle);
	if (err == IPMMU_OK) {
		abandoned(m, call);
	} else {
		m->books.domains[domain].life = LIFE_LIVES;
	}
	call_end(m, call, err);
	return true;
}
#else
bool call_abandon(struct machine *m, int domain)
{
	(void)m;
	(void)domain;
	return false;
}
#endif

#if COMING_MASTER_FLUSH
bool call_master_flush(struct machine *m, int master)
{
	struct call *call = call_begin(m, CALL_MASTER_FLUSH, -1, master);

	if (call == NULL) {
		return false;
	}
	call_end(m, call, ipmmu_master_flush(m->books.masters[master].handle));
	return true;
}
#else
bool call_master_flush(struct machine *m, int master)
{
	(void)m;
	(void)master;
	return false;
}
#endif
