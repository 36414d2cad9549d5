// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * account.c - what a statement says of itself: its answer, and whether what was expected held.
 * Prints nothing.
 */
#include "run.h"

#include <stdarg.h>
#include <string.h>

uint32_t run_at_most(uint32_t count, uint32_t limit)
{
	return count < limit ? count : limit;
}

static void text_append(char *text, const char *format, va_list args)
{
	size_t at = strlen(text);

	if (at > 0 && at + 3 < RUN_TEXT) {
		(void)strcpy(text + at, "; ");
		at += 2;
	}
	(void)vsnprintf(text + at, RUN_TEXT - at, format, args);
}

void run_say(struct run *run, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_append(run->step.result, format, args);
	va_end(args);
}

void run_expect(struct run *run, bool held, const char *format, ...)
{
	va_list args;

	if (held) {
		run->totals.held++;
		return;
	}
	run->totals.failed++;
	run->step.held = false;
	va_start(args, format);
	text_append(run->step.wanted, format, args);
	va_end(args);
}

void run_broken(struct run *run, const char *format, ...)
{
	va_list args;

	run->totals.failed++;
	run->step.held = false;
	va_start(args, format);
	text_append(run->step.wanted, format, args);
	va_end(args);
}

bool run_answer(struct run *run, const struct run_line *line, enum ipmmu_err err)
{
	enum ipmmu_err wanted = IPMMU_OK;

	if (line->expect != NULL) {
		(void)run_error_find(line->expect[0], &wanted);
	}
	if (err != IPMMU_OK) {
		run_say(run, "refused with %s: %s", ipmmu_error_name(err),
			ipmmu_error_text(err));
	}
	if (err != wanted) {
		run_expect(run, false, "expected %s, but the answer is %s",
			   ipmmu_error_name(wanted), ipmmu_error_name(err));
	} else {
		run_expect(run, true, "%s", "");
	}
	return err == IPMMU_OK;
}
