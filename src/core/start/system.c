// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * system.c - life of a system: memory and locks taken and given back.
 *
 * What happens to the hardware meanwhile is look.c's and settle.c's.
 */
#include "ipmmu_port.h"
#include "object_sizes.h"
#include "../owned/owned_priv.h"
#include "start.h"

_Static_assert(sizeof(struct ipmmu_system) <= IPMMU_BYTES_SYSTEM, "raise the arena's bound");
_Static_assert(sizeof(struct ipmmu_mmu) <= IPMMU_BYTES_MMU, "raise the arena's bound");
_Static_assert(sizeof(struct ipmmu_root) <= IPMMU_BYTES_ROOT, "raise the arena's bound");
_Static_assert(sizeof(struct ipmmu_utlb) <= IPMMU_BYTES_UTLB, "raise the arena's bound");
_Static_assert(sizeof(struct ipmmu_master) <= IPMMU_BYTES_MASTER, "raise the arena's bound");
_Static_assert(sizeof(struct ipmmu_domain) <= IPMMU_BYTES_DOMAIN, "raise the arena's bound");
_Static_assert(sizeof(struct ipmmu_owned) <= IPMMU_BYTES_OWNED, "raise the arena's bound");

/* ---- giving back: any of it may be missing ---- */

static void root_free(struct ipmmu_root *root, bool keep_deny)
{
	struct ipmmu_system *system = root->system;

	if (root->deny_page != NULL && !(keep_deny && root->deny != NULL)) {
		system->ops->table_free(system->host, root->deny_page, root->deny_table.root,
					ipmmu_mode_root_pages(root->deny_table.input_bits));
	}
	ipmmu_lock_drop(&root->lock);
	ipmmu_free(system, root, sizeof(*root));
}

static void system_free(struct ipmmu_system *system, bool keep_deny)
{
	uint32_t count = system->desc->mmu_count;
	uint32_t i;

	for (i = count; system->mmus != NULL && i > 0u; i--) {
		struct ipmmu_mmu *mmu = &system->mmus[i - 1u];

		ipmmu_power_off(mmu, keep_deny);
		ipmmu_free(system, mmu->utlbs, mmu->utlb_count * sizeof(mmu->utlbs[0]));
		if (mmu->root != NULL && mmu->unit == IPMMU_UNIT_ROOT) {
			root_free(mmu->root, keep_deny);
		}
	}
	ipmmu_free(system, system->mmus, count * sizeof(system->mmus[0]));
	ipmmu_lock_drop(&system->lock);
	ipmmu_free(system, system, sizeof(*system));
}

/* ---- taking ---- */

static bool deny_alloc(struct ipmmu_root *root)
{
	const uint32_t pages = ipmmu_mode_root_pages(root->deny_table.input_bits);
	const struct ipmmu_ops *ops = root->system->ops;
	void *host = root->system->host;

	root->deny_page = ops->table_alloc(host, pages, &root->deny_table.root);
	if (root->deny_page == NULL || ipmmu_check_table(root, &root->deny_table) != IPMMU_OK) {
		return false;
	}
	memset(root->deny_page, 0, (size_t)pages * IPMMU_PAGE_SIZE);
	ops->clean(host, root->deny_page, (size_t)pages * IPMMU_PAGE_SIZE);
	return true;
}

static bool root_alloc(struct ipmmu_system *system, struct ipmmu_mmu *mmu)
{
	struct ipmmu_root *root = ipmmu_alloc(system, sizeof(*root));
	uint32_t n;

	if (root == NULL) {
		return false;
	}
	mmu->root = root;
	*system->roots_end = root;
	system->roots_end = &root->next;
	root->system = system;
	root->mmu = mmu;
	root->last = mmu;
	root->soc = mmu->desc->soc;
	root->layout = ipmmu_layout_of(root->soc->generation);
	root->mode = ipmmu_mode_decide(root->soc, &system->options);
	/* Nothing that a uTLB can carry lies outside of it. */
	root->deny_table.format = root->mode;
	root->deny_table.input_bits = ipmmu_mode_row(root->mode)->max_bits;
	mmu->unit = IPMMU_UNIT_ROOT;
	root->end = root->contexts + root->soc->contexts;
	root->last_fault = root->contexts;
	root->next_served = root->contexts;
	for (n = 0u; n < IPMMU_MAX_CONTEXTS; n++) {
		root->contexts[n].root = root;
		root->contexts[n].number = n;
	}
	if (!ipmmu_lock_make(system, IPMMU_LOCK_IRQ, &root->lock)) {
		return false;
	}
	return system->options.consent_bypass || deny_alloc(root);
}

static bool roots_alloc(struct ipmmu_system *system)
{
	uint32_t i;

	for (i = 0u; i < system->desc->mmu_count; i++) {
		struct ipmmu_mmu *mmu = &system->mmus[i];

		mmu->system = system;
		mmu->index = (uint8_t)i;
		mmu->desc = &system->desc->mmus[i];
		if (mmu->desc->root == i && !root_alloc(system, mmu)) {
			return false;
		}
	}
	system->next_served = system->roots;
	return true;
}

