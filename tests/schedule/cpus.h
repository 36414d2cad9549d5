/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * cpus.h - several CPUs, one of which runs at a time, and who is next.
 *
 * A CPU is a coroutine. It can be stopped at each point: that is each hook of the library, and
 * each step of the host. A CPU that waits for a lock does not run until the lock is free. One
 * that relaxes lets all others go on first; when all that can run have relaxed, a round is
 * over, and time passes. So no CPU is starved while others poll, and a wait is as long for
 * eight CPUs as for one.
 *
 * A CPU that is stopped at a point may stand still for a while: others end flushes and whole
 * calls meanwhile. That is short beside a time-out, unless the run is one with frozen CPUs.
 *
 * Who runs after a point is up to the policy:
 *	listed   goes on with the same CPU, and where it cannot, with the next by number; other
 *	         choices are listed by where they are made, and the CPU that could have gone on
 *	         stands still for a while. A list is a schedule that can be run again, and what
 *	         exhaust.c enumerates.
 *	random   any that can run, every so many points.
 *	pct      the one with the highest priority; at some points the one that runs gets the
 *	         lowest. Few switches, at places that nobody thought of.
 */
#ifndef SCHEDULE_CPUS_H
#define SCHEDULE_CPUS_H

#include <stdbool.h>
#include <stdint.h>

#include "fiber.h"

struct machine;

enum {
	CPUS = 11,
	CPU_NONE = -1,
	LISTED_MOST = 4,
	CHANGES_MOST = 16,
	DECISIONS = 8192
};

/** enum cpu_state - can it run? */
enum cpu_state {
	CPU_READY,
	CPU_WAITS, /**< for a lock */
	CPU_DONE
};

/** struct cpu - one CPU and what it does. */
struct cpu {
	struct fiber fiber;
	const char *name;
	void (*body)(struct machine *m, int argument);
	int argument;
	bool serves; /**< runs as long as another does: an interrupt line, a master */
	enum cpu_state state;
	const void *lock;     /**< it waits for */
	bool relaxed;         /**< in this round */
	uint64_t still_until; /**< stands still until then */
	uint64_t still_us;    /**< how long it stood still in the call that it is in */
	int32_t priority;
};

/** enum policy_kind - see above. */
enum policy_kind {
	POLICY_LISTED,
	POLICY_RANDOM,
	POLICY_PCT
};

/** struct choice - another CPU than the policy would take. */
struct choice {
	uint32_t decision; /**< counted from the start, where there is more than one CPU */
	uint32_t other;    /**< 1 .. : how far from the one that would run */
};

/** struct policy - who is next. */
struct policy {
	enum policy_kind kind;
	struct choice listed[LISTED_MOST];
	uint32_t listed_count;
	uint64_t seed;
	uint32_t one_in;                /**< random: a switch every so many points */
	uint32_t changes[CHANGES_MOST]; /**< pct: points at which the priority drops */
	uint32_t change_count;
};

/** struct cpus - all of them. */
struct cpus {
	struct machine *m;
	struct cpu all[CPUS];
	uint32_t count;
	int current; /**< CPU_NONE: the program that set the machine up */
	struct fiber program;
	struct policy policy;
	uint64_t random;
	bool woken; /**< a lock that a CPU waited for is free */
	uint32_t points;
	uint32_t switches;
	uint32_t decisions;
	uint8_t options[DECISIONS]; /**< listed: how many CPUs there were to choose from */
};

/** cpus_init() - once: stacks. */
void cpus_init(struct cpus *cpus, struct machine *m);
void cpus_free(struct cpus *cpus);
/** cpus_begin() - no CPU yet, and a policy. */
void cpus_begin(struct cpus *cpus, const struct policy *policy);
/** cpus_add() - a CPU that calls @body. Returns its number. */
int cpus_add(struct cpus *cpus, const char *name, void (*body)(struct machine *m, int argument),
	     int argument, bool serves);
/** cpus_run() - until all have ended. */
void cpus_run(struct cpus *cpus);

/** cpus_point() - the CPU that runs may be stopped here. */
void cpus_point(struct cpus *cpus);
/** cpus_relax() - all others go on first. */
void cpus_relax(struct cpus *cpus);
/** cpus_wait() - until cpus_wake() of the same lock. */
void cpus_wait(struct cpus *cpus, const void *lock);
void cpus_wake(struct cpus *cpus, const void *lock);
/** cpus_stand_still() - the CPU that runs does not for @us. */
void cpus_stand_still(struct cpus *cpus, uint64_t us);
/** cpus_call_begins() - ... and may do so again. */
void cpus_call_begins(struct cpus *cpus);
/** cpus_still_us() - how long the CPU that runs stood still in its call. */
uint64_t cpus_still_us(const struct cpus *cpus);
/** cpus_is_ready() - does @cpu wait for no lock, and has not ended? */
bool cpus_is_ready(const struct cpus *cpus, int cpu);
/** cpus_work_left() - does any CPU run that does not only serve? */
bool cpus_work_left(const struct cpus *cpus);
/** cpus_name() - of the CPU that runs. */
const char *cpus_name(const struct cpus *cpus, int cpu);

/** random_next() - xorshift64*; @state is not 0. */
uint64_t random_next(uint64_t *state);
/** random_below() - 0 .. @bound - 1. */
uint32_t random_below(uint64_t *state, uint32_t bound);
/** random_seed() - a state from a seed and a stream of it. */
uint64_t random_seed(uint64_t seed, uint64_t stream);

#endif
