// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * The interrupt line can always be brought down: whoever has switched the context on, whatever
 * state it is in, and whichever bit of its status is set.
 */
#include "firmware.h"

enum {
	DENY = 3,
	LIMIT = 3,
	TF = 1,
	ERRLVL_AND_CODE = 0x3700,
	DS0 = 1
};

/* Also for bits that the model does not know: any status with INTEN holds the line up. */
static bool line(const struct kit *kit)
{
	uint32_t n;

	for (n = 0; n < kit->soc.contexts; n++) {
		if ((rig_context(kit, 0, n, R_IMSTR) & ~(uint32_t)ERRLVL_AND_CODE) != 0 &&
		    rig_interrupt_is_on(kit, n)) {
			return true;
		}
	}
	return false;
}

/* The status is there again as soon as it is cleared. How many interrupts there are. */
static uint32_t storm(struct kit *kit, uint32_t n, uint32_t status)
{
	uint32_t count = 0;

	while (count < 100) {
		rig_set_context(kit, 0, n, R_IMSTR, status);
		if (!line(kit)) {
			break;
		}
		assert_true(kit_interrupt(kit, 0));
		assert_int_equal(rig_context(kit, 0, n, R_IMSTR), 0);
		model_tick(kit->model, 100);
		count++;
	}
	return count;
}

static struct kit *before_start(void)
{
	struct kit_config config = kit_config();

	config.options.storm_limit = LIMIT;
	rig_honest();
	return kit_new(&config);
}

static void line_of_each_context_of_the_library_comes_down(void **state)
{
	static const uint32_t contexts[] = {1, DENY};
	uint32_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct kit *kit = before_start();

		kit_start(kit);
		assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
		assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
		assert_int_equal(storm(kit, contexts[i], TF), LIMIT + 1);
		kit_free(kit);
	}
}

/* ---- bits that nobody knows ---- */

static void status_of_each_unknown_bit_is_cleared(void **state)
{
	uint32_t bit;

	(void)state;
	for (bit = 0; bit < 32; bit++) {
		struct kit *kit = before_start();
		uint32_t status = 1u << bit;

		kit_start(kit);
		assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
		assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
		if ((status & ERRLVL_AND_CODE) == 0) {
			assert_int_equal(storm(kit, 1, status), LIMIT + 1);
			(void)kit_service(kit, 8);
			assert_int_equal(kit->faults[0].status, status);
			assert_ptr_equal(kit->faults[0].domain, kit->domains[0].domain);
		} else {
			/* Level and code alone say that nothing is pending. */
			rig_set_context(kit, 0, 1, R_IMSTR, status);
			assert_false(kit_interrupt(kit, 0));
		}
		kit_free(kit);
	}
}

/* ---- contexts that firmware has left on, with their interrupt ---- */

static void line_of_a_kept_context_comes_down_and_its_master_goes_on(void **state)
{
	struct kit *kit = before_start();

	(void)state;
	firmware_context(kit, 1, 1u << DS0, B_INTEN);
	firmware_keep(kit, DMAC, 1);
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_KEPT);
	assert_in_range(storm(kit, 1, TF), 1, LIMIT + 2);
	assert_false(rig_interrupt_is_on(kit, 1));
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR) & (B_VA64 | B_MMUEN),
			 B_VA64 | B_MMUEN);
	assert_int_equal(kit_dma(kit, DMAC, FIRMWARE_IOVA, true).pa, firmware_pa(1));
	kit_free(kit);
}

/* A uTLB on it does not say that it is denied: the context stays on, in quarantine. */
static struct kit *quarantined_at_probe(void)
{
	struct kit *kit = before_start();
	const struct ipmmu_port *port = &kit->masters[DMAC].ports[0];

	firmware_context(kit, 1, 1u << DS0, B_INTEN);
	firmware_port(kit, DMAC, 1);
	assert_true(
		model_set_quirk(kit->model, port->mmu, rig_utlb_at(kit, port->utlb), 0, ~0u));
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_QUARANTINED);
	assert_int_not_equal(rig_context(kit, 0, 1, R_IMCTR) & B_MMUEN, 0);
	return kit;
}

