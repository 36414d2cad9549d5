// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * digest.c - one number for all that decides what a model does next.
 *
 * For searches that must know a state again. Leaves out what only reports (time, counters,
 * violations) and what only speeds up (where a search in a TLB starts).
 */
#include "model_priv.h"

static uint64_t mix(uint64_t digest, uint64_t value)
{
	digest = (digest ^ value) * 0x9e3779b97f4a7c15ull;
	return digest ^ (digest >> 29);
}

static uint64_t mix_words(uint64_t digest, const uint32_t *words, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		digest = mix(digest, words[i]);
	}
	return digest;
}

/* SEEN is set anew before each use; LATE and scanned matter only where absence is kept. */
static uint32_t lasting(const struct model *m, uint32_t flags)
{
	flags &= ~(uint32_t)TLB_SEEN;
	return m->switches[MODEL_ABSENT_CACHED] == 1 ? flags : flags & ~(uint32_t)TLB_LATE;
}

static uint64_t entry_digest(const struct model *m, const struct model_tlb_entry *e)
{
	uint64_t digest = mix(0, ((uint64_t)e->vpn << 32) | e->ppn);

	return mix(digest,
		   ((uint32_t)e->size_lg2 << 16) | (lasting(m, e->flags) << 8) | e->context);
}

static bool overlap(const struct model_tlb_entry *a, const struct model_tlb_entry *b)
{
	uint32_t lg2 = a->size_lg2 > b->size_lg2 ? a->size_lg2 : b->size_lg2;

	return ((a->flags | b->flags) & TLB_TABLE) == 0 &&
	       a->vpn >> (lg2 - 12) == b->vpn >> (lg2 - 12);
}

/* A sum: order matters only between entries for one address, of which the older may win. */
static uint64_t mix_tlb(uint64_t digest, const struct model *m, const struct model_tlb *tlb)
{
	const struct model_tlb_entry *all = &m->entries[tlb->first];
	uint64_t sum = 0;
	uint32_t i;
	uint32_t j;

	for (i = 0; i < tlb->count; i++) {
		uint64_t own = entry_digest(m, &all[i]);

		sum += own;
		for (j = 0; j < i; j++) {
			if (overlap(&all[j], &all[i])) {
				sum += mix(own, entry_digest(m, &all[j]));
			}
		}
	}
	digest = mix(digest, tlb->count);
	if (m->switches[MODEL_ABSENT_CACHED] == 1) {
		digest = mix(digest, tlb->scanned);
	}
	return mix(digest, sum);
}

/* Whose fault it is matters while there is one. */
static uint32_t fault_unit_of(const struct model *m, uint32_t unit, uint32_t context)
{
	if (!model_is_root(m, unit) ||
	    model_bank_of(m, unit, context)->words[BANK_IMSTR] == 0) {
		return 0;
	}
	return model_cell_of(m, unit, context)->fault_unit;
}

static uint64_t mix_cell(uint64_t digest, const struct model *m, uint32_t unit,
			 uint32_t context)
{
	const struct model_cell *cell = model_cell_of(m, unit, context);

	digest = mix(digest, ((uint64_t)cell->imctr << 32) | cell->flush_left_us);
	digest = mix(digest, ((uint64_t)cell->flushing << 32) | ((uint32_t)cell->setup << 24) |
				     ((uint32_t)cell->irq_raised << 16) |
				     (fault_unit_of(m, unit, context) << 8) | cell->complete);
	return mix_tlb(digest, m, &cell->tlb);
}

static uint64_t mix_utlb(uint64_t digest, const struct model *m, const struct model_utlb *utlb)
{
	uint32_t held = utlb->stall != MODEL_STALL_NONE ? utlb->stall_context : 0;

	digest = mix(digest, ((uint64_t)utlb->imuctr << 32) | utlb->imuasid);
	digest = mix(digest, ((uint32_t)utlb->stall << 8) | held);
	return mix_tlb(digest, m, &utlb->tlb);
}

static uint64_t mix_unit(uint64_t digest, const struct model *m, uint32_t unit)
{
	const struct model_unit *u = &m->units[unit];
	uint32_t n;

	digest = mix(digest, ((uint64_t)u->imsctlr << 32) | u->imsauxctlr);
	digest = mix(digest, u->stuck);
	if (m->switches[MODEL_IMSSTR_CLEAR] != 0) {
		digest = mix(digest, u->imsstr); /* else computed from the contexts */
	}
	digest = mix(digest, ((uint64_t)u->dirty << 3) | (u->powered ? 4u : 0u) |
				     (u->dead ? 2u : 0u) | (u->flush_dropped ? 1u : 0u));
	for (n = 0; n < u->contexts; n++) {
		digest = mix_cell(digest, m, unit, n);
	}
	for (n = 0; model_is_root(m, unit) && n < u->contexts; n++) {
		digest = mix_words(digest, model_bank_of(m, unit, n)->words, MODEL_BANK_WORDS);
	}
	for (n = 0; n < u->config.utlbs; n++) {
		digest = mix_utlb(digest, m, model_utlb_of(m, unit, n));
	}
	if (u->pmb != MODEL_NONE) {
		digest = mix_words(digest, m->pmbs[u->pmb].words, MODEL_PMB_WORDS);
	}
	return digest;
}

static uint64_t mix_slot(uint64_t digest, const struct model_slot *slot)
{
	digest = mix(digest, slot->state);
	if (slot->state == SLOT_FREE) {
		return digest;
	}
	digest = mix(mix(digest, slot->iova), slot->pa);
	digest = mix(digest, ((uint64_t)slot->context << 32) | ((uint32_t)slot->unit << 16) |
				     slot->utlb);
	return mix(digest, (slot->write ? 2u : 0u) | (slot->bypass ? 1u : 0u));
}

static uint64_t mix_quirk(uint64_t digest, const struct model_quirk *quirk)
{
	digest = mix(digest, ((uint64_t)quirk->unit << 32) | quirk->offset);
	return mix(digest, ((uint64_t)quirk->ones << 32) | quirk->held);
}

uint64_t model_digest(const struct model *m)
{
	uint64_t digest = mix(m->random, m->dirty ? 1u : 0u);
	uint32_t i;

	for (i = 0; i < MODEL_SWITCH_COUNT; i++) {
		digest = mix(digest, m->switches[i]);
	}
	for (i = 0; i < m->unit_count; i++) {
		digest = mix_unit(digest, m, i);
	}
	for (i = 0; i < m->quirk_count; i++) {
		digest = mix_quirk(digest, &m->quirks[i]);
	}
	for (i = 0; i < m->slot_count; i++) {
		digest = mix_slot(digest, &m->slots[i]);
	}
	return digest;
}
