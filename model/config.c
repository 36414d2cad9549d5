// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * config.c - from a configuration to a model in the caller's buffer.
 * Does not say what registers hold after power-on: that is power.c.
 */
#include <string.h>

#include "model_priv.h"

/** struct layout - how many of each array, and where each begins. */
struct layout {
	uint32_t cells;
	uint32_t banks;
	uint32_t utlbs;
	uint32_t pmbs;
	uint32_t entries;
	size_t units_at;
	size_t cells_at;
	size_t banks_at;
	size_t utlbs_at;
	size_t pmbs_at;
	size_t slots_at;
	size_t entries_at;
	size_t total;
};

void model_config_default(struct model_config *config)
{
	uint32_t i;

	memset(config, 0, sizeof(*config));
	config->tlb_mode = MODEL_TLB_RANDOM;
	config->context_tlb_entries = 64;
	config->utlb_tlb_entries = 8;
	config->accesses = 8;
	config->flush_us = 2;
	config->seed = 1;
	for (i = 0; i < MODEL_SWITCH_COUNT; i++) {
		config->switches[i] = model_switch_default((enum model_switch)i);
	}
}

static bool has_pmb(const struct model_unit_config *u, uint32_t index)
{
	return u->generation == MODEL_GEN2 || (u->generation == MODEL_GEN3 && u->root != index);
}

static bool switches_ok(const struct model_config *config)
{
	uint32_t i;

	for (i = 0; i < MODEL_SWITCH_COUNT; i++) {
		if (config->switches[i] >= model_switch_values((enum model_switch)i)) {
			return false;
		}
	}
	return true;
}

static bool numbers_ok(const struct model_config *config)
{
	const uint32_t most = 0xffff;

	if (config->units == NULL || config->bus.read64 == NULL || config->seed == 0) {
		return false;
	}
	return config->unit_count - 1 < MODEL_MAX_UNITS &&
	       (unsigned int)config->tlb_mode <= MODEL_TLB_ADVERSARIAL &&
	       config->context_tlb_entries <= most && config->utlb_tlb_entries <= most &&
	       config->accesses <= most;
}

static uint32_t most_contexts(enum model_generation generation)
{
	return 1u << (uint32_t)generation; /* 4, 8, 16 */
}

static uint32_t most_utlbs(enum model_generation generation)
{
	return 16u * (uint32_t)generation; /* 32, 48, 64 */
}

static bool root_ok(const struct model_unit_config *root, uint32_t index,
		    enum model_generation generation)
{
	return root->root == index && root->generation == generation && root->contexts != 0 &&
	       root->contexts <= most_contexts(generation);
}

static bool unit_ok(const struct model_config *config, uint32_t index)
{
	const struct model_unit_config *u = &config->units[index];

	if (u->generation < MODEL_GEN2 || u->generation > MODEL_GEN4 ||
	    u->root >= config->unit_count || u->utlbs > most_utlbs(u->generation) ||
	    (u->imsstr_bit != MODEL_NONE && u->imsstr_bit > 31)) {
		return false;
	}
	if (!root_ok(&config->units[u->root], u->root, u->generation)) {
		return false;
	}
	if (u->generation == MODEL_GEN2) {
		return u->root == index;
	}
	return u->root != index || u->utlbs == 0;
}

static size_t place(size_t *at, size_t count, size_t size)
{
	size_t here = *at;

	*at += (count * size + 15u) & ~(size_t)15;
	return here;
}

