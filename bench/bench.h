/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * bench.h - what the parts of the page-table benchmark share. A workload is a row of rows.h;
 * its loop stands once, in loops.h, and is compiled for each side: ours, the limit, a peer, and
 * the empty one, whose instructions are those of the loop itself.
 */
#ifndef IPMMU_BENCH_H
#define IPMMU_BENCH_H

#include <ipmmu/pgtable.h>

#define KIB 1024ull
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

enum {
	BENCH_TABLE_PAGES = 40000,           /* 64 GiB of 4 KiB pages need 32,833 */
	BENCH_LEAVES = 64 * 1024 * 1024 / 4, /* of the limit: 64 GiB */
	BENCH_MOST_TABLES = 64,              /* page tables at a time */
	BENCH_LOOKUPS = 65536,
	BENCH_SCATTERED = 32,
	BENCH_BUDGET = 64 /**< entries for each step of what goes by steps */
};

/** Where table memory begins for walkers: of either side. */
#define BENCH_PA 0x100000000ull

/** struct bench_memory - table pages out of one block, and counts of what a side asks for. */
struct bench_memory {
	uint64_t *base;
	uint64_t next;       /**< never handed out from here on, in pages */
	uint64_t free_first; /**< chain of single pages that came back, + 1 */
	uint64_t live;       /**< pages in use */
	uint64_t allocs;
	uint64_t cleans;
	uint64_t lines;
	uint64_t flushes; /**< asked for: by an answer, or by a callback */
};

/** enum bench_format - as a side is set up. */
enum bench_format {
	BENCH_S2_40,
	BENCH_S1_32
};

enum {
	BENCH_BLOCKS = 1, /**< blocks may be made, and split */
	BENCH_HINT = 2,   /**< with the contiguous hint */
	BENCH_ALONE = 4,  /**< no other side does this */
	BENCH_COLD = 8,   /**< tables are made: the limit clears those that it fills in part */
	BENCH_NO_LIMIT = 16, /**< blocks, and what frees tables */
	BENCH_IN_PLACE =
		32 /**< changes nothing in the end; the limit goes through our tables */
};

/** struct bench - one run of one workload. */
struct bench {
	enum bench_format format;
	bool coherent;
	uint32_t flags;
	uint32_t tables; /**< page tables that the workload uses */
	uint32_t open;   /**< of ours */
	uint64_t span;   /**< bytes that the workload goes over */
	struct ipmmu_pt *pt;
	struct ipmmu_pt pts[BENCH_MOST_TABLES];
	struct bench_memory ours;
	void *peer;
	void *peers[BENCH_MOST_TABLES];
	struct bench_memory theirs;
	struct bench_memory
		flat;      /**< of the limit: an entry for each page, and no level above */
	uint64_t *here;    /**< where those of the table in use begin */
	uint64_t consumed; /**< sum of the answers, so that nothing is optimised away */
};

/** struct bench_step - a workload as one side does it. */
struct bench_step {
	void (*before)(struct bench *b); /**< not timed; opens what it needs */
	/** Timed; how many operations it did. NULL: this side does not do it. */
	uint64_t (*run)(struct bench *b);
};

/** struct bench_row - a workload, but for its loops. */
struct bench_row {
	const char *name;
	const char *what;
	uint32_t flags;
	uint64_t span[2]; /**< by enum bench_format; 0: does not fit */
};

/** struct bench_side - who does the work. */
struct bench_side {
	const char *name;
	const struct bench_step *steps; /**< one for each row */
	void (*close)(struct bench *b);
	struct bench_memory *(*memory)(struct bench *b); /**< NULL: it counts nothing */
};

extern const struct bench_side bench_ours;
extern const struct bench_side bench_limit;
extern const struct bench_side bench_null;
extern const struct bench_side bench_linux;

/** bench_ours_hinted() - entries of the span that have the contiguous hint, in our table. */
uint64_t bench_ours_hinted(const struct bench *b);

/** Addresses that have nothing to do with each other. */
extern struct ipmmu_pa bench_scatter[BENCH_SCATTERED];

/** bench_memory_reset() - all pages are free, all counts 0. */
void bench_memory_reset(struct bench_memory *memory);
/** bench_memory_count() - counts from here on; what is in use stays in use. */
void bench_memory_count(struct bench_memory *memory);
/** bench_memory_take() - pages, not cleared, aligned to their size. NULL: there are no more. */
void *bench_memory_take(struct bench_memory *memory, uint32_t pages);
void bench_memory_give(struct bench_memory *memory, void *at, uint32_t pages);
/** bench_memory_clean() - a hook of struct bench_memory: count the lines of a range. */
void bench_memory_clean(void *host, const void *start, size_t size);
/** bench_block() - zeroed memory that is never given back, on large pages where there are. */
void *bench_block(size_t bytes);
/** bench_clear() - by its own name, so that a tool can leave it out. */
void bench_clear(void *at, size_t bytes);
/** bench_fail() - says what failed, and exits. */
void bench_fail(const char *what) __attribute__((__noreturn__));
/** bench_timed() - by its own name, so that a tool can count what happens inside. */
uint64_t bench_timed(uint64_t (*run)(struct bench *b), struct bench *b);

static inline uint64_t bench_random(uint64_t x)
{
	return x * 6364136223846793005ull + 1442695040888963407ull;
}

static inline uint64_t bench_pa_of(const struct bench_memory *memory, const void *at)
{
	return BENCH_PA + (uint64_t)((const uint8_t *)at - (const uint8_t *)memory->base);
}

static inline void *bench_at(const struct bench_memory *memory, uint64_t pa)
{
	return (uint8_t *)memory->base + (pa - BENCH_PA);
}

#endif
