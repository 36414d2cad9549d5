// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Calls on one page have a short way through tables in the window: what it must not take for
 * granted.
 */
#include <stdlib.h>

#include "kit_cmocka.h"
#include "shapes.h"

#define MIB 0x100000ull

static struct ground *g;
static const struct ipmmu_pt_prot rw = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};
static const struct ipmmu_pt_prot ro = {IPMMU_PT_READ, IPMMU_PT_CACHED};

static struct ipmmu_iova at(uint64_t v)
{
	struct ipmmu_iova iova = {v};

	return iova;
}

static enum ipmmu_err map_as(uint64_t iova, uint64_t pa, struct ipmmu_pt_prot prot)
{
	struct ipmmu_pa to = {pa};

	return ipmmu_pt_map(&g->pt, at(iova), to, 4096, prot);
}

static enum ipmmu_err map(uint64_t iova, uint64_t pa)
{
	return map_as(iova, pa, rw);
}

static enum ipmmu_err unmap(uint64_t iova)
{
	enum ipmmu_pt_next next;
	enum ipmmu_err err = ipmmu_pt_unmap(&g->pt, at(iova), 4096, 0, &next);

	ground_finish(g, next, 0);
	return err;
}

/* 0x1000 to 0x3fff is mapped, so that the tables are there. */
static void start(uint32_t window, enum ipmmu_pt_policy policy)
{
	uint64_t i;

	ground_init(g, &shape_s2, true);
	g->window = window;
	g->config.input_bits = 36;
	g->config.split = policy;
	ground_create(g, 0, 1);
	g->watching = false;
	for (i = 1; i < 4; i++) {
		assert_int_equal(map(i * 4096, i * 4096), IPMMU_OK);
	}
}

static uint64_t place(uint64_t iova)
{
	struct ipmmu_pt_mapping m;

	uint64_t pa =
		ipmmu_pt_translate(&g->pt, at(iova), &m) == IPMMU_OK ? m.pa.v : UINT64_MAX;

	assert_true(ipmmu_pt_locate(&g->pt, at(iova)).v == pa);
	return pa;
}

static void what_is_wrong_is_refused_with_its_own_error(void **state)
{
	struct ipmmu_pt_mapping m;

	(void)state;
	start(GROUND_TABLES, IPMMU_PT_NEVER);
	assert_int_equal(map(0x4008, 0x4000), IPMMU_E_ALIGN);
	assert_int_equal(map(0x4000, 0x4008), IPMMU_E_ALIGN);
	assert_int_equal(map(0x4000, 1ull << 40), IPMMU_E_RANGE);
	assert_int_equal(map((1ull << 36) + 0x4000, 0x4000), IPMMU_E_RANGE);
	assert_int_equal(map(0x3000, 0x4000), IPMMU_E_EXISTS);
	assert_int_equal(unmap(0x3008), IPMMU_E_ALIGN);
	assert_int_equal(unmap((1ull << 36) + 0x3000), IPMMU_E_RANGE);
	assert_int_equal(place(0x4000), UINT64_MAX);
	assert_int_equal(place(0x3008), 0x3008);
	assert_int_equal(ipmmu_pt_translate(&g->pt, at((1ull << 36) + 0x3000), &m),
			 IPMMU_E_RANGE);
	assert_int_equal(ipmmu_pt_translate(&g->pt, at((1ull << 63) + 0x3000), &m),
			 IPMMU_E_RANGE);
	ground_end(g, 0);
}

static void rights_asked_for_in_turn_are_kept_apart(void **state)
{
	const struct ipmmu_pt_prot none = {0, IPMMU_PT_CACHED};
	uint64_t i;

	(void)state;
	start(GROUND_TABLES, IPMMU_PT_NEVER);
	for (i = 4; i < 100; i++) {
		struct ipmmu_pt_mapping m;

		assert_int_equal(map_as(i * 4096, i * 4096, none), IPMMU_E_UNSUPPORTED);
		assert_int_equal(map_as(i * 4096, i * 4096, i % 3 == 0 ? rw : ro), IPMMU_OK);
		assert_int_equal(ipmmu_pt_translate(&g->pt, at(i / 2 * 4096), &m),
				 i / 2 < 1 ? IPMMU_E_NOT_FOUND : IPMMU_OK);
		assert_int_equal(m.prot.rights,
				 i / 2 < 4 || i / 2 % 3 == 0 ? rw.rights : ro.rights);
		assert_int_equal(m.prot.memory, IPMMU_PT_CACHED);
	}
	ground_end(g, 0);
}