static bool utlbs_alloc(struct ipmmu_mmu *mmu)
{
	struct ipmmu_utlb *utlb;

	mmu->utlb_count = mmu->desc->soc->utlbs;
	mmu->utlbs = ipmmu_alloc(mmu->system, mmu->utlb_count * sizeof(mmu->utlbs[0]));
	if (mmu->utlbs == NULL) {
		return false;
	}
	mmu->utlb_end = mmu->utlbs + mmu->utlb_count;
	for (utlb = mmu->utlbs; utlb < mmu->utlb_end; utlb++) {
		utlb->mmu = mmu;
		utlb->number = (uint8_t)(utlb - mmu->utlbs);
		utlb->offset = ipmmu_regs_utlb(mmu->root->layout, utlb->number);
		/* Not context 0: what a unit that is not read selects is not known. */
		utlb->at = IPMMU_NO_CONTEXT;
	}
	return true;
}

/* All roots are there by now. */
static bool ports_alloc(struct ipmmu_system *system)
{
	uint32_t i;

	for (i = 0u; i < system->desc->mmu_count; i++) {
		struct ipmmu_mmu *mmu = &system->mmus[i];
		bool is_root = mmu->root != NULL;

		if (!is_root) {
			mmu->root = system->mmus[mmu->desc->root].root;
			mmu->unit = mmu->root->last == mmu->root->mmu
					    ? 1u
					    : mmu->root->last->unit << 1;
			mmu->root->last->next = mmu;
			mmu->root->last = mmu;
		}
		if (!(is_root && mmu->root->layout->has_caches) && !utlbs_alloc(mmu)) {
			return false;
		}
	}
	return true;
}

static void set_defaults(struct ipmmu_options *options)
{
	const uint32_t timeout_us = options->flush_timeout_us;
	const uint32_t limit = options->storm_limit;

	options->flush_timeout_us = timeout_us != 0u ? timeout_us : IPMMU_FLUSH_TIMEOUT_US;
	options->storm_limit = limit != 0u ? limit : IPMMU_STORM_LIMIT;
}

/* Nothing has been written to a register when it fails. */
static enum ipmmu_err create_prepare(struct ipmmu_system *system)
{
	if (!ipmmu_lock_make(system, IPMMU_LOCK_PLAIN, &system->lock)) {
		return IPMMU_E_NO_MEMORY;
	}
	system->roots_end = &system->roots;
	system->mmus = ipmmu_alloc(system, system->desc->mmu_count * sizeof(system->mmus[0]));
	if (system->mmus == NULL || !roots_alloc(system) || !ports_alloc(system)) {
		return IPMMU_E_NO_MEMORY;
	}
	return ipmmu_probe_look(system);
}

enum ipmmu_err ipmmu_system_create(const struct ipmmu_ops *ops, void *host,
				   const struct ipmmu_system_desc *desc,
				   const struct ipmmu_options *options,
				   struct ipmmu_system **out)
{
	struct ipmmu_system early = {.ops = ops, .host = host, .desc = desc};
	struct ipmmu_system *system;
	enum ipmmu_err err;

	if (out != NULL) {
		*out = NULL;
	}
	if (ops == NULL || desc == NULL || out == NULL) {
		return IPMMU_E_ARG;
	}
	if (options != NULL) {
		early.options = *options;
	}
	set_defaults(&early.options);
	err = ipmmu_check_system(&early);
	if (err != IPMMU_OK) {
		return err;
	}
	system = ipmmu_alloc(&early, sizeof(*system));
	if (system == NULL) {
		return IPMMU_E_NO_MEMORY;
	}
	*system = early;
	err = create_prepare(system);
	if (err != IPMMU_OK) {
		system_free(system, false);
		return err;
	}
	ipmmu_probe_settle(system);
	*out = system;
	return IPMMU_OK;
}

/* uTLBs select the deny context for ever: it stays, and so does its table. */
static void leave_deny(struct ipmmu_context *deny, uint64_t table)
{
	if (deny->root->mmu->why == IPMMU_OK) {
		ipmmu_lock(&deny->root->lock);
		deny->masked = true;
		ipmmu_unlock(&deny->root->lock);
		/* A flush that does not end changes nothing here: no uTLB moves any more. */
		(void)!ipmmu_context_switch(deny, true, IPMMU_UNIT_ROOT | deny->caches);
	}
	ipmmu_event_context(IPMMU_EVENT_DENY_LEFT, deny, table);
}

/* A walker may still know the tables of an abandoned domain. */
static void leave_root(struct ipmmu_root *root)
{
	struct ipmmu_context *context;

	for (context = root->contexts; context < root->end; context++) {
		if (context->remains != NULL) {
			ipmmu_event_context(IPMMU_EVENT_TABLES_LEFT, context, 0u);
			context->calls->leave(root->system, context->remains);
		}
	}
	if (root->deny != NULL) {
		leave_deny(root->deny, root->deny_table.root.v);
	}
}

enum ipmmu_err ipmmu_system_destroy(struct ipmmu_system *system)
{
	struct ipmmu_root *root;
	bool busy;

	if (system == NULL) {
		return IPMMU_OK;
	}
	busy = system->domains != NULL;
	for (root = system->roots; root != NULL; root = root->next) {
		busy = busy || root->masters != NULL;
	}
	if (busy) {
		return IPMMU_E_BUSY;
	}
	for (root = system->roots; root != NULL; root = root->next) {
		leave_root(root);
	}
	system_free(system, true);
	return IPMMU_OK;
}
