// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * device.c - masters come and go: dt_xlate, add_device, remove_device.
 *
 * A device that cannot be protected keeps no host from booting: dom0 gets it as it would get it
 * without an IOMMU, with a line in the log, and no guest can have it.
 */
#include "ipmmu-xen.h"

#include <xen/errno.h>
#include <xen/iommu.h>
#include <xen/xmalloc.h>

#include <asm/iommu_fwspec.h>

#define dev_name(dev) dt_node_full_name(dev_to_dt(dev))

struct ipmmu_xen_master *ipmmu_xen_master_of(struct device *dev)
{
    return dev->iommu_fwspec != NULL ? dev->iommu_fwspec->iommu_priv : NULL;
}

bool ipmmu_xen_booting(void)
{
    return system_state < SYS_STATE_active;
}

/* What is wrong with an entry is told by add_device, which decides what comes of it. */
int ipmmu_xen_dt_xlate(struct device *dev, const struct dt_phandle_args *args)
{
    if ( args->args_count != 1 )
    {
        printk(XENLOG_ERR "ipmmu: %s: %s has #iommu-cells %d, must be 1\n", dev_name(dev),
               dt_node_full_name(args->np), args->args_count);
        return ipmmu_xen_booting() ? 0 : -EINVAL;
    }

    return iommu_fwspec_add_ids(dev, args->args, 1);
}

/* A device that came later, by an overlay: Xen has collected its uTLBs, on one unit. */
static int describe_own(struct ipmmu_xen_master *m, struct device *dev)
{
    const struct iommu_fwspec *fwspec = dev->iommu_fwspec;
    int mmu = ipmmu_xen_mmu_of(dev_to_dt(fwspec->iommu_dev));
    unsigned int i;

    if ( mmu < 0 || fwspec->num_ids == 0 )
        return -ENODEV;

    m->own_ports = xzalloc_array(struct ipmmu_port, fwspec->num_ids);
    if ( m->own_ports == NULL )
        return -ENOMEM;

    for ( i = 0; i < fwspec->num_ids; i++ )
    {
        m->own_ports[i].mmu = mmu;
        m->own_ports[i].utlb = fwspec->ids[i] < IPMMU_MAX_UTLBS ? fwspec->ids[i]
                                                                : IPMMU_MAX_UTLBS;
    }
    m->own.name = dev_name(dev);
    m->own.ports = m->own_ports;
    m->own.port_count = fwspec->num_ids;
    m->desc = &m->own;

    return 0;
}

static int describe(struct ipmmu_xen_master *m, struct device *dev)
{
    const struct ipmmu_xen_known *known = ipmmu_xen_known_master(dev_to_dt(dev));

    if ( known == NULL )
        return describe_own(m, dev);

    m->desc = &ipmmu_xen.desc.masters[known - ipmmu_xen.known];
    if ( known->entries > m->desc->port_count )
    {
        printk(XENLOG_ERR "ipmmu: %s: only %u of %u uTLBs can be used\n", dev_name(dev),
               m->desc->port_count, known->entries);
        return -ENODEV;
    }

    return 0;
}

static void forget(struct ipmmu_xen_master *m)
{
    xfree(m->own_ports);
    xfree(m);
}

static int claim(struct device *dev)
{
    struct ipmmu_xen_master *m = xzalloc(struct ipmmu_xen_master);
    enum ipmmu_err err;
    int rc;

    if ( m == NULL )
        return -ENOMEM;

    rc = describe(m, dev);
    if ( rc == 0 )
    {
        err = ipmmu_master_add(ipmmu_xen.system, m->desc, &m->handle);
        rc = ipmmu_xen_complain("claim", dev, NULL, err);
    }
    if ( rc != 0 )
    {
        forget(m);
        return rc;
    }

    m->root = ipmmu_xen.desc.mmus[m->desc->ports[0].mmu].root;
    dev->iommu_fwspec->iommu_priv = m;

    return 0;
}

int ipmmu_xen_add_device(uint8_t devfn, struct device *dev)
{
    struct dt_device_node *node = dev_to_dt(dev);
    int rc;

    if ( dt_device_is_protected(node) )
        return -EEXIST;

    rc = claim(dev);
    if ( rc == 0 )
    {
        dt_device_set_protected(node);
        return 0;
    }

    printk(XENLOG_ERR "ipmmu: %s is not protected; no guest can have it (%d)\n",
           dev_name(dev), rc);
    /* 1 is Xen's word for a device that is behind no IOMMU. */
    return ipmmu_xen_booting() && !dt_device_for_passthrough(node) ? 1 : rc;
}

int ipmmu_xen_remove_device(uint8_t devfn, struct device *dev)
{
    struct ipmmu_xen_master *m = ipmmu_xen_master_of(dev);
    enum ipmmu_err err;

    if ( m == NULL )
        return -ENODEV;

    /* Refused by the library while it is in a domain. */
    ipmmu_xen_service_lock();
    err = ipmmu_master_remove(m->handle);
    if ( err == IPMMU_OK )
    {
        dev->iommu_fwspec->iommu_priv = NULL;
        forget(m);
    }
    ipmmu_xen_service_unlock();
    if ( err == IPMMU_OK )
        dev_to_dt(dev)->is_protected = false;

    return err == IPMMU_E_STATE ? -EBUSY : ipmmu_xen_complain("remove", dev, NULL, err);
}

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * indent-tabs-mode: nil
 * End:
 */
