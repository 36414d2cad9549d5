// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * format.c - the formats that are in the build: all. A host that wants one links
 * only/s2.c in its place, and the linker leaves out the others.
 */
#include "format.h"

const struct pt_format *ipmmu_pt_format_row(uint32_t format)
{
	static const struct pt_format *const formats[IPMMU_PT_FORMAT_COUNT] = {
		[IPMMU_PT_S1_AARCH32] = &ipmmu_pt_s1_aarch32,
		[IPMMU_PT_S1_AARCH64] = &ipmmu_pt_s1_aarch64,
		[IPMMU_PT_S2] = &ipmmu_pt_s2,
	};

	return format < IPMMU_PT_FORMAT_COUNT ? formats[format] : NULL;
}

bool ipmmu_pt_prot_fits(enum ipmmu_pt_format format, struct ipmmu_pt_prot prot)
{
	const struct pt_format *row = ipmmu_pt_format_row((uint32_t)format);

	return row != NULL && row->encode(prot) != 0;
}
