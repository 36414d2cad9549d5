// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * machine.c - the machine under the image, out of its device tree: memory, console, interrupt
 * controller, firmware, cores. The IPMMUs are the library's business.
 */
#include "image.h"

#include <libfdt.h>
#include <string.h>

enum {
	FDT_SIZE_MAX = 64 << 20,
	INTERRUPT_CELLS = 3,
	SPI_FIRST = 32
};

struct machine machine;

static uint64_t cells(const fdt32_t *at, int count)
{
	uint64_t value = 0;

	for (; count > 0; count--) {
		value = value << 32 | fdt32_to_cpu(*at++);
	}
	return value;
}

/* Entry @index of the reg property of a node below the root or of one level more. */
static bool region(int node, int index, uint64_t *at, uint64_t *size)
{
	const void *fdt = machine.fdt;
	int parent = fdt_parent_offset(fdt, node);
	int a = fdt_address_cells(fdt, parent);
	int s = fdt_size_cells(fdt, parent);
	const fdt32_t *reg;
	int length;

	reg = fdt_getprop(fdt, node, "reg", &length);
	if (reg == NULL || a < 1 || s < 0 || length < (index + 1) * (a + s) * 4) {
		return false;
	}
	*at = cells(reg + index * (a + s), a);
	*size = cells(reg + index * (a + s) + a, s);
	return true;
}

static int find(const char *compatible)
{
	return fdt_node_offset_by_compatible(machine.fdt, -1, compatible);
}

uint64_t machine_region(const char *compatible, uint64_t *size)
{
	uint64_t at = 0;
	int node = find(compatible);

	if (node < 0 || !region(node, 0, &at, size)) {
		return 0;
	}
	return at;
}

uint32_t machine_interrupt(const char *compatible)
{
	const fdt32_t *interrupt;
	int node = find(compatible);
	int length;

	if (node < 0) {
		return 0;
	}
	interrupt = fdt_getprop(machine.fdt, node, "interrupts", &length);
	if (interrupt == NULL || length < INTERRUPT_CELLS * 4) {
		return 0;
	}
	return SPI_FIRST + fdt32_to_cpu(interrupt[1]);
}

static bool read_gic(void)
{
	static const char *const names[] = {"arm,cortex-a15-gic", "arm,gic-400"};
	uint64_t size;
	int node = find("arm,gic-v3");
	uint32_t i;

	machine.gic_version = 3;
	for (i = 0; i < 2 && node < 0; i++) {
		machine.gic_version = 2;
		node = find(names[i]);
	}
	return node >= 0 && region(node, 0, &machine.gic_distributor, &size) &&
	       region(node, 1, &machine.gic_second, &machine.gic_second_size);
}

static bool read_cores(void)
{
	const void *fdt = machine.fdt;
	int parent = fdt_path_offset(fdt, "/cpus");
	uint64_t size;
	int node;

	fdt_for_each_subnode(node, fdt, parent)
	{
		const char *type = fdt_getprop(fdt, node, "device_type", NULL);

		if (type != NULL && strcmp(type, "cpu") == 0 && machine.cores < CORES_MAX &&
		    region(node, 0, &machine.core_id[machine.cores], &size)) {
			machine.cores++;
		}
	}
	return machine.cores > 0;
}

static bool read_memory(void)
{
	const void *fdt = machine.fdt;
	int node = fdt_node_offset_by_prop_value(fdt, -1, "device_type", "memory", 7);

	return node >= 0 && region(node, 0, &machine.ram, &machine.ram_size);
}

const char *machine_read(const void *fdt)
{
	const char *method;
	uint64_t size;
	int psci;

	if (fdt == NULL || fdt_check_header(fdt) != 0 || fdt_totalsize(fdt) > FDT_SIZE_MAX ||
	    fdt_check_full(fdt, fdt_totalsize(fdt)) != 0) {
		return "there is no device tree, or it is damaged";
	}
	machine.fdt = fdt;
	machine.fdt_size = fdt_totalsize(fdt);
	machine.uart = machine_region("arm,pl011", &size);
	if (machine.uart == 0) {
		return "the device tree names no arm,pl011";
	}
	if (!read_memory()) {
		return "the device tree names no memory";
	}
	if (!read_gic()) {
		return "the device tree names no interrupt controller: arm,gic-v3, arm,gic-400";
	}
	if (!read_cores()) {
		return "the device tree names no CPU";
	}
	psci = find("arm,psci-0.2");
	method = psci < 0 ? NULL : fdt_getprop(fdt, psci, "method", NULL);
	machine.psci_smc = method != NULL && strcmp(method, "smc") == 0;
	return NULL;
}
