/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * format.h - what the encoders and decoders of rights and memory types share. Geometry and the
 * bits that say what an entry is are in shape_lpae.h.
 */
#ifndef IPMMU_PGTABLE_FORMAT_H
#define IPMMU_PGTABLE_FORMAT_H

#include "pgtable_priv.h"

enum {
	MEMORY_LSB = 2, /* AttrIndx and MemAttr begin at the same bit */
	MEMORIES = 3
};

extern const struct pt_format ipmmu_pt_s1_aarch32;
extern const struct pt_format ipmmu_pt_s1_aarch64;
extern const struct pt_format ipmmu_pt_s2;

/* SH: outer (2) for what no cache holds, inner (3) for the rest. */
static inline uint64_t pt_share(uint8_t memory)
{
	return (memory == IPMMU_PT_CACHED ? 3u : 2u) << 8;
}

static inline bool pt_is_known(struct ipmmu_pt_prot prot)
{
	const uint32_t all = IPMMU_PT_READ | IPMMU_PT_WRITE | IPMMU_PT_NO_EXECUTE;

	return prot.memory < MEMORIES && (prot.rights & ~all) == 0 &&
	       (prot.rights & (IPMMU_PT_READ | IPMMU_PT_WRITE)) != 0;
}

static inline uint8_t pt_memory_of(const uint8_t *row, uint64_t value)
{
	uint8_t i = 0;

	while (i < MEMORIES - 1 && row[i] != value) {
		i++;
	}
	return i;
}

#endif
