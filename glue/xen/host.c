// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * host.c - what the glue knows of the units and of the described masters. Filled by describe.c.
 */
#include "ipmmu-xen.h"

struct ipmmu_xen_host ipmmu_xen;

int ipmmu_xen_mmu_of(const struct dt_device_node *node)
{
    unsigned int i;

    for ( i = 0; i < ipmmu_xen.desc.mmu_count; i++ )
        if ( ipmmu_xen.nodes[i] == node )
            return i;

    return -1;
}

/* As the tree at boot describes it; NULL where it does not. */
const struct ipmmu_xen_known *ipmmu_xen_known_master(const struct dt_device_node *node)
{
    unsigned int i;

    for ( i = 0; i < ipmmu_xen.desc.master_count; i++ )
        if ( ipmmu_xen.known[i].node == node )
            return &ipmmu_xen.known[i];

    return NULL;
}

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * indent-tabs-mode: nil
 * End:
 */
