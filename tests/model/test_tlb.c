// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_tlb.c - stale entries, flushes, the adversary, and what a port is said to reach.
 */
#include "bench.h"

static struct bench b;

/* Context 1 on page 0, one page at 0x1000 to 0x7000, uTLB 0 of cache A on it. */
static void start(enum model_tlb_mode mode)
{
	bench_prepare(&b, MODEL_GEN3);
	b.config.tlb_mode = mode;
	b.config.switches[MODEL_STALL_ON_FAULT] = 0;
	bench_power_on(&b);
	model_write(b.m, ROOT, 0x504, 8);
	bench_page(&b, 0, 0x1000, 0x7000, RW);
	bench_context(&b, 1, 0);
	bench_utlb(&b, CACHE_A, 0, 1, true);
}

static bool passes(void)
{
	return bench_lands(&b, CACHE_A, 0, 0x1000) == 0x7000;
}

static void without_tlb_a_cleared_entry_is_gone_at_once(void **state)
{
	(void)state;
	start(MODEL_TLB_OFF);
	assert_true(passes());
	bench_clear(&b, 0, 0x1000);
	assert_false(passes());
	assert_false(bench_reaches(&b, CACHE_A, 0, 0x7000, -1));
}

static void what_was_used_stays_until_flushed(void **state)
{
	(void)state;
	start(MODEL_TLB_RANDOM);
	assert_true(passes());
	bench_clear(&b, 0, 0x1000);
	assert_true(passes());
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x7000, MODEL_VIA_UTLB));
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x7000, MODEL_VIA_CONTEXT_TLB));
	assert_false(bench_reaches(&b, CACHE_A, 0, 0x7000, MODEL_VIA_WALK));
	bench_flush(&b, ROOT, 1);
	bench_flush(&b, CACHE_A, 1);
	assert_true(passes());
	model_tick(b.m, 2);
	assert_false(passes());
	assert_false(bench_reaches(&b, CACHE_A, 0, 0x7000, -1));
}

static void what_was_not_used_is_not_kept_by_a_random_tlb(void **state)
{
	(void)state;
	start(MODEL_TLB_RANDOM);
	bench_clear(&b, 0, 0x1000);
	assert_false(passes());
}

static void the_adversary_keeps_what_nobody_used(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_clear(&b, 0, 0x1000);
	assert_true(passes());
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x7000, MODEL_VIA_UTLB));
	bench_flush(&b, ROOT, 1);
	bench_flush(&b, CACHE_A, 1);
	model_tick(b.m, 2);
	assert_false(passes());
	assert_false(bench_reaches(&b, CACHE_A, 0, 0x7000, -1));
}

static void a_flush_of_the_cache_alone_does_not_do(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_clear(&b, 0, 0x1000);
	bench_flush(&b, CACHE_A, 1);
	model_tick(b.m, 2);
	assert_true(passes());
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x7000, MODEL_VIA_CONTEXT_TLB));
}

static void a_flush_of_the_root_alone_does_not_do(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_clear(&b, 0, 0x1000);
	bench_flush(&b, ROOT, 1);
	model_tick(b.m, 2);
	assert_true(passes());
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x7000, MODEL_VIA_UTLB));
}

static void a_flush_leaves_other_contexts_alone(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_page(&b, 4, 0x1000, 0x9000, RW);
	bench_context(&b, 2, 4);
	bench_utlb(&b, CACHE_A, 1, 2, true);
	bench_clear(&b, 4, 0x1000);
	bench_flush(&b, ROOT, 1);
	bench_flush(&b, CACHE_A, 1);
	model_tick(b.m, 2);
	assert_true(bench_reaches(&b, CACHE_A, 1, 0x9000, MODEL_VIA_UTLB));
	assert_int_equal(bench_lands(&b, CACHE_A, 1, 0x1000), 0x9000);
}

static void the_adversary_sees_a_page_that_lived_between_two_writes(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_page(&b, 0, 0x2000, 0x9000, RW);
	bench_clear(&b, 0, 0x2000);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x2000), 0x9000);
}

