// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_soc.c - which row a part gets, by its string and its product register.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ipmmu/soc.h>

/* compatible, PRR as read (0 = could not be read), generation, stage 2, flags */
static const struct {
	const char *compatible;
	uint32_t prr;
	int generation;
	enum ipmmu_ability stage2;
	const char *flags; /* u = unsuitable, d = discache, l = late caches only */
} parts[] = {
	{"renesas,ipmmu-r8a73a4", 0, 2, IPMMU_NO, ""},
	{"renesas,ipmmu-r8a7742", 0x4510, 2, IPMMU_NO, ""},
	{"renesas,ipmmu-r8a7743", 0x4710, 2, IPMMU_NO, ""},
	{"renesas,ipmmu-r8a7744", 0x4b00, 2, IPMMU_NO, ""},
	{"renesas,ipmmu-r8a7745", 0x4c10, 2, IPMMU_NO, ""},
	{"renesas,ipmmu-r8a7790", 0x4510, 2, IPMMU_NO, ""},
	{"renesas,ipmmu-r8a7791", 0x4720, 2, IPMMU_NO, ""},
	{"renesas,ipmmu-r8a7793", 0x4b00, 2, IPMMU_NO, ""},
	{"renesas,ipmmu-r8a7794", 0x4c10, 2, IPMMU_NO, ""},
	{"renesas,ipmmu-vmsa", 0x4710, 2, IPMMU_NO, ""},
	{"renesas,ipmmu-vmsa", 0, 2, IPMMU_NO, ""},
	{"renesas,ipmmu-r8a7795", 0x4f00, 3, IPMMU_NO, "u"},
	{"renesas,ipmmu-r8a7795", 0x4f01, 3, IPMMU_NO, "u"},
	{"renesas,ipmmu-r8a7795", 0x4f10, 3, IPMMU_NO, "udl"},
	{"renesas,ipmmu-r8a7795", 0x4f20, 3, IPMMU_YES, ""},
	{"renesas,ipmmu-r8a7795", 0x4f21, 3, IPMMU_YES, ""},
	{"renesas,ipmmu-r8a7795", 0, 3, IPMMU_NO, "udl"},
	{"renesas,ipmmu-r8a7796", 0x5200, 3, IPMMU_NO, "u"},
	{"renesas,ipmmu-r8a7796", 0x5210, 3, IPMMU_NO, "u"},
	{"renesas,ipmmu-r8a7796", 0x5211, 3, IPMMU_NO, "u"},
	{"renesas,ipmmu-r8a7796", 0x5220, 3, IPMMU_YES, ""},
	{"renesas,ipmmu-r8a7796", 0, 3, IPMMU_NO, "u"},
	{"renesas,ipmmu-r8a77961", 0x5220, 3, IPMMU_YES, ""},
	{"renesas,ipmmu-r8a77965", 0x5500, 3, IPMMU_YES, "dl"},
	{"renesas,ipmmu-r8a77965", 0x5501, 3, IPMMU_YES, "dl"},
	{"renesas,ipmmu-r8a77965", 0x5520, 3, IPMMU_YES, ""},
	{"renesas,ipmmu-r8a77965", 0, 3, IPMMU_YES, "dl"},
	{"renesas,ipmmu-r8a77970", 0x5400, 3, IPMMU_UNKNOWN, ""},
	{"renesas,ipmmu-r8a77980", 0x5610, 3, IPMMU_UNKNOWN, ""},
	{"renesas,ipmmu-r8a77990", 0x5700, 3, IPMMU_UNKNOWN, "dl"},
	{"renesas,ipmmu-r8a77990", 0x5710, 3, IPMMU_UNKNOWN, ""},
	{"renesas,ipmmu-r8a77995", 0x5810, 3, IPMMU_UNKNOWN, ""},
	{"renesas,ipmmu-r8a774a1", 0x5210, 3, IPMMU_NO, "u"},
	{"renesas,ipmmu-r8a774a1", 0x5220, 3, IPMMU_UNKNOWN, "u"},
	{"renesas,ipmmu-r8a774b1", 0x5501, 3, IPMMU_UNKNOWN, "d"},
	{"renesas,ipmmu-r8a774b1", 0x5510, 3, IPMMU_UNKNOWN, ""},
	{"renesas,ipmmu-r8a774c0", 0x5700, 3, IPMMU_UNKNOWN, "d"},
	{"renesas,ipmmu-r8a774c0", 0x5710, 3, IPMMU_UNKNOWN, ""},
	{"renesas,ipmmu-r8a774e1", 0x4f20, 3, IPMMU_UNKNOWN, ""},
	{"renesas,ipmmu-r8a779a0", 0x5900, 4, IPMMU_UNKNOWN, ""},
	{"renesas,ipmmu-r8a779f0", 0x5a00, 4, IPMMU_YES, ""},
	{"renesas,ipmmu-r8a779g0", 0x5c00, 4, IPMMU_YES, ""},
	{"renesas,ipmmu-r8a779h0", 0x5d00, 4, IPMMU_UNKNOWN, ""},
	{"renesas,rcar-gen4-ipmmu-vmsa", 0x6000, 4, IPMMU_UNKNOWN, ""},
	{"renesas,rcar-gen4-ipmmu", 0, 4, IPMMU_UNKNOWN, ""},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct ipmmu_soc *find(const char *compatible, uint32_t value)
{
	struct ipmmu_prr prr = ipmmu_prr_decode(value);

	return ipmmu_soc_find(compatible, value == 0 ? NULL : &prr);
}

static void every_part_gets_its_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(parts); i++) {
		const struct ipmmu_soc *row = find(parts[i].compatible, parts[i].prr);

		if (row == NULL) {
			fail_msg("no row for %s %x", parts[i].compatible, parts[i].prr);
			return;
		}
		assert_int_equal(row->generation, parts[i].generation);
		assert_int_equal(row->stage2, parts[i].stage2);
		assert_int_equal(row->unsuitable, strchr(parts[i].flags, 'u') != NULL);
		assert_int_equal(row->discache, strchr(parts[i].flags, 'd') != NULL);
		assert_int_equal(row->discache_late_only, strchr(parts[i].flags, 'l') != NULL);
	}
}

