// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * workloads.c - what is measured. Each workload has a part that is not timed and a part that
 * is; sizes keep one repetition in the order of milliseconds.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	PAGES = 262144, /* 1 GiB */
	LOOKUPS = 65536,
	SPLITS = 512
};

static const struct ipmmu_pt_prot rw = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};

static struct ipmmu_pa scatter[32];

static void must(enum ipmmu_err err)
{
	if (err != IPMMU_OK) {
		fprintf(stderr, "bench: %s\n", ipmmu_error_name(err));
		exit(2);
	}
}

static void map(struct bench *b, uint64_t iova, uint64_t size)
{
	struct ipmmu_iova at = {iova};
	struct ipmmu_pa pa = {iova & 0xffffffffffull};

	must(ipmmu_pt_map(&b->pt, at, pa, size, rw));
}

static void unmap(struct bench *b, uint64_t iova, uint64_t size)
{
	struct ipmmu_iova at = {iova};
	enum ipmmu_pt_next next;

	must(ipmmu_pt_unmap(&b->pt, at, size, 0, &next));
	b->consumed += next;
}

/* Over 1 GiB in steps. */
static void map_by(struct bench *b, uint64_t step)
{
	uint64_t at;

	for (at = 0; at < GIB; at += step) {
		map(b, at, step);
	}
}

static void unmap_by(struct bench *b, uint64_t step)
{
	uint64_t at;

	for (at = 0; at < GIB; at += step) {
		unmap(b, at, step);
	}
}

static void before_empty(struct bench *b)
{
	bench_close(b);
	bench_open(b, b->coherent, IPMMU_PT_NEVER);
}

/* Tables stay where they are: what is mapped goes, but for one page in each. */
static void before_warm(struct bench *b)
{
	uint64_t at;

	before_empty(b);
	map_by(b, 2 * MIB);
	for (at = 0; at < GIB; at += 2 * MIB) {
		unmap(b, at + 4096, 2 * MIB - 4096);
	}
}

static void before_full(struct bench *b)
{
	before_empty(b);
	map_by(b, 2 * MIB);
}

static void before_blocks(struct bench *b)
{
	bench_close(b);
	bench_open(b, b->coherent, IPMMU_PT_DIRECT);
}

static void before_blocks_full(struct bench *b)
{
	before_blocks(b);
	map_by(b, 2 * MIB);
}

static void map_pages_cold(struct bench *b)
{
	map_by(b, 4096);
}

static void map_pages_warm(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < GIB; at += 4096) {
		if ((at & (2 * MIB - 1)) != 0) {
			map(b, at, 4096);
		}
	}
}

static void map_scatter(struct bench *b)
{
	uint64_t at;

	for (at = 2 * MIB - 128 * KIB; at < GIB; at += 2 * MIB) {
		uint64_t i;

		for (i = 0; i < 15; i++) {
			struct ipmmu_iova iova = {at - i * 128 * KIB};

			must(ipmmu_pt_map_pages(&b->pt, iova, scatter, 32, rw));
		}
	}
}

static void map_tables(struct bench *b)
{
	map_by(b, 2 * MIB);
}

static void map_rest_of_tables(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < GIB; at += 2 * MIB) {
		map(b, at + 4096, 2 * MIB - 4096);
	}
}

static void map_runs(struct bench *b)
{
	map_by(b, 64 * KIB);
}

static void map_gib(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < 64 * GIB; at += 1022 * MIB) {
		map(b, at & ~(2 * MIB - 1), 2 * MIB);
	}
}

static void map_512_blocks(struct bench *b)
{
	/* Not aligned to 1 GiB in the output, so that 512 blocks of 2 MiB it is. */
	uint64_t at;

	for (at = 0; at < 64 * GIB; at += GIB) {
		struct ipmmu_iova iova = {at};
		struct ipmmu_pa pa = {at + 2 * MIB};

		must(ipmmu_pt_map(&b->pt, iova, pa, GIB, rw));
	}
}

static void unmap_pages(struct bench *b)
{
	unmap_by(b, 4096);
	bench_flush(b);
}

static void unmap_almost_tables(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < GIB; at += 2 * MIB) {
		unmap(b, at, 2 * MIB - 4096);
	}
}

static void unmap_runs(struct bench *b)
{
	unmap_by(b, 64 * KIB);
	bench_flush(b);
}

static void unmap_tables(struct bench *b)
{
	unmap_by(b, 2 * MIB);
	bench_flush(b);
}

static void unmap_gib(struct bench *b)
{
	unmap(b, 0, GIB);
	bench_flush(b);
}

static uint64_t random_next(uint64_t x)
{
	return x * 6364136223846793005ull + 1442695040888963407ull;
}

static void translate_random(struct bench *b)
{
	uint64_t x = 1;
	uint32_t i;

	for (i = 0; i < LOOKUPS; i++) {
		struct ipmmu_iova at = {(x >> 30) % GIB};
		struct ipmmu_pt_mapping m;

		must(ipmmu_pt_translate(&b->pt, at, &m));
		b->consumed += m.pa.v;
		x = random_next(x);
	}
}

/* Each address out of the answer before it. */
static void translate_dependent(struct bench *b)
{
	uint64_t x = 1;
	uint32_t i;

	for (i = 0; i < LOOKUPS; i++) {
		struct ipmmu_iova at = {(x >> 30) % GIB};
		struct ipmmu_pt_mapping m;

		must(ipmmu_pt_translate(&b->pt, at, &m));
		x = random_next(x) + (m.pa.v >> 50);
	}
	b->consumed += x;
}

static void pair_random(struct bench *b)
{
	uint64_t x = 1;
	uint32_t i;

	for (i = 0; i < LOOKUPS; i++) {
		uint64_t at = (x >> 30) % GIB & ~4095ull;

		unmap(b, at, 4096);
		map(b, at, 4096);
		x = random_next(x);
	}
}

