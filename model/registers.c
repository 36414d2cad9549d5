// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * registers.c - reads and writes of the host, and what is not allowed about them.
 * What contexts and uTLBs do on a write is in context.c and utlb.c.
 */
#include "model_priv.h"

static const uint32_t SNOOP_BITS = 0x3f003f00u; /* SH1 ORGN1 IRGN1 SH0 ORGN0 IRGN0 */

/* What is behind the bits; quirks do not count. */
static uint32_t value_of(const struct model *m, const struct model_register *r, uint32_t unit)
{
	if (r->row->kind == REGISTER_IMCTR) {
		bool flushing = model_cell_of(m, unit, r->index)->flushing != 0;

		return *r->word | (flushing ? IMCTR_FLUSH : 0u);
	}
	if (r->row->kind == REGISTER_IMSSTR) {
		return model_imsstr_read(m, unit);
	}
	return r->word != NULL ? *r->word : 0;
}

/* All ones is what a bus gives that nobody answers. */
static bool answers(const struct model *m, uint32_t unit)
{
	return unit < m->unit_count && m->units[unit].powered && !m->units[unit].dead;
}

uint32_t model_peek(const struct model *m, uint32_t unit, uint32_t offset)
{
	struct model_register r;
	enum model_violation_kind why;

	if (!answers(m, unit)) {
		return 0xffffffffu;
	}
	if (!model_register_find(m, unit, offset, &r, &why)) {
		return 0;
	}
	return value_of(m, &r, unit) | r.ones;
}

/* True when the access reaches a register. */
static bool reach_register(struct model *m, const struct model_site *site,
			   struct model_register *r)
{
	enum model_violation_kind why;

	if (site->unit >= m->unit_count) {
		model_violate(m, MODEL_VIOLATION_UNKNOWN_REGISTER, site);
		return false;
	}
	if (!m->units[site->unit].powered) {
		model_violate(m, MODEL_VIOLATION_UNPOWERED, site);
		return false;
	}
	if (!model_register_find(m, site->unit, site->offset, r, &why)) {
		model_violate(m, why, site);
		return false;
	}
	return answers(m, site->unit);
}

uint32_t model_read(struct model *m, uint32_t unit, uint32_t offset)
{
	struct model_site site = {unit, offset, 0};
	struct model_register r;

	m->counts.reads++;
	site.value = model_peek(m, unit, offset);
	(void)reach_register(m, &site, &r);
	return site.value;
}

static void check_bits(struct model *m, const struct model_register *r,
		       const struct model_site *site)
{
	uint32_t odd = (site->value & ~r->writable) | (site->value & r->row->unknown);
	uint32_t snoop = 0;

	if (r->row->bank == 'c' && r->row->offset == 4u * BANK_IMTTBCR) {
		snoop = odd & SNOOP_BITS;
	}
	if (snoop != 0) {
		model_violate(m, MODEL_VIOLATION_SNOOP_ON_GEN3, site);
	}
	if ((odd & ~snoop) != 0) {
		model_violate(m, MODEL_VIOLATION_RESERVED_BITS, site);
	}
}

/* A register of which nobody knows all bits: only @ours may be cleared, others must stay. */
static void modify(struct model *m, const struct model_register *r,
		   const struct model_site *site, uint32_t ours)
{
	uint32_t old = *r->word | r->ones;

	if ((old & ~site->value & ~ours) != 0) {
		model_violate(m, MODEL_VIOLATION_CLOBBERED, site);
	}
	if ((site->value & ~old & ~r->writable) != 0) {
		model_violate(m, MODEL_VIOLATION_RESERVED_BITS, site);
	}
	*r->word = model_taken(r, site->value) & (r->writable | *r->word);
}

static void write_imsauxctlr(struct model *m, const struct model_register *r,
			     const struct model_site *site)
{
	uint32_t n;

	if (((*r->word ^ site->value) & IMSAUXCTLR_S2PTE) != 0) {
		for (n = 0; n < m->units[site->unit].contexts; n++) {
			if (model_context_on(m, site->unit, n) &&
			    !model_walk_empty(m, site->unit, n)) {
				model_violate(m, MODEL_VIOLATION_LIVE_CHANGE, site);
				break;
			}
		}
	}
	modify(m, r, site, IMSAUXCTLR_S2PTE);
	model_touch(m, site->unit, MODEL_NONE);
}

static void write_imsstr(struct model *m, const struct model_register *r,
			 const struct model_site *site)
{
	model_violate(m, MODEL_VIOLATION_READ_ONLY, site);
	if (m->switches[MODEL_IMSSTR_CLEAR] == 1) {
		m->units[site->unit].imsstr &= site->value | r->held;
	}
}

static void write_global(struct model *m, const struct model_register *r,
			 const struct model_site *site)
{
	switch (r->row->kind) {
	case REGISTER_IMSCTLR:
		modify(m, r, site, IMSCTLR_USE_SECGRP);
		break;
	case REGISTER_IMSAUXCTLR:
		write_imsauxctlr(m, r, site);
		break;
	case REGISTER_IMSSTR:
		write_imsstr(m, r, site);
		break;
	case REGISTER_NAME_ONLY:
		model_violate(m, MODEL_VIOLATION_NAME_ONLY, site);
		break;
	case REGISTER_READ_ONLY:
		model_violate(m, MODEL_VIOLATION_READ_ONLY, site);
		break;
	default:
		check_bits(m, r, site);
		*r->word = model_taken(r, site->value) & r->writable;
		break;
	}
}

static void write_table(struct model *m, const struct model_register *r,
			const struct model_site *site)
{
	if (*r->word != site->value && model_context_on(m, site->unit, r->index)) {
		model_violate(m, MODEL_VIOLATION_LIVE_CHANGE, site);
	}
	if (r->row->kind == REGISTER_BUS) {
		modify(m, r, site, r->writable);
	} else {
		check_bits(m, r, site);
		*r->word = model_taken(r, site->value) & r->writable;
	}
	model_touch(m, site->unit, r->index);
}

void model_write(struct model *m, uint32_t unit, uint32_t offset, uint32_t value)
{
	struct model_site site = {unit, offset, value};
	struct model_register r;

	m->counts.writes++;
	model_look(m);
	if (!reach_register(m, &site, &r)) {
		return;
	}
	switch (r.row->kind) {
	case REGISTER_IMCTR:
		check_bits(m, &r, &site);
		model_imctr_write(m, &r, &site);
		break;
	case REGISTER_IMSTR:
		model_imstr_write(m, &r, &site);
		break;
	case REGISTER_IMUCTR:
		check_bits(m, &r, &site);
		model_imuctr_write(m, &r, &site);
		break;
	case REGISTER_TABLE:
	case REGISTER_BUS:
		write_table(m, &r, &site);
		break;
	default:
		write_global(m, &r, &site);
		break;
	}
	model_look(m);
}

void model_poke(struct model *m, uint32_t unit, uint32_t offset, uint32_t value)
{
	struct model_register r;
	enum model_violation_kind why;

	if (unit >= m->unit_count || !m->units[unit].powered ||
	    !model_register_find(m, unit, offset, &r, &why)) {
		return;
	}
	if (r.row->kind == REGISTER_IMSSTR) {
		m->units[unit].imsstr = value;
	} else if (r.word != NULL) {
		*r.word = r.row->kind == REGISTER_IMCTR ? value & ~IMCTR_FLUSH : value;
	}
	model_touch(m, unit, MODEL_NONE);
	model_look(m);
}
