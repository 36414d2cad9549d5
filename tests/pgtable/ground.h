/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * ground.h - what page tables stand on in the tests: memory of which the walker sees only what
 * was cleaned, a walker of the tests' own, a flat book of what shall be mapped, and a watch
 * over every clean.
 *
 * A non-coherent ground keeps two copies: what the CPU wrote, and what has been cleaned, by
 * lines of 64 bytes. New pages are rubbish for the walker. At each clean and each barrier every
 * page of the book is walked: it must be as before the call, or as after it; invalid in between
 * only where something is broken before it is made. Where that is the policy, an address must
 * not lead to two places without a flush in between. A table is given back only when no walker
 * has been able to find it since the last flush.
 */
#ifndef IPMMU_TESTS_GROUND_H
#define IPMMU_TESTS_GROUND_H

#include <ipmmu/pgtable.h>

enum {
	GROUND_TABLES = 256,
	GROUND_PAGES = 2048, /**< pages of the book */
	GROUND_LINE = 64
};

#define GROUND_PA 0x48000000ull

/** struct ground_shape - the walker's own reading of a format. */
struct ground_shape {
	uint32_t index_bits;
	uint32_t address_lg2;
	uint64_t address;
	uint64_t valid;
	uint64_t table;       /**< bits of a table entry, valid included */
	uint64_t table_needs; /**< further bits that every table entry has */
	uint64_t page;        /**< bits of a page on the last level, valid included */
	uint64_t attributes;
};

/** struct ground - all of it; plain bytes. */
struct ground {
	uint64_t cpu[GROUND_TABLES][512];
	uint64_t seen[GROUND_TABLES][512]; /**< by the walker */
	uint8_t used[GROUND_TABLES];
	bool reached[GROUND_TABLES]; /**< by a walker since the last flush */
	struct ground_shape shape;
	struct ipmmu_pt pt;
	struct ipmmu_pt_config config;
	/* the book: 0, or what a walk shall give */
	uint64_t first; /**< address of its first page */
	uint32_t pages;
	uint64_t now[GROUND_PAGES];
	uint64_t then[GROUND_PAGES];
	uint64_t tlb[GROUND_PAGES]; /**< last valid walk since the last flush */
	bool broken[GROUND_PAGES];  /**< may be invalid for a while */
	bool coherent;
	uint32_t window; /**< tables to which the engine computes pointers, the first ones */
	bool watching;
	uint32_t fail_at; /**< this allocation and all after it fail; 0 = none */
	uint32_t allocs;
	uint32_t frees;
	uint32_t cleans;
	uint32_t lines;
	uint32_t barriers;
	uint32_t merged; /**< pages that came to be in a block */
};

/** ground_new() - memory without a table; @coherent: the walker sees every store. */
void ground_init(struct ground *g, const struct ground_shape *shape, bool coherent);
/** ground_create() - a table by g->config; the book begins at @first. */
void ground_create(struct ground *g, uint64_t first, uint32_t pages);
/** ground_end() - destroy it by @budget; every page must be back. */
void ground_end(struct ground *g, uint32_t budget);
/** ground_walk() - what an address leads to: 0, or PA | level << 60 | attributes folded in. */
uint64_t ground_walk(const struct ground *g, uint64_t iova);
/** ground_entry() - the leaf that the walker reads for an address. */
uint64_t ground_entry(const struct ground *g, uint64_t iova, uint32_t *level);
/** ground_watch() - hold what the walker sees now against the book. */
void ground_watch(struct ground *g);
/** ground_flush() - a flush, begun and ended. */
void ground_flush(struct ground *g, uint32_t budget);
/** ground_used() - tables in use. */
uint32_t ground_used(const struct ground *g);
/** ground_book() - enter a range as it shall be after the call; pa of @at 0 = unmapped. */
uint64_t ground_value(uint64_t pa, struct ipmmu_pt_prot prot);
/** ground_finish() - go on until the call is done, flushing as it wants. */
void ground_finish(struct ground *g, enum ipmmu_pt_next next, uint32_t budget);
/** ground_settle() - the call is over: the book is as then, and everything agrees with it. */
void ground_settle(struct ground *g);

#endif
