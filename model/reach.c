// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * reach.c - everything that a port could reach, and every table that a walker could read, at
 * this moment: for checkers of invariants. Changes nothing.
 */
#include "model_priv.h"

/** struct tour - a call of model_reach() under way. */
struct tour {
	const struct model *m;
	struct model_reach reach;
	model_reach_fn fn;
	void *arg;
};

static bool tell_entry(void *arg, const struct model_tlb_entry *e)
{
	struct tour *t = arg;

	if ((e->flags & (TLB_TABLE | TLB_ABSENT)) != 0) {
		return true;
	}
	t->reach.iova = (uint64_t)e->vpn << 12;
	t->reach.pa = (uint64_t)e->ppn << 12;
	t->reach.size = 1ull << e->size_lg2;
	t->reach.read = (e->flags & TLB_READ) != 0;
	t->reach.write = (e->flags & TLB_WRITE) != 0;
	return t->fn(t->arg, &t->reach);
}

static bool tell_bypass(struct tour *t)
{
	t->reach.via = MODEL_VIA_BYPASS;
	t->reach.context = MODEL_NONE;
	t->reach.iova = 0;
	t->reach.pa = 0;
	t->reach.size = 0;
	t->reach.read = true;
	t->reach.write = true;
	return t->fn(t->arg, &t->reach);
}

static bool tell_tlb(struct tour *t, const struct model_tlb *tlb, enum model_via via)
{
	uint32_t i;
	bool tagged = t->m->switches[MODEL_UTLB_TAGGED] == 1;

	t->reach.via = via;
	for (i = 0; i < tlb->count; i++) {
		const struct model_tlb_entry *e = &t->m->entries[tlb->first + i];

		if (tagged && e->context != t->reach.context) {
			continue;
		}
		if (!tell_entry(t, e)) {
			return false;
		}
	}
	return true;
}

static bool tell_under_way(struct tour *t)
{
	uint32_t i;

	for (i = 0; i < t->m->slot_count; i++) {
		const struct model_slot *slot = &t->m->slots[i];

		if (slot->state != SLOT_UNDER_WAY || slot->unit != t->reach.unit ||
		    slot->utlb != t->reach.utlb) {
			continue;
		}
		t->reach.via = MODEL_VIA_UNDER_WAY;
		t->reach.context = slot->context;
		t->reach.iova = slot->iova & ~0xfffull;
		t->reach.pa = slot->pa & ~0xfffull;
		t->reach.size = 0x1000;
		t->reach.read = !slot->write;
		t->reach.write = slot->write;
		if (!t->fn(t->arg, &t->reach)) {
			return false;
		}
	}
	return true;
}

/* After the adversary looked, the TLBs hold all that the tables say. */
static bool all_in_tlb(const struct model *m, const struct model_cell *root_cell)
{
	return m->tlb_mode == MODEL_TLB_ADVERSARIAL && !m->dirty && root_cell->complete;
}

/* Walks from the root table and from kept pointers to tables, unless the TLB says it all. */
static bool scan_all(const struct model_scan *scan, const struct model_cell *cell)
{
	const struct model *m = scan->m;
	bool known = all_in_tlb(m, cell);
	uint32_t i;

	if (!scan->walk->valid) {
		return true;
	}
	if (!known && !model_scan_root(scan)) {
		return false;
	}
	for (i = 0; i < cell->tlb.count; i++) {
		const struct model_tlb_entry *e = &m->entries[cell->tlb.first + i];

		if ((e->flags & TLB_TABLE) == 0 || (known && (e->flags & TLB_DOOMED) == 0)) {
			continue;
		}
		if (!model_scan_kept(scan, e)) {
			return false;
		}
	}
	return true;
}

static bool tell_walks(struct tour *t, uint32_t root)
{
	struct model_walk walk = model_walk_setup(t->m, root, t->reach.context);
	struct model_scan scan = {t->m, &walk, tell_entry, t};

	t->reach.via = MODEL_VIA_WALK;
	return scan_all(&scan, model_cell_of(t->m, root, t->reach.context));
}

