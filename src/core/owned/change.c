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
	enum ipmmu_pt_next next;
	uint32_t job; /**< its number */
};

enum {
	/** How often a map waits for removals of others before it answers E_BUSY. */
	MAP_WAITS = 8
};

/*
 * The lock is held afterwards, unless an error comes back. A change that ends with a flush is
 * refused before it begins where the flush would be.
 */
static enum ipmmu_err begin(struct change *change, struct ipmmu_domain *domain,
			    const struct ipmmu_range *range, bool flushes)
{
	enum ipmmu_domain_state state;

	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	if (domain->owned == NULL) {
		return IPMMU_E_STATE;
	}
	change->domain = domain;
	change->owned = domain->owned;
	change->range = range;
	change->next = IPMMU_PT_NEXT_NONE;
	ipmmu_lock(&change->owned->lock);
	state = ipmmu_domain_state_of(domain);
	if (state == IPMMU_DOMAIN_ENDING || (flushes && state == IPMMU_DOMAIN_QUARANTINED)) {
		ipmmu_unlock(&change->owned->lock);
		return state == IPMMU_DOMAIN_ENDING ? IPMMU_E_BUSY : IPMMU_E_QUARANTINED;
	}
	return IPMMU_OK;
}

/* The engine has changed nothing, or all: the call ends here. */
static enum ipmmu_err end(const struct change *change, enum ipmmu_err err)
{
	if (err == IPMMU_E_BUSY &&
	    ipmmu_domain_state_of(change->domain) == IPMMU_DOMAIN_QUARANTINED) {
		/* Nobody has it in hand: a flush that failed has stopped it. */
		err = IPMMU_E_QUARANTINED;
	} else if (err != IPMMU_OK) {
		err = ipmmu_owned_refuse_locked(change->domain, change->range, err);
	}
	ipmmu_unlock(&change->owned->lock);
	return err;
}

/* Waits for the flush that was requested last. The lock is held, and is not afterwards. */
static enum ipmmu_err wait_last(const struct change *change, enum ipmmu_err err)
{
	struct ipmmu_ticket ticket = change->owned->last;

	ipmmu_unlock(&change->owned->lock);
	return err == IPMMU_OK ? ipmmu_owned_wait(change->domain, ticket) : err;
}

/* Others have requested it. */
static enum ipmmu_err join(const struct change *change)
{
	ipmmu_life_hold(change->domain);
	return wait_last(change, IPMMU_OK);
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

/*
 * The engine has answered @err. The lock is held, and is not afterwards. A change whose flush
 * fails stays under way: ipmmu_domain_retry() ends it.
 */
static enum ipmmu_err carry_through(struct change *change, enum ipmmu_err err)
{
	bool more;

	if (err != IPMMU_OK) {
		return end(change, err);
	}
	/* What there was to remove may be gone by another call, whose flush has not ended. */
	if (change->next == IPMMU_PT_NEXT_NONE) {
		return join(change);
	}
	change->job = ++change->owned->job;
	do {
		more = (change->next & IPMMU_PT_NEXT_CONTINUE) != 0u;
		if ((change->next & IPMMU_PT_NEXT_FLUSH) != 0u) {
			err = wait_last(change, ipmmu_owned_request_locked(change->domain,
									   change->range));
		} else {
			ipmmu_unlock(&change->owned->lock);
		}
	} while (err == IPMMU_OK && more && step(change));
	return err;
}

/* Removed, but a TLB may still lead there: a unit would know two answers for one address. */
static bool is_gone(const struct change *change)
{
	const struct ipmmu_owned *owned = change->owned;
	const struct ipmmu_range *range = change->range;

	return range->iova.v <= owned->gone_last &&
	       owned->gone_first <= range->iova.v + range->size - 1u &&
	       ipmmu_ticket_look(owned->last) != IPMMU_TICKET_SERVED;
}

static enum ipmmu_err begin_map(struct change *change, struct ipmmu_domain *domain,
				const struct ipmmu_range *range)
{
	enum ipmmu_err err = IPMMU_OK;
	uint32_t i;

	for (i = 0u; err == IPMMU_OK && i < MAP_WAITS; i++) {
		err = begin(change, domain, range,
			    domain != NULL && domain->system->options.flush_additions);
		if (err != IPMMU_OK || !is_gone(change)) {
			return err;
		}
		if (ipmmu_domain_state_of(domain) == IPMMU_DOMAIN_QUARANTINED) {
			ipmmu_unlock(&change->owned->lock);
			return IPMMU_E_QUARANTINED;
		}
		err = join(change);
	}
	return err == IPMMU_OK ? IPMMU_E_BUSY : IPMMU_E_QUARANTINED;
}

/* The lock is held, and is not afterwards. */
static enum ipmmu_err end_map(struct change *change, enum ipmmu_err err)
{
	if (err != IPMMU_OK || !change->domain->system->options.flush_additions) {
		return end(change, err);
	}
	change->next = IPMMU_PT_NEXT_FLUSH;
	return carry_through(change, IPMMU_OK);
}

/* ---- the public calls ---- */

enum ipmmu_err ipmmu_domain_map(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				struct ipmmu_pa pa, uint64_t size, struct ipmmu_pt_prot prot)
{
	const struct ipmmu_range range = {.iova = iova, .pa = pa, .size = size, .prot = prot};
	struct change change;
	enum ipmmu_err err = begin_map(&change, domain, &range);

