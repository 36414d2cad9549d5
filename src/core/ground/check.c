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

/* A bit for each hook that must be there and is not. Its place is that in struct ipmmu_ops. */
static uint32_t missing_hooks(const struct ipmmu_ops *ops)
{
	const bool locks = ops->lock_create != NULL;

	return (ops->mmio_read32 == NULL) << 0 | (ops->mmio_write32 == NULL) << 1 |
	       ((ops->lock_destroy != NULL) != locks) << 3 |
	       ((ops->lock != NULL) != locks) << 4 | ((ops->unlock != NULL) != locks) << 5 |
	       (ops->alloc == NULL) << 6 | (ops->free == NULL) << 7 |
	       (ops->table_alloc == NULL) << 8 | (ops->table_free == NULL) << 9 |
	       (ops->clean == NULL) << 13 | (ops->barrier == NULL) << 14 |
	       (ops->now_us == NULL) << 15 |
	       ((ops->power_get != NULL) != (ops->power_put != NULL)) << 17 |
	       ((ops->quiesce != NULL) != (ops->release != NULL)) << 19;
}

static enum ipmmu_err check_hooks(struct ipmmu_about *about)
{
	const uint32_t missing = missing_hooks(about->system->ops);

	return missing == 0u ? IPMMU_OK
			     : ipmmu_refuse(about, IPMMU_E_ARG, IPMMU_WHAT_HOOK,
					    (uint64_t)__builtin_ctz(missing), 0u, 0u);
}

static enum ipmmu_err check_options(struct ipmmu_about *about)
{
	const struct ipmmu_options *options = &about->system->options;
	const uint32_t least = options->consent_bypass ? 1u : 2u;
	enum ipmmu_err err = ipmmu_refuse_unless(about, IPMMU_E_ARG, IPMMU_WHAT_MODE,
						 options->mode, 0u, IPMMU_MODE_COUNT - 1u);

	if (err == IPMMU_OK) {
		err = ipmmu_refuse_unless(about, IPMMU_E_ARG, IPMMU_WHAT_FLUSH_TIMEOUT,
					  options->flush_timeout_us, 0u,
					  IPMMU_FLUSH_TIMEOUT_MAX_US);
	}
	if (err == IPMMU_OK) {
		err = ipmmu_refuse_unless(about, IPMMU_E_ARG, IPMMU_WHAT_STORM_LIMIT,
					  options->storm_limit, 0u, STORM_LIMIT_MAX);
	}
	/* One context leaves none for deny: the host says that it knows, or takes more. */
	if (err == IPMMU_OK && (options->max_contexts == 1u) != options->consent_bypass) {
		err = ipmmu_refuse(about, IPMMU_E_ARG, IPMMU_WHAT_MAX_CONTEXTS,
				   options->max_contexts, least,
				   options->consent_bypass ? 1u : IPMMU_MAX_CONTEXTS);
	}
	return err;
}

static enum ipmmu_err check_part(struct ipmmu_about *about)
{
	const struct ipmmu_options *options = &about->system->options;
	const struct ipmmu_soc *soc = about->system->desc->mmus[about->mmu].soc;

	if (soc == NULL || ipmmu_layout_of(soc->generation) == NULL) {
		return ipmmu_refuse(about, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_SOC, 0u, 0u, 0u);
	}
	if (soc->unsuitable && !options->accept_unsuitable) {
		return ipmmu_refuse(about, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_UNSUITABLE, 0u, 0u,
				    0u);
	}
	if (ipmmu_mode_decide(soc, options) == IPMMU_MODE_AUTO) {
		return ipmmu_refuse(about, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_MODE, options->mode,
				    IPMMU_MODE_S1_AARCH32,
				    soc->generation == IPMMU_GEN2 ? IPMMU_MODE_S1_AARCH32
								  : IPMMU_MODE_S1_AARCH64);
	}
	return ipmmu_refuse_unless(about, IPMMU_E_RANGE, IPMMU_WHAT_MAX_CONTEXTS,
				   options->max_contexts, 0u,
				   (uint64_t)soc->contexts - soc->first_context);
}

static enum ipmmu_err check_root(struct ipmmu_about *about)
{
	const struct ipmmu_system_desc *desc = about->system->desc;
	const struct ipmmu_mmu_desc *mmu = &desc->mmus[about->mmu];
	const struct ipmmu_mmu_desc *root;
	uint32_t caches = 0u;
	uint32_t k;

	if (mmu->root >= desc->mmu_count) {
		return ipmmu_refuse(about, IPMMU_E_RANGE, IPMMU_WHAT_ROOT, mmu->root, 0u,
				    desc->mmu_count - 1u);
	}
	root = &desc->mmus[mmu->root];
	if (root->root != mmu->root || root->soc != mmu->soc ||
	    (mmu->soc->generation == IPMMU_GEN2 && mmu->root != about->mmu)) {
		return ipmmu_refuse(about, IPMMU_E_ROOT, IPMMU_WHAT_ROOT, mmu->root, 0u, 0u);
	}
	for (k = 0u; k < desc->mmu_count; k++) {
		caches += k != mmu->root && desc->mmus[k].root == mmu->root ? 1u : 0u;
	}
	return ipmmu_refuse_unless(about, IPMMU_E_RANGE, IPMMU_WHAT_MMU_COUNT, caches, 0u,
				   IPMMU_MAX_CACHES);
}

static enum ipmmu_err check_registers(struct ipmmu_about *about)
{
	const struct ipmmu_mmu_desc *mmus = about->system->desc->mmus;
	const struct ipmmu_mmu_desc *mmu = &mmus[about->mmu];
	const uint64_t most = UINT64_MAX - mmu->reg.v;
	enum ipmmu_err err =
		ipmmu_refuse_unless(about, IPMMU_E_RANGE, IPMMU_WHAT_REG_SIZE, mmu->reg_size,
				    ipmmu_layout_of(mmu->soc->generation)->region_size, most);
	uint32_t k;

