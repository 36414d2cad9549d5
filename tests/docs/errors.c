// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * errors.c - print docs/errors.md from the table of errors. Nothing of it is written twice.
 */
#include <stdio.h>

#include <ipmmu/error.h>

#define ROW_(name, code, what, next) \
	printf("| `IPMMU_" #name "` | %d | " what " | " next " |\n", code);

int main(void)
{
	puts("# Errors\n\n"
	     "Calls answer `enum ipmmu_err`: 0 is success, all errors are negative. What a "
	     "call\n"
	     "leaves behind for each of its errors stands at its declaration in "
	     "include/ipmmu.\n"
	     "`ipmmu_error_name()`, `ipmmu_error_text()` and `ipmmu_error_next()` give the "
	     "same\n"
	     "words to programs.\n\n"
	     "| name | code | what it means | what to do next |\n|---|---|---|---|");
	IPMMU_ERRORS(ROW_)
	return 0;
}
