// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * What each call refuses, what entries look like in each format, what a change costs in cleans
 * and tables, and that a failed call changes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "kit_cmocka.h"
#include "shapes.h"

#define GIB 0x40000000ull
#define MIB 0x100000ull

static struct ground *g;
static const struct ipmmu_pt_prot rw = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};
static const struct ipmmu_pt_prot ro = {IPMMU_PT_READ, IPMMU_PT_CACHED};

/** struct format_row - one format with what is at its ends. */
struct format_row {
	enum ipmmu_pt_format format;
	const struct ground_shape *shape;
	uint32_t bits;
	uint32_t root_pages;
	uint64_t page; /**< entry of PA 0x12345000, read and write, cached */
};

/* Values from the manual's fields: AF, SH inner, rights, memory type, and NS, nG in stage 1. */
static const struct format_row rows[] = {
	{IPMMU_PT_S1_AARCH32, &shape_s1, 32, 1, 0x12345f67},
	{IPMMU_PT_S1_AARCH64, &shape_s1, 39, 1, 0x12345f67},
	{IPMMU_PT_S2, &shape_s2, 33, 1, 0x123457ff},
	{IPMMU_PT_S2, &shape_s2, 36, 1, 0x123457ff},
	{IPMMU_PT_S2, &shape_s2, 39, 1, 0x123457ff},
	{IPMMU_PT_S2, &shape_s2, 40, 2, 0x123457ff},
};

static struct ipmmu_iova at(uint64_t v)
{
	struct ipmmu_iova iova = {v};

	return iova;
}

static struct ipmmu_pa to(uint64_t v)
{
	struct ipmmu_pa pa = {v};

	return pa;
}

static void start(const struct format_row *row, enum ipmmu_pt_policy policy)
{
	ground_init(g, row->shape, false);
	g->config.format = row->format;
	g->config.input_bits = row->bits;
	g->config.split = policy;
	g->config.replace = policy;
	ground_create(g, 0, 1);
	g->watching = false;
}

static enum ipmmu_err map(uint64_t iova, uint64_t pa, uint64_t size)
{
	return ipmmu_pt_map(&g->pt, at(iova), to(pa), size, rw);
}

static enum ipmmu_err unmap(uint64_t iova, uint64_t size)
{
	enum ipmmu_pt_next next;
	enum ipmmu_err err = ipmmu_pt_unmap(&g->pt, at(iova), size, 0, &next);

	ground_finish(g, next, 0);
	return err;
}

static void entries_are_as_the_format_says(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t level;

		start(&rows[i], IPMMU_PT_DIRECT);
		assert_int_equal(g->pt.root_pages, rows[i].root_pages);
		assert_int_equal(map(0x5000, 0x12345000, 4096), IPMMU_OK);
		assert_int_equal(ground_entry(g, 0x5000, &level), rows[i].page);
		assert_int_equal(level, 3);
		assert_int_equal(map(4 * MIB, 0x12200000, 2 * MIB), IPMMU_OK);
		assert_int_equal(ground_entry(g, 4 * MIB, &level),
				 (rows[i].page & 0xffd) | 0x12200000);
		assert_int_equal(level, 2);
		assert_int_equal(map(GIB, 2 * GIB, GIB), IPMMU_OK);
		assert_int_equal(ground_entry(g, GIB, &level),
				 (rows[i].page & 0xffd) | 2 * GIB);
		assert_int_equal(level, 1);
		ground_end(g, 0);
	}
}

