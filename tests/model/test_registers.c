// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_registers.c - offsets, masks, power-on values and clear rules, row by row as known.
 * Does not translate anything.
 */
#include "bench.h"

static struct bench b;

static void contexts_of_gen3_are_0x40_apart(void **state)
{
	(void)state;
	assert_int_equal(model_context_offset(MODEL_GEN3, 0, 0), 0);
	assert_int_equal(model_context_offset(MODEL_GEN3, 7, 0), 0x1c0);
	assert_int_equal(model_context_offset(MODEL_GEN3, 3, IMSTR), 0xe0);
}

static void contexts_of_gen4_are_pages_and_jump_by_0x600_at_8(void **state)
{
	(void)state;
	assert_int_equal(model_context_offset(MODEL_GEN4, 0, 0), 0x10000);
	assert_int_equal(model_context_offset(MODEL_GEN4, 7, 0), 0x171c0);
	assert_int_equal(model_context_offset(MODEL_GEN4, 8, 0), 0x18800);
	assert_int_equal(model_context_offset(MODEL_GEN4, 15, 0), 0x1f9c0);
}

static void utlbs_leave_a_gap_at_0x500(void **state)
{
	(void)state;
	assert_int_equal(model_utlb_offset(MODEL_GEN3, 0, false), 0x300);
	assert_int_equal(model_utlb_offset(MODEL_GEN3, 31, true), 0x4f8);
	assert_int_equal(model_utlb_offset(MODEL_GEN3, 32, false), 0x600);
	assert_int_equal(model_utlb_offset(MODEL_GEN3, 47, true), 0x6f8);
	assert_int_equal(model_utlb_offset(MODEL_GEN4, 63, false), 0x37f0);
	assert_int_equal(model_utlb_offset(MODEL_GEN2, 0, false), 0xb00);
}

static void gen2_answers_at_the_alias_only(void **state)
{
	(void)state;
	bench_start(&b, MODEL_GEN2);
	model_write(b.m, ROOT, 0x810, 0x12345000);
	assert_int_equal(model_read(b.m, ROOT, 0x810), 0x12345000);
	assert_int_equal(model_violation_count(b.m), 0);
	assert_int_equal(model_read(b.m, ROOT, 0x010), 0);
	assert_int_equal(bench_violations(&b, MODEL_VIOLATION_NOT_HERE), 1);
}

/* Pairs of offset and the bits that stay of 0xffffffff. */
static void check_masks(uint32_t unit, const uint32_t (*rows)[2], size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		model_write(b.m, unit, rows[i][0], 0xffffffff);
		model_tick(b.m, 10);
		assert_int_equal(model_read(b.m, unit, rows[i][0]), rows[i][1]);
		model_write(b.m, unit, rows[i][0], 0);
	}
}

static void root_of_gen3_keeps_known_bits(void **state)
{
	static const uint32_t rows[][2] = {
		{0x40, 0x2003007d}, {0x48, 0xc01f00df}, {0x50, 0xfffff000}, {0x54, 0xff},
		{0x58, 0xfffff000}, {0x5c, 0xff},       {0x60, 0},          {0x68, 0xffffffff},
		{0x6c, 0xffffffff}, {0x70, 0},          {0x74, 0},          {0x500, 0xf0000000},
		{0x504, 0x01000008}};

	(void)state;
	bench_prepare(&b, MODEL_GEN3);
	bench_power_on(&b);
	check_masks(ROOT, rows, sizeof(rows) / sizeof(rows[0]));
}

static void cache_of_gen3_keeps_known_bits(void **state)
{
	static const uint32_t rows[][2] = {
		{0x40, 0x5},         {0x300, 0x80ff00f1}, {0x308, 0xffff},    {0x200, 0x1},
		{0x280, 0xff000100}, {0x2fc, 0xffff0190}, {0x500, 0xf0000000}};

	(void)state;
	bench_prepare(&b, MODEL_GEN3);
	bench_power_on(&b);
	check_masks(CACHE_A, rows, sizeof(rows) / sizeof(rows[0]));
}

static void gen2_keeps_known_bits(void **state)
{
	static const uint32_t rows[][2] = {{0x840, 0x3003d}, {0x848, 0xff073f17}, {0x84c, 0x7},
					   {0x844, 0},       {0xb00, 0x80ff00f1}, {0x870, 0}};

	(void)state;
	bench_prepare(&b, MODEL_GEN2);
	bench_power_on(&b);
	check_masks(ROOT, rows, sizeof(rows) / sizeof(rows[0]));
}

static void ttsel_of_gen4_has_five_bits(void **state)
{
	static const uint32_t rows[][2] = {{0x3300, 0x80ff01f1}, {0x37f0, 0x80ff01f1}};

	(void)state;
	bench_prepare(&b, MODEL_GEN4);
	bench_power_on(&b);
	check_masks(CACHE_A, rows, 2);
}

