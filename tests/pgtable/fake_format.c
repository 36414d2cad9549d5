// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * fake_format.c - the one format of the fake shape: rights inverted, so that no right is a bit
 * that is set by itself.
 */
#include "pgtable_priv.h"

#define LEAF (PT_ACCESSED | 1ull << BIT_SECURE)

enum {
	BIT_RIGHTS = 0,
	BIT_MEMORY = 50,
	BIT_TABLE = 10,
	BIT_SECURE = 14
};

static uint64_t encode(struct ipmmu_pt_prot prot)
{
	if ((prot.rights & 3) == 0 || prot.rights > 7 || prot.memory > 2) {
		return 0;
	}
	return (uint64_t)(~prot.rights & 7u) << BIT_RIGHTS |
	       (uint64_t)prot.memory << BIT_MEMORY | LEAF;
}

static struct ipmmu_pt_prot decode(uint64_t entry)
{
	struct ipmmu_pt_prot prot;

	prot.rights = (uint8_t)(~(entry >> BIT_RIGHTS) & 7u);
	prot.memory = (uint8_t)(entry >> BIT_MEMORY & 3u);
	return prot;
}

static const struct pt_format fake = {FAKE_BITS_MIN, FAKE_BITS_MAX, 1ull << BIT_TABLE,
				      LEAF,          encode,        decode};

const struct pt_format *ipmmu_pt_format_row(uint32_t format)
{
	return format == IPMMU_PT_S2 ? &fake : NULL;
}
