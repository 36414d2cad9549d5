// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * args.c - the command lines of `ipmmu run` and `ipmmu walk`.
 */
#include "run.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_JSON = 0x100,
	KEY_SEED,
	KEY_SET,
	KEY_PRR,
	KEY_MODE,
	KEY_TLB,
	KEY_LIST,
	KEY_DISABLED,
	KEY_MACHINE,
	KEY_QEMU
};

static const struct argp_option options[] = {
	{"json", KEY_JSON, NULL, 0, "One JSON object instead of text", 0},
	{"verbose", 'v', NULL, 0, "Every event, and the register accesses of each statement",
	 0},
	{"seed", KEY_SEED, "N", 0, "Seed of the model", 0},
	{"set", KEY_SET, "SWITCH=VALUE", 0,
	 "How the model behaves where the hardware is unknown; may be given again", 0},
	{"prr", KEY_PRR, "HEX", 0,
	 "Product register; the newest usable cut of the part otherwise", 0},
	{"mode", KEY_MODE, "MODE", 0, "auto, s2, s1-aarch32 or s1-aarch64", 0},
	{"tlb", KEY_TLB, "MODE", 0, "What TLBs keep: off, random or adversarial", 0},
	{"machine", KEY_MACHINE, "WHICH", 0,
	 "model (otherwise), or qemu: the same model with real DMA behind it", 0},
	{"qemu", KEY_QEMU, "PATH", 0,
	 "The QEMU that `scripts/qemu build` names; $IPMMU_QEMU otherwise", 0},
	{"with-disabled", KEY_DISABLED, NULL, 0, "Use IPMMUs that the tree disables", 0},
	{"list", KEY_LIST, NULL, 0, "Print all statements and switches, and end", 0},
	{0},
};

bool run_switch_parse(const char *name, enum model_switch *which)
{
	uint32_t i;

	for (i = 0; i < MODEL_SWITCH_COUNT; i++) {
		if (strcmp(model_switch_name((enum model_switch)i), name) == 0) {
			*which = (enum model_switch)i;
			return true;
		}
	}
	return false;
}

bool run_mode_parse(const char *word, enum ipmmu_mode *mode)
{
	static const char *const names[IPMMU_MODE_COUNT] = {
		[IPMMU_MODE_AUTO] = "auto",
		[IPMMU_MODE_S2] = "s2",
		[IPMMU_MODE_S1_AARCH32] = "s1-aarch32",
		[IPMMU_MODE_S1_AARCH64] = "s1-aarch64",
	};
	uint32_t i;

	for (i = 0; i < IPMMU_MODE_COUNT; i++) {
		if (strcmp(names[i], word) == 0) {
			*mode = (enum ipmmu_mode)i;
			return true;
		}
	}
	return false;
}

bool run_tlb_parse(const char *word, enum model_tlb_mode *mode)
{
	static const char *const names[] = {
		[MODEL_TLB_OFF] = "off",
		[MODEL_TLB_RANDOM] = "random",
		[MODEL_TLB_ADVERSARIAL] = "adversarial",
	};
	uint32_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], word) == 0) {
			*mode = (enum model_tlb_mode)i;
			return true;
		}
	}
	return false;
}

static uint64_t arg_number(struct argp_state *state, const char *option, const char *word,
			   int base, uint64_t max)
{
	char *rest = NULL;
	uint64_t value = strtoull(word, &rest, base);

	if (*word == '\0' || *word == '-' || *rest != '\0' || value > max) {
		argp_error(state, "%s: found: %s; allowed: a number up to 0x%llx", option, word,
			   (unsigned long long)max);
	}
	return value;
}

static void arg_set(struct argp_state *state, struct run_args *args, char *word)
{
	char *value = strchr(word, '=');
	enum model_switch which = MODEL_SWITCH_COUNT;

	if (value == NULL) {
		argp_error(state, "--set: found: %s; allowed: SWITCH=VALUE", word);
		return;
	}
	*value++ = '\0';
	if (!run_switch_parse(word, &which)) {
		argp_error(state, "--set: found: %s; `ipmmu run --list` names the switches",
			   word);
		return;
	}
	args->model.switches[which] = (uint8_t)arg_number(
		state, "--set", value, 10, (uint64_t)model_switch_values(which) - 1);
	args->fixed_switch[which] = true;
}