static void lay_out(const struct model_config *config, struct layout *l)
{
	uint32_t i;

	memset(l, 0, sizeof(*l));
	for (i = 0; i < config->unit_count; i++) {
		const struct model_unit_config *u = &config->units[i];

		l->cells += config->units[u->root].contexts;
		l->banks += u->root == i ? u->contexts : 0;
		l->utlbs += u->utlbs;
		l->pmbs += has_pmb(u, i) ? 1 : 0;
	}
	l->entries =
		l->cells * config->context_tlb_entries + l->utlbs * config->utlb_tlb_entries;
	place(&l->total, 1, sizeof(struct model));
	l->units_at = place(&l->total, config->unit_count, sizeof(struct model_unit));
	l->cells_at = place(&l->total, l->cells, sizeof(struct model_cell));
	l->banks_at = place(&l->total, l->banks, sizeof(struct model_bank));
	l->utlbs_at = place(&l->total, l->utlbs, sizeof(struct model_utlb));
	l->pmbs_at = place(&l->total, l->pmbs, sizeof(struct model_pmb));
	l->slots_at = place(&l->total, config->accesses, sizeof(struct model_slot));
	l->entries_at = place(&l->total, l->entries, sizeof(struct model_tlb_entry));
}

static bool config_ok(const struct model_config *config)
{
	uint32_t i;

	if (!numbers_ok(config) || !switches_ok(config)) {
		return false;
	}
	for (i = 0; i < config->unit_count; i++) {
		if (!unit_ok(config, i)) {
			return false;
		}
	}
	return true;
}

size_t model_size(const struct model_config *config)
{
	struct layout l;

	if (!config_ok(config)) {
		return 0;
	}
	lay_out(config, &l);
	return l.total;
}

static void point(struct model *m, uint8_t *bytes, const struct layout *l)
{
	m->units = (struct model_unit *)(void *)(bytes + l->units_at);
	m->cells = (struct model_cell *)(void *)(bytes + l->cells_at);
	m->banks = (struct model_bank *)(void *)(bytes + l->banks_at);
	m->utlbs = (struct model_utlb *)(void *)(bytes + l->utlbs_at);
	m->pmbs = (struct model_pmb *)(void *)(bytes + l->pmbs_at);
	m->slots = (struct model_slot *)(void *)(bytes + l->slots_at);
	m->entries = (struct model_tlb_entry *)(void *)(bytes + l->entries_at);
}

static void copy_config(struct model *m, const struct model_config *config)
{
	m->bus = config->bus;
	m->random = config->seed;
	m->unit_count = config->unit_count;
	m->slot_count = config->accesses;
	m->flush_us = config->flush_us;
	m->tlb_mode = config->tlb_mode;
	memcpy(m->switches, config->switches, sizeof(m->switches));
}

static void give_tlb(struct model_tlb *tlb, uint32_t *next, uint32_t size)
{
	tlb->first = *next;
	tlb->size = (uint16_t)size;
	*next += size;
}

static void deal_out(struct model *m, const struct model_config *config)
{
	struct layout next = {0};
	uint32_t i;
	uint32_t n;

	for (i = 0; i < m->unit_count; i++) {
		struct model_unit *u = &m->units[i];

		u->config = config->units[i];
		u->contexts = config->units[u->config.root].contexts;
		u->first_cell = next.cells;
		u->first_bank = u->config.root == i ? next.banks : MODEL_NONE;
		u->first_utlb = next.utlbs;
		u->pmb = has_pmb(&u->config, i) ? next.pmbs++ : MODEL_NONE;
		next.cells += u->contexts;
		next.banks += u->config.root == i ? u->contexts : 0;
		next.utlbs += u->config.utlbs;
		for (n = 0; n < u->contexts; n++) {
			give_tlb(&model_cell_of(m, i, n)->tlb, &next.entries,
				 config->context_tlb_entries);
		}
		for (n = 0; n < u->config.utlbs; n++) {
			give_tlb(&model_utlb_of(m, i, n)->tlb, &next.entries,
				 config->utlb_tlb_entries);
		}
	}
}

struct model *model_init(void *buffer, size_t size, const struct model_config *config)
{
	struct model *m = buffer;
	struct layout l;
	uint32_t i;

	if (buffer == NULL || !config_ok(config)) {
		return NULL;
	}
	lay_out(config, &l);
	if (size < l.total) {
		return NULL;
	}
	memset(buffer, 0, l.total);
	point(m, buffer, &l);
	copy_config(m, config);
	deal_out(m, config);
	for (i = 0; i < m->unit_count; i++) {
		model_unit_reset(m, i);
		m->units[i].powered = m->units[i].config.powered;
	}
	return m;
}
