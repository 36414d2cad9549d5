// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * memory.c - the memory behind the tables, and chance.
 */
#include "oracle.h"

static uint64_t state = 1;

void oracle_random_seed(uint64_t seed)
{
	state = seed * 2 + 1;
}

/* xorshift64*, of which the upper half is good. */
uint32_t oracle_random(uint32_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 0x2545f4914f6cdd1dull >> 32) * below >> 32);
}

uint64_t oracle_memory_begin(void)
{
	return (uintptr_t)image_limit;
}

bool oracle_memory_has(uint64_t pa)
{
	return pa >= oracle_memory_begin() && pa - oracle_memory_begin() < ORACLE_MEMORY;
}

volatile uint64_t *oracle_memory_at(uint64_t pa)
{
	return (volatile uint64_t *)(uintptr_t)pa;
}

void oracle_memory_fill(void)
{
	uint64_t at = oracle_memory_begin();
	uint64_t end = at + ORACLE_MEMORY;

	if (end > machine.ram + machine.ram_size) {
		image_halt("the machine needs 64 MiB of memory behind the image");
	}
	for (; at < end; at += sizeof(uint64_t)) {
		*oracle_memory_at(at) = at;
	}
}
