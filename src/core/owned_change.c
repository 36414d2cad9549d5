// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * owned_change.c - what a domain maps in a table of its own: changed under the page-table lock
 * in bounded steps, with every flush that the engine asks for waited for without the lock.
 */
#include <ipmmu/merge.h>

#include "core.h"
#include "owned_priv.h"

/** struct change - one call on its way. */
struct change {
	struct ipmmu_domain *domain;
	struct ipmmu_owned *owned;
	enum ipmmu_pt_next next;
	unsigned long saved;
};

static void lock(struct change *change)
{
	change->saved = ipmmu_lock(change->domain->system, change->owned->lock);
}

static void unlock(const struct change *change)
{
	ipmmu_unlock(change->domain->system, change->owned->lock, change->saved);
}

static bool is_quarantined(const struct ipmmu_domain *domain)
{
	return ipmmu_domain_state_of(domain) == IPMMU_DOMAIN_QUARANTINED;
}

/* The lock is held afterwards, unless an error comes back. */
static enum ipmmu_err begin(struct change *change, struct ipmmu_domain *domain)
{
	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	if (domain->owned == NULL) {
		return IPMMU_E_STATE;
	}
	change->domain = domain;
	change->owned = domain->owned;
	change->next = IPMMU_PT_NEXT_NONE;
	lock(change);
	if (change->owned->draining || change->owned->changing) {
		unlock(change);
		return IPMMU_E_BUSY;
	}
	return IPMMU_OK;
}

/* A removal is refused before it begins where its flush would be. */
static enum ipmmu_err begin_removal(struct change *change, struct ipmmu_domain *domain)
{
	enum ipmmu_err err = begin(change, domain);

	if (err == IPMMU_OK && is_quarantined(domain)) {
		unlock(change);
		err = IPMMU_E_QUARANTINED;
	}
	return err;
}

/* The engine has changed nothing, or all: the call ends here. */
static enum ipmmu_err end(const struct change *change, const struct ipmmu_range *range,
			  enum ipmmu_err err)
{
	if (err == IPMMU_E_BUSY) {
		/* Nobody has it in hand: a flush that failed has stopped it. */
		err = IPMMU_E_QUARANTINED;
	} else if (err != IPMMU_OK) {
		err = ipmmu_owned_refuse_locked(change->domain, range, err);
	}
	unlock(change);
	return err;
}

static bool wants_flush(enum ipmmu_pt_next next)
{
	return next == IPMMU_PT_NEXT_FLUSH || next == IPMMU_PT_NEXT_FLUSH_CONTINUE;
}

static bool wants_more(enum ipmmu_pt_next next)
{
	return next == IPMMU_PT_NEXT_CONTINUE || next == IPMMU_PT_NEXT_FLUSH_CONTINUE;
}

/*
 * What was taken away is reachable until the flush has ended; freed tables stay until then. Of
 * a domain that is held: after the last step of a change nothing else keeps it from its end.
 */
static enum ipmmu_err flush(struct change *change, uint32_t ticket)
{
	enum ipmmu_err err = ipmmu_context_flush(change->domain);

	if (err == IPMMU_OK) {
		ipmmu_owned_release(change->domain, ticket);
	}
	ipmmu_domain_release(change->domain);
	return err;
}

/* What there was to remove may be gone by another call, whose flush has not ended. */
static void look_for_others(struct change *change)
{
	if (change->next == IPMMU_PT_NEXT_NONE &&
	    !ipmmu_owned_is_flushed_locked(change->owned)) {
		change->next = IPMMU_PT_NEXT_FLUSH;
	}
}

/*
 * The lock is held, and is not afterwards. A change whose flush fails stays under way: what is
 * broken is made again by ipmmu_domain_retry(), unless that has been here meanwhile.
 */
static enum ipmmu_err carry_through(struct change *change)
{
	struct ipmmu_owned *owned = change->owned;

