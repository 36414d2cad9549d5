// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * check.c - everything that can be refused before anything is touched.
 *
 * Each refusal names the unit or master, the value and what is allowed.
 */
#include "core.h"

/* In the order of struct ipmmu_ops; the place is what the event tells. */
static enum ipmmu_err check_hooks(struct ipmmu_system *system)
{
	const struct ipmmu_ops *ops = system->ops;
	const bool locks = ops->lock_create != NULL;
	const bool present[] = {
		ops->mmio_read32 != NULL,
		ops->mmio_write32 != NULL,
		true, /* lock_create */
		(ops->lock_destroy != NULL) == locks,
		(ops->lock != NULL) == locks,
		(ops->unlock != NULL) == locks,
		ops->alloc != NULL,
		ops->free != NULL,
		ops->table_alloc != NULL,
		ops->table_free != NULL,
		true, /* table_ptr: asked for by ipmmu_domain_create_owned() */
		true, /* table_read */
		true, /* table_explain */
		ops->clean != NULL,
		ops->barrier != NULL,
		ops->now_us != NULL,
		true, /* relax */
		(ops->power_get != NULL) == (ops->power_put != NULL),
		true, /* power_put */
		(ops->quiesce != NULL) == (ops->release != NULL),
	};
	uint32_t i;

	for (i = 0u; i < sizeof(present) / sizeof(present[0]); i++) {
		if (!present[i]) {
			return ipmmu_refuse(system, &(struct ipmmu_refusal){
							    .error = IPMMU_E_ARG,
							    .what = IPMMU_WHAT_HOOK,
							    .mmu = IPMMU_NONE,
							    .value = i,
						    });
		}
	}
	return IPMMU_OK;
}

static enum ipmmu_err check_options(struct ipmmu_system *system)
{
	const struct ipmmu_options *options = &system->options;
	struct ipmmu_refusal refusal = {.error = IPMMU_E_ARG, .mmu = IPMMU_NONE};

	if ((unsigned int)options->mode >= (unsigned int)IPMMU_MODE_COUNT) {
		refusal.what = IPMMU_WHAT_MODE;
		refusal.value = (uint64_t)options->mode;
		refusal.max = IPMMU_MODE_COUNT - 1u;
		return ipmmu_refuse(system, &refusal);
	}
	if (options->flush_timeout_us > IPMMU_FLUSH_TIMEOUT_MAX_US) {
		refusal.what = IPMMU_WHAT_FLUSH_TIMEOUT;
		refusal.value = options->flush_timeout_us;
		refusal.max = IPMMU_FLUSH_TIMEOUT_MAX_US;
		return ipmmu_refuse(system, &refusal);
	}
	/* One context leaves none for deny: the host says that it knows, or takes more. */
	if ((options->max_contexts == 1u) != options->consent_bypass) {
		refusal.what = IPMMU_WHAT_MAX_CONTEXTS;
		refusal.value = options->max_contexts;
		refusal.min = options->consent_bypass ? 1u : 2u;
		refusal.max = options->consent_bypass ? 1u : IPMMU_MAX_CONTEXTS;
		return ipmmu_refuse(system, &refusal);
	}
	return IPMMU_OK;
}

static enum ipmmu_err check_part(struct ipmmu_system *system, uint32_t i)
{
	const struct ipmmu_mmu_desc *mmu = &system->desc->mmus[i];
	struct ipmmu_refusal refusal = {.error = IPMMU_E_UNSUPPORTED, .mmu = i};

	if (mmu->soc == NULL || ipmmu_layout_of(mmu->soc->generation) == NULL) {
		refusal.what = IPMMU_WHAT_SOC;
		return ipmmu_refuse(system, &refusal);
	}
	if (mmu->soc->unsuitable && !system->options.accept_unsuitable) {
		refusal.what = IPMMU_WHAT_UNSUITABLE;
		return ipmmu_refuse(system, &refusal);
	}
	if (ipmmu_mode_decide(mmu->soc, &system->options) == IPMMU_MODE_AUTO) {
		refusal.what = IPMMU_WHAT_MODE;
		refusal.value = system->options.mode;
		refusal.min = IPMMU_MODE_S1_AARCH32;
		refusal.max = mmu->soc->generation == IPMMU_GEN2 ? IPMMU_MODE_S1_AARCH32
								 : IPMMU_MODE_S1_AARCH64;
		return ipmmu_refuse(system, &refusal);
	}
	if (system->options.max_contexts >
	    (uint32_t)mmu->soc->contexts - mmu->soc->first_context) {
		refusal.error = IPMMU_E_RANGE;
		refusal.what = IPMMU_WHAT_MAX_CONTEXTS;
		refusal.value = system->options.max_contexts;
		refusal.max = (uint64_t)mmu->soc->contexts - mmu->soc->first_context;
		return ipmmu_refuse(system, &refusal);
	}
	return IPMMU_OK;
}

