// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * address.c - from a reg property to the address that the CPU uses, through the ranges of the
 * buses above. Buses with one or two cells only; others (PCI) hold no register of interest.
 */
#include <libfdt.h>

#include "fdt_priv.h"

struct cells {
	uint32_t address;
	uint32_t size;
};

bool ipmmu_fdt_cells(const void *blob, int node, uint32_t *address, uint32_t *size)
{
	int a = fdt_address_cells(blob, node);
	int s = fdt_size_cells(blob, node);

	if (a < 1 || a > 2 || s < 1 || s > 2) {
		return false;
	}
	*address = (uint32_t)a;
	*size = (uint32_t)s;
	return true;
}

static void report_at(struct fdt_reader *r, int depth, struct ipmmu_fdt_defect defect)
{
	(void)ipmmu_fdt_walk_path(&r->walk, depth, r->path, sizeof(r->path));
	defect.path = r->path;
	ipmmu_fdt_report(r, defect);
}

/* The first of a bus's two counts that is not 1 or 2, as it stands in the tree. */
static void report_cells(struct fdt_reader *r, int depth)
{
	static const char *const names[] = {"#address-cells", "#size-cells"};
	struct ipmmu_fdt_defect defect = {.kind = IPMMU_FDT_BAD_CELLS, .min = 1, .max = 2};
	struct fdt_prop prop;
	size_t i;

	for (i = 0; i < 2; i++) {
		prop = ipmmu_fdt_prop(r->walk.blob, r->walk.frames[depth].node, names[i]);
		defect.property = names[i];
		if (prop.p != NULL && prop.length != 4) {
			defect.kind = IPMMU_FDT_BAD_SIZE;
			defect.value = prop.length;
			defect.min = 4;
			defect.max = 4;
			break;
		}
		defect.value = prop.p == NULL ? 1 : ipmmu_fdt_cell(prop, 0);
		if (defect.value < 1 || defect.value > 2) {
			break;
		}
	}
	defect.has_value = true;
	defect.has_range = true;
	report_at(r, depth, defect);
}

static bool bus_cells(struct fdt_reader *r, int depth, struct cells *cells)
{
	if (!ipmmu_fdt_cells(r->walk.blob, r->walk.frames[depth].node, &cells->address,
			     &cells->size)) {
		report_cells(r, depth);
		return false;
	}
	return true;
}

/* Moves @range from the bus at @depth to the one above by the entry of @ranges that holds it.
 */
static bool range_lift(struct fdt_prop ranges, struct cells own, uint32_t above,
		       struct fdt_range *range)
{
	uint32_t step = own.address + above + own.size;
	uint32_t i;

	for (i = 0; i + step <= ranges.length / 4; i += step) {
		uint64_t child = ipmmu_fdt_number(ranges, i, own.address);
		uint64_t parent = ipmmu_fdt_number(ranges, i + own.address, above);
		uint64_t size = ipmmu_fdt_number(ranges, i + own.address + above, own.size);

		if (range->start >= child && range->start - child < size &&
		    range->size <= size - (range->start - child)) {
			range->start = parent + (range->start - child);
			return true;
		}
	}
	return false;
}

/* One step up: the bus at @depth has its own addresses, or those of the bus above. */
static bool bus_lift(struct fdt_reader *r, int depth, struct fdt_range *range)
{
	struct ipmmu_fdt_defect defect = {.kind = IPMMU_FDT_MISSING, .property = "ranges"};
	struct fdt_prop ranges =
		ipmmu_fdt_prop(r->walk.blob, r->walk.frames[depth].node, "ranges");
	struct cells own;
	struct cells above;

	if (ranges.p == NULL) {
		report_at(r, depth, defect);
		return false;
	}
	if (ranges.length == 0) {
		return true;
	}
	if (!bus_cells(r, depth, &own) || !bus_cells(r, depth - 1, &above)) {
		return false;
	}
	if (!range_lift(ranges, own, above.address, range)) {
		ipmmu_fdt_report_value(r, IPMMU_FDT_BAD_REG, "reg", range->start);
		return false;
	}
	return true;
}

bool ipmmu_fdt_reg(struct fdt_reader *r, struct fdt_range *range)
{
	struct fdt_prop reg = ipmmu_fdt_prop(r->walk.blob, r->walk.node, "reg");
	int depth = r->walk.depth - 1;
	struct cells cells;
	uint32_t bytes;

	if (reg.p == NULL || depth < 0) {
		ipmmu_fdt_report_missing(r, "reg");
		return false;
	}
	if (!bus_cells(r, depth, &cells)) {
		return false;
	}
	bytes = (cells.address + cells.size) * 4;
	if (reg.length < bytes || reg.length % bytes != 0) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_SIZE, "reg",
				       (struct ipmmu_fdt_defect){.value = reg.length,
								 .min = bytes,
								 .max = bytes});
		return false;
	}
	range->start = ipmmu_fdt_number(reg, 0, cells.address);
	range->size = ipmmu_fdt_number(reg, cells.address, cells.size);
	for (; depth > 0; depth--) {
		if (!bus_lift(r, depth, range)) {
			return false;
		}
	}
	return true;
}
