// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * random.c - what a seed stands for: the machine, what is wrong with it, how many CPUs, what
 * they do, and by which policy they take turns.
 */
#include "random.h"

#include <stdio.h>

#include "machine.h"
#include "program.h"

enum {
	CALLS_OF_A_RUN = 240,
	POINTS_OF_A_RUN = 6000
};

/* Unknowns of the hardware with which all must hold as well. */
static const enum model_switch switches[] = {
	MODEL_UTLB_FLUSH_SELF_CLEARS,
	MODEL_UTLB_KEEPS_OVER_DISABLE,
	MODEL_UTLB_TAGGED,
	MODEL_REPOINT_DRAINS,
	MODEL_FLUSH_COVERS_UTLBS,
	MODEL_IRQ_GATED,
	MODEL_STATUS_OVERWRITE,
	MODEL_SECGRP_RESET,
	MODEL_IMSSTR_CLEAR,
	MODEL_OFF_CONTEXT,
	MODEL_OFF_CACHE_CONTEXT,
	MODEL_UTLB_RESET,
	MODEL_CONTEXT_RESET,
	MODEL_FLUSHING_CACHE_FED,
	MODEL_MULTIPLE_HIT,
	MODEL_STALL_ON_FAULT,
	MODEL_S2PTE_ALL,
	MODEL_INPUT_WRAPS,
};

static void draw_switches(struct machine_config *config, uint64_t *random)
{
	uint32_t count = random_below(random, 3);

	while (count-- > 0) {
		enum model_switch which =
			switches[random_below(random, sizeof(switches) / sizeof(switches[0]))];

		config->model.switches[which] =
			(uint8_t)random_below(random, model_switch_values(which));
	}
	/* Of accesses that a uTLB has translated nothing else is known to wait for. */
	if (config->model.switches[MODEL_FLUSH_COVERS_UTLBS] == 0) {
		config->model.switches[MODEL_REPOINT_DRAINS] = 1;
	}
}

/* The library waits longer for a coarse clock: time passes faster then. */
static void draw_time(struct machine_config *config, uint64_t *random)
{
	static const uint32_t flushes[] = {2, 2, 2, 6, 12, 27};

	config->model.flush_us = flushes[random_below(random, 6)];
	switch (random_below(random, 16)) {
	case 0:
		config->clock_step_us = 1000;
		config->tick_us = 4;
		break;
	case 1:
		config->clock_step_us = 10000;
		config->tick_us = 8;
		break;
	case 2:
		config->clock_step_us = 0;
		break;
	default:
		break;
	}
	if (config->clock_step_us > 1) {
		config->clock_phase_us = random_below(random, (uint32_t)config->clock_step_us);
	}
}

static void draw_trouble(struct machine_config *config, uint64_t *random)
{
	uint32_t what = random_below(random, 16);

	config->stucks = what >= 8 && what < 13;
	config->lies = what == 12 || what == 13;
	config->poor = what == 14;
	config->freezes = what == 15;
	/* What waits for a clock that stands still takes long. */
	if (config->clock_step_us == 0) {
		config->stucks = false;
	}
}

static struct machine_config draw_machine(uint64_t *random)
{
	struct machine_config config = machine_config();

	config.model.seed = random_next(random) | 1;
	config.contexts = 4 + random_below(random, 3);
	config.quiesce = random_below(random, 2) == 0;
	config.judge_each_step = random_below(random, 3) == 0;
	if (!config.judge_each_step) {
		config.model.tlb_mode = MODEL_TLB_RANDOM;
		config.model.context_tlb_entries = 6;
		config.model.utlb_tlb_entries = 3;
	}
	if (random_below(random, 4) == 0) {
		config.places = PLACES_MOST;
		config.stride = 2u << 20;
	}
	config.hook_rounds = random_below(random, 4) == 0 ? random_below(random, 20) : 0;
	config.stuck_at_probe = random_below(random, 4) == 0 ? 1 : 0;
	config.options.storm_limit = random_below(random, 2) == 0 ? 0 : 2;
	draw_switches(&config, random);
	config.options.context_flush_reaches_utlbs =
		config.model.switches[MODEL_FLUSH_COVERS_UTLBS] == 1 &&
		random_below(random, 2) == 0;
	draw_time(&config, random);
	draw_trouble(&config, random);
	return config;
}

static struct policy draw_policy(uint64_t seed, uint64_t *random)
{
	static const uint32_t one_in[] = {2, 4, 10, 30, 100};
	struct policy policy = {.seed = seed};
	uint32_t i;

