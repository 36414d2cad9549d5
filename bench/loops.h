/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * loops.h - the loop of each workload, once for all sides. A side defines SIDE_STEPS, the name
 *of its steps, and these before it includes this file:
 *
 *	side_open(b)                       b->tables empty page tables, the first in use
 *	side_use(b, number)                another one of them
 *	side_close(b)                      give them back
 *	side_map(b, iova, pa, size, unit)  unit: size of the entries that shall be made
 *	side_map_scattered(b, iova, pages, count)
 *	side_unmap(b, iova, size, unit)
 *	side_translate(b, iova)            the output address
 *	side_flush(b)
 */
#define SIDE_UNIT(b) \
	(((b)->flags & (BENCH_BLOCKS | BENCH_HINT)) == BENCH_BLOCKS ? 2 * MIB : 4 * KIB)

static inline uint64_t side_pa(uint64_t iova)
{
	return iova & (64 * GIB - 1);
}

static void map_by(struct bench *b, uint64_t step, uint64_t unit)
{
	uint64_t at;

	for (at = 0; at < b->span; at += step) {
		side_map(b, at, side_pa(at), step, unit);
	}
}

static uint64_t unmap_by(struct bench *b, uint64_t step, uint64_t unit)
{
	uint64_t at;

	for (at = 0; at < b->span; at += step) {
		side_unmap(b, at, step, unit);
	}
	side_flush(b);
	return b->span;
}

/* ---- before: not timed ---- */

static void before_empty(struct bench *b)
{
	side_open(b);
}

static void before_full(struct bench *b)
{
	side_open(b);
	map_by(b, 2 * MIB, SIDE_UNIT(b));
}

static void before_full_by_runs(struct bench *b)
{
	side_open(b);
	map_by(b, 64 * KIB, 4 * KIB);
}

/* Tables are there: of each, one page is mapped, the first or the last of those not touched. */
static void before_tables(struct bench *b, uint64_t kept)
{
	uint64_t at;

	before_full(b);
	for (at = 0; at < b->span; at += 2 * MIB) {
		if (kept > 0) {
			side_unmap(b, at, kept, 4 * KIB);
		}
		side_unmap(b, at + kept + 4 * KIB, 2 * MIB - 4 * KIB - kept, 4 * KIB);
	}
	side_flush(b);
}

static void before_warm(struct bench *b)
{
	before_tables(b, 0);
}

/* The page that stays is in the middle of a table: calls over its end meet holes only. */
static void before_mixed(struct bench *b)
{
	before_tables(b, MIB);
}

/* ---- runs: timed; they tell how many operations they did ---- */

static uint64_t run_map_pages(struct bench *b)
{
	uint32_t i;

	for (i = 0; i < b->tables; i++) {
		side_use(b, i);
		map_by(b, 4 * KIB, 4 * KIB);
	}
	return b->tables * (b->span / (4 * KIB));
}

static uint64_t run_map_pages_warm(struct bench *b)
{
	uint64_t table;
	uint64_t at;

	for (table = 0; table < b->span; table += 2 * MIB) {
		for (at = table + 4 * KIB; at < table + 2 * MIB; at += 4 * KIB) {
			side_map(b, at, side_pa(at), 4 * KIB, 4 * KIB);
		}
	}
	return b->span / (2 * MIB) * 511;
}

static uint64_t run_map_scattered(struct bench *b)
{
	uint64_t table;
	uint64_t at;

	for (table = 0; table < b->span; table += 2 * MIB) {
		for (at = table + 4 * KIB; at < table + 2 * MIB; at += 4 * KIB) {
			side_map(b, at, bench_scatter[at >> 12 & (BENCH_SCATTERED - 1)].v,
				 4 * KIB, 4 * KIB);
		}
	}
	return b->span / (2 * MIB) * 511;
}

static uint64_t run_map_vectors(struct bench *b)
{
	uint64_t table;
	uint64_t at;

	for (table = 0; table < b->span; table += 2 * MIB) {
		for (at = table + 128 * KIB; at < table + 2 * MIB; at += 128 * KIB) {
			side_map_scattered(b, at, bench_scatter, BENCH_SCATTERED);
		}
	}
	return b->span / (2 * MIB) * 15 * BENCH_SCATTERED;
}

static uint64_t run_map_tables(struct bench *b)
{
	const uint64_t unit = SIDE_UNIT(b);

	map_by(b, 2 * MIB, unit);
	return b->span / unit;
}

