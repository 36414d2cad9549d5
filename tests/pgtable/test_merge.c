// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * What merges and what does not, in each format and at its ends.
 */
#include <stdlib.h>

#include "merging.h"

/* Three tables at the end of all addresses: a store at a time, every page held to the book. */
static void merge_at_the_end(const struct format_row *row, enum ipmmu_pt_policy policy,
			     bool coherent, uint32_t budget)
{
	struct play p = {.count = 1536, .pa = 0xff000000, .prot = rw, .budget = budget};
	struct play cut = {.kind = PLAY_PROTECT, .first = 700, .count = 3, .prot = ro};
	uint32_t used;
	uint32_t i;

	start(row, policy, coherent);
	ground_create(g, (1ull << row->bits) - 6 * MIB, 1536);
	p.pa = (1ull << 40) - 6 * MIB;
	assert_true(play_run(g, &p));
	ground_settle(g);
	used = ground_used(g);
	for (i = 0; i < 2; i++) {
		assert_true(play_run(g, &cut));
		ground_settle(g);
		cut.prot = rw;
	}
	assert_int_equal(ground_used(g), used + 1);
	p.kind = PLAY_MERGE;
	assert_true(play_run(g, &p));
	ground_settle(g);
	assert_int_equal(g->merged, 512);
	assert_int_equal(ground_used(g), used);
	ground_end(g, 0);
}

static void a_table_of_pages_becomes_a_block_in_each_format(void **state)
{
	static const uint32_t budgets[] = {0, 1, 2, 511, 513, 1024};
	uint32_t i;
	uint32_t how;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (how = 0; how < 24; how++) {
			merge_at_the_end(&rows[i],
					 how % 2 == 0 ? IPMMU_PT_DIRECT
						      : IPMMU_PT_BREAK_BEFORE_MAKE,
					 how / 2 % 2 == 0, budgets[how / 4]);
		}
	}
}

/* 511 blocks, and a table of pages among them, in the last GiB. */
static void pages_and_blocks_become_one_gib_in_one_call(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		const uint64_t iova = (1ull << rows[i / 2].bits) - GIB;
		const uint64_t pa = (1ull << 40) - GIB;
		enum ipmmu_pt_next next;
		uint32_t used;

		start(&rows[i / 2], i % 2 == 0 ? IPMMU_PT_DIRECT : IPMMU_PT_BREAK_BEFORE_MAKE,
		      false);
		ground_create(g, iova, 1);
		g->watching = false;
		used = ground_used(g);
		map_as(iova, pa, GIB, rw);
		protect(iova + 300 * MIB, 4096, ro);
		protect(iova + 300 * MIB, 4096, rw);
		assert_int_equal(ground_used(g), used + 2);
		assert_int_equal(ipmmu_pt_merge(&g->pt, at(iova), GIB, 100, &next), IPMMU_OK);
		ground_finish(g, next, 100);
		assert_int_equal(level_at(iova + 300 * MIB), 1);
		assert_int_equal(ground_used(g), used);
		assert_int_equal(ground_walk(g, iova + 300 * MIB) & 0xfffffff000ull,
				 pa + 300 * MIB);
		ground_end(g, 0);
	}
}

static void nothing_merges(uint64_t iova, uint64_t size)
{
	const uint32_t cleans = g->cleans;
	const uint32_t used = ground_used(g);

	assert_int_equal(merge(iova, size), IPMMU_PT_NEXT_NONE);
	assert_int_equal(level_at(iova + 8192), 3);
	assert_int_equal(g->cleans, cleans);
	assert_int_equal(ground_used(g), used);
	assert_int_equal(gathered(), 0);
}

static void one_entry_that_differs_keeps_the_table(void **state)
{
	static const uint32_t places[] = {0, 1, 7, 8, 255, 256, 510, 511};
	uint32_t i;

	(void)state;
	for (i = 0; i < 4 * sizeof(places) / sizeof(places[0]); i++) {
		const uint64_t page = places[i / 4] * 4096ull;

		start_plain();
		map_pages(2 * MIB, 8 * MIB);
		unmap(2 * MIB + page, 4096);
		if (i % 4 != 0) {
			map_as(2 * MIB + page, i % 4 == 3 ? 64 * MIB : 8 * MIB + page, 4096,
			       i % 4 == 1   ? ro
			       : i % 4 == 2 ? io
					    : rw);
		}
		nothing_merges(2 * MIB, 2 * MIB);
		unmap(2 * MIB + page, 4096);
		map_as(2 * MIB + page, 8 * MIB + page, 4096, rw);
		assert_int_equal(merge(0, GIB), IPMMU_PT_NEXT_FLUSH);
		assert_int_equal(level_at(2 * MIB), 2);
		ground_end(g, 0);
	}
}

static void addresses_have_to_begin_where_a_block_can(void **state)
{
	const uint64_t wrong[] = {4096, 4096 * 16, MIB, 2 * MIB - 4096};
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		start_plain();
		map_as(2 * MIB, 8 * MIB + wrong[i], 2 * MIB, rw);
		nothing_merges(2 * MIB, 2 * MIB);
		ground_end(g, 0);
	}
}

static void blocks_of_other_rights_keep_their_table(void **state)
{
	(void)state;
	start_plain();
	map_as(0, GIB, GIB, rw);
	protect(510 * MIB, 2 * MIB, ro);
	assert_int_equal(merge(0, GIB), IPMMU_PT_NEXT_NONE);
	assert_int_equal(level_at(0), 2);
	protect(510 * MIB, 2 * MIB, rw);
	assert_int_equal(merge(0, GIB - 4096), IPMMU_PT_NEXT_NONE);
	assert_int_equal(merge(0, GIB), IPMMU_PT_NEXT_FLUSH);
	assert_int_equal(level_at(0), 1);
	ground_end(g, 0);
}

static void a_range_merges_what_lies_in_it_as_a_whole(void **state)
{
	(void)state;
	start_plain();
	map_pages(0, 8 * MIB);
	map_pages(2 * MIB, 10 * MIB);
	map_pages(4 * MIB, 12 * MIB);
	nothing_merges(0, 2 * MIB - 4096);
	nothing_merges(4096, 2 * MIB);
	assert_int_equal(merge(4096, 6 * MIB - 8192), IPMMU_PT_NEXT_FLUSH);
	assert_int_equal(level_at(0), 3);
	assert_int_equal(level_at(2 * MIB), 2);
	assert_int_equal(level_at(4 * MIB), 3);
	ground_end(g, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_of_pages_becomes_a_block_in_each_format),
		cmocka_unit_test(pages_and_blocks_become_one_gib_in_one_call),
		cmocka_unit_test(one_entry_that_differs_keeps_the_table),
		cmocka_unit_test(addresses_have_to_begin_where_a_block_can),
		cmocka_unit_test(blocks_of_other_rights_keep_their_table),
		cmocka_unit_test(a_range_merges_what_lies_in_it_as_a_whole),
	};

	g = malloc(sizeof(*g));
	assert_non_null(g);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
