// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_quirk.c - registers with bad bits: what reads show, what writes change, and what the
 * unit does meanwhile.
 */
#include "bench.h"

enum {
	IMUCTR_0 = 0x300
};

static struct bench b;

static void start(void)
{
	bench_start(&b, MODEL_GEN3);
	bench_page(&b, 0, 0x1000, 0x7000, RW);
	bench_context(&b, 1, 0);
	bench_context(&b, 2, 4);
	bench_utlb(&b, CACHE_A, 0, 1, true);
	model_violation_clear(b.m);
}

static void quirk(uint32_t unit, uint32_t context, uint32_t reg, uint32_t ones, uint32_t held)
{
	assert_true(model_set_quirk(b.m, unit, model_context_offset(MODEL_GEN3, context, reg),
				    ones, held));
}

static void a_flush_bit_that_never_clears_hides_a_flush_that_ended(void **state)
{
	(void)state;
	start();
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x7000);
	quirk(CACHE_A, 1, IMCTR, 2, 0);
	bench_clear(&b, 0, 0x1000);
	bench_flush(&b, ROOT, 1);
	model_tick(b.m, 2);
	bench_set(&b, CACHE_A, 1, IMCTR, 7);
	model_tick(b.m, 1000);
	assert_int_equal(bench_get(&b, CACHE_A, 1, IMCTR), 7);
	assert_int_equal(bench_get(&b, CACHE_A, 2, IMCTR), 5);
	assert_int_equal(bench_get(&b, CACHE_B, 1, IMCTR), 5);
	assert_int_equal(bench_get(&b, ROOT, 1, IMCTR), VA64 | 5);
	assert_false(bench_reaches(&b, CACHE_A, 0, 0x7000, -1));
	bench_set(&b, CACHE_A, 1, IMCTR, 7);
	assert_int_equal(model_violation_count(b.m), 0);
	quirk(CACHE_A, 1, IMCTR, 0, 0);
	model_tick(b.m, 2);
	assert_int_equal(bench_get(&b, CACHE_A, 1, IMCTR), 5);
}

static void a_context_that_takes_no_write_of_mmuen_stays_as_it_is(void **state)
{
	(void)state;
	start();
	model_set_switch(b.m, MODEL_OFF_CACHE_CONTEXT, 2);
	quirk(CACHE_A, 1, IMCTR, 0, 1);
	bench_set(&b, CACHE_A, 1, IMCTR, 2);
	model_tick(b.m, 2);
	assert_int_equal(bench_get(&b, CACHE_A, 1, IMCTR), 1);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x7000);
	quirk(CACHE_A, 1, IMCTR, 0, 0);
	bench_set(&b, CACHE_A, 1, IMCTR, 2);
	quirk(CACHE_A, 1, IMCTR, 0, 1);
	bench_set(&b, CACHE_A, 1, IMCTR, 7);
	model_tick(b.m, 2);
	assert_int_equal(bench_get(&b, CACHE_A, 1, IMCTR), 4);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000),
			 BENCH_STOPPED | MODEL_ACCESS_ABORT);
}

static void a_flush_bit_that_is_held_starts_no_flush(void **state)
{
	(void)state;
	start();
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x7000);
	quirk(ROOT, 1, IMCTR, 0, 2);
	assert_true(model_set_quirk(b.m, CACHE_A, IMUCTR_0, 0, 2));
	bench_flush(&b, ROOT, 1);
	assert_int_equal(bench_get(&b, ROOT, 1, IMCTR), VA64 | 5);
	bench_utlb(&b, CACHE_A, 0, 1, true);
	model_tick(b.m, 2);
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x7000, MODEL_VIA_UTLB));
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x7000, MODEL_VIA_CONTEXT_TLB));
}

static void unknown_bits_that_read_one_change_nothing_else(void **state)
{
	(void)state;
	start();
	assert_true(model_set_quirk(b.m, CACHE_A, IMUCTR_0, 0x00000c00, 0));
	quirk(ROOT, 1, IMSTR, 0x80000000, 0);
	assert_int_equal(model_read(b.m, CACHE_A, IMUCTR_0), 0xc11);
	assert_int_equal(model_peek(b.m, CACHE_A, IMUCTR_0), 0xc11);
	bench_utlb(&b, CACHE_A, 0, 2, false);
	assert_int_equal(model_read(b.m, CACHE_A, IMUCTR_0), 0xc21);
	bench_utlb(&b, CACHE_A, 0, 1, true);
	(void)bench_access(&b, CACHE_A, 0, 0x5000, false);
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), 0x80003001);
	assert_true(model_irq(b.m, ROOT));
	bench_set(&b, ROOT, 1, IMSTR, 0);
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), 0x80000000);
	assert_false(model_irq(b.m, ROOT));
	assert_int_equal(model_violation_count(b.m), 0);
}

static void a_status_that_is_held_holds_the_line_and_the_master(void **state)
{
	(void)state;
	start();
	(void)bench_access(&b, CACHE_A, 0, 0x5000, false);
	quirk(ROOT, 1, IMSTR, 0, 1);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), 1);
	assert_true(model_irq(b.m, ROOT));
	assert_int_equal(model_stalled(b.m, CACHE_A, 0, NULL), MODEL_STALL_CLEAR);
	assert_int_equal(model_violation_count(b.m), 0);
}

static void a_register_of_all_ones_is_no_dead_unit(void **state)
{
	(void)state;
	start();
	quirk(ROOT, 1, IMCTR, 0xffffffff, 0);
	assert_int_equal(bench_get(&b, ROOT, 1, IMCTR), 0xffffffff);
	assert_int_equal(bench_get(&b, ROOT, 2, IMCTR), VA64 | 5);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x7000);
}

