// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * rig.c - see rig.h.
 */
#include "rig.h"

#include <ipmmu/event.h>
#include <ipmmu/text.h>
#include <ipmmu-cpu.h>
#include <string.h>

enum {
	POISON = 0xa5,
	SPI = 32,
	ROUND_US = 1000000
};

struct rig rig;
uint8_t watched[WATCHED][PAGE] __attribute__((aligned(PAGE)));

/* Two, in turn: a deny context of the system before goes on until the next one is made. */
static uint8_t memory[2][RIG_MEMORY] __attribute__((aligned(8192)));
static uint32_t turn;
static struct {
	struct ipmmu_mmu_desc mmus[RIG_MMUS];
	struct ipmmu_master_desc masters[RIG_MASTERS];
	struct ipmmu_port ports[RIG_PORTS];
	char text[RIG_TEXT];
} store;

static void line_print(void *arg, const char *line)
{
	size_t size = strlen(line);

	size = size < RIG_LINE ? size : RIG_LINE - 1;
	memcpy(rig.line, line, size);
	rig.line[size] = '\0';
	rig.lines++;
	print_line(arg, line);
}

static void halt(void *arg)
{
	(void)arg;
	image_halt("isolation cannot be verified");
}

static void fault_note(void *host, const struct ipmmu_fault *fault)
{
	(void)host;
	rig.faults[rig.fault_count % RIG_FAULTS] = *fault;
	rig.fault_count++;
}

static void event_note(void *host, const struct ipmmu_event *event)
{
	if (event->kind == IPMMU_EVENT_FAULT_LOST) {
		rig.lost += (uint32_t)event->value;
	}
	rig.print_event(host, event);
}

static bool quiesce(void *host, const struct ipmmu_master_desc *master)
{
	(void)host;
	if (!rig.stops || master != rig.desc) {
		return false;
	}
	master_stop();
	rig.stopped++;
	return true;
}

static void release(void *host, const struct ipmmu_master_desc *master)
{
	(void)host;
	(void)master;
}

static void interrupt(void *arg)
{
	rig.interrupts++;
	(void)ipmmu_root_interrupt(rig.system, (uint32_t)(uintptr_t)arg);
}

static bool tree_read(void)
{
	struct ipmmu_fdt_storage storage = {.mmus = store.mmus,
					    .mmus_max = RIG_MMUS,
					    .masters = store.masters,
					    .masters_max = RIG_MASTERS,
					    .ports = store.ports,
					    .ports_max = RIG_PORTS,
					    .text = store.text,
					    .text_size = RIG_TEXT};
	struct ipmmu_fdt_options options = {0};
	struct ipmmu_prr prr;
	uint32_t product;
	size_t size;
	const void *tree = hardware_tree(&size);

	if (hardware_product(&product)) {
		prr = ipmmu_prr_decode(product);
		options.prr = &prr;
	}
	return ipmmu_fdt_read(tree, size, &options, &storage, NULL, NULL, &rig.tree) ==
	       IPMMU_OK;
}

const struct ipmmu_master_desc *rig_find(const char *node)
{
	uint32_t i;

	for (i = 0; i < rig.tree.desc.master_count; i++) {
		const char *name = strrchr(rig.tree.desc.masters[i].name, '/');

		if (name != NULL && memcmp(name + 1, node, strlen(node)) == 0) {
			return &rig.tree.desc.masters[i];
		}
	}
	return NULL;
}

static void interrupts_connect(bool on)
{
	uint32_t i;

	for (i = 0; i < rig.tree.desc.mmu_count; i++) {
		uint32_t irq = rig.tree.desc.mmus[i].irq;

		if (irq == IPMMU_NONE) {
			continue;
		}
		if (on) {
			irq_connect(SPI + irq, interrupt, (void *)(uintptr_t)i);
		} else {
			irq_disconnect(SPI + irq);
		}
	}
}

enum ipmmu_err rig_prepare(size_t bytes)
{
	struct ipmmu_baremetal_config config = {
		.memory = memory[turn++ % 2],
		.size = bytes,
		.needs = {.roots = 2,
			  .caches = 6,
			  .masters = RIG_MASTERS,
			  .domains = 8,
			  .table_pages = RIG_TABLE_PAGES,
			  .owned_domains = 4},
		.print = line_print,
		.halt = halt,
	};
	uint32_t i;

