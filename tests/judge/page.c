// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * page.c - the table of docs/judges.md, scenario by machine.
 */
#define _GNU_SOURCE
#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PAGE = 1 << 16,
	MARK = 64
};

/* Was the same flagged before, in this scenario? */
static bool told_before(const struct judge_report *report, uint32_t at)
{
	uint32_t i;

	for (i = 0; i < at; i++) {
		if (report->violations[i].scenario == report->violations[at].scenario &&
		    strcmp(report->violations[i].kind, report->violations[at].kind) == 0) {
			return true;
		}
	}
	return false;
}

static void cell(FILE *out, const struct judge_report *report, uint32_t scenario)
{
	uint32_t i;

	fprintf(out, " %s", judge_failure(report, scenario) != NULL ? "**fails**" : "passed");
	for (i = 0; i < report->violation_count; i++) {
		if (report->violations[i].scenario == scenario && !told_before(report, i)) {
			fprintf(out, ", `%s`", report->violations[i].kind);
		}
	}
	fprintf(out, " |");
}

static void row(FILE *out, const struct judge_driver *driver, uint32_t scenario,
		struct judge_report *const *reports)
{
	const struct judge_scenario *s = &driver->scenarios[scenario];
	bool any = false;
	uint32_t i;

	for (i = 0; driver->machines[i] != NULL; i++) {
		uint32_t generation =
			(uint32_t)judge_machine_find(driver->machines[i])->generation;

		any = any || (s->generations & (1u << generation)) != 0;
	}
	if (!any) {
		return;
	}
	fprintf(out, "| %s | %s |", s->name, s->claim);
	for (i = 0; driver->machines[i] != NULL; i++) {
		cell(out, reports[i], scenario);
	}
	fprintf(out, "\n");
}

static char *table(const struct judge_driver *driver, struct judge_report *const *reports)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	uint32_t i;

	fprintf(out, "\n| scenario | what holds |");
	for (i = 0; driver->machines[i] != NULL; i++) {
		fprintf(out, " Gen%d %s |",
			(int)judge_machine_find(driver->machines[i])->generation,
			driver->machines[i]);
	}
	fprintf(out, "\n|---|---|");
	for (i = 0; driver->machines[i] != NULL; i++) {
		fprintf(out, "---|");
	}
	fprintf(out, "\n");
	for (i = 0; i < driver->scenario_count; i++) {
		row(out, driver, i, reports);
	}
	fprintf(out, "\n");
	fclose(out);
	return text;
}

static bool page_read(const char *path, char *text)
{
	FILE *file = fopen(path, "r");
	size_t length;

	if (file == NULL) {
		return false;
	}
	length = fread(text, 1, PAGE - 1, file);
	text[length] = '\0';
	fclose(file);
	return true;
}

static bool page_write(const char *path, const char *head, size_t head_length,
		       const char *middle, const char *tail)
{
	FILE *file = fopen(path, "w");

	if (file == NULL) {
		return false;
	}
	fwrite(head, 1, head_length, file);
	fputs(middle, file);
	fputs(tail, file);
	return fclose(file) == 0;
}

bool page_holds(const char *path, const struct judge_driver *driver,
		struct judge_report *const *reports, bool update)
{
	char *text = calloc(1, PAGE);
	char *wanted = table(driver, reports);
	char begin[MARK];
	char end[MARK];
	char *from;
	char *to;
	bool holds = false;

	snprintf(begin, sizeof(begin), "<!-- %s -->\n", driver->name);
	snprintf(end, sizeof(end), "<!-- end of %s -->\n", driver->name);
	if (page_read(path, text) && (from = strstr(text, begin)) != NULL &&
	    (to = strstr(from, end)) != NULL) {
		from += strlen(begin);
		holds = (size_t)(to - from) == strlen(wanted) &&
			memcmp(from, wanted, strlen(wanted)) == 0;
		if (!holds && update) {
			holds = page_write(path, text, (size_t)(from - text), wanted, to);
		}
	}
	free(text);
	free(wanted);
	return holds;
}
