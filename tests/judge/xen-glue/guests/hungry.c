// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * hungry.c - a dom0 that takes the test master again and again, while one allocation of Xen's
 * driver after the other fails, until none does. For a Xen with the test's debug keys.
 */
#include "assign.h"

enum {
	ROUNDS_MAX = 20
};

static volatile uint32_t page[1024] __attribute__((aligned(4096)));

void guest_main(void)
{
	long rc = -1;
	int round;

	say("guest: up\n");
	if (master_look() != 0) {
		say("judge: cannot look at the master\n");
		power_off();
	}
	for (round = 0; round < ROUNDS_MAX && rc != 0; round++) {
		key('1');
		rc = assign(DOMCTL_ASSIGN_DEVICE, 0);
		key('2');
		say_answer("judge: assignment", rc);
		say_dma(page);
	}
	say_answer("judge: taking it away", assign(DOMCTL_DEASSIGN_DEVICE, 0));
	say_dma(page);
	key('I');
	power_off();
}
