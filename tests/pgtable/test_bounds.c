// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * The ends of things: of the address space, for every format, width and size of an entry; of
 * what a call takes, crooked or wrapped around; of a visit that is stopped; and of the work
 * that one step of a removal or of destroy does.
 */
#include <stdlib.h>
#include <string.h>

#include "kit_cmocka.h"
#include "shapes.h"

#define OUT (1ull << 40)

/* Shift of the size of an entry on levels 1 to 3. */
static const uint32_t shifts[] = {30, 21, 12};

static struct ground *g;
static const struct ipmmu_pt_prot rw = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};

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

static void start(enum ipmmu_pt_format format, uint32_t bits)
{
	ground_init(g, format == IPMMU_PT_S2 ? &shape_s2 : &shape_s1, true);
	g->config.format = format;
	g->config.input_bits = bits;
	g->config.split = IPMMU_PT_DIRECT;
	g->config.replace = IPMMU_PT_DIRECT;
	ground_create(g, 0, 1);
	g->watching = false;
}

/* ---- every call, with the same range ---- */

static enum ipmmu_err by_map(uint64_t iova, uint64_t size)
{
	return ipmmu_pt_map(&g->pt, at(iova), to(0), size, rw);
}

static enum ipmmu_err by_unmap(uint64_t iova, uint64_t size)
{
	enum ipmmu_pt_next next;
	enum ipmmu_err err = ipmmu_pt_unmap(&g->pt, at(iova), size, 0, &next);

	ground_finish(g, next, 0);
	return err;
}

static enum ipmmu_err by_protect(uint64_t iova, uint64_t size)
{
	enum ipmmu_pt_next next;
	enum ipmmu_err err = ipmmu_pt_protect(&g->pt, at(iova), size, rw, 0, &next);

	ground_finish(g, next, 0);
	return err;
}

static enum ipmmu_err by_replace(uint64_t iova, uint64_t size)
{
	enum ipmmu_pt_next next;
	enum ipmmu_err err = ipmmu_pt_replace(&g->pt, at(iova), to(0), size, rw, 0, &next);

	ground_finish(g, next, 0);
	return err;
}

static enum ipmmu_err (*const calls[])(uint64_t, uint64_t) = {by_map, by_unmap, by_protect,
							      by_replace};

static void refuse(uint64_t iova, uint64_t size, enum ipmmu_err wanted)
{
	const uint32_t used = ground_used(g);
	uint32_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		assert_int_equal(calls[i](iova, size), wanted);
		assert_int_equal(ground_used(g), used);
	}
}

/* Beside the last @size bytes of a space of @end bytes. */
static void check_refused(uint64_t end, uint64_t size)
{
	static const uint64_t crooked[] = {1, 8, 0x800, 0xfff};
	uint32_t i;

	refuse(end, size, IPMMU_E_RANGE);
	refuse(end - size, size + 0x1000, IPMMU_E_RANGE);
	refuse(end - size + 0x1000, size, IPMMU_E_RANGE);
	refuse(end - size, 0, IPMMU_E_RANGE);
	refuse(end - 0x1000, 0ull - 0x1000, IPMMU_E_RANGE);
	refuse(0x1000, 0ull - 0x1000, IPMMU_E_RANGE);
	refuse(0ull - 0x1000, 0x1000, IPMMU_E_RANGE);
	refuse(0ull - 0x1000, 0x2000, IPMMU_E_RANGE);
	for (i = 0; i < sizeof(crooked) / sizeof(crooked[0]); i++) {
		refuse(end - size + crooked[i], size, IPMMU_E_ALIGN);
		refuse(end - size, size - crooked[i], IPMMU_E_ALIGN);
		refuse(end - size, size + crooked[i], IPMMU_E_ALIGN);
	}
}

static void check_output(uint64_t size)
{
	struct ipmmu_pa over = {OUT - size + 0x1000};

	assert_int_equal(ipmmu_pt_map(&g->pt, at(0), over, size, rw), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_pt_map(&g->pt, at(0), to(OUT), size, rw), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_pt_map(&g->pt, at(0), to(0ull - 0x1000), size, rw),
			 IPMMU_E_RANGE);
	assert_int_equal(ipmmu_pt_map(&g->pt, at(0), to(0x800), size, rw), IPMMU_E_ALIGN);
	over.v = OUT;
	assert_int_equal(ipmmu_pt_map_pages(&g->pt, at(0), &over, 1, rw), IPMMU_E_RANGE);
	over.v = 0x10;
	assert_int_equal(ipmmu_pt_map_pages(&g->pt, at(0), &over, 1, rw), IPMMU_E_ALIGN);
	assert_int_equal(ipmmu_pt_map_pages(&g->pt, at(0), &over, 0, rw), IPMMU_E_RANGE);
}

