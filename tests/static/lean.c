// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * lean.c - the least that a host calls, so that the linker keeps that and drops the rest: a
 * table that is made, changed, read and given back (LEAN_ENGINE), units that
 * are probed, a master that is attached to a host's table, a flush and the interrupt
 * (LEAN_DRIVER).
 */
#include <ipmmu/domain.h>
#include <ipmmu/fault.h>
#include <ipmmu/master.h>
#include <ipmmu/pgtable.h>
#include <ipmmu/system.h>

/** struct lean - what a host has of its own. */
struct lean {
	const struct ipmmu_ops *ops;
	void *host;
	const struct ipmmu_system_desc *desc;
	struct ipmmu_pt *pt;
	const struct ipmmu_pt_config *config;
};

int lean_main(const struct lean *lean);

#ifdef LEAN_ENGINE
static int engine(struct ipmmu_pt *pt, const struct ipmmu_pt_config *config)
{
	const struct ipmmu_iova iova = {0};
	const struct ipmmu_pa pa = {0};
	const struct ipmmu_pt_prot prot = {IPMMU_PT_READ, IPMMU_PT_CACHED};
	struct ipmmu_pt_mapping mapping;
	enum ipmmu_pt_next next;

	if (ipmmu_pt_create(pt, config) != IPMMU_OK ||
	    ipmmu_pt_map(pt, iova, pa, IPMMU_PAGE_SIZE, prot) != IPMMU_OK ||
	    ipmmu_pt_translate(pt, iova, &mapping) != IPMMU_OK ||
	    ipmmu_pt_unmap(pt, iova, IPMMU_PAGE_SIZE, 0, &next) != IPMMU_OK) {
		return 1;
	}
	ipmmu_pt_flush_begin(pt);
	return ipmmu_pt_flush_end(pt, 0) && ipmmu_pt_continue(pt, 0, &next) == IPMMU_OK &&
			       ipmmu_pt_destroy(pt, 0)
		       ? 0
		       : 1;
}
#endif

#ifdef LEAN_DRIVER
static int driver(const struct ipmmu_ops *ops, void *host, const struct ipmmu_system_desc *desc)
{
	static const struct ipmmu_master_desc master_desc;
	static const struct ipmmu_table table;
	struct ipmmu_system *system;
	struct ipmmu_domain *domain;
	struct ipmmu_master *master;

	if (ipmmu_system_create(ops, host, desc, NULL, &system) != IPMMU_OK ||
	    ipmmu_master_add(system, &master_desc, &master) != IPMMU_OK ||
	    ipmmu_domain_create(system, 0, &table, NULL, &domain) != IPMMU_OK ||
	    ipmmu_master_attach(master, domain, NULL) != IPMMU_OK ||
	    ipmmu_domain_flush(domain) != IPMMU_OK) {
		return 1;
	}
	return ipmmu_root_interrupt(system, 0) && ipmmu_service(system, 1) ? 0 : 1;
}
#endif

int lean_main(const struct lean *lean)
{
	int rc = 0;

#ifdef LEAN_ENGINE
	rc |= engine(lean->pt, lean->config);
#endif
#ifdef LEAN_DRIVER
	rc |= driver(lean->ops, lean->host, lean->desc);
#endif
	return rc;
}
