// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * report.c - what a person reads: errors, events, faults, and the debug key.
 *
 * A guest can cause faults at will, so lines that it can cause are limited, each context by
 * itself, and what was held back is counted. Changes no state of the hardware.
 */
#include "ipmmu-xen.h"

#include <ipmmu/event.h>
#include <ipmmu/text.h>

#include <xen/errno.h>
#include <xen/iommu.h>
#include <xen/keyhandler.h>
#include <xen/rcupdate.h>
#include <xen/spinlock.h>

#include <asm/p2m.h>

#define LINE_BYTES    256
#define LIMIT_BURST   10
#define LIMIT_EACH    MILLISECS(500)
#define POWER "ipmmu=assume-powered if the firmware leaves it on"
#define RETRY "take the device away, or destroy the domain, once more"

static DEFINE_SPINLOCK(limit_lock);
static struct ipmmu_xen_limit fault_limit[IPMMU_MAX_CONTEXTS];
static struct ipmmu_xen_limit event_limit;

/* Errors in Xen's numbers; next stands where the library's advice is not for Xen's users. */
static const struct
{
    enum ipmmu_err err;
    int code;
    const char *next;
} errnos[] = {
    { IPMMU_OK,            0,       NULL },
    { IPMMU_E_NO_MEMORY,   -ENOMEM, "Xen's heap is used up" },
    { IPMMU_E_BUSY,        -EBUSY,  NULL },
    { IPMMU_E_CONFLICT,    -EBUSY,  NULL },
    { IPMMU_E_EXISTS,      -EEXIST, NULL },
    { IPMMU_E_NO_CONTEXT,  -ENOSPC, "take a device away from a domain that was listed" },
    { IPMMU_E_OFFLINE,     -ENODEV, POWER },
    { IPMMU_E_UNSUPPORTED, -ENODEV, "see ipmmu=force-stage2 and ipmmu=accept-unsuitable" },
    { IPMMU_E_FORMAT,      -ENODEV, "ipmmu=lockdown denies what runs and the tree does not name; ipmmu-keep keeps the rest" },
    { IPMMU_E_TREE,        -ENODEV, NULL },
    { IPMMU_E_TIMEOUT,     -EIO,    RETRY },
    { IPMMU_E_QUARANTINED, -EIO,    RETRY },
    { IPMMU_E_UNVERIFIED,  -EIO,    "stop the device by other means" },
};

static unsigned int errno_row(enum ipmmu_err err)
{
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(errnos); i++ )
        if ( errnos[i].err == err )
            break;

    return i;
}

int ipmmu_xen_errno(enum ipmmu_err err)
{
    unsigned int row = errno_row(err);

    return row < ARRAY_SIZE(errnos) ? errnos[row].code : -EINVAL;
}

static const char *next_step(enum ipmmu_err err)
{
    unsigned int row = errno_row(err);

    return row < ARRAY_SIZE(errnos) && errnos[row].next != NULL ? errnos[row].next
                                                                : ipmmu_error_next(err);
}

/* Tells what failed and what to do next; the answer is the error in Xen's numbers. */
int ipmmu_xen_complain(const char *what, struct device *dev,
                       const struct domain *d, enum ipmmu_err err)
{
    const char *name = dev != NULL ? dt_node_full_name(dev_to_dt(dev)) : "all units";

    if ( err == IPMMU_OK )
        return 0;

    if ( d != NULL )
        printk(XENLOG_ERR "ipmmu: %s: %s %pd: %s (%s); %s\n", name, what, d,
               ipmmu_error_text(err), ipmmu_error_name(err), next_step(err));
    else
        printk(XENLOG_ERR "ipmmu: %s: %s: %s (%s); %s\n", name, what,
               ipmmu_error_text(err), ipmmu_error_name(err), next_step(err));

    return ipmmu_xen_errno(err);
}

bool ipmmu_xen_may_print(struct ipmmu_xen_limit *limit)
{
    unsigned int told = 0;
    unsigned long flags;
    s_time_t now = NOW();
    bool ok;

    spin_lock_irqsave(&limit_lock, flags);
    if ( limit->full_at < now )
        limit->full_at = now;
    ok = limit->full_at - now <= (LIMIT_BURST - 1) * LIMIT_EACH;
    if ( ok )
    {
        limit->full_at += LIMIT_EACH;
        told = limit->held_back;
        limit->held_back = 0;
    }
    else
        limit->held_back++;
    spin_unlock_irqrestore(&limit_lock, flags);

    if ( told != 0U )
        printk(XENLOG_WARNING "ipmmu: %u lines held back\n", told);

    return ok;
}