static bool tell_contexts(struct tour *t)
{
	const struct model *m = t->m;
	uint32_t root = m->units[t->reach.unit].config.root;
	const struct model_cell *here = model_cell_of(m, t->reach.unit, t->reach.context);
	const struct model_cell *there = model_cell_of(m, root, t->reach.context);

	if (!tell_tlb(t, &here->tlb, MODEL_VIA_CONTEXT_TLB)) {
		return false;
	}
	if (here != there && !tell_tlb(t, &there->tlb, MODEL_VIA_CONTEXT_TLB)) {
		return false;
	}
	return tell_walks(t, root);
}

static bool tell_translated(struct tour *t, const struct model_utlb *utlb)
{
	const struct model *m = t->m;
	const struct model_unit *u = &m->units[t->reach.unit];
	enum model_path path;

	t->reach.context = model_ttsel(u->config.generation, utlb->imuctr);
	if (!model_translates(m, t->reach.unit) || t->reach.context >= u->contexts) {
		return true;
	}
	if (!tell_tlb(t, &utlb->tlb, MODEL_VIA_UTLB)) {
		return false;
	}
	path = model_path_of(m, t->reach.unit, t->reach.context);
	if (path == PATH_BYPASS) {
		return tell_bypass(t);
	}
	return path != PATH_WALK || tell_contexts(t);
}

bool model_reach(const struct model *m, uint32_t unit, uint32_t utlb, model_reach_fn fn,
		 void *arg)
{
	struct tour t = {m, {MODEL_VIA_BYPASS, unit, utlb, 0, 0, 0, 0, false, false}, fn, arg};
	const struct model_utlb *port;

	if (unit >= m->unit_count || !m->units[unit].powered ||
	    utlb >= m->units[unit].config.utlbs) {
		return true;
	}
	if (!tell_under_way(&t)) {
		return false;
	}
	port = model_utlb_of(m, unit, utlb);
	return model_utlb_on(port) ? tell_translated(&t, port) : tell_bypass(&t);
}

/** struct tables - a call of model_table_reach() under way. */
struct tables {
	model_table_fn fn;
	void *arg;
	uint32_t context;
};

static bool tell_table(void *arg, const struct model_tlb_entry *e)
{
	struct tables *t = arg;

	return (e->flags & TLB_TABLE) == 0 || t->fn(t->arg, t->context, (uint64_t)e->ppn << 12);
}

static bool tell_root_table(struct tables *t, const struct model_walk *walk)
{
	uint32_t shift = model_level_shift(walk->start_level);
	uint64_t entries = walk->input_bits > shift ? 1ull << (walk->input_bits - shift) : 1;
	uint64_t at;

	for (at = 0; at < entries * 8; at += 0x1000) {
		if (!t->fn(t->arg, t->context, walk->root + at)) {
			return false;
		}
	}
	return true;
}

static bool tell_tables_of(const struct model *m, uint32_t root, struct tables *t)
{
	const struct model_cell *cell = model_cell_of(m, root, t->context);
	struct model_walk walk = model_walk_setup(m, root, t->context);
	struct model_scan scan = {m, &walk, tell_table, t};
	uint32_t i;

	for (i = 0; i < cell->tlb.count; i++) {
		if (!tell_table(t, &m->entries[cell->tlb.first + i])) {
			return false;
		}
	}
	if ((cell->imctr & IMCTR_MMUEN) == 0 || !walk.valid) {
		return true;
	}
	return tell_root_table(t, &walk) && scan_all(&scan, cell);
}

bool model_table_reach(const struct model *m, uint32_t root, model_table_fn fn, void *arg)
{
	struct tables t = {fn, arg, 0};

	if (root >= m->unit_count || !model_is_root(m, root) || !m->units[root].powered) {
		return true;
	}
	for (t.context = 0; t.context < m->units[root].contexts; t.context++) {
		if (!tell_tables_of(m, root, &t)) {
			return false;
		}
	}
	return true;
}
