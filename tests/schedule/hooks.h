/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * hooks.h - struct ipmmu_ops on the machine. Each hook is a point where another CPU may go on:
 * before it does anything, but unlock: after the lock is free.
 *
 * Locks are checked: the system lock comes first, then a page table's, then a root's, one of
 * each; none is taken twice, none is held while a CPU relaxes or calls a hook that is to be
 * called without, and a plain one is not taken in an interrupt.
 */
#ifndef SCHEDULE_HOOKS_H
#define SCHEDULE_HOOKS_H

#include <ipmmu/ops.h>

#include "cpus.h"
#include "trace.h"

struct machine;

/** enum lock_level - in the order in which they are taken. */
enum lock_level {
	LOCK_SYSTEM = 1,
	LOCK_TABLE = 2,
	LOCK_ROOT = 4
};

/** struct lock - an object of the heap. */
struct lock {
	uint32_t magic;
	enum lock_level level;
	int holder; /**< CPU_NONE: free */
};

/** struct hooks - plain bytes; by CPU, the setup last. */
struct hooks {
	uint32_t held[CPUS + 1]; /**< enum lock_level bits */
	bool in_interrupt[CPUS + 1];
	bool creating; /**< the system is being created: a plain lock is its own */
};

/** hooks_fill() - in m->ops. */
void hooks_fill(struct machine *m);
/** hooks_point() - a step of the CPU that runs: remember it, then others may go on. */
void hooks_point(struct machine *m, enum step_kind kind, const char *what, uint64_t a,
		 uint64_t b);
/** locks_fill() - hooks of locks, in lock.c. */
void locks_fill(struct ipmmu_ops *ops);
/** locks_none() - finds a lock that is held. */
void locks_none(struct machine *m, const char *where);
/** locks_table_only() - finds another lock than a page table's. */
void locks_table_only(struct machine *m, const char *where);

#endif
