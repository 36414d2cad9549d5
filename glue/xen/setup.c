// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * setup.c - the driver as Xen sees it at boot: options, probe, interrupts.
 *
 * Whatever is wrong ends in a line in the log and in a host without an IOMMU, not in a panic:
 * Xen itself panics only where the administrator asked for an IOMMU by iommu=required.
 */
#include "ipmmu-xen.h"
#include "compat.h"

#include <xen/errno.h>
#include <xen/init.h>
#include <xen/iommu.h>
#include <xen/irq.h>
#include <xen/param.h>

#include <asm/p2m.h>

#define IPMMU_MAX_IPA_BITS 40
/* Number of the first shared interrupt at the GIC. */
#define GIC_SPI_BASE 32U

struct ipmmu_xen_options ipmmu_xen_opt = {
    .panic = true,
};

static const struct
{
    const char *name;
    bool *value;
} option_names[] __initconst = {
    { "panic",               &ipmmu_xen_opt.panic },
    { "force-stage2",        &ipmmu_xen_opt.force_stage2 },
    { "accept-unsuitable",   &ipmmu_xen_opt.accept_unsuitable },
    { "lockdown",            &ipmmu_xen_opt.lockdown },
    { "assume-powered",      &ipmmu_xen_opt.assume_powered },
    { "flush-additions",     &ipmmu_xen_opt.flush_additions },
    { "context-flush-whole", &ipmmu_xen_opt.context_flush_whole },
};

static int __init parse_one(const char *s, const char *end)
{
    unsigned int i;
    int value;

    for ( i = 0; i < ARRAY_SIZE(option_names); i++ )
    {
        value = parse_boolean(option_names[i].name, s, end);
        if ( value >= 0 )
        {
            *option_names[i].value = value;
            return 0;
        }
    }

    return -EINVAL;
}

static int __init parse_ipmmu_param(const char *s)
{
    const char *end;
    int rc = 0;

    do {
        end = strchr(s, ',');
        if ( end == NULL )
            end = strchr(s, '\0');
        if ( parse_one(s, end) != 0 )
            rc = -EINVAL;
        s = end + 1;
    } while ( *end != '\0' );

    return rc;
}
custom_param("ipmmu", parse_ipmmu_param);

static void interrupt(IPMMU_XEN_IRQ_ARGS)
{
    const unsigned int *slot = dev_id;

    (void)ipmmu_root_interrupt(ipmmu_xen.system, slot - ipmmu_xen.irqs);
}

#ifdef IPMMU_XEN_HAS_QUIESCE
void ipmmu_xen_quiesce(void)
{
    unsigned int i;

    for ( i = 0; i < ipmmu_xen.desc.mmu_count; i++ )
        if ( ipmmu_xen.irqs[i] != 0 )
            disable_irq(ipmmu_xen.irqs[i]);
}
#endif

/* The library picks the non-secure line; Xen needs it configured by its place in the node. */
static int __init find_irq(unsigned int mmu)
{
    const struct dt_device_node *node = ipmmu_xen.nodes[mmu];
    uint32_t spi = ipmmu_xen.desc.mmus[mmu].irq;
    unsigned int i;
    int irq;

    for ( i = 0; spi != IPMMU_NONE && i < dt_number_of_irq(node); i++ )
    {
        irq = platform_get_irq(node, i);
        if ( irq >= 0 && (unsigned int)irq == spi + GIC_SPI_BASE )
            return irq;
    }

    return -ENOENT;
}

static void __init connect(unsigned int mmu)
{
    const char *name = ipmmu_xen.desc.mmus[mmu].name;
    int irq = find_irq(mmu);

    if ( irq >= 0 && request_irq(irq, 0, interrupt, name, &ipmmu_xen.irqs[mmu]) == 0 )
        ipmmu_xen.irqs[mmu] = irq;
    else
        printk(XENLOG_WARNING "ipmmu: %s: no interrupt: faults are blocked but not told\n",
               name);
}

static bool __init is_online(unsigned int mmu, bool *is_root)
{
    struct ipmmu_mmu_info info;

    if ( ipmmu_mmu_query(ipmmu_xen.system, mmu, &info) != IPMMU_OK )
        return false;
    *is_root = info.is_root;

    return info.online;
}

static int __init create(void)
{
    const struct ipmmu_options options = {
        .mode = IPMMU_MODE_S2,
        .force_stage2 = ipmmu_xen_opt.force_stage2,
        .accept_unsuitable = ipmmu_xen_opt.accept_unsuitable,
        .lockdown = ipmmu_xen_opt.lockdown,
        .context_flush_reaches_utlbs = ipmmu_xen_opt.context_flush_whole,
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
    bool is_root = false;
    unsigned int i;

    if ( ipmmu_xen_describe() != 0 || create() != 0 )
    {
        printk(XENLOG_ERR "ipmmu: left out: no device can be given to a guest\n");
        return -ENODEV;
    }

    for ( i = 0; i < ipmmu_xen.desc.mmu_count; i++ )
        if ( is_online(i, &is_root) && is_root )
            connect(i);

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

bool __init ipmmu_xen_is_ipmmu(const struct dt_device_node *node)
{
    return dt_match_node(ipmmu_xen_match, node) != NULL;
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
