// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Records of faults: how many a context has, what one service decodes, and what is only
 * counted.
 */
#include "rig.h"

enum {
	PF = 0x02,
	TF = 0x01,
	/** Records of one context that wait for a service. */
	RING = 4
};

static struct kit *attached(void)
{
	struct kit *kit = rig_default();

	rig_attach(kit, DMAC, 0);
	kit_forget(kit);
	return kit;
}

static void faults_that_find_no_room_are_counted(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;
	uint32_t i;

	(void)state;
	config.options.storm_limit = 1000;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	for (i = 0; i < RING + 3; i++) {
		rig_latch(kit, 1, TF, (uint64_t)i << 12);
		assert_true(kit_interrupt(kit, 0));
	}
	kit_forget(kit);
	assert_true(kit_service(kit, RING - 1));
	assert_int_equal(kit->fault_count, RING - 1);
	assert_int_equal(kit->faults[RING - 2].iova.v, (RING - 2) << 12);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_FAULT_LOST)->value, 3);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_FAULT_LOST)->context, 1);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_FAULT_LOST)->mmu, 0);
	/* The budget is spent, and nothing is left. */
	assert_false(kit_service(kit, 1));
	assert_int_equal(kit->fault_count, RING);
	assert_int_equal(kit->faults[RING - 1].iova.v, (RING - 1) << 12);
	assert_false(kit_service(kit, RING));
	assert_int_equal(kit->fault_count, RING);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_FAULT_LOST), 1);
	assert_int_equal(rig_context_info(kit, 1).faults, RING + 3);
	kit_free(kit);
}

static void faults_of_one_context_hide_none_of_another(void **state)
{
	struct kit *kit = attached();
	uint32_t i;

	(void)state;
	rig_attach(kit, AUDIO, 1);
	kit_forget(kit);
	for (i = 0; i < 2 * RING; i++) {
		rig_latch(kit, 1, TF, (uint64_t)i << 12);
		assert_true(kit_interrupt(kit, 0));
	}
	rig_latch(kit, 2, PF, 0x77000);
	assert_true(kit_interrupt(kit, 0));
	/* One of each in turn, so that the other waits for one record at most. */
	assert_true(kit_service(kit, 2));
	assert_int_equal(kit->faults[1].context, 2);
	assert_int_equal(kit->faults[1].iova.v, 0x77000);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_FAULT_LOST), 1);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_FAULT_LOST)->context, 1);
	kit_free(kit);
}

static void context_that_faults_all_the_time_starves_no_other(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;
	uint32_t i;

	(void)state;
	config.options.storm_limit = 1000;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 1);
	rig_fault(kit, 2);
	kit_forget(kit);
	/* Each service begins with the next context. */
	for (i = 0; i < kit->soc.contexts && kit->faults[0].context != 2; i++) {
		kit_forget(kit);
		rig_fault(kit, 1);
		assert_true(kit_service(kit, 1));
	}
	assert_int_equal(kit->faults[0].context, 2);
	kit_free(kit);
}

static void budget_of_nothing_counts_as_1(void **state)
{
	struct kit *kit = attached();
	uint32_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		rig_latch(kit, 1, TF, 0);
		assert_true(kit_interrupt(kit, 0));
	}
	assert_true(kit_service(kit, 0));
	assert_int_equal(kit->fault_count, 1);
	assert_false(kit_service(kit, 0));
	assert_int_equal(kit->fault_count, 2);
	assert_false(kit_service(kit, 0));
	assert_int_equal(kit->fault_count, 2);
	kit_free(kit);
}

static void faults_are_taken_without_the_optional_hooks(void **state)
{
	struct kit *kit = attached();

	(void)state;
	kit->ops.fault = NULL;
	kit->ops.service_wanted = NULL;
	rig_latch(kit, 1, TF, 0);
	assert_true(kit_interrupt(kit, 0));
	assert_false(kit_service(kit, 1));
	assert_int_equal(rig_context_info(kit, 1).faults, 1);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_that_find_no_room_are_counted),
		cmocka_unit_test(faults_of_one_context_hide_none_of_another),
		cmocka_unit_test(context_that_faults_all_the_time_starves_no_other),
		cmocka_unit_test(budget_of_nothing_counts_as_1),
		cmocka_unit_test(faults_are_taken_without_the_optional_hooks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
