// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * table.c - random changes of a table of the engine: pages, blocks, scattered pages, removals
 * in the middle of blocks, rights; at the bottom, at the top, and in between.
 */
#include "oracle.h"

#include "../test/tap.h"

enum {
	TABLE_PAGES = 1400,
	MEMORY_BYTES = 9 * 1024 * 1024,
	WINDOW_PAGES = 2048, /* 8 MiB */
	BLOCK_PAGES = 512,
	WINDOWS = 6, /* the last has blocks of 1 GiB */
	GIANT = WINDOWS - 1,
	SCATTERED = 48,
	ASKED = 4 /* addresses that are held against what was asked for */
};

#define GIB   (1ull << 30)
#define BLOCK ((uint64_t)BLOCK_PAGES * PAGE)

/* What a change leaves in its range, whoever reads it. */
enum left {
	LEFT_OTHER,   /* not known here */
	LEFT_NOTHING, /* removed */
	LEFT_RIGHTS,  /* what is mapped has its rights */
	LEFT_MAPPED   /* all is mapped as asked */
};

/* A change to come. */
struct change {
	enum left left;
	uint64_t iova;
	uint64_t pa;
	uint64_t size;
	struct ipmmu_pt_prot prot;
};

static uint8_t memory[MEMORY_BYTES] __attribute__((aligned(8192)));
static struct ipmmu_baremetal metal;
static uint64_t windows[WINDOWS];
static struct change last;

static bool memory_make(void)
{
	struct ipmmu_baremetal_config config = {.memory = memory,
						.size = sizeof(memory),
						.needs = {.table_pages = TABLE_PAGES},
						.print = print_line};

	return ipmmu_baremetal_init(&metal, &config) == IPMMU_OK;
}

/* Away from the second GiB, which has the page that EL1 runs from. */
static void windows_choose(uint32_t bits)
{
	uint32_t gib = 1u << (bits - 30);
	uint32_t i;

	windows[0] = 0;
	windows[1] = (1ull << bits) - (uint64_t)WINDOW_PAGES * PAGE;
	for (i = 2; i < GIANT; i++) {
		windows[i] = (2 + oracle_random(gib - 2)) * GIB + oracle_random(500) * BLOCK;
	}
	windows[GIANT] = (2 + oracle_random(gib - 3)) * GIB;
}

bool oracle_table_create(struct oracle_table *table)
{
	struct ipmmu_pt_config config = {.format = table->format,
					 .input_bits = table->bits,
					 .ops = ipmmu_baremetal_pt_ops(),
					 .host = &metal,
					 .split = IPMMU_PT_BREAK_BEFORE_MAKE,
					 .replace = IPMMU_PT_BREAK_BEFORE_MAKE};
	struct ipmmu_pt_prot text = {IPMMU_PT_READ, IPMMU_PT_CACHED};

	table->domain = NULL;
	CHECK(memory_make());
	config.contiguous = oracle_random(2) != 0;
	config.keep_empty = oracle_random(2) != 0;
	windows_choose(table->bits);
	CHECK(ipmmu_pt_create(&table->pt, &config) == IPMMU_OK);
	CHECK(ipmmu_pt_map(&table->pt, (struct ipmmu_iova){oracle_stub()},
			   (struct ipmmu_pa){oracle_stub()}, PAGE, text) == IPMMU_OK);
	return true;
}

bool oracle_table_destroy(struct oracle_table *table)
{
	while (!ipmmu_pt_destroy(&table->pt, 1 + oracle_random(64))) {
	}
	return true;
}

static void choose_size(struct change *change, bool giant)
{
	uint32_t style = oracle_random(4);
	uint64_t pages = 1 + oracle_random(style == 0 ? 8 : 700);
	uint64_t at = oracle_random((giant ? 256 : 1) * WINDOW_PAGES - 1024);

	if (style == 1) {
		at -= at % BLOCK_PAGES;
		pages = (1 + oracle_random(2)) * BLOCK_PAGES;
	}
	change->iova += at * PAGE;
	change->size = pages * PAGE;
}

