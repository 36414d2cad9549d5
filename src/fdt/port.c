// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * port.c - the ports of a master that is being read. Does not know which property names them.
 */
#include "fdt_priv.h"

static bool has_port(const struct ipmmu_port *ports, uint32_t count, struct ipmmu_port port)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (ports[i].mmu == port.mmu && ports[i].utlb == port.utlb) {
			return true;
		}
	}
	return false;
}

bool ipmmu_fdt_master_has(const struct fdt_master *master, const struct fdt_unit *unit,
			  uint32_t utlb)
{
	struct ipmmu_port port = {(uint16_t)unit->index, (uint16_t)utlb};

	return unit->state == FDT_LIVE && utlb < IPMMU_MAX_UTLBS &&
	       has_port(master->ports, master->count, port);
}

/* A disabled unit is noted at once. What is remembered is rather a unit with a defect. */
void ipmmu_fdt_master_lose(struct fdt_reader *r, struct fdt_master *master,
			   const struct fdt_unit *unit, struct ipmmu_fdt_defect defect)
{
	if (unit->state == FDT_DISABLED) {
		defect.kind = IPMMU_FDT_DISABLED_MMU;
		defect.path = ipmmu_fdt_path(r);
		ipmmu_fdt_report(r, defect);
	}
	if (master->missing == NULL ||
	    (unit->state == FDT_DEAD && master->missing->state == FDT_DISABLED)) {
		master->missing = unit;
		master->lost = defect;
	}
}

void ipmmu_fdt_master_add(struct fdt_reader *r, struct fdt_master *master,
			  const struct fdt_unit *unit, uint32_t utlb, const char *property)
{
	struct ipmmu_fdt_defect defect = {.property = property, .has_value = true};
	struct ipmmu_port port;

	defect.value = utlb;
	defect.other = unit->name;
	if (unit->state != FDT_LIVE) {
		ipmmu_fdt_master_lose(r, master, unit, defect);
		return;
	}
	port.mmu = (uint16_t)unit->index;
	port.utlb = (uint16_t)utlb;
	if (utlb >= r->storage->mmus[unit->index].soc->utlbs) {
		defect.max = r->storage->mmus[unit->index].soc->utlbs - 1u;
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_UTLB, property, defect);
		master->bad = true;
	} else if (has_port(master->ports, master->count, port)) {
		defect.kind = IPMMU_FDT_DUPLICATE;
		defect.path = ipmmu_fdt_path(r);
		ipmmu_fdt_report(r, defect);
		master->bad = true;
	} else {
		master->ports[master->count] = port;
		master->count++;
	}
}

const char *ipmmu_fdt_port_owner(const struct fdt_reader *r, struct ipmmu_port port)
{
	const struct ipmmu_master_desc *masters = r->storage->masters;
	uint32_t i;

	for (i = 0; i < r->master_count; i++) {
		if (has_port(masters[i].ports, masters[i].port_count, port)) {
			return masters[i].name;
		}
	}
	return NULL;
}
