// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * context.c - state changes of a context, each under the root's lock in one go.
 *
 * Does not wait for the hardware (flush.c), nor know masters.
 */
#include "unit.h"

static void program_stage1_locked(struct ipmmu_root *root, uint32_t n, struct ipmmu_pa pa)
{
	if (root->mode == IPMMU_MODE_S1_AARCH64) {
		/* The two halves are not told apart in 39 bits: both lead to the same table. */
		ipmmu_context_write(root->mmu, n, IMTTLBR1, ipmmu_regs_ttlbr(pa));
		ipmmu_context_write(root->mmu, n, IMTTUBR1, ipmmu_regs_ttubr(pa));
	}
	ipmmu_context_write(root->mmu, n, IMMAIR0, IPMMU_PT_MAIR0);
	if (root->layout->has_imbuscr) {
		uint32_t bus = ipmmu_context_read(root->mmu, n, IMBUSCR);

		ipmmu_context_write(root->mmu, n, IMBUSCR,
				    bus & ~(IMBUSCR_DVM | IMBUSCR_BUSSEL));
	}
}

void ipmmu_context_program_locked(struct ipmmu_root *root, uint32_t n,
				  const struct ipmmu_table *table)
{
	ipmmu_context_write(root->mmu, n, IMTTLBR0, ipmmu_regs_ttlbr(table->root));
	ipmmu_context_write(root->mmu, n, IMTTUBR0, ipmmu_regs_ttubr(table->root));
	ipmmu_context_write(root->mmu, n, IMTTBCR,
			    ipmmu_regs_ttbcr(root->soc, root->mode, table->input_bits));
	if (root->mode != IPMMU_MODE_S2) {
		program_stage1_locked(root, n, table->root);
	}
	/* Only 0 clears it; writing back what was read does not. */
	ipmmu_context_write(root->mmu, n, IMSTR, 0u);
}

static uint32_t find_free_locked(const struct ipmmu_root *root)
{
	uint32_t n;

	for (n = 0u; n < root->soc->contexts; n++) {
		if (root->contexts[n].state == IPMMU_CONTEXT_FREE) {
			return n;
		}
	}
	return IPMMU_NO_CONTEXT;
}

static void tell_holders_locked(const struct ipmmu_root *root)
{
	uint32_t n;

	for (n = 0u; n < root->soc->contexts; n++) {
		if (root->contexts[n].state != IPMMU_CONTEXT_RESERVED) {
			ipmmu_event_context(IPMMU_EVENT_CONTEXT_HOLDER, root, n,
					    root->contexts[n].state);
		}
	}
}

enum ipmmu_err ipmmu_context_assign_locked(struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;
	uint32_t n = find_free_locked(root);
	struct ipmmu_context *context;

	if (n == IPMMU_NO_CONTEXT) {
		tell_holders_locked(root);
		return IPMMU_E_NO_CONTEXT;
	}
	context = &root->contexts[n];
	ipmmu_context_program_locked(root, n, &domain->table);
	context->state = IPMMU_CONTEXT_LIVE;
	context->domain = domain;
	context->generation++;
	context->masked = false;
	context->tokens = ipmmu_status_tokens(root);
	context->recent = 0u;
	context->faults = 0u;
	domain->context = n;
	return IPMMU_OK;
}

void ipmmu_context_quarantine_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];

	context->state = IPMMU_CONTEXT_QUARANTINED;
	if (root->deny != IPMMU_NO_CONTEXT) {
		/* Its masters are listed while they are still on it. */
		(void)ipmmu_status_take_locked(root, n);
		(void)ipmmu_root_close_locked(root, n);
	}
	ipmmu_event_context(IPMMU_EVENT_QUARANTINED, root, n, context->generation);
}

/*
 * Whoever waits for a flush of a context that is given back has what it wants: no uTLB is on
 * it. A flush that is under way just then is waited for by the next one.
 */
static void serve_all_locked(struct ipmmu_flush *flush)
{
	if (flush->step != IPMMU_FLUSH_IDLE) {
		ipmmu_units_add(&flush->unseen, &flush->pending);
	}
	flush->step = IPMMU_FLUSH_IDLE;
	flush->polled = false;
	flush->next = (struct ipmmu_units){false, 0u};
	flush->next_utlbs = false;
	flush->begun++;
	flush->ended = flush->begun;
}

void ipmmu_context_free_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];

	/* A fault that is latched by now is not lost; it is stale when it is decoded. */
	(void)ipmmu_status_take_locked(root, n);
	if (context->domain != NULL) {
		context->domain->context = IPMMU_NO_CONTEXT;
	}
	context->state = IPMMU_CONTEXT_FREE;
	context->domain = NULL;
	context->remains = NULL;
	context->cookie = NULL;
	context->caches = 0u;
	context->on = false;
	context->masked = false;
	context->stale = false;
	serve_all_locked(&context->flush);
}
