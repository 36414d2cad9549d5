/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * fiber.h - coroutines: each has a stack of its own, and runs until it switches away.
 * Knows nothing of CPUs.
 */
#ifndef SCHEDULE_FIBER_H
#define SCHEDULE_FIBER_H

#include <stdbool.h>
#include <stddef.h>
#include <ucontext.h>

/** struct fiber - one coroutine, or the program that started the first. */
struct fiber {
	ucontext_t context;
	void *stack; /**< NULL: the stack of the program */
	const void *bottom;
	size_t size;
	void *fake; /**< AddressSanitizer's */
	void (*entry)(void *arg);
	void *arg;
};

/** fiber_open() - a stack. Ends the program where there is no memory. */
void fiber_open(struct fiber *fiber);
/** fiber_close() - give it back. The fiber does not run any more. */
void fiber_close(struct fiber *fiber);
/** fiber_start() - the next switch to @fiber calls @entry, which must end in fiber_leave(). */
void fiber_start(struct fiber *fiber, void (*entry)(void *arg), void *arg);
/** fiber_switch() - stop @from here and go on with @to, where it stopped. */
void fiber_switch(struct fiber *from, struct fiber *to);
/** fiber_leave() - as fiber_switch(); @from is started again before it runs again. */
void fiber_leave(struct fiber *from, struct fiber *to) __attribute__((noreturn));

#endif