	for (k = 0u; err == IPMMU_OK && k < about->mmu; k++) {
		const uint64_t end = mmus[k].reg.v + mmus[k].reg_size;

		if (mmu->reg.v < end && mmus[k].reg.v < mmu->reg.v + mmu->reg_size) {
			err = ipmmu_refuse(about, IPMMU_E_EXISTS, IPMMU_WHAT_REG, mmu->reg.v,
					   end, most);
		}
	}
	return err;
}

static uint32_t utlbs_of(const struct ipmmu_system_desc *desc, uint32_t mmu)
{
	const struct ipmmu_soc *soc;

	if (mmu >= desc->mmu_count) {
		return 0u;
	}
	soc = desc->mmus[mmu].soc;
	return ipmmu_layout_of(soc->generation)->has_caches && desc->mmus[mmu].root == mmu
		       ? 0u
		       : soc->utlbs;
}

static enum ipmmu_err check_port(struct ipmmu_about *about, uint32_t i)
{
	const struct ipmmu_port *ports = about->master->ports;
	const uint32_t utlbs = utlbs_of(about->system->desc, ports[i].mmu);
	enum ipmmu_err err;
	uint32_t k;

	about->mmu = ports[i].mmu;
	if (utlbs == 0u) {
		return ipmmu_refuse(about, IPMMU_E_RANGE, IPMMU_WHAT_PORT_MMU, ports[i].mmu, 0u,
				    about->system->desc->mmu_count - 1u);
	}
	err = ipmmu_refuse_unless(about, IPMMU_E_RANGE, IPMMU_WHAT_UTLB, ports[i].utlb, 0u,
				  utlbs - 1u);
	for (k = 0u; err == IPMMU_OK && k < i; k++) {
		if (ports[k].mmu == ports[i].mmu && ports[k].utlb == ports[i].utlb) {
			err = ipmmu_refuse(about, IPMMU_E_EXISTS, IPMMU_WHAT_UTLB,
					   ports[i].utlb, 0u, 0u);
		}
	}
	return err;
}

static enum ipmmu_err check_ports(struct ipmmu_about *about)
{
	const uint32_t count = about->master->port_count;
	enum ipmmu_err err = IPMMU_OK;
	uint32_t i;

	if (about->master->ports == NULL || count == 0u) {
		return ipmmu_refuse(about, IPMMU_E_RANGE, IPMMU_WHAT_PORT_COUNT, count, 1u,
				    UINT32_MAX);
	}
	for (i = 0u; err == IPMMU_OK && i < count; i++) {
		err = check_port(about, i);
	}
	return err;
}

/* Each pass relies on the one before it. */
static enum ipmmu_err check_units(struct ipmmu_about *about)
{
	static enum ipmmu_err (*const passes[])(struct ipmmu_about *) = {
		check_part,
		check_root,
		check_registers,
	};
	enum ipmmu_err err = IPMMU_OK;
	size_t pass;

	for (pass = 0u; pass < sizeof(passes) / sizeof(passes[0]); pass++) {
		for (about->mmu = 0u;
		     err == IPMMU_OK && about->mmu < about->system->desc->mmu_count;
		     about->mmu++) {
			err = passes[pass](about);
		}
	}
	return err;
}

static enum ipmmu_err check_desc(struct ipmmu_about *about)
{
	const struct ipmmu_system_desc *desc = about->system->desc;
	enum ipmmu_err err;
	uint32_t i;

	if (desc->mmus == NULL || (desc->masters == NULL && desc->master_count != 0u)) {
		return IPMMU_E_ARG;
	}
	err = ipmmu_refuse_unless(about, IPMMU_E_RANGE, IPMMU_WHAT_MMU_COUNT, desc->mmu_count,
				  1u, IPMMU_MAX_MMUS);
	err = err == IPMMU_OK ? check_units(about) : err;
	for (i = 0u; err == IPMMU_OK && i < desc->master_count; i++) {
		about->master = &desc->masters[i];
		about->mmu = IPMMU_NONE;
		err = check_ports(about);
	}
	return err;
}

enum ipmmu_err ipmmu_check_system(const struct ipmmu_system *system)
{
	struct ipmmu_about about = {.system = system, .mmu = IPMMU_NONE};
	enum ipmmu_err err = check_hooks(&about);

	err = err == IPMMU_OK ? check_options(&about) : err;
	return err == IPMMU_OK ? check_desc(&about) : err;
}

enum ipmmu_err ipmmu_check_master(const struct ipmmu_system *system,
				  const struct ipmmu_master_desc *desc)
{
	struct ipmmu_about about = {system, desc, IPMMU_NONE};
	enum ipmmu_err err = check_ports(&about);
	uint32_t i;

	for (i = 0u; err == IPMMU_OK && i < desc->port_count; i++) {
		const struct ipmmu_mmu *mmu = &system->mmus[desc->ports[i].mmu];

		about.mmu = mmu->index;
		err = mmu->root != system->mmus[desc->ports[0].mmu].root ? IPMMU_E_ROOT
									 : mmu->why;
		if (err != IPMMU_OK) {
			/* Of any reason to be offline the caller gets one. */
			err = err == IPMMU_E_ROOT ? err : IPMMU_E_OFFLINE;
			(void)ipmmu_refuse(&about, err, IPMMU_WHAT_NOTHING, 0u, 0u, 0u);
		}
	}
	return err;
}
