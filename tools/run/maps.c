// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * maps.c - statements that map and unmap, in tables of the scenario's or of the library's own.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

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

static bool map_rights_word(struct run *run, const struct run_line *line, const char *word,
			    struct run_map *map)
{
	map->read = strcmp(word, "r") == 0 || strcmp(word, "rw") == 0;
	map->write = strcmp(word, "w") == 0 || strcmp(word, "rw") == 0;
	return map->read || map->write ||
	       run_bad(run, line, word, "r, w or rw", "choose one of them");
}

static bool map_rights(struct run *run, const struct run_line *line, struct run_map *map)
{
	if (!map_rights_word(run, line, line->words[6], map)) {
		return false;
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

static struct ipmmu_pt_prot rights_of(const struct run_map *map)
{
	return (struct ipmmu_pt_prot){
		(uint8_t)((map->read ? IPMMU_PT_READ : 0) | (map->write ? IPMMU_PT_WRITE : 0)),
		IPMMU_PT_CACHED};
}

/* With `pages` each by itself, so that no block is used. */
static enum ipmmu_err map_owned(const struct run_domain *domain, const struct run_map *map,
				bool pages)
{
	struct ipmmu_pa *list;
	enum ipmmu_err err;
	uint64_t i;

	if (!pages) {
		return ipmmu_domain_map(domain->handle, (struct ipmmu_iova){map->iova},
					(struct ipmmu_pa){map->pa}, map->size, rights_of(map));
	}
	list = malloc(map->size / IPMMU_PAGE_SIZE * sizeof(*list));
	if (list == NULL) {
		return IPMMU_E_NO_MEMORY;
	}
	for (i = 0; i < map->size / IPMMU_PAGE_SIZE; i++) {
		list[i].v = map->pa + i * IPMMU_PAGE_SIZE;
	}
	err = ipmmu_domain_map_pages(domain->handle, (struct ipmmu_iova){map->iova}, list,
				     (uint32_t)(map->size / IPMMU_PAGE_SIZE), rights_of(map));
	free(list);
	return err;
}

static bool no_memory(struct run *run, const struct run_line *line)
{
	return run_bad(run, line, "no memory", "a smaller scenario", "split it");
}

static bool map_keep(struct run *run, const struct run_line *line, struct run_domain *domain,
		     const struct run_map *map)
{
	struct run_map *entry = run_mapped_add(domain);

	if (entry == NULL) {
		return no_memory(run, line);
	}
	*entry = *map;
	run_say(run, "0x%llx now leads to 0x%llx, %s", (unsigned long long)map->iova,
		(unsigned long long)map->pa, line->words[6]);
	return true;
}

bool run_do_map(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = run_domain_need(run, line, line->words[1]);
	struct run_map map = {0};
	enum model_table_error err;

	if (domain == NULL || !map_range(run, line, &map) || !map_rights(run, line, &map) ||
	    !map_target(run, line, &map)) {
		return false;
	}
	if (domain->owned) {
		return !run_answer(run, line, map_owned(domain, &map, line->count == 8)) ||
		       map_keep(run, line, domain, &map);
	}
	err = model_table_map(&domain->table, map.iova, map.pa, map.size, map.read, map.write,
			      line->count == 7);
	if (err != MODEL_TABLE_OK) {
		return run_table_bad(run, line, err);
	}
	return map_keep(run, line, domain, &map);
}

/* The table has changed, and the flush that goes with it has not ended. */
static bool is_begun(enum ipmmu_err err)
{
	return err == IPMMU_E_TIMEOUT || err == IPMMU_E_UNVERIFIED;
}

static bool unmap_owned(struct run *run, const struct run_line *line, struct run_domain *domain,
			const struct run_map *map)
{
	enum ipmmu_err err =
		ipmmu_domain_unmap(domain->handle, (struct ipmmu_iova){map->iova}, map->size);

	if ((err == IPMMU_OK || is_begun(err)) &&
	    !run_mapped_cut(domain, map->iova, map->iova + map->size)) {
		return no_memory(run, line);
	}
	if (run_answer(run, line, err)) {
		run_mapped_forget(domain);
		run_say(run, "out of the table, and out of every TLB");
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
	if (domain->owned) {
		return unmap_owned(run, line, domain, &map);
	}
	err = model_table_unmap(&domain->table, map.iova, map.size);
	if (err != MODEL_TABLE_OK) {
		return run_table_bad(run, line, err);
	}
	if (!run_mapped_cut(domain, map.iova, map.iova + map.size)) {
		return no_memory(run, line);
	}
	run_say(run, "out of the table; a TLB may hold it until `flush %s`", domain->name);
	return true;
}

static struct run_domain *owned_need(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = run_domain_need(run, line, line->words[1]);

	if (domain != NULL && !domain->owned) {
		(void)run_bad(run, line, line->words[1], "a domain that owns its tables",
			      "create it with the word `owned`");
		return NULL;
	}
	return domain;
}

bool run_do_protect(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = owned_need(run, line);
	struct run_map map = {0};
	enum ipmmu_err err;

	if (domain == NULL || !map_range(run, line, &map) ||
	    !map_rights_word(run, line, line->words[4], &map)) {
		return false;
	}
	err = ipmmu_domain_protect(domain->handle, (struct ipmmu_iova){map.iova}, map.size,
				   rights_of(&map));
	if ((err == IPMMU_OK || is_begun(err)) && !run_mapped_protect(domain, &map)) {
		return no_memory(run, line);
	}
	if (run_answer(run, line, err)) {
		run_mapped_forget(domain);
		run_say(run, "what is mapped there is now %s, in every TLB too",
			line->words[4]);
	}
	return true;
}

bool run_do_replace(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = owned_need(run, line);
	struct run_map map = {0};
	enum ipmmu_err err;

	if (domain == NULL || !map_range(run, line, &map) || !map_rights(run, line, &map) ||
	    !map_target(run, line, &map)) {
		return false;
	}
	err = ipmmu_domain_replace(domain->handle, (struct ipmmu_iova){map.iova},
				   (struct ipmmu_pa){map.pa}, map.size, rights_of(&map));
	if (err != IPMMU_OK && !is_begun(err)) {
		return !run_answer(run, line, err);
	}
	if (!run_mapped_cut(domain, map.iova, map.iova + map.size) ||
	    !map_keep(run, line, domain, &map)) {
		return false;
	}
	if (run_answer(run, line, err)) {
		run_mapped_forget(domain);
	}
	return true;
}

bool run_do_merge(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = owned_need(run, line);
	struct run_map map = {0};
	enum ipmmu_err err;

	if (domain == NULL || !map_range(run, line, &map)) {
		return false;
	}
	err = ipmmu_domain_merge(domain->handle, (struct ipmmu_iova){map.iova}, map.size);
	if (run_answer(run, line, err)) {
		run_say(run, "blocks again where pages can be one; nothing leads elsewhere");
	}
	return true;
}
