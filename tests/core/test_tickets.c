// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Flushes by several CPUs at once: how many there are, how long one is waited for, and who
 * polls. CPUs take turns, so each case comes out the same each time.
 */
#include "kit_cpus.h"
#include "rig.h"

#include <string.h>

enum {
	LIMIT_US = 100, /* flush_timeout_us */
	SLACK_US = 8    /* that a step takes besides the flush itself */
};

static struct kit *ready(uint32_t flush_us)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.options.flush_timeout_us = LIMIT_US;
	config.model.flush_us = flush_us;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	kit_forget(kit);
	model_counts_reset(kit->model);
	return kit;
}

static void flush_on_all(struct kit_cpus *cpus, struct kit *kit, uint32_t count)
{
	memset(cpus, 0, sizeof(*cpus));
	cpus->kit = kit;
	cpus->count = count;
	cpus->body = kit_cpus_flush;
	kit_cpus_run(cpus);
}

static void all_answer(const struct kit_cpus *cpus, enum ipmmu_err err, uint64_t most_us)
{
	uint32_t i;

	for (i = 0; i < cpus->count; i++) {
		assert_int_equal(cpus->results[i], err);
		assert_in_range(cpus->took_us[i], 0, most_us);
	}
}

/* Of a root and one cache. */
static uint64_t flushes_of(const struct kit *kit)
{
	return model_counts_get(kit->model).flushes / 2;
}

static void any_number_of_callers_costs_two_flushes(void **state)
{
	static const uint32_t counts[] = {1, 2, 8, 32};
	uint32_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct kit *kit = ready(20);
		struct kit_cpus cpus;

		flush_on_all(&cpus, kit, counts[i]);
		assert_int_equal(flushes_of(kit), counts[i] == 1 ? 1 : 2);
		all_answer(&cpus, IPMMU_OK, 2 * 2 * (20 + SLACK_US));
		kit_free(kit);
	}
}

/* Each step ends just in time, and nobody goes to quarantine however many there are. */
static void wait_is_bounded_by_two_flushes_for_any_number_of_callers(void **state)
{
	static const uint32_t counts[] = {1, 2, 5, 32};
	uint32_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct kit *kit = ready(LIMIT_US - SLACK_US);
		struct kit_cpus cpus;

		flush_on_all(&cpus, kit, counts[i]);
		all_answer(&cpus, IPMMU_OK, 2ull * 2 * LIMIT_US);
		assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_LIVE);
		assert_int_equal(rig_events(kit, IPMMU_EVENT_FLUSH_TIMEOUT), 0);
		kit_free(kit);
	}
}

static void flush_that_does_not_end_fails_for_all_that_wait(void **state)
{
	struct kit *kit = ready(20);
	struct kit_cpus cpus;

	(void)state;
	model_set_stuck(kit->model, 0, 1, true);
	flush_on_all(&cpus, kit, 8);
	all_answer(&cpus, IPMMU_E_TIMEOUT, 6 * LIMIT_US);
	/* Once for all of them, before any has returned. */
	assert_int_equal(rig_events(kit, IPMMU_EVENT_FLUSH_TIMEOUT), 1);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_QUARANTINED), 1);
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_DENIED);
	kit_free(kit);
}

/* ---- what a flush covers ---- */

/* CPU 0 flushes; CPU 1 takes a page away in the middle of that, and flushes as well. */
static void take_a_page(struct kit_cpus *cpus, uint32_t cpu)
{
	struct kit *kit = cpus->kit;

	if (cpu == 1) {
		kit_cpus_relax(cpus);
		assert_int_not_equal(rig_context(kit, 0, 1, R_IMCTR) & B_FLUSH, 0);
		kit_unmap(kit, 0, 0);
	}
	kit_cpus_flush(cpus, cpu);
	if (cpu == 1) {
		kit->domains[0].pages[0].state = KIT_PAGE_NONE;
		kit_check(kit);
	}
}

static void flush_under_way_serves_nobody_who_comes_later(void **state)
{
	struct kit *kit = ready(20);
	struct kit_cpus cpus = {.kit = kit, .count = 2, .body = take_a_page};

	(void)state;
	/* Whatever the unit takes in while it is flushed stays in it. */
	kit_cpus_run(&cpus);
	all_answer(&cpus, IPMMU_OK, 2 * 2 * (20 + SLACK_US));
	assert_int_equal(flushes_of(kit), 2);
	kit_free(kit);
}

static void flush_of_another(struct kit_cpus *cpus, uint32_t cpu)
{
	cpus->results[cpu] = ipmmu_domain_flush(cpus->kit->domains[cpu % 2].domain);
}

