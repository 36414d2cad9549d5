/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * ipmmu-xen.h - what the files of the glue share. Nothing of it is seen by the rest of Xen.
 *
 * Locks, outermost first: Xen's dtdevs_lock; the service lock; a P2M lock; a domain's lock below;
 * the locks of the library. The glue looks into a P2M only from its tasklet, under the service
 * lock.
 */
#ifndef IPMMU_XEN_H
#define IPMMU_XEN_H

#include <ipmmu/domain.h>
#include <ipmmu/fault.h>
#include <ipmmu/master.h>
#include <ipmmu/ops.h>
#include <ipmmu/system.h>

#include <xen/device_tree.h>
#include <xen/lib.h>
#include <xen/rwlock.h>
#include <xen/sched.h>
#include <xen/time.h>

#include <asm/atomic.h>
#include <asm/device.h>

/* What the command line said: ipmmu=... */
struct ipmmu_xen_options
{
    bool panic;               /* isolation cannot be verified: stop the machine */
    bool force_stage2;        /* parts that nobody has shown to walk stage 2 */
    bool accept_unsuitable;   /* parts that are known not to isolate well */
    bool lockdown;            /* also deny running uTLBs of which the tree says nothing */
    bool assume_powered;      /* firmware leaves every unit powered */
    bool flush_additions;     /* flush when an entry was only added, too */
    bool context_flush_whole; /* a flush of a context empties its uTLBs as well */
    bool cache_flush_unread;  /* a cache does not show the end of a flush */
};

extern struct ipmmu_xen_options ipmmu_xen_opt;

/* At most burst lines at once and one more each interval; what was held back is counted. */
struct ipmmu_xen_limit
{
    s_time_t full_at;
    unsigned int held_back;
};

/* One entry of "iommus": phandle and uTLB. */
#define IPMMU_XEN_ENTRY_BYTES 8

/* One described master: what the tree says of it. */
struct ipmmu_xen_known
{
    struct dt_device_node *node;
    unsigned int entries;     /* in its "iommus", usable or not */
};

/* All that there is of the IPMMUs, once. */
struct ipmmu_xen_host
{
    struct ipmmu_system *system;
    struct ipmmu_system_desc desc;
    struct dt_device_node **nodes;  /* by MMU */
    struct ipmmu_xen_known *known;  /* by described master */
    unsigned int *irqs;             /* by MMU; 0 where none is connected */
};

extern struct ipmmu_xen_host ipmmu_xen;

/* The last fault of a domain, with what Xen's own P2M says of the address. */
struct ipmmu_xen_last_fault
{
    bool seen;
    uint64_t iova;
    uint32_t level;
    uint32_t status;
    mfn_t mfn;
    unsigned int type;
};

/* A Xen domain: dom_iommu(d)->arch.priv. */
struct ipmmu_xen_domain
{
    /* Held for reading over a flush, for writing where on_root changes. */
    rwlock_t lock;
    struct domain *d;
    void *cookie;             /* of its library domains; see ipmmu_xen_cookie_id() */
    struct ipmmu_xen_last_fault last;
    atomic_t flushes;
    atomic_t failed;
    atomic_t additions;       /* calls that needed no flush */
    struct ipmmu_domain *on_root[];  /* by MMU; NULL where it has none */
};

/* A master device: fwspec->iommu_priv. */
struct ipmmu_xen_master
{
    const struct ipmmu_master_desc *desc;
    struct ipmmu_master *handle;
    unsigned int root;
    struct ipmmu_master_desc own;    /* used where the tree at boot did not have it */
    struct ipmmu_port *own_ports;
};

/* host.c: what is described. */
const struct ipmmu_xen_known *ipmmu_xen_known_master(const struct dt_device_node *node);
int ipmmu_xen_mmu_of(const struct dt_device_node *node);

/*
 * The cookie of a library domain is a number, as what carries it may outlive the domain: the
 * domain's number + 1, and above these 16 bits another one for each domain that ever had it.
 */
static inline domid_t ipmmu_xen_cookie_id(const void *cookie)
{
    return ((unsigned long)cookie & 0xffffUL) - 1UL;
}

/* report.c: all that a person reads. */
int ipmmu_xen_errno(enum ipmmu_err err);
int ipmmu_xen_complain(const char *what, struct device *dev,
                       const struct domain *d, enum ipmmu_err err);
bool ipmmu_xen_may_print(struct ipmmu_xen_limit *limit);
void ipmmu_xen_event(void *host, const struct ipmmu_event *event);
void ipmmu_xen_fault(void *host, const struct ipmmu_fault *fault);
void ipmmu_xen_report_init(void);

/* describe.c: from the host's device tree to ipmmu_xen. */
int ipmmu_xen_describe(void);

/* hooks.c: the library's vtable. */
extern struct ipmmu_ops ipmmu_xen_hooks;
void ipmmu_xen_hooks_init(void);
/* No fault hook runs while it is held, so that what one names can end. */
void ipmmu_xen_service_lock(void);
void ipmmu_xen_service_unlock(void);

/* irq.c: interrupts of the roots. */
void ipmmu_xen_connect(unsigned int mmu);
void ipmmu_xen_quiesce(void);

/* device.c: masters come and go. */
int ipmmu_xen_dt_xlate(struct device *dev, const struct dt_phandle_args *args);
int ipmmu_xen_add_device(uint8_t devfn, struct device *dev);
int ipmmu_xen_remove_device(uint8_t devfn, struct device *dev);
struct ipmmu_xen_master *ipmmu_xen_master_of(struct device *dev);
bool ipmmu_xen_booting(void);

/* domain.c: domains, and which master is in which. */
extern const struct iommu_ops ipmmu_xen_iommu_ops;

#endif /* IPMMU_XEN_H */

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * indent-tabs-mode: nil
 * End:
 */
