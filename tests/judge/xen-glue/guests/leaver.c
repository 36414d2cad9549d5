// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * leaver.c - a dom0 that has the IOMMU of domain 1 torn down while no flush ends, and the test
 * master assigned and moved when all is well again. For a Xen with the test's debug keys.
 */
#include "guest.h"

void guest_main(void)
{
	say("guest: up\n");
	lab_poke(LAB_STUCK, 7);
	key('5');
	key('I');
	lab_poke(LAB_STUCK, 0);
	key('6');
	key('I');
	power_off();
}
