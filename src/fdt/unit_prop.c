// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * unit_prop.c - the properties of one IPMMU node, and every defect that shows in it alone.
 * Knows no other node; link.c compares them.
 */
#include "fdt_priv.h"

/** Bytes of a register region: the smallest that holds every register of the generation. */
static uint64_t reg_bytes(enum ipmmu_generation generation)
{
	return generation == IPMMU_GEN4 ? 0x20000 : 0x1000;
}

/* The most specific string that the library knows decides; the register then picks the cut. */
static bool unit_soc(struct fdt_reader *r, struct ipmmu_mmu_desc *mmu)
{
	struct fdt_prop list = ipmmu_fdt_prop(r->walk.blob, r->walk.node, "compatible");
	const struct ipmmu_prr *prr = r->options->prr;
	struct ipmmu_fdt_defect defect = {.kind = IPMMU_FDT_UNKNOWN_SOC,
					  .property = "compatible"};
	uint32_t at = 0;
	const char *text = ipmmu_fdt_string(list, &at);

	while (text != NULL && ipmmu_soc_find(text, NULL) == NULL) {
		text = ipmmu_fdt_string(list, &at);
	}
	mmu->soc = text == NULL ? NULL : ipmmu_soc_find(text, prr);
	if (mmu->soc != NULL) {
		return true;
	}
	defect.path = ipmmu_fdt_path(r);
	defect.has_value = text != NULL && prr != NULL;
	defect.value = prr == NULL ? 0 : prr->product;
	ipmmu_fdt_report(r, defect);
	return false;
}

static bool unit_reg(struct fdt_reader *r, struct ipmmu_mmu_desc *mmu)
{
	const uint64_t end = (uint64_t)1 << IPMMU_PA_BITS;
	uint64_t bytes = reg_bytes(mmu->soc->generation);
	struct ipmmu_fdt_defect allowed = {.min = bytes, .max = end};
	struct fdt_range range = {0, 0};

	if (!ipmmu_fdt_reg(r, &range)) {
		return false;
	}
	allowed.value = range.size;
	if (range.size < bytes || range.size > end) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_REG, "reg", allowed);
		return false;
	}
	allowed.value = range.start;
	allowed.min = 0;
	allowed.max = end - range.size;
	if (range.start > allowed.max || range.start % IPMMU_PAGE_SIZE != 0) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_REG, "reg", allowed);
		return false;
	}
	mmu->reg.v = range.start;
	mmu->reg_size = range.size;
	return true;
}

static bool unit_cells(struct fdt_reader *r, struct fdt_unit *unit)
{
	struct fdt_prop cells = ipmmu_fdt_prop(r->walk.blob, r->walk.node, "#iommu-cells");
	uint32_t value;

	unit->cells = 1;
	if (cells.p == NULL) {
		ipmmu_fdt_report_missing(r, "#iommu-cells");
		return false;
	}
	if (cells.length != 4) {
		ipmmu_fdt_report_range(
			r, IPMMU_FDT_BAD_SIZE, "#iommu-cells",
			(struct ipmmu_fdt_defect){.value = cells.length, .min = 4, .max = 4});
		return false;
	}
	value = ipmmu_fdt_cell(cells, 0);
	if (value == 1) {
		return true;
	}
	unit->cells = (uint8_t)(value < 16 ? value : 16);
	ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_CELLS, "#iommu-cells",
			       (struct ipmmu_fdt_defect){.value = value, .min = 1, .max = 1});
	return false;
}

static bool unit_main(struct fdt_reader *r, struct fdt_unit *unit, struct ipmmu_mmu_desc *mmu,
		      struct fdt_prop main)
{
	static const char name[] = "renesas,ipmmu-main";
	struct ipmmu_fdt_defect allowed = {.value = main.length, .min = 4, .max = 8};

