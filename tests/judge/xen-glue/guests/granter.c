// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * granter.c - a dom0 that grants a page of its own to itself for reading, lets the test master
 * read and write it, and asks Xen's driver for its state.
 */
#include "assign.h"

enum {
	HYPERCALL_MEMORY_OP = 12,
	HYPERCALL_GRANT_TABLE_OP = 20,
	ADD_TO_PHYSMAP = 7,
	SPACE_GRANT_TABLE = 1,
	DOMID_SELF = 0x7ff0,
	MAP_GRANT_REF = 0,
	MAP_HOST = 2,
	MAP_READONLY = 4,
	PERMIT_ACCESS = 1,
	PERMIT_READONLY = 4,
	REFERENCE = 8
};

static volatile uint32_t granted[1024] __attribute__((aligned(4096)));
/* The grant table takes the place of this page, and the grant that of the other. */
static volatile uint64_t grants[512] __attribute__((aligned(4096)));
static volatile uint32_t place[1024] __attribute__((aligned(4096)));

static long grants_map(void)
{
	struct {
		uint16_t domain;
		uint16_t size;
		uint32_t space;
		uint64_t index;
		uint64_t frame;
	} op = {.domain = DOMID_SELF, .space = SPACE_GRANT_TABLE};

	op.frame = (uintptr_t)grants >> 12;
	return hypercall(HYPERCALL_MEMORY_OP, ADD_TO_PHYSMAP, (uintptr_t)&op, 0);
}

static long grant_map(void)
{
	struct {
		uint64_t address;
		uint32_t flags;
		uint32_t reference;
		uint16_t domain;
		int16_t status;
		uint32_t handle;
		uint64_t bus_address;
	} op = {.flags = MAP_HOST | MAP_READONLY, .reference = REFERENCE};
	long rc;

	op.address = (uintptr_t)place;
	rc = hypercall(HYPERCALL_GRANT_TABLE_OP, MAP_GRANT_REF, (uintptr_t)&op, 1);
	return rc != 0 ? rc : op.status;
}

static void say_run(const char *what, uint32_t direction)
{
	wait_ms(50);
	say_answer(what, (run((uintptr_t)place, direction) & STATUS_DONE) != 0 ? 0 : -1);
}

void guest_main(void)
{
	say("guest: up\n");
	say_answer("judge: the grant table", grants_map());
	/* Version 1: flags and domain 0 in the low word, the frame in the high one. */
	grants[REFERENCE] =
		(uint64_t)((uintptr_t)granted >> 12) << 32 | PERMIT_ACCESS | PERMIT_READONLY;
	say_answer("judge: the grant", grant_map());
	say_run("judge: reading it by DMA", 0);
	say_run("judge: writing it by DMA", CONTROL_WRITE);
	wait_ms(100);
	key('I');
	power_off();
}