	if (rig.system != NULL) {
		interrupts_connect(false);
	}
	memset(&rig, 0, sizeof(rig));
	if (!tree_read()) {
		return IPMMU_E_TREE;
	}
	rig.ops.fault = fault_note;
	ipmmu_baremetal_ops_init(&rig.ops);
	rig.print_event = rig.ops.event;
	rig.ops.event = event_note;
	rig.ops.quiesce = quiesce;
	rig.ops.release = release;
	if (!hardware_connect(&rig.ops, store.mmus, rig.tree.desc.mmu_count)) {
		return IPMMU_E_RANGE;
	}
	for (i = HARDWARE_STUCK; i <= HARDWARE_OFF; i++) {
		hardware_break((enum hardware_fault)i, 0);
	}
	master_stop();
	return ipmmu_baremetal_init(&rig.metal, &config);
}

bool rig_start(const struct ipmmu_options *options)
{
	struct ipmmu_options wishes = {0};

	if (options != NULL) {
		wishes = *options;
	}
	wishes.storm_limit = wishes.storm_limit != 0 ? wishes.storm_limit : RIG_STORM;
	CHECK(rig_prepare(RIG_MEMORY) == IPMMU_OK);
	(void)hardware_violations();
	CHECK(ipmmu_system_create(&rig.ops, &rig, &rig.tree.desc, &wishes, &rig.system) ==
	      IPMMU_OK);
	interrupts_connect(true);
	rig.desc = rig_find(hardware_master_name());
	CHECK(rig.desc != NULL);
	hardware_master_place(rig.desc->ports[0].mmu, rig.desc->ports[0].utlb);
	rig.root = rig.tree.desc.mmus[rig.desc->ports[0].mmu].root;
	CHECK(ipmmu_master_add(rig.system, rig.desc, &rig.master) == IPMMU_OK);
	return true;
}

bool rig_disconnect(void)
{
	struct ipmmu_system *system = rig.system;

	interrupts_connect(false);
	CHECK(ipmmu_system_destroy(system) == IPMMU_OK);
	rig.system = NULL;
	CHECK(hardware_violations() == 0);
	return true;
}

bool rig_end(void)
{
	master_stop();
	CHECK(ipmmu_master_remove(rig.master) == IPMMU_OK);
	return rig_disconnect();
}

void rig_service(void)
{
	if (rig.system != NULL && ipmmu_baremetal_service_due(&rig.metal)) {
		while (ipmmu_service(rig.system, RIG_FAULTS / 2)) {
		}
	}
}

bool rig_wait(volatile uint32_t *at, uint32_t value, uint32_t us)
{
	uint64_t end = ipmmu_baremetal_now_us(&rig.metal) + us;

	while (*at == value) {
		if (ipmmu_baremetal_now_us(&rig.metal) > end) {
			return false;
		}
		rig_service();
	}
	return true;
}

void rig_pass(uint32_t us)
{
	uint32_t never = 0;

	(void)rig_wait(&never, 0, us);
}

static const enum ipmmu_pt_format formats[IPMMU_MODE_COUNT] = {
	[IPMMU_MODE_S2] = IPMMU_PT_S2,
	[IPMMU_MODE_S1_AARCH32] = IPMMU_PT_S1_AARCH32,
	[IPMMU_MODE_S1_AARCH64] = IPMMU_PT_S1_AARCH64,
};

bool space_create(struct space *space)
{
	static const struct ipmmu_owned_config config = {.split = IPMMU_PT_BREAK_BEFORE_MAKE,
							 .replace = IPMMU_PT_BREAK_BEFORE_MAKE};

	space->hosts = false;
	CHECK(ipmmu_domain_create_owned(rig.system, rig.root, &config, space, &space->domain) ==
	      IPMMU_OK);
	return true;
}

bool space_create_hosts(struct space *space)
{
	struct ipmmu_pt_config config = {.ops = ipmmu_baremetal_pt_ops(),
					 .host = &rig,
					 .split = IPMMU_PT_BREAK_BEFORE_MAKE,
					 .replace = IPMMU_PT_BREAK_BEFORE_MAKE};
	struct ipmmu_mmu_info mmu;
	struct ipmmu_pt_info info;
	struct ipmmu_table table;

	space->hosts = true;
	CHECK(ipmmu_mmu_query(rig.system, rig.root, &mmu) == IPMMU_OK);
	config.format = formats[mmu.mode];
	CHECK(ipmmu_pt_create(&space->pt, &config) == IPMMU_OK);
	ipmmu_pt_query(&space->pt, &info);
	table.root = info.root;
	table.format = mmu.mode;
	table.input_bits = info.input_bits;
	CHECK(ipmmu_domain_create(rig.system, rig.root, &table, space, &space->domain) ==
	      IPMMU_OK);
	return true;
}

