// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * input.c - a scenario file to lines and words. Knows the shape of statements, and not what
 * they do.
 */
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	FILE_BYTES_MAX = 1 << 20
};

static char *file_read(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, FILE_BYTES_MAX + 1);
	size_t size = 0;

	if (file != NULL && text != NULL) {
		size = fread(text, 1, FILE_BYTES_MAX + 1, file);
		if (ferror(file) != 0 || size > FILE_BYTES_MAX || strlen(text) != size) {
			errno = EINVAL;
			(void)fclose(file);
			free(text);
			return NULL;
		}
		(void)fclose(file);
		return text;
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	free(text);
	return NULL;
}

static bool line_split(struct run_line *line, char *text)
{
	char *save = NULL;
	char *word;

	line->words = calloc(strlen(text) / 2 + 2, sizeof(*line->words));
	line->buffer = run_copy(text);
	line->text = calloc(1, strlen(text) + 2);
	if (line->words == NULL || line->buffer == NULL || line->text == NULL) {
		return false;
	}
	for (word = strtok_r(line->buffer, " \t\r", &save); word != NULL;
	     word = strtok_r(NULL, " \t\r", &save)) {
		line->words[line->count++] = word;
		(void)strcat(strcat(line->text, line->count > 1 ? " " : ""), word);
	}
	return true;
}

/* `expect` behind the first word cuts the line in two; `say` takes every word as it is. */
static void line_cut(struct run_line *line)
{
	uint32_t i;

	for (i = 1; i < line->count && strcmp(line->words[0], "say") != 0; i++) {
		if (strcmp(line->words[i], "expect") == 0) {
			line->expect = &line->words[i + 1];
			line->expect_count = line->count - i - 1;
			line->count = i;
		}
	}
}

static bool expect_check(const struct run *run, const struct run_line *line)
{
	enum ipmmu_err err;

	if (line->expect == NULL) {
		return true;
	}
	if (line->statement->expects == RUN_EXPECTS_NOTHING) {
		return run_bad(run, line, "expect", line->statement->usage,
			       "take `expect` out: this statement has nothing to expect");
	}
	if (line->expect_count == 0) {
		return run_bad(run, line, "expect without a word behind it",
			       "the name of an error, or the outcome of a DMA",
			       "say what is expected");
	}
	if (line->statement->expects == RUN_EXPECTS_ERROR &&
	    (line->expect_count != 1 || !run_error_find(line->expect[0], &err))) {
		return run_bad(run, line, line->expect[0],
			       "OK or the name of an error, such as E_TIMEOUT",
			       "look the name up in docs/errors.md");
	}
	return true;
}

static bool line_check(const struct run *run, struct run_line *line)
{
	line_cut(line);
	line->statement = run_statement_find(line->words[0]);
	if (line->statement == NULL) {
		return run_bad(run, line, line->words[0], "a statement",
			       "`ipmmu run --list` names all of them");
	}
	if (line->count - 1 < line->statement->args_min ||
	    line->count - 1 > line->statement->args_max) {
		return run_bad(run, line, "too few or too many words", line->statement->usage,
			       "write the statement so");
	}
	return expect_check(run, line);
}

static bool scenario_grow(struct run_scenario *scenario)
{
	size_t bytes = (scenario->count + 1) * sizeof(*scenario->lines);
	struct run_line *lines = realloc(scenario->lines, bytes);

	if (lines == NULL) {
		return false;
	}
	scenario->lines = lines;
	memset(&lines[scenario->count++], 0, sizeof(*lines));
	return true;
}

static bool scenario_line(struct run *run, uint32_t number, char *text)
{
	struct run_line *line;
	char *comment = strchr(text, '#');

	if (comment != NULL) {
		*comment = '\0';
	}
	if (text[strspn(text, " \t\r")] == '\0') {
		return true;
	}
	if (!scenario_grow(&run->scenario)) {
		return run_bad(run, NULL, "no memory", "a smaller file", "split the scenario");
	}
	line = &run->scenario.lines[run->scenario.count - 1];
	line->number = number;
	if (!line_split(line, text)) {
		return run_bad(run, line, "no memory", "a smaller file", "split the scenario");
	}
	return line_check(run, line);
}

bool run_scenario_read(struct run *run)
{
	char *text = file_read(run->scenario.file);
	char *rest = text;
	uint32_t number = 0;
	bool good = true;

	if (text == NULL) {
		return run_bad(run, NULL, strerror(errno), "a text file of at most 1 MiB",
			       "give the path of a scenario; examples/scenarios has some");
	}
	while (good && rest != NULL) {
		char *line = strsep(&rest, "\n");

		good = scenario_line(run, ++number, line);
	}
	free(text);
	if (good && run->scenario.count == 0) {
		return run_bad(run, NULL, "no statement", "at least one statement",
			       "see docs/scenarios.md for a first scenario");
	}
	return good;
}

void run_scenario_free(struct run_scenario *scenario)
{
	uint32_t i;

	for (i = 0; i < scenario->count; i++) {
		free(scenario->lines[i].text);
		free(scenario->lines[i].buffer);
		free(scenario->lines[i].words);
	}
	free(scenario->lines);
}