static void a_store_during_a_flush_needs_another_flush(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_flush(&b, ROOT, 1);
	bench_flush(&b, CACHE_A, 1);
	bench_clear(&b, 0, 0x1000);
	model_tick(b.m, 2);
	assert_true(passes());
}

static void a_moved_page_is_where_it_was_until_flushed(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_page(&b, 0, 0x1000, 0x9000, RW);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x7000);
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x9000, -1));
	bench_flush(&b, ROOT, 1);
	bench_flush(&b, CACHE_A, 1);
	model_tick(b.m, 2);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x9000);
	assert_false(bench_reaches(&b, CACHE_A, 0, 0x7000, -1));
}

static void a_utlb_takes_nothing_of_a_context_that_its_cache_has_off(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_set(&b, CACHE_B, 1, IMCTR, 2);
	model_tick(b.m, 2);
	bench_utlb(&b, CACHE_B, 0, 1, true);
	assert_false(bench_reaches(&b, CACHE_B, 0, 0x7000, MODEL_VIA_UTLB));
	bench_set(&b, CACHE_B, 1, IMCTR, ON_FLUSH);
	assert_true(bench_reaches(&b, CACHE_B, 0, 0x7000, MODEL_VIA_UTLB));
}

static bool is_page(void *arg, uint32_t context, uint64_t pa)
{
	(void)context;
	return pa != *(uint64_t *)arg;
}

static bool walker_reads(uint32_t page)
{
	uint64_t pa = bench_pa(page);

	return !model_table_reach(b.m, ROOT, is_page, &pa);
}

static void an_unlinked_table_is_walked_until_flushed(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	assert_true(walker_reads(0) && walker_reads(1) && walker_reads(2) && walker_reads(3));
	assert_false(walker_reads(4));
	bench_store(&b, 2, 0, 0);
	/* The page with the table is used for something that looks like an entry. */
	bench_store(&b, 3, 5, 0xb000 | 0x4c3);
	assert_true(walker_reads(3));
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x5000), 0xb000);
	bench_flush(&b, ROOT, 1);
	bench_flush(&b, CACHE_A, 1);
	model_tick(b.m, 2);
	assert_false(walker_reads(3));
	assert_true(walker_reads(2));
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x5000),
			 BENCH_STOPPED | MODEL_ACCESS_FAULT);
}

static void tables_of_a_context_that_is_off_and_flushed_are_not_read(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_imuctr(&b, CACHE_A, 0, 2);
	bench_set(&b, ROOT, 1, IMCTR, 0);
	assert_true(walker_reads(3));
	bench_set(&b, ROOT, 1, IMCTR, 2);
	model_tick(b.m, 2);
	assert_false(walker_reads(3));
	assert_false(walker_reads(0));
}

static void reach_of_a_utlb_that_is_off_is_everything(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	assert_true(bench_reaches(&b, CACHE_B, 3, 0xdeadbeef, MODEL_VIA_BYPASS));
	assert_false(bench_reaches(&b, CACHE_A, 0, 0xdeadbeef, -1));
	model_power(b.m, CACHE_B, false);
	assert_false(bench_reaches(&b, CACHE_B, 3, 0xdeadbeef, -1));
}

static void reach_needs_no_adversary_to_see_the_tables(void **state)
{
	(void)state;
	start(MODEL_TLB_RANDOM);
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x7fff, MODEL_VIA_WALK));
	assert_false(bench_reaches(&b, CACHE_A, 0, 0x8000, -1));
	/* A store that nobody announced. */
	b.ram[3 * 512 + 2] = 0x8000 | 0x4c3;
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x8000, MODEL_VIA_WALK));
}

static void an_access_under_way_lands_by_its_old_translation(void **state)
{
	struct model_access access = {CACHE_A, 0, 0x1010, true, 0, false, 0, 0};
	uint32_t handle;

	(void)state;
	start(MODEL_TLB_OFF);
	handle = model_access_begin(b.m, &access);
	assert_int_not_equal(handle, MODEL_NONE);
	bench_imuctr(&b, CACHE_A, 0, 1u << 4 | 1);
	bench_clear(&b, 0, 0x1000);
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x7000, MODEL_VIA_UNDER_WAY));
	assert_true(model_access_end(b.m, handle, &access));
	assert_int_equal(access.pa, 0x7010);
	assert_false(bench_reaches(&b, CACHE_A, 0, 0x7000, -1));
	assert_false(model_access_end(b.m, handle, &access));
}

