// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Isolation: what masters reach while they are moved, flushed, faulted and torn down.
 *
 * Few assertions of their own: the kit's checkers look at every register write, every table
 * store and every return. Each scenario is one that some plausible mistake would break.
 */
#include "kit.h"
#include "kit_cmocka.h"

enum {
	DMAC = 0,
	AUDIO = 1,
	MMC = 2,
	TWIN = 3
};

static struct kit *ready_with(const struct kit_config *config)
{
	struct kit *kit = kit_new(config);
	int d;
	int i;

	kit_start(kit);
	for (d = 0; d < 2; d++) {
		assert_int_equal(kit_domain_new(kit, d), IPMMU_OK);
		for (i = 0; i < 3; i++) {
			kit_map(kit, d, i, i != 1);
		}
	}
	for (i = 0; i < KIT_MASTERS; i++) {
		assert_int_equal(kit_add(kit, i), IPMMU_OK);
	}
	return kit;
}

static struct kit *ready(void)
{
	struct kit_config config = kit_config();

	return ready_with(&config);
}

static void run(struct kit *kit, int master, int domain)
{
	kit->masters[master].running = true;
	kit->masters[master].programmed = domain;
	kit->masters[master].iova = kit_iova(domain, 0);
}

static void detach_flushes_what_was_unmapped_before(void **state)
{
	struct kit *kit = ready();

	(void)state;
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	kit_unmap(kit, 0, 2);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	kit_free(kit);
}

static void move_flushes_what_was_unmapped_before(void **state)
{
	struct kit *kit = ready();

	(void)state;
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	kit_unmap(kit, 0, 2);
	assert_int_equal(kit_move(kit, DMAC, 1, NULL), IPMMU_OK);
	kit_free(kit);
}

static void flush_covers_every_cache_of_the_domain(void **state)
{
	struct kit *kit = ready();

	(void)state;
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_attach(kit, MMC, 0, NULL), IPMMU_OK);
	kit_unmap(kit, 0, 0);
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	kit_free(kit);
}

static void flush_waits_for_every_cache_of_the_domain(void **state)
{
	struct kit *kit = ready();

	(void)state;
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	kit_unmap(kit, 0, 0);
	model_set_stuck(kit->model, 2, MODEL_NONE, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	kit_free(kit);
}

static void running_master_lands_nowhere_but_in_its_own_domain(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	(void)state;
	/* What stalled would emit nothing more. */
	config.model.switches[MODEL_STALL_ON_FAULT] = 0;
	kit = ready_with(&config);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	run(kit, AUDIO, 0);
	assert_int_equal(kit_move(kit, AUDIO, 1, NULL), IPMMU_OK);
	run(kit, AUDIO, 1);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	run(kit, AUDIO, KIT_NONE);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	assert_int_equal(kit->quiesced, kit->released);
	kit_free(kit);
}

static void repointed_utlb_keeps_nothing_where_no_other_flush_reaches_it(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	(void)state;
	config.model.switches[MODEL_FLUSH_COVERS_UTLBS] = 0;
	kit = ready_with(&config);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_move(kit, AUDIO, 1, NULL), IPMMU_OK);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	kit_free(kit);
}

static void unmap_and_flush(enum model_switch which, uint8_t value)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.model.switches[which] = value;
	kit = ready_with(&config);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
	kit_unmap(kit, 0, 0);
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	kit_unmap(kit, 0, 2);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	kit_free(kit);
}

static void flush_reaches_utlbs_that_a_context_flush_does_not(void **state)
{
	(void)state;
	unmap_and_flush(MODEL_FLUSH_COVERS_UTLBS, 0);
}

static void flush_leaves_a_cache_nothing_to_take_from_the_root(void **state)
{
	(void)state;
	unmap_and_flush(MODEL_FLUSHING_CACHE_FED, 1);
}

