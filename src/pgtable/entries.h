/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * entries.h - entries and runs of them: geometry, what an entry says, and loops over a table's
 * memory. Knows nothing of the table as a whole.
 *
 * An entry is empty (0), valid, or broken: the valid bit is off and all else is kept, until a
 * flush has ended and it is made valid again.
 */
#ifndef IPMMU_PGTABLE_ENTRIES_H
#define IPMMU_PGTABLE_ENTRIES_H

#include <ipmmu/pgtable.h>

#ifdef IPMMU_PT_SHAPE
#include IPMMU_PT_SHAPE
#else
#include "shape_lpae.h"
#endif

/* A compiler that does not optimize warns of what it then ignores. */
#ifdef __OPTIMIZE__
#define PT_PRAGMA(what) _Pragma(what)
#else
#define PT_PRAGMA(what)
#endif
/* Where size counts, what is used often is called, PT_ONCE by all of a file, and loops are as
 * they stand. */
#ifdef __OPTIMIZE_SIZE__
#define PT_INLINE static inline __attribute__((__unused__))
#define PT_ONCE   static __attribute__((__noinline__, __unused__))
#define PT_UNROLL
#define PT_UNROLL_LEVELS
#define PT_UNROLL_LINE
#define PT_QUICK false
#else
#define PT_INLINE        static inline __attribute__((__always_inline__))
#define PT_ONCE          PT_INLINE
#define PT_UNROLL        PT_PRAGMA("GCC unroll 4")
#define PT_UNROLL_LEVELS PT_PRAGMA("GCC unroll 3")
#define PT_UNROLL_LINE   PT_PRAGMA("GCC unroll 8")
#define PT_QUICK         true /* short ways are in the build */
#endif
/* Stacks are small: what is called in turn does not add up when it is not inlined. */
#define PT_NOINLINE __attribute__((__noinline__))

#define PT_LIKELY(x)   __builtin_expect(!!(x), 1)
#define PT_UNLIKELY(x) __builtin_expect(!!(x), 0)

enum {
	PT_ENTRIES = 1 << PT_INDEX_BITS,
	PT_TABLE_BYTES = PT_ENTRIES * 8
};

#define PT_PAGE_SIZE  (1ull << PT_PAGE_SHIFT)
#define PT_ATTRIBUTES (~(PT_ADDRESS | PT_KIND | PT_HINT))
/* Bits that the address of no page has. */
#define PT_NO_PA (~((1ull << PT_OUTPUT_BITS) - PT_PAGE_SIZE))

PT_INLINE uint32_t pt_shift(uint32_t level)
{
	return PT_PAGE_SHIFT + PT_INDEX_BITS * (PT_LEVELS - level);
}

PT_INLINE uint64_t pt_size(uint32_t level)
{
	return 1ull << pt_shift(level);
}

/* The root has as many entries as the input width needs, also more than other tables. */
PT_INLINE uint32_t pt_index(uint64_t iova, uint32_t level)
{
	uint64_t index = iova >> pt_shift(level);

	return (uint32_t)(level == 1 ? index : index & (PT_ENTRIES - 1));
}

PT_INLINE uint64_t *pt_slot(uint64_t *table, uint64_t iova, uint32_t level)
{
	const uint64_t index = iova >> pt_shift(level);

	return table + (level == 1 ? index : index & (PT_ENTRIES - 1));
}

PT_INLINE bool pt_is_valid(uint64_t entry)
{
	return (entry & PT_VALID) != 0;
}

PT_INLINE uint64_t pt_break(uint64_t entry)
{
	return entry & ~PT_VALID;
}

PT_INLINE uint64_t pt_address(uint64_t entry)
{
	return (entry & PT_ADDRESS) >> PT_ADDRESS_LG2;
}

PT_INLINE uint64_t pt_leaf(uint64_t pa, uint64_t attr, uint32_t level)
{
	return pa << PT_ADDRESS_LG2 | attr | pt_leaf_kind(level);
}

/* What leads from one entry of a run to the next. */
PT_INLINE uint64_t pt_step(uint32_t level)
{
	return pt_size(level) << PT_ADDRESS_LG2;
}

/* One store of 64 bits, which a walker sees whole. */
PT_INLINE void pt_store(uint64_t *slot, uint64_t entry)
{
	*(volatile uint64_t *)slot = entry;
}

/* Every bit of a run of entries. */
PT_ONCE uint64_t pt_run_bits(const uint64_t *slot, uint32_t count)
{
	uint64_t bits = 0;

	PT_UNROLL
	for (; count > 0; count--) {
		bits |= *slot++;
	}
	return bits;
}

PT_INLINE void pt_run_store(uint64_t *slot, uint32_t count, uint64_t entry, uint64_t step)
{
	PT_UNROLL
	for (; count > 0; count--) {
		pt_store(slot++, entry);
		entry += step;
	}
}

/* Empty entries, by lines where that is quicker. */
PT_INLINE void pt_run_zero(uint64_t *slot, uint32_t count)
{
	uint32_t i;

	for (; PT_QUICK && count >= 8; count -= 8, slot += 8) {
		PT_UNROLL_LINE
		for (i = 0; i < 8; i++) {
			pt_store(slot + i, 0);
		}
	}
	pt_run_store(slot, count, 0, 0);
}

PT_INLINE void pt_run_scatter(uint64_t *slot, const struct ipmmu_pa *pages, uint64_t attr,
			      uint32_t count)
{
	PT_UNROLL
	for (; count > 0; count--) {
		pt_store(slot++, pt_leaf(pages++->v, attr, PT_LEVELS));
	}
}

/* Is a run empty? As soon as it is known not to be, the rest is not read. */
PT_INLINE bool pt_is_empty(const uint64_t *slot, uint32_t count)
{
	for (; PT_QUICK && count >= 8; count -= 8, slot += 8) {
		if (pt_run_bits(slot, 8) != 0) {
			return false;
		}
	}
	return pt_run_bits(slot, count) == 0;
}

/* Is all of a table empty but for [index, index + count)? Its neighbours are looked at first.
 */
PT_INLINE bool pt_is_alone(const uint64_t *table, uint32_t index, uint32_t count)
{
	const uint32_t end = index + count;

	return (index == 0 || table[index - 1] == 0) &&
	       (end == PT_ENTRIES || table[end] == 0) && pt_is_empty(table, index) &&
	       pt_is_empty(table + end, PT_ENTRIES - end);
}

/* Empties a run; what was in it, all bits together. */
PT_INLINE uint64_t pt_run_clear(uint64_t *slot, uint32_t count)
{
	uint64_t bits = pt_run_bits(slot, count);

	if (bits != 0) {
		pt_run_store(slot, count, 0, 0);
	}
	return bits;
}

#endif
