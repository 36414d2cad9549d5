// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * cpus.c - CPUs that are stopped and go on; rounds, in which time passes.
 */
#include "cpus.h"

#include <string.h>

#include "machine.h"
#include "policy.h"

void cpus_init(struct cpus *cpus, struct machine *m)
{
	uint32_t i;

	memset(cpus, 0, sizeof(*cpus));
	cpus->m = m;
	cpus->current = CPU_NONE;
	for (i = 0; i < CPUS; i++) {
		fiber_open(&cpus->all[i].fiber);
	}
}

void cpus_free(struct cpus *cpus)
{
	uint32_t i;

	for (i = 0; i < CPUS; i++) {
		fiber_close(&cpus->all[i].fiber);
	}
}

void cpus_begin(struct cpus *cpus, const struct policy *policy)
{
	cpus->policy = *policy;
	cpus->random = random_seed(policy->seed, 77);
	cpus->count = 0;
	cpus->current = CPU_NONE;
	cpus->woken = false;
	cpus->points = 0;
	cpus->switches = 0;
	cpus->decisions = 0;
}

static bool can_run(const struct cpus *cpus, const struct cpu *cpu)
{
	return cpu->state == CPU_READY && !cpu->relaxed &&
	       (cpu->still_until == 0 || cpu->still_until <= machine_now(cpus->m));
}

bool cpus_is_ready(const struct cpus *cpus, int cpu)
{
	return cpus->all[cpu].state == CPU_READY;
}

/* Those that can run, from the one behind @from on, @from last. */
static uint32_t list_ready(const struct cpus *cpus, int from, int *ready)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 1; i <= cpus->count; i++) {
		uint32_t n = ((uint32_t)from + i) % cpus->count;

		if (can_run(cpus, &cpus->all[n])) {
			ready[count++] = (int)n;
		}
	}
	return count;
}

static bool any_ready(const struct cpus *cpus)
{
	uint32_t i;

	for (i = 0; i < cpus->count; i++) {
		if (cpus->all[i].state == CPU_READY) {
			return true;
		}
	}
	return false;
}

/* All that can run have relaxed, or stand still: time passes. */
static void next_round(struct cpus *cpus)
{
	uint32_t i;

	machine_pass_time(cpus->m);
	for (i = 0; i < cpus->count; i++) {
		cpus->all[i].relaxed = false;
	}
}

static bool all_done(const struct cpus *cpus)
{
	uint32_t i;

	for (i = 0; i < cpus->count; i++) {
		if (cpus->all[i].state != CPU_DONE) {
			return false;
		}
	}
	return true;
}

/* The next CPU; CPU_NONE when all have ended. The one that runs now may be able to go on. */
static int choose(struct cpus *cpus)
{
	int from = cpus->current == CPU_NONE ? (int)cpus->count - 1 : cpus->current;
	int ready[CPUS];
	uint32_t count = list_ready(cpus, from, ready);
	int other = policy_set_back(cpus);

	if (other != CPU_NONE) {
		return other;
	}

	while (count == 0) {
		if (all_done(cpus)) {
			return CPU_NONE;
		}
		if (!any_ready(cpus)) {
			found(cpus->m, "lock", "every CPU waits for a lock of another");
		}
		next_round(cpus);
		count = list_ready(cpus, from, ready);
	}
	return policy_choose(cpus, ready, count);
}

static void switch_to(struct cpus *cpus, int next, bool leave)
{
	struct fiber *from =
		cpus->current == CPU_NONE ? &cpus->program : &cpus->all[cpus->current].fiber;
	struct fiber *to = next == CPU_NONE ? &cpus->program : &cpus->all[next].fiber;

	cpus->current = next;
	if (leave) {
		fiber_leave(from, to);
	}
	cpus->switches++;
	fiber_switch(from, to);
}

static void go_on(struct cpus *cpus)
{
	int next = choose(cpus);

	if (next != cpus->current) {
		switch_to(cpus, next, false);
	}
}

static void run_body(void *arg)
{
	struct cpu *cpu = arg;
	struct cpus *cpus = the_machine()->cpus;

	cpu->body(cpus->m, cpu->argument);
	cpu->state = CPU_DONE;
	switch_to(cpus, choose(cpus), true);
}

int cpus_add(struct cpus *cpus, const char *name, void (*body)(struct machine *m, int argument),
	     int argument, bool serves)
{
	struct cpu *cpu = &cpus->all[cpus->count];

	cpu->name = name;
	cpu->body = body;
	cpu->argument = argument;
	cpu->serves = serves;
	cpu->state = CPU_READY;
	cpu->lock = NULL;
	cpu->relaxed = false;
	cpu->still_until = 0;
	cpu->still_us = 0;
	cpu->priority = 0;
	fiber_start(&cpu->fiber, run_body, cpu);
	return (int)cpus->count++;
}

void cpus_run(struct cpus *cpus)
{
	policy_begin(cpus);
	go_on(cpus);
	cpus->current = CPU_NONE;
}

void cpus_point(struct cpus *cpus)
{
	if (cpus->current == CPU_NONE) {
		return;
	}
	cpus->points++;
	if (policy_is_due(cpus)) {
		go_on(cpus);
	}
}

void cpus_relax(struct cpus *cpus)
{
	if (cpus->current == CPU_NONE) {
		machine_pass_time(cpus->m);
		return;
	}
	cpus->points++;
	cpus->all[cpus->current].relaxed = true;
	go_on(cpus);
}

void cpus_wait(struct cpus *cpus, const void *lock)
{
	struct cpu *cpu = &cpus->all[cpus->current];

	cpu->state = CPU_WAITS;
	cpu->lock = lock;
	go_on(cpus);
}

void cpus_wake(struct cpus *cpus, const void *lock)
{
	uint32_t i;

	for (i = 0; i < cpus->count; i++) {
		struct cpu *cpu = &cpus->all[i];

		if (cpu->state == CPU_WAITS && cpu->lock == lock) {
			cpu->state = CPU_READY;
			cpus->woken = true;
		}
	}
}

void cpus_stand_still(struct cpus *cpus, uint64_t us)
{
	cpus->all[cpus->current].still_until = machine_now(cpus->m) + us;
	cpus->all[cpus->current].still_us += us;
	go_on(cpus);
}

uint64_t cpus_still_us(const struct cpus *cpus)
{
	return cpus->current == CPU_NONE ? 0 : cpus->all[cpus->current].still_us;
}

void cpus_call_begins(struct cpus *cpus)
{
	if (cpus->current != CPU_NONE) {
		cpus->all[cpus->current].still_us = 0;
	}
}

bool cpus_work_left(const struct cpus *cpus)
{
	uint32_t i;

	for (i = 0; i < cpus->count; i++) {
		if (!cpus->all[i].serves && cpus->all[i].state != CPU_DONE) {
			return true;
		}
	}
	return false;
}

const char *cpus_name(const struct cpus *cpus, int cpu)
{
	return cpu == CPU_NONE ? "setup" : cpus->all[cpu].name;
}
