// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * names.c - from the words of a scenario to masters, MMUs, memories and domains.
 * A node goes by its path, its node name, or any end of its path that only one node has.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

enum {
	LIST_BYTES = 400
};

/* Gives the name of node @i; what differs between masters and MMUs. */
typedef const char *(*node_name_fn)(const struct run *run, uint32_t i);

static const char *master_name(const struct run *run, uint32_t i)
{
	return run->tree.result.desc.masters[i].name;
}

static const char *mmu_name(const struct run *run, uint32_t i)
{
	return run->tree.result.desc.mmus[i].name;
}

static const char *name_expand(const struct run *run, const char *word)
{
	uint32_t i;

	for (i = 0; i < run->name_count; i++) {
		if (strcmp(run->names[i].name, word) == 0) {
			return run->names[i].target;
		}
	}
	return word;
}

/* 0: no match; more is better: end of the path, whole last part, whole path. */
static uint32_t match_grade(const char *path, const char *word)
{
	size_t path_size = strlen(path);
	size_t word_size = strlen(word);

	if (word_size == 0 || word_size > path_size ||
	    strcmp(path + path_size - word_size, word) != 0) {
		return 0;
	}
	if (word_size == path_size) {
		return 3;
	}
	return path[path_size - word_size - 1] == '/' || word[0] == '/' ? 2 : 1;
}

struct match {
	uint32_t grade;
	uint32_t count; /* nodes of this grade */
	uint32_t node;
};

static struct match node_match(const struct run *run, node_name_fn name, uint32_t count,
			       const char *word)
{
	struct match best = {0, 0, 0};
	uint32_t i;

	for (i = 0; i < count; i++) {
		uint32_t grade = match_grade(name(run, i), word);

		if (grade > best.grade) {
			best.grade = grade;
			best.count = 0;
			best.node = i;
		}
		best.count += grade != 0 && grade == best.grade;
	}
	return best;
}

/* Names of the nodes that @word may mean, or of all; as many as fit. */
static void node_list(const struct run *run, node_name_fn name, uint32_t count,
		      const char *word, char *list, size_t size)
{
	size_t at = 0;
	uint32_t i;

	list[0] = '\0';
	for (i = 0; i < count && at + 8 < size; i++) {
		const char *node = name(run, i);
		const char *shown = word == NULL ? run_short(node) : node;

		if (word != NULL && match_grade(node, word) == 0) {
			continue;
		}
		if (at + strlen(shown) + 8 > size) {
			(void)strcpy(list + at, ", ...");
			return;
		}
		at += (size_t)snprintf(list + at, size - at, "%s%s", at > 0 ? ", " : "", shown);
	}
}

static bool node_find(const struct run *run, const struct run_line *line, node_name_fn name,
		      uint32_t count, const char *word, uint32_t *node)
{
	const char *target = name_expand(run, word);
	struct match match = node_match(run, name, count, target);
	char list[LIST_BYTES];
	char found[RUN_TEXT];

	*node = match.node;
	if (match.count == 1) {
		return true;
	}
	node_list(run, name, count, match.count == 0 ? NULL : target, list, sizeof(list));
	(void)snprintf(found, sizeof(found), "%s, which %s", word,
		       match.count == 0 ? "no node is called" : "several nodes are called");
	return run_bad(run, line, found, list,
		       "give a path, a node name, or an end of a path that only one node has");
}

bool run_master_find(const struct run *run, const struct run_line *line, const char *word,
		     uint32_t *master)
{
	return node_find(run, line, master_name, run->tree.result.desc.master_count, word,
			 master);
}

bool run_mmu_find(const struct run *run, const struct run_line *line, const char *word,
		  uint32_t *mmu)
{
	return node_find(run, line, mmu_name, run->tree.result.desc.mmu_count, word, mmu);
}

bool run_master_need(struct run *run, const struct run_line *line, uint32_t *master)
{
	if (!run_master_find(run, line, line->words[1], master)) {
		return false;
	}
	if (run->masters[*master] == NULL) {
		return run_bad(run, line, line->words[1], "a master that is claimed",
			       "claim it first: claim MASTER");
	}
	return true;
}

static bool node_exists(const struct run *run, const char *target)
{
	const struct ipmmu_system_desc *desc = &run->tree.result.desc;

	return node_match(run, master_name, desc->master_count, target).count == 1 ||
	       node_match(run, mmu_name, desc->mmu_count, target).count == 1;
}

bool run_name_add(struct run *run, const struct run_line *line, const char *name,
		  const char *target)
{
	struct run_name *entry = &run->names[run->name_count];
	uint32_t ignored;

	if (run->name_count == RUN_NAMES) {
		return run_bad(run, line, "one name too many", "at most 128 names",
			       "use paths or node names");
	}
	if (strcmp(name_expand(run, name), name) != 0) {
		return run_bad(run, line, name, "a name that is not given yet",
			       "choose another name");
	}
	if (!node_exists(run, target)) {
		return run_master_find(run, line, target, &ignored);
	}
	entry->name = run_copy(name);
	entry->target = run_copy(target);
	run->name_count++;
	return entry->name != NULL && entry->target != NULL;
}

struct run_memory *run_memory_find(struct run *run, const char *name)
{
	uint32_t i;

	for (i = 0; i < run->memory_count; i++) {
		if (strcmp(run->memories[i].name, name) == 0) {
			return &run->memories[i];
		}
	}
	return NULL;
}

struct run_domain *run_domain_find(struct run *run, const char *name)
{
	uint32_t i;

	for (i = 0; i < run->domain_count; i++) {
		if (run->domains[i].handle != NULL && strcmp(run->domains[i].name, name) == 0) {
			return &run->domains[i];
		}
	}
	return NULL;
}

struct run_domain *run_domain_need(struct run *run, const struct run_line *line,
				   const char *name)
{
	struct run_domain *domain = run_domain_find(run, name);

	if (domain == NULL) {
		(void)run_bad(run, line, name, "the name of a domain",
			      "make it first: domain NAME root MMU");
	}
	return domain;
}

struct run_domain *run_domain_of(struct run *run, const struct ipmmu_domain *handle)
{
	uint32_t i;

	for (i = 0; i < run->domain_count && handle != NULL; i++) {
		if (run->domains[i].handle == handle) {
			return &run->domains[i];
		}
	}
	return NULL;
}
