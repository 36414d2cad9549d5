// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * side.c - Linux's io-pgtable-arm as a side of the benchmark: called as the IOMMU layer does,
 * by its operations, with numbers of pages; what a call leaves out is asked for again.
 */
#include <linux/io-pgtable.h>
#include "peer_side.h"

#define SIDE_STEPS linux_steps

enum {
	RW = IOMMU_READ | IOMMU_WRITE | IOMMU_CACHE
};

static void flush_all(void *cookie)
{
	(void)cookie;
}

/* When a table goes: on an IPMMU this is a flush of the whole context. */
static void flush_walk(unsigned long iova, size_t size, size_t granule, void *cookie)
{
	struct bench_memory *memory = cookie;

	(void)iova;
	(void)size;
	(void)granule;
	memory->flushes++;
}

static const struct iommu_flush_ops flush_ops = {flush_all, flush_walk, NULL};

static inline void side_use(struct bench *b, uint32_t number)
{
	b->peer = b->peers[number];
}

static void side_open(struct bench *b)
{
	static struct device device;
	const bool s1 = b->format == BENCH_S1_32;
	struct io_pgtable_cfg cfg = {.pgsize_bitmap = SZ_4K | SZ_2M | SZ_1G,
				     .ias = s1 ? 32 : 40,
				     .oas = 40,
				     .tlb = &flush_ops};
	uint32_t i;

	bench_memory_reset(&b->theirs);
	peer_memory = &b->theirs;
	cfg.coherent_walk = b->coherent;
	cfg.iommu_dev = &device;
	for (i = 0; i < b->tables; i++) {
		struct io_pgtable_cfg own = cfg;

		b->peers[i] = alloc_io_pgtable_ops(s1 ? ARM_32_LPAE_S1 : ARM_64_LPAE_S2, &own,
						   &b->theirs);
		if (b->peers[i] == NULL) {
			bench_fail("no table of Linux");
		}
	}
	side_use(b, 0);
}

static void side_close(struct bench *b)
{
	uint32_t i;

	for (i = 0; i < b->tables; i++) {
		free_io_pgtable_ops(b->peers[i]);
		b->peers[i] = NULL;
	}
	if (peer_warnings() != 0) {
		bench_fail("Linux warned");
	}
}

static inline void side_map(struct bench *b, uint64_t iova, uint64_t pa, uint64_t size,
			    uint64_t unit)
{
	struct io_pgtable_ops *ops = b->peer;

	while (size > 0) {
		size_t mapped = 0;

		if (unlikely(ops->map_pages(ops, iova, pa, unit, size / unit, RW, GFP_KERNEL,
					    &mapped) != 0)) {
			bench_fail("Linux cannot map");
		}
		iova += mapped;
		pa += mapped;
		size -= mapped;
	}
}

static inline void side_map_scattered(struct bench *b, uint64_t iova,
				      const struct ipmmu_pa *pages, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		side_map(b, iova + i * SZ_4K, pages[i].v, SZ_4K, SZ_4K);
	}
}

static inline void side_unmap(struct bench *b, uint64_t iova, uint64_t size, uint64_t unit)
{
	struct io_pgtable_ops *ops = b->peer;

	while (size > 0) {
		size_t done = ops->unmap_pages(ops, iova, unit, size / unit, NULL);

		if (unlikely(done == 0)) {
			bench_fail("Linux cannot unmap");
		}
		iova += done;
		size -= done;
	}
}

static inline uint64_t side_translate(struct bench *b, uint64_t iova)
{
	struct io_pgtable_ops *ops = b->peer;
	uint64_t pa = ops->iova_to_phys(ops, iova);

	if (unlikely(pa == 0 && iova >= SZ_4K)) {
		bench_fail("Linux does not find it");
	}
	return pa;
}

static void side_flush(struct bench *b)
{
	(void)b;
}

#include "../loops.h"

static struct bench_memory *memory(struct bench *b)
{
	return &b->theirs;
}

const struct bench_side bench_linux = {"linux", linux_steps, side_close, memory};
