// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * mapped.c - what is mapped in each domain, as its scenario asked for it: DMA is held against
 * that. Does not touch a table.
 */
#include "run.h"

#include <stdlib.h>

struct run_map *run_mapped_add(struct run_domain *domain)
{
	size_t bytes = (domain->map_count + 1) * sizeof(*domain->maps);
	struct run_map *maps = realloc(domain->maps, bytes);

	if (maps == NULL) {
		return NULL;
	}
	domain->maps = maps;
	return &maps[domain->map_count++];
}

/* The live mapping @i without what lies in [start, end): the rest becomes mappings of its own.
 */
static bool map_cut(struct run_domain *domain, uint32_t i, uint64_t start, uint64_t end)
{
	struct run_map old = domain->maps[i];
	uint64_t old_end = old.iova + old.size;
	struct run_map *part;

	if (old_end > end) {
		part = run_mapped_add(domain);
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
		part = run_mapped_add(domain);
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

bool run_mapped_cut(struct run_domain *domain, uint64_t start, uint64_t end)
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

/* What is mapped of a range keeps its places and gets other rights; the old ones are stale. */
bool run_mapped_protect(struct run_domain *domain, const struct run_map *wanted)
{
	uint64_t end = wanted->iova + wanted->size;
	/* A cut appends what stays outside, and leaves in its place what lies inside. */
	uint32_t count = domain->map_count;
	uint32_t i;

	for (i = 0; i < count; i++) {
		struct run_map inside = domain->maps[i];
		struct run_map *entry;

		if (inside.unmapped || inside.iova >= end ||
		    wanted->iova >= inside.iova + inside.size) {
			continue;
		}
		if (!map_cut(domain, i, wanted->iova, end)) {
			return false;
		}
		inside = domain->maps[i];
		inside.unmapped = false;
		inside.read = wanted->read;
		inside.write = wanted->write;
		entry = run_mapped_add(domain);
		if (entry == NULL) {
			return false;
		}
		*entry = inside;
	}
	return true;
}

void run_mapped_forget(struct run_domain *domain)
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

/* Is its context still in quarantine? When not, its table and its pages are free. */
static void settle_abandoned(struct run *run, struct run_domain *domain)
{
	struct ipmmu_context_info info;

	if (ipmmu_context_query(run->system, domain->root, domain->left, &info) != IPMMU_OK ||
	    info.state == IPMMU_CONTEXT_QUARANTINED || info.state == IPMMU_CONTEXT_RETRYING) {
		return;
	}
	domain->left = IPMMU_NONE;
	domain->map_count = 0;
	if (!domain->owned) {
		model_table_destroy(&domain->table);
	}
}

void run_mapped_settle(struct run *run)
{
	uint32_t i;

	for (i = 0; i < run->domain_count; i++) {
		struct ipmmu_domain_info info;

		if (run->domains[i].left != IPMMU_NONE) {
			settle_abandoned(run, &run->domains[i]);
		} else if (run->domains[i].handle != NULL &&
			   ipmmu_domain_query(run->domains[i].handle, &info) == IPMMU_OK &&
			   info.state == IPMMU_DOMAIN_IDLE) {
			run_mapped_forget(&run->domains[i]);
		}
	}
}
