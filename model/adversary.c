// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * adversary.c - the worst TLB that is allowed: it takes in everything that can be walked,
 * whenever it can, and keeps pointers to tables that were unlinked since.
 *
 * Tables are looked at again only after something changed. A TLB under flush hands nothing
 * that the flush will take to another TLB.
 */
#include "model_priv.h"

/** struct look - one pass over a context. */
struct look {
	struct model *m;
	struct model_tlb *tlb;
	uint32_t root;
	uint32_t context;
	bool full;
};

void model_touch(struct model *m, uint32_t unit, uint32_t context)
{
	struct model_unit *root = model_root_of(m, unit);

	if (context == MODEL_NONE) {
		root->dirty = 0xffffffffu;
	} else if (context < MODEL_MAX_CONTEXTS) {
		root->dirty |= 1u << context;
	}
	m->dirty = true;
}

static bool take(void *arg, const struct model_tlb_entry *entry)
{
	struct look *look = arg;
	struct model_tlb_entry e = *entry;

	e.flags |= TLB_SEEN;
	e.context = (uint8_t)look->context;
	if (!model_tlb_add(look->m, look->tlb, &e)) {
		look->full = true;
		return false;
	}
	return true;
}

static void walk_all(struct look *look)
{
	struct model *m = look->m;
	struct model_walk walk = model_walk_setup(m, look->root, look->context);
	struct model_scan scan = {m, &walk, take, look};
	struct model_tlb_entry *all = &m->entries[look->tlb->first];
	uint32_t i;

	for (i = 0; i < look->tlb->count; i++) {
		all[i].flags &= (uint8_t)~TLB_SEEN;
	}
	look->tlb->cursor = 0;
	if (!model_scan_root(&scan) || !walk.valid) {
		return;
	}
	for (i = 0; i < look->tlb->count; i++) {
		uint32_t flags = all[i].flags & (TLB_TABLE | TLB_SEEN | TLB_DOOMED);

		if (flags == TLB_TABLE && !model_scan_kept(&scan, &all[i])) {
			return;
		}
	}
	look->tlb->scanned = 1;
}

/* A uTLB and a cache take leaves; pointers to tables stay with the walker, in the root. */
static void hand_down(struct look *look, const struct model_tlb *from, struct model_tlb *to,
		      bool walked_only)
{
	struct model *m = look->m;
	const struct model_tlb_entry *all = &m->entries[from->first];
	uint32_t wanted = walked_only ? TLB_SEEN : 0;
	uint32_t i;

	to->cursor = 0;
	for (i = 0; i < from->count; i++) {
		uint32_t flags = all[i].flags & (TLB_TABLE | TLB_ABSENT | TLB_DOOMED | wanted);
		struct model_tlb_entry e = all[i];

		if (flags != wanted) {
			continue;
		}
		if (walked_only) {
			e.flags &= (uint8_t)~TLB_LATE;
		}
		if (!model_tlb_add(m, to, &e)) {
			look->full = true;
			return;
		}
	}
	to->scanned = 1;
}

static void feed_utlbs(struct look *look, uint32_t unit)
{
	const struct model_unit *u = &look->m->units[unit];
	const struct model_cell *cell = model_cell_of(look->m, unit, look->context);
	uint32_t n;

	for (n = 0; n < u->config.utlbs; n++) {
		struct model_utlb *utlb = model_utlb_of(look->m, unit, n);

		if (model_utlb_on(utlb) &&
		    model_ttsel(u->config.generation, utlb->imuctr) == look->context) {
			hand_down(look, &cell->tlb, &utlb->tlb, false);
		}
	}
}

static void feed_unit(struct look *look, uint32_t unit)
{
	struct model *m = look->m;
	struct model_cell *cell = model_cell_of(m, unit, look->context);

	if ((cell->imctr & IMCTR_MMUEN) == 0) {
		return;
	}
	if (unit != look->root) {
		hand_down(look, look->tlb, &cell->tlb, !model_cache_fed(m, cell));
	}
	feed_utlbs(look, unit);
}

static void look_at(struct model *m, uint32_t root, uint32_t context)
{
	struct look look = {m, NULL, root, context, false};
	struct model_cell *cell = model_cell_of(m, root, context);
	uint32_t i;

	look.tlb = &cell->tlb;
	walk_all(&look);
	for (i = 0; i < m->unit_count; i++) {
		if (m->units[i].config.root == root) {
			feed_unit(&look, i);
		}
	}
	cell->complete = !look.full;
	if (look.full) {
		struct model_site site = {root, MODEL_NONE, context};

		model_violate(m, MODEL_VIOLATION_TLB_FULL, &site);
	}
}

void model_look(struct model *m)
{
	uint32_t i;
	uint32_t n;

	if (!m->dirty || m->tlb_mode != MODEL_TLB_ADVERSARIAL) {
		return;
	}
	m->dirty = false;
	for (i = 0; i < m->unit_count; i++) {
		struct model_unit *u = &m->units[i];

		for (n = 0; model_is_root(m, i) && u->powered && n < u->contexts; n++) {
			if ((u->dirty & (1u << n)) != 0 && model_context_on(m, i, n)) {
				look_at(m, i, n);
			}
		}
		u->dirty = 0;
	}
}

void model_before_store(struct model *m)
{
	uint32_t i;

	model_look(m);
	for (i = 0; i < m->unit_count; i++) {
		model_touch(m, i, MODEL_NONE);
	}
}
