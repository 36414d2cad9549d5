// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * null.c - the side that does nothing: calls with the same arguments as ours. What it takes is
 * the loop and the calls, and is subtracted where instructions are counted.
 */
#include "bench.h"

#define SIDE_STEPS null_steps

#define NOTHING __attribute__((__noinline__)) static

static const struct ipmmu_pt_prot rw = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};

NOTHING enum ipmmu_err null_map(struct ipmmu_pt *pt, struct ipmmu_iova iova, struct ipmmu_pa pa,
				uint64_t size, struct ipmmu_pt_prot prot)
{
	__asm__ volatile("" ::"r"(pt), "r"(iova.v), "r"(pa.v), "r"(size), "r"(prot.rights));
	return IPMMU_OK;
}

NOTHING enum ipmmu_err null_map_pages(struct ipmmu_pt *pt, struct ipmmu_iova iova,
				      const struct ipmmu_pa *pages, uint32_t count,
				      struct ipmmu_pt_prot prot)
{
	__asm__ volatile("" ::"r"(pt), "r"(iova.v), "r"(pages), "r"(count), "r"(prot.rights));
	return IPMMU_OK;
}

NOTHING enum ipmmu_err null_unmap(struct ipmmu_pt *pt, struct ipmmu_iova iova, uint64_t size,
				  uint32_t budget, enum ipmmu_pt_next *next)
{
	__asm__ volatile("" ::"r"(pt), "r"(iova.v), "r"(size), "r"(budget));
	*next = IPMMU_PT_NEXT_FLUSH;
	return IPMMU_OK;
}

NOTHING struct ipmmu_pa null_locate(const struct ipmmu_pt *pt, struct ipmmu_iova iova)
{
	const struct ipmmu_pa pa = {iova.v};

	(void)pt;
	__asm__ volatile("");
	return pa;
}

static inline void must(enum ipmmu_err err)
{
	if (__builtin_expect(err != IPMMU_OK, 0)) {
		bench_fail("nothing failed");
	}
}

static inline void side_open(struct bench *b)
{
	(void)b;
}

static inline void side_use(struct bench *b, uint32_t number)
{
	b->pt = &b->pts[number];
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
	must(null_map(b->pt, from, to, size, rw));
}

static inline void side_map_scattered(struct bench *b, uint64_t iova,
				      const struct ipmmu_pa *pages, uint32_t count)
{
	const struct ipmmu_iova from = {iova};

	must(null_map_pages(b->pt, from, pages, count, rw));
}

static inline void side_unmap(struct bench *b, uint64_t iova, uint64_t size, uint64_t unit)
{
	const struct ipmmu_iova from = {iova};
	enum ipmmu_pt_next next;

	(void)unit;
	must(null_unmap(b->pt, from, size, 0, &next));
	b->consumed += next == IPMMU_PT_NEXT_FLUSH ? 1u : 0u;
}

static inline uint64_t side_translate(struct bench *b, uint64_t iova)
{
	const struct ipmmu_iova from = {iova};

	return null_locate(b->pt, from).v;
}

static void side_flush(struct bench *b)
{
	(void)b;
}

#include "loops.h"

const struct bench_side bench_null = {"null", null_steps, side_close, NULL};
