// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * setup.c - see setup.h.
 */
#include "setup.h"

#include <ipmmu/fault.h>
#include <ipmmu/text.h>
#include <ipmmu-cpu.h>
#include <string.h>

enum {
	MMUS = 20,
	MASTERS = 64,
	PORTS = 160,
	TEXT = 4096,
	SPI = 32,
	BUDGET = 8,
	TABLE_PAGES = 64
};

static struct {
	struct ipmmu_mmu_desc mmus[MMUS];
	struct ipmmu_master_desc masters[MASTERS];
	struct ipmmu_port ports[PORTS];
	char text[TEXT];
} store;
static uint8_t memory[SETUP_MEMORY] __attribute__((aligned(8192)));
static struct ipmmu_baremetal metal;
static struct ipmmu_ops ops;
static struct ipmmu_fdt_result tree;
static struct ipmmu_system *system;

void setup_check(enum ipmmu_err err, const char *what)
{
	if (err != IPMMU_OK) {
		print("%s: %s; next: %s\n", what, ipmmu_error_text(err), ipmmu_error_next(err));
		image_halt(what);
	}
}

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

const struct ipmmu_system_desc *setup_read(void)
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
	uint32_t i;

	setup_check(ipmmu_fdt_read(machine.fdt, machine.fdt_size, &options, &storage, defect,
				   NULL, &tree),
		    "the device tree");
	if (tree.desc.mmu_count == 0) {
		image_halt("the device tree names no IPMMU");
	}
	for (i = 0; i < tree.desc.mmu_count; i++) {
		if (device_map(store.mmus[i].reg.v, store.mmus[i].reg_size) == NULL) {
			image_halt("the registers of an IPMMU cannot be mapped");
		}
	}
	ipmmu_baremetal_bind(store.mmus, tree.desc.mmu_count);
	return &tree.desc;
}

/* One line for each place: a master that is held tries the same again and again. */
static void fault(void *host, const struct ipmmu_fault *found)
{
	static struct ipmmu_iova last = {~0ull};
	char line[224];

	(void)host;
	if (found->iova.v != last.v) {
		(void)ipmmu_fault_text(found, line, sizeof(line));
		print("%s\n", line);
	}
	last = found->iova;
}

static void halt(void *arg)
{
	(void)arg;
	image_halt("isolation cannot be verified");
}

static void interrupt(void *arg)
{
	(void)ipmmu_root_interrupt(system, (uint32_t)(uintptr_t)arg);
}

static void count_units(struct ipmmu_arena_needs *needs)
{
	uint32_t i;

	for (i = 0; i < tree.desc.mmu_count; i++) {
		if (store.mmus[i].root == i) {
			needs->roots++;
		} else {
			needs->caches++;
		}
	}
}

static void interrupts_connect(void)
{
	uint32_t i;

	for (i = 0; i < tree.desc.mmu_count; i++) {
		if (store.mmus[i].irq != IPMMU_NONE) {
			irq_connect(SPI + store.mmus[i].irq, interrupt, (void *)(uintptr_t)i);
		}
	}
}

struct ipmmu_system *setup_create(struct ipmmu_arena_needs *needs,
				  void (*change)(struct ipmmu_ops *ops))
{
	struct ipmmu_baremetal_config config = {
		.memory = memory,
		.size = sizeof(memory),
		.print = print_line,
		.halt = halt,
	};

	count_units(needs);
	needs->masters = tree.desc.master_count;
	config.needs = *needs;
	/* No more than the computed size: it has to be enough. */
	if (ipmmu_arena_size(needs) != 0 && ipmmu_arena_size(needs) < sizeof(memory)) {
		config.size = ipmmu_arena_size(needs);
	}
	setup_check(ipmmu_baremetal_init(&metal, &config), "the port");
	ipmmu_baremetal_ops_init(&ops);
	ops.fault = fault;
	if (change != NULL) {
		change(&ops);
	}
	setup_check(ipmmu_system_create(&ops, &metal, &tree.desc, NULL, &system), "the system");
	interrupts_connect();
	print("%u units and %u masters are in a known state\n", tree.desc.mmu_count,
	      tree.desc.master_count);
	return system;
}

struct ipmmu_system *setup(void)
{
	struct ipmmu_arena_needs needs = {.domains = SETUP_DOMAINS,
					  .owned_domains = SETUP_DOMAINS,
					  .table_pages = TABLE_PAGES};

	(void)setup_read();
	return setup_create(&needs, NULL);
}

void setup_use(struct ipmmu_arena_use *use)
{
	ipmmu_arena_query(metal.arena, use);
}

const struct ipmmu_master_desc *setup_master(const char *node)
{
	uint32_t i;

	for (i = 0; i < tree.desc.master_count; i++) {
		const char *name = strrchr(store.masters[i].name, '/');

		if (name != NULL && memcmp(name + 1, node, strlen(node)) == 0) {
			return &store.masters[i];
		}
	}
	print("the device tree has no master %s; it has:\n", node);
	for (i = 0; i < tree.desc.master_count; i++) {
		print("  %s\n", store.masters[i].name);
	}
	image_halt("a master does not exist");
}

uint32_t setup_root(const struct ipmmu_master_desc *master)
{
	return store.mmus[master->ports[0].mmu].root;
}

void setup_service(void)
{
	if (ipmmu_baremetal_service_due(&metal)) {
		while (ipmmu_service(system, BUDGET)) {
		}
	}
}
