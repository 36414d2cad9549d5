// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * report.c - the CMocka program of a judge: each scenario on each machine passes, writes and
 * reads the registers that are recorded, and is flagged for nothing but what is listed; with
 * each switch of the model alone it ends as recorded.
 */
#define _GNU_SOURCE
#include "judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "findings.h"
#include "page.h"

enum {
	PATH = 512,
	CASES = 96,
	MACHINES = 8,
	SHOWN = 8, /* of what is not listed; more say the same */
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

/* Flagged and not listed; each is printed. */
static uint32_t unlisted(const struct judge_report *report, const struct judge_machine *machine,
			 const struct judge_run *run, uint32_t scenario)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < report->violation_count; i++) {
		const struct judge_violation *v = &report->violations[i];

		if ((scenario == MODEL_NONE || v->scenario == scenario) &&
		    !findings_use(judged, machine, run, v) && count++ < SHOWN) {
			printf("not listed: %s\t%s\t%s\t%s\t%s\t%s\t%s\t%08x\t%s\n",
			       judged->name, judged->version, machine->name,
			       judged->scenarios[v->scenario].name, run->name, v->function,
			       v->reg, v->value, v->kind);
		}
	}
	return count;
}

static const char *failure_of(const struct judge_report *report, uint32_t scenario)
{
	uint32_t i;

	for (i = 0; i < report->failure_count; i++) {
		if (report->failures[i].scenario == scenario) {
			return report->failures[i].text;
		}
	}
	return NULL;
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
	assert_null(failure_of(report, s->scenario));
	assert_int_equal(unlisted(report, s->machine, &usual, s->scenario), 0);
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
		assert_int_equal(unlisted(other, s->machine, &tlb_runs[i], MODEL_NONE), 0);
		assert_string_equal(other->trace, report->trace);
		judge_report_free(other);
	}
}

static struct model_config config_of(void)
{
	struct model_config config;

	model_config_default(&config);
	if (judged->adjust != NULL) {
		judged->adjust(&config);
	}
	return config;
}

/* What the driver should see to and does not, as judge_expect() names it. */
static void tell_expected(FILE *out, const struct judge_report *report)
{
	const char *last = "";
	uint32_t i;

	for (i = 0; i < report->violation_count; i++) {
		const struct judge_violation *v = &report->violations[i];

		if (strcmp(v->reg, "-") == 0 && strcmp(v->kind, last) != 0) {
			fprintf(out, ", with %s", v->kind);
			last = v->kind;
		}
	}
}

/* One line: passes, or which scenarios do not, and what the first of them lacks. */
static void tell(FILE *out, const struct judge_report *report)
{
	const char *why = NULL;
	uint32_t i;

	for (i = 0; i < report->acted; i++) {
		if (failure_of(report, i) != NULL) {
			fprintf(out, "%s%s", why != NULL ? " " : "", judged->scenarios[i].name);
			why = why != NULL ? why : failure_of(report, i);
		}
	}
	if (report->acted < judged->scenario_count) {
		fprintf(out, "the driver dies in %s", judged->scenarios[report->acted].name);
	} else if (why != NULL) {
		fprintf(out, "; first, not: %s", why);
	} else {
		fprintf(out, "passes");
	}
	tell_expected(out, report);
}

static char *told(const struct judge_report *report)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	tell(out, report);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* How one switch ends; how many violations are not listed. */
static uint32_t play_switch(const struct judge_machine *machine, const struct judge_run *run,
			    FILE *out)
{
	struct judge_report *report = judge_play(judged, machine, run);
	uint32_t bad = unlisted(report, machine, run, MODEL_NONE);
	char *here = told(report);
	char *by_default = told(reports[machine_index(machine)]);
	bool same = strcmp(here, by_default) == 0 && run->which >= 0;

	fprintf(out, "%-10s %-26s %s\n", machine->name, run->name,
		same ? "as by default" : here);
	judge_report_free(report);
	free(here);
	free(by_default);
	return bad;
}

static uint32_t play_switches(const struct judge_machine *machine, FILE *out)
{
	struct model_config config = config_of();
	uint32_t bad = play_switch(machine, &usual, out);
	char name[64];
	int which;
	uint8_t value;

	for (which = 0; which < MODEL_SWITCH_COUNT; which++) {
		for (value = 0; value < model_switch_values((enum model_switch)which);
		     value++) {
			struct judge_run run = {name, MODEL_TLB_RANDOM, which, value};

			snprintf(name, sizeof(name), "%s=%u",
				 model_switch_name((enum model_switch)which), value);
			if (config.switches[which] != value) {
				bad += play_switch(machine, &run, out);
			}
		}
	}
	return bad;
}

static void switches_end_as_recorded(void **state)
{
	char *recorded = file_read("switches");
	const char *body = strstr(recorded, "\n\n");
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	uint32_t bad = 0;
	uint32_t i;

	(void)state;
	assert_non_null(out);
	for (i = 0; judged->machines[i] != NULL; i++) {
		bad += play_switches(judge_machine_find(judged->machines[i]), out);
	}
	assert_int_equal(fclose(out), 0);
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