static void every_register_is_zero_after_power_on(void **state)
{
	uint32_t unit;
	uint32_t offset;

	(void)state;
	bench_prepare(&b, MODEL_GEN4);
	bench_power_on(&b);
	for (unit = 0; unit < 3; unit++) {
		for (offset = 0; offset < 0x20000; offset += 4) {
			assert_int_equal(model_peek(b.m, unit, offset), 0);
		}
	}
}

static void all_16_contexts_of_gen4_are_apart(void **state)
{
	uint32_t n;

	(void)state;
	bench_prepare(&b, MODEL_GEN4);
	bench_power_on(&b);
	for (n = 0; n < 16; n++) {
		bench_set(&b, ROOT, n, IMMAIR0, 0x100 + n);
	}
	for (n = 0; n < 16; n++) {
		assert_int_equal(bench_get(&b, ROOT, n, IMMAIR0), 0x100 + n);
	}
	assert_int_equal(model_violation_count(b.m), 0);
}

static void all_48_utlbs_of_gen3_are_apart(void **state)
{
	uint32_t n;

	(void)state;
	bench_prepare(&b, MODEL_GEN3);
	bench_power_on(&b);
	for (n = 0; n < 48; n++) {
		model_write(b.m, CACHE_B, model_utlb_offset(MODEL_GEN3, n, true), n + 1);
	}
	for (n = 0; n < 48; n++) {
		assert_int_equal(
			model_read(b.m, CACHE_B, model_utlb_offset(MODEL_GEN3, n, true)),
			n + 1);
	}
	assert_int_equal(model_violation_count(b.m), 0);
}

static void flush_reads_one_until_it_is_done(void **state)
{
	(void)state;
	bench_start(&b, MODEL_GEN3);
	bench_set(&b, CACHE_A, 1, IMCTR, 2);
	assert_int_equal(bench_get(&b, CACHE_A, 1, IMCTR), 2);
	assert_int_equal(bench_get(&b, CACHE_B, 1, IMCTR), 0);
	model_tick(b.m, 1);
	assert_int_equal(bench_get(&b, CACHE_A, 1, IMCTR), 2);
	model_tick(b.m, 1);
	assert_int_equal(bench_get(&b, CACHE_A, 1, IMCTR), 0);
}

static void status_is_cleared_by_zeros_and_takes_the_address_along(void **state)
{
	(void)state;
	bench_start(&b, MODEL_GEN3);
	model_poke(b.m, ROOT, 0x60, 0x3001);
	model_poke(b.m, ROOT, 0x70, 0x1000);
	model_poke(b.m, ROOT, 0x74, 0x5);
	model_write(b.m, ROOT, 0x60, 0x3001);
	assert_int_equal(model_read(b.m, ROOT, 0x60), 0x3001);
	assert_int_equal(model_read(b.m, ROOT, 0x70), 0x1000);
	model_write(b.m, ROOT, 0x60, 0);
	assert_int_equal(model_read(b.m, ROOT, 0x60), 0);
	assert_int_equal(model_read(b.m, ROOT, 0x70), 0);
	assert_int_equal(model_read(b.m, ROOT, 0x74), 0);
	assert_int_equal(bench_violations(&b, MODEL_VIOLATION_STATUS_NOT_ZERO), 1);
}

static void firmware_bits_stay_in_read_modify_write_registers(void **state)
{
	(void)state;
	bench_prepare(&b, MODEL_GEN3);
	bench_power_on(&b);
	model_poke(b.m, ROOT, 0x504, 0x01000100);
	model_write(b.m, ROOT, 0x504, 0x01000108);
	assert_int_equal(model_read(b.m, ROOT, 0x504), 0x01000108);
	assert_int_equal(model_violation_count(b.m), 0);
	model_write(b.m, ROOT, 0x504, 0x8);
	assert_int_equal(bench_violations(&b, MODEL_VIOLATION_CLOBBERED), 1);
}

static void a_unit_without_power_reads_all_ones_and_forgets(void **state)
{
	(void)state;
	bench_start(&b, MODEL_GEN3);
	bench_utlb(&b, CACHE_A, 3, 2, false);
	model_violation_clear(b.m);
	model_power(b.m, CACHE_A, false);
	assert_int_equal(model_read(b.m, CACHE_A, 0x330), 0xffffffff);
	assert_int_equal(bench_violations(&b, MODEL_VIOLATION_UNPOWERED), 1);
	model_power(b.m, CACHE_A, true);
	assert_int_equal(model_read(b.m, CACHE_A, 0x330), 0);
}

static void a_dead_unit_reads_all_ones_and_ignores_writes(void **state)
{
	(void)state;
	bench_start(&b, MODEL_GEN3);
	model_set_dead(b.m, CACHE_A, true);
	model_write(b.m, CACHE_A, 0x308, 0x55);
	assert_int_equal(model_read(b.m, CACHE_A, 0x308), 0xffffffff);
	model_set_dead(b.m, CACHE_A, false);
	assert_int_equal(model_read(b.m, CACHE_A, 0x308), 0);
	assert_int_equal(model_violation_count(b.m), 0);
}

