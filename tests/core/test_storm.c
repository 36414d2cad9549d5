// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Fault storms: masked, served at the host's pace, unmasked when calm; and contexts that are
 * not the library's to switch.
 */
#include "rig.h"

enum {
	DENY = 3,
	TF = 1,
	LIMIT = 3
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

static void fault(struct kit *kit, uint32_t n)
{
	rig_set_context(kit, 0, n, R_IMSTR, TF);
	assert_true(kit_interrupt(kit, 0));
}

static void storm(struct kit *kit, uint32_t n)
{
	uint32_t i;

	for (i = 0; i <= LIMIT; i++) {
		fault(kit, n);
	}
	model_tick(kit->model, 100);
}

static bool interrupt_is_on(const struct kit *kit, uint32_t n)
{
	return (rig_context(kit, 0, n, R_IMCTR) & B_INTEN) != 0;
}

static void storm_masks_the_context_and_tells_so_once(void **state)
{
	struct kit *kit = ready();
	const struct ipmmu_event *event;
	uint32_t i;

	(void)state;
	for (i = 0; i < LIMIT; i++) {
		fault(kit, 1);
	}
	assert_false(rig_context_info(kit, 1).masked);
	assert_true(interrupt_is_on(kit, 1));
	fault(kit, 1);
	assert_true(rig_context_info(kit, 1).masked);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR) & ~(uint32_t)B_FLUSH,
			 B_VA64 | B_MMUEN);
	event = kit_event(kit, IPMMU_EVENT_FAULT_STORM);
	assert_int_equal(event->context, 1);
	assert_int_equal(event->value, LIMIT + 1);
	fault(kit, 1);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_FAULT_STORM), 1);
	kit_free(kit);
}

static void default_limit_is_16(void **state)
{
	struct kit *kit = rig_default();
	uint32_t i;

	(void)state;
	rig_attach(kit, DMAC, 0);
	for (i = 0; i < 16; i++) {
		fault(kit, 1);
	}
	assert_false(rig_context_info(kit, 1).masked);
	fault(kit, 1);
	assert_true(rig_context_info(kit, 1).masked);
	kit_free(kit);
}

static void faults_before_a_service_do_not_count_after_it(void **state)
{
	struct kit *kit = ready();
	uint32_t i;

	(void)state;
	for (i = 0; i < 4 * LIMIT; i++) {
		fault(kit, 1);
		assert_false(kit_service(kit, 8));
	}
	assert_false(rig_context_info(kit, 1).masked);
	kit_free(kit);
}

static uint64_t wanted_at;

static void remember_when(void *host, uint64_t at_us)
{
	(void)host;
	wanted_at = at_us;
}

static void masked_context_is_served_one_fault_at_a_time(void **state)
{
	struct kit *kit = ready();

	(void)state;
	storm(kit, 1);
	(void)kit_service(kit, 8);
	assert_false(rig_context_info(kit, 1).masked);
	model_tick(kit->model, 100);
	storm(kit, 1);
	assert_true(rig_context_info(kit, 1).masked);
	kit_forget(kit);
	/* Pending still when the service comes: taken, and masked on. */
	rig_set_context(kit, 0, 1, R_IMSTR, TF);
	assert_true(kit_service(kit, 8));
	assert_int_equal(kit->fault_count, LIMIT + 1);
	assert_int_equal(rig_context(kit, 0, 1, R_IMSTR), 0);
	assert_true(rig_context_info(kit, 1).masked);
	assert_false(interrupt_is_on(kit, 1));
	/* Calm: unmasked. */
	assert_false(kit_service(kit, 8));
	assert_int_equal(kit->fault_count, LIMIT + 2);
	assert_false(rig_context_info(kit, 1).masked);
	assert_true(interrupt_is_on(kit, 1));
	kit_free(kit);
}

static void service_is_wanted_soon_for_records_and_later_for_masks(void **state)
{
	struct kit *kit = ready();

	(void)state;
	storm(kit, 1);
	kit->ops.service_wanted = remember_when;
	wanted_at = 1;
	rig_set_context(kit, 0, 1, R_IMSTR, TF);
	assert_true(kit_service(kit, 2));
	assert_int_equal(wanted_at, 0);
	/* A fault that is pending at the end of each service keeps the mask. */
	rig_set_context(kit, 0, 1, R_IMSTR, TF);
	assert_true(kit_service(kit, 100));
	assert_true(rig_context_info(kit, 1).masked);
	wanted_at = 1;
	rig_set_context(kit, 0, 1, R_IMSTR, TF);
	assert_true(kit_interrupt(kit, 0));
	assert_int_equal(wanted_at, 0);
	kit_free(kit);
}

static void interrupt_while_told(void *host, const struct ipmmu_fault *fault)
{
	struct kit *kit = host;

	(void)fault;
	wanted_at = 0;
	assert_false(kit_interrupt(kit, 0));
}

static void interrupt_during_a_service_wants_the_next_for_the_mask(void **state)
{
	struct kit *kit = ready();

	(void)state;
	storm(kit, 1);
	kit->ops.service_wanted = remember_when;
	kit->ops.fault = interrupt_while_told;
	/* The last record is told with the ring empty and the context masked still. */
	assert_false(kit_service(kit, 100));
	assert_int_equal(wanted_at, model_now(kit->model) + 10000);
	kit_free(kit);
}

