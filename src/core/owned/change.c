// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * change.c - what a domain maps in a table of its own: changed under the page-table lock in
 * bounded steps. Every flush that the engine wants is waited for without the lock.
 */
#include <ipmmu/merge.h>

#include "owned_priv.h"

/** struct change - one call on its way. */
struct change {
	struct ipmmu_domain *domain;
	struct ipmmu_owned *owned;
	const struct ipmmu_range *range;
	enum ipmmu_err err; /**< what the call answers */
	enum ipmmu_pt_next next;
	uint32_t job; /**< its number */
};

enum {
	/** How often a map waits for removals of others before it answers E_BUSY. */
	MAP_WAITS = 8
};

/* The lock is held, and the domain; neither is afterwards. */
static void leave(const struct change *change)
{
	ipmmu_unlock(&change->owned->lock);
	ipmmu_life_release(change->domain);
}

/*
 * The domain and the lock are held afterwards, unless it is false. A change that ends with a
 * flush is refused before it begins where the flush would be.
 */
static bool begin(struct change *change, struct ipmmu_domain *domain,
		  const struct ipmmu_range *range, bool flushes)
{
	*change = (struct change){.domain = domain, .range = range};
	if (domain == NULL || domain->owned == NULL) {
		change->err = domain == NULL ? IPMMU_E_ARG : IPMMU_E_STATE;
		return false;
	}
	change->owned = domain->owned;
	if (ipmmu_life_hold(domain) == IPMMU_DOMAIN_ENDING) {
		change->err = IPMMU_E_BUSY;
		return false;
	}
	ipmmu_lock(&change->owned->lock);
	if (flushes && ipmmu_domain_state_of(domain) == IPMMU_DOMAIN_QUARANTINED) {
		change->err = IPMMU_E_QUARANTINED;
		leave(change);
	}
	return change->err == IPMMU_OK;
}

/* The engine has changed nothing, or all: the call ends here. */
static void end(struct change *change)
{
	if (change->err == IPMMU_E_BUSY &&
	    ipmmu_domain_state_of(change->domain) == IPMMU_DOMAIN_QUARANTINED) {
		/* Nobody has it in hand: a flush that failed has stopped it. */
		change->err = IPMMU_E_QUARANTINED;
	} else if (change->err != IPMMU_OK) {
		ipmmu_owned_refuse_locked(change->domain, change->range, change->err);
	}
	leave(change);
}

/* Waits for the flush that was requested last. The lock is held, and is not afterwards. */
static void wait_last(struct change *change)
{
	struct ipmmu_ticket ticket = change->owned->last;

	ipmmu_unlock(&change->owned->lock);
	if (change->err == IPMMU_OK) {
		change->err = ipmmu_owned_wait(change->domain, ticket);
	}
}

/* Others have requested it. */
static void join(struct change *change)
{
	(void)ipmmu_life_hold(change->domain);
	wait_last(change);
}

/* A retry that has been here meanwhile has ended the change. */
static bool step(struct change *change)
{
	bool mine;

	ipmmu_lock(&change->owned->lock);
	mine = change->owned->job == change->job;
	if (mine) {
		(void)!ipmmu_pt_continue(&change->owned->pt, IPMMU_OWNED_BUDGET, &change->next);
	} else {
		ipmmu_unlock(&change->owned->lock);
	}
	return mine;
}

static void carry_steps(struct change *change)
{
	bool more;

	change->job = ++change->owned->job;
	do {
		more = (change->next & IPMMU_PT_NEXT_CONTINUE) != 0u;
		if ((change->next & IPMMU_PT_NEXT_FLUSH) != 0u) {
			change->err = ipmmu_owned_request_locked(change->domain, change->range);
			wait_last(change);
		} else {
			ipmmu_unlock(&change->owned->lock);
		}
	} while (change->err == IPMMU_OK && more && step(change));
}

/*
 * The engine has answered. The lock and the domain are held, and are not afterwards. A change
 * whose flush fails stays under way: ipmmu_domain_retry() ends it.
 */
static void carry_through(struct change *change)
{
	if (change->err != IPMMU_OK) {
		end(change);
	} else if (change->next == IPMMU_PT_NEXT_NONE) {
		/* It may be gone by another call, whose flush has not ended. */
		join(change);
		ipmmu_life_release(change->domain);
	} else {
		carry_steps(change);
		ipmmu_life_release(change->domain);
	}
}

/* Removed, but a TLB may still lead there: a unit would know two answers for one address. */
static bool is_gone(const struct change *change)
{
	const struct ipmmu_owned *owned = change->owned;
	const struct ipmmu_range *range = change->range;

	return range->iova.v <= owned->gone_last &&
	       owned->gone_first <= range->iova.v + range->size - 1u &&
	       ipmmu_ticket_look(owned->gone) != IPMMU_TICKET_SERVED;
}

