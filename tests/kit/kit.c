// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * kit.c - small machines, and copies of them.
 *
 * The part is made up: a real layout with few uTLBs and four contexts, so that a whole machine
 * copies fast. Masters: 0 on one cache; 1 on two caches; 2 and 3 share a uTLB of the last
 * cache. On Gen2 all are on the root.
 */
#include "kit.h"

#include <stdlib.h>
#include <string.h>

#include "kit_cmocka.h"
#include "kit_judge.h"

enum {
	UTLBS = 3,
	CONTEXTS = 4,
	OBJECT_MASTERS = KIT_MASTERS + 1
};

struct kit_config kit_config(void)
{
	struct kit_config config;

	memset(&config, 0, sizeof(config));
	config.generation = IPMMU_GEN3;
	config.mode = IPMMU_MODE_S2;
	config.caches = 2;
	model_config_default(&config.model);
	config.model.tlb_mode = MODEL_TLB_ADVERSARIAL;
	config.model.context_tlb_entries = 16;
	config.model.utlb_tlb_entries = 16;
	config.model.accesses = 2;
	config.quiesce = true;
	return config;
}

static const char *const compatibles[] = {
	[IPMMU_GEN2] = "renesas,ipmmu-r8a7790",
	[IPMMU_GEN3] = "renesas,ipmmu-r8a77965",
	[IPMMU_GEN4] = "renesas,ipmmu-r8a779f0",
};

static void make_part(struct kit *kit)
{
	const struct ipmmu_soc *soc = ipmmu_soc_find(compatibles[kit->config.generation], NULL);

	assert_non_null(soc);
	kit->soc = *soc;
	kit->soc.contexts = CONTEXTS;
	kit->soc.utlbs = UTLBS;
	kit->soc.unsuitable = false;
	kit->soc.discache = false;
}

static void make_unit(struct kit *kit, uint32_t i)
{
	bool gen2 = kit->config.generation == IPMMU_GEN2;
	bool root = i == 0;
	struct ipmmu_mmu_desc *mmu = &kit->mmus[i];
	struct model_unit_config *unit = &kit->units[i];
	uint64_t size = kit->config.generation == IPMMU_GEN4 ? 0x20000u : 0x1000u;

	mmu->name = root ? "mm" : i == 1 ? "ds0" : "ds1";
	mmu->soc = &kit->soc;
	mmu->root = 0;
	mmu->reg.v = 0xe67b0000u + i * 0x40000u;
	mmu->reg_size = size;
	mmu->mmio = unit;
	mmu->always_on = i != 2;
	mmu->power_phandle = IPMMU_NONE;
	mmu->power_cell = IPMMU_NONE;
	mmu->imsstr_bit = root ? IPMMU_NONE : i;
	mmu->irq = root ? 196 : IPMMU_NONE;
	mmu->irq_secure = IPMMU_NONE;
	unit->generation = (enum model_generation)kit->config.generation;
	unit->root = 0;
	unit->contexts = root ? CONTEXTS : 0;
	unit->utlbs = root && !gen2 ? 0 : UTLBS;
	unit->imsstr_bit = root ? MODEL_NONE : i;
	unit->powered = mmu->always_on;
	unit->stage2 = kit->config.mode == IPMMU_MODE_S2;
}

static void make_master(struct kit *kit, int which, uint32_t count, const uint16_t *ports)
{
	struct kit_master *master = &kit->masters[which];
	static const char *const names[KIT_MASTERS] = {"dmac", "audio", "mmc", "mmc-twin"};
	uint32_t i;

	for (i = 0; i < count; i++) {
		uint16_t mmu = kit->config.generation == IPMMU_GEN2 ? 0 : ports[2 * i];

		if (mmu > kit->config.caches) {
			mmu = (uint16_t)kit->config.caches;
		}
		master->ports[i].mmu = mmu;
		master->ports[i].utlb = ports[2 * i + 1];
	}
	master->desc.name = names[which];
	master->desc.ports = master->ports;
	master->desc.port_count = count;
	master->in = KIT_NONE;
	master->going = KIT_NONE;
	master->programmed = KIT_NONE;
	kit->described[which] = master->desc;
}

