// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * map.c - a bridge's iommu-map: which uTLBs the requester IDs behind it use.
 * The bridge is one master with all of them; who is plugged in behind it is the host's to know.
 */
#include "fdt_priv.h"

/** Requester IDs: bus, device and function in 16 bits. */
#define RID_LAST 0xffffu

/** struct map_entry - IDs first .. first + length - 1 go to uTLBs base .. */
struct map_entry {
	uint32_t first;
	uint32_t phandle;
	uint32_t base;
	uint32_t length;
};

static struct map_entry map_entry_at(struct fdt_prop map, uint32_t i)
{
	struct map_entry entry;

	entry.first = ipmmu_fdt_cell(map, i * 4);
	entry.phandle = ipmmu_fdt_cell(map, i * 4 + 1);
	entry.base = ipmmu_fdt_cell(map, i * 4 + 2);
	entry.length = ipmmu_fdt_cell(map, i * 4 + 3);
	return entry;
}

/*
 * The smallest ID from @rid on that the mask leaves as it is, or one above RID_LAST: the bits
 * that are not in the mask, and all below the highest of them that @rid has, carry into the
 * next bit that is.
 */
static uint32_t mask_next(uint32_t rid, uint32_t mask)
{
	uint32_t outside = rid & ~mask;
	uint32_t below = outside;
	uint32_t shift;

	if (outside == 0) {
		return rid;
	}
	for (shift = 1; shift <= 16; shift <<= 1) {
		below |= below >> shift;
	}
	rid = (rid | (~mask & RID_LAST) | below) + 1;
	return rid > RID_LAST ? rid : rid & mask;
}

/*
 * uTLB numbers rise with the IDs, so that the first one out of range ends the walk. Ranges of
 * IDs may share a uTLB.
 */
static void map_entry_expand(struct fdt_reader *r, struct fdt_master *master,
			     struct map_entry entry, uint32_t mask)
{
	struct fdt_unit *unit = ipmmu_fdt_unit_find(r, entry.phandle);
	uint32_t last = entry.first + entry.length - 1;
	uint32_t rid = mask_next(entry.first, mask);
	uint32_t utlb;

	while (!master->bad && rid <= last) {
		utlb = entry.base + (rid - entry.first);
		utlb = utlb < entry.base ? IPMMU_NONE : utlb;
		if (!ipmmu_fdt_master_has(master, unit, utlb)) {
			ipmmu_fdt_master_add(r, master, unit, utlb, "iommu-map");
		}
		if (unit->state != FDT_LIVE) {
			return;
		}
		rid = mask_next(rid + 1, mask);
	}
}

static bool foreign_has(const struct fdt_reader *r, uint32_t phandle)
{
	uint32_t i;

	for (i = 0; i < r->foreign_count; i++) {
		if (r->foreign[i].phandle == phandle) {
			return true;
		}
	}
	return false;
}

static bool map_entry_good(struct fdt_reader *r, struct fdt_prop map, uint32_t i)
{
	struct map_entry entry = map_entry_at(map, i);
	struct ipmmu_fdt_defect allowed = {.value = entry.first, .max = RID_LAST};
	uint32_t j;

	if (entry.first > RID_LAST) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_VALUE, "iommu-map", allowed);
		return false;
	}
	allowed.value = entry.length;
	allowed.min = 1;
	allowed.max = RID_LAST + 1 - entry.first;
	if (entry.length < allowed.min || entry.length > allowed.max) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_VALUE, "iommu-map", allowed);
		return false;
	}
	for (j = 0; j < i; j++) {
		struct map_entry before = map_entry_at(map, j);

		if (entry.first < before.first + before.length &&
		    before.first < entry.first + entry.length) {
			ipmmu_fdt_report_value(r, IPMMU_FDT_DUPLICATE, "iommu-map",
					       entry.first);
			return false;
		}
	}
	if (ipmmu_fdt_unit_find(r, entry.phandle) == NULL && !foreign_has(r, entry.phandle)) {
		ipmmu_fdt_report_value(r, IPMMU_FDT_BAD_PHANDLE, "iommu-map", entry.phandle);
		return false;
	}
	return true;
}

/* Reads iommu-map-mask; false where it has the wrong size. A mask that hides bits is noted. */
static bool map_mask(struct fdt_reader *r, uint32_t *mask)
{
	static const char name[] = "iommu-map-mask";
	struct fdt_prop prop = ipmmu_fdt_prop(r->walk.blob, r->walk.node, name);

	*mask = RID_LAST;
	if (prop.p == NULL) {
		return true;
	}
	if (prop.length != 4) {
		ipmmu_fdt_report_range(
			r, IPMMU_FDT_BAD_SIZE, name,
			(struct ipmmu_fdt_defect){.value = prop.length, .min = 4, .max = 4});
		return false;
	}
	*mask = ipmmu_fdt_cell(prop, 0) & RID_LAST;
	if (*mask != RID_LAST) {
		ipmmu_fdt_report_value(r, IPMMU_FDT_IOMMU_MAP_MASKED, name, *mask);
	}
	return true;
}

static bool map_size_good(struct fdt_reader *r, struct fdt_prop map)
{
	struct ipmmu_fdt_defect size = {.value = map.length, .min = 16};
	enum ipmmu_fdt_defect_kind kind = IPMMU_FDT_BAD_SIZE;

	size.max = 16 * IPMMU_FDT_MAX_MAP;
	if (map.length != 0 && map.length % 16 == 0 && map.length <= size.max) {
		return true;
	}
	if (map.length > size.max) {
		kind = IPMMU_FDT_TOO_MANY;
	}
	ipmmu_fdt_report_range(r, kind, "iommu-map", size);
	return false;
}

void ipmmu_fdt_map_read(struct fdt_reader *r, struct fdt_master *master)
{
	struct fdt_prop map = ipmmu_fdt_prop(r->walk.blob, r->walk.node, "iommu-map");
	uint32_t mask = 0;
	uint32_t i;

	if (map.p == NULL) {
		return;
	}
	if (!map_size_good(r, map) || !map_mask(r, &mask)) {
		master->bad = true;
	}
	for (i = 0; !master->bad && i < map.length / 16; i++) {
		master->bad = !map_entry_good(r, map, i);
		if (!master->bad &&
		    ipmmu_fdt_unit_find(r, ipmmu_fdt_cell(map, i * 4 + 1)) != NULL) {
			map_entry_expand(r, master, map_entry_at(map, i), mask);
		}
	}
}