	if (err != IPMMU_OK) {
		return err;
	}
	return end_map(&change, ipmmu_pt_map(&change.owned->pt, iova, pa, size, prot));
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
	struct change change;
	enum ipmmu_err err = pages == NULL ? IPMMU_E_ARG : begin_map(&change, domain, &range);

	if (err != IPMMU_OK) {
		return err;
	}
	return end_map(&change,
		       ipmmu_pt_map_pages(&change.owned->pt, iova, pages, count, prot));
}

enum ipmmu_err ipmmu_domain_unmap(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				  uint64_t size)
{
	const struct ipmmu_range range = {.iova = iova, .size = size};
	struct change change;
	enum ipmmu_err err = begin(&change, domain, &range, true);

	if (err != IPMMU_OK) {
		return err;
	}
	return carry_through(&change, ipmmu_pt_unmap(&change.owned->pt, iova, size,
						     IPMMU_OWNED_BUDGET, &change.next));
}

enum ipmmu_err ipmmu_domain_protect(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				    uint64_t size, struct ipmmu_pt_prot prot)
{
	const struct ipmmu_range range = {.iova = iova, .size = size, .prot = prot};
	struct change change;
	enum ipmmu_err err = begin(&change, domain, &range, true);

	if (err != IPMMU_OK) {
		return err;
	}
	return carry_through(&change, ipmmu_pt_protect(&change.owned->pt, iova, size, prot,
						       IPMMU_OWNED_BUDGET, &change.next));
}

enum ipmmu_err ipmmu_domain_replace(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				    struct ipmmu_pa pa, uint64_t size,
				    struct ipmmu_pt_prot prot)
{
	const struct ipmmu_range range = {.iova = iova, .pa = pa, .size = size, .prot = prot};
	struct change change;
	enum ipmmu_err err = begin(&change, domain, &range, true);

	if (err != IPMMU_OK) {
		return err;
	}
	return carry_through(&change, ipmmu_pt_replace(&change.owned->pt, iova, pa, size, prot,
						       IPMMU_OWNED_BUDGET, &change.next));
}

enum ipmmu_err ipmmu_domain_merge(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				  uint64_t size)
{
	/* Rights that any format has: none are asked for. */
	const struct ipmmu_range range = {
		.iova = iova, .size = size, .prot = {IPMMU_PT_READ, IPMMU_PT_CACHED}};
	struct change change;
	enum ipmmu_err err = begin(&change, domain, &range, true);

	if (err != IPMMU_OK) {
		return err;
	}
	return carry_through(&change, ipmmu_pt_merge(&change.owned->pt, iova, size,
						     IPMMU_OWNED_BUDGET, &change.next));
}

enum ipmmu_err ipmmu_domain_refill(struct ipmmu_domain *domain)
{
	static const struct ipmmu_range nothing;
	struct change change;
	enum ipmmu_err err = begin(&change, domain, &nothing, false);

	return err == IPMMU_OK ? end(&change, ipmmu_pt_refill(&change.owned->pt)) : err;
}
