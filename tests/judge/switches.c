// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * switches.c - a driver with each switch of the model alone, told in lines.
 */
#define _GNU_SOURCE
#include "switches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings.h"

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
static void tell(FILE *out, const struct judge_driver *driver,
		 const struct judge_report *report)
{
	const char *why = NULL;
	uint32_t i;

	for (i = 0; i < report->acted; i++) {
		if (judge_failure(report, i) != NULL) {
			fprintf(out, "%s%s", why != NULL ? " " : "", driver->scenarios[i].name);
			why = why != NULL ? why : judge_failure(report, i);
		}
	}
	if (report->acted < driver->scenario_count) {
		fprintf(out, "the driver dies in %s", driver->scenarios[report->acted].name);
	} else if (why != NULL) {
		fprintf(out, "; first, not: %s", why);
	} else {
		fprintf(out, "passes");
	}
	tell_expected(out, report);
}

static char *told(const struct judge_driver *driver, const struct judge_report *report)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	tell(out, driver, report);
	fclose(out);
	return text;
}

/* What a driver starts with, where that is not the model's default. */
static void tell_start(FILE *out, const struct judge_driver *driver)
{
	struct model_config config;
	int which;

	model_config_default(&config);
	if (driver->adjust != NULL) {
		driver->adjust(&config);
	}
	for (which = 0; which < MODEL_SWITCH_COUNT; which++) {
		if (config.switches[which] != model_switch_default((enum model_switch)which)) {
			fprintf(out,
				"with %s=%u: ", model_switch_name((enum model_switch)which),
				config.switches[which]);
		}
	}
}

/* How one switch ends; how many violations are not listed. */
static uint32_t play_switch(const struct judge_driver *driver,
			    const struct judge_machine *machine, const struct judge_run *run,
			    const struct judge_report *by_default, FILE *out)
{
	struct judge_report *report = judge_play(driver, machine, run);
	uint32_t bad = findings_unlisted(driver, report, machine, run, MODEL_NONE);
	char *here = told(driver, report);
	char *there = told(driver, by_default);
	bool same = strcmp(here, there) == 0 && run->which >= 0;

	fprintf(out, "%-10s %-26s ", machine->name, run->name);
	if (run->which < 0) {
		tell_start(out, driver);
	}
	fprintf(out, "%s\n", same ? "as by default" : here);
	judge_report_free(report);
	free(here);
	free(there);
	return bad;
}

static uint32_t play_switches(const struct judge_driver *driver,
			      const struct judge_machine *machine,
			      const struct judge_report *by_default, FILE *out)
{
	struct model_config config;
	uint32_t bad = 0;
	char name[64];
	int which;
	uint8_t value;

	model_config_default(&config);
	if (driver->adjust != NULL) {
		driver->adjust(&config);
	}
	for (which = 0; which < MODEL_SWITCH_COUNT; which++) {
		for (value = 0; value < model_switch_values((enum model_switch)which);
		     value++) {
			struct judge_run run = {name, MODEL_TLB_RANDOM, which, value};

			snprintf(name, sizeof(name), "%s=%u",
				 model_switch_name((enum model_switch)which), value);
			if (config.switches[which] != value) {
				bad += play_switch(driver, machine, &run, by_default, out);
			}
		}
	}
	return bad;
}

char *switches_play(const struct judge_driver *driver, struct judge_report *const *reports,
		    const struct judge_run *usual, uint32_t *bad)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	uint32_t i;

	*bad = 0;
	for (i = 0; driver->machines[i] != NULL; i++) {
		const struct judge_machine *machine = judge_machine_find(driver->machines[i]);

		*bad += play_switch(driver, machine, usual, reports[i], out);
		*bad += play_switches(driver, machine, reports[i], out);
	}
	fclose(out);
	return text;
}