static void reads_and_writes_are_counted_and_peeks_are_not(void **state)
{
	(void)state;
	bench_prepare(&b, MODEL_GEN3);
	bench_power_on(&b);
	(void)model_read(b.m, ROOT, 0x40);
	(void)model_peek(b.m, ROOT, 0x40);
	model_poke(b.m, ROOT, 0x68, 5);
	model_write(b.m, ROOT, 0x68, 6);
	model_write(b.m, ROOT, 0x40, 2);
	assert_int_equal(model_counts_get(b.m).reads, 1);
	assert_int_equal(model_counts_get(b.m).writes, 2);
	assert_int_equal(model_counts_get(b.m).flushes, 1);
	model_counts_reset(b.m);
	assert_int_equal(model_counts_get(b.m).writes, 0);
}

static const struct model_register_info *find(const char *name,
					      struct model_register_info *info)
{
	uint32_t i;

	for (i = 0; model_register_get(i, info); i++) {
		if (strcmp(info->name, name) == 0) {
			return info;
		}
	}
	return NULL;
}

static void the_register_list_says_what_is_where(void **state)
{
	struct model_register_info info;

	(void)state;
	assert_non_null(find("IMCAAR", &info));
	assert_int_equal(info.generations, 1u << 2);
	assert_true(info.name_only);
	assert_non_null(find("IMUCTR", &info));
	assert_true(info.in_cache && !info.in_root && info.bank == 'u');
	assert_int_equal(info.writable[3], 0x80ff00f3);
	assert_int_equal(info.writable[4], 0x80ff01f3);
	assert_non_null(find("IMSTR", &info));
	assert_int_equal(info.writable[3], 0);
	assert_int_equal(info.status, 0x3717);
	assert_non_null(find("IMPMBA", &info));
	assert_int_equal(info.count, 16);
	assert_null(find("IMNOSUCH", &info));
}

static void senseless_configurations_are_refused(void **state)
{
	(void)state;
	bench_prepare(&b, MODEL_GEN3);
	b.units[ROOT].utlbs = 1;
	assert_int_equal(model_size(&b.config), 0);
	bench_prepare(&b, MODEL_GEN3);
	b.units[CACHE_A].root = 7;
	assert_int_equal(model_size(&b.config), 0);
	bench_prepare(&b, MODEL_GEN3);
	b.units[ROOT].contexts = 9;
	assert_int_equal(model_size(&b.config), 0);
	bench_prepare(&b, MODEL_GEN3);
	b.config.switches[0] = 2;
	assert_int_equal(model_size(&b.config), 0);
	bench_prepare(&b, MODEL_GEN3);
	assert_null(model_init(b.buffer, model_size(&b.config) - 1, &b.config));
	assert_non_null(model_init(b.buffer, model_size(&b.config), &b.config));
}

static void a_small_system_fits_8_kib(void **state)
{
	(void)state;
	bench_prepare(&b, MODEL_GEN3);
	b.units[ROOT].contexts = 3;
	b.units[CACHE_A].utlbs = 2;
	b.units[CACHE_B].utlbs = 2;
	b.config.accesses = 2;
	assert_true(model_size(&b.config) < 8192);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contexts_of_gen3_are_0x40_apart),
		cmocka_unit_test(contexts_of_gen4_are_pages_and_jump_by_0x600_at_8),
		cmocka_unit_test(utlbs_leave_a_gap_at_0x500),
		cmocka_unit_test(gen2_answers_at_the_alias_only),
		cmocka_unit_test(root_of_gen3_keeps_known_bits),
		cmocka_unit_test(cache_of_gen3_keeps_known_bits),
		cmocka_unit_test(gen2_keeps_known_bits),
		cmocka_unit_test(ttsel_of_gen4_has_five_bits),
		cmocka_unit_test(every_register_is_zero_after_power_on),
		cmocka_unit_test(all_16_contexts_of_gen4_are_apart),
		cmocka_unit_test(all_48_utlbs_of_gen3_are_apart),
		cmocka_unit_test(flush_reads_one_until_it_is_done),
		cmocka_unit_test(status_is_cleared_by_zeros_and_takes_the_address_along),
		cmocka_unit_test(firmware_bits_stay_in_read_modify_write_registers),
		cmocka_unit_test(a_unit_without_power_reads_all_ones_and_forgets),
		cmocka_unit_test(a_dead_unit_reads_all_ones_and_ignores_writes),
		cmocka_unit_test(reads_and_writes_are_counted_and_peeks_are_not),
		cmocka_unit_test(the_register_list_says_what_is_where),
		cmocka_unit_test(senseless_configurations_are_refused),
		cmocka_unit_test(a_small_system_fits_8_kib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
