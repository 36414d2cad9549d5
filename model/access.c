// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * access.c - an access of a master, from its uTLB to an address, and accesses under way.
 */
#include <string.h>

#include "model_priv.h"

bool model_translates(const struct model *m, uint32_t unit)
{
	const struct model_unit *u = &m->units[unit];
	const struct model_unit *root = model_root_of(m, unit);

	return root->powered && ((u->imsctlr | root->imsctlr) & IMSCTLR_USE_SECGRP) == 0;
}

enum model_path model_path_of(const struct model *m, uint32_t unit, uint32_t context)
{
	static const enum model_path paths[] = {PATH_FAULT, PATH_BYPASS, PATH_ABORT};

	if (!model_context_on(m, m->units[unit].config.root, context)) {
		return paths[m->switches[MODEL_OFF_CONTEXT]];
	}
	if (!model_context_on(m, unit, context)) {
		return paths[m->switches[MODEL_OFF_CACHE_CONTEXT]];
	}
	return PATH_WALK;
}

static void bypass(const struct model *m, const struct model_utlb *utlb,
		   struct model_access *access)
{
	bool fixed = m->switches[MODEL_FIXADD] == 1 && (utlb->imuctr & IMUCTR_FIXADDEN) != 0;

	access->state = MODEL_ACCESS_DONE;
	access->bypass = true;
	access->context = MODEL_NONE;
	access->pa = access->iova;
	if (fixed) {
		access->pa = (access->iova & 0xffffffffu) |
			     (uint64_t)((utlb->imuctr >> 16) & 0xff) << 32;
	}
}

/* False when the address is over the input width and that matters. */
static bool fit_width(const struct model *m, const struct model_walk *walk, uint64_t *iova)
{
	uint32_t bits = walk->valid ? walk->input_bits : MODEL_ADDRESS_BITS;

	if (m->switches[MODEL_INPUT_WRAPS] == 1) {
		*iova &= (1ull << bits) - 1;
	}
	return *iova >> bits == 0;
}

static void remember(struct model *m, struct model_tlb *tlb,
		     const struct model_tlb_entry *entry)
{
	struct model_tlb_entry copy = *entry;
	const struct model_tlb_entry *e = &copy;

	copy.flags &= TLB_READ | TLB_WRITE | TLB_ABSENT;
	if (m->tlb_mode != MODEL_TLB_OFF && !model_tlb_add(m, tlb, e)) {
		struct model_site site = {MODEL_NONE, MODEL_NONE, e->context};

		if (m->tlb_mode == MODEL_TLB_ADVERSARIAL) {
			model_violate(m, MODEL_VIOLATION_TLB_FULL, &site);
		}
	}
}

/** struct lookup - what an access finds on its way. */
struct lookup {
	struct model_walk walk;
	uint64_t iova;
	uint32_t status; /* IMSTR, 0 = found */
	struct model_tlb_entry entry;
};

/* Looks into one TLB; false when it has no answer. */
static bool ask(const struct model *m, const struct model_tlb *tlb, uint32_t context,
		struct lookup *l)
{
	switch (model_tlb_find(m, tlb, l->iova, context, &l->entry)) {
	case HIT_ONE:
		l->status = 0;
		return true;
	case HIT_ABSENT:
		l->status = model_walk_absent(&l->walk, 3);
		return true;
	case HIT_MULTIPLE:
		l->status = model_status(IMSTR_MHIT, 3, 0);
		return true;
	default:
		return false;
	}
}

static void walk(struct model *m, const struct model_access *access, struct lookup *l)
{
	struct model_walk_result result = model_walk_to(m, &l->walk, l->iova);
	struct model_site site = {m->units[access->unit].config.root, MODEL_NONE,
				  access->context};

	l->status = result.status;
	l->entry = result.entry;
	l->entry.context = (uint8_t)access->context;
	if ((l->status & IMSTR_ABORT) != 0) {
		model_violate(m, MODEL_VIOLATION_WALK_ABORT, &site);
	}
	if (result.contradicts) {
		model_violate(m, MODEL_VIOLATION_BAD_TABLE, &site);
	}
	if (result.absent) {
		l->entry.flags = TLB_ABSENT;
		l->entry.vpn = (uint32_t)(l->iova >> 12);
		l->entry.size_lg2 = 12;
		l->entry.ppn = 0;
	}
}

