// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * partition.c - static partitioning: which master reaches which memory stands in the device
 *tree and never changes. All memory is taken at the start, from an arena of the computed size;
 *then the hooks that give memory are gone. At the end it tells what an assessor asks for: the
 *most register accesses, cleaned lines and time under a lock of each operation, stack and
 *bytes.
 *
 *	partitions {
 *		compatible = "libipmmu,partitions";
 *		camera {
 *			masters = "video@e6ef0000", "video@e6ef1000";
 *			map = <0x0 0x80000000  0x0 0x50000000  0x0 0x100000  3>;
 *		};
 *	};
 *
 * map: IOVA, PA and size, two cells each, and rights: 1 read, 2 write.
 */
#include "setup.h"
#include "test/tap.h"

#include <ipmmu/fault.h>
#include <ipmmu/master.h>
#include <ipmmu/owned.h>
#include <ipmmu-cpu.h>
#include <libfdt.h>
#include <string.h>

enum {
	PARTITIONS = 4,
	MASTERS = 4,
	RANGES = 4,
	RANGE_CELLS = 7,
	DEPTH = 4,
	/* Registers of the test master: docs/qemu.md. */
	CONTROL = 0x04,
	STATUS = 0x08,
	LENGTH = 0x0c,
	ADDRESS = 0x10,
	PERIOD = 0x18,
	BUFFER = 0x1000,
	WRITE = 3,
	BUSY = 1,
	DONE = 2,
	STALLED = 8
};

struct range {
	uint64_t iova;
	uint64_t pa;
	uint64_t size;
	uint8_t rights;
};

struct partition {
	const char *name;
	const char *master_names[MASTERS];
	struct ipmmu_master *masters[MASTERS];
	struct range ranges[RANGES];
	struct ipmmu_domain *domain;
	uint32_t master_count;
	uint32_t range_count;
};

/* What one operation has cost. */
struct cost {
	uint32_t reads;
	uint32_t writes;
	uint32_t lines;
	uint64_t held; /* most ticks under one lock */
};

static struct partition partitions[PARTITIONS];
static uint32_t partition_count;
static struct ipmmu_system *system;
static struct ipmmu_ops *hooks;
static struct ipmmu_ops real;
static struct cost cost;
static uint64_t taken_at[DEPTH];
static uint32_t depth;
static uint32_t asked; /* for memory, after the start */
static uintptr_t registers;

/* The hooks with a count in front of them. */
static uint32_t counted_read32(void *host, void *mmio, uint32_t offset)
{
	cost.reads++;
	return real.mmio_read32(host, mmio, offset);
}

static void counted_write32(void *host, void *mmio, uint32_t offset, uint32_t value)
{
	cost.writes++;
	real.mmio_write32(host, mmio, offset, value);
}

static void counted_clean(void *host, const void *start, size_t size)
{
	cost.lines += (uint32_t)((size + ipmmu_cpu_line() - 1) / ipmmu_cpu_line());
	real.clean(host, start, size);
}

static unsigned long counted_lock(void *host, void *lock)
{
	unsigned long saved = real.lock(host, lock);

	taken_at[depth++ % DEPTH] = ipmmu_cpu_counter();
	return saved;
}

static void counted_unlock(void *host, void *lock, unsigned long saved)
{
	uint64_t held = ipmmu_cpu_counter() - taken_at[--depth % DEPTH];

	cost.held = held > cost.held ? held : cost.held;
	real.unlock(host, lock, saved);
}

static void count(struct ipmmu_ops *ops)
{
	hooks = ops;
	real = *ops;
	ops->mmio_read32 = counted_read32;
	ops->mmio_write32 = counted_write32;
	ops->clean = counted_clean;
	ops->lock = counted_lock;
	ops->unlock = counted_unlock;
}

static void *no_object(void *host, size_t size)
{
	(void)host;
	(void)size;
	asked++;
	return NULL;
}

static void *no_table(void *host, uint32_t pages, struct ipmmu_pa *pa)
{
	(void)host;
	(void)pages;
	(void)pa;
	asked++;
	return NULL;
}

static void cost_tell(const char *what)
{
	print("# %s: %u register reads, %u writes, %u lines cleaned, at most %u us under a "
	      "lock\n",
	      what, cost.reads, cost.writes, cost.lines,
	      (uint32_t)(cost.held * 1000000u / ipmmu_cpu_frequency()));
	memset(&cost, 0, sizeof(cost));
}

