// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * domains.c - statements on domains, and the list of what a scenario has mapped in each.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

struct mode_row {
	enum model_format format;
	uint32_t bits; /* when the statement names none */
};

static const struct mode_row mode_rows[IPMMU_MODE_COUNT] = {
	[IPMMU_MODE_S2] = {MODEL_FORMAT_S2, 40},
	[IPMMU_MODE_S1_AARCH32] = {MODEL_FORMAT_S1_AARCH32, 32},
	[IPMMU_MODE_S1_AARCH64] = {MODEL_FORMAT_S1_AARCH64, 39},
};

/* One row per table error: what is allowed, and what to do. */
struct table_row {
	const char *allowed;
	const char *next;
};

static const struct table_row table_rows[] = {
	[MODEL_TABLE_RANGE] = {"addresses within the widths of the table",
			       "choose a smaller IOVA, size or width"},
	[MODEL_TABLE_ALIGN] = {"a range that cuts no block",
			       "take the whole block, or map it with `pages` before"},
	[MODEL_TABLE_NO_MEMORY] = {"as many tables as RAM has pages left",
				   "give more RAM by the statement `ram`"},
	[MODEL_TABLE_MAPPED] = {"a range in which nothing is mapped", "unmap it first"},
	[MODEL_TABLE_RIGHTS] = {"r or rw; w alone only in stage 2", "choose another right"},
};

static bool table_bad(const struct run *run, const struct run_line *line,
		      enum model_table_error err)
{
	return run_bad(run, line, line->text, table_rows[err].allowed, table_rows[err].next);
}

static bool domain_width(struct run *run, const struct run_line *line, uint32_t preset,
			 uint64_t *bits)
{
	*bits = preset;
	if (line->count == 4) {
		return true;
	}
	if (line->count != 6 || strcmp(line->words[4], "width") != 0) {
		return run_bad(run, line, line->text, line->statement->usage, "write it so");
	}
	return run_number(run, line, line->words[5], 32, 40, bits);
}

static bool domain_check(struct run *run, const struct run_line *line)
{
	if (strcmp(line->words[2], "root") != 0) {
		return run_bad(run, line, line->words[2], line->statement->usage,
			       "write it so");
	}
	if (run->domain_count == RUN_DOMAINS) {
		return run_bad(run, line, "one domain too many", "at most 32 in a scenario",
			       "split the scenario");
	}
	if (run_domain_find(run, line->words[1]) != NULL) {
		return run_bad(run, line, line->words[1], "a name that is not used yet",
			       "choose another name");
	}
	return true;
}

static void domain_open(struct run *run, const struct run_line *line, struct run_domain *domain,
			enum ipmmu_mode mode)
{
	struct ipmmu_table table = {{domain->table.root}, mode, domain->table.input_bits};
	enum ipmmu_err err =
		ipmmu_domain_create(run->system, domain->root, &table, domain, &domain->handle);

	if (!run_answer(run, line, err)) {
		model_table_destroy(&domain->table);
		return;
	}
	domain->name = run_copy(line->words[1]);
	run->domain_count++;
	run_say(run, "%s, %u-bit input, table at 0x%llx", ipmmu_mode_text(mode),
		table.input_bits, (unsigned long long)table.root.v);
}

bool run_do_domain(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = &run->domains[run->domain_count];
	struct model_memory memory = run_memory(run);
	struct ipmmu_mmu_info info;
	enum model_table_error err;
	uint64_t bits;

	if (!domain_check(run, line) ||
	    !run_mmu_find(run, line, line->words[3], &domain->root) ||
	    ipmmu_mmu_query(run->system, domain->root, &info) != IPMMU_OK) {
		return false;
	}
	if (info.mode == IPMMU_MODE_AUTO) {
		info.mode = IPMMU_MODE_S1_AARCH32;
	}
	if (!domain_width(run, line, mode_rows[info.mode].bits, &bits)) {
		return false;
	}
	err = model_table_create(&domain->table, mode_rows[info.mode].format, (uint32_t)bits,
				 &memory);
	if (err != MODEL_TABLE_OK) {
		return table_bad(run, line, err);
	}
	domain_open(run, line, domain, info.mode);
	return true;
}

