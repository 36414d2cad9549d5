// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * hardware_ipmmu.c - a machine that has IPMMUs and the test master: scripts/qemu's.
 */
#include "hardware.h"

#include <ipmmu-baremetal.h>
#include <ipmmu-cpu.h>

/* The lab page, which no tree names: docs/qemu.md. */
enum {
	LAB = 0x0bf20000,
	LAB_ID = 0x424c5049,
	LAB_BROKEN = 0x10, /* four masks */
	LAB_VIOLATIONS = 0x40,
	LAB_FAULTS = 0x74
};

static uintptr_t master;
static uintptr_t lab;

static void find(void)
{
	uint64_t size = 0;
	uint64_t at;

	if (lab != 0) {
		return;
	}
	at = machine_region("libipmmu,test-master", &size);
	master = at == 0 ? 0 : (uintptr_t)device_map(at, size);
	lab = (uintptr_t)device_map(LAB, PAGE);
	if (master == 0 || lab == 0 || ipmmu_cpu_read32(lab) != LAB_ID) {
		image_halt("the device tree names no libipmmu,test-master: these tests are for "
			   "the "
			   "machine of scripts/qemu");
	}
}

const void *hardware_tree(size_t *size)
{
	find();
	*size = machine.fdt_size;
	return machine.fdt;
}

const char *hardware_master_name(void)
{
	return "test-master";
}

/* It sits where the machine has put it. */
void hardware_master_place(uint32_t unit, uint32_t utlb)
{
	(void)unit;
	(void)utlb;
}

bool hardware_product(uint32_t *value)
{
	uint64_t size;
	uint64_t at = machine_region("renesas,prr", &size);
	void *mapped = at == 0 ? NULL : device_map(at, size);

	if (mapped != NULL) {
		*value = ipmmu_cpu_read32((uintptr_t)mapped);
	}
	return mapped != NULL;
}

bool hardware_connect(struct ipmmu_ops *ops, struct ipmmu_mmu_desc *mmus, uint32_t count)
{
	uint32_t i;

	(void)ops;
	for (i = 0; i < count; i++) {
		if (device_map(mmus[i].reg.v, mmus[i].reg_size) == NULL) {
			return false;
		}
	}
	ipmmu_baremetal_bind(mmus, count);
	return true;
}

void hardware_break(enum hardware_fault fault, uint32_t units)
{
	ipmmu_cpu_write32(lab + LAB_BROKEN + 4u * (uint32_t)fault, units);
}

uint32_t hardware_violations(void)
{
	uint32_t count = ipmmu_cpu_read32(lab + LAB_VIOLATIONS);

	ipmmu_cpu_write32(lab + LAB_VIOLATIONS, 0);
	return count;
}

uint32_t hardware_faults(void)
{
	return ipmmu_cpu_read32(lab + LAB_FAULTS);
}

uint32_t hardware_master_read(uint32_t offset)
{
	return ipmmu_cpu_read32(master + offset);
}

void hardware_master_write(uint32_t offset, uint32_t value)
{
	ipmmu_cpu_write32(master + offset, value);
}
