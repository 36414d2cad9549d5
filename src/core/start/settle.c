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

static bool needs_discache(const struct ipmmu_mmu *mmu)
{
	const struct ipmmu_soc *soc = mmu->desc->soc;

	/* Firmware did those that are always on; the others lost it with their power. */
	return soc->discache && (!soc->discache_late_only || !mmu->desc->always_on);
}

IPMMU_OWN_FRAME static void settle_globals(const struct ipmmu_root *root)
{
	uint32_t i;

	if (!root->layout->has_global) {
		return;
	}
	/* Random at reset; when set, translation does not work at all. */
	modify_global(root->mmu, IMSCTLR, IMSCTLR_USE_SECGRP, 0u);
	for (i = 0u; i < root->cache_count; i++) {
		const struct ipmmu_mmu *cache = root->caches[i];

		if (cache->why == IPMMU_OK) {
			modify_global(cache, IMSCTLR, IMSCTLR_USE_SECGRP,
				      needs_discache(cache) ? IMSCTLR_DISCACHE : 0u);
		}
	}
}

/* Returns the units in which it did not end. */
static struct ipmmu_units switch_everywhere(struct ipmmu_root *root, uint32_t n, bool on)
{
	struct ipmmu_context *context = &root->contexts[n];
	const struct ipmmu_units units = {true, ipmmu_root_online_caches(root)};
	unsigned long saved = ipmmu_root_lock(root);
	struct ipmmu_ticket ticket;

	context->on = on;
	context->caches = units.caches;
	ticket = ipmmu_flush_request_locked(root, n, &units, false);
	ipmmu_root_unlock(root, saved);
	if (ipmmu_flush_wait(&ticket) == IPMMU_OK) {
		return (struct ipmmu_units){false, 0u};
	}
	return context->flush.unseen;
}

static bool drop_stuck(struct ipmmu_root *root, struct ipmmu_units stuck)
{
	uint32_t i;

	if (stuck.root) {
		ipmmu_mmu_set_offline(root->mmu, IPMMU_E_TIMEOUT);
		return false;
	}
	for (i = 0u; i < root->cache_count; i++) {
		if ((stuck.caches & (1u << i)) != 0u) {
			ipmmu_mmu_set_offline(root->caches[i], IPMMU_E_TIMEOUT);
			root->contexts[root->deny].caches &= ~(1u << i);
			root->contexts[root->deny].flush.unseen.caches &= ~(1u << i);
		}
	}
	return true;
}

/* uTLBs that will be denied leave the context that becomes the deny context. */
IPMMU_OWN_FRAME static void clear_deny(struct ipmmu_root *root)
{
	struct ipmmu_mmu *mmu;
	unsigned long saved = ipmmu_root_lock(root);
	uint32_t i;
	uint32_t u;

	for (i = 0u;
	     root->room != IPMMU_NO_CONTEXT && (mmu = ipmmu_root_port_mmu(root, i)) != NULL;
	     i++) {
		for (u = 0u; u < mmu->utlb_count; u++) {
			if (mmu->utlbs[u].at == root->deny) {
				ipmmu_utlb_open_locked(mmu, u, root->room);
			}
		}
	}
	ipmmu_root_unlock(root, saved);
}

/*
 * On, leading nowhere, in the root and all caches; its interrupt stays off until the end. A
 * cache in which it does not come on is lost with its uTLBs as found; one in which only the
 * flush does not end is in @stuck, and its uTLBs can still be denied.
 */
IPMMU_OWN_FRAME static bool settle_deny(struct ipmmu_root *root, struct ipmmu_units *stuck)
{
	struct ipmmu_context *deny;
	struct ipmmu_table table = ipmmu_deny_table(root);
	unsigned long saved;

	if (root->deny == IPMMU_NO_CONTEXT) {
		return true;
	}
	deny = &root->contexts[root->deny];
	deny->masked = true;
	if (deny->found_on && !drop_stuck(root, switch_everywhere(root, root->deny, false))) {
		return false;
	}
	saved = ipmmu_root_lock(root);
	ipmmu_context_program_locked(root, root->deny, &table);
	deny->generation++;
	ipmmu_root_unlock(root, saved);
	*stuck = switch_everywhere(root, root->deny, true);
	return !stuck->root || drop_stuck(root, *stuck);
}

/* A cache in which deny does not come on would let its uTLBs bypass: they stay as found. */
static bool takes_deny(const struct ipmmu_mmu *mmu, const struct ipmmu_units *stuck)
{
	const struct ipmmu_root *root = mmu->root;
	bool is_stuck = mmu != root->mmu && (stuck->caches & (1u << mmu->bit)) != 0u;

	return mmu->why == IPMMU_OK && (!is_stuck || ipmmu_imctr_is_on(mmu, root->deny));
}

