/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * oracle.h - three that read the same table: the engine that built it, the CPU's own MMU, and a
 * DMA master behind an IPMMU. What they say of an address is compared.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <ipmmu/domain.h>
#include <ipmmu/pgtable.h>
#include <ipmmu-baremetal.h>

#include "../image.h"

/* What one of them says. */
struct oracle_view {
	bool allowed;
	uint64_t pa;     /* where it leads, when allowed */
	bool permission; /* when not: it is mapped, but not so */
	uint32_t level;  /* when not: of the entry that failed; 0: not told */
};

/* What is looked at now. */
struct oracle_table {
	struct ipmmu_pt pt;
	enum ipmmu_pt_format format; /* IPMMU_PT_S2 or IPMMU_PT_S1_AARCH64 */
	uint32_t bits;
	struct ipmmu_domain *domain; /* NULL: nothing but the CPU reads it */
};

/*
 * cpu.c - the CPU, at EL2. The table becomes that of EL1: as its stage 2 with stage 1 off,
 * or as its stage 1 with stage 2 off.
 */
void oracle_cpu_use(const struct oracle_table *table);
void oracle_cpu_leave(void);
/* Forget what the CPU's TLB has of EL1. */
void oracle_cpu_flush(void);
/* By the instruction AT. */
struct oracle_view oracle_cpu_translate(const struct oracle_table *table, uint64_t iova,
					bool write);
/*
 * By a load or a store of EL1, of 8 aligned bytes, *@value. Needs oracle_stub() mapped one to
 * one and executable. oracle_view.pa is not told.
 */
struct oracle_view oracle_cpu_access(uint64_t iova, bool write, uint64_t *value);
/* The page with the instructions of EL1. */
uint64_t oracle_stub(void);

/*
 * dma.c - the test master behind an IPMMU. Its system is in the mode of the table, which
 * becomes that of the domain that the master is in.
 */
bool oracle_dma_use(struct oracle_table *table);
bool oracle_dma_flush(struct oracle_table *table);
bool oracle_dma_leave(struct oracle_table *table);
/* As oracle_cpu_access(), but that the level is not told. */
struct oracle_view oracle_dma_access(uint64_t iova, bool write, uint64_t *value);

/* table.c - random changes, each with the flushes that it asks for. */
bool oracle_table_create(struct oracle_table *table);
bool oracle_table_change(struct oracle_table *table);
bool oracle_table_destroy(struct oracle_table *table);
/* What the engine says. */
struct oracle_view oracle_table_translate(const struct oracle_table *table, uint64_t iova,
					  bool write);
/* An address near the last change, or anywhere. */
uint64_t oracle_table_address(const struct oracle_table *table);

/* compare.c - are all of one mind? */
struct oracle_counts {
	uint32_t translations; /* by AT, each compared */
	uint32_t allowed;      /* of these, by the engine */
	uint32_t accesses;     /* by EL1 */
	uint32_t dmas;
	uint32_t differences;
};

extern struct oracle_counts oracle_counts;
bool oracle_compare(struct oracle_table *table);
/* Tell that what the CPU says is not what the engine was asked for; false. */
bool oracle_differ(uint64_t iova, bool write, const struct oracle_view *cpu);

/* memory.c - what tables lead to: each 8 bytes hold their own address. And chance. */
#define ORACLE_MEMORY 0x2000000ull /* bytes */
void oracle_memory_fill(void);
uint64_t oracle_memory_begin(void);
bool oracle_memory_has(uint64_t pa);
volatile uint64_t *oracle_memory_at(uint64_t pa);
void oracle_random_seed(uint64_t seed);
uint32_t oracle_random(uint32_t below);

#endif
