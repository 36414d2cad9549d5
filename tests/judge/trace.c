// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * trace.c - the record of a play as lines, and the names of registers.
 */
#include "trace.h"

#include <stdio.h>
#include <string.h>

enum {
	LINE = 160
};

static struct judge_report *into;
static char last[LINE];
static uint32_t last_at;
static uint32_t repeats;

void trace_begin(struct judge_report *report)
{
	into = report;
	last[0] = '\0';
}

void trace_line(const char *line)
{
	uint32_t left;
	int written;

	if (strcmp(line, last) == 0) {
		repeats++;
	} else {
		repeats = 1;
		last_at = into->trace_length;
		snprintf(last, sizeof(last), "%s", line);
	}
	left = JUDGE_TRACE - last_at;
	if (repeats == 1) {
		written = snprintf(into->trace + last_at, left, "%s\n", last);
	} else {
		written =
			snprintf(into->trace + last_at, left, "%s (%u times)\n", last, repeats);
	}
	into->trace_length = last_at + ((uint32_t)written < left ? (uint32_t)written : left);
}

static bool in_bank(const struct model_register_info *info, char bank, uint32_t offset)
{
	return info->bank == bank && offset >= info->offset &&
	       offset < info->offset + 4 * info->count;
}

static const char *find(enum model_generation generation, bool is_root, char bank,
			uint32_t offset)
{
	struct model_register_info info;
	const char *name = "?";
	uint32_t i;

	for (i = 0; model_register_get(i, &info); i++) {
		bool here =
			generation == MODEL_GEN2 || (is_root ? info.in_root : info.in_cache);

		if ((info.generations & (1u << (uint32_t)generation)) == 0 ||
		    !in_bank(&info, bank, offset)) {
			continue;
		}
		name = info.name;
		if (here) {
			break;
		}
	}
	return name;
}

static const uint32_t gen4_globals = 0x1000;

const char *trace_register(enum model_generation generation, bool is_root, uint32_t offset,
			   uint32_t *index)
{
	uint32_t n;

	for (n = 0; n < 1u << (uint32_t)generation; n++) {
		uint32_t base = model_context_offset(generation, n, 0);

		if (offset >= base && offset < base + 0x40) {
			*index = n;
			return find(generation, is_root, 'c', offset - base);
		}
	}
	for (n = 0; n < 16u * (uint32_t)generation; n++) {
		uint32_t base = model_utlb_offset(generation, n, false);

		if (offset >= base && offset < base + 0x10) {
			*index = n;
			return find(generation, is_root, 'u', offset - base);
		}
	}
	*index = MODEL_NONE;
	return find(generation, is_root, 'g',
		    offset - (generation == MODEL_GEN4 ? gen4_globals : 0));
}