static void domains_do_not_wait_for_each_other(void **state)
{
	struct kit *kit = ready(20);
	struct kit_cpus cpus = {.kit = kit, .count = 8, .body = flush_of_another};

	(void)state;
	rig_attach(kit, MMC, 1);
	model_counts_reset(kit->model);
	model_set_stuck(kit->model, 2, 2, true);
	kit_cpus_run(&cpus);
	for (cpus.count = 0; cpus.count < 8; cpus.count++) {
		assert_int_equal(cpus.results[cpus.count],
				 cpus.count % 2 == 0 ? IPMMU_OK : IPMMU_E_TIMEOUT);
	}
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_LIVE);
	assert_int_equal(rig_domain_info(kit, 1).state, IPMMU_DOMAIN_QUARANTINED);
	kit_free(kit);
}

static void detach_last(struct kit_cpus *cpus, uint32_t cpu)
{
	if (cpu == 0) {
		cpus->results[0] = ipmmu_master_detach(cpus->kit->masters[DMAC].master, NULL);
		return;
	}
	kit_cpus_flush(cpus, cpu);
}

/* Who waits for a context that is given back has what it wants. */
static void context_that_is_given_back_serves_all_that_wait(void **state)
{
	struct kit *kit = ready(20);
	struct kit_cpus cpus = {.kit = kit, .count = 6, .body = detach_last};

	(void)state;
	kit->domains[0].pages[0].state = KIT_PAGE_MAPPED;
	kit_cpus_run(&cpus);
	all_answer(&cpus, IPMMU_OK, 6 * LIMIT_US);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_IDLE);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	/* Nobody flushes a context that is free. */
	assert_int_equal(flushes_of(kit), 1);
	kit_free(kit);
}

/* ---- a poller that does not come back ---- */

static void freeze(struct kit_cpus *cpus, uint32_t turn, uint32_t us)
{
	cpus->frozen = 0;
	cpus->freeze_at = turn;
	cpus->freeze_us = us;
	kit_cpus_run(cpus);
}

static void poller_that_vanished_is_replaced(void **state)
{
	struct kit *kit = ready(20);
	struct kit_cpus cpus = {.kit = kit, .count = 3, .body = kit_cpus_flush};
	uint32_t i;

	(void)state;
	freeze(&cpus, 1, KIT_FOR_EVER);
	for (i = 0; i < 3; i++) {
		assert_int_equal(cpus.results[i], IPMMU_OK);
	}
	/* Two time-outs until it is replaced. What is left is polled by one that runs. */
	assert_in_range(cpus.took_us[1], 2 * LIMIT_US, 2 * LIMIT_US + 4 * (20 + SLACK_US));
	assert_in_range(cpus.took_us[2], 2 * LIMIT_US, 2 * LIMIT_US + 4 * (20 + SLACK_US));
	assert_int_equal(flushes_of(kit), 2);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_LIVE);
	kit_free(kit);
}

static void replaced_poller_of_a_stuck_flush_fails_like_the_others(void **state)
{
	struct kit *kit = ready(20);
	struct kit_cpus cpus = {.kit = kit, .count = 3, .body = kit_cpus_flush};

	(void)state;
	model_set_stuck(kit->model, 1, 1, true);
	freeze(&cpus, 1, KIT_FOR_EVER);
	all_answer(&cpus, IPMMU_E_TIMEOUT, 18 * LIMIT_US);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_QUARANTINED), 1);
	kit_free(kit);
}

/* The others begin one flush after the other; each must have ended when its call returns. */
static void flush_many(struct kit_cpus *cpus, uint32_t cpu)
{
	struct kit *kit = cpus->kit;
	uint32_t i;

	for (i = 0; i < (cpu == 0 ? 1u : 20u) && cpus->results[cpu] == IPMMU_OK; i++) {
		kit_cpus_flush(cpus, cpu);
		if (cpu == 1 &&
		    ((rig_context(kit, 0, 1, R_IMCTR) | rig_context(kit, 1, 1, R_IMCTR)) &
		     B_FLUSH) != 0) {
			cpus->results[cpu] = IPMMU_E_STATE;
		}
	}
}

static void poller_that_comes_back_late_leaves_the_next_flush_alone(void **state)
{
	uint32_t us;

	(void)state;
	/* It comes back at any moment of a later flush: in the root, in the cache, between. Its
	 * time is over then, or begins there. */
	for (us = 2 * LIMIT_US; us < 3 * LIMIT_US; us += 3) {
		struct kit *kit = ready(20);
		struct kit_cpus cpus = {.kit = kit, .count = 2, .body = flush_many};

		freeze(&cpus, 1 + us % 2, us);
		assert_int_equal(cpus.results[0], IPMMU_OK);
		assert_int_equal(cpus.results[1], IPMMU_OK);
		assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_LIVE);
		kit_free(kit);
	}
}

