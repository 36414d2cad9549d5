/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * policy.h - which CPU is next. For cpus.c.
 */
#ifndef SCHEDULE_POLICY_H
#define SCHEDULE_POLICY_H

#include "cpus.h"

/** policy_begin() - all CPUs are there: deal out priorities. */
void policy_begin(struct cpus *cpus);
/** policy_is_due() - is the next CPU to be chosen at this point? */
bool policy_is_due(struct cpus *cpus);
/**
 * policy_set_back() - is another CPU to go on in place of the one that runs and could?
 * Returns its number, or CPU_NONE.
 */
int policy_set_back(struct cpus *cpus);
/**
 * policy_choose() - one of those that can run.
 * @ready: their numbers, from the one behind the CPU that runs on; that one is last, if it
 *         can go on. @count: at least 1.
 */
int policy_choose(struct cpus *cpus, const int *ready, uint32_t count);

#endif
