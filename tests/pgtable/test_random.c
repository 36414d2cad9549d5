// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Random changes held against a flat book, with every policy, in every shape that this program
 * is compiled for; memory runs out now and then, and every call is interrupted by its budget.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit_cmocka.h"
#include "shapes.h"

static struct ground *g;
static uint64_t seed;

static uint32_t draw(uint32_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % below;
}

/** struct range - pages of the book, and what one call does to them. */
struct range {
	uint32_t first;
	uint32_t count;
	uint64_t pa;
	struct ipmmu_pt_prot prot;
	uint32_t budget;
};

/* Often aligned, so that blocks and groups are hit. */
static struct range draw_range(void)
{
	struct range r;
	uint32_t unit = 1u << draw(5);

	r.first = draw(g->pages) / unit * unit;
	r.count = (1 + draw(g->pages / unit < 12 ? g->pages / unit : 12)) * unit;
	if (r.count > g->pages - r.first) {
		r.count = g->pages - r.first;
	}
	r.pa = 0x100000000ull + ((uint64_t)r.first << 12) + ((uint64_t)draw(4) << 24) +
	       (draw(3) == 0 ? (uint64_t)draw(64) << 12 : 0);
	r.prot.rights = (uint8_t)(draw(2) * 2 + 1);
	r.prot.memory = (uint8_t)draw(3);
	r.budget = draw(2) == 0 ? 0 : 1 + draw(9);
	return r;
}

static struct ipmmu_iova iova_of(const struct range *r)
{
	struct ipmmu_iova iova = {g->first + r->first * 4096ull};

	return iova;
}

static bool is_free(const struct range *r)
{
	uint32_t i;

	for (i = 0; i < r->count; i++) {
		if (g->now[r->first + i] != 0) {
			return false;
		}
	}
	return true;
}

/* The book as it shall be; the rest of a block that a change cuts may break for a while. */
static void plan(const struct range *r, bool map, bool only_mapped)
{
	uint32_t i;
	bool breaks = g->config.split == IPMMU_PT_BREAK_BEFORE_MAKE ||
		      g->config.replace == IPMMU_PT_BREAK_BEFORE_MAKE;

	for (i = 0; i < g->pages; i++) {
		g->broken[i] = breaks && !is_free(r);
	}
	for (i = 0; i < r->count; i++) {
		uint64_t *then = &g->then[r->first + i];

		if (!map) {
			*then = 0;
		} else if (only_mapped) {
			*then = *then == 0 ? 0 : ground_value(*then & 0xfffffff000ull, r->prot);
		} else {
			*then = ground_value(r->pa + i * 4096ull, r->prot);
		}
	}
}

/* What a failed call leaves. */
static void nothing_changed(enum ipmmu_err err, uint32_t used)
{
	assert_int_equal(err, IPMMU_E_NO_MEMORY);
	assert_int_not_equal(g->fail_at, 0);
	assert_int_equal(ground_used(g), used);
	memcpy(g->then, g->now, sizeof(g->then));
}

static void play_map(const struct range *r)
{
	bool free = is_free(r);
	struct ipmmu_pa pa = {r->pa};
	uint32_t used = ground_used(g);
	enum ipmmu_err err;

	if (free) {
		plan(r, true, false);
	}
	err = ipmmu_pt_map(&g->pt, iova_of(r), pa, r->count * 4096ull, r->prot);
	if (!free) {
		assert_int_equal(err, IPMMU_E_EXISTS);
		assert_int_equal(ground_used(g), used);
	} else if (err != IPMMU_OK) {
		nothing_changed(err, used);
	}
}

static void play_pages(const struct range *r)
{
	struct ipmmu_pa pages[GROUND_PAGES];
	uint32_t used = ground_used(g);
	bool free = is_free(r);
	enum ipmmu_err err;
	uint32_t i;

	if (free) {
		plan(r, true, false);
	}
	for (i = 0; i < r->count; i++) {
		pages[i].v = 0x200000000ull + ((uint64_t)draw(1000) << 12);
		if (free) {
			g->then[r->first + i] = ground_value(pages[i].v, r->prot);
		}
	}
	err = ipmmu_pt_map_pages(&g->pt, iova_of(r), pages, r->count, r->prot);
	if (!free) {
		assert_int_equal(err, IPMMU_E_EXISTS);
	} else if (err != IPMMU_OK) {
		nothing_changed(err, used);
	}
}

static void play_unmap(const struct range *r)
{
	enum ipmmu_pt_next next;
	enum ipmmu_err err;
	struct ipmmu_pt_info info;

	ipmmu_pt_query(&g->pt, &info);
	plan(r, false, false);
	err = ipmmu_pt_unmap(&g->pt, iova_of(r), r->count * 4096ull, r->budget, &next);
	if (err != IPMMU_OK) {
		/* Never while the reserve is whole. */
		assert_in_range(info.reserve + 1, 1, info.reserve_wanted);
		nothing_changed(err, ground_used(g));
	}
	ground_finish(g, next, r->budget);
}

