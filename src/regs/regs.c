// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * regs.c - the layout of each generation, and the value of IMTTBCR.
 */
#include <ipmmu/fault.h>

#include "regs.h"

static const struct ipmmu_layout layouts[] = {
	[IPMMU_GEN2 - IPMMU_GEN2] =
		{
			/* Everything at the non-secure alias. Source: Linux 6.1 ipmmu-vmsa.c.
			 */
			.generation = IPMMU_GEN2,
			.context_base = 0x800u,
			.context_stride = 0x40u,
			.utlb_base = 0x800u + 0x300u,
			.utlb_high_base = 0x800u + 0x600u,
			.global_base = IPMMU_NONE,
			.region_size = 0x1000u,
			.ttsel = IPMMU_MASK32(7, 4),
			.ttsel_pmb = 8,
			.has_imbuscr = true,
		},
	[IPMMU_GEN3 - IPMMU_GEN2] =
		{
			.generation = IPMMU_GEN3,
			.context_base = 0,
			.context_stride = 0x40u,
			.utlb_base = 0x300u,
			.utlb_high_base = 0x600u,
			.global_base = 0,
			.region_size = 0x1000u,
			.ttsel = IPMMU_MASK32(7, 4),
			.ttsel_pmb = 8,
			.has_caches = true,
			.has_global = true,
			.has_imsstr = true,
			.has_imeuar = true,
		},
	[IPMMU_GEN4 - IPMMU_GEN2] =
		{
			/* One page per context. IMSSTR: no public offset. Source: Linux 6.1,
			   Xen. */
			.generation = IPMMU_GEN4,
			.context_base = 0x10000u,
			.context_stride = 0x1040u,
			.utlb_base = 0x3000u + 0x300u,
			.utlb_high_base = 0x3000u + 0x600u,
			.global_base = 0x1000u,
			.region_size = 0x20000u,
			.ttsel = IPMMU_MASK32(8, 4),
			.ttsel_pmb = IPMMU_NONE,
			.has_caches = true,
			.has_global = true,
			.has_imeuar = true,
		},
};

const struct ipmmu_layout *ipmmu_layout_of(enum ipmmu_generation generation)
{
	return generation < IPMMU_GEN2 || generation > IPMMU_GEN4
		       ? NULL
		       : &layouts[generation - IPMMU_GEN2];
}

uint32_t ipmmu_regs_context(const struct ipmmu_layout *layout, uint32_t context, uint32_t reg)
{
	uint32_t gap = context >= 8u ? 0x600u : 0u;

	return layout->context_base + context * layout->context_stride + gap + reg;
}

uint32_t ipmmu_regs_utlb(const struct ipmmu_layout *layout, uint32_t utlb)
{
	return utlb < 32u ? layout->utlb_base + utlb * 16u
			  : layout->utlb_high_base + (utlb - 32u) * 16u;
}

uint32_t ipmmu_regs_imuctr(const struct ipmmu_layout *layout, uint32_t context)
{
	return ipmmu_field_set(IMUCTR_FLUSH | IMUCTR_MMUEN, layout->ttsel, context);
}

/** struct ttbcr_row - IMTTBCR of a format. */
struct ttbcr_row {
	uint8_t min_bits;
	uint8_t max_bits;
	uint8_t width; /**< TSZ0 counts from here */
};

/* The walk of VMSAv8-64 stage 1 starts at level 1 with one table page only with 39 bits. */
static const struct ttbcr_row ttbcr_rows[IPMMU_MODE_COUNT] = {
	[IPMMU_MODE_S2] = {33u, 40u, 64u},
	[IPMMU_MODE_S1_AARCH32] = {25u, 32u, 32u},
	[IPMMU_MODE_S1_AARCH64] = {39u, 39u, 64u},
};

/* SH, ORGN and IRGN stay 0 from Gen3 on: walks do not snoop, the fields have no effect. */
uint32_t ipmmu_regs_ttbcr(const struct ipmmu_soc *soc, enum ipmmu_mode mode,
			  uint32_t input_bits)
{
	const struct ttbcr_row *row = &ttbcr_rows[mode];
	const bool is_gen2 = soc->generation == IPMMU_GEN2;
	const uint32_t size = row->width - input_bits;
	uint32_t value = IMTTBCR_EAE;

	if (input_bits < row->min_bits || input_bits > row->max_bits || input_bits == 0u ||
	    (is_gen2 && mode != IPMMU_MODE_S1_AARCH32)) {
		return 0;
	}
	if (is_gen2) {
		value = ipmmu_field_set(value, IMTTBCR_SH0, 3u);
		value = ipmmu_field_set(value, IMTTBCR_ORGN0, 1u);
		value = ipmmu_field_set(value, IMTTBCR_IRGN0, 1u);
		value = ipmmu_field_set(value, IMTTBCR_SL0_GEN2, soc->sl0_s1);
		return value | size; /* TSZ0_GEN2 */
	}
	if (mode == IPMMU_MODE_S2) {
		return ipmmu_field_set(value | IMTTBCR_PMB | size, IMTTBCR_SL0, soc->sl0_s2);
	}
	if (mode == IPMMU_MODE_S1_AARCH64) {
		value = ipmmu_field_set(value, IMTTBCR_TSZ1, size);
	}
	return ipmmu_field_set(value | size, IMTTBCR_SL0, soc->sl0_s1);
}

uint32_t ipmmu_regs_fault_kinds(uint32_t imstr)
{
	/* The kinds have the places of the hardware's bits. Only MHIT differs. */
	return (imstr & (IMSTR_TF | IMSTR_PF | IMSTR_ABORT)) |
	       ((imstr & IMSTR_MHIT) != 0u ? (uint32_t)IPMMU_FAULT_MULTIPLE_HIT : 0u);
}
