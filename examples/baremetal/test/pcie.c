// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * pcie.c - a PCIe device behind the IPMMU: QEMU's "edu" on bus 0. All functions of the bus are
 * one master here, each with a uTLB of its own. Only where the machine has the device.
 */
#include "rig.h"

#include <ipmmu-cpu.h>
#include <string.h>

#define EDU_ID   0x11e81234u
#define BAR      0x10000000u /* in the window of the virt machine */
#define BAR_SIZE 0x100000u
#define IOVA     0x70000000u

enum {
	DEVICE_STRIDE = 0x8000,
	DEVICES = 4,
	CONFIG_COMMAND = 0x04,
	CONFIG_BAR = 0x10,
	MEMORY_AND_MASTER = 6,
	DMA_FROM = 0x80,
	DMA_TO = 0x88,
	DMA_COUNT = 0x90,
	DMA_COMMAND = 0x98,
	DMA_START = 1,
	DMA_OUT = 2, /* from the device into memory */
	BUFFER = 0x40000,
	SIZE = 512,
	SECOND = 1000000
};

static uintptr_t edu;
static struct space a;
static struct ipmmu_master *bridge;

static bool edu_find(void)
{
	uint64_t size = 0;
	uint64_t at = machine_region("pci-host-ecam-generic", &size);
	uintptr_t config = at == 0 ? 0 : (uintptr_t)device_map(at, DEVICES * DEVICE_STRIDE);
	uint32_t i;

	for (i = 0; config != 0 && i < DEVICES; i++, config += DEVICE_STRIDE) {
		if (ipmmu_cpu_read32(config) == EDU_ID) {
			ipmmu_cpu_write32(config + CONFIG_BAR, BAR);
			ipmmu_cpu_write32(config + CONFIG_COMMAND, MEMORY_AND_MASTER);
			edu = (uintptr_t)device_map(BAR, BAR_SIZE);
			return edu != 0;
		}
	}
	return false;
}

/* It takes a tenth of a second. */
static bool edu_dma(uint32_t from, uint32_t to, uint32_t command)
{
	uint64_t end = ipmmu_baremetal_now_us(&rig.metal) + SECOND;

	ipmmu_cpu_write32(edu + DMA_FROM, from);
	ipmmu_cpu_write32(edu + DMA_TO, to);
	ipmmu_cpu_write32(edu + DMA_COUNT, SIZE);
	ipmmu_cpu_write32(edu + DMA_COMMAND, command | DMA_START);
	while ((ipmmu_cpu_read32(edu + DMA_COMMAND) & DMA_START) != 0) {
		if (ipmmu_baremetal_now_us(&rig.metal) > end) {
			return false;
		}
		rig_service();
	}
	return true;
}

static bool claim(void)
{
	const struct ipmmu_master_desc *desc;

	CHECK(rig_start(NULL));
	desc = rig_find("pcie");
	CHECK(desc != NULL);
	CHECK(ipmmu_master_add(rig.system, desc, &bridge) == IPMMU_OK);
	CHECK(space_create(&a));
	CHECK(space_map(&a, IOVA, watched[4], PAGE, IPMMU_PT_READ));
	CHECK(space_map(&a, IOVA + PAGE, watched[9], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	watch();
	return true;
}

static bool unclaim(void)
{
	CHECK(ipmmu_master_remove(bridge) == IPMMU_OK);
	CHECK(space_destroy(&a));
	return rig_end();
}

static bool a_pcie_device_copies_through_translated_addresses(void)
{
	uint32_t i;

	CHECK(claim());
	for (i = 0; i < SIZE; i++) {
		watched[4][i] = (uint8_t)(3 * i + 1);
	}
	CHECK(ipmmu_master_attach(bridge, a.domain, NULL) == IPMMU_OK);
	CHECK(edu_dma(IOVA, BUFFER, 0));
	CHECK(edu_dma(BUFFER, IOVA + PAGE, DMA_OUT));
	CHECK(memcmp(watched[4], watched[9], SIZE) == 0);
	CHECK(untouched_but(4, 9));
	CHECK(rig.fault_count == 0);
	CHECK(ipmmu_master_detach(bridge, NULL) == IPMMU_OK);
	return unclaim();
}

static bool a_pcie_device_is_stopped_where_it_may_not_write_and_when_denied(void)
{
	CHECK(claim());
	CHECK(ipmmu_master_attach(bridge, a.domain, NULL) == IPMMU_OK);
	CHECK(edu_dma(BUFFER, IOVA, DMA_OUT));
	CHECK(rig_wait(&rig.fault_count, 0, SECOND));
	CHECK(rig.faults[0].kinds == IPMMU_FAULT_PERMISSION);
	CHECK(rig.faults[0].iova.v == IOVA);
	CHECK(ipmmu_master_detach(bridge, NULL) == IPMMU_OK);
	rig.fault_count = 0;
	CHECK(edu_dma(BUFFER, IOVA + PAGE, DMA_OUT));
	CHECK(rig_wait(&rig.fault_count, 0, SECOND));
	CHECK(rig.faults[0].kinds == IPMMU_FAULT_TRANSLATION);
	CHECK(untouched_but(WATCHED, WATCHED));
	return unclaim();
}

static const struct tap_case cases[] = {
	TAP_CASE(a_pcie_device_copies_through_translated_addresses),
	TAP_CASE(a_pcie_device_is_stopped_where_it_may_not_write_and_when_denied),
};

void test_pcie(void);
void test_pcie(void)
{
	if (edu_find()) {
		tap_run(cases, TAP_COUNT(cases));
	}
}
