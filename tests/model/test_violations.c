// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_violations.c - every kind of violation is provoked once, alone, and told with register
 * and value; a driver that does nothing wrong provokes none.
 */
#include "bench.h"

static struct bench b;

/* Context 1 is on, on page 0. What was recorded until then is forgotten. */
static void start(enum model_generation generation)
{
	bench_start(&b, generation);
	bench_page(&b, 0, 0x1000, 0x7000, RW);
	bench_context(&b, 1, 0);
	model_violation_clear(b.m);
}

static void unpowered(void)
{
	model_power(b.m, CACHE_B, false);
	model_write(b.m, CACHE_B, 0x300, 0x11);
}

static void unknown_register(void)
{
	model_write(b.m, ROOT, 0x64, 1);
}

static void unaligned(void)
{
	(void)model_read(b.m, ROOT, 0x42);
}

static void not_here(void)
{
	model_write(b.m, CACHE_A, 0x50, 0x1000);
}

static void reserved_bits(void)
{
	model_write(b.m, ROOT, 0x90, 0x1800);
}

static void read_only(void)
{
	model_write(b.m, ROOT, 0x70, 0);
}

static void name_only(void)
{
	model_write(b.m, ROOT, 0x560, 0);
}

static void clobbered(void)
{
	model_poke(b.m, CACHE_A, 0x500, 0xe0000000);
	model_write(b.m, CACHE_A, 0x500, 0);
}

static void status_not_zero(void)
{
	model_write(b.m, ROOT, 0x60, 0x1001);
}

static void live_change(void)
{
	model_write(b.m, ROOT, 0x50, 0x40001000);
}

static void no_flush(void)
{
	model_write(b.m, ROOT, 0x40, 0x20000001);
}

static void flush_in_flight(void)
{
	bench_flush(&b, ROOT, 1);
	bench_flush(&b, ROOT, 1);
}

static void off_context_used(void)
{
	bench_utlb(&b, CACHE_A, 0, 2, true);
}

static void stale_context_used(void)
{
	bench_table(&b, 2, 4);
	bench_set(&b, ROOT, 2, IMCTR, VA64 | 7);
	bench_set(&b, CACHE_A, 2, IMCTR, 7);
	model_tick(b.m, 1);
	bench_utlb(&b, CACHE_A, 0, 2, true);
}

static void reserved_context(void)
{
	bench_set(&b, CACHE_A, 0, IMCTR, 7);
}

static void bad_ttsel(void)
{
	bench_imuctr(&b, CACHE_A, 0, 0x81);
}

static void used_context_off(void)
{
	bench_utlb(&b, CACHE_A, 0, 1, true);
	bench_set(&b, ROOT, 1, IMCTR, 2);
}

static void snoop_on_gen3(void)
{
	bench_set(&b, ROOT, 2, IMTTBCR, 0x80003080);
}

static void secgrp_on(void)
{
	model_write(b.m, ROOT, 0x500, 0x10000000);
	bench_utlb(&b, CACHE_A, 0, 1, true);
}

static void short_descriptor(void)
{
	bench_set(&b, ROOT, 2, IMCTR, 7);
}

static void bad_table(void)
{
	bench_table(&b, 2, 5);
	bench_set(&b, ROOT, 2, IMCTR, VA64 | 7);
}

static void walk_abort(void)
{
	bench_utlb(&b, CACHE_A, 0, 1, true);
	bench_store(&b, 0, 1, 0x1000 | 3);
	(void)bench_lands(&b, CACHE_A, 0, 0x40000000);
}

static const struct {
	enum model_violation_kind kind;
	void (*provoke)(void);
	uint32_t unit;
	uint32_t offset;
	uint32_t value;
} rows[] = {
	{MODEL_VIOLATION_UNPOWERED, unpowered, CACHE_B, 0x300, 0x11},
	{MODEL_VIOLATION_UNKNOWN_REGISTER, unknown_register, ROOT, 0x64, 1},
	{MODEL_VIOLATION_UNALIGNED, unaligned, ROOT, 0x42, 0},
	{MODEL_VIOLATION_NOT_HERE, not_here, CACHE_A, 0x50, 0x1000},
	{MODEL_VIOLATION_RESERVED_BITS, reserved_bits, ROOT, 0x90, 0x1800},
	{MODEL_VIOLATION_READ_ONLY, read_only, ROOT, 0x70, 0},
	{MODEL_VIOLATION_NAME_ONLY, name_only, ROOT, 0x560, 0},
	{MODEL_VIOLATION_CLOBBERED, clobbered, CACHE_A, 0x500, 0},
	{MODEL_VIOLATION_STATUS_NOT_ZERO, status_not_zero, ROOT, 0x60, 0x1001},
	{MODEL_VIOLATION_LIVE_CHANGE, live_change, ROOT, 0x50, 0x40001000},
	{MODEL_VIOLATION_NO_FLUSH, no_flush, ROOT, 0x40, 0x20000001},
	{MODEL_VIOLATION_FLUSH_IN_FLIGHT, flush_in_flight, ROOT, 0x40, 0x20000007},
	{MODEL_VIOLATION_OFF_CONTEXT_USED, off_context_used, CACHE_A, 0x300, 0x23},
	{MODEL_VIOLATION_STALE_CONTEXT_USED, stale_context_used, CACHE_A, 0x300, 0x23},
	{MODEL_VIOLATION_RESERVED_CONTEXT, reserved_context, CACHE_A, 0x00, 7},
	{MODEL_VIOLATION_BAD_TTSEL, bad_ttsel, CACHE_A, 0x300, 0x81},
	{MODEL_VIOLATION_USED_CONTEXT_OFF, used_context_off, ROOT, 0x40, 2},
	{MODEL_VIOLATION_SNOOP_ON_GEN3, snoop_on_gen3, ROOT, 0x88, 0x80003080},
	{MODEL_VIOLATION_SECGRP_ON, secgrp_on, CACHE_A, 0x300, 0x13},
	{MODEL_VIOLATION_SHORT_DESCRIPTOR, short_descriptor, ROOT, 0x80, 7},
	{MODEL_VIOLATION_BAD_TABLE, bad_table, ROOT, 0x80, 0x20000007},
	{MODEL_VIOLATION_WALK_ABORT, walk_abort, ROOT, MODEL_NONE, 0},
};

