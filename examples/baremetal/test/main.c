// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * main.c - the tests of an image, in groups, and what it has used in the end.
 */
#include "rig.h"

#include <ipmmu-cpu.h>

void test_start(void);
void test_dma(void);
void test_move(void);
void test_bad(void);
void test_hardware(void);
void test_cores(void);

void image_main(void)
{
	uint32_t cores = cores_start();
	uint32_t failed;
	uint32_t i;

	print("# level %u, %u cores, interrupt controller version %u, line %u bytes, %s\n",
	      ipmmu_cpu_level(), cores, machine.gic_version, (uint32_t)ipmmu_cpu_line(),
	      ipmmu_cpu_has_lse() ? "LSE" : "exclusives");
	if (cores != machine.cores) {
		image_halt("not every core of the device tree could be started");
	}
	if (rig_prepare(RIG_MEMORY) != IPMMU_OK) {
		image_halt("the library cannot start");
	}
	test_start();
	test_dma();
	test_move();
	test_bad();
	test_hardware();
	test_cores();
	failed = tap_end();
	for (i = 0; i < cores; i++) {
		print("# core %u has used %u of %u bytes of its stack\n", i, stack_used(i),
		      (uint32_t)STACK_BYTES);
	}
	print("# end, %u failed\n", failed);
}
