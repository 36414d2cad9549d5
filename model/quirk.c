// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * quirk.c - the list of registers with bad bits. What the bits do to reads and writes is in
 * registers.c and in the files that take writes.
 */
#include "model_priv.h"

static struct model_quirk *find(struct model *m, uint32_t unit, uint32_t offset)
{
	uint32_t i;

	for (i = 0; i < m->quirk_count; i++) {
		if (m->quirks[i].unit == unit && m->quirks[i].offset == offset) {
			return &m->quirks[i];
		}
	}
	return NULL;
}

/* The rest stay in their order, and what is behind them is 0: equal lists are equal bytes. */
static void drop(struct model *m, const struct model_quirk *quirk)
{
	static const struct model_quirk none = {0};
	uint32_t i = (uint32_t)(quirk - m->quirks);

	m->quirk_count--;
	for (; i < m->quirk_count; i++) {
		m->quirks[i] = m->quirks[i + 1];
	}
	m->quirks[i] = none;
}

bool model_set_quirk(struct model *m, uint32_t unit, uint32_t offset, uint32_t ones,
		     uint32_t held)
{
	struct model_quirk *quirk = find(m, unit, offset);
	struct model_register r;
	enum model_violation_kind why;

	if (unit >= m->unit_count || !model_register_find(m, unit, offset, &r, &why)) {
		return false;
	}
	if ((ones | held) == 0) {
		if (quirk != NULL) {
			drop(m, quirk);
		}
		return true;
	}
	if (quirk == NULL) {
		if (m->quirk_count == MODEL_QUIRKS) {
			return false;
		}
		quirk = &m->quirks[m->quirk_count++];
	}
	quirk->unit = unit;
	quirk->offset = offset;
	quirk->ones = ones;
	quirk->held = held;
	return true;
}
