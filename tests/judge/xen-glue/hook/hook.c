// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * hook.c - part of a Xen for tests only. Debug keys make happen what no guest can make happen:
 *   1  begin a round: one allocation of the driver fails, in each round the next one
 *   2  end the round, and tell whether the allocation was asked for; before any: how many were
 *   3  remove_device for the test master, as an overlay would
 *   4  quiesce, which no Xen on Arm calls by itself
 *   5  take the test master from domain 1, tear the IOMMU of that domain down, and make it anew
 *   6  assign the test master to domain 1, and move it to dom0, twice
 * And hook-fail=N on Xen's command line: allocation N since the start fails.
 * Decides nothing; what comes of it is read from the console.
 */
#undef _xzalloc

#include <xen/compile.h>
#include <xen/device_tree.h>
#include <xen/init.h>
#include <xen/iommu.h>
#include <xen/keyhandler.h>
#include <xen/lib.h>
#include <xen/param.h>
#include <xen/sched.h>
#include <xen/xmalloc.h>

#include <asm/atomic.h>

#define MASTER "/test-master@bf10000"

static atomic_t asked = ATOMIC_INIT(0);
/* The number of the allocation that fails; 0 for none. */
static int doomed;
integer_param("hook-fail", doomed);
static int rounds;

void *ipmmu_hook_xzalloc(unsigned long size, unsigned long align);
void *ipmmu_hook_xzalloc(unsigned long size, unsigned long align)
{
    int number = atomic_add_return(1, &asked);

    return number == ACCESS_ONCE(doomed) ? NULL : _xzalloc(size, align);
}

static void begin(unsigned char key)
{
    rounds++;
    atomic_set(&asked, 0);
    ACCESS_ONCE(doomed) = rounds;
}

static void end(unsigned char key)
{
    ACCESS_ONCE(doomed) = 0;
    if ( rounds == 0 )
        printk("hook: %d allocations since the start\n", atomic_read(&asked));
    else if ( atomic_read(&asked) < rounds )
        printk("hook: round %d: only %d allocations, none failed\n", rounds,
               atomic_read(&asked));
    else
        printk("hook: round %d: allocation %d failed\n", rounds, rounds);
}

static void remove(unsigned char key)
{
    struct dt_device_node *node = dt_find_node_by_path(MASTER);
    const struct iommu_ops *ops = iommu_get_ops();

    if ( node == NULL || ops == NULL || ops->remove_device == NULL )
        printk("hook: remove_device cannot be called\n");
    else
        printk("hook: remove_device answers %d, protected %d\n",
               ops->remove_device(0, dt_to_dev(node)), dt_device_is_protected(node));
}

static void quiesce(unsigned char key)
{
    const struct iommu_ops *ops = iommu_get_ops();

#if XEN_VERSION * 100 + XEN_SUBVERSION >= 420
    if ( ops != NULL && ops->quiesce != NULL )
    {
        ops->quiesce();
        printk("hook: quiesced\n");
        return;
    }
#endif
    printk("hook: this Xen has no quiesce%s\n", ops == NULL ? ", and no driver" : "");
}

static void tear_down(unsigned char key)
{
    struct domain *d = rcu_lock_domain_by_id(1);
    struct dt_device_node *node = dt_find_node_by_path(MASTER);
    const struct iommu_ops *ops = iommu_get_ops();

    if ( d == NULL || node == NULL )
    {
        printk("hook: there is no domain 1\n");
        return;
    }
    printk("hook: taking it away answers %d\n",
           ops->reassign_device(d, NULL, 0, dt_to_dev(node)));
    ops->teardown(d);
    printk("hook: torn down\n");
    printk("hook: made anew: %d\n", ops->init(d));
    rcu_unlock_domain(d);
}

static void assign(unsigned char key)
{
    struct domain *d = rcu_lock_domain_by_id(1);
    struct dt_device_node *node = dt_find_node_by_path(MASTER);
    const struct iommu_ops *ops = iommu_get_ops();
    int i;

    if ( d == NULL || node == NULL )
    {
        printk("hook: there is no domain 1\n");
        return;
    }
    printk("hook: assigning it answers %d\n", ops->assign_device(d, 0, dt_to_dev(node), 0));
    for ( i = 0; i < 2; i++ )
        printk("hook: moving it to dom0 answers %d\n",
               ops->reassign_device(d, hardware_domain, 0, dt_to_dev(node)));
    rcu_unlock_domain(d);
}

static int __init hook_init(void)
{
    register_keyhandler('1', begin, "fail an allocation of the IPMMU driver", 0);
    register_keyhandler('2', end, "tell whether it was asked for", 0);
    register_keyhandler('3', remove, "remove the test master from its IPMMU", 0);
    register_keyhandler('4', quiesce, "quiesce the IPMMUs", 0);
    register_keyhandler('5', tear_down, "tear the IOMMU of domain 1 down", 0);
    register_keyhandler('6', assign, "assign the test master, and move it twice", 0);

    return 0;
}
__initcall(hook_init);

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * indent-tabs-mode: nil
 * End:
 */
