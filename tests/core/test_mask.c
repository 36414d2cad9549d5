// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Masks of fault interrupts: how they meet flushes, and contexts that are not the library's to
 * switch.
 */
#include "rig.h"

enum {
	DENY = 3,
	TF = 1,
	LIMIT = 3,
	/** A context may have one more fault in this time. */
	TOKEN_US = 10000
};

static struct kit *ready(void)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.options.storm_limit = LIMIT;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	kit_forget(kit);
	return kit;
}

static void storm(struct kit *kit, uint32_t n)
{
	uint32_t i;

	for (i = 0; i <= LIMIT; i++) {
		rig_fault(kit, n);
	}
	model_tick(kit->model, 100);
}

static uint64_t wanted_at;

static void remember_when(void *host, uint64_t at_us)
{
	(void)host;
	wanted_at = at_us;
}

static void deny_can_be_masked_and_goes_on_denying(void **state)
{
	struct kit *kit = ready();

	(void)state;
	storm(kit, DENY);
	assert_true(rig_context_info(kit, DENY).masked);
	assert_int_equal(rig_context(kit, 0, DENY, R_IMCTR), B_VA64 | B_MMUEN);
	assert_int_not_equal(kit_dma(kit, AUDIO, kit_iova(0, 0), true).state,
			     MODEL_ACCESS_DONE);
	kit_free(kit);
}

static void unmask_that_has_to_wait_wants_another_service(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit_config config = rig_config(rig_generations[g]);
		struct kit *kit;
		uint64_t faults;
		uint32_t n;
		uint32_t i;

		config.options.storm_limit = LIMIT;
		kit = rig_ready(&config);
		rig_attach(kit, DMAC, 0);
		n = rig_domain_info(kit, 0).context;
		model_set_stuck(kit->model, 0, n, true);
		for (i = 0; i <= LIMIT; i++) {
			rig_fault(kit, n);
		}
		/* The flush of the mask is under way still. */
		model_tick(kit->model, TOKEN_US);
		kit->ops.service_wanted = remember_when;
		wanted_at = 0;
		assert_false(kit_service(kit, 100));
		assert_true(rig_context_info(kit, n).masked);
		assert_false(rig_interrupt_is_on(kit, n));
		assert_int_equal(wanted_at, model_now(kit->model) + TOKEN_US);
		/* As long as it cannot be unmasked somebody looks at it. */
		faults = rig_context_info(kit, n).faults;
		(void)kit_dma(kit, DMAC, 0x50000000u, true);
		model_tick(kit->model, TOKEN_US);
		assert_false(kit_service(kit, 100));
		assert_int_equal(rig_context_info(kit, n).faults, faults + 1);
		assert_int_equal(wanted_at, model_now(kit->model) + TOKEN_US);
		model_set_stuck(kit->model, 0, n, false);
		model_tick(kit->model, TOKEN_US);
		assert_false(kit_service(kit, 100));
		assert_true(rig_interrupt_is_on(kit, n));
		kit_free(kit);
	}
}

/* By a host that serves when it is asked to, for as long as 20 faults may take. The context is
 * calm most of the time, so that it would be unmasked. */
static void mask_whose_flush_never_ends_wants_few_services_and_none_in_the_past(void **state)
{
	struct kit *kit = ready();
	uint64_t end = model_now(kit->model) + 20 * TOKEN_US;
	uint64_t faults;
	uint32_t services;

	(void)state;
	model_set_stuck(kit->model, 0, 1, true);
	storm(kit, 1);
	faults = rig_context_info(kit, 1).faults;
	kit->ops.service_wanted = remember_when;
	for (services = 0; model_now(kit->model) < end; services++) {
		rig_set_context(kit, 0, 1, R_IMSTR, services % 4 == 3 ? TF : 0);
		wanted_at = 0;
		assert_false(kit_service(kit, 100));
		assert_true(wanted_at > model_now(kit->model));
		model_tick(kit->model, (uint32_t)(wanted_at - model_now(kit->model)));
	}
	assert_true(services <= 21);
	/* All were noticed that came while it could not be unmasked. */
	assert_int_equal(rig_context_info(kit, 1).faults, faults + services / 4);
	kit_free(kit);
}

/* Masked, and unmasked by a write whose flush does not end. */
static struct kit *with_a_flush_unseen(void)
{
	struct kit *kit = ready();

	storm(kit, 1);
	model_tick(kit->model, TOKEN_US);
	model_set_stuck(kit->model, 0, 1, true);
	assert_false(kit_service(kit, 100));
	assert_true(rig_interrupt_is_on(kit, 1));
	/* One fault is all that it may have. */
	rig_fault(kit, 1);
	assert_true(rig_context_info(kit, 1).masked);
	assert_true(rig_interrupt_is_on(kit, 1));
	return kit;
}

static void mask_waits_for_a_flush_that_nobody_saw_end(void **state)
{
	struct kit *kit = with_a_flush_unseen();

	(void)state;
	model_set_stuck(kit->model, 0, 1, false);
	model_tick(kit->model, 100);
	(void)kit_service(kit, 100);
	assert_false(rig_interrupt_is_on(kit, 1));
	kit_free(kit);
}

