// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * heir.c - a dom0 after a firmware that left the IOMMU in use: does the DMA that it left
 * running land, and can the master be used? With GIVEN the master is not dom0's from the start.
 */
#include "assign.h"

static volatile uint32_t page[1024] __attribute__((aligned(4096)));

void guest_main(void)
{
	say("guest: up\n");
	if (master_look() != 0) {
		say("judge: cannot look at the master\n");
		power_off();
	}
	say(lands() ? "judge: DMA of the firmware lands\n"
		    : "judge: DMA of the firmware does not land\n");
	key('I');
	poke(MASTER_CONTROL, 0);
#ifdef GIVEN
	say_answer("judge: giving it to dom0", assign(DOMCTL_ASSIGN_DEVICE, 0));
#endif
	say_dma(page);
	key('I');
	power_off();
}
