// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * counter.c - a dom0 that asks how many allocations the driver has made, and tries DMA. For a
 * Xen with the test's debug keys.
 */
#include "assign.h"

static volatile uint32_t page[1024] __attribute__((aligned(4096)));

void guest_main(void)
{
	say("guest: up\n");
	key('2');
	say_dma(page);
	key('I');
	power_off();
}
