// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * gic.c - Arm's interrupt controller, versions 2 and 3, as far as an image needs it: shared
 * interrupts go to the first core. Which is non-secure Group 1 of version 3, and on version 2
 * whatever group the interrupts are in.
 */
#include "image.h"

#include <ipmmu-cpu.h>

enum {
	INTIDS = 1020,
	FIRST_SHARED = 32,
	SPURIOUS = 1020,
	/* Distributor. */
	D_CONTROL = 0x000,
	D_TYPE = 0x004,
	D_GROUP = 0x080,
	D_ENABLE = 0x100,
	D_DISABLE = 0x180,
	D_PEND = 0x200,
	D_UNPEND = 0x280,
	D_PRIORITY = 0x400,
	D_TARGET = 0x800,
	D_SGI = 0xf00,
	D_ROUTE = 0x6000,
	/* CPU interface of version 2. */
	C_CONTROL = 0x00,
	C_MASK = 0x04,
	C_ACKNOWLEDGE = 0x0c,
	C_END = 0x10,
	/* Redistributor: two pages of 64 KiB, registers of private interrupts in the second. */
	R_TYPE = 0x008,
	R_WAKER = 0x014,
	R_PRIVATE = 0x10000,
	R_STRIDE = 0x20000,
	MEDIUM = 0xa0
};

static struct {
	uintptr_t distributor;
	uintptr_t cpu;
	uintptr_t private[CORES_MAX]; /* where private interrupts are set */
	struct {
		irq_fn fn;
		void *arg;
	} handlers[INTIDS];
	uint8_t core_mask[CORES_MAX]; /* version 2: the name of each core's interface */
	bool three;
} gic;

#ifdef __aarch64__
static void icc_start(void)
{
	uint64_t sre;

	if (ipmmu_cpu_level() == 2) {
		__asm__ volatile("mrs %0, s3_4_c12_c9_5" : "=r"(sre)); /* ICC_SRE_EL2 */
		__asm__ volatile("msr s3_4_c12_c9_5, %0\n\tisb" : : "r"(sre | 9));
	}
	__asm__ volatile("mrs %0, s3_0_c12_c12_5" : "=r"(sre)); /* ICC_SRE_EL1 */
	__asm__ volatile("msr s3_0_c12_c12_5, %0\n\tisb" : : "r"(sre | 1));
	__asm__ volatile("msr s3_0_c4_c6_0, %0" : : "r"(0xfful));       /* ICC_PMR_EL1 */
	__asm__ volatile("msr s3_0_c12_c12_7, %0\n\tisb" : : "r"(1ul)); /* ICC_IGRPEN1_EL1 */
}

static uint32_t icc_acknowledge(void)
{
	uint64_t intid;

	__asm__ volatile("mrs %0, s3_0_c12_c12_0\n\tdsb sy" : "=r"(intid)); /* ICC_IAR1_EL1 */
	return (uint32_t)intid;
}

static void icc_end(uint32_t intid)
{
	__asm__ volatile("msr s3_0_c12_c12_1, %0\n\tisb" : : "r"((uint64_t)intid));
}

static void icc_send(uint64_t id, uint32_t sgi)
{
	uint64_t value = (uint64_t)sgi << 24 | 1ull << (id & 0xf) | (id >> 8 & 0xff) << 16 |
			 (id >> 16 & 0xff) << 32 | (id >> 32 & 0xff) << 48;

	__asm__ volatile("dsb sy\n\tmsr s3_0_c12_c11_5, %0\n\tisb" : : "r"(value));
}
#else
static void icc_start(void)
{
	__asm__ volatile("mcr p15, 0, %0, c12, c12, 5\n\tisb" : : "r"(7)); /* ICC_SRE */
	__asm__ volatile("mcr p15, 0, %0, c4, c6, 0" : : "r"(0xff));       /* ICC_PMR */
	__asm__ volatile("mcr p15, 0, %0, c12, c12, 7\n\tisb" : : "r"(1)); /* ICC_IGRPEN1 */
}

static uint32_t icc_acknowledge(void)
{
	uint32_t intid;

	__asm__ volatile("mrc p15, 0, %0, c12, c12, 0\n\tdsb sy" : "=r"(intid));
	return intid;
}

static void icc_end(uint32_t intid)
{
	__asm__ volatile("mcr p15, 0, %0, c12, c12, 1\n\tisb" : : "r"(intid));
}

static void icc_send(uint64_t id, uint32_t sgi)
{
	uint32_t low = sgi << 24 | 1u << (id & 0xf) | (uint32_t)(id >> 8 & 0xff) << 16;
	uint32_t high = (uint32_t)(id >> 16 & 0xff);

	__asm__ volatile("dsb sy\n\tmcrr p15, 0, %0, %1, c12\n\tisb" : : "r"(low), "r"(high));
}
#endif

static void set_bit(uintptr_t base, uint32_t offset, uint32_t intid)
{
	ipmmu_cpu_write32(base + offset + intid / 32 * 4, 1u << (intid % 32));
}

/* Where the registers of an interrupt are: with version 3 private ones are elsewhere. */
static uintptr_t base_of(uint32_t intid)
{
	return gic.three && intid < FIRST_SHARED ? gic.private[core_number()] : gic.distributor;
}

