// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * hooks.c - the library's vtable on Xen: registers, locks, memory, time, and the tasklet that
 * runs the service half of faults. Decides nothing.
 */
#include "ipmmu-xen.h"

#include <xen/mm.h>
#include <xen/spinlock.h>
#include <xen/tasklet.h>
#include <xen/timer.h>
#include <xen/xmalloc.h>

#include <asm/io.h>
#include <asm/page.h>
#include <asm/system.h>

/* Fault records that one run of the tasklet decodes before others get the CPU. */
#define SERVICE_BUDGET 16
/*
 * Time between two runs: a guest whose master faults without end costs the host one run in each,
 * and the library bounds its interrupts.
 */
#define SERVICE_EACH MILLISECS(10)

struct glue_lock
{
    spinlock_t lock;
    bool irq;
};

static uint32_t glue_read32(void *host, void *mmio, uint32_t offset)
{
    return readl((const volatile void __iomem *)((char *)mmio + offset));
}

static void glue_write32(void *host, void *mmio, uint32_t offset, uint32_t value)
{
    writel(value, (volatile void __iomem *)((char *)mmio + offset));
}

static void *glue_lock_create(void *host, enum ipmmu_lock_kind kind)
{
    struct glue_lock *lock = xzalloc(struct glue_lock);

    if ( lock != NULL )
    {
        spin_lock_init(&lock->lock);
        lock->irq = kind == IPMMU_LOCK_IRQ;
    }

    return lock;
}

static void glue_lock_destroy(void *host, void *lock)
{
    xfree(lock);
}

static unsigned long glue_lock_take(void *host, void *lock)
{
    struct glue_lock *l = lock;
    unsigned long flags = 0;

    if ( l->irq )
        spin_lock_irqsave(&l->lock, flags);
    else
        spin_lock(&l->lock);

    return flags;
}

static void glue_lock_give(void *host, void *lock, unsigned long saved)
{
    struct glue_lock *l = lock;

    if ( l->irq )
        spin_unlock_irqrestore(&l->lock, saved);
    else
        spin_unlock(&l->lock);
}

static void *glue_alloc(void *host, size_t size)
{
    return xzalloc_bytes(size);
}

static void glue_free(void *host, void *object, size_t size)
{
    xfree(object);
}

/* Pages of the heap that Xen has mapped for good: no mapping is kept for the walker's tables. */
static void *glue_table_alloc(void *host, uint32_t pages, struct ipmmu_pa *pa)
{
    void *table = alloc_xenheap_pages(get_order_from_pages(pages), MEMF_bits(IPMMU_PA_BITS));

    if ( table != NULL )
        pa->v = virt_to_maddr(table);

    return table;
}

static void glue_table_free(void *host, void *table, struct ipmmu_pa pa, uint32_t pages)
{
    free_xenheap_pages(table, get_order_from_pages(pages));
}

static void glue_clean(void *host, const void *start, size_t size)
{
    (void)clean_dcache_va_range(start, size);
}

static void glue_barrier(void *host)
{
    dsb(sy);
}

static uint64_t glue_now_us(void *host)
{
    return (uint64_t)(NOW() / MICROSECS(1));
}

static void glue_relax(void *host)
{
    cpu_relax();
}

static enum ipmmu_err glue_power_get(void *host, const struct ipmmu_mmu_desc *mmu)
{
    return IPMMU_OK;
}

static void glue_power_put(void *host, const struct ipmmu_mmu_desc *mmu)
{
}

/*
 * A domain or a master does not end while a fault hook that names it runs: the library answers
 * E_BUSY. Who ends one holds this lock, and is not answered so.
 */
static DEFINE_SPINLOCK(service_lock);
static struct timer service_timer;
static s_time_t service_last;

void ipmmu_xen_service_lock(void)
{
    spin_lock(&service_lock);
}

void ipmmu_xen_service_unlock(void)
{
    spin_unlock(&service_lock);
}

static void service(void *unused);
static DECLARE_SOFTIRQ_TASKLET(service_tasklet, service, NULL);

static void service(void *unused)
{
    bool more;

    ipmmu_xen_service_lock();
    service_last = NOW();
    more = ipmmu_service(ipmmu_xen.system, SERVICE_BUDGET);
    ipmmu_xen_service_unlock();
    if ( more )
        tasklet_schedule(&service_tasklet);
}

static void service_timer_fn(void *unused)
{
    tasklet_schedule(&service_tasklet);
}

static void glue_service_wanted(void *host, uint64_t at_us)
{
    s_time_t at = max(MICROSECS((s_time_t)at_us), service_last + SERVICE_EACH);

    /* A run asks again for what is not due by then, so the earliest is all that is kept. */
    if ( at <= NOW() )
        tasklet_schedule(&service_tasklet);
    else if ( !timer_expires_before(&service_timer, at) )
        set_timer(&service_timer, at);
}

static void glue_escalate(void *host, enum ipmmu_escalation why, uint32_t mmu, uint32_t utlb)
{
    const char *name = ipmmu_xen.desc.mmus[mmu].name;

    if ( ipmmu_xen_opt.panic )
        panic("ipmmu: %s: uTLB %u cannot be denied; its master may reach any memory\n",
              name, utlb);

    printk(XENLOG_ERR "ipmmu: %s: uTLB %u cannot be denied; its master may reach any memory\n",
           name, utlb);
}

struct ipmmu_ops ipmmu_xen_hooks = {
    .mmio_read32 = glue_read32,
    .mmio_write32 = glue_write32,
    .lock_create = glue_lock_create,
    .lock_destroy = glue_lock_destroy,
    .lock = glue_lock_take,
    .unlock = glue_lock_give,
    .alloc = glue_alloc,
    .free = glue_free,
    .table_alloc = glue_table_alloc,
    .table_free = glue_table_free,
    .clean = glue_clean,
    .barrier = glue_barrier,
    .now_us = glue_now_us,
    .relax = glue_relax,
    .event = ipmmu_xen_event,
    .fault = ipmmu_xen_fault,
    .service_wanted = glue_service_wanted,
    .escalate = glue_escalate,
};

void __init ipmmu_xen_hooks_init(void)
{
    init_timer(&service_timer, service_timer_fn, NULL, 0);
    if ( ipmmu_xen_opt.assume_powered )
    {
        ipmmu_xen_hooks.power_get = glue_power_get;
        ipmmu_xen_hooks.power_put = glue_power_put;
    }
}

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * indent-tabs-mode: nil
 * End:
 */
