// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Where a software walk ends in the fake shape: what makes an entry refused comes from the
 * shape and the format, not from the long descriptors.
 */
#include <ipmmu/pgtable.h>

#include <string.h>

#include "kit_cmocka.h"

#define VALID  (1ull << 62)
#define TABLE  (VALID | 1ull << 3)
#define NEXT   (1ull << 10)
#define AF     (1ull << 13)
#define SECURE (1ull << 14)
#define LEAF   (VALID | AF | SECURE)
#define NONE   7ull /* rights are inverted */
#define PA     0x48000000ull
#define IN(pa) ((pa) << 8)

/* A root of eight entries, and tables of four. */
static uint64_t ram[3][512];

static bool read_entry(void *host, struct ipmmu_pa at, uint64_t *entry)
{
	(void)host;
	if (at.v - PA >= sizeof(ram)) {
		return false;
	}
	*entry = ram[(at.v - PA) / 4096][at.v % 4096 / 8];
	return true;
}

/** struct row - an entry on one level, and what is to be said of it. */
struct row {
	uint32_t level;
	uint64_t entry;
	enum ipmmu_pt_kind kind;
	enum ipmmu_pt_refusal refusal;
};

static const struct row rows[] = {
	{3, LEAF | IN(0x5000), IPMMU_PT_PAGE, IPMMU_PT_NOT_REFUSED},
	{2, LEAF | IN(0x4000), IPMMU_PT_BLOCK, IPMMU_PT_NOT_REFUSED},
	{1, LEAF | IN(0x10000), IPMMU_PT_BLOCK, IPMMU_PT_NOT_REFUSED},
	/* A table where only a page may be. */
	{3, TABLE | NEXT | IN(PA), IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_FORM},
	{3, LEAF | 1ull << 49 | IN(0x5000), IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_ADDRESS},
	{1, TABLE | NEXT | 1ull << 48 | IN(PA), IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_ADDRESS},
	{2, TABLE | IN(PA), IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_NSTABLE},
	{3, VALID | AF | IN(0x5000), IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_NS},
	{2, VALID | SECURE | IN(0x4000), IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_AF},
	{2, LEAF | IN(0x5000), IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_ALIGN},
	{1, LEAF | IN(0x4000), IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_ALIGN},
	{3, LEAF | NONE | IN(0x5000), IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_RIGHTS},
	{3, NONE | IN(0x5000), IPMMU_PT_BROKEN, IPMMU_PT_NOT_REFUSED},
	{2, 0, IPMMU_PT_EMPTY, IPMMU_PT_NOT_REFUSED},
};

static void refusals_come_from_shape_and_format(void **state)
{
	const struct ipmmu_pt_source source = {IPMMU_PT_S2, 19, {PA}, read_entry, NULL};
	const struct ipmmu_iova iova = {0x5a123}; /* entries 5, 2 and 2 */
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
		const struct ipmmu_pt_level *last = &levels[rows[i].level - 1];
		uint64_t *const slots[] = {&ram[0][5], &ram[1][2], &ram[2][2]};

		*slots[0] = TABLE | NEXT | IN(PA + 0x1000);
		*slots[1] = TABLE | NEXT | IN(PA + 0x2000);
		*slots[rows[i].level - 1] = rows[i].entry;
		assert_int_equal(ipmmu_pt_explain_by(&source, iova, levels), rows[i].level);
		assert_int_equal(last->kind, rows[i].kind);
		assert_int_equal(last->refusal, rows[i].refusal);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_come_from_shape_and_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
