// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Faults: what is read, cleared and reported, on each generation, and who is named. Records
 * that wait are in test_fault_ring.c, storms in test_storm.c.
 */
#include "rig.h"

enum {
	DENY = 3,
	MHIT = 0x10,
	ABORT = 0x04,
	PF = 0x02,
	TF = 0x01,
	/** A bit of IMSTR that no public source names. */
	UNKNOWN = 0x10000
};

static struct kit *attached(enum ipmmu_generation generation)
{
	struct kit_config config = rig_config(generation);
	struct kit *kit = rig_ready(&config);

	rig_attach(kit, DMAC, 0);
	kit_forget(kit);
	return kit;
}

static uint32_t context_of(struct kit *kit, int domain)
{
	return rig_domain_info(kit, domain).context;
}

static void each_status_is_decoded_and_cleared(void **state)
{
	static const struct {
		uint32_t status;
		uint32_t kinds;
		uint32_t code;
		uint32_t level;
	} rows[] = {
		{TF, IPMMU_FAULT_TRANSLATION, 0, 0},
		{PF, IPMMU_FAULT_PERMISSION, 0, 0},
		{ABORT, IPMMU_FAULT_ABORT, 0, 0},
		{MHIT, IPMMU_FAULT_MULTIPLE_HIT, 0, 0},
		{0x1000 | TF, IPMMU_FAULT_TRANSLATION, 0, 1},
		{0x2000 | TF, IPMMU_FAULT_TRANSLATION, 0, 2},
		{0x3000 | TF, IPMMU_FAULT_TRANSLATION, 0, 3},
		{0x3100 | TF, IPMMU_FAULT_TRANSLATION, IPMMU_FAULT_CODE_TLB_FORMAT, 3},
		{0x3400 | PF, IPMMU_FAULT_PERMISSION, IPMMU_FAULT_CODE_ACCESS, 3},
		{0x2500 | PF, IPMMU_FAULT_PERMISSION, IPMMU_FAULT_CODE_SECURE, 2},
		{0x0700 | ABORT, IPMMU_FAULT_ABORT, 7, 0},
		{MHIT | ABORT | PF | TF, 15, 0, 0},
		/* Of no known kind, but the line hangs on it. */
		{UNKNOWN, 0, 0, 0},
		{UNKNOWN | 0x2400 | PF, IPMMU_FAULT_PERMISSION, IPMMU_FAULT_CODE_ACCESS, 2},
	};
	size_t g;
	size_t i;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit *kit = attached(rig_generations[g]);
		uint32_t n = context_of(kit, 0);

		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			const struct ipmmu_fault *fault = &kit->faults[0];

			kit_forget(kit);
			rig_latch(kit, n, rows[i].status, 0x1234);
			assert_true(kit_interrupt(kit, 0));
			assert_int_equal(rig_context(kit, 0, n, R_IMSTR), 0);
			assert_true(kit->services_wanted > 0);
			assert_false(kit_service(kit, 4));
			assert_int_equal(kit->fault_count, 1);
			assert_int_equal(fault->kinds, rows[i].kinds);
			assert_int_equal(fault->code, rows[i].code);
			assert_int_equal(fault->level, rows[i].level);
			assert_int_equal(fault->status, rows[i].status);
		}
		kit_free(kit);
	}
}

static void fault_names_domain_master_and_time(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit *kit = attached(rig_generations[g]);
		const struct ipmmu_fault *fault = &kit->faults[0];

		model_tick(kit->model, 77);
		(void)kit_dma(kit, DMAC, kit_iova(0, 3), true);
		assert_true(model_irq(kit->model, 0));
		assert_true(kit_interrupt(kit, 0));
		assert_false(model_irq(kit->model, 0));
		assert_int_equal(kit->fault_count, 0);
		model_tick(kit->model, 1000);
		assert_false(kit_service(kit, 1));
		assert_int_equal(fault->root, 0);
		assert_int_equal(fault->context, context_of(kit, 0));
		assert_int_equal(fault->context_state, IPMMU_CONTEXT_LIVE);
		assert_false(fault->stale);
		assert_ptr_equal(fault->domain, kit->domains[0].domain);
		assert_ptr_equal(fault->cookie, &kit->domains[0]);
		assert_int_equal(fault->iova.v, kit_iova(0, 3));
		assert_int_equal(fault->master_count, 1);
		assert_ptr_equal(fault->masters[0], &kit->masters[DMAC].desc);
		assert_int_equal(fault->at_us, model_now(kit->model) - 1000);
		assert_int_equal(rig_context_info(kit, fault->context).faults, 1);
		kit_free(kit);
	}
}

