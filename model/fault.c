// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * fault.c - status of contexts, the interrupt line, IMSSTR, and masters held by a fault.
 */
#include "model_priv.h"

static const uint32_t ANY_FAULT = IMSTR_TF | IMSTR_PF | IMSTR_ABORT | IMSTR_MHIT;

static bool pending(const struct model *m, uint32_t root, uint32_t context)
{
	return (model_bank_of(m, root, context)->words[BANK_IMSTR] & ANY_FAULT) != 0;
}

static void latch_imsstr(struct model *m, uint32_t unit)
{
	uint32_t bit = m->units[unit].config.imsstr_bit;

	if (bit != MODEL_NONE) {
		model_root_of(m, unit)->imsstr |= 1u << bit;
	}
}

/* Does INTEN let the status of @context, of a fault that came through @unit, up the line? */
static bool inten(const struct model *m, uint32_t root, uint32_t context, uint32_t unit)
{
	uint32_t there = model_cell_of(m, root, context)->imctr & IMCTR_INTEN;
	uint32_t here = model_cell_of(m, unit, context)->imctr & IMCTR_INTEN;

	switch (m->switches[MODEL_CACHE_INTEN]) {
	case 1:
		return (there & here) != 0;
	case 2:
		return (there | here) != 0;
	default:
		return there != 0;
	}
}

static void record(struct model *m, const struct model_access *access, uint32_t status)
{
	uint32_t root = m->units[access->unit].config.root;
	struct model_bank *bank = model_bank_of(m, root, access->context);
	struct model_cell *cell = model_cell_of(m, root, access->context);

	if (pending(m, root, access->context) && m->switches[MODEL_STATUS_OVERWRITE] == 0) {
		return;
	}
	bank->words[BANK_IMSTR] = status;
	bank->words[BANK_IMELAR] = (uint32_t)access->iova;
	if (m->units[root].config.generation != MODEL_GEN2) {
		bank->words[BANK_IMEUAR] = (uint32_t)(access->iova >> 32) & 0xff;
	}
	cell->fault_unit = (uint8_t)access->unit;
	cell->irq_raised = inten(m, root, access->context, access->unit);
	latch_imsstr(m, access->unit);
	m->counts.faults++;
}

void model_fault(struct model *m, struct model_access *access, uint32_t status)
{
	static const uint8_t holds[] = {MODEL_STALL_NONE, MODEL_STALL_CLEAR,
					MODEL_STALL_CLEAR_AND_FLUSH};
	struct model_utlb *utlb = model_utlb_of(m, access->unit, access->utlb);

	record(m, access, status);
	utlb->stall = holds[m->switches[MODEL_STALL_ON_FAULT]];
	utlb->stall_context = (uint8_t)access->context;
	access->state =
		utlb->stall != MODEL_STALL_NONE ? MODEL_ACCESS_STALLED : MODEL_ACCESS_FAULT;
}

static void each_stalled(struct model *m, uint32_t root, uint32_t context,
			 const uint8_t *next_of)
{
	uint32_t i;
	uint32_t n;

	for (i = 0; i < m->unit_count; i++) {
		for (n = 0; m->units[i].config.root == root && n < m->units[i].config.utlbs;
		     n++) {
			struct model_utlb *utlb = model_utlb_of(m, i, n);

			if (utlb->stall_context == context) {
				utlb->stall = next_of[utlb->stall];
			}
		}
	}
}

void model_stall_cleared(struct model *m, uint32_t root, uint32_t context)
{
	static const uint8_t next_of[] = {MODEL_STALL_NONE, MODEL_STALL_NONE, MODEL_STALL_FLUSH,
					  MODEL_STALL_FLUSH};

	each_stalled(m, root, context, next_of);
}

/* A flush in a cache releases nobody: @root is the root of no unit then. */
void model_stall_flushed(struct model *m, uint32_t root, uint32_t context)
{
	static const uint8_t next_of[] = {MODEL_STALL_NONE, MODEL_STALL_CLEAR,
					  MODEL_STALL_CLEAR_AND_FLUSH, MODEL_STALL_NONE};

	each_stalled(m, root, context, next_of);
}

enum model_stall model_stalled(const struct model *m, uint32_t unit, uint32_t utlb,
			       uint32_t *context)
{
	const struct model_utlb *u;

	if (unit >= m->unit_count || utlb >= m->units[unit].config.utlbs) {
		return MODEL_STALL_NONE;
	}
	u = model_utlb_of(m, unit, utlb);
	if (u->stall != MODEL_STALL_NONE && context != NULL) {
		*context = u->stall_context;
	}
	return (enum model_stall)u->stall;
}

bool model_irq(const struct model *m, uint32_t unit)
{
	uint32_t n;

	if (unit >= m->unit_count || !model_is_root(m, unit) || !m->units[unit].powered) {
		return false;
	}
	for (n = 0; n < m->units[unit].contexts; n++) {
		const struct model_cell *cell = model_cell_of(m, unit, n);
		bool wanted = m->switches[MODEL_IRQ_GATED] == 1
				      ? inten(m, unit, n, cell->fault_unit)
				      : cell->irq_raised != 0;

		if (wanted && pending(m, unit, n)) {
			return true;
		}
	}
	return false;
}

/* Without a memory of its own, IMSSTR shows whose fault a context's status is. */
uint32_t model_imsstr_read(const struct model *m, uint32_t unit)
{
	uint32_t bits = 0;
	uint32_t n;

	if (m->switches[MODEL_IMSSTR_CLEAR] != 0) {
		return m->units[unit].imsstr;
	}
	for (n = 0; n < m->units[unit].contexts; n++) {
		const struct model_cell *cell = model_cell_of(m, unit, n);
		uint32_t bit = m->units[cell->fault_unit].config.imsstr_bit;

		if (pending(m, unit, n) && bit != MODEL_NONE) {
			bits |= 1u << bit;
		}
	}
	return bits;
}
