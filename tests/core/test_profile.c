// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * A core that is for one board (src/core/profile_gen3.h): what it refuses, and that a claimed
 * master is as safe as with any other. The kit's checkers look at every register write.
 */
#include "rig.h"

static enum ipmmu_err create(struct kit *kit)
{
	struct ipmmu_system *system;
	enum ipmmu_err err =
		ipmmu_system_create(&kit->ops, kit, &kit->desc, &kit->config.options, &system);

	if (err == IPMMU_OK) {
		assert_int_equal(ipmmu_system_destroy(system), IPMMU_OK);
	} else {
		assert_null(system);
		assert_int_equal(kit->writes, 0);
	}
	return err;
}

static void other_machine_is_refused(void **state)
{
	static const struct {
		enum ipmmu_generation generation;
		enum ipmmu_mode mode;
	} others[] = {
		{IPMMU_GEN2, IPMMU_MODE_AUTO},
		{IPMMU_GEN4, IPMMU_MODE_S2},
		{IPMMU_GEN3, IPMMU_MODE_S1_AARCH32},
		{IPMMU_GEN3, IPMMU_MODE_S1_AARCH64},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct kit_config config = rig_config(others[i].generation);
		struct kit *kit;

		config.mode = others[i].mode;
		config.options.mode = others[i].mode;
		kit = kit_new(&config);
		assert_int_equal(create(kit), IPMMU_E_UNSUPPORTED);
		kit_free(kit);
	}
}

static void part_that_does_not_isolate_is_refused(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN3);
	struct kit *kit = kit_new(&config);

	(void)state;
	kit->soc.unsuitable = true;
	assert_int_equal(create(kit), IPMMU_E_UNSUPPORTED);
	kit->config.options.accept_unsuitable = true;
	assert_int_equal(create(kit), IPMMU_OK);
	kit_free(kit);
}

static void host_that_has_more_is_refused(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN3);
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct kit *kit;

		config.no_locks = i != 1;
		config.no_power_hooks = i != 2;
		kit = kit_new(&config);
		assert_int_equal(create(kit), i == 0 ? IPMMU_OK : IPMMU_E_ARG);
		kit_free(kit);
	}
}

static bool lands(struct kit *kit, int domain)
{
	struct model_access access = kit_dma(kit, AUDIO, kit_iova(domain, 0), true);

	return access.state == MODEL_ACCESS_DONE && access.pa == kit_pa(domain, 0);
}

static void masters_reach_what_they_shall_and_nothing_else(void **state)
{
	int unmaps;

	(void)state;
	for (unmaps = 0; unmaps < 2; unmaps++) {
		struct kit *kit = rig_default();

		rig_attach(kit, AUDIO, 0);
		assert_true(lands(kit, 0));
		assert_int_equal(kit_move(kit, AUDIO, 1, NULL), IPMMU_OK);
		assert_true(lands(kit, 1));
		if (unmaps != 0) {
			kit_unmap(kit, 1, 0);
			assert_int_equal(kit_flush(kit, 1), IPMMU_OK);
		} else {
			assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
		}
		assert_int_not_equal(kit_dma(kit, AUDIO, kit_iova(1, 0), true).state,
				     MODEL_ACCESS_DONE);
		kit_free(kit);
	}
}

static void flush_that_does_not_end_ends_in_quarantine(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, AUDIO, 0);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_QUARANTINED);
	assert_int_not_equal(kit_dma(kit, AUDIO, kit_iova(0, 0), true).state,
			     MODEL_ACCESS_DONE);
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	kit_free(kit);
}

static void fault_is_recorded(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	(void)kit_dma(kit, DMAC, kit_iova(0, 3), true);
	assert_true(kit_interrupt(kit, 0));
	assert_false(kit_service(kit, 1));
	assert_int_equal(kit->fault_count, 1);
	assert_int_equal(kit->faults[0].iova.v, kit_iova(0, 3));
	assert_ptr_equal(kit->faults[0].masters[0], &kit->masters[DMAC].desc);
	kit_free(kit);
}

static void unit_that_is_not_always_on_serves_nobody(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN3);
	struct kit *kit = kit_new(&config);

	(void)state;
	kit->mmus[1].always_on = false;
	kit_start(kit);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_E_OFFLINE);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_machine_is_refused),
		cmocka_unit_test(part_that_does_not_isolate_is_refused),
		cmocka_unit_test(host_that_has_more_is_refused),
		cmocka_unit_test(masters_reach_what_they_shall_and_nothing_else),
		cmocka_unit_test(flush_that_does_not_end_ends_in_quarantine),
		cmocka_unit_test(fault_is_recorded),
		cmocka_unit_test(unit_that_is_not_always_on_serves_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