static void change_under_way_is_seen(void **state)
{
	enum ipmmu_pt_next next;

	(void)state;
	start(GROUND_TABLES, IPMMU_PT_NEVER);
	assert_int_equal(map(4 * MIB, 0), IPMMU_OK);
	assert_int_equal(ipmmu_pt_unmap(&g->pt, at(0x1000), 8 * MIB, 2, &next), IPMMU_OK);
	assert_int_equal(next, IPMMU_PT_NEXT_CONTINUE);
	assert_int_equal(map(0x1000, 0x1000), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_pt_unmap(&g->pt, at(0x3000), 4096, 0, &next), IPMMU_E_BUSY);
	assert_int_equal(place(0x1000), UINT64_MAX);
	assert_int_equal(place(0x3000), 0x3000);
	ground_finish(g, IPMMU_PT_NEXT_CONTINUE, 0);
	assert_int_equal(map(0x1000, 0x1000), IPMMU_OK);
	ground_end(g, 0);
}

static void tables_outside_of_the_window_are_asked_for(void **state)
{
	uint64_t i;

	(void)state;
	/* The root and three tables are in it. */
	start(4, IPMMU_PT_NEVER);
	for (i = 0; i < 40; i++) {
		assert_int_equal(map(i * 2 * MIB + 0x5000, i * 4096), IPMMU_OK);
		assert_int_equal(map(i * 2 * MIB + 0x7000, i * 4096), IPMMU_OK);
		assert_int_equal(place(i * 2 * MIB + 0x5000), i * 4096);
	}
	for (i = 40; i-- > 0;) {
		assert_int_equal(unmap(i * 2 * MIB + 0x5000), IPMMU_OK);
		assert_int_equal(place(i * 2 * MIB + 0x5000), UINT64_MAX);
		assert_int_equal(place(i * 2 * MIB + 0x7000), i * 4096);
		assert_int_equal(unmap(i * 2 * MIB + 0x7000), IPMMU_OK);
	}
	assert_int_equal(place(0x3000), 0x3000);
	ground_end(g, 0);
}

static void last_page_takes_its_table_along(void **state)
{
	uint64_t i;

	(void)state;
	start(GROUND_TABLES, IPMMU_PT_NEVER);
	for (i = 1; i < 4; i++) {
		assert_int_equal(ground_used(g), 3);
		assert_int_equal(unmap(i * 4096), IPMMU_OK);
	}
	assert_int_equal(ground_used(g), 1);
	assert_int_equal(map(511 * 4096, 0), IPMMU_OK);
	assert_int_equal(unmap(511 * 4096), IPMMU_OK);
	assert_int_equal(ground_used(g), 1);
	ground_end(g, 0);
}

static void block_is_no_table(void **state)
{
	struct ipmmu_pa to = {GROUND_PA & ~(2 * MIB - 1)};

	(void)state;
	start(GROUND_TABLES, IPMMU_PT_DIRECT);
	/* A block over the window itself, so that its address would do. */
	assert_int_equal(ipmmu_pt_map(&g->pt, at(2 * MIB), to, 2 * MIB, rw), IPMMU_OK);
	assert_int_equal(map(2 * MIB + 0x3000, 0), IPMMU_E_EXISTS);
	assert_int_equal(place(2 * MIB + 0x3008), to.v + 0x3008);
	assert_int_equal(unmap(2 * MIB + 0x3000), IPMMU_OK);
	assert_int_equal(place(2 * MIB + 0x3008), UINT64_MAX);
	assert_int_equal(place(2 * MIB + 0x4000), to.v + 0x4000);
	ground_end(g, 0);
}

static enum ipmmu_err unmap_run(uint64_t iova, uint64_t size)
{
	enum ipmmu_pt_next next;
	enum ipmmu_err err = ipmmu_pt_unmap(&g->pt, at(iova), size, 0, &next);

	assert_int_equal(next, IPMMU_PT_NEXT_FLUSH);
	ground_finish(g, next, 0);
	return err;
}

static void run_cut_out_of_a_block_leaves_its_neighbours(void **state)
{
	static const uint64_t runs[][2] = {{0, 1}, {511, 1}, {7, 1}, {16, 64}, {1, 511}};
	struct ipmmu_pa to = {16 * MIB};
	struct ipmmu_pt_info info;
	uint32_t i;
	uint64_t p;

	(void)state;
	for (i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		const uint64_t from = runs[i][0] * 4096;
		const uint64_t size = runs[i][1] * 4096;

		start(GROUND_TABLES, IPMMU_PT_DIRECT);
		assert_int_equal(ipmmu_pt_map(&g->pt, at(2 * MIB), to, 2 * MIB, ro), IPMMU_OK);
		assert_int_equal(unmap_run(2 * MIB + from, size), IPMMU_OK);
		for (p = 0; p < 2 * MIB; p += 4096) {
			assert_true(place(2 * MIB + p) ==
				    (p - from < size ? UINT64_MAX : to.v + p));
		}
		ipmmu_pt_query(&g->pt, &info);
		assert_int_equal(info.reserve, info.reserve_wanted);
		assert_int_equal(unmap_run(0, 4 * MIB), IPMMU_OK);
		ground_end(g, 0);
	}
}

