// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Probe and destroy where units have no power, do not answer or do not end a flush, and where
 * memory runs out: what is used then, and what is given back.
 */
#include "rig.h"

#include <string.h>

enum {
	DENY = 3,
	ON_1 = B_MMUEN | 1 << 4
};

static void assert_offline(struct kit *kit, uint32_t unit, enum ipmmu_err why)
{
	struct ipmmu_mmu_info info = rig_mmu_info(kit, unit);
	struct ipmmu_utlb_info utlb;

	assert_false(info.online);
	assert_int_equal(info.why, why);
	if (info.utlbs != 0) {
		assert_int_equal(ipmmu_utlb_query(kit->system, unit, 0, &utlb),
				 IPMMU_E_OFFLINE);
	}
}

static void assert_all_offline(struct kit *kit, enum ipmmu_err why)
{
	struct ipmmu_table table = {.root = {KIT_RAM_PA}, .format = kit->config.mode};
	struct ipmmu_domain *domain;
	uint32_t i;

	for (i = 0; i < kit->desc.mmu_count; i++) {
		assert_offline(kit, i, why);
	}
	assert_int_equal(rig_events(kit, IPMMU_EVENT_MMU_OFFLINE), kit->desc.mmu_count);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_MMU_ONLINE), 0);
	assert_int_equal(ipmmu_domain_create(kit->system, 0, &table, NULL, &domain),
			 IPMMU_E_OFFLINE);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_E_OFFLINE);
	assert_false(kit_interrupt(kit, 0));
	assert_false(kit_service(kit, 1));
}

static void assert_only_ds1_is_offline(struct kit *kit, enum ipmmu_err why)
{
	assert_true(rig_mmu_info(kit, 0).online);
	assert_true(rig_mmu_info(kit, 1).online);
	assert_offline(kit, 2, why);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_MMU_OFFLINE)->mmu, 2);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_MMU_OFFLINE)->error, why);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_E_OFFLINE);
	rig_refused(kit, IPMMU_E_OFFLINE, IPMMU_WHAT_NOTHING, 2, 0);
	assert_int_equal(kit_add(kit, MMC), IPMMU_E_OFFLINE);
	/* The others work, and fail, without it. */
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_DENIED);
}

/* ---- power ---- */

static void without_power_hooks_only_units_that_are_always_on_are_touched(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN3);
	struct kit *kit;

	(void)state;
	config.no_power_hooks = true;
	kit = kit_new(&config);
	kit_start(kit);
	assert_only_ds1_is_offline(kit, IPMMU_E_OFFLINE);
	kit_free(kit);
}

static void unit_that_cannot_be_powered_is_offline(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	kit->no_power = true;
	kit_start(kit);
	assert_only_ds1_is_offline(kit, IPMMU_E_OFFLINE);
	kit_free(kit);
}

static void root_that_cannot_be_powered_takes_its_caches_along(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	kit->mmus[0].always_on = false;
	kit->no_power = true;
	kit_start(kit);
	assert_all_offline(kit, IPMMU_E_OFFLINE);
	assert_int_equal(kit->reads + kit->writes, 0);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	rig_empty(kit);
	kit_free(kit);
}

static void cache_that_comes_before_its_root_goes_offline_with_it(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	/* ds1 first, its root behind it and without power. */
	kit->mmus[0].root = 1;
	kit->mmus[1].root = 1;
	kit->mmus[2].root = 1;
	kit->mmus[1].always_on = false;
	kit->mmus[2].always_on = true;
	kit->desc.master_count = 0;
	kit->no_power = true;
	kit_start(kit);
	assert_offline(kit, 0, IPMMU_E_OFFLINE);
	assert_offline(kit, 1, IPMMU_E_OFFLINE);
	assert_offline(kit, 2, IPMMU_E_OFFLINE);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	rig_empty(kit);
	kit_free(kit);
}

/* ---- units that do not answer ---- */

