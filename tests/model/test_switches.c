// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_switches.c - every switch, in every value, gives what its text says, and no two values
 * give the same. One scene per switch; what it sees is one number.
 */
#include "bench.h"

static struct bench b;

static void prepare(enum model_switch which, uint8_t value, enum model_tlb_mode mode)
{
	bench_prepare(&b, MODEL_GEN3);
	b.config.tlb_mode = mode;
	b.config.switches[MODEL_STALL_ON_FAULT] = 0;
	b.config.switches[which] = value;
	bench_power_on(&b);
	model_write(b.m, ROOT, 0x504, 8);
}

/* Context 1 on page 0 with one page at 0x1000, context 2 empty, uTLB 0 of A on context 1. */
static void scene(enum model_switch which, uint8_t value, enum model_tlb_mode mode)
{
	prepare(which, value, mode);
	bench_page(&b, 0, 0x1000, 0x7000, RW);
	bench_context(&b, 1, 0);
	bench_context(&b, 2, 4);
	bench_utlb(&b, CACHE_A, 0, 1, true);
}

static bool passes(void)
{
	return bench_lands(&b, CACHE_A, 0, 0x1000) == 0x7000;
}

static void flush_both(uint32_t us)
{
	bench_flush(&b, ROOT, 1);
	bench_flush(&b, CACHE_A, 1);
	model_tick(b.m, us);
}

static uint32_t imuctr_after_flush(enum model_switch which, uint8_t value)
{
	scene(which, value, MODEL_TLB_RANDOM);
	return model_read(b.m, CACHE_A, 0x300);
}

static uint32_t utlb_over_disable(enum model_switch which, uint8_t value)
{
	scene(which, value, MODEL_TLB_RANDOM);
	assert_true(passes());
	bench_imuctr(&b, CACHE_A, 0, 0);
	bench_imuctr(&b, CACHE_A, 0, 0x11);
	return bench_reaches(&b, CACHE_A, 0, 0x7000, MODEL_VIA_UTLB);
}

static uint32_t utlb_of_other_context(enum model_switch which, uint8_t value)
{
	scene(which, value, MODEL_TLB_RANDOM);
	assert_true(passes());
	bench_utlb(&b, CACHE_A, 0, 2, false);
	return passes() ? 1 : 0;
}

static uint32_t landed_by_repoint(enum model_switch which, uint8_t value)
{
	struct model_access access = {CACHE_A, 0, 0x1000, true, 0, false, 0, 0};
	uint32_t handle;

	scene(which, value, MODEL_TLB_RANDOM);
	handle = model_access_begin(b.m, &access);
	bench_utlb(&b, CACHE_A, 0, 2, true);
	return b.landed * 2 + (model_access_end(b.m, handle, &access) ? 1 : 0);
}

static uint32_t landed_by_flush(enum model_switch which, uint8_t value)
{
	struct model_access access = {CACHE_A, 0, 0x1000, true, 0, false, 0, 0};
	uint32_t handle;

	scene(which, value, MODEL_TLB_RANDOM);
	handle = model_access_begin(b.m, &access);
	flush_both(1);
	assert_int_equal(b.landed, 0);
	model_tick(b.m, 1);
	return b.landed * 2 + (model_access_end(b.m, handle, &access) ? 1 : 0);
}

/* Bits: busy after 2 us, busy after 3 us, still passes at the end. */
static uint32_t flush_written_again(enum model_switch which, uint8_t value)
{
	uint32_t seen;

	scene(which, value, MODEL_TLB_ADVERSARIAL);
	bench_clear(&b, 0, 0x1000);
	flush_both(1);
	bench_flush(&b, ROOT, 1);
	bench_set(&b, CACHE_A, 1, IMCTR, 7);
	model_tick(b.m, 1);
	seen = (bench_get(&b, ROOT, 1, IMCTR) & 2) != 0 ? 4 : 0;
	model_tick(b.m, 1);
	seen |= (bench_get(&b, ROOT, 1, IMCTR) & 2) != 0 ? 2 : 0;
	model_tick(b.m, 10);
	return seen | (passes() ? 1 : 0);
}

