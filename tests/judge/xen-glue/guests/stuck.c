// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * stuck.c - a dom0 that gives a page of its own back while no flush ends, and afterwards gets
 * its master back.
 */
#include "assign.h"

enum {
	HYPERCALL_MEMORY_OP = 12,
	REMOVE_FROM_PHYSMAP = 15,
	DOMID_SELF = 0x7ff0
};

static volatile uint32_t page[1024] __attribute__((aligned(4096)));
static volatile uint32_t spare[1024] __attribute__((aligned(4096)));

static long give_back(volatile uint32_t *own)
{
	struct {
		uint16_t domain;
		uint16_t pad[3];
		uint64_t frame;
	} op = {.domain = DOMID_SELF};

	op.frame = (uintptr_t)own >> 12;
	return hypercall(HYPERCALL_MEMORY_OP, REMOVE_FROM_PHYSMAP, (uintptr_t)&op, 0);
}

void guest_main(void)
{
	say("guest: up\n");
	say_dma(page);
	lab_poke(LAB_STUCK, 7);
	say_answer("judge: giving a page back", give_back(spare));
	say_dma(page);
	key('I');
	say_answer("judge: taking the master away meanwhile",
		   assign(DOMCTL_DEASSIGN_DEVICE, 0));
	lab_poke(LAB_STUCK, 0);
	say_answer("judge: taking the master away", assign(DOMCTL_DEASSIGN_DEVICE, 0));
	say_answer("judge: giving it back", assign(DOMCTL_ASSIGN_DEVICE, 0));
	say_dma(page);
	key('I');
	power_off();
}