static void root_that_reads_all_ones_is_offline_with_its_caches(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit *kit = rig_new(rig_generations[g]);

		model_set_dead(kit->model, 0, true);
		kit_start(kit);
		assert_int_equal(rig_events(kit, IPMMU_EVENT_MMU_DEAD), 1);
		assert_int_equal(kit->writes, 0);
		assert_all_offline(kit, IPMMU_E_OFFLINE);
		kit_free(kit);
	}
}

static void dead_root_leaves_nothing_behind_when_the_system_ends(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	model_set_dead(kit->model, 0, true);
	kit_start(kit);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	assert_null(kit_event(kit, IPMMU_EVENT_DENY_LEFT));
	rig_empty(kit);
	kit_free(kit);
}

static void unit_that_is_offline_keeps_its_own_reason_when_its_root_dies(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	kit->no_power = true;
	model_set_dead(kit->model, 0, true);
	kit_start(kit);
	assert_all_offline(kit, IPMMU_E_OFFLINE);
	assert_int_equal(kit->events[0].kind, IPMMU_EVENT_MMU_OFFLINE);
	assert_int_equal(kit->events[0].mmu, 2);
	kit_free(kit);
}

static void cache_that_reads_all_ones_is_offline_alone(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	rig_lie(kit, 2, rig_utlb_at(kit, 1), ~0u);
	kit_start(kit);
	rig_honest();
	assert_int_equal(kit_event(kit, IPMMU_EVENT_MMU_DEAD)->mmu, 2);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_MMU_DEAD)->value, ~0u);
	assert_only_ds1_is_offline(kit, IPMMU_E_OFFLINE);
	kit_free(kit);
}

static void root_of_gen2_that_reads_all_ones_in_a_utlb_is_offline(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN2);

	(void)state;
	rig_lie(kit, 0, rig_utlb_at(kit, 1), ~0u);
	kit_start(kit);
	rig_honest();
	assert_int_equal(kit->writes, 0);
	assert_all_offline(kit, IPMMU_E_OFFLINE);
	kit_free(kit);
}

/* ---- flushes that do not end ---- */

static void root_whose_first_flush_does_not_end_is_offline(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit *kit = rig_new(rig_generations[g]);
		uint32_t unit = kit->masters[DMAC].ports[0].mmu;

		rig_set_utlb(kit, unit, 0, ON_1);
		model_set_stuck(kit->model, 0, DENY, true);
		kit_start(kit);
		assert_int_equal(rig_utlb(kit, unit, 0), ON_1);
		assert_int_equal(kit_event(kit, IPMMU_EVENT_FLUSH_TIMEOUT)->context, DENY);
		assert_all_offline(kit, IPMMU_E_TIMEOUT);
		kit_free(kit);
	}
}

static void root_that_cannot_switch_off_what_it_was_left_with_is_offline(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	rig_set_context(kit, 0, DENY, R_IMCTR, B_MMUEN);
	rig_set_context(kit, 1, DENY, R_IMCTR, B_MMUEN);
	model_set_stuck(kit->model, 0, DENY, true);
	kit_start(kit);
	assert_int_equal(rig_context(kit, 0, DENY, R_IMTTBCR), 0);
	assert_all_offline(kit, IPMMU_E_TIMEOUT);
	kit_free(kit);
}

static void cache_whose_first_flush_does_not_end_is_offline_alone(void **state)
{
	uint32_t was_on;

	(void)state;
	for (was_on = 0; was_on < 2; was_on++) {
		struct kit *kit = rig_new(IPMMU_GEN3);

		rig_set_context(kit, 0, DENY, R_IMCTR, was_on * B_MMUEN);
		rig_set_context(kit, 1, DENY, R_IMCTR, was_on * B_MMUEN);
		/* Power-on would end it: ds1 stays powered. */
		kit->mmus[2].always_on = true;
		model_power(kit->model, 2, true);
		model_set_stuck(kit->model, 2, MODEL_NONE, true);
		kit_start(kit);
		assert_only_ds1_is_offline(kit, IPMMU_E_TIMEOUT);
		kit_free(kit);
	}
}

