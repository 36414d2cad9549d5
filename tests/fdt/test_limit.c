// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_limit.c - trees that go one beyond each limit of the reader, made here by libfdt: what
 * is within the limit is read, what is beyond is told.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <libfdt.h>

#include "load.h"

enum {
	TREE_BYTES = 1 << 18,
	ROOT = 0x1000,
	CACHE = 0x2000,
	PROVIDER = 0x3000
};

static struct load load;

static void good(int err)
{
	assert_int_equal(err, 0);
}

static void cells(const char *name, const uint32_t *values, uint32_t count)
{
	fdt32_t *place;
	uint32_t i;

	good(fdt_property_placeholder(load.blob, name, (int)(count * 4), (void **)&place));
	for (i = 0; i < count; i++) {
		place[i] = cpu_to_fdt32(values[i]);
	}
}

static void cell(const char *name, uint32_t value)
{
	cells(name, &value, 1);
}

static void node(const char *name, uint32_t number)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%s@%x", name, number);
	good(fdt_begin_node(load.blob, text));
}

static void node_end(void)
{
	good(fdt_end_node(load.blob));
}

static void tree_begin(void)
{
	memset(&load, 0, sizeof(load));
	load.size = TREE_BYTES;
	load.blob = calloc(1, TREE_BYTES);
	assert_non_null(load.blob);
	good(fdt_create(load.blob, TREE_BYTES));
	good(fdt_finish_reservemap(load.blob));
	good(fdt_begin_node(load.blob, ""));
	cell("#address-cells", 1);
	cell("#size-cells", 1);
}

static void tree_end(void)
{
	node_end();
	good(fdt_finish(load.blob));
	load_read(&load, NULL);
	assert_int_equal(load.err, IPMMU_OK);
}

static void unit(const char *compatible, uint32_t number)
{
	const uint32_t reg[] = {0xe0000000 + number * 0x1000, 0x1000};

	node("iommu", number);
	good(fdt_property(load.blob, "compatible", compatible, (int)strlen(compatible) + 1));
	cells("reg", reg, 2);
	cell("#iommu-cells", 1);
}

static void root(const char *compatible, uint32_t number)
{
	static const uint32_t irq[] = {0, 196, 4};

	unit(compatible, number);
	cells("interrupts", irq, 3);
	cell("phandle", ROOT + number);
}

static void cache(uint32_t number)
{
	const uint32_t domain[] = {PROVIDER, 32};

	unit("renesas,ipmmu-r8a7795", number);
	cell("renesas,ipmmu-main", ROOT);
	cell("phandle", CACHE + number);
	cells("power-domains", domain, 2);
	node_end();
}

static void gen3_root(uint32_t provider_cells)
{
	static const uint32_t domain[] = {PROVIDER, 32};

	node("sysc", 1);
	cell("phandle", PROVIDER);
	cell("#power-domain-cells", provider_cells);
	cell("#clock-cells", 2);
	node_end();
	root("renesas,ipmmu-r8a7795", 0);
	cells("power-domains", domain, 1 + provider_cells);
	node_end();
}

static void the_only_error_is(enum ipmmu_fdt_defect_kind kind, uint64_t value, uint64_t max)
{
	assert_int_equal(load.result.errors, 1);
	assert_string_equal(ipmmu_fdt_defect_name(load.defects[0].defect.kind),
			    ipmmu_fdt_defect_name(kind));
	assert_int_equal(load.defects[0].defect.value, value);
	assert_int_equal(load.defects[0].defect.max, max);
	load_free(&load);
}

static void the_65th_unit_is_left_out(void **state)
{
	uint32_t i;

	(void)state;
	tree_begin();
	for (i = 0; i < 65; i++) {
		root("renesas,ipmmu-vmsa", i);
		node_end();
	}
	tree_end();
	assert_int_equal(load.result.desc.mmu_count, 64);
	assert_int_equal(load.result.needs.mmus_max, 64);
	the_only_error_is(IPMMU_FDT_TOO_MANY, 65, 64);
}

static void the_31st_cache_of_a_root_is_left_out(void **state)
{
	uint32_t i;

	(void)state;
	tree_begin();
	gen3_root(1);
	for (i = 1; i <= 31; i++) {
		cache(i);
	}
	tree_end();
	assert_int_equal(load.result.desc.mmu_count, 31);
	the_only_error_is(IPMMU_FDT_TOO_MANY, 31, 30);
}

