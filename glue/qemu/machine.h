/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * machine.h - what the virt machine calls for iommu=ipmmu.
 */
#ifndef HW_MISC_IPMMU_MACHINE_H
#define HW_MISC_IPMMU_MACHINE_H

#include "hw/pci/pci_bus.h"

/* Make the IPMMUs, what sits behind them, and their nodes in @fdt. Ends QEMU on errors. */
void ipmmu_machine_create(void *fdt, PCIBus *bus, const char *pcie_node, DeviceState *gic,
			  uint32_t clock_phandle);

#endif
