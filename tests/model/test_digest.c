// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * The digest: the same for what behaves alike, another for each part of the state.
 */
#include "bench.h"

static struct bench b;

static void start(void)
{
	bench_start(&b, MODEL_GEN3);
	bench_context(&b, 1, 0);
	bench_page(&b, 0, 0x1000, 0x7000, 3);
	bench_utlb(&b, CACHE_A, 0, 1, true);
	model_tick(b.m, 10);
}

static void time_and_reading_leave_the_digest(void **state)
{
	uint64_t before;

	(void)state;
	start();
	before = model_digest(b.m);
	model_tick(b.m, 1000);
	(void)bench_get(&b, ROOT, 1, IMCTR);
	model_counts_reset(b.m);
	assert_true(model_digest(b.m) == before);
}

static void a_violation_leaves_the_digest(void **state)
{
	uint64_t before;

	(void)state;
	start();
	before = model_digest(b.m);
	(void)model_read(b.m, ROOT, 0x3);
	assert_true(model_violation_count(b.m) > 0);
	assert_true(model_digest(b.m) == before);
}

static void bench_status(void)
{
	model_poke(b.m, ROOT, model_context_offset(MODEL_GEN3, 2, IMSTR), 1);
}

static void bench_table_register(void)
{
	bench_set(&b, ROOT, 2, IMTTLBR0, 0x40001000);
}

static void bench_port(void)
{
	model_poke(b.m, CACHE_B, model_utlb_offset(MODEL_GEN3, 1, false), 0x10);
}

static void bench_global(void)
{
	model_poke(b.m, CACHE_A, 0x500, 0x10000000);
}

static void bench_flushing(void)
{
	bench_set(&b, CACHE_A, 1, IMCTR, ON_FLUSH);
}

static void bench_kept(void)
{
	(void)bench_access(&b, CACHE_A, 0, 0x1000, true);
}

static void bench_under_way(void)
{
	struct model_access access = {.unit = CACHE_A, .utlb = 0, .iova = 0x1000};

	assert_int_not_equal(model_access_begin(b.m, &access), MODEL_NONE);
}

static void bench_stuck(void)
{
	model_set_stuck(b.m, CACHE_B, 1, true);
}

static void bench_dead(void)
{
	model_set_dead(b.m, CACHE_B, true);
}

static void bench_dropped(void)
{
	model_set_flush_dropped(b.m, CACHE_B, true);
}

static void bench_off(void)
{
	model_power(b.m, CACHE_B, false);
}

static void bench_ones(void)
{
	assert_true(model_set_quirk(b.m, CACHE_A, model_context_offset(MODEL_GEN3, 2, IMCTR),
				    1u << 1, 0));
}

static void bench_held(void)
{
	assert_true(model_set_quirk(b.m, CACHE_A, model_context_offset(MODEL_GEN3, 2, IMCTR), 0,
				    1u << 1));
}

static void bench_switch(void)
{
	model_set_switch(b.m, MODEL_UTLB_TAGGED, 1);
}

static void each_part_of_the_state_is_in_the_digest(void **state)
{
	static void (*const changes[])(void) = {
		bench_status,    bench_table_register, bench_port, bench_global, bench_kept,
		bench_under_way, bench_stuck,          bench_dead, bench_switch, bench_flushing,
		bench_off,       bench_dropped,        bench_ones, bench_held,
	};
	uint64_t seen[sizeof(changes) / sizeof(changes[0])];
	uint64_t before;
	size_t i;
	size_t j;

	(void)state;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		start();
		before = model_digest(b.m);
		changes[i]();
		seen[i] = model_digest(b.m);
		assert_true(seen[i] != before);
		for (j = 0; j < i; j++) {
			assert_true(seen[i] != seen[j]);
		}
	}
}

static void a_flush_that_has_ended_brings_the_digest_back(void **state)
{
	uint64_t before;

	(void)state;
	start();
	before = model_digest(b.m);
	bench_set(&b, CACHE_A, 1, IMCTR, ON_FLUSH);
	assert_true(model_digest(b.m) != before);
	model_tick(b.m, 10);
	assert_true(model_digest(b.m) == before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_and_reading_leave_the_digest),
		cmocka_unit_test(a_violation_leaves_the_digest),
		cmocka_unit_test(each_part_of_the_state_is_in_the_digest),
		cmocka_unit_test(a_flush_that_has_ended_brings_the_digest_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
