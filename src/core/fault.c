// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * fault.c - the interrupt half: read, clear, remember. Decoding is service.c's.
 */
#include "core.h"

static const uint32_t FAULT_BITS = IMSTR_MHIT | IMSTR_ABORT | IMSTR_PF | IMSTR_TF;

static uint32_t fault_source(const struct ipmmu_root *root)
{
	if (!ipmmu_root_layout(root)->has_imsstr) {
		return 0u;
	}
	return ipmmu_mmu_read(root->mmu, ipmmu_regs_global(ipmmu_root_layout(root), IMSSTR));
}

static uint64_t fault_iova(const struct ipmmu_root *root, uint32_t n)
{
	uint32_t upper = 0u;
	uint32_t lower;

	if (!ipmmu_root_layout(root)->has_imeuar) {
		return ipmmu_context_read(root->mmu, n, IMEAR);
	}
	lower = ipmmu_context_read(root->mmu, n, IMELAR);
	upper = ipmmu_context_read(root->mmu, n, IMEUAR);
	return ipmmu_regs_iova(lower, upper).v;
}

static void ring_push_locked(struct ipmmu_root *root, const struct ipmmu_raw_fault *raw)
{
	if (root->ring_count == IPMMU_RING_SIZE) {
		root->ring_lost++;
		return;
	}
	root->ring[(root->ring_first + root->ring_count) % IPMMU_RING_SIZE] = *raw;
	root->ring_count++;
}

/* On by us, and ours to mask. Others are off, or as firmware left them. */
static bool is_ours(const struct ipmmu_context *context)
{
	return context->state == IPMMU_CONTEXT_DENY || context->state == IPMMU_CONTEXT_LIVE ||
	       context->state == IPMMU_CONTEXT_QUARANTINED;
}

/* Contexts whose faults are the host's business, and are not masked. */
static bool in_use(const struct ipmmu_context *context)
{
	return !context->masked && is_ours(context);
}

/* Contexts of others keep all but their interrupt: nobody else would end the storm. */
static bool mask_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];

	context->reload = context->reload || is_ours(context);
	return is_ours(context) || ipmmu_flush_silence_locked(root, n);
}

static void storm_check_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];

	if (context->recent > root->system->options.storm_limit && !context->masked &&
	    mask_locked(root, n)) {
		context->masked = true;
		ipmmu_event_context(IPMMU_EVENT_FAULT_STORM, root, n, context->recent);
	}
	if (context->reload) {
		ipmmu_flush_apply_mask_locked(root, n);
	}
}

/* The address is lost when the status is cleared: it is read first. */
bool ipmmu_fault_take_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];
	struct ipmmu_raw_fault raw = {.context = n, .generation = context->generation};

	raw.status = ipmmu_context_read(root->mmu, n, IMSTR);
	if (raw.status == ~0u) {
		ipmmu_event_context(IPMMU_EVENT_MMU_DEAD, root, n, raw.status);
		return false;
	}
	if ((raw.status & FAULT_BITS) == 0u) {
		return false;
	}
	raw.iova = fault_iova(root, n);
	raw.source = fault_source(root);
	ipmmu_context_write(root->mmu, n, IMSTR, 0u);
	raw.at_us = root->system->ops->now_us(root->system->host);
	root->last_fault = n;
	context->recent++;
	context->faults++;
	if (context->domain == NULL && context->state != IPMMU_CONTEXT_DENY) {
		ipmmu_event_context(IPMMU_EVENT_FAULT_UNOWNED, root, n, raw.status);
		return true;
	}
	ring_push_locked(root, &raw);
	return true;
}

/* Starts behind the context that faulted last, so that one that storms starves no other. */
static bool scan_locked(struct ipmmu_root *root, bool used)
{
	uint32_t count = root->soc->contexts;
	uint32_t first = root->last_fault + 1u;
	bool any = false;
	uint32_t i;

	for (i = 0u; i < count; i++) {
		uint32_t n = first + i < count ? first + i : first + i - count;

		if (in_use(&root->contexts[n]) == used && ipmmu_fault_take_locked(root, n)) {
			storm_check_locked(root, n);
			any = true;
		}
	}
	return any;
}

static bool interrupt_locked(struct ipmmu_root *root)
{
	/* The line stays up as long as any context has a status, used by us or not. */
	if (scan_locked(root, true) || scan_locked(root, false)) {
		return true;
	}
	ipmmu_event_context(IPMMU_EVENT_FAULT_SPURIOUS, root, IPMMU_NONE, 0u);
	return false;
}

/* Masked, or to be unmasked when the flush of the last change has ended. */
static bool any_masked_locked(const struct ipmmu_root *root)
{
	uint32_t n;

	for (n = 0u; n < root->soc->contexts; n++) {
		const struct ipmmu_context *context = &root->contexts[n];

		if (context->masked || context->reload) {
			return true;
		}
	}
	return false;
}

void ipmmu_fault_want_service_locked(const struct ipmmu_root *root)
{
	const struct ipmmu_ops *ops = root->system->ops;
	void *host = root->system->host;

	if (ops->service_wanted == NULL) {
		return;
	}
	if (root->ring_count != 0u) {
		ops->service_wanted(host, 0u);
	} else if (any_masked_locked(root)) {
		ops->service_wanted(host, ops->now_us(host) + IPMMU_STORM_REARM_US);
	}
}

bool ipmmu_root_interrupt(struct ipmmu_system *system, uint32_t root_index)
{
	struct ipmmu_root *root;
	unsigned long saved;
	bool any;

	if (system == NULL || root_index >= system->desc->mmu_count) {
		return false;
	}
	root = system->mmus[root_index].root;
	if (root->mmu->index != root_index || root->mmu->why != IPMMU_OK) {
		return false;
	}
	saved = ipmmu_lock(system, root->lock);
	any = interrupt_locked(root);
	ipmmu_fault_want_service_locked(root);
	ipmmu_unlock(system, root->lock, saved);
	return any;
}
