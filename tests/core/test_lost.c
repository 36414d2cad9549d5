// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * What is lost on the way: uTLBs that do not read back, caches that drop out, calls that come
 * from another CPU between two steps of one. None of it may open a context to a stranger.
 */
#include "rig.h"

#include <string.h>

/* ---- lost at probe ---- */

static uint32_t (*honest_read)(void *, void *, uint32_t);
static uint32_t lies_left;
static uint32_t lie_at;

/* One read of IMUCTR, the read-back, shows another context than was written. */
static uint32_t read_with_a_glitch(void *host, void *mmio, uint32_t offset)
{
	struct kit *kit = host;
	uint32_t value = honest_read(host, mmio, offset);

	if (mmio == &kit->units[1] && offset == lie_at && lies_left != 0) {
		lies_left--;
		return lies_left == 0 ? value ^ 0x10u : value;
	}
	return value;
}

static void run_on_context_1(struct kit *kit)
{
	rig_set_context(kit, 0, 1, R_IMCTR, B_MMUEN);
	rig_set_context(kit, 1, 1, R_IMCTR, B_MMUEN);
	rig_set_utlb(kit, 1, 0, B_MMUEN | 1 << 4);
}

static void context_of_a_utlb_that_does_not_read_back_is_given_to_nobody(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	run_on_context_1(kit);
	honest_read = kit->ops.mmio_read32;
	kit->ops.mmio_read32 = read_with_a_glitch;
	lie_at = rig_utlb_at(kit, 0);
	lies_left = 2;
	kit_start(kit);
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_UNVERIFIED);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_QUARANTINED);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	kit_map(kit, 0, 0, true);
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_OK);
	rig_attach(kit, AUDIO, 0);
	assert_int_not_equal(rig_domain_info(kit, 0).context, 1);
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	assert_int_not_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).state, MODEL_ACCESS_DONE);
	/* Now that it reads back, the context can be had again. */
	assert_int_equal(ipmmu_context_retry(kit->system, 0, 1), IPMMU_OK);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_DENIED);
	kit_free(kit);
}

static void cache_whose_deny_flush_sticks_has_its_utlbs_denied_before_it_drops_out(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	run_on_context_1(kit);
	model_set_stuck(kit->model, 1, 3, true);
	/* Deny in a cache where its flush does not end is still better than what it ran on. */
	kit->expect = "model";
	kit_start(kit);
	assert_int_not_equal(kit->found, 0);
	kit->expect = NULL;
	assert_false(rig_mmu_info(kit, 1).online);
	assert_int_equal(rig_utlb(kit, 1, 0) & ~(uint32_t)B_FLUSH, B_MMUEN | 3 << 4);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	kit_map(kit, 0, 0, true);
	assert_int_equal(kit_add(kit, MMC), IPMMU_OK);
	rig_attach(kit, MMC, 0);
	assert_int_not_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).state, MODEL_ACCESS_DONE);
	kit_free(kit);
}

static void retry_takes_only_contexts_in_quarantine(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	kit_forget(kit);
	assert_int_equal(ipmmu_context_retry(NULL, 0, 1), IPMMU_E_ARG);
	assert_int_equal(ipmmu_context_retry(kit->system, KIT_MMUS, 1), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_context_retry(kit->system, 0, kit->soc.contexts), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_context_retry(kit->system, 0, 1), IPMMU_E_STATE);
	/* Free, deny, never used. */
	assert_int_equal(ipmmu_context_retry(kit->system, 0, 2), IPMMU_E_STATE);
	assert_int_equal(ipmmu_context_retry(kit->system, 0, 3), IPMMU_E_STATE);
	assert_int_equal(ipmmu_context_retry(kit->system, 0, 0), IPMMU_E_STATE);
	assert_int_equal(kit->writes, 0);
	kit_free(kit);
}

/* Asked by its number or by its domain, it is the same retry. */
static void retry_of_a_context_is_a_retry_of_its_domain(void **state)
{
	struct kit *kit = rig_default();
	const struct ipmmu_event *event;

	(void)state;
	rig_attach(kit, DMAC, 0);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	kit_forget(kit);
	/* A cache stands for its root. */
	assert_int_equal(ipmmu_context_retry(kit->system, 1, 1), IPMMU_E_TIMEOUT);
	assert_int_equal(kit->quiesced, 1);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_QUARANTINED);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_QUARANTINED);
	model_set_stuck(kit->model, 0, 1, false);
	kit->watching = false;
	assert_int_equal(ipmmu_context_retry(kit->system, 1, 1), IPMMU_OK);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_IDLE);
	assert_int_equal(rig_domain_info(kit, 0).masters, 0);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_DENIED);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	event = kit_event(kit, IPMMU_EVENT_RELEASED);
	assert_non_null(event);
	assert_int_equal(event->context, 1);
	assert_ptr_equal(event->cookie, &kit->domains[0]);
	assert_int_equal(ipmmu_domain_retry(kit->domains[0].domain), IPMMU_E_STATE);
	kit_free(kit);
}

