// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * check.c - does the isolation hold? Compares what every claimed master could reach, by tables
 * and by anything that a TLB may still hold, with what its scenario has mapped for it.
 */
#include "run.h"

/* A mapping that leads from @iova to @pa: a live one, else one that was unmapped. */
static const struct run_map *map_to(const struct run_domain *domain, uint64_t iova, uint64_t pa,
				    bool write)
{
	const struct run_map *stale = NULL;
	uint32_t i;

	for (i = 0; i < domain->map_count; i++) {
		const struct run_map *map = &domain->maps[i];

		if (iova < map->iova || iova - map->iova >= map->size ||
		    iova - map->iova + map->pa != pa || !(write ? map->write : map->read)) {
			continue;
		}
		if (!map->unmapped) {
			return map;
		}
		stale = map;
	}
	return stale;
}

bool run_map_covers(const struct run_domain *domain, uint64_t iova, uint64_t pa, bool write,
		    bool *stale)
{
	const struct run_map *map = map_to(domain, iova, pa, write);

	*stale = map != NULL && map->unmapped;
	return map != NULL;
}

/* One port of a claimed master, and where it leads. */
struct port_check {
	struct run *run;
	const struct ipmmu_master_desc *master;
	const struct ipmmu_port *port;
	const struct run_domain *owner;
	bool bypass_allowed;
};

static bool stretch_allowed(const struct run_domain *domain, const struct model_reach *reach,
			    bool write)
{
	uint64_t at = reach->iova;
	uint64_t end = reach->iova + reach->size;

	while (at < end) {
		const struct run_map *map =
			map_to(domain, at, reach->pa + (at - reach->iova), write);

		if (map == NULL) {
			return false;
		}
		at = map->iova + map->size;
	}
	return true;
}

static bool domain_allows(const struct run_domain *domain, const struct model_reach *reach)
{
	return (!reach->read || stretch_allowed(domain, reach, false)) &&
	       (!reach->write || stretch_allowed(domain, reach, true));
}

/* Pages of a domain in quarantine stay taken: what still leads there harms nobody. */
static bool quarantine_allows(const struct port_check *check, const struct model_reach *reach)
{
	uint32_t i;

	for (i = 0; i < check->run->domain_count; i++) {
		const struct run_domain *domain = &check->run->domains[i];
		struct ipmmu_domain_info info;

		bool quarantined =
			domain->handle == NULL
				? domain->left != IPMMU_NONE
				: ipmmu_domain_query(domain->handle, &info) == IPMMU_OK &&
					  info.state == IPMMU_DOMAIN_QUARANTINED;

		if (quarantined && domain_allows(domain, reach)) {
			return true;
		}
	}
	return false;
}

static const char *const via_names[] = {
	[MODEL_VIA_BYPASS] = "bypass",
	[MODEL_VIA_WALK] = "the tables",
	[MODEL_VIA_UTLB] = "its uTLB",
	[MODEL_VIA_CONTEXT_TLB] = "a context's TLB",
	[MODEL_VIA_UNDER_WAY] = "an access under way",
};

static bool reach_check(void *arg, const struct model_reach *reach)
{
	const struct port_check *check = arg;
	const char *name = run_short(check->master->name);

	if (reach->via == MODEL_VIA_BYPASS) {
		if (check->bypass_allowed) {
			return true;
		}
		run_broken(check->run, "%s is in bypass: it reaches everything", name);
		return false;
	}
	if ((check->owner != NULL && domain_allows(check->owner, reach)) ||
	    quarantine_allows(check, reach)) {
		return true;
	}
	run_broken(check->run,
		   "%s, uTLB %u, can reach 0x%llx + 0x%llx by %s, which is not its domain's",
		   name, check->port->utlb, (unsigned long long)reach->pa,
		   (unsigned long long)reach->size, via_names[reach->via]);
	return false;
}

static bool master_check(struct run *run, struct ipmmu_master *master)
{
	struct ipmmu_master_info info;
	uint32_t i;

	if (ipmmu_master_query(master, &info) != IPMMU_OK) {
		return false;
	}
	for (i = 0; i < info.desc->port_count; i++) {
		const struct ipmmu_port *port = &info.desc->ports[i];
		struct port_check check = {run, info.desc, port, NULL, false};
		struct ipmmu_utlb_info utlb;

		if (ipmmu_utlb_query(run->system, port->mmu, port->utlb, &utlb) != IPMMU_OK) {
			return false;
		}
		check.owner = run_domain_of(run, utlb.owner);
		check.bypass_allowed = info.state == IPMMU_MASTER_BYPASS;
		if (!run->machine->reach(run, port->mmu, port->utlb, reach_check, &check)) {
			return false;
		}
	}
	return true;
}

void run_isolation_check(struct run *run)
{
	uint32_t i;

	for (i = 0; i < run->tree.result.desc.master_count; i++) {
		if (run->masters[i] == NULL) {
			continue;
		}
		run->totals.isolation_checks++;
		if (!master_check(run, run->masters[i])) {
			run->totals.isolation_broken++;
		}
	}
}