static void what_is_read_and_put_back_is_no_clobbering(void **state)
{
	(void)state;
	start();
	assert_true(model_set_quirk(b.m, ROOT, 0x504, 0x40, 0));
	model_write(b.m, ROOT, 0x504, model_read(b.m, ROOT, 0x504));
	assert_int_equal(model_violation_count(b.m), 0);
	model_write(b.m, ROOT, 0x504, 8);
	assert_int_equal(bench_violations(&b, MODEL_VIOLATION_CLOBBERED), 1);
	assert_true(model_set_quirk(b.m, ROOT, 0x504, 0, 0));
	assert_int_equal(model_read(b.m, ROOT, 0x504), 8);
}

static void held_bits_hold_in_each_kind_of_register(void **state)
{
	(void)state;
	start();
	quirk(ROOT, 3, IMTTLBR0, 0, 0xf0000000);
	bench_set(&b, ROOT, 3, IMTTLBR0, 0xabcde000);
	assert_int_equal(bench_get(&b, ROOT, 3, IMTTLBR0), 0x0bcde000);
	assert_true(model_set_quirk(b.m, CACHE_A, IMUCTR_0 + 8, 0, 0xff));
	model_write(b.m, CACHE_A, IMUCTR_0 + 8, 0x1234);
	assert_int_equal(model_read(b.m, CACHE_A, IMUCTR_0 + 8), 0x1200);
	assert_true(model_set_quirk(b.m, ROOT, 0x504, 0, 8));
	model_write(b.m, ROOT, 0x504, 0);
	assert_int_equal(model_read(b.m, ROOT, 0x504), 8);
	assert_true(model_set_quirk(b.m, CACHE_A, IMUCTR_0, 0, 0xf0));
	bench_utlb(&b, CACHE_A, 0, 2, true);
	assert_int_equal(model_read(b.m, CACHE_A, IMUCTR_0), 0x11);
}

static void a_quirk_outlasts_power_and_poke(void **state)
{
	(void)state;
	start();
	quirk(CACHE_A, 1, IMCTR, 2, 1);
	model_power(b.m, CACHE_A, false);
	model_power(b.m, CACHE_A, true);
	assert_int_equal(bench_get(&b, CACHE_A, 1, IMCTR), 2);
	bench_set(&b, CACHE_A, 1, IMCTR, 7);
	assert_int_equal(bench_get(&b, CACHE_A, 1, IMCTR), 6);
	model_poke(b.m, CACHE_A, model_context_offset(MODEL_GEN3, 1, IMCTR), 5);
	assert_int_equal(bench_get(&b, CACHE_A, 1, IMCTR), 7);
}

static void there_is_room_for_so_many_and_no_more(void **state)
{
	uint32_t i;

	(void)state;
	start();
	assert_false(model_set_quirk(b.m, 3, 0, 1, 0));
	assert_false(model_set_quirk(b.m, ROOT, IMUCTR_0, 1, 0));
	assert_false(model_set_quirk(b.m, CACHE_A, 0x8, 1, 0));
	assert_false(model_set_quirk(b.m, CACHE_A, 0x302, 1, 0));
	for (i = 0; i < MODEL_QUIRKS; i++) {
		assert_true(model_set_quirk(b.m, CACHE_A, IMUCTR_0 + 16 * i, 1u << i, 0));
	}
	assert_false(model_set_quirk(b.m, CACHE_B, IMUCTR_0, 1, 0));
	assert_int_equal(model_read(b.m, CACHE_B, IMUCTR_0), 0);
	assert_true(model_set_quirk(b.m, CACHE_A, IMUCTR_0 + 16 * 3, 0x400, 0));
	assert_int_equal(model_read(b.m, CACHE_A, IMUCTR_0 + 16 * 3), 0x400);
	assert_true(model_set_quirk(b.m, CACHE_A, IMUCTR_0 + 16 * 2, 0, 0));
	assert_true(model_set_quirk(b.m, CACHE_B, IMUCTR_0, 1, 0));
	assert_int_equal(model_read(b.m, CACHE_A, IMUCTR_0 + 16 * 2), 0);
	assert_int_equal(model_read(b.m, CACHE_A, IMUCTR_0 + 16 * 15), 0x8000);
	assert_int_equal(model_read(b.m, CACHE_B, IMUCTR_0), 1);
}

static void without_quirks_the_bytes_are_as_if_there_had_been_none(void **state)
{
	uint64_t before;

	(void)state;
	start();
	before = model_digest(b.m);
	quirk(CACHE_A, 1, IMCTR, 2, 1);
	quirk(CACHE_B, 1, IMCTR, 2, 1);
	assert_true(model_digest(b.m) != before);
	quirk(CACHE_A, 1, IMCTR, 0, 0);
	quirk(CACHE_B, 1, IMCTR, 0, 0);
	quirk(CACHE_B, 1, IMCTR, 0, 0);
	assert_true(model_digest(b.m) == before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flush_bit_that_never_clears_hides_a_flush_that_ended),
		cmocka_unit_test(a_context_that_takes_no_write_of_mmuen_stays_as_it_is),
		cmocka_unit_test(a_flush_bit_that_is_held_starts_no_flush),
		cmocka_unit_test(unknown_bits_that_read_one_change_nothing_else),
		cmocka_unit_test(a_status_that_is_held_holds_the_line_and_the_master),
		cmocka_unit_test(a_register_of_all_ones_is_no_dead_unit),
		cmocka_unit_test(what_is_read_and_put_back_is_no_clobbering),
		cmocka_unit_test(held_bits_hold_in_each_kind_of_register),
		cmocka_unit_test(a_quirk_outlasts_power_and_poke),
		cmocka_unit_test(there_is_room_for_so_many_and_no_more),
		cmocka_unit_test(without_quirks_the_bytes_are_as_if_there_had_been_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