static void accesses_under_way_have_a_limit(void **state)
{
	struct model_access access = {CACHE_A, 0, 0x1010, true, 0, false, 0, 0};
	uint32_t i;

	(void)state;
	start(MODEL_TLB_OFF);
	for (i = 0; i < 8; i++) {
		assert_int_equal(model_access_begin(b.m, &access), i);
	}
	assert_int_equal(model_access_begin(b.m, &access), MODEL_NONE);
	assert_true(model_access_end(b.m, 3, &access));
	assert_int_equal(model_access_begin(b.m, &access), 3);
}

static void a_stuck_flush_ends_only_when_it_is_freed(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_clear(&b, 0, 0x1000);
	model_set_stuck(b.m, ROOT, 1, true);
	bench_flush(&b, ROOT, 1);
	bench_flush(&b, CACHE_A, 1);
	model_tick(b.m, 1000000);
	assert_true((bench_get(&b, ROOT, 1, IMCTR) & 2) != 0);
	assert_true((bench_get(&b, CACHE_A, 1, IMCTR) & 2) == 0);
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x7000, -1));
	model_set_stuck(b.m, ROOT, MODEL_NONE, false);
	model_tick(b.m, 1);
	assert_true((bench_get(&b, ROOT, 1, IMCTR) & 2) == 0);
	assert_false(bench_reaches(&b, CACHE_A, 0, 0x7000, -1));
}

static void a_dropped_flush_says_done_and_is_not(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_clear(&b, 0, 0x1000);
	model_set_flush_dropped(b.m, CACHE_A, true);
	bench_flush(&b, ROOT, 1);
	bench_flush(&b, CACHE_A, 1);
	model_tick(b.m, 2);
	assert_true((bench_get(&b, CACHE_A, 1, IMCTR) & 2) == 0);
	assert_true(passes());
}

static void power_off_empties_the_tlbs(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_clear(&b, 0, 0x1000);
	model_power(b.m, CACHE_A, false);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000),
			 BENCH_STOPPED | MODEL_ACCESS_ABORT);
	model_power(b.m, CACHE_A, true);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x1000);
	bench_flush(&b, ROOT, 1);
	model_tick(b.m, 2);
	bench_set(&b, CACHE_A, 1, IMCTR, ON_FLUSH);
	model_tick(b.m, 2);
	bench_utlb(&b, CACHE_A, 0, 1, false);
	assert_false(bench_reaches(&b, CACHE_A, 0, 0x7000, -1));
}

static void a_table_that_points_at_itself_does_not_hang_the_adversary(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_store(&b, 2, 511, bench_pa(2) | 3);
	bench_store(&b, 2, 510, bench_pa(2) | 3);
	model_tick(b.m, 1);
	assert_true(bench_reaches(&b, CACHE_A, 0, bench_pa(2), -1) == false);
	assert_true(bench_reaches(&b, CACHE_A, 0, 0x7000, -1));
}

static void a_context_enabled_again_has_forgotten_what_was_absent(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	model_set_switch(b.m, MODEL_ABSENT_CACHED, 1);
	bench_imuctr(&b, CACHE_A, 0, 2);
	bench_set(&b, CACHE_A, 1, IMCTR, 2);
	bench_set(&b, ROOT, 1, IMCTR, 2);
	model_tick(b.m, 2);
	bench_page(&b, 0, 0x2000, 0x9000, RW);
	bench_enable(&b, 1);
	bench_utlb(&b, CACHE_A, 0, 1, true);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x2000), 0x9000);
}

