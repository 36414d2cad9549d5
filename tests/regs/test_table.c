// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_table.c - every field against a list that was typed on its own from the public sources.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "regs.h"
#include "table.h"

/* One character per instance: 2 = Gen2, r/c = root and cache of Gen3, R/C = of Gen4. */
struct expected {
	const char *reg;
	const char *field;
	uint8_t msb;
	uint8_t lsb;
	const char *where;
};

static const struct expected expected[] = {
	{"IMCTR", "VA64", 29, 29, "rR"},
	{"IMCTR", "TRE", 17, 17, "2rR"},
	{"IMCTR", "AFE", 16, 16, "2rR"},
	{"IMCTR", "RTSEL", 6, 4, "rR"},
	{"IMCTR", "RTSEL", 5, 4, "2"},
	{"IMCTR", "TREN", 3, 3, "2rR"},
	{"IMCTR", "INTEN", 2, 2, "2rcRC"},
	{"IMCTR", "FLUSH", 1, 1, "2rcRC"},
	{"IMCTR", "MMUEN", 0, 0, "2rcRC"},
	{"IMTTBCR", "EAE", 31, 31, "2rR"},
	{"IMTTBCR", "PMB", 30, 30, "2rR"},
	{"IMTTBCR", "SH1", 29, 28, "2"},
	{"IMTTBCR", "ORGN1", 27, 26, "2"},
	{"IMTTBCR", "IRGN1", 25, 24, "2"},
	{"IMTTBCR", "TSZ1", 20, 16, "rR"},
	{"IMTTBCR", "TSZ1", 18, 16, "2"},
	{"IMTTBCR", "SH0", 13, 12, "2"},
	{"IMTTBCR", "ORGN0", 11, 10, "2"},
	{"IMTTBCR", "IRGN0", 9, 8, "2"},
	{"IMTTBCR", "SL0", 7, 6, "rR"},
	{"IMTTBCR", "SL0", 4, 4, "2"},
	{"IMTTBCR", "TSZ0", 4, 0, "rR"},
	{"IMTTBCR", "TSZ0", 2, 0, "2"},
	{"IMBUSCR", "DVM", 2, 2, "2"},
	{"IMBUSCR", "BUSSEL", 1, 0, "2"},
	{"IMTTLBR0", "BASE", 31, 12, "2rR"},
	{"IMTTUBR0", "BASE", 7, 0, "2rR"},
	{"IMTTLBR1", "BASE", 31, 12, "2rR"},
	{"IMTTUBR1", "BASE", 7, 0, "2rR"},
	{"IMSTR", "ERRLVL", 13, 12, "2rR"},
	{"IMSTR", "ERRCODE", 10, 8, "2rR"},
	{"IMSTR", "MHIT", 4, 4, "2rR"},
	{"IMSTR", "ABORT", 2, 2, "2rR"},
	{"IMSTR", "PF", 1, 1, "2rR"},
	{"IMSTR", "TF", 0, 0, "2rR"},
	{"IMMAIR0", "ATTR3", 31, 24, "2rR"},
	{"IMMAIR0", "ATTR2", 23, 16, "2rR"},
	{"IMMAIR0", "ATTR1", 15, 8, "2rR"},
	{"IMMAIR0", "ATTR0", 7, 0, "2rR"},
	{"IMMAIR1", "ATTR7", 31, 24, "2rR"},
	{"IMMAIR1", "ATTR6", 23, 16, "2rR"},
	{"IMMAIR1", "ATTR5", 15, 8, "2rR"},
	{"IMMAIR1", "ATTR4", 7, 0, "2rR"},
	{"IMEAR", "ADDRESS", 31, 0, "2"},
	{"IMELAR", "ADDRESS", 31, 0, "rR"},
	{"IMEUAR", "ADDRESS", 31, 0, "rR"},
	{"IMPCTR", "ENABLE", 0, 0, "2c"},
	{"IMPEAR", "ADDRESS", 31, 0, "2c"},
	{"IMPMBA", "VA", 31, 24, "2c"},
	{"IMPMBA", "VALID", 8, 8, "2c"},
	{"IMPMBD", "PA", 31, 24, "2c"},
	{"IMPMBD", "PA_UPPER", 23, 16, "2c"},
	{"IMPMBD", "VALID", 8, 8, "2c"},
	{"IMPMBD", "SIZE1", 7, 7, "2c"},
	{"IMPMBD", "SIZE0", 4, 4, "2c"},
	{"IMUCTR", "FIXADDEN", 31, 31, "2cC"},
	{"IMUCTR", "FIXADD", 23, 16, "2cC"},
	{"IMUCTR", "TTSEL", 7, 4, "2c"},
	{"IMUCTR", "TTSEL", 8, 4, "C"},
	{"IMUCTR", "FLUSH", 1, 1, "2cC"},
	{"IMUCTR", "MMUEN", 0, 0, "2cC"},
	{"IMUASID", "ASID8", 15, 8, "2cC"},
	{"IMUASID", "ASID0", 7, 0, "2cC"},
	{"IMSCTLR", "DISCACHE", 31, 29, "rcRC"},
	{"IMSCTLR", "USE_SECGRP", 28, 28, "rcRC"},
	{"IMSAUXCTLR", "NMERGE40", 24, 24, "rR"},
	{"IMSAUXCTLR", "S2PTE", 3, 3, "rR"},
	{"IMSSTR", "PENDING", 31, 0, "r"},
	{"PRR", "PRODUCT", 14, 8, "2rcRC"},
	{"PRR", "CUT", 7, 0, "2rcRC"},
	{"CNVID", "CNV_EN", 31, 31, "RC"},
	{"CNVID", "OSID", 19, 16, "RC"},
	{"CNVID", "BDF", 15, 0, "RC"},
	{"CNVIDMSK", "BDF", 15, 0, "RC"},
	{"CNVOSIDCTRL", "OSID", 19, 16, "RC"},
};

