// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * measure.c - how much a tree can need at most, before anything in it is judged.
 */
#include "fdt_priv.h"

enum fdt_node_kind ipmmu_fdt_kind(const struct fdt_walk *walk)
{
	if (ipmmu_fdt_is_ipmmu(walk->blob, walk->node)) {
		return FDT_NODE_UNIT;
	}
	if (ipmmu_fdt_walk_reserved(walk)) {
		return FDT_NODE_RESERVED;
	}
	if (ipmmu_fdt_prop(walk->blob, walk->node, "iommus").p != NULL ||
	    ipmmu_fdt_prop(walk->blob, walk->node, "iommu-map").p != NULL) {
		return FDT_NODE_MASTER;
	}
	return FDT_NODE_OTHER;
}

/* A reference takes two cells; a map entry yields what its length says, but no more uTLBs than
 * a part has.
 */
static uint32_t measure_ports(const struct fdt_walk *walk)
{
	struct fdt_prop list = ipmmu_fdt_prop(walk->blob, walk->node, "iommus");
	struct fdt_prop map = ipmmu_fdt_prop(walk->blob, walk->node, "iommu-map");
	uint32_t ports = list.length / 8;
	uint32_t length;
	uint32_t i;

	for (i = 0; i < map.length / 16 && i < IPMMU_FDT_MAX_MAP; i++) {
		length = ipmmu_fdt_cell(map, i * 4 + 3);
		ports += length < IPMMU_MAX_UTLBS ? length : IPMMU_MAX_UTLBS;
	}
	return ports;
}

static void measure_node(struct fdt_reader *r, enum fdt_node_kind kind)
{
	const struct fdt_walk *walk = &r->walk;
	struct ipmmu_fdt_storage *needs = &r->result->needs;

	if (kind == FDT_NODE_OTHER) {
		return;
	}
	needs->text_size += ipmmu_fdt_walk_path(walk, walk->depth, r->path, sizeof(r->path));
	if (kind == FDT_NODE_UNIT) {
		needs->mmus_max += needs->mmus_max < IPMMU_MAX_MMUS;
	} else if (kind == FDT_NODE_RESERVED) {
		needs->regions_max +=
			1 +
			ipmmu_fdt_prop(walk->blob, walk->node, "iommu-addresses").length / 12;
	} else {
		needs->masters_max++;
		needs->ports_max += measure_ports(walk);
		needs->regions_max +=
			ipmmu_fdt_prop(walk->blob, walk->node, "memory-region").length / 4;
	}
}

void ipmmu_fdt_measure(struct fdt_reader *r)
{
	struct ipmmu_fdt_storage *needs = &r->result->needs;

	ipmmu_fdt_walk_start(&r->walk, r->walk.blob);
	while (ipmmu_fdt_walk_next(&r->walk)) {
		measure_node(r, ipmmu_fdt_kind(&r->walk));
	}
	if (needs->mmus_max == 0) {
		needs->masters_max = 0;
		needs->ports_max = 0;
		needs->regions_max = 0;
		needs->text_size = 0;
	}
}

static bool fits(struct fdt_reader *r, const char *what, const void *memory, uint64_t max,
		 uint64_t need)
{
	struct ipmmu_fdt_defect defect = {.kind = IPMMU_FDT_NO_STORAGE,
					  .property = what,
					  .has_value = true,
					  .value = need,
					  .has_range = true};

	if (need == 0 || (memory != NULL && max >= need)) {
		return true;
	}
	defect.max = memory == NULL ? 0 : max;
	ipmmu_fdt_report(r, defect);
	return false;
}

bool ipmmu_fdt_fits(struct fdt_reader *r)
{
	const struct ipmmu_fdt_storage *s = r->storage;
	const struct ipmmu_fdt_storage *needs = &r->result->needs;
	bool ok = fits(r, "mmus", s->mmus, s->mmus_max, needs->mmus_max);

	ok = fits(r, "masters", s->masters, s->masters_max, needs->masters_max) && ok;
	ok = fits(r, "ports", s->ports, s->ports_max, needs->ports_max) && ok;
	ok = fits(r, "regions", s->regions, s->regions_max, needs->regions_max) && ok;
	return fits(r, "text", s->text, s->text_size, needs->text_size) && ok;
}
