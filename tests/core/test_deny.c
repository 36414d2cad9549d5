// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Units that do not do what is written: contexts that do not come on or go off, flushes that
 * cannot be seen to end, and where the interrupt of a fault comes from. Registers have quirks.
 */
#include "rig.h"

enum {
	DS0 = 1,
	DS1 = 2,
	DENY = 3,
	FLUSH_US = 2
};

static struct kit *before_start(const struct ipmmu_options *options)
{
	struct kit_config config = kit_config();

	config.model.flush_us = FLUSH_US;
	if (options != NULL) {
		config.options = *options;
		/* Nobody can tell how long a flush takes in a cache: it takes no time here. */
		config.model.flush_us = 0;
	}
	config.options.flush_timeout_us = 20;
	rig_honest();
	return kit_new(&config);
}

static void hold(struct kit *kit, uint32_t unit, uint32_t n, uint32_t bits)
{
	assert_true(
		model_set_quirk(kit->model, unit, rig_context_at(kit, n, R_IMCTR), 0, bits));
}

static void always_flushing(struct kit *kit, uint32_t unit)
{
	uint32_t n;

	for (n = 0; n < kit->soc.contexts; n++) {
		assert_true(model_set_quirk(kit->model, unit, rig_context_at(kit, n, R_IMCTR),
					    B_FLUSH, 0));
	}
}

static void populate(struct kit *kit)
{
	int i;

	for (i = 0; i < 2; i++) {
		assert_int_equal(kit_domain_new(kit, i), IPMMU_OK);
		kit_map(kit, i, 0, true);
	}
	for (i = 0; i < KIT_MASTERS; i++) {
		assert_int_equal(kit_add(kit, i), IPMMU_OK);
	}
}

/* ---- deny that does not come on ---- */

static void cache_in_which_deny_does_not_come_on_is_offline_as_found(void **state)
{
	struct kit *kit = before_start(NULL);

	(void)state;
	rig_set_utlb(kit, DS0, 0, 1u << 4 | 1u);
	hold(kit, DS0, DENY, B_MMUEN);
	kit_start(kit);
	assert_true(rig_mmu_info(kit, 0).online);
	assert_false(rig_mmu_info(kit, DS0).online);
	assert_int_equal(rig_mmu_info(kit, DS0).why, IPMMU_E_TIMEOUT);
	assert_true(rig_mmu_info(kit, DS1).online);
	/* To point it at deny would be to let it bypass. */
	assert_int_equal(rig_utlb(kit, DS0, 0), 1u << 4 | 1u);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_E_OFFLINE);
	assert_int_equal(kit_add(kit, MMC), IPMMU_OK);
	kit_free(kit);
}

static void root_in_which_deny_does_not_come_on_is_offline(void **state)
{
	struct kit *kit = before_start(NULL);

	(void)state;
	hold(kit, 0, DENY, B_MMUEN);
	kit_start(kit);
	assert_false(rig_mmu_info(kit, 0).online);
	assert_false(rig_mmu_info(kit, DS0).online);
	kit_free(kit);
}

/* ---- a domain's context that does not come on, or go off ---- */

static void cache_in_which_a_context_does_not_come_on_lets_nobody_in(void **state)
{
	struct kit *kit = before_start(NULL);

	(void)state;
	kit_start(kit);
	populate(kit);
	hold(kit, DS0, 1, B_MMUEN);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_utlb_info(kit, DS0, 0).state, IPMMU_UTLB_DENIED);
	hold(kit, DS0, 1, 0);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).pa, kit_pa(0, 0));
	kit_free(kit);
}

static void context_that_does_not_go_off_is_not_given_away(void **state)
{
	static const uint32_t units[] = {0, DS0};
	uint32_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct kit *kit = before_start(NULL);

		kit_start(kit);
		populate(kit);
		rig_attach(kit, DMAC, 0);
		hold(kit, units[i], 1, B_MMUEN);
		assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_E_TIMEOUT);
		assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_QUARANTINED);
		hold(kit, units[i], 1, 0);
		assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
		kit_free(kit);
	}
}

/* ---- caches whose FLUSH cannot be read ---- */

static void cache_whose_flush_reads_1_for_ever_is_offline(void **state)
{
	struct kit *kit = before_start(NULL);

	(void)state;
	always_flushing(kit, DS0);
	kit_start(kit);
	assert_false(rig_mmu_info(kit, DS0).online);
	assert_true(rig_mmu_info(kit, DS1).online);
	kit_free(kit);
}

static void caches_whose_flush_cannot_be_read_work_where_the_host_knows_it(void **state)
{
	const struct ipmmu_options options = {.cache_flush_unreadable = true};
	struct kit *kit = before_start(&options);

	(void)state;
	always_flushing(kit, DS0);
	always_flushing(kit, DS1);
	kit_start(kit);
	assert_true(rig_mmu_info(kit, DS0).online);
	populate(kit);
	rig_attach(kit, AUDIO, 0);
	assert_int_equal(kit_dma(kit, AUDIO, kit_iova(0, 0), true).pa, kit_pa(0, 0));
	kit_unmap(kit, 0, 0);
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	assert_int_equal(kit_move(kit, AUDIO, 1, NULL), IPMMU_OK);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	kit_free(kit);
}