static void choose_pa(struct change *change)
{
	uint64_t page = oracle_random(ORACLE_MEMORY / PAGE - 2 * BLOCK_PAGES);
	uint64_t block = page - page % BLOCK_PAGES;

	if (oracle_random(2) != 0 &&
	    block + BLOCK_PAGES + change->size / PAGE < ORACLE_MEMORY / PAGE) {
		page = block + (change->iova / PAGE) % BLOCK_PAGES;
	}
	change->pa = oracle_memory_begin() + page * PAGE;
}

static void choose_prot(struct change *change, enum ipmmu_pt_format format)
{
	static const uint8_t rights[] = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_READ,
					 IPMMU_PT_WRITE};

	change->prot.memory = IPMMU_PT_CACHED;
	change->prot.rights = rights[oracle_random(format == IPMMU_PT_S2 ? 3 : 2)];
	if (oracle_random(4) == 0) {
		change->prot.rights |= IPMMU_PT_NO_EXECUTE;
	}
}

static struct change choose(const struct oracle_table *table)
{
	uint32_t window = oracle_random(WINDOWS);
	struct change change;

	change.left = LEFT_OTHER;
	change.iova = windows[window];
	if (window == GIANT && oracle_random(2) != 0) {
		change.size = GIB;
		change.pa = oracle_random(1024) * GIB;
	} else {
		choose_size(&change, window == GIANT);
		choose_pa(&change);
	}
	choose_prot(&change, table->format);
	return change;
}

/* The flushes that a change asks for. All must be of one mind in the middle of it, too. */
static bool settle(struct oracle_table *table, enum ipmmu_pt_next next)
{
	while (next != IPMMU_PT_NEXT_NONE) {
		if (next != IPMMU_PT_NEXT_CONTINUE) {
			ipmmu_pt_flush_begin(&table->pt);
			oracle_cpu_flush();
			CHECK(oracle_dma_flush(table));
			(void)ipmmu_pt_flush_end(&table->pt, 0);
		}
		if (next == IPMMU_PT_NEXT_FLUSH) {
			break;
		}
		if (next == IPMMU_PT_NEXT_FLUSH_CONTINUE) {
			CHECK(oracle_compare(table));
		}
		CHECK(ipmmu_pt_continue(&table->pt, oracle_random(64), &next) == IPMMU_OK);
	}
	return true;
}

static enum ipmmu_err map_scattered(struct oracle_table *table, const struct change *change)
{
	struct ipmmu_pa pages[SCATTERED];
	uint32_t count = 1 + oracle_random(SCATTERED);
	uint32_t i;

	for (i = 0; i < count; i++) {
		pages[i].v = oracle_memory_begin() +
			     (uint64_t)oracle_random(ORACLE_MEMORY / PAGE) * PAGE;
	}
	return ipmmu_pt_map_pages(&table->pt, (struct ipmmu_iova){change->iova}, pages, count,
				  change->prot);
}

/* A part of it may be mapped already. */
static bool add(struct oracle_table *table, struct change *change)
{
	enum ipmmu_err err;

	if (oracle_random(4) == 0) {
		err = map_scattered(table, change);
	} else {
		err = ipmmu_pt_map(&table->pt, (struct ipmmu_iova){change->iova},
				   (struct ipmmu_pa){change->pa}, change->size, change->prot);
		change->left = err == IPMMU_OK ? LEFT_MAPPED : LEFT_OTHER;
	}
	CHECK(err == IPMMU_OK || err == IPMMU_E_EXISTS);
	return true;
}

