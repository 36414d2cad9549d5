// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_layout.c - addresses of contexts and uTLBs, and values made of fields, by known vectors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "regs.h"

static const struct ipmmu_layout *gen(int generation)
{
	return ipmmu_layout_of((enum ipmmu_generation)generation);
}

static const struct ipmmu_soc *soc(const char *compatible)
{
	const struct ipmmu_soc *row = ipmmu_soc_find(compatible, NULL);

	assert_non_null(row);
	return row;
}

static void contexts_of_gen2_and_gen3_stand_64_bytes_apart(void **state)
{
	(void)state;
	assert_int_equal(ipmmu_regs_context(gen(3), 0, IMCTR), 0x000);
	assert_int_equal(ipmmu_regs_context(gen(3), 1, IMTTBCR), 0x048);
	assert_int_equal(ipmmu_regs_context(gen(3), 7, IMCTR), 0x1c0);
	assert_int_equal(ipmmu_regs_context(gen(2), 0, IMCTR), 0x800);
	assert_int_equal(ipmmu_regs_context(gen(2), 3, IMSTR), 0x8e0);
}

static void contexts_of_gen4_have_pages_and_a_gap_at_8(void **state)
{
	(void)state;
	assert_int_equal(ipmmu_regs_context(gen(4), 0, IMCTR), 0x10000);
	assert_int_equal(ipmmu_regs_context(gen(4), 1, IMCTR), 0x11040);
	assert_int_equal(ipmmu_regs_context(gen(4), 7, IMCTR), 0x171c0);
	assert_int_equal(ipmmu_regs_context(gen(4), 8, IMCTR), 0x18800);
	assert_int_equal(ipmmu_regs_context(gen(4), 9, IMSTR), 0x19860);
	assert_int_equal(ipmmu_regs_context(gen(4), 15, IMCTR), 0x1f9c0);
}

static void utlbs_leave_room_for_the_globals_at_32(void **state)
{
	(void)state;
	assert_int_equal(ipmmu_regs_utlb(gen(3), 0), 0x300);
	assert_int_equal(ipmmu_regs_utlb(gen(3), 31), 0x4f0);
	assert_int_equal(ipmmu_regs_utlb(gen(3), 32), 0x600);
	assert_int_equal(ipmmu_regs_utlb(gen(3), 47), 0x6f0);
	assert_int_equal(ipmmu_regs_utlb_asid(gen(3), 31), 0x4f8);
	assert_int_equal(ipmmu_regs_utlb_asid(gen(3), 32), 0x608);
	assert_int_equal(ipmmu_regs_utlb(gen(2), 0), 0xb00);
	assert_int_equal(ipmmu_regs_utlb(gen(2), 31), 0xcf0);
	assert_int_equal(ipmmu_regs_utlb(gen(4), 0), 0x3300);
	assert_int_equal(ipmmu_regs_utlb(gen(4), 63), 0x37f0);
	assert_int_equal(ipmmu_regs_utlb_asid(gen(4), 63), 0x37f8);
}

static void globals_are_in_page_1_of_gen4_and_absent_in_gen2(void **state)
{
	(void)state;
	assert_int_equal(ipmmu_regs_global(gen(3), IMSCTLR), 0x500);
	assert_int_equal(ipmmu_regs_global(gen(3), IMSSTR), 0x540);
	assert_int_equal(ipmmu_regs_global(gen(4), IMSCTLR), 0x1500);
	assert_int_equal(ipmmu_regs_global(gen(4), IMSAUXCTLR), 0x1504);
	assert_false(gen(2)->has_global);
	assert_true(gen(3)->has_global && gen(4)->has_global);
	assert_false(gen(2)->has_imsstr || gen(4)->has_imsstr);
	assert_true(gen(3)->has_imsstr);
	assert_false(gen(2)->has_imeuar);
	assert_true(gen(3)->has_imeuar && gen(4)->has_imeuar);
	assert_false(gen(2)->has_caches);
	assert_true(gen(2)->has_imbuscr);
	assert_null(gen(1));
	assert_null(gen(5));
}

static void no_two_registers_of_a_unit_share_an_address(void **state)
{
	static const struct {
		int generation;
		uint32_t contexts;
		uint32_t utlbs;
	} units[] = {{2, 4, 32}, {3, 8, 48}, {4, 16, 64}};
	static uint8_t taken[0x20000];
	size_t i;
	uint32_t n;

	(void)state;
	for (i = 0; i < 3; i++) {
		const struct ipmmu_layout *layout = gen(units[i].generation);

		memset(taken, 0, sizeof(taken));
		for (n = 0; n < units[i].contexts; n++) {
			uint32_t first = ipmmu_regs_context(layout, n, 0);
			uint32_t last = ipmmu_regs_context(layout, n, 0x3c);

			assert_true(last < layout->region_size);
			assert_int_equal(taken[first]++, 0);
			assert_int_equal(taken[last]++, 0);
		}
		for (n = 0; n < units[i].utlbs; n++) {
			assert_true(ipmmu_regs_utlb_asid(layout, n) < layout->region_size);
			assert_int_equal(taken[ipmmu_regs_utlb(layout, n)]++, 0);
			assert_int_equal(taken[ipmmu_regs_utlb_asid(layout, n)]++, 0);
		}
		if (layout->has_global) {
			assert_int_equal(taken[ipmmu_regs_global(layout, IMSCTLR)]++, 0);
			assert_int_equal(taken[ipmmu_regs_global(layout, IMSAUXCTLR)]++, 0);
		}
	}
}

