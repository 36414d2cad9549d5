/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * lab.h - a page of registers that no hardware has: what a test wants to set and to see.
 */
#ifndef HW_MISC_IPMMU_LAB_H
#define HW_MISC_IPMMU_LAB_H

#include "master.h"

#define TYPE_IPMMU_LAB "ipmmu-lab"

OBJECT_DECLARE_SIMPLE_TYPE(IpmmuLab, IPMMU_LAB)

enum {
	IPMMU_LAB_SIZE = 4096,
	IPMMU_LAB_STRETCHES = 4096
};

struct IpmmuLab {
	SysBusDevice parent_obj;

	MemoryRegion region;
	IpmmuState *ipmmu;   /* link */
	IpmmuMaster *master; /* link */
	uint32_t poke_unit;
	uint32_t poke_offset;
	uint32_t violation; /* index of the one that is shown */
	uint32_t stretch;
	struct model_reach *stretches;
	uint32_t stretch_count; /* may exceed IPMMU_LAB_STRETCHES */
};

#endif
