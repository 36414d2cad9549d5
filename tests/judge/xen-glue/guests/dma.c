// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * dma.c - a dom0: DMA to its own page, and from one that is not its own.
 */
#include "guest.h"

static volatile uint32_t page[1024] __attribute__((aligned(4096)));

void guest_main(void)
{
	say("guest: up\n");
	if (peek(MASTER_ID) != ID) {
		say("guest: there is no test master\n");
		power_off();
	}
	counters();
	say(page_differs(page) == 0 ? "guest: DMA to an own page landed\n"
				    : "guest: DMA to an own page did not land\n");
	say((run(FOREIGN, 0) & STATUS_DONE) == 0
		    ? "guest: DMA from a foreign page was refused\n"
		    : "guest: DMA from a foreign page went through\n");
	/* Xen tells of faults a little later. */
	wait_ms(100);
	key('I');
	power_off();
}
