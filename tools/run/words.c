// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * words.c - single words of a scenario: numbers and names of errors; and how bad input is told.
 */
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

char *run_copy(const char *text)
{
	char *copy = malloc(strlen(text) + 1);

	return copy == NULL ? NULL : strcpy(copy, text);
}

const char *run_short(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

bool run_bad(const struct run *run, const struct run_line *line, const char *found,
	     const char *allowed, const char *next)
{
	(void)fflush(stdout);
	fprintf(stderr, "%s:", run->scenario.file);
	if (line != NULL) {
		fprintf(stderr, "%u:", line->number);
	}
	fprintf(stderr, " found: %s\n  allowed: %s\n  next: %s\n", found, allowed, next);
	return false;
}

/* Factor of a size suffix, 0 when @rest is none. */
static uint64_t suffix_factor(const char *rest)
{
	static const char names[] = "KMG";
	const char *at;

	if (*rest == '\0') {
		return 1;
	}
	at = rest[1] == '\0' ? strchr(names, rest[0]) : NULL;
	return at == NULL ? 0 : 1ull << (10 * (at - names + 1));
}

static bool number_parse(const char *word, uint64_t *out)
{
	bool hex = word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
	char *rest = NULL;
	uint64_t factor;

	errno = 0;
	*out = strtoull(word, &rest, hex ? 16 : 10);
	factor = suffix_factor(rest);
	if (word[0] < '0' || word[0] > '9' || errno != 0 || factor == 0 ||
	    *out > UINT64_MAX / factor) {
		return false;
	}
	*out *= factor;
	return true;
}

bool run_number(const struct run *run, const struct run_line *line, const char *word,
		uint64_t min, uint64_t max, uint64_t *out)
{
	char allowed[RUN_TEXT];

	if (number_parse(word, out) && *out >= min && *out <= max) {
		return true;
	}
	(void)snprintf(allowed, sizeof(allowed),
		       "a number from 0x%llx to 0x%llx, decimal or 0x..., with K, M or G",
		       (unsigned long long)min, (unsigned long long)max);
	return run_bad(run, line, word, allowed, "write such a number");
}

struct error_row {
	const char *name;
	enum ipmmu_err err;
};

#define ERROR_ROW(name, code, what, next) {#name, IPMMU_##name},

static const struct error_row error_rows[] = {IPMMU_ERRORS(ERROR_ROW)};

bool run_error_find(const char *name, enum ipmmu_err *err)
{
	size_t i;

	for (i = 0; i < sizeof(error_rows) / sizeof(error_rows[0]); i++) {
		if (strcmp(error_rows[i].name, name) == 0) {
			*err = error_rows[i].err;
			return true;
		}
	}
	return false;
}
