// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * host.c - table memory for the benchmark, and the limits: the least work that leaves the same
 * entries behind. No levels, no checks, no books.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	TABLE_PAGES = 40000,               /* 64 GiB of 4 KiB pages need 32,833 */
	LIMIT_PAGES = 64 * 1024 * 1024 / 4 /* leaf entries of 64 GiB */
};

static void *take(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	return memory;
}

static void *host_alloc(void *arg, uint32_t pages, struct ipmmu_pa *pa)
{
	struct bench_host *host = arg;
	uint64_t page = host->next;

	if (pages == 1 && host->free_first != 0) {
		page = host->free_first - 1;
		host->free_first = host->base[page * 512];
	} else {
		host->next += pages;
	}
	if (host->next > host->pages) {
		return NULL;
	}
	memset(host->base + page * 512, 0, pages * 4096ul);
	host->allocs++;
	host->live += pages;
	pa->v = BENCH_PA + page * 4096;
	return host->base + page * 512;
}

static void host_free(void *arg, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	struct bench_host *host = arg;
	uint64_t page = (pa.v - BENCH_PA) / 4096;

	(void)table;
	host->live -= pages;
	if (pages == 1) {
		host->base[page * 512] = host->free_first;
		host->free_first = page + 1;
	}
}

static void *host_ptr(void *arg, struct ipmmu_pa pa)
{
	struct bench_host *host = arg;

	return host->base + (pa.v - BENCH_PA) / 8;
}

static void host_clean(void *arg, const void *start, size_t size)
{
	struct bench_host *host = arg;
	size_t from = (size_t)((const uint8_t *)start - (const uint8_t *)host->base);

	host->cleans++;
	host->lines += (from + size + 63) / 64 - from / 64;
}

static void host_barrier(void *arg)
{
	(void)arg;
	__asm__ volatile("" ::: "memory");
}

static const struct ipmmu_pt_ops coherent_ops = {host_alloc, host_free, host_ptr, NULL,
						 host_barrier};
static const struct ipmmu_pt_ops other_ops = {host_alloc, host_free, host_ptr, host_clean,
					      host_barrier};

void bench_open(struct bench *b, bool coherent, enum ipmmu_pt_policy policy)
{
	struct ipmmu_pt_config config = {.format = IPMMU_PT_S2, .input_bits = 40};

	if (b->host.base == NULL) {
		b->host.base = take(TABLE_PAGES * (size_t)4096);
		b->limit.leaf = take(LIMIT_PAGES * (size_t)8);
		b->limit.pages = LIMIT_PAGES;
	}
	b->host.pages = TABLE_PAGES;
	b->host.next = 0;
	b->host.free_first = 0;
	b->host.live = 0;
	b->host.allocs = 0;
	b->host.cleans = 0;
	b->host.lines = 0;
	b->host.flushes = 0;
	b->coherent = coherent;
	config.ops = coherent ? &coherent_ops : &other_ops;
	config.host = &b->host;
	config.split = policy;
	config.replace = policy;
	config.linear = b->host.base;
	config.linear_pa.v = BENCH_PA;
	config.linear_size = TABLE_PAGES * 4096ull;
	if (ipmmu_pt_create(&b->pt, &config) != IPMMU_OK) {
		fputs("bench: no table\n", stderr);
		exit(2);
	}
}

void bench_close(struct bench *b)
{
	while (!ipmmu_pt_destroy(&b->pt, 0)) {
	}
}

void bench_flush(struct bench *b)
{
	b->host.flushes++;
	ipmmu_pt_flush_begin(&b->pt);
	(void)ipmmu_pt_flush_end(&b->pt, 0);
}

void bench_limit_store(struct bench *b, uint64_t page, uint64_t count, uint64_t pa)
{
	volatile uint64_t *slot = b->limit.leaf + page;
	uint64_t entry = pa | 0x7ff;

	for (; count > 0; count--) {
		*slot++ = entry;
		entry += 4096;
	}
}

void bench_limit_clear(struct bench *b, uint64_t page, uint64_t count)
{
	volatile uint64_t *slot = b->limit.leaf + page;

	for (; count > 0; count--) {
		*slot++ = 0;
	}
}