static void unmask_that_has_to_wait_wants_another_service(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit_config config = rig_config(rig_generations[g]);
		struct kit *kit;
		uint32_t n;
		uint32_t i;

		config.options.storm_limit = LIMIT;
		kit = rig_ready(&config);
		rig_attach(kit, DMAC, 0);
		n = rig_domain_info(kit, 0).context;
		for (i = 0; i <= LIMIT; i++) {
			fault(kit, n);
		}
		/* The flush of the mask is under way still. */
		kit->ops.service_wanted = remember_when;
		wanted_at = 0;
		assert_false(kit_service(kit, 100));
		assert_false(rig_context_info(kit, n).masked);
		assert_false(interrupt_is_on(kit, n));
		assert_int_equal(wanted_at, model_now(kit->model) + 10000);
		model_tick(kit->model, 10000);
		assert_false(kit_service(kit, 100));
		assert_true(interrupt_is_on(kit, n));
		kit_free(kit);
	}
}

static void storm_of_one_context_starves_no_other(void **state)
{
	struct kit *kit = ready();
	uint32_t i;

	(void)state;
	rig_attach(kit, AUDIO, 1);
	kit_forget(kit);
	/* All three have a status at every interrupt. */
	for (i = 0; i < 2; i++) {
		rig_set_context(kit, 0, 1, R_IMSTR, TF);
		rig_set_context(kit, 0, 2, R_IMSTR, TF);
		rig_set_context(kit, 0, DENY, R_IMSTR, TF);
		assert_true(kit_interrupt(kit, 0));
	}
	assert_false(kit_service(kit, 100));
	assert_int_equal(kit->fault_count, 6);
	/* The second round began behind the one that came last in the first. */
	assert_int_equal(kit->faults[0].context, 1);
	assert_int_equal(kit->faults[2].context, DENY);
	assert_int_equal(kit->faults[3].context, 1);
	kit_free(kit);
}

static void scan_begins_behind_the_last_that_faulted(void **state)
{
	struct kit *kit = ready();

	(void)state;
	rig_attach(kit, AUDIO, 1);
	fault(kit, 1);
	assert_false(kit_service(kit, 100));
	kit_forget(kit);
	rig_set_context(kit, 0, 1, R_IMSTR, TF);
	rig_set_context(kit, 0, 2, R_IMSTR, TF);
	assert_true(kit_interrupt(kit, 0));
	assert_false(kit_service(kit, 100));
	assert_int_equal(kit->faults[0].context, 2);
	assert_int_equal(kit->faults[1].context, 1);
	kit_free(kit);
}

static void masked_context_waits_while_another_faults(void **state)
{
	struct kit *kit = ready();

	(void)state;
	storm(kit, 1);
	rig_set_context(kit, 0, 1, R_IMSTR, TF);
	fault(kit, DENY);
	assert_int_equal(rig_context(kit, 0, 1, R_IMSTR), TF);
	/* Alone it is taken: the line may hang on it. */
	assert_true(kit_interrupt(kit, 0));
	assert_int_equal(rig_context(kit, 0, 1, R_IMSTR), 0);
	kit_free(kit);
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

static void mask_waits_for_a_flush_that_nobody_saw_end(void **state)
{
	struct kit *kit = ready();

	(void)state;
	storm(kit, 1);
	assert_false(kit_service(kit, 100));
	assert_true(interrupt_is_on(kit, 1));
	/* That unmask's flush does not end; the next mask must not be written into it. */
	model_set_stuck(kit->model, 0, 1, true);
	storm(kit, 1);
	(void)kit_service(kit, 100);
	storm(kit, 1);
	assert_true(rig_context_info(kit, 1).masked);
	model_set_stuck(kit->model, 0, 1, false);
	model_tick(kit->model, 100);
	rig_set_context(kit, 0, 1, R_IMSTR, TF);
	(void)kit_service(kit, 100);
	assert_false(interrupt_is_on(kit, 1));
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
		assert_false(rig_context_info(kit, n).masked);
		assert_int_equal(rig_context_info(kit, n).faults, LIMIT + 1);
		assert_false(kit_service(kit, 8));
		assert_int_equal(rig_context(kit, 0, n, R_IMCTR), 0);
	}
	assert_null(kit_event(kit, IPMMU_EVENT_FAULT_STORM));
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
		fault(kit, 1);
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
	assert_false(interrupt_is_on(kit, 1));
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR), 0);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(storm_masks_the_context_and_tells_so_once),
		cmocka_unit_test(default_limit_is_16),
		cmocka_unit_test(faults_before_a_service_do_not_count_after_it),
		cmocka_unit_test(masked_context_is_served_one_fault_at_a_time),
		cmocka_unit_test(service_is_wanted_soon_for_records_and_later_for_masks),
		cmocka_unit_test(interrupt_during_a_service_wants_the_next_for_the_mask),
		cmocka_unit_test(unmask_that_has_to_wait_wants_another_service),
		cmocka_unit_test(storm_of_one_context_starves_no_other),
		cmocka_unit_test(scan_begins_behind_the_last_that_faulted),
		cmocka_unit_test(masked_context_waits_while_another_faults),
		cmocka_unit_test(deny_can_be_masked_and_goes_on_denying),
		cmocka_unit_test(mask_waits_for_a_flush_that_nobody_saw_end),
		cmocka_unit_test(free_or_reserved_context_that_storms_is_never_switched_on),
		cmocka_unit_test(kept_context_that_storms_loses_its_interrupt_and_nothing_else),
		cmocka_unit_test(context_in_quarantine_stays_as_it_is_until_it_is_retried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