static void free_context_whose_flush_does_not_end_is_given_to_nobody(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	model_set_stuck(kit->model, 0, 0, true);
	model_set_stuck(kit->model, 1, 1, true);
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 0).state, IPMMU_CONTEXT_RESERVED);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_QUARANTINED);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_QUARANTINED), 1);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_QUARANTINED)->context, 1);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	assert_int_equal(kit_domain_new(kit, 1), IPMMU_OK);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	assert_int_equal(rig_domain_info(kit, 0).context, 2);
	assert_int_equal(kit_reserve(kit, 1), IPMMU_E_NO_CONTEXT);
	kit_free(kit);
}

/* ---- memory ---- */

static void each_allocation_that_fails_leaves_nothing_behind(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		uint32_t nth = 1;
		enum ipmmu_err err;

		do {
			struct kit *kit = rig_new(rig_generations[g]);

			kit->fail.what = KIT_FAIL_ALLOC;
			kit->fail.nth = nth++;
			err = kit_create(kit);
			if (kit->fail.fired != 0) {
				assert_int_equal(err, IPMMU_E_NO_MEMORY);
				assert_null(kit->system);
				assert_int_equal(kit->writes, 0);
				rig_empty(kit);
			}
			kit_free(kit);
		} while (err != IPMMU_OK);
		/* System, its lock, MMUs, and of the root: itself, its lock, its table. */
		assert_true(nth > 7);
	}
}

static uint64_t table_pa;

static void *table_alloc_elsewhere(void *host, uint32_t pages, struct ipmmu_pa *pa)
{
	struct kit *kit = host;
	void *table = ipmmu_arena_table_alloc(kit->arena, pages, pa);

	pa->v = table_pa;
	return table;
}

static void table_free_elsewhere(void *host, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	struct kit *kit = host;

	assert_int_equal(pa.v, table_pa);
	pa.v = KIT_RAM_PA + (uint64_t)((uint8_t *)table - kit->ram);
	ipmmu_arena_table_free(kit->arena, table, pa, pages);
}

static void deny_table_that_no_walker_can_reach_is_given_back(void **state)
{
	static const uint64_t unusable[] = {1ull << 40, (1ull << 40) - 4096, 0x40001000};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct kit *kit = rig_new(IPMMU_GEN3);

		kit->ops.table_alloc = table_alloc_elsewhere;
		kit->ops.table_free = table_free_elsewhere;
		table_pa = unusable[i];
		assert_int_equal(kit_create(kit), IPMMU_E_NO_MEMORY);
		assert_int_equal(kit_event(kit, IPMMU_EVENT_BAD_ARGUMENT)->value, table_pa);
		rig_empty(kit);
		kit_free(kit);
	}
}

/* ---- the end of a system ---- */

static void destroy_leaves_deny_on_and_gives_all_else_back(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);
	struct ipmmu_arena_use use;
	const struct ipmmu_event *event;

	(void)state;
	rig_set_utlb(kit, 1, 0, ON_1);
	kit_start(kit);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	event = kit_event(kit, IPMMU_EVENT_DENY_LEFT);
	assert_non_null(event);
	assert_int_equal(event->context, DENY);
	assert_int_equal(event->value, rig_context(kit, 0, DENY, R_IMTTLBR0));
	assert_int_equal(rig_context(kit, 0, DENY, R_IMCTR), B_VA64 | B_MMUEN);
	assert_int_equal(rig_utlb(kit, 1, 0), B_MMUEN | DENY << 4);
	ipmmu_arena_query(kit->arena, &use);
	assert_int_equal(use.object_bytes, 0);
	assert_int_equal(use.table_pages, 2);
	assert_int_equal(kit->powered[2], 1);
	kit_free(kit);
}

static void destroy_of_a_system_whose_deny_does_not_flush_ends_too(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	kit_start(kit);
	model_set_stuck(kit->model, 0, DENY, true);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	assert_non_null(kit_event(kit, IPMMU_EVENT_DENY_LEFT));
	kit_free(kit);
}

static void destroy_of_a_root_that_went_offline_writes_nothing(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	model_set_stuck(kit->model, 0, DENY, true);
	kit_start(kit);
	kit_forget(kit);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	assert_int_equal(kit->writes, 0);
	/* It may be on: its table stays. */
	assert_non_null(kit_event(kit, IPMMU_EVENT_DENY_LEFT));
	kit_free(kit);
}

