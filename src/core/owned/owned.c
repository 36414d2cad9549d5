// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * owned.c - life of the tables that a domain owns: made, drained, settled after quarantine.
 *
 * What they map is change.c's, and when freed tables are returned flush.c's.
 */
#include "owned_priv.h"

enum {
	/** Its place in struct ipmmu_ops. */
	HOOK_TABLE_PTR = 10,
	/** Tables for splits that the engine keeps at most, and pages of a root. */
	RESERVE_PAGES = 4,
	ROOT_PAGES = 2
};

/* ---- made ---- */

/* Before a table is made: what cannot be right. */
static enum ipmmu_err check_config(struct ipmmu_root *root,
				   const struct ipmmu_owned_config *config,
				   struct ipmmu_table *table)
{
	struct ipmmu_about about = {.system = root->system, .mmu = root->mmu->index};

	if (root->system->ops->table_ptr == NULL) {
		ipmmu_refuse_value(&about, IPMMU_E_ARG, IPMMU_WHAT_HOOK, HOOK_TABLE_PTR);
	}
	ipmmu_refuse_unless(&about, IPMMU_E_ARG, IPMMU_WHAT_POLICY, config->replace,
			    IPMMU_PT_NEVER, IPMMU_PT_DIRECT);
	ipmmu_refuse_unless(&about, IPMMU_E_ARG, IPMMU_WHAT_POLICY, config->split,
			    config->contiguous ? IPMMU_PT_BREAK_BEFORE_MAKE : IPMMU_PT_NEVER,
			    IPMMU_PT_DIRECT);
	*table = root->deny_table; /* format, and the most bits that it has */
	table->root.v = 0u;
	if (config->input_bits != 0u) {
		table->input_bits = config->input_bits;
	}
	return about.err == IPMMU_OK ? ipmmu_check_table(root, table) : about.err;
}

static enum ipmmu_err make_table(struct ipmmu_root *root,
				 const struct ipmmu_owned_config *config,
				 struct ipmmu_table *table, struct ipmmu_owned *owned)
{
	const struct ipmmu_pt_config wish = {
		.format = ipmmu_mode_row(root->mode)->format,
		.input_bits = table->input_bits,
		.ops = &owned->ops,
		.host = root->system->host,
		.split = config->split,
		.replace = config->replace,
		.contiguous = config->contiguous,
		.keep_empty = config->keep_empty,
		.linear = config->linear,
		.linear_pa = config->linear_pa,
		.linear_size = config->linear_size,
	};
	const struct ipmmu_ops *ops = root->system->ops;
	struct ipmmu_pt_info info;
	enum ipmmu_err err;

	if (!ipmmu_lock_make(root->system, IPMMU_LOCK_PLAIN, &owned->lock)) {
		return IPMMU_E_NO_MEMORY;
	}
	/* The engine asks for what the host has given to the system. */
	owned->ops.table_alloc = ops->table_alloc;
	owned->ops.table_free = ops->table_free;
	owned->ops.table_ptr = ops->table_ptr;
	owned->ops.clean = ops->clean;
	owned->ops.barrier = ops->barrier;
	err = ipmmu_pt_create(&owned->pt, &wish);
	if (err != IPMMU_OK) {
		return err;
	}
	ipmmu_pt_query(&owned->pt, &info);
	table->root = info.root;
	table->input_bits = info.input_bits;
	err = ipmmu_check_table(root, table);
	if (err != IPMMU_OK) {
		(void)!ipmmu_pt_destroy(&owned->pt, 0u);
	}
	return err;
}

static void leave(struct ipmmu_system *system, struct ipmmu_owned *owned)
{
	ipmmu_lock_drop(&owned->lock);
	ipmmu_free(system, owned, sizeof(*owned));
}

static enum ipmmu_err create(struct ipmmu_root *root, const struct ipmmu_owned_config *config,
			     struct ipmmu_table *table, struct ipmmu_owned **out)
{
	enum ipmmu_err err = check_config(root, config, table);

