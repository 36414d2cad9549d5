// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Probe: registers of units and contexts whose bits are cleared, set or kept.
 */
#include "rig.h"

enum {
	DENY = 3,
	ON_1 = B_MMUEN | 1 << 4
};

static const uint32_t S2PTE = 8;
static const uint32_t NMERGE40 = 0x01000000u;
static const uint32_t SECGRP = 0x10000000u;
static const uint32_t DISCACHE = 0xe0000000u;

static void probe_clears_use_secgrp_and_keeps_other_bits(void **state)
{
	static const enum ipmmu_generation with_global[] = {IPMMU_GEN3, IPMMU_GEN4};
	size_t g;

	(void)state;
	for (g = 0; g < 2; g++) {
		struct kit *kit = rig_new(with_global[g]);

		rig_set_global(kit, 0, R_IMSCTLR, 0xc0000000u | SECGRP);
		rig_set_global(kit, 0, R_IMSAUXCTLR, NMERGE40);
		rig_set_global(kit, 1, R_IMSCTLR, DISCACHE | SECGRP);
		kit_start(kit);
		assert_int_equal(rig_global(kit, 0, R_IMSCTLR), 0xc0000000u);
		assert_int_equal(rig_global(kit, 0, R_IMSAUXCTLR), NMERGE40 | S2PTE);
		assert_int_equal(rig_global(kit, 1, R_IMSCTLR), DISCACHE);
		assert_int_equal(rig_global(kit, 2, R_IMSCTLR) & SECGRP, 0);
		kit_free(kit);
	}
}

static void probe_clears_s2pte_in_stage_1(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN3);
	struct kit *kit;

	(void)state;
	config.mode = IPMMU_MODE_S1_AARCH64;
	kit = kit_new(&config);
	rig_set_global(kit, 0, R_IMSAUXCTLR, NMERGE40 | S2PTE);
	kit_start(kit);
	assert_int_equal(rig_global(kit, 0, R_IMSAUXCTLR), NMERGE40);
	assert_int_equal(rig_context(kit, 0, DENY, R_IMTTBCR), 0x80190099u);
	assert_int_equal(rig_context(kit, 0, DENY, R_IMTTLBR1),
			 rig_context(kit, 0, DENY, R_IMTTLBR0));
	assert_int_equal(rig_context(kit, 0, DENY, R_IMMAIR0), 0xf404ff44u);
	kit_free(kit);
}

static void probe_sets_discache_where_the_row_asks_for_it(void **state)
{
	bool late_only;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct kit *kit = rig_new(IPMMU_GEN3);

		late_only = i == 1;
		kit->soc.discache = true;
		kit->soc.discache_late_only = late_only;
		kit_start(kit);
		assert_int_equal(rig_global(kit, 0, R_IMSCTLR), 0);
		assert_int_equal(rig_global(kit, 1, R_IMSCTLR), late_only ? 0 : DISCACHE);
		assert_int_equal(rig_global(kit, 2, R_IMSCTLR), DISCACHE);
		kit_free(kit);
	}
}

static void probe_clears_the_bus_bits_of_gen2_and_keeps_others(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN2);

	(void)state;
	rig_set_context(kit, 0, DENY, R_IMBUSCR, 0x17);
	kit_start(kit);
	assert_int_equal(rig_context(kit, 0, DENY, R_IMBUSCR), 0x10);
	kit_free(kit);
}

static void probe_clears_status_of_every_context(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit *kit = rig_new(rig_generations[g]);
		uint32_t n;

		for (n = 0; n < kit->soc.contexts; n++) {
			rig_set_context(kit, 0, n, R_IMSTR, 0x2413);
		}
		kit_start(kit);
		for (n = 0; n < kit->soc.contexts; n++) {
			assert_int_equal(rig_context(kit, 0, n, R_IMSTR), 0);
		}
		assert_false(model_irq(kit->model, 0));
		assert_null(kit_event(kit, IPMMU_EVENT_STATUS_STUCK));
		kit_free(kit);
	}
}

static void probe_tells_a_status_that_does_not_clear(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);
	const struct ipmmu_event *event;

	(void)state;
	rig_set_utlb(kit, 1, 2, ON_1);
	rig_lie(kit, 0, rig_context_at(kit, 1, R_IMSTR), 1);
	rig_lie(kit, 0, rig_context_at(kit, 2, R_IMSTR), 5);
	rig_lie(kit, 0, rig_context_at(kit, DENY, R_IMSTR), 1);
	kit_start(kit);
	rig_honest();
	/* A kept context may fault again at once, and so may deny. */
	assert_int_equal(rig_events(kit, IPMMU_EVENT_STATUS_STUCK), 1);
	event = kit_event(kit, IPMMU_EVENT_STATUS_STUCK);
	assert_int_equal(event->context, 2);
	assert_int_equal(event->value, 5);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probe_clears_use_secgrp_and_keeps_other_bits),
		cmocka_unit_test(probe_clears_s2pte_in_stage_1),
		cmocka_unit_test(probe_sets_discache_where_the_row_asks_for_it),
		cmocka_unit_test(probe_clears_the_bus_bits_of_gen2_and_keeps_others),
		cmocka_unit_test(probe_clears_status_of_every_context),
		cmocka_unit_test(probe_tells_a_status_that_does_not_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
