// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * tap.c - counts cases and tells of each.
 */
#include "tap.h"

static uint32_t told;
static uint32_t failed;

bool tap_check(bool good, const char *what, const char *file, int line)
{
	const char *at = file;

	for (; *file != '\0'; file++) {
		if (*file == '/') {
			at = file + 1;
		}
	}
	if (!good) {
		print("# %s:%u: %s\n", at, (uint32_t)line, what);
	}
	return good;
}

void tap_run(const struct tap_case *cases, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		bool good = cases[i].fn();

		told++;
		failed += good ? 0 : 1;
		print("%sok %u - %s\n", good ? "" : "not ", told, cases[i].name);
	}
}

uint32_t tap_end(void)
{
	print("1..%u\n", told);
	return failed;
}
