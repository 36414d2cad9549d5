// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * master.c - masters: which there are, and their uTLBs from iommus. map.c reads an iommu-map.
 */
#include "fdt_priv.h"

/* Cells that follow @phandle; false where it is no IOMMU's. *unit is NULL for other kinds. */
static bool reference_cells(struct fdt_reader *r, uint32_t phandle,
			    const struct fdt_unit **unit, uint32_t *cells)
{
	uint32_t i;

	*unit = ipmmu_fdt_unit_find(r, phandle);
	if (*unit != NULL) {
		*cells = (*unit)->cells;
		return true;
	}
	for (i = 0; i < r->foreign_count && phandle != 0; i++) {
		if (r->foreign[i].phandle == phandle) {
			*cells = r->foreign[i].cells;
			return true;
		}
	}
	return false;
}

/* One reference at cell @at; returns the cells it takes, 0 where the list cannot go on. */
static uint32_t iommus_entry(struct fdt_reader *r, struct fdt_master *master,
			     struct fdt_prop list, uint32_t at)
{
	struct ipmmu_fdt_defect size = {.value = list.length};
	struct ipmmu_fdt_defect port = {.property = "iommus"};
	uint32_t left = list.length / 4 - at;
	uint32_t phandle = ipmmu_fdt_cell(list, at);
	const struct fdt_unit *unit = NULL;
	uint32_t cells = 0;

	if (!reference_cells(r, phandle, &unit, &cells)) {
		ipmmu_fdt_report_value(r, IPMMU_FDT_BAD_PHANDLE, "iommus", phandle);
		master->bad = true;
		return 0;
	}
	if (cells >= left) {
		size.min = ((uint64_t)at + 1 + cells) * 4;
		size.max = size.min;
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_SIZE, "iommus", size);
		master->bad = true;
		return 0;
	}
	if (unit != NULL && cells > 0) {
		ipmmu_fdt_master_add(r, master, unit, ipmmu_fdt_cell(list, at + 1), "iommus");
	} else if (unit != NULL) {
		/* Its cell count is wrong and told; which uTLB is meant cannot be known. */
		port.other = unit->name;
		ipmmu_fdt_master_lose(r, master, unit, port);
	}
	return 1 + cells;
}

static void iommus_read(struct fdt_reader *r, struct fdt_master *master)
{
	struct fdt_prop list = ipmmu_fdt_prop(r->walk.blob, r->walk.node, "iommus");
	struct ipmmu_fdt_defect size = {.value = list.length};
	uint32_t step = 1;
	uint32_t at;

	if (list.length % 4 != 0 || (list.p != NULL && list.length == 0)) {
		size.min = list.length < 8 ? 8 : list.length - list.length % 4;
		size.max = size.min;
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_SIZE, "iommus", size);
		master->bad = true;
		return;
	}
	for (at = 0; at < list.length / 4 && step != 0; at += step) {
		step = iommus_entry(r, master, list, at);
	}
}

/* Notes every uTLB that an earlier master has too; the bitmap keeps the common case cheap. */
static void group_note(struct fdt_reader *r, const struct fdt_master *master,
		       struct fdt_unit *unit)
{
	struct ipmmu_fdt_defect defect = {.kind = IPMMU_FDT_GROUP, .has_value = true};
	uint64_t bit;
	uint32_t i;

	for (i = 0; i < master->count; i++) {
		if (master->ports[i].mmu != unit->index) {
			continue;
		}
		bit = (uint64_t)1 << master->ports[i].utlb;
		if ((unit->used & bit) != 0) {
			defect.path = ipmmu_fdt_path(r);
			defect.value = master->ports[i].utlb;
			defect.other = ipmmu_fdt_port_owner(r, master->ports[i]);
			ipmmu_fdt_report(r, defect);
		}
		unit->used |= bit;
	}
}

static void master_describe(struct fdt_reader *r, const struct fdt_master *master)
{
	static const struct ipmmu_master_desc empty;
	struct ipmmu_master_desc *desc = &r->storage->masters[r->master_count];
	uint32_t i;

	for (i = 0; i < r->unit_count; i++) {
		if (r->units[i].state == FDT_LIVE) {
			group_note(r, master, &r->units[i]);
		}
	}
	*desc = empty;
	desc->name = ipmmu_fdt_keep_path(r);
	desc->ports = master->ports;
	desc->port_count = master->count;
	ipmmu_fdt_region_claim(r, r->master_count);
	r->port_count += master->count;
	r->master_count++;
}

/*
 * A host that claims a master takes all of it for denied: one with a port that the library does
 * not know is no master of a description. All on disabled units is no defect: boards do that.
 */
static bool master_whole(struct fdt_reader *r, const struct fdt_master *master)
{
	struct ipmmu_fdt_defect defect = master->lost;

	if (master->missing == NULL) {
		return true;
	}
	if (master->missing->state == FDT_DEAD || master->count > 0) {
		defect.kind = IPMMU_FDT_PARTIAL;
		defect.path = ipmmu_fdt_path(r);
		ipmmu_fdt_report(r, defect);
	}
	return false;
}

void ipmmu_fdt_master_collect(struct fdt_reader *r)
{
	struct fdt_master master = {.ports = NULL};

	if (ipmmu_fdt_walk_off(&r->walk) && !r->options->with_disabled) {
		r->result->disabled_masters++;
		return;
	}
	if (r->storage->ports != NULL) {
		master.ports = &r->storage->ports[r->port_count];
	}
	iommus_read(r, &master);
	ipmmu_fdt_map_read(r, &master);
	if (master_whole(r, &master) && !master.bad && master.count > 0) {
		master_describe(r, &master);
	}
}