static void shared_start(void)
{
	uint32_t count = 32 * ((ipmmu_cpu_read32(gic.distributor + D_TYPE) & 31) + 1);
	uint32_t i;

	count = count > INTIDS ? INTIDS : count;
	for (i = FIRST_SHARED; i < count; i += 4) {
		ipmmu_cpu_write32(gic.distributor + D_PRIORITY + i, 0x01010101u * MEDIUM);
		if (!gic.three) {
			ipmmu_cpu_write32(gic.distributor + D_TARGET + i,
					  0x01010101u * gic.core_mask[0]);
		}
	}
	for (i = FIRST_SHARED; i < count; i += 32) {
		ipmmu_cpu_write32(gic.distributor + D_DISABLE + i / 8, 0xffffffffu);
		if (gic.three) {
			ipmmu_cpu_write32(gic.distributor + D_GROUP + i / 8, 0xffffffffu);
		}
	}
}

/* The redistributor of the core that this runs on. */
static uintptr_t redistributor(void)
{
	uint64_t id = machine.core_id[core_number()];
	uint32_t affinity = (uint32_t)(id & 0xffffff) | (uint32_t)(id >> 32 & 0xff) << 24;
	uint64_t offset;

	for (offset = 0; offset < machine.gic_second_size; offset += R_STRIDE) {
		uintptr_t at = (uintptr_t)(machine.gic_second + offset);

		if (ipmmu_cpu_read32(at + R_TYPE + 4) == affinity) {
			return at;
		}
	}
	image_halt("no redistributor of the interrupt controller is this core's");
}

static void private_start(uintptr_t base)
{
	uint32_t i;

	ipmmu_cpu_write32(base + D_DISABLE, 0xffffffffu);
	for (i = 0; i < FIRST_SHARED; i += 4) {
		ipmmu_cpu_write32(base + D_PRIORITY + i, 0x01010101u * MEDIUM);
	}
	ipmmu_cpu_write32(base + D_ENABLE, 0xffff); /* software interrupts */
}

/* Version 2: this core's interface. A controller of a single core has no name for it. */
static uint8_t own_mask(void)
{
	uint8_t mask = (uint8_t)ipmmu_cpu_read32(gic.distributor + D_TARGET);

	return mask == 0 ? 1 : mask;
}

void gic_start_core(void)
{
	uint32_t core = core_number();
	uintptr_t at;

	if (!gic.three) {
		gic.core_mask[core] = own_mask();
		private_start(gic.distributor);
		ipmmu_cpu_write32(gic.cpu + C_MASK, 0xff);
		ipmmu_cpu_write32(gic.cpu + C_CONTROL, 1);
		return;
	}
	at = redistributor();
	ipmmu_cpu_write32(at + R_WAKER, 0);
	while ((ipmmu_cpu_read32(at + R_WAKER) & 4) != 0) {
	}
	gic.private[core] = at + R_PRIVATE;
	ipmmu_cpu_write32(gic.private[core] + D_GROUP, 0xffffffffu);
	private_start(gic.private[core]);
	icc_start();
}

void gic_start(void)
{
	gic.three = machine.gic_version == 3;
	gic.distributor = (uintptr_t)device_map(machine.gic_distributor, 0x10000);
	gic.cpu = (uintptr_t)device_map(machine.gic_second,
					gic.three ? machine.gic_second_size : 0x2000);
	if (gic.distributor == 0 || gic.cpu == 0) {
		image_halt("the interrupt controller cannot be mapped");
	}
	if (!gic.three) {
		gic.core_mask[0] = own_mask();
	}
	ipmmu_cpu_write32(gic.distributor + D_CONTROL, 0);
	shared_start();
	/* Version 3: affinity routing and Group 1; version 2: the group there is. */
	ipmmu_cpu_write32(gic.distributor + D_CONTROL, gic.three ? 0x13 : 1);
	gic_start_core();
}

void irq_connect(uint32_t intid, irq_fn fn, void *arg)
{
	if (intid >= INTIDS) {
		image_halt("an interrupt number is out of range");
	}
	gic.handlers[intid].arg = arg;
	gic.handlers[intid].fn = fn;
	if (gic.three && intid >= FIRST_SHARED) {
		uint64_t id = machine.core_id[0];

		ipmmu_cpu_write32(gic.distributor + D_ROUTE + intid * 8,
				  (uint32_t)id & 0xffffff);
		ipmmu_cpu_write32(gic.distributor + D_ROUTE + intid * 8 + 4,
				  (uint32_t)(id >> 32 & 0xff));
	}
	set_bit(base_of(intid), D_ENABLE, intid);
}

void irq_disconnect(uint32_t intid)
{
	set_bit(base_of(intid), D_DISABLE, intid);
	ipmmu_cpu_barrier();
	gic.handlers[intid].fn = NULL;
}

void irq_enable(void)
{
#ifdef __aarch64__
	__asm__ volatile("msr daifclr, #2" : : : "memory");
#else
	__asm__ volatile("cpsie i" : : : "memory");
#endif
}

void irq_pend(uint32_t intid, bool high)
{
	set_bit(base_of(intid), high ? D_PEND : D_UNPEND, intid);
}

void irq_send(uint32_t core, uint32_t sgi)
{
	if (gic.three) {
		icc_send(machine.core_id[core], sgi);
	} else {
		ipmmu_cpu_write32(gic.distributor + D_SGI,
				  (uint32_t)gic.core_mask[core] << 16 | sgi);
	}
}

void irq_entry(void)
{
	uint32_t raw =
		gic.three ? icc_acknowledge() : ipmmu_cpu_read32(gic.cpu + C_ACKNOWLEDGE);
	uint32_t intid = raw & 0x3ff;

	if (intid >= SPURIOUS) {
		return;
	}
	if (gic.handlers[intid].fn != NULL) {
		gic.handlers[intid].fn(gic.handlers[intid].arg);
	}
	if (gic.three) {
		icc_end(raw);
	} else {
		ipmmu_cpu_write32(gic.cpu + C_END, raw);
	}
}