static enum ipmmu_err check_root(struct ipmmu_system *system, uint32_t i)
{
	const struct ipmmu_system_desc *desc = system->desc;
	const struct ipmmu_mmu_desc *mmu = &desc->mmus[i];
	struct ipmmu_refusal refusal = {
		.error = IPMMU_E_ROOT,
		.what = IPMMU_WHAT_ROOT,
		.mmu = i,
		.value = mmu->root,
	};
	uint32_t caches = 0u;
	uint32_t k;

	if (mmu->root >= desc->mmu_count) {
		refusal.error = IPMMU_E_RANGE;
		refusal.max = desc->mmu_count - 1u;
		return ipmmu_refuse(system, &refusal);
	}
	if (desc->mmus[mmu->root].root != mmu->root || desc->mmus[mmu->root].soc != mmu->soc ||
	    (mmu->soc->generation == IPMMU_GEN2 && mmu->root != i)) {
		return ipmmu_refuse(system, &refusal);
	}
	for (k = 0u; k < desc->mmu_count; k++) {
		caches += k != mmu->root && desc->mmus[k].root == mmu->root ? 1u : 0u;
	}
	if (caches > IPMMU_MAX_CACHES) {
		refusal.error = IPMMU_E_RANGE;
		refusal.what = IPMMU_WHAT_MMU_COUNT;
		refusal.value = caches;
		refusal.max = IPMMU_MAX_CACHES;
		return ipmmu_refuse(system, &refusal);
	}
	return IPMMU_OK;
}

static enum ipmmu_err check_registers(struct ipmmu_system *system, uint32_t i)
{
	const struct ipmmu_mmu_desc *mmus = system->desc->mmus;
	uint64_t least = ipmmu_layout_of(mmus[i].soc->generation)->region_size;
	struct ipmmu_refusal refusal = {
		.error = IPMMU_E_RANGE,
		.what = IPMMU_WHAT_REG_SIZE,
		.mmu = i,
		.value = mmus[i].reg_size,
		.min = least,
		.max = UINT64_MAX - mmus[i].reg.v,
	};
	uint32_t k;

	if (mmus[i].reg_size < least || mmus[i].reg_size > refusal.max) {
		return ipmmu_refuse(system, &refusal);
	}
	for (k = 0u; k < i; k++) {
		if (mmus[i].reg.v < mmus[k].reg.v + mmus[k].reg_size &&
		    mmus[k].reg.v < mmus[i].reg.v + mmus[i].reg_size) {
			refusal.error = IPMMU_E_EXISTS;
			refusal.what = IPMMU_WHAT_REG;
			refusal.value = mmus[i].reg.v;
			refusal.min = mmus[k].reg.v + mmus[k].reg_size;
			return ipmmu_refuse(system, &refusal);
		}
	}
	return IPMMU_OK;
}

static uint32_t utlbs_of(const struct ipmmu_system *system, uint32_t mmu)
{
	const struct ipmmu_mmu_desc *desc = &system->desc->mmus[mmu];
	bool split = ipmmu_layout_of(desc->soc->generation)->has_caches;

	return split && desc->root == mmu ? 0u : desc->soc->utlbs;
}