bool space_map(struct space *space, uint64_t iova, const void *at, uint64_t size,
	       uint8_t rights)
{
	struct ipmmu_pt_prot prot = {.rights = rights, .memory = IPMMU_PT_CACHED};
	struct ipmmu_iova from = {iova};
	struct ipmmu_pa to = {(uintptr_t)at};

	if (space->hosts) {
		CHECK(ipmmu_pt_map(&space->pt, from, to, size, prot) == IPMMU_OK);
	} else {
		CHECK(ipmmu_domain_map(space->domain, from, to, size, prot) == IPMMU_OK);
	}
	return true;
}

bool space_unmap(struct space *space, uint64_t iova, uint64_t size)
{
	enum ipmmu_pt_next next;

	if (!space->hosts) {
		CHECK(ipmmu_domain_unmap(space->domain, (struct ipmmu_iova){iova}, size) ==
		      IPMMU_OK);
		return true;
	}
	CHECK(ipmmu_pt_unmap(&space->pt, (struct ipmmu_iova){iova}, size, 0, &next) ==
	      IPMMU_OK);
	while (next != IPMMU_PT_NEXT_NONE) {
		if (next != IPMMU_PT_NEXT_CONTINUE) {
			ipmmu_pt_flush_begin(&space->pt);
			CHECK(ipmmu_domain_flush(space->domain) == IPMMU_OK);
			(void)ipmmu_pt_flush_end(&space->pt, 0);
		}
		if (next == IPMMU_PT_NEXT_FLUSH) {
			break;
		}
		CHECK(ipmmu_pt_continue(&space->pt, 0, &next) == IPMMU_OK);
	}
	return true;
}

bool space_destroy(struct space *space)
{
	CHECK(ipmmu_domain_destroy(space->domain) == IPMMU_OK);
	CHECK(!space->hosts || ipmmu_pt_destroy(&space->pt, 0));
	return true;
}

void watch(void)
{
	memset(watched, POISON, sizeof(watched));
	ipmmu_baremetal_clean(&rig, watched, sizeof(watched));
	ipmmu_cpu_barrier();
}

bool untouched_but(uint32_t a, uint32_t b)
{
	uint32_t page;
	uint32_t i;

	for (page = 0; page < WATCHED; page++) {
		const volatile uint32_t *words = (const volatile uint32_t *)watched[page];

		for (i = 0; page != a && page != b && i < PAGE / 4; i++) {
			if (words[i] != 0x01010101u * POISON) {
				print("# page %u, byte %u is 0x%x\n", page, 4 * i, words[i]);
				return false;
			}
		}
	}
	return true;
}

void master_begin(uint64_t iova, uint32_t size, uint32_t control)
{
	master_stop();
	hardware_master_write(MASTER_LENGTH, size);
	hardware_master_write(MASTER_ADDRESS, (uint32_t)iova);
	hardware_master_write(MASTER_ADDRESS_HIGH, (uint32_t)(iova >> 32));
	hardware_master_write(MASTER_CONTROL, control | MASTER_START);
}

void master_stop(void)
{
	hardware_master_write(MASTER_CONTROL, 0);
}

bool master_round(uint64_t iova, uint32_t size, bool write)
{
	uint64_t end = ipmmu_baremetal_now_us(&rig.metal) + ROUND_US;
	uint32_t status;

	master_begin(iova, size, write ? MASTER_WRITE : 0);
	do {
		status = hardware_master_read(MASTER_STATUS);
	} while ((status & (STATUS_DONE | STATUS_ERROR | STATUS_STALLED)) == 0 &&
		 ipmmu_baremetal_now_us(&rig.metal) < end);
	master_stop();
	rig_service();
	return (status & STATUS_DONE) != 0;
}

void master_fill(uint32_t seed)
{
	uint32_t i;

	for (i = 0; i < PAGE; i += 4) {
		uint32_t j;
		uint32_t word = 0;

		for (j = 0; j < 4; j++) {
			word |= (uint32_t)(uint8_t)(seed + i + j) << (8 * j);
		}
		hardware_master_write(MASTER_BUFFER + i, word);
	}
}

bool master_holds(const uint8_t *bytes, uint32_t size)
{
	uint32_t i;

	for (i = 0; i < size; i += 4) {
		uint32_t word = hardware_master_read(MASTER_BUFFER + i);

		if (memcmp(&word, bytes + i, 4) != 0) {
			return false;
		}
	}
	return true;
}

bool bytes_are(const uint8_t *bytes, uint32_t size, uint32_t seed)
{
	uint32_t i;

	for (i = 0; i < size; i++) {
		if (((const volatile uint8_t *)bytes)[i] != (uint8_t)(seed + i)) {
			return false;
		}
	}
	return true;
}