static void every_row_is_reached_by_a_part_of_the_list(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < ipmmu_soc_count(); i++) {
		bool reached = false;

		for (k = 0; k < COUNT(parts); k++) {
			reached |= find(parts[k].compatible, parts[k].prr) == ipmmu_soc_row(i);
		}
		if (!reached) {
			fail_msg("%s", ipmmu_soc_row(i)->name);
		}
	}
	assert_null(ipmmu_soc_row(ipmmu_soc_count()));
}

static void rows_have_the_sizes_of_their_generation(void **state)
{
	static const uint8_t sizes[5][5] = {
		[2] = {4, 0, 32, 0, 1}, [3] = {8, 1, 48, 1, 2}, [4] = {16, 1, 64, 1, 2}};
	size_t i;

	(void)state;
	for (i = 0; i < ipmmu_soc_count(); i++) {
		const struct ipmmu_soc *row = ipmmu_soc_row(i);
		const uint8_t *size = sizes[row->generation];

		assert_int_equal(row->contexts, size[0]);
		assert_int_equal(row->first_context, size[1]);
		assert_int_equal(row->utlbs, size[2]);
		assert_int_equal(row->sl0_s2, size[3]);
		assert_int_equal(row->sl0_s1, size[4]);
		assert_true(row->cut_min <= row->cut_max);
		assert_true(row->source[0] != '\0');
	}
}

/* How much a row grants: stage 2, suitability, and no erratum. */
static int grants(const struct ipmmu_soc *row)
{
	return (row->stage2 == IPMMU_YES ? 4 : 0) + (row->unsuitable ? 0 : 2) +
	       (row->discache ? 0 : 1);
}

static void without_a_cut_no_row_of_the_part_is_more_restricted(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ipmmu_soc_count(); i++) {
		const struct ipmmu_soc *row = ipmmu_soc_row(i);

		assert_true(grants(ipmmu_soc_find(row->compatible, NULL)) <= grants(row));
	}
}

static void cuts_of_one_part_do_not_overlap(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < ipmmu_soc_count(); i++) {
		for (k = 0; k < i; k++) {
			const struct ipmmu_soc *a = ipmmu_soc_row(i);
			const struct ipmmu_soc *b = ipmmu_soc_row(k);

			if (strcmp(a->compatible, b->compatible) == 0) {
				assert_true(a->cut_min > b->cut_max || b->cut_min > a->cut_max);
				assert_int_equal(a->product, b->product);
			}
		}
	}
}

static void a_tree_of_another_chip_gets_no_row(void **state)
{
	(void)state;
	assert_null(find("renesas,ipmmu-r8a7795", 0x5220));
	assert_null(find("renesas,ipmmu-r8a77961", 0x4f20));
	assert_null(find("renesas,ipmmu-r8a77961", 0x5210));
	assert_null(find("renesas,ipmmu-r8a779f0", 0x5c00));
	assert_null(find("renesas,ipmmu-r8a7790", 0x4710));
}

static void an_unknown_string_gets_no_row(void **state)
{
	(void)state;
	assert_null(ipmmu_soc_find(NULL, NULL));
	assert_null(ipmmu_soc_find("", NULL));
	assert_null(ipmmu_soc_find("renesas,ipmmu-r8a779", NULL));
	assert_null(ipmmu_soc_find("renesas,ipmmu-r8a77950", NULL));
	assert_null(ipmmu_soc_find("renesas,ipmmu-r8a7792", NULL));
}

static void prr_splits_and_corrects_the_cuts_of_m3_w(void **state)
{
	static const uint32_t vectors[][3] = {
		{0xffff4f20, 0x4f, 0x20}, {0x0000d521, 0x55, 0x21}, {0x5210, 0x52, 0x01},
		{0x5211, 0x52, 0x03},     {0x5200, 0x52, 0x00},     {0x5220, 0x52, 0x20},
		{0x4f10, 0x4f, 0x10},     {0x4f11, 0x4f, 0x11}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(vectors); i++) {
		struct ipmmu_prr prr = ipmmu_prr_decode(vectors[i][0]);

		assert_int_equal(prr.product, vectors[i][1]);
		assert_int_equal(prr.cut, vectors[i][2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_gets_its_row),
		cmocka_unit_test(every_row_is_reached_by_a_part_of_the_list),
		cmocka_unit_test(rows_have_the_sizes_of_their_generation),
		cmocka_unit_test(without_a_cut_no_row_of_the_part_is_more_restricted),
		cmocka_unit_test(cuts_of_one_part_do_not_overlap),
		cmocka_unit_test(a_tree_of_another_chip_gets_no_row),
		cmocka_unit_test(an_unknown_string_gets_no_row),
		cmocka_unit_test(prr_splits_and_corrects_the_cuts_of_m3_w),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
