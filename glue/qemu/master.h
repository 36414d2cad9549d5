/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * master.h - a bus master for tests, which any software can start and which can keep running.
 * Its registers are described in docs/qemu.md.
 */
#ifndef HW_MISC_IPMMU_MASTER_H
#define HW_MISC_IPMMU_MASTER_H

#include "ipmmu.h"

#define TYPE_IPMMU_MASTER "ipmmu-test-master"

OBJECT_DECLARE_SIMPLE_TYPE(IpmmuMaster, IPMMU_MASTER)

enum {
	IPMMU_MASTER_BUFFER = 4096,
	IPMMU_MASTER_SIZE = 8192,
	IPMMU_MASTER_WORDS = 16
};

struct IpmmuMaster {
	SysBusDevice parent_obj;

	MemoryRegion region;
	qemu_irq irq;
	QEMUTimer *timer;
	IpmmuState *ipmmu; /* link */
	IpmmuPort *port;
	uint32_t unit; /* properties: where it sits at reset */
	uint32_t utlb;
	uint32_t words[IPMMU_MASTER_WORDS]; /* registers, 4 bytes apart */
	uint32_t moved;                     /* bytes of this round */
	uint8_t buffer[IPMMU_MASTER_BUFFER];
};

/* Put it behind another uTLB; it stops. False when there is none of that number. */
bool ipmmu_master_place(IpmmuMaster *s, uint32_t unit, uint32_t utlb);

#endif
