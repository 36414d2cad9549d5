// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * power.c - which power domain an IPMMU is in, and whether that one is never off.
 * Switches nothing.
 */
#include <libfdt.h>

#include "fdt_priv.h"

/* The cell that the system controllers of Gen2/Gen3 and of Gen4 give to "always on". */
static uint32_t always_on_cell(enum ipmmu_generation generation)
{
	return generation == IPMMU_GEN4 ? 64 : 32;
}

static bool power_cells(const void *blob, int provider, uint32_t *cells)
{
	struct fdt_prop prop = ipmmu_fdt_prop(blob, provider, "#power-domain-cells");

	if (prop.p == NULL || prop.length != 4) {
		return false;
	}
	*cells = ipmmu_fdt_cell(prop, 0);
	return true;
}

/*
 * A provider without cells is one domain: early Gen2 trees name the clock controller, which
 * only gates clocks, so that the registers keep their contents.
 */
static bool power_provider_is_clock(const void *blob, int provider)
{
	return ipmmu_fdt_prop(blob, provider, "#clock-cells").p != NULL;
}

bool ipmmu_fdt_power(struct fdt_reader *r, struct ipmmu_mmu_desc *mmu)
{
	const void *blob = r->walk.blob;
	struct fdt_prop prop = ipmmu_fdt_prop(blob, r->walk.node, "power-domains");
	struct ipmmu_fdt_defect size = {.value = prop.length, .min = 4, .max = 4};
	uint32_t cells = 0;
	int provider;

	if (prop.p == NULL) {
		mmu->always_on = mmu->soc->generation == IPMMU_GEN2;
		if (!mmu->always_on) {
			ipmmu_fdt_report_missing(r, "power-domains");
		}
		return mmu->always_on;
	}
	if (prop.length < 4) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_SIZE, "power-domains", size);
		return false;
	}
	mmu->power_phandle = ipmmu_fdt_cell(prop, 0);
	provider = fdt_node_offset_by_phandle(blob, mmu->power_phandle);
	if (provider < 0 || !power_cells(blob, provider, &cells)) {
		ipmmu_fdt_report_value(r, IPMMU_FDT_BAD_PHANDLE, "power-domains",
				       mmu->power_phandle);
		return false;
	}
	if (cells > 1) {
		ipmmu_fdt_report_range(
			r, IPMMU_FDT_BAD_CELLS, "power-domains",
			(struct ipmmu_fdt_defect){.value = cells, .min = 0, .max = 1});
		return false;
	}
	size.min = 4 + 4 * cells;
	size.max = size.min;
	if (prop.length != size.min) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_SIZE, "power-domains", size);
		return false;
	}
	if (cells == 0) {
		mmu->always_on = mmu->soc->generation == IPMMU_GEN2 &&
				 power_provider_is_clock(blob, provider);
		return true;
	}
	mmu->power_cell = ipmmu_fdt_cell(prop, 1);
	mmu->always_on = mmu->power_cell == always_on_cell(mmu->soc->generation);
	return true;
}