static void last_page_is_usable_and_what_lies_beyond_is_not(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t end = 1ull << rows[i].bits;
		const uint64_t out = 1ull << 40;
		struct ipmmu_pt_mapping m;

		start(&rows[i], IPMMU_PT_DIRECT);
		assert_int_equal(map(end - 4096, out - 4096, 4096), IPMMU_OK);
		assert_int_equal(ground_walk(g, end - 4096) & 0xfffffff000ull, out - 4096);
		assert_int_equal(ipmmu_pt_translate(&g->pt, at(end - 1), &m), IPMMU_OK);
		assert_int_equal(m.pa.v, out - 1);
		assert_int_equal(ipmmu_pt_translate(&g->pt, at(end), &m), IPMMU_E_RANGE);
		assert_int_equal(map(end, 0, 4096), IPMMU_E_RANGE);
		assert_int_equal(map(end - 8192, 0, 12288), IPMMU_E_RANGE);
		assert_int_equal(map(0ull - 4096, 0, 8192), IPMMU_E_RANGE);
		assert_int_equal(map(0, out, 4096), IPMMU_E_RANGE);
		assert_int_equal(map(0, out - 4096, 8192), IPMMU_E_RANGE);
		assert_int_equal(map(0, 0ull - 4096, 8192), IPMMU_E_RANGE);
		assert_int_equal(map(0, 0, 0), IPMMU_E_RANGE);
		assert_int_equal(map(0, 0, 100), IPMMU_E_ALIGN);
		assert_int_equal(map(8, 0, 4096), IPMMU_E_ALIGN);
		assert_int_equal(map(0, 8, 4096), IPMMU_E_ALIGN);
		assert_int_equal(unmap(end - 4096, 8192), IPMMU_E_RANGE);
		assert_int_equal(unmap(end - 4096, 4096), IPMMU_OK);
		assert_int_equal(ground_walk(g, end - 4096), 0);
		ground_end(g, 0);
	}
}

static void rights_that_the_format_lacks_are_refused(void **state)
{
	struct ipmmu_pt_prot wo = {IPMMU_PT_WRITE, IPMMU_PT_CACHED};
	struct ipmmu_pt_prot none = {0, IPMMU_PT_CACHED};
	struct ipmmu_pt_prot type = {IPMMU_PT_READ, 3};
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool can = rows[i].format == IPMMU_PT_S2;

		start(&rows[i], IPMMU_PT_NEVER);
		assert_int_equal(ipmmu_pt_map(&g->pt, at(0), to(0), 4096, wo),
				 can ? IPMMU_OK : IPMMU_E_UNSUPPORTED);
		assert_int_equal(ipmmu_pt_map(&g->pt, at(4096), to(0), 4096, none),
				 IPMMU_E_UNSUPPORTED);
		assert_int_equal(ipmmu_pt_map(&g->pt, at(4096), to(0), 4096, type),
				 IPMMU_E_UNSUPPORTED);
		ground_end(g, 0);
	}
}

static void create_refuses_what_cannot_be(void **state)
{
	struct ipmmu_pt pt;
	struct ipmmu_pt_config config;

	(void)state;
	ground_init(g, &shape_s2, false);
	config = g->config;
	config.input_bits = 41;
	assert_int_equal(ipmmu_pt_create(&pt, &config), IPMMU_E_RANGE);
	config.input_bits = 32;
	assert_int_equal(ipmmu_pt_create(&pt, &config), IPMMU_E_RANGE);
	config.input_bits = 0;
	config.contiguous = true;
	assert_int_equal(ipmmu_pt_create(&pt, &config), IPMMU_E_ARG);
	config.contiguous = false;
	config.ops = NULL;
	assert_int_equal(ipmmu_pt_create(&pt, &config), IPMMU_E_ARG);
	config.ops = g->config.ops;
	config.format = IPMMU_PT_FORMAT_COUNT;
	assert_int_equal(ipmmu_pt_create(&pt, &config), IPMMU_E_ARG);
	assert_int_equal(g->allocs, 0);
}

static void each_allocation_that_fails_changes_nothing(void **state)
{
	uint32_t n;
	enum ipmmu_err err = IPMMU_E_NO_MEMORY;

	(void)state;
	for (n = 1; err != IPMMU_OK; n++) {
		uint32_t used;

		start(&rows[5], IPMMU_PT_NEVER);
		assert_int_equal(map(0x5000, 0x5000, 4096), IPMMU_OK);
		used = ground_used(g);
		g->allocs = 0;
		g->fail_at = n;
		err = map(2 * GIB - 3 * MIB, 0x1000, 8 * MIB);
		if (err != IPMMU_OK) {
			assert_int_equal(err, IPMMU_E_NO_MEMORY);
			assert_int_equal(ground_used(g), used);
			assert_int_equal(ground_walk(g, 2 * GIB), 0);
		}
		ground_end(g, 1);
	}
	/* 2 level-2 tables and 5 level-3 tables: it passes when the eighth would fail. */
	assert_int_equal(n - 1, 8);
}