static void one_per_gib(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < 512 * GIB; at += GIB) {
		map(b, at, 4096);
	}
}

static void split_blocks(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < GIB; at += 2 * MIB) {
		unmap(b, at + 4096, 4096);
	}
}

static void destroy(struct bench *b)
{
	bench_close(b);
	bench_open(b, b->coherent, IPMMU_PT_NEVER);
}

/* ---- limits ---- */

static void limit_map(struct bench *b)
{
	uint64_t i;

	for (i = 0; i < PAGES; i++) {
		bench_limit_store(b, i, 1, i << 12);
	}
}

static void limit_map_tables(struct bench *b)
{
	uint64_t i;

	for (i = 0; i < PAGES; i += 512) {
		bench_limit_clear(b, i, 512);
		bench_limit_store(b, i, 512, i << 12);
	}
}

static void limit_map_full(struct bench *b)
{
	uint64_t i;

	for (i = 0; i < PAGES; i += 512) {
		bench_limit_store(b, i, 512, i << 12);
	}
}

static void limit_scatter(struct bench *b)
{
	volatile uint64_t *slot = b->limit.leaf;
	uint64_t i;
	uint32_t j;

	for (i = 0; i < 512 * 15; i++) {
		for (j = 0; j < 32; j++) {
			*slot++ = scatter[j].v | 0x7ff;
		}
	}
}

static void limit_clear(struct bench *b)
{
	uint64_t i;

	for (i = 0; i < PAGES; i++) {
		bench_limit_clear(b, i, 1);
	}
}

static void limit_clear_tables(struct bench *b)
{
	uint64_t i;

	for (i = 0; i < PAGES; i += 512) {
		bench_limit_clear(b, i, 511);
	}
}

/* The three loads that no walk can do without, of the engine's own tables. */
static uint64_t walk(const struct bench *b, uint64_t at)
{
	const uint64_t *base = b->host.base;
	uint64_t entry = b->pt.root[at >> 30];

	entry = base[((entry & 0xfffffff000ull) - BENCH_PA) / 8 + (at >> 21 & 511)];
	return base[((entry & 0xfffffff000ull) - BENCH_PA) / 8 + (at >> 12 & 511)];
}

static void limit_translate(struct bench *b)
{
	uint64_t x = 1;
	uint32_t i;

	for (i = 0; i < LOOKUPS; i++) {
		b->consumed += walk(b, (x >> 30) % GIB);
		x = random_next(x);
	}
}

static void limit_dependent(struct bench *b)
{
	uint64_t x = 1;
	uint32_t i;

	for (i = 0; i < LOOKUPS; i++) {
		x = random_next(x) + (walk(b, (x >> 30) % GIB) >> 50);
	}
	b->consumed += x;
}

const struct bench_row bench_rows[] = {
	{"W1-cold", "map 4 KiB per call, tables are made", PAGES, before_empty, map_pages_cold,
	 limit_map, 0, 0, ""},
	{"W1-warm", "map 4 KiB per call", PAGES - 512, before_warm, map_pages_warm, limit_map,
	 200, 75, "G1"},
	{"W2v", "map 32 scattered pages per call", 512 * 15 * 32, before_warm, map_scatter,
	 limit_scatter, 300, 0, "G3"},
	{"W3-cold", "map 2 MiB of 4 KiB pages per call", PAGES, before_empty, map_tables,
	 limit_map_tables, 135, 0, "G4"},
	{"W3-warm", "map 511 pages per call", PAGES - 512, before_warm, map_rest_of_tables,
	 limit_map_full, 220, 0, "G5"},
	{"W4", "map a 2 MiB block per call", 66, before_blocks, map_gib, NULL, 0, 0, ""},
	{"W4-512", "map 512 blocks of 2 MiB per call", 64 * 512, before_blocks, map_512_blocks,
	 NULL, 0, 0, ""},
	{"W5", "unmap 4 KiB per call", PAGES, before_full, unmap_pages, limit_clear, 0, 60,
	 "G2"},
	{"W5-511", "unmap 511 pages per call", PAGES - 512, before_full, unmap_almost_tables,
	 limit_clear_tables, 180, 0, "G6"},
	{"W5f", "unmap 2 MiB over a full table", 512, before_full, unmap_tables, NULL, 0, 0,
	 ""},
	{"W6", "translate at random in 1 GiB", LOOKUPS, before_full, translate_random,
	 limit_translate, 150, 45, "G8"},
	{"W6-dependent", "each address out of the answer before", LOOKUPS, before_full,
	 translate_dependent, limit_dependent, 105, 0, "G8"},
	{"W7", "unmap and map one page at random", LOOKUPS, before_full, pair_random, NULL, 0,
	 0, ""},
	{"W8", "one page in each of 512 GiB", 512, before_empty, one_per_gib, NULL, 0, 0, ""},
	{"W9-map", "map 64 KiB per call", PAGES, before_empty, map_runs, limit_map, 0, 0, ""},
	{"W9-unmap", "unmap 64 KiB per call", PAGES, before_full, unmap_runs, limit_clear, 0, 0,
	 ""},
	{"W10", "split a 2 MiB block by unmapping a page", SPLITS, before_blocks_full,
	 split_blocks, NULL, 0, 0, ""},
	{"W12", "unmap 1 GiB in one call", 1, before_full, unmap_gib, NULL, 0, 0, ""},
	{"WD", "destroy after 1 GiB of pages", 514, before_full, destroy, NULL, 0, 0, ""},
};

const uint32_t bench_row_count = sizeof(bench_rows) / sizeof(bench_rows[0]);
