// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Fault storms: how many faults a context may have, masked when it has more, served at the
 * host's pace, unmasked when calm. Masks that meet flushes are in test_mask.c.
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

static void storm_masks_the_context_and_tells_so_once(void **state)
{
	struct kit *kit = ready();
	const struct ipmmu_event *event;
	uint32_t i;

	(void)state;
	for (i = 0; i < LIMIT; i++) {
		rig_fault(kit, 1);
	}
	assert_false(rig_context_info(kit, 1).masked);
	assert_true(rig_interrupt_is_on(kit, 1));
	rig_fault(kit, 1);
	assert_true(rig_context_info(kit, 1).masked);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR) & ~(uint32_t)B_FLUSH,
			 B_VA64 | B_MMUEN);
	event = kit_event(kit, IPMMU_EVENT_FAULT_STORM);
	assert_int_equal(event->context, 1);
	assert_int_equal(event->value, LIMIT + 1);
	rig_fault(kit, 1);
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
		rig_fault(kit, 1);
	}
	assert_false(rig_context_info(kit, 1).masked);
	rig_fault(kit, 1);
	assert_true(rig_context_info(kit, 1).masked);
	kit_free(kit);
}

static void services_do_not_make_the_limit_larger(void **state)
{
	struct kit *kit = ready();
	uint32_t i;

	(void)state;
	for (i = 0; i < LIMIT; i++) {
		rig_fault(kit, 1);
		assert_false(kit_service(kit, 8));
	}
	assert_false(rig_context_info(kit, 1).masked);
	rig_fault(kit, 1);
	assert_true(rig_context_info(kit, 1).masked);
	/* Nor does one that comes at once unmask. */
	assert_false(kit_service(kit, 8));
	assert_true(rig_context_info(kit, 1).masked);
	kit_free(kit);
}

static void context_may_have_one_fault_more_every_10_ms(void **state)
{
	struct kit *kit = ready();
	uint32_t i;

	(void)state;
	for (i = 0; i < LIMIT; i++) {
		rig_fault(kit, 1);
	}
	/* For ever, at that pace. */
	for (i = 0; i < 10; i++) {
		model_tick(kit->model, TOKEN_US);
		rig_fault(kit, 1);
		assert_false(rig_context_info(kit, 1).masked);
	}
	model_tick(kit->model, TOKEN_US - 1);
	rig_fault(kit, 1);
	assert_true(rig_context_info(kit, 1).masked);
	kit_free(kit);
}

static void long_calm_does_not_make_the_limit_larger(void **state)
{
	struct kit *kit = ready();
	uint32_t i;

	(void)state;
	rig_fault(kit, 1);
	model_tick(kit->model, 100 * TOKEN_US);
	for (i = 0; i < LIMIT; i++) {
		rig_fault(kit, 1);
	}
	assert_false(rig_context_info(kit, 1).masked);
	rig_fault(kit, 1);
	assert_true(rig_context_info(kit, 1).masked);
	kit_free(kit);
}

static void masked_context_is_served_one_fault_in_10_ms(void **state)
{
	struct kit *kit = ready();
	uint32_t i;

	(void)state;
	storm(kit, 1);
	(void)kit_service(kit, 8);
	kit_forget(kit);
	for (i = 0; i < 3; i++) {
		/* Pending when the service comes: left alone before its time, then taken. */
		rig_set_context(kit, 0, 1, R_IMSTR, TF);
		assert_false(kit_service(kit, 8));
		assert_int_equal(rig_context(kit, 0, 1, R_IMSTR), TF);
		model_tick(kit->model, TOKEN_US);
		assert_false(kit_service(kit, 8));
		assert_int_equal(rig_context(kit, 0, 1, R_IMSTR), 0);
		assert_true(rig_context_info(kit, 1).masked);
		assert_false(rig_interrupt_is_on(kit, 1));
		/* Its record is decoded by the next one. */
		assert_int_equal(kit->fault_count, i);
		assert_false(kit_service(kit, 8));
		assert_int_equal(kit->fault_count, i + 1);
	}
	/* Calm: unmasked. */
	model_tick(kit->model, TOKEN_US);
	assert_false(kit_service(kit, 8));
	assert_int_equal(kit->fault_count, i);
	assert_false(rig_context_info(kit, 1).masked);
	assert_true(rig_interrupt_is_on(kit, 1));
	assert_int_equal(rig_events(kit, IPMMU_EVENT_FAULT_STORM), 0);
	kit_free(kit);
}

static uint64_t wanted_at;

static void remember_when(void *host, uint64_t at_us)
{
	(void)host;
	wanted_at = at_us;
}