static void a_tagged_utlb_keeps_contexts_apart(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	model_set_switch(b.m, MODEL_UTLB_TAGGED, 1);
	model_set_switch(b.m, MODEL_ABSENT_CACHED, 1);
	bench_context(&b, 2, 4);
	bench_utlb(&b, CACHE_A, 1, 2, true);
	model_tick(b.m, 1);
	bench_utlb(&b, CACHE_A, 1, 1, false);
	assert_int_equal(bench_lands(&b, CACHE_A, 1, 0x1000), 0x7000);
	bench_utlb(&b, CACHE_A, 1, 2, false);
	assert_false(bench_reaches(&b, CACHE_A, 1, 0x7000, -1));
}

static void an_entry_under_flush_answers_but_is_copied_nowhere(void **state)
{
	(void)state;
	start(MODEL_TLB_RANDOM);
	bench_utlb(&b, CACHE_A, 1, 1, true);
	assert_true(passes());
	bench_clear(&b, 0, 0x1000);
	bench_flush(&b, ROOT, 1);
	bench_flush(&b, CACHE_A, 1);
	assert_int_equal(bench_lands(&b, CACHE_A, 1, 0x1000), 0x7000);
	model_tick(b.m, 2);
	assert_false(bench_reaches(&b, CACHE_A, 1, 0x7000, -1));
}

static void accesses_under_way_are_lost_with_the_power(void **state)
{
	struct model_access access = {CACHE_A, 0, 0x1010, true, 0, false, 0, 0};
	uint32_t handle;

	(void)state;
	start(MODEL_TLB_OFF);
	handle = model_access_begin(b.m, &access);
	model_power(b.m, CACHE_A, false);
	model_power(b.m, CACHE_A, true);
	assert_false(model_access_end(b.m, handle, &access));
}

static void a_table_pointer_under_flush_still_leads_on(void **state)
{
	(void)state;
	start(MODEL_TLB_ADVERSARIAL);
	bench_store(&b, 2, 0, 0);
	model_set_stuck(b.m, ROOT, 1, true);
	bench_flush(&b, ROOT, 1);
	bench_store(&b, 3, 5, 0xb000 | 0x4c3);
	model_tick(b.m, 1);
	assert_true(bench_reaches(&b, CACHE_A, 0, 0xb000, MODEL_VIA_WALK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_tlb_a_cleared_entry_is_gone_at_once),
		cmocka_unit_test(what_was_used_stays_until_flushed),
		cmocka_unit_test(what_was_not_used_is_not_kept_by_a_random_tlb),
		cmocka_unit_test(the_adversary_keeps_what_nobody_used),
		cmocka_unit_test(a_flush_of_the_cache_alone_does_not_do),
		cmocka_unit_test(a_flush_of_the_root_alone_does_not_do),
		cmocka_unit_test(a_flush_leaves_other_contexts_alone),
		cmocka_unit_test(the_adversary_sees_a_page_that_lived_between_two_writes),
		cmocka_unit_test(a_store_during_a_flush_needs_another_flush),
		cmocka_unit_test(a_moved_page_is_where_it_was_until_flushed),
		cmocka_unit_test(a_utlb_takes_nothing_of_a_context_that_its_cache_has_off),
		cmocka_unit_test(an_unlinked_table_is_walked_until_flushed),
		cmocka_unit_test(tables_of_a_context_that_is_off_and_flushed_are_not_read),
		cmocka_unit_test(reach_of_a_utlb_that_is_off_is_everything),
		cmocka_unit_test(reach_needs_no_adversary_to_see_the_tables),
		cmocka_unit_test(an_access_under_way_lands_by_its_old_translation),
		cmocka_unit_test(accesses_under_way_have_a_limit),
		cmocka_unit_test(a_stuck_flush_ends_only_when_it_is_freed),
		cmocka_unit_test(a_dropped_flush_says_done_and_is_not),
		cmocka_unit_test(power_off_empties_the_tlbs),
		cmocka_unit_test(a_table_that_points_at_itself_does_not_hang_the_adversary),
		cmocka_unit_test(a_context_enabled_again_has_forgotten_what_was_absent),
		cmocka_unit_test(a_tagged_utlb_keeps_contexts_apart),
		cmocka_unit_test(an_entry_under_flush_answers_but_is_copied_nowhere),
		cmocka_unit_test(accesses_under_way_are_lost_with_the_power),
		cmocka_unit_test(a_table_pointer_under_flush_still_leads_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
