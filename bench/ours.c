// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * ours.c - the library's engine as a side of the benchmark.
 */
#include <ipmmu/merge.h>

#include "bench.h"

#define SIDE_STEPS    ours_steps
#define SIDE_BY_STEPS 1

static const struct ipmmu_pt_prot rw = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};

static void *hook_alloc(void *host, uint32_t pages, struct ipmmu_pa *pa)
{
	void *table = bench_memory_take(host, pages);

	if (table != NULL) {
		pa->v = bench_pa_of(host, table);
	}
	return table;
}

static void hook_free(void *host, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	(void)pa;
	bench_memory_give(host, table, pages);
}

static void *hook_ptr(void *host, struct ipmmu_pa pa)
{
	return bench_at(host, pa.v);
}

static void hook_barrier(void *host)
{
	(void)host;
	__asm__ volatile("" ::: "memory");
}

static const struct ipmmu_pt_ops coherent_ops = {hook_alloc, hook_free, hook_ptr, NULL,
						 hook_barrier};
static const struct ipmmu_pt_ops other_ops = {hook_alloc, hook_free, hook_ptr,
					      bench_memory_clean, hook_barrier};

static inline void must(enum ipmmu_err err)
{
	if (__builtin_expect(err != IPMMU_OK, 0)) {
		bench_fail(ipmmu_error_name(err));
	}
}

static inline void side_use(struct bench *b, uint32_t number)
{
	b->pt = &b->pts[number];
}

static void side_open(struct bench *b)
{
	struct ipmmu_pt_config config = {.format = IPMMU_PT_S2, .input_bits = 40};
	uint32_t i;

	if (b->format == BENCH_S1_32) {
		config.format = IPMMU_PT_S1_AARCH32;
		config.input_bits = 32;
	}
	bench_memory_reset(&b->ours);
	config.ops = b->coherent ? &coherent_ops : &other_ops;
	config.host = &b->ours;
	config.split = (b->flags & BENCH_BLOCKS) != 0 ? IPMMU_PT_DIRECT : IPMMU_PT_NEVER;
	config.replace = config.split;
	config.contiguous = (b->flags & BENCH_HINT) != 0;
	config.linear = b->ours.base;
	config.linear_pa.v = BENCH_PA;
	config.linear_size = BENCH_TABLE_PAGES * 4096ull;
	for (i = 0; i < b->tables; i++) {
		must(ipmmu_pt_create(&b->pts[i], &config));
	}
	b->open = b->tables;
	side_use(b, 0);
}

static void side_close(struct bench *b)
{
	uint32_t i;

	for (i = 0; i < b->open; i++) {
		while (!ipmmu_pt_destroy(&b->pts[i], 0)) {
		}
	}
	b->open = 0;
}

static inline void side_map(struct bench *b, uint64_t iova, uint64_t pa, uint64_t size,
			    uint64_t unit)
{
	const struct ipmmu_iova from = {iova};
	const struct ipmmu_pa to = {pa};

	(void)unit;
	must(ipmmu_pt_map(b->pt, from, to, size, rw));
}

static inline void side_map_scattered(struct bench *b, uint64_t iova,
				      const struct ipmmu_pa *pages, uint32_t count)
{
	const struct ipmmu_iova from = {iova};

	must(ipmmu_pt_map_pages(b->pt, from, pages, count, rw));
}

static inline void side_unmap(struct bench *b, uint64_t iova, uint64_t size, uint64_t unit)
{
	const struct ipmmu_iova from = {iova};
	enum ipmmu_pt_next next;

	(void)unit;
	must(ipmmu_pt_unmap(b->pt, from, size, 0, &next));
	/* One is due: the answers that say so are odd. */
	b->ours.flushes += next & 1u;
}

static inline uint64_t side_translate(struct bench *b, uint64_t iova)
{
	const struct ipmmu_iova from = {iova};

	return ipmmu_pt_locate(b->pt, from).v;
}

/* As a host does it, without the registers. */
static void side_flush(struct bench *b)
{
	ipmmu_pt_flush_begin(b->pt);
	(void)ipmmu_pt_flush_end(b->pt, 0);
}

/* ---- by steps, as a host does it that holds a lock for each ---- */

enum step {
	STEP_UNMAP,
	STEP_MERGE,
	STEP_CONTINUE,
	STEP_GIVE_BACK,
	STEP_DESTROY
};

/* True when there is nothing left to do. By its own name, for tools that count. */
__attribute__((__noinline__)) bool bench_budget_step(struct bench *b, enum step step,
						     enum ipmmu_pt_next *next);

__attribute__((__noinline__)) bool bench_budget_step(struct bench *b, enum step step,
						     enum ipmmu_pt_next *next)
{
	const struct ipmmu_iova start = {0};

	switch (step) {
	case STEP_UNMAP:
		must(ipmmu_pt_unmap(b->pt, start, b->span, BENCH_BUDGET, next));
		return *next != IPMMU_PT_NEXT_CONTINUE;
	case STEP_MERGE:
		must(ipmmu_pt_merge(b->pt, start, b->span, BENCH_BUDGET, next));
		return *next != IPMMU_PT_NEXT_CONTINUE;
	case STEP_CONTINUE:
		must(ipmmu_pt_continue(b->pt, BENCH_BUDGET, next));
		return *next != IPMMU_PT_NEXT_CONTINUE;
	case STEP_GIVE_BACK:
		return ipmmu_pt_flush_end(b->pt, BENCH_BUDGET);
	case STEP_DESTROY:
	default:
		return ipmmu_pt_destroy(b->pt, BENCH_BUDGET);
	}
}

static uint64_t run_by_steps(struct bench *b, enum step first)
{
	enum ipmmu_pt_next next = IPMMU_PT_NEXT_NONE;
	uint64_t steps = 1;

	if (!bench_budget_step(b, first, &next)) {
		do {
			steps++;
		} while (!bench_budget_step(b, STEP_CONTINUE, &next));
	}
	b->ours.flushes += next == IPMMU_PT_NEXT_FLUSH ? 1u : 0u;
	ipmmu_pt_flush_begin(b->pt);
	do {
		steps++;
	} while (!bench_budget_step(b, STEP_GIVE_BACK, &next));
	return steps;
}

static uint64_t run_unmap_by_steps(struct bench *b)
{
	return run_by_steps(b, STEP_UNMAP);
}

static uint64_t run_merge_by_steps(struct bench *b)
{
	return run_by_steps(b, STEP_MERGE);
}

static uint64_t run_destroy_by_steps(struct bench *b)
{
	enum ipmmu_pt_next next = IPMMU_PT_NEXT_NONE;
	uint64_t steps = 1;

	while (!bench_budget_step(b, STEP_DESTROY, &next)) {
		steps++;
	}
	b->open = 0;
	return steps;
}

#include "loops.h"

static struct bench_memory *memory(struct bench *b)
{
	return &b->ours;
}

uint64_t bench_ours_hinted(const struct bench *b)
{
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	struct ipmmu_iova at = {0};
	uint64_t count = 0;

	for (; at.v < b->span; at.v += 4 * KIB) {
		uint32_t depth = ipmmu_pt_explain(b->pt, at, levels);

		count += levels[depth - 1].contiguous ? 1u : 0u;
	}
	return count;
}

const struct bench_side bench_ours = {"ours", ours_steps, side_close, memory};
