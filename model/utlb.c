// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * utlb.c - writes of IMUCTR: which context a port walks, and what its TLB keeps.
 */
#include "model_priv.h"

static void check_enable(struct model *m, const struct model_site *site)
{
	const struct model_unit *u = &m->units[site->unit];
	uint32_t context = model_ttsel(u->config.generation, site->value);
	const struct model_cell *in_root;
	const struct model_cell *here;

	if (((u->imsctlr | m->units[u->config.root].imsctlr) & IMSCTLR_USE_SECGRP) != 0) {
		model_violate(m, MODEL_VIOLATION_SECGRP_ON, site);
	}
	if (context >= u->contexts) {
		model_violate(m, MODEL_VIOLATION_BAD_TTSEL, site);
		return;
	}
	in_root = model_cell_of(m, u->config.root, context);
	here = model_cell_of(m, site->unit, context);
	if ((in_root->imctr & here->imctr & IMCTR_MMUEN) == 0) {
		model_violate(m, MODEL_VIOLATION_OFF_CONTEXT_USED, site);
	} else if ((in_root->flushing && in_root->setup) || (here->flushing && here->setup)) {
		model_violate(m, MODEL_VIOLATION_STALE_CONTEXT_USED, site);
	}
}

void model_imuctr_write(struct model *m, const struct model_register *r,
			const struct model_site *site)
{
	struct model_utlb *utlb = model_utlb_of(m, site->unit, r->index);
	enum model_generation generation = m->units[site->unit].config.generation;
	uint32_t old = utlb->imuctr;
	uint32_t taken = model_taken(r, site->value);
	bool off = (taken & IMUCTR_MMUEN) == 0;
	bool repoints = model_ttsel(generation, old) != model_ttsel(generation, taken);

	if ((site->value & IMUCTR_MMUEN) != 0) {
		check_enable(m, site);
	}
	if (m->switches[MODEL_REPOINT_DRAINS] == 1) {
		model_drain_utlb(m, site->unit, r->index);
	}
	utlb->imuctr = taken & r->writable;
	if (m->switches[MODEL_UTLB_FLUSH_SELF_CLEARS] == 1) {
		utlb->imuctr &= ~IMUCTR_FLUSH;
	}
	if ((taken & IMUCTR_FLUSH) != 0 && !m->units[site->unit].flush_dropped) {
		model_tlb_empty(&utlb->tlb);
	}
	if (off && m->switches[MODEL_UTLB_KEEPS_OVER_DISABLE] == 0) {
		model_tlb_empty(&utlb->tlb);
	}
	if (repoints && m->switches[MODEL_UTLB_TAGGED] == 1) {
		utlb->tlb.scanned = 0;
	}
	model_touch(m, site->unit, model_ttsel(generation, utlb->imuctr));
}
