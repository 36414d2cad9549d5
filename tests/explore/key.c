// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * key.c - the key of a kit: the model's digest, the kit's books and the library's objects.
 *
 * The only test that knows the core's objects: what the queries do not tell, such as a flush
 * that nobody has seen to end, decides what comes next. Left out are counters, generations and
 * where a scan for faults begins; none of them changes where a master can get. Of tickets and
 * of time only what they decide is in it.
 */
#include "key.h"

#include <string.h>

#include "core.h"
#include "explore.h"
#include "owned/owned_priv.h"

static uint64_t domain_number(const struct kit *kit, const struct ipmmu_domain *domain)
{
	uint64_t i;

	for (i = 0; domain != NULL && i < KIT_DOMAINS; i++) {
		if (kit->domains[i].domain == domain) {
			return i;
		}
	}
	return KIT_DOMAINS;
}

static uint64_t bit(bool set, uint32_t place)
{
	return set ? 1ull << place : 0;
}

static bool is_open(struct ipmmu_ticket ticket)
{
	return ipmmu_ticket_look_locked(ticket) != IPMMU_TICKET_SERVED;
}

/*
 * Tickets count up: what matters is which of them are served. What is known of the units of a
 * flush is left as it was when the flush has ended.
 */
static uint64_t mix_flush(uint64_t key, struct ipmmu_context *context)
{
	const struct ipmmu_flush *flush = &context->flush;
	const struct ipmmu_ticket next = {context, ipmmu_flush_next(context)};
	const struct ipmmu_ticket stalled = {context, context->stalled};
	bool is_deny = context == context->root->deny;

	key = explore_mix(key, (uint64_t)flush->next << 32 | flush->unseen);
	if (flush->step != IPMMU_FLUSH_IDLE) {
		key = explore_mix(key, (uint64_t)flush->units << 32 | flush->pending);
		key = explore_mix(key, bit(flush->on, 0));
	}
	return explore_mix(key, (uint64_t)flush->step | bit(flush->polled, 8) |
					bit(is_deny && is_open(stalled), 9) |
					(uint64_t)ipmmu_ticket_look_locked(next) << 16);
}

/*
 * Time counts as far as it decides something: the tokens that a context would have now, how
 * long ago it got the last one, and whether a mask may be written over a flush.
 */
static uint64_t mix_time(uint64_t key, const struct kit *kit, struct ipmmu_context *context)
{
	const struct ipmmu_context was = *context;
	uint32_t most = ipmmu_status_tokens(context->root);
	uint64_t limit = kit->config.options.flush_timeout_us;
	uint64_t now = kit->ops.now_us((void *)kit);
	uint64_t rest;
	uint32_t tokens;

	ipmmu_status_refill_locked(context, now);
	tokens = context->tokens;
	rest = tokens < most ? now - context->tokens_us : 0;
	*context = was;
	return explore_mix(key,
			   (uint64_t)tokens << 40 | rest << 8 |
				   bit(context->stale && now - was.wrote_us > 2 * limit, 0));
}

static uint64_t mix_context(uint64_t key, const struct kit *kit, struct ipmmu_context *context)
{
	key = explore_mix(key, ((uint64_t)context->state << 8) |
				       domain_number(kit, context->domain));
	key = explore_mix(key, ((uint64_t)context->caches << 32) |
				       bit(context->remains != NULL, 0) | bit(context->on, 1) |
				       bit(context->masked, 2) | bit(context->stale, 3) |
				       bit(context->found_on, 4) |
				       ((uint64_t)context->ring_count << 8));
	key = mix_flush(key, context);
	return mix_time(key, kit, context);
}

static uint64_t mix_utlb(uint64_t key, const struct kit *kit, const struct ipmmu_utlb *utlb)
{
	return explore_mix(key, domain_number(kit, utlb->owner) | ((uint64_t)utlb->users << 8) |
					((uint64_t)utlb->at << 40) | bit(utlb->managed, 48) |
					bit(utlb->suspect, 49));
}

static uint64_t mix_library(uint64_t key, const struct kit *kit)
{
	const struct ipmmu_system *system = kit->system;
	struct ipmmu_root *root = system->mmus[0].root;
	uint32_t i;
	uint32_t u;

	for (i = 0; i < root->soc->contexts; i++) {
		key = mix_context(key, kit, &root->contexts[i]);
	}
	for (i = 0; i < system->desc->mmu_count; i++) {
		const struct ipmmu_mmu *mmu = &system->mmus[i];

		key = explore_mix(key, (uint64_t)(int64_t)mmu->why);
		for (u = 0; u < mmu->utlb_count; u++) {
			key = mix_utlb(key, kit, &mmu->utlbs[u]);
		}
	}
	return explore_mix(key, root->deny != NULL ? root->deny->number : IPMMU_NONE);
}

