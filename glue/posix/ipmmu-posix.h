/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * ipmmu-posix.h - the hooks that any POSIX process can serve: objects, locks, clock, messages.
 *
 * Registers, table pages, cleaning, power and quiesce are the machine's: the program sets them.
 */
#ifndef IPMMU_POSIX_H
#define IPMMU_POSIX_H

#include <stdio.h>

#include <ipmmu/ops.h>

/**
 * struct ipmmu_posix - what the hooks need. It is the host pointer of the library, or the first
 * member of what is.
 */
struct ipmmu_posix {
	FILE *log; /**< gets one line per event and fault; NULL = none. Kept open by the caller
		    */
};

/**
 * ipmmu_posix_ops_init() - set the hooks that a process can serve; others stay as they are.
 * @ops: gets alloc, free, the four lock hooks, now_us, relax, event and fault.
 *
 * Both kinds of lock are mutexes: a process has no interrupts, a thread that plays one waits.
 */
void ipmmu_posix_ops_init(struct ipmmu_ops *ops);

#endif
