// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Domains that get blocks back in tables of their own: what masters find before and after, by
 * which flushes, and what a flush that does not end leaves.
 */
#include <ipmmu/owned.h>
#include <string.h>

#include "rig.h"

enum {
	MIB2 = 0x200000
};

#define IOVA  0x40000000ull
#define PLACE 0x80000000ull

static const struct ipmmu_pt_prot RW = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};
static const struct ipmmu_pt_prot RO = {IPMMU_PT_READ, IPMMU_PT_CACHED};

static struct kit *ready(enum ipmmu_pt_policy policy)
{
	struct kit_config config = rig_config(IPMMU_GEN3);
	struct kit *kit;

	config.owned = true;
	config.wish.split = policy;
	config.wish.replace = policy;
	kit = rig_ready(&config);
	kit->watching = false; /* its book has pages of its own */
	return kit;
}

static struct ipmmu_domain *domain_of(struct kit *kit)
{
	return kit->domains[0].domain;
}

static enum ipmmu_err merge(struct kit *kit, uint64_t iova, uint64_t size)
{
	return ipmmu_domain_merge(domain_of(kit), (struct ipmmu_iova){iova}, size);
}

static void protect(struct kit *kit, uint64_t iova, struct ipmmu_pt_prot prot)
{
	assert_int_equal(
		ipmmu_domain_protect(domain_of(kit), (struct ipmmu_iova){iova}, 4096, prot),
		IPMMU_OK);
}

/* Blocks, each of which one page has made a table. */
static void map_cut(struct kit *kit, uint32_t blocks)
{
	uint32_t i;

	assert_int_equal(ipmmu_domain_map(domain_of(kit), (struct ipmmu_iova){IOVA},
					  (struct ipmmu_pa){PLACE}, blocks * (uint64_t)MIB2,
					  RW),
			 IPMMU_OK);
	for (i = 0; i < blocks; i++) {
		protect(kit, IOVA + i * (uint64_t)MIB2, RO);
		protect(kit, IOVA + i * (uint64_t)MIB2, RW);
	}
}

static uint64_t size_at(struct kit *kit, uint64_t iova)
{
	struct ipmmu_pt_mapping mapping;

	memset(&mapping, 0, sizeof(mapping));
	(void)!ipmmu_domain_translate(domain_of(kit), (struct ipmmu_iova){iova}, &mapping);
	return mapping.size;
}

static uint32_t tables_in_use(const struct kit *kit)
{
	struct ipmmu_arena_use use;

	ipmmu_arena_query(kit->arena, &use);
	return use.table_pages;
}

static void leads_to_its_place(struct kit *kit, uint64_t offset)
{
	assert_int_equal(kit_dma(kit, DMAC, IOVA + offset, true).pa, PLACE + offset);
}

static uint64_t flushes(const struct kit *kit)
{
	return kit->writes;
}

static void merge_gives_back_blocks_and_their_tables(void **state)
{
	static const enum ipmmu_pt_policy policies[] = {IPMMU_PT_BREAK_BEFORE_MAKE,
							IPMMU_PT_DIRECT};
	uint32_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct kit *kit = ready(policies[i]);
		uint32_t tables;
		uint64_t once;
		uint64_t before;

		rig_attach(kit, DMAC, 0);
		map_cut(kit, 6);
		tables = tables_in_use(kit);
		leads_to_its_place(kit, 0x3000);
		before = flushes(kit);
		assert_int_equal(ipmmu_domain_flush(domain_of(kit)), IPMMU_OK);
		once = flushes(kit) - before;
		before = flushes(kit);
		assert_int_equal(merge(kit, IOVA, 6ull * MIB2), IPMMU_OK);
		/* Six tables are more than one step, and one flush. */
		assert_int_equal(flushes(kit) - before, once);
		assert_int_equal(size_at(kit, IOVA + 5ull * MIB2), MIB2);
		assert_int_equal(tables_in_use(kit), tables - 6);
		leads_to_its_place(kit, 0x3000);
		leads_to_its_place(kit, 0);
		leads_to_its_place(kit, 6ull * MIB2 - 8);
		before = flushes(kit);
		assert_int_equal(merge(kit, IOVA, 6ull * MIB2), IPMMU_OK);
		assert_int_equal(flushes(kit), before);
		kit_free(kit);
	}
}

static void a_flush_that_does_not_end_leaves_the_merge_to_the_retry(void **state)
{
	struct kit *kit = ready(IPMMU_PT_BREAK_BEFORE_MAKE);
	uint32_t tables;

	(void)state;
	rig_attach(kit, DMAC, 0);
	map_cut(kit, 2);
	tables = tables_in_use(kit);
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	assert_int_equal(merge(kit, IOVA, 2ull * MIB2), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_QUARANTINED);
	assert_int_equal(size_at(kit, IOVA), 0);
	assert_int_equal(tables_in_use(kit), tables);
	assert_int_equal(merge(kit, IOVA, 2ull * MIB2), IPMMU_E_QUARANTINED);
	model_set_stuck(kit->model, 0, MODEL_NONE, false);
	assert_int_equal(ipmmu_domain_retry(domain_of(kit)), IPMMU_OK);
	assert_int_equal(size_at(kit, IOVA + MIB2), MIB2);
	assert_int_equal(tables_in_use(kit), tables - 2);
	kit_free(kit);
}

static void merge_is_refused_with_the_value_that_is_wrong(void **state)
{
	struct kit *kit = ready(IPMMU_PT_NEVER);
	struct kit *host = rig_default();

	(void)state;
	assert_int_equal(merge(kit, IOVA, MIB2), IPMMU_E_UNSUPPORTED);
	rig_refused(kit, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_POLICY, 0, IPMMU_PT_NEVER);
	assert_int_equal(merge(kit, IOVA, 0x123), IPMMU_E_ALIGN);
	rig_refused(kit, IPMMU_E_ALIGN, IPMMU_WHAT_SIZE, 0, 0x123);
	assert_int_equal(merge(kit, 1ull << 40, 4096), IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_IOVA, 0, 1ull << 40);
	assert_int_equal(merge(host, IOVA, MIB2), IPMMU_E_STATE);
	assert_int_equal(ipmmu_domain_merge(NULL, (struct ipmmu_iova){IOVA}, MIB2),
			 IPMMU_E_ARG);
	kit_free(kit);
	kit_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merge_gives_back_blocks_and_their_tables),
		cmocka_unit_test(a_flush_that_does_not_end_leaves_the_merge_to_the_retry),
		cmocka_unit_test(merge_is_refused_with_the_value_that_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