static enum ipmmu_err check_port(struct ipmmu_system *system,
				 const struct ipmmu_master_desc *desc, uint32_t i)
{
	const struct ipmmu_port *port = &desc->ports[i];
	struct ipmmu_refusal refusal = {
		.error = IPMMU_E_RANGE,
		.what = IPMMU_WHAT_PORT_MMU,
		.mmu = port->mmu,
		.master = desc,
		.value = port->mmu,
		.max = system->desc->mmu_count - 1u,
	};
	uint32_t k;

	if (port->mmu >= system->desc->mmu_count || utlbs_of(system, port->mmu) == 0u) {
		return ipmmu_refuse(system, &refusal);
	}
	refusal.what = IPMMU_WHAT_UTLB;
	refusal.value = port->utlb;
	refusal.max = utlbs_of(system, port->mmu) - 1u;
	if (port->utlb > refusal.max) {
		return ipmmu_refuse(system, &refusal);
	}
	for (k = 0u; k < i; k++) {
		if (desc->ports[k].mmu == port->mmu && desc->ports[k].utlb == port->utlb) {
			refusal.error = IPMMU_E_EXISTS;
			refusal.max = 0u;
			return ipmmu_refuse(system, &refusal);
		}
	}
	return IPMMU_OK;
}

static enum ipmmu_err check_ports(struct ipmmu_system *system,
				  const struct ipmmu_master_desc *desc)
{
	enum ipmmu_err err = IPMMU_OK;
	uint32_t i;

	if (desc->ports == NULL || desc->port_count == 0u) {
		return ipmmu_refuse(system, &(struct ipmmu_refusal){
						    .error = IPMMU_E_RANGE,
						    .what = IPMMU_WHAT_PORT_COUNT,
						    .mmu = IPMMU_NONE,
						    .master = desc,
						    .value = desc->port_count,
						    .min = 1u,
						    .max = UINT32_MAX,
					    });
	}
	for (i = 0u; err == IPMMU_OK && i < desc->port_count; i++) {
		err = check_port(system, desc, i);
	}
	return err;
}

static enum ipmmu_err check_arrays(struct ipmmu_system *system)
{
	const struct ipmmu_system_desc *desc = system->desc;

	if (desc->mmus == NULL || (desc->masters == NULL && desc->master_count != 0u)) {
		return IPMMU_E_ARG;
	}
	if (desc->mmu_count == 0u || desc->mmu_count > IPMMU_MAX_MMUS) {
		return ipmmu_refuse(system, &(struct ipmmu_refusal){
						    .error = IPMMU_E_RANGE,
						    .what = IPMMU_WHAT_MMU_COUNT,
						    .mmu = IPMMU_NONE,
						    .value = desc->mmu_count,
						    .min = 1u,
						    .max = IPMMU_MAX_MMUS,
					    });
	}
	return IPMMU_OK;
}

/* Each pass relies on the one before it. */
static enum ipmmu_err check_units(struct ipmmu_system *system)
{
	enum ipmmu_err (*const passes[])(struct ipmmu_system *, uint32_t) = {
		check_part,
		check_root,
		check_registers,
	};
	enum ipmmu_err err = IPMMU_OK;
	size_t pass;
	uint32_t i;

	for (pass = 0u; pass < sizeof(passes) / sizeof(passes[0]); pass++) {
		for (i = 0u; err == IPMMU_OK && i < system->desc->mmu_count; i++) {
			err = passes[pass](system, i);
		}
	}
	return err;
}

enum ipmmu_err ipmmu_check_system(struct ipmmu_system *system)
{
	enum ipmmu_err err = check_hooks(system);
	uint32_t i;

	err = err == IPMMU_OK ? check_options(system) : err;
	err = err == IPMMU_OK ? check_arrays(system) : err;
	err = err == IPMMU_OK ? check_units(system) : err;
	for (i = 0u; err == IPMMU_OK && i < system->desc->master_count; i++) {
		err = check_ports(system, &system->desc->masters[i]);
	}
	return err;
}

enum ipmmu_err ipmmu_check_master(struct ipmmu_system *system,
				  const struct ipmmu_master_desc *desc)
{
	enum ipmmu_err err = check_ports(system, desc);
	uint32_t i;

	for (i = 0u; err == IPMMU_OK && i < desc->port_count; i++) {
		const struct ipmmu_mmu *mmu = &system->mmus[desc->ports[i].mmu];
		struct ipmmu_refusal refusal = {.mmu = mmu->index, .master = desc};

		if (mmu->root != system->mmus[desc->ports[0].mmu].root) {
			refusal.error = IPMMU_E_ROOT;
			err = ipmmu_refuse(system, &refusal);
		} else if (mmu->why != IPMMU_OK) {
			refusal.error = IPMMU_E_OFFLINE;
			err = ipmmu_refuse(system, &refusal);
		}
	}
	return err;
}
