// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * settle.c - the half of probe that writes: from what was found to the known state.
 *
 * Cannot fail. A unit that does not come along is offline, with the uTLBs as found.
 */
#include "start.h"

/* Bits whose meaning is not known are kept. */
static void modify_global(const struct ipmmu_mmu *mmu, uint32_t reg, uint32_t clear,
			  uint32_t set)
{
	uint32_t offset = ipmmu_regs_global(mmu->root->layout, reg);
	uint32_t value = ipmmu_mmu_read(mmu, offset);

	ipmmu_mmu_write(mmu, offset, (value & ~clear) | set);
}

/* Firmware did those that are always on; the others lost it with their power. */
static uint32_t discache_of(const struct ipmmu_mmu *mmu)
{
	const struct ipmmu_soc *soc = mmu->desc->soc;
	bool needed = soc->discache && (!soc->discache_late_only || !mmu->desc->always_on);

	return needed && mmu->unit != IPMMU_UNIT_ROOT ? IMSCTLR_DISCACHE : 0u;
}

static void settle_globals(const struct ipmmu_root *root)
{
	const struct ipmmu_mmu *mmu = root->layout->has_global ? root->mmu : NULL;

	for (; mmu != NULL; mmu = mmu->next) {
		/* The bit is random at reset; when set, translation does not work at all. */
		if (mmu->why == IPMMU_OK) {
			modify_global(mmu, IMSCTLR, IMSCTLR_USE_SECGRP, discache_of(mmu));
		}
	}
}

/* Returns the set of units in which it did not end. */
static uint32_t switch_everywhere(struct ipmmu_context *context, bool on)
{
	return ipmmu_context_switch(context, on, ipmmu_root_online(context->root)) == IPMMU_OK
		       ? 0u
		       : context->flush.unseen;
}

static bool drop_stuck(struct ipmmu_root *root, uint32_t stuck)
{
	struct ipmmu_mmu *mmu;

	for (mmu = root->mmu; root->mmu->why == IPMMU_OK && mmu != NULL; mmu = mmu->next) {
		if ((stuck & mmu->unit) != 0u) {
			ipmmu_mmu_set_offline(mmu, IPMMU_E_TIMEOUT);
			root->deny->caches &= ~mmu->unit;
			root->deny->flush.unseen &= ~mmu->unit;
		}
	}
	return root->mmu->why == IPMMU_OK;
}

/*
 * On, leading nowhere, in the root and all caches; its interrupt stays off until the end. A
 * cache in which it does not come on is lost with its uTLBs as found; one in which only the
 * flush does not end is in @stuck, and its uTLBs can still be denied.
 */
static bool settle_deny(struct ipmmu_root *root, uint32_t *stuck)
{
	struct ipmmu_context *deny = root->deny;

	if (deny == NULL) {
		return true;
	}
	if (root->room != NULL) {
		/* Its uTLBs leave it before it becomes another. */
		ipmmu_context_reopen_locked(deny, root->room);
	}
	deny->masked = true;
	if (deny->found_on && !drop_stuck(root, switch_everywhere(deny, false))) {
		return false;
	}
	ipmmu_context_program_locked(deny, &root->deny_table);
	*stuck = switch_everywhere(deny, true);
	return (*stuck & IPMMU_UNIT_ROOT) == 0u || drop_stuck(root, *stuck);
}

/* A cache in which deny does not come on would let its uTLBs bypass: they stay as found. */
static bool takes_deny(const struct ipmmu_mmu *mmu, uint32_t stuck)
{
	return mmu->why == IPMMU_OK &&
	       ((stuck & mmu->unit) == 0u || ipmmu_imctr_is_on(mmu->root->deny, mmu));
}

