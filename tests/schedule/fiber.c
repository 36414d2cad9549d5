// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * fiber.c - coroutines by ucontext. AddressSanitizer follows each change of the stack.
 */
#include "fiber.h"

#include <stdio.h>
#include <stdlib.h>

#include "asan.h"

enum {
	STACK_BYTES = 256 * 1024
};

/* Whoever switched last, and the fiber that begins: makecontext() takes no pointers. */
static struct fiber *left;
static struct fiber *begun;

void fiber_open(struct fiber *fiber)
{
	fiber->stack = malloc(STACK_BYTES);
	if (fiber->stack == NULL) {
		(void)fprintf(stderr, "no memory for a stack\n");
		exit(2);
	}
	fiber->bottom = fiber->stack;
	fiber->size = STACK_BYTES;
}

void fiber_close(struct fiber *fiber)
{
	free(fiber->stack);
	fiber->stack = NULL;
}

/* The stack of the program is only known when it has been left. */
static void arrive(void *fake)
{
	const void *bottom = NULL;
	size_t size = 0;

	__sanitizer_finish_switch_fiber(fake, &bottom, &size);
	if (left->stack == NULL) {
		left->bottom = bottom;
		left->size = size;
	}
}

static void begin(void)
{
	struct fiber *fiber = begun;

	arrive(NULL);
	fiber->entry(fiber->arg);
	abort();
}

void fiber_start(struct fiber *fiber, void (*entry)(void *arg), void *arg)
{
	fiber->entry = entry;
	fiber->arg = arg;
	fiber->fake = NULL;
	if (getcontext(&fiber->context) != 0) {
		abort();
	}
	fiber->context.uc_stack.ss_sp = fiber->stack;
	fiber->context.uc_stack.ss_size = fiber->size;
	fiber->context.uc_link = NULL;
	makecontext(&fiber->context, begin, 0);
}

void fiber_switch(struct fiber *from, struct fiber *to)
{
	left = from;
	begun = to;
	__sanitizer_start_switch_fiber(&from->fake, to->bottom, to->size);
	if (swapcontext(&from->context, &to->context) != 0) {
		abort();
	}
	arrive(from->fake);
}

void fiber_leave(struct fiber *from, struct fiber *to)
{
	left = from;
	begun = to;
	__sanitizer_start_switch_fiber(NULL, to->bottom, to->size);
	(void)setcontext(&to->context);
	abort();
}
