// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * region.c - the product register, and the children of /reserved-memory with the masters that
 * they go with. Maps nothing: what a region means for a domain is the host's to decide.
 */
#include <libfdt.h>

#include "fdt_priv.h"

/** A region that waits for its master holds the master's node with this bit set. */
#define NODE_FLAG 0x80000000u

void ipmmu_fdt_prr_collect(struct fdt_reader *r)
{
	struct fdt_range range = {0, 0};

	if (r->result->has_prr ||
	    !ipmmu_fdt_compatible(r->walk.blob, r->walk.node, "renesas,prr")) {
		return;
	}
	r->result->has_prr = ipmmu_fdt_reg(r, &range);
	r->result->prr.v = range.start;
}

static struct ipmmu_fdt_region *region_add(struct fdt_reader *r,
					   const struct ipmmu_fdt_region *region)
{
	struct ipmmu_fdt_region *added = &r->storage->regions[r->region_count];

	*added = *region;
	r->region_count++;
	return added;
}

/*
 * One iommu-addresses entry: the master's phandle, then a range in the cells of the bus that
 * the master is on. Returns the cells it takes, 0 where the list cannot go on.
 */
static uint32_t addresses_entry(struct fdt_reader *r, const struct ipmmu_fdt_region *region,
				struct fdt_prop list, uint32_t at)
{
	static const char name[] = "iommu-addresses";
	const void *blob = r->walk.blob;
	uint32_t phandle = ipmmu_fdt_cell(list, at);
	int node = fdt_node_offset_by_phandle(blob, phandle);
	int parent = node < 0 ? -1 : fdt_parent_offset(blob, node);
	struct ipmmu_fdt_region *added;
	uint32_t cells;
	uint32_t size;

	if (parent < 0 || !ipmmu_fdt_cells(blob, parent, &cells, &size)) {
		ipmmu_fdt_report_value(r, IPMMU_FDT_BAD_PHANDLE, name, phandle);
		return 0;
	}
	if (list.length / 4 - at < 1 + cells + size) {
		ipmmu_fdt_report_range(
			r, IPMMU_FDT_BAD_SIZE, name,
			(struct ipmmu_fdt_defect){.value = list.length,
						  .min = (at + 1 + cells + size) * 4,
						  .max = (at + 1 + cells + size) * 4});
		return 0;
	}
	added = region_add(r, region);
	added->master = NODE_FLAG | (uint32_t)node;
	added->iova.v = ipmmu_fdt_number(list, at + 1, cells);
	added->iova_size = ipmmu_fdt_number(list, at + 1 + cells, size);
	return 1 + cells + size;
}

static void addresses_collect(struct fdt_reader *r, const struct ipmmu_fdt_region *region)
{
	struct fdt_prop list = ipmmu_fdt_prop(r->walk.blob, r->walk.node, "iommu-addresses");
	struct ipmmu_fdt_defect defect = {.value = list.length};
	uint32_t step = 1;
	uint32_t at;

	if (list.length % 4 != 0) {
		defect.min = list.length - list.length % 4;
		defect.max = defect.min;
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_SIZE, "iommu-addresses", defect);
		return;
	}
	for (at = 0; at < list.length / 4 && step != 0; at += step) {
		if (r->addresses_count == IPMMU_FDT_MAX_RESERVED) {
			defect.value = IPMMU_FDT_MAX_RESERVED + 1;
			defect.max = IPMMU_FDT_MAX_RESERVED;
			ipmmu_fdt_report_range(r, IPMMU_FDT_TOO_MANY, "iommu-addresses",
					       defect);
			return;
		}
		r->addresses_count++;
		step = addresses_entry(r, region, list, at);
	}
}

void ipmmu_fdt_region_collect(struct fdt_reader *r)
{
	struct fdt_reserved *reserved = &r->reserved[r->reserved_count];
	struct ipmmu_fdt_region region = {.master = IPMMU_NONE};
	struct fdt_range range = {0, 0};

	if (r->reserved_count == IPMMU_FDT_MAX_RESERVED) {
		ipmmu_fdt_report_range(
			r, IPMMU_FDT_TOO_MANY, NULL,
			(struct ipmmu_fdt_defect){.value = IPMMU_FDT_MAX_RESERVED + 1,
						  .max = IPMMU_FDT_MAX_RESERVED});
		return;
	}
	if (ipmmu_fdt_prop(r->walk.blob, r->walk.node, "reg").p != NULL &&
	    !ipmmu_fdt_reg(r, &range)) {
		return;
	}
	region.name = ipmmu_fdt_keep_path(r);
	region.pa.v = range.start;
	region.size = range.size;
	reserved->phandle = fdt_get_phandle(r->walk.blob, r->walk.node);
	reserved->first = r->region_count;
	reserved->claimed = false;
	(void)region_add(r, &region);
	addresses_collect(r, &region);
	reserved->end = r->region_count;
	r->reserved_count++;
}

/* Turns the child's rows that wait for @node into rows of @master. */
static void addresses_claim(struct fdt_reader *r, struct fdt_reserved *reserved, int node,
			    uint32_t master)
{
	uint32_t i;

	for (i = reserved->first + 1; i < reserved->end; i++) {
		if (r->storage->regions[i].master == (NODE_FLAG | (uint32_t)node)) {
			r->storage->regions[i].master = master;
			reserved->claimed = true;
		}
	}
}

/* The master names the child by memory-region: a row of its own, unless it has one. */
static void memory_claim(struct fdt_reader *r, struct fdt_reserved *reserved, uint32_t master)
{
	struct ipmmu_fdt_region region = r->storage->regions[reserved->first];
	uint32_t i;

	for (i = reserved->first + 1; i < reserved->end; i++) {
		if (r->storage->regions[i].master == master) {
			return;
		}
	}
	region.master = master;
	(void)region_add(r, &region);
	reserved->claimed = true;
}

void ipmmu_fdt_region_claim(struct fdt_reader *r, uint32_t master)
{
	struct fdt_prop list = ipmmu_fdt_prop(r->walk.blob, r->walk.node, "memory-region");
	uint32_t phandle;
	uint32_t at;
	uint32_t i;

	for (i = 0; i < r->reserved_count; i++) {
		addresses_claim(r, &r->reserved[i], r->walk.node, master);
	}
	for (at = 0; at < list.length / 4; at++) {
		phandle = ipmmu_fdt_cell(list, at);
		for (i = 0; i < r->reserved_count && phandle != 0; i++) {
			if (r->reserved[i].phandle == phandle) {
				memory_claim(r, &r->reserved[i], master);
				break;
			}
		}
	}
}

/* Rows that nobody claimed go, but the one of a child that goes with no master at all stays. */
static void rows_mark(struct fdt_reader *r, const struct fdt_reserved *reserved)
{
	struct ipmmu_fdt_region *regions = r->storage->regions;
	uint32_t i;

	if (reserved->claimed) {
		regions[reserved->first].name = NULL;
	}
	for (i = reserved->first + 1; i < reserved->end; i++) {
		if ((regions[i].master & NODE_FLAG) != 0) {
			regions[i].name = NULL;
		}
	}
}

void ipmmu_fdt_region_finish(struct fdt_reader *r)
{
	struct ipmmu_fdt_region *regions = r->storage->regions;
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < r->reserved_count; i++) {
		rows_mark(r, &r->reserved[i]);
	}
	for (i = 0; i < r->region_count; i++) {
		if (regions[i].name != NULL) {
			regions[count] = regions[i];
			count++;
		}
	}
	r->result->regions = regions;
	r->result->region_count = count;
}