static uint64_t mix_list(uint64_t key, const struct kit *kit, const struct ipmmu_pt_list *list)
{
	uint64_t at = list->head;
	uint32_t i;

	key = explore_mix(key, list->count);
	for (i = 0; i < list->count; i++) {
		key = explore_mix(key, at);
		memcpy(&at, kit->ram + (at - KIT_RAM_PA), sizeof(at));
	}
	return key;
}

static uint64_t mix_ticket(uint64_t key, struct ipmmu_ticket ticket)
{
	if (ticket.context == NULL || !is_open(ticket)) {
		return explore_mix(key, IPMMU_NONE);
	}
	return explore_mix(key, ticket.context->number << 8 | ipmmu_ticket_look_locked(ticket));
}

/* Which pages the tables are in, what is in them, and what waits. */
static uint64_t mix_owned(uint64_t key, const struct kit *kit, int domain,
			  const struct ipmmu_owned *owned)
{
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	int page;

	key = mix_list(key, kit, &owned->pt.pool);
	key = mix_list(key, kit, &owned->pt.gathered);
	key = mix_list(key, kit, &owned->pt.sealed);
	key = mix_ticket(key, owned->last);
	key = mix_ticket(key, owned->gone);
	if (owned->gone.context != NULL && is_open(owned->gone)) {
		key = explore_mix(key, owned->gone_first);
		key = explore_mix(key, owned->gone_last);
	}
	if (owned->is_aside) {
		key = mix_ticket(key, owned->aside);
	}
	key = explore_mix(key, bit(owned->is_aside, 0) | (uint64_t)owned->pt.job.kind << 8 |
				       (uint64_t)owned->pt.job.pass << 16);
	for (page = 0; page < KIT_PAGES; page++) {
		struct ipmmu_iova iova = {kit_iova(domain, page)};
		uint32_t count = ipmmu_pt_explain(&owned->pt, iova, levels);

		for (; count > 0; count--) {
			key = explore_mix(key, levels[count - 1].at.v);
			key = explore_mix(key, levels[count - 1].value);
		}
	}
	return key;
}

static uint64_t mix_domain(uint64_t key, const struct kit_domain *book)
{
	uint32_t i;

	key = explore_mix(key, bit(book->domain != NULL, 0) | bit(book->quarantined, 1) |
				       bit(book->abandoned, 2));
	for (i = 0; i < KIT_PAGES; i++) {
		key = explore_mix(key, ((uint64_t)book->pages[i].state << 1) |
					       bit(book->pages[i].write, 0) |
					       (uint64_t)bit(book->pages[i].will_write, 8));
	}
	if (book->domain != NULL) {
		key = explore_mix(key, book->domain->context != NULL
					       ? book->domain->context->number
					       : IPMMU_NONE);
		key = explore_mix(key, book->domain->masters);
		key = explore_mix(key, bit(book->domain->reserved, 0) |
					       ((uint64_t)book->domain->life << 1) |
					       ((uint64_t)book->domain->held << 8));
	}
	return key;
}

static uint64_t mix_master(uint64_t key, const struct kit *kit, const struct kit_master *book)
{
	key = explore_mix(key,
			  ((uint64_t)(book->in + 1) << 32) | (uint64_t)(book->programmed + 1));
	key = explore_mix(key, bit(book->unverified, 0) | bit(book->running, 1) |
				       bit(book->stopped, 2) | bit(book->master != NULL, 3));
	key = explore_mix(key, book->iova << 8 | book->under_way);
	if (book->master != NULL) {
		key = explore_mix(key, domain_number(kit, book->master->domain) |
					       bit(book->master->busy, 8) |
					       bit(book->master->stopped, 9) |
					       ((uint64_t)book->master->held << 16));
	}
	return key;
}

uint64_t explore_kit_key(void *machine)
{
	const struct kit *kit = machine;
	uint64_t key = model_digest(kit->model);
	uint32_t i;

	for (i = 0; i < KIT_MASTERS; i++) {
		key = mix_master(key, kit, &kit->masters[i]);
	}
	for (i = 0; i < KIT_DOMAINS; i++) {
		key = mix_domain(key, &kit->domains[i]);
		if (kit->domains[i].domain != NULL && kit->domains[i].owned) {
			key = mix_owned(key, kit, (int)i, kit->domains[i].domain->owned);
		}
		key = explore_mix(key, kit->domains[i].table.root);
	}
	return mix_library(key, kit);
}
