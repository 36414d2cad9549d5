// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * flush.c - removals and freed tables wait for a flush that starts after them.
 *
 * The engine gathers the tables that a change has freed. With the request for a flush they are
 * set aside under its ticket; one set waits at a time. What is freed meanwhile is set aside
 * when that set was returned, under the ticket of the last request, which came after it.
 */
#include "owned_priv.h"

/* A removal of which nobody knows whether it was flushed lies within [gone_first, gone_last].
 */
static void note_gone_locked(struct ipmmu_owned *owned, const struct ipmmu_range *range)
{
	uint64_t last = range->iova.v + range->size - 1u;
	bool fresh = ipmmu_ticket_look(owned->gone) == IPMMU_TICKET_SERVED;

	owned->gone_first =
		fresh || range->iova.v < owned->gone_first ? range->iova.v : owned->gone_first;
	owned->gone_last = fresh || last > owned->gone_last ? last : owned->gone_last;
	owned->gone = owned->last;
}

/* What was freed so far waits for the flush that was requested last. */
static void set_aside(struct ipmmu_owned *owned)
{
	ipmmu_pt_flush_begin(&owned->pt);
	owned->is_aside = true;
	owned->aside = owned->last;
}

enum ipmmu_err ipmmu_owned_request_locked(struct ipmmu_domain *domain,
					  const struct ipmmu_range *range)
{
	struct ipmmu_owned *owned = domain->owned;
	enum ipmmu_err err;

	err = ipmmu_life_request(domain, &owned->last);
	if (range != NULL) {
		note_gone_locked(owned, range);
	}
	if (!owned->is_aside) {
		set_aside(owned);
	}
	return err;
}

/* True when nothing more can be returned now. */
static bool collect_locked(struct ipmmu_owned *owned)
{
	struct ipmmu_pt_info info;

	if (owned->is_aside) {
		if (ipmmu_ticket_look(owned->aside) != IPMMU_TICKET_SERVED) {
			return true;
		}
		owned->is_aside = !ipmmu_pt_flush_end(&owned->pt, IPMMU_OWNED_BUDGET);
		return false;
	}
	ipmmu_pt_query(&owned->pt, &info);
	/* What a change between two steps has freed has no ticket yet. */
	if (info.gathered == 0u || info.busy ||
	    ipmmu_ticket_look(owned->last) != IPMMU_TICKET_SERVED) {
		return true;
	}
	set_aside(owned);
	return false;
}

void ipmmu_owned_collect(struct ipmmu_domain *domain)
{
	bool done;

	do {
		ipmmu_lock(&domain->owned->lock);
		done = collect_locked(domain->owned);
		ipmmu_unlock(&domain->owned->lock);
	} while (!done);
}

enum ipmmu_err ipmmu_owned_wait(struct ipmmu_domain *domain, struct ipmmu_ticket ticket)
{
	enum ipmmu_err err = ipmmu_flush_wait(ticket);

	if (err == IPMMU_OK) {
		ipmmu_owned_collect(domain);
	}
	ipmmu_life_release(domain);
	return err;
}

enum ipmmu_err ipmmu_owned_flush(struct ipmmu_domain *domain)
{
	struct ipmmu_ticket ticket;
	enum ipmmu_err err;

	if (ipmmu_life_hold(domain) == IPMMU_DOMAIN_ENDING) {
		return IPMMU_E_BUSY;
	}
	ipmmu_lock(&domain->owned->lock);
	err = ipmmu_owned_request_locked(domain, NULL);
	ticket = domain->owned->last;
	ipmmu_unlock(&domain->owned->lock);
	err = err == IPMMU_OK ? ipmmu_owned_wait(domain, ticket) : err;
	ipmmu_life_release(domain);
	return err;
}
