/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * program.h - what a CPU of a random run does, and how a run begins and ends.
 */
#ifndef SCHEDULE_PROGRAM_H
#define SCHEDULE_PROGRAM_H

#include <stdint.h>

struct machine;

/** enum program_kind - which calls are frequent. */
enum program_kind {
	PROGRAM_ALL,
	PROGRAM_FLUSHES, /**< of one domain, by many CPUs */
	PROGRAM_TABLES,  /**< changes of tables that the library owns */
	PROGRAM_MOVES,   /**< of masters, and ends of domains */
	PROGRAM_FAULTS,
	PROGRAM_TROUBLE, /**< flushes that do not end, and retries in every way */
	PROGRAM_KINDS
};

/** program_set() - what the CPUs of the next run do. */
void program_set(enum program_kind kind, uint32_t steps);
/** program_begin() - domains and masters to start with; no CPU runs. */
void program_begin(struct machine *m, uint64_t *random);
/** program_run() - the body of a CPU. */
void program_run(struct machine *m, int argument);
/**
 * program_end() - no CPU runs any more, and all hardware works: everything can be brought to
 * an end, and nothing is left.
 */
void program_end(struct machine *m);

#endif