static void new_table_is_cleaned_once_and_then_linked(void **state)
{
	(void)state;
	start(&rows[5], IPMMU_PT_NEVER);
	assert_int_equal(map(0, 0, 2 * MIB), IPMMU_OK);
	g->cleans = 0;
	g->lines = 0;
	g->barriers = 0;
	g->allocs = 0;
	assert_int_equal(map(2 * MIB, 2 * MIB, 2 * MIB), IPMMU_OK);
	assert_int_equal(g->cleans, 2);
	assert_int_equal(g->lines, 65);
	assert_int_equal(g->barriers, 0);
	assert_int_equal(g->allocs, 1);
	assert_int_equal(map(GIB, 0, 4096), IPMMU_OK);
	assert_int_equal(g->allocs, 3);
	g->cleans = 0;
	g->lines = 0;
	assert_int_equal(map(GIB + 0x7000, 0, 0x2000), IPMMU_OK);
	assert_int_equal(g->cleans, 1);
	assert_int_equal(g->lines, 2);
	ground_end(g, 0);
}

static void block_is_split_with_two_cleans(void **state)
{
	(void)state;
	start(&rows[5], IPMMU_PT_DIRECT);
	assert_int_equal(map(0, 0, 2 * MIB), IPMMU_OK);
	g->cleans = 0;
	g->lines = 0;
	assert_int_equal(unmap(0x3000, 4096), IPMMU_OK);
	assert_int_equal(g->cleans, 2);
	assert_int_equal(g->lines, 65);
	assert_int_equal(ground_walk(g, 0x3000), 0);
	assert_int_equal(ground_walk(g, 0x4000) & 0xfffffff000ull, 0x4000);
	ground_end(g, 0);
}

static void removal_flushes_once_however_much_it_frees(void **state)
{
	enum ipmmu_pt_next next;
	struct ipmmu_pt_info info;
	uint32_t i;

	(void)state;
	start(&rows[5], IPMMU_PT_NEVER);
	assert_int_equal(map(0x3000, 0, 40 * MIB), IPMMU_OK);
	assert_int_equal(ipmmu_pt_unmap(&g->pt, at(0), GIB, 0, &next), IPMMU_OK);
	assert_int_equal(next, IPMMU_PT_NEXT_FLUSH);
	ipmmu_pt_query(&g->pt, &info);
	/* Of level 3 those 21 that had pages, and the one above. */
	assert_int_equal(info.gathered, 22);
	assert_int_equal(g->frees, 0);
	for (i = 0; i < 2; i++) {
		ipmmu_pt_flush_begin(&g->pt);
		assert_int_equal(ipmmu_pt_flush_end(&g->pt, 21), i == 1);
	}
	assert_int_equal(ground_used(g), 2);
	assert_int_equal(ipmmu_pt_unmap(&g->pt, at(0), GIB, 0, &next), IPMMU_OK);
	assert_int_equal(next, IPMMU_PT_NEXT_NONE);
	ground_end(g, 0);
}

static void change_under_way_keeps_others_out(void **state)
{
	enum ipmmu_pt_next next;

	(void)state;
	start(&rows[5], IPMMU_PT_BREAK_BEFORE_MAKE);
	assert_int_equal(ipmmu_pt_continue(&g->pt, 0, &next), IPMMU_E_STATE);
	assert_int_equal(map(0, 0, 2 * MIB), IPMMU_OK);
	assert_int_equal(ipmmu_pt_protect(&g->pt, at(0), 4096, ro, 0, &next), IPMMU_OK);
	assert_int_equal(next, IPMMU_PT_NEXT_FLUSH_CONTINUE);
	assert_int_equal(ground_walk(g, 0x1000), 0);
	assert_int_equal(map(4 * MIB, 0, 4096), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_pt_refill(&g->pt), IPMMU_E_BUSY);
	ground_finish(g, next, 0);
	assert_int_not_equal(ground_walk(g, 0x1000), 0);
	assert_int_equal(map(4 * MIB, 0, 4096), IPMMU_OK);
	ground_end(g, 0);
}