static void mask_does_not_wait_for_a_flush_that_is_overdue(void **state)
{
	struct kit *kit = with_a_flush_unseen();

	(void)state;
	model_tick(kit->model, 1900);
	(void)kit_service(kit, 100);
	rig_fault(kit, 1);
	assert_true(rig_interrupt_is_on(kit, 1));
	/* 2 time-outs: it does not end by waiting, and the host must get rid of the line. */
	model_tick(kit->model, 101);
	rig_fault(kit, 1);
	assert_false(rig_interrupt_is_on(kit, 1));
	kit_free(kit);
}

/* Time tells nothing then: what counts is how often the flush was looked at. */
static void mask_does_not_wait_for_ever_by_a_clock_that_stands_still(void **state)
{
	struct kit *kit = ready();
	uint32_t interrupts = 0;

	(void)state;
	kit->clock_ahead_us = model_now(kit->model);
	kit->dead_clock = true;
	kit->watching = false; /* the mask is written while the flush is under way */
	model_set_stuck(kit->model, 0, DENY, true);
	assert_int_equal(ipmmu_master_flush(kit->masters[AUDIO].master), IPMMU_E_TIMEOUT);
	while (interrupts < 1100 && rig_interrupt_is_on(kit, DENY)) {
		rig_set_context(kit, 0, DENY, R_IMSTR, TF);
		assert_true(kit_interrupt(kit, 0));
		interrupts++;
	}
	assert_true(rig_context_info(kit, DENY).masked);
	assert_false(rig_interrupt_is_on(kit, DENY));
	assert_true(interrupts > LIMIT);
	kit_free(kit);
}

/* ---- contexts that are not the library's to switch ---- */

static void free_or_reserved_context_that_storms_is_never_switched_on(void **state)
{
	struct kit *kit = ready();
	uint32_t n;

	(void)state;
	for (n = 0; n < 3; n += 2) {
		storm(kit, n);
		assert_int_equal(rig_context(kit, 0, n, R_IMCTR), 0);
		assert_int_equal(rig_context_info(kit, n).faults, LIMIT + 1);
		assert_false(kit_service(kit, 8));
		model_tick(kit->model, 100 * TOKEN_US);
		assert_false(kit_service(kit, 8));
		assert_int_equal(rig_context(kit, 0, n, R_IMCTR), 0);
	}
	assert_int_equal(kit->writes, 2 * (LIMIT + 1));
	/* Whoever gets it has its interrupt. */
	rig_attach(kit, AUDIO, 1);
	assert_int_equal(rig_domain_info(kit, 1).context, 2);
	assert_false(rig_context_info(kit, 2).masked);
	assert_true(rig_interrupt_is_on(kit, 2));
	kit_free(kit);
}

static void kept_context_that_storms_loses_its_interrupt_and_nothing_else(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);
	const uint32_t found = B_VA64 | B_INTEN | B_MMUEN;
	uint32_t i;

	(void)state;
	rig_set_context(kit, 0, 1, R_IMTTLBR0, (uint32_t)KIT_RAM_PA);
	rig_set_context(kit, 0, 1, R_IMTTBCR, 0xc0000058u);
	rig_set_context(kit, 0, 1, R_IMCTR, found);
	rig_set_context(kit, 1, 1, R_IMCTR, B_MMUEN);
	rig_set_global(kit, 0, R_IMSAUXCTLR, 8);
	rig_set_utlb(kit, 1, 2, B_MMUEN | 1 << 4);
	kit_start(kit);
	kit_forget(kit);
	for (i = 0; i < 20; i++) {
		rig_fault(kit, 1);
	}
	model_tick(kit->model, 10);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR), found & ~(uint32_t)B_INTEN);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_FAULT_UNOWNED), 20);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_FAULT_STORM), 1);
	assert_false(kit_service(kit, 8));
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR), found & ~(uint32_t)B_INTEN);
	kit_free(kit);
}

static void context_in_quarantine_stays_as_it_is_until_it_is_retried(void **state)
{
	struct kit *kit = ready();

	(void)state;
	storm(kit, 1);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	kit_forget(kit);
	assert_false(kit_service(kit, 100));
	assert_int_equal(kit->writes, 0);
	assert_false(rig_interrupt_is_on(kit, 1));
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR), 0);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unmask_that_has_to_wait_wants_another_service),
		cmocka_unit_test(deny_can_be_masked_and_goes_on_denying),
		cmocka_unit_test(mask_waits_for_a_flush_that_nobody_saw_end),
		cmocka_unit_test(mask_does_not_wait_for_a_flush_that_is_overdue),
		cmocka_unit_test(mask_does_not_wait_for_ever_by_a_clock_that_stands_still),
		cmocka_unit_test(
			mask_whose_flush_never_ends_wants_few_services_and_none_in_the_past),
		cmocka_unit_test(free_or_reserved_context_that_storms_is_never_switched_on),
		cmocka_unit_test(kept_context_that_storms_loses_its_interrupt_and_nothing_else),
		cmocka_unit_test(context_in_quarantine_stays_as_it_is_until_it_is_retried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
