// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * note.c - what a play writes down: lines, checks that do not hold, what a driver says.
 */
#include "play.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

void play_line(const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	trace_line(text);
}

void judge_note(const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	play_line("# %s", text);
}

bool judge_check(bool holds, const char *format, ...)
{
	struct judge_report *r = play_now.report;
	va_list args;

	if (!holds && r->failure_count < JUDGE_FAILURES) {
		va_start(args, format);
		vsnprintf(r->failures[r->failure_count].text, sizeof(r->failures[0].text),
			  format, args);
		va_end(args);
		r->failures[r->failure_count].scenario = play_now.scenario;
		r->failure_count++;
	}
	return holds;
}

void judge_log(const char *format, ...)
{
	va_list args;
	int written;

	va_start(args, format);
	written = vsnprintf(play_now.log + play_now.log_length, LOG - play_now.log_length,
			    format, args);
	va_end(args);
	if (written > 0 && (uint32_t)written < LOG - play_now.log_length) {
		play_now.log_length += (uint32_t)written;
	}
	if (getenv("JUDGE_LOG") != NULL) {
		va_start(args, format);
		vfprintf(stderr, format, args);
		va_end(args);
	}
}

uint32_t judge_logged(const char *text)
{
	const char *at = play_now.log;
	uint32_t count = 0;

	while ((at = strstr(at, text)) != NULL) {
		at += strlen(text);
		count++;
	}
	return count;
}

const char *judge_failure(const struct judge_report *report, uint32_t scenario)
{
	uint32_t i;

	for (i = 0; i < report->failure_count; i++) {
		if (report->failures[i].scenario == scenario) {
			return report->failures[i].text;
		}
	}
	return NULL;
}
