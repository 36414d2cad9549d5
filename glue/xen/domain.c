// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * domain.c - Xen's domains on the library's: assign, reassign, flush, teardown.
 *
 * A domain walks the tables of its P2M. It has a library domain on a root while it has masters
 * there: Xen frees the P2M's root before it tears the IOMMU down, so the context is given back
 * with the last master, inside reassign. Assignment is serialised by Xen's dtdevs_lock.
 */
#include "ipmmu-xen.h"
#include "compat.h"

#include <xen/errno.h>
#include <xen/iommu.h>
#include <xen/mm.h>
#include <xen/xmalloc.h>

#include <asm/p2m.h>

static struct ipmmu_xen_domain *domain_of(const struct domain *d)
{
    return dom_iommu(d)->arch.priv;
}

static int glue_domain_init(struct domain *d)
{
    static atomic_t made = ATOMIC_INIT(0);
    struct ipmmu_xen_domain *own;

    own = xzalloc_flex_struct(struct ipmmu_xen_domain, on_root, ipmmu_xen.desc.mmu_count);
    if ( own == NULL )
        return -ENOMEM;

    rwlock_init(&own->lock);
    own->d = d;
    own->cookie = (void *)(((unsigned long)atomic_add_return(1, &made) << 16) +
                           d->domain_id + 1UL);
    dom_iommu(d)->arch.priv = own;

    return 0;
}

/* Creates the library domain over the P2M's root; it takes a context with its first master. */
static enum ipmmu_err open_on_root(struct ipmmu_xen_domain *own, unsigned int root)
{
    struct ipmmu_table table = {
        .root.v = page_to_maddr(p2m_get_hostp2m(own->d)->root),
        .format = IPMMU_MODE_S2,
        .input_bits = p2m_ipa_bits,
    };
    struct ipmmu_domain *created;
    enum ipmmu_err err;

    if ( own->on_root[root] != NULL )
        return IPMMU_OK;

    err = ipmmu_domain_create(ipmmu_xen.system, root, &table, own->cookie, &created);
    if ( err == IPMMU_OK )
    {
        write_lock(&own->lock);
        own->on_root[root] = created;
        write_unlock(&own->lock);
    }

    return err;
}

/* Ends the library domain; the locks keep out flushes, and fault hooks that name it. */
static enum ipmmu_err close_on_root(struct ipmmu_xen_domain *own, unsigned int root)
{
    enum ipmmu_err err;

    ipmmu_xen_service_lock();
    write_lock(&own->lock);
    err = ipmmu_domain_destroy(own->on_root[root]);
    if ( err == IPMMU_OK )
        own->on_root[root] = NULL;
    write_unlock(&own->lock);
    ipmmu_xen_service_unlock();

    return err;
}

/* The same where other masters may still be in it: then it goes on. */
static enum ipmmu_err close_if_unused(struct ipmmu_xen_domain *own, unsigned int root)
{
    enum ipmmu_err err = close_on_root(own, root);

    return err == IPMMU_E_BUSY ? IPMMU_OK : err;
}

/* A flush that did not end is tried again here, when Xen tries the same once more. */
static enum ipmmu_err leave_quarantine(struct ipmmu_xen_domain *own, unsigned int root)
{
    struct ipmmu_domain_info info;
    enum ipmmu_err err;

    if ( own->on_root[root] == NULL )
        return IPMMU_OK;

    err = ipmmu_domain_query(own->on_root[root], &info);
    if ( err == IPMMU_OK && info.state == IPMMU_DOMAIN_QUARANTINED )
        err = ipmmu_domain_retry(own->on_root[root]);

    return err;
}

/* At a second try it may be: what failed at the first was to end the domain that it left. */
static bool is_inside(const struct ipmmu_xen_domain *own, struct ipmmu_xen_master *m)
{
    struct ipmmu_master_info info;

    return ipmmu_master_query(m->handle, &info) == IPMMU_OK &&
           info.state == IPMMU_MASTER_ATTACHED && info.domain == own->on_root[m->root];
}

static enum ipmmu_err enter(struct ipmmu_xen_domain *own, struct ipmmu_xen_master *m)
{
    enum ipmmu_err err;

    if ( is_inside(own, m) )
        return IPMMU_OK;

    err = open_on_root(own, m->root);
    if ( err != IPMMU_OK )
        return err;

    err = ipmmu_master_move(m->handle, own->on_root[m->root], NULL);
    if ( err != IPMMU_OK )
        /* What the move answered counts; a domain left over is found at the next try. */
        (void)close_if_unused(own, m->root);

    return err;
}

static enum ipmmu_err leave(struct ipmmu_xen_domain *own, struct ipmmu_xen_master *m)
{
    struct ipmmu_master_info info;
    enum ipmmu_err err = leave_quarantine(own, m->root);

    if ( err == IPMMU_OK )
        err = ipmmu_master_query(m->handle, &info);
    if ( err == IPMMU_OK && info.domain != NULL )
        err = ipmmu_master_detach(m->handle, NULL);

    return err == IPMMU_OK ? close_if_unused(own, m->root) : err;
}

/* ---- the end of a domain ---- */

/* A context in quarantine stays there without the domain, which cannot wait for it. */
static enum ipmmu_err abandon_on_root(struct ipmmu_xen_domain *own, unsigned int root)
{
    enum ipmmu_err err;

    ipmmu_xen_service_lock();
    write_lock(&own->lock);
    err = ipmmu_domain_abandon(own->on_root[root]);
    if ( err == IPMMU_OK )
        own->on_root[root] = NULL;
    write_unlock(&own->lock);
    ipmmu_xen_service_unlock();

    return err;
}

