// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Flushes: where they go, how long they are waited for, and what happens to one that does not
 * end. That IMCTR is never written while its flush is under way is watched by the model.
 */
#include "rig.h"

enum {
	LIMIT_US = 50
};

static struct kit *with_limit(uint32_t limit_us)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.options.flush_timeout_us = limit_us;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	kit_forget(kit);
	return kit;
}

static void flush_of_a_domain_without_context_touches_nothing(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	assert_int_equal(kit->reads + kit->writes, 0);
	kit_free(kit);
}

static void flush_goes_to_the_root_and_the_caches_in_use(void **state)
{
	struct kit *kit = with_limit(0);

	(void)state;
	model_set_stuck(kit->model, 2, MODEL_NONE, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	model_set_stuck(kit->model, 1, MODEL_NONE, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	kit_free(kit);
}

static void flush_that_does_not_end_is_given_up_by_the_clock(void **state)
{
	struct kit *kit = with_limit(LIMIT_US);
	const struct ipmmu_event *event;
	uint64_t start = model_now(kit->model);
	uint64_t took;

	(void)state;
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	took = model_now(kit->model) - start;
	/* A wait counts from the first move of the clock that it sees. */
	assert_int_equal(took, LIMIT_US + 1);
	event = kit_event(kit, IPMMU_EVENT_FLUSH_TIMEOUT);
	assert_int_equal(event->mmu, 0);
	assert_int_equal(event->context, 1);
	assert_int_equal(event->error, IPMMU_E_TIMEOUT);
	assert_int_equal(event->value, took);
	assert_int_equal(event->max, LIMIT_US);
	event = kit_event(kit, IPMMU_EVENT_QUARANTINED);
	assert_int_equal(event->context, 1);
	assert_int_equal(event->value, rig_context_info(kit, 1).generation);
	kit_free(kit);
}

static void flush_is_waited_for_1000_us_unless_told_otherwise(void **state)
{
	struct kit *kit = with_limit(0);
	uint64_t start = model_now(kit->model);
	uint64_t took;

	(void)state;
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	took = model_now(kit->model) - start;
	assert_int_equal(took, 1001);
	kit_free(kit);
}

static void clock_that_stands_still_ends_a_wait_by_count(void **state)
{
	struct kit *kit = with_limit(LIMIT_US);

	(void)state;
	kit->dead_clock = true;
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	/* One look more than passes, the status, and the read-back of the uTLB that is denied.
	 */
	assert_int_equal(kit->reads, LIMIT_US * 100u + 3u);
	kit_free(kit);
}

enum {
	STEP_US = 10000
};

/* Steps of 10 ms, as some hosts have them. */
static uint64_t coarse_now(void *host)
{
	struct kit *kit = host;

	return model_now(kit->model) / STEP_US * STEP_US;
}

/* Begins just before the clock moves: what it shows then is not how long the wait was. */
static struct kit *before_a_step(uint32_t limit_us, uint32_t flush_us)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.options.flush_timeout_us = limit_us;
	config.model.flush_us = flush_us;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	kit->ops.now_us = coarse_now;
	model_tick(kit->model, (uint32_t)(STEP_US - model_now(kit->model) % STEP_US - 1u));
	kit_forget(kit);
	return kit;
}

static void clock_of_coarse_steps_gives_up_no_flush_that_is_in_time(void **state)
{
	struct kit *kit = before_a_step(1000, 900);
	uint64_t start = model_now(kit->model);

	(void)state;
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	assert_true(model_now(kit->model) - start >= 2u * 900u);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_LIVE);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_FLUSH_TIMEOUT), 0);
	kit_free(kit);
}

static void clock_of_coarse_steps_adds_one_of_them_to_a_wait(void **state)
{
	struct kit *kit = before_a_step(1000, 1);
	uint64_t start = model_now(kit->model);

	(void)state;
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	/* The step that it began before, and the one that shows that the time is over. */
	assert_int_equal(model_now(kit->model) - start, STEP_US + 1u);
	kit_free(kit);
}

/* The clock jumps while the caller is kept from running. */
static void relax_for_long(void *host)
{
	struct kit *kit = host;

	model_tick(kit->model, 100000);
}

static void caller_that_was_kept_from_running_looks_once_more(void **state)
{
	struct kit *kit = with_limit(LIMIT_US);

	(void)state;
	kit->ops.relax = relax_for_long;
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	kit_free(kit);
}

static void stuck_cache_is_enough_for_a_quarantine(void **state)
{
	struct kit *kit = with_limit(LIMIT_US);

	(void)state;
	model_set_stuck(kit->model, 1, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_DENIED);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_TIMEOUT);
	model_set_stuck(kit->model, 1, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	kit_free(kit);
}

static void flush_of_a_context_in_quarantine_touches_nothing(void **state)
{
	struct kit *kit = with_limit(LIMIT_US);

	(void)state;
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	kit_forget(kit);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_QUARANTINED);
	assert_int_equal(kit->reads + kit->writes, 0);
	kit_free(kit);
}

static void flush_that_nobody_saw_end_is_waited_for_before_the_next(void **state)
{
	struct kit *kit = with_limit(LIMIT_US);

	(void)state;
	model_set_stuck(kit->model, 0, 1, true);
	model_set_stuck(kit->model, 1, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	kit_forget(kit);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(kit->writes, 0);
	/* Late, but it ends. */
	model_set_stuck(kit->model, 0, 1, false);
	model_set_stuck(kit->model, 1, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR), 0);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).state, MODEL_ACCESS_DONE);
	kit_free(kit);
}