static uint64_t run_map_tables_warm(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < b->span; at += 2 * MIB) {
		side_map(b, at + 4 * KIB, side_pa(at + 4 * KIB), 2 * MIB - 4 * KIB, 4 * KIB);
	}
	return b->span / (2 * MIB) * 511;
}

/* 64 KiB from the middle of 64 KiB to that of the next, but where the page is that stays. */
static uint64_t run_map_mixed(struct bench *b)
{
	uint64_t count = 0;
	uint64_t at;

	for (at = 32 * KIB; at < b->span - 32 * KIB; at += 64 * KIB) {
		if ((at & (2 * MIB - 1)) != MIB - 32 * KIB) {
			side_map(b, at, side_pa(at), 64 * KIB, 4 * KIB);
			count += 16;
		}
	}
	return count;
}

/* Output addresses that are no multiple of 1 GiB: 512 blocks of 2 MiB it is. */
static uint64_t run_map_blocks(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < b->span; at += GIB) {
		side_map(b, at, at + 2 * MIB, GIB, 2 * MIB);
	}
	return b->span / (2 * MIB);
}

#ifndef SIDE_HAS_ITS_OWN
static uint64_t run_map_sparse(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < b->span; at += GIB) {
		side_map(b, at, side_pa(at), 4 * KIB, 4 * KIB);
	}
	return b->span / GIB;
}
#endif

static uint64_t run_map_runs(struct bench *b)
{
	map_by(b, 64 * KIB, 4 * KIB);
	return b->span / (4 * KIB);
}

static uint64_t run_unmap_pages(struct bench *b)
{
	return unmap_by(b, 4 * KIB, 4 * KIB) / (4 * KIB);
}

static uint64_t run_unmap_tables_but_one(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < b->span; at += 2 * MIB) {
		side_unmap(b, at, 2 * MIB - 4 * KIB, 4 * KIB);
	}
	side_flush(b);
	return b->span / (2 * MIB) * 511;
}

static uint64_t run_unmap_tables(struct bench *b)
{
	return unmap_by(b, 2 * MIB, 2 * MIB) / (2 * MIB);
}

static uint64_t run_unmap_runs(struct bench *b)
{
	return unmap_by(b, 64 * KIB, 4 * KIB) / (4 * KIB);
}

static uint64_t run_unmap_all(struct bench *b)
{
	return unmap_by(b, GIB, GIB) / GIB;
}

#ifndef SIDE_HAS_ITS_OWN
static uint64_t run_split(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < b->span; at += 2 * MIB) {
		side_unmap(b, at + 4 * KIB, 4 * KIB, 4 * KIB);
	}
	return b->span / (2 * MIB);
}
#endif

static uint64_t run_translate(struct bench *b)
{
	const uint64_t within = b->span - 1;
	uint64_t sum = 0;
	uint64_t x = 1;
	uint32_t i;

	for (i = 0; i < BENCH_LOOKUPS; i++) {
		sum += side_translate(b, x >> 20 & within);
		x = bench_random(x);
	}
	b->consumed += sum;
	return BENCH_LOOKUPS;
}

/* No output address reaches bit 50: the sum is the same, but has to be waited for. */
static uint64_t run_translate_dependent(struct bench *b)
{
	const uint64_t within = b->span - 1;
	uint64_t x = 1;
	uint32_t i;

	for (i = 0; i < BENCH_LOOKUPS; i++) {
		x = bench_random(x) + (side_translate(b, x >> 20 & within) >> 50);
	}
	b->consumed += x;
	return BENCH_LOOKUPS;
}

#ifndef SIDE_HAS_ITS_OWN
static uint64_t run_pairs(struct bench *b)
{
	const uint64_t within = b->span - 4 * KIB;
	uint64_t x = 1;
	uint32_t i;

	for (i = 0; i < BENCH_LOOKUPS; i++) {
		const uint64_t at = x >> 20 & within;

		side_unmap(b, at, 4 * KIB, 4 * KIB);
		side_map(b, at, side_pa(at), 4 * KIB, 4 * KIB);
		x = bench_random(x);
	}
	return BENCH_LOOKUPS;
}
#endif

static uint64_t run_destroy(struct bench *b)
{
	side_close(b);
	return 1;
}

#ifndef SIDE_BY_STEPS
#define run_unmap_by_steps   NULL
#define run_destroy_by_steps NULL
#define run_merge_by_steps   NULL
#endif

#define ROW(id, name, what, before, run, flags, span40, span32) {before_##before, run_##run},
static const struct bench_step SIDE_STEPS[] = {
#include "rows.h"
};
#undef ROW
