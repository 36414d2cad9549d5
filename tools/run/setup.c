// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * setup.c - statements that describe the machine and its memory, and the bring-up.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

enum {
	PAGE = 4096,
	RAM_MAX = 1 << 30
};

#define PA_END (1ull << IPMMU_PA_BITS)

bool run_do_ram(struct run *run, const struct run_line *line)
{
	if (!run_number(run, line, line->words[1], 0, PA_END - PAGE, &run->ram_pa) ||
	    !run_number(run, line, line->words[2], PAGE, RAM_MAX, &run->ram_size)) {
		return false;
	}
	if (run->ram_pa % (2 * PAGE) != 0 || run->ram_size % PAGE != 0 ||
	    run->ram_size > PA_END - run->ram_pa) {
		return run_bad(run, line, "RAM at a crooked place",
			       "a base that is a multiple of 8K, a size that is one of 4K, "
			       "below 1 TiB",
			       "move it");
	}
	return true;
}

bool run_do_seed(struct run *run, const struct run_line *line)
{
	uint64_t seed;

	if (!run_number(run, line, line->words[1], 1, UINT64_MAX, &seed)) {
		return false;
	}
	if (!run->args.fixed_seed) {
		run->args.model.seed = seed;
	}
	return true;
}

bool run_do_switch(struct run *run, const struct run_line *line)
{
	enum model_switch which = MODEL_SWITCH_COUNT;
	uint64_t value;

	if (!run_switch_parse(line->words[1], &which)) {
		return run_bad(run, line, line->words[1], "the name of a switch of the model",
			       "`ipmmu run --list` names them");
	}
	if (!run_number(run, line, line->words[2], 0, model_switch_values(which) - 1u,
			&value)) {
		return false;
	}
	if (!run->args.fixed_switch[which]) {
		run->args.model.switches[which] = (uint8_t)value;
	}
	return true;
}

bool run_do_tlb(struct run *run, const struct run_line *line)
{
	enum model_tlb_mode mode;

	if (!run_tlb_parse(line->words[1], &mode)) {
		return run_bad(run, line, line->words[1], "off, random or adversarial",
			       "choose one of them");
	}
	if (!run->args.fixed_tlb) {
		run->args.model.tlb_mode = mode;
	}
	return true;
}

bool run_do_mode(struct run *run, const struct run_line *line)
{
	enum ipmmu_mode mode;

	if (!run_mode_parse(line->words[1], &mode)) {
		return run_bad(run, line, line->words[1], "auto, s2, s1-aarch32 or s1-aarch64",
			       "choose one of them");
	}
	if (!run->args.fixed_mode) {
		run->args.options.mode = mode;
	}
	return true;
}

/* One option of the library: a flag, or a number. */
struct option_row {
	const char *name;
	size_t at; /* in struct ipmmu_options */
	bool is_number;
};

static const struct option_row option_rows[] = {
	{"force-stage2", offsetof(struct ipmmu_options, force_stage2), false},
	{"accept-unsuitable", offsetof(struct ipmmu_options, accept_unsuitable), false},
	{"lockdown", offsetof(struct ipmmu_options, lockdown), false},
	{"consent-bypass", offsetof(struct ipmmu_options, consent_bypass), false},
	{"context-flush-reaches-utlbs",
	 offsetof(struct ipmmu_options, context_flush_reaches_utlbs), false},
	{"cache-flush-unreadable", offsetof(struct ipmmu_options, cache_flush_unreadable),
	 false},
	{"flush-additions", offsetof(struct ipmmu_options, flush_additions), false},
	{"max-contexts", offsetof(struct ipmmu_options, max_contexts), true},
	{"flush-timeout-us", offsetof(struct ipmmu_options, flush_timeout_us), true},
	{"storm-limit", offsetof(struct ipmmu_options, storm_limit), true},
};

static const struct option_row *option_find(const char *name, bool is_number)
{
	size_t i;

	for (i = 0; i < sizeof(option_rows) / sizeof(option_rows[0]); i++) {
		if (strcmp(option_rows[i].name, name) == 0 &&
		    option_rows[i].is_number == is_number) {
			return &option_rows[i];
		}
	}
	return NULL;
}

bool run_do_option(struct run *run, const struct run_line *line)
{
	const struct option_row *row = option_find(line->words[1], line->count == 3);
	char *options = (char *)&run->args.options;
	uint64_t value = 0;

	if (row == NULL) {
		return run_bad(run, line, line->words[1],
			       "force-stage2, accept-unsuitable, lockdown, consent-bypass, "
			       "context-flush-reaches-utlbs, cache-flush-unreadable, "
			       "flush-additions, max-contexts N, flush-timeout-us N, "
			       "storm-limit N",
			       "write one of them");
	}
	if (!row->is_number) {
		*(bool *)(options + row->at) = true;
		return true;
	}
	if (!run_number(run, line, line->words[2], 0, UINT32_MAX, &value)) {
		return false;
	}
	*(uint32_t *)(void *)(options + row->at) = (uint32_t)value;
	return true;
}

bool run_do_name(struct run *run, const struct run_line *line)
{
	return run_name_add(run, line, line->words[1], line->words[2]);
}

bool run_do_say(struct run *run, const struct run_line *line)
{
	run_say(run, "%s", line->text + strlen("say "));
	return true;
}

