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
	ipmmu_event_mmu(IPMMU_EVENT_MMU_DEAD, mmu, IPMMU_OK, value);
	ipmmu_mmu_set_offline(mmu, IPMMU_E_OFFLINE);
	return true;
}

static void look_contexts(struct ipmmu_root *root)
{
	struct ipmmu_context *context;

	for (context = root->contexts; context < root->end; context++) {
		uint32_t imctr = ipmmu_context_read(context, IMCTR);

		if (is_dead(root->mmu, imctr)) {
			return;
		}
		context->found_on = (imctr & IMCTR_MMUEN) != 0u;
		context->state = IPMMU_CONTEXT_FREE;
		context->tokens = ipmmu_status_tokens(root);
	}
}

static void look_utlbs(struct ipmmu_mmu *mmu)
{
	struct ipmmu_utlb *utlb;

	for (utlb = mmu->utlbs; utlb < mmu->utlb_end; utlb++) {
		utlb->found = ipmmu_mmu_read(mmu, utlb->offset);
		if (is_dead(mmu, utlb->found)) {
			return;
		}
		if ((utlb->found & IMUCTR_MMUEN) != 0u) {
			utlb->at =
				(uint8_t)ipmmu_field_get(utlb->found, mmu->root->layout->ttsel);
		}
	}
	mmu->looked = true;
}

/* ---- which uTLBs stay ---- */

static bool has_port(const struct ipmmu_master_desc *master, const struct ipmmu_utlb *utlb)
{
	uint32_t p = 0u;

	while (p < master->port_count && (master->ports[p].mmu != utlb->mmu->index ||
					  master->ports[p].utlb != utlb->number)) {
		p++;
	}
	return p < master->port_count;
}

