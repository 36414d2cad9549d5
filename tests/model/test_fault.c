// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_fault.c - the status registers, the interrupt line and masters that wait.
 */
#include "bench.h"

static struct bench b;

static void start(void)
{
	bench_start(&b, MODEL_GEN3);
	bench_context(&b, 1, 0);
	bench_context(&b, 2, 4);
	bench_utlb(&b, CACHE_A, 0, 1, true);
	bench_utlb(&b, CACHE_B, 0, 2, true);
}

static void a_fault_raises_the_line_until_it_is_cleared(void **state)
{
	(void)state;
	start();
	assert_false(model_irq(b.m, ROOT));
	(void)bench_access(&b, CACHE_A, 0, 0x5a12345678, false);
	assert_true(model_irq(b.m, ROOT));
	assert_false(model_irq(b.m, CACHE_A));
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), 0x1001);
	assert_int_equal(bench_get(&b, ROOT, 1, IMELAR), 0x12345678);
	assert_int_equal(bench_get(&b, ROOT, 1, IMEUAR), 0x5a);
	assert_int_equal(bench_get(&b, ROOT, 2, IMSTR), 0);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	assert_false(model_irq(b.m, ROOT));
	assert_int_equal(model_counts_get(b.m).faults, 1);
}

static void any_context_holds_the_line(void **state)
{
	(void)state;
	start();
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
	(void)bench_access(&b, CACHE_B, 0, 0x2000, false);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	assert_true(model_irq(b.m, ROOT));
	bench_set(&b, ROOT, 2, IMSTR, 0);
	assert_false(model_irq(b.m, ROOT));
}

static void without_inten_the_line_stays_down(void **state)
{
	(void)state;
	start();
	bench_set(&b, ROOT, 1, IMCTR, VA64 | 3);
	model_tick(b.m, 2);
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), 0x1001);
	assert_false(model_irq(b.m, ROOT));
}

static void imsstr_names_the_cache(void **state)
{
	(void)state;
	start();
	(void)bench_access(&b, CACHE_B, 0, 0x1000, false);
	assert_int_equal(model_read(b.m, ROOT, 0x540), 1u << 8);
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
	assert_int_equal(model_read(b.m, ROOT, 0x540), 1u << 8 | 1u << 4);
}

static void a_stalled_master_goes_on_after_the_page_came(void **state)
{
	struct model_access access;

	(void)state;
	start();
	access = bench_access(&b, CACHE_A, 0, 0x1000, false);
	assert_int_equal(access.state, MODEL_ACCESS_STALLED);
	bench_page(&b, 0, 0x1000, 0x7000, RW);
	model_access_retry(b.m, &access);
	assert_int_equal(access.state, MODEL_ACCESS_STALLED);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	model_access_retry(b.m, &access);
	assert_int_equal(access.state, MODEL_ACCESS_DONE);
	assert_int_equal(access.pa, 0x7000);
}

static void a_stalled_master_faults_again_while_nothing_is_there(void **state)
{
	struct model_access access;

	(void)state;
	start();
	access = bench_access(&b, CACHE_A, 0, 0x1000, false);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	model_access_retry(b.m, &access);
	assert_int_equal(access.state, MODEL_ACCESS_STALLED);
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), 0x1001);
	assert_int_equal(model_counts_get(b.m).faults, 2);
}

static void the_other_port_is_not_held(void **state)
{
	(void)state;
	start();
	bench_page(&b, 4, 0x1000, 0x9000, RW);
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000),
			 BENCH_STOPPED | MODEL_ACCESS_STALLED);
	assert_int_equal(bench_lands(&b, CACHE_B, 0, 0x1000), 0x9000);
}

static void an_empty_context_stops_everything(void **state)
{
	uint64_t iova;

	(void)state;
	start();
	for (iova = 0; iova < 1ull << 40; iova += 0x0555555000) {
		assert_int_equal(bench_lands(&b, CACHE_A, 0, iova),
				 BENCH_STOPPED | MODEL_ACCESS_STALLED);
		bench_set(&b, ROOT, 1, IMSTR, 0);
	}
}

static void inten_has_to_be_set_when_the_fault_comes_if_nothing_gates_the_line(void **state)
{
	(void)state;
	start();
	model_set_switch(b.m, MODEL_IRQ_GATED, 0);
	bench_set(&b, ROOT, 1, IMCTR, VA64 | 3);
	model_tick(b.m, 2);
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
	bench_set(&b, ROOT, 1, IMCTR, VA64 | 7);
	assert_false(model_irq(b.m, ROOT));
}

static void a_flush_of_the_cache_does_not_release_a_master(void **state)
{
	(void)state;
	start();
	model_set_switch(b.m, MODEL_STALL_ON_FAULT, 2);
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
	bench_page(&b, 0, 0x1000, 0x7000, RW);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	bench_flush(&b, CACHE_A, 1);
	model_tick(b.m, 2);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000),
			 BENCH_STOPPED | MODEL_ACCESS_STALLED);
	bench_flush(&b, ROOT, 1);
	model_tick(b.m, 2);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x7000);
}