static uint64_t two_cells(const fdt32_t *at)
{
	return (uint64_t)fdt32_to_cpu(at[0]) << 32 | fdt32_to_cpu(at[1]);
}

static void ranges_read(struct partition *p, int node)
{
	int length = 0;
	const fdt32_t *cell = fdt_getprop(machine.fdt, node, "map", &length);
	int cells = length / 4;

	if (cell == NULL || cells % RANGE_CELLS != 0 || cells / RANGE_CELLS > RANGES) {
		image_halt("a partition's map has not 7 cells for each of at most 4 ranges");
	}
	for (; cells > 0; cells -= RANGE_CELLS, cell += RANGE_CELLS) {
		struct range *range = &p->ranges[p->range_count++];

		range->iova = two_cells(cell);
		range->pa = two_cells(cell + 2);
		range->size = two_cells(cell + 4);
		range->rights = (uint8_t)fdt32_to_cpu(cell[6]);
	}
}

static void partition_read(struct partition *p, int node)
{
	int length = 0;
	const char *name = fdt_getprop(machine.fdt, node, "masters", &length);
	const char *end = name + length;

	p->name = fdt_get_name(machine.fdt, node, NULL);
	if (name == NULL || length == 0 || end[-1] != '\0') {
		image_halt("a partition names no masters");
	}
	for (; name < end; name += strlen(name) + 1) {
		if (p->master_count == MASTERS) {
			image_halt("a partition has more than 4 masters");
		}
		p->master_names[p->master_count++] = name;
	}
	ranges_read(p, node);
}

static void partitions_read(void)
{
	int parent = fdt_node_offset_by_compatible(machine.fdt, -1, "libipmmu,partitions");
	int node;

	fdt_for_each_subnode(node, machine.fdt, parent)
	{
		if (partition_count == PARTITIONS) {
			image_halt("the device tree has more than 4 partitions");
		}
		partition_read(&partitions[partition_count++], node);
	}
	if (partition_count == 0) {
		image_halt("the device tree names no libipmmu,partitions");
	}
}

/* What all partitions take together. */
static struct ipmmu_arena_needs needs(void)
{
	struct ipmmu_arena_needs sum = {.domains = partition_count,
					.owned_domains = partition_count};
	uint64_t bytes = 0;
	uint32_t ranges = 0;
	uint32_t i;
	uint32_t j;

	for (i = 0; i < partition_count; i++) {
		for (j = 0; j < partitions[i].range_count; j++) {
			bytes += partitions[i].ranges[j].size;
			ranges++;
		}
	}
	sum.table_pages = ipmmu_owned_table_pages(partition_count, ranges, bytes);
	return sum;
}

static void partition_make(struct partition *p)
{
	uint32_t root = setup_root(setup_master(p->master_names[0]));
	uint32_t i;

	setup_check(ipmmu_domain_create_owned(system, root, NULL, p, &p->domain), p->name);
	for (i = 0; i < p->range_count; i++) {
		const struct range *r = &p->ranges[i];
		struct ipmmu_pt_prot prot = {.rights = r->rights, .memory = IPMMU_PT_CACHED};

		setup_check(ipmmu_domain_map(p->domain, (struct ipmmu_iova){r->iova},
					     (struct ipmmu_pa){r->pa}, r->size, prot),
			    p->name);
	}
	setup_check(ipmmu_domain_reserve(p->domain), p->name);
	for (i = 0; i < p->master_count; i++) {
		const struct ipmmu_master_desc *desc = setup_master(p->master_names[i]);

		setup_check(ipmmu_master_add(system, desc, &p->masters[i]), p->master_names[i]);
		setup_check(ipmmu_master_attach(p->masters[i], p->domain, NULL),
			    p->master_names[i]);
	}
	print("# partition %s: %u masters, %u ranges\n", p->name, p->master_count,
	      p->range_count);
}

