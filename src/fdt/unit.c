// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * unit.c - collect the IPMMU nodes, and the IOMMUs of other kinds, in the order of the tree.
 * What a node says is read in unit_prop.c.
 */
#include <libfdt.h>

#include "fdt_priv.h"

/* Phandles 0 and all ones are not usable by the specification; libfdt answers 0 for both. */
struct fdt_unit *ipmmu_fdt_unit_find(struct fdt_reader *r, uint32_t phandle)
{
	uint32_t i;

	for (i = 0; i < r->unit_count && phandle != 0; i++) {
		if (r->units[i].phandle == phandle) {
			return &r->units[i];
		}
	}
	return NULL;
}

static const struct ipmmu_mmu_desc empty_mmu = {
	.root = IPMMU_NONE,
	.power_phandle = IPMMU_NONE,
	.power_cell = IPMMU_NONE,
	.imsstr_bit = IPMMU_NONE,
	.irq = IPMMU_NONE,
	.irq_secure = IPMMU_NONE,
};

static const struct fdt_unit empty_unit = {
	.index = IPMMU_NONE,
	.cells = 1,
	.state = FDT_DEAD,
};

void ipmmu_fdt_unit_collect(struct fdt_reader *r)
{
	struct fdt_unit *unit = &r->units[r->unit_count];
	struct ipmmu_mmu_desc *mmu;

	if (r->unit_count == IPMMU_MAX_MMUS) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_TOO_MANY, NULL,
				       (struct ipmmu_fdt_defect){.value = IPMMU_MAX_MMUS + 1,
								 .max = IPMMU_MAX_MMUS});
		return;
	}
	mmu = &r->storage->mmus[r->unit_count];
	*unit = empty_unit;
	*mmu = empty_mmu;
	unit->node = r->walk.node;
	unit->phandle = fdt_get_phandle(r->walk.blob, r->walk.node);
	unit->name = ipmmu_fdt_keep_path(r);
	mmu->name = unit->name;
	r->unit_count++;
	if (ipmmu_fdt_walk_off(&r->walk) && !r->options->with_disabled) {
		unit->state = FDT_DISABLED;
		r->result->disabled_mmus++;
	} else if (ipmmu_fdt_unit_read(r, unit, mmu)) {
		unit->state = FDT_LIVE;
	}
}

void ipmmu_fdt_foreign_collect(struct fdt_reader *r)
{
	struct fdt_prop cells = ipmmu_fdt_prop(r->walk.blob, r->walk.node, "#iommu-cells");
	struct fdt_foreign *foreign = &r->foreign[r->foreign_count];

	if (cells.p == NULL || cells.length != 4) {
		return;
	}
	if (r->foreign_count == IPMMU_FDT_MAX_FOREIGN) {
		ipmmu_fdt_report_range(
			r, IPMMU_FDT_TOO_MANY, "#iommu-cells",
			(struct ipmmu_fdt_defect){.value = IPMMU_FDT_MAX_FOREIGN + 1,
						  .max = IPMMU_FDT_MAX_FOREIGN});
		return;
	}
	foreign->phandle = fdt_get_phandle(r->walk.blob, r->walk.node);
	foreign->cells = ipmmu_fdt_cell(cells, 0);
	r->foreign_count++;
}
