// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_table.c - the table builder, entry by entry: expected values are written out in full.
 * Does not run the model's walker over the tables; test_host.c does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ipmmu-model/table.h>

#define BASE  0x40000000ull
#define PAGES 32u

struct fixture {
	uint64_t words[PAGES * 512];
	uint8_t used[PAGES];
	uint32_t limit; /* pages that may be taken */
	uint32_t stores;
	struct model_memory memory;
	struct model_table table;
};

static uint64_t fixture_alloc(void *arg, uint32_t pages)
{
	struct fixture *f = arg;
	uint32_t i;

	for (i = 0; i + pages <= f->limit; i += pages) {
		if (f->used[i] == 0 && f->used[i + pages - 1] == 0) {
			memset(&f->used[i], 1, pages);
			memset(&f->words[i * 512], 0, pages * 4096ul);
			return BASE + i * 4096ull;
		}
	}
	return 0;
}

static void fixture_free(void *arg, uint64_t pa, uint32_t pages)
{
	struct fixture *f = arg;
	uint32_t i;

	for (i = 0; i < pages; i++) {
		assert_int_equal(f->used[(pa - BASE) / 4096 + i], 1);
		f->used[(pa - BASE) / 4096 + i] = 0;
	}
}

static bool fixture_load(void *arg, uint64_t pa, uint64_t *value)
{
	struct fixture *f = arg;

	if (pa < BASE || pa >= BASE + sizeof(f->words)) {
		return false;
	}
	*value = f->words[(pa - BASE) / 8];
	return true;
}

static void fixture_store(void *arg, uint64_t pa, uint64_t value)
{
	struct fixture *f = arg;

	assert_in_range(pa, BASE, BASE + sizeof(f->words) - 8);
	f->words[(pa - BASE) / 8] = value;
	f->stores++;
}

static struct fixture fixture;

static struct fixture *make(enum model_format format, uint32_t bits)
{
	struct fixture *f = &fixture;

	memset(f, 0, sizeof(*f));
	f->limit = PAGES;
	f->memory.arg = f;
	f->memory.alloc = fixture_alloc;
	f->memory.free = fixture_free;
	f->memory.load = fixture_load;
	f->memory.store = fixture_store;
	assert_int_equal(model_table_create(&f->table, format, bits, &f->memory),
			 MODEL_TABLE_OK);
	return f;
}

static uint64_t word(const struct fixture *f, uint64_t table, uint64_t index)
{
	return f->words[(table - BASE) / 8 + index];
}

static uint32_t used_pages(const struct fixture *f)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < PAGES; i++) {
		count += f->used[i];
	}
	return count;
}

static void stage2_page_has_its_three_entries(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S2, 39);
	uint64_t level2;
	uint64_t level3;

	(void)state;
	assert_int_equal(model_table_map(&f->table, 0x7fc0201000, 0x4812345000, 0x1000, true,
					 true, true),
			 MODEL_TABLE_OK);
	level2 = word(f, f->table.root, 511);
	assert_int_equal(level2 & 0xfff, 3);
	level3 = word(f, level2 & ~0xfffull, 1);
	assert_int_equal(level3 & 0xfff, 3);
	assert_int_equal(word(f, level3 & ~0xfffull, 1), 0x4812345000 | 0x7ff);
	assert_int_equal(f->stores, 3);
}

static void stage2_rights_are_in_bits_6_and_7(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S2, 33);

	(void)state;
	assert_int_equal(
		model_table_map(&f->table, 0, 0x40000000, 0x40000000, true, false, true),
		MODEL_TABLE_OK);
	assert_int_equal(model_table_map(&f->table, 0x40000000, 0x40000000, 0x40000000, false,
					 true, true),
			 MODEL_TABLE_OK);
	assert_int_equal(word(f, f->table.root, 0), 0x40000000 | 0x77d);
	assert_int_equal(word(f, f->table.root, 1), 0x40000000 | 0x7bd);
}

static void stage2_of_40_bits_has_two_root_tables_next_to_each_other(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S2, 40);

	(void)state;
	assert_int_equal(f->table.root % 8192, 0);
	assert_int_equal(used_pages(f), 2);
	assert_int_equal(model_table_map(&f->table, 0xffc0000000, 0x40000000, 0x40000000, true,
					 true, true),
			 MODEL_TABLE_OK);
	assert_int_equal(word(f, f->table.root + 4096, 511), 0x40000000 | 0x7fd);
}