static void settle_utlbs(struct ipmmu_mmu *mmu)
{
	struct ipmmu_utlb *utlb;

	for (utlb = mmu->utlbs; utlb < mmu->utlb_end; utlb++) {
		uint32_t at = utlb->at;

		if (at != IPMMU_NO_CONTEXT && !ipmmu_probe_stays(utlb) &&
		    ipmmu_utlb_close_locked(utlb)) {
			ipmmu_event_numbers(IPMMU_EVENT_UTLB_DENIED, mmu, utlb->number, at,
					    IPMMU_OK, utlb->found, 0u);
		}
	}
}

/*
 * False: nobody may get it. One that a uTLB still selects which could not be denied stays as
 * found, where the format allows: what it maps is less than what a uTLB on a context that is
 * off may reach.
 */
static bool settle_context(struct ipmmu_context *context)
{
	bool selected = ipmmu_context_utlb(context, NULL) != NULL;
	uint32_t stuck;

	if (selected && ipmmu_probe_format_fits(context->root)) {
		return false;
	}
	stuck = switch_everywhere(context, false);
	context->caches = stuck & ~IPMMU_UNIT_ROOT;
	return !selected && stuck == 0u;
}

/* Deny may fault again at once: what it reads then is not stuck. */
static void settle_status(const struct ipmmu_context *context)
{
	uint32_t status;

	ipmmu_context_write(context, IMSTR, 0u);
	status = context->state != IPMMU_CONTEXT_DENY ? ipmmu_context_read(context, IMSTR) : 0u;
	if (status != 0u && context->state != IPMMU_CONTEXT_KEPT) {
		ipmmu_event_context(IPMMU_EVENT_STATUS_STUCK, context, status);
	}
}

static void settle_contexts(struct ipmmu_root *root)
{
	struct ipmmu_context *context;

	for (context = root->contexts; context < root->end; context++) {
		bool is_free = context->state == IPMMU_CONTEXT_FREE;

		if ((is_free || context->state == IPMMU_CONTEXT_RESERVED) &&
		    !settle_context(context) && is_free) {
			context->state = IPMMU_CONTEXT_QUARANTINED;
			ipmmu_event_context(IPMMU_EVENT_QUARANTINED, context, 0u);
		}
		settle_status(context);
	}
}

/*
 * One bit for all contexts, so it changes when none is on that a table hangs from: what
 * firmware left is denied and off by now, kept contexts have the format already, and deny's
 * table is empty in every format.
 */
static void settle_format(const struct ipmmu_root *root)
{
	uint32_t stage2 = root->mode == IPMMU_MODE_S2 ? IMSAUXCTLR_S2PTE : 0u;

	if (root->layout->has_global) {
		modify_global(root->mmu, IMSAUXCTLR, IMSAUXCTLR_S2PTE, stage2);
	}
}

/* Nobody else knows the root yet: no lock is taken. */
static void settle_root(struct ipmmu_root *root)
{
	struct ipmmu_mmu *mmu;
	uint32_t stuck = 0u;

	settle_globals(root);
	if (!settle_deny(root, &stuck)) {
		return;
	}
	for (mmu = root->mmu; mmu != NULL; mmu = mmu->next) {
		if (takes_deny(mmu, stuck)) {
			settle_utlbs(mmu);
		}
	}
	(void)drop_stuck(root, stuck);
	settle_contexts(root);
	settle_format(root);
	if (root->deny != NULL) {
		/* It works already: a flush that does not end is waited for by the next one. */
		root->deny->masked = false;
		(void)switch_everywhere(root->deny, true);
	}
	for (mmu = root->mmu; mmu != NULL; mmu = mmu->next) {
		if (mmu->why == IPMMU_OK) {
			ipmmu_event_numbers(IPMMU_EVENT_MMU_ONLINE, mmu, IPMMU_NONE,
					    ipmmu_context_number(root->deny), IPMMU_OK,
					    root->mode, 0u);
		}
	}
}

void ipmmu_probe_settle(struct ipmmu_system *system)
{
	struct ipmmu_root *root;

	for (root = system->roots; root != NULL; root = root->next) {
		if (root->mmu->why == IPMMU_OK) {
			settle_root(root);
		}
	}
}
