/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * host.h - the library's hooks on top of the model: fake MMIO, RAM, clock and power in one
 * buffer, for tests of the library and of programs that use it.
 */
#ifndef IPMMU_MODEL_HOST_H
#define IPMMU_MODEL_HOST_H

#include <ipmmu-model/model.h>
#include <ipmmu-model/table.h>
#include <ipmmu/ops.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct model_host_config - what the machine is. */
struct model_host_config {
	const struct ipmmu_system_desc *desc; /**< units are made from it; mmio cookies are set
					       * by model_host_bind() */
	const struct model_config *model;     /**< units and bus are ignored; NULL = default */
	uint64_t ram_pa;                      /**< where the RAM is, 8 KiB aligned */
	uint32_t ram_pages;                   /**< how much */
	bool stage2_everywhere;               /**< units walk stage 2 whatever their row says */
};

/** struct model_host - give its address as host, and model_host_ops() as ops. */
struct model_host;

/** model_host_create() - all in one malloc; NULL = no memory, or a description over the model's
 * limits. */
struct model_host *model_host_create(const struct model_host_config *config);
/** model_host_destroy() */
void model_host_destroy(struct model_host *host);
/** model_host_bind() - fill in the mmio cookies of @mmus, the description's own array. */
void model_host_bind(struct model_host *host, struct ipmmu_mmu_desc *mmus, uint32_t count);
/** model_host_ops() - hooks for struct model_host. Copy and replace what a test wants to see.
 */
const struct ipmmu_ops *model_host_ops(void);
/** model_host_model() */
struct model *model_host_model(struct model_host *host);
/** model_host_memory() - RAM pages for model_table_create(); stores tell the model first. */
struct model_memory model_host_memory(struct model_host *host);
/** model_host_bytes() - RAM at @pa, NULL outside of it or when @size runs out of it. */
void *model_host_bytes(struct model_host *host, uint64_t pa, size_t size);
/** model_host_pages_free() - RAM pages not in use. */
uint32_t model_host_pages_free(const struct model_host *host);

#ifdef __cplusplus
}
#endif
#endif