static void address_is_read_before_the_status_is_cleared(void **state)
{
	struct kit *kit = attached(IPMMU_GEN3);

	(void)state;
	(void)kit_dma(kit, DMAC, 0x8765432100ull, true);
	assert_true(kit_interrupt(kit, 0));
	assert_false(kit_service(kit, 1));
	assert_int_equal(kit->faults[0].iova.v, 0x8765432100ull);
	kit_free(kit);
}

static void gen2_tells_32_bits_of_the_address(void **state)
{
	struct kit *kit = attached(IPMMU_GEN2);

	(void)state;
	rig_latch(kit, context_of(kit, 0), TF, 0x9876543210ull);
	assert_true(kit_interrupt(kit, 0));
	assert_false(kit_service(kit, 1));
	assert_int_equal(kit->faults[0].iova.v, 0x76543210u);
	kit_free(kit);
}

static void fault_in_deny_has_no_domain(void **state)
{
	struct kit *kit = attached(IPMMU_GEN3);
	const struct ipmmu_fault *fault = &kit->faults[0];

	(void)state;
	(void)kit_dma(kit, AUDIO, kit_iova(0, 0), true);
	assert_true(kit_interrupt(kit, 0));
	assert_false(kit_service(kit, 1));
	assert_int_equal(fault->context, DENY);
	assert_int_equal(fault->context_state, IPMMU_CONTEXT_DENY);
	assert_null(fault->domain);
	assert_null(fault->cookie);
	assert_false(fault->stale);
	assert_true(fault->master_count > 0);
	kit_free(kit);
}

/* ---- who it may have been ---- */

static struct kit *all_attached(void)
{
	struct kit *kit = attached(IPMMU_GEN3);

	rig_attach(kit, AUDIO, 0);
	rig_attach(kit, MMC, 0);
	rig_attach(kit, TWIN, 0);
	kit_forget(kit);
	return kit;
}

/* Is @master among the first @count of the record that comes with @imsstr? All four are named.
 */
static bool comes_first(struct kit *kit, uint32_t imsstr, int master, uint32_t count)
{
	uint32_t i;

	kit_forget(kit);
	model_set_switch(kit->model, MODEL_IMSSTR_CLEAR, 2);
	rig_set_global(kit, 0, R_IMSSTR, imsstr);
	rig_latch(kit, 1, TF, 0);
	assert_true(kit_interrupt(kit, 0));
	assert_false(kit_service(kit, 1));
	assert_int_equal(kit->faults[0].source, imsstr);
	assert_int_equal(kit->faults[0].master_count, 4);
	for (i = 0; i < count; i++) {
		if (kit->faults[0].masters[i] == &kit->masters[master].desc) {
			return true;
		}
	}
	return false;
}

static void masters_behind_the_caches_of_imsstr_come_first_and_nobody_is_left_out(void **state)
{
	struct kit *kit = all_attached();

	(void)state;
	/* dmac and audio are on ds0, audio and the group on ds1. */
	assert_true(comes_first(kit, 1u << 1, DMAC, 2));
	assert_true(comes_first(kit, 1u << 1, AUDIO, 2));
	assert_false(comes_first(kit, 1u << 1, MMC, 2));
	assert_false(comes_first(kit, 1u << 2, DMAC, 3));
	assert_true(comes_first(kit, 1u << 2, AUDIO, 3));
	assert_true(comes_first(kit, 1u << 9, DMAC, 4));
	kit_free(kit);
}

static void cache_without_a_known_imsstr_bit_never_comes_first(void **state)
{
	struct kit *kit = all_attached();

	(void)state;
	kit->mmus[1].imsstr_bit = IPMMU_NONE;
	assert_false(comes_first(kit, 1u << 2, DMAC, 3));
	kit_free(kit);
}

static void gen4_reads_no_imsstr(void **state)
{
	struct kit *kit = attached(IPMMU_GEN4);

	(void)state;
	(void)kit_dma(kit, DMAC, kit_iova(0, 3), true);
	assert_true(kit_interrupt(kit, 0));
	assert_false(kit_service(kit, 1));
	assert_int_equal(kit->faults[0].source, 0);
	kit_free(kit);
}

