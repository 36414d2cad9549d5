// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * How a table is merged: what is refused, by which policy, at which cost, in how many steps;
 * and that it takes no memory, and gives tables back after a flush only.
 */
#include <stdlib.h>

#include "merging.h"

static enum ipmmu_err try_merge(uint64_t iova, uint64_t size)
{
	enum ipmmu_pt_next next = IPMMU_PT_NEXT_CONTINUE;
	enum ipmmu_err err = ipmmu_pt_merge(&g->pt, at(iova), size, 1, &next);

	assert_true(err == IPMMU_OK || next == IPMMU_PT_NEXT_NONE);
	return err;
}

static void ranges_that_are_none_and_policies_that_forbid_it_are_refused(void **state)
{
	uint32_t i;

	(void)state;
	start_plain();
	assert_int_equal(try_merge(0x800, 4096), IPMMU_E_ALIGN);
	assert_int_equal(try_merge(0, 0x800), IPMMU_E_ALIGN);
	assert_int_equal(try_merge(0, 0), IPMMU_E_RANGE);
	assert_int_equal(try_merge(1ull << 40, 4096), IPMMU_E_RANGE);
	assert_int_equal(try_merge((1ull << 40) - 4096, 8192), IPMMU_E_RANGE);
	ground_end(g, 0);
	for (i = 0; i < 9; i++) {
		start(&rows[3], (enum ipmmu_pt_policy)(i % 3), true);
		g->config.replace = (enum ipmmu_pt_policy)(i / 3);
		ground_create(g, 0, 1);
		assert_int_equal(try_merge(0, 4096),
				 i % 3 == 0 || i / 3 == 0 ? IPMMU_E_UNSUPPORTED : IPMMU_OK);
		ground_end(g, 0);
	}
}

/* Another call waits for the end of the one under way. */
static void a_change_under_way_is_not_merged_and_a_merge_not_changed(void **state)
{
	struct ipmmu_pt_mapping m;
	enum ipmmu_pt_next next;

	(void)state;
	start_plain();
	map_pages(0, 8 * MIB);
	map_pages(2 * MIB, 10 * MIB);
	assert_int_equal(ipmmu_pt_protect(&g->pt, at(0), 4 * MIB, ro, 1, &next), IPMMU_OK);
	assert_int_equal(next, IPMMU_PT_NEXT_CONTINUE);
	assert_int_equal(try_merge(0, 4 * MIB), IPMMU_E_BUSY);
	ground_finish(g, next, 0);
	assert_int_equal(ipmmu_pt_merge(&g->pt, at(0), 4 * MIB, 1, &next), IPMMU_OK);
	assert_int_equal(next, IPMMU_PT_NEXT_CONTINUE);
	assert_int_equal(try_merge(0, 4 * MIB), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_pt_protect(&g->pt, at(0), 4096, ro, 1, &next), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_pt_translate(&g->pt, at(MIB), &m), IPMMU_OK);
	assert_int_equal(m.size, 2 * MIB);
	ground_finish(g, IPMMU_PT_NEXT_CONTINUE, 0);
	assert_int_equal(level_at(2 * MIB), 2);
	assert_int_equal(ipmmu_pt_continue(&g->pt, 0, &next), IPMMU_E_STATE);
	ground_end(g, 0);
}

/* With a budget of 1 a step looks at one table, and never at two. */
static void a_step_goes_through_one_table_at_most_beyond_its_budget(void **state)
{
	enum ipmmu_pt_next next;
	uint32_t steps = 1;
	uint32_t before = 0;
	uint32_t i;

	(void)state;
	start_plain();
	for (i = 0; i < 8; i++) {
		map_pages(i * 2 * MIB, GIB + i * 2 * MIB);
	}
	assert_int_equal(ipmmu_pt_merge(&g->pt, at(0), 16 * MIB, 1, &next), IPMMU_OK);
	for (; next == IPMMU_PT_NEXT_CONTINUE; steps++) {
		assert_in_range(gathered(), before, before + 1);
		before = gathered();
		assert_int_equal(ipmmu_pt_continue(&g->pt, 1, &next), IPMMU_OK);
	}
	/* Each of eight tables, and the entry of the root; seven did not fill a step of 3600.
	 */
	assert_int_equal(steps, 9);
	assert_int_equal(next, IPMMU_PT_NEXT_FLUSH);
	assert_int_equal(gathered(), 8);
	ground_finish(g, next, 0);
	for (i = 0; i < 8; i++) {
		protect(i * 2 * MIB, 4096, ro);
		protect(i * 2 * MIB, 4096, rw);
	}
	assert_int_equal(ipmmu_pt_merge(&g->pt, at(0), 16 * MIB, 3600, &next), IPMMU_OK);
	assert_int_equal(next, IPMMU_PT_NEXT_CONTINUE);
	assert_int_equal(gathered(), 8);
	ground_finish(g, next, 0);
	ground_end(g, 0);
}