	if (err != IPMMU_OK) {
		return err;
	}
	*out = ipmmu_alloc(root->system, sizeof(**out));
	if (*out == NULL) {
		return IPMMU_E_NO_MEMORY;
	}
	err = make_table(root, config, table, *out);
	if (err != IPMMU_OK) {
		leave(root->system, *out);
	}
	return err;
}

/* ---- drained ---- */

/* The engine forgets the root when all is returned. */
static bool drain_step(struct ipmmu_owned *owned, uint32_t budget)
{
	bool done;

	ipmmu_lock(&owned->lock);
	done = owned->pt.root == NULL || ipmmu_pt_destroy(&owned->pt, budget);
	ipmmu_unlock(&owned->lock);
	return done;
}

/*
 * No walker and no TLB knows the table any more: a change that was under way ends without a
 * flush in between. Its number goes up, so that a caller that comes back late leaves the engine
 * alone.
 */
static bool settle_step(struct ipmmu_owned *owned)
{
	enum ipmmu_pt_next next = IPMMU_PT_NEXT_NONE;

	ipmmu_lock(&owned->lock);
	owned->job++;
	(void)!ipmmu_pt_continue(&owned->pt, IPMMU_OWNED_BUDGET, &next);
	ipmmu_unlock(&owned->lock);
	return (next & IPMMU_PT_NEXT_CONTINUE) != 0u;
}

static void destroy(struct ipmmu_system *system, struct ipmmu_owned *owned)
{
	while (owned->pt.root != NULL && settle_step(owned)) {
	}
	while (!drain_step(owned, IPMMU_OWNED_BUDGET)) {
	}
	leave(system, owned);
}

static void settle(struct ipmmu_domain *domain)
{
	while (settle_step(domain->owned)) {
	}
	ipmmu_owned_collect(domain);
}

enum ipmmu_err ipmmu_domain_drain(struct ipmmu_domain *domain, uint32_t budget, bool *more)
{
	enum ipmmu_err err;

	if (domain == NULL || more == NULL) {
		return IPMMU_E_ARG;
	}
	*more = false;
	if (domain->owned == NULL) {
		return IPMMU_E_STATE;
	}
	ipmmu_lock(&domain->system->lock);
	err = ipmmu_life_end(domain);
	ipmmu_unlock(&domain->system->lock);
	if (err == IPMMU_OK) {
		*more = !drain_step(domain->owned, budget);
		ipmmu_life_release(domain);
	}
	return err;
}

/* ---- a domain over them ---- */

static const struct ipmmu_owned_calls calls = {
	.destroy = destroy,
	.leave = leave,
	.flush = ipmmu_owned_flush,
	.settle = settle,
	.walk = ipmmu_owned_walk,
};

enum ipmmu_err ipmmu_domain_create_owned(struct ipmmu_system *system, uint32_t root_index,
					 const struct ipmmu_owned_config *config, void *cookie,
					 struct ipmmu_domain **out)
{
	static const struct ipmmu_owned_config zeros;
	struct ipmmu_domain domain = {.system = system, .calls = &calls, .cookie = cookie};
	enum ipmmu_err err;

	if (out != NULL) {
		*out = NULL;
	}
	if (system == NULL || out == NULL) {
		return IPMMU_E_ARG;
	}
	err = ipmmu_domain_find_root(system, root_index, &domain.root);
	if (err == IPMMU_OK) {
		err = create(domain.root, config != NULL ? config : &zeros, &domain.table,
			     &domain.owned);
	}
	if (err != IPMMU_OK) {
		return err;
	}
	err = ipmmu_domain_add(&domain, out);
	if (err != IPMMU_OK) {
		destroy(system, domain.owned);
	}
	return err;
}

/* ---- how many ---- */

uint32_t ipmmu_owned_table_pages(uint32_t domains, uint32_t ranges, uint64_t bytes)
{
	/* A range touches at most two tables of a level more than it fills. */
	uint64_t pages = (uint64_t)domains * (RESERVE_PAGES + ROOT_PAGES);

	pages += (bytes >> 21) + 2u * (uint64_t)ranges;
	pages += (bytes >> 30) + 2u * (uint64_t)ranges;
	return pages > UINT32_MAX ? UINT32_MAX : (uint32_t)pages;
}