/* The last entry of a level leads to the last output, one entry with it and none beside it. */
static void check_last(uint64_t end, uint32_t level)
{
	const uint64_t size = 1ull << shifts[level - 1];
	struct ipmmu_pt_mapping m;
	uint32_t found;

	assert_int_equal(ipmmu_pt_map(&g->pt, at(end - size), to(OUT - size), size, rw),
			 IPMMU_OK);
	assert_true((ground_entry(g, end - 1, &found) & 1) != 0);
	assert_int_equal(found, level);
	assert_int_equal(ground_walk(g, end - size - 0x1000), 0);
	assert_int_equal(ground_walk(g, end - 0x1000) & 0xfffffff000ull, OUT - 0x1000);
	assert_int_equal(ipmmu_pt_translate(&g->pt, at(end - 1), &m), IPMMU_OK);
	assert_int_equal(m.pa.v, OUT - 1);
	assert_int_equal(m.iova.v, end - size);
	assert_int_equal(m.size, size);
	assert_int_equal(ipmmu_pt_translate(&g->pt, at(end), &m), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_pt_translate(&g->pt, at(end - size - 1), &m), IPMMU_E_NOT_FOUND);
	assert_int_equal(by_map(end - 0x1000, 0x1000), IPMMU_E_EXISTS);
	assert_int_equal(by_protect(end - 0x1000, 0x1000), IPMMU_OK);
	assert_int_equal(by_replace(end - 0x1000, 0x1000), IPMMU_OK);
	assert_int_equal(by_unmap(end - size, size), IPMMU_OK);
	assert_int_equal(ground_walk(g, end - 0x1000), 0);
}

static void check_space(enum ipmmu_pt_format format, uint32_t bits)
{
	const uint64_t end = 1ull << bits;
	struct ipmmu_pt_info info;
	uint32_t level;

	start(format, bits);
	for (level = 1; level <= 3; level++) {
		check_refused(end, 1ull << shifts[level - 1]);
		check_output(1ull << shifts[level - 1]);
		check_last(end, level);
	}
	/* All of it at once, and gone at once. */
	assert_int_equal(by_map(0, end), IPMMU_OK);
	assert_int_equal(ground_walk(g, end - 0x1000) & 0xfffffff000ull, end - 0x1000);
	assert_int_equal(by_unmap(0, end), IPMMU_OK);
	ipmmu_pt_query(&g->pt, &info);
	assert_int_equal(info.input_bits, bits);
	assert_int_equal(ground_used(g), info.root_pages + info.reserve_wanted);
	ground_end(g, 0);
}

static void last_entry_of_every_size_and_width_is_usable_and_nothing_beyond_it(void **state)
{
	uint32_t bits;

	(void)state;
	for (bits = 33; bits <= 40; bits++) {
		check_space(IPMMU_PT_S2, bits);
	}
	check_space(IPMMU_PT_S1_AARCH32, 32);
	check_space(IPMMU_PT_S1_AARCH64, 39);
}

/** struct visit - how many entries were shown, and of how many on to stop. */
struct visit {
	uint32_t seen;
	uint32_t stop;
	uint64_t last;
};

static bool count_entry(void *arg, const struct ipmmu_pt_mapping *m)
{
	struct visit *visit = arg;

	assert_true(visit->seen == 0 || m->iova.v > visit->last);
	visit->last = m->iova.v;
	visit->seen++;
	return visit->seen != visit->stop;
}

