// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * guest.c - the smallest guests that can judge an IOMMU driver of Xen by the test master of
 * QEMU's machine. They speak on Xen's console; no MMU, no interrupts. ROLE says which it is:
 *   ROLE_DMA        a dom0: DMA to its own page, and from one that is not its own
 *   ROLE_OWNER      a domain with the master: starts DMA that goes on without end
 *   ROLE_DESTROYER  a dom0: destroys domain 1 and looks whether its DMA still lands; with STUCK
 *                   no flush ends at first
 * DOMCTL and SYSCTL are the versions of Xen's interfaces.
 */
#include <stdint.h>

long hypercall(unsigned long number, unsigned long a, unsigned long b, unsigned long c);

/* Numbers of Xen's public interface. */
enum {
	HYPERCALL_CONSOLE_IO = 18,
	HYPERCALL_SCHED_OP = 29,
	HYPERCALL_SYSCTL = 35,
	HYPERCALL_DOMCTL = 36,
	SYSCTL_DEBUG_KEYS = 7,
	DOMCTL_DESTROYDOMAIN = 2,
	DOMCTL_MEMORY_MAPPING = 39,
	CONSOLE_WRITE = 0,
	SCHED_SHUTDOWN = 2,
	SHUTDOWN_POWEROFF = 0
};

/* The test master: see the page on QEMU's machine. */
enum {
	MASTER_ID = 0x00,
	MASTER_CONTROL = 0x04,
	MASTER_STATUS = 0x08,
	MASTER_LENGTH = 0x0c,
	MASTER_ADDRESS = 0x10,
	MASTER_ADDRESS_HIGH = 0x14,
	MASTER_ROUNDS = 0x1c,
	MASTER_BUFFER = 0x1000,
	CONTROL_START = 1,
	CONTROL_WRITE = 2,
	CONTROL_CONTINUOUS = 4,
	STATUS_BUSY = 1,
	STATUS_DONE = 2,
	STATUS_STALLED = 8,
	ID = 0x4d545049,
	WORDS = 16
};

/* The lab page: behind the driver's back. */
enum {
	LAB_STUCK = 0x10,
	LAB_VIOLATIONS = 0x40,
	LAB_READS = 0x60,
	LAB_WRITES = 0x64,
	LAB_FLUSHES = 0x68
};

#define LAB_AT    ((volatile uint8_t *)0x0bf20000)
#define MASTER_AT ((volatile uint8_t *)0x0bf10000)
/* In RAM, and with these boots always Xen's: it takes the highest pages for itself. */
#define FOREIGN 0x7fe00000u

#ifndef ROLE_DESTROYER
static volatile uint32_t page[1024] __attribute__((aligned(4096)));
#endif

/* The compiler calls it to clear structures. */
void *memset(void *to, int value, unsigned long size);
void *memset(void *to, int value, unsigned long size)
{
	volatile uint8_t *at = to;

	while (size-- > 0) {
		*at++ = (uint8_t)value;
	}
	return to;
}

#ifndef ROLE_OWNER
static uint32_t peek(unsigned int offset)
{
	return *(volatile uint32_t *)(MASTER_AT + offset);
}
#endif

#ifndef ROLE_DESTROYER
static void poke(unsigned int offset, uint32_t value)
{
	*(volatile uint32_t *)(MASTER_AT + offset) = value;
}
#endif

static void say(const char *text)
{
	unsigned long n = 0;

	while (text[n] != '\0') {
		n++;
	}
	hypercall(HYPERCALL_CONSOLE_IO, CONSOLE_WRITE, n, (unsigned long)text);
}