static uint32_t utlb_after_context_flush(enum model_switch which, uint8_t value)
{
	scene(which, value, MODEL_TLB_RANDOM);
	assert_true(passes());
	bench_clear(&b, 0, 0x1000);
	flush_both(2);
	return passes() ? 1 : 0;
}

static uint32_t absence_after_map(enum model_switch which, uint8_t value)
{
	scene(which, value, MODEL_TLB_RANDOM);
	assert_int_not_equal(bench_lands(&b, CACHE_A, 0, 0x2000), 0x9000);
	bench_page(&b, 0, 0x2000, 0x9000, RW);
	assert_true(passes());
	return bench_lands(&b, CACHE_A, 0, 0x2000) == 0x9000 ? 1 : 0;
}

static uint32_t line_with_inten_late(enum model_switch which, uint8_t value)
{
	scene(which, value, MODEL_TLB_RANDOM);
	(void)bench_access(&b, CACHE_A, 0, 0x5000, false);
	bench_set(&b, ROOT, 1, IMCTR, VA64 | 3);
	return model_irq(b.m, ROOT) ? 1 : 0;
}

/* What the access is at first, after the clear, after the flush. */
static uint32_t master_after_fault(enum model_switch which, uint8_t value)
{
	struct model_access access;
	uint32_t seen;

	scene(which, value, MODEL_TLB_RANDOM);
	access = bench_access(&b, CACHE_A, 0, 0x2000, false);
	seen = access.state;
	bench_page(&b, 0, 0x2000, 0x9000, RW);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	model_access_retry(b.m, &access);
	seen = seen * 10 + access.state;
	flush_both(2);
	model_access_retry(b.m, &access);
	return seen * 10 + access.state;
}

static uint32_t address_of_two_faults(enum model_switch which, uint8_t value)
{
	scene(which, value, MODEL_TLB_RANDOM);
	(void)bench_access(&b, CACHE_A, 0, 0x5000, false);
	(void)bench_access(&b, CACHE_A, 0, 0x6000, false);
	return bench_get(&b, ROOT, 1, IMELAR);
}

static uint32_t secgrp_at_reset(enum model_switch which, uint8_t value)
{
	uint32_t ones = 0;
	uint64_t seed;

	for (seed = 1; seed <= 20; seed++) {
		bench_prepare(&b, MODEL_GEN3);
		b.config.switches[which] = value;
		b.config.seed = seed;
		bench_power_on(&b);
		ones += (model_read(b.m, CACHE_A, 0x500) >> 28) & 1;
	}
	return ones == 0 || ones == 20 ? ones : 1;
}

/* Bits: after IMSTR was cleared, after IMSSTR was written 0. */
static uint32_t imsstr_after_clears(enum model_switch which, uint8_t value)
{
	uint32_t seen;

	scene(which, value, MODEL_TLB_RANDOM);
	(void)bench_access(&b, CACHE_A, 0, 0x5000, false);
	assert_int_equal(model_read(b.m, ROOT, 0x540), 1u << 4);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	seen = model_read(b.m, ROOT, 0x540) != 0 ? 2 : 0;
	model_write(b.m, ROOT, 0x540, 0);
	return seen | (model_read(b.m, ROOT, 0x540) != 0 ? 1 : 0);
}

static uint32_t outcome_at(uint64_t iova)
{
	struct model_access access = bench_access(&b, CACHE_A, 0, iova, false);
	uint32_t status = bench_get(&b, ROOT, 1, IMSTR);

	bench_set(&b, ROOT, 1, IMSTR, 0);
	assert_int_equal(status, access.state == MODEL_ACCESS_FAULT ? 0x1001 : 0);
	assert_true(!access.bypass || access.pa == iova);
	return access.state * 10 + (access.bypass ? 1 : 0) +
	       (bench_reaches(&b, CACHE_A, 0, iova, MODEL_VIA_BYPASS) ? 2 : 0);
}

/* The same for every address, whatever width IMTTBCR names. */
static uint32_t outcome_of_off_context(void)
{
	static const uint32_t widths[] = {0xc0000058, 0xc000005c, 0x80000080, 0x80000087, 0};
	uint32_t seen = outcome_at(0x5000);
	uint32_t i;

	for (i = 0; i < 5; i++) {
		bench_set(&b, ROOT, 1, IMTTBCR, widths[i]);
		assert_int_equal(outcome_at(0x5000), seen);
		assert_int_equal(outcome_at(0x140005000), seen);
		assert_int_equal(outcome_at(0xfffffff000), seen);
	}
	return seen;
}

