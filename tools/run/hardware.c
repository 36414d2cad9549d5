// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * hardware.c - statements that make the hardware misbehave, let time pass, or look at it.
 */
#include "run.h"

#include <ipmmu/dump.h>

static bool stuck_set(struct run *run, const struct run_line *line, bool stuck)
{
	uint32_t mmu;

	if (!run_mmu_find(run, line, line->words[1], &mmu)) {
		return false;
	}
	run->machine->defect(run, RUN_DEFECT_STUCK, mmu, stuck);
	run_say(run, "flushes of %s %s", run_short(run->tree.result.desc.mmus[mmu].name),
		stuck ? "never end from now on" : "end again");
	return true;
}

bool run_do_stuck(struct run *run, const struct run_line *line)
{
	return stuck_set(run, line, true);
}

bool run_do_unstick(struct run *run, const struct run_line *line)
{
	return stuck_set(run, line, false);
}

bool run_do_broken(struct run *run, const struct run_line *line)
{
	uint32_t mmu;

	if (!run_mmu_find(run, line, line->words[1], &mmu)) {
		return false;
	}
	run->machine->defect(run, RUN_DEFECT_DROPPED, mmu, true);
	run_say(run, "flushes of %s empty nothing from now on",
		run_short(run->tree.result.desc.mmus[mmu].name));
	return true;
}

bool run_do_service(struct run *run, const struct run_line *line)
{
	(void)line;
	run_service(run);
	run_say(run, "faults decoded: %u", run->step.fault_count);
	return true;
}

bool run_do_interrupt(struct run *run, const struct run_line *line)
{
	uint32_t mmu;

	if (!run_mmu_find(run, line, line->words[1], &mmu)) {
		return false;
	}
	run_say(run, "%s",
		ipmmu_root_interrupt(run->system, mmu) ? "something was pending"
						       : "nothing was pending");
	return true;
}

bool run_do_wait(struct run *run, const struct run_line *line)
{
	uint64_t us;

	if (!run_number(run, line, line->words[1], 1, 1000000000u, &us)) {
		return false;
	}
	run->machine->tick(run, (uint32_t)us);
	return true;
}

struct dump {
	FILE *text;
	json_t *registers;
};

static void dump_fields(const struct dump *dump, const struct ipmmu_register_value *reg,
			json_t *fields)
{
	uint32_t i;

	for (i = 0; i < reg->field_count; i++) {
		const struct ipmmu_field_value *field = &reg->fields[i];

		if (field->value != 0) {
			fprintf(dump->text, " %s=0x%x", field->name, field->value);
		}
		(void)json_object_set_new(fields, field->name, json_integer(field->value));
	}
}

static bool dump_register(void *arg, const struct ipmmu_register_value *reg)
{
	const struct dump *dump = arg;
	json_t *fields;

	if (reg->value == 0) {
		return true;
	}
	fields = json_object();
	if (reg->index == IPMMU_NONE) {
		fprintf(dump->text, "        0x%05x  %-12s     0x%08x ", reg->offset, reg->name,
			reg->value);
	} else {
		fprintf(dump->text, "        0x%05x  %-12s %2u  0x%08x ", reg->offset,
			reg->name, reg->index, reg->value);
	}
	dump_fields(dump, reg, fields);
	fprintf(dump->text, "\n");
	(void)json_array_append_new(
		dump->registers, json_pack("{s:s, s:i, s:i, s:I, s:o}", "name", reg->name,
					   "index", (int)reg->index, "offset", (int)reg->offset,
					   "value", (json_int_t)reg->value, "fields", fields));
	return true;
}

bool run_do_dump(struct run *run, const struct run_line *line)
{
	struct dump dump = {NULL, NULL};
	size_t size = 0;
	enum ipmmu_err err;
	uint32_t mmu;

	if (!run_mmu_find(run, line, line->words[1], &mmu)) {
		return false;
	}
	dump.text = open_memstream(&run->step.detail, &size);
	dump.registers = json_array();
	if (dump.text == NULL || dump.registers == NULL) {
		return run_bad(run, line, "no memory", "a smaller scenario", "split it");
	}
	err = ipmmu_mmu_dump(run->system, mmu, dump_register, &dump);
	(void)fclose(dump.text);
	(void)run_answer(run, line, err);
	run_say(run, "%u registers of %s are not 0", (uint32_t)json_array_size(dump.registers),
		run_short(run->tree.result.desc.mmus[mmu].name));
	if (run->step.extra != NULL) {
		(void)json_object_set(run->step.extra, "registers", dump.registers);
	}
	json_decref(dump.registers);
	return true;
}