static void visit_stops_where_it_is_told_to(void **state)
{
	uint32_t stop;

	(void)state;
	start(IPMMU_PT_S2, 40);
	/* A page, a block, 3 pages behind it, and one in the last table. */
	assert_int_equal(ipmmu_pt_map(&g->pt, at(0x1ff000), to(0x1ff000), 0x204000, rw),
			 IPMMU_OK);
	assert_int_equal(ipmmu_pt_map(&g->pt, at((1ull << 40) - 4096), to(0), 4096, rw),
			 IPMMU_OK);
	for (stop = 1; stop <= 6; stop++) {
		struct visit visit = {0, stop, 0};

		assert_false(ipmmu_pt_visit(&g->pt, at(0), 1ull << 40, count_entry, &visit));
		assert_int_equal(visit.seen, stop);
	}
	{
		struct visit visit = {0, 0, 0};

		assert_true(ipmmu_pt_visit(&g->pt, at(0), UINT64_MAX, count_entry, &visit));
		assert_int_equal(visit.seen, 6);
		/* In the middle of the block it is shown as a whole; holes and no size are
		 * not. */
		visit.seen = 0;
		assert_true(ipmmu_pt_visit(&g->pt, at(0x300000), 1, count_entry, &visit));
		assert_int_equal(visit.seen, 1);
		assert_int_equal(visit.last, 0x200000);
		assert_true(ipmmu_pt_visit(&g->pt, at(0x300000), 0, count_entry, &visit));
		assert_true(ipmmu_pt_visit(&g->pt, at(0x800000), 4096, count_entry, &visit));
		assert_int_equal(visit.seen, 1);
	}
	ground_end(g, 0);
}

static void fill(uint64_t size)
{
	assert_int_equal(ipmmu_pt_map(&g->pt, at(0x3000), to(0x1000), size, rw), IPMMU_OK);
	assert_int_equal(ipmmu_pt_map(&g->pt, at(512ull << 30), to(0x1000), 0x5000, rw),
			 IPMMU_OK);
}

static void destroy_gives_back_no_more_than_its_budget_in_one_call(void **state)
{
	uint32_t budget;

	(void)state;
	for (budget = 1; budget < 12; budget += 3) {
		uint32_t tables;
		uint32_t rounds = 0;
		bool done = false;

		start(IPMMU_PT_S2, 40);
		fill(40ull << 20);
		tables = ground_used(g);
		while (!done) {
			const uint32_t before = g->frees;

			done = ipmmu_pt_destroy(&g->pt, budget);
			/* The root comes on top of the last. */
			assert_in_range(g->frees - before, 0, budget + (done ? 1u : 0u));
			rounds++;
		}
		/* It looks at every entry of the tables that lead to others. */
		assert_in_range(rounds, 1, (1024 + 4 * 512 + tables) / budget + 4);
		assert_int_equal(ground_used(g), 0);
	}
}

static uint64_t before[GROUND_TABLES][512];

/* Entries of tables in use that differ from what they were. */
static uint32_t changed_entries(void)
{
	uint32_t count = 0;
	uint32_t i;
	uint32_t k;

	for (i = 0; i < GROUND_TABLES; i++) {
		for (k = 0; g->used[i] && k < 512; k++) {
			count += g->cpu[i][k] != before[i][k] ? 1u : 0u;
		}
	}
	memcpy(before, g->cpu, sizeof(before));
	return count;
}

static void removal_changes_no_more_entries_in_a_step_than_its_budget(void **state)
{
	uint32_t budget;

	(void)state;
	for (budget = 1; budget < 700; budget = budget * 5 + 2) {
		enum ipmmu_pt_next next = IPMMU_PT_NEXT_CONTINUE;
		uint32_t steps = 0;
		enum ipmmu_err err;

		start(IPMMU_PT_S2, 40);
		fill(6ull << 20);
		(void)changed_entries();
		/* All but a page at each end: the tables there go page by page. */
		err = ipmmu_pt_unmap(&g->pt, at(0x4000), (6ull << 20) - 0x2000, budget, &next);
		for (; err == IPMMU_OK && next == IPMMU_PT_NEXT_CONTINUE; steps++) {
			/* And the chain through each table that goes, and the entry above. */
			assert_in_range(changed_entries(), 0, budget + 4 * 3);
			err = ipmmu_pt_continue(&g->pt, budget, &next);
		}
		assert_int_equal(err, IPMMU_OK);
		assert_true(steps >= 500 / (budget + 1));
		ground_finish(g, next, 0);
		assert_int_equal(ground_walk(g, 0x4000), 0);
		assert_int_not_equal(ground_walk(g, 0x3000), 0);
		ground_end(g, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			last_entry_of_every_size_and_width_is_usable_and_nothing_beyond_it),
		cmocka_unit_test(visit_stops_where_it_is_told_to),
		cmocka_unit_test(destroy_gives_back_no_more_than_its_budget_in_one_call),
		cmocka_unit_test(removal_changes_no_more_entries_in_a_step_than_its_budget),
	};

	g = malloc(sizeof(*g));
	assert_non_null(g);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
