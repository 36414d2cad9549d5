// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * interrupt.c - the interrupt half: read, clear, remember, mask. service.c decodes.
 */
#include "../domain/domain.h"

/* On by the library, and its to mask. Others are off, or as firmware left them. */
static bool is_scanned_first(const struct ipmmu_context *context)
{
	return context->on && !context->masked;
}

/* A context without a token left has no interrupt until the service half gives it back. */
static void check_storm_locked(struct ipmmu_context *context)
{
	if (context->tokens == 0u && !context->masked &&
	    ipmmu_imctr_mask_locked(context, true)) {
		ipmmu_event_context(IPMMU_EVENT_FAULT_STORM, context, context->recent);
		context->recent = 0u;
		ipmmu_service_at(context->root->system, context->tokens_us + IPMMU_TOKEN_US);
	} else if (context->stale) {
		ipmmu_imctr_sync_locked(context);
	}
}

/* Starts behind the context that faulted last, so that one that storms starves no other. */
static bool scan_locked(struct ipmmu_root *root, bool first)
{
	struct ipmmu_context *context = root->last_fault;
	bool any = false;
	uint32_t i;

	for (i = 0u; i < root->soc->contexts; i++) {
		context = ipmmu_context_next(context);
		if (is_scanned_first(context) == first && ipmmu_status_take_locked(context)) {
			check_storm_locked(context);
			any = true;
		}
	}
	return any;
}

bool ipmmu_root_interrupt(struct ipmmu_system *system, uint32_t root_index)
{
	struct ipmmu_root *root;
	struct ipmmu_mmu *mmu;
	bool any;

	if (ipmmu_system_find(system, root_index, system, &mmu) != IPMMU_OK ||
	    mmu->unit != IPMMU_UNIT_ROOT || mmu->why != IPMMU_OK) {
		return false;
	}
	root = mmu->root;
	ipmmu_lock(&root->lock);
	/* The line stays up as long as any context has a status, used by us or not. */
	any = scan_locked(root, true) || scan_locked(root, false);
	if (!any) {
		ipmmu_event_mmu(IPMMU_EVENT_FAULT_SPURIOUS, root->mmu, IPMMU_OK, 0u);
	}
	ipmmu_unlock(&root->lock);
	return any;
}
