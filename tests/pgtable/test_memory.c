// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * What the engine does with the memory that it gets: it reads and writes its tables and nothing
 * beside them, and it takes no table that a walker cannot reach.
 *
 * Each table lies between two pages that cannot be touched, and goes when it is given back: a
 * wrong access ends the test.
 */
#include <ipmmu/merge.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kit_cmocka.h"

enum {
	TABLES = 128,
	RANGE_PAGES = 1600
};

#define TABLE_PA 0x40000000ull
#define TOP_PA   0x10000000000ull

/** struct memory - tables in use; a table has two pages of addresses. */
struct memory {
	void *table[TABLES];
	uint64_t base;  /**< address of the first table */
	uint64_t later; /**< of those behind it, when it is not 0 */
	uint32_t used;
	uint32_t asked; /**< calls of table_alloc */
};

static struct memory memory;
static struct ipmmu_pt pt;
static uint64_t seed = 1;

static uint32_t draw(uint32_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % below;
}

static size_t host_page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* What can be touched in the middle, with a guard at each end. */
static size_t middle(uint32_t pages)
{
	return (pages * 4096ul + host_page() - 1) / host_page() * host_page();
}

static uint64_t pa_of(uint32_t i)
{
	return (memory.later != 0 && i > 0 ? memory.later : memory.base) + i * 0x2000ull;
}

