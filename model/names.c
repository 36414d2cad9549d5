// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * names.c - names, texts, value counts and defaults of switches and violations.
 * Holds no state and knows nothing of what a switch does.
 */
#include <ipmmu-model/model.h>

struct violation_row {
	const char *name;
	const char *text;
};

struct switch_row {
	const char *name;
	const char *text;
	uint8_t values;
	uint8_t preset;
};

#define VIOLATION_ROW(name, what)           {#name, what},
#define SWITCH_ROW(name, values, def, what) {#name, what, values, def},

static const struct violation_row violation_rows[] = {MODEL_VIOLATIONS(VIOLATION_ROW)};
static const struct switch_row switch_rows[] = {MODEL_SWITCHES(SWITCH_ROW)};

const char *model_violation_name(enum model_violation_kind kind)
{
	return (unsigned int)kind < MODEL_VIOLATION_COUNT ? violation_rows[kind].name : "?";
}

const char *model_violation_text(enum model_violation_kind kind)
{
	return (unsigned int)kind < MODEL_VIOLATION_COUNT ? violation_rows[kind].text : "?";
}

const char *model_switch_name(enum model_switch which)
{
	return (unsigned int)which < MODEL_SWITCH_COUNT ? switch_rows[which].name : "?";
}

const char *model_switch_text(enum model_switch which)
{
	return (unsigned int)which < MODEL_SWITCH_COUNT ? switch_rows[which].text : "?";
}

uint8_t model_switch_values(enum model_switch which)
{
	return (unsigned int)which < MODEL_SWITCH_COUNT ? switch_rows[which].values : 0;
}

uint8_t model_switch_default(enum model_switch which)
{
	return (unsigned int)which < MODEL_SWITCH_COUNT ? switch_rows[which].preset : 0;
}
