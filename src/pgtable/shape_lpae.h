/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * shape_lpae.h - what the long-descriptor formats have in common: geometry and the bits that
 * say what an entry is. Rights and memory types are in format.c.
 */
#ifndef IPMMU_SHAPE_LPAE_H
#define IPMMU_SHAPE_LPAE_H

#ifndef PT_POLICIES
#define PT_POLICIES true /* policies other than IPMMU_PT_NEVER are in the build */
#endif

enum {
	PT_LEVELS = 3,
	PT_INDEX_BITS = 9,
	PT_PAGE_SHIFT = 12,
	PT_OUTPUT_BITS = 40,
	PT_GROUP = 16 /* pages that the contiguous hint joins */
};

#define PT_VALID   1ull
#define PT_KIND    3ull /* both bits: a table above the last level, a page on it */
#define PT_ADDRESS 0x000000fffffff000ull
#define PT_HINT    (1ull << 52)
/* The access flag. No unit sets it, so every leaf has it from the start. */
#define PT_ACCESSED (1ull << 10)
/* Address bits that an entry has room for, above those that a unit has. */
#define PT_ADDRESS_OVER 0x0000ff0000000000ull
/* What a PA is multiplied with to stand in an entry. */
#define PT_ADDRESS_LG2 0

static inline bool pt_is_table(uint64_t entry, uint32_t level)
{
	return level < PT_LEVELS && (entry & PT_KIND) == PT_KIND;
}

static inline uint64_t pt_leaf_kind(uint32_t level)
{
	return level == PT_LEVELS ? PT_KIND : PT_VALID;
}

#define PT_TABLE_KIND PT_KIND

#endif
