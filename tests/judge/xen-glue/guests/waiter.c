// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * waiter.c - a dom0: waits until domain 1 has shut down, and asks Xen for the state of the
 * IPMMUs. It looks LOOKS times, each 50 ms.
 */
#include "guest.h"

#ifndef LOOKS
#define LOOKS 100
#endif

void guest_main(void)
{
	struct domctl op = {0};
	int i;

	say("guest: up\n");
	for (i = 0; i < LOOKS && (op.u.info.flags & DOMINF_SHUTDOWN) == 0; i++) {
		rest_ms(50);
		(void)domctl(DOMCTL_GETDOMAININFO, 1, &op);
	}
	say((op.u.info.flags & DOMINF_SHUTDOWN) != 0 ? "waiter: domain 1 has shut down\n"
						     : "waiter: domain 1 does not shut down\n");
	counters();
	key('I');
	power_off();
}
