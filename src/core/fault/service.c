// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * service.c - the service half: decode what the interrupt half kept, unmask after storms.
 *
 * What a record names to the host is held until the hook has returned.
 */
#include "fault.h"

static void attribute_locked(const struct ipmmu_root *root, const struct ipmmu_raw_fault *raw,
			     struct ipmmu_fault *fault)
{
	const struct ipmmu_context *context = &root->contexts[fault->context];
	uint32_t i;

	fault->context_state = context->state;
	fault->stale = context->generation != raw->generation ||
		       (context->domain == NULL && context->state != IPMMU_CONTEXT_DENY);
	fault->master_count = raw->master_count;
	fault->masters_incomplete = raw->incomplete;
	for (i = 0u; i < raw->master_count && i < IPMMU_FAULT_MASTERS; i++) {
		fault->masters[i] = raw->masters[i]->desc;
		raw->masters[i]->held++;
	}
	if (!fault->stale && context->domain != NULL) {
		fault->domain = context->domain;
		fault->cookie = fault->domain->cookie;
		fault->domain->held++;
	}
}

static void let_go(struct ipmmu_system *system, const struct ipmmu_raw_fault *raw,
		   const struct ipmmu_fault *fault)
{
	unsigned long saved = ipmmu_lock(system, system->lock);
	uint32_t i;

	for (i = 0u; i < raw->master_count && i < IPMMU_FAULT_MASTERS; i++) {
		raw->masters[i]->held--;
	}
	ipmmu_unlock(system, system->lock, saved);
	if (fault->domain != NULL) {
		ipmmu_life_release(fault->domain);
	}
}

static uint32_t decode_kinds(uint32_t status)
{
	uint32_t kinds = 0u;

	kinds |= (status & IMSTR_TF) != 0u ? (uint32_t)IPMMU_FAULT_TRANSLATION : 0u;
	kinds |= (status & IMSTR_PF) != 0u ? (uint32_t)IPMMU_FAULT_PERMISSION : 0u;
	kinds |= (status & IMSTR_ABORT) != 0u ? (uint32_t)IPMMU_FAULT_ABORT : 0u;
	kinds |= (status & IMSTR_MHIT) != 0u ? (uint32_t)IPMMU_FAULT_MULTIPLE_HIT : 0u;
	return kinds;
}

static void fill_in(struct ipmmu_fault *fault, const struct ipmmu_raw_fault *raw)
{
	fault->iova.v = raw->iova;
	fault->kinds = decode_kinds(raw->status);
	fault->code = ipmmu_field_get(raw->status, IMSTR_ERRCODE);
	fault->level = ipmmu_field_get(raw->status, IMSTR_ERRLVL);
	fault->status = raw->status;
	fault->source = raw->source;
	fault->at_us = raw->at_us;
}

/* The oldest record of a context; false when it has none. */
static bool decode(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_system *system = root->system;
	struct ipmmu_fault fault = {.root = root->mmu->index, .context = n};
	struct ipmmu_raw_fault raw;
	unsigned long saved = ipmmu_lock(system, system->lock);
	unsigned long saved_root = ipmmu_root_lock(root);
	bool any = ipmmu_status_pop_locked(root, n, &raw);

	if (any) {
		fill_in(&fault, &raw);
		attribute_locked(root, &raw, &fault);
	}
	ipmmu_root_unlock(root, saved_root);
	if (fault.domain != NULL) {
		fault.walk_count = ipmmu_domain_walk(fault.domain, system->ops->table_explain,
						     fault.iova, fault.walk);
	}
	ipmmu_unlock(system, system->lock, saved);
	if (any) {
		if (system->ops->fault != NULL) {
			system->ops->fault(system->host, &fault);
		}
		let_go(system, &raw, &fault);
	}
	return any;
}

/* One record of each context in turn; false when there was none, or no budget is left. */
static bool decode_round(struct ipmmu_root *root, uint32_t *budget)
{
	uint32_t count = root->soc->contexts;
	bool any = false;
	uint32_t i;

	for (i = 0u; *budget != 0u && i < count; i++) {
		uint32_t n = root->next_served + i;

		n = n < count ? n : n - count;
		if (decode(root, n)) {
			(*budget)--;
			any = true;
		}
	}
	return any && *budget != 0u;
}

static void tell_lost_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];

	if (context->lost != 0u) {
		ipmmu_event_context(IPMMU_EVENT_FAULT_LOST, root, n, context->lost);
		context->lost = 0u;
	}
}

/*
 * A masked context that has tokens again is looked at. A fault that is pending takes one: a
 * master that stalls on it goes on, at 100 faults a second. When nothing is pending the
 * context gets its interrupt back. One that firmware left on stays silent, and so does one in
 * quarantine.
 */
static void calm_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];
	bool ours = context->on && (context->state == IPMMU_CONTEXT_LIVE ||
				    context->state == IPMMU_CONTEXT_DENY);

	if (context->masked && ours) {
		ipmmu_status_refill_locked(root, n, ipmmu_now(root->system));
		while (context->tokens != 0u && ipmmu_status_take_locked(root, n)) {
		}
		if (context->tokens != 0u) {
			(void)ipmmu_imctr_mask_locked(root, n, false);
		}
	}
	if (context->stale) {
		ipmmu_imctr_sync_locked(root, n);
	}
	if (ours && (context->masked || context->stale) &&
	    root->system->ops->service_wanted != NULL) {
		root->system->ops->service_wanted(root->system->host,
						  context->tokens_us + IPMMU_TOKEN_US);
	}
}

/* Records that are left for want of budget. New ones are announced by service_wanted. */
static bool finish_root(struct ipmmu_root *root, bool spent)
{
	unsigned long saved = ipmmu_root_lock(root);
	bool more = false;
	uint32_t n;

	for (n = 0u; n < root->soc->contexts; n++) {
		more = more || (spent && root->contexts[n].ring_count != 0u);
		tell_lost_locked(root, n);
		calm_locked(root, n);
	}
	root->next_served = root->next_served + 1u < n ? root->next_served + 1u : 0u;
	ipmmu_root_unlock(root, saved);
	return more;
}

/* Each service starts one further, so that a root that storms starves no other. */
static uint32_t first_mmu(struct ipmmu_system *system)
{
	unsigned long saved = ipmmu_lock(system, system->lock);
	uint32_t first = system->service_next;

	system->service_next = first + 1u < system->desc->mmu_count ? first + 1u : 0u;
	ipmmu_unlock(system, system->lock, saved);
	return first;
}

static bool service_root(struct ipmmu_root *root, uint32_t *budget)
{
	while (decode_round(root, budget)) {
	}
	return finish_root(root, *budget == 0u);
}

bool ipmmu_service(struct ipmmu_system *system, uint32_t budget)
{
	bool more = false;
	uint32_t count;
	uint32_t at;
	uint32_t i;

	if (system == NULL) {
		return false;
	}
	budget = budget != 0u ? budget : 1u;
	count = system->desc->mmu_count;
	at = first_mmu(system);
	for (i = 0u; i < count; i++) {
		const struct ipmmu_mmu *mmu = &system->mmus[at];

		if (mmu->root->mmu == mmu && mmu->why == IPMMU_OK) {
			more = service_root(mmu->root, &budget) || more;
		}
		at = at + 1u < count ? at + 1u : 0u;
	}
	return more;
}
