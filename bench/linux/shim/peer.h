/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * peer.h - as much of Linux as its page tables ask for, on the memory of the benchmark. Short
 * ways are inline, as they are in Linux: the measured code must not pay for the stand-in. Not a
 * copy of Linux's headers: written from what the code calls.
 */
#ifndef PEER_H
#define PEER_H

#include "../../bench.h"

#include "../../../tests/judge/linux/shim/words.h"

#include <errno.h>
#include <string.h>

#define __init
#define __initdata
#define __initconst
#define EXPORT_SYMBOL_GPL(symbol) extern int peer_exports_nothing

#define unlikely(x) __builtin_expect(!!(x), 0)

#define BITS_PER_LONG 64
#define for_each_set_bit(bit, word, size) \
	for ((bit) = 0; (bit) < (int)(size); (bit)++) \
		if ((*(word) >> (bit)&1) != 0)

/* Warnings are counted; a run with any has measured the wrong thing. */
bool peer_warn(void);
#define WARN_ON(wrong)   (unlikely(wrong) && peer_warn())
#define WARN(wrong, ...) ((wrong) && (peer_say(__VA_ARGS__), peer_warn()))
#define VM_BUG_ON(wrong) ((void)WARN_ON(wrong))
void peer_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define pr_err(...)       peer_say(__VA_ARGS__)
#define pr_info(...)      peer_say(__VA_ARGS__)
#define dev_err(dev, ...) ((void)(dev), peer_say(__VA_ARGS__))

/* One processor, which keeps the order of its stores: nothing but the compiler to hold. */
#define wmb()     __asm__ volatile("" ::: "memory")
#define dma_wmb() __asm__ volatile("" ::: "memory")

static inline u64 cmpxchg64_relaxed(u64 *at, u64 old, u64 wanted)
{
	(void)__atomic_compare_exchange_n(at, &old, wanted, false, __ATOMIC_RELAXED,
					  __ATOMIC_RELAXED);
	return old;
}

/* Memory: that of the side, all of it mapped at one distance. */
enum {
	GFP_KERNEL = 1,
	GFP_ATOMIC = 2,
	__GFP_ZERO = 4,
	__GFP_HIGHMEM = 8,
	NUMA_NO_NODE = -1
};

struct page;
struct device {
	int node;
};

extern struct bench_memory *peer_memory;
void *kmalloc(size_t size, gfp_t gfp);
void kfree(void *object);

static inline int get_order(unsigned long size)
{
	return size <= PAGE_SIZE ? 0 : ilog2((size - 1) >> 12) + 1;
}

static inline struct page *alloc_pages_node(int node, gfp_t gfp, int order)
{
	void *pages = bench_memory_take(peer_memory, 1u << order);

	(void)node;
	(void)gfp;
	/* Linux has what it asks for here cleared by its host. */
	if (pages != NULL) {
		bench_clear(pages, 4096ul << order);
	}
	return pages;
}

static inline void free_pages(unsigned long at, int order)
{
	bench_memory_give(peer_memory, (void *)at, 1u << order);
}

static inline phys_addr_t virt_to_phys(const void *at)
{
	return bench_pa_of(peer_memory, at);
}

static inline void *phys_to_virt(phys_addr_t pa)
{
	return bench_at(peer_memory, pa);
}

#define page_address(page)        ((void *)(page))
#define __free_pages(page, order) free_pages((unsigned long)(page), order)
#define __pa(at)                  virt_to_phys(at)
#define __va(pa)                  phys_to_virt(pa)
#define dev_to_node(dev)          ((void)(dev), 0)
#define set_dev_node(dev, number) ((dev)->node = (number))

/* What is made visible to a walker that does not snoop. */
enum dma_data_direction {
	DMA_TO_DEVICE = 1
};
void peer_clean(dma_addr_t at, size_t size);

static inline dma_addr_t dma_map_single(struct device *dev, void *at, size_t size,
					enum dma_data_direction direction)
{
	(void)dev;
	(void)direction;
	peer_clean(virt_to_phys(at), size);
	return virt_to_phys(at);
}

#define dma_mapping_error(dev, at) ((void)(dev), (at) == 0)
#define dma_unmap_single(dev, at, size, direction) \
	((void)(dev), (void)(at), (void)(size), (void)(direction))
#define dma_sync_single_for_device(dev, at, size, direction) \
	((void)(dev), (void)(direction), peer_clean(at, size))

/* IOMMUs. */
enum {
	IOMMU_READ = 1,
	IOMMU_WRITE = 2,
	IOMMU_CACHE = 4,
	IOMMU_NOEXEC = 8,
	IOMMU_MMIO = 16,
	IOMMU_PRIV = 32
};

struct iommu_iotlb_gather {
	bool queued;
};
#define iommu_iotlb_gather_queued(gather) ((gather) != NULL && (gather)->queued)

/* The selftest, where it is compiled. */
#define subsys_initcall(function) int (*const peer_selftest)(void) = (function)
extern int (*const peer_selftest)(void);

#endif
