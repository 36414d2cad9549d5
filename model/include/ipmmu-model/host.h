/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * host.h - the library's hooks on top of the model: fake MMIO, RAM, clock and power in one
 * block of memory, for tests of the library and of programs that use it.
 *
 * How to use it:
 *
 *	struct model_host_config config = {.desc = &desc, .ram_pa = 0x48000000, .ram_pages =
 *64}; struct model_host *host = model_host_create(&config);
 *
 *	model_host_bind(host, mmus, desc.mmu_count);
 *	err = ipmmu_system_create(model_host_ops(), host, &desc, NULL, &system);
 *	... tables by model_table_create() over model_host_memory(host) ...
 *	... DMA by model_access() on model_host_model(host) ...
 *	model_host_destroy(host);
 *
 * What the hooks do: registers go to the model; relax and now_us let one microsecond pass each,
 * so that flushes end while they are polled; power_get and power_put switch units that are not
 * always on; alloc and free serve objects out of the block. table_alloc gives pages of
 * rubbish, and the walker sees other rubbish until they are cleaned, so that a store or a clean
 * which is left out shows.
 * There are no locks, no quiesce and no event hooks: a test adds what it wants to see to its
 * own copy of the hooks.
 */
#ifndef IPMMU_MODEL_HOST_H
#define IPMMU_MODEL_HOST_H

#include <ipmmu-model/model.h>
#include <ipmmu-model/table.h>
#include <ipmmu/ops.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct model_host_config - what the machine is. Members that are 0 have a default. */
struct model_host_config {
	const struct ipmmu_system_desc *desc; /**< units are made from it */
	const struct model_config *model;     /**< units and bus are ignored; NULL = default */
	uint64_t ram_pa;                      /**< where the RAM is, 8 KiB aligned */
	uint32_t ram_pages;                   /**< how much; at least 1 */
	uint32_t object_bytes;                /**< for alloc; 0 = 256 KiB */
	bool stage2_everywhere;               /**< units walk stage 2 whatever their row says */
};

/** struct model_host - give its address as host, and model_host_ops() as ops. */
struct model_host;

/**
 * model_host_create() - a machine at power-on: always-on units have power, others have not.
 * Return: the machine; NULL = no memory, a unit without SoC row, or more than the model can.
 */
struct model_host *model_host_create(const struct model_host_config *config);

/** model_host_destroy() - give all its memory back; NULL does nothing. */
void model_host_destroy(struct model_host *host);

/**
 * model_host_bind() - fill in the mmio cookies of @mmus, the description's own array.
 *
 * Before the first call of a hook: one that meets a unit without cookie says so on stderr and
 * ends the program by abort().
 */
void model_host_bind(struct model_host *host, struct ipmmu_mmu_desc *mmus, uint32_t count);

/** model_host_ops() - hooks for struct model_host. */
const struct ipmmu_ops *model_host_ops(void);

/** model_host_model() - the hardware. */
struct model *model_host_model(struct model_host *host);

/**
 * model_host_image() - all state, as bytes: saved and put back at the same address, they
 * restore the machine, its RAM and every object that the library has in it.
 */
void *model_host_image(struct model_host *host, size_t *size);

/**
 * model_host_memory() - RAM pages, zeroed, for model_table_create() and for buffers. Stores
 * tell the model first. Runs of pages are aligned to the next power of two of their size.
 */
struct model_memory model_host_memory(struct model_host *host);

/** model_host_claim() - take @pages at @pa; false when they are not RAM or not free. */
bool model_host_claim(struct model_host *host, uint64_t pa, uint32_t pages);

/**
 * model_host_bytes() - RAM at @pa as masters and the walker see it; NULL outside of it, or when
 * @size runs out of it.
 */
void *model_host_bytes(struct model_host *host, uint64_t pa, size_t size);

/** model_host_pages_free() - RAM pages not in use. */
uint32_t model_host_pages_free(const struct model_host *host);

/** model_host_objects() - objects that the library has and has not given back. */
uint32_t model_host_objects(const struct model_host *host);

#ifdef __cplusplus
}
#endif
#endif
