// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * machine.c - the IPMMUs in the virt machine: their place in the memory map, the PCIe bus, a
 * PL330 and a test master behind them, and the device-tree nodes that say so.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "exec/address-spaces.h"
#include "hw/arm/fdt.h"
#include "hw/pci/pci.h"
#include "hw/qdev-properties.h"
#include "sysemu/device_tree.h"

#include "lab.h"
#include "machine.h"

/* A hole in the map of the virt machine, 0x0b000000 to 0x0bffffff. */
enum {
	UNITS_AT = 0x0b000000,
	PL330_AT = 0x0bf00000,
	MASTER_AT = 0x0bf10000,
	LAB_AT = 0x0bf20000,
	PRR_AT = 0x0bff0044,
	PL330_SIZE = 0x1000
};

/* Interrupts that the virt machine leaves free: SPI 80 to 111. */
enum {
	ROOT_SPI = 80, /* of the first root, then one by one */
	ROOTS_MAX = 8,
	MASTER_SPI = 88,
	PL330_SPI = 90, /* abort, then one for each event */
	PL330_EVENTS = 16
};

/* Who sits where. */
struct plan {
	void *fdt;
	IpmmuState *ipmmu;
	DeviceState *gic;
	uint32_t phandles[IPMMU_UNITS_MAX];
	uint32_t pcie_unit;
	uint32_t pcie_utlbs; /* uTLB n is device and function n of bus 0 */
	uint32_t local_unit;
	uint32_t master_utlb;
	uint32_t pl330_utlb;
};

/* What pci_setup_iommu() hands back. */
struct pcie {
	IpmmuState *ipmmu;
	PCIBus *bus;
	uint32_t unit;
	uint32_t utlbs;
	MemoryRegion nothing;
	AddressSpace blocked;
};

/* A function that has no uTLB reaches nothing. */
static AddressSpace *pcie_space(PCIBus *bus, void *opaque, int devfn)
{
	struct pcie *pcie = opaque;

	if (bus != pcie->bus || devfn < 0 || (uint32_t)devfn >= pcie->utlbs) {
		return &pcie->blocked;
	}
	return &ipmmu_port(pcie->ipmmu, pcie->unit, (uint32_t)devfn)->space;
}

/*
 * The first unit with uTLBs serves PCIe, the second one the local masters. A single one serves
 * both: then the last two uTLBs of the low bank are the local ones.
 */
static void plan_seats(struct plan *plan)
{
	const IpmmuState *s = plan->ipmmu;
	uint32_t found = 0;
	uint32_t i;

	for (i = 0; i < s->unit_count; i++) {
		if (s->unit_configs[i].utlbs == 0) {
			continue;
		}
		if (found == 0) {
			plan->pcie_unit = i;
		}
		if (found < 2) {
			plan->local_unit = i;
		}
		found++;
	}
	if (found == 0) {
		error_report(
			"ipmmu: layout '%s' has no unit with uTLBs; give the root a cache, "
			"such as 0:0.0",
			s->layout != NULL ? s->layout : "");
		exit(1);
	}
	/* On Gen3 and Gen4 these are in the high bank of registers. */
	plan->master_utlb = found > 1 && s->generation != MODEL_GEN2 ? 32 : 30;
	plan->pl330_utlb = plan->master_utlb + 1;
	plan->pcie_utlbs = found > 1 ? ipmmu_utlb_count(s) : plan->master_utlb;
}

static qemu_irq spi(const struct plan *plan, uint32_t number)
{
	return qdev_get_gpio_in(plan->gic, (int)number);
}

static void ipmmu_make(struct plan *plan)
{
	DeviceState *dev = qdev_new(TYPE_IPMMU);
	SysBusDevice *bus = SYS_BUS_DEVICE(dev);
	uint32_t roots = 0;
	uint32_t i;

	object_property_add_child(qdev_get_machine(), "ipmmu", OBJECT(dev));
	sysbus_realize_and_unref(bus, &error_fatal);
	plan->ipmmu = IPMMU(dev);
	sysbus_mmio_map(bus, 0, UNITS_AT);
	sysbus_mmio_map(bus, 1, PRR_AT);
	for (i = 0; i < plan->ipmmu->unit_count; i++) {
		if (plan->ipmmu->unit_configs[i].root != i) {
			continue;
		}
		if (roots == ROOTS_MAX) {
			error_report("ipmmu: more than %u roots; the machine has no interrupts "
				     "for them",
				     ROOTS_MAX);
			exit(1);
		}
		sysbus_connect_irq(bus, (int)roots, spi(plan, ROOT_SPI + roots));
		roots++;
	}
}

