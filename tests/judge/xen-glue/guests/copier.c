// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * copier.c - a domain with the PL330: copies 64 bytes again and again, looks at each copy, and
 * tells now and then. Its addresses are not the machine's.
 */
#include "guest.h"

#define PL330_AT ((volatile uint8_t *)0x0bf00000)

enum {
	CHANNEL_STATUS = 0x100,
	DEBUG_COMMAND = 0xd04,
	DEBUG_INSTRUCTION_0 = 0xd08,
	DEBUG_INSTRUCTION_1 = 0xd0c,
	STATUS_MASK = 15, /* 0: stopped */
	GO = 0xa0 << 16,
	/* Both sides count up, 4 bytes at a time, 16 times. */
	BURST = 1 | 2 << 1 | 15 << 4 | 1 << 14 | 2 << 15 | 15 << 18,
	EACH = 10
};

static volatile uint32_t from[1024] __attribute__((aligned(4096)));
static volatile uint32_t to[1024] __attribute__((aligned(4096)));
static volatile uint8_t program[64] __attribute__((aligned(4096)));

static unsigned int move_immediate(unsigned int at, uint8_t reg, uint32_t value)
{
	unsigned int i;

	program[at++] = 0xbc;
	program[at++] = reg;
	for (i = 0; i < 4; i++) {
		program[at++] = (uint8_t)(value >> 8 * i);
	}
	return at;
}

static void program_make(void)
{
	unsigned int at = 0;

	at = move_immediate(at, 0, (uint32_t)(uintptr_t)from);
	at = move_immediate(at, 2, (uint32_t)(uintptr_t)to);
	at = move_immediate(at, 1, BURST);
	program[at++] = 0x04; /* load */
	program[at++] = 0x08; /* store */
	program[at] = 0x00;   /* end */
}

static uint32_t pl330(unsigned int offset)
{
	return *(volatile uint32_t *)(PL330_AT + offset);
}

static void pl330_write(unsigned int offset, uint32_t value)
{
	*(volatile uint32_t *)(PL330_AT + offset) = value;
}

static uint32_t copy_differs(uint32_t round)
{
	uint32_t differs = 0;
	uint32_t i;

	for (i = 0; i < WORDS; i++) {
		from[i] = round * WORDS + i;
		to[i] = 0;
	}
	pl330_write(DEBUG_INSTRUCTION_0, GO);
	pl330_write(DEBUG_INSTRUCTION_1, (uint32_t)(uintptr_t)program);
	pl330_write(DEBUG_COMMAND, 0);
	for (i = 0; i < 1000 && (pl330(CHANNEL_STATUS) & STATUS_MASK) != 0; i++) {
		rest_ms(1);
	}
	for (i = 0; i < WORDS; i++) {
		differs += to[i] != round * WORDS + i;
	}
	return differs;
}

void guest_main(void)
{
	uint32_t round;
	uint32_t wrong = 0;

	program_make();
	for (round = 1;; round++) {
		wrong += copy_differs(round) != 0;
		if (round % EACH == 0) {
			say_value(wrong == 0 ? "copier: all right: "
					     : "copier: not all right: ",
				  round);
		}
		rest_ms(10);
	}
}