/* Of these, MMUEN is verified all the same, and the root's flush. */
static void unreadable_flush_hides_no_context_that_does_not_come_on(void **state)
{
	const struct ipmmu_options options = {.cache_flush_unreadable = true};
	struct kit *kit = before_start(&options);

	(void)state;
	always_flushing(kit, DS0);
	hold(kit, DS1, DENY, B_MMUEN);
	kit_start(kit);
	assert_true(rig_mmu_info(kit, DS0).online);
	assert_false(rig_mmu_info(kit, DS1).online);
	kit_free(kit);
}

static void unreadable_flush_of_caches_hides_no_stuck_root(void **state)
{
	const struct ipmmu_options options = {.cache_flush_unreadable = true};
	struct kit *kit = before_start(&options);

	(void)state;
	kit_start(kit);
	populate(kit);
	rig_attach(kit, DMAC, 0);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	kit_free(kit);
}

static void unreadable_flush_of_caches_hides_none_that_died(void **state)
{
	const struct ipmmu_options options = {.cache_flush_unreadable = true};
	struct kit *kit = before_start(&options);

	(void)state;
	kit_start(kit);
	populate(kit);
	rig_attach(kit, DMAC, 0);
	/* It goes on translating, and reads all ones: MMUEN as written, and more. */
	model_set_dead(kit->model, DS0, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_UNVERIFIED);
	kit_free(kit);
}

/* ---- INTEN of caches ---- */

/* For the root and each cache in use: is INTEN what it is to be? */
static void inten_is(const struct kit *kit, uint32_t n, bool on)
{
	uint32_t want = on ? B_INTEN : 0;
	uint32_t unit;

	for (unit = 0; unit <= DS1; unit++) {
		uint32_t imctr = rig_context(kit, unit, n, R_IMCTR);

		if ((imctr & B_MMUEN) != 0) {
			assert_int_equal(imctr & B_INTEN, want);
		}
	}
}

static void storm(struct kit *kit, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < 20 && !rig_context_info(kit, n).masked; i++) {
		rig_fault(kit, n);
	}
	assert_true(rig_context_info(kit, n).masked);
	model_tick(kit->model, 100);
}

static void inten_of_caches_follows_that_of_the_root(void **state)
{
	struct kit *kit = before_start(NULL);

	(void)state;
	kit_start(kit);
	populate(kit);
	inten_is(kit, DENY, true);
	rig_attach(kit, DMAC, 0);
	inten_is(kit, 1, true);
	storm(kit, 1);
	inten_is(kit, 1, false);
	/* A flush leaves it so, and so does a cache that comes new. */
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	inten_is(kit, 1, false);
	rig_attach(kit, AUDIO, 0);
	inten_is(kit, 1, false);
	model_tick(kit->model, 1000000);
	(void)kit_service(kit, 64);
	model_tick(kit->model, 100);
	inten_is(kit, 1, true);
	storm(kit, DENY);
	inten_is(kit, DENY, false);
	kit_free(kit);
}

/* Whichever INTEN counts: a fault raises the line, and a mask takes it down. */
static void faults_through_any_cache_are_heard_whichever_inten_counts(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 6; i++) {
		struct kit *kit = before_start(NULL);

		model_set_switch(kit->model, MODEL_CACHE_INTEN, (uint8_t)(i % 3));
		kit_start(kit);
		populate(kit);
		rig_attach(kit, AUDIO, 0);
		if (i >= 3) {
			assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK); /* deny */
		}
		(void)kit_dma(kit, AUDIO, 0x50000000, true);
		assert_true(model_irq(kit->model, 0));
		assert_true(kit_interrupt(kit, 0));
		storm(kit, i >= 3 ? DENY : 1);
		(void)kit_dma(kit, AUDIO, 0x50000000, true);
		assert_false(model_irq(kit->model, 0));
		kit_free(kit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cache_in_which_deny_does_not_come_on_is_offline_as_found),
		cmocka_unit_test(root_in_which_deny_does_not_come_on_is_offline),
		cmocka_unit_test(cache_in_which_a_context_does_not_come_on_lets_nobody_in),
		cmocka_unit_test(context_that_does_not_go_off_is_not_given_away),
		cmocka_unit_test(cache_whose_flush_reads_1_for_ever_is_offline),
		cmocka_unit_test(
			caches_whose_flush_cannot_be_read_work_where_the_host_knows_it),
		cmocka_unit_test(unreadable_flush_hides_no_context_that_does_not_come_on),
		cmocka_unit_test(unreadable_flush_of_caches_hides_no_stuck_root),
		cmocka_unit_test(unreadable_flush_of_caches_hides_none_that_died),
		cmocka_unit_test(inten_of_caches_follows_that_of_the_root),
		cmocka_unit_test(faults_through_any_cache_are_heard_whichever_inten_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
