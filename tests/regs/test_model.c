// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_model.c - the library's table of registers against the model's own.
 *
 * The two are written apart; where they differ one of them is wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ipmmu-model/model.h>

#include "table.h"

static bool in_a_unit(const struct ipmmu_register *reg)
{
	return reg->bank != IPMMU_BANK_PRODUCT && reg->bank != IPMMU_BANK_OSID;
}

static bool model_find(const char *name, struct model_register_info *info)
{
	uint32_t i;

	for (i = 0; model_register_get(i, info); i++) {
		if (strcmp(info->name, name) == 0) {
			return true;
		}
	}
	return false;
}

static void both_tables_have_the_same_registers_in_the_same_places(void **state)
{
	struct model_register_info info;
	const struct ipmmu_register *reg;
	uint32_t ours = 0;
	uint32_t theirs = 0;
	size_t i;

	(void)state;
	for (i = 0; (reg = ipmmu_register_get(i)) != NULL; i++) {
		if (!in_a_unit(reg)) {
			continue;
		}
		ours++;
		if (!model_find(reg->name, &info)) {
			fail_msg("the model has no %s", reg->name);
		}
		assert_int_equal(info.bank, "cupg"[reg->bank]);
		assert_int_equal(info.offset, reg->offset);
		assert_int_equal(info.generations, reg->generations);
		assert_int_equal(info.in_root, (reg->where & IPMMU_IN_ROOT) != 0);
		assert_int_equal(info.in_cache, (reg->where & IPMMU_IN_CACHE) != 0);
	}
	while (model_register_get(theirs, &info)) {
		theirs++;
	}
	assert_int_equal(ours, theirs);
}

/* The bits that keep what is written: none where only reading or the name is known. */
static uint32_t writable(const struct ipmmu_register *reg, enum ipmmu_generation generation,
			 bool is_root)
{
	if (reg->access != IPMMU_ACCESS_WRITE && reg->access != IPMMU_ACCESS_MODIFY) {
		return 0;
	}
	return ipmmu_register_mask(reg, generation, is_root);
}

static void both_tables_have_the_same_writable_bits(void **state)
{
	struct model_register_info info;
	const struct ipmmu_register *reg;
	size_t i;

	(void)state;
	for (i = 0; (reg = ipmmu_register_get(i)) != NULL; i++) {
		/* The model's column of a register that only caches have is the caches'. */
		bool is_root = (reg->where & IPMMU_IN_ROOT) != 0;
		int g;

		if (!in_a_unit(reg)) {
			continue;
		}
		assert_true(model_find(reg->name, &info));
		for (g = IPMMU_GEN2; g <= IPMMU_GEN4; g++) {
			assert_int_equal(info.writable[g],
					 writable(reg, (enum ipmmu_generation)g, is_root));
		}
		assert_int_equal(info.writable_cache, writable(reg, IPMMU_GEN3, false) |
							      writable(reg, IPMMU_GEN4, false));
	}
}

/* No source states a value after reset; the model's is 0 unless one of its switches says so. */
static void the_model_claims_no_value_after_reset(void **state)
{
	struct model_register_info info;
	uint32_t i;

	(void)state;
	for (i = 0; model_register_get(i, &info); i++) {
		assert_int_equal(info.reset, 0);
	}
	assert_true(i > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_tables_have_the_same_registers_in_the_same_places),
		cmocka_unit_test(both_tables_have_the_same_writable_bits),
		cmocka_unit_test(the_model_claims_no_value_after_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
