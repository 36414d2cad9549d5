// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * costs_use.c - register accesses of flushes, faults and tables: formula, what comes before,
 * the call.
 */
#include "costs.h"

static struct cost cost_flush(const struct size *s)
{
	return (struct cost){1 + s->c, 1 + s->c + s->k};
}

static struct cost cost_fault(const struct size *s)
{
	return (struct cost){s->a + s->f, 1};
}

static struct cost cost_mask(const struct size *s)
{
	return (struct cost){s->a + s->f, 1 + 1 + s->c};
}

static struct cost cost_spurious(const struct size *s)
{
	return (struct cost){s->n, 0};
}

static struct cost cost_served(const struct size *s)
{
	return (struct cost){1 + s->f, 1};
}

static struct cost cost_unmask(const struct size *s)
{
	return (struct cost){1 + 1 + s->c, 1 + s->c};
}

static struct cost cost_nothing(const struct size *s)
{
	(void)s;
	return (struct cost){0, 0};
}

/* ---- what each row does before and during the count ---- */

static void op_flush(struct kit *kit)
{
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
}

static void faulted(struct kit *kit)
{
	costs_attached(kit);
	(void)kit_dma(kit, AUDIO, kit_iova(0, 3), true);
}

static void op_interrupt(struct kit *kit)
{
	assert_true(kit_interrupt(kit, 0));
}

static void op_spurious(struct kit *kit)
{
	assert_false(kit_interrupt(kit, 0));
}

/* A context that may have one fault more is at its limit. */
static void short_storms(struct kit_config *config)
{
	config->options.storm_limit = 1;
}

static void at_its_limit(struct kit *kit)
{
	faulted(kit);
	assert_true(kit_interrupt(kit, 0));
	(void)kit_dma(kit, AUDIO, kit_iova(0, 3), true);
}

static void masked(struct kit *kit)
{
	at_its_limit(kit);
	assert_true(kit_interrupt(kit, 0));
	(void)kit_service(kit, 8);
	model_tick(kit->model, 10000);
}

static void masked_and_faulted(struct kit *kit)
{
	masked(kit);
	(void)kit_dma(kit, AUDIO, kit_iova(0, 3), true);
}

static void op_look(struct kit *kit)
{
	assert_false(kit_service(kit, 8));
}

static void recorded(struct kit *kit)
{
	faulted(kit);
	assert_true(kit_interrupt(kit, 0));
}

static void op_service(struct kit *kit)
{
	assert_false(kit_service(kit, 8));
	assert_int_equal(kit->fault_count, 1);
}

/* Tables of the domain's own, with the policy that flushes most. */
static void own_tables(struct kit_config *config)
{
	config->owned = true;
	config->wish.replace = IPMMU_PT_BREAK_BEFORE_MAKE;
}

static void own_tables_of_blocks(struct kit_config *config)
{
	own_tables(config);
	config->wish.split = IPMMU_PT_BREAK_BEFORE_MAKE;
}

static void flushed_additions(struct kit_config *config)
{
	own_tables(config);
	config->options.flush_additions = true;
}

static void owned(struct kit *kit)
{
	costs_attached(kit);
	kit_map(kit, 0, 0, true);
	kit_map(kit, 0, 1, true);
}

/* A table of pages that could be a block, which the book of pages knows nothing of. */
static void cut(struct kit *kit)
{
	static const struct ipmmu_pt_prot ro = {IPMMU_PT_READ, IPMMU_PT_CACHED};
	const struct ipmmu_pa pa = {0x80000000};
	struct ipmmu_iova iova = {0x40000000};

	costs_attached(kit);
	kit->watching = false;
	assert_int_equal(ipmmu_domain_map(kit->domains[0].domain, iova, pa, 0x1ff000, ro),
			 IPMMU_OK);
	iova.v += 0x1ff000;
	assert_int_equal(ipmmu_domain_map(kit->domains[0].domain, iova,
					  (struct ipmmu_pa){pa.v + 0x1ff000}, 4096, ro),
			 IPMMU_OK);
}

static void op_merge(struct kit *kit)
{
	const struct ipmmu_iova iova = {0x40000000};

	assert_int_equal(ipmmu_domain_merge(kit->domains[0].domain, iova, 0x200000), IPMMU_OK);
}

static void op_map(struct kit *kit)
{
	kit_map(kit, 0, 2, true);
}

static void op_map_flushed(struct kit *kit)
{
	static const struct ipmmu_pt_prot ro = {IPMMU_PT_READ, IPMMU_PT_CACHED};

	kit->watching = false;
	assert_int_equal(ipmmu_domain_map(kit->domains[0].domain,
					  (struct ipmmu_iova){0x40000000},
					  (struct ipmmu_pa){0x80000000}, 0x200000, ro),
			 IPMMU_OK);
}

