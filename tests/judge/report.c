// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * report.c - the CMocka program of a judge: each scenario on each machine passes, writes and
 * reads the registers that are recorded, and is flagged for nothing but what is listed; with
 * each switch of the model alone it ends as recorded.
 */
#include "judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "findings.h"
#include "page.h"
#include "switches.h"

enum {
	PATH = 512,
	CASES = 96,
	MACHINES = 8,
	TEXT = 1 << 18
};

/** struct subject - what a case looks at. */
struct subject {
	const struct judge_machine *machine;
	uint32_t scenario;
	char name[160];
};

static const struct judge_driver *judged;
static const char *directory;
static bool updating;
static struct judge_report *reports[MACHINES];
static struct subject subjects[CASES];
static struct CMUnitTest cases[CASES];
static uint32_t case_count;

static const struct judge_run usual = {"default", MODEL_TLB_RANDOM, -1, 0};
static const struct judge_run tlb_runs[] = {
	{"TLB=OFF", MODEL_TLB_OFF, -1, 0},
	{"TLB=ADVERSARIAL", MODEL_TLB_ADVERSARIAL, -1, 0},
};

static uint32_t machine_index(const struct judge_machine *machine)
{
	uint32_t i = 0;

	while (strcmp(judged->machines[i], machine->name) != 0) {
		i++;
	}
	return i;
}

static bool takes_part(uint32_t scenario, const struct judge_machine *machine)
{
	return (judged->scenarios[scenario].generations &
		(1u << (uint32_t)machine->generation)) != 0;
}

static void file_name(char *path, const char *what)
{
	snprintf(path, PATH, "%s/golden/%s-%s.txt", directory, judged->name, what);
}

static char *file_read(const char *what)
{
	char path[PATH];
	char *text = calloc(1, TEXT);
	FILE *file;
	size_t length;

	file_name(path, what);
	file = fopen(path, "r");
	if (file != NULL) {
		length = fread(text, 1, TEXT - 1, file);
		text[length] = '\0';
		fclose(file);
	}
	return text;
}

static void file_write(const char *what, const char *about, const char *text)
{
	char path[PATH];
	FILE *file;

	file_name(path, what);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file,
		"# SPDX-"
		"License-Identifier: BSD-2-Clause\n"
		"# SPDX-"
		"FileCopyrightText: 2026 The libipmmu authors\n"
		"# %s\n\n%s",
		about, text);
	assert_int_equal(fclose(file), 0);
}

static void show_failures(const struct judge_report *report, uint32_t scenario)
{
	uint32_t i;

	for (i = 0; i < report->failure_count; i++) {
		if (report->failures[i].scenario == scenario) {
			printf("does not hold: %s\n", report->failures[i].text);
		}
	}
}

static void section_of(const struct judge_report *report, uint32_t scenario, char *text)
{
	uint32_t at = report->section[scenario];
	uint32_t length = report->section[scenario + 1] - at;

	memcpy(text, report->trace + at, length);
	text[length] = '\0';
}

/* The first line in which they differ. */
static void show_difference(const char *got, const char *wanted)
{
	uint32_t line = 1;

	while (*got == *wanted && *got != '\0') {
		line += *got == '\n' ? 1 : 0;
		got++;
		wanted++;
	}
	printf("line %u of the scenario differs: ... got \"%.*s\", recorded \"%.*s\"\n", line,
	       (int)strcspn(got, "\n"), got, (int)strcspn(wanted, "\n"), wanted);
}

static void scenario_passes(void **state)
{
	const struct subject *s = *state;
	uint32_t index = machine_index(s->machine);
	const struct judge_report *report = reports[index];
	char *golden = file_read(s->machine->name);
	char *section = calloc(1, TEXT);
	const char *recorded;

	assert_true(report->acted > s->scenario);
	section_of(report, s->scenario, section);
	recorded = strstr(golden, "== ");
	while (recorded != NULL &&
	       strncmp(recorded, section, strcspn(section, "\n") + 1) != 0) {
		recorded = strstr(recorded + 1, "\n== ");
		recorded = recorded == NULL ? NULL : recorded + 1;
	}
	show_failures(report, s->scenario);
	assert_null(judge_failure(report, s->scenario));
	assert_int_equal(findings_unlisted(judged, report, s->machine, &usual, s->scenario), 0);
	assert_non_null(recorded);
	if (strncmp(recorded, section, strlen(section)) != 0) {
		show_difference(section, recorded);
		fail();
	}
	free(golden);
	free(section);
}