static void destroy_is_refused_while_a_master_or_a_domain_exists(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	kit_start(kit);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_E_BUSY);
	assert_int_equal(kit_domain_end(kit, 0), IPMMU_OK);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_E_BUSY);
	assert_int_equal(kit_remove(kit, DMAC), IPMMU_OK);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	assert_int_equal(ipmmu_system_destroy(NULL), IPMMU_OK);
	kit_free(kit);
}

static void destroy_with_consent_to_bypass_gives_everything_back(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN3);
	struct kit *kit;

	(void)state;
	config.options.max_contexts = 1;
	config.options.consent_bypass = true;
	kit = kit_new(&config);
	kit_start(kit);
	assert_int_equal(kit->powered[2], 1);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	assert_null(kit_event(kit, IPMMU_EVENT_DENY_LEFT));
	rig_empty(kit);
	kit_free(kit);
}

static uint64_t now_that_takes_time(void *host)
{
	struct kit *kit = host;

	model_tick(kit->model, 1);
	return model_now(kit->model);
}

static void system_without_optional_hooks_lives_and_ends(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN3);
	struct ipmmu_domain *none;
	struct ipmmu_table table = {.format = IPMMU_MODE_S1_AARCH32};
	struct kit *kit;

	(void)state;
	config.no_locks = true;
	config.no_power_hooks = true;
	config.model.tlb_mode = MODEL_TLB_OFF;
	kit = kit_new(&config);
	kit->ops.relax = NULL;
	kit->ops.quiesce = NULL;
	kit->ops.release = NULL;
	kit->ops.event = NULL;
	kit->ops.fault = NULL;
	kit->ops.service_wanted = NULL;
	kit->ops.escalate = NULL;
	kit->ops.now_us = now_that_takes_time;
	rig_lie(kit, 1, rig_utlb_at(kit, 0), 0x80000000u);
	kit_start(kit);
	assert_int_equal(ipmmu_domain_create(kit->system, 0, &table, NULL, &none),
			 IPMMU_E_FORMAT);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_power_hooks_only_units_that_are_always_on_are_touched),
		cmocka_unit_test(unit_that_cannot_be_powered_is_offline),
		cmocka_unit_test(root_that_cannot_be_powered_takes_its_caches_along),
		cmocka_unit_test(cache_that_comes_before_its_root_goes_offline_with_it),
		cmocka_unit_test(root_that_reads_all_ones_is_offline_with_its_caches),
		cmocka_unit_test(dead_root_leaves_nothing_behind_when_the_system_ends),
		cmocka_unit_test(unit_that_is_offline_keeps_its_own_reason_when_its_root_dies),
		cmocka_unit_test(cache_that_reads_all_ones_is_offline_alone),
		cmocka_unit_test(root_of_gen2_that_reads_all_ones_in_a_utlb_is_offline),
		cmocka_unit_test(root_whose_first_flush_does_not_end_is_offline),
		cmocka_unit_test(root_that_cannot_switch_off_what_it_was_left_with_is_offline),
		cmocka_unit_test(cache_whose_first_flush_does_not_end_is_offline_alone),
		cmocka_unit_test(free_context_whose_flush_does_not_end_is_given_to_nobody),
		cmocka_unit_test(each_allocation_that_fails_leaves_nothing_behind),
		cmocka_unit_test(deny_table_that_no_walker_can_reach_is_given_back),
		cmocka_unit_test(destroy_leaves_deny_on_and_gives_all_else_back),
		cmocka_unit_test(destroy_of_a_system_whose_deny_does_not_flush_ends_too),
		cmocka_unit_test(destroy_of_a_root_that_went_offline_writes_nothing),
		cmocka_unit_test(destroy_is_refused_while_a_master_or_a_domain_exists),
		cmocka_unit_test(destroy_with_consent_to_bypass_gives_everything_back),
		cmocka_unit_test(system_without_optional_hooks_lives_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
