// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * account_json.c - the account of a scenario as one JSON object.
 */
#include "run.h"

static json_t *json_event(const struct ipmmu_event *event)
{
	char line[RUN_TEXT];

	(void)ipmmu_event_text(event, line, sizeof(line));
	return json_pack("{s:s, s:s, s:s}", "name", ipmmu_event_name(event->kind), "error",
			 ipmmu_error_name(event->error), "text", line);
}

static json_t *json_fault(struct run *run, const struct ipmmu_fault *fault)
{
	const struct run_domain *domain = run_domain_of(run, fault->domain);
	json_t *masters = json_array();
	char line[RUN_TEXT];
	uint32_t i;

	for (i = 0; i < run_at_most(fault->master_count, IPMMU_FAULT_MASTERS); i++) {
		(void)json_array_append_new(masters, json_string(fault->masters[i]->name));
	}
	(void)ipmmu_fault_text(fault, line, sizeof(line));
	return json_pack("{s:s?, s:o, s:i, s:i, s:i, s:i, s:o, s:o, s:b, s:s, s:o}", "domain",
			 domain == NULL ? NULL : domain->name, "iova",
			 run_json_hex(fault->iova.v), "kinds", (int)fault->kinds, "code",
			 (int)fault->code, "level", (int)fault->level, "context",
			 (int)fault->context, "status", run_json_hex(fault->status), "masters",
			 masters, "incomplete", (int)fault->masters_incomplete, "text", line,
			 "walk", run_json_walk(fault->walk, fault->walk_count));
}

void run_json_step(struct run *run)
{
	struct run_step *step = &run->step;
	json_t *events = json_array();
	json_t *faults = json_array();
	json_t *object;
	uint32_t i;

	for (i = 0; i < run_at_most(step->event_count, RUN_EVENTS); i++) {
		(void)json_array_append_new(events, json_event(&step->events[i]));
	}
	for (i = 0; i < run_at_most(step->fault_count, RUN_FAULTS); i++) {
		(void)json_array_append_new(faults, json_fault(run, &step->faults[i]));
	}
	object = json_pack("{s:i, s:s, s:b, s:s, s:s, s:o, s:o}", "line",
			   (int)step->line->number, "statement", step->line->text, "held",
			   (int)step->held, "result", step->result, "wanted", step->wanted,
			   "events", events, "faults", faults);
	(void)json_object_update(object, step->extra);
	json_decref(step->extra);
	step->extra = NULL;
	(void)json_array_append_new(run->json_steps, object);
}

void run_json_end(struct run *run)
{
	const struct run_totals *t = &run->totals;
	json_t *summary = json_pack("{s:i, s:i, s:i, s:i, s:i, s:I, s:i, s:i}", "statements",
				    (int)t->statements, "held", (int)t->held, "failed",
				    (int)t->failed, "dma_landed", (int)t->landed, "dma_stopped",
				    (int)t->stopped, "violations", (json_int_t)t->violations,
				    "isolation_checks", (int)t->isolation_checks,
				    "isolation_broken", (int)t->isolation_broken);
	json_t *all = json_pack("{s:s, s:s, s:s, s:I, s:o, s:o}", "board", run->args.board,
				"soc", run->tree.result.desc.mmus[0].soc->name, "scenario",
				run->args.scenario, "seed", (json_int_t)run->args.model.seed,
				"steps", run->json_steps, "summary", summary);

	if (run->json_walk != NULL) {
		(void)json_object_set_new(all, "walk", run->json_walk);
	}
	(void)json_dumpf(all, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(all);
}