static void context_that_sticks_at_probe_is_freed_once_its_flush_ends(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	model_set_stuck(kit->model, 0, 1, true);
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_QUARANTINED);
	assert_int_equal(ipmmu_context_retry(kit->system, 0, 1), IPMMU_E_TIMEOUT);
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(ipmmu_context_retry(kit->system, 0, 1), IPMMU_OK);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	assert_non_null(kit_event(kit, IPMMU_EVENT_RELEASED));
	kit_free(kit);
}

static void deny_on_gen2_is_told_as_unproven(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct kit *kit = rig_new(rig_generations[i]);

		kit_start(kit);
		assert_int_equal(rig_mmu_info(kit, 0).deny_unproven,
				 rig_generations[i] == IPMMU_GEN2);
		kit_free(kit);
	}
}

/* ---- faults between the steps ---- */

static struct kit *stormy(uint32_t limit)
{
	struct kit_config config = kit_config();

	config.options.storm_limit = limit;
	config.model.switches[MODEL_STALL_ON_FAULT] = 0;
	return rig_ready(&config);
}

static void interrupt_never_switches_a_context_in_quarantine_on(void **state)
{
	struct kit *kit = stormy(2);
	int i;

	(void)state;
	rig_attach(kit, DMAC, 0);
	for (i = 0; i < 2; i++) {
		(void)kit_dma(kit, DMAC, 0x20000000u, true);
		assert_true(kit_interrupt(kit, 0));
	}
	/* Latched, and its interrupt not taken before the detach. */
	(void)kit_dma(kit, DMAC, 0x20000000u, true);
	model_set_stuck(kit->model, 1, 1, true);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR) & B_MMUEN, 0);
	(void)kit_interrupt(kit, 0);
	(void)kit_service(kit, 8);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR) & B_MMUEN, 0);
	kit_free(kit);
}

static void fault_found_at_the_end_of_a_context_asks_for_a_service(void **state)
{
	struct kit *kit = stormy(8);

	(void)state;
	rig_attach(kit, DMAC, 0);
	(void)kit_dma(kit, DMAC, 0x20000000u, true);
	kit_forget(kit);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_not_equal(kit->services_wanted, 0);
	(void)kit_service(kit, 8);
	assert_int_equal(kit->fault_count, 1);
	assert_true(kit->faults[0].stale);
	assert_null(kit->faults[0].domain);
	kit_free(kit);
}

/* ---- without a deny context ---- */

static void retry_without_deny_leaves_masters_where_they_are_until_the_flush_ends(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	(void)state;
	config.options.max_contexts = 1;
	config.options.consent_bypass = true;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_utlb(kit, 1, 0) & B_MMUEN, B_MMUEN);
	model_set_stuck(kit->model, 0, MODEL_NONE, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_BYPASS);
	kit_free(kit);
}

/* ---- a call of another CPU right after a call ---- */

static void (*honest_unlock)(void *, void *, unsigned long);
static bool removed;

static void poison(void *host, void *object, size_t size)
{
	(void)host;
	memset(object, 0xdd, size);
}

/* As soon as the master is no longer busy, somebody else takes it away. */
static void unlock_and_remove(void *host, void *lock, unsigned long saved)
{
	struct kit *kit = host;

	honest_unlock(host, lock, saved);
	if (kit->locks_held == 0 && !removed && kit->masters[DMAC].master != NULL) {
		removed = true;
		removed = ipmmu_master_remove(kit->masters[DMAC].master) == IPMMU_OK;
	}
}

static void move_does_not_look_at_a_master_that_others_may_remove(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_move_result result;

	(void)state;
	rig_attach(kit, DMAC, 0);
	kit->watching = false;
	kit->ops.free = poison;
	honest_unlock = kit->ops.unlock;
	kit->ops.unlock = unlock_and_remove;
	removed = false;
	assert_int_equal(ipmmu_master_detach(kit->masters[DMAC].master, &result), IPMMU_OK);
	assert_true(removed);
	assert_int_equal(result.state, IPMMU_MASTER_DENIED);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(context_of_a_utlb_that_does_not_read_back_is_given_to_nobody),
		cmocka_unit_test(
			cache_whose_deny_flush_sticks_has_its_utlbs_denied_before_it_drops_out),
		cmocka_unit_test(retry_takes_only_contexts_in_quarantine),
		cmocka_unit_test(retry_of_a_context_is_a_retry_of_its_domain),
		cmocka_unit_test(context_that_sticks_at_probe_is_freed_once_its_flush_ends),
		cmocka_unit_test(deny_on_gen2_is_told_as_unproven),
		cmocka_unit_test(interrupt_never_switches_a_context_in_quarantine_on),
		cmocka_unit_test(fault_found_at_the_end_of_a_context_asks_for_a_service),
		cmocka_unit_test(
			retry_without_deny_leaves_masters_where_they_are_until_the_flush_ends),
		cmocka_unit_test(move_does_not_look_at_a_master_that_others_may_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
