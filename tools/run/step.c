// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * step.c - around each statement: time passes before it; interrupts, the service, the checks
 * and its part of the account come after it.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

enum {
	STEP_US = 10 /* passes before each statement, as it would between two calls of a host */
};

void run_step_begin(struct run *run, const struct run_line *line)
{
	struct run_step *step = &run->step;

	step->line = line;
	step->held = true;
	step->result[0] = '\0';
	step->wanted[0] = '\0';
	step->fault_count = 0;
	step->event_count = 0;
	step->extra = run->args.json ? json_object() : NULL;
	if (run->host != NULL) {
		run->machine->tick(run, STEP_US);
		step->before = run->machine->counts(run);
	}
	run->totals.statements++;
}

static void violation_tell(struct run *run, const struct model_violation *violation)
{
	const struct ipmmu_system_desc *desc = &run->tree.result.desc;
	const char *unit = "no MMU";
	char place[RUN_TEXT] = "";

	if (violation->unit < desc->mmu_count) {
		unit = run_short(desc->mmus[violation->unit].name);
	}
	if (violation->offset != MODEL_NONE) {
		(void)snprintf(place, sizeof(place), " + 0x%x, value 0x%x", violation->offset,
			       violation->value);
	}
	run_broken(run, "violation %s at %s%s: %s", model_violation_name(violation->kind), unit,
		   place, model_violation_text(violation->kind));
}

/* The hardware's rules: a violation is a mistake of the library, never of a scenario. */
static void violations_tell(struct run *run)
{
	uint64_t count = run->machine->violations(run);
	struct model_violation violation;
	uint32_t i;

	for (i = 0; i < count && run->machine->violation(run, i, &violation); i++) {
		violation_tell(run, &violation);
	}
	run->totals.violations += count;
	run->machine->violations_clear(run);
}

static void last_keep(struct run *run)
{
	const struct run_step *step = &run->step;

	if (strcmp(step->line->words[0], "expect") == 0) {
		return;
	}
	run->last_fault_count = step->fault_count;
	run->last_event_count = step->event_count;
	memcpy(run->last_faults, step->faults, sizeof(run->last_faults));
	memcpy(run->last_events, step->events, sizeof(run->last_events));
}

void run_step_end(struct run *run)
{
	if (run->phase == RUN_PHASE_LIVE) {
		run_interrupts(run);
		run_service(run);
		run_mapped_settle(run);
		run_isolation_check(run);
	}
	if (run->host != NULL) {
		violations_tell(run);
	}
	last_keep(run);
	if (run->args.json) {
		run_json_step(run);
	} else {
		run_text_step(run);
	}
	free(run->step.detail);
	run->step.detail = NULL;
}
