// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * ipmmu-shim.c - Linux's IPMMU driver, as it is, as a module: Debian's kernel does not have it.
 * A module needs a licence tag, and its operations need an owner; the driver, meant to be built
 * in, has neither.
 */
#include <linux/iommu.h>
#include <linux/module.h>

static struct iommu_ops owned_ops;

static int register_owned(struct iommu_device *iommu, const struct iommu_ops *ops,
			  struct device *dev)
{
	owned_ops = *ops;
	owned_ops.owner = THIS_MODULE;
	return iommu_device_register(iommu, &owned_ops, dev);
}

#define iommu_device_register register_owned

#include "ipmmu-vmsa.c"

MODULE_LICENSE("GPL");