static uint32_t root_context_off(enum model_switch which, uint8_t value)
{
	scene(which, value, MODEL_TLB_RANDOM);
	bench_set(&b, ROOT, 1, IMCTR, 2);
	model_tick(b.m, 2);
	return outcome_of_off_context();
}

static uint32_t cache_context_off(enum model_switch which, uint8_t value)
{
	scene(which, value, MODEL_TLB_RANDOM);
	bench_set(&b, CACHE_A, 1, IMCTR, 2);
	model_tick(b.m, 2);
	return outcome_of_off_context();
}

/* A stage-1 context behind a root with S2PTE set: read-only by AP, no rights by S2AP. */
static uint32_t stage1_beside_s2pte(enum model_switch which, uint8_t value)
{
	prepare(which, value, MODEL_TLB_RANDOM);
	bench_table(&b, 1, 0);
	bench_set(&b, ROOT, 1, IMTTBCR, 0x80190099);
	bench_enable(&b, 1);
	bench_utlb(&b, CACHE_A, 0, 1, true);
	bench_store(&b, 0, 0, 0x40000000 | 0x4a1);
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
	return bench_get(&b, ROOT, 1, IMSTR);
}

static uint32_t address_over_width(enum model_switch which, uint8_t value)
{
	scene(which, value, MODEL_TLB_RANDOM);
	bench_set(&b, ROOT, 2, IMCTR, 2);
	model_tick(b.m, 2);
	bench_set(&b, ROOT, 1, IMTTBCR, 0xc000005c);
	return bench_lands(&b, CACHE_A, 0, 0x1000001000) == 0x7000 ? 1 : 0;
}

/* Bits: SL0 1 walks, SL0 2 walks. */
static uint32_t sl0_that_walks(enum model_switch which, uint8_t value)
{
	uint32_t seen = 0;
	uint32_t sl0;

	for (sl0 = 1; sl0 <= 2; sl0++) {
		prepare(which, value, MODEL_TLB_RANDOM);
		bench_page(&b, 0, 0x1000, 0x7000, RW);
		bench_table(&b, 1, 0);
		bench_set(&b, ROOT, 1, IMTTBCR, 0xc0000018 | sl0 << 6);
		bench_enable(&b, 1);
		bench_utlb(&b, CACHE_A, 0, 1, true);
		seen |= passes() ? sl0 : 0;
	}
	return seen;
}

static uint32_t seeded_utlbs(enum model_switch which, uint8_t value)
{
	uint32_t any = 0;
	uint32_t on = 0;
	uint32_t n;

	prepare(which, value, MODEL_TLB_RANDOM);
	for (n = 0; n < 48; n++) {
		uint32_t at = model_utlb_offset(MODEL_GEN3, n, false);

		any |= model_read(b.m, CACHE_A, at) & model_read(b.m, CACHE_A, at + 8);
		on |= model_read(b.m, CACHE_A, at) & 3;
	}
	return (any != 0 ? 1 : 0) + on * 2;
}

static uint32_t seeded_contexts(enum model_switch which, uint8_t value)
{
	uint32_t any = 0;
	uint32_t on = 0;
	uint32_t n;

	prepare(which, value, MODEL_TLB_RANDOM);
	for (n = 0; n < 8; n++) {
		any |= bench_get(&b, ROOT, n, IMTTLBR0) | bench_get(&b, ROOT, n, IMSTR);
		on |= bench_get(&b, ROOT, n, IMCTR) & 3;
	}
	assert_int_equal(any & 0xfff & ~0x3717u, 0);
	return (any != 0 ? 1 : 0) + on * 2;
}

static uint32_t cache_flushed_before_root(enum model_switch which, uint8_t value)
{
	scene(which, value, MODEL_TLB_ADVERSARIAL);
	bench_clear(&b, 0, 0x1000);
	bench_flush(&b, CACHE_A, 1);
	bench_flush(&b, ROOT, 1);
	model_tick(b.m, 2);
	return passes() ? 1 : 0;
}

