// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * flush.c - time, and flushes that take some.
 *
 * A flush takes what was there when it began; what is walked anew until it ends stays.
 */
#include "model_priv.h"

typedef void (*doom_fn)(struct model *m, struct model_tlb *tlb, uint32_t context);

/* The TLB of the context, and where a flush covers them those of the uTLBs on it. */
static void each_tlb(struct model *m, uint32_t unit, uint32_t context, doom_fn fn)
{
	const struct model_unit *u = &m->units[unit];
	uint32_t n;

	fn(m, &model_cell_of(m, unit, context)->tlb, MODEL_NONE);
	for (n = 0; m->switches[MODEL_FLUSH_COVERS_UTLBS] == 1 && n < u->config.utlbs; n++) {
		struct model_utlb *utlb = model_utlb_of(m, unit, n);

		if (m->switches[MODEL_UTLB_TAGGED] == 1) {
			fn(m, &utlb->tlb, context);
		} else if (model_ttsel(u->config.generation, utlb->imuctr) == context) {
			fn(m, &utlb->tlb, MODEL_NONE);
		}
	}
}

static void end(struct model *m, struct model_cell *cell)
{
	if (cell->flushing) {
		m->flushes_under_way--;
	}
	cell->flushing = 0;
	cell->setup = 0;
	cell->flush_left_us = 0;
}

void model_flush_forget(struct model *m, uint32_t unit, uint32_t context)
{
	end(m, model_cell_of(m, unit, context));
}

static void finish(struct model *m, uint32_t unit, uint32_t context)
{
	struct model_cell *cell = model_cell_of(m, unit, context);

	end(m, cell);
	if (m->units[unit].flush_dropped) {
		each_tlb(m, unit, context, model_tlb_spare_doomed);
		return;
	}
	if (m->switches[MODEL_FLUSH_DRAINS] == 1) {
		model_drain_context(m, unit, context);
	}
	each_tlb(m, unit, context, model_tlb_remove_doomed);
	model_stall_flushed(m, unit, context);
	model_touch(m, unit, context);
}

static bool is_stuck(const struct model *m, uint32_t unit, uint32_t context)
{
	return (m->units[unit].stuck & (1u << context)) != 0;
}

static void advance(struct model *m, uint32_t unit, uint32_t context, uint32_t us)
{
	struct model_cell *cell = model_cell_of(m, unit, context);

	if (!cell->flushing) {
		return;
	}
	cell->flush_left_us -= us < cell->flush_left_us ? us : cell->flush_left_us;
	if (cell->flush_left_us == 0 && !is_stuck(m, unit, context)) {
		finish(m, unit, context);
	}
}

void model_flush_start(struct model *m, uint32_t unit, uint32_t context, bool setup)
{
	struct model_cell *cell = model_cell_of(m, unit, context);

	m->counts.flushes++;
	m->flushes_under_way += cell->flushing ? 0 : 1;
	cell->flushing = 1;
	cell->setup = setup ? 1 : 0;
	cell->flush_left_us = m->flush_us;
	each_tlb(m, unit, context, model_tlb_doom);
	if (m->flush_us == 0) {
		advance(m, unit, context, 0);
	}
}

void model_flush_rewritten(struct model *m, uint32_t unit, uint32_t context)
{
	struct model_cell *cell = model_cell_of(m, unit, context);

	switch (m->switches[MODEL_FLUSH_REWRITE]) {
	case 1:
		model_flush_start(m, unit, context, cell->setup != 0);
		break;
	case 2:
		if (!is_stuck(m, unit, context)) {
			end(m, cell);
			each_tlb(m, unit, context, model_tlb_spare_doomed);
		}
		break;
	default:
		break;
	}
}

void model_tick(struct model *m, uint32_t us)
{
	uint32_t i;
	uint32_t n;

	model_look(m);
	m->now_us += us;
	for (i = 0; m->flushes_under_way != 0 && i < m->unit_count; i++) {
		for (n = 0; n < m->units[i].contexts; n++) {
			advance(m, i, n, us);
		}
	}
	model_look(m);
}

uint64_t model_now(const struct model *m)
{
	return m->now_us;
}