/* Of a group that shares the uTLB, one that is to be kept counts. */
static const struct ipmmu_master_desc *described(const struct ipmmu_utlb *utlb)
{
	const struct ipmmu_system_desc *desc = utlb->mmu->system->desc;
	const struct ipmmu_master_desc *found = NULL;
	uint32_t m;

	for (m = 0u; m < desc->master_count; m++) {
		if (has_port(&desc->masters[m], utlb) &&
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
bool ipmmu_probe_stays(const struct ipmmu_utlb *utlb)
{
	const struct ipmmu_options *options = &utlb->mmu->system->options;
	const struct ipmmu_master_desc *master = described(utlb);

	if (options->consent_bypass) {
		return true;
	}
	return master != NULL ? master->keep : !options->lockdown;
}

static void keep_context(struct ipmmu_context *context, enum ipmmu_context_state state)
{
	context->state = state;
	ipmmu_event_context(IPMMU_EVENT_CONTEXT_KEPT, context,
			    ipmmu_context_read(context, IMCTR));
}

static void keep_utlb(const struct ipmmu_utlb *utlb)
{
	struct ipmmu_event event = ipmmu_event_about(IPMMU_EVENT_UTLB_KEPT, utlb->mmu);
	struct ipmmu_root *root = utlb->mmu->root;

	event.utlb = utlb->number;
	event.context = utlb->at;
	event.master = described(utlb);
	event.value = utlb->found;
	ipmmu_event_send(root->system, &event);
	if (utlb->at < root->soc->contexts &&
	    root->contexts[utlb->at].state != IPMMU_CONTEXT_KEPT) {
		keep_context(&root->contexts[utlb->at], IPMMU_CONTEXT_KEPT);
	}
}

static void decide_utlbs(const struct ipmmu_mmu *mmu)
{
	const struct ipmmu_utlb *utlb;
	uint32_t unmanaged = 0u;

	for (utlb = mmu->utlbs; utlb < mmu->utlb_end; utlb++) {
		if (utlb->at != IPMMU_NO_CONTEXT && ipmmu_probe_stays(utlb)) {
			keep_utlb(utlb);
			unmanaged += described(utlb) == NULL ? 1u : 0u;
		}
	}
	if (unmanaged != 0u) {
		ipmmu_event_mmu(IPMMU_EVENT_UTLB_UNMANAGED, mmu, IPMMU_OK, unmanaged);
	}
}

/* ---- which contexts stay ---- */

bool ipmmu_probe_format_fits(const struct ipmmu_root *root)
{
	uint32_t found = 0u;

	if (root->layout->has_global) {
		found = ipmmu_mmu_read(root->mmu, ipmmu_regs_global(root->layout, IMSAUXCTLR));
	}
	return ((found & IMSAUXCTLR_S2PTE) != 0u) == (root->mode == IPMMU_MODE_S2);
}

/* The format of a kept context must be the root's: S2PTE is one bit for all. */
static bool format_fits(const struct ipmmu_context *context)
{
	const struct ipmmu_root *root = context->root;
	uint32_t imctr = ipmmu_context_read(context, IMCTR);
	uint32_t ttbcr = ipmmu_context_read(context, IMTTBCR);

	return (imctr & IMCTR_VA64) == ipmmu_regs_imctr_format(root->mode) &&
	       (ttbcr & IMTTBCR_EAE) != 0u &&
	       ((ttbcr & IMTTBCR_PMB) != 0u) == (root->mode == IPMMU_MODE_S2) &&
	       ipmmu_probe_format_fits(root);
}

static bool is_on_in_a_cache(const struct ipmmu_context *context)
{
	const struct ipmmu_mmu *cache = context->root->mmu->next;

	while (cache != NULL && !(cache->looked && ipmmu_imctr_is_on(context, cache))) {
		cache = cache->next;
	}
	return cache != NULL;
}

/*
 * A context that is on, but in no cache that was read, has users whom the library cannot see.
 * And a cache that was not read may use any context that is on. Nobody gets such a context. It
 * stays on for those users, unless its format does not fit.
 */
static bool is_used_unseen(const struct ipmmu_context *context)
{
	return context->state == IPMMU_CONTEXT_FREE && context->found_on &&
	       context->root->layout->has_caches &&
	       !(ipmmu_root_looked(context->root) && is_on_in_a_cache(context));
}

/* The library uses contexts from the first that is not reserved on, as many as allowed. */
static void decide_context(struct ipmmu_context *context, struct ipmmu_about *about)
{
	const struct ipmmu_root *root = context->root;
	uint32_t first = root->soc->first_context;
	uint32_t most = root->system->options.max_contexts;

	if (is_used_unseen(context)) {
		keep_context(context, format_fits(context) ? IPMMU_CONTEXT_KEPT
							   : IPMMU_CONTEXT_RESERVED);
	} else if (context->state == IPMMU_CONTEXT_KEPT && context->found_on &&
		   !format_fits(context)) {
		ipmmu_refuse(about, IPMMU_E_FORMAT, IPMMU_WHAT_CONTEXT, context->number,
			     root->mode, root->mode);
	}
	if (context->state == IPMMU_CONTEXT_FREE &&
	    (context->number < first || (most != 0u && context->number - first >= most))) {
		context->state = IPMMU_CONTEXT_RESERVED;
	}
}

/* ---- which context denies ---- */

/* May the uTLBs on @context be pointed at @room? It must be on wherever they are. */
static bool is_room(const struct ipmmu_context *context, const struct ipmmu_context *room)
{
	struct ipmmu_utlb *utlb = NULL;

	if (room == context || room->state != IPMMU_CONTEXT_FREE || !room->found_on) {
		return false;
	}
	while ((utlb = ipmmu_context_utlb(context, utlb)) != NULL) {
		if (!ipmmu_imctr_is_on(room, utlb->mmu)) {
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
static struct ipmmu_context *find_room(const struct ipmmu_context *context)
{
	struct ipmmu_context *room = context->root->contexts;

	while (room < context->root->end && !is_room(context, room)) {
		room++;
	}
	return room < context->root->end ? room : NULL;
}

/* The last one that no running uTLB selects: low numbers are what everybody has tried. */
static bool find_deny(struct ipmmu_root *root, bool with_room)
{
	struct ipmmu_context *context = root->end;

	while (context > root->contexts) {
		context--;
		if (context->state != IPMMU_CONTEXT_FREE) {
			continue;
		}
		root->room = with_room ? find_room(context) : NULL;
		if (root->room != NULL || ipmmu_context_utlb(context, NULL) == NULL) {
			root->deny = context;
			context->state = IPMMU_CONTEXT_DENY;
			return true;
		}
	}
	return false;
}

static enum ipmmu_err decide(struct ipmmu_root *root)
{
	struct ipmmu_about about = {.system = root->system, .mmu = root->mmu->index};
	struct ipmmu_context *context;

	for (context = root->contexts; about.err == IPMMU_OK && context < root->end;
	     context++) {
		decide_context(context, &about);
	}
	if (about.err == IPMMU_OK && !root->system->options.consent_bypass &&
	    !find_deny(root, false) && !find_deny(root, true)) {
		ipmmu_refuse(&about, IPMMU_E_NO_CONTEXT, IPMMU_WHAT_CONTEXT, IPMMU_NONE,
			     root->soc->first_context, root->soc->contexts - 1u);
	}
	return about.err;
}

static enum ipmmu_err look_root(struct ipmmu_root *root)
{
	struct ipmmu_mmu *mmu;

	look_contexts(root);
	for (mmu = root->mmu; mmu != NULL; mmu = mmu->next) {
		if (root->mmu->why == IPMMU_OK && mmu->why == IPMMU_OK) {
			look_utlbs(mmu);
		}
		if (mmu->why == IPMMU_OK) {
			decide_utlbs(mmu);
		}
	}
	return root->mmu->why == IPMMU_OK ? decide(root) : IPMMU_OK;
}

enum ipmmu_err ipmmu_probe_look(struct ipmmu_system *system)
{
	enum ipmmu_err err = IPMMU_OK;
	struct ipmmu_root *root;
	uint32_t i;

	for (i = 0u; i < system->desc->mmu_count; i++) {
		if (system->mmus[i].why == IPMMU_OK) {
			ipmmu_power_on(&system->mmus[i]);
		}
	}
	for (root = system->roots; err == IPMMU_OK && root != NULL; root = root->next) {
		err = root->mmu->why == IPMMU_OK ? look_root(root) : IPMMU_OK;
	}
	return err;
}
