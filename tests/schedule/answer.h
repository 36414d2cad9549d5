/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * answer.h - what calls answer, and how long they take.
 *
 *	answer  the error is one that the call's header lists for arguments that are right, and
 *	        there is a reason for it: E_BUSY needs another call, E_NO_MEMORY an allocation
 *	        that failed, E_UNVERIFIED a register that lied. A time-out or a quarantine needs
 *	        a flush that has run for about the time-out: on hardware that works there is
 *	        none, for any number of CPUs and any clock
 *	time    a call ends within a number of time-outs, and of hooks
 */
#ifndef SCHEDULE_ANSWER_H
#define SCHEDULE_ANSWER_H

#include <ipmmu/event.h>

#include "calls.h"

/** answer_judge() - a call has answered. */
void answer_judge(struct machine *m, const struct call *call, enum ipmmu_err err);
/** answer_step() - the CPU that runs has called a hook. */
void answer_step(struct machine *m);
/** answer_event() - the library has told something. */
void answer_event(struct machine *m, const struct ipmmu_event *event);
/** answer_event_name() - for reports. */
const char *answer_event_name(enum ipmmu_event_kind kind);

#endif
