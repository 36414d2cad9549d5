// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * check.c - everything that can be refused before anything is touched.
 *
 * Each refusal names the unit or master, the value and what is allowed.
 */
#include "ipmmu_port.h"

#include "ground.h"

/** struct hook_row - a hook that must be there when another one is. */
struct hook_row {
	uint8_t hook; /**< places in struct ipmmu_ops */
	uint8_t with;
};

#define PLACE_(hook) ((uint8_t)(offsetof(struct ipmmu_ops, hook) / sizeof(void (*)(void))))

/* By themselves: always. */
static const struct hook_row hook_rows[] = {
	{PLACE_(mmio_read32), PLACE_(mmio_read32)},
	{PLACE_(mmio_write32), PLACE_(mmio_write32)},
	{PLACE_(lock_destroy), PLACE_(lock_create)},
	{PLACE_(lock), PLACE_(lock_create)},
	{PLACE_(unlock), PLACE_(lock_create)},
	{PLACE_(alloc), PLACE_(alloc)},
	{PLACE_(free), PLACE_(free)},
	{PLACE_(table_alloc), PLACE_(table_alloc)},
	{PLACE_(table_free), PLACE_(table_free)},
	{PLACE_(clean), PLACE_(clean)},
	{PLACE_(barrier), PLACE_(barrier)},
	{PLACE_(now_us), PLACE_(now_us)},
	{PLACE_(power_get), PLACE_(power_put)},
	{PLACE_(quiesce), PLACE_(release)},
};

static bool has_hook(const struct ipmmu_ops *ops, uint32_t place)
{
	void (*hook)(void);

	memcpy(&hook, (const char *)ops + place * sizeof(hook), sizeof(hook));
	return hook != NULL;
}

static void check_hooks(struct ipmmu_about *about)
{
	const struct ipmmu_ops *ops = about->system->ops;
	size_t i;

	for (i = 0u; i < sizeof(hook_rows) / sizeof(hook_rows[0]); i++) {
		const struct hook_row *row = &hook_rows[i];
		bool wanted = row->hook == row->with || has_hook(ops, row->with);

		if (has_hook(ops, row->hook) != wanted) {
			ipmmu_refuse_value(about, IPMMU_E_ARG, IPMMU_WHAT_HOOK, row->hook);
		}
	}
}

static void check_options(struct ipmmu_about *about)
{
	const struct ipmmu_options *options = &about->system->options;

	ipmmu_refuse_unless(about, IPMMU_E_ARG, IPMMU_WHAT_MODE, options->mode, 0u,
			    IPMMU_MODE_COUNT - 1u);
	ipmmu_refuse_unless(about, IPMMU_E_ARG, IPMMU_WHAT_FLUSH_TIMEOUT,
			    options->flush_timeout_us, 0u, IPMMU_FLUSH_TIMEOUT_MAX_US);
	ipmmu_refuse_unless(about, IPMMU_E_ARG, IPMMU_WHAT_STORM_LIMIT, options->storm_limit,
			    0u, IPMMU_STORM_LIMIT_MAX);
	/* One context leaves none for deny: the host says that it knows, or takes more. */
	if ((options->max_contexts == 1u) != options->consent_bypass) {
		ipmmu_refuse(about, IPMMU_E_ARG, IPMMU_WHAT_MAX_CONTEXTS, options->max_contexts,
			     options->consent_bypass ? 1u : 2u,
			     options->consent_bypass ? 1u : IPMMU_MAX_CONTEXTS);
	}
}

static void check_part(struct ipmmu_about *about, const struct ipmmu_layout *layout)
{
	const struct ipmmu_options *options = &about->system->options;
	const struct ipmmu_soc *soc = about->system->desc->mmus[about->mmu].soc;

	if (layout == NULL) {
		ipmmu_refuse_value(about, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_SOC, 0u);
	} else if (soc->unsuitable && !options->accept_unsuitable) {
		ipmmu_refuse_value(about, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_UNSUITABLE, 0u);
	} else if (ipmmu_mode_decide(soc, options) == IPMMU_MODE_AUTO) {
		ipmmu_refuse(about, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_MODE, options->mode,
			     IPMMU_MODE_S1_AARCH32,
			     soc->generation == IPMMU_GEN2 ? IPMMU_MODE_S1_AARCH32
							   : IPMMU_MODE_S1_AARCH64);
	} else {
		ipmmu_refuse_unless(about, IPMMU_E_RANGE, IPMMU_WHAT_MAX_CONTEXTS,
				    options->max_contexts, 0u,
				    (uint64_t)soc->contexts - soc->first_context);
	}
}