#ifndef ROLE_OWNER
static void say_number(const char *what, unsigned int offset)
{
	uint32_t value = *(volatile uint32_t *)(LAB_AT + offset);
	char text[12];
	unsigned int at = sizeof(text) - 2;

	text[at] = '\n';
	text[at + 1] = '\0';
	do {
		text[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	say(what);
	say(text + at);
}

/* What the driver has done so far, as QEMU counts it. */
static void counters(void)
{
	say_number("lab: register reads ", LAB_READS);
	say_number("lab: register writes ", LAB_WRITES);
	say_number("lab: flushes ", LAB_FLUSHES);
	say_number("lab: accesses that hardware does not allow ", LAB_VIOLATIONS);
}

static void key(char letter)
{
	struct {
		uint32_t cmd;
		uint32_t version;
		uint64_t keys;
		uint32_t count;
		uint32_t rest[31];
	} op = {.cmd = SYSCTL_DEBUG_KEYS, .version = SYSCTL, .count = 1};

	op.keys = (uintptr_t)&letter;
	hypercall(HYPERCALL_SYSCTL, (uintptr_t)&op, 0, 0);
}

static uint64_t ticks(void)
{
	uint64_t now;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(now)::"memory");
	return now;
}

static void wait_ms(uint32_t ms)
{
	uint64_t frequency;
	uint64_t start = ticks();

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
	while (ticks() - start < frequency * ms / 1000) {
	}
}
#endif

#ifdef ROLE_DMA
static uint32_t run(uint64_t address, uint32_t direction)
{
	uint32_t status;

	poke(MASTER_LENGTH, WORDS * 4);
	poke(MASTER_ADDRESS, (uint32_t)address);
	poke(MASTER_ADDRESS_HIGH, (uint32_t)(address >> 32));
	poke(MASTER_CONTROL, CONTROL_START | direction);
	do {
		status = peek(MASTER_STATUS);
	} while ((status & (STATUS_BUSY | STATUS_STALLED)) == STATUS_BUSY);
	/* Held by a fault it would try again without end. */
	poke(MASTER_CONTROL, 0);
	return status;
}

static uint32_t own_page_differs(void)
{
	uint32_t differs = 0;
	uint32_t i;

	for (i = 0; i < WORDS; i++) {
		poke(MASTER_BUFFER + i * 4, 0xc0de0000u + i);
		page[i] = 0;
	}
	if ((run((uintptr_t)page, CONTROL_WRITE) & STATUS_DONE) == 0) {
		return 1;
	}
	for (i = 0; i < WORDS; i++) {
		differs += page[i] != 0xc0de0000u + i;
	}
	return differs;
}

static void judge(void)
{
	if (peek(MASTER_ID) != ID) {
		say("guest: there is no test master\n");
		return;
	}
	counters();
	say(own_page_differs() == 0 ? "guest: DMA to an own page landed\n"
				    : "guest: DMA to an own page did not land\n");
	say((run(FOREIGN, 0) & STATUS_DONE) == 0
		    ? "guest: DMA from a foreign page was refused\n"
		    : "guest: DMA from a foreign page went through\n");
	/* Xen tells of faults a little later. */
	wait_ms(100);
	key('I');
}
#endif

#ifdef ROLE_OWNER
/* The address is the guest's, not the machine's. */
static void judge(void)
{
	poke(MASTER_LENGTH, WORDS * 4);
	poke(MASTER_ADDRESS, (uint32_t)(uintptr_t)page);
	poke(MASTER_ADDRESS_HIGH, 0);
	poke(MASTER_CONTROL, CONTROL_START | CONTROL_WRITE | CONTROL_CONTINUOUS);
	say("owner: DMA is running\n");
	for (;;) {
		__asm__ volatile("wfi");
	}
}
#endif

#ifdef ROLE_DESTROYER
/** struct domctl - as Xen's, with the members that are used here. */
struct domctl {
	uint32_t cmd;
	uint32_t version;
	uint16_t domain;
	uint16_t pad[3];
	uint64_t gfn;
	uint64_t mfn;
	uint64_t pages;
	uint32_t add;
	uint32_t rest[25];
};

/* Does the master still get through? Two looks, as the counter stands still when it does not.
 */
static int lands(void)
{
	uint32_t before = peek(MASTER_ROUNDS);

	wait_ms(100);
	return peek(MASTER_ROUNDS) != before;
}

static void judge(void)
{
	struct domctl map = {
		.cmd = DOMCTL_MEMORY_MAPPING, .version = DOMCTL, .add = 1, .pages = 2};
	struct domctl destroy = {.cmd = DOMCTL_DESTROYDOMAIN, .version = DOMCTL, .domain = 1};
	long rc = 0;
	int i;

	map.gfn = (uintptr_t)MASTER_AT >> 12;
	map.mfn = map.gfn;
	if (hypercall(HYPERCALL_DOMCTL, (uintptr_t)&map, 0, 0) != 0) {
		say("judge: cannot look at the master\n");
		return;
	}
	for (i = 0; i < 50 && !lands(); i++) {
	}
	say(lands() ? "judge: DMA of domain 1 lands\n"
		    : "judge: DMA of domain 1 does not land\n");
#ifdef STUCK
	*(volatile uint32_t *)(LAB_AT + LAB_STUCK) = 7;
	rc = hypercall(HYPERCALL_DOMCTL, (uintptr_t)&destroy, 0, 0);
	say(rc != 0 ? "judge: the destruction has stopped\n" : "judge: it did not stop\n");
	say(lands() ? "judge: DMA lands meanwhile\n" : "judge: nothing lands meanwhile\n");
	key('I');
	*(volatile uint32_t *)(LAB_AT + LAB_STUCK) = 0;
#endif
	for (i = 0; i < 10; i++) {
		rc = hypercall(HYPERCALL_DOMCTL, (uintptr_t)&destroy, 0, 0);
		if (rc == 0) {
			break;
		}
		wait_ms(10);
	}
	say(rc == 0 ? "judge: domain 1 is destroyed\n" : "judge: domain 1 is not destroyed\n");
	wait_ms(100);
	say(lands() ? "judge: DMA lands after the destruction\n"
		    : "judge: nothing lands after the destruction\n");
	counters();
	key('I');
}
#endif

void guest_main(void);
void guest_main(void)
{
	uint32_t reason = SHUTDOWN_POWEROFF;

	say("guest: up\n");
	judge();
	hypercall(HYPERCALL_SCHED_OP, SCHED_SHUTDOWN, (unsigned long)&reason, 0);
}
