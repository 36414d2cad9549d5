// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * context.c - writes of IMCTR and IMSTR, and the rules about a context's life.
 */
#include "model_priv.h"

static bool used_by(const struct model *m, uint32_t unit, uint32_t context)
{
	const struct model_unit *u = &m->units[unit];
	uint32_t n;

	for (n = 0; n < u->config.utlbs; n++) {
		const struct model_utlb *utlb = model_utlb_of(m, unit, n);

		if (model_utlb_on(utlb) &&
		    model_ttsel(u->config.generation, utlb->imuctr) == context) {
			return true;
		}
	}
	return false;
}

bool model_context_used(const struct model *m, uint32_t unit, uint32_t context)
{
	uint32_t i;

	if (!model_is_root(m, unit)) {
		return used_by(m, unit, context);
	}
	for (i = 0; i < m->unit_count; i++) {
		if (m->units[i].config.root == unit && used_by(m, i, context)) {
			return true;
		}
	}
	return false;
}

static void check_enable(struct model *m, uint32_t context, const struct model_site *site)
{
	const struct model_bank *bank;

	if (m->units[site->unit].config.generation != MODEL_GEN2 && context == 0) {
		model_violate(m, MODEL_VIOLATION_RESERVED_CONTEXT, site);
	}
	if (!model_is_root(m, site->unit)) {
		return;
	}
	bank = model_bank_of(m, site->unit, context);
	if ((bank->words[BANK_IMTTBCR] & IMTTBCR_EAE) == 0) {
		model_violate(m, MODEL_VIOLATION_SHORT_DESCRIPTOR, site);
	} else if (!model_walk_sound(m, site->unit, context)) {
		model_violate(m, MODEL_VIOLATION_BAD_TABLE, site);
	}
}

static void check_change(struct model *m, uint32_t old, uint32_t context,
			 const struct model_site *site)
{
	uint32_t change = (old ^ site->value) & ~IMCTR_FLUSH;

	if (change != 0 && (site->value & IMCTR_FLUSH) == 0) {
		model_violate(m, MODEL_VIOLATION_NO_FLUSH, site);
	}
	if ((old & site->value & IMCTR_MMUEN) != 0 && (change & IMCTR_VA64) != 0) {
		model_violate(m, MODEL_VIOLATION_LIVE_CHANGE, site);
	}
	if ((old & change & IMCTR_MMUEN) != 0 && model_context_used(m, site->unit, context)) {
		model_violate(m, MODEL_VIOLATION_USED_CONTEXT_OFF, site);
	}
}

void model_imctr_write(struct model *m, const struct model_register *r,
		       const struct model_site *site)
{
	struct model_cell *cell = model_cell_of(m, site->unit, r->index);
	uint32_t old = cell->imctr;
	uint32_t taken = model_taken(r, site->value);
	bool enables = (taken & ~old & IMCTR_MMUEN) != 0;

	if (cell->flushing) {
		model_violate(m, MODEL_VIOLATION_FLUSH_IN_FLIGHT, site);
	}
	check_change(m, old, r->index, site);
	cell->imctr = taken & r->writable & ~IMCTR_FLUSH;
	if (enables) {
		check_enable(m, r->index, site);
	}
	model_touch(m, site->unit, r->index);
	if (cell->flushing) {
		model_flush_rewritten(m, site->unit, r->index);
	} else if ((taken & IMCTR_FLUSH) != 0) {
		model_flush_start(m, site->unit, r->index, enables);
	}
}

/* Bits are cleared by writing 0 to them; writing 1 leaves them. */
void model_imstr_write(struct model *m, const struct model_register *r,
		       const struct model_site *site)
{
	struct model_bank *bank = model_bank_of(m, site->unit, r->index);

	if (site->value != 0) {
		model_violate(m, MODEL_VIOLATION_STATUS_NOT_ZERO, site);
	}
	*r->word &= model_taken(r, site->value);
	if (*r->word != 0) {
		return;
	}
	bank->words[BANK_IMELAR] = 0;
	bank->words[BANK_IMEUAR] = 0;
	model_cell_of(m, site->unit, r->index)->irq_raised = 0;
	model_stall_cleared(m, site->unit, r->index);
}