static void pcie_make(struct plan *plan, PCIBus *bus)
{
	struct pcie *pcie = g_new0(struct pcie, 1);

	pcie->ipmmu = plan->ipmmu;
	pcie->bus = bus;
	pcie->unit = plan->pcie_unit;
	pcie->utlbs = plan->pcie_utlbs;
	memory_region_init(&pcie->nothing, OBJECT(plan->ipmmu), "ipmmu-nothing", UINT64_MAX);
	address_space_init(&pcie->blocked, &pcie->nothing, "ipmmu-nothing");
	pci_setup_iommu(bus, pcie_space, pcie);
}

static void pl330_make(struct plan *plan)
{
	IpmmuPort *port = ipmmu_port(plan->ipmmu, plan->local_unit, plan->pl330_utlb);
	DeviceState *dev = qdev_new("pl330");
	SysBusDevice *bus = SYS_BUS_DEVICE(dev);
	uint32_t i;

	object_property_set_link(OBJECT(dev), "memory", OBJECT(&port->region), &error_fatal);
	qdev_prop_set_uint8(dev, "num_events", PL330_EVENTS);
	sysbus_realize_and_unref(bus, &error_fatal);
	sysbus_mmio_map(bus, 0, PL330_AT);
	for (i = 0; i <= PL330_EVENTS; i++) {
		sysbus_connect_irq(bus, (int)i, spi(plan, PL330_SPI + i));
	}
}

static void masters_make(struct plan *plan)
{
	DeviceState *master = qdev_new(TYPE_IPMMU_MASTER);
	DeviceState *lab = qdev_new(TYPE_IPMMU_LAB);

	object_property_set_link(OBJECT(master), "ipmmu", OBJECT(plan->ipmmu), &error_fatal);
	qdev_prop_set_uint32(master, "unit", plan->local_unit);
	qdev_prop_set_uint32(master, "utlb", plan->master_utlb);
	sysbus_realize_and_unref(SYS_BUS_DEVICE(master), &error_fatal);
	sysbus_mmio_map(SYS_BUS_DEVICE(master), 0, MASTER_AT);
	sysbus_connect_irq(SYS_BUS_DEVICE(master), 0, spi(plan, MASTER_SPI));
	object_property_set_link(OBJECT(lab), "ipmmu", OBJECT(plan->ipmmu), &error_fatal);
	object_property_set_link(OBJECT(lab), "master", OBJECT(master), &error_fatal);
	sysbus_realize_and_unref(SYS_BUS_DEVICE(lab), &error_fatal);
	sysbus_mmio_map(SYS_BUS_DEVICE(lab), 0, LAB_AT);
}

static void compatible_set(const struct plan *plan, const char *node)
{
	static const char gen2[] = "renesas,ipmmu-r8a7790\0renesas,ipmmu-vmsa";
	static const char gen3[] = "renesas,ipmmu-r8a7795";
	static const char gen4[] = "renesas,ipmmu-r8a779f0\0renesas,rcar-gen4-ipmmu-vmsa";

	if (plan->ipmmu->generation == MODEL_GEN2) {
		qemu_fdt_setprop(plan->fdt, node, "compatible", gen2, sizeof(gen2));
	} else if (plan->ipmmu->generation == MODEL_GEN3) {
		qemu_fdt_setprop(plan->fdt, node, "compatible", gen3, sizeof(gen3));
	} else {
		qemu_fdt_setprop(plan->fdt, node, "compatible", gen4, sizeof(gen4));
	}
}

/* How many roots come before unit @index. */
static uint32_t roots_before(const IpmmuState *s, uint32_t index)
{
	uint32_t roots = 0;
	uint32_t i;

	for (i = 0; i < index; i++) {
		roots += s->unit_configs[i].root == i;
	}
	return roots;
}

static void unit_node(struct plan *plan, uint32_t index)
{
	const struct model_unit_config *unit = &plan->ipmmu->unit_configs[index];
	uint64_t base = UNITS_AT + (uint64_t)index * IPMMU_UNIT_STRIDE;
	g_autofree char *node = g_strdup_printf("/iommu@%" PRIx64, base);

	qemu_fdt_add_subnode(plan->fdt, node);
	compatible_set(plan, node);
	qemu_fdt_setprop_sized_cells(plan->fdt, node, "reg", 2, base, 2,
				     ipmmu_unit_size(plan->ipmmu));
	qemu_fdt_setprop_cell(plan->fdt, node, "#iommu-cells", 1);
	qemu_fdt_setprop_cell(plan->fdt, node, "phandle", plan->phandles[index]);
	if (unit->root == index) {
		qemu_fdt_setprop_cells(plan->fdt, node, "interrupts", GIC_FDT_IRQ_TYPE_SPI,
				       ROOT_SPI + roots_before(plan->ipmmu, index),
				       GIC_FDT_IRQ_FLAGS_LEVEL_HI);
	} else if (unit->imsstr_bit == MODEL_NONE) {
		qemu_fdt_setprop_cell(plan->fdt, node, "renesas,ipmmu-main",
				      plan->phandles[unit->root]);
	} else {
		qemu_fdt_setprop_cells(plan->fdt, node, "renesas,ipmmu-main",
				       plan->phandles[unit->root], unit->imsstr_bit);
	}
}

