/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * bench.h - what the workloads of the page-table benchmark share: memory, limits, clock.
 */
#ifndef IPMMU_BENCH_H
#define IPMMU_BENCH_H

#include <ipmmu/pgtable.h>

#define KIB 1024ull
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

/** struct bench_host - table memory out of one block, and counts of what the engine asks for.
 */
struct bench_host {
	uint64_t *base;
	uint64_t pages;
	uint64_t next;       /**< never handed out from here on */
	uint64_t free_first; /**< chain of pages that came back, + 1 */
	uint64_t live;
	uint64_t allocs;
	uint64_t cleans;
	uint64_t lines;
	uint64_t flushes;
};

#define BENCH_PA 0x100000000ull

/** struct bench_limit - a flat table: store-only for maps, as little as can be done. */
struct bench_limit {
	uint64_t *leaf; /**< one entry for each page, without any level above */
	uint64_t pages;
};

/** struct bench - one run of one workload, with both sides. */
struct bench {
	struct bench_host host;
	struct ipmmu_pt pt;
	struct bench_limit limit;
	bool coherent;
	uint64_t consumed; /**< results, so that nothing is optimised away */
};

/** struct bench_row - a workload: what is timed, and what is done before it each time. */
struct bench_row {
	const char *name;
	const char *what;
	uint64_t ops; /**< what a time is divided by */
	void (*before)(struct bench *b);
	void (*ours)(struct bench *b);
	void (*limit)(struct bench *b); /**< NULL: there is none */
	/** The most that ours may be of the limit, in 1/100; 0 = not gated. */
	uint32_t gate;
	/** The most instructions per operation; 0 = not gated. */
	uint32_t instructions;
	const char *gate_name;
};

extern const struct bench_row bench_rows[];
extern const uint32_t bench_row_count;

/** bench_open() - an empty table and an empty limit over @pages pages. */
void bench_open(struct bench *b, bool coherent, enum ipmmu_pt_policy policy);
void bench_close(struct bench *b);
/** bench_flush() - as a host does it, without the registers. */
void bench_flush(struct bench *b);
/** bench_limit_store() - the smallest loop that writes @count entries. */
void bench_limit_store(struct bench *b, uint64_t page, uint64_t count, uint64_t pa);
void bench_limit_clear(struct bench *b, uint64_t page, uint64_t count);

#endif