	if (mmu->soc->generation == IPMMU_GEN2) {
		ipmmu_fdt_report(r, (struct ipmmu_fdt_defect){.kind = IPMMU_FDT_UNEXPECTED,
							      .path = ipmmu_fdt_path(r),
							      .property = name});
		return false;
	}
	if (main.length != 4 && main.length != 8) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_SIZE, name, allowed);
		return false;
	}
	unit->main = ipmmu_fdt_cell(main, 0);
	if (unit->main == 0) {
		ipmmu_fdt_report_value(r, IPMMU_FDT_BAD_PHANDLE, name, 0);
		return false;
	}
	if (main.length == 4) {
		return true;
	}
	mmu->imsstr_bit = ipmmu_fdt_cell(main, 1);
	allowed.value = mmu->imsstr_bit;
	allowed.min = 0;
	allowed.max = 31;
	if (mmu->imsstr_bit > 31) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_VALUE, name, allowed);
	}
	return mmu->imsstr_bit <= 31;
}

/* One GIC specifier: kind, number, flags. Kind 0 is a shared interrupt, the only one possible.
 */
static bool unit_irq_cell(struct fdt_reader *r, const char *name, struct fdt_prop list,
			  uint32_t at, uint32_t *irq)
{
	struct ipmmu_fdt_defect kind = {.value = ipmmu_fdt_cell(list, at)};
	struct ipmmu_fdt_defect number = {.value = ipmmu_fdt_cell(list, at + 1), .max = 987};

	if (kind.value != 0) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_VALUE, name, kind);
		return false;
	}
	if (number.value > number.max) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_VALUE, name, number);
		return false;
	}
	*irq = (uint32_t)number.value;
	return true;
}

/* @lead cells stand before each specifier: the controller's phandle in interrupts-extended. */
static bool unit_irq(struct fdt_reader *r, struct ipmmu_mmu_desc *mmu, const char *name,
		     struct fdt_prop list, uint32_t lead)
{
	uint32_t bytes = (lead + 3) * 4;

	if (list.length != bytes && list.length != 2 * bytes) {
		ipmmu_fdt_report_range(r, IPMMU_FDT_BAD_SIZE, name,
				       (struct ipmmu_fdt_defect){.value = list.length,
								 .min = bytes,
								 .max = 2 * bytes});
		return false;
	}
	if (!unit_irq_cell(r, name, list, lead, &mmu->irq)) {
		return false;
	}
	return list.length == bytes ||
	       unit_irq_cell(r, name, list, bytes / 4 + lead, &mmu->irq_secure);
}

/* Exactly one of the two tells what the node is: a cache has a main, a root interrupts. */
static bool unit_role(struct fdt_reader *r, struct fdt_unit *unit, struct ipmmu_mmu_desc *mmu)
{
	struct fdt_prop main = ipmmu_fdt_prop(r->walk.blob, r->walk.node, "renesas,ipmmu-main");
	struct fdt_prop list = ipmmu_fdt_prop(r->walk.blob, r->walk.node, "interrupts");
	struct fdt_prop extended =
		ipmmu_fdt_prop(r->walk.blob, r->walk.node, "interrupts-extended");
	struct ipmmu_fdt_defect defect = {.path = ipmmu_fdt_path(r)};

	if (main.p != NULL && list.p == NULL && extended.p == NULL) {
		return unit_main(r, unit, mmu, main);
	}
	if (main.p != NULL) {
		defect.kind = IPMMU_FDT_UNEXPECTED;
		defect.property = mmu->soc->generation == IPMMU_GEN2 ? "renesas,ipmmu-main"
				  : list.p != NULL                   ? "interrupts"
								     : "interrupts-extended";
	} else if (extended.p != NULL) {
		return unit_irq(r, mmu, "interrupts-extended", extended, 1);
	} else if (list.p != NULL) {
		return unit_irq(r, mmu, "interrupts", list, 0);
	} else if (mmu->soc->generation == IPMMU_GEN2) {
		defect.kind = IPMMU_FDT_MISSING;
		defect.property = "interrupts";
	} else {
		defect.kind = IPMMU_FDT_NO_MAIN;
		defect.property = "renesas,ipmmu-main";
	}
	ipmmu_fdt_report(r, defect);
	return false;
}

bool ipmmu_fdt_unit_read(struct fdt_reader *r, struct fdt_unit *unit,
			 struct ipmmu_mmu_desc *mmu)
{
	bool good = unit_cells(r, unit);

	if (!unit_soc(r, mmu)) {
		return false;
	}
	good = unit_reg(r, mmu) && good;
	good = unit_role(r, unit, mmu) && good;
	return ipmmu_fdt_power(r, mmu) && good;
}
