// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * words.c - short texts that more than one form uses.
 */
#include <string.h>

#include "topology.h"

const char *topology_ability(enum ipmmu_ability ability)
{
	if (ability == IPMMU_YES) {
		return "yes";
	}
	return ability == IPMMU_NO ? "no" : "unknown";
}

const char *topology_leaf(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL || slash[1] == '\0' ? path : slash + 1;
}

static uint64_t ports_of(const struct ipmmu_master_desc *master, uint32_t mmu)
{
	uint64_t bits = 0;
	uint32_t i;

	for (i = 0; i < master->port_count; i++) {
		if (master->ports[i].mmu == mmu) {
			bits |= (uint64_t)1 << master->ports[i].utlb;
		}
	}
	return bits;
}

void topology_ports(const struct ipmmu_master_desc *master, uint32_t mmu, char *text,
		    size_t size)
{
	uint64_t bits = ports_of(master, mmu);
	size_t at = 0;
	unsigned int first;
	unsigned int i;

	text[0] = '\0';
	for (i = 0; i < IPMMU_MAX_UTLBS && at < size; i++) {
		if ((bits >> i & 1) == 0) {
			continue;
		}
		first = i;
		while (i + 1 < IPMMU_MAX_UTLBS && (bits >> (i + 1) & 1) != 0) {
			i++;
		}
		at += (size_t)snprintf(text + at, size - at, at == 0 ? "%u" : ",%u", first);
		if (i > first && at < size) {
			at += (size_t)snprintf(text + at, size - at, "-%u", i);
		}
	}
}