/* Events that what a guest does can cause. */
static bool event_is_limited(enum ipmmu_event_kind kind)
{
    switch ( kind )
    {
    case IPMMU_EVENT_FAULT_STORM:
    case IPMMU_EVENT_FAULT_LOST:
    case IPMMU_EVENT_FAULT_SPURIOUS:
    case IPMMU_EVENT_FAULT_UNOWNED:
    case IPMMU_EVENT_STATUS_STUCK:
        return true;

    default:
        return false;
    }
}

static bool event_is_good(enum ipmmu_event_kind kind)
{
    return kind == IPMMU_EVENT_MMU_ONLINE || kind == IPMMU_EVENT_RELEASED;
}

/*
 * The library advises calls of its own, which the glue makes: Xen's users are told what they can
 * do, or nothing. The advice is the last part of a line.
 */
static void advise(const struct ipmmu_event *event, char *line, size_t size)
{
    const char *next = "";
    char *at = NULL;

    switch ( event->kind )
    {
    case IPMMU_EVENT_QUARANTINED:
        next = ": " RETRY;
        at = strrchr(line, ':');
        break;

    case IPMMU_EVENT_FAULT_STORM:
    case IPMMU_EVENT_FAULT_LOST:
        at = strrchr(line, ':');
        break;

    case IPMMU_EVENT_MMU_OFFLINE:
        next = event->error == IPMMU_E_OFFLINE ? "; " POWER : "; it is not used";
        at = strrchr(line, ';');
        break;

    default:
        break;
    }
    if ( at != NULL )
        (void)snprintf(at, size - (at - line), "%s", next);
}

void ipmmu_xen_event(void *host, const struct ipmmu_event *event)
{
    char line[LINE_BYTES];

    if ( event_is_limited(event->kind) && !ipmmu_xen_may_print(&event_limit) )
        return;

    (void)ipmmu_event_text(event, line, sizeof(line));
    advise(event, line, sizeof(line));
    if ( event->kind == IPMMU_EVENT_RELEASED && event->cookie != NULL )
        printk(XENLOG_INFO "ipmmu: %s: it was d%u's\n", line,
               ipmmu_xen_cookie_id(event->cookie));
    else if ( event_is_good(event->kind) )
        printk(XENLOG_INFO "ipmmu: %s\n", line);
    else
        printk(XENLOG_WARNING "ipmmu: %s\n", line);
}

/* Prints a fault with what the domain's P2M says of the address. */
static void print_of_domain(const struct domain *d, const struct ipmmu_xen_last_fault *last,
                            const char *line)
{
    printk(XENLOG_ERR "ipmmu: %pd: %s\n", d, line);
    if ( mfn_eq(last->mfn, INVALID_MFN) )
        printk(XENLOG_ERR "ipmmu: %pd: P2M has nothing at %#"PRIx64"\n", d, last->iova);
    else
        printk(XENLOG_ERR "ipmmu: %pd: P2M has mfn %#"PRI_mfn" of type %u at %#"PRIx64"\n",
               d, mfn_x(last->mfn), last->type, last->iova);
}

/*
 * False: the domain is gone, but for what the library has of it. Another one may have its number
 * by now.
 */
static bool fault_of_domain(const struct ipmmu_fault *fault, const char *line, bool print)
{
    struct ipmmu_xen_last_fault last = {
        .seen = true,
        .iova = fault->iova.v,
        .level = fault->level,
        .status = fault->status,
    };
    struct domain *d = rcu_lock_domain_by_id(ipmmu_xen_cookie_id(fault->cookie));
    struct ipmmu_xen_domain *own;
    p2m_type_t type;
    bool found;

    if ( d == NULL )
        return false;

    own = dom_iommu(d)->arch.priv;
    found = own != NULL && own->cookie == fault->cookie;
    if ( found )
    {
        last.mfn = p2m_lookup(d, gaddr_to_gfn(last.iova), &type);
        last.type = type;
        own->last = last;
    }
    if ( found && print )
        print_of_domain(d, &last, line);
    rcu_unlock_domain(d);

    return found;
}

