// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_walk.c - the three formats, geometry out of registers, and what a walk refuses.
 * Entries are written out as numbers. No TLBs: they are off here.
 */
#include "bench.h"

static struct bench b;

#define TF 1u
#define PF 2u

static uint32_t status(uint32_t bit, uint32_t level, uint32_t code)
{
	return bit | level << 12 | code << 8;
}

static void start(enum model_generation generation)
{
	bench_prepare(&b, generation);
	b.config.tlb_mode = MODEL_TLB_OFF;
	b.config.switches[MODEL_STALL_ON_FAULT] = 0;
	bench_power_on(&b);
}

/* A context with the given IMCTR and IMTTBCR on the table at page 0, and a uTLB on it. */
static void use(uint32_t imctr, uint32_t ttbcr)
{
	uint32_t unit = b.config.unit_count == 1 ? ROOT : CACHE_A;

	bench_table(&b, 1, 0);
	bench_set(&b, ROOT, 1, IMTTBCR, ttbcr);
	bench_set(&b, ROOT, 1, IMCTR, imctr | ON_FLUSH);
	if (unit != ROOT) {
		bench_set(&b, unit, 1, IMCTR, ON_FLUSH);
	}
	model_tick(b.m, 10);
	bench_utlb(&b, unit, 0, 1, false);
}

static void use_stage2(uint32_t ttbcr)
{
	model_write(b.m, ROOT, 0x504, 8);
	use(VA64, ttbcr);
}

/* Reads through cache A fault with this IMSTR, which is cleared again. */
static void faults(uint64_t iova, uint32_t expected)
{
	assert_int_equal(bench_lands(&b, CACHE_A, 0, iova), BENCH_STOPPED | MODEL_ACCESS_FAULT);
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), expected);
	assert_int_equal(bench_get(&b, ROOT, 1, IMELAR), (uint32_t)iova);
	assert_int_equal(bench_get(&b, ROOT, 1, IMEUAR), (uint32_t)(iova >> 32));
	bench_set(&b, ROOT, 1, IMSTR, 0);
}

static void stage2_walks_three_levels(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0xc0000058);
	bench_page(&b, 0, 0x12345000, 0x98765000, RW);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x12345678), 0x98765678);
	assert_int_equal(model_counts_get(b.m).walk_reads, 3);
	assert_int_equal(model_violation_count(b.m), 0);
}

static void stage2_of_40_bits_uses_both_pages_of_its_root(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0xc0000058);
	bench_page(&b, 0, 0xff00000000, 0x7000, RW);
	assert_int_equal(b.ram[1020], bench_pa(2) | 3);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0xff00000010), 0x7010);
}

static void stage2_of_36_bits_has_one_page_and_ends_there(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0xc000005c);
	bench_page(&b, 0, 0xfc0000000, 0x7000, RW);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0xfc0000000), 0x7000);
	faults(0x1000000000, status(TF, 1, 0));
}

static void stage2_of_33_bits_is_the_least(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0xc000005f);
	bench_page(&b, 0, 0x1c0000000, 0x7000, RW);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1c0000000), 0x7000);
	faults(0x200000000, status(TF, 1, 0));
}

static void stage2_blocks_translate(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0xc0000058);
	bench_store(&b, 0, 1, 0x2c0000000 | 0x4c1);
	bench_store(&b, 0, 0, bench_pa(2) | 3);
	bench_store(&b, 2, 1, 0x80200000 | 0x4c1);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x7fffffff), 0x2ffffffff);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x212345), 0x80212345);
}

static void stage2_rights_are_read_6_and_write_7(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0xc0000058);
	bench_page(&b, 0, 0x1000, 0x1000, RO);
	bench_page(&b, 0, 0x2000, 0x2000, WO);
	bench_page(&b, 0, 0x3000, 0x3000, 0);
	assert_int_equal(bench_access(&b, CACHE_A, 0, 0x1000, false).state, MODEL_ACCESS_DONE);
	assert_int_equal(bench_access(&b, CACHE_A, 0, 0x2000, true).state, MODEL_ACCESS_DONE);
	assert_int_equal(bench_access(&b, CACHE_A, 0, 0x1000, true).state, MODEL_ACCESS_FAULT);
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), status(PF, 3, 4));
	bench_set(&b, ROOT, 1, IMSTR, 0);
	faults(0x2000, status(PF, 3, 4));
	faults(0x3000, status(PF, 3, 4));
}

static void faults_name_the_level_that_has_nothing(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0xc0000058);
	bench_page(&b, 0, 0x1000, 0x1000, RW);
	faults(0x40000000, status(TF, 1, 0));
	faults(0x200000, status(TF, 2, 0));
	faults(0x2000, status(TF, 3, 0));
}