bool run_do_destroy(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = run_domain_need(run, line, line->words[1]);

	if (domain == NULL) {
		return false;
	}
	if (run_answer(run, line, ipmmu_domain_destroy(domain->handle))) {
		domain->handle = NULL;
		model_table_destroy(&domain->table);
		run_say(run, "gone; its table's pages are free again");
	}
	return true;
}

static struct run_map *map_add(struct run_domain *domain)
{
	size_t bytes = (domain->map_count + 1) * sizeof(*domain->maps);
	struct run_map *maps = realloc(domain->maps, bytes);

	if (maps == NULL) {
		return NULL;
	}
	domain->maps = maps;
	return &maps[domain->map_count++];
}

/* A number that must be a multiple of 4K; @what names it. */
static bool number_of_pages(struct run *run, const struct run_line *line, const char *what,
			    const char *word, uint64_t max, uint64_t *out)
{
	char found[RUN_TEXT];

	if (!run_number(run, line, word, 0, max, out)) {
		return false;
	}
	if (*out % IPMMU_PAGE_SIZE == 0) {
		return true;
	}
	(void)snprintf(found, sizeof(found), "%s %s", what, word);
	return run_bad(run, line, found, "a multiple of 4K", "round it to 0x1000");
}

/* MEMORY or MEMORY+OFFSET. */
static bool map_target(struct run *run, const struct run_line *line, struct run_map *map)
{
	char *word = line->words[5];
	char *plus = strchr(word, '+');
	struct run_memory *memory;
	uint64_t offset = 0;

	if (plus != NULL) {
		*plus = '\0';
	}
	memory = run_memory_find(run, word);
	if (memory == NULL) {
		return run_bad(run, line, word, "the name of a memory",
			       "make it first: memory NAME SIZE");
	}
	if (plus != NULL && !number_of_pages(run, line, "offset in the memory", plus + 1,
					     memory->size - 1, &offset)) {
		return false;
	}
	if (map->size > memory->size - offset) {
		return run_bad(run, line, line->text, "a range inside of the memory",
			       "make the memory larger or the mapping smaller");
	}
	map->pa = memory->pa + offset;
	return true;
}

static bool map_rights(struct run *run, const struct run_line *line, struct run_map *map)
{
	const char *word = line->words[6];

	map->read = strcmp(word, "r") == 0 || strcmp(word, "rw") == 0;
	map->write = strcmp(word, "w") == 0 || strcmp(word, "rw") == 0;
	if (!map->read && !map->write) {
		return run_bad(run, line, word, "r, w or rw", "choose one of them");
	}
	if (strcmp(line->words[4], "->") != 0 ||
	    (line->count == 8 && strcmp(line->words[7], "pages") != 0)) {
		return run_bad(run, line, line->text, line->statement->usage, "write it so");
	}
	return true;
}

static bool map_range(struct run *run, const struct run_line *line, struct run_map *map)
{
	return number_of_pages(run, line, "IOVA", line->words[2], UINT64_MAX, &map->iova) &&
	       run_number(run, line, line->words[3], 1, UINT64_MAX, &map->size) &&
	       number_of_pages(run, line, "size", line->words[3], UINT64_MAX, &map->size);
}

bool run_do_map(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = run_domain_need(run, line, line->words[1]);
	struct run_map map = {0};
	struct run_map *entry;
	enum model_table_error err;

	if (domain == NULL || !map_range(run, line, &map) || !map_rights(run, line, &map) ||
	    !map_target(run, line, &map)) {
		return false;
	}
	err = model_table_map(&domain->table, map.iova, map.pa, map.size, map.read, map.write,
			      line->count == 7);
	if (err != MODEL_TABLE_OK) {
		return table_bad(run, line, err);
	}
	entry = map_add(domain);
	if (entry == NULL) {
		return run_bad(run, line, "no memory", "a smaller scenario", "split it");
	}
	*entry = map;
	run_say(run, "0x%llx now leads to 0x%llx, %s", (unsigned long long)map.iova,
		(unsigned long long)map.pa, line->words[6]);
	return true;
}

/* The live mapping @i without what lies in [start, end): the rest becomes mappings of its own.
 */
