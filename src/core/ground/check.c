// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * check.c - everything that can be refused before anything is touched.
 *
 * Each refusal names the unit or master, the value and what is allowed.
 */
#include "ground.h"

enum {
	/** Most faults at once: their time is counted in 32 bits. */
	STORM_LIMIT_MAX = 65536
};

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
			return ipmmu_refuse(system, IPMMU_NONE, IPMMU_E_ARG, IPMMU_WHAT_HOOK, i,
					    0u, 0u);
		}
	}
	return IPMMU_OK;
}

static enum ipmmu_err check_options(struct ipmmu_system *system)
{
	const struct ipmmu_options *options = &system->options;

	if ((unsigned int)options->mode >= (unsigned int)IPMMU_MODE_COUNT) {
		return ipmmu_refuse(system, IPMMU_NONE, IPMMU_E_ARG, IPMMU_WHAT_MODE,
				    (uint64_t)options->mode, 0u, IPMMU_MODE_COUNT - 1u);
	}
	if (options->flush_timeout_us > IPMMU_FLUSH_TIMEOUT_MAX_US) {
		return ipmmu_refuse(system, IPMMU_NONE, IPMMU_E_ARG, IPMMU_WHAT_FLUSH_TIMEOUT,
				    options->flush_timeout_us, 0u, IPMMU_FLUSH_TIMEOUT_MAX_US);
	}
	if (options->storm_limit > STORM_LIMIT_MAX) {
		return ipmmu_refuse(system, IPMMU_NONE, IPMMU_E_ARG, IPMMU_WHAT_STORM_LIMIT,
				    options->storm_limit, 0u, STORM_LIMIT_MAX);
	}
	/* One context leaves none for deny: the host says that it knows, or takes more. */
	if ((options->max_contexts == 1u) != options->consent_bypass) {
		return ipmmu_refuse(system, IPMMU_NONE, IPMMU_E_ARG, IPMMU_WHAT_MAX_CONTEXTS,
				    options->max_contexts, options->consent_bypass ? 1u : 2u,
				    options->consent_bypass ? 1u : IPMMU_MAX_CONTEXTS);
	}
	return IPMMU_OK;
}

static enum ipmmu_err check_part(struct ipmmu_system *system, uint32_t i)
{
	const struct ipmmu_soc *soc = system->desc->mmus[i].soc;
	const struct ipmmu_options *options = &system->options;

	if (soc == NULL || ipmmu_layout_of(soc->generation) == NULL) {
		return ipmmu_refuse(system, i, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_SOC, 0u, 0u, 0u);
	}
	if (soc->unsuitable && !options->accept_unsuitable) {
		return ipmmu_refuse(system, i, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_UNSUITABLE, 0u,
				    0u, 0u);
	}
	if (ipmmu_mode_decide(soc, options) == IPMMU_MODE_AUTO) {
		return ipmmu_refuse(system, i, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_MODE,
				    options->mode, IPMMU_MODE_S1_AARCH32,
				    soc->generation == IPMMU_GEN2 ? IPMMU_MODE_S1_AARCH32
								  : IPMMU_MODE_S1_AARCH64);
	}
	if (options->max_contexts > (uint32_t)soc->contexts - soc->first_context) {
		return ipmmu_refuse(system, i, IPMMU_E_RANGE, IPMMU_WHAT_MAX_CONTEXTS,
				    options->max_contexts, 0u,
				    (uint64_t)soc->contexts - soc->first_context);
	}
	return IPMMU_OK;
}

static enum ipmmu_err check_root(struct ipmmu_system *system, uint32_t i)
{
	const struct ipmmu_system_desc *desc = system->desc;
	const struct ipmmu_mmu_desc *mmu = &desc->mmus[i];
	const struct ipmmu_mmu_desc *root;
	uint32_t caches = 0u;
	uint32_t k;

