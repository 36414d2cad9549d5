/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * compat.h - the only place that knows which Xen this is: 4.17 to 4.20.
 */
#ifndef IPMMU_XEN_COMPAT_H
#define IPMMU_XEN_COMPAT_H

#include <xen/compile.h>

#define IPMMU_XEN_VERSION (XEN_VERSION * 100 + XEN_SUBVERSION)

/* Interrupt handlers lost their registers in 4.19. */
#if IPMMU_XEN_VERSION >= 419
#define IPMMU_XEN_IRQ_ARGS int irq, void *dev_id
#else
#define IPMMU_XEN_IRQ_ARGS int irq, void *dev_id, struct cpu_user_regs *regs
#endif

/* A hook that keeps the IOMMU from interrupting while Xen shuts down. */
#if IPMMU_XEN_VERSION >= 420
#define IPMMU_XEN_HAS_QUIESCE
#endif

#endif /* IPMMU_XEN_COMPAT_H */

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * indent-tabs-mode: nil
 * End:
 */
