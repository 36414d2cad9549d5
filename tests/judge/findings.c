// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * findings.c - the list of what the model flags in drivers that nobody here wrote.
 *
 * One row a line, columns by tabs: driver, version, machines, scenarios, runs, functions,
 * registers, values, violation, reason. The plural ones are lists by commas, and each member
 * of each list must be met. Runs: "every" is met in the default run and allowed in all others;
 * a value "*" is any.
 */
#include "findings.h"

#include <stdio.h>
#include <string.h>

enum {
	ROWS = 64,
	COLUMNS = 10,
	WIDTH = 400,
	SHOWN = 8, /* of what is not listed; more say the same */
	DRIVER = 0,
	VERSION = 1,
	MACHINES = 2,
	SCENARIOS = 3,
	RUNS = 4,
	FUNCTIONS = 5,
	REGISTERS = 6,
	VALUES = 7,
	VIOLATION = 8,
	REASON = 9
};

struct row {
	uint32_t line;
	char text[COLUMNS][WIDTH];
	uint32_t met[COLUMNS]; /* a bit for each member of a list */
};

static struct row rows[ROWS];
static uint32_t row_count;

/* Number of @word in a list by commas, MODEL_NONE if it is not in there. */
static uint32_t member(const char *list, const char *word)
{
	size_t length = strlen(word);
	uint32_t n = 0;

	while (*list != '\0') {
		size_t here = strcspn(list, ",");

		if (here == length && memcmp(list, word, length) == 0) {
			return n;
		}
		list += here + (list[here] == ',' ? 1 : 0);
		n++;
	}
	return MODEL_NONE;
}

static uint32_t members(const char *list)
{
	uint32_t n = 1;

	for (; *list != '\0'; list++) {
		n += *list == ',' ? 1 : 0;
	}
	return n;
}

static bool split(char *line, struct row *row)
{
	uint32_t column;

	for (column = 0; column < COLUMNS; column++) {
		size_t here = strcspn(line, "\t\n");

		if (here == 0 || here >= WIDTH) {
			return false;
		}
		memcpy(row->text[column], line, here);
		row->text[column][here] = '\0';
		line += here;
		if (*line != (column + 1 < COLUMNS ? '\t' : '\n')) {
			return false;
		}
		line++;
	}
	return true;
}

bool findings_load(const char *path, const struct judge_driver *driver)
{
	char line[COLUMNS * WIDTH];
	FILE *file = fopen(path, "r");
	uint32_t number = 0;
	bool sound = file != NULL;

	if (file == NULL) {
		fprintf(stderr, "%s cannot be read\n", path);
		return false;
	}
	row_count = 0;
	while (sound && fgets(line, sizeof(line), file) != NULL) {
		struct row *row = &rows[row_count];

		number++;
		if (line[0] == '#' || line[0] == '\n') {
			continue;
		}
		memset(row, 0, sizeof(*row));
		row->line = number;
		sound = row_count + 1 < ROWS && split(line, row);
		row_count += sound && strcmp(row->text[DRIVER], driver->name) == 0 ? 1 : 0;
	}
	fclose(file);
	if (!sound) {
		fprintf(stderr, "%s:%u: wanted %d columns by tabs\n", path, number, COLUMNS);
	}
	return sound;
}

static bool fits(const struct row *row, const char *const *words, uint32_t *places)
{
	uint32_t column;

	for (column = 0; column < REASON; column++) {
		const char *list = row->text[column];

		places[column] = 0;
		if ((column == VALUES && strcmp(list, "*") == 0) ||
		    (column == RUNS && strcmp(list, "every") == 0)) {
			continue;
		}
		places[column] = member(list, words[column]);
		if (places[column] == MODEL_NONE) {
			return false;
		}
	}
	return true;
}

static bool use(const struct judge_driver *driver, const struct judge_machine *machine,
		const struct judge_run *run, const struct judge_violation *violation)
{
	const char *words[COLUMNS];
	uint32_t places[COLUMNS];
	char value[12];
	bool found = false;
	uint32_t i;
	uint32_t column;

	snprintf(value, sizeof(value), "%08x", violation->value);
	words[DRIVER] = driver->name;
	words[VERSION] = driver->version;
	words[MACHINES] = machine->name;
	words[SCENARIOS] = driver->scenarios[violation->scenario].name;
	words[RUNS] = run->name;
	words[FUNCTIONS] = violation->function;
	words[REGISTERS] = violation->reg;
	words[VALUES] = value;
	words[VIOLATION] = violation->kind;
	for (i = 0; i < row_count; i++) {
		struct row *row = &rows[i];
		bool every = strcmp(row->text[RUNS], "every") == 0;

		if (!fits(row, words, places)) {
			continue;
		}
		found = true;
		for (column = 0; column < REASON; column++) {
			if (!every || strcmp(run->name, "default") == 0) {
				row->met[column] |= 1u << places[column];
			}
		}
	}
	return found;
}

uint32_t findings_unlisted(const struct judge_driver *driver, const struct judge_report *report,
			   const struct judge_machine *machine, const struct judge_run *run,
			   uint32_t scenario)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < report->violation_count; i++) {
		const struct judge_violation *v = &report->violations[i];

		if ((scenario == MODEL_NONE || v->scenario == scenario) &&
		    !use(driver, machine, run, v) && count++ < SHOWN) {
			printf("not listed: %s\t%s\t%s\t%s\t%s\t%s\t%s\t%08x\t%s\n",
			       driver->name, driver->version, machine->name,
			       driver->scenarios[v->scenario].name, run->name, v->function,
			       v->reg, v->value, v->kind);
		}
	}
	return count;
}

uint32_t findings_unused(void)
{
	uint32_t unused = 0;
	uint32_t i;
	uint32_t column;

	for (i = 0; i < row_count; i++) {
		for (column = 0; column < REASON; column++) {
			uint32_t all = (1u << members(rows[i].text[column])) - 1;

			if (rows[i].met[column] != all) {
				printf("line %u, column %u: not all of \"%s\" are met (%x)\n",
				       rows[i].line, column + 1, rows[i].text[column],
				       rows[i].met[column]);
				unused++;
				break;
			}
		}
	}
	return unused;
}