static bool alter(struct oracle_table *table, struct change *change)
{
	struct ipmmu_iova iova = {change->iova};
	struct ipmmu_pa pa = {change->pa};
	uint32_t budget = oracle_random(128);
	enum ipmmu_pt_next next;
	enum ipmmu_err err;

	switch (oracle_random(4)) {
	case 0:
		change->left = LEFT_RIGHTS;
		err = ipmmu_pt_protect(&table->pt, iova, change->size, change->prot, budget,
				       &next);
		break;
	case 1:
		change->left = LEFT_MAPPED;
		err = ipmmu_pt_replace(&table->pt, iova, pa, change->size, change->prot, budget,
				       &next);
		break;
	default:
		change->left = LEFT_NOTHING;
		err = ipmmu_pt_unmap(&table->pt, iova, change->size, budget, &next);
		break;
	}
	CHECK(err == IPMMU_OK);
	CHECK(settle(table, next));
	CHECK(ipmmu_pt_refill(&table->pt) == IPMMU_OK);
	return true;
}

/* The engine may read its own mistakes back: the CPU must say what was asked for. */
static bool as_asked(const struct oracle_table *table, uint64_t offset, bool write)
{
	uint32_t wanted = write ? IPMMU_PT_WRITE : IPMMU_PT_READ;
	bool right = (last.prot.rights & wanted) != 0;
	struct oracle_view cpu = oracle_cpu_translate(table, last.iova + offset, write);
	bool good = true;

	switch (last.left) {
	case LEFT_NOTHING:
		good = !cpu.allowed && !cpu.permission;
		break;
	case LEFT_RIGHTS:
		good = right ? !cpu.permission : !cpu.allowed;
		break;
	case LEFT_MAPPED:
		good = cpu.allowed == right && cpu.permission != right &&
		       (!right || cpu.pa == last.pa + offset);
		break;
	default:
		break;
	}
	return good || oracle_differ(last.iova + offset, write, &cpu);
}

bool oracle_table_change(struct oracle_table *table)
{
	uint32_t i;

	last = choose(table);
	CHECK(oracle_random(2) != 0 ? add(table, &last) : alter(table, &last));
	for (i = 0; i < ASKED; i++) {
		uint64_t offset = oracle_random((uint32_t)(last.size / PAGE));

		offset = offset * PAGE + oracle_random(PAGE);

		CHECK(as_asked(table, offset, false) && as_asked(table, offset, true));
	}
	return true;
}

uint64_t oracle_table_address(const struct oracle_table *table)
{
	uint64_t at = last.iova;

	switch (oracle_random(8)) {
	case 0:
		at = last.iova - 1 - oracle_random(PAGE);
		break;
	case 1:
		at = last.iova + last.size + oracle_random(PAGE);
		break;
	case 2:
		at = last.iova + last.size - 1 - oracle_random(PAGE);
		break;
	case 3:
		at = windows[oracle_random(WINDOWS)] + oracle_random(WINDOW_PAGES * PAGE);
		break;
	case 4:
		at = (uint64_t)oracle_random(0xffffffff) << 8 | oracle_random(256);
		break;
	default:
		at += (last.size >> 16) * oracle_random(1 << 16) + oracle_random(PAGE);
		break;
	}
	/* Now and then just beyond what the table translates. */
	at &= (1ull << table->bits) - 1;
	return oracle_random(256) == 0 ? at | 1ull << table->bits : at;
}

struct oracle_view oracle_table_translate(const struct oracle_table *table, uint64_t iova,
					  bool write)
{
	uint32_t wanted = write ? IPMMU_PT_WRITE : IPMMU_PT_READ;
	struct oracle_view view = {false, 0, false, 0};
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	struct ipmmu_pt_mapping mapping;
	enum ipmmu_err err;
	uint32_t count;

	err = ipmmu_pt_translate(&table->pt, (struct ipmmu_iova){iova}, &mapping);
	if (err == IPMMU_OK && (mapping.prot.rights & wanted) != 0) {
		view.allowed = true;
		view.pa = mapping.pa.v;
		return view;
	}
	view.permission = err == IPMMU_OK;
	count = ipmmu_pt_explain(&table->pt, (struct ipmmu_iova){iova}, levels);
	view.level = count == 0 ? 0 : levels[count - 1].level;
	return view;
}
