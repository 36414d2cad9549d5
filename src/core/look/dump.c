// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * dump.c - the registers of one unit, read and taken apart by the table of src/regs.
 */
#include <ipmmu/dump.h>

#include "../../regs/table.h"
#include "../unit/unit.h"

static uint32_t bank_size(const struct ipmmu_mmu *mmu, enum ipmmu_bank bank)
{
	if (bank == IPMMU_BANK_CONTEXT) {
		return mmu->root->soc->contexts;
	}
	if (bank == IPMMU_BANK_UTLB) {
		return mmu->utlb_count;
	}
	return bank == IPMMU_BANK_GLOBAL && mmu->root->layout->has_global ? 1u : 0u;
}

static bool dump_one(const struct ipmmu_mmu *mmu, const struct ipmmu_register *reg, uint32_t i,
		     ipmmu_dump_fn fn, void *arg)
{
	const struct ipmmu_layout *layout = mmu->root->layout;
	struct ipmmu_register_value value = {
		.name = reg->name,
		.index = reg->bank == IPMMU_BANK_GLOBAL ? IPMMU_NONE : i,
		.offset = ipmmu_register_place(reg, layout, i),
	};

	value.value = ipmmu_mmu_read(mmu, value.offset);
	ipmmu_register_fields(reg, layout->generation, mmu->unit == IPMMU_UNIT_ROOT, &value);
	return fn(arg, &value);
}

static bool dump_register(const struct ipmmu_mmu *mmu, const struct ipmmu_register *reg,
			  ipmmu_dump_fn fn, void *arg)
{
	uint32_t count = bank_size(mmu, reg->bank);
	uint32_t i;

	if (reg->access == IPMMU_ACCESS_NAME ||
	    !ipmmu_register_here(reg, mmu->root->layout->generation,
				 mmu->unit == IPMMU_UNIT_ROOT)) {
		return true;
	}
	for (i = 0u; i < count; i++) {
		if (!dump_one(mmu, reg, i, fn, arg)) {
			return false;
		}
	}
	return true;
}

enum ipmmu_err ipmmu_mmu_dump(struct ipmmu_system *system, uint32_t index, ipmmu_dump_fn fn,
			      void *arg)
{
	const struct ipmmu_register *reg;
	struct ipmmu_mmu *mmu;
	enum ipmmu_err err =
		fn == NULL ? IPMMU_E_ARG : ipmmu_system_find(system, index, system, &mmu);
	size_t i;

	if (err != IPMMU_OK) {
		return err;
	}
	if (mmu->why != IPMMU_OK) {
		return IPMMU_E_OFFLINE;
	}
	for (i = 0u; (reg = ipmmu_register_get(i)) != NULL; i++) {
		if (!dump_register(mmu, reg, fn, arg)) {
			break;
		}
	}
	return IPMMU_OK;
}
