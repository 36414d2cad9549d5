// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * describe.c - from the host's device tree to the library's description, once at boot.
 *
 * Xen probes node by node, the library takes a whole system: so the first node describes all.
 * The library's own reader reads the flattened tree; a node that it finds wrong is left out,
 * with a line that says why. Writes no register.
 */
#include "ipmmu-xen.h"

#include <ipmmu/fdt.h>

#include <xen/errno.h>
#include <xen/init.h>
#include <xen/libfdt/libfdt.h>
#include <xen/mm.h>
#include <xen/param.h>
#include <xen/vmap.h>
#include <xen/xmalloc.h>

#include <asm/io.h>

#define LINE_BYTES 256

static struct ipmmu_fdt_storage storage __initdata;

/* ipmmu-keep=PATH[:PATH...]: masters whose running uTLBs stay as found until they are claimed. */
static char __initdata keep_paths[256];
string_param("ipmmu-keep", keep_paths);

static void __init report_defect(void *arg, const struct ipmmu_fdt_defect *defect)
{
    char line[LINE_BYTES];

    (void)ipmmu_fdt_defect_text(defect, line, sizeof(line));
    if ( defect->error )
        printk(XENLOG_ERR "ipmmu: %s\n", line);
    else
        printk(XENLOG_INFO "ipmmu: %s\n", line);
}

static bool __init take_storage(const struct ipmmu_fdt_storage *needs)
{
    storage = *needs;
    storage.mmus = xzalloc_array(struct ipmmu_mmu_desc, needs->mmus_max);
    storage.masters = xzalloc_array(struct ipmmu_master_desc, needs->masters_max + 1U);
    storage.ports = xzalloc_array(struct ipmmu_port, needs->ports_max + 1U);
    storage.regions = xzalloc_array(struct ipmmu_fdt_region, needs->regions_max + 1U);
    storage.text = xzalloc_array(char, needs->text_size + 1U);
    ipmmu_xen.nodes = xzalloc_array(struct dt_device_node *, needs->mmus_max);
    ipmmu_xen.irqs = xzalloc_array(unsigned int, needs->mmus_max);
    ipmmu_xen.known = xzalloc_array(struct ipmmu_xen_known, needs->masters_max + 1U);

    return storage.mmus != NULL && storage.masters != NULL && storage.ports != NULL &&
           storage.regions != NULL && storage.text != NULL && ipmmu_xen.nodes != NULL &&
           ipmmu_xen.irqs != NULL && ipmmu_xen.known != NULL;
}

/* The product register tells the cut; without it the library takes the most restricted. */
static bool __init read_prr(const struct ipmmu_fdt_result *result, struct ipmmu_prr *prr)
{
    void __iomem *base;

    if ( !result->has_prr )
    {
        printk(XENLOG_WARNING "ipmmu: no renesas,prr node: the most restricted cut is assumed\n");
        return false;
    }

    base = ioremap_nocache(result->prr.v, sizeof(uint32_t));
    if ( base == NULL )
        return false;

    *prr = ipmmu_prr_decode(readl(base));
    iounmap(base);

    return true;
}

/* Once without the cut to find the product register, and once with it, telling defects. */
static int __init read_tree(void)
{
    const void *blob = device_tree_flattened;
    size_t size = fdt_totalsize(blob);
    struct ipmmu_fdt_options options = { .prr = NULL };
    struct ipmmu_fdt_result result;
    struct ipmmu_prr prr;
    enum ipmmu_err err;

    err = ipmmu_fdt_read(blob, size, &options, &storage, report_defect, NULL, &result);
    if ( err != IPMMU_OK )
        return ipmmu_xen_complain("device tree", NULL, NULL, err);
    if ( !take_storage(&result.needs) )
        return -ENOMEM;

    err = ipmmu_fdt_read(blob, size, &options, &storage, NULL, NULL, &result);
    if ( err == IPMMU_OK && read_prr(&result, &prr) )
        options.prr = &prr;
    if ( err == IPMMU_OK )
        err = ipmmu_fdt_read(blob, size, &options, &storage, report_defect, NULL, &result);
    ipmmu_xen.desc = result.desc;

    return ipmmu_xen_complain("device tree", NULL, NULL, err);
}

static int __init map_mmu(unsigned int i)
{
    struct ipmmu_mmu_desc *mmu = &storage.mmus[i];

    ipmmu_xen.nodes[i] = dt_find_node_by_path(mmu->name);
    if ( ipmmu_xen.nodes[i] == NULL )
        return -ENODEV;

    mmu->mmio = ioremap_nocache(mmu->reg.v, mmu->reg_size);

    return mmu->mmio != NULL ? 0 : -ENOMEM;
}

static unsigned int __init entries_of(const struct dt_device_node *node)
{
    const struct dt_property *list = dt_find_property(node, "iommus", NULL);

    return list != NULL ? list->length / IPMMU_XEN_ENTRY_BYTES : 0;
}

static struct ipmmu_master_desc *__init find_master(const char *name)
{
    unsigned int i;

    for ( i = 0; i < ipmmu_xen.desc.master_count; i++ )
        if ( strcmp(storage.masters[i].name, name) == 0 )
            return &storage.masters[i];

    return NULL;
}

static void __init keep_masters(void)
{
    struct ipmmu_master_desc *master;
    char *name = keep_paths;
    char *end;

    while ( name != NULL && *name != '\0' )
    {
        end = strchr(name, ':');
        if ( end != NULL )
            *end++ = '\0';
        master = find_master(name);
        if ( master != NULL )
            master->keep = true;
        else
            printk(XENLOG_ERR "ipmmu: ipmmu-keep: no master %s in the device tree\n", name);
        name = end;
    }
}

static void __init know_masters(void)
{
    struct dt_device_node *node;
    unsigned int i;

    for ( i = 0; i < ipmmu_xen.desc.master_count; i++ )
    {
        node = dt_find_node_by_path(storage.masters[i].name);
        ipmmu_xen.known[i].node = node;
        ipmmu_xen.known[i].entries = node != NULL ? entries_of(node) : 0U;
    }
}

int __init ipmmu_xen_describe(void)
{
    unsigned int i;
    int rc = read_tree();

    if ( rc == 0 && ipmmu_xen.desc.mmu_count == 0U )
    {
        printk(XENLOG_ERR "ipmmu: no usable IPMMU in the device tree\n");
        rc = -ENODEV;
    }
    for ( i = 0; rc == 0 && i < ipmmu_xen.desc.mmu_count; i++ )
        rc = map_mmu(i);
    if ( rc == 0 )
    {
        know_masters();
        keep_masters();
    }

    return rc;
}

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * indent-tabs-mode: nil
 * End:
 */