static void new_cache_is_flushed_before_its_first_utlb_is_let_in(void **state)
{
	struct kit *kit = with_limit(LIMIT_US);

	(void)state;
	assert_int_equal(rig_context(kit, 2, 1, R_IMCTR), 0);
	model_set_stuck(kit->model, 2, 1, true);
	assert_int_equal(kit_attach(kit, MMC, 0, NULL), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_utlb_info(kit, 2, 2).state, IPMMU_UTLB_DENIED);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_QUARANTINED);
	kit_free(kit);
}

static void slow_flush_is_polled_until_it_ends(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	(void)state;
	config.model.flush_us = 40;
	config.options.flush_timeout_us = 2 * LIMIT_US;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	kit_unmap(kit, 0, 0);
	kit_forget(kit);
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	assert_true(kit->reads >= 80);
	assert_int_not_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).state, MODEL_ACCESS_DONE);
	kit_free(kit);
}

static void lost_read_back_at_a_time_out_is_told_as_unverified(void **state)
{
	struct kit *kit = with_limit(LIMIT_US);

	(void)state;
	rig_lie(kit, 1, rig_utlb_at(kit, 0), B_OTHER_CONTEXT);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit->escalations, 1);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_DENY_UNVERIFIED)->utlb, 0);
	kit_free(kit);
}

static void flush_reaches_the_utlbs_themselves_unless_told_that_it_need_not(void **state)
{
	uint64_t writes[2];
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct kit_config config = kit_config();
		struct kit *kit;

		config.options.context_flush_reaches_utlbs = i == 1;
		config.model.switches[MODEL_FLUSH_COVERS_UTLBS] = i == 1;
		kit = rig_ready(&config);
		rig_attach(kit, AUDIO, 0);
		(void)kit_dma(kit, AUDIO, kit_iova(0, 0), true);
		kit_unmap(kit, 0, 0);
		kit_forget(kit);
		assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
		writes[i] = kit->writes;
		assert_int_not_equal(kit_dma(kit, AUDIO, kit_iova(0, 0), true).state,
				     MODEL_ACCESS_DONE);
		kit_free(kit);
	}
	assert_int_equal(writes[0], writes[1] + 2);
}

/* ---- storms meet flushes ---- */

static uint32_t interrupts_left;

/* An interrupt comes while the caller polls. */
static void relax_with_interrupt(void *host)
{
	struct kit *kit = host;
	uint32_t n = rig_domain_info(kit, 0).context;

	model_tick(kit->model, 1);
	if (interrupts_left > 0 && n != IPMMU_NONE) {
		interrupts_left--;
		rig_set_context(kit, 0, n, R_IMSTR, 1);
		assert_true(kit_interrupt(kit, 0));
	}
}

static struct kit *storming(void)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.options.storm_limit = 1;
	config.model.flush_us = 10;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	kit_forget(kit);
	kit->ops.relax = relax_with_interrupt;
	return kit;
}

static void storm_during_a_flush_is_masked_when_the_flush_has_ended(void **state)
{
	struct kit *kit = storming();

	(void)state;
	interrupts_left = 2;
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_FAULT_STORM), 1);
	assert_true(rig_context_info(kit, 1).masked);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR) & B_INTEN, 0);
	/* That one was not waited for; the next flush does. */
	kit_forget(kit);
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	assert_true(kit->reads > 20);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR) & B_INTEN, 0);
	kit_free(kit);
}

static void storm_during_the_last_flush_dies_with_the_context(void **state)
{
	struct kit *kit = storming();

	(void)state;
	interrupts_left = 2;
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_false(rig_context_info(kit, 1).masked);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR), 0);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR) & B_INTEN, B_INTEN);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flush_of_a_domain_without_context_touches_nothing),
		cmocka_unit_test(flush_goes_to_the_root_and_the_caches_in_use),
		cmocka_unit_test(flush_that_does_not_end_is_given_up_by_the_clock),
		cmocka_unit_test(flush_is_waited_for_1000_us_unless_told_otherwise),
		cmocka_unit_test(clock_that_stands_still_ends_a_wait_by_count),
		cmocka_unit_test(clock_of_coarse_steps_gives_up_no_flush_that_is_in_time),
		cmocka_unit_test(clock_of_coarse_steps_adds_one_of_them_to_a_wait),
		cmocka_unit_test(caller_that_was_kept_from_running_looks_once_more),
		cmocka_unit_test(stuck_cache_is_enough_for_a_quarantine),
		cmocka_unit_test(flush_of_a_context_in_quarantine_touches_nothing),
		cmocka_unit_test(flush_that_nobody_saw_end_is_waited_for_before_the_next),
		cmocka_unit_test(new_cache_is_flushed_before_its_first_utlb_is_let_in),
		cmocka_unit_test(slow_flush_is_polled_until_it_ends),
		cmocka_unit_test(lost_read_back_at_a_time_out_is_told_as_unverified),
		cmocka_unit_test(
			flush_reaches_the_utlbs_themselves_unless_told_that_it_need_not),
		cmocka_unit_test(storm_during_a_flush_is_masked_when_the_flush_has_ended),
		cmocka_unit_test(storm_during_the_last_flush_dies_with_the_context),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