static void op_unmap(struct kit *kit)
{
	kit_unmap(kit, 0, 1);
}

static void op_unmap_nothing(struct kit *kit)
{
	assert_int_equal(kit_try_unmap(kit, 0, 3), IPMMU_OK);
}

static void op_protect(struct kit *kit)
{
	assert_int_equal(kit_try_protect(kit, 0, 1, false), IPMMU_OK);
}

static void nothing_yet(struct kit *kit)
{
	kit_start(kit);
	assert_int_equal(kit_add(kit, MMC), IPMMU_OK);
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_OK);
	assert_int_equal(kit_domain_new(kit, 1), IPMMU_OK);
	assert_int_equal(kit_attach(kit, AUDIO, 1, NULL), IPMMU_OK);
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	assert_int_equal(kit_flush(kit, 1), IPMMU_E_TIMEOUT);
}

static void op_domains(struct kit *kit)
{
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	assert_int_equal(kit_domain_end(kit, 0), IPMMU_OK);
	assert_int_equal(kit_remove(kit, MMC), IPMMU_OK);
	kit->watching = false;
	assert_int_equal(ipmmu_domain_abandon(kit->domains[1].domain), IPMMU_OK);
}

static const struct row rows[] = {
	{"domain_flush, master_flush in a domain", "1 + c", "1 + c + q", "1 R, 1 + c W",
	 "R: c, as the caches' FLUSH is waited for and not only the root's. W: q, as it is not "
	 "known whether a context's flush empties uTLBs",
	 cost_flush, costs_attached, op_flush, NULL, 0},
	{"interrupt, one fault", "a + f", "1", "1 + f R, 1 W",
	 "R: a - 1, all contexts in use are looked at, so that one that storms starves no "
	 "other; f includes 1 for IMSSTR on Gen3, which says who comes first",
	 cost_fault, faulted, op_interrupt, NULL, 0},
	{"interrupt, the fault that is one too many", "a + f", "2 + c", "1 + f R, 2 W",
	 "as above. W: 1 masks, c as INTEN of the caches follows", cost_mask, at_its_limit,
	 op_interrupt, short_storms, 0},
	{"interrupt, spurious", "n", "0", "n R", "none", cost_spurious, costs_attached,
	 op_spurious, NULL, 0},
	{"service", "0", "0", "0", "none", cost_nothing, recorded, op_service, NULL, 0},
	{"service, a masked context has faulted", "1 + f", "1", "1 + f R, 1 W", "none",
	 cost_served, masked_and_faulted, op_look, short_storms, 0},
	{"service, a masked context is calm", "2 + c", "1 + c", "1 R, 1 W",
	 "R: 1 + c see the flush end that went with the mask. W: c, as INTEN of the caches "
	 "follows",
	 cost_unmask, masked, op_look, short_storms, 0},
	{"domain_map", "0", "0", "0", "none", cost_nothing, owned, op_map, own_tables, 0},
	{"domain_map, flush_additions", "1 + c", "1 + c + q", "1 R, 1 + c W", "as domain_flush",
	 cost_flush, costs_attached, op_map_flushed, flushed_additions, 0},
	{"domain_unmap, protect and replace (direct)", "1 + c", "1 + c + q", "1 R, 1 + c W",
	 "as domain_flush: one flush, whatever the size", cost_flush, owned, op_unmap,
	 own_tables, 0},
	{"domain_unmap of what is not mapped", "0", "0", "0", "none", cost_nothing, owned,
	 op_unmap_nothing, own_tables, 0},
	{"domain_protect, replace (break before make)", "1 + c", "1 + c + q", "1 R, 1 + c W",
	 "as domain_flush: one flush between break and make; none after it, as nothing valid "
	 "was taken away since",
	 cost_flush, owned, op_protect, own_tables, 0},
	{"domain_merge", "1 + c", "1 + c + q", "1 R, 1 + c W",
	 "as domain_flush: one flush, with break before make one for each size of block; none "
	 "for what does not merge",
	 cost_flush, cut, op_merge, own_tables_of_blocks, 0},
	{"domain_create, domain_destroy, domain_abandon, master_remove, drain, translate, "
	 "explain, queries",
	 "0", "0", "0",
	 "none; master_remove of a master that is unverified: 1 R and 1 W for "
	 "each uTLB that is",
	 cost_nothing, nothing_yet, op_domains, NULL, 0},
};

const struct costs_part costs_use = {rows, sizeof(rows) / sizeof(rows[0])};