void ipmmu_xen_fault(void *host, const struct ipmmu_fault *fault)
{
    char line[LINE_BYTES] = "";
    bool print = ipmmu_xen_may_print(&fault_limit[fault->context % IPMMU_MAX_CONTEXTS]);

    if ( print )
        (void)ipmmu_fault_text(fault, line, sizeof(line));

    if ( (fault->cookie == NULL || !fault_of_domain(fault, line, print)) && print )
        printk(XENLOG_ERR "ipmmu: no domain: %s\n", line);
}

static void dump_contexts(unsigned int mmu, unsigned int contexts)
{
    struct ipmmu_context_info info;
    unsigned int i;

    for ( i = 0; i < contexts; i++ )
        if ( ipmmu_context_query(ipmmu_xen.system, mmu, i, &info) == IPMMU_OK &&
             info.state != IPMMU_CONTEXT_FREE && info.state != IPMMU_CONTEXT_RESERVED )
            printk("  context %u: %s%s, set up %u times, %"PRIu64" faults\n", i,
                   ipmmu_context_state_text(info.state), info.masked ? ", masked" : "",
                   info.generation, info.faults);
}

static void dump_utlbs(unsigned int mmu, unsigned int utlbs)
{
    struct ipmmu_utlb_info info;
    unsigned int i;

    for ( i = 0; i < utlbs; i++ )
        if ( ipmmu_utlb_query(ipmmu_xen.system, mmu, i, &info) == IPMMU_OK &&
             (info.state != IPMMU_UTLB_UNMANAGED || info.context != IPMMU_NONE) )
            printk("  uTLB %u: %s, context %d, %u masters\n", i,
                   ipmmu_utlb_state_text(info.state), (int)info.context, info.claimed);
}

static void dump_mmu(unsigned int mmu)
{
    struct ipmmu_mmu_info info;

    if ( ipmmu_mmu_query(ipmmu_xen.system, mmu, &info) != IPMMU_OK )
        return;

    if ( !info.online )
    {
        printk(" %s: offline: %s\n", ipmmu_xen.desc.mmus[mmu].name,
               ipmmu_error_text(info.why));
        return;
    }
    printk(" %s: %s, %s\n", ipmmu_xen.desc.mmus[mmu].name,
           info.is_root ? "root" : "cache", ipmmu_mode_text(info.mode));
    if ( info.is_root )
        dump_contexts(mmu, info.contexts);
    dump_utlbs(mmu, info.utlbs);
}

static void dump_on_root(struct ipmmu_xen_domain *own, unsigned int mmu)
{
    struct ipmmu_domain_info info;

    if ( own->on_root[mmu] == NULL ||
         ipmmu_domain_query(own->on_root[mmu], &info) != IPMMU_OK )
        return;

    printk("  %s: context %d, %u masters%s\n", ipmmu_xen.desc.mmus[mmu].name,
           (int)info.context, info.masters,
           info.state == IPMMU_DOMAIN_QUARANTINED ? ", quarantined" : "");
}

static void dump_domain(struct ipmmu_xen_domain *own)
{
    unsigned int i;

    printk(" %pd: %d flushes, %d failed, %d additions without a flush\n", own->d,
           atomic_read(&own->flushes), atomic_read(&own->failed),
           atomic_read(&own->additions));
    read_lock(&own->lock);
    for ( i = 0; i < ipmmu_xen.desc.mmu_count; i++ )
        dump_on_root(own, i);
    read_unlock(&own->lock);
    if ( own->last.seen )
        printk("  last fault: iova %#"PRIx64", level %u, status %#x; P2M mfn %#"PRI_mfn", type %u\n",
               own->last.iova, own->last.level, own->last.status, mfn_x(own->last.mfn),
               own->last.type);
}

static void dump(unsigned char key)
{
    struct domain *d;
    unsigned int i;

    printk("IPMMUs:\n");
    for ( i = 0; i < ipmmu_xen.desc.mmu_count; i++ )
        dump_mmu(i);

    rcu_read_lock(&domlist_read_lock);
    for_each_domain ( d )
        if ( is_iommu_enabled(d) && dom_iommu(d)->arch.priv != NULL )
            dump_domain(dom_iommu(d)->arch.priv);
    rcu_read_unlock(&domlist_read_lock);
}

void __init ipmmu_xen_report_init(void)
{
    register_keyhandler('I', dump, "dump IPMMU state", 1);
}

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * indent-tabs-mode: nil
 * End:
 */
