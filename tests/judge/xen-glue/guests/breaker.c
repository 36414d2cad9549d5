// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * breaker.c - a dom0 that takes something away from domain 1, whose master runs, while units do
 * not do what they should: the knob KNOB of the lab page is set to MASK. Then all is well
 * again, and domain 1 is destroyed.
 */
#include "assign.h"

/* A page of the master's registers: nobody's RAM. */
#define REGISTERS ((uintptr_t)MASTER_AT >> 12)

void guest_main(void)
{
	long rc = -1;
	int i;

	say("guest: up\n");
	if (master_look() != 0) {
		say("judge: cannot look at the master\n");
		power_off();
	}
	say(lands_soon() ? "judge: DMA of domain 1 lands\n"
			 : "judge: DMA of domain 1 does not land\n");
	lab_poke(KNOB, MASK);
	say_answer("judge: taking a page away", mapping(1, REGISTERS + 1, REGISTERS + 1, 1, 0));
	lab_poke(KNOB, 0);
	say(lands() ? "judge: DMA lands\n" : "judge: nothing lands\n");
	key('I');
	for (i = 0; i < 10 && rc != 0; i++) {
		rc = destroy(1);
		wait_ms(10);
	}
	say_answer("judge: destroying domain 1", rc);
	wait_ms(100);
	say(lands() ? "judge: DMA lands after the destruction\n"
		    : "judge: nothing lands after the destruction\n");
	power_off();
}