static void check_stalled(enum model_stall why, uint32_t context)
{
	uint32_t found = MODEL_NONE;

	assert_int_equal(model_stalled(b.m, CACHE_A, 0, &found), why);
	assert_int_equal(found, context);
	assert_int_equal(bench_access(&b, CACHE_A, 0, 0x1000, false).state ==
				 MODEL_ACCESS_STALLED,
			 why != MODEL_STALL_NONE);
}

static void start_stalled(uint8_t how)
{
	start();
	model_set_switch(b.m, MODEL_STALL_ON_FAULT, how);
	bench_page(&b, 4, 0x1000, 0x9000, RW);
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
}

static void a_stall_can_be_asked_for(void **state)
{
	(void)state;
	start_stalled(0);
	assert_int_equal(model_stalled(b.m, CACHE_A, 0, NULL), MODEL_STALL_NONE);
	start_stalled(1);
	check_stalled(MODEL_STALL_CLEAR, 1);
	assert_int_equal(model_stalled(b.m, CACHE_A, 1, NULL), MODEL_STALL_NONE);
	assert_int_equal(model_stalled(b.m, CACHE_A, 48, NULL), MODEL_STALL_NONE);
	assert_int_equal(model_stalled(b.m, 3, 0, NULL), MODEL_STALL_NONE);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	assert_int_equal(model_stalled(b.m, CACHE_A, 0, NULL), MODEL_STALL_NONE);
}

/* The uTLB goes to context 2, and everything is done there: its fault was in context 1. */
static void a_stalled_utlb_waits_for_the_context_where_its_fault_was(void **state)
{
	(void)state;
	start_stalled(2);
	check_stalled(MODEL_STALL_CLEAR_AND_FLUSH, 1);
	bench_imuctr(&b, CACHE_A, 0, 0);
	bench_utlb(&b, CACHE_A, 0, 2, true);
	bench_set(&b, ROOT, 2, IMSTR, 0);
	bench_flush(&b, ROOT, 2);
	bench_flush(&b, CACHE_A, 2);
	bench_flush(&b, CACHE_A, 1);
	model_tick(b.m, 2);
	check_stalled(MODEL_STALL_CLEAR_AND_FLUSH, 1);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	check_stalled(MODEL_STALL_FLUSH, 1);
	bench_flush(&b, ROOT, 1);
	check_stalled(MODEL_STALL_FLUSH, 1);
	model_tick(b.m, 2);
	check_stalled(MODEL_STALL_NONE, MODEL_NONE);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x9000);
}

/* What counts is the end of the flush: one that began before the clear will do. */
static void a_flush_releases_when_it_ends_after_the_clear(void **state)
{
	(void)state;
	start_stalled(2);
	bench_flush(&b, ROOT, 1);
	model_tick(b.m, 2);
	check_stalled(MODEL_STALL_CLEAR_AND_FLUSH, 1);
	bench_flush(&b, ROOT, 1);
	model_tick(b.m, 1);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	check_stalled(MODEL_STALL_FLUSH, 1);
	model_tick(b.m, 1);
	assert_int_equal(model_stalled(b.m, CACHE_A, 0, NULL), MODEL_STALL_NONE);
}

static void a_flush_that_empties_nothing_releases_nobody(void **state)
{
	(void)state;
	start_stalled(2);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	model_set_flush_dropped(b.m, ROOT, true);
	bench_flush(&b, ROOT, 1);
	model_tick(b.m, 2);
	check_stalled(MODEL_STALL_FLUSH, 1);
	model_power(b.m, CACHE_A, false);
	assert_int_equal(model_stalled(b.m, CACHE_A, 0, NULL), MODEL_STALL_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_raises_the_line_until_it_is_cleared),
		cmocka_unit_test(any_context_holds_the_line),
		cmocka_unit_test(without_inten_the_line_stays_down),
		cmocka_unit_test(imsstr_names_the_cache),
		cmocka_unit_test(a_stalled_master_goes_on_after_the_page_came),
		cmocka_unit_test(a_stalled_master_faults_again_while_nothing_is_there),
		cmocka_unit_test(the_other_port_is_not_held),
		cmocka_unit_test(an_empty_context_stops_everything),
		cmocka_unit_test(
			inten_has_to_be_set_when_the_fault_comes_if_nothing_gates_the_line),
		cmocka_unit_test(a_flush_of_the_cache_does_not_release_a_master),
		cmocka_unit_test(a_stall_can_be_asked_for),
		cmocka_unit_test(a_stalled_utlb_waits_for_the_context_where_its_fault_was),
		cmocka_unit_test(a_flush_releases_when_it_ends_after_the_clear),
		cmocka_unit_test(a_flush_that_empties_nothing_releases_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