static void arg_mode(struct argp_state *state, struct run_args *args, const char *word)
{
	args->fixed_mode = run_mode_parse(word, &args->options.mode);
	if (!args->fixed_mode) {
		argp_error(state,
			   "--mode: found: %s; allowed: auto, s2, s1-aarch32, s1-aarch64",
			   word);
	}
}

static void arg_tlb(struct argp_state *state, struct run_args *args, const char *word)
{
	args->fixed_tlb = run_tlb_parse(word, &args->model.tlb_mode);
	if (!args->fixed_tlb) {
		argp_error(state, "--tlb: found: %s; allowed: off, random, adversarial", word);
	}
}

static error_t arg_plain(struct run_args *args, char *word)
{
	if (args->board == NULL) {
		args->board = word;
		return 0;
	}
	if (args->scenario == NULL) {
		args->scenario = word;
		return 0;
	}
	if (args->walk && args->domain == NULL) {
		args->domain = word;
		return 0;
	}
	if (args->walk && args->iova == NULL) {
		args->iova = word;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static void arg_seed(struct argp_state *state, struct run_args *args, const char *word)
{
	args->model.seed = arg_number(state, "--seed", word, 0, UINT64_MAX);
	if (args->model.seed == 0) {
		argp_error(state, "--seed: found: 0; allowed: a number from 1 on");
	}
	args->fixed_seed = true;
}

static void arg_machine(struct argp_state *state, struct run_args *args, const char *word)
{
	args->on_qemu = strcmp(word, "qemu") == 0;
	if (!args->on_qemu && strcmp(word, "model") != 0) {
		argp_error(state, "--machine: found: %s; allowed: model, qemu", word);
	}
}

/* Options that take a value; false when @key is none of them. */
static bool parse_value(int key, char *word, struct argp_state *state, struct run_args *args)
{
	switch (key) {
	case KEY_SEED:
		arg_seed(state, args, word);
		return true;
	case KEY_SET:
		arg_set(state, args, word);
		return true;
	case KEY_PRR:
		args->prr = (uint32_t)arg_number(state, "--prr", word, 16, UINT32_MAX);
		args->has_prr = true;
		return true;
	case KEY_MODE:
		arg_mode(state, args, word);
		return true;
	case KEY_TLB:
		arg_tlb(state, args, word);
		return true;
	case KEY_MACHINE:
		arg_machine(state, args, word);
		return true;
	case KEY_QEMU:
		args->qemu = word;
		return true;
	default:
		return false;
	}
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct run_args *args = state->input;

	switch (key) {
	case KEY_JSON:
		args->json = true;
		return 0;
	case 'v':
		args->verbose = true;
		return 0;
	case KEY_LIST:
		args->list = true;
		return 0;
	case KEY_DISABLED:
		args->with_disabled = true;
		return 0;
	case ARGP_KEY_ARG:
		return arg_plain(args, word);
	default:
		return parse_value(key, word, state, args) ? 0 : ARGP_ERR_UNKNOWN;
	}
}

#define STATUS_TEXT \
	"Exit status: 0 every expectation held, 1 some did not, 2 bad input.\n" \
	"docs/scenarios.md tells how to write a scenario."

static const struct argp run_argp = {
	options,
	parse,
	"BOARD.dtb SCENARIO",
	"Run a scenario on the IPMMUs of a board, with a model in the place of the hardware."
	"\v" STATUS_TEXT,
	NULL,
	NULL,
	NULL,
};

static const struct argp walk_argp = {
	options,
	parse,
	"BOARD.dtb SCENARIO DOMAIN IOVA",
	"Run a scenario, and then show every level of the walk of an address in a domain."
	"\v" STATUS_TEXT,
	NULL,
	NULL,
	NULL,
};

void run_args_parse(struct run_args *args, int argc, char **argv)
{
	const struct argp *argp = args->walk ? &walk_argp : &run_argp;

	(void)argp_parse(argp, argc, argv, 0, NULL, args);
}

bool run_args_complete(const struct run_args *args)
{
	if (args->walk ? args->iova != NULL : args->scenario != NULL) {
		return true;
	}
	fprintf(stderr,
		"ipmmu %s: found: too few arguments\n"
		"  allowed: ipmmu %s\n"
		"  next: see `ipmmu %s --help`; examples/ has boards and scenarios\n",
		args->walk ? "walk" : "run",
		args->walk ? "walk BOARD.dtb SCENARIO DOMAIN IOVA" : "run BOARD.dtb SCENARIO",
		args->walk ? "walk" : "run");
	return false;
}