	if (mmu->root >= desc->mmu_count) {
		return ipmmu_refuse(system, i, IPMMU_E_RANGE, IPMMU_WHAT_ROOT, mmu->root, 0u,
				    desc->mmu_count - 1u);
	}
	root = &desc->mmus[mmu->root];
	if (root->root != mmu->root || root->soc != mmu->soc ||
	    (mmu->soc->generation == IPMMU_GEN2 && mmu->root != i)) {
		return ipmmu_refuse(system, i, IPMMU_E_ROOT, IPMMU_WHAT_ROOT, mmu->root, 0u,
				    0u);
	}
	for (k = 0u; k < desc->mmu_count; k++) {
		caches += k != mmu->root && desc->mmus[k].root == mmu->root ? 1u : 0u;
	}
	if (caches > IPMMU_MAX_CACHES) {
		return ipmmu_refuse(system, i, IPMMU_E_RANGE, IPMMU_WHAT_MMU_COUNT, caches, 0u,
				    IPMMU_MAX_CACHES);
	}
	return IPMMU_OK;
}

static enum ipmmu_err check_registers(struct ipmmu_system *system, uint32_t i)
{
	const struct ipmmu_mmu_desc *mmu = &system->desc->mmus[i];
	uint64_t least = ipmmu_layout_of(mmu->soc->generation)->region_size;
	uint64_t most = UINT64_MAX - mmu->reg.v;
	uint32_t k;

	if (mmu->reg_size < least || mmu->reg_size > most) {
		return ipmmu_refuse(system, i, IPMMU_E_RANGE, IPMMU_WHAT_REG_SIZE,
				    mmu->reg_size, least, most);
	}
	for (k = 0u; k < i; k++) {
		const struct ipmmu_mmu_desc *other = &system->desc->mmus[k];

		if (mmu->reg.v < other->reg.v + other->reg_size &&
		    other->reg.v < mmu->reg.v + mmu->reg_size) {
			return ipmmu_refuse(system, i, IPMMU_E_EXISTS, IPMMU_WHAT_REG,
					    mmu->reg.v, other->reg.v + other->reg_size, most);
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
	uint32_t utlbs = 0u;
	uint32_t k;

	if (port->mmu < system->desc->mmu_count) {
		utlbs = utlbs_of(system, port->mmu);
	}
	if (utlbs == 0u) {
		return ipmmu_refuse_master(system, desc, port->mmu, IPMMU_E_RANGE,
					   IPMMU_WHAT_PORT_MMU, port->mmu, 0u,
					   system->desc->mmu_count - 1u);
	}
	if (port->utlb >= utlbs) {
		return ipmmu_refuse_master(system, desc, port->mmu, IPMMU_E_RANGE,
					   IPMMU_WHAT_UTLB, port->utlb, 0u, utlbs - 1u);
	}
	for (k = 0u; k < i; k++) {
		if (desc->ports[k].mmu == port->mmu && desc->ports[k].utlb == port->utlb) {
			return ipmmu_refuse_master(system, desc, port->mmu, IPMMU_E_EXISTS,
						   IPMMU_WHAT_UTLB, port->utlb, 0u, 0u);
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
		return ipmmu_refuse_master(system, desc, IPMMU_NONE, IPMMU_E_RANGE,
					   IPMMU_WHAT_PORT_COUNT, desc->port_count, 1u,
					   UINT32_MAX);
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
		return ipmmu_refuse(system, IPMMU_NONE, IPMMU_E_RANGE, IPMMU_WHAT_MMU_COUNT,
				    desc->mmu_count, 1u, IPMMU_MAX_MMUS);
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
	enum ipmmu_err err;
	uint32_t i;

	err = check_hooks(system);
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

		if (mmu->root != system->mmus[desc->ports[0].mmu].root) {
			err = IPMMU_E_ROOT;
		} else {
			err = mmu->why != IPMMU_OK ? IPMMU_E_OFFLINE : IPMMU_OK;
		}
		if (err != IPMMU_OK) {
			(void)ipmmu_refuse_master(system, desc, mmu->index, err,
						  IPMMU_WHAT_NOTHING, 0u, 0u, 0u);
		}
	}
	return err;
}