static void more_masters_than_a_record_names_are_counted(void **state)
{
	struct kit *kit = all_attached();
	static const struct ipmmu_port port = {1, 0};
	static const struct ipmmu_master_desc fifth = {
		.name = "fifth", .ports = &port, .port_count = 1};
	struct ipmmu_master *master;

	(void)state;
	assert_int_equal(ipmmu_master_add(kit->system, &fifth, &master), IPMMU_OK);
	kit_forget(kit);
	rig_latch(kit, 1, TF, 0);
	assert_true(kit_interrupt(kit, 0));
	assert_false(kit_service(kit, 1));
	assert_int_equal(kit->faults[0].master_count, 5);
	assert_int_equal(ipmmu_master_remove(master), IPMMU_OK);
	kit_free(kit);
}

/* ---- stale and unowned ---- */

static void fault_of_a_context_that_went_to_another_is_stale(void **state)
{
	struct kit *kit = attached(IPMMU_GEN3);
	const struct ipmmu_fault *fault = &kit->faults[0];

	(void)state;
	rig_latch(kit, 1, TF, 0x5000);
	assert_true(kit_interrupt(kit, 0));
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	rig_attach(kit, AUDIO, 1);
	assert_int_equal(context_of(kit, 1), 1);
	assert_false(kit_service(kit, 1));
	assert_true(fault->stale);
	assert_null(fault->domain);
	assert_null(fault->cookie);
	/* Listed when the fault was recorded: the one that has the context now is innocent. */
	assert_int_equal(fault->master_count, 1);
	assert_ptr_equal(fault->masters[0], &kit->masters[DMAC].desc);
	assert_false(fault->masters_incomplete);
	assert_int_equal(fault->iova.v, 0x5000);
	kit_free(kit);
}

static void fault_does_not_name_a_master_that_was_removed_since(void **state)
{
	struct kit *kit = attached(IPMMU_GEN3);
	const struct ipmmu_fault *fault = &kit->faults[0];

	(void)state;
	rig_attach(kit, AUDIO, 0);
	rig_latch(kit, 1, TF, 0x5000);
	assert_true(kit_interrupt(kit, 0));
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	assert_int_equal(kit_remove(kit, AUDIO), IPMMU_OK);
	/* One that was not listed takes nothing away. */
	assert_int_equal(kit_remove(kit, MMC), IPMMU_OK);
	assert_false(kit_service(kit, 1));
	assert_false(fault->stale);
	assert_int_equal(fault->master_count, 1);
	assert_ptr_equal(fault->masters[0], &kit->masters[DMAC].desc);
	assert_true(fault->masters_incomplete);
	kit_free(kit);
}

/* A status may be latched between the last look at it and the write that takes a master off. */
static void fault_says_when_the_one_that_caused_it_may_have_left_before(void **state)
{
	struct kit *kit = attached(IPMMU_GEN3);
	uint32_t i;

	(void)state;
	rig_attach(kit, AUDIO, 0);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	kit_forget(kit);
	for (i = 0; i < 2; i++) {
		rig_latch(kit, 1, TF, 0x6000);
		assert_true(kit_interrupt(kit, 0));
		assert_false(kit_service(kit, 1));
		assert_int_equal(kit->faults[i].master_count, 1);
		assert_ptr_equal(kit->faults[i].masters[0], &kit->masters[DMAC].desc);
	}
	/* The second one came when only DMAC was left. */
	assert_true(kit->faults[0].masters_incomplete);
	assert_false(kit->faults[1].masters_incomplete);
	/* Nobody who left before the context was seen without a status is missing. */
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 0);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	assert_false(kit_interrupt(kit, 0));
	kit_forget(kit);
	rig_latch(kit, 1, TF, 0x7000);
	assert_true(kit_interrupt(kit, 0));
	assert_false(kit_service(kit, 1));
	assert_false(kit->faults[0].masters_incomplete);
	kit_free(kit);
}

static void fault_that_waits_when_a_context_ends_is_recorded_as_stale(void **state)
{
	struct kit *kit = attached(IPMMU_GEN3);
	const struct ipmmu_fault *fault = &kit->faults[0];

	(void)state;
	rig_latch(kit, 1, PF, 0x6000);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(rig_context(kit, 0, 1, R_IMSTR), 0);
	assert_false(kit_service(kit, 1));
	assert_int_equal(kit->fault_count, 1);
	assert_true(fault->stale);
	assert_int_equal(fault->context_state, IPMMU_CONTEXT_FREE);
	assert_int_equal(fault->iova.v, 0x6000);
	kit_free(kit);
}