static void check_root(struct ipmmu_about *about)
{
	const struct ipmmu_system_desc *desc = about->system->desc;
	const struct ipmmu_mmu_desc *mmu = &desc->mmus[about->mmu];
	const uint32_t at = mmu->root;

	if (at >= desc->mmu_count) {
		ipmmu_refuse(about, IPMMU_E_RANGE, IPMMU_WHAT_ROOT, at, 0u,
			     desc->mmu_count - 1u);
	} else if (desc->mmus[at].root != at || desc->mmus[at].soc != mmu->soc ||
		   (mmu->soc->generation == IPMMU_GEN2 && at != about->mmu)) {
		ipmmu_refuse_value(about, IPMMU_E_ROOT, IPMMU_WHAT_ROOT, at);
	}
}

/* Registers, which no other unit may have, and the number of caches. */
static void check_place(struct ipmmu_about *about, const struct ipmmu_layout *layout)
{
	const struct ipmmu_mmu_desc *mmus = about->system->desc->mmus;
	const struct ipmmu_mmu_desc *mmu = &mmus[about->mmu];
	const uint64_t most = UINT64_MAX - mmu->reg.v;
	uint32_t caches = 0u;
	uint32_t k;

	ipmmu_refuse_unless(about, IPMMU_E_RANGE, IPMMU_WHAT_REG_SIZE, mmu->reg_size,
			    layout->region_size, most);
	for (k = 0u; k < about->system->desc->mmu_count; k++) {
		const uint64_t end = mmus[k].reg.v + mmus[k].reg_size;

		caches += k != mmu->root && mmus[k].root == mmu->root ? 1u : 0u;
		if (k < about->mmu && mmu->reg.v < end &&
		    mmus[k].reg.v < mmu->reg.v + mmu->reg_size) {
			ipmmu_refuse(about, IPMMU_E_EXISTS, IPMMU_WHAT_REG, mmu->reg.v, end,
				     most);
		}
	}
	ipmmu_refuse_unless(about, IPMMU_E_RANGE, IPMMU_WHAT_MMU_COUNT, caches, 0u,
			    IPMMU_MAX_CACHES);
}

static void check_unit(struct ipmmu_about *about)
{
	const struct ipmmu_soc *soc = about->system->desc->mmus[about->mmu].soc;
	const struct ipmmu_layout *layout =
		soc != NULL ? ipmmu_layout_of(soc->generation) : NULL;

	check_part(about, layout);
	if (about->err == IPMMU_OK) {
		check_root(about);
		check_place(about, layout);
	}
}

/* A root of Gen3 and Gen4 has none: its caches have them. */
static uint32_t utlbs_of(const struct ipmmu_mmu_desc *mmus, uint32_t mmu)
{
	const struct ipmmu_soc *soc = mmus[mmu].soc;

	return soc->generation != IPMMU_GEN2 && mmus[mmu].root == mmu ? 0u : soc->utlbs;
}

static void check_port(struct ipmmu_about *about, uint32_t i)
{
	const struct ipmmu_port *ports = about->master->ports;
	const struct ipmmu_system_desc *desc = about->system->desc;
	const uint32_t mmu = ports[i].mmu;
	const uint32_t utlbs = mmu < desc->mmu_count ? utlbs_of(desc->mmus, mmu) : 0u;
	uint32_t k;

	about->mmu = mmu;
	if (utlbs == 0u) {
		ipmmu_refuse(about, IPMMU_E_RANGE, IPMMU_WHAT_PORT_MMU, mmu, 0u,
			     desc->mmu_count - 1u);
	}
	ipmmu_refuse_unless(about, IPMMU_E_RANGE, IPMMU_WHAT_UTLB, ports[i].utlb, 0u,
			    utlbs - 1u);
	for (k = 0u; k < i; k++) {
		if (ports[k].mmu == mmu && ports[k].utlb == ports[i].utlb) {
			ipmmu_refuse_value(about, IPMMU_E_EXISTS, IPMMU_WHAT_UTLB,
					   ports[i].utlb);
		}
	}
}

