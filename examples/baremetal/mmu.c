// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * mmu.c - the tables of the CPU's own MMU: everything is where it is, with the least rights.
 * Long descriptors with a 4 KiB granule, the same for 64-bit and 32-bit Arm.
 */
#include "image.h"

#include <ipmmu-cpu.h>
#include <string.h>

enum {
	ENTRIES = 512,
	TABLES = 48,
	/* Indices into MAIR. */
	NORMAL = 0,
	DEVICE = 1
};

#define ENTRY_VALID    1ull
#define ENTRY_TABLE    3ull
#define ENTRY_PAGE     3ull
#define ENTRY_INDEX(i) ((uint64_t)(i) << 2)
#define ENTRY_READ     (1ull << 7) /* read only */
#define ENTRY_INNER    (3ull << 8)
#define ENTRY_USED     (1ull << 10)
#define ENTRY_PXN      (1ull << 53)
#define ENTRY_XN       (1ull << 54)
#define ENTRY_ADDRESS  0xfffffff000ull
#define BLOCK          0x200000ull
/* Normal write-back, and device nGnRE. */
#define MAIR 0x04ffull

static uint64_t tables[TABLES][ENTRIES] __attribute__((aligned(PAGE)));
static uint32_t tables_used = 1; /* the root */

/* EL2 and 32-bit Arm have one bit for "does not execute"; EL1 has one for each level. */
static uint64_t no_execute(void)
{
	return ipmmu_cpu_level() == 1 ? ENTRY_XN | ENTRY_PXN : ENTRY_XN;
}

static uint64_t *next_table(uint64_t *entry)
{
	if ((*entry & ENTRY_VALID) == 0) {
		if (tables_used == TABLES) {
			return NULL;
		}
		*entry = (uintptr_t)tables[tables_used++] | ENTRY_TABLE;
	}
	return (uint64_t *)(uintptr_t)(*entry & ENTRY_ADDRESS);
}

static bool map_one(uint64_t at, uint64_t attributes, bool block)
{
	uint64_t *table = next_table(&tables[0][at >> 30 & (ENTRIES - 1)]);

	if (table == NULL) {
		return false;
	}
	if (block) {
		table[at >> 21 & (ENTRIES - 1)] = at | attributes | ENTRY_VALID;
		return true;
	}
	table = next_table(&table[at >> 21 & (ENTRIES - 1)]);
	if (table == NULL) {
		return false;
	}
	table[at >> 12 & (ENTRIES - 1)] = at | attributes | ENTRY_PAGE;
	return true;
}

static bool map(uint64_t at, uint64_t end, uint64_t attributes)
{
	attributes |= ENTRY_INNER | ENTRY_USED;
	at &= ~(uint64_t)(PAGE - 1);
	while (at < end) {
		bool block = at % BLOCK == 0 && end - at >= BLOCK;

		if (!map_one(at, attributes, block)) {
			return false;
		}
		at += block ? BLOCK : PAGE;
	}
	return true;
}

void *device_map(uint64_t at, uint64_t size)
{
	uint64_t last = at + size - 1;

	if (size == 0 || last < at || last >> 39 != 0 || (uintptr_t)last != last ||
	    !map(at, at + size, ENTRY_INDEX(DEVICE) | no_execute())) {
		return NULL;
	}
	ipmmu_cpu_barrier();
	__asm__ volatile("isb");
	return (void *)(uintptr_t)at;
}

/* Each core has two stacks, and below each of them a page that is not mapped. */
static bool map_stacks(uint64_t attributes)
{
	uint64_t at = (uintptr_t)stacks;
	uint32_t i;

	for (i = 0; i < 2 * CORES_MAX; i++) {
		if (!map(at + GUARD_BYTES, at + GUARD_BYTES + STACK_BYTES, attributes)) {
			return false;
		}
		at += GUARD_BYTES + STACK_BYTES;
	}
	return true;
}

void mmu_build(void)
{
	uint64_t data = ENTRY_INDEX(NORMAL) | no_execute();
	uint64_t user_never = ipmmu_cpu_level() == 1 && sizeof(long) == 8 ? ENTRY_XN : 0;
	uint64_t begin = (uintptr_t)image_begin;
	uint64_t limit = (uintptr_t)image_limit;
	uint64_t end = machine.ram + machine.ram_size;

#ifndef __aarch64__
	end = end > 0xf0000000u ? 0xf0000000u : end;
#endif
	if (!map(machine.ram, begin, data) ||
	    !map(begin, (uintptr_t)text_end, ENTRY_INDEX(NORMAL) | ENTRY_READ | user_never) ||
	    !map((uintptr_t)text_end, (uintptr_t)rodata_end, data | ENTRY_READ) ||
	    !map((uintptr_t)rodata_end, (uintptr_t)stacks, data) || !map_stacks(data) ||
	    !map(limit, end, data) ||
	    !map(machine.uart, machine.uart + PAGE, ENTRY_INDEX(DEVICE) | no_execute())) {
		image_halt("there are too few page tables for the machine's memory");
	}
}

#ifdef __aarch64__
void mmu_start(void)
{
	uint64_t ranges;
	uint64_t tcr = 25 | 1ull << 8 | 1ull << 10 | 3ull << 12; /* 39 bits, cached, shared */
	unsigned long sctlr = 1ul | 1ul << 2 | 1ul << 3 | 1ul << 12 | 1ul << 19;

	__asm__ volatile("mrs %0, id_aa64mmfr0_el1" : "=r"(ranges));
	ranges &= 7;
	if (ipmmu_cpu_level() == 2) {
		tcr |= 1ull << 31 | 1ull << 23 | ranges << 16;
		sctlr |= 0x30c50830ul;
	} else {
		tcr |= 1ull << 23 | ranges << 32; /* no second table */
		sctlr |= 0x30d00800ul;
	}
	mmu_enable((uintptr_t)tables[0], tcr, MAIR, sctlr);
}
#else
void mmu_start(void)
{
	mmu_enable((uintptr_t)tables[0], 1u << 31 | 1u << 8 | 1u << 10 | 3u << 12, MAIR,
		   1u | 1u << 2 | 1u << 12 | 1u << 19);
}
#endif
