/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * commands.h - the sub-commands of ipmmu. Each takes its own name as argv[0], parses its own
 * options and answers an exit status.
 */
#ifndef TOOLS_COMMANDS_H
#define TOOLS_COMMANDS_H

/** What every sub-command answers. */
enum {
	COMMAND_GOOD = 0,
	COMMAND_FOUND = 1,
	COMMAND_BAD_INPUT = 2
};

int ipmmu_cmd_topology(int argc, char **argv);
int ipmmu_cmd_run(int argc, char **argv);
int ipmmu_cmd_walk(int argc, char **argv);

#endif
