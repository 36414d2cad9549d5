// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * cmd.c - `ipmmu run` and `ipmmu walk`: the loop over the statements of a scenario.
 */
#include "../commands.h"
#include "run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	RAM_BYTES = 16 << 20
};

#define RAM_PA 0x48000000ull

static void list_all(void)
{
	uint32_t i;

	run_statements_list(stdout);
	printf("\nwhat `expect` can stand before:\n");
	run_expects_list(stdout);
	printf("\nswitches of the model (--set NAME=VALUE):\n");
	for (i = 0; i < MODEL_SWITCH_COUNT; i++) {
		enum model_switch which = (enum model_switch)i;

		printf("%s 0..%u, otherwise %u\n    %s\n", model_switch_name(which),
		       model_switch_values(which) - 1u, model_switch_default(which),
		       model_switch_text(which));
	}
}

static const char *phase_text(const struct run_statement *statement)
{
	if (statement->first == RUN_PHASE_LIVE) {
		return "only after `bring-up`";
	}
	return statement->last == RUN_PHASE_SETUP ? "only before the machine is switched on"
						  : "only before `bring-up`";
}

static const char *phase_next(const struct run_statement *statement)
{
	if (statement->first == RUN_PHASE_LIVE) {
		return "put `bring-up` before it";
	}
	return statement->last == RUN_PHASE_SETUP
		       ? "move it up, before the first memory, power, dead, running or bring-up"
		       : "move it up";
}

/* Statements that need the machine switch it on. */
static bool phase_enter(struct run *run, const struct run_line *line)
{
	const struct run_statement *statement = line->statement;

	if (run->phase < statement->first || run->phase > statement->last) {
		return run_bad(run, line, statement->name, phase_text(statement),
			       phase_next(statement));
	}
	if (run->phase == RUN_PHASE_SETUP && statement->last != RUN_PHASE_SETUP &&
	    statement->fn != run_do_name && statement->fn != run_do_say) {
		return run_machine_make(run);
	}
	return true;
}

static bool scenario_play(struct run *run)
{
	uint32_t i;

	for (i = 0; i < run->scenario.count; i++) {
		const struct run_line *line = &run->scenario.lines[i];

		run_step_begin(run, line);
		if (!phase_enter(run, line) || !line->statement->fn(run, line)) {
			json_decref(run->step.extra);
			return false;
		}
		run_step_end(run);
		if (run->phase != RUN_PHASE_SETUP && !run->machine->alive(run)) {
			return false;
		}
		if (run->phase == RUN_PHASE_POWERED && line->statement->fn == run_do_bring_up) {
			return true;
		}
	}
	return true;
}

static int run_all(struct run *run)
{
	bool good = run_tree_read(run) && run_scenario_read(run);

	if (good) {
		run_account_begin(run);
		good = scenario_play(run) && (!run->args.walk || run_walk(run));
	}
	if (good) {
		run_account_end(run);
	} else {
		json_decref(run->json_steps);
	}
	return !good                     ? COMMAND_BAD_INPUT
	       : run->totals.failed != 0 ? COMMAND_FOUND
					 : COMMAND_GOOD;
}

static void run_free(struct run *run)
{
	uint32_t i;

	run_machine_end(run);
	for (i = 0; i < run->name_count; i++) {
		free(run->names[i].name);
		free(run->names[i].target);
	}
	for (i = 0; i < run->memory_count; i++) {
		free(run->memories[i].name);
	}
	run_scenario_free(&run->scenario);
	run_tree_free(&run->tree);
	free(run);
}

static int command(int argc, char **argv, bool walk)
{
	struct run *run = calloc(1, sizeof(*run));
	int status;

	if (run == NULL) {
		return COMMAND_BAD_INPUT;
	}
	model_config_default(&run->args.model);
	run->machine = &run_machine_model;
	run->args.qemu = getenv("IPMMU_QEMU");
	run->ram_pa = RAM_PA;
	run->ram_size = RAM_BYTES;
	run->colour = isatty(STDOUT_FILENO) != 0;
	run->args.walk = walk;
	run_args_parse(&run->args, argc, argv);
	if (run->args.list) {
		list_all();
		free(run);
		return COMMAND_GOOD;
	}
	if (!run_args_complete(&run->args)) {
		free(run);
		return COMMAND_BAD_INPUT;
	}
	if (run->args.on_qemu) {
		run->machine = &run_machine_qemu;
	}
	run->scenario.file = run->args.scenario;
	status = run_all(run);
	run_free(run);
	return status;
}

int ipmmu_cmd_run(int argc, char **argv)
{
	return command(argc, argv, false);
}

int ipmmu_cmd_walk(int argc, char **argv)
{
	return command(argc, argv, true);
}