static void end_on_root(struct ipmmu_xen_domain *own, unsigned int root)
{
    enum ipmmu_err err = leave_quarantine(own, root);

    if ( err != IPMMU_OK )
    {
        printk(XENLOG_ERR "ipmmu: end of %pd: %s (%s); tried again with the next device or domain\n",
               own->d, ipmmu_error_text(err), ipmmu_error_name(err));
        err = abandon_on_root(own, root);
    }
    else
        err = close_on_root(own, root);

    if ( err != IPMMU_OK )
        printk(XENLOG_ERR "ipmmu: end of %pd: %s (%s)\n", own->d, ipmmu_error_text(err),
               ipmmu_error_name(err));
}

/* ---- Xen's calls ---- */

static int glue_assign(struct domain *d, uint8_t devfn, struct device *dev, uint32_t flag)
{
    struct ipmmu_xen_master *m = ipmmu_xen_master_of(dev);
    enum ipmmu_err err;
    int rc;

    if ( m == NULL || domain_of(d) == NULL )
        return -ENODEV;

    /* Quarantine: a claimed master in no domain is denied already. */
    if ( d == dom_io )
        return 0;

    /* A context may be wanted; those that stay in quarantine have been told of. */
    (void)ipmmu_system_retry(ipmmu_xen.system);
    err = enter(domain_of(d), m);
    rc = ipmmu_xen_complain("assign to", dev, d, err);
    if ( rc == 0 || !is_hardware_domain(d) || !ipmmu_xen_booting() )
        return rc;

    printk(XENLOG_ERR "ipmmu: %s: stays denied in %pd\n", dt_node_full_name(dev_to_dt(dev)), d);
    return 0;
}

/* One move by way of deny, so that there is no moment in between for the master to use. */
static enum ipmmu_err pass(struct ipmmu_xen_domain *from, struct ipmmu_xen_domain *to,
                           struct ipmmu_xen_master *m)
{
    enum ipmmu_err err = leave_quarantine(from, m->root);

    if ( err == IPMMU_OK )
        err = enter(to, m);

    return err == IPMMU_OK ? close_if_unused(from, m->root) : err;
}

static int glue_reassign(struct domain *s, struct domain *t, uint8_t devfn, struct device *dev)
{
    struct ipmmu_xen_master *m = ipmmu_xen_master_of(dev);
    enum ipmmu_err err;

    if ( t == s )
        return 0;
    if ( m == NULL || domain_of(s) == NULL )
        return -ENODEV;
    if ( t == NULL || t == dom_io )
    {
        err = leave(domain_of(s), m);
        return ipmmu_xen_complain("take from", dev, s, err);
    }
    if ( !is_hardware_domain(t) )
        return -EPERM;

    err = pass(domain_of(s), domain_of(t), m);

    return ipmmu_xen_complain("move to", dev, t, err);
}

static int flush_on_root(struct ipmmu_xen_domain *own, unsigned int root)
{
    enum ipmmu_err err;

    if ( own->on_root[root] == NULL )
        return 0;

    err = ipmmu_domain_flush(own->on_root[root]);
    atomic_inc(&own->flushes);
    if ( err == IPMMU_OK )
        return 0;

    /* The library has denied the domain's masters and told so; here it is only passed on. */
    atomic_inc(&own->failed);

    return ipmmu_xen_errno(err);
}

/*
 * An entry that was only added needs no flush: what was not there is in no TLB. Whatever took
 * something away says modified.
 */
static int __must_check glue_flush(struct domain *d, dfn_t dfn, unsigned long page_count,
                                   unsigned int flags)
{
    struct ipmmu_xen_domain *own = domain_of(d);
    unsigned int i;
    int rc = 0, one;

    if ( own == NULL )
        return 0;
    if ( flags == IOMMU_FLUSHF_added && !ipmmu_xen_opt.flush_additions )
    {
        atomic_inc(&own->additions);
        return 0;
    }

    read_lock(&own->lock);
    for ( i = 0; i < ipmmu_xen.desc.mmu_count; i++ )
    {
        one = flush_on_root(own, i);
        rc = rc != 0 ? rc : one;
    }
    read_unlock(&own->lock);

    return rc;
}

static void glue_teardown(struct domain *d)
{
    struct ipmmu_xen_domain *own = domain_of(d);
    unsigned int i;

    if ( own == NULL )
        return;

    (void)ipmmu_system_retry(ipmmu_xen.system);
    ipmmu_xen_service_lock();
    dom_iommu(d)->arch.priv = NULL;
    ipmmu_xen_service_unlock();
    for ( i = 0; i < ipmmu_xen.desc.mmu_count; i++ )
        end_on_root(own, i);
    xfree(own);
}

/* Xen asks only for domains that do not share their tables, and here all share. */
static void glue_dump_page_tables(struct domain *d)
{
    printk("%pd: the IPMMU walks the P2M itself; debug key 'I' shows its state\n", d);
}

const struct iommu_ops ipmmu_xen_iommu_ops = {
    .page_sizes = PAGE_SIZE_4K,
    .init = glue_domain_init,
    .hwdom_init = arch_iommu_hwdom_init,
    .add_device = ipmmu_xen_add_device,
    .remove_device = ipmmu_xen_remove_device,
    .assign_device = glue_assign,
    .reassign_device = glue_reassign,
    .teardown = glue_teardown,
    .map_page = arm_iommu_map_page,
    .unmap_page = arm_iommu_unmap_page,
    .iotlb_flush = glue_flush,
    .dump_page_tables = glue_dump_page_tables,
    .dt_xlate = ipmmu_xen_dt_xlate,
#ifdef IPMMU_XEN_HAS_QUIESCE
    .quiesce = ipmmu_xen_quiesce,
#endif
};

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * indent-tabs-mode: nil
 * End:
 */
