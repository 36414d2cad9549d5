// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * policy.c - listed schedules, random ones, and ones by priorities.
 */
#include "policy.h"

#include "machine.h"

uint64_t random_next(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return (x * 0x2545f4914f6cdd1dull) >> 16;
}

uint32_t random_below(uint64_t *state, uint32_t bound)
{
	return (uint32_t)(random_next(state) % bound);
}

uint64_t random_seed(uint64_t seed, uint64_t stream)
{
	uint64_t x = seed * 0x9e3779b97f4a7c15ull + stream * 0xbf58476d1ce4e5b9ull;

	x ^= x >> 31;
	x *= 0x94d049bb133111ebull;
	x ^= x >> 29;
	return x == 0 ? 1 : x;
}

void policy_begin(struct cpus *cpus)
{
	uint32_t i;

	for (i = 0; cpus->policy.kind == POLICY_PCT && i < cpus->count; i++) {
		cpus->all[i].priority = (int32_t)random_below(&cpus->random, 1000000);
	}
}

static bool is_change(const struct cpus *cpus)
{
	uint32_t i;

	for (i = 0; i < cpus->policy.change_count; i++) {
		if (cpus->policy.changes[i] == cpus->points) {
			return true;
		}
	}
	return false;
}

bool policy_is_due(struct cpus *cpus)
{
	switch (cpus->policy.kind) {
	case POLICY_RANDOM:
		return random_below(&cpus->random, cpus->policy.one_in) == 0;
	case POLICY_PCT:
		if (is_change(cpus)) {
			/* Lower than any before. */
			cpus->all[cpus->current].priority = -(int32_t)cpus->points;
			return true;
		}
		return cpus->woken;
	default:
		return true;
	}
}

static int by_priority(struct cpus *cpus, const int *ready, uint32_t count)
{
	int best = ready[0];
	uint32_t i;

	cpus->woken = false;
	for (i = 1; i < count; i++) {
		if (cpus->all[ready[i]].priority > cpus->all[best].priority) {
			best = ready[i];
		}
	}
	return best;
}

/* ---- listed ---- */

/* 0: as the policy says. Counts the choice. */
static uint32_t listed_choice(struct cpus *cpus, uint32_t options)
{
	uint32_t other = 0;
	uint32_t i;

	if (cpus->decisions == DECISIONS) {
		found(cpus->m, "time", "the scene is longer than %u choices", DECISIONS);
	}
	for (i = 0; i < cpus->policy.listed_count; i++) {
		if (cpus->policy.listed[i].decision == cpus->decisions) {
			other = cpus->policy.listed[i].other;
		}
	}
	cpus->options[cpus->decisions++] = (uint8_t)options;
	return other;
}

/* Where the CPU that runs cannot go on: the next by number does. */
static int next_by_list(struct cpus *cpus, const int *ready, uint32_t count)
{
	return count == 1 ? ready[0] : ready[listed_choice(cpus, count) % count];
}

/* Those that wait for nothing but their turn, also such that have relaxed or stand still. */
static uint32_t list_others(const struct cpus *cpus, int *others)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 1; i < cpus->count; i++) {
		int n = (int)(((uint32_t)cpus->current + i) % cpus->count);

		if (cpus_is_ready(cpus, n)) {
			others[count++] = n;
		}
	}
	return count;
}

static int set_back_by_list(struct cpus *cpus)
{
	int others[CPUS];
	uint32_t count = list_others(cpus, others);
	uint32_t other = count == 0 ? 0 : listed_choice(cpus, count + 1);
	struct cpu *next;

	if (other == 0 || other > count) {
		return CPU_NONE;
	}
	if (cpus->m->config.frozen_us != 0 && cpus->m->hooks.held[cpus->current] == 0) {
		cpus->all[cpus->current].still_until =
			machine_now(cpus->m) + cpus->m->config.frozen_us;
		cpus->all[cpus->current].still_us += cpus->m->config.frozen_us;
	} else {
		machine_stand_still(cpus->m, cpus->m->config.still_us);
	}
	next = &cpus->all[others[other - 1]];
	next->relaxed = false;
	next->still_until = 0;
	return others[other - 1];
}

int policy_set_back(struct cpus *cpus)
{
	const struct cpu *cpu = &cpus->all[cpus->current < 0 ? 0 : cpus->current];

	if (cpus->policy.kind != POLICY_LISTED || cpus->current == CPU_NONE ||
	    cpu->state != CPU_READY || cpu->relaxed ||
	    cpu->still_until > machine_now(cpus->m)) {
		return CPU_NONE;
	}
	return set_back_by_list(cpus);
}

/* ---- all ---- */

/* Whoever is stopped where it could go on may stand still for a while. */
static void hold_back(struct cpus *cpus, int next)
{
	const struct cpu *cpu = &cpus->all[cpus->current < 0 ? 0 : cpus->current];

	if (cpus->current != CPU_NONE && next != cpus->current && !cpu->relaxed &&
	    cpu->state == CPU_READY && random_below(&cpus->random, 2) == 0) {
		machine_stand_still(cpus->m, 1 + random_below(&cpus->random, 12));
	}
}

int policy_choose(struct cpus *cpus, const int *ready, uint32_t count)
{
	int next;

	if (cpus->policy.kind == POLICY_LISTED) {
		/* The one that runs has had its choice. */
		return ready[count - 1] == cpus->current ? cpus->current
							 : next_by_list(cpus, ready, count);
	}
	next = cpus->policy.kind == POLICY_RANDOM ? ready[random_below(&cpus->random, count)]
						  : by_priority(cpus, ready, count);
	hold_back(cpus, next);
	return next;
}
