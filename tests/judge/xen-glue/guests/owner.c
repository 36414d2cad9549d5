// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * owner.c - a domain with the master: DMA goes on without end, to a page of its own at an
 * address that is dom0's where nobody translates.
 */
#include "guest.h"

enum {
	PERIOD_US = 1000
};

void guest_main(void)
{
	volatile uint32_t *page = (volatile uint32_t *)(uintptr_t)TARGET;

	say("guest: up\n");
	poke(MASTER_BUFFER + 4, 0x0badd0ae);
	poke(MASTER_LENGTH, WORDS * 4);
	/* Often enough to be seen, and seldom enough to leave QEMU time for the rest. */
	poke(MASTER_PERIOD, PERIOD_US);
	poke(MASTER_ADDRESS, TARGET);
	poke(MASTER_ADDRESS_HIGH, 0);
	page[1] = 0;
	poke(MASTER_CONTROL,
	     CONTROL_START | CONTROL_WRITE | CONTROL_CONTINUOUS | CONTROL_COUNT);
	say("owner: DMA is running\n");
	while (page[1] != 0x0badd0ae) {
	}
	say("owner: it lands in the memory of this domain\n");
	for (;;) {
		__asm__ volatile("wfi");
	}
}
