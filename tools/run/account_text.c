// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * account_text.c - the account of a scenario as text for people. Where JSON is wanted, begin
 * and end hand over to account_json.c.
 */
#include "run.h"

#include <string.h>

#define RED    "\033[31m"
#define GREEN  "\033[32m"
#define BOLD   "\033[1m"
#define NORMAL "\033[0m"

static const char *paint(const struct run *run, const char *colour)
{
	return run->colour ? colour : "";
}

/* What every bring-up tells of every unit is left out of the text. */
static bool event_is_routine(const struct ipmmu_event *event)
{
	return event->kind == IPMMU_EVENT_MMU_ONLINE ||
	       event->kind == IPMMU_EVENT_UTLB_UNMANAGED;
}

/* Equal faults that follow each other are one line. */
static void print_faults(const struct run_step *step)
{
	uint32_t kept = run_at_most(step->fault_count, RUN_FAULTS);
	char line[RUN_TEXT];
	char next[RUN_TEXT] = "";
	uint32_t times = 1;
	uint32_t i;

	for (i = 0; i < kept; i++, times++) {
		(void)ipmmu_fault_text(&step->faults[i], line, sizeof(line));
		if (i + 1 < kept) {
			(void)ipmmu_fault_text(&step->faults[i + 1], next, sizeof(next));
		}
		if (i + 1 < kept && strcmp(line, next) == 0) {
			continue;
		}
		printf("        fault  %s", line);
		printf(times > 1 ? " (%u times)\n" : "\n", times);
		times = 0;
	}
}

static void print_told(const struct run *run)
{
	const struct run_step *step = &run->step;
	char line[RUN_TEXT];
	uint32_t i;

	for (i = 0; i < run_at_most(step->event_count, RUN_EVENTS); i++) {
		if (run->args.verbose || !event_is_routine(&step->events[i])) {
			(void)ipmmu_event_text(&step->events[i], line, sizeof(line));
			printf("        event  %s\n", line);
		}
	}
	print_faults(step);
}

static void print_cost(struct run *run)
{
	const struct model_counts *before = &run->step.before;
	struct model_counts now = run->machine->counts(run);

	printf("        cost   %llu register reads, %llu writes, %llu flushes\n",
	       (unsigned long long)(now.reads - before->reads),
	       (unsigned long long)(now.writes - before->writes),
	       (unsigned long long)(now.flushes - before->flushes));
}

/* A statement that only says how things are, and held, needs no line. */
static bool step_is_silent(const struct run *run)
{
	const struct run_step *step = &run->step;

	return step->held && step->result[0] == '\0' && step->event_count == 0 &&
	       step->fault_count == 0 && !run->args.verbose;
}

static void print_result(const struct run *run)
{
	const struct run_step *step = &run->step;

	if (step->result[0] != '\0') {
		printf("        %s%s%s  %s\n", paint(run, step->held ? GREEN : RED),
		       step->held ? "ok" : "NO", paint(run, NORMAL), step->result);
	}
	if (step->detail != NULL) {
		(void)fputs(step->detail, stdout);
	}
	print_told(run);
	if (!step->held) {
		printf("        %sNOT HELD%s  %s\n", paint(run, RED), paint(run, NORMAL),
		       step->wanted);
	}
}

void run_text_step(struct run *run)
{
	const struct run_step *step = &run->step;

	if (run->args.walk && step->held) {
		return;
	}
	if (strcmp(step->line->words[0], "say") == 0) {
		printf("\n%s%s%s\n", paint(run, BOLD), step->result, paint(run, NORMAL));
		return;
	}
	if (step_is_silent(run)) {
		return;
	}
	printf("%5u  %s\n", step->line->number, step->line->text);
	print_result(run);
	if (run->args.verbose && run->host != NULL) {
		print_cost(run);
	}
}

void run_account_begin(struct run *run)
{
	const struct ipmmu_system_desc *desc = &run->tree.result.desc;

	if (run->args.json) {
		run->json_steps = json_array();
	}
	if (run->args.json || run->args.walk) {
		return;
	}
	printf("%s: %s, %u MMUs, %u masters\n", run->args.board, desc->mmus[0].soc->name,
	       desc->mmu_count, desc->master_count);
	if (run_cut_assumed(run)) {
		printf("%s: cut not known, the newest usable one is taken (--prr tells it)\n",
		       run->args.board);
	}
	printf("%s: %u statements, seed %llu\n", run->args.scenario, run->scenario.count,
	       (unsigned long long)run->args.model.seed);
}

void run_account_end(struct run *run)
{
	const struct run_totals *t = &run->totals;

	if (run->args.json) {
		run_json_end(run);
		return;
	}
	if (run->args.walk && t->failed == 0) {
		return;
	}
	printf("\n%u statements; %s%u expectations held, %u did not%s\n", t->statements,
	       paint(run, t->failed == 0 ? GREEN : RED), t->held, t->failed,
	       paint(run, NORMAL));
	printf("DMAs: %u landed, %u stopped; checks of a master's reach: %u, too wide: %u; "
	       "violations of the hardware's rules: %llu\n",
	       t->landed, t->stopped, t->isolation_checks, t->isolation_broken,
	       (unsigned long long)t->violations);
}
