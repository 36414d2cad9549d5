// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * memory.c - table memory for each side: the page that came back last goes out first. The same
 * for all, so that nobody's tables cost more than another's.
 */
#define _DEFAULT_SOURCE
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct ipmmu_pa bench_scatter[BENCH_SCATTERED];

enum {
	LARGE = 2 * 1024 * 1024
};

void bench_fail(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(2);
}

void *bench_block(size_t bytes)
{
	uint8_t *memory = mmap(NULL, bytes + LARGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t over;

	if (memory == MAP_FAILED) {
		bench_fail("no memory");
	}
	over = (uintptr_t)memory % LARGE;
	memory += over == 0 ? 0 : LARGE - over;
	/* As kernels map their memory. Where it is not to be had, all sides go without. */
	(void)madvise(memory, bytes, MADV_HUGEPAGE);
	return memory;
}

__attribute__((__noinline__)) void bench_clear(void *at, size_t bytes)
{
	memset(at, 0, bytes);
	/* A function of its own to its end: no jump instead of the call. */
	__asm__ volatile("" ::: "memory");
}

__attribute__((__noinline__)) uint64_t bench_timed(uint64_t (*run)(struct bench *b),
						   struct bench *b)
{
	uint64_t count = run(b);

	__asm__ volatile("" ::: "memory");
	return count;
}

void bench_memory_count(struct bench_memory *memory)
{
	memory->allocs = 0;
	memory->cleans = 0;
	memory->lines = 0;
	memory->flushes = 0;
}

void bench_memory_reset(struct bench_memory *memory)
{
	if (memory->base == NULL) {
		memory->base = bench_block(BENCH_TABLE_PAGES * (size_t)4096);
	}
	memory->next = 0;
	memory->free_first = 0;
	memory->live = 0;
	bench_memory_count(memory);
}

void *bench_memory_take(struct bench_memory *memory, uint32_t pages)
{
	uint64_t page = memory->next + pages - 1 - (memory->next + pages - 1) % pages;

	if (pages == 1 && memory->free_first != 0) {
		page = memory->free_first - 1;
		memory->free_first = memory->base[page * 512];
	} else {
		memory->next = page + pages;
	}
	if (memory->next > BENCH_TABLE_PAGES) {
		return NULL;
	}
	memory->allocs++;
	memory->live += pages;
	return memory->base + page * 512;
}

void bench_memory_give(struct bench_memory *memory, void *at, uint32_t pages)
{
	const uint64_t page = (bench_pa_of(memory, at) - BENCH_PA) / 4096;

	memory->live -= pages;
	if (pages == 1) {
		memory->base[page * 512] = memory->free_first;
		memory->free_first = page + 1;
	}
}

void bench_memory_clean(void *host, const void *start, size_t size)
{
	struct bench_memory *memory = host;

	memory->cleans++;
	memory->lines += ((uintptr_t)start % 64 + size + 63) / 64;
}
