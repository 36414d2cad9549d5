// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * context.c - state changes of a context, each under the root's lock in one go.
 *
 * Does not wait for the hardware (flush.c), nor know masters.
 */
#include "unit.h"

static void program_stage1_locked(struct ipmmu_context *context, struct ipmmu_pa pa)
{
	if (context->root->mode == IPMMU_MODE_S1_AARCH64) {
		/* The two halves are not told apart in 39 bits: both lead to the same table. */
		ipmmu_context_write(context, IMTTLBR1, ipmmu_regs_ttlbr(pa));
		ipmmu_context_write(context, IMTTUBR1, ipmmu_regs_ttubr(pa));
	}
	ipmmu_context_write(context, IMMAIR0, IPMMU_PT_MAIR0);
	if (context->root->layout->has_imbuscr) {
		uint32_t bus = ipmmu_context_read(context, IMBUSCR);

		ipmmu_context_write(context, IMBUSCR, bus & ~(IMBUSCR_DVM | IMBUSCR_BUSSEL));
	}
}

void ipmmu_context_program_locked(struct ipmmu_context *context,
				  const struct ipmmu_table *table)
{
	const struct ipmmu_root *root = context->root;

	ipmmu_context_write(context, IMTTLBR0, ipmmu_regs_ttlbr(table->root));
	ipmmu_context_write(context, IMTTUBR0, ipmmu_regs_ttubr(table->root));
	ipmmu_context_write(context, IMTTBCR,
			    ipmmu_regs_ttbcr(root->soc, root->mode, table->input_bits));
	if (root->mode != IPMMU_MODE_S2) {
		program_stage1_locked(context, table->root);
	}
	/* Only 0 clears it; writing back what was read does not. */
	ipmmu_context_write(context, IMSTR, 0u);
	context->generation++;
}

static struct ipmmu_context *find_free_locked(struct ipmmu_root *root)
{
	struct ipmmu_context *context = root->contexts;

	while (context < root->end && context->state != IPMMU_CONTEXT_FREE) {
		context++;
	}
	if (context < root->end) {
		return context;
	}
	for (context = root->contexts; context < root->end; context++) {
		if (context->state != IPMMU_CONTEXT_RESERVED) {
			ipmmu_event_context(IPMMU_EVENT_CONTEXT_HOLDER, context,
					    context->state);
		}
	}
	return NULL;
}

enum ipmmu_err ipmmu_context_assign(struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;
	struct ipmmu_context *context;

	ipmmu_lock(&root->lock);
	context = find_free_locked(root);
	if (context != NULL) {
		ipmmu_context_program_locked(context, &domain->table);
		context->state = IPMMU_CONTEXT_LIVE;
		context->domain = domain;
		/* While it was free a status that came again and again may have masked it. */
		context->masked = false;
		context->tokens = ipmmu_status_tokens(root);
		context->recent = 0u;
		context->faults = 0u;
		domain->context = context;
	}
	ipmmu_unlock(&root->lock);
	return context != NULL ? IPMMU_OK : IPMMU_E_NO_CONTEXT;
}

void ipmmu_context_quarantine_locked(struct ipmmu_context *context)
{
	context->state = IPMMU_CONTEXT_QUARANTINED;
	if (context->root->deny != NULL) {
		/* Its masters are listed while they are still on it. */
		(void)ipmmu_status_take_locked(context);
		(void)ipmmu_context_close_locked(context);
	}
	ipmmu_event_context(IPMMU_EVENT_QUARANTINED, context, context->generation);
}

void ipmmu_context_free_locked(struct ipmmu_context *context)
{
	struct ipmmu_flush *flush = &context->flush;

	/* A fault that is latched by now is not lost; it is stale when it is decoded. */
	(void)ipmmu_status_take_locked(context);
	if (context->domain != NULL) {
		context->domain->context = NULL;
	}
	context->state = IPMMU_CONTEXT_FREE;
	context->domain = NULL;
	context->remains = NULL;
	context->cookie = NULL;
	context->caches = 0u;
	context->on = false;
	context->masked = false;
	context->stale = false;
	/*
	 * Whoever waits for a flush of it has what it wants: no uTLB is on it. A flush that is
	 * under way just now is waited for by the next one.
	 */
	flush->unseen |= flush->step != IPMMU_FLUSH_IDLE ? flush->pending : 0u;
	flush->step = IPMMU_FLUSH_IDLE;
	flush->polled = false;
	flush->next = 0u;
	flush->begun++;
	flush->ended = flush->begun;
	flush->lost = flush->ended;
}
