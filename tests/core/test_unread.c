// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Contexts that are on when the system is created, and whose users the library cannot see: a
 * cache that it may not touch, or one that nobody has described. No domain gets such a context.
 */
#include "firmware.h"

enum {
	DS0 = 1,
	DS1 = 2,
	LAST = 3 /* what deny takes when nobody uses it */
};

static struct kit *before_start(bool power_hooks)
{
	struct kit_config config = kit_config();

	config.no_power_hooks = !power_hooks;
	rig_honest();
	return kit_new(&config);
}

/* Firmware has powered DS1, which is not always on, and runs MMC behind it on @n. */
static void run_behind_ds1(struct kit *kit, uint32_t n)
{
	model_power(kit->model, DS1, true);
	firmware_context(kit, n, 1u << DS1, 0);
	firmware_port(kit, MMC, n);
}

static void have_domain(struct kit *kit)
{
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	kit_map(kit, 0, 0, true);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
}

static void context_of_a_cache_that_may_not_be_touched_is_kept(void **state)
{
	uint32_t n;

	(void)state;
	for (n = 1; n <= LAST; n++) {
		struct kit *kit = before_start(false);
		const struct ipmmu_event *event;

		run_behind_ds1(kit, n);
		kit_start(kit);
		assert_false(rig_mmu_info(kit, DS1).online);
		assert_int_equal(rig_context_info(kit, n).state, IPMMU_CONTEXT_KEPT);
		event = kit_event(kit, IPMMU_EVENT_CONTEXT_KEPT);
		assert_non_null(event);
		assert_int_equal(event->context, n);
		have_domain(kit);
		assert_int_not_equal(rig_domain_info(kit, 0).context, n);
		/* Firmware's master goes on, and reaches what it had and nothing else. */
		assert_int_equal(kit_dma(kit, MMC, FIRMWARE_IOVA, true).pa, firmware_pa(n));
		assert_int_not_equal(kit_dma(kit, MMC, kit_iova(0, 0), true).state,
				     MODEL_ACCESS_DONE);
		kit_free(kit);
	}
}

/* DS1 is not in the description at all. */
static void context_of_a_cache_that_nobody_has_described_is_kept(void **state)
{
	struct kit *kit = before_start(true);

	(void)state;
	run_behind_ds1(kit, 1);
	kit->desc.mmu_count = 2;
	kit->desc.master_count = 1;
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_KEPT);
	have_domain(kit);
	assert_int_equal(rig_domain_info(kit, 0).context, 2);
	assert_int_equal(kit_dma(kit, MMC, FIRMWARE_IOVA, true).pa, firmware_pa(1));
	kit_free(kit);
}

static void context_that_is_on_in_a_cache_that_was_read_is_switched_off(void **state)
{
	struct kit *kit = before_start(true);

	(void)state;
	firmware_context(kit, 1, 1u << DS0, 0);
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR), 0);
	assert_int_equal(rig_context(kit, DS0, 1, R_IMCTR), 0);
	kit_free(kit);
}

/* It is in use by DS0, as far as can be seen. DS1 may use it as well. */
static void context_is_kept_while_any_cache_was_not_read(void **state)
{
	struct kit *kit = before_start(false);

	(void)state;
	run_behind_ds1(kit, 1);
	rig_set_context(kit, DS0, 1, R_IMCTR, B_MMUEN);
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_KEPT);
	assert_int_not_equal(rig_context(kit, 0, 1, R_IMCTR) & B_MMUEN, 0);
	kit_free(kit);
}

static void cache_that_reads_all_ones_counts_as_not_read(void **state)
{
	struct kit *kit = before_start(true);

	(void)state;
	firmware_context(kit, 1, 1u << DS0, 0);
	model_set_dead(kit->model, DS1, true);
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_KEPT);
	kit_free(kit);
}

/* Its table cannot stay: S2PTE changes for all. Its users fault or worse; nobody joins them. */
static void unseen_context_of_another_format_is_off_and_given_to_nobody(void **state)
{
	struct kit *kit = before_start(true);

	(void)state;
	firmware_context(kit, 1, 0, 0);
	rig_set_context(kit, 0, 1, R_IMTTBCR, 0x80000080u);
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_RESERVED);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR) & B_MMUEN, 0);
	have_domain(kit);
	assert_int_equal(rig_domain_info(kit, 0).context, 2);
	kit_free(kit);
}

static void nothing_is_written_when_all_contexts_are_kept_for_others(void **state)
{
	struct kit *kit = before_start(false);
	uint32_t n;

	(void)state;
	for (n = 1; n <= LAST; n++) {
		run_behind_ds1(kit, n);
	}
	assert_int_equal(kit_create(kit), IPMMU_E_NO_CONTEXT);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(kit_dma(kit, MMC, FIRMWARE_IOVA, true).state, MODEL_ACCESS_DONE);
	kit_free(kit);
}

/* Its uTLBs are on no context that the library knows: not on the one with number 0. */
static void utlbs_of_a_cache_that_was_not_read_hold_no_context(void **state)
{
	struct kit *kit = before_start(true);
	struct ipmmu_utlb_info info;
	uint32_t n;

	(void)state;
	kit->no_power = true;
	kit_start(kit);
	assert_int_equal(ipmmu_utlb_query(kit->system, DS1, 0, &info), IPMMU_E_OFFLINE);
	for (n = 1; n < LAST; n++) {
		assert_int_equal(rig_context_info(kit, n).state, IPMMU_CONTEXT_FREE);
	}
	/* A retry of a context waits for none of them. */
	have_domain(kit);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	kit_free(kit);
}

static void master_behind_a_cache_that_was_not_read_cannot_be_claimed(void **state)
{
	struct kit *kit = before_start(false);

	(void)state;
	run_behind_ds1(kit, 1);
	kit_start(kit);
	assert_int_equal(kit_add(kit, MMC), IPMMU_E_OFFLINE);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(context_of_a_cache_that_may_not_be_touched_is_kept),
		cmocka_unit_test(context_of_a_cache_that_nobody_has_described_is_kept),
		cmocka_unit_test(context_that_is_on_in_a_cache_that_was_read_is_switched_off),
		cmocka_unit_test(context_is_kept_while_any_cache_was_not_read),
		cmocka_unit_test(cache_that_reads_all_ones_counts_as_not_read),
		cmocka_unit_test(unseen_context_of_another_format_is_off_and_given_to_nobody),
		cmocka_unit_test(nothing_is_written_when_all_contexts_are_kept_for_others),
		cmocka_unit_test(utlbs_of_a_cache_that_was_not_read_hold_no_context),
		cmocka_unit_test(master_behind_a_cache_that_was_not_read_cannot_be_claimed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