static void *table_alloc(void *host, uint32_t pages, struct ipmmu_pa *pa)
{
	size_t all = middle(pages) + 2 * host_page();
	uint32_t i = 0;
	uint8_t *begin;

	(void)host;
	memory.asked++;
	while (memory.table[i] != NULL) {
		i++;
		assert_in_range(i, 0, TABLES - 1);
	}
	begin = mmap(NULL, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(begin, MAP_FAILED);
	assert_int_equal(mprotect(begin + host_page(), middle(pages), PROT_READ | PROT_WRITE),
			 0);
	/* The end of a table meets the guard, also where pages of the machine are larger. */
	memory.table[i] = begin + host_page() + middle(pages) - pages * 4096ul;
	memset(memory.table[i], 0xff, pages * 4096ul);
	memory.used++;
	pa->v = pa_of(i);
	return memory.table[i];
}

static uint32_t index_of(struct ipmmu_pa pa)
{
	uint32_t i = 0;

	while (memory.table[i] == NULL || pa_of(i) != pa.v) {
		i++;
		assert_in_range(i, 0, TABLES - 1);
	}
	return i;
}

static void table_free(void *host, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	uint32_t i = index_of(pa);
	uint8_t *end = (uint8_t *)table + pages * 4096ul;

	(void)host;
	assert_ptr_equal(table, memory.table[i]);
	assert_int_equal(
		munmap(end - middle(pages) - host_page(), middle(pages) + 2 * host_page()), 0);
	memory.table[i] = NULL;
	memory.used--;
}

static void *table_ptr(void *host, struct ipmmu_pa pa)
{
	(void)host;
	return memory.table[index_of(pa)];
}

static void barrier(void *host)
{
	(void)host;
}

static const struct ipmmu_pt_ops ops = {table_alloc, table_free, table_ptr, NULL, barrier};

static enum ipmmu_err create(enum ipmmu_pt_format format, enum ipmmu_pt_policy policy)
{
	const struct ipmmu_pt_config config = {
		.format = format,
		.ops = &ops,
		.split = policy,
		.replace = policy,
		.contiguous = policy != IPMMU_PT_NEVER && draw(2) == 0,
	};

	return ipmmu_pt_create(&pt, &config);
}

/* What a call asks for, until it is done. */
static void finish(enum ipmmu_err err, enum ipmmu_pt_next next)
{
	while (err == IPMMU_OK && next != IPMMU_PT_NEXT_NONE) {
		if (next != IPMMU_PT_NEXT_CONTINUE) {
			ipmmu_pt_flush_begin(&pt);
			(void)ipmmu_pt_flush_end(&pt, 0);
		}
		if (next == IPMMU_PT_NEXT_FLUSH) {
			break;
		}
		err = ipmmu_pt_continue(&pt, draw(3) * 100, &next);
	}
}

static bool go_on(void *arg, const struct ipmmu_pt_mapping *mapping)
{
	(void)arg;
	return mapping->size != 0;
}

static void look(struct ipmmu_iova iova, uint64_t size)
{
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	struct ipmmu_pt_mapping mapping;

	(void)!ipmmu_pt_translate(&pt, iova, &mapping);
	(void)ipmmu_pt_locate(&pt, iova);
	(void)ipmmu_pt_explain(&pt, iova, levels);
	assert_true(ipmmu_pt_visit(&pt, iova, size, go_on, NULL));
}

/* One call of some kind, over the ends of tables more often than not. */
static void call(struct ipmmu_iova iova, uint32_t count)
{
	static struct ipmmu_pa pages[RANGE_PAGES];
	const struct ipmmu_pt_prot rw = {3, IPMMU_PT_CACHED};
	const struct ipmmu_pa pa = {0x80000000ull + (draw(4) == 0 ? 0x1000 : 0) +
				    (iova.v & 0x3fffffff)};
	const uint64_t size = count * 4096ull;
	const uint32_t budget = draw(3) * 10;
	enum ipmmu_pt_next next = IPMMU_PT_NEXT_NONE;
	enum ipmmu_err err = IPMMU_OK;

	switch (draw(7)) {
	case 0:
	case 1:
		err = ipmmu_pt_map(&pt, iova, pa, size, rw);
		break;
	case 2:
		err = ipmmu_pt_map_pages(&pt, iova, pages, count, rw);
		break;
	case 3:
		err = ipmmu_pt_protect(&pt, iova, size, rw, budget, &next);
		break;
	case 4:
		err = ipmmu_pt_replace(&pt, iova, pa, size, rw, budget, &next);
		break;
	case 5:
		err = ipmmu_pt_merge(&pt, iova, size, budget, &next);
		break;
	default:
		err = ipmmu_pt_unmap(&pt, iova, size, budget, &next);
		break;
	}
	finish(err, next);
	look(iova, size);
}

static void play(enum ipmmu_pt_format format, enum ipmmu_pt_policy policy)
{
	struct ipmmu_pt_info info;
	uint64_t top;
	uint32_t i;

	assert_int_equal(create(format, policy), IPMMU_OK);
	ipmmu_pt_query(&pt, &info);
	top = (1ull << info.input_bits) - RANGE_PAGES * 4096ull;
	for (i = 0; i < 1000; i++) {
		/* At the start, over 1 GiB, and up to the last address. */
		const uint64_t bases[] = {0, 0x40000000ull - 700 * 4096ull, top};
		const uint32_t ends[] = {0, 511, 512, 1023, 1024, 1088};
		uint32_t first = draw(4) == 0 ? draw(1000) : ends[draw(6)];
		uint32_t most = RANGE_PAGES - first;
		struct ipmmu_iova iova = {bases[draw(3)] + first * 4096ull};

		call(iova, draw(3) == 0 ? most : 1 + draw(draw(2) == 0 ? 3 : most));
	}
	while (!ipmmu_pt_destroy(&pt, draw(100))) {
	}
	assert_int_equal(memory.used, 0);
}

static void no_call_reads_or_writes_beside_a_table(void **state)
{
	uint32_t format;
	uint32_t policy;

	(void)state;
	memory.base = TABLE_PA;
	memory.later = 0;
	for (format = 0; format < IPMMU_PT_FORMAT_COUNT; format++) {
		for (policy = IPMMU_PT_NEVER; policy <= IPMMU_PT_DIRECT; policy++) {
			play((enum ipmmu_pt_format)format, (enum ipmmu_pt_policy)policy);
		}
	}
}

static enum ipmmu_err map_one(void)
{
	const struct ipmmu_iova iova = {0x1000};
	const struct ipmmu_pa pa = {0x80000000};
	const struct ipmmu_pt_prot rw = {3, IPMMU_PT_CACHED};

	return ipmmu_pt_map(&pt, iova, pa, 4096, rw);
}

static void tables_that_no_walker_reaches_are_given_back(void **state)
{
	static const uint64_t places[] = {TOP_PA,     TOP_PA + TABLE_PA, 2 * TOP_PA,
					  1ull << 63, TABLE_PA + 0x800,  TABLE_PA + 8};
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		memory.base = TABLE_PA;
		memory.later = places[i];
		assert_int_equal(create(IPMMU_PT_S2, IPMMU_PT_NEVER), IPMMU_OK);
		memory.asked = 0;
		assert_int_equal(map_one(), IPMMU_E_NO_MEMORY);
		assert_int_equal(memory.asked, 1);
		assert_int_equal(memory.used, 1);
		assert_int_equal(ipmmu_pt_explain(&pt, (struct ipmmu_iova){0x1000}, levels), 1);
		assert_int_equal(levels[0].kind, IPMMU_PT_EMPTY);
		assert_true(ipmmu_pt_destroy(&pt, 0));
		/* The reserve is taken at once. */
		assert_int_equal(create(IPMMU_PT_S2, IPMMU_PT_DIRECT), IPMMU_E_NO_MEMORY);
		assert_int_equal(memory.used, 0);
	}
}

static void tables_just_below_the_output_width_are_taken(void **state)
{
	(void)state;
	memory.base = TABLE_PA;
	memory.later = TOP_PA - 0x1000 - 2 * 0x2000ull; /* the third table is the last one */
	assert_int_equal(create(IPMMU_PT_S2, IPMMU_PT_NEVER), IPMMU_OK);
	assert_int_equal(map_one(), IPMMU_OK);
	assert_int_equal(memory.used, 3);
	assert_true(ipmmu_pt_destroy(&pt, 0));
	assert_int_equal(memory.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_call_reads_or_writes_beside_a_table),
		cmocka_unit_test(tables_that_no_walker_reaches_are_given_back),
		cmocka_unit_test(tables_just_below_the_output_width_are_taken),
	};
	const char *given = getenv("IPMMU_TEST_SEED");

	seed = given != NULL ? strtoull(given, NULL, 10) : 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
