// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * interrupt.c - the interrupt half: read, clear, remember, mask. service.c decodes.
 */
#include "fault.h"

/* On by the library, and its to mask. Others are off, or as firmware left them. */
static bool is_scanned_first(const struct ipmmu_context *context)
{
	return !context->masked &&
	       (context->state == IPMMU_CONTEXT_DENY || context->state == IPMMU_CONTEXT_LIVE ||
		context->state == IPMMU_CONTEXT_QUARANTINED ||
		context->state == IPMMU_CONTEXT_RETRYING);
}

/* A context without a token left has no interrupt until the service half gives it back. */
static void check_storm_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];
	const struct ipmmu_ops *ops = root->system->ops;

	if (context->tokens == 0u && !context->masked &&
	    ipmmu_imctr_mask_locked(root, n, true)) {
		ipmmu_event_context(IPMMU_EVENT_FAULT_STORM, root, n, context->recent);
		context->recent = 0u;
		if (ops->service_wanted != NULL) {
			ops->service_wanted(root->system->host,
					    context->tokens_us + IPMMU_TOKEN_US);
		}
	} else if (context->stale) {
		ipmmu_imctr_sync_locked(root, n);
	}
}

/* Starts behind the context that faulted last, so that one that storms starves no other. */
static bool scan_locked(struct ipmmu_root *root, bool first)
{
	uint32_t count = root->soc->contexts;
	uint32_t start = root->last_fault + 1u;
	bool any = false;
	uint32_t i;

	for (i = 0u; i < count; i++) {
		uint32_t n = start + i < count ? start + i : start + i - count;

		if (is_scanned_first(&root->contexts[n]) == first &&
		    ipmmu_status_take_locked(root, n)) {
			check_storm_locked(root, n);
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
	saved = ipmmu_root_lock(root);
	any = interrupt_locked(root);
	ipmmu_root_unlock(root, saved);
	return any;
}
