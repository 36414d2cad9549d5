// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * violation.c - the record of accesses that the facts do not allow, and the counters.
 * Does not decide what is one.
 */
#include <string.h>

#include "model_priv.h"

void model_violate(struct model *m, enum model_violation_kind kind,
		   const struct model_site *site)
{
	if (m->violations < MODEL_KEPT_VIOLATIONS) {
		struct model_violation *v = &m->kept[m->violations];

		v->kind = kind;
		v->unit = site->unit;
		v->offset = site->offset;
		v->value = site->value;
		v->at_us = m->now_us;
	}
	m->violations++;
}

uint64_t model_violation_count(const struct model *m)
{
	return m->violations;
}

bool model_violation_get(const struct model *m, uint32_t i, struct model_violation *violation)
{
	if (i >= MODEL_KEPT_VIOLATIONS || i >= m->violations) {
		return false;
	}
	*violation = m->kept[i];
	return true;
}

void model_violation_clear(struct model *m)
{
	m->violations = 0;
	memset(m->kept, 0, sizeof(m->kept));
}

struct model_counts model_counts_get(const struct model *m)
{
	return m->counts;
}

void model_counts_reset(struct model *m)
{
	memset(&m->counts, 0, sizeof(m->counts));
}
