// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * limit.c - the least work that leaves the same entries behind: calls with our arguments that
 * store into a flat array, without levels, checks or books. Where tables are made, each 512
 * entries are cleared first, but where one call fills them all. A translation is the three
 * loads of our own tables.
 */
#include "bench.h"

#define SIDE_STEPS limit_steps

#define LIMIT __attribute__((__noinline__)) static

static const struct ipmmu_pt_prot rw = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};

static void hook_barrier(void *host)
{
	(void)host;
	__asm__ volatile("" ::: "memory");
}

/* Called as hosts are: the compiler does not know where it leads. */
static const struct ipmmu_pt_ops hooks = {.clean = bench_memory_clean, .barrier = hook_barrier};
static const struct ipmmu_pt_ops *volatile const hooks_of_host = &hooks;

LIMIT enum ipmmu_err limit_map(uint64_t *leaf, struct ipmmu_iova iova, struct ipmmu_pa pa,
			       uint64_t size, struct ipmmu_pt_prot prot)
{
	volatile uint64_t *slot = leaf + (iova.v >> 12);
	volatile uint64_t *const end = slot + (size >> 12);
	uint64_t entry = pa.v | 0x7fc | prot.rights;

	do {
		*slot++ = entry;
		entry += 4096;
	} while (slot != end);
	return IPMMU_OK;
}

LIMIT enum ipmmu_err limit_map_pages(uint64_t *leaf, struct ipmmu_iova iova,
				     const struct ipmmu_pa *pages, uint32_t count,
				     struct ipmmu_pt_prot prot)
{
	volatile uint64_t *slot = leaf + (iova.v >> 12);
	volatile uint64_t *const end = slot + count;
	const uint64_t attr = 0x7fcu | prot.rights;

	do {
		*slot++ = pages++->v | attr;
	} while (slot != end);
	return IPMMU_OK;
}

LIMIT enum ipmmu_err limit_unmap(uint64_t *leaf, struct ipmmu_iova iova, uint64_t size)
{
	volatile uint64_t *slot = leaf + (iova.v >> 12);
	volatile uint64_t *const end = slot + (size >> 12);

	do {
		*slot++ = 0;
	} while (slot != end);
	return IPMMU_OK;
}

/* What a call does besides its stores, by the kind of run; mostly nothing. */
static inline void before_stores(struct bench *b, uint64_t iova, uint64_t size)
{
	if (__builtin_expect((b->flags & BENCH_COLD) != 0, 0) && (iova & (2 * MIB - 1)) == 0 &&
	    size < 2 * MIB) {
		bench_clear(b->here + (iova >> 12), 4096);
	}
}

static inline void after_stores(struct bench *b, uint64_t iova, uint64_t size)
{
	if (__builtin_expect(!b->coherent, 0)) {
		const struct ipmmu_pt_ops *ops = hooks_of_host;

		ops->clean(&b->flat, b->here + (iova >> 12), size >> 9);
		ops->barrier(&b->flat);
	}
}

static inline uint64_t *limit_slot(const struct bench *b, uint64_t iova)
{
	const uint64_t *base = b->ours.base;
	uint64_t entry = b->pt->root[iova >> 30];
	uint64_t table;

	entry = base[((entry & 0xfffffff000ull) - BENCH_PA) / 8 + (iova >> 21 & 511)];
	table = ((entry & 0xfffffff000ull) - BENCH_PA) / 8;
	return b->ours.base + table + (iova >> 12 & 511);
}

LIMIT uint64_t limit_translate(const struct bench *b, struct ipmmu_iova iova)
{
	return (*limit_slot(b, iova.v) & 0xfffffff000ull) | (iova.v & 4095);
}

static inline void must(enum ipmmu_err err)
{
	if (__builtin_expect(err != IPMMU_OK, 0)) {
		bench_fail("the limit failed");
	}
}

static void side_open(struct bench *b)
{
	if (b->flat.base == NULL) {
		b->flat.base = bench_block(BENCH_LEAVES * (size_t)8);
	}
	b->here = b->flat.base;
}

static inline void side_use(struct bench *b, uint32_t number)
{
	b->here = b->flat.base + number * (b->span >> 12);
}

static void side_close(struct bench *b)
{
	(void)b;
}

static inline void side_map(struct bench *b, uint64_t iova, uint64_t pa, uint64_t size,
			    uint64_t unit)
{
	const struct ipmmu_iova from = {iova};
	const struct ipmmu_pa to = {pa};

	(void)unit;
	before_stores(b, iova, size);
	must(limit_map(b->here, from, to, size, rw));
	after_stores(b, iova, size);
}

static inline void side_map_scattered(struct bench *b, uint64_t iova,
				      const struct ipmmu_pa *pages, uint32_t count)
{
	const struct ipmmu_iova from = {iova};

	must(limit_map_pages(b->here, from, pages, count, rw));
	after_stores(b, iova, count * 4 * KIB);
}

static inline void side_unmap(struct bench *b, uint64_t iova, uint64_t size, uint64_t unit)
{
	const struct ipmmu_iova from = {iova};

	(void)unit;
	must(limit_unmap(b->here, from, size));
	after_stores(b, iova, size);
}

static inline uint64_t side_translate(struct bench *b, uint64_t iova)
{
	const struct ipmmu_iova from = {iova};

	return limit_translate(b, from);
}

static void side_flush(struct bench *b)
{
	(void)b;
}

/* ---- where flat stores are not the least that does it ---- */

/* Three loads and two stores for each pair, in our own tables. */
static uint64_t run_pairs(struct bench *b)
{
	const uint64_t within = b->span - 4 * KIB;
	uint64_t x = 1;
	uint32_t i;

	for (i = 0; i < BENCH_LOOKUPS; i++) {
		volatile uint64_t *slot = limit_slot(b, x >> 20 & within);
		const uint64_t entry = *slot;

		*slot = 0;
		*slot = entry;
		x = bench_random(x);
	}
	return BENCH_LOOKUPS;
}

/* The entries of a table, and what leads there. */
static uint64_t run_split(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < b->span; at += 2 * MIB) {
		side_map(b, at, at, 2 * MIB, 4 * KIB);
		b->flat.base[BENCH_LEAVES - 1] = at;
	}
	return b->span / (2 * MIB);
}

/* Two cleared tables for each page, and what leads there. */
static uint64_t run_map_sparse(struct bench *b)
{
	uint64_t at;

	for (at = 0; at < b->span; at += GIB) {
		uint64_t *tables = b->flat.base + (at >> 30) * 1024;

		bench_clear(tables, 8192);
		tables[512] = at;
		tables[0] = at;
		b->flat.base[BENCH_LEAVES - 1] = at;
	}
	return b->span / GIB;
}

#define SIDE_HAS_ITS_OWN 1
#include "loops.h"

static struct bench_memory *memory(struct bench *b)
{
	return &b->flat;
}

const struct bench_side bench_limit = {"limit", limit_steps, side_close, memory};