static void pl330_node(struct plan *plan, uint32_t clock_phandle)
{
	static const char compatible[] = "arm,pl330\0arm,primecell";
	g_autofree char *node = g_strdup_printf("/dma-controller@%x", PL330_AT);
	uint32_t interrupts[3 * (PL330_EVENTS + 1)];
	uint32_t i;

	for (i = 0; i <= PL330_EVENTS; i++) {
		interrupts[3 * i] = cpu_to_be32(GIC_FDT_IRQ_TYPE_SPI);
		interrupts[3 * i + 1] = cpu_to_be32(PL330_SPI + i);
		interrupts[3 * i + 2] = cpu_to_be32(GIC_FDT_IRQ_FLAGS_LEVEL_HI);
	}
	qemu_fdt_add_subnode(plan->fdt, node);
	qemu_fdt_setprop(plan->fdt, node, "compatible", compatible, sizeof(compatible));
	qemu_fdt_setprop_sized_cells(plan->fdt, node, "reg", 2, PL330_AT, 2, PL330_SIZE);
	qemu_fdt_setprop(plan->fdt, node, "interrupts", interrupts, sizeof(interrupts));
	qemu_fdt_setprop_cell(plan->fdt, node, "clocks", clock_phandle);
	qemu_fdt_setprop_string(plan->fdt, node, "clock-names", "apb_pclk");
	qemu_fdt_setprop_cell(plan->fdt, node, "#dma-cells", 1);
	qemu_fdt_setprop_cells(plan->fdt, node, "iommus", plan->phandles[plan->local_unit],
			       plan->pl330_utlb);
}

static void master_node(struct plan *plan)
{
	g_autofree char *node = g_strdup_printf("/test-master@%x", MASTER_AT);

	qemu_fdt_add_subnode(plan->fdt, node);
	qemu_fdt_setprop_string(plan->fdt, node, "compatible", "libipmmu,test-master");
	qemu_fdt_setprop_sized_cells(plan->fdt, node, "reg", 2, MASTER_AT, 2,
				     IPMMU_MASTER_SIZE);
	qemu_fdt_setprop_cells(plan->fdt, node, "interrupts", GIC_FDT_IRQ_TYPE_SPI, MASTER_SPI,
			       GIC_FDT_IRQ_FLAGS_LEVEL_HI);
	qemu_fdt_setprop_cells(plan->fdt, node, "iommus", plan->phandles[plan->local_unit],
			       plan->master_utlb);
}

static void prr_node(struct plan *plan)
{
	g_autofree char *node = g_strdup_printf("/chipid@%x", PRR_AT);

	qemu_fdt_add_subnode(plan->fdt, node);
	qemu_fdt_setprop_string(plan->fdt, node, "compatible", "renesas,prr");
	qemu_fdt_setprop_sized_cells(plan->fdt, node, "reg", 2, PRR_AT, 2, 4);
}

/* The newest node comes first in the tree, so the roots are the last to be made. */
static void nodes_make(struct plan *plan, const char *pcie_node, uint32_t clock_phandle)
{
	uint32_t i;

	for (i = 0; i < plan->ipmmu->unit_count; i++) {
		plan->phandles[i] = qemu_fdt_alloc_phandle(plan->fdt);
	}
	master_node(plan);
	pl330_node(plan, clock_phandle);
	prr_node(plan);
	for (i = plan->ipmmu->unit_count; i-- > 0;) {
		unit_node(plan, i);
	}
	qemu_fdt_setprop_cells(plan->fdt, pcie_node, "iommu-map", 0,
			       plan->phandles[plan->pcie_unit], 0, plan->pcie_utlbs);
}

void ipmmu_machine_create(void *fdt, PCIBus *bus, const char *pcie_node, DeviceState *gic,
			  uint32_t clock_phandle)
{
	struct plan plan = {.fdt = fdt, .gic = gic};

	ipmmu_make(&plan);
	plan_seats(&plan);
	pcie_make(&plan, bus);
	pl330_make(&plan);
	masters_make(&plan);
	nodes_make(&plan, pcie_node, clock_phandle);
}
