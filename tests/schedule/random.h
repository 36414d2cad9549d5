/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * random.h - runs by seed: a machine, programs of random calls for several CPUs, and a
 * schedule, all drawn from one number. The same number is the same run.
 */
#ifndef SCHEDULE_RANDOM_H
#define SCHEDULE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

/** random_run() - the run of @seed, from power-on to the end of the system. */
void random_run(struct machine *m, uint64_t seed);
/** random_runs() - runs from @seed on, until @calls public calls were made. */
void random_runs(struct machine *m, uint64_t seed, uint64_t calls);
/** random_has_scope() - has each call succeeded, and each error been answered? Says what not.
 */
bool random_has_scope(const struct machine *m);
/** random_report() - print what was done. */
void random_report(const struct machine *m);

#endif