static void ttbcr_has_the_values_of_the_public_drivers(void **state)
{
	const struct ipmmu_soc *h3 = soc("renesas,ipmmu-r8a7795");
	const struct ipmmu_soc *s4 = soc("renesas,ipmmu-r8a779f0");
	const struct ipmmu_soc *h2 = soc("renesas,ipmmu-r8a7790");

	(void)state;
	assert_int_equal(ipmmu_regs_ttbcr(h3, IPMMU_MODE_S1_AARCH32, 32), 0x80000080);
	assert_int_equal(ipmmu_regs_ttbcr(s4, IPMMU_MODE_S1_AARCH32, 32), 0x80000080);
	assert_int_equal(ipmmu_regs_ttbcr(h2, IPMMU_MODE_S1_AARCH32, 32), 0x80003510);
	assert_int_equal(ipmmu_regs_ttbcr(s4, IPMMU_MODE_S2, 40), 0xc0000058);
	assert_int_equal(ipmmu_regs_ttbcr(s4, IPMMU_MODE_S2, 36), 0xc000005c);
	assert_int_equal(ipmmu_regs_ttbcr(s4, IPMMU_MODE_S2, 33), 0xc000005f);
	assert_int_equal(ipmmu_regs_ttbcr(h3, IPMMU_MODE_S1_AARCH64, 39), 0x80190099);
	assert_int_equal(ipmmu_regs_ttbcr(h3, IPMMU_MODE_S1_AARCH32, 30), 0x80000082);
	assert_int_equal(ipmmu_regs_ttbcr(h2, IPMMU_MODE_S1_AARCH32, 30), 0x80003512);
}

static void ttbcr_is_0_for_what_no_walk_can_have(void **state)
{
	const struct ipmmu_soc *h3 = soc("renesas,ipmmu-r8a7795");
	const struct ipmmu_soc *h2 = soc("renesas,ipmmu-r8a7790");

	(void)state;
	assert_int_equal(ipmmu_regs_ttbcr(h3, IPMMU_MODE_S2, 32), 0);
	assert_int_equal(ipmmu_regs_ttbcr(h3, IPMMU_MODE_S2, 41), 0);
	assert_int_equal(ipmmu_regs_ttbcr(h3, IPMMU_MODE_S1_AARCH32, 33), 0);
	assert_int_equal(ipmmu_regs_ttbcr(h3, IPMMU_MODE_S1_AARCH32, 24), 0);
	assert_int_equal(ipmmu_regs_ttbcr(h3, IPMMU_MODE_S1_AARCH64, 40), 0);
	assert_int_equal(ipmmu_regs_ttbcr(h3, IPMMU_MODE_AUTO, 40), 0);
	assert_int_equal(ipmmu_regs_ttbcr(h2, IPMMU_MODE_S2, 40), 0);
	assert_int_equal(ipmmu_regs_ttbcr(h2, IPMMU_MODE_S1_AARCH64, 39), 0);
}

static void imuctr_selects_the_context_flushes_and_enables(void **state)
{
	(void)state;
	assert_int_equal(ipmmu_regs_imuctr(gen(2), 3), 0x33);
	assert_int_equal(ipmmu_regs_imuctr(gen(3), 0), 0x03);
	assert_int_equal(ipmmu_regs_imuctr(gen(3), 7), 0x73);
	assert_int_equal(ipmmu_regs_imuctr(gen(4), 15), 0xf3);
	assert_int_equal(ipmmu_regs_imuctr(gen(4), 16), 0x103);
}

static void table_addresses_split_and_join(void **state)
{
	const struct ipmmu_pa pa = {0xfedcba9000ull};

	(void)state;
	assert_int_equal(ipmmu_regs_ttlbr(pa), 0xdcba9000);
	assert_int_equal(ipmmu_regs_ttubr(pa), 0xfe);
	assert_true(ipmmu_regs_table(0xdcba9fff, 0xffffff12).v == 0x12dcba9000ull);
	assert_true(ipmmu_regs_iova(0x89abcdef, 0x12).v == 0x1289abcdefull);
}

static void formats_of_64_bits_set_va64(void **state)
{
	(void)state;
	assert_int_equal(ipmmu_regs_imctr_format(IPMMU_MODE_S1_AARCH32), 0);
	assert_int_equal(ipmmu_regs_imctr_format(IPMMU_MODE_S1_AARCH64), 0x20000000);
	assert_int_equal(ipmmu_regs_imctr_format(IPMMU_MODE_S2), 0x20000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contexts_of_gen2_and_gen3_stand_64_bytes_apart),
		cmocka_unit_test(contexts_of_gen4_have_pages_and_a_gap_at_8),
		cmocka_unit_test(utlbs_leave_room_for_the_globals_at_32),
		cmocka_unit_test(globals_are_in_page_1_of_gen4_and_absent_in_gen2),
		cmocka_unit_test(no_two_registers_of_a_unit_share_an_address),
		cmocka_unit_test(ttbcr_has_the_values_of_the_public_drivers),
		cmocka_unit_test(ttbcr_is_0_for_what_no_walk_can_have),
		cmocka_unit_test(imuctr_selects_the_context_flushes_and_enables),
		cmocka_unit_test(table_addresses_split_and_join),
		cmocka_unit_test(formats_of_64_bits_set_va64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
