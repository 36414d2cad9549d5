// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * format_s1.c - rights and memory types of stage 1, in both of its input widths.
 */
#include "format.h"

#define S1_NS         (1ull << 5)
#define S1_NOT_GLOBAL (1ull << 11)
#define S1_UNPRIV     (1ull << 6)
#define S1_READ_ONLY  (1ull << 7)
#define S1_XN         (3ull << 53)
#define S1_NSTABLE    (1ull << 63)
#define S1_LEAF       (PT_ACCESSED | S1_NS)

/* Index into IPMMU_PT_MAIR0. */
static const uint8_t s1_memory[MEMORIES] = {0, 1, 2};

_Static_assert((IPMMU_PT_MAIR0 & 0xffffffu) == 0x04ff44u,
	       "index 0 uncached, 1 write-back, 2 device");

/* The unit does not take NS from above: it stands in each leaf, and NSTable in each table. */
static uint64_t s1_encode(struct ipmmu_pt_prot prot)
{
	uint64_t attr;

	if (!pt_is_known(prot) || (prot.rights & IPMMU_PT_READ) == 0) {
		return 0;
	}
	attr = S1_LEAF | S1_NOT_GLOBAL | S1_UNPRIV | pt_share(prot.memory) |
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

	prot.memory = pt_memory_of(s1_memory, entry >> MEMORY_LSB & 7);
	if ((entry & S1_READ_ONLY) == 0) {
		prot.rights |= IPMMU_PT_WRITE;
	}
	if ((entry & S1_XN) != 0) {
		prot.rights |= IPMMU_PT_NO_EXECUTE;
	}
	return prot;
}

const struct pt_format ipmmu_pt_s1_aarch32 = {32,      32,        S1_NSTABLE,
					      S1_LEAF, s1_encode, s1_decode};
const struct pt_format ipmmu_pt_s1_aarch64 = {39,      39,        S1_NSTABLE,
					      S1_LEAF, s1_encode, s1_decode};
