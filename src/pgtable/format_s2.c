// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * format_s2.c - rights and memory types of stage 2.
 */
#include "format.h"

#define S2_READ  (1ull << 6)
#define S2_WRITE (1ull << 7)
#define S2_XN    (1ull << 54)

/* MemAttr itself. */
static const uint8_t s2_memory[MEMORIES] = {0x5, 0xf, 0x1};

static uint64_t s2_encode(struct ipmmu_pt_prot prot)
{
	uint64_t attr;

	if (!pt_is_known(prot)) {
		return 0;
	}
	attr = PT_ACCESSED | pt_share(prot.memory) |
	       (uint64_t)s2_memory[prot.memory] << MEMORY_LSB;
	attr |= (prot.rights & IPMMU_PT_READ) != 0 ? S2_READ : 0;
	attr |= (prot.rights & IPMMU_PT_WRITE) != 0 ? S2_WRITE : 0;
	attr |= (prot.rights & IPMMU_PT_NO_EXECUTE) != 0 ? S2_XN : 0;
	return attr;
}

static struct ipmmu_pt_prot s2_decode(uint64_t entry)
{
	struct ipmmu_pt_prot prot = {0, 0};

	prot.memory = pt_memory_of(s2_memory, entry >> MEMORY_LSB & 15);
	prot.rights = (uint8_t)(((entry & S2_READ) != 0 ? IPMMU_PT_READ : 0) |
				((entry & S2_WRITE) != 0 ? IPMMU_PT_WRITE : 0) |
				((entry & S2_XN) != 0 ? IPMMU_PT_NO_EXECUTE : 0));
	return prot;
}

const struct pt_format ipmmu_pt_s2 = {33, 40, 0, PT_ACCESSED, s2_encode, s2_decode};