/* One line for each store, and one flush for each level on which something went. */
static void a_merge_costs_a_line_for_each_store_and_a_flush(void **state)
{
	uint32_t i;
	uint32_t policy;

	(void)state;
	for (policy = IPMMU_PT_BREAK_BEFORE_MAKE; policy <= IPMMU_PT_DIRECT; policy++) {
		const uint32_t stores = policy == IPMMU_PT_DIRECT ? 8 : 16;
		enum ipmmu_pt_next next;

		start(&rows[3], (enum ipmmu_pt_policy)policy, false);
		ground_create(g, 0, 1);
		g->watching = false;
		for (i = 0; i < 8; i++) {
			map_pages(i * 2 * MIB, GIB + i * 2 * MIB);
		}
		g->cleans = 0;
		g->lines = 0;
		next = merge(0, 16 * MIB);
		if (policy == IPMMU_PT_BREAK_BEFORE_MAKE) {
			assert_int_equal(next, IPMMU_PT_NEXT_FLUSH_CONTINUE);
			assert_int_equal(ground_walk(g, MIB), 0);
			ground_flush(g, 0);
			assert_int_equal(ipmmu_pt_continue(&g->pt, 0, &next), IPMMU_OK);
			assert_int_equal(next, IPMMU_PT_NEXT_NONE);
		} else {
			assert_int_equal(next, IPMMU_PT_NEXT_FLUSH);
		}
		assert_int_equal(level_at(MIB), 2);
		assert_int_equal(g->cleans, stores);
		assert_int_equal(g->lines, stores);
		ground_end(g, 0);
	}
}

static void tables_go_back_after_the_flush_and_not_before(void **state)
{
	uint32_t used;
	enum ipmmu_pt_next next;

	(void)state;
	start_plain();
	map_pages(0, 8 * MIB);
	map_pages(2 * MIB, 10 * MIB);
	used = ground_used(g);
	g->frees = 0;
	next = merge(0, 4 * MIB);
	assert_int_equal(g->frees, 0);
	assert_int_equal(gathered(), 2);
	assert_int_equal(ground_used(g), used);
	ground_finish(g, next, 0);
	assert_int_equal(g->frees, 2);
	assert_int_equal(ground_used(g), used - 2);
	ground_end(g, 0);
}

static void merging_takes_no_memory_and_leaves_the_reserve(void **state)
{
	struct ipmmu_pt_info info;

	(void)state;
	start_plain();
	map_pages(0, 8 * MIB);
	/* The reserve goes, and nothing fills it up. */
	g->fail_at = g->allocs + 1;
	protect(GIB, 4096, rw);
	map_as(4 * MIB, 12 * MIB, 2 * MIB, rw);
	protect(4 * MIB + 4096, 4096, ro);
	ipmmu_pt_query(&g->pt, &info);
	assert_int_equal(info.reserve, info.reserve_wanted - 1);
	g->allocs = 0;
	ground_finish(g, merge(0, 4 * MIB), 0);
	assert_int_equal(g->allocs, 0);
	assert_int_equal(level_at(0), 2);
	ipmmu_pt_query(&g->pt, &info);
	assert_int_equal(info.reserve, info.reserve_wanted - 1);
	ground_end(g, 0);
}

static void groups_with_the_hint_merge_and_the_block_has_none(void **state)
{
	uint32_t level;

	(void)state;
	start(&rows[3], IPMMU_PT_DIRECT, false);
	g->config.contiguous = true;
	ground_create(g, 0, 1);
	g->watching = false;
	map_as(0, 8 * MIB, MIB, rw);
	map_as(MIB, 9 * MIB, MIB - 4096, rw);
	map_as(2 * MIB - 4096, 10 * MIB - 4096, 4096, rw);
	assert_true((ground_entry(g, 0, &level) & HINT) != 0);
	assert_true((ground_entry(g, 2 * MIB - 4096, &level) & HINT) == 0);
	ground_finish(g, merge(0, 2 * MIB), 0);
	assert_true((ground_entry(g, 0, &level) & HINT) == 0);
	assert_int_equal(level, 2);
	ground_end(g, 0);
}

static void an_empty_table_that_was_kept_stays(void **state)
{
	uint32_t used;

	(void)state;
	start(&rows[3], IPMMU_PT_DIRECT, false);
	g->config.keep_empty = true;
	ground_create(g, 0, 1);
	g->watching = false;
	map_pages(0, 8 * MIB);
	map_pages(2 * MIB, 10 * MIB);
	unmap(2 * MIB, 2 * MIB);
	used = ground_used(g);
	ground_finish(g, merge(0, GIB), 0);
	assert_int_equal(level_at(0), 2);
	assert_int_equal(level_at(2 * MIB), 3);
	assert_int_equal(ground_used(g), used - 1);
	ground_end(g, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_that_are_none_and_policies_that_forbid_it_are_refused),
		cmocka_unit_test(a_change_under_way_is_not_merged_and_a_merge_not_changed),
		cmocka_unit_test(a_step_goes_through_one_table_at_most_beyond_its_budget),
		cmocka_unit_test(a_merge_costs_a_line_for_each_store_and_a_flush),
		cmocka_unit_test(tables_go_back_after_the_flush_and_not_before),
		cmocka_unit_test(merging_takes_no_memory_and_leaves_the_reserve),
		cmocka_unit_test(groups_with_the_hint_merge_and_the_block_has_none),
		cmocka_unit_test(an_empty_table_that_was_kept_stays),
	};

	g = malloc(sizeof(*g));
	assert_non_null(g);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