	if (random_below(random, 2) == 0) {
		policy.kind = POLICY_RANDOM;
		policy.one_in = one_in[random_below(random, 5)];
		return policy;
	}
	policy.kind = POLICY_PCT;
	policy.change_count = random_below(random, CHANGES_MOST + 1);
	for (i = 0; i < policy.change_count; i++) {
		policy.changes[i] = random_below(random, POINTS_OF_A_RUN);
	}
	return policy;
}

static uint32_t draw_cpus(enum program_kind kind, uint64_t *random)
{
	if (kind == PROGRAM_FLUSHES) {
		return 2 + random_below(random, 7);
	}
	return 2 + random_below(random, 3);
}

void random_run(struct machine *m, uint64_t seed)
{
	static const char *const names[] = {"cpu0", "cpu1", "cpu2", "cpu3", "cpu4",
					    "cpu5", "cpu6", "cpu7", "cpu8"};
	uint64_t random = random_seed(seed, 0);
	struct machine_config config = draw_machine(&random);
	struct policy policy = draw_policy(seed, &random);
	enum program_kind kind = (enum program_kind)random_below(&random, PROGRAM_KINDS);
	uint32_t workers = draw_cpus(kind, &random);
	uint32_t i;

	/* What waits for a clock that stands still takes long. */
	config.stucks = config.stucks || (kind == PROGRAM_TROUBLE && config.clock_step_us != 0);

	(void)snprintf(m->trace->run, sizeof(m->trace->run), "--seed %llu",
		       (unsigned long long)seed);
	machine_reset(m, &config);
	program_set(kind, CALLS_OF_A_RUN / workers);
	(void)call_system_create(m);
	program_begin(m, &random);
	cpus_begin(m->cpus, &policy);
	for (i = 0; i < workers; i++) {
		(void)cpus_add(m->cpus, names[i], program_run, (int)i, false);
	}
	(void)cpus_add(m->cpus, "interrupt", device_interrupt, 0, true);
	(void)cpus_add(m->cpus, "masters", device_serve, 0, true);
	cpus_run(m->cpus);
	m->counts->points += m->cpus->points;
	m->counts->switches += m->cpus->switches;
	m->counts->runs++;
	program_end(m);
}

void random_runs(struct machine *m, uint64_t seed, uint64_t calls)
{
	while (m->counts->calls < calls) {
		random_run(m, seed++);
	}
}

static uint64_t answered(const struct counts *counts, enum ipmmu_err err)
{
	uint64_t count = 0;
	uint32_t i;

	for (i = 0; i < CALL_COUNT; i++) {
		count += counts->by_kind[i][-(int)err];
	}
	return count;
}

bool random_has_scope(const struct machine *m)
{
	static const enum ipmmu_err errors[] = {
		IPMMU_E_NO_MEMORY,  IPMMU_E_BUSY,     IPMMU_E_STATE,       IPMMU_E_EXISTS,
		IPMMU_E_CONFLICT,   IPMMU_E_TIMEOUT,  IPMMU_E_QUARANTINED, IPMMU_E_UNVERIFIED,
		IPMMU_E_NO_CONTEXT, IPMMU_E_NOT_FOUND};
	bool has = true;
	uint32_t i;

	for (i = 0; i < CALL_COUNT; i++) {
		if (m->counts->by_kind[i][0] == 0) {
			(void)fprintf(stderr, "%s has never succeeded\n",
				      call_name((enum call_kind)i));
			has = false;
		}
	}
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (answered(m->counts, errors[i]) == 0) {
			(void)fprintf(stderr, "no call has answered %s\n",
				      ipmmu_error_name(errors[i]));
			has = false;
		}
	}
	return has;
}

/* ---- what was done ---- */

static void report_call(const struct counts *counts, enum call_kind kind)
{
	uint32_t i;

	(void)printf("  %-20s", call_name(kind));
	for (i = 0; i < ANSWERS; i++) {
		if (counts->by_kind[kind][i] != 0) {
			(void)printf(" %s %llu", ipmmu_error_name((enum ipmmu_err)(-(int)i)),
				     (unsigned long long)counts->by_kind[kind][i]);
		}
	}
	(void)printf("\n");
}

void random_report(const struct machine *m)
{
	const struct counts *counts = m->counts;
	uint32_t i;

	(void)printf("%llu public calls in %llu runs: %llu points, %llu switches, "
		     "%llu accesses, %llu faults told, %llu quarantines\n",
		     (unsigned long long)counts->calls, (unsigned long long)counts->runs,
		     (unsigned long long)counts->points, (unsigned long long)counts->switches,
		     (unsigned long long)counts->accesses, (unsigned long long)counts->faults,
		     (unsigned long long)counts->quarantines);
	for (i = 0; i < CALL_COUNT; i++) {
		report_call(counts, (enum call_kind)i);
	}
}
