// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * host.c - the machine around the model: its life, and the library's hooks.
 * The only file of the model that asks for memory; it does so once per machine.
 */
#include "host_private.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	OBJECT_BYTES = 256 * 1024,
	BLOCK_ALIGN = 8192
};

/* Hands out parts of the block, one behind the other; with no block it only counts. */
struct layout {
	uint8_t *base;
	size_t at;
};

static void *layout_take(struct layout *layout, size_t size, size_t align)
{
	size_t at = (layout->at + align - 1) / align * align;

	layout->at = at + size;
	return layout->base == NULL ? NULL : layout->base + at;
}

static void units_describe(const struct model_host_config *config,
			   struct model_unit_config *units)
{
	uint32_t i;

	for (i = 0; i < config->desc->mmu_count; i++) {
		const struct ipmmu_mmu_desc *mmu = &config->desc->mmus[i];
		const struct ipmmu_soc *soc = mmu->soc;
		bool split = soc->generation != IPMMU_GEN2;

		units[i].generation = (enum model_generation)soc->generation;
		units[i].root = mmu->root;
		units[i].contexts = soc->contexts;
		units[i].utlbs = split && mmu->root == i ? 0 : soc->utlbs;
		units[i].imsstr_bit = mmu->imsstr_bit;
		units[i].powered = mmu->always_on;
		units[i].stage2 = config->stage2_everywhere || soc->stage2 == IPMMU_YES;
	}
}

static bool config_is_sane(const struct model_host_config *config)
{
	uint32_t i;

	if (config->ram_pages == 0 || config->ram_pa % (2 * HOST_PAGE) != 0 ||
	    config->desc->mmu_count == 0 || config->desc->mmu_count > IPMMU_MAX_MMUS) {
		return false;
	}
	for (i = 0; i < config->desc->mmu_count; i++) {
		if (config->desc->mmus[i].soc == NULL) {
			return false;
		}
	}
	return true;
}

/* The parts of the block; sets the pointers of @host when there is one. */
static void host_layout(struct layout *layout, struct model_host *host, size_t model_bytes)
{
	size_t ram = (size_t)host->ram_pages * HOST_PAGE;

	layout_take(layout, sizeof(*host), 16);
	host->units = layout_take(layout, host->unit_count * sizeof(*host->units), 16);
	host->model = layout_take(layout, model_bytes, 16);
	host->objects = layout_take(layout, host->object_bytes, 16);
	host->used = layout_take(layout, host->ram_pages, 16);
	host->ram = layout_take(layout, ram, BLOCK_ALIGN);
	host->view = layout_take(layout, ram, BLOCK_ALIGN);
	host->size = (layout->at + BLOCK_ALIGN - 1) / BLOCK_ALIGN * BLOCK_ALIGN;
}

static struct model_host *host_make(const struct model_host_config *config,
				    const struct model_config *model)
{
	struct model_host plan = {0};
	struct layout layout = {NULL, 0};
	size_t model_bytes = model_size(model);
	struct model_host *host;
	void *block;

	plan.unit_count = config->desc->mmu_count;
	plan.ram_pa = config->ram_pa;
	plan.ram_pages = config->ram_pages;
	plan.object_bytes = config->object_bytes == 0 ? OBJECT_BYTES : config->object_bytes;
	plan.object_bytes = (plan.object_bytes + 15) / 16 * 16;
	host_layout(&layout, &plan, model_bytes);
	if (posix_memalign(&block, BLOCK_ALIGN, plan.size) != 0) {
		return NULL;
	}
	host = block;
	layout.base = block;
	layout.at = 0;
	host_layout(&layout, &plan, model_bytes);
	*host = plan;
	return host;
}

static void host_fill(struct model_host *host, const struct model_host_config *config)
{
	uint32_t i;

	for (i = 0; i < host->unit_count; i++) {
		host->units[i].index = i;
		host->units[i].users = 0;
		host->units[i].always_on = config->desc->mmus[i].always_on;
	}
	model_host_memory_init(host);
}

struct model_host *model_host_create(const struct model_host_config *config)
{
	struct model_unit_config units[IPMMU_MAX_MMUS];
	struct model_config model;
	struct model_host *host;

	if (!config_is_sane(config)) {
		return NULL;
	}
	model_config_default(&model);
	if (config->model != NULL) {
		model = *config->model;
	}
	units_describe(config, units);
	model.units = units;
	model.unit_count = config->desc->mmu_count;
	model.bus.read64 = model_host_load;
	host = host_make(config, &model);
	if (host == NULL) {
		return NULL;
	}
	model.bus.arg = host;
	if (model_init(host->model, model_size(&model), &model) == NULL) {
		free(host);
		return NULL;
	}
	host_fill(host, config);
	return host;
}

void model_host_destroy(struct model_host *host)
{
	free(host);
}

void model_host_bind(struct model_host *host, struct ipmmu_mmu_desc *mmus, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count && i < host->unit_count; i++) {
		mmus[i].mmio = &host->units[i];
	}
}

struct model *model_host_model(struct model_host *host)
{
	return host->model;
}

void *model_host_image(struct model_host *host, size_t *size)
{
	*size = host->size;
	return host;
}

/* A test that forgot to bind could only fail later, and further from its cause. */
static struct host_unit *unit_of(void *mmio)
{
	if (mmio == NULL) {
		(void)fprintf(stderr, "model host: a unit's mmio is NULL: call "
				      "model_host_bind() before ipmmu_system_create()\n");
		abort();
	}
	return mmio;
}

static uint32_t hook_read32(void *arg, void *mmio, uint32_t offset)
{
	const struct host_unit *unit = unit_of(mmio);

	return model_read(((struct model_host *)arg)->model, unit->index, offset);
}

static void hook_write32(void *arg, void *mmio, uint32_t offset, uint32_t value)
{
	const struct host_unit *unit = unit_of(mmio);

	model_write(((struct model_host *)arg)->model, unit->index, offset, value);
}

/* The model sees stores and register accesses in program order. */
static void hook_barrier(void *arg)
{
	(void)arg;
}

static void hook_relax(void *arg)
{
	model_tick(((struct model_host *)arg)->model, 1);
}

static uint64_t hook_now_us(void *arg)
{
	struct model_host *host = arg;

	model_tick(host->model, 1);
	return model_now(host->model);
}

static enum ipmmu_err hook_power_get(void *arg, const struct ipmmu_mmu_desc *mmu)
{
	struct model_host *host = arg;
	struct host_unit *unit = unit_of(mmu->mmio);

	if (unit->users++ == 0 && !unit->always_on) {
		model_power(host->model, unit->index, true);
	}
	return IPMMU_OK;
}

static void hook_power_put(void *arg, const struct ipmmu_mmu_desc *mmu)
{
	struct model_host *host = arg;
	struct host_unit *unit = unit_of(mmu->mmio);

	if (--unit->users == 0 && !unit->always_on) {
		model_power(host->model, unit->index, false);
	}
}

static const struct ipmmu_ops host_ops = {
	.mmio_read32 = hook_read32,
	.mmio_write32 = hook_write32,
	.alloc = model_host_alloc,
	.free = model_host_free,
	.table_alloc = model_host_table_alloc,
	.table_free = model_host_table_free,
	.table_ptr = model_host_table_ptr,
	.table_read = model_host_table_read,
	.clean = model_host_clean,
	.barrier = hook_barrier,
	.now_us = hook_now_us,
	.relax = hook_relax,
	.power_get = hook_power_get,
	.power_put = hook_power_put,
};

const struct ipmmu_ops *model_host_ops(void)
{
	return &host_ops;
}
