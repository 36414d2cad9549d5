// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * look.c - the half of probe that only looks: power, what runs, what will be done.
 *
 * Nothing is written to a register here. An error leaves the hardware as found.
 */
#include "start.h"

/* ---- what runs ---- */

static bool is_dead(struct ipmmu_mmu *mmu, uint32_t value)
{
	if (value != ~0u) {
		return false;
	}
	/* No register of these has all bits: the unit does not answer. */
	ipmmu_event_tell(IPMMU_EVENT_MMU_DEAD, mmu, IPMMU_OK, IPMMU_NONE, IPMMU_NONE, value,
			 0u);
	ipmmu_mmu_set_offline(mmu, IPMMU_E_OFFLINE);
	return true;
}

static void look_contexts(struct ipmmu_root *root)
{
	uint32_t n;

	for (n = 0u; n < root->soc->contexts; n++) {
		uint32_t imctr = ipmmu_context_read(root->mmu, n, IMCTR);

		if (is_dead(root->mmu, imctr)) {
			return;
		}
		root->contexts[n].found_on = (imctr & IMCTR_MMUEN) != 0u;
		root->contexts[n].state = IPMMU_CONTEXT_FREE;
		root->contexts[n].tokens = ipmmu_status_tokens(root);
	}
}

static void look_utlbs(struct ipmmu_mmu *mmu)
{
	const struct ipmmu_layout *layout = mmu->root->layout;
	uint32_t u;

	for (u = 0u; u < mmu->utlb_count; u++) {
		struct ipmmu_utlb *utlb = &mmu->utlbs[u];

		utlb->found = ipmmu_mmu_read(mmu, ipmmu_regs_utlb(layout, u));
		if (is_dead(mmu, utlb->found)) {
			return;
		}
		if ((utlb->found & IMUCTR_MMUEN) != 0u) {
			utlb->at = (uint8_t)ipmmu_field_get(utlb->found, layout->ttsel);
		}
	}
	mmu->looked = true;
}

/* ---- what will be done ---- */

static bool has_port(const struct ipmmu_master_desc *master, uint32_t mmu, uint32_t utlb)
{
	uint32_t p;

	for (p = 0u; p < master->port_count; p++) {
		if (master->ports[p].mmu == mmu && master->ports[p].utlb == utlb) {
			return true;
		}
	}
	return false;
}

/* Of a group that shares the uTLB, one that is to be kept counts. */
static const struct ipmmu_master_desc *described(const struct ipmmu_mmu *mmu, uint32_t utlb)
{
	const struct ipmmu_system_desc *desc = mmu->system->desc;
	const struct ipmmu_master_desc *found = NULL;
	uint32_t m;

	for (m = 0u; m < desc->master_count; m++) {
		if (has_port(&desc->masters[m], mmu->index, utlb) &&
		    (found == NULL || desc->masters[m].keep)) {
			found = &desc->masters[m];
		}
	}
	return found;
}

/*
 * Running uTLBs stay where a described master is named to be kept, or nobody is described. By
 * consent all stay: off is bypass there, which the host has accepted for detached masters only.
 */
bool ipmmu_probe_stays(const struct ipmmu_mmu *mmu, uint32_t utlb)
{
	const struct ipmmu_master_desc *master = described(mmu, utlb);

	if (mmu->system->options.consent_bypass) {
		return true;
	}
	return master != NULL ? master->keep : !mmu->system->options.lockdown;
}

static void tell_kept(struct ipmmu_mmu *mmu, uint32_t utlb)
{
	struct ipmmu_event event;

	event = ipmmu_event_about(IPMMU_EVENT_UTLB_KEPT, mmu);
	event.utlb = utlb;
	event.context = mmu->utlbs[utlb].at;
	event.master = described(mmu, utlb);
	event.value = mmu->utlbs[utlb].found;
	ipmmu_event_send(mmu->system, &event);
}