static void line_of_a_context_in_quarantine_since_probe_comes_down(void **state)
{
	struct kit *kit = quarantined_at_probe();

	(void)state;
	assert_in_range(storm(kit, 1, TF), 1, LIMIT + 2);
	assert_int_not_equal(rig_context(kit, 0, 1, R_IMCTR) & B_MMUEN, 0);
	assert_non_null(kit_event(kit, IPMMU_EVENT_FAULT_STORM));
	/* It does not come back with time: nobody owns the context. */
	model_tick(kit->model, 1000000);
	(void)kit_service(kit, 8);
	assert_false(rig_interrupt_is_on(kit, 1));
	kit_free(kit);
}

/* FLUSH of a mask that it gets is under way for ever: a second one is not written over it. */
static void mask_of_a_foreign_context_waits_for_its_flush(void **state)
{
	struct kit *kit = quarantined_at_probe();
	uint32_t i;

	(void)state;
	model_set_quirk(kit->model, 0, rig_context_at(kit, 1, R_IMCTR), B_FLUSH, 0);
	for (i = 0; i < 2 * LIMIT; i++) {
		rig_set_context(kit, 0, 1, R_IMSTR, TF);
		assert_true(kit_interrupt(kit, 0));
	}
	assert_true(rig_interrupt_is_on(kit, 1));
	model_set_quirk(kit->model, 0, rig_context_at(kit, 1, R_IMCTR), 0, 0);
	assert_in_range(storm(kit, 1, TF), 1, 2);
	kit_free(kit);
}

/* The other root bank that may be on: what nobody may use. */
static void line_of_a_context_of_another_format_comes_down(void **state)
{
	struct kit *kit = before_start();

	(void)state;
	firmware_context(kit, 1, 0, B_INTEN);
	/* Not the root's format, and no cache that was read uses it. */
	rig_set_context(kit, 0, 1, R_IMTTBCR, 0x80000080u);
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_RESERVED);
	assert_in_range(storm(kit, 1, TF), 0, LIMIT + 2);
	kit_free(kit);
}

static void line_of_a_context_beyond_those_allowed_comes_down(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	(void)state;
	config.options.storm_limit = LIMIT;
	config.options.max_contexts = 2;
	rig_honest();
	kit = kit_new(&config);
	firmware_context(kit, 3, 1u << DS0, B_INTEN);
	firmware_keep(kit, DMAC, 3);
	kit_start(kit);
	assert_in_range(storm(kit, 3, TF), 0, LIMIT + 2);
	assert_int_equal(kit_dma(kit, DMAC, FIRMWARE_IOVA, true).pa, firmware_pa(3));
	kit_free(kit);
}

/* ---- a line that rises while its context is masked ---- */

static void two_contexts_that_storm_are_both_brought_down(void **state)
{
	struct kit *kit = before_start();
	uint32_t count;

	(void)state;
	kit_start(kit);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	for (count = 0; count < 100; count++) {
		rig_set_context(kit, 0, 1, R_IMSTR, TF);
		rig_set_context(kit, 0, DENY, R_IMSTR, TF);
		if (!line(kit)) {
			break;
		}
		assert_true(kit_interrupt(kit, 0));
		model_tick(kit->model, 100);
	}
	assert_in_range(count, LIMIT + 1, 2 * (LIMIT + 1));
	assert_false(line(kit));
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_of_each_context_of_the_library_comes_down),
		cmocka_unit_test(status_of_each_unknown_bit_is_cleared),
		cmocka_unit_test(line_of_a_kept_context_comes_down_and_its_master_goes_on),
		cmocka_unit_test(line_of_a_context_in_quarantine_since_probe_comes_down),
		cmocka_unit_test(mask_of_a_foreign_context_waits_for_its_flush),
		cmocka_unit_test(line_of_a_context_of_another_format_comes_down),
		cmocka_unit_test(line_of_a_context_beyond_those_allowed_comes_down),
		cmocka_unit_test(two_contexts_that_storm_are_both_brought_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