static void explain_tells_every_level(void **state)
{
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];

	(void)state;
	start(&rows[5], IPMMU_PT_DIRECT);
	assert_int_equal(map(513 * GIB + 0x5000, 0x7000, 4096), IPMMU_OK);
	assert_int_equal(ipmmu_pt_explain(&g->pt, at(513 * GIB + 0x5123), levels), 3);
	assert_int_equal(levels[0].at.v, g->pt.root_pa + 513 * 8);
	assert_int_equal(levels[0].kind, IPMMU_PT_TABLE);
	assert_int_equal(levels[1].at.v, levels[0].pa.v);
	assert_int_equal(levels[2].kind, IPMMU_PT_PAGE);
	assert_int_equal(levels[2].value, 0x77ff);
	assert_int_equal(levels[2].pa.v, 0x7000);
	assert_int_equal(levels[2].prot.rights, IPMMU_PT_READ | IPMMU_PT_WRITE);
	assert_int_equal(ipmmu_pt_explain(&g->pt, at(512 * GIB), levels), 1);
	assert_int_equal(levels[0].kind, IPMMU_PT_EMPTY);
	assert_int_equal(ipmmu_pt_explain(&g->pt, at(1024 * GIB), levels), 0);
	ground_end(g, 0);
}

static void hint_stands_on_whole_groups_only(void **state)
{
	uint32_t level;
	const uint64_t hint = 1ull << 52;

	(void)state;
	ground_init(g, &shape_s2, false);
	g->config.split = IPMMU_PT_DIRECT;
	g->config.contiguous = true;
	ground_create(g, 0, 1);
	g->watching = false;
	assert_int_equal(map(0x8000, 0x8000, 0x30000), IPMMU_OK);
	assert_int_equal(ground_entry(g, 0xf000, &level) & hint, 0);
	assert_int_equal(ground_entry(g, 0x10000, &level) & hint, hint);
	assert_int_equal(ground_entry(g, 0x2f000, &level) & hint, hint);
	assert_int_equal(ground_entry(g, 0x30000, &level) & hint, 0);
	assert_int_equal(unmap(0x15000, 0x1000), IPMMU_OK);
	assert_int_equal(ground_entry(g, 0x14000, &level) & hint, 0);
	assert_int_equal(ground_entry(g, 0x1f000, &level) & (hint | 1), 1);
	assert_int_equal(ground_entry(g, 0x20000, &level) & hint, hint);
	ground_end(g, 0);
}

/* ---- what a walker finds in the middle of a call ---- */

static void *(*honest_ptr)(void *, struct ipmmu_pa);
static uint32_t looks;
static uint32_t holes;

/* The engine asks for a table between two stores. */
static void *look_and_point(void *host, struct ipmmu_pa pa)
{
	looks++;
	holes += ground_walk(g, 2 * MIB + 0x5000) == 0;
	return honest_ptr(host, pa);
}

static void walker_finds_the_old_or_the_new_while_pages_become_a_block(void **state)
{
	enum ipmmu_pt_next next;
	struct ipmmu_pt_ops ops;

	(void)state;
	ground_init(g, &shape_s2, true);
	g->config.split = IPMMU_PT_DIRECT;
	g->config.replace = IPMMU_PT_DIRECT;
	ops = *g->config.ops;
	honest_ptr = ops.table_ptr;
	ops.table_ptr = look_and_point;
	g->config.ops = &ops;
	ground_create(g, 0, 1);
	g->watching = false;
	assert_int_equal(map(2 * MIB, 0x1000, 2 * MIB), IPMMU_OK);
	looks = 0;
	holes = 0;
	g->barriers = 0;
	assert_int_equal(
		ipmmu_pt_replace(&g->pt, at(2 * MIB), to(6 * MIB), 2 * MIB, rw, 0, &next),
		IPMMU_OK);
	assert_true(looks > 1);
	assert_int_equal(holes, 0);
	/* The block is seen before the chain through the table is. */
	assert_int_equal(g->barriers, 1);
	ground_finish(g, next, 0);
	assert_int_equal(ground_walk(g, 2 * MIB + 0x5000) & 0xfffffff000ull, 6 * MIB + 0x5000);
	ground_end(g, 0);
}

