// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * walk.c - the walk of an address in a domain's table, by software. A table of the host's is
 * read as far as the host lets it be read.
 */
#include "fault.h"

uint32_t ipmmu_domain_walk(const struct ipmmu_domain *domain, ipmmu_explain_fn by,
			   struct ipmmu_iova iova, struct ipmmu_pt_level *levels)
{
	const struct ipmmu_pt_source source = {
		.format = ipmmu_mode_row(domain->table.format)->format,
		.input_bits = domain->table.input_bits,
		.root = domain->table.root,
		.read = domain->system->ops->table_read,
		.host = domain->system->host,
	};

	if (domain->owned != NULL) {
		return domain->calls->walk(domain, iova, levels);
	}
	return source.read == NULL || by == NULL ? 0u : by(&source, iova, levels);
}
