// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * s2.c - in the place of ../format.c: stage 2, and nothing else.
 */
#include "../format.h"

const struct pt_format *ipmmu_pt_format_row(uint32_t format)
{
	return format == IPMMU_PT_S2 ? &ipmmu_pt_s2 : NULL;
}

bool ipmmu_pt_prot_fits(enum ipmmu_pt_format format, struct ipmmu_pt_prot prot)
{
	const struct pt_format *row = ipmmu_pt_format_row((uint32_t)format);

	return row != NULL && row->encode(prot) != 0;
}
