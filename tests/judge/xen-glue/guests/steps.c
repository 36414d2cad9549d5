// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * steps.c - a dom0: what Xen lets it do with domain 1, which owns the master, step by step.
 * Each step says its name first, so that a trace of registers can be cut into steps.
 */
#include "guest.h"

enum {
	PLACE = 0x0d000, /* a page where domain 1 has nothing */
	STRAY = 0x23450000,
	RARELY_US = 100000
};

static void tell(long rc)
{
	say(rc == 0 ? "steps: done\n" : "steps: refused\n");
}

static long pass(uint32_t cmd)
{
	struct domctl op = {0};
	static const char path[] = MASTER_PATH;

	op.u.device.kind = DOMCTL_DEVICE_OF_TREE;
	op.u.device.length = sizeof(path) - 1;
	op.u.device.path = (uintptr_t)path;
	return domctl(cmd, 1, &op);
}

/* Xen ends a domain for good when each CPU has been elsewhere. */
static void wait_until_gone(void)
{
	int i;

	for (i = 0; i < 20; i++) {
		rest_ms(25);
	}
}

void guest_main(void)
{
	say("guest: up\n");
	tell(master_look());
	(void)lands_soon();
	poke(MASTER_CONTROL, 0);
	say("step: addition\n");
	tell(mapping(1, PLACE, (uintptr_t)MASTER_AT >> 12, 1, 1));
	say("step: removal\n");
	tell(mapping(1, PLACE, (uintptr_t)MASTER_AT >> 12, 1, 0));
	say("step: fault\n");
	/* So seldom that each try is a fault of its own, also where the machine is busy. */
	poke(MASTER_PERIOD, RARELY_US);
	(void)run(STRAY, CONTROL_WRITE);
	wait_ms(100);
	tell(0);
	say("step: take\n");
	tell(pass(DOMCTL_DEASSIGN_DEVICE));
	say("step: give\n");
	tell(pass(DOMCTL_ASSIGN_DEVICE));
	say("step: destroy\n");
	tell(destroy(1));
	wait_until_gone();
	say("step: end\n");
	counters();
	key('I');
	power_off();
}