	look_for_others(change);
	for (;;) {
		bool flushes = wants_flush(change->next);
		enum ipmmu_err err = IPMMU_OK;
		uint32_t ticket = 0u;

		owned->changing = wants_more(change->next);
		if (flushes) {
			ticket = ipmmu_owned_seal_locked(owned);
			ipmmu_domain_hold(change->domain);
		}
		unlock(change);
		if (flushes) {
			err = flush(change, ticket);
		}
		if (!wants_more(change->next)) {
			return err;
		}
		lock(change);
		if (err != IPMMU_OK && is_quarantined(change->domain)) {
			owned->changing = false;
			unlock(change);
			return err;
		}
		(void)!ipmmu_pt_continue(&owned->pt, IPMMU_OWNED_BUDGET, &change->next);
	}
}

/* ---- the public calls ---- */

enum ipmmu_err ipmmu_domain_map(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				struct ipmmu_pa pa, uint64_t size, struct ipmmu_pt_prot prot)
{
	const struct ipmmu_range range = {.iova = iova, .pa = pa, .size = size, .prot = prot};
	struct change change;
	enum ipmmu_err err = begin(&change, domain);

	if (err != IPMMU_OK) {
		return err;
	}
	err = ipmmu_pt_map(&change.owned->pt, iova, pa, size, prot);
	return end(&change, &range, err);
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
	enum ipmmu_err err = pages == NULL ? IPMMU_E_ARG : begin(&change, domain);

	if (err != IPMMU_OK) {
		return err;
	}
	err = ipmmu_pt_map_pages(&change.owned->pt, iova, pages, count, prot);
	return end(&change, &range, err);
}

enum ipmmu_err ipmmu_domain_unmap(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				  uint64_t size)
{
	const struct ipmmu_range range = {.iova = iova, .size = size};
	struct change change;
	enum ipmmu_err err = begin_removal(&change, domain);

	if (err != IPMMU_OK) {
		return err;
	}
	err = ipmmu_pt_unmap(&change.owned->pt, iova, size, IPMMU_OWNED_BUDGET, &change.next);
	return err == IPMMU_OK ? carry_through(&change) : end(&change, &range, err);
}

enum ipmmu_err ipmmu_domain_protect(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				    uint64_t size, struct ipmmu_pt_prot prot)
{
	const struct ipmmu_range range = {.iova = iova, .size = size, .prot = prot};
	struct change change;
	enum ipmmu_err err = begin_removal(&change, domain);

	if (err != IPMMU_OK) {
		return err;
	}
	err = ipmmu_pt_protect(&change.owned->pt, iova, size, prot, IPMMU_OWNED_BUDGET,
			       &change.next);
	return err == IPMMU_OK ? carry_through(&change) : end(&change, &range, err);
}

enum ipmmu_err ipmmu_domain_replace(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				    struct ipmmu_pa pa, uint64_t size,
				    struct ipmmu_pt_prot prot)
{
	const struct ipmmu_range range = {.iova = iova, .pa = pa, .size = size, .prot = prot};
	struct change change;
	enum ipmmu_err err = begin_removal(&change, domain);

	if (err != IPMMU_OK) {
		return err;
	}
	err = ipmmu_pt_replace(&change.owned->pt, iova, pa, size, prot, IPMMU_OWNED_BUDGET,
			       &change.next);
	return err == IPMMU_OK ? carry_through(&change) : end(&change, &range, err);
}

enum ipmmu_err ipmmu_domain_merge(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				  uint64_t size)
{
	/* Rights that any format has: none are asked for. */
	const struct ipmmu_range range = {
		.iova = iova, .size = size, .prot = {IPMMU_PT_READ, IPMMU_PT_CACHED}};
	struct change change;
	enum ipmmu_err err = begin_removal(&change, domain);

	if (err != IPMMU_OK) {
		return err;
	}
	err = ipmmu_pt_merge(&change.owned->pt, iova, size, IPMMU_OWNED_BUDGET, &change.next);
	return err == IPMMU_OK ? carry_through(&change) : end(&change, &range, err);
}

enum ipmmu_err ipmmu_domain_refill(struct ipmmu_domain *domain)
{
	static const struct ipmmu_range nothing;
	struct change change;
	enum ipmmu_err err = begin(&change, domain);

	return err == IPMMU_OK ? end(&change, &nothing, ipmmu_pt_refill(&change.owned->pt))
			       : err;
}