/* Four bytes by the test master; true: they have left it. */
static bool dma(uint64_t iova, uint32_t value)
{
	uint32_t status;

	ipmmu_cpu_write32(registers + BUFFER, value);
	ipmmu_cpu_write32(registers + LENGTH, 4);
	ipmmu_cpu_write32(registers + PERIOD, 100000);
	ipmmu_cpu_write32(registers + ADDRESS, (uint32_t)iova);
	ipmmu_cpu_write32(registers + CONTROL, WRITE);
	do {
		status = ipmmu_cpu_read32(registers + STATUS);
	} while ((status & BUSY) != 0 && (status & STALLED) == 0);
	ipmmu_cpu_write32(registers + CONTROL, 0);
	setup_service();
	return (status & DONE) != 0;
}

static volatile uint32_t *memory_at(uint64_t pa)
{
	return (volatile uint32_t *)(uintptr_t)pa;
}

static bool a_master_reaches_the_ranges_of_its_partition(void)
{
	const struct range *r = partitions[0].ranges;

	*memory_at(r->pa + r->size - 4) = 0;
	CHECK(dma(r->iova + r->size - 4, 0x1234567));
	CHECK(*memory_at(r->pa + r->size - 4) == 0x1234567);
	cost_tell("a write of a master, well");
	return true;
}

static bool a_master_reaches_nothing_of_another_partition(void)
{
	const struct range *own = partitions[0].ranges;
	const struct range *other = partitions[1].ranges;

	*memory_at(other->pa) = 77;
	CHECK(!dma(other->pa, 1));
	CHECK(!dma(other->iova, 1));
	CHECK(!dma(own->iova + own->size, 1));
	CHECK(*memory_at(other->pa) == 77);
	cost_tell("three faults, with their service");
	return true;
}

static bool a_master_can_be_taken_out_and_put_back(void)
{
	struct partition *p = &partitions[0];

	CHECK(ipmmu_master_detach(p->masters[0], NULL) == IPMMU_OK);
	cost_tell("taking a master out");
	CHECK(!dma(p->ranges[0].iova, 1));
	memset(&cost, 0, sizeof(cost));
	CHECK(ipmmu_master_attach(p->masters[0], p->domain, NULL) == IPMMU_OK);
	cost_tell("putting it back");
	CHECK(dma(p->ranges[0].iova, 1));
	memset(&cost, 0, sizeof(cost));
	CHECK(ipmmu_domain_flush(p->domain) == IPMMU_OK);
	cost_tell("a flush");
	return true;
}

static bool nothing_asked_for_memory_after_the_start(void)
{
	struct ipmmu_arena_use use;
	struct ipmmu_domain *domain;

	setup_use(&use);
	print("# bytes: %u of %u for objects, %u of %u table pages\n",
	      (uint32_t)use.object_bytes, (uint32_t)use.object_capacity, use.table_pages,
	      use.table_capacity);
	CHECK(asked == 0);
	/* And who asks gets nothing. */
	CHECK(ipmmu_domain_create_owned(system, setup_root(setup_master("test-master")), NULL,
					NULL, &domain) == IPMMU_E_NO_MEMORY);
	CHECK(asked > 0);
	return true;
}

static const struct tap_case cases[] = {
	TAP_CASE(a_master_reaches_the_ranges_of_its_partition),
	TAP_CASE(a_master_reaches_nothing_of_another_partition),
	TAP_CASE(a_master_can_be_taken_out_and_put_back),
	TAP_CASE(nothing_asked_for_memory_after_the_start),
};

void image_main(void)
{
	struct ipmmu_arena_needs sum;
	uint64_t size = 0;
	uint64_t at = machine_region("libipmmu,test-master", &size);
	uint32_t failed;
	uint32_t i;

	registers = (uintptr_t)device_map(at, size);
	(void)setup_read();
	partitions_read();
	sum = needs();
	system = setup_create(&sum, count);
	cost_tell("bringing every unit to a known state");
	for (i = 0; i < partition_count; i++) {
		partition_make(&partitions[i]);
	}
	cost_tell("making every partition");
	print("# memory: %u bytes for these units, masters and partitions\n",
	      (uint32_t)ipmmu_arena_size(&sum));
	hooks->alloc = no_object;
	hooks->table_alloc = no_table;
	tap_run(cases, TAP_COUNT(cases));
	failed = tap_end();
	print("# core 0 has used %u of %u bytes of its stack\n", stack_used(0),
	      (uint32_t)STACK_BYTES);
	print("# end, %u failed\n", failed);
}
