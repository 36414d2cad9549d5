/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * host.h - what Xen around the driver does, as calls for the scenarios: setup with deferral,
 * devices out of the device tree, domains, and changes of a P2M that the unit shares. The
 * calls of the driver come in the order in which Xen 4.17 makes them.
 */
#ifndef XEN_HOST_H
#define XEN_HOST_H

#include <hypervisor.h>

/** host_node_add() - the node of unit @unit; nodes are set up in the order of this. */
void host_node_add(uint32_t unit);

/** host_setup() - initialise all nodes, deferred ones again. Return: 0, or the first error. */
int host_setup(void);
/** host_ready() - how many are set up. */
uint32_t host_ready(void);

/** host_master_add() - a device behind unit @unit. Return: 0, or what the driver says. */
int host_master_add(struct dt_device_node *master, const char *name, uint32_t unit,
		    const uint32_t *utlbs, uint32_t count);

/** host_domain_create() - with an empty P2M. */
struct domain *host_domain_create(uint32_t id);
/** host_domain_destroy() - the driver's part, then the P2M's pages. */
void host_domain_destroy(struct domain *d);

int host_assign(struct domain *d, struct dt_device_node *master);
/** host_reassign() - @t: NULL or the hardware domain. */
int host_reassign(struct domain *s, struct domain *t, struct dt_device_node *master);

/** host_p2m_add() - one change of the P2M, and the flush that follows it. */
void host_p2m_add(struct domain *d, uint64_t ipa, uint64_t pa, uint64_t size, bool write);
void host_p2m_remove(struct domain *d, uint64_t ipa, uint64_t size);

#endif