static void status_of_a_context_that_nobody_owns_is_cleared_and_told(void **state)
{
	struct kit *kit = attached(IPMMU_GEN3);
	const struct ipmmu_event *event;

	(void)state;
	rig_latch(kit, 2, 0x2000 | TF, 0);
	assert_true(kit_interrupt(kit, 0));
	assert_int_equal(rig_context(kit, 0, 2, R_IMSTR), 0);
	event = kit_event(kit, IPMMU_EVENT_FAULT_UNOWNED);
	assert_non_null(event);
	assert_int_equal(event->context, 2);
	assert_int_equal(event->value, 0x2000 | TF);
	assert_false(kit_service(kit, 1));
	assert_int_equal(kit->fault_count, 0);
	kit_free(kit);
}

static void unowned_contexts_are_looked_at_only_when_no_other_has_a_status(void **state)
{
	struct kit *kit = attached(IPMMU_GEN3);

	(void)state;
	rig_latch(kit, 2, TF, 0);
	rig_latch(kit, 1, TF, 0);
	assert_true(kit_interrupt(kit, 0));
	assert_int_equal(rig_context(kit, 0, 1, R_IMSTR), 0);
	assert_int_equal(rig_context(kit, 0, 2, R_IMSTR), TF);
	assert_true(kit_interrupt(kit, 0));
	assert_int_equal(rig_context(kit, 0, 2, R_IMSTR), 0);
	kit_free(kit);
}

static void spurious_interrupt_is_told(void **state)
{
	struct kit *kit = attached(IPMMU_GEN3);

	(void)state;
	/* Level and code alone are no fault. */
	rig_latch(kit, 1, 0x3700, 0);
	assert_false(kit_interrupt(kit, 0));
	assert_int_equal(rig_events(kit, IPMMU_EVENT_FAULT_SPURIOUS), 1);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_FAULT_SPURIOUS)->context, IPMMU_NONE);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(kit->services_wanted, 0);
	kit_free(kit);
}

static void interrupt_of_what_is_no_root_touches_nothing(void **state)
{
	struct kit *kit = attached(IPMMU_GEN3);

	(void)state;
	assert_false(kit_interrupt(kit, 1));
	assert_false(kit_interrupt(kit, 3));
	assert_false(ipmmu_root_interrupt(NULL, 0));
	assert_false(ipmmu_service(NULL, 1));
	assert_int_equal(kit->reads + kit->writes, 0);
	assert_int_equal(kit->event_count, 0);
	kit_free(kit);
}

static void unit_that_died_records_nothing(void **state)
{
	struct kit *kit = attached(IPMMU_GEN3);

	(void)state;
	model_set_dead(kit->model, 0, true);
	assert_false(kit_interrupt(kit, 0));
	assert_int_equal(kit->writes, 0);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_MMU_DEAD)->value, ~0u);
	/* Its line may stay up: that it is dead is said once. */
	assert_false(kit_interrupt(kit, 0));
	assert_int_equal(rig_events(kit, IPMMU_EVENT_MMU_DEAD), 1);
	assert_false(kit_service(kit, 8));
	assert_int_equal(kit->fault_count, 0);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_status_is_decoded_and_cleared),
		cmocka_unit_test(fault_names_domain_master_and_time),
		cmocka_unit_test(address_is_read_before_the_status_is_cleared),
		cmocka_unit_test(gen2_tells_32_bits_of_the_address),
		cmocka_unit_test(fault_in_deny_has_no_domain),
		cmocka_unit_test(
			masters_behind_the_caches_of_imsstr_come_first_and_nobody_is_left_out),
		cmocka_unit_test(cache_without_a_known_imsstr_bit_never_comes_first),
		cmocka_unit_test(gen4_reads_no_imsstr),
		cmocka_unit_test(more_masters_than_a_record_names_are_counted),
		cmocka_unit_test(fault_of_a_context_that_went_to_another_is_stale),
		cmocka_unit_test(fault_does_not_name_a_master_that_was_removed_since),
		cmocka_unit_test(fault_says_when_the_one_that_caused_it_may_have_left_before),
		cmocka_unit_test(fault_that_waits_when_a_context_ends_is_recorded_as_stale),
		cmocka_unit_test(status_of_a_context_that_nobody_owns_is_cleared_and_told),
		cmocka_unit_test(
			unowned_contexts_are_looked_at_only_when_no_other_has_a_status),
		cmocka_unit_test(spurious_interrupt_is_told),
		cmocka_unit_test(interrupt_of_what_is_no_root_touches_nothing),
		cmocka_unit_test(unit_that_died_records_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