/* ---- clocks ---- */

static void coarse_clocks_fail_no_flush_that_ends(void **state)
{
	static const uint32_t steps[] = {10 * LIMIT_US, 100 * LIMIT_US};
	static const uint32_t flushes[] = {20, LIMIT_US - SLACK_US};
	uint32_t i;
	uint32_t n;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct kit *kit = ready(flushes[i / 2]);

		kit->clock_step_us = steps[i % 2];
		/* At each place in a step of the clock. */
		for (n = 0; n < 400; n++) {
			model_tick(kit->model, 37);
			assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
		}
		kit_free(kit);
	}
}

static void coarse_clock_ends_a_wait_one_step_later(void **state)
{
	static const uint32_t steps[] = {10 * LIMIT_US, 100 * LIMIT_US};
	uint32_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct kit *kit = ready(20);
		uint64_t from;

		kit->clock_step_us = steps[i];
		model_set_stuck(kit->model, 0, 1, true);
		from = model_now(kit->model);
		assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
		assert_in_range(model_now(kit->model) - from, LIMIT_US,
				LIMIT_US + 2 * steps[i]);
		kit_free(kit);
	}
}

static void dead_clock_ends_a_wait_by_count_and_fails_no_flush_that_ends(void **state)
{
	struct kit *kit = ready(LIMIT_US - SLACK_US);
	struct kit_cpus cpus;

	(void)state;
	kit->dead_clock = true;
	flush_on_all(&cpus, kit, 8);
	all_answer(&cpus, IPMMU_OK, 6 * LIMIT_US);
	model_set_stuck(kit->model, 0, 1, true);
	flush_on_all(&cpus, kit, 8);
	/* 100 looks for each microsecond of a time-out. */
	all_answer(&cpus, IPMMU_E_TIMEOUT, 6ull * 100 * LIMIT_US);
	kit_free(kit);
}

static void several_callers_with_a_coarse_clock_are_fine(void **state)
{
	struct kit *kit = ready(LIMIT_US - SLACK_US);
	struct kit_cpus cpus;
	uint32_t i;

	(void)state;
	kit->clock_step_us = 100 * LIMIT_US;
	for (i = 0; i < 40; i++) {
		model_tick(kit->model, 217);
		flush_on_all(&cpus, kit, 5);
		all_answer(&cpus, IPMMU_OK, 4 * LIMIT_US);
	}
	kit_free(kit);
}

/* ---- after a failure ---- */

/* What was requested before a failure is lost, what is requested after a retry is not. */
static void flushes_go_on_after_a_failure_and_a_retry(void **state)
{
	struct kit *kit = ready(20);
	struct kit_cpus cpus;
	uint32_t i;

	(void)state;
	for (i = 0; i < 20; i++) {
		model_set_stuck(kit->model, i % 2, 1, true);
		flush_on_all(&cpus, kit, 4);
		all_answer(&cpus, IPMMU_E_TIMEOUT, 6 * LIMIT_US);
		kit->domains[0].quarantined = true;
		kit_forget(kit);
		assert_int_equal(ipmmu_domain_flush(kit->domains[0].domain),
				 IPMMU_E_QUARANTINED);
		model_set_stuck(kit->model, i % 2, 1, false);
		assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
		rig_attach(kit, DMAC, 0);
		flush_on_all(&cpus, kit, 4);
		all_answer(&cpus, IPMMU_OK, 6 * LIMIT_US);
	}
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_number_of_callers_costs_two_flushes),
		cmocka_unit_test(wait_is_bounded_by_two_flushes_for_any_number_of_callers),
		cmocka_unit_test(flush_that_does_not_end_fails_for_all_that_wait),
		cmocka_unit_test(flush_under_way_serves_nobody_who_comes_later),
		cmocka_unit_test(domains_do_not_wait_for_each_other),
		cmocka_unit_test(context_that_is_given_back_serves_all_that_wait),
		cmocka_unit_test(poller_that_vanished_is_replaced),
		cmocka_unit_test(replaced_poller_of_a_stuck_flush_fails_like_the_others),
		cmocka_unit_test(poller_that_comes_back_late_leaves_the_next_flush_alone),
		cmocka_unit_test(coarse_clocks_fail_no_flush_that_ends),
		cmocka_unit_test(coarse_clock_ends_a_wait_one_step_later),
		cmocka_unit_test(dead_clock_ends_a_wait_by_count_and_fails_no_flush_that_ends),
		cmocka_unit_test(several_callers_with_a_coarse_clock_are_fine),
		cmocka_unit_test(flushes_go_on_after_a_failure_and_a_retry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
