// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * format.c - rights and memory types of the three formats. Geometry and the bits that say what
 * an entry is are in shape_lpae.h.
 */
#include "pgtable_priv.h"

#define ATTR_ACCESSED (1ull << 10)
#define S1_NS         (1ull << 5)
#define S1_NOT_GLOBAL (1ull << 11)
#define S1_UNPRIV     (1ull << 6)
#define S1_READ_ONLY  (1ull << 7)
#define S1_XN         (3ull << 53)
#define S1_NSTABLE    (1ull << 63)
#define S2_READ       (1ull << 6)
#define S2_WRITE      (1ull << 7)
#define S2_XN         (1ull << 54)

enum {
	MEMORY_LSB = 2, /* AttrIndx and MemAttr begin at the same bit */
	MEMORIES = 3
};

/* SH: outer (2) for what no cache holds, inner (3) for the rest. */
static const uint16_t share[MEMORIES] = {2u << 8, 3u << 8, 2u << 8};
/* Stage 1: index into IPMMU_PT_MAIR0. Stage 2: the type itself. */
static const uint8_t s1_memory[MEMORIES] = {0, 1, 2};
static const uint8_t s2_memory[MEMORIES] = {0x5, 0xf, 0x1};

_Static_assert((IPMMU_PT_MAIR0 & 0xffffffu) == 0x04ff44u,
	       "index 0 uncached, 1 write-back, 2 device");

static bool is_known(struct ipmmu_pt_prot prot)
{
	const uint32_t all = IPMMU_PT_READ | IPMMU_PT_WRITE | IPMMU_PT_NO_EXECUTE;

	return prot.memory < MEMORIES && (prot.rights & ~all) == 0 &&
	       (prot.rights & (IPMMU_PT_READ | IPMMU_PT_WRITE)) != 0;
}

static uint8_t memory_of(const uint8_t *row, uint64_t value)
{
	uint8_t i = 0;

	while (i < MEMORIES - 1 && row[i] != value) {
		i++;
	}
	return i;
}

/* The unit does not take NS from above: it stands in each leaf, and NSTable in each table. */
static uint64_t s1_encode(struct ipmmu_pt_prot prot)
{
	uint64_t attr;

	if (!is_known(prot) || (prot.rights & IPMMU_PT_READ) == 0) {
		return 0;
	}
	attr = ATTR_ACCESSED | S1_NS | S1_NOT_GLOBAL | S1_UNPRIV | share[prot.memory] |
	       (uint64_t)s1_memory[prot.memory] << MEMORY_LSB;
	if ((prot.rights & IPMMU_PT_WRITE) == 0) {
		attr |= S1_READ_ONLY;
	}
	if ((prot.rights & IPMMU_PT_NO_EXECUTE) != 0) {
		attr |= S1_XN;
	}
	return attr;
}

static struct ipmmu_pt_prot s1_decode(uint64_t entry)
{
	struct ipmmu_pt_prot prot = {IPMMU_PT_READ, 0};

	prot.memory = memory_of(s1_memory, entry >> MEMORY_LSB & 7);
	if ((entry & S1_READ_ONLY) == 0) {
		prot.rights |= IPMMU_PT_WRITE;
	}
	if ((entry & S1_XN) != 0) {
		prot.rights |= IPMMU_PT_NO_EXECUTE;
	}
	return prot;
}

static uint64_t s2_encode(struct ipmmu_pt_prot prot)
{
	uint64_t attr;

	if (!is_known(prot)) {
		return 0;
	}
	attr = ATTR_ACCESSED | share[prot.memory] |
	       (uint64_t)s2_memory[prot.memory] << MEMORY_LSB;
	attr |= (prot.rights & IPMMU_PT_READ) != 0 ? S2_READ : 0;
	attr |= (prot.rights & IPMMU_PT_WRITE) != 0 ? S2_WRITE : 0;
	attr |= (prot.rights & IPMMU_PT_NO_EXECUTE) != 0 ? S2_XN : 0;
	return attr;
}

static struct ipmmu_pt_prot s2_decode(uint64_t entry)
{
	struct ipmmu_pt_prot prot = {0, 0};

	prot.memory = memory_of(s2_memory, entry >> MEMORY_LSB & 15);
	prot.rights = (uint8_t)(((entry & S2_READ) != 0 ? IPMMU_PT_READ : 0) |
				((entry & S2_WRITE) != 0 ? IPMMU_PT_WRITE : 0) |
				((entry & S2_XN) != 0 ? IPMMU_PT_NO_EXECUTE : 0));
	return prot;
}

static const struct pt_format formats[IPMMU_PT_FORMAT_COUNT] = {
	[IPMMU_PT_S1_AARCH32] = {32, 32, S1_NSTABLE, s1_encode, s1_decode},
	[IPMMU_PT_S1_AARCH64] = {39, 39, S1_NSTABLE, s1_encode, s1_decode},
	[IPMMU_PT_S2] = {33, 40, 0, s2_encode, s2_decode},
};

const struct pt_format *ipmmu_pt_format_row(uint32_t format)
{
	return format < IPMMU_PT_FORMAT_COUNT ? &formats[format] : NULL;
}

bool ipmmu_pt_prot_fits(enum ipmmu_pt_format format, struct ipmmu_pt_prot prot)
{
	const struct pt_format *row = ipmmu_pt_format_row((uint32_t)format);

	return row != NULL && row->encode(prot) != 0;
}
