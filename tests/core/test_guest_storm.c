// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * A master that faults again as soon as its fault is cleared, for ever: what it costs a host
 * that serves at once, and one that serves late; and that it ends when the master does.
 */
#include "rig.h"

enum {
	DENY = 3,
	LIMIT = 16,       /* storm_limit by default */
	TOKEN_US = 10000, /* one more fault may come in this time */
	SECOND_US = 1000000,
	STEP_US = 100,
	MOST_ACCESSES = 4000, /* of registers, in a second */
	NEVER = 0
};

/** struct host - how a host deals with what the library wants. */
struct host {
	const char *name;
	bool prompt;       /**< serves as soon as it is asked */
	uint32_t every_us; /**< serves that often; NEVER */
};

static const struct host hosts[] = {
	{"serves at once", true, NEVER},
	{"serves at once, and every 10 ms", true, 10000},
	{"serves every 10 ms", false, 10000},
	{"serves every 300 ms", false, 300000},
};

enum {
	HOSTS = sizeof(hosts) / sizeof(hosts[0])
};

/** struct cost - of a run. */
struct cost {
	uint32_t interrupts;
	uint32_t services;
	uint64_t accesses;
};

/* As hosts are told to: until nothing is left. */
static void serve(struct kit *kit, struct cost *cost)
{
	uint32_t loops = 0;

	kit->services_wanted = 0;
	while (kit_service(kit, 8)) {
		loops++;
		assert_in_range(loops, 0, 8);
	}
	cost->services++;
}

static void take_interrupts(struct kit *kit, const struct host *host, struct cost *cost)
{
	uint32_t loops = 0;

	while (model_irq(kit->model, 0)) {
		(void)kit_interrupt(kit, 0);
		cost->interrupts++;
		loops++;
		assert_in_range(loops, 0, LIMIT + 2);
		if (host->prompt && kit->services_wanted != 0) {
			serve(kit, cost);
		}
	}
}

static struct cost run_for(struct kit *kit, const struct host *host, uint32_t us)
{
	uint64_t before = kit->reads + kit->writes;
	struct cost cost = {0};
	uint32_t t;

	for (t = 0; t < us; t += STEP_US) {
		model_tick(kit->model, STEP_US);
		take_interrupts(kit, host, &cost);
		if (host->every_us != NEVER && t % host->every_us == 0) {
			serve(kit, &cost);
		}
	}
	cost.accesses = kit->reads + kit->writes - before;
	return cost;
}

/* From now on each register write lets the master's next access come, which faults. */
static void storm(struct kit *kit, int master)
{
	kit->masters[master].running = true;
	kit->masters[master].programmed = kit->masters[master].in;
	kit->masters[master].iova = 0x50000000;
	kit_run(kit);
}

static struct kit *ready(uint8_t stalls)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.model.switches[MODEL_STALL_ON_FAULT] = stalls;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 1);
	kit_forget(kit);
	return kit;
}

static void storm_costs_a_host_no_more_than_its_time_allows(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 2 * HOSTS; i++) {
		const struct host *host = &hosts[i / 2];
		struct kit *kit = ready((uint8_t)(i % 2));
		uint64_t before = rig_context_info(kit, 1).faults;
		struct cost first;
		struct cost second;

		storm(kit, DMAC);
		first = run_for(kit, host, SECOND_US);
		second = run_for(kit, host, SECOND_US);
		assert_in_range(first.interrupts, LIMIT, LIMIT + 1 + 101);
		assert_in_range(second.interrupts, 0, 101);
		assert_in_range(first.accesses, 1, MOST_ACCESSES);
		assert_in_range(second.accesses, 0, MOST_ACCESSES);
		/* All that were cleared in two seconds. */
		assert_in_range(rig_context_info(kit, 1).faults - before, LIMIT,
				LIMIT + 1 + 202);
		kit_free(kit);
	}
}

static void storm_in_deny_costs_as_much(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < HOSTS; i++) {
		struct kit *kit = ready(1);
		struct cost cost;

		storm(kit, MMC);
		cost = run_for(kit, &hosts[i], SECOND_US);
		assert_in_range(cost.interrupts, LIMIT, LIMIT + 1 + 101);
		assert_in_range(cost.accesses, 1, MOST_ACCESSES);
		kit_free(kit);
	}
}

static uint32_t faults_of(const struct kit *kit, uint32_t context)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < kit->fault_count && i < KIT_FAULTS; i++) {
		count += kit->faults[i].context == context ? 1u : 0u;
	}
	return count;
}

