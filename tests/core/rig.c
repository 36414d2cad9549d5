// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * rig.c - machines brought to a state, registers by name, queries, and reads that lie.
 */
#include "rig.h"

#include <string.h>

enum {
	LIES = 8
};

const enum ipmmu_generation rig_generations[3] = {IPMMU_GEN2, IPMMU_GEN3, IPMMU_GEN4};

struct kit_config rig_config(enum ipmmu_generation generation)
{
	struct kit_config config = kit_config();

	config.generation = generation;
	if (generation == IPMMU_GEN2) {
		config.mode = IPMMU_MODE_S1_AARCH32;
		config.caches = 0;
	}
	return config;
}

struct kit *rig_new(enum ipmmu_generation generation)
{
	struct kit_config config = rig_config(generation);

	config.model.tlb_mode = MODEL_TLB_OFF;
	rig_honest();
	return kit_new(&config);
}

struct kit *rig_ready(const struct kit_config *config)
{
	struct kit *kit = kit_new(config);
	int i;

	rig_honest();
	kit_start(kit);
	for (i = 0; i < 2; i++) {
		assert_int_equal(kit_domain_new(kit, i), IPMMU_OK);
		kit_map(kit, i, 0, true);
		kit_map(kit, i, 1, false);
	}
	for (i = 0; i < KIT_MASTERS; i++) {
		assert_int_equal(kit_add(kit, i), IPMMU_OK);
	}
	kit_forget(kit);
	return kit;
}

struct kit *rig_default(void)
{
	struct kit_config config = kit_config();

	return rig_ready(&config);
}

/* ---- registers ---- */

uint32_t rig_context_at(const struct kit *kit, uint32_t n, uint32_t reg)
{
	return model_context_offset((enum model_generation)kit->config.generation, n, reg);
}

uint32_t rig_utlb_at(const struct kit *kit, uint32_t utlb)
{
	return model_utlb_offset((enum model_generation)kit->config.generation, utlb, false);
}

uint32_t rig_global_at(const struct kit *kit, uint32_t reg)
{
	return reg + (kit->config.generation == IPMMU_GEN4 ? 0x1000u : 0);
}

uint32_t rig_context(const struct kit *kit, uint32_t unit, uint32_t n, uint32_t reg)
{
	return model_peek(kit->model, unit, rig_context_at(kit, n, reg));
}

void rig_set_context(struct kit *kit, uint32_t unit, uint32_t n, uint32_t reg, uint32_t value)
{
	model_poke(kit->model, unit, rig_context_at(kit, n, reg), value);
}

uint32_t rig_utlb(const struct kit *kit, uint32_t unit, uint32_t utlb)
{
	return model_peek(kit->model, unit, rig_utlb_at(kit, utlb));
}

void rig_set_utlb(struct kit *kit, uint32_t unit, uint32_t utlb, uint32_t value)
{
	model_poke(kit->model, unit, rig_utlb_at(kit, utlb), value);
}

uint32_t rig_global(const struct kit *kit, uint32_t unit, uint32_t reg)
{
	return model_peek(kit->model, unit, rig_global_at(kit, reg));
}

void rig_set_global(struct kit *kit, uint32_t unit, uint32_t reg, uint32_t value)
{
	model_poke(kit->model, unit, rig_global_at(kit, reg), value);
}

void rig_latch(struct kit *kit, uint32_t n, uint32_t status, uint64_t iova)
{
	rig_set_context(kit, 0, n, R_IMELAR, (uint32_t)iova);
	if (kit->config.generation != IPMMU_GEN2) {
		rig_set_context(kit, 0, n, R_IMEUAR, (uint32_t)(iova >> 32));
	}
	rig_set_context(kit, 0, n, R_IMSTR, status);
}

void rig_fault(struct kit *kit, uint32_t n)
{
	rig_set_context(kit, 0, n, R_IMSTR, 1);
	assert_true(kit_interrupt(kit, 0));
}

bool rig_interrupt_is_on(const struct kit *kit, uint32_t n)
{
	return (rig_context(kit, 0, n, R_IMCTR) & B_INTEN) != 0;
}

/* ---- lies ---- */

/** struct lie - bits that a register seems to have, and bits that it seems not to have. */
struct lie {
	uint32_t unit;
	uint32_t offset;
	uint32_t set;
	uint32_t clear;
};

static struct lie lies[LIES];
static uint32_t lie_count;
static uint32_t (*honest_read)(void *host, void *mmio, uint32_t offset);