/* What a flush is about to take goes nowhere else; an absence is kept where switched so. */
static bool may_be_kept(const struct model *m, const struct lookup *l)
{
	if ((l->entry.flags & TLB_DOOMED) != 0) {
		return false;
	}
	return l->status == 0 ||
	       ((l->entry.flags & TLB_ABSENT) != 0 && m->switches[MODEL_ABSENT_CACHED] == 1);
}

/* From the uTLB towards the walker; what answers fills those that were asked before it. */
static void look_up(struct model *m, const struct model_access *access, struct lookup *l)
{
	uint32_t root = m->units[access->unit].config.root;
	struct model_tlb *asked[3];
	uint32_t count = 0;
	uint32_t i;

	asked[count++] = &model_utlb_of(m, access->unit, access->utlb)->tlb;
	asked[count++] = &model_cell_of(m, access->unit, access->context)->tlb;
	if (root != access->unit &&
	    model_cache_fed(m, model_cell_of(m, access->unit, access->context))) {
		asked[count++] = &model_cell_of(m, root, access->context)->tlb;
	}
	for (i = 0; i < count; i++) {
		if (ask(m, asked[i], access->context, l)) {
			break;
		}
	}
	if (i == count) {
		walk(m, access, l);
	}
	while (may_be_kept(m, l) && i > 0) {
		remember(m, asked[--i], &l->entry);
	}
}

static bool grants(const struct lookup *l, const struct model_access *access)
{
	return (l->entry.flags & (access->write ? TLB_WRITE : TLB_READ)) != 0;
}

static void land(struct model_access *access, const struct lookup *l)
{
	uint64_t within = (1ull << l->entry.size_lg2) - 1;

	access->state = MODEL_ACCESS_DONE;
	access->pa = ((uint64_t)l->entry.ppn << 12) | (l->iova & within);
}

/* The context is on: its TLBs and its tables answer. */
static void on_context(struct model *m, struct model_access *access)
{
	struct lookup l = {{0}, access->iova, 0, {0}};

	l.walk = model_walk_setup(m, m->units[access->unit].config.root, access->context);
	if (!fit_width(m, &l.walk, &l.iova)) {
		l.status = model_status(IMSTR_TF, 1, 0);
	} else {
		look_up(m, access, &l);
		if (l.status == 0 && !grants(&l, access)) {
			l.status = model_status(IMSTR_PF, (39u - l.entry.size_lg2) / 9u, 4);
		}
	}
	if (l.status != 0) {
		model_fault(m, access, l.status);
	} else {
		land(access, &l);
	}
}

/*
 * The context is off: neither its registers nor its TLBs count. What the uTLB itself still
 * holds and grants answers. Everything else takes @path, whatever its address.
 */
static void off_context(struct model *m, struct model_access *access, enum model_path path)
{
	const struct model_utlb *utlb = model_utlb_of(m, access->unit, access->utlb);
	struct lookup l = {{0}, access->iova, 0, {0}};

	if (ask(m, &utlb->tlb, access->context, &l) && l.status == 0 && grants(&l, access)) {
		land(access, &l);
	} else if (path == PATH_BYPASS) {
		bypass(m, utlb, access);
	} else if (path == PATH_FAULT) {
		model_fault(m, access, model_status(IMSTR_TF, 1, 0));
	}
}

static void translate(struct model *m, struct model_access *access)
{
	enum model_path path = model_path_of(m, access->unit, access->context);

	if (path == PATH_WALK) {
		on_context(m, access);
	} else {
		off_context(m, access, path);
	}
}

