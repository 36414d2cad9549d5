// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * setup.c - the driver as Xen sees it at boot: which nodes are its own, probe, and what Xen sees
 * of masters.
 *
 * Whatever is wrong ends in a line in the log and in a host without an IOMMU, not in a panic:
 * Xen itself panics only where the administrator asked for an IOMMU by iommu=required.
 */
#include "ipmmu-xen.h"

#include <xen/errno.h>
#include <xen/init.h>
#include <xen/iommu.h>

#include <asm/p2m.h>

#define IPMMU_MAX_IPA_BITS 40

static bool __init is_online(unsigned int mmu, bool *is_root)
{
    struct ipmmu_mmu_info info;

    if ( ipmmu_mmu_query(ipmmu_xen.system, mmu, &info) != IPMMU_OK )
        return false;
    *is_root = info.is_root;

    return info.online;
}

/* The strings of the library's parts that have an Arm core of 64 bits. */
static const struct dt_device_match ipmmu_xen_match[] __initconst = {
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a774a1"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a774b1"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a774c0"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a774e1"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a7795"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a7796"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a77961"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a77965"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a77970"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a77980"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a77990"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a77995"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a779a0"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a779f0"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a779g0"),
    DT_MATCH_COMPATIBLE("renesas,ipmmu-r8a779h0"),
    DT_MATCH_COMPATIBLE("renesas,rcar-gen4-ipmmu-vmsa"),
    DT_MATCH_COMPATIBLE("renesas,rcar-gen4-ipmmu"),
    { /* sentinel */ },
};

static bool __init is_ipmmu(const struct dt_device_node *node)
{
    return dt_match_node(ipmmu_xen_match, node) != NULL;
}

static bool __init is_behind_ipmmu(const struct dt_device_node *node)
{
    struct dt_phandle_args args;
    unsigned int i = 0;

    while ( dt_parse_phandle_with_args(node, "iommus", "#iommu-cells", i++, &args) == 0 )
        if ( is_ipmmu(args.np) )
            return true;

    return false;
}

/*
 * Xen gives a device one IOMMU and refuses a second one, which ends in no dom0. The library
 * knows all of a master's uTLBs from the tree, so that Xen needs to see the first only. A master
 * that the library left out must not be claimed by that first one alone, with the others in
 * bypass: Xen sees it as behind no IOMMU.
 */
static void __init trim_iommus(struct dt_device_node *node)
{
    struct dt_property **at = &node->properties;

    while ( *at != NULL && dt_prop_cmp((*at)->name, "iommus") != 0 )
        at = &(*at)->next;
    if ( *at == NULL || !is_behind_ipmmu(node) )
        return;

    if ( ipmmu_xen_known_master(node) != NULL )
        (*at)->length = min((*at)->length, (unsigned int)IPMMU_XEN_ENTRY_BYTES);
    else
    {
        *at = (*at)->next;
        printk(XENLOG_ERR "ipmmu: %s is not protected; no guest can have it\n",
               dt_node_full_name(node));
    }
}

static int __init create(void)
{
    const struct ipmmu_options options = {
        .mode = IPMMU_MODE_S2,
        .force_stage2 = ipmmu_xen_opt.force_stage2,
        .accept_unsuitable = ipmmu_xen_opt.accept_unsuitable,
        .lockdown = ipmmu_xen_opt.lockdown,
        .context_flush_reaches_utlbs = ipmmu_xen_opt.context_flush_whole,
        .cache_flush_unreadable = ipmmu_xen_opt.cache_flush_unread,
    };
    enum ipmmu_err err;

    ipmmu_xen_hooks_init();
    err = ipmmu_system_create(&ipmmu_xen_hooks, NULL, &ipmmu_xen.desc, &options,
                              &ipmmu_xen.system);
    if ( err == IPMMU_E_UNSUPPORTED )
        printk(XENLOG_ERR "ipmmu: %s: not known to walk the P2M's tables: used without an IOMMU\n",
               ipmmu_xen.desc.mmus[0].soc->name);
    if ( err == IPMMU_E_FORMAT )
        printk(XENLOG_ERR "ipmmu: firmware left a uTLB on a table that is no P2M, and it is kept\n");

    return ipmmu_xen_complain("setup", NULL, NULL, err);
}

static int __init ipmmu_xen_start(void)
{
    struct dt_device_node *node;
    bool is_root = false;
    unsigned int i;
    int rc = ipmmu_xen_describe();

    if ( rc == 0 )
    {
        dt_for_each_device_node ( dt_host, node )
            trim_iommus(node);
        rc = create();
    }
    if ( rc != 0 )
    {
        printk(XENLOG_ERR "ipmmu: left out: no device can be given to a guest\n");
        return -ENODEV;
    }

    for ( i = 0; i < ipmmu_xen.desc.mmu_count; i++ )
        if ( is_online(i, &is_root) && is_root )
            ipmmu_xen_connect(i);

    p2m_restrict_ipa_bits(IPMMU_MAX_IPA_BITS);
    ipmmu_xen_report_init();
    iommu_set_ops(&ipmmu_xen_iommu_ops);

    return 0;
}

static int __init ipmmu_xen_init(struct dt_device_node *node, const void *data)
{
    static bool __initdata started;
    static int __initdata verdict;
    bool is_root;
    int mmu;

    /* No dom0 ever gets an IPMMU, also where Xen cannot use it. */
    dt_device_set_used_by(node, DOMID_XEN);

    if ( !started )
    {
        started = true;
        verdict = ipmmu_xen_start();
    }
    if ( verdict != 0 )
        return verdict;

    mmu = ipmmu_xen_mmu_of(node);
    return mmu >= 0 && is_online(mmu, &is_root) ? 0 : -ENODEV;
}

DT_DEVICE_START(libipmmu, "Renesas IPMMU-VMSA by libipmmu", DEVICE_IOMMU)
    .dt_match = ipmmu_xen_match,
    .init = ipmmu_xen_init,
DT_DEVICE_END

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * indent-tabs-mode: nil
 * End:
 */
