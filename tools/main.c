// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * main.c - the ipmmu command: finds the sub-command and hands over.
 * Knows nothing of what they do.
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"

/* Read by argp under these names. */
const char *argp_program_version = "ipmmu " IPMMU_VERSION;
error_t argp_err_exit_status = COMMAND_BAD_INPUT;

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"topology", ipmmu_cmd_topology},
	{"run", ipmmu_cmd_run},
	{"walk", ipmmu_cmd_walk},
};

static const char doc[] =
	"Drive Renesas IPMMU-VMSA IOMMUs, without a board.\v"
	"Commands:\n"
	"  topology BOARD.dtb      what a device tree says of its IPMMUs and masters\n"
	"  run BOARD.dtb SCENARIO  play a scenario on them, on a model of the hardware\n"
	"  walk BOARD.dtb SCENARIO DOMAIN IOVA\n"
	"                          play it, then show each level of an address's walk\n"
	"\n"
	"ipmmu COMMAND --help tells the options of each.";

struct choice {
	const struct command *command;
	int first; /* index of the command's name in argv */
};

static const struct command *command_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) == 0) {
			return &commands[i];
		}
	}
	return NULL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct choice *choice = state->input;

	if (key == ARGP_KEY_ARG) {
		choice->command = command_find(arg);
		if (choice->command == NULL) {
			argp_error(state, "no command '%s'; there are: topology, run, walk",
				   arg);
		}
		choice->first = state->next - 1;
		state->next = state->argc;
	} else if (key == ARGP_KEY_NO_ARGS) {
		argp_usage(state);
	} else {
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse, .args_doc = "COMMAND ...", .doc = doc};
	struct choice choice = {NULL, 0};
	char name[32];

	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &choice) != 0) {
		return COMMAND_BAD_INPUT;
	}
	(void)snprintf(name, sizeof(name), "ipmmu %s", choice.command->name);
	argv[choice.first] = name;
	return choice.command->run(argc - choice.first, argv + choice.first);
}