static void fault_of_another_domain_is_told_in_the_middle_of_a_storm(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < HOSTS; i++) {
		struct kit *kit = ready(1);

		storm(kit, DMAC);
		(void)run_for(kit, &hosts[i], 2 * SECOND_US);
		kit_forget(kit);
		(void)kit_dma(kit, AUDIO, 0x50000000, true);
		(void)run_for(kit, &hosts[i], 300000 + TOKEN_US);
		assert_int_equal(faults_of(kit, 2), 1);
		kit_free(kit);
	}
}

static void end_of_a_storm_gives_the_interrupt_back(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < HOSTS; i++) {
		struct kit *kit = ready(1);

		storm(kit, DMAC);
		(void)run_for(kit, &hosts[i], SECOND_US);
		kit->masters[DMAC].running = false;
		/* A prompt host serves when it was told to, a late one twice. */
		serve(kit, &(struct cost){0});
		model_tick(kit->model, 2 * TOKEN_US);
		serve(kit, &(struct cost){0});
		model_tick(kit->model, TOKEN_US);
		serve(kit, &(struct cost){0});
		assert_false(rig_context_info(kit, 1).masked);
		assert_true(rig_interrupt_is_on(kit, 1));
		kit_forget(kit);
		(void)kit_dma(kit, DMAC, 0x50000000, true);
		assert_true(model_irq(kit->model, 0));
		assert_true(kit_interrupt(kit, 0));
		kit_free(kit);
	}
}

/* A host that wakes up when the library has told it to, and at no other time. */
static uint64_t wanted_at;

static void remember(void *host, uint64_t at_us)
{
	(void)host;
	wanted_at = at_us < wanted_at ? at_us : wanted_at;
}

static void host_that_serves_when_it_is_told_unmasks_in_time(void **state)
{
	struct kit *kit = ready(1);
	uint32_t t;

	(void)state;
	kit->ops.service_wanted = remember;
	wanted_at = UINT64_MAX;
	storm(kit, DMAC);
	for (t = 0; t < SECOND_US; t += STEP_US) {
		if (t == SECOND_US / 2) {
			assert_true(rig_context_info(kit, 1).masked);
			kit->masters[DMAC].running = false;
		}
		model_tick(kit->model, STEP_US);
		if (model_irq(kit->model, 0)) {
			(void)kit_interrupt(kit, 0);
		}
		if (model_now(kit->model) >= wanted_at) {
			wanted_at = UINT64_MAX;
			(void)kit_service(kit, 64);
		}
		if (t == SECOND_US / 2 + 3 * TOKEN_US) {
			assert_false(rig_context_info(kit, 1).masked);
		}
	}
	/* Nothing is left to be done. */
	assert_true(wanted_at == UINT64_MAX);
	kit_free(kit);
}

static void master_that_stalls_on_faults_goes_on_in_a_storm(void **state)
{
	struct kit *kit = ready(1);
	uint64_t before;

	(void)state;
	storm(kit, DMAC);
	(void)run_for(kit, &hosts[2], SECOND_US);
	before = model_counts_get(kit->model).faults;
	(void)run_for(kit, &hosts[2], SECOND_US);
	/* Masked, it is let go once in 10 ms. */
	assert_in_range(model_counts_get(kit->model).faults - before, 90, 110);
	kit_free(kit);
}

static void clock_of_coarse_steps_makes_storms_no_longer(void **state)
{
	struct kit *kit = ready(1);
	struct cost cost;

	(void)state;
	kit->clock_step_us = TOKEN_US;
	storm(kit, DMAC);
	cost = run_for(kit, &hosts[1], SECOND_US);
	assert_in_range(cost.interrupts, LIMIT, LIMIT + 1 + 101);
	kit_free(kit);
}

static void dead_clock_leaves_a_storm_masked(void **state)
{
	struct kit *kit = ready(1);
	struct cost cost;

	(void)state;
	kit->dead_clock = true;
	storm(kit, DMAC);
	cost = run_for(kit, &hosts[1], SECOND_US);
	assert_int_equal(cost.interrupts, LIMIT + 1);
	assert_true(rig_context_info(kit, 1).masked);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(storm_costs_a_host_no_more_than_its_time_allows),
		cmocka_unit_test(storm_in_deny_costs_as_much),
		cmocka_unit_test(fault_of_another_domain_is_told_in_the_middle_of_a_storm),
		cmocka_unit_test(end_of_a_storm_gives_the_interrupt_back),
		cmocka_unit_test(host_that_serves_when_it_is_told_unmasks_in_time),
		cmocka_unit_test(master_that_stalls_on_faults_goes_on_in_a_storm),
		cmocka_unit_test(clock_of_coarse_steps_makes_storms_no_longer),
		cmocka_unit_test(dead_clock_leaves_a_storm_masked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