static void decide_utlbs(struct ipmmu_mmu *mmu)
{
	struct ipmmu_root *root = mmu->root;
	uint32_t unmanaged = 0u;
	uint32_t u;

	for (u = 0u; u < mmu->utlb_count; u++) {
		uint32_t at = mmu->utlbs[u].at;

		if (at == IPMMU_NO_CONTEXT || !ipmmu_probe_stays(mmu, u)) {
			continue;
		}
		tell_kept(mmu, u);
		unmanaged += described(mmu, u) == NULL ? 1u : 0u;
		if (at < root->soc->contexts &&
		    root->contexts[at].state != IPMMU_CONTEXT_KEPT) {
			root->contexts[at].state = IPMMU_CONTEXT_KEPT;
			ipmmu_event_context(IPMMU_EVENT_CONTEXT_KEPT, root, at,
					    ipmmu_context_read(root->mmu, at, IMCTR));
		}
	}
	if (unmanaged != 0u) {
		ipmmu_event_tell(IPMMU_EVENT_UTLB_UNMANAGED, mmu, IPMMU_OK, IPMMU_NONE,
				 IPMMU_NONE, unmanaged, 0u);
	}
}

bool ipmmu_probe_format_fits(const struct ipmmu_root *root)
{
	uint32_t found = 0u;

	if (root->layout->has_global) {
		found = ipmmu_mmu_read(root->mmu, ipmmu_regs_global(root->layout, IMSAUXCTLR));
	}
	return ((found & IMSAUXCTLR_S2PTE) != 0u) == (root->mode == IPMMU_MODE_S2);
}

/* The format of a kept context must be the root's: S2PTE is one bit for all. */
static bool format_fits(const struct ipmmu_root *root, uint32_t n)
{
	uint32_t imctr = ipmmu_context_read(root->mmu, n, IMCTR);
	uint32_t ttbcr = ipmmu_context_read(root->mmu, n, IMTTBCR);
	bool stage2 = root->mode == IPMMU_MODE_S2;

	return (imctr & IMCTR_VA64) == ipmmu_regs_imctr_format(root->mode) &&
	       (ttbcr & IMTTBCR_EAE) != 0u && ((ttbcr & IMTTBCR_PMB) != 0u) == stage2 &&
	       ipmmu_probe_format_fits(root);
}

static bool is_on_in_a_cache(const struct ipmmu_root *root, uint32_t n)
{
	uint32_t i;

	for (i = 0u; i < root->cache_count; i++) {
		if (root->caches[i]->looked && ipmmu_imctr_is_on(root->caches[i], n)) {
			return true;
		}
	}
	return false;
}

static bool are_all_looked(const struct ipmmu_root *root)
{
	uint32_t i;

	for (i = 0u; i < root->cache_count; i++) {
		if (!root->caches[i]->looked) {
			return false;
		}
	}
	return true;
}

/*
 * A context that is on, but in no cache that was read, has users whom the library cannot see.
 * And a cache that was not read may use any context that is on. Nobody gets such a context. It
 * stays on for those users, unless its format does not fit.
 */
static void keep_unseen(struct ipmmu_root *root)
{
	bool all = are_all_looked(root);
	uint32_t n;

	for (n = 0u; n < root->soc->contexts && root->layout->has_caches; n++) {
		struct ipmmu_context *context = &root->contexts[n];

		if (context->state != IPMMU_CONTEXT_FREE || !context->found_on ||
		    (all && is_on_in_a_cache(root, n))) {
			continue;
		}
		context->state =
			format_fits(root, n) ? IPMMU_CONTEXT_KEPT : IPMMU_CONTEXT_RESERVED;
		ipmmu_event_context(IPMMU_EVENT_CONTEXT_KEPT, root, n,
				    ipmmu_context_read(root->mmu, n, IMCTR));
	}
}

static enum ipmmu_err decide_formats(const struct ipmmu_root *root)
{
	uint32_t n;

	for (n = 0u; n < root->soc->contexts; n++) {
		const struct ipmmu_context *context = &root->contexts[n];

		if (context->state == IPMMU_CONTEXT_KEPT && context->found_on &&
		    !format_fits(root, n)) {
			return ipmmu_refuse(root->system, root->mmu->index, IPMMU_E_FORMAT,
					    IPMMU_WHAT_CONTEXT, n, root->mode, root->mode);
		}
	}
	return IPMMU_OK;
}

/* Contexts that the library may use: from the first that is not reserved, as many as allowed.
 */
static void reserve_others(struct ipmmu_root *root)
{
	uint32_t first = root->soc->first_context;
	uint32_t limit = root->soc->contexts;
	uint32_t n;

	if (root->system->options.max_contexts != 0u) {
		limit = first + root->system->options.max_contexts;
	}
	for (n = 0u; n < root->soc->contexts; n++) {
		if (root->contexts[n].state == IPMMU_CONTEXT_FREE &&
		    (n < first || n >= limit)) {
			root->contexts[n].state = IPMMU_CONTEXT_RESERVED;
		}
	}
}