static void odd_entries_are_format_errors(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0xc0000058);
	bench_page(&b, 0, 0x1000, 0x1000, RW);
	bench_store(&b, 3, 2, 0x2000 | 0x4c1);
	bench_store(&b, 3, 3, 0x10000003000 | 0x4c3);
	bench_store(&b, 3, 4, 0x4000 | 0xc3);
	faults(0x2000, status(TF, 3, 1));
	faults(0x3000, status(TF, 3, 1));
	faults(0x4000, status(PF, 3, 0));
}

static void a_table_where_no_memory_is_aborts(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0xc0000058);
	bench_store(&b, 0, 0, 0x1000 | 3);
	faults(0x1000, status(4, 2, 0));
	assert_int_equal(bench_violations(&b, MODEL_VIOLATION_WALK_ABORT), 1);
}

static void aarch32_walks_from_level_1_with_sl0_2(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use(0, 0x80000080);
	bench_store(&b, 0, 3, bench_pa(2) | 0x8000000000000003);
	bench_store(&b, 2, 511, bench_pa(3) | 0x8000000000000003);
	bench_store(&b, 3, 511, 0xff00001000 | 0x463);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0xffffffff), 0xff00001fff);
	faults(0x100000000, status(TF, 1, 0));
	assert_int_equal(model_violation_count(b.m), 0);
}

static void aarch32_walks_from_level_2_with_sl0_1(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use(0, 0x80000042);
	bench_store(&b, 3, 1, 0x7000 | 0x463);
	bench_store(&b, 0, 511, bench_pa(3) | 0x8000000000000003);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x3fe01000), 0x7000);
	faults(0x40000000, status(TF, 1, 0));
}

static void gen2_takes_sl0_from_bit_4(void **state)
{
	(void)state;
	start(MODEL_GEN2);
	use(0, 0x80003510);
	bench_page(&b, 0, 0xfff00000, 0x5000, RO);
	assert_int_equal(bench_lands(&b, ROOT, 0, 0xfff00004), 0x5004);
	assert_int_equal(bench_access(&b, ROOT, 0, 0xfff00000, true).state, MODEL_ACCESS_FAULT);
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), status(PF, 3, 4));
	assert_int_equal(bench_get(&b, ROOT, 1, 0x30), 0xfff00000);
	assert_int_equal(model_violation_count(b.m), 0);
}

static void stage1_needs_ns_in_every_entry(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use(0, 0x80000080);
	bench_store(&b, 0, 0, bench_pa(2) | 0x8000000000000003);
	bench_store(&b, 2, 0, bench_pa(3) | 3);
	bench_store(&b, 2, 1, bench_pa(3) | 0x8000000000000003);
	bench_store(&b, 3, 0, 0x1000 | 0x443);
	bench_store(&b, 3, 1, 0x1000 | 0x463);
	faults(0x001000, status(PF, 2, 5));
	faults(0x200000, status(PF, 3, 5));
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x201000), 0x1000);
}

static void stage1_ap_7_takes_writing_away_and_ap_6_nothing(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use(0, 0x80000080);
	bench_store(&b, 0, 0, 0x40000000 | 0x725);
	bench_store(&b, 0, 1, 0x80000000 | 0x7a5);
	assert_int_equal(bench_access(&b, CACHE_A, 0, 0x0, true).state, MODEL_ACCESS_DONE);
	assert_int_equal(bench_access(&b, CACHE_A, 0, 0x40000000, false).pa, 0x80000000);
	assert_int_equal(bench_access(&b, CACHE_A, 0, 0x40000000, true).state,
			 MODEL_ACCESS_FAULT);
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), status(PF, 1, 4));
}

static void stage1_vmsav8_64_has_39_bits(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use(VA64, 0x80190099);
	bench_store(&b, 0, 511, bench_pa(2) | 0x8000000000000003);
	bench_store(&b, 2, 511, 0xffffe00000 | 0x461);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x7fffffffff), 0xffffffffff);
	faults(0x8000000000, status(TF, 1, 0));
	assert_int_equal(model_violation_count(b.m), 0);
}

static void stage2_format_is_read_only_with_s2pte_and_the_ability(void **state)
{
	(void)state;
	/* Without S2PTE the entries are read as stage 1: no NS, so nothing passes. */
	start(MODEL_GEN3);
	use(VA64, 0xc0000058);
	bench_page(&b, 0, 0x1000, 0x1000, RW);
	faults(0x1000, status(PF, 1, 5));
	assert_int_equal(bench_violations(&b, MODEL_VIOLATION_BAD_TABLE), 1);
	/* And with S2PTE on a part whose walker cannot. */
	bench_prepare(&b, MODEL_GEN3);
	b.config.switches[MODEL_STALL_ON_FAULT] = 0;
	b.units[ROOT].stage2 = false;
	bench_power_on(&b);
	use_stage2(0xc0000058);
	bench_page(&b, 0, 0x1000, 0x1000, RW);
	faults(0x1000, status(PF, 1, 5));
}

