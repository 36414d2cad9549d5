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
#include "plays.h"
#include "shapes.h"

/* Of a build that has no policies. */
#ifdef LEAN
static const bool pages_only = true;
#else
static const bool pages_only = false;
#endif

static struct ground *g;
static uint64_t seed;
static uint32_t merged;

static uint32_t draw(uint32_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % below;
}

/* Often aligned, so that blocks and groups are hit. */
static void draw_range(struct play *p)
{
	uint32_t unit = 1u << draw(5);

	p->first = draw(g->pages) / unit * unit;
	p->count = (1 + draw(g->pages / unit < 12 ? g->pages / unit : 12)) * unit;
	if (p->count > g->pages - p->first) {
		p->count = g->pages - p->first;
	}
	p->pa = 0x100000000ull + (g->first & 0x1fffff) + ((uint64_t)p->first << 12);
	p->budget = draw(2) == 0 ? 0 : 1 + draw(9);
}

static struct play draw_play(void)
{
	static const enum play_kind kinds[] = {PLAY_MAP,     PLAY_MAP,   PLAY_PAGES,
					       PLAY_UNMAP,   PLAY_UNMAP, PLAY_PROTECT,
					       PLAY_REPLACE, PLAY_MERGE};
	struct play p = {.kind = kinds[draw(sizeof(kinds) / sizeof(kinds[0]))]};

	draw_range(&p);
	p.pa += ((uint64_t)draw(4) << 24) + (draw(3) == 0 ? (uint64_t)draw(64) << 12 : 0);
	p.prot.rights = (uint8_t)(draw(2) * 2 + 1);
	p.prot.memory = (uint8_t)draw(3);
	return p;
}

/* What is said of one address for people is what is said of it for programs. */
static void explain_agrees_with_translate(void)
{
	struct ipmmu_iova iova = {g->first + draw(g->pages) * 4096ull};
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	struct ipmmu_pt_mapping m;
	const struct ipmmu_pt_level *last;
	uint32_t count = ipmmu_pt_explain(&g->pt, iova, levels);

	assert_in_range(count, 1, IPMMU_PT_MAX_LEVELS);
	last = &levels[count - 1];
	if (ipmmu_pt_translate(&g->pt, iova, &m) == IPMMU_OK) {
		assert_int_equal(last->kind, count == 3 ? IPMMU_PT_PAGE : IPMMU_PT_BLOCK);
		assert_int_equal(last->pa.v + (iova.v & (last->size - 1)), m.pa.v);
		assert_int_equal(last->size, m.size);
		assert_int_equal(last->prot.rights, m.prot.rights);
		assert_int_equal(last->prot.memory, m.prot.memory);
	} else {
		assert_int_equal(last->kind, IPMMU_PT_EMPTY);
	}
}

static void play_one(void)
{
	struct ipmmu_pa pages[GROUND_PAGES];
	struct play p = draw_play();
	uint32_t i;

	for (i = 0; p.kind == PLAY_PAGES && i < p.count; i++) {
		pages[i].v = 0x200000000ull + ((uint64_t)draw(1000) << 12);
	}
	p.pages = pages;
	g->fail_at = draw(4) == 0 ? g->allocs + 1 + draw(4) : 0;
	(void)play_run(g, &p);
	ground_settle(g);
	explain_agrees_with_translate();
}

static void run(enum play_kind kind, struct play p, uint8_t rights)
{
	p.kind = kind;
	p.prot.rights = rights;
	p.prot.memory = IPMMU_PT_CACHED;
	(void)play_run(g, &p);
	ground_settle(g);
}

/* Cuts what is one, mends most of it, and merges. */
static void cut_and_merge(void)
{
	struct play all = {.count = g->pages};
	struct play p = {.kind = PLAY_UNMAP};
	uint32_t i;

	g->fail_at = 0;
	all.pa = 0x100000000ull + (g->first & 0x1fffff);
	run(PLAY_UNMAP, all, 3);
	run(PLAY_MAP, all, 3);
	for (i = 1 + draw(6); i > 0; i--) {
		draw_range(&p);
		run(draw(2) == 0 ? PLAY_UNMAP : PLAY_PROTECT, p, 1);
		run(PLAY_MAP, p, 3);
		run(draw(8) == 0 ? PLAY_MERGE : PLAY_PROTECT, p, 3);
	}
	for (i = draw(3); i > 0; i--) {
		p.first = draw(g->pages);
		p.count = 1 + draw(g->pages - p.first);
		run(PLAY_MERGE, p, 3);
	}
	all.budget = draw(3);
	run(PLAY_MERGE, all, 3);
}

static void all_unmapped_leaves_the_root(void)
{
	struct play p = {.kind = PLAY_UNMAP, .count = g->pages};
	struct ipmmu_pt_info info;

	g->fail_at = 0;
	assert_int_equal(ipmmu_pt_refill(&g->pt), IPMMU_OK);
	assert_true(play_run(g, &p));
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

		if (pages_only && how / 2 % 9 != 0) {
			continue;
		}
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
		cut_and_merge();
		all_unmapped_leaves_the_root();
		ground_end(g, how % 5);
		merged += g->merged;
	}
	assert_true(pages_only || merged > 1000);
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