/* 7: the older; 9: the newer; else IMSTR. */
static uint32_t two_entries(enum model_switch which, uint8_t value)
{
	struct model_access access;

	scene(which, value, MODEL_TLB_ADVERSARIAL);
	bench_page(&b, 0, 0x1000, 0x9000, RW);
	access = bench_access(&b, CACHE_A, 0, 0x1000, false);
	return access.state == MODEL_ACCESS_DONE ? (uint32_t)(access.pa >> 12)
						 : bench_get(&b, ROOT, 1, IMSTR);
}

static uint32_t fixed_address(enum model_switch which, uint8_t value)
{
	const uint64_t iova = 0x1340005000;
	uint64_t pa;

	scene(which, value, MODEL_TLB_RANDOM);
	bench_imuctr(&b, CACHE_A, 0, 0x80120000);
	pa = bench_lands(&b, CACHE_A, 0, iova);
	assert_true(bench_reaches(&b, CACHE_A, 0, pa, MODEL_VIA_BYPASS));
	bench_set(&b, ROOT, 1, IMCTR, 2);
	bench_imuctr(&b, CACHE_A, 0, 0x80120013);
	assert_true(bench_lands(&b, CACHE_A, 0, iova) == pa);
	bench_imuctr(&b, CACHE_A, 0, 0x00120000);
	assert_true(bench_lands(&b, CACHE_A, 0, iova) == iova);
	assert_int_equal(pa & 0xffffffff, 0x40005000);
	return (uint32_t)(pa >> 32);
}

/* Bits: the line with INTEN in the root alone, in cache A alone, in both. B always has it. */
static uint32_t line_by_inten(enum model_switch which, uint8_t value)
{
	uint32_t seen = 0;
	uint32_t set;

	for (set = 1; set <= 3; set++) {
		scene(which, value, MODEL_TLB_RANDOM);
		bench_set(&b, ROOT, 1, IMCTR, VA64 | 3 | ((set & 1) != 0 ? 4 : 0));
		bench_set(&b, CACHE_A, 1, IMCTR, 3 | ((set & 2) != 0 ? 4u : 0u));
		model_tick(b.m, 2);
		(void)bench_access(&b, CACHE_A, 0, 0x5000, false);
		assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), 0x3001);
		seen |= model_irq(b.m, ROOT) ? 1u << (set - 1) : 0;
	}
	return seen;
}

static uint32_t status_of_empty_entry(enum model_switch which, uint8_t value)
{
	uint32_t status;

	prepare(which, value, MODEL_TLB_RANDOM);
	bench_context(&b, 2, 0);
	bench_utlb(&b, CACHE_A, 0, 2, true);
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
	assert_int_equal(bench_get(&b, ROOT, 2, IMSTR), 0x1001);
	model_write(b.m, ROOT, 0x504, 0);
	bench_table(&b, 1, 0);
	bench_set(&b, ROOT, 1, IMTTBCR, 0x80190099);
	bench_enable(&b, 1);
	bench_utlb(&b, CACHE_A, 0, 1, true);
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
	status = bench_get(&b, ROOT, 1, IMSTR);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	bench_store(&b, 0, 0, 0x20);
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), 0x1001);
	return status;
}