static void service_is_wanted_soon_for_records_and_later_for_masks(void **state)
{
	struct kit *kit = ready();
	uint64_t start = model_now(kit->model);
	uint32_t i;

	(void)state;
	kit->ops.service_wanted = remember_when;
	for (i = 0; i < LIMIT; i++) {
		wanted_at = 1;
		rig_fault(kit, 1);
		assert_int_equal(wanted_at, 0);
	}
	rig_fault(kit, 1);
	assert_int_equal(wanted_at, start + TOKEN_US);
	/* Each service asks for the next one, as long as the mask stays. */
	wanted_at = 1;
	assert_false(kit_service(kit, 100));
	assert_int_equal(wanted_at, start + TOKEN_US);
	model_tick(kit->model, TOKEN_US);
	rig_set_context(kit, 0, 1, R_IMSTR, TF);
	assert_false(kit_service(kit, 100));
	assert_true(rig_context_info(kit, 1).masked);
	assert_int_equal(wanted_at, start + 2 * TOKEN_US);
	model_tick(kit->model, TOKEN_US);
	wanted_at = 1;
	assert_false(kit_service(kit, 100));
	assert_false(rig_context_info(kit, 1).masked);
	assert_int_equal(wanted_at, 1);
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
	uint64_t start = model_now(kit->model);

	(void)state;
	storm(kit, 1);
	kit->ops.service_wanted = remember_when;
	kit->ops.fault = interrupt_while_told;
	/* The last record is told with the ring empty and the context masked still. */
	assert_false(kit_service(kit, 100));
	assert_int_equal(wanted_at, start + TOKEN_US);
	kit_free(kit);
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

/* Three contexts may each have a fault more while the hook runs once. */
static void fault_while_slow(void *host, const struct ipmmu_fault *fault)
{
	struct kit *kit = host;

	(void)fault;
	model_tick(kit->model, TOKEN_US + 2000);
	rig_set_context(kit, 0, 1, R_IMSTR, TF);
	rig_set_context(kit, 0, 2, R_IMSTR, TF);
	rig_set_context(kit, 0, DENY, R_IMSTR, TF);
	(void)kit_interrupt(kit, 0);
	kit->fault_count++;
}

static void loop_over_services_ends_with_a_slow_hook(void **state)
{
	static const uint32_t budgets[] = {1, 8, 100};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct kit *kit = ready();
		uint32_t calls = 1;

		rig_attach(kit, AUDIO, 1);
		kit_forget(kit);
		kit->ops.fault = fault_while_slow;
		fault_while_slow(kit, NULL);
		while (calls < 64 && kit_service(kit, budgets[i])) {
			calls++;
		}
		assert_true(calls < 64);
		/* What came meanwhile is announced, and reported by the next loop. */
		assert_true(kit->services_wanted > 0);
		kit->fault_count = 0;
		(void)kit_service(kit, 1);
		assert_int_equal(kit->fault_count, 1);
		kit_free(kit);
	}
}

/* A wake that was asked for earlier may be the one that has called it. */
static void service_that_leaves_newer_records_asks_for_another(void **state)
{
	struct kit *kit = ready();

	(void)state;
	rig_fault(kit, 1);
	rig_fault(kit, 1);
	assert_true(kit_service(kit, 1));
	model_tick(kit->model, 1);
	rig_fault(kit, 1);
	kit->ops.service_wanted = remember_when;
	wanted_at = 1;
	assert_false(kit_service(kit, 1));
	assert_int_equal(wanted_at, 0);
	assert_false(kit_service(kit, 1));
	assert_int_equal(kit->fault_count, 3);
	kit_free(kit);
}

static uint32_t (*kit_read)(void *host, void *mmio, uint32_t offset);
static uint32_t first_read;

static uint32_t read_and_note(void *host, void *mmio, uint32_t offset)
{
	first_read = first_read != 0 ? first_read : offset;
	return kit_read(host, mmio, offset);
}

static void scan_begins_behind_the_last_that_faulted(void **state)
{
	struct kit *kit = ready();

	(void)state;
	rig_attach(kit, AUDIO, 1);
	kit_read = kit->ops.mmio_read32;
	kit->ops.mmio_read32 = read_and_note;
	rig_fault(kit, 1);
	first_read = 0;
	rig_set_context(kit, 0, 1, R_IMSTR, TF);
	rig_set_context(kit, 0, 2, R_IMSTR, TF);
	assert_true(kit_interrupt(kit, 0));
	assert_int_equal(first_read, rig_context_at(kit, 2, R_IMSTR));
	assert_int_equal(rig_context(kit, 0, 1, R_IMSTR), 0);
	assert_int_equal(rig_context(kit, 0, 2, R_IMSTR), 0);
	kit_free(kit);
}

static void masked_context_waits_while_another_faults(void **state)
{
	struct kit *kit = ready();

	(void)state;
	storm(kit, 1);
	rig_set_context(kit, 0, 1, R_IMSTR, TF);
	rig_fault(kit, DENY);
	assert_int_equal(rig_context(kit, 0, 1, R_IMSTR), TF);
	/* Alone it is taken: the line may hang on it. */
	assert_true(kit_interrupt(kit, 0));
	assert_int_equal(rig_context(kit, 0, 1, R_IMSTR), 0);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(storm_masks_the_context_and_tells_so_once),
		cmocka_unit_test(default_limit_is_16),
		cmocka_unit_test(services_do_not_make_the_limit_larger),
		cmocka_unit_test(context_may_have_one_fault_more_every_10_ms),
		cmocka_unit_test(long_calm_does_not_make_the_limit_larger),
		cmocka_unit_test(masked_context_is_served_one_fault_in_10_ms),
		cmocka_unit_test(service_is_wanted_soon_for_records_and_later_for_masks),
		cmocka_unit_test(interrupt_during_a_service_wants_the_next_for_the_mask),
		cmocka_unit_test(storm_of_one_context_starves_no_other),
		cmocka_unit_test(loop_over_services_ends_with_a_slow_hook),
		cmocka_unit_test(service_that_leaves_newer_records_asks_for_another),
		cmocka_unit_test(scan_begins_behind_the_last_that_faulted),
		cmocka_unit_test(masked_context_waits_while_another_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
