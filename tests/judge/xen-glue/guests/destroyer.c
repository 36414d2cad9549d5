// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * destroyer.c - a dom0: destroys domain 1 and looks whether its DMA still lands, and whether it
 * lands in a page of dom0. With STUCK no flush ends at first.
 */
#include "guest.h"

enum {
	PATTERN = 0x600d600d
};

static void page_fill(volatile uint32_t *page)
{
	uint32_t i;

	for (i = 0; i < WORDS; i++) {
		page[i] = PATTERN;
	}
}

static uint32_t page_changed(volatile uint32_t *page)
{
	uint32_t changed = 0;
	uint32_t i;

	for (i = 0; i < WORDS; i++) {
		changed += page[i] != PATTERN;
	}
	return changed;
}

#ifdef STUCK
static void destroy_stuck(void)
{
	lab_poke(LAB_STUCK, 7);
	say(destroy(1) != 0 ? "judge: the destruction has stopped\n"
			    : "judge: it did not stop\n");
	say(lands() ? "judge: DMA lands meanwhile\n" : "judge: nothing lands meanwhile\n");
	key('I');
	lab_poke(LAB_STUCK, 0);
}
#endif

static long destroy_in_the_end(void)
{
	long rc = -1;
	int i;

	for (i = 0; i < 10 && rc != 0; i++) {
		rc = destroy(1);
		wait_ms(rc == 0 ? 0 : 10);
	}
	return rc;
}

void guest_main(void)
{
	volatile uint32_t *page = (volatile uint32_t *)(uintptr_t)TARGET;

	say("guest: up\n");
	if (master_look() != 0) {
		say("judge: cannot look at the master\n");
		power_off();
	}
	page_fill(page);
	say(lands_soon() ? "judge: DMA of domain 1 lands\n"
			 : "judge: DMA of domain 1 does not land\n");
	say(page_changed(page) == 0 ? "judge: not in the page of dom0\n"
				    : "judge: in the page of dom0\n");
#ifdef STUCK
	destroy_stuck();
#endif
	say(destroy_in_the_end() == 0 ? "judge: domain 1 is destroyed\n"
				      : "judge: domain 1 is not destroyed\n");
	wait_ms(100);
	page_fill(page);
	say(lands() ? "judge: DMA lands after the destruction\n"
		    : "judge: nothing lands after the destruction\n");
	say(page_changed(page) == 0 ? "judge: the page of dom0 is as it was\n"
				    : "judge: a page of dom0 was overwritten\n");
	counters();
	key('I');
	power_off();
}
