// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * mode.c - which table formats there are, and which one a part is fixed to.
 */
#include "regs.h"

static const struct ipmmu_mode_row rows[IPMMU_MODE_COUNT] = {
	[IPMMU_MODE_S2] = {33u, 40u, IPMMU_PT_S2},
	[IPMMU_MODE_S1_AARCH32] = {32u, 32u, IPMMU_PT_S1_AARCH32},
	[IPMMU_MODE_S1_AARCH64] = {39u, 39u, IPMMU_PT_S1_AARCH64},
};

const struct ipmmu_mode_row *ipmmu_mode_row(enum ipmmu_mode mode)
{
	return &rows[mode];
}

enum ipmmu_mode ipmmu_mode_decide(const struct ipmmu_soc *soc,
				  const struct ipmmu_options *options)
{
	const bool stage2 = soc->stage2 == IPMMU_YES ||
			    (soc->stage2 == IPMMU_UNKNOWN && options->force_stage2);
	enum ipmmu_mode mode = options->mode;

	if (mode == IPMMU_MODE_AUTO) {
		mode = stage2 ? IPMMU_MODE_S2 : IPMMU_MODE_S1_AARCH32;
	}
	if ((mode == IPMMU_MODE_S2 && !stage2) ||
	    ipmmu_regs_ttbcr(soc, mode, rows[mode].max_bits) == 0u) {
		return IPMMU_MODE_AUTO;
	}
	return mode;
}