/* The last one that no running uTLB selects: low numbers are what everybody has tried. */
static uint32_t find_unused(const struct ipmmu_root *root)
{
	uint32_t n;

	for (n = root->soc->contexts; n > 0u; n--) {
		if (root->contexts[n - 1u].state == IPMMU_CONTEXT_FREE &&
		    !ipmmu_root_selects(root, n - 1u)) {
			return n - 1u;
		}
	}
	return IPMMU_NO_CONTEXT;
}

static bool has_utlb_on(const struct ipmmu_mmu *mmu, uint32_t n)
{
	uint32_t u;

	for (u = 0u; u < mmu->utlb_count; u++) {
		if (mmu->utlbs[u].at == n) {
			return true;
		}
	}
	return false;
}

/* May the uTLBs on @n be pointed at @room? It must be on wherever they are. */
static bool has_room(const struct ipmmu_root *root, uint32_t n, uint32_t room)
{
	uint32_t i;

	if (room == n || root->contexts[room].state != IPMMU_CONTEXT_FREE ||
	    !root->contexts[room].found_on) {
		return false;
	}
	for (i = 0u; i < root->cache_count; i++) {
		if (has_utlb_on(root->caches[i], n) &&
		    !ipmmu_imctr_is_on(root->caches[i], room)) {
			return false;
		}
	}
	return true;
}

/*
 * After a restart without a reset every context may be in use by a master that will be denied.
 * The uTLBs of one context are pointed at another of these for a moment, so that the first can
 * become the deny context. Switching it off under them would let them bypass.
 */
static uint32_t make_room(struct ipmmu_root *root)
{
	uint32_t n;
	uint32_t room;

	for (n = root->soc->contexts; n > 0u; n--) {
		for (room = 0u; room < root->soc->contexts; room++) {
			if (root->contexts[n - 1u].state == IPMMU_CONTEXT_FREE &&
			    has_room(root, n - 1u, room)) {
				root->room = room;
				return n - 1u;
			}
		}
	}
	return IPMMU_NO_CONTEXT;
}

static enum ipmmu_err decide_deny(struct ipmmu_root *root)
{
	root->room = IPMMU_NO_CONTEXT;
	if (root->system->options.consent_bypass) {
		return IPMMU_OK;
	}
	root->deny = find_unused(root);
	if (root->deny == IPMMU_NO_CONTEXT) {
		root->deny = make_room(root);
	}
	if (root->deny == IPMMU_NO_CONTEXT) {
		return ipmmu_refuse(root->system, root->mmu->index, IPMMU_E_NO_CONTEXT,
				    IPMMU_WHAT_CONTEXT, IPMMU_NONE, root->soc->first_context,
				    root->soc->contexts - 1u);
	}
	root->contexts[root->deny].state = IPMMU_CONTEXT_DENY;
	return IPMMU_OK;
}

static enum ipmmu_err look_root(struct ipmmu_root *root)
{
	struct ipmmu_mmu *mmu;
	enum ipmmu_err err;
	uint32_t i;

	look_contexts(root);
	for (i = 0u; (mmu = ipmmu_root_port_mmu(root, i)) != NULL; i++) {
		if (root->mmu->why == IPMMU_OK && mmu->why == IPMMU_OK) {
			look_utlbs(mmu);
		}
	}
	for (i = 0u; (mmu = ipmmu_root_port_mmu(root, i)) != NULL; i++) {
		if (mmu->why == IPMMU_OK) {
			decide_utlbs(mmu);
		}
	}
	if (root->mmu->why != IPMMU_OK) {
		return IPMMU_OK;
	}
	keep_unseen(root);
	err = decide_formats(root);
	reserve_others(root);
	return err == IPMMU_OK ? decide_deny(root) : err;
}

enum ipmmu_err ipmmu_probe_look(struct ipmmu_system *system)
{
	enum ipmmu_err err = IPMMU_OK;
	uint32_t i;

	for (i = 0u; i < system->desc->mmu_count; i++) {
		if (system->mmus[i].why == IPMMU_OK) {
			ipmmu_power_on(&system->mmus[i]);
		}
	}
	for (i = 0u; err == IPMMU_OK && i < system->desc->mmu_count; i++) {
		if (system->mmus[i].desc->root == i && system->mmus[i].why == IPMMU_OK) {
			err = look_root(system->mmus[i].root);
		}
	}
	return err;
}