/* A golden file that has more than was played. */
static void recording_is_whole(void **state)
{
	const struct subject *s = *state;
	const struct judge_report *report = reports[machine_index(s->machine)];
	char *golden = file_read(s->machine->name);
	const char *recorded = strstr(golden, "== ");

	assert_non_null(recorded);
	assert_int_equal(strlen(recorded), report->trace_length);
	free(golden);
}

static void tlbs_change_nothing(void **state)
{
	const struct subject *s = *state;
	const struct judge_report *report = reports[machine_index(s->machine)];
	uint32_t i;

	for (i = 0; i < sizeof(tlb_runs) / sizeof(tlb_runs[0]); i++) {
		struct judge_report *other = judge_play(judged, s->machine, &tlb_runs[i]);

		assert_int_equal(other->acted, judged->scenario_count);
		if (other->failure_count != 0) {
			printf("%s: %s\n", tlb_runs[i].name, other->failures[0].text);
		}
		assert_int_equal(other->failure_count, 0);
		assert_int_equal(
			findings_unlisted(judged, other, s->machine, &tlb_runs[i], MODEL_NONE),
			0);
		assert_string_equal(other->trace, report->trace);
		judge_report_free(other);
	}
}

static void switches_end_as_recorded(void **state)
{
	char *recorded = file_read("switches");
	const char *body = strstr(recorded, "\n\n");
	uint32_t bad;
	char *text = switches_play(judged, reports, &usual, &bad);

	(void)state;
	if (updating) {
		file_write(
			"switches",
			"How the judge ends with each switch of the model alone; all others, "
			"and the TLBs, as by default.",
			text);
	} else {
		assert_non_null(body);
		if (strcmp(body + 2, text) != 0) {
			show_difference(text, body + 2);
			fail();
		}
	}
	assert_int_equal(bad, 0);
	free(text);
	free(recorded);
}

static void each_finding_is_used(void **state)
{
	(void)state;
	assert_int_equal(findings_unused(), 0);
}

static void page_is_true(void **state)
{
	char path[PATH];

	(void)state;
	snprintf(path, sizeof(path), "%s/../../docs/judges.md", directory);
	assert_true(page_holds(path, judged, reports, updating));
}

static void add_case(const struct judge_machine *machine, uint32_t scenario, const char *claim,
		     CMUnitTestFunction run)
{
	struct subject *s = &subjects[case_count];
	struct CMUnitTest *test = &cases[case_count];

	s->machine = machine;
	s->scenario = scenario;
	snprintf(s->name, sizeof(s->name), "%s %s%s%s", judged->name,
		 machine != NULL ? machine->name : "", machine != NULL ? ": " : "", claim);
	memset(test, 0, sizeof(*test));
	test->name = s->name;
	test->test_func = run;
	test->initial_state = s;
	case_count++;
}

static void add_machine(const struct judge_machine *machine)
{
	struct judge_report *report = judge_play(judged, machine, &usual);
	uint32_t i;

	reports[machine_index(machine)] = report;
	if (updating) {
		file_write(
			machine->name,
			"Register accesses: direction, unit, register, value, function of the "
			"driver. ! is what the model flags.",
			report->trace);
	}
	for (i = 0; i < judged->scenario_count; i++) {
		if (takes_part(i, machine)) {
			add_case(machine, i, judged->scenarios[i].claim, scenario_passes);
		}
	}
	add_case(machine, 0, "nothing else is recorded", recording_is_whole);
	add_case(machine, 0, "no TLB, and TLBs that keep all, change no register access",
		 tlbs_change_nothing);
}

int judge_main(const struct judge_driver *driver, int argc, char **argv)
{
	char path[PATH];
	uint32_t i;

	if (argc < 2 || argc > 3 || (argc == 3 && strcmp(argv[2], "--update") != 0)) {
		fprintf(stderr, "usage: %s DIRECTORY [--update]\n", argv[0]);
		return 2;
	}
	judged = driver;
	directory = argv[1];
	updating = argc == 3;
	snprintf(path, sizeof(path), "%s/findings.tsv", directory);
	if (!findings_load(path, driver)) {
		return 2;
	}
	for (i = 0; driver->machines[i] != NULL; i++) {
		add_machine(judge_machine_find(driver->machines[i]));
	}
	add_case(NULL, 0, "with each switch of the model alone it ends as recorded",
		 switches_end_as_recorded);
	add_case(NULL, 0, "docs/judges.md has the table of it", page_is_true);
	add_case(NULL, 0, "each row of findings.tsv is used", each_finding_is_used);
	return _cmocka_run_group_tests(driver->name, cases, case_count, NULL, NULL);
}