static void stage1_sets_ns_in_leaves_and_nstable_in_tables(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S1_AARCH32, 32);
	uint64_t level2;
	uint64_t level3;

	(void)state;
	assert_int_equal(
		model_table_map(&f->table, 0xc0000000, 0x48000000, 0x1000, true, true, true),
		MODEL_TABLE_OK);
	level2 = word(f, f->table.root, 3);
	assert_int_equal(level2 >> 63, 1);
	level3 = word(f, level2 & 0xfffffff000, 0);
	assert_int_equal(level3 >> 63, 1);
	assert_int_equal(word(f, level3 & 0xfffffff000, 0), 0x48000000 | 0xf67);
}

static void stage1_read_only_sets_ap_2(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S1_AARCH64, 39);

	(void)state;
	assert_int_equal(
		model_table_map(&f->table, 0, 0x40000000, 0x40000000, true, false, true),
		MODEL_TABLE_OK);
	assert_int_equal(word(f, f->table.root, 0), 0x40000000 | 0xfe5);
}

static void blocks_are_used_only_where_asked_and_aligned(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S2, 39);
	uint64_t level2;

	(void)state;
	assert_int_equal(model_table_map(&f->table, 0, 0x40200000, 0x401000, true, true, true),
			 MODEL_TABLE_OK);
	level2 = word(f, f->table.root, 0) & ~0xfffull;
	assert_int_equal(word(f, level2, 0), 0x40200000 | 0x7fd);
	assert_int_equal(word(f, level2, 1), 0x40400000 | 0x7fd);
	assert_int_equal(word(f, level2, 2) & 3, 3);
	assert_int_equal(
		model_table_map(&f->table, 0x800000, 0x40201000, 0x200000, true, true, true),
		MODEL_TABLE_OK);
	assert_int_equal(word(f, level2, 4) & 3, 3);
	assert_int_equal(
		model_table_map(&f->table, 0xa00000, 0x40200000, 0x200000, true, true, false),
		MODEL_TABLE_OK);
	assert_int_equal(word(f, level2, 5) & 3, 3);
}

static void map_over_a_mapping_changes_nothing(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S2, 39);
	uint32_t stores;

	(void)state;
	assert_int_equal(
		model_table_map(&f->table, 0x3000, 0x40000000, 0x1000, true, true, true),
		MODEL_TABLE_OK);
	stores = f->stores;
	assert_int_equal(model_table_map(&f->table, 0, 0x40000000, 0x8000, true, true, true),
			 MODEL_TABLE_MAPPED);
	assert_int_equal(f->stores, stores);
}

static void map_refuses_what_the_widths_cannot_hold(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S1_AARCH32, 32);
	struct model_table *t = &f->table;

	(void)state;
	assert_int_equal(model_table_map(t, 0xfffff000, 0, 0x2000, true, true, true),
			 MODEL_TABLE_RANGE);
	assert_int_equal(model_table_map(t, 0, 0xfffffff000, 0x2000, true, true, true),
			 MODEL_TABLE_RANGE);
	assert_int_equal(model_table_map(t, 0x800, 0, 0x1000, true, true, true),
			 MODEL_TABLE_ALIGN);
	assert_int_equal(model_table_map(t, 0, 0x800, 0x1000, true, true, true),
			 MODEL_TABLE_ALIGN);
	assert_int_equal(model_table_map(t, 0, 0, 0, true, true, true), MODEL_TABLE_ALIGN);
	assert_int_equal(model_table_map(t, 0, 0, 0x1000, false, true, true),
			 MODEL_TABLE_RIGHTS);
	assert_int_equal(model_table_map(t, 0, 0, 0x1000, false, false, true),
			 MODEL_TABLE_RIGHTS);
	assert_int_equal(f->stores, 0);
}

