// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * cmd.c - ipmmu topology: options, and which form to show.
 */
#include <argp.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../commands.h"
#include "topology.h"

enum form {
	FORM_TREE, /* what nobody asked otherwise for */
	FORM_JSON,
	FORM_DOT
};

struct request {
	const char *file;
	enum form form;
	bool strict;
	bool has_prr;
	struct ipmmu_prr prr;
	struct ipmmu_fdt_options options;
};

static const struct argp_option options[] = {
	{"json", 'j', NULL, 0, "For programs; see docs/device-trees.md", 0},
	{"dot", 'd', NULL, 0, "For Graphviz", 0},
	{"with-disabled", 'a', NULL, 0, "As if no node were disabled", 0},
	{"prr", 'p', "HEX", 0, "Value of the product register, which tells the cut: 4f20", 0},
	{"strict", 's', NULL, 0, "Notes count as errors do", 0},
	{0},
};

static const char doc[] =
	"What a device tree says of its IPMMUs: roots, caches, masters, uTLBs and groups, "
	"with everything that is wrong in it.\v"
	"Exit status: 0 all is well, 1 the tree has defects that are errors, 2 bad input.";

static void parse_prr(struct request *request, const char *text, struct argp_state *state)
{
	char *end = NULL;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 16);
	if (errno != 0 || end == text || *end != '\0' || value > 0xffffffff) {
		argp_error(state, "--prr %s: give the register's 32 bits in hex, such as 4f20",
			   text);
	}
	request->prr = ipmmu_prr_decode((uint32_t)value);
	request->has_prr = true;
}

static void choose_form(struct request *request, enum form form, struct argp_state *state)
{
	if (request->form != FORM_TREE && request->form != form) {
		argp_error(state, "found: --json and --dot; allowed: one of them");
	}
	request->form = form;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case 'j':
		choose_form(request, FORM_JSON, state);
		break;
	case 'd':
		choose_form(request, FORM_DOT, state);
		break;
	case 'a':
		request->options.with_disabled = true;
		break;
	case 'p':
		parse_prr(request, arg, state);
		break;
	case 's':
		request->strict = true;
		break;
	case ARGP_KEY_ARG:
		if (request->file != NULL) {
			argp_error(state, "one tree at a time: '%s' is the second", arg);
		}
		request->file = arg;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* Colour is for people: not into a file, a dumb terminal, or where NO_COLOR asks for none. */
static bool wants_colour(void)
{
	const char *term = getenv("TERM");
	const char *no_color = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && term != NULL && strcmp(term, "dumb") != 0 &&
	       (no_color == NULL || no_color[0] == '\0');
}

static int show(const struct request *request, const struct board *board)
{
	struct style style = {false, false, request->has_prr};
	int bad = 0;

	if (request->form == FORM_JSON) {
		bad = topology_json(board, stdout);
	} else if (request->form == FORM_DOT) {
		topology_dot(board, stdout);
	} else {
		style.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
		style.colour = wants_colour();
		topology_tree(board, &style, stdout);
	}
	if (bad != 0 || fflush(stdout) != 0 || ferror(stdout)) {
		(void)fprintf(stderr,
			      "ipmmu topology: cannot write the output; is the disk full?\n");
		return COMMAND_BAD_INPUT;
	}
	if (board->result.errors != 0 || (request->strict && board->result.notes != 0)) {
		return COMMAND_FOUND;
	}
	return COMMAND_GOOD;
}

int ipmmu_cmd_topology(int argc, char **argv)
{
	static const struct argp argp = {options, parse, "BOARD.dtb", doc, NULL, NULL, NULL};
	struct request request = {0};
	struct board board;
	int status = COMMAND_BAD_INPUT;

	(void)setlocale(LC_CTYPE, "");
	if (argp_parse(&argp, argc, argv, 0, NULL, &request) != 0) {
		return COMMAND_BAD_INPUT;
	}
	request.options.prr = request.has_prr ? &request.prr : NULL;
	if (board_load(&board, request.file, &request.options) == 0) {
		status = show(&request, &board);
	}
	board_free(&board);
	return status;
}
