// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * domain.c - a master, a domain and one page: the master reaches it and nothing else, and what
 * it tries beyond is told. The master is the test master of scripts/qemu; docs/baremetal.md
 * goes through it.
 */
#include "setup.h"

#include <ipmmu/master.h>
#include <ipmmu/owned.h>
#include <ipmmu-cpu.h>

#define IOVA 0x80000000ull

/* Registers of the test master: docs/qemu.md. */
enum {
	CONTROL = 0x04,
	STATUS = 0x08,
	LENGTH = 0x0c,
	ADDRESS = 0x10,
	PERIOD = 0x18,
	BUFFER = 0x1000,
	SLOW = 100000, /* microseconds between two attempts */
	WRITE = 3,
	BUSY = 1,
	STALLED = 8
};

static uint8_t page[PAGE] __attribute__((aligned(PAGE)));

/* Four bytes into memory at @iova, as the master sees it. */
static void dma(uintptr_t registers, uint64_t iova, uint32_t value)
{
	uint32_t status;

	ipmmu_cpu_write32(registers + BUFFER, value);
	ipmmu_cpu_write32(registers + LENGTH, 4);
	ipmmu_cpu_write32(registers + ADDRESS, (uint32_t)iova);
	ipmmu_cpu_write32(registers + PERIOD, SLOW);
	ipmmu_cpu_write32(registers + CONTROL, WRITE);
	do {
		status = ipmmu_cpu_read32(registers + STATUS);
	} while ((status & BUSY) != 0 && (status & STALLED) == 0);
	ipmmu_cpu_write32(registers + CONTROL, 0); /* a master that is held would try again */
	setup_service();
	print("to 0x%llx: the page now has 0x%x\n", (wide)iova, *(volatile uint32_t *)page);
}

void image_main(void)
{
	struct ipmmu_system *system = setup();
	const struct ipmmu_master_desc *desc = setup_master("test-master");
	struct ipmmu_pt_prot prot = {.rights = IPMMU_PT_READ | IPMMU_PT_WRITE,
				     .memory = IPMMU_PT_CACHED};
	struct ipmmu_master *master;
	struct ipmmu_domain *domain;
	uint64_t size = 0;
	uint64_t at = machine_region("libipmmu,test-master", &size);
	uintptr_t registers = (uintptr_t)device_map(at, size);

	setup_check(ipmmu_master_add(system, desc, &master), "the claim");
	dma(registers, (uintptr_t)page, 1);

	setup_check(ipmmu_domain_create_owned(system, setup_root(desc), NULL, NULL, &domain),
		    "the domain");
	setup_check(ipmmu_domain_map(domain, (struct ipmmu_iova){IOVA},
				     (struct ipmmu_pa){(uintptr_t)page}, PAGE, prot),
		    "the mapping");
	setup_check(ipmmu_master_attach(master, domain, NULL), "the attach");
	dma(registers, IOVA, 2);
	dma(registers, IOVA + PAGE, 3);

	setup_check(ipmmu_domain_unmap(domain, (struct ipmmu_iova){IOVA}, PAGE), "the unmap");
	dma(registers, IOVA, 4);
}