static void create_refuses_widths_that_a_format_does_not_have(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S2, 40);
	struct model_table t;

	(void)state;
	assert_int_equal(model_table_create(&t, MODEL_FORMAT_S2, 32, &f->memory),
			 MODEL_TABLE_RANGE);
	assert_int_equal(model_table_create(&t, MODEL_FORMAT_S2, 41, &f->memory),
			 MODEL_TABLE_RANGE);
	assert_int_equal(model_table_create(&t, MODEL_FORMAT_S1_AARCH64, 40, &f->memory),
			 MODEL_TABLE_RANGE);
	f->limit = 0;
	assert_int_equal(model_table_create(&t, MODEL_FORMAT_S1_AARCH32, 32, &f->memory),
			 MODEL_TABLE_NO_MEMORY);
}

static void map_keeps_what_it_mapped_when_memory_ends(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S2, 39);
	uint64_t level2;

	(void)state;
	f->limit = 3;
	assert_int_equal(
		model_table_map(&f->table, 0x1ff000, 0x40000000, 0x2000, true, true, true),
		MODEL_TABLE_NO_MEMORY);
	level2 = word(f, f->table.root, 0) & ~0xfffull;
	assert_int_equal(word(f, word(f, level2, 0) & ~0xfffull, 511), 0x40000000 | 0x7ff);
	assert_int_equal(word(f, level2, 1), 0);
}

static void unmap_clears_entries_and_skips_holes(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S2, 39);
	uint64_t level2;

	(void)state;
	assert_int_equal(
		model_table_map(&f->table, 0x200000, 0x40200000, 0x202000, true, true, true),
		MODEL_TABLE_OK);
	assert_int_equal(model_table_unmap(&f->table, 0, 0x401000), MODEL_TABLE_OK);
	level2 = word(f, f->table.root, 0) & ~0xfffull;
	assert_int_equal(word(f, level2, 1), 0);
	assert_int_equal(word(f, word(f, level2, 2) & ~0xfffull, 0), 0);
	assert_int_equal(word(f, word(f, level2, 2) & ~0xfffull, 1), 0x40401000 | 0x7ff);
}

static void unmap_refuses_a_part_of_a_block(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S2, 39);
	uint32_t stores;

	(void)state;
	assert_int_equal(model_table_map(&f->table, 0, 0x40200000, 0x400000, true, true, true),
			 MODEL_TABLE_OK);
	stores = f->stores;
	assert_int_equal(model_table_unmap(&f->table, 0, 0x201000), MODEL_TABLE_ALIGN);
	assert_int_equal(model_table_unmap(&f->table, 0x1ff000, 0x201000), MODEL_TABLE_ALIGN);
	assert_int_equal(model_table_unmap(&f->table, 0, 0), MODEL_TABLE_ALIGN);
	assert_int_equal(model_table_unmap(&f->table, 0, 1ull << 40), MODEL_TABLE_RANGE);
	assert_int_equal(f->stores, stores);
}

static void destroy_gives_every_page_back(void **state)
{
	struct fixture *f = make(MODEL_FORMAT_S2, 40);

	(void)state;
	assert_int_equal(
		model_table_map(&f->table, 0x1ff000, 0x40000000, 0x2000, true, true, true),
		MODEL_TABLE_OK);
	assert_int_equal(
		model_table_map(&f->table, 0x8000000000, 0x40000000, 0x1000, true, true, true),
		MODEL_TABLE_OK);
	assert_int_equal(used_pages(f), 2 + 3 + 2);
	model_table_destroy(&f->table);
	assert_int_equal(used_pages(f), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stage2_page_has_its_three_entries),
		cmocka_unit_test(stage2_rights_are_in_bits_6_and_7),
		cmocka_unit_test(stage2_of_40_bits_has_two_root_tables_next_to_each_other),
		cmocka_unit_test(stage1_sets_ns_in_leaves_and_nstable_in_tables),
		cmocka_unit_test(stage1_read_only_sets_ap_2),
		cmocka_unit_test(blocks_are_used_only_where_asked_and_aligned),
		cmocka_unit_test(map_over_a_mapping_changes_nothing),
		cmocka_unit_test(map_refuses_what_the_widths_cannot_hold),
		cmocka_unit_test(create_refuses_widths_that_a_format_does_not_have),
		cmocka_unit_test(map_keeps_what_it_mapped_when_memory_ends),
		cmocka_unit_test(unmap_clears_entries_and_skips_holes),
		cmocka_unit_test(unmap_refuses_a_part_of_a_block),
		cmocka_unit_test(destroy_gives_every_page_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
