// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * service.c - the service half: decode what the interrupt half kept, calm storms.
 */
#include "core.h"

static bool ring_pop(struct ipmmu_root *root, struct ipmmu_raw_fault *raw)
{
	unsigned long saved = ipmmu_lock(root->system, root->lock);
	bool any = root->ring_count != 0u;

	if (any) {
		*raw = root->ring[root->ring_first];
		root->ring_first = (root->ring_first + 1u) % IPMMU_RING_SIZE;
		root->ring_count--;
	}
	ipmmu_unlock(root->system, root->lock, saved);
	return any;
}

/* IMSSTR names caches; how its bits clear is not known, so it narrows but never excludes all.
 */
static bool selects(const struct ipmmu_root *root, const struct ipmmu_master *master,
		    uint32_t context, uint32_t source)
{
	const struct ipmmu_system *system = root->system;
	uint32_t i;

	for (i = 0u; i < master->desc->port_count; i++) {
		const struct ipmmu_port *port = &master->desc->ports[i];
		uint32_t bit = system->mmus[port->mmu].desc->imsstr_bit;
		bool named = bit >= 32u || (source & (1u << bit)) != 0u;

		if (ipmmu_port_utlb(system, port)->at == context && (source == 0u || named)) {
			return true;
		}
	}
	return false;
}

static void list_masters_locked(const struct ipmmu_root *root, struct ipmmu_fault *fault,
				uint32_t source)
{
	const struct ipmmu_master *master;

	for (master = root->system->masters; master != NULL; master = master->next) {
		if (master->root != root || !selects(root, master, fault->context, source)) {
			continue;
		}
		if (fault->master_count < IPMMU_FAULT_MASTERS) {
			fault->masters[fault->master_count] = master->desc;
		}
		fault->master_count++;
	}
}

static void attribute_locked(const struct ipmmu_root *root, const struct ipmmu_raw_fault *raw,
			     struct ipmmu_fault *fault)
{
	const struct ipmmu_context *context = &root->contexts[raw->context];

	fault->context_state = context->state;
	fault->stale = context->generation != raw->generation ||
		       (context->domain == NULL && context->state != IPMMU_CONTEXT_DENY);
	if (fault->stale) {
		return;
	}
	fault->domain = context->domain;
	fault->cookie = context->domain != NULL ? context->domain->cookie : NULL;
	list_masters_locked(root, fault, raw->source);
	if (fault->master_count == 0u) {
		list_masters_locked(root, fault, 0u);
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

static void decode(struct ipmmu_root *root, const struct ipmmu_raw_fault *raw)
{
	struct ipmmu_system *system = root->system;
	struct ipmmu_fault fault = {
		.root = root->mmu->index,
		.context = raw->context,
		.iova = {raw->iova},
		.kinds = decode_kinds(raw->status),
		.code = ipmmu_field_get(raw->status, IMSTR_ERRCODE),
		.level = ipmmu_field_get(raw->status, IMSTR_ERRLVL),
		.status = raw->status,
		.source = raw->source,
		.at_us = raw->at_us,
	};
	unsigned long saved_system = ipmmu_lock(system, system->lock);
	unsigned long saved = ipmmu_lock(system, root->lock);

	attribute_locked(root, raw, &fault);
	ipmmu_unlock(system, root->lock, saved);
	/* It does not end while the system lock is held. */
	if (fault.domain != NULL) {
		fault.walk_count = ipmmu_domain_walk(fault.domain, system->ops->table_explain,
						     fault.iova, fault.walk);
	}
	ipmmu_unlock(system, system->lock, saved_system);
	if (system->ops->fault != NULL) {
		system->ops->fault(system->host, &fault);
	}
}

/*
 * One fault of a masked context per service, so that a master that stalls on it goes on at the
 * host's pace; calm again, it gets its interrupt back.
 */
static void calm_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];

	context->recent = 0u;
	/* One that firmware left on is not switched by us, and stays silent. */
	if (context->masked && !ipmmu_fault_take_locked(root, n) && context->on) {
		context->masked = false;
		context->reload = true;
	}
	if (context->reload) {
		ipmmu_flush_apply_mask_locked(root, n);
	}
}

static bool finish_root(struct ipmmu_root *root)
{
	unsigned long saved = ipmmu_lock(root->system, root->lock);
	bool more;
	uint32_t n;

	for (n = 0u; n < root->soc->contexts; n++) {
		calm_locked(root, n);
	}
	if (root->ring_lost != 0u) {
		ipmmu_event_context(IPMMU_EVENT_FAULT_LOST, root, IPMMU_NONE, root->ring_lost);
		root->ring_lost = 0u;
	}
	more = root->ring_count != 0u;
	ipmmu_fault_want_service_locked(root);
	ipmmu_unlock(root->system, root->lock, saved);
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
	struct ipmmu_raw_fault raw;

	while (*budget > 0u && ring_pop(root, &raw)) {
		decode(root, &raw);
		(*budget)--;
	}
	return finish_root(root);
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