static void make_masters(struct kit *kit)
{
	static const uint16_t dmac[] = {1, 0};
	static const uint16_t audio[] = {1, 1, 2, 0};
	static const uint16_t audio_small[] = {1, 1};
	static const uint16_t mmc[] = {2, 2};

	make_master(kit, 0, 1, dmac);
	if (kit->config.caches < 2) {
		make_master(kit, 1, 1, audio_small);
	} else {
		make_master(kit, 1, 2, audio);
	}
	make_master(kit, 2, 1, mmc);
	make_master(kit, 3, 1, mmc);
}

static bool read_ram(void *arg, uint64_t pa, uint64_t *value)
{
	struct kit *kit = arg;

	if (pa < KIT_RAM_PA || pa - KIT_RAM_PA >= kit->ram_size) {
		return false;
	}
	memcpy(value, (kit->seen != NULL ? kit->seen : kit->ram) + (pa - KIT_RAM_PA),
	       sizeof(*value));
	return true;
}

static size_t round_up(size_t size, size_t to)
{
	return (size + to - 1) / to * to;
}

struct kit *kit_new(const struct kit_config *config)
{
	struct ipmmu_arena_needs needs = {.roots = 1,
					  .caches = config->caches,
					  .masters = OBJECT_MASTERS,
					  .domains = KIT_DOMAINS + 1,
					  .owned_domains = config->owned ? KIT_DOMAINS + 1 : 0,
					  .table_pages = config->table_pages};
	struct model_config model = config->model;
	struct kit start = {.config = *config};
	size_t head = round_up(sizeof(start), 8192);
	size_t arena;
	size_t seen;
	void *block = NULL;
	struct kit *kit;
	uint32_t i;

	if (needs.table_pages == 0) {
		needs.table_pages = KIT_TABLE_PAGES;
	}
	arena = round_up(ipmmu_arena_size(&needs), 8192);
	seen = config->owned ? arena : 0;
	for (i = 0; i <= config->caches; i++) {
		make_unit(&start, i);
	}
	model.units = start.units;
	model.unit_count = config->caches + 1u;
	model.bus.read64 = read_ram;
	assert_int_not_equal(model_size(&model), 0);
	assert_int_equal(posix_memalign(&block, 8192, head + arena + seen + model_size(&model)),
			 0);
	kit = block;
	memset(kit, 0, head + arena + seen + model_size(&model));
	*kit = start;
	kit->size = head + arena + seen + model_size(&model);
	kit->ram = (uint8_t *)kit + head;
	kit->ram_size = arena;
	if (config->owned) {
		/* What nobody has cleaned leads anywhere. */
		kit->seen = kit->ram + arena;
		memset(kit->seen, 0xa5, seen);
	}
	make_part(kit);
	for (i = 0; i <= config->caches; i++) {
		make_unit(kit, i);
	}
	make_masters(kit);
	kit->desc.mmus = kit->mmus;
	kit->desc.mmu_count = config->caches + 1u;
	kit->desc.masters = kit->described;
	kit->desc.master_count = KIT_MASTERS;
	model.units = kit->units;
	model.bus.arg = kit;
	kit->model = model_init(kit->ram + arena + seen, model_size(&model), &model);
	assert_non_null(kit->model);
	kit->arena = ipmmu_arena_init(kit->ram, arena, (struct ipmmu_pa){KIT_RAM_PA},
				      needs.table_pages + 2);
	assert_non_null(kit->arena);
	model_on_land(kit->model, kit_landed, kit);
	kit_hooks(kit);
	kit->watching = true;
	return kit;
}

void kit_free(struct kit *kit)
{
	free(kit);
}

enum ipmmu_err kit_create(struct kit *kit)
{
	struct ipmmu_options options = kit->config.options;
	enum ipmmu_err err;

	options.mode = kit->config.mode;
	err = ipmmu_system_create(&kit->ops, kit, &kit->desc, &options, &kit->system);
	kit_judge_error(kit, KIT_CALL_CREATE, err);
	kit_check(kit);
	return err;
}

void kit_start(struct kit *kit)
{
	assert_int_equal(kit_create(kit), IPMMU_OK);
	assert_non_null(kit->system);
}

void kit_save(const struct kit *kit, void *bytes)
{
	memcpy(bytes, kit, kit->size);
}

void kit_load(struct kit *kit, const void *bytes)
{
	memcpy(kit, bytes, kit->size);
}