void model_access(struct model *m, struct model_access *access)
{
	const struct model_utlb *utlb;

	m->counts.accesses++;
	model_look(m);
	access->state = MODEL_ACCESS_ABORT;
	access->bypass = false;
	access->pa = 0;
	access->context = MODEL_NONE;
	if (access->unit >= m->unit_count || !m->units[access->unit].powered ||
	    access->utlb >= m->units[access->unit].config.utlbs ||
	    access->iova >> MODEL_ADDRESS_BITS != 0) {
		return;
	}
	utlb = model_utlb_of(m, access->unit, access->utlb);
	access->context = model_ttsel(m->units[access->unit].config.generation, utlb->imuctr);
	if (utlb->stall != MODEL_STALL_NONE) {
		access->context = utlb->stall_context;
		access->state = MODEL_ACCESS_STALLED;
	} else if (!model_utlb_on(utlb)) {
		bypass(m, utlb, access);
	} else if (model_translates(m, access->unit) &&
		   access->context < m->units[access->unit].contexts) {
		translate(m, access);
	}
}

void model_access_retry(struct model *m, struct model_access *access)
{
	model_access(m, access);
}

static void fill_in(const struct model_slot *slot, struct model_access *access)
{
	access->unit = slot->unit;
	access->utlb = slot->utlb;
	access->iova = slot->iova;
	access->write = slot->write;
	access->state = MODEL_ACCESS_DONE;
	access->bypass = slot->bypass;
	access->pa = slot->pa;
	access->context = slot->context;
}

uint32_t model_access_begin(struct model *m, struct model_access *access)
{
	uint32_t i = 0;
	struct model_slot *slot;

	model_access(m, access);
	while (i < m->slot_count && m->slots[i].state != SLOT_FREE) {
		i++;
	}
	if (access->state != MODEL_ACCESS_DONE || i == m->slot_count) {
		return MODEL_NONE;
	}
	slot = &m->slots[i];
	slot->unit = (uint16_t)access->unit;
	slot->utlb = (uint16_t)access->utlb;
	slot->iova = access->iova;
	slot->pa = access->pa;
	slot->context = access->context;
	slot->write = access->write;
	slot->bypass = access->bypass;
	slot->state = SLOT_UNDER_WAY;
	return i;
}

bool model_access_end(struct model *m, uint32_t handle, struct model_access *access)
{
	bool lands;

	if (handle >= m->slot_count || m->slots[handle].state == SLOT_FREE) {
		return false;
	}
	lands = m->slots[handle].state == SLOT_UNDER_WAY;
	if (lands) {
		fill_in(&m->slots[handle], access);
	}
	memset(&m->slots[handle], 0, sizeof(m->slots[handle]));
	return lands;
}

void model_on_land(struct model *m, void (*fn)(void *arg, const struct model_access *),
		   void *arg)
{
	m->land = fn;
	m->land_arg = arg;
}

static void land_early(struct model *m, struct model_slot *slot)
{
	struct model_access access;

	fill_in(slot, &access);
	slot->state = SLOT_GONE;
	if (m->land != NULL) {
		m->land(m->land_arg, &access);
	}
}

void model_drain_utlb(struct model *m, uint32_t unit, uint32_t utlb)
{
	uint32_t i;

	for (i = 0; i < m->slot_count; i++) {
		struct model_slot *slot = &m->slots[i];

		if (slot->state == SLOT_UNDER_WAY && slot->unit == unit && slot->utlb == utlb) {
			land_early(m, slot);
		}
	}
}

void model_drain_context(struct model *m, uint32_t unit, uint32_t context)
{
	uint32_t i;

	for (i = 0; i < m->slot_count; i++) {
		struct model_slot *slot = &m->slots[i];
		bool ours = slot->unit == unit || m->units[slot->unit].config.root == unit;

		if (slot->state == SLOT_UNDER_WAY && ours && slot->context == context) {
			land_early(m, slot);
		}
	}
}

void model_accesses_lost(struct model *m, uint32_t unit)
{
	uint32_t i;

	for (i = 0; i < m->slot_count; i++) {
		if (m->slots[i].state == SLOT_UNDER_WAY && m->slots[i].unit == unit) {
			m->slots[i].state = SLOT_GONE;
		}
	}
}