/* As begin(). */
static bool begin_map(struct change *change, struct ipmmu_domain *domain,
		      const struct ipmmu_range *range)
{
	bool flushes = domain != NULL && domain->system->options.flush_additions;
	bool begun = begin(change, domain, range, flushes);
	uint32_t i;

	for (i = 0u; begun && is_gone(change); i++) {
		if (i == MAP_WAITS ||
		    ipmmu_domain_state_of(domain) == IPMMU_DOMAIN_QUARANTINED) {
			change->err = i == MAP_WAITS ? IPMMU_E_BUSY : IPMMU_E_QUARANTINED;
			leave(change);
			return false;
		}
		join(change);
		begun = change->err == IPMMU_OK && begin(change, domain, range, flushes);
		ipmmu_life_release(domain);
	}
	if (change->err == IPMMU_E_TIMEOUT || change->err == IPMMU_E_UNVERIFIED) {
		change->err = IPMMU_E_QUARANTINED;
	}
	return begun;
}

/* As carry_through(), where an addition may need no flush. */
static void end_map(struct change *change)
{
	if (change->err != IPMMU_OK || !change->domain->system->options.flush_additions) {
		end(change);
		return;
	}
	change->next = IPMMU_PT_NEXT_FLUSH;
	carry_through(change);
	/* It is mapped, so this is not the answer of a map that was refused. */
	change->err = change->err == IPMMU_E_QUARANTINED ? IPMMU_E_TIMEOUT : change->err;
}

/* ---- the public calls ---- */

enum ipmmu_err ipmmu_domain_map(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				struct ipmmu_pa pa, uint64_t size, struct ipmmu_pt_prot prot)
{
	const struct ipmmu_range range = {.iova = iova, .pa = pa, .size = size, .prot = prot};
	struct change change;

	if (begin_map(&change, domain, &range)) {
		change.err = ipmmu_pt_map(&change.owned->pt, iova, pa, size, prot);
		end_map(&change);
	}
	return change.err;
}

enum ipmmu_err ipmmu_domain_map_pages(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				      const struct ipmmu_pa *pages, uint32_t count,
				      struct ipmmu_pt_prot prot)
{
	const struct ipmmu_range range = {
		.iova = iova,
		.pages = pages,
		.size = (uint64_t)count * IPMMU_PAGE_SIZE,
		.prot = prot,
	};
	struct change change = {.err = IPMMU_E_ARG};

	if (pages != NULL && begin_map(&change, domain, &range)) {
		change.err = ipmmu_pt_map_pages(&change.owned->pt, iova, pages, count, prot);
		end_map(&change);
	}
	return change.err;
}

enum ipmmu_err ipmmu_domain_unmap(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				  uint64_t size)
{
	const struct ipmmu_range range = {.iova = iova, .size = size};
	struct change change;

	if (begin(&change, domain, &range, true)) {
		change.err = ipmmu_pt_unmap(&change.owned->pt, iova, size, IPMMU_OWNED_BUDGET,
					    &change.next);
		carry_through(&change);
	}
	return change.err;
}

enum ipmmu_err ipmmu_domain_protect(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				    uint64_t size, struct ipmmu_pt_prot prot)
{
	const struct ipmmu_range range = {.iova = iova, .size = size, .prot = prot};
	struct change change;

	if (begin(&change, domain, &range, true)) {
		change.err = ipmmu_pt_protect(&change.owned->pt, iova, size, prot,
					      IPMMU_OWNED_BUDGET, &change.next);
		carry_through(&change);
	}
	return change.err;
}

enum ipmmu_err ipmmu_domain_replace(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				    struct ipmmu_pa pa, uint64_t size,
				    struct ipmmu_pt_prot prot)
{
	const struct ipmmu_range range = {.iova = iova, .pa = pa, .size = size, .prot = prot};
	struct change change;

	if (begin(&change, domain, &range, true)) {
		change.err = ipmmu_pt_replace(&change.owned->pt, iova, pa, size, prot,
					      IPMMU_OWNED_BUDGET, &change.next);
		carry_through(&change);
	}
	return change.err;
}

enum ipmmu_err ipmmu_domain_merge(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				  uint64_t size)
{
	/* Rights that any format has: none are asked for. */
	const struct ipmmu_range range = {
		.iova = iova, .size = size, .prot = {IPMMU_PT_READ, IPMMU_PT_CACHED}};
	struct change change;

	if (begin(&change, domain, &range, true)) {
		change.err = ipmmu_pt_merge(&change.owned->pt, iova, size, IPMMU_OWNED_BUDGET,
					    &change.next);
		carry_through(&change);
	}
	return change.err;
}

enum ipmmu_err ipmmu_domain_refill(struct ipmmu_domain *domain)
{
	static const struct ipmmu_range nothing;
	struct change change;

	if (begin(&change, domain, &nothing, false)) {
		change.err = ipmmu_pt_refill(&change.owned->pt);
		end(&change);
	}
	return change.err;
}