/* Of a system that is made: behind one root, and online. */
static void check_behind(struct ipmmu_about *about)
{
	const struct ipmmu_mmu *mmus = about->system->mmus;

	if (mmus[about->mmu].root != mmus[about->master->ports[0].mmu].root) {
		ipmmu_refuse_value(about, IPMMU_E_ROOT, IPMMU_WHAT_NOTHING, 0u);
	} else if (mmus[about->mmu].why != IPMMU_OK) {
		ipmmu_refuse_value(about, IPMMU_E_OFFLINE, IPMMU_WHAT_NOTHING, 0u);
	}
}

static void check_ports(struct ipmmu_about *about)
{
	const uint32_t count = about->master->port_count;
	uint32_t i;

	if (about->master->ports == NULL || count == 0u) {
		ipmmu_refuse(about, IPMMU_E_RANGE, IPMMU_WHAT_PORT_COUNT, count, 1u,
			     UINT32_MAX);
	}
	for (i = 0u; about->err == IPMMU_OK && i < count; i++) {
		check_port(about, i);
		if (about->err == IPMMU_OK && about->system->mmus != NULL) {
			check_behind(about);
		}
	}
}

enum ipmmu_err ipmmu_check_system(const struct ipmmu_system *system)
{
	const struct ipmmu_system_desc *desc = system->desc;
	struct ipmmu_about about = {.system = system, .mmu = IPMMU_NONE};
	uint32_t i;

	check_hooks(&about);
	check_options(&about);
	if (about.err == IPMMU_OK &&
	    (desc->mmus == NULL || (desc->masters == NULL && desc->master_count != 0u))) {
		return IPMMU_E_ARG;
	}
	ipmmu_refuse_unless(&about, IPMMU_E_RANGE, IPMMU_WHAT_MMU_COUNT, desc->mmu_count, 1u,
			    IPMMU_MAX_MMUS);
	for (i = 0u; about.err == IPMMU_OK && i < desc->mmu_count; i++) {
		about.mmu = i;
		check_unit(&about);
	}
	for (i = 0u; about.err == IPMMU_OK && i < desc->master_count; i++) {
		about.master = &desc->masters[i];
		about.mmu = IPMMU_NONE;
		check_ports(&about);
	}
	return about.err;
}

enum ipmmu_err ipmmu_check_table(const struct ipmmu_root *root, const struct ipmmu_table *table)
{
	const struct ipmmu_mode_row *row = ipmmu_mode_row(root->mode);
	const uint64_t size =
		(uint64_t)ipmmu_mode_root_pages(table->input_bits) * IPMMU_PAGE_SIZE;
	const uint64_t most = (1ull << IPMMU_PA_BITS) - size;
	struct ipmmu_about about = {.system = root->system, .mmu = root->mmu->index};

	ipmmu_refuse_unless(&about, IPMMU_E_FORMAT, IPMMU_WHAT_MODE, table->format, root->mode,
			    root->mode);
	ipmmu_refuse_unless(&about, IPMMU_E_RANGE, IPMMU_WHAT_INPUT_BITS, table->input_bits,
			    row->min_bits, row->max_bits);
	ipmmu_refuse_unless(&about, IPMMU_E_RANGE, IPMMU_WHAT_TABLE_PA, table->root.v, 0u,
			    most);
	if ((table->root.v & (size - 1u)) != 0u) {
		ipmmu_refuse(&about, IPMMU_E_ALIGN, IPMMU_WHAT_TABLE_PA, table->root.v, size,
			     most);
	}
	return about.err;
}

enum ipmmu_err ipmmu_check_master(const struct ipmmu_system *system,
				  const struct ipmmu_master_desc *desc)
{
	struct ipmmu_about about = {.system = system, .master = desc, .mmu = IPMMU_NONE};

	check_ports(&about);
	return about.err;
}