static void (*honest_clean)(void *, const void *, size_t);
static void *asked_last;

static void *point_and_remember(void *host, struct ipmmu_pa pa)
{
	asked_last = honest_ptr(host, pa);
	return asked_last;
}

/* A cache may write a line back whenever it likes: here that of the table asked for last. */
static void write_back_and_clean(void *host, const void *start, size_t size)
{
	if (asked_last != NULL) {
		honest_clean(host, asked_last, 64);
	}
	looks++;
	holes += ground_walk(g, 2 * MIB) == 0;
	honest_clean(host, start, size);
}

static void table_that_a_block_replaces_is_left_alone_until_the_block_is_seen(void **state)
{
	enum ipmmu_pt_next next;
	struct ipmmu_pt_ops ops;

	(void)state;
	ground_init(g, &shape_s2, false);
	g->config.split = IPMMU_PT_DIRECT;
	g->config.replace = IPMMU_PT_DIRECT;
	ops = *g->config.ops;
	honest_ptr = ops.table_ptr;
	honest_clean = ops.clean;
	ops.table_ptr = point_and_remember;
	g->config.ops = &ops;
	ground_create(g, 0, 1);
	g->watching = false;
	assert_int_equal(map(2 * MIB, 0x1000, 2 * MIB), IPMMU_OK);
	g->pt.clean = write_back_and_clean;
	looks = 0;
	holes = 0;
	assert_int_equal(
		ipmmu_pt_replace(&g->pt, at(2 * MIB), to(6 * MIB), 2 * MIB, rw, 0, &next),
		IPMMU_OK);
	assert_true(looks > 0);
	assert_int_equal(holes, 0);
	g->pt.clean = honest_clean;
	ground_finish(g, next, 0);
	assert_int_equal(ground_walk(g, 2 * MIB) & 0xfffffff000ull, 6 * MIB);
	ground_end(g, 0);
}

static void destroy_does_no_more_than_its_budget(void **state)
{
	uint32_t budget;

	(void)state;
	for (budget = 1; budget < 9; budget++) {
		uint32_t rounds = 0;
		uint32_t before;
		uint64_t i;

		start(&rows[1], IPMMU_PT_NEVER);
		for (i = 0; i < 20; i++) {
			assert_int_equal(map(i * 700 * MIB, 0, 4096), IPMMU_OK);
		}
		do {
			before = g->frees;
			rounds++;
			assert_in_range(rounds, 1, 20000);
		} while (!ipmmu_pt_destroy(&g->pt, budget) && g->frees - before <= budget + 1);
		/* Empty entries of the root count as well. */
		assert_true(rounds * budget >= 512);
		assert_int_equal(ground_used(g), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_as_the_format_says),
		cmocka_unit_test(last_page_is_usable_and_what_lies_beyond_is_not),
		cmocka_unit_test(rights_that_the_format_lacks_are_refused),
		cmocka_unit_test(create_refuses_what_cannot_be),
		cmocka_unit_test(each_allocation_that_fails_changes_nothing),
		cmocka_unit_test(new_table_is_cleaned_once_and_then_linked),
		cmocka_unit_test(block_is_split_with_two_cleans),
		cmocka_unit_test(removal_flushes_once_however_much_it_frees),
		cmocka_unit_test(change_under_way_keeps_others_out),
		cmocka_unit_test(explain_tells_every_level),
		cmocka_unit_test(hint_stands_on_whole_groups_only),
		cmocka_unit_test(walker_finds_the_old_or_the_new_while_pages_become_a_block),
		cmocka_unit_test(
			table_that_a_block_replaces_is_left_alone_until_the_block_is_seen),
		cmocka_unit_test(destroy_does_no_more_than_its_budget),
	};

	g = malloc(sizeof(*g));
	assert_non_null(g);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