static void without_eae_nothing_is_walked(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0x40000058);
	bench_page(&b, 0, 0x1000, 0x1000, RW);
	faults(0x1000, status(TF, 1, 1));
}

static void the_table_base_has_40_bits(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0xc0000058);
	bench_page(&b, 0, 0x1000, 0x1000, RW);
	assert_int_equal(bench_get(&b, ROOT, 1, IMTTUBR0), 1);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x1000);
	bench_set(&b, ROOT, 1, IMTTUBR0, 2);
	faults(0x1000, status(4, 1, 0));
}

static void a_utlb_that_is_off_bypasses(void **state)
{
	struct model_access access;

	(void)state;
	start(MODEL_GEN3);
	access = bench_access(&b, CACHE_A, 0, 0x1234567890, true);
	assert_true(access.bypass);
	assert_int_equal(access.pa, 0x1234567890);
	assert_int_equal(access.context, MODEL_NONE);
	bench_imuctr(&b, CACHE_A, 0, 0x80560000);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1234567890), 0x5634567890);
}

static void use_secgrp_stops_translation(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0xc0000058);
	bench_page(&b, 0, 0x1000, 0x7000, RW);
	model_write(b.m, CACHE_A, 0x500, 0x10000000);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000),
			 BENCH_STOPPED | MODEL_ACCESS_ABORT);
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), 0);
	model_write(b.m, CACHE_A, 0x500, 0);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x7000);
}

static void gen4_walks_context_15(void **state)
{
	(void)state;
	bench_start(&b, MODEL_GEN4);
	bench_context(&b, 15, 0);
	bench_page(&b, 0, 0x1000, 0x7000, RW);
	bench_utlb(&b, CACHE_B, 63, 15, true);
	assert_int_equal(bench_lands(&b, CACHE_B, 63, 0x1234), 0x7234);
	assert_int_equal(model_violation_count(b.m), 0);
}

static void a_root_of_two_pages_is_aligned_to_both(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use_stage2(0xc0000058);
	bench_set(&b, ROOT, 1, IMTTLBR0, (uint32_t)bench_pa(1));
	bench_page(&b, 0, 0x1000, 0x7000, RW);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x7000);
}

static void stage1_walks_from_no_other_sl0(void **state)
{
	(void)state;
	start(MODEL_GEN3);
	use(0, 0x80000000);
	bench_store(&b, 0, 0, 0x40000000 | 0x725);
	faults(0x1000, status(TF, 1, 1));
	bench_set(&b, ROOT, 1, IMTTBCR, 0x800000c0);
	faults(0x1000, status(TF, 1, 1));
}

static void ttsel_16_of_gen4_is_no_context(void **state)
{
	(void)state;
	bench_start(&b, MODEL_GEN4);
	bench_imuctr(&b, CACHE_A, 0, 0x101);
	assert_int_equal(bench_violations(&b, MODEL_VIOLATION_BAD_TTSEL), 1);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000),
			 BENCH_STOPPED | MODEL_ACCESS_ABORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stage2_walks_three_levels),
		cmocka_unit_test(stage2_of_40_bits_uses_both_pages_of_its_root),
		cmocka_unit_test(stage2_of_36_bits_has_one_page_and_ends_there),
		cmocka_unit_test(stage2_of_33_bits_is_the_least),
		cmocka_unit_test(stage2_blocks_translate),
		cmocka_unit_test(stage2_rights_are_read_6_and_write_7),
		cmocka_unit_test(faults_name_the_level_that_has_nothing),
		cmocka_unit_test(odd_entries_are_format_errors),
		cmocka_unit_test(a_table_where_no_memory_is_aborts),
		cmocka_unit_test(aarch32_walks_from_level_1_with_sl0_2),
		cmocka_unit_test(aarch32_walks_from_level_2_with_sl0_1),
		cmocka_unit_test(gen2_takes_sl0_from_bit_4),
		cmocka_unit_test(stage1_needs_ns_in_every_entry),
		cmocka_unit_test(stage1_ap_7_takes_writing_away_and_ap_6_nothing),
		cmocka_unit_test(stage1_vmsav8_64_has_39_bits),
		cmocka_unit_test(stage2_format_is_read_only_with_s2pte_and_the_ability),
		cmocka_unit_test(without_eae_nothing_is_walked),
		cmocka_unit_test(the_table_base_has_40_bits),
		cmocka_unit_test(a_utlb_that_is_off_bypasses),
		cmocka_unit_test(use_secgrp_stops_translation),
		cmocka_unit_test(gen4_walks_context_15),
		cmocka_unit_test(a_root_of_two_pages_is_aligned_to_both),
		cmocka_unit_test(stage1_walks_from_no_other_sl0),
		cmocka_unit_test(ttsel_16_of_gen4_is_no_context),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