static const struct {
	enum model_switch which;
	uint32_t (*scene)(enum model_switch which, uint8_t value);
	uint32_t seen[3];
} rows[] = {
	{MODEL_UTLB_FLUSH_SELF_CLEARS, imuctr_after_flush, {0x13, 0x11}},
	{MODEL_UTLB_KEEPS_OVER_DISABLE, utlb_over_disable, {0, 1}},
	{MODEL_UTLB_TAGGED, utlb_of_other_context, {1, 0}},
	{MODEL_REPOINT_DRAINS, landed_by_repoint, {1, 2}},
	{MODEL_FLUSH_DRAINS, landed_by_flush, {1, 2}},
	{MODEL_FLUSH_REWRITE, flush_written_again, {0, 4, 1}},
	{MODEL_FLUSH_COVERS_UTLBS, utlb_after_context_flush, {1, 0}},
	{MODEL_ABSENT_CACHED, absence_after_map, {1, 0}},
	{MODEL_IRQ_GATED, line_with_inten_late, {1, 0}},
	{MODEL_STALL_ON_FAULT, master_after_fault, {100, 200, 220}},
	{MODEL_STATUS_OVERWRITE, address_of_two_faults, {0x5000, 0x6000}},
	{MODEL_SECGRP_RESET, secgrp_at_reset, {0, 20, 1}},
	{MODEL_IMSSTR_CLEAR, imsstr_after_clears, {0, 2, 3}},
	{MODEL_OFF_CONTEXT, root_context_off, {10, 3, 30}},
	{MODEL_OFF_CACHE_CONTEXT, cache_context_off, {10, 3, 30}},
	{MODEL_S2PTE_ALL, stage1_beside_s2pte, {0, 0x1402}},
	{MODEL_INPUT_WRAPS, address_over_width, {0, 1}},
	{MODEL_SL0_STAGE2, sl0_that_walks, {1, 2, 3}},
	{MODEL_UTLB_RESET, seeded_utlbs, {0, 1}},
	{MODEL_CONTEXT_RESET, seeded_contexts, {0, 1}},
	{MODEL_FLUSHING_CACHE_FED, cache_flushed_before_root, {0, 1}},
	{MODEL_MULTIPLE_HIT, two_entries, {7, 9, 0x3010}},
	{MODEL_FIXADD, fixed_address, {0x13, 0x12}},
	{MODEL_CACHE_INTEN, line_by_inten, {5, 4, 7}},
	{MODEL_EMPTY_SECURE, status_of_empty_entry, {0x1001, 0x1502}},
};

static void every_value_of_every_switch_shows(void **state)
{
	size_t i;
	uint8_t value;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (value = 0; value < model_switch_values(rows[i].which); value++) {
			uint32_t seen = rows[i].scene(rows[i].which, value);

			if (seen != rows[i].seen[value]) {
				fail_msg("%s=%u: saw %u (0x%x), not %u",
					 model_switch_name(rows[i].which), value, seen, seen,
					 rows[i].seen[value]);
			}
		}
	}
}

static void every_switch_has_a_scene_with_differing_values(void **state)
{
	uint32_t found = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const uint32_t *seen = rows[i].seen;

		found |= 1u << rows[i].which;
		assert_int_not_equal(seen[0], seen[1]);
		if (model_switch_values(rows[i].which) == 3) {
			assert_true(seen[2] != seen[0] && seen[2] != seen[1]);
		}
	}
	assert_int_equal(found, (1u << MODEL_SWITCH_COUNT) - 1);
}

static void an_absence_is_late_for_the_adversary_too(void **state)
{
	uint8_t value;

	(void)state;
	for (value = 0; value < 2; value++) {
		scene(MODEL_ABSENT_CACHED, value, MODEL_TLB_ADVERSARIAL);
		model_tick(b.m, 1);
		bench_page(&b, 0, 0x2000, 0x9000, RW);
		assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x2000) == 0x9000, value == 0);
		assert_true(bench_reaches(&b, CACHE_A, 0, 0x9000, -1));
		flush_both(2);
		assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x2000), 0x9000);
	}
}

/* Of a context that is off an entry that is left in the uTLB answers what it grants. */
static void what_a_utlb_kept_of_a_context_that_is_off_stops_nothing(void **state)
{
	static const uint32_t writes[] = {MODEL_ACCESS_FAULT, MODEL_ACCESS_DONE,
					  MODEL_ACCESS_ABORT};
	uint8_t value;

	(void)state;
	for (value = 0; value < 3; value++) {
		struct model_access access;

		scene(MODEL_OFF_CONTEXT, value, MODEL_TLB_RANDOM);
		bench_page(&b, 0, 0x3000, 0x9000, RO);
		assert_true(bench_lands(&b, CACHE_A, 0, 0x3000) == 0x9000);
		model_poke(b.m, ROOT, model_context_offset(MODEL_GEN3, 1, IMCTR), 0);
		assert_true(bench_lands(&b, CACHE_A, 0, 0x3000) == 0x9000);
		access = bench_access(&b, CACHE_A, 0, 0x3000, true);
		assert_int_equal(access.state, writes[value]);
		assert_true(access.bypass == (value == 1));
		assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), value == 0 ? 0x1001 : 0);
	}
}