static const struct {
	const char *reg;
	char bank; /* c u p g, P = product, o = OSID */
	uint32_t offset;
	uint32_t count;
	const char *where;
	bool name_only;
} expected_registers[] = {
	{"IMCTR", 'c', 0x00, 1, "2rcRC", false},
	{"IMCAAR", 'c', 0x04, 1, "2", true},
	{"IMTTBCR", 'c', 0x08, 1, "2rR", false},
	{"IMBUSCR", 'c', 0x0c, 1, "2", false},
	{"IMTTLBR0", 'c', 0x10, 1, "2rR", false},
	{"IMTTUBR0", 'c', 0x14, 1, "2rR", false},
	{"IMTTLBR1", 'c', 0x18, 1, "2rR", false},
	{"IMTTUBR1", 'c', 0x1c, 1, "2rR", false},
	{"IMSTR", 'c', 0x20, 1, "2rR", false},
	{"IMMAIR0", 'c', 0x28, 1, "2rR", false},
	{"IMMAIR1", 'c', 0x2c, 1, "2rR", false},
	{"IMEAR", 'c', 0x30, 1, "2", false},
	{"IMELAR", 'c', 0x30, 1, "rR", false},
	{"IMEUAR", 'c', 0x34, 1, "rR", false},
	{"IMPCTR", 'p', 0x200, 1, "2c", false},
	{"IMPSTR", 'p', 0x208, 1, "2c", true},
	{"IMPEAR", 'p', 0x20c, 1, "2c", false},
	{"IMPMBA", 'p', 0x280, 16, "2c", false},
	{"IMPMBD", 'p', 0x2c0, 16, "2c", false},
	{"IMUCTR", 'u', 0x0, 1, "2cC", false},
	{"IMUASID", 'u', 0x8, 1, "2cC", false},
	{"IMSCTLR", 'g', 0x500, 1, "rcRC", false},
	{"IMSAUXCTLR", 'g', 0x504, 1, "rR", false},
	{"IMSSTR", 'g', 0x540, 1, "r", false},
	{"IMRAM0ERRCTR", 'g', 0x560, 1, "rR", true},
	{"IMRAM0ERRSTR", 'g', 0x564, 1, "rR", true},
	{"IMRAM1ERRCTR", 'g', 0x568, 1, "rR", true},
	{"IMRAM1ERRSTR", 'g', 0x56c, 1, "rR", true},
	{"IMRAM2ERRSTR", 'g', 0x570, 1, "rR", true},
	{"IMRAM3ERRSTR", 'g', 0x574, 1, "rR", true},
	{"IMRAMECCCMPCTR", 'g', 0x578, 1, "rR", true},
	{"IMRAMECCCMPSTR", 'g', 0x57c, 1, "rR", true},
	{"IMPFMCTR", 'g', 0x580, 1, "rc", true},
	{"IMPFMTOTAL", 'g', 0x590, 1, "rc", true},
	{"IMPFMHIT", 'g', 0x594, 1, "rc", true},
	{"IMPFML3MISS", 'g', 0x598, 1, "r", true},
	{"IMPFMMISS", 'g', 0x598, 1, "c", true},
	{"IMPFML2MISS", 'g', 0x59c, 1, "r", true},
	{"PRR", 'P', 0x44, 1, "2rcRC", false},
	{"CNVID", 'o', 0x700, 16, "RC", false},
	{"CNVIDMSK", 'o', 0x780, 16, "RC", false},
	{"CNVOSIDCTRL", 'o', 0x800, 1, "RC", false},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct {
	char mark;
	enum ipmmu_generation generation;
	bool is_root;
} instances[] = {
	{'2', IPMMU_GEN2, true}, {'r', IPMMU_GEN3, true},  {'c', IPMMU_GEN3, false},
	{'R', IPMMU_GEN4, true}, {'C', IPMMU_GEN4, false},
};

static const struct ipmmu_register *find(const char *name)
{
	const struct ipmmu_register *reg;
	size_t i;

	for (i = 0; (reg = ipmmu_register_get(i)) != NULL; i++) {
		if (strcmp(reg->name, name) == 0) {
			return reg;
		}
	}
	fail_msg("no register %s", name);
	return NULL;
}

static void every_register_is_as_published(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < COUNT(expected_registers); i++) {
		const struct ipmmu_register *reg = find(expected_registers[i].reg);

		assert_int_equal("cupgPo"[reg->bank], expected_registers[i].bank);
		assert_int_equal(reg->offset, expected_registers[i].offset);
		assert_int_equal(reg->count, expected_registers[i].count);
		assert_int_equal(reg->access == IPMMU_ACCESS_NAME,
				 expected_registers[i].name_only);
		assert_true(reg->source[0] != '\0');
		for (k = 0; k < COUNT(instances); k++) {
			bool has =
				strchr(expected_registers[i].where, instances[k].mark) != NULL;

			assert_int_equal(ipmmu_register_here(reg, instances[k].generation,
							     instances[k].is_root),
					 has);
		}
	}
	assert_null(ipmmu_register_get(i));
}

