/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * guest.h - what the smallest guests share that judge an IOMMU driver of Xen by the test master
 * of QEMU's machine. They speak on Xen's console; no MMU, no interrupts. Each *.c beside this
 * file is one guest. DOMCTL and SYSCTL are the versions of Xen's interfaces.
 */
#ifndef GUEST_H
#define GUEST_H

#include "interface.h"

long hypercall(unsigned long number, unsigned long a, unsigned long b, unsigned long c);
void guest_main(void);

#define LAB_AT      ((volatile uint8_t *)0x0bf20000)
#define MASTER_AT   ((volatile uint8_t *)0x0bf10000)
#define MASTER_PATH "/test-master@bf10000"
/* In RAM, and with these boots always Xen's: it takes the highest pages for itself. */
#define FOREIGN 0x7fe00000u
/*
 * A machine address that is dom0's where it has 256 MiB, and a guest's own address where that
 * has 528 MiB: whoever is not translated hits dom0.
 */
#ifndef TARGET
#define TARGET 0x60800000u
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

static inline void say(const char *text)
{
	unsigned long n = 0;

	while (text[n] != '\0') {
		n++;
	}
	hypercall(HYPERCALL_CONSOLE_IO, CONSOLE_WRITE, n, (unsigned long)text);
}

static inline void say_value(const char *what, uint32_t value)
{
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

static inline void power_off(void)
{
	uint32_t reason = SHUTDOWN_POWEROFF;

	hypercall(HYPERCALL_SCHED_OP, SCHED_SHUTDOWN, (unsigned long)&reason, 0);
}

static inline uint32_t peek(unsigned int offset)
{
	return *(volatile uint32_t *)(MASTER_AT + offset);
}

static inline void poke(unsigned int offset, uint32_t value)
{
	*(volatile uint32_t *)(MASTER_AT + offset) = value;
}

static inline uint32_t lab_peek(unsigned int offset)
{
	return *(volatile uint32_t *)(LAB_AT + offset);
}

static inline void lab_poke(unsigned int offset, uint32_t value)
{
	*(volatile uint32_t *)(LAB_AT + offset) = value;
}

/* What the driver has done so far, as QEMU counts it. */
static inline void counters(void)
{
	say_value("lab: register reads ", lab_peek(LAB_READS));
	say_value("lab: register writes ", lab_peek(LAB_WRITES));
	say_value("lab: flushes ", lab_peek(LAB_FLUSHES));
	say_value("lab: accesses that hardware does not allow ", lab_peek(LAB_VIOLATIONS));
}

/* Presses a debug key of Xen. */
static inline void key(char letter)
{
	struct sysctl_keys op = {.cmd = SYSCTL_DEBUG_KEYS, .version = SYSCTL, .count = 1};

	op.keys = (uintptr_t)&letter;
	hypercall(HYPERCALL_SYSCTL, (uintptr_t)&op, 0, 0);
}

static inline uint64_t ticks(void)
{
	uint64_t now;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(now)::"memory");
	return now;
}

static inline void wait_ms(uint32_t ms)
{
	uint64_t frequency;
	uint64_t start = ticks();

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
	while (ticks() - start < frequency * ms / 1000) {
	}
}

/* The same, and whoever else wants the CPU has it. */
static inline void rest_ms(uint32_t ms)
{
	uint32_t i;

	for (i = 0; i < ms; i++) {
		hypercall(HYPERCALL_SCHED_OP, SCHED_YIELD, 0, 0);
		wait_ms(1);
	}
}

/* One round of the master; its status at the end. */
static inline uint32_t run(uint64_t address, uint32_t direction)
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

/* How many words are not what the master should have written. */
static inline uint32_t page_differs(volatile uint32_t *page)
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

static inline long domctl(uint32_t cmd, uint16_t domain, struct domctl *op)
{
	op->cmd = cmd;
	op->version = DOMCTL;
	op->domain = domain;
	return hypercall(HYPERCALL_DOMCTL, (uintptr_t)op, 0, 0);
}

/* Puts pages of devices into a domain's P2M, or takes them out. */
static inline long mapping(uint16_t domain, uint64_t gfn, uint64_t mfn, uint64_t pages,
			   uint32_t add)
{
	struct domctl op = {0};

	op.u.mapping.gfn = gfn;
	op.u.mapping.mfn = mfn;
	op.u.mapping.pages = pages;
	op.u.mapping.add = add;
	return domctl(DOMCTL_MEMORY_MAPPING, domain, &op);
}

/* The registers of the master, which Xen has given to a guest. */
static inline long master_look(void)
{
	return mapping(0, (uintptr_t)MASTER_AT >> 12, (uintptr_t)MASTER_AT >> 12, 2, 1);
}

static inline long destroy(uint16_t domain)
{
	struct domctl op = {0};

	return domctl(DOMCTL_DESTROYDOMAIN, domain, &op);
}

/* Does the master still get through? Two looks, as the counter stands still when it does not.
 */
static inline int lands(void)
{
	uint32_t before = peek(MASTER_ROUNDS);

	wait_ms(100);
	return peek(MASTER_ROUNDS) != before;
}

static inline int lands_soon(void)
{
	int i;

	for (i = 0; i < 50; i++) {
		if (lands()) {
			return 1;
		}
	}
	return 0;
}

#endif
