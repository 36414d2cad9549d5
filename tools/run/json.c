// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * json.c - numbers and the levels of a walk as JSON.
 */
#include "run.h"

json_t *run_json_hex(uint64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "0x%llx", (unsigned long long)value);
	return json_string(text);
}

static json_t *json_rights(const struct ipmmu_pt_level *level)
{
	char text[4];

	(void)snprintf(text, sizeof(text), "%s%s",
		       (level->prot.rights & IPMMU_PT_READ) != 0 ? "r" : "",
		       (level->prot.rights & IPMMU_PT_WRITE) != 0 ? "w" : "");
	return json_string(text);
}

static json_t *json_refusal(const struct ipmmu_pt_level *level)
{
	return level->kind == IPMMU_PT_REFUSED ? json_string(ipmmu_refusal_text(level->refusal))
					       : json_null();
}

static json_t *json_level(const struct ipmmu_pt_level *level)
{
	char line[RUN_TEXT];

	(void)ipmmu_level_text(level, line, sizeof(line));
	return json_pack("{s:i, s:i, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:s}", "level",
			 (int)level->level, "index", (int)level->index, "at",
			 run_json_hex(level->at.v), "value", run_json_hex(level->value), "kind",
			 ipmmu_kind_text(level->kind), "refusal", json_refusal(level), "pa",
			 run_json_hex(level->pa.v), "size", run_json_hex(level->size), "rights",
			 json_rights(level), "text", line);
}

json_t *run_json_walk(const struct ipmmu_pt_level *levels, uint32_t count)
{
	json_t *all = json_array();
	uint32_t i;

	for (i = 0; i < count; i++) {
		(void)json_array_append_new(all, json_level(&levels[i]));
	}
	return all;
}