static uint32_t expected_mask(const char *reg, char mark)
{
	uint32_t mask = 0;
	size_t i;
	uint32_t bit;

	for (i = 0; i < COUNT(expected); i++) {
		if (strcmp(expected[i].reg, reg) != 0 ||
		    strchr(expected[i].where, mark) == NULL) {
			continue;
		}
		for (bit = expected[i].lsb; bit <= expected[i].msb; bit++) {
			mask |= 1u << bit;
		}
	}
	return mask;
}

static void every_mask_is_the_sum_of_the_published_fields(void **state)
{
	const struct ipmmu_register *reg;
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; (reg = ipmmu_register_get(i)) != NULL; i++) {
		for (k = 0; k < COUNT(instances); k++) {
			assert_int_equal(ipmmu_register_mask(reg, instances[k].generation,
							     instances[k].is_root),
					 expected_mask(reg->name, instances[k].mark));
		}
	}
}

static bool same_places(const struct ipmmu_field *field, const char *where)
{
	size_t k;

	for (k = 0; k < COUNT(instances); k++) {
		if (ipmmu_field_here(field, instances[k].generation, instances[k].is_root) !=
		    (strchr(where, instances[k].mark) != NULL)) {
			return false;
		}
	}
	return true;
}

static void every_field_is_as_published(void **state)
{
	const struct ipmmu_field *field;
	size_t found = 0;
	size_t all = 0;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(expected); i++) {
		for (field = find(expected[i].reg)->fields; field->name != NULL; field++) {
			if (strcmp(field->name, expected[i].field) == 0 &&
			    field->msb == expected[i].msb && field->lsb == expected[i].lsb &&
			    same_places(field, expected[i].where)) {
				found++;
			}
		}
		if (found != i + 1) {
			fail_msg("%s.%s differs", expected[i].reg, expected[i].field);
		}
	}
	for (i = 0; ipmmu_register_get(i) != NULL; i++) {
		for (field = ipmmu_register_get(i)->fields; field->name != NULL; field++) {
			all++;
		}
	}
	assert_int_equal(all, COUNT(expected));
}

static void constants_for_code_are_the_bits_of_the_table(void **state)
{
	(void)state;
	assert_int_equal(IMCTR_FLUSH, 0x2);
	assert_int_equal(IMCTR_VA64, 0x20000000);
	assert_int_equal(IMTTBCR_EAE, 0x80000000);
	assert_int_equal(IMUCTR_TTSEL, 0xf0);
	assert_int_equal(IMUCTR_TTSEL_GEN4, 0x1f0);
	assert_int_equal(IMSCTLR_DISCACHE, 0xe0000000);
	assert_int_equal(IMSCTLR_USE_SECGRP, 0x10000000);
	assert_int_equal(IMSAUXCTLR_S2PTE, 0x8);
	assert_int_equal(IMSSTR_PENDING, 0xffffffff);
	assert_int_equal(IMSTR, 0x20);
	assert_int_equal(IMUASID, 8);
}

static void a_field_that_is_set_reads_back_and_changes_nothing_else(void **state)
{
	const struct ipmmu_register *reg;
	const struct ipmmu_field *field;
	size_t i;

	(void)state;
	for (i = 0; (reg = ipmmu_register_get(i)) != NULL; i++) {
		for (field = reg->fields; field->name != NULL; field++) {
			uint32_t mask = ipmmu_field_mask(field);
			uint32_t most = mask >> field->lsb;

			assert_int_equal(ipmmu_field_get(mask, mask), most);
			assert_int_equal(ipmmu_field_set(0xffffffff, mask, 0), ~mask);
			assert_int_equal(ipmmu_field_set(0, mask, 1), 1u << field->lsb);
			assert_int_equal(ipmmu_field_set(0, mask, 0xffffffff), mask);
		}
	}
	assert_int_equal(ipmmu_field_get(0xffffffff, 0), 0);
	assert_int_equal(ipmmu_field_set(0x1234, 0, 7), 0x1234);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_register_is_as_published),
		cmocka_unit_test(every_mask_is_the_sum_of_the_published_fields),
		cmocka_unit_test(every_field_is_as_published),
		cmocka_unit_test(constants_for_code_are_the_bits_of_the_table),
		cmocka_unit_test(a_field_that_is_set_reads_back_and_changes_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
