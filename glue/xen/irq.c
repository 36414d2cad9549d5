// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * irq.c - the interrupts of the roots.
 */
#include "ipmmu-xen.h"
#include "compat.h"

#include <xen/errno.h>
#include <xen/init.h>
#include <xen/irq.h>

/* Number of the first shared interrupt at the GIC. */
#define GIC_SPI_BASE 32U

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

void __init ipmmu_xen_connect(unsigned int mmu)
{
    const char *name = ipmmu_xen.desc.mmus[mmu].name;
    int irq = find_irq(mmu);

    if ( irq >= 0 && request_irq(irq, 0, interrupt, name, &ipmmu_xen.irqs[mmu]) == 0 )
        ipmmu_xen.irqs[mmu] = irq;
    else
        printk(XENLOG_WARNING "ipmmu: %s: no interrupt: faults are blocked but not told\n",
               name);
}

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * indent-tabs-mode: nil
 * End:
 */
