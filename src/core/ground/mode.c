// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * mode.c - which table format a root is fixed to, and which tables fit it.
 */
#include "ground.h"

/** struct mode_row - what a table of a mode must be like. */
struct mode_row {
	uint32_t min_bits;
	uint32_t max_bits;
	enum ipmmu_pt_format format;
};

static const struct mode_row rows[IPMMU_MODE_COUNT] = {
	[IPMMU_MODE_S2] = {33u, 40u, IPMMU_PT_S2},
	[IPMMU_MODE_S1_AARCH32] = {32u, 32u, IPMMU_PT_S1_AARCH32},
	[IPMMU_MODE_S1_AARCH64] = {39u, 39u, IPMMU_PT_S1_AARCH64},
};

static bool stage2_allowed(const struct ipmmu_soc *soc, const struct ipmmu_options *options)
{
	return soc->stage2 == IPMMU_YES ||
	       (soc->stage2 == IPMMU_UNKNOWN && options->force_stage2);
}

enum ipmmu_mode ipmmu_mode_decide(const struct ipmmu_soc *soc,
				  const struct ipmmu_options *options)
{
	enum ipmmu_mode mode = options->mode;

	if (mode == IPMMU_MODE_AUTO) {
		mode = stage2_allowed(soc, options) ? IPMMU_MODE_S2 : IPMMU_MODE_S1_AARCH32;
	}
	if (mode == IPMMU_MODE_S2 && !stage2_allowed(soc, options)) {
		return IPMMU_MODE_AUTO;
	}
	if (ipmmu_regs_ttbcr(soc, mode, rows[mode].max_bits) == 0u) {
		return IPMMU_MODE_AUTO;
	}
	return mode;
}

/* Two concatenated tables at level 1 where one does not cover the input. */
static uint32_t root_pages(const struct ipmmu_table *table)
{
	return table->input_bits > 39u ? 2u : 1u;
}

enum ipmmu_err ipmmu_check_table(const struct ipmmu_root *root, const struct ipmmu_table *table)
{
	const struct mode_row *row = &rows[root->mode];
	const uint64_t size = (uint64_t)root_pages(table) * IPMMU_PAGE_SIZE;
	const uint64_t most = (1ull << IPMMU_PA_BITS) - size;
	struct ipmmu_about about = {.system = root->system, .mmu = root->mmu->index};

	ipmmu_refuse_unless(&about, IPMMU_E_FORMAT, IPMMU_WHAT_MODE, table->format, root->mode,
			    root->mode);
	ipmmu_refuse_unless(&about, IPMMU_E_RANGE, IPMMU_WHAT_INPUT_BITS, table->input_bits,
			    row->min_bits, row->max_bits);
	ipmmu_refuse_unless(&about, IPMMU_E_RANGE, IPMMU_WHAT_TABLE_PA, table->root.v, 0u,
			    most);
	if ((table->root.v & (size - 1u)) != 0u) {
		ipmmu_refuse(&about, IPMMU_E_ALIGN, IPMMU_WHAT_TABLE_PA, table->root.v, size,
			     most);
	}
	return about.err;
}

struct ipmmu_table ipmmu_deny_table(const struct ipmmu_root *root)
{
	/* The widest: nothing that a uTLB can carry lies outside of it. */
	struct ipmmu_table table = {
		.root = root->deny_pa,
		.format = root->mode,
		.input_bits = rows[root->mode].max_bits,
	};

	return table;
}

uint32_t ipmmu_deny_pages(const struct ipmmu_root *root)
{
	struct ipmmu_table table = ipmmu_deny_table(root);

	return root_pages(&table);
}

enum ipmmu_pt_format ipmmu_mode_format(enum ipmmu_mode mode)
{
	return rows[mode].format;
}
