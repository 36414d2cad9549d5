// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * tlb.c - one TLB: dense, oldest entry first. Serves contexts and uTLBs alike.
 */
#include "model_priv.h"

static struct model_tlb_entry *entries_of(const struct model *m, const struct model_tlb *tlb)
{
	return &m->entries[tlb->first];
}

static const uint32_t IDENTITY = TLB_READ | TLB_WRITE | TLB_TABLE | TLB_ABSENT;

static bool same(const struct model_tlb_entry *a, const struct model_tlb_entry *b)
{
	return a->vpn == b->vpn && a->ppn == b->ppn && a->size_lg2 == b->size_lg2 &&
	       a->context == b->context && ((uint32_t)(a->flags ^ b->flags) & IDENTITY) == 0;
}

/* Tables are scanned in one order again and again: the next is mostly the one looked for. */
static uint32_t search(const struct model *m, struct model_tlb *tlb,
		       const struct model_tlb_entry *e)
{
	const struct model_tlb_entry *all = entries_of(m, tlb);
	uint32_t n;
	uint32_t i = tlb->cursor;

	for (n = 0; n < tlb->count; n++, i++) {
		if (i >= tlb->count) {
			i = 0;
		}
		if (same(&all[i], e)) {
			tlb->cursor = (uint16_t)(i + 1);
			return i;
		}
	}
	return MODEL_NONE;
}

static bool append(struct model *m, struct model_tlb *tlb, const struct model_tlb_entry *e)
{
	uint32_t i = tlb->count;

	if (tlb->count < tlb->size) {
		tlb->count++;
	} else if (m->tlb_mode == MODEL_TLB_RANDOM && tlb->size != 0) {
		i = (uint32_t)(model_random(m) % tlb->size);
	} else {
		return false;
	}
	entries_of(m, tlb)[i] = *e;
	if (m->tlb_mode == MODEL_TLB_ADVERSARIAL && tlb->scanned &&
	    (e->flags & TLB_ABSENT) == 0) {
		entries_of(m, tlb)[i].flags |= TLB_LATE;
	}
	return true;
}

bool model_tlb_add(struct model *m, struct model_tlb *tlb, const struct model_tlb_entry *e)
{
	uint32_t i = search(m, tlb, e);
	struct model_tlb_entry *old;

	if (i == MODEL_NONE) {
		return append(m, tlb, e);
	}
	/* Walked anew after the flush began: the flush does not take it. */
	old = &entries_of(m, tlb)[i];
	if ((old->flags & TLB_DOOMED) != 0) {
		old->flags &= (uint8_t) ~(TLB_DOOMED | TLB_LATE);
		old->flags |= e->flags & TLB_LATE;
	}
	old->flags |= e->flags & TLB_SEEN;
	return true;
}

static bool matches(const struct model *m, const struct model_tlb_entry *e, uint64_t iova,
		    uint32_t context)
{
	uint32_t shift = (uint32_t)e->size_lg2 - 12;

	if ((e->flags & TLB_TABLE) != 0 || (iova >> 12) >> shift != e->vpn >> shift) {
		return false;
	}
	return m->switches[MODEL_UTLB_TAGGED] == 0 || e->context == context;
}

/* Two entries that do not say the same about one page. */
static bool differ(const struct model_tlb_entry *a, const struct model_tlb_entry *b)
{
	uint32_t rights = TLB_READ | TLB_WRITE;

	return a->ppn - a->vpn != b->ppn - b->vpn ||
	       ((uint32_t)(a->flags ^ b->flags) & rights) != 0;
}

static bool is_absent(const struct model *m, const struct model_tlb_entry *e)
{
	if (m->switches[MODEL_ABSENT_CACHED] == 0) {
		return false;
	}
	return (e->flags & (TLB_ABSENT | TLB_LATE)) != 0;
}

enum model_hit model_tlb_find(const struct model *m, const struct model_tlb *tlb, uint64_t iova,
			      uint32_t context, struct model_tlb_entry *hit)
{
	const struct model_tlb_entry *all = entries_of(m, tlb);
	uint8_t how = m->switches[MODEL_MULTIPLE_HIT];
	const struct model_tlb_entry *found = NULL;
	uint32_t i;

	for (i = 0; i < tlb->count; i++) {
		if (!matches(m, &all[i], iova, context)) {
			continue;
		}
		if (found == NULL || how == 1) {
			found = &all[i];
		} else if (how == 2 && differ(found, &all[i]) &&
			   ((found->flags | all[i].flags) & TLB_ABSENT) == 0) {
			return HIT_MULTIPLE;
		}
	}
	if (found == NULL) {
		return HIT_NONE;
	}
	*hit = *found;
	return is_absent(m, found) ? HIT_ABSENT : HIT_ONE;
}

void model_tlb_empty(struct model_tlb *tlb)
{
	tlb->count = 0;
	tlb->cursor = 0;
	tlb->scanned = 0;
}

static bool concerns(const struct model_tlb_entry *e, uint32_t context)
{
	return context == MODEL_NONE || e->context == context;
}

void model_tlb_doom(struct model *m, struct model_tlb *tlb, uint32_t context)
{
	struct model_tlb_entry *all = entries_of(m, tlb);
	uint32_t i;

	for (i = 0; i < tlb->count; i++) {
		if (concerns(&all[i], context)) {
			all[i].flags |= TLB_DOOMED;
		}
	}
	tlb->scanned = 0;
}

void model_tlb_remove_doomed(struct model *m, struct model_tlb *tlb, uint32_t context)
{
	struct model_tlb_entry *all = entries_of(m, tlb);
	uint32_t kept = 0;
	uint32_t i;

	for (i = 0; i < tlb->count; i++) {
		if (!concerns(&all[i], context) || (all[i].flags & TLB_DOOMED) == 0) {
			all[kept++] = all[i];
		}
	}
	tlb->count = (uint16_t)kept;
	tlb->cursor = 0;
}

void model_tlb_spare_doomed(struct model *m, struct model_tlb *tlb, uint32_t context)
{
	struct model_tlb_entry *all = entries_of(m, tlb);
	uint32_t i;

	for (i = 0; i < tlb->count; i++) {
		if (concerns(&all[i], context)) {
			all[i].flags &= (uint8_t)~TLB_DOOMED;
		}
	}
}