static void a_line_that_nothing_gates_is_decided_when_the_fault_comes(void **state)
{
	(void)state;
	scene(MODEL_CACHE_INTEN, 1, MODEL_TLB_RANDOM);
	model_set_switch(b.m, MODEL_IRQ_GATED, 0);
	(void)bench_access(&b, CACHE_A, 0, 0x5000, false);
	assert_true(model_irq(b.m, ROOT));
	bench_set(&b, CACHE_A, 1, IMCTR, 3);
	assert_true(model_irq(b.m, ROOT));
	bench_set(&b, ROOT, 1, IMSTR, 0);
	assert_false(model_irq(b.m, ROOT));
	(void)bench_access(&b, CACHE_A, 0, 0x5000, false);
	bench_set(&b, CACHE_A, 1, IMCTR, 7);
	assert_false(model_irq(b.m, ROOT));
}

/* An empty entry is one under either name: it is kept where absence is, and no longer. */
static void an_absence_is_kept_under_the_name_of_a_secure_access(void **state)
{
	(void)state;
	prepare(MODEL_EMPTY_SECURE, 1, MODEL_TLB_RANDOM);
	model_set_switch(b.m, MODEL_ABSENT_CACHED, 1);
	model_write(b.m, ROOT, 0x504, 0);
	bench_table(&b, 1, 0);
	bench_set(&b, ROOT, 1, IMTTBCR, 0x80190099);
	bench_enable(&b, 1);
	bench_utlb(&b, CACHE_A, 0, 1, true);
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
	bench_set(&b, ROOT, 1, IMSTR, 0);
	bench_store(&b, 0, 0, 0x40000000 | 0x421);
	(void)bench_access(&b, CACHE_A, 0, 0x1000, false);
	assert_int_equal(bench_get(&b, ROOT, 1, IMSTR), 0x3502);
	flush_both(2);
	assert_int_equal(bench_lands(&b, CACHE_A, 0, 0x1000), 0x40001000);
}

static void a_switch_can_be_turned_at_run_time(void **state)
{
	(void)state;
	scene(MODEL_STATUS_OVERWRITE, 0, MODEL_TLB_RANDOM);
	(void)bench_access(&b, CACHE_A, 0, 0x5000, false);
	model_set_switch(b.m, MODEL_STATUS_OVERWRITE, 1);
	(void)bench_access(&b, CACHE_A, 0, 0x6000, false);
	assert_int_equal(bench_get(&b, ROOT, 1, IMELAR), 0x6000);
	model_set_switch(b.m, MODEL_STATUS_OVERWRITE, 2);
	(void)bench_access(&b, CACHE_A, 0, 0x7000, false);
	assert_int_equal(bench_get(&b, ROOT, 1, IMELAR), 0x7000);
}

static void names_and_defaults_are_those_of_the_header(void **state)
{
	struct model_config config;

	(void)state;
	model_config_default(&config);
	assert_string_equal(model_switch_name(MODEL_FLUSH_DRAINS), "FLUSH_DRAINS");
	assert_int_equal(config.switches[MODEL_SECGRP_RESET], 2);
	assert_int_equal(model_switch_default(MODEL_STALL_ON_FAULT), 1);
	assert_int_equal(model_switch_values(MODEL_STALL_ON_FAULT), 3);
	assert_string_equal(model_switch_name(MODEL_SWITCH_COUNT), "?");
	assert_string_equal(model_violation_name(MODEL_VIOLATION_NO_FLUSH), "NO_FLUSH");
	assert_string_equal(model_violation_text(MODEL_VIOLATION_COUNT), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_of_every_switch_shows),
		cmocka_unit_test(every_switch_has_a_scene_with_differing_values),
		cmocka_unit_test(an_absence_is_late_for_the_adversary_too),
		cmocka_unit_test(what_a_utlb_kept_of_a_context_that_is_off_stops_nothing),
		cmocka_unit_test(a_line_that_nothing_gates_is_decided_when_the_fault_comes),
		cmocka_unit_test(an_absence_is_kept_under_the_name_of_a_secure_access),
		cmocka_unit_test(a_switch_can_be_turned_at_run_time),
		cmocka_unit_test(names_and_defaults_are_those_of_the_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
