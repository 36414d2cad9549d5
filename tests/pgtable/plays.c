// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * plays.c - one change of a table, held against the book while it goes on.
 */
#include "plays.h"

#include <ipmmu/merge.h>
#include <string.h>

#include "kit_cmocka.h"

static struct ipmmu_iova iova_of(const struct ground *g, const struct play *p)
{
	struct ipmmu_iova iova = {g->first + p->first * 4096ull};

	return iova;
}

static bool is_free(const struct ground *g, const struct play *p)
{
	uint32_t i;

	for (i = 0; i < p->count; i++) {
		if (g->now[p->first + i] != 0) {
			return false;
		}
	}
	return true;
}

static uint64_t planned(const struct ground *g, const struct play *p, uint32_t i)
{
	uint64_t now = g->now[p->first + i];

	switch (p->kind) {
	case PLAY_PAGES:
		return ground_value(p->pages[i].v, p->prot);
	case PLAY_UNMAP:
		return 0;
	case PLAY_MERGE:
		return now;
	case PLAY_PROTECT:
		return now == 0 ? 0 : ground_value(now & 0xfffffff000ull, p->prot);
	case PLAY_MAP:
	case PLAY_REPLACE:
	case PLAY_KINDS:
	default:
		return ground_value(p->pa + i * 4096ull, p->prot);
	}
}

/* The book as it shall be; the rest of a block that a change cuts may break for a while. */
static void plan(struct ground *g, const struct play *p)
{
	uint32_t i;
	bool breaks = g->config.split == IPMMU_PT_BREAK_BEFORE_MAKE ||
		      g->config.replace == IPMMU_PT_BREAK_BEFORE_MAKE;

	for (i = 0; i < g->pages; i++) {
		g->broken[i] = breaks && !is_free(g, p);
	}
	for (i = 0; i < p->count; i++) {
		g->then[p->first + i] = planned(g, p, i);
	}
}

/* What a failed call leaves. */
static void nothing_changed(struct ground *g, enum ipmmu_err err, uint32_t used)
{
	assert_int_equal(err, IPMMU_E_NO_MEMORY);
	assert_int_not_equal(g->fail_at, 0);
	assert_int_equal(ground_used(g), used);
	memcpy(g->then, g->now, sizeof(g->then));
}

static bool play_map(struct ground *g, const struct play *p)
{
	bool free = is_free(g, p);
	struct ipmmu_pa pa = {p->pa};
	uint32_t used = ground_used(g);
	enum ipmmu_err err;

	if (free) {
		plan(g, p);
	}
	err = p->kind == PLAY_PAGES
		      ? ipmmu_pt_map_pages(&g->pt, iova_of(g, p), p->pages, p->count, p->prot)
		      : ipmmu_pt_map(&g->pt, iova_of(g, p), pa, p->count * 4096ull, p->prot);
	if (!free) {
		assert_int_equal(err, IPMMU_E_EXISTS);
		assert_int_equal(ground_used(g), used);
	} else if (err != IPMMU_OK) {
		nothing_changed(g, err, used);
	}
	return err == IPMMU_OK;
}

static bool play_unmap(struct ground *g, const struct play *p)
{
	enum ipmmu_pt_next next;
	enum ipmmu_err err;
	struct ipmmu_pt_info info;

	ipmmu_pt_query(&g->pt, &info);
	plan(g, p);
	err = ipmmu_pt_unmap(&g->pt, iova_of(g, p), p->count * 4096ull, p->budget, &next);
	if (err != IPMMU_OK) {
		/* Never while the reserve is whole. */
		assert_in_range(info.reserve + 1, 1, info.reserve_wanted);
		nothing_changed(g, err, ground_used(g));
	}
	ground_finish(g, next, p->budget);
	return err == IPMMU_OK;
}

static enum ipmmu_err change(struct ground *g, const struct play *p, enum ipmmu_pt_next *next)
{
	struct ipmmu_pa pa = {p->pa};

	if (p->kind == PLAY_PROTECT) {
		return ipmmu_pt_protect(&g->pt, iova_of(g, p), p->count * 4096ull, p->prot,
					p->budget, next);
	}
	return ipmmu_pt_replace(&g->pt, iova_of(g, p), pa, p->count * 4096ull, p->prot,
				p->budget, next);
}