static void play_protect(const struct range *r)
{
	enum ipmmu_pt_next next;
	enum ipmmu_err err;

	if (g->config.replace != IPMMU_PT_NEVER) {
		plan(r, true, true);
	}
	err = ipmmu_pt_protect(&g->pt, iova_of(r), r->count * 4096ull, r->prot, r->budget,
			       &next);
	if (g->config.replace == IPMMU_PT_NEVER) {
		assert_int_equal(err, IPMMU_E_UNSUPPORTED);
	} else if (err != IPMMU_OK) {
		nothing_changed(err, ground_used(g));
	}
	ground_finish(g, next, r->budget);
}

static void play_replace(const struct range *r)
{
	enum ipmmu_pt_next next;
	enum ipmmu_err err;
	struct ipmmu_pa pa = {r->pa};
	uint32_t used = ground_used(g);

	if (g->config.replace != IPMMU_PT_NEVER) {
		plan(r, true, false);
	}
	err = ipmmu_pt_replace(&g->pt, iova_of(r), pa, r->count * 4096ull, r->prot, r->budget,
			       &next);
	if (g->config.replace == IPMMU_PT_NEVER) {
		assert_int_equal(err, IPMMU_E_UNSUPPORTED);
	} else if (err != IPMMU_OK) {
		nothing_changed(err, used);
	}
	ground_finish(g, next, r->budget);
}

static void play_one(void)
{
	static void (*const plays[])(const struct range *) = {
		play_map,   play_map,     play_pages,   play_unmap,
		play_unmap, play_protect, play_replace,
	};
	struct range r = draw_range();

	g->fail_at = draw(4) == 0 ? g->allocs + 1 + draw(4) : 0;
	plays[draw(sizeof(plays) / sizeof(plays[0]))](&r);
	ground_settle(g);
}

static void all_unmapped_leaves_the_root(void)
{
	struct range r = {.count = g->pages};
	struct ipmmu_pt_info info;

	g->fail_at = 0;
	assert_int_equal(ipmmu_pt_refill(&g->pt), IPMMU_OK);
	play_unmap(&r);
	ground_settle(g);
	ipmmu_pt_query(&g->pt, &info);
	if (!g->config.keep_empty) {
		assert_int_equal(ground_used(g), info.root_pages + info.reserve_wanted);
	}
}

static void play(const struct ground_shape *shape, enum ipmmu_pt_format format, uint64_t first,
		 uint32_t pages, uint32_t rounds)
{
	uint32_t how;

	for (how = 0; how < 144; how++) {
		uint32_t i;

		ground_init(g, shape, how % 2 == 0);
		g->config.format = format;
		g->config.split = (enum ipmmu_pt_policy)(how / 2 % 3);
		g->config.replace = (enum ipmmu_pt_policy)(how / 6 % 3);
		g->config.contiguous = how / 18 % 2 != 0 && g->config.split != IPMMU_PT_NEVER;
		g->config.keep_empty = how / 36 % 2 != 0;
		/* None, over every table, or over some: the first two may be the root. */
		g->window = how / 72 == 0 ? 0 : draw(2) == 0 ? GROUND_TABLES : 3 + draw(8);
		ground_create(g, first, pages);
		for (i = 0; i < rounds; i++) {
			play_one();
		}
		all_unmapped_leaves_the_root();
		ground_end(g, how % 5);
	}
}

#ifdef IPMMU_PT_SHAPE
static void random_changes_keep_the_book_in_the_fake_shape(void **state)
{
	(void)state;
	play(&shape_fake, IPMMU_PT_S2, 0, 128, 1500);
}
#else
static void random_changes_keep_the_book_in_stage_2(void **state)
{
	(void)state;
	/* Over the middle, where the two root tables meet. */
	play(&shape_s2, IPMMU_PT_S2, (1ull << 39) - 700 * 4096ull, 1500, 40);
}

static void random_changes_keep_the_book_at_the_top(void **state)
{
	(void)state;
	play(&shape_s1, IPMMU_PT_S1_AARCH32, (1ull << 32) - 1536 * 4096ull, 1536, 40);
	play(&shape_s1, IPMMU_PT_S1_AARCH64, (1ull << 39) - 1536 * 4096ull, 1536, 40);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef IPMMU_PT_SHAPE
		cmocka_unit_test(random_changes_keep_the_book_in_the_fake_shape),
#else
		cmocka_unit_test(random_changes_keep_the_book_in_stage_2),
		cmocka_unit_test(random_changes_keep_the_book_at_the_top),
#endif
	};
	const char *given = getenv("IPMMU_TEST_SEED");

	seed = given != NULL ? strtoull(given, NULL, 10) : 1;
	g = malloc(sizeof(*g));
	assert_non_null(g);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