static void member_of_a_group_never_takes_the_others_along(void **state)
{
	struct kit *kit = ready();

	(void)state;
	assert_int_equal(kit_attach(kit, MMC, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_attach(kit, TWIN, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_move(kit, MMC, 1, NULL), IPMMU_E_CONFLICT);
	assert_ptr_equal(kit_event(kit, IPMMU_EVENT_CONFLICT)->other, &kit->masters[TWIN].desc);
	kit_free(kit);
}

static void stuck_flush_denies_every_master_of_the_domain(void **state)
{
	struct kit *kit = ready();

	(void)state;
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	kit_unmap(kit, 0, 0);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	model_set_stuck(kit->model, 0, MODEL_NONE, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	kit_free(kit);
}

static void flush_that_was_not_seen_to_end_is_waited_for(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	(void)state;
	config.options.storm_limit = 1;
	config.model.flush_us = 20;
	config.model.switches[MODEL_STALL_ON_FAULT] = 0;
	kit = ready_with(&config);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
	(void)kit_dma(kit, DMAC, kit_iova(0, 3), true);
	assert_true(kit_interrupt(kit, 0));
	(void)kit_dma(kit, DMAC, kit_iova(0, 3), true);
	/* Masks the storm with a flush that nobody waits for. */
	assert_true(kit_interrupt(kit, 0));
	assert_non_null(kit_event(kit, IPMMU_EVENT_FAULT_STORM));
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	kit_free(kit);
}

static void refused_calls_change_nothing(void **state)
{
	struct kit *kit = ready();

	(void)state;
	assert_int_equal(kit_attach(kit, MMC, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_attach(kit, TWIN, 1, NULL), IPMMU_E_CONFLICT);
	assert_int_equal(kit_attach(kit, MMC, 1, NULL), IPMMU_E_STATE);
	assert_int_equal(kit_move(kit, MMC, 0, NULL), IPMMU_E_STATE);
	assert_int_equal(kit_detach(kit, TWIN, NULL), IPMMU_E_STATE);
	assert_int_equal(kit_remove(kit, MMC), IPMMU_E_STATE);
	kit_free(kit);
}

static void claim_is_refused_twice_without_a_leak(void **state)
{
	struct kit *kit = ready();
	struct ipmmu_master *again;
	struct ipmmu_arena_use before;
	struct ipmmu_arena_use after;

	(void)state;
	ipmmu_arena_query(kit->arena, &before);
	assert_int_equal(ipmmu_master_add(kit->system, &kit->masters[DMAC].desc, &again),
			 IPMMU_E_EXISTS);
	ipmmu_arena_query(kit->arena, &after);
	if (before.object_bytes != after.object_bytes) {
		kit_found(kit, "I4", "a refused claim keeps memory");
	}
	kit_free(kit);
}

static void domain_leaves_nothing_that_walks_its_table(void **state)
{
	struct kit *kit = ready();

	(void)state;
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(kit_domain_end(kit, 0), IPMMU_OK);
	assert_int_equal(kit_reserve(kit, 1), IPMMU_OK);
	assert_int_equal(kit_unreserve(kit, 1), IPMMU_OK);
	assert_int_equal(kit_domain_end(kit, 1), IPMMU_OK);
	kit_free(kit);
}

static void destroyed_system_goes_on_denying(void **state)
{
	struct kit *kit = ready();
	int i;

	(void)state;
	for (i = 0; i < KIT_MASTERS; i++) {
		assert_int_equal(kit_remove(kit, i), IPMMU_OK);
	}
	assert_int_equal(kit_domain_end(kit, 0), IPMMU_OK);
	assert_int_equal(kit_domain_end(kit, 1), IPMMU_OK);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	assert_int_not_equal(kit_dma(kit, DMAC, kit_iova(0, 0), false).state,
			     MODEL_ACCESS_DONE);
	assert_non_null(kit_event(kit, IPMMU_EVENT_DENY_LEFT));
	kit_free(kit);
}

static void probe_survives_what_firmware_left(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	(void)state;
	config.model.switches[MODEL_SECGRP_RESET] = 1;
	kit = kit_new(&config);
	/* A context for deny that was left on, and a described uTLB running on another. */
	model_poke(kit->model, 0, model_context_offset(MODEL_GEN3, 3, 0), 1);
	model_poke(kit->model, 0, model_context_offset(MODEL_GEN3, 1, 0), 1);
	model_poke(kit->model, 1, model_context_offset(MODEL_GEN3, 1, 0), 1);
	model_poke(kit->model, 1, model_utlb_offset(MODEL_GEN3, 0, false), 0x11);
	kit_start(kit);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	kit_free(kit);
}

static void fault_names_the_address_and_is_cleared(void **state)
{
	struct kit *kit = ready();

	(void)state;
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
	(void)kit_dma(kit, DMAC, kit_iova(0, 3) + 0x123, true);
	assert_true(model_irq(kit->model, 0));
	assert_true(kit_interrupt(kit, 0));
	assert_false(model_irq(kit->model, 0));
	assert_false(kit_service(kit, 4));
	assert_int_equal(kit->fault_count, 1);
	assert_true((kit->faults[0].iova.v & ~0xfffull) == kit_iova(0, 3));
	assert_int_equal(kit->faults[0].kinds, IPMMU_FAULT_TRANSLATION);
	assert_ptr_equal(kit->faults[0].domain, kit->domains[0].domain);
	assert_ptr_equal(kit->faults[0].masters[0], &kit->masters[DMAC].desc);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(detach_flushes_what_was_unmapped_before),
		cmocka_unit_test(move_flushes_what_was_unmapped_before),
		cmocka_unit_test(flush_covers_every_cache_of_the_domain),
		cmocka_unit_test(flush_waits_for_every_cache_of_the_domain),
		cmocka_unit_test(running_master_lands_nowhere_but_in_its_own_domain),
		cmocka_unit_test(repointed_utlb_keeps_nothing_where_no_other_flush_reaches_it),
		cmocka_unit_test(flush_reaches_utlbs_that_a_context_flush_does_not),
		cmocka_unit_test(flush_leaves_a_cache_nothing_to_take_from_the_root),
		cmocka_unit_test(member_of_a_group_never_takes_the_others_along),
		cmocka_unit_test(stuck_flush_denies_every_master_of_the_domain),
		cmocka_unit_test(flush_that_was_not_seen_to_end_is_waited_for),
		cmocka_unit_test(refused_calls_change_nothing),
		cmocka_unit_test(claim_is_refused_twice_without_a_leak),
		cmocka_unit_test(domain_leaves_nothing_that_walks_its_table),
		cmocka_unit_test(destroyed_system_goes_on_denying),
		cmocka_unit_test(probe_survives_what_firmware_left),
		cmocka_unit_test(fault_names_the_address_and_is_cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