/* Bytes that differ from page to page and from memory to memory. */
static void memory_fill(struct run *run, const struct run_memory *memory)
{
	uint8_t *bytes = model_host_bytes(run->host, memory->pa, (size_t)memory->size);
	uint64_t i;

	for (i = 0; i < memory->size; i++) {
		bytes[i] = (uint8_t)(i * 13u + (i >> 12) * 57u + run->memory_count * 101u);
	}
	run->machine->changed(run, memory->pa, memory->size);
}

static bool memory_place(struct run *run, const struct run_line *line,
			 struct run_memory *memory)
{
	uint32_t pages = (uint32_t)(memory->size / PAGE);
	struct model_memory ram = model_host_memory(run->host);

	if (line->count == 3) {
		memory->pa = ram.alloc(ram.arg, pages);
		return memory->pa != 0 ||
		       run_bad(run, line, line->words[2], "a size for which RAM is left",
			       "make it smaller, or give more by the statement `ram`");
	}
	if (line->count != 5 || strcmp(line->words[3], "at") != 0) {
		return run_bad(run, line, line->text, line->statement->usage, "write it so");
	}
	if (!run_number(run, line, line->words[4], 0, PA_END - PAGE, &memory->pa)) {
		return false;
	}
	return model_host_claim(run->host, memory->pa, pages) ||
	       run_bad(run, line, line->words[4], "free RAM, at a multiple of 4K",
		       "choose another place, or move the RAM by the statement `ram`");
}

bool run_do_memory(struct run *run, const struct run_line *line)
{
	struct run_memory *memory = &run->memories[run->memory_count];

	if (run->memory_count == RUN_MEMORIES) {
		return run_bad(run, line, "one memory too many", "at most 64", "use offsets");
	}
	if (run_memory_find(run, line->words[1]) != NULL) {
		return run_bad(run, line, line->words[1], "a name that is not used yet",
			       "choose another name");
	}
	if (!run_number(run, line, line->words[2], PAGE, RAM_MAX, &memory->size)) {
		return false;
	}
	if (memory->size % PAGE != 0) {
		return run_bad(run, line, line->words[2], "a multiple of 4K", "round it up");
	}
	if (!memory_place(run, line, memory)) {
		return false;
	}
	memory->name = run_copy(line->words[1]);
	run->memory_count++;
	memory_fill(run, memory);
	run_say(run, "at 0x%llx", (unsigned long long)memory->pa);
	return memory->name != NULL;
}

bool run_do_power(struct run *run, const struct run_line *line)
{
	uint32_t mmu;

	if (!run_mmu_find(run, line, line->words[1], &mmu)) {
		return false;
	}
	if (strcmp(line->words[2], "refused") != 0) {
		return run_bad(run, line, line->words[2], "refused",
			       "write: power MMU refused");
	}
	run->refuse_power[mmu] = true;
	return true;
}

bool run_do_dead(struct run *run, const struct run_line *line)
{
	uint32_t mmu;

	if (!run_mmu_find(run, line, line->words[1], &mmu)) {
		return false;
	}
	run->machine->defect(run, RUN_DEFECT_DEAD, mmu, true);
	return true;
}

/* IMUCTR as firmware may have left it: TTSEL and MMUEN. */
bool run_do_running(struct run *run, const struct run_line *line)
{
	const struct ipmmu_system_desc *desc = &run->tree.result.desc;
	uint32_t master;
	uint64_t context;
	uint32_t i;

	if (!run_master_find(run, line, line->words[1], &master) ||
	    !run_number(run, line, line->words[2], 0, IPMMU_MAX_CONTEXTS - 1u, &context)) {
		return false;
	}
	for (i = 0; i < desc->masters[master].port_count; i++) {
		const struct ipmmu_port *port = &desc->masters[master].ports[i];
		enum model_generation generation =
			(enum model_generation)desc->mmus[port->mmu].soc->generation;

		run->machine->poke(run, port->mmu,
				   model_utlb_offset(generation, port->utlb, false),
				   (uint32_t)context << 4 | 1u);
	}
	return true;
}

static void bring_up_tell(struct run *run)
{
	const struct ipmmu_system_desc *desc = &run->tree.result.desc;
	uint32_t online = 0;
	uint32_t i;

	for (i = 0; i < desc->mmu_count; i++) {
		struct ipmmu_mmu_info info;

		if (ipmmu_mmu_query(run->system, i, &info) != IPMMU_OK || !info.online) {
			continue;
		}
		online++;
		if (info.is_root) {
			run_say(run, "%s: %s, deny is context %d",
				run_short(desc->mmus[i].name), ipmmu_mode_text(info.mode),
				(int)info.deny_context);
		}
	}
	run_say(run, "%u of %u MMUs online", online, desc->mmu_count);
}

/* A host knows whether its part keeps "nothing is mapped there". */
bool run_do_bring_up(struct run *run, const struct run_line *line)
{
	enum ipmmu_err err;

	if (run->args.model.switches[MODEL_ABSENT_CACHED] != 0) {
		run->args.options.flush_additions = true;
	}
	err = ipmmu_system_create(&run->ops, run, &run->tree.result.desc, &run->args.options,
				  &run->system);

	if (run_answer(run, line, err)) {
		run->phase = RUN_PHASE_LIVE;
		bring_up_tell(run);
	}
	return true;
}