static bool play_change(struct ground *g, const struct play *p)
{
	enum ipmmu_pt_next next;
	enum ipmmu_err err;
	uint32_t used = ground_used(g);

	if (g->config.replace != IPMMU_PT_NEVER) {
		plan(g, p);
	}
	err = change(g, p, &next);
	if (g->config.replace == IPMMU_PT_NEVER) {
		assert_int_equal(err, IPMMU_E_UNSUPPORTED);
	} else if (err != IPMMU_OK) {
		nothing_changed(g, err, used);
	}
	ground_finish(g, next, p->budget);
	return err == IPMMU_OK;
}

/* ---- merging: nothing leads elsewhere, and no table is left that a block can stand for ----
 */

static uint32_t level_of(const struct ground *g, uint32_t page)
{
	uint32_t level;

	(void)ground_entry(g, g->first + page * 4096ull, &level);
	return level;
}

/* By the book: do @count pages make one block, with its first page at @page? */
static bool is_block(const struct ground *g, uint32_t page, uint32_t count)
{
	const uint64_t first = g->now[page];
	uint32_t i;

	if (first == 0 || (first & 0xfffffff000ull) % (count * 4096ull) != 0) {
		return false;
	}
	for (i = 1; i < count && g->now[page + i] == first + i * 4096ull; i++) {
	}
	return i == count;
}

/* Of the blocks of @level that lie in the range, each that can be one is one. */
static void check_merged(const struct ground *g, const struct play *p, uint32_t level)
{
	const uint32_t count = 1u << (3 - level) * g->shape.index_bits;
	const uint32_t skew = (uint32_t)(g->first >> 12) % count;
	uint32_t page;

	for (page = p->first; page + count <= p->first + p->count; page++) {
		if ((page + skew) % count == 0 && is_block(g, page, count)) {
			assert_in_range(level_of(g, page), 1, level);
		}
	}
}

/* What each page is found at: inside of the range it may only go up, outside it stays. */
static uint32_t check_levels(const struct ground *g, const struct play *p,
			     const uint8_t *before)
{
	uint32_t merged = 0;
	uint32_t i;

	for (i = 0; i < g->pages; i++) {
		if (i < p->first || i - p->first >= p->count) {
			assert_int_equal(level_of(g, i), before[i]);
		}
		assert_in_range(level_of(g, i), 1, before[i]);
		merged += level_of(g, i) < before[i] && g->now[i] != 0;
	}
	return merged;
}

static bool merge_once(struct ground *g, const struct play *p, enum ipmmu_pt_next *next)
{
	const bool can =
		g->config.split != IPMMU_PT_NEVER && g->config.replace != IPMMU_PT_NEVER;
	const uint32_t allocs = g->allocs;
	enum ipmmu_err err;

	err = ipmmu_pt_merge(&g->pt, iova_of(g, p), p->count * 4096ull, p->budget, next);
	assert_int_equal(err, can ? IPMMU_OK : IPMMU_E_UNSUPPORTED);
	assert_int_equal(g->allocs, allocs);
	return can;
}

static bool play_merge(struct ground *g, const struct play *p)
{
	uint8_t before[GROUND_PAGES];
	struct play again = *p;
	enum ipmmu_pt_next next;
	uint32_t i;

	for (i = 0; i < g->pages; i++) {
		before[i] = (uint8_t)level_of(g, i);
		g->broken[i] = g->config.replace == IPMMU_PT_BREAK_BEFORE_MAKE &&
			       i >= p->first && i - p->first < p->count;
	}
	if (!merge_once(g, p, &next)) {
		return false;
	}
	ground_finish(g, next, p->budget);
	for (i = 1; i < 3; i++) {
		check_merged(g, p, i);
	}
	g->merged += check_levels(g, p, before);
	again.budget = 0;
	(void)merge_once(g, &again, &next);
	assert_int_equal(next, IPMMU_PT_NEXT_NONE);
	return true;
}

bool play_run(struct ground *g, const struct play *p)
{
	static bool (*const plays[PLAY_KINDS])(struct ground *, const struct play *) = {
		[PLAY_MAP] = play_map,        [PLAY_PAGES] = play_map,
		[PLAY_UNMAP] = play_unmap,    [PLAY_PROTECT] = play_change,
		[PLAY_REPLACE] = play_change, [PLAY_MERGE] = play_merge,
	};

	return plays[p->kind](g, p);
}
