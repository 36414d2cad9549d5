// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * service.c - the service half: decode what the interrupt half kept, unmask after storms.
 *
 * What a record names to the host is held until the hook has returned.
 */
#include "../domain/domain.h"

static void decode_record(struct ipmmu_fault *fault, const struct ipmmu_raw_fault *raw)
{
	uint32_t i;

	fault->iova.v = raw->iova;
	fault->kinds = ipmmu_regs_fault_kinds(raw->status);
	fault->code = ipmmu_field_get(raw->status, IMSTR_ERRCODE);
	fault->level = ipmmu_field_get(raw->status, IMSTR_ERRLVL);
	fault->status = raw->status;
	fault->source = raw->source;
	fault->at_us = raw->at_us;
	fault->master_count = raw->master_count;
	fault->masters_incomplete = raw->incomplete;
	for (i = 0u; i < raw->listed; i++) {
		fault->masters[i] = raw->masters[i]->desc;
		raw->masters[i]->held++;
	}
}

/* Takes the oldest record of a context, and holds what it names. System lock held. */
static bool take(struct ipmmu_context *context, struct ipmmu_fault *fault,
		 struct ipmmu_raw_fault *raw)
{
	bool any;

	ipmmu_lock(&context->root->lock);
	any = context->ring_count != 0u;
	if (any) {
		*raw = context->ring[context->ring_first];
		context->ring_first = (uint8_t)((context->ring_first + 1u) % IPMMU_RING_SIZE);
		context->ring_count--;
		decode_record(fault, raw);
		fault->context_state = context->state;
		fault->stale =
			context->generation != raw->generation ||
			(context->domain == NULL && context->state != IPMMU_CONTEXT_DENY);
		if (!fault->stale && context->domain != NULL) {
			fault->domain = context->domain;
			fault->cookie = fault->domain->cookie;
			fault->domain->held++;
		}
	}
	ipmmu_unlock(&context->root->lock);
	return any;
}

static void let_go(struct ipmmu_system *system, const struct ipmmu_raw_fault *raw,
		   struct ipmmu_domain *domain)
{
	uint32_t i;

	ipmmu_lock(&system->lock);
	for (i = 0u; i < raw->listed; i++) {
		raw->masters[i]->held--;
	}
	ipmmu_unlock(&system->lock);
	if (domain != NULL) {
		ipmmu_life_release(domain);
	}
}

/* The oldest record of a context; false when it has none. */
static bool decode(struct ipmmu_context *context)
{
	struct ipmmu_system *system = context->root->system;
	struct ipmmu_fault fault = {.root = context->root->mmu->index,
				    .context = context->number};
	struct ipmmu_raw_fault raw;
	bool any;

	ipmmu_lock(&system->lock);
	any = take(context, &fault, &raw);
	if (fault.domain != NULL) {
		fault.walk_count = ipmmu_domain_walk(fault.domain, system->ops->table_explain,
						     fault.iova, fault.walk);
	}
	ipmmu_unlock(&system->lock);
	if (any) {
		if (system->ops->fault != NULL) {
			system->ops->fault(system->host, &fault);
		}
		let_go(system, &raw, fault.domain);
	}
	return any;
}

/* One record of each context in turn, until there is none, or no budget is left. */
static void decode_all(struct ipmmu_root *root, uint32_t *budget)
{
	struct ipmmu_context *context;
	uint32_t idle = 0u;

	ipmmu_lock(&root->lock);
	context = root->next_served;
	root->next_served = ipmmu_context_next(context);
	ipmmu_unlock(&root->lock);

	while (*budget != 0u && idle < root->soc->contexts) {
		idle++;
		if (decode(context)) {
			(*budget)--;
			idle = 0u;
		}
		context = ipmmu_context_next(context);
	}
}

/*
 * A masked context that has tokens again is looked at. A fault that is pending takes one: a
 * master that stalls on it goes on, at 100 faults a second. When nothing is pending the
 * context gets its interrupt back.
 */
static void calm_locked(struct ipmmu_context *context)
{
	uint32_t looks = IPMMU_RING_SIZE;

	ipmmu_status_refill_locked(context, ipmmu_now(context->root->system));
	while (context->tokens != 0u && looks != 0u && ipmmu_status_take_locked(context)) {
		looks--;
	}
	if (context->tokens == 0u || looks == 0u || !ipmmu_imctr_mask_locked(context, false)) {
		ipmmu_service_at(context->root->system, context->tokens_us + IPMMU_TOKEN_US);
	}
}

/* One that firmware left on stays silent, and so does one in quarantine. */
static void service_locked(struct ipmmu_context *context)
{
	if (context->masked && context->on &&
	    (context->state == IPMMU_CONTEXT_LIVE || context->state == IPMMU_CONTEXT_DENY)) {
		calm_locked(context);
	}
	ipmmu_imctr_sync_locked(context);
	if (context->lost != 0u) {
		ipmmu_event_context(IPMMU_EVENT_FAULT_LOST, context, context->lost);
		context->lost = 0u;
	}
}

/* True when records of before @round_us are left. */
static bool service_root(struct ipmmu_root *root, uint32_t *budget, uint64_t round_us)
{
	struct ipmmu_context *context;
	bool more = false;

	decode_all(root, budget);
	ipmmu_lock(&root->lock);
	for (context = root->contexts; context < root->end; context++) {
		if (context->ring_count != 0u) {
			/* A wake of before may have been for this call. */
			ipmmu_service_at(root->system, 0u);
			more = more || context->ring[context->ring_first].at_us <= round_us;
		}
		service_locked(context);
	}
	ipmmu_unlock(&root->lock);
	return more;
}

static struct ipmmu_root *after(const struct ipmmu_root *root)
{
	return root->next != NULL ? root->next : root->system->roots;
}

bool ipmmu_service(struct ipmmu_system *system, uint32_t budget)
{
	struct ipmmu_root *first;
	struct ipmmu_root *root;
	uint64_t round_us;
	bool more = false;

	if (system == NULL) {
		return false;
	}
	budget = budget != 0u ? budget : 1u;
	/* Each service starts one further, so that a root that storms starves no other. */
	ipmmu_lock(&system->lock);
	first = system->next_served;
	system->next_served = after(first);
	/* A loop over this call ends, however long the fault hook takes. */
	if (!system->goes_on) {
		system->round_us = ipmmu_now(system);
	}
	round_us = system->round_us;
	ipmmu_unlock(&system->lock);
	root = first;
	do {
		if (root->mmu->why == IPMMU_OK) {
			more = service_root(root, &budget, round_us) || more;
		}
		root = after(root);
	} while (root != first);
	ipmmu_lock(&system->lock);
	system->goes_on = more;
	ipmmu_unlock(&system->lock);
	return more;
}
