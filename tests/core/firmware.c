// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * firmware.c - contexts and uTLBs that are on when the system is created.
 */
#include "firmware.h"

enum {
	S2PTE = 8
};

static const uint32_t TTBCR_S2_40 = 0xc0000058u;

void firmware_context(struct kit *kit, uint32_t n, uint32_t caches, uint32_t more)
{
	struct model_memory memory = kit_memory(kit);
	struct model_table table;
	uint32_t unit;

	assert_int_equal(model_table_create(&table, MODEL_FORMAT_S2, 40, &memory),
			 MODEL_TABLE_OK);
	assert_int_equal(model_table_map(&table, FIRMWARE_IOVA, firmware_pa(n), IPMMU_PAGE_SIZE,
					 true, true, false),
			 MODEL_TABLE_OK);
	rig_set_global(kit, 0, R_IMSAUXCTLR, S2PTE);
	rig_set_context(kit, 0, n, R_IMTTLBR0, (uint32_t)table.root);
	rig_set_context(kit, 0, n, R_IMTTBCR, TTBCR_S2_40);
	for (unit = 0; unit < kit->desc.mmu_count; unit++) {
		rig_set_global(kit, unit, R_IMSCTLR, 0);
		if (unit == 0) {
			rig_set_context(kit, unit, n, R_IMCTR, B_VA64 | B_MMUEN | more);
		} else if ((caches & (1u << unit)) != 0) {
			rig_set_context(kit, unit, n, R_IMCTR, B_MMUEN | more);
		}
	}
}

void firmware_port(struct kit *kit, int master, uint32_t n)
{
	const struct ipmmu_port *port = &kit->masters[master].ports[0];

	rig_set_utlb(kit, port->mmu, port->utlb, n << 4 | 1u);
}

void firmware_keep(struct kit *kit, int master, uint32_t n)
{
	kit->described[master].keep = true;
	firmware_port(kit, master, n);
}