static void every_kind_is_told_with_register_and_value(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct model_violation v;

		start(MODEL_GEN3);
		rows[i].provoke();
		if (model_violation_count(b.m) != 1) {
			fail_msg("%s: %u violations", model_violation_name(rows[i].kind),
				 (unsigned int)model_violation_count(b.m));
		}
		assert_true(model_violation_get(b.m, 0, &v));
		assert_string_equal(model_violation_name(v.kind),
				    model_violation_name(rows[i].kind));
		assert_int_equal(v.unit, rows[i].unit);
		assert_int_equal(v.offset, rows[i].offset);
		if (v.offset != MODEL_NONE) {
			assert_int_equal(v.value, rows[i].value);
		}
	}
}

static void every_kind_has_a_row(void **state)
{
	uint32_t found = 1u << MODEL_VIOLATION_TLB_FULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		found |= 1u << rows[i].kind;
	}
	assert_int_equal(found, (1u << MODEL_VIOLATION_COUNT) - 1);
}

static void an_adversary_says_when_it_is_too_small(void **state)
{
	uint32_t n;

	(void)state;
	bench_prepare(&b, MODEL_GEN3);
	b.config.tlb_mode = MODEL_TLB_ADVERSARIAL;
	b.config.context_tlb_entries = 6;
	bench_power_on(&b);
	model_write(b.m, ROOT, 0x504, 8);
	bench_context(&b, 1, 0);
	for (n = 0; n < 4; n++) {
		bench_page(&b, 0, 0x1000 * n, 0x7000, RW);
	}
	model_tick(b.m, 1);
	assert_int_equal(model_violation_count(b.m), 0);
	bench_page(&b, 0, 0x9000, 0x7000, RW);
	model_tick(b.m, 1);
	assert_true(bench_violations(&b, MODEL_VIOLATION_TLB_FULL) != 0);
}

static void only_the_first_32_are_kept_but_all_are_counted(void **state)
{
	struct model_violation v;
	uint32_t n;

	(void)state;
	start(MODEL_GEN3);
	for (n = 0; n < 40; n++) {
		model_write(b.m, ROOT, 0x64, n);
	}
	assert_int_equal(model_violation_count(b.m), 40);
	assert_true(model_violation_get(b.m, 31, &v));
	assert_int_equal(v.value, 31);
	assert_false(model_violation_get(b.m, 32, &v));
	model_violation_clear(b.m);
	assert_false(model_violation_get(b.m, 0, &v));
}

/* Up, used, flushed, cleared and down again, by the rules. */
static void live_by_the_rules(enum model_generation generation, uint32_t unit)
{
	start(generation);
	bench_utlb(&b, unit, 0, 1, true);
	assert_int_equal(bench_lands(&b, unit, 0, 0x1000), 0x7000);
	(void)bench_access(&b, unit, 0, 0x200000, false);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	bench_flush(&b, ROOT, 1);
	model_tick(b.m, 2);
	bench_imuctr(&b, unit, 0, 2);
	if (unit != ROOT) {
		bench_set(&b, unit, 1, IMCTR, 2);
	}
	bench_set(&b, ROOT, 1, IMCTR, 2);
	model_tick(b.m, 2);
	bench_table(&b, 1, 4);
	assert_int_equal(model_violation_count(b.m), 0);
}

static void a_driver_that_keeps_the_rules_hears_nothing(void **state)
{
	(void)state;
	live_by_the_rules(MODEL_GEN2, ROOT);
	live_by_the_rules(MODEL_GEN3, CACHE_A);
	live_by_the_rules(MODEL_GEN4, CACHE_B);
}

static void a_context_has_to_be_on_in_root_and_cache(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	bench_table(&b, 2, 4);
	bench_set(&b, ROOT, 2, IMCTR, VA64 | 7);
	model_tick(b.m, 2);
	bench_utlb(&b, CACHE_A, 0, 2, true);
	assert_int_equal(bench_violations(&b, MODEL_VIOLATION_OFF_CONTEXT_USED), 1);
	bench_set(&b, CACHE_B, 3, IMCTR, 7);
	model_tick(b.m, 2);
	bench_utlb(&b, CACHE_B, 0, 3, true);
	assert_int_equal(bench_violations(&b, MODEL_VIOLATION_OFF_CONTEXT_USED), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_told_with_register_and_value),
		cmocka_unit_test(every_kind_has_a_row),
		cmocka_unit_test(an_adversary_says_when_it_is_too_small),
		cmocka_unit_test(only_the_first_32_are_kept_but_all_are_counted),
		cmocka_unit_test(a_driver_that_keeps_the_rules_hears_nothing),
		cmocka_unit_test(a_context_has_to_be_on_in_root_and_cache),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
