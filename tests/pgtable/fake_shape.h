/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * fake_shape.h - a shape that no hardware has: four entries to a table, or two, and every bit
 * in another place than the long descriptors have it. What the engine takes for granted shows.
 */
#ifndef IPMMU_TESTS_FAKE_SHAPE_H
#define IPMMU_TESTS_FAKE_SHAPE_H

#define PT_POLICIES true

#ifndef FAKE_INDEX_BITS
#define FAKE_INDEX_BITS 2
#endif

enum {
	PT_LEVELS = 3,
	PT_INDEX_BITS = FAKE_INDEX_BITS,
	PT_PAGE_SHIFT = 12,
	PT_OUTPUT_BITS = 40,
	PT_GROUP = 2,
	/* The root is one page or two, as that of stage 2. */
	FAKE_BITS_MAX = PT_PAGE_SHIFT + 3 * PT_INDEX_BITS + 1,
	FAKE_BITS_MIN = FAKE_BITS_MAX - 2
};

#define PT_VALID        (1ull << 62)
#define PT_KIND         (1ull << 62 | 1ull << 3)
#define PT_TABLE_KIND   PT_KIND
#define PT_ADDRESS      0x0000fffffff00000ull
#define PT_ADDRESS_LG2  8
#define PT_HINT         (1ull << 57)
#define PT_ACCESSED     (1ull << 13)
#define PT_ADDRESS_OVER 0x0003000000000000ull

static inline bool pt_is_table(uint64_t entry, uint32_t level)
{
	return level < PT_LEVELS && (entry & PT_KIND) == PT_KIND;
}

/* Of pages and blocks alike: the other bit is for tables alone. */
static inline uint64_t pt_leaf_kind(uint32_t level)
{
	(void)level;
	return PT_VALID;
}

#endif
