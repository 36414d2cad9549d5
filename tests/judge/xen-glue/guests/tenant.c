// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * tenant.c - a domain with the master: DMA to a page of its own, a stray one, and another that
 * is right. Its addresses are not the machine's.
 */
#include "guest.h"

static volatile uint32_t page[1024] __attribute__((aligned(4096)));

enum {
	STRAY = 0x23450000 /* where it has neither memory nor devices */
};

void guest_main(void)
{
	say("guest: up\n");
	say(page_differs(page) == 0 ? "tenant: DMA to an own page landed\n"
				    : "tenant: DMA to an own page did not land\n");
	say((run(STRAY, CONTROL_WRITE) & STATUS_DONE) == 0
		    ? "tenant: a stray DMA was refused\n"
		    : "tenant: a stray DMA went through\n");
	wait_ms(100);
	say(page_differs(page) == 0 ? "tenant: DMA to an own page landed again\n"
				    : "tenant: DMA to an own page lands no more\n");
	power_off();
}
