// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * dma.c - what a bus master behind an IPMMU says of a table of the engine: the library gives it
 * to a domain as a table of the host's.
 */
#include "oracle.h"

#include "../test/rig.h"

enum {
	WORD = 8
};

bool oracle_dma_use(struct oracle_table *table)
{
	struct ipmmu_options options = {0};
	struct ipmmu_table given;
	struct ipmmu_pt_info info;

	options.mode = table->format == IPMMU_PT_S2 ? IPMMU_MODE_S2 : IPMMU_MODE_S1_AARCH64;
	CHECK(rig_start(&options));
	ipmmu_pt_query(&table->pt, &info);
	given.root = info.root;
	given.format = options.mode;
	given.input_bits = table->bits;
	CHECK(ipmmu_domain_create(rig.system, rig.root, &given, table, &table->domain) ==
	      IPMMU_OK);
	CHECK(ipmmu_master_attach(rig.master, table->domain, NULL) == IPMMU_OK);
	return true;
}

bool oracle_dma_flush(struct oracle_table *table)
{
	CHECK(ipmmu_domain_flush(table->domain) == IPMMU_OK);
	return true;
}

bool oracle_dma_leave(struct oracle_table *table)
{
	struct ipmmu_domain *domain = table->domain;

	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	CHECK(ipmmu_domain_destroy(domain) == IPMMU_OK);
	table->domain = NULL;
	return rig_end();
}

struct oracle_view oracle_dma_access(uint64_t iova, bool write, uint64_t *value)
{
	struct oracle_view view = {false, 0, false, 0};
	uint32_t faults = rig.fault_count;

	hardware_master_write(MASTER_BUFFER, (uint32_t)*value);
	hardware_master_write(MASTER_BUFFER + 4, (uint32_t)(*value >> 32));
	view.allowed = master_round(iova, WORD, write);
	if (view.allowed) {
		*value = hardware_master_read(MASTER_BUFFER) |
			 (uint64_t)hardware_master_read(MASTER_BUFFER + 4) << 32;
	} else if (rig.fault_count != faults) {
		view.permission =
			(rig.faults[faults % RIG_FAULTS].kinds & IPMMU_FAULT_PERMISSION) != 0;
	} else {
		print("# the IPMMU stopped an access and told of no fault\n");
		image_halt("a fault record is lost");
	}
	return view;
}