/* Built for size there is no short way, and the long one asks for two tables before it cuts. */
#ifdef __OPTIMIZE_SIZE__
enum {
	LEFT = 1
};
#else
enum {
	LEFT = 0
};
#endif

static void cuts_take_the_reserve_when_memory_is_out(void **state)
{
	struct ipmmu_pt_info info;
	struct ipmmu_pa to = {16 * MIB};
	enum ipmmu_pt_next next;
	uint64_t i;

	(void)state;
	start(GROUND_TABLES, IPMMU_PT_DIRECT);
	assert_int_equal(ipmmu_pt_map(&g->pt, at(16 * MIB), to, 16 * MIB, rw), IPMMU_OK);
	ipmmu_pt_query(&g->pt, &info);
	g->fail_at = 1;
	for (i = 0; i < info.reserve_wanted - LEFT; i++) {
		assert_int_equal(unmap_run((16 + 2 * i) * MIB + 0x5000, 4096), IPMMU_OK);
	}
	ipmmu_pt_query(&g->pt, &info);
	assert_int_equal(info.reserve, LEFT);
	i = (16 + 2 * i) * MIB + 0x5000;
	assert_int_equal(ipmmu_pt_unmap(&g->pt, at(i), 4096, 0, &next), IPMMU_E_NO_MEMORY);
	assert_int_equal(place(i), i);
	g->fail_at = 0;
	assert_int_equal(ipmmu_pt_refill(&g->pt), IPMMU_OK);
	assert_int_equal(unmap_run(i, 4096), IPMMU_OK);
	ground_end(g, 0);
}

static enum ipmmu_err block(uint64_t iova)
{
	struct ipmmu_pa to = {iova};

	return ipmmu_pt_map(&g->pt, at(iova), to, 2 * MIB, rw);
}

static enum ipmmu_pt_next unmap_block(uint64_t iova)
{
	enum ipmmu_pt_next next;

	assert_int_equal(ipmmu_pt_unmap(&g->pt, at(iova), 2 * MIB, 0, &next), IPMMU_OK);
	return next;
}

static void block_and_table_of_pages_go_in_one_call(void **state)
{
	struct ipmmu_pt_info info;

	(void)state;
	start(GROUND_TABLES, IPMMU_PT_DIRECT);
	assert_int_equal(block(2 * MIB), IPMMU_OK);
	assert_int_equal(block(2 * MIB), IPMMU_E_EXISTS);
	assert_int_equal(block(0), IPMMU_E_EXISTS);
	assert_int_equal(block(4 * MIB), IPMMU_OK);
	assert_int_equal(unmap_block(6 * MIB), IPMMU_PT_NEXT_NONE);
	/* The table of pages waits for the flush. */
	assert_int_equal(unmap_block(0), IPMMU_PT_NEXT_FLUSH);
	ipmmu_pt_query(&g->pt, &info);
	assert_int_equal(info.gathered, 1);
	assert_int_equal(place(0x3000), UINT64_MAX);
	assert_int_equal(unmap_block(2 * MIB), IPMMU_PT_NEXT_FLUSH);
	assert_int_equal(place(4 * MIB), 4 * MIB);
	/* The last block takes the table along in which it stands. */
	assert_int_equal(unmap_block(4 * MIB), IPMMU_PT_NEXT_FLUSH);
	ipmmu_pt_query(&g->pt, &info);
	assert_int_equal(info.gathered, 2);
	ground_flush(g, 0);
	assert_int_equal(ground_used(g), 1 + info.reserve);
	ground_end(g, 0);
}

static void kept_table_is_emptied_and_then_no_bar_to_a_block(void **state)
{
	(void)state;
	ground_init(g, &shape_s2, true);
	g->window = GROUND_TABLES;
	g->config.input_bits = 36;
	g->config.split = IPMMU_PT_DIRECT;
	g->config.keep_empty = true;
	ground_create(g, 0, 1);
	g->watching = false;
	assert_int_equal(map(0x1000, 0x1000), IPMMU_OK);
	assert_int_equal(unmap_block(0), IPMMU_PT_NEXT_FLUSH);
	assert_int_equal(place(0x1000), UINT64_MAX);
	assert_int_equal(ground_used(g), 3 + 4);
	assert_int_equal(block(0), IPMMU_OK);
	assert_int_equal(place(0x1000), 0x1000);
	assert_int_equal(ground_used(g), 3 + 4);
	ground_end(g, 0);
}

