// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * hello.c - the smallest image that uses the library: it reads the device tree, brings every
 * IPMMU to a known state, and says what is there. docs/baremetal.md goes through it.
 */
#include "image.h"

#include <ipmmu/fdt.h>
#include <ipmmu/system.h>
#include <ipmmu/text.h>
#include <ipmmu-baremetal.h>
#include <ipmmu-cpu.h>

enum {
	MMUS = 24,
	MASTERS = 64,
	PORTS = 160,
	TEXT = 4096,
	TABLE_PAGES = 32,
	MEMORY = 2 * 1024 * 1024
};

static struct {
	struct ipmmu_mmu_desc mmus[MMUS];
	struct ipmmu_master_desc masters[MASTERS];
	struct ipmmu_port ports[PORTS];
	char text[TEXT];
} store;
static uint8_t memory[MEMORY] __attribute__((aligned(8192)));
static struct ipmmu_baremetal metal;
static struct ipmmu_ops ops;
static struct ipmmu_fdt_result tree;

static void defect(void *arg, const struct ipmmu_fdt_defect *found)
{
	char line[160];

	(void)arg;
	(void)ipmmu_fdt_defect_text(found, line, sizeof(line));
	print("device tree: %s\n", line);
}

/* The cut of the part decides what it can do; the product register tells it. */
static bool read_product(struct ipmmu_prr *prr)
{
	uint64_t size;
	uint64_t at = machine_region("renesas,prr", &size);
	void *mapped = at == 0 ? NULL : device_map(at, size);

	if (mapped != NULL) {
		*prr = ipmmu_prr_decode(ipmmu_cpu_read32((uintptr_t)mapped));
	}
	return mapped != NULL;
}

/* What the tree says; then the registers are where it says. */
static void read_tree(void)
{
	struct ipmmu_prr prr;
	struct ipmmu_fdt_options options = {.prr = read_product(&prr) ? &prr : NULL};
	struct ipmmu_fdt_storage storage = {.mmus = store.mmus,
					    .mmus_max = MMUS,
					    .masters = store.masters,
					    .masters_max = MASTERS,
					    .ports = store.ports,
					    .ports_max = PORTS,
					    .text = store.text,
					    .text_size = TEXT};
	enum ipmmu_err err = ipmmu_fdt_read(machine.fdt, machine.fdt_size, &options, &storage,
					    defect, NULL, &tree);
	uint32_t i;

	if (err != IPMMU_OK) {
		image_halt(ipmmu_error_text(err));
	}
	if (tree.desc.mmu_count == 0) {
		image_halt("the device tree names no IPMMU");
	}
	for (i = 0; i < tree.desc.mmu_count; i++) {
		if (device_map(store.mmus[i].reg.v, store.mmus[i].reg_size) == NULL) {
			image_halt("the registers of an IPMMU cannot be mapped");
		}
	}
	ipmmu_baremetal_bind(store.mmus, tree.desc.mmu_count);
}

static void halt(void *arg)
{
	(void)arg;
	image_halt("isolation cannot be verified");
}

void image_main(void)
{
	struct ipmmu_baremetal_config config = {
		.memory = memory,
		.size = sizeof(memory),
		.needs = {.roots = MMUS,
			  .caches = MMUS,
			  .masters = MASTERS,
			  .domains = 8,
			  .table_pages = TABLE_PAGES},
		.print = print_line,
		.halt = halt,
	};
	struct ipmmu_system *system;
	enum ipmmu_err err;

	read_tree();
	err = ipmmu_baremetal_init(&metal, &config);
	if (err != IPMMU_OK) {
		image_halt(ipmmu_error_text(err));
	}
	ipmmu_baremetal_ops_init(&ops);
	err = ipmmu_system_create(&ops, &metal, &tree.desc, NULL, &system);
	if (err != IPMMU_OK) {
		image_halt(ipmmu_error_text(err));
	}
	print("%u units and %u masters are in a known state\n", tree.desc.mmu_count,
	      tree.desc.master_count);
}
