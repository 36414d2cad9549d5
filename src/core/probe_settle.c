// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * probe_settle.c - the half of probe that writes: from what was found to the known state.
 *
 * Cannot fail; a unit that does not come along is offline, with the uTLBs as found.
 */
#include "core.h"

/* Bits whose meaning is not known are kept. */
static void modify_global(const struct ipmmu_mmu *mmu, uint32_t reg, uint32_t clear,
			  uint32_t set)
{
	uint32_t offset = ipmmu_regs_global(ipmmu_root_layout(mmu->root), reg);
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

	if (!ipmmu_root_layout(root)->has_global) {
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

static uint32_t online_caches(const struct ipmmu_root *root)
{
	uint32_t caches = 0u;
	uint32_t i;

	for (i = 0u; i < root->cache_count; i++) {
		if (root->caches[i]->why == IPMMU_OK) {
			caches |= 1u << i;
		}
	}
	return caches;
}

/* Returns the units in which it did not end. */
static struct ipmmu_units switch_everywhere(struct ipmmu_root *root, uint32_t n, bool on)
{
	struct ipmmu_flush job = {.root = root, .context = n, .on = on};

	job.units.root = true;
	job.units.caches = online_caches(root);
	(void)ipmmu_flush_run(&job);
	return job.stuck;
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
			root->contexts[root->deny].unseen_caches &= ~(1u << i);
		}
	}
	return true;
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
	struct ipmmu_system *system = root->system;
	unsigned long saved;

	if (root->deny == IPMMU_NO_CONTEXT) {
		return true;
	}
	deny = &root->contexts[root->deny];
	deny->masked = true;
	if (deny->found_on && !drop_stuck(root, switch_everywhere(root, root->deny, false))) {
		return false;
	}
	saved = ipmmu_lock(system, root->lock);
	ipmmu_context_program_locked(root, root->deny, &table);
	deny->generation++;
	ipmmu_unlock(system, root->lock, saved);
	*stuck = switch_everywhere(root, root->deny, true);
	return !stuck->root || drop_stuck(root, *stuck);
}

IPMMU_OWN_FRAME static void settle_utlbs(struct ipmmu_mmu *mmu)
{
	struct ipmmu_root *root = mmu->root;
	unsigned long saved;
	uint32_t u;

	saved = ipmmu_lock(mmu->system, root->lock);
	for (u = 0u; u < mmu->utlb_count; u++) {
		uint32_t at = mmu->utlbs[u].at;

		if (at != IPMMU_NO_CONTEXT && !ipmmu_probe_stays(mmu, u)) {
			(void)ipmmu_utlb_close_locked(mmu, u);
			ipmmu_event_tell(IPMMU_EVENT_UTLB_DENIED, mmu, IPMMU_OK, u, at,
					 mmu->utlbs[u].found, 0u);
		}
	}
	ipmmu_unlock(mmu->system, root->lock, saved);
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
	uint32_t stage2 = ipmmu_root_mode(root) == IPMMU_MODE_S2 ? IMSAUXCTLR_S2PTE : 0u;

	if (ipmmu_root_layout(root)->has_global) {
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

IPMMU_OWN_FRAME static void settle_interrupt(struct ipmmu_root *root)
{
	struct ipmmu_flush job = {.root = root, .context = root->deny, .on = true};

	if (root->deny != IPMMU_NO_CONTEXT) {
		root->contexts[root->deny].masked = false;
		job.units.root = true;
		/* The context works already; a flush that does not end now is waited for later.
		 */
		(void)ipmmu_flush_run(&job);
	}
}

IPMMU_OWN_FRAME static void tell_online(const struct ipmmu_mmu *mmu)
{
	if (mmu->why == IPMMU_OK) {
		ipmmu_event_tell(IPMMU_EVENT_MMU_ONLINE, mmu, IPMMU_OK, IPMMU_NONE,
				 ipmmu_context_number(mmu->root->deny),
				 ipmmu_root_mode(mmu->root), 0u);
	}
}

void ipmmu_probe_settle(struct ipmmu_root *root)
{
	struct ipmmu_units stuck = {false, 0u};
	struct ipmmu_mmu *mmu;
	uint32_t i;

	settle_globals(root);
	if (!settle_deny(root, &stuck)) {
		return;
	}
	for (i = 0u; (mmu = ipmmu_root_port_mmu(root, i)) != NULL; i++) {
		if (mmu->why == IPMMU_OK) {
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

/* ---- later: a context that was left in quarantine ---- */

static enum ipmmu_err retry_close(struct ipmmu_root *root, uint32_t n)
{
	const struct ipmmu_context *context = &root->contexts[n];
	unsigned long saved = ipmmu_lock(root->system, root->lock);
	enum ipmmu_err err = IPMMU_OK;

	if (context->state != IPMMU_CONTEXT_QUARANTINED || context->domain != NULL) {
		err = IPMMU_E_STATE;
	} else if (!ipmmu_root_close_locked(root, n) || ipmmu_root_selects(root, n)) {
		err = IPMMU_E_UNVERIFIED;
	}
	ipmmu_unlock(root->system, root->lock, saved);
	return err;
}

static enum ipmmu_err retry_free(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_flush job = {.root = root, .context = n, .retry = true};
	struct ipmmu_context *context = &root->contexts[n];
	enum ipmmu_err err;
	unsigned long saved;

	job.units.root = true;
	job.units.caches = online_caches(root);
	err = ipmmu_flush_run(&job);
	if (err != IPMMU_OK) {
		return err;
	}
	saved = ipmmu_lock(root->system, root->lock);
	if (context->state == IPMMU_CONTEXT_QUARANTINED && context->domain == NULL) {
		context->state = IPMMU_CONTEXT_FREE;
		context->caches = 0u;
		ipmmu_event_context(IPMMU_EVENT_RELEASED, root, n, 0u);
	}
	ipmmu_unlock(root->system, root->lock, saved);
	return IPMMU_OK;
}

enum ipmmu_err ipmmu_context_retry(struct ipmmu_system *system, uint32_t mmu, uint32_t context)
{
	struct ipmmu_root *root;
	enum ipmmu_err err;

	if (system == NULL) {
		return IPMMU_E_ARG;
	}
	if (mmu >= system->desc->mmu_count ||
	    context >= system->mmus[mmu].root->soc->contexts) {
		return IPMMU_E_RANGE;
	}
	root = system->mmus[mmu].root;
	err = retry_close(root, context);
	return err == IPMMU_OK ? retry_free(root, context) : err;
}
