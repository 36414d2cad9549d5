// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * imctr.c - the only writer of IMCTR: enable, flush and interrupt of a context.
 *
 * What a second write of IMCTR does while its FLUSH reads 1 is not known. So each write waits
 * until the one before it was seen to end. The only exception is a mask, see is_overdue().
 */
#include "unit.h"

enum {
	/** A flush that was looked at so often does not end: a mask does not wait for it. */
	LOOKS = 1000
};

uint64_t ipmmu_flush_next(const struct ipmmu_context *context)
{
	return (uint64_t)context->generation << 32 | (context->flush.begun + 1u);
}

void ipmmu_imctr_write_locked(struct ipmmu_context *context, uint32_t units)
{
	const struct ipmmu_root *root = context->root;
	const struct ipmmu_mmu *mmu;
	uint32_t value = IMCTR_FLUSH;

	if (context->flush.on) {
		value |= IMCTR_MMUEN | ipmmu_regs_imctr_format(root->mode) |
			 (context->masked ? 0u : IMCTR_INTEN);
	}
	/* Stores to the tables come before the flush, and the flush before the first look. */
	ipmmu_barrier(root->system);
	for (mmu = root->mmu; mmu != NULL; mmu = mmu->next) {
		if ((units & mmu->unit) != 0u) {
			ipmmu_mmu_write(mmu, ipmmu_context_place(context, IMCTR), value);
		}
		/* A cache has only these three bits of IMCTR. */
		value &= IMCTR_MMUEN | IMCTR_FLUSH | IMCTR_INTEN;
	}
	ipmmu_barrier(root->system);
	context->wrote_us = ipmmu_now(root->system);
	context->looks = 0u;
}

/* With FLUSH as it counts. All ones is no answer: the unit is dead. */
static uint32_t read_in(const struct ipmmu_context *context, const struct ipmmu_mmu *mmu)
{
	uint32_t value = ipmmu_mmu_read(mmu, ipmmu_context_place(context, IMCTR));
	bool hidden = mmu->unit != IPMMU_UNIT_ROOT &&
		      mmu->system->options.cache_flush_unreadable && value != ~0u;

	return hidden ? value & ~IMCTR_FLUSH : value;
}

uint32_t ipmmu_imctr_look(const struct ipmmu_context *context, const struct ipmmu_flush *flush,
			  uint32_t units)
{
	const struct ipmmu_mmu *mmu;
	uint32_t mask = IMCTR_FLUSH;
	uint32_t want = 0u;

	if (flush->step == IPMMU_FLUSH_ROOT || flush->step == IPMMU_FLUSH_CACHES) {
		mask |= IMCTR_MMUEN;
		want = flush->on ? IMCTR_MMUEN : 0u;
	}
	for (mmu = context->root->mmu; mmu != NULL; mmu = mmu->next) {
		if ((units & mmu->unit) != 0u && (read_in(context, mmu) & mask) == want) {
			units &= ~mmu->unit;
		}
	}
	return units;
}

bool ipmmu_imctr_is_on(const struct ipmmu_context *context, const struct ipmmu_mmu *mmu)
{
	return (ipmmu_mmu_read(mmu, ipmmu_context_place(context, IMCTR)) & IMCTR_MMUEN) != 0u;
}

/*
 * A flush that has not ended within the time-out, or however often it was looked at by a clock
 * that stands still, will not end by waiting. A mask is written all
 * the same, since the host must get rid of the interrupt. Whatever the write does to that flush
 * is harmless: the flush stays unseen, and a later one is made before the context is used.
 */
static bool is_overdue(const struct ipmmu_context *context)
{
	const struct ipmmu_system *system = context->root->system;

	return context->masked &&
	       (context->looks > LOOKS || ipmmu_now(system) - context->wrote_us >
						  2ull * system->options.flush_timeout_us);
}

void ipmmu_imctr_sync_locked(struct ipmmu_context *context)
{
	struct ipmmu_flush *flush = &context->flush;

	if (!context->stale || flush->step != IPMMU_FLUSH_IDLE) {
		return;
	}
	flush->unseen = ipmmu_imctr_look(context, flush, flush->unseen);
	context->looks++;
	if (flush->unseen != 0u && !is_overdue(context)) {
		return;
	}
	flush->on = context->on;
	flush->unseen |= IPMMU_UNIT_ROOT | context->caches;
	ipmmu_imctr_write_locked(context, IPMMU_UNIT_ROOT | context->caches);
	context->stale = false;
}

/* The library does not know what else is set in a context that it has not switched on. */
static bool silence_locked(const struct ipmmu_context *context)
{
	uint32_t imctr = ipmmu_context_read(context, IMCTR);

	if ((imctr & IMCTR_FLUSH) != 0u) {
		return false;
	}
	if ((imctr & IMCTR_INTEN) != 0u) {
		ipmmu_context_write(context, IMCTR, (imctr & ~IMCTR_INTEN) | IMCTR_FLUSH);
		ipmmu_barrier(context->root->system);
	}
	return true;
}

bool ipmmu_imctr_mask_locked(struct ipmmu_context *context, bool masked)
{
	const bool was_masked = context->masked;
	const bool was_stale = context->stale;

	if (!context->on) {
		context->masked = masked && silence_locked(context);
		return context->masked == masked;
	}
	context->stale = was_stale || was_masked != masked;
	context->masked = masked;
	ipmmu_imctr_sync_locked(context);
	if (context->stale && !masked) {
		/* It counts as masked as long as the hardware does not know better. */
		context->masked = was_masked;
		context->stale = was_stale;
	}
	return context->masked == masked;
}