static void empty_tables_are_kept_on_demand(void **state)
{
	const uint64_t edge = 1ull << 30;
	struct ipmmu_pa to = {0};
	enum ipmmu_pt_next next;

	(void)state;
	ground_init(g, &shape_s2, true);
	g->config.input_bits = 36;
	g->config.keep_empty = true;
	ground_create(g, 0, 1);
	g->watching = false;
	assert_int_equal(ipmmu_pt_map(&g->pt, at(edge - 0x2000), to, 0x4000, rw), IPMMU_OK);
	assert_int_equal(ground_used(g), 5);
	assert_int_equal(ipmmu_pt_unmap(&g->pt, at(edge - 0x3000), 0x6000, 0, &next), IPMMU_OK);
	ground_finish(g, next, 0);
	assert_int_equal(ground_used(g), 5);
	assert_int_equal(place(edge), UINT64_MAX);
	ground_end(g, 0);
}

/* Behind the last entry of the one stands in memory what must not be taken for the next. */
static void whole_tables_go_on_both_sides_of_a_boundary(void **state)
{
	const uint64_t edge = 1ull << 30;
	struct ipmmu_pa to = {0};
	enum ipmmu_pt_next next;

	(void)state;
	start(GROUND_TABLES, IPMMU_PT_NEVER);
	assert_int_equal(map(0, 0), IPMMU_OK);
	assert_int_equal(ipmmu_pt_map(&g->pt, at(edge - 4 * MIB), to, 8 * MIB, rw), IPMMU_OK);
	assert_int_equal(ground_used(g), 8);
	assert_int_equal(ipmmu_pt_unmap(&g->pt, at(edge - 4 * MIB), 6 * MIB, 0, &next),
			 IPMMU_OK);
	assert_int_equal(place(edge - 1), UINT64_MAX);
	assert_int_equal(place(edge + MIB), UINT64_MAX);
	assert_int_equal(place(edge + 2 * MIB), 6 * MIB);
	ground_finish(g, next, 0);
	assert_int_equal(ground_used(g), 5);
	assert_int_equal(place(0x3000), 0x3000);
	ground_end(g, 0);
}

static void group_loses_its_hint_with_one_page(void **state)
{
	struct ipmmu_pa to = {0x10000};
	uint32_t level;

	(void)state;
	ground_init(g, &shape_s2, true);
	g->window = GROUND_TABLES;
	g->config.split = IPMMU_PT_DIRECT;
	g->config.contiguous = true;
	ground_create(g, 0, 1);
	g->watching = false;
	assert_int_equal(ipmmu_pt_map(&g->pt, at(0x10000), to, 0x10000, rw), IPMMU_OK);
	assert_int_equal(ground_entry(g, 0x14000, &level) >> 52, 1);
	assert_int_equal(unmap(0x15000), IPMMU_OK);
	assert_int_equal(ground_entry(g, 0x14000, &level) >> 52, 0);
	to.v = 0x40000;
	assert_int_equal(ipmmu_pt_map(&g->pt, at(0x40000), to, 0x40000, rw), IPMMU_OK);
	assert_int_equal(unmap_run(0x50000, 0x18000), IPMMU_OK);
	assert_int_equal(ground_entry(g, 0x4f000, &level) >> 52, 1);
	assert_int_equal(ground_entry(g, 0x6f000, &level) >> 52, 0);
	assert_int_equal(ground_entry(g, 0x70000, &level) >> 52, 1);
	ground_end(g, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_refused_with_its_own_error),
		cmocka_unit_test(rights_asked_for_in_turn_are_kept_apart),
		cmocka_unit_test(change_under_way_is_seen),
		cmocka_unit_test(tables_outside_of_the_window_are_asked_for),
		cmocka_unit_test(last_page_takes_its_table_along),
		cmocka_unit_test(block_is_no_table),
		cmocka_unit_test(run_cut_out_of_a_block_leaves_its_neighbours),
		cmocka_unit_test(cuts_take_the_reserve_when_memory_is_out),
		cmocka_unit_test(block_and_table_of_pages_go_in_one_call),
		cmocka_unit_test(kept_table_is_emptied_and_then_no_bar_to_a_block),
		cmocka_unit_test(empty_tables_are_kept_on_demand),
		cmocka_unit_test(whole_tables_go_on_both_sides_of_a_boundary),
		cmocka_unit_test(group_loses_its_hint_with_one_page),
	};

	g = malloc(sizeof(*g));
	assert_non_null(g);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
