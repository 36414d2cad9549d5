// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * imctr.c - the only writer of IMCTR: enable, flush and interrupt of a context.
 *
 * What a second write of IMCTR does while its FLUSH reads 1 is not known. So each write waits
 * until the one before it was seen to end. The only exception is a mask, see is_overdue().
 */
#include "unit.h"

/* A cache has only these three bits of IMCTR. */
static const uint32_t CACHE_BITS = IMCTR_MMUEN | IMCTR_FLUSH | IMCTR_INTEN;

static uint32_t value_of(const struct ipmmu_root *root, const struct ipmmu_context *context)
{
	uint32_t value = IMCTR_MMUEN | ipmmu_regs_imctr_format(root->mode) | IMCTR_FLUSH;

	if (!context->flush.on) {
		return IMCTR_FLUSH;
	}
	return context->masked ? value : value | IMCTR_INTEN;
}

void ipmmu_imctr_write_locked(struct ipmmu_root *root, uint32_t n,
			      const struct ipmmu_units *units)
{
	uint32_t value = value_of(root, &root->contexts[n]);
	uint32_t i;

	/* Stores to the tables come before the flush, and the flush before the first look. */
	ipmmu_barrier(root->system);
	if (units->root) {
		ipmmu_context_write(root->mmu, n, IMCTR, value);
	}
	for (i = 0u; i < root->cache_count; i++) {
		if ((units->caches & (1u << i)) != 0u) {
			ipmmu_context_write(root->caches[i], n, IMCTR, value & CACHE_BITS);
		}
	}
	ipmmu_barrier(root->system);
	root->contexts[n].wrote_us = ipmmu_now(root->system);
}

static bool has_ended(const struct ipmmu_mmu *mmu, uint32_t n, const struct ipmmu_flush *flush)
{
	const struct ipmmu_root *root = mmu->root;
	uint32_t mask = IMCTR_FLUSH;
	uint32_t want = 0u;

	if (mmu != root->mmu && root->system->options.cache_flush_unreadable) {
		mask = 0u;
	}
	if (flush->step == IPMMU_FLUSH_ROOT || flush->step == IPMMU_FLUSH_CACHES) {
		mask |= IMCTR_MMUEN;
		want = flush->on ? IMCTR_MMUEN : 0u;
	}
	return (ipmmu_context_read(mmu, n, IMCTR) & mask) == want;
}

void ipmmu_imctr_look(const struct ipmmu_root *root, uint32_t n,
		      const struct ipmmu_flush *flush, struct ipmmu_units *units)
{
	uint32_t i;

	for (i = 0u; i < root->cache_count; i++) {
		if ((units->caches & (1u << i)) != 0u && has_ended(root->caches[i], n, flush)) {
			units->caches &= ~(1u << i);
		}
	}
	if (units->root && has_ended(root->mmu, n, flush)) {
		units->root = false;
	}
}

bool ipmmu_imctr_is_on(const struct ipmmu_mmu *mmu, uint32_t n)
{
	return (ipmmu_context_read(mmu, n, IMCTR) & IMCTR_MMUEN) != 0u;
}

/*
 * A flush that has not ended within the time-out will not end by waiting. A mask is written all
 * the same, since the host must get rid of the interrupt. Whatever the write does to that flush
 * is harmless: the flush stays unseen, and a later one is made before the context is used.
 */
static bool is_overdue(const struct ipmmu_root *root, const struct ipmmu_context *context)
{
	return context->masked && ipmmu_now(root->system) - context->wrote_us >
					  2ull * root->system->options.flush_timeout_us;
}

void ipmmu_imctr_sync_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];
	const struct ipmmu_units units = {true, context->caches};

	if (!context->stale || context->flush.step != IPMMU_FLUSH_IDLE) {
		return;
	}
	if (ipmmu_units_any(&context->flush.unseen)) {
		ipmmu_imctr_look(root, n, &context->flush, &context->flush.unseen);
	}
	if (ipmmu_units_any(&context->flush.unseen) && !is_overdue(root, context)) {
		return;
	}
	context->flush.on = context->on;
	ipmmu_imctr_write_locked(root, n, &units);
	ipmmu_units_add(&context->flush.unseen, &units);
	context->stale = false;
}

/* The library does not know what else is set in a context that it has not switched on. */
static bool silence_locked(struct ipmmu_root *root, uint32_t n)
{
	uint32_t imctr = ipmmu_context_read(root->mmu, n, IMCTR);

	if ((imctr & IMCTR_FLUSH) != 0u) {
		return false;
	}
	if ((imctr & IMCTR_INTEN) != 0u) {
		ipmmu_context_write(root->mmu, n, IMCTR, (imctr & ~IMCTR_INTEN) | IMCTR_FLUSH);
		ipmmu_barrier(root->system);
	}
	return true;
}

bool ipmmu_imctr_mask_locked(struct ipmmu_root *root, uint32_t n, bool masked)
{
	struct ipmmu_context *context = &root->contexts[n];

	if (!context->on) {
		context->masked = masked && silence_locked(root, n);
		return context->masked == masked;
	}
	context->stale = context->stale || context->masked != masked;
	context->masked = masked;
	ipmmu_imctr_sync_locked(root, n);
	return true;
}
