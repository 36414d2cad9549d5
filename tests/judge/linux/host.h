/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * host.h - what Linux around the driver does, as calls for the scenarios: probing with
 * deferral, masters out of the device tree, domains, map and unmap, sleep. The calls of the
 * driver come in the order in which Linux 6.1 makes them.
 */
#ifndef LINUX_HOST_H
#define LINUX_HOST_H

#include <kernel.h>

/** host_device_add() - the node of unit @unit; devices are probed in the order of this. */
void host_device_add(uint32_t unit);

/** host_probe() - bind the driver; deferred ones again while one more is bound. Rounds. */
uint32_t host_probe(void);

/** host_devices_bound() - how many are. */
uint32_t host_devices_bound(void);

/** host_master_add() - a master of unit @unit. Return: 0, or what refused it. */
int host_master_add(struct device *master, const char *name, uint32_t unit, const u32 *utlbs,
		    uint32_t count);

/** host_master_remove() - it goes away. */
void host_master_remove(struct device *master);

struct judge_machine;
/** host_part() - the part that the driver is told, by family, soc and revision; NULL: its own.
 */
void host_part(const struct judge_machine *machine);

struct iommu_domain *host_domain_alloc(void);
void host_domain_free(struct iommu_domain *domain);

/** host_attach() - all masters of the group of @master to @domain, NULL: to none. */
int host_attach(struct device *master, struct iommu_domain *domain);

int host_map(struct iommu_domain *domain, uint64_t iova, uint64_t pa, uint64_t size, int prot);
/** host_unmap() - and flush, as strict unmapping does. */
uint64_t host_unmap(struct iommu_domain *domain, uint64_t iova, uint64_t size);

/** host_sleep() - all units lose power, and are resumed. */
void host_sleep(void);

/** host_remove() - unbind the driver from everything. */
void host_remove(void);

#endif