static bool map_cut(struct run_domain *domain, uint32_t i, uint64_t start, uint64_t end)
{
	struct run_map old = domain->maps[i];
	uint64_t old_end = old.iova + old.size;
	struct run_map *part;

	if (old_end > end) {
		part = map_add(domain);
		if (part == NULL) {
			return false;
		}
		*part = old;
		part->iova = end;
		part->pa = old.pa + (end - old.iova);
		part->size = old_end - end;
		domain->maps[i].size = end - old.iova;
	}
	if (old.iova < start) {
		part = map_add(domain);
		if (part == NULL) {
			return false;
		}
		*part = old;
		part->size = start - old.iova;
		domain->maps[i].iova = start;
		domain->maps[i].pa += start - old.iova;
		domain->maps[i].size -= start - old.iova;
	}
	domain->maps[i].unmapped = true;
	return true;
}

static bool maps_cut(struct run_domain *domain, uint64_t start, uint64_t end)
{
	uint32_t count = domain->map_count;
	uint32_t i;

	for (i = 0; i < count; i++) {
		const struct run_map *map = &domain->maps[i];

		if (!map->unmapped && map->iova < end && start < map->iova + map->size &&
		    !map_cut(domain, i, start, end)) {
			return false;
		}
	}
	return true;
}

bool run_do_unmap(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = run_domain_need(run, line, line->words[1]);
	struct run_map map = {0};
	enum model_table_error err;

	if (domain == NULL || !map_range(run, line, &map)) {
		return false;
	}
	err = model_table_unmap(&domain->table, map.iova, map.size);
	if (err != MODEL_TABLE_OK) {
		return table_bad(run, line, err);
	}
	if (!maps_cut(domain, map.iova, map.iova + map.size)) {
		return run_bad(run, line, "no memory", "a smaller scenario", "split it");
	}
	run_say(run, "out of the table; a TLB may hold it until `flush %s`", domain->name);
	return true;
}

/* After a flush no TLB holds what was unmapped before. */
static void maps_forget(struct run_domain *domain)
{
	uint32_t kept = 0;
	uint32_t i;

	for (i = 0; i < domain->map_count; i++) {
		if (!domain->maps[i].unmapped) {
			domain->maps[kept++] = domain->maps[i];
		}
	}
	domain->map_count = kept;
}

void run_maps_settle(struct run *run)
{
	uint32_t i;

	for (i = 0; i < run->domain_count; i++) {
		struct ipmmu_domain_info info;

		if (run->domains[i].handle != NULL &&
		    ipmmu_domain_query(run->domains[i].handle, &info) == IPMMU_OK &&
		    info.state == IPMMU_DOMAIN_IDLE) {
			maps_forget(&run->domains[i]);
		}
	}
}

bool run_do_flush(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = run_domain_need(run, line, line->words[1]);

	if (domain == NULL) {
		return false;
	}
	if (run_answer(run, line, ipmmu_domain_flush(domain->handle))) {
		maps_forget(domain);
		run_say(run, "no TLB holds an older translation of %s", domain->name);
	}
	return true;
}

bool run_do_retry(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = run_domain_need(run, line, line->words[1]);

	if (domain == NULL) {
		return false;
	}
	if (run_answer(run, line, ipmmu_domain_retry(domain->handle))) {
		run_say(run, "out of quarantine; its masters are denied and in no domain");
	}
	return true;
}

static bool domain_call(struct run *run, const struct run_line *line,
			enum ipmmu_err (*call)(struct ipmmu_domain *domain))
{
	struct run_domain *domain = run_domain_need(run, line, line->words[1]);
	struct ipmmu_domain_info info;

	if (domain == NULL) {
		return false;
	}
	if (run_answer(run, line, call(domain->handle)) &&
	    ipmmu_domain_query(domain->handle, &info) == IPMMU_OK) {
		run_say(run, info.context == IPMMU_NONE ? "no context" : "context %u",
			info.context);
	}
	return true;
}

bool run_do_reserve(struct run *run, const struct run_line *line)
{
	return domain_call(run, line, ipmmu_domain_reserve);
}

bool run_do_unreserve(struct run *run, const struct run_line *line)
{
	return domain_call(run, line, ipmmu_domain_unreserve);
}
