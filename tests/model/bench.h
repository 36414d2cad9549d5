/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * bench.h - a small machine around the model: one root, two caches where the generation has
 * them, a few pages of table memory. Registers and entries are written as plain numbers, so
 * that a case can be read beside the facts.
 */
#ifndef BENCH_H
#define BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ipmmu-model/model.h>

#define BENCH_RAM   0x140000000ull
#define BENCH_PAGES 16u

enum {
	ROOT = 0,
	CACHE_A = 1,
	CACHE_B = 2
};

/* Offsets in a context's bank. */
enum {
	IMCTR = 0x00,
	IMTTBCR = 0x08,
	IMTTLBR0 = 0x10,
	IMTTUBR0 = 0x14,
	IMSTR = 0x20,
	IMMAIR0 = 0x28,
	IMELAR = 0x30,
	IMEUAR = 0x34
};

/* IMCTR: MMUEN, FLUSH, INTEN, VA64. */
#define ON_FLUSH 0x7u
#define VA64     0x20000000u

/* Rights of a page. */
enum {
	RO = 1,
	WO = 2,
	RW = 3
};

struct bench {
	uint64_t ram[BENCH_PAGES * 512];
	struct model_unit_config units[3];
	struct model_config config;
	struct model *m;
	size_t size;
	uint32_t landed;
	uint64_t landed_pa;
	uint64_t buffer[16384];
};

/** bench_prepare() - a configuration that a case may still change. SECGRP is 0 at reset. */
void bench_prepare(struct bench *b, enum model_generation generation);
/** bench_power_on() - model_init(); root and caches powered. */
void bench_power_on(struct bench *b);
/** bench_start() - both, and stage-2 format on where there is one. */
void bench_start(struct bench *b, enum model_generation generation);
/** ... with one switch. */
void bench_start_switch(struct bench *b, enum model_switch which, uint8_t value);

uint32_t bench_get(struct bench *b, uint32_t unit, uint32_t context, uint32_t reg);
void bench_set(struct bench *b, uint32_t unit, uint32_t context, uint32_t reg, uint32_t value);
void bench_imuctr(struct bench *b, uint32_t unit, uint32_t utlb, uint32_t value);
/** bench_utlb() - IMUCTR = context, MMUEN, and FLUSH if @flush. */
void bench_utlb(struct bench *b, uint32_t unit, uint32_t utlb, uint32_t context, bool flush);

/** bench_table() - table registers of a context, for the format that the generation is used
 * with: stage 2 with 40 bits, or AArch32-LPAE on Gen2. @page: of the root, and the next 3. */
void bench_table(struct bench *b, uint32_t context, uint32_t page);
/** bench_enable() - MMUEN in the root and all caches, and time for the flush. */
void bench_enable(struct bench *b, uint32_t context);
/** bench_context() - both. */
void bench_context(struct bench *b, uint32_t context, uint32_t page);
void bench_flush(struct bench *b, uint32_t unit, uint32_t context);

void bench_store(struct bench *b, uint32_t page, uint32_t index, uint64_t value);
/** bench_page() - one 4 KiB page by a table at @page, @page + 2 and @page + 3. */
void bench_page(struct bench *b, uint32_t page, uint64_t iova, uint64_t pa, uint32_t rights);
/** bench_clear() - the same page's entry is 0 again. */
void bench_clear(struct bench *b, uint32_t page, uint64_t iova);
uint64_t bench_pa(uint32_t page);

struct model_access bench_access(struct bench *b, uint32_t unit, uint32_t utlb, uint64_t iova,
				 bool write);
/** bench_lands() - the address where a read lands, or an enum model_access_state as error. */
uint64_t bench_lands(struct bench *b, uint32_t unit, uint32_t utlb, uint64_t iova);
#define BENCH_STOPPED 0xf000000000000000ull

/** bench_violations() - how many of @kind among those kept. */
uint32_t bench_violations(struct bench *b, enum model_violation_kind kind);
/** bench_reaches() - is @pa within what the uTLB could reach by @via (or anything, if not in
 * the enum)? */
bool bench_reaches(struct bench *b, uint32_t unit, uint32_t utlb, uint64_t pa, int via);

#endif
