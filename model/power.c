// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * power.c - power-on values, power, and units that are broken in a given way.
 */
#include <string.h>

#include "model_priv.h"

/* Known bits only: nobody knows that the others can be set at all. */
static uint32_t reset_value(struct model *m, uint32_t known, bool seeded)
{
	return seeded ? (uint32_t)model_random(m) & known : 0;
}

static void reset_context(struct model *m, uint32_t unit, uint32_t context)
{
	struct model_cell *cell = model_cell_of(m, unit, context);
	enum model_generation generation = m->units[unit].config.generation;
	bool seeded = m->switches[MODEL_CONTEXT_RESET] == 1;
	struct model_tlb tlb = cell->tlb;
	uint32_t base = model_context_offset(generation, context, 0);
	uint32_t i;

	model_flush_forget(m, unit, context);
	memset(cell, 0, sizeof(*cell));
	cell->tlb.first = tlb.first;
	cell->tlb.size = tlb.size;
	cell->fault_unit = (uint8_t)unit;
	cell->imctr = reset_value(m, model_known_bits(m, unit, base), seeded) &
		      ~(IMCTR_MMUEN | IMCTR_FLUSH);
	for (i = 1; model_is_root(m, unit) && i < MODEL_BANK_WORDS; i++) {
		model_bank_of(m, unit, context)->words[i] =
			reset_value(m, model_known_bits(m, unit, base + 4 * i), seeded);
	}
}

static void reset_utlb(struct model *m, uint32_t unit, uint32_t utlb)
{
	struct model_utlb *u = model_utlb_of(m, unit, utlb);
	enum model_generation generation = m->units[unit].config.generation;
	bool seeded = m->switches[MODEL_UTLB_RESET] == 1;
	uint32_t at = model_utlb_offset(generation, utlb, false);
	struct model_tlb tlb = u->tlb;

	memset(u, 0, sizeof(*u));
	u->tlb.first = tlb.first;
	u->tlb.size = tlb.size;
	u->imuctr = reset_value(m, model_known_bits(m, unit, at), seeded) &
		    ~(IMUCTR_MMUEN | IMUCTR_FLUSH);
	u->imuasid = reset_value(m, model_known_bits(m, unit, at + 8), seeded);
}

static uint32_t reset_imsctlr(struct model *m, enum model_generation generation)
{
	uint8_t how = m->switches[MODEL_SECGRP_RESET];
	bool set = how == 1 || (how == 2 && (model_random(m) & 1) != 0);

	return generation != MODEL_GEN2 && set ? IMSCTLR_USE_SECGRP : 0;
}

void model_unit_reset(struct model *m, uint32_t unit)
{
	struct model_unit *u = &m->units[unit];
	uint32_t n;

	u->imsctlr = reset_imsctlr(m, u->config.generation);
	u->imsauxctlr = 0;
	u->imsstr = 0;
	if (u->pmb != MODEL_NONE) {
		memset(&m->pmbs[u->pmb], 0, sizeof(m->pmbs[u->pmb]));
	}
	for (n = 0; n < u->contexts; n++) {
		reset_context(m, unit, n);
	}
	for (n = 0; n < u->config.utlbs; n++) {
		reset_utlb(m, unit, n);
	}
	model_touch(m, unit, MODEL_NONE);
}

void model_power(struct model *m, uint32_t unit, bool on)
{
	if (unit >= m->unit_count || m->units[unit].powered == on) {
		return;
	}
	model_accesses_lost(m, unit);
	model_unit_reset(m, unit);
	m->units[unit].powered = on;
}

void model_set_dead(struct model *m, uint32_t unit, bool dead)
{
	if (unit < m->unit_count) {
		m->units[unit].dead = dead;
	}
}

void model_set_stuck(struct model *m, uint32_t unit, uint32_t context, bool stuck)
{
	uint32_t mask;

	if (unit >= m->unit_count || (context != MODEL_NONE && context >= MODEL_MAX_CONTEXTS)) {
		return;
	}
	mask = context == MODEL_NONE ? 0xffffffffu : 1u << context;
	if (stuck) {
		m->units[unit].stuck |= mask;
	} else {
		m->units[unit].stuck &= ~mask;
	}
}

void model_set_flush_dropped(struct model *m, uint32_t unit, bool dropped)
{
	if (unit < m->unit_count) {
		m->units[unit].flush_dropped = dropped;
	}
}

void model_set_switch(struct model *m, enum model_switch which, uint8_t value)
{
	uint32_t i;

	if (value >= model_switch_values(which)) {
		return;
	}
	m->switches[which] = value;
	for (i = 0; i < m->unit_count; i++) {
		model_touch(m, i, MODEL_NONE);
	}
}