IPMMU_OWN_FRAME static void settle_utlbs(struct ipmmu_mmu *mmu)
{
	struct ipmmu_root *root = mmu->root;
	unsigned long saved;
	uint32_t u;

	saved = ipmmu_root_lock(root);
	for (u = 0u; u < mmu->utlb_count; u++) {
		uint32_t at = mmu->utlbs[u].at;

		if (at != IPMMU_NO_CONTEXT && !ipmmu_probe_stays(mmu, u) &&
		    ipmmu_utlb_close_locked(mmu, u)) {
			ipmmu_event_tell(IPMMU_EVENT_UTLB_DENIED, mmu, IPMMU_OK, u, at,
					 mmu->utlbs[u].found, 0u);
		}
	}
	ipmmu_root_unlock(root, saved);
}

static bool is_ours_to_switch_off(const struct ipmmu_context *context)
{
	return context->state == IPMMU_CONTEXT_FREE || context->state == IPMMU_CONTEXT_RESERVED;
}

/*
 * False: nobody may get it. One that a uTLB still selects which could not be denied stays as
 * found, where the format allows: what it maps is less than what a uTLB on a context that is
 * off may reach.
 */
static bool settle_context(struct ipmmu_root *root, uint32_t n)
{
	bool selected = ipmmu_root_selects(root, n);
	struct ipmmu_units stuck;

	if (selected && ipmmu_probe_format_fits(root)) {
		return false;
	}
	stuck = switch_everywhere(root, n, false);
	root->contexts[n].caches = stuck.caches;
	return !selected && !stuck.root && stuck.caches == 0u;
}

IPMMU_OWN_FRAME static void settle_contexts(struct ipmmu_root *root)
{
	uint32_t n;

	for (n = 0u; n < root->soc->contexts; n++) {
		struct ipmmu_context *context = &root->contexts[n];

		if (!is_ours_to_switch_off(context) || settle_context(root, n)) {
			continue;
		}
		if (context->state == IPMMU_CONTEXT_FREE) {
			context->state = IPMMU_CONTEXT_QUARANTINED;
			ipmmu_event_context(IPMMU_EVENT_QUARANTINED, root, n, 0u);
		}
	}
}

/*
 * One bit for all contexts, so it changes when none is on that a table hangs from: what
 * firmware left is denied and off by now, kept contexts have the format already, and deny's
 * table is empty in every format.
 */
IPMMU_OWN_FRAME static void settle_format(const struct ipmmu_root *root)
{
	uint32_t stage2 = root->mode == IPMMU_MODE_S2 ? IMSAUXCTLR_S2PTE : 0u;

	if (root->layout->has_global) {
		modify_global(root->mmu, IMSAUXCTLR, IMSAUXCTLR_S2PTE, stage2);
	}
}

/* Deny may fault again at once: what it reads then is not stuck. */
IPMMU_OWN_FRAME static void settle_status(struct ipmmu_root *root)
{
	uint32_t status;
	uint32_t n;

	for (n = 0u; n < root->soc->contexts; n++) {
		ipmmu_context_write(root->mmu, n, IMSTR, 0u);
		if (n == root->deny) {
			continue;
		}
		status = ipmmu_context_read(root->mmu, n, IMSTR);
		if (status != 0u && root->contexts[n].state != IPMMU_CONTEXT_KEPT) {
			ipmmu_event_context(IPMMU_EVENT_STATUS_STUCK, root, n, status);
		}
	}
}

/* The context works already: a flush that does not end now is waited for by the next one. */
IPMMU_OWN_FRAME static void settle_interrupt(struct ipmmu_root *root)
{
	if (root->deny != IPMMU_NO_CONTEXT) {
		root->contexts[root->deny].masked = false;
		(void)switch_everywhere(root, root->deny, true);
	}
}

IPMMU_OWN_FRAME static void tell_online(const struct ipmmu_mmu *mmu)
{
	if (mmu->why == IPMMU_OK) {
		ipmmu_event_tell(IPMMU_EVENT_MMU_ONLINE, mmu, IPMMU_OK, IPMMU_NONE,
				 ipmmu_context_number(mmu->root->deny), mmu->root->mode, 0u);
	}
}

void ipmmu_probe_settle(struct ipmmu_root *root)
{
	struct ipmmu_units stuck = {false, 0u};
	struct ipmmu_mmu *mmu;
	uint32_t i;

	settle_globals(root);
	clear_deny(root);
	if (!settle_deny(root, &stuck)) {
		return;
	}
	for (i = 0u; (mmu = ipmmu_root_port_mmu(root, i)) != NULL; i++) {
		if (takes_deny(mmu, &stuck)) {
			settle_utlbs(mmu);
		}
	}
	(void)drop_stuck(root, stuck);
	settle_contexts(root);
	settle_format(root);
	settle_status(root);
	settle_interrupt(root);
	tell_online(root->mmu);
	for (i = 0u; i < root->cache_count; i++) {
		tell_online(root->caches[i]);
	}
}
