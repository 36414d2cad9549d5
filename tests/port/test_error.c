// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_error.c - every error has a name, a meaning and a next step of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ipmmu/error.h>

#define CODE(name, code, what, next) IPMMU_##name,
static const enum ipmmu_err codes[] = {IPMMU_ERRORS(CODE)};
#define COUNT (sizeof(codes) / sizeof(codes[0]))

static void success_is_0_and_every_error_is_negative_and_its_own(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	assert_int_equal(codes[0], 0);
	for (i = 1; i < COUNT; i++) {
		assert_true(codes[i] < 0);
		for (k = 0; k < i; k++) {
			assert_int_not_equal(codes[i], codes[k]);
			assert_string_not_equal(ipmmu_error_name(codes[i]),
						ipmmu_error_name(codes[k]));
			assert_string_not_equal(ipmmu_error_text(codes[i]),
						ipmmu_error_text(codes[k]));
		}
	}
}

static void texts_come_from_the_table(void **state)
{
	(void)state;
	assert_string_equal(ipmmu_error_name(IPMMU_E_TIMEOUT), "E_TIMEOUT");
	assert_string_equal(ipmmu_error_text(IPMMU_E_RANGE),
			    "a number lies outside of what the hardware or the call allows");
	assert_string_equal(ipmmu_error_next(IPMMU_E_TREE), "check the blob with dtc");
}

static void texts_are_clauses_without_a_full_stop(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT; i++) {
		const char *text = ipmmu_error_text(codes[i]);
		const char *after = ipmmu_error_next(codes[i]);

		assert_true(text[0] != '\0' && text[strlen(text) - 1] != '.');
		assert_true(after[0] != '\0' && after[strlen(after) - 1] != '.');
	}
}

static void numbers_that_are_no_error_have_texts_too(void **state)
{
	(void)state;
	assert_string_equal(ipmmu_error_name((enum ipmmu_err) - 1000), "E_?");
	assert_string_equal(ipmmu_error_text((enum ipmmu_err)1),
			    "a number that is no error code");
	assert_string_equal(ipmmu_error_next((enum ipmmu_err)1), "report it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(success_is_0_and_every_error_is_negative_and_its_own),
		cmocka_unit_test(texts_come_from_the_table),
		cmocka_unit_test(texts_are_clauses_without_a_full_stop),
		cmocka_unit_test(numbers_that_are_no_error_have_texts_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