static void reserved(uint32_t count, uint32_t addresses)
{
	static uint32_t list[65 * 3];
	uint32_t reg[] = {0, 0x1000};
	uint32_t i;

	for (i = 0; i < addresses; i++) {
		list[i * 3] = CACHE + 1;
		list[i * 3 + 1] = i * 0x1000;
		list[i * 3 + 2] = 0x1000;
	}
	good(fdt_begin_node(load.blob, "reserved-memory"));
	cell("#address-cells", 1);
	cell("#size-cells", 1);
	good(fdt_property(load.blob, "ranges", NULL, 0));
	for (i = 0; i < count; i++) {
		node("r", i);
		reg[0] = i << 12;
		cells("reg", reg, 2);
		if (i == 0 && addresses > 0) {
			cells("iommu-addresses", list, addresses * 3);
		}
		node_end();
	}
	node_end();
}

static void the_65th_reserved_memory_is_left_out(void **state)
{
	(void)state;
	tree_begin();
	gen3_root(1);
	reserved(65, 0);
	tree_end();
	assert_int_equal(load.result.region_count, 64);
	the_only_error_is(IPMMU_FDT_TOO_MANY, 65, 64);
}

static void the_65th_iova_range_is_left_out(void **state)
{
	uint32_t port[] = {CACHE + 2, 5};

	(void)state;
	tree_begin();
	gen3_root(1);
	cache(2);
	node("dma", 1);
	cell("phandle", CACHE + 1);
	cells("iommus", port, 2);
	node_end();
	reserved(1, 65);
	tree_end();
	assert_int_equal(load.result.desc.master_count, 1);
	assert_int_equal(load.result.region_count, 64);
	the_only_error_is(IPMMU_FDT_TOO_MANY, 65, 64);
}

static void the_17th_iommu_of_another_kind_is_told(void **state)
{
	uint32_t i;

	(void)state;
	tree_begin();
	gen3_root(1);
	for (i = 0; i < 17; i++) {
		node("smmu", i);
		cell("#iommu-cells", 1);
		cell("phandle", 0x4000 + i);
		node_end();
	}
	tree_end();
	the_only_error_is(IPMMU_FDT_TOO_MANY, 17, 16);
}

/* All of them share uTLB 0, which is no defect of a map. */
static void map_of(uint32_t entries)
{
	static uint32_t map[257 * 4];
	uint32_t i;

	for (i = 0; i < entries; i++) {
		map[i * 4] = i * 8;
		map[i * 4 + 1] = CACHE + 1;
		map[i * 4 + 2] = 0;
		map[i * 4 + 3] = 8;
	}
	tree_begin();
	gen3_root(1);
	cache(1);
	node("pcie", 1);
	cells("iommu-map", map, entries * 4);
	node_end();
	tree_end();
}

static void a_map_of_257_entries_is_refused(void **state)
{
	(void)state;
	map_of(256);
	assert_int_equal(load.result.errors, 0);
	assert_int_equal(load.result.desc.masters[0].port_count, 8);
	load_free(&load);
	map_of(257);
	assert_int_equal(load.result.desc.master_count, 0);
	the_only_error_is(IPMMU_FDT_TOO_MANY, 257ull * 16, 4096);
}

/* Only on Gen2 does a clock controller as power domain mean that the unit is never off. */
static void a_gen3_domain_without_cells_may_be_off(void **state)
{
	(void)state;
	tree_begin();
	gen3_root(0);
	tree_end();
	assert_int_equal(load.result.errors, 0);
	assert_int_equal(load.result.desc.mmu_count, 1);
	assert_false(load.result.desc.mmus[0].always_on);
	assert_int_equal(load.result.desc.mmus[0].power_cell, IPMMU_NONE);
	load_free(&load);
}

static void long_and_odd_names_are_cut_and_made_plain(void **state)
{
	char name[400];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	tree_begin();
	good(fdt_begin_node(load.blob, "a\033b"));
	cell("#address-cells", 1);
	cell("#size-cells", 1);
	good(fdt_property(load.blob, "ranges", NULL, 0));
	root("renesas,ipmmu-vmsa", 1);
	node_end();
	node_end();
	good(fdt_begin_node(load.blob, name));
	cell("iommus", 0x777);
	node_end();
	tree_end();
	assert_string_equal(load.result.desc.mmus[0].name, "/a?b/iommu@1");
	assert_int_equal(load.defect_count, 1);
	assert_int_equal(strlen(load.defects[0].path), IPMMU_FDT_MAX_PATH - 1);
	load_free(&load);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_65th_unit_is_left_out),
		cmocka_unit_test(the_31st_cache_of_a_root_is_left_out),
		cmocka_unit_test(the_65th_reserved_memory_is_left_out),
		cmocka_unit_test(the_65th_iova_range_is_left_out),
		cmocka_unit_test(the_17th_iommu_of_another_kind_is_told),
		cmocka_unit_test(a_map_of_257_entries_is_refused),
		cmocka_unit_test(a_gen3_domain_without_cells_may_be_off),
		cmocka_unit_test(long_and_odd_names_are_cut_and_made_plain),
	};

	return cmocka_run_group_tests_name("fdt limit", tests, NULL, NULL);
}