static uint32_t lying_read(void *host, void *mmio, uint32_t offset)
{
	const struct kit *kit = host;
	uint32_t unit = (uint32_t)((const struct model_unit_config *)mmio - kit->units);
	uint32_t value = honest_read(host, mmio, offset);
	uint32_t i;

	for (i = 0; i < lie_count; i++) {
		if (lies[i].unit == unit && lies[i].offset == offset) {
			value = (value | lies[i].set) & ~lies[i].clear;
		}
	}
	return value;
}

static void lie(struct kit *kit, const struct lie *more)
{
	assert_true(lie_count < LIES);
	lies[lie_count++] = *more;
	if (kit->ops.mmio_read32 != lying_read) {
		honest_read = kit->ops.mmio_read32;
		kit->ops.mmio_read32 = lying_read;
	}
}

void rig_lie(struct kit *kit, uint32_t unit, uint32_t offset, uint32_t set)
{
	const struct lie more = {.unit = unit, .offset = offset, .set = set};

	lie(kit, &more);
}

void rig_hide(struct kit *kit, uint32_t unit, uint32_t offset, uint32_t clear)
{
	const struct lie more = {.unit = unit, .offset = offset, .clear = clear};

	lie(kit, &more);
}

void rig_honest(void)
{
	lie_count = 0;
}

/* ---- queries ---- */

struct ipmmu_mmu_info rig_mmu_info(struct kit *kit, uint32_t unit)
{
	struct ipmmu_mmu_info info;

	assert_int_equal(ipmmu_mmu_query(kit->system, unit, &info), IPMMU_OK);
	return info;
}

struct ipmmu_context_info rig_context_info(struct kit *kit, uint32_t n)
{
	struct ipmmu_context_info info;

	assert_int_equal(ipmmu_context_query(kit->system, 0, n, &info), IPMMU_OK);
	return info;
}

struct ipmmu_utlb_info rig_utlb_info(struct kit *kit, uint32_t unit, uint32_t utlb)
{
	struct ipmmu_utlb_info info;

	assert_int_equal(ipmmu_utlb_query(kit->system, unit, utlb, &info), IPMMU_OK);
	return info;
}

struct ipmmu_domain_info rig_domain_info(struct kit *kit, int domain)
{
	struct ipmmu_domain_info info;

	assert_int_equal(ipmmu_domain_query(kit->domains[domain].domain, &info), IPMMU_OK);
	return info;
}

enum ipmmu_master_state rig_master_state(struct kit *kit, int master)
{
	struct ipmmu_master_info info;

	assert_int_equal(ipmmu_master_query(kit->masters[master].master, &info), IPMMU_OK);
	return info.state;
}

/* ---- steps that must hold ---- */

void rig_attach(struct kit *kit, int master, int domain)
{
	assert_int_equal(kit_attach(kit, master, domain, NULL), IPMMU_OK);
}

void rig_empty(struct kit *kit)
{
	struct ipmmu_arena_use use;
	uint32_t i;

	ipmmu_arena_query(kit->arena, &use);
	assert_int_equal(use.object_bytes, 0);
	assert_int_equal(use.table_pages, 0);
	for (i = 0; i < kit->desc.mmu_count; i++) {
		assert_int_equal(kit->powered[i], 0);
	}
}

uint32_t rig_events(const struct kit *kit, enum ipmmu_event_kind kind)
{
	uint32_t count = 0;
	uint32_t i;

	assert_true(kit->event_count <= KIT_EVENTS);
	for (i = 0; i < kit->event_count; i++) {
		count += kit->events[i].kind == kind ? 1u : 0u;
	}
	return count;
}

void rig_refused(const struct kit *kit, enum ipmmu_err error, enum ipmmu_what what,
		 uint32_t mmu, uint64_t value)
{
	const struct ipmmu_event *event = kit_event(kit, IPMMU_EVENT_BAD_ARGUMENT);

	assert_non_null(event);
	assert_int_equal(event->error, error);
	assert_int_equal(event->what, what);
	assert_int_equal(event->mmu, mmu);
	assert_int_equal(event->value, value);
	if (mmu < kit->desc.mmu_count) {
		assert_ptr_equal(event->mmu_desc, &kit->desc.mmus[mmu]);
	} else {
		assert_null(event->mmu_desc);
	}
}

void rig_allowed(const struct kit *kit, uint64_t min, uint64_t max)
{
	const struct ipmmu_event *event = kit_event(kit, IPMMU_EVENT_BAD_ARGUMENT);

	assert_non_null(event);
	assert_int_equal(event->min, min);
	assert_int_equal(event->max, max);
}
