// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_read.c - good trees of each generation, and the edges of the call itself.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "load.h"

static struct load load;

static const struct ipmmu_mmu_desc *mmu(uint32_t i)
{
	assert_true(i < load.result.desc.mmu_count);
	return &load.result.desc.mmus[i];
}

static void ports_are(uint32_t master, const char *name, const uint16_t *utlbs, uint32_t count)
{
	const struct ipmmu_master_desc *desc = &load.result.desc.masters[master];
	uint32_t i;

	assert_true(master < load.result.desc.master_count);
	assert_string_equal(desc->name, name);
	assert_int_equal(desc->port_count, count);
	for (i = 0; i < count; i++) {
		assert_int_equal(desc->ports[i].utlb, utlbs[i]);
	}
}

static void read_good(const char *name, const struct ipmmu_fdt_options *options)
{
	load_file(&load, name);
	load_read(&load, options);
	assert_int_equal(load.err, IPMMU_OK);
	assert_int_equal(load.result.errors, 0);
}

static int drop(void **state)
{
	(void)state;
	load_free(&load);
	return 0;
}

static void a_gen3_tree_gives_root_caches_power_and_interrupts(void **state)
{
	(void)state;
	read_good("good_gen3", NULL);
	assert_int_equal(load.result.desc.mmu_count, 4);
	assert_string_equal(mmu(0)->name, "/soc/iommu@e67b0000");
	assert_int_equal(mmu(0)->root, 0);
	assert_int_equal(mmu(0)->irq, 196);
	assert_int_equal(mmu(0)->irq_secure, 197);
	assert_int_equal(mmu(0)->imsstr_bit, IPMMU_NONE);
	assert_int_equal(mmu(1)->root, 0);
	assert_int_equal(mmu(1)->reg.v, 0xe6740000);
	assert_int_equal(mmu(1)->reg_size, 0x1000);
	assert_int_equal(mmu(1)->irq, IPMMU_NONE);
	assert_true(mmu(1)->always_on);
	assert_int_equal(mmu(3)->imsstr_bit, 12);
	assert_int_equal(mmu(3)->power_cell, 14);
	assert_false(mmu(3)->always_on);
	assert_null(mmu(3)->mmio);
	assert_true(load.result.has_prr);
	assert_int_equal(load.result.prr.v, 0xfff00044);
}

static void a_gen3_tree_gives_masters_with_their_ports(void **state)
{
	static const uint16_t dmac[] = {0, 1, 2, 3};
	static const uint16_t avb[] = {16};
	static const uint16_t fcp[] = {19, 2};
	static const uint16_t pcie[] = {0};
	const struct ipmmu_master_desc *masters;

	(void)state;
	read_good("good_gen3", NULL);
	masters = load.result.desc.masters;
	assert_int_equal(load.result.desc.master_count, 4);
	ports_are(0, "/soc/dma-controller@e6700000", dmac, 4);
	ports_are(1, "/soc/ethernet@e6800000", avb, 1);
	ports_are(2, "/soc/fcp@fe950000", fcp, 2);
	assert_int_equal(masters[2].ports[0].mmu, 3);
	assert_int_equal(masters[2].ports[1].mmu, 2);
	ports_are(3, "/soc/pcie@fe000000", pcie, 1);
	assert_int_equal(masters[3].ports[0].mmu, 2);
}

static void regions_name_their_masters_or_nobody(void **state)
{
	const struct ipmmu_fdt_region *r;

	(void)state;
	read_good("good_gen3", NULL);
	r = load.result.regions;
	assert_int_equal(load.result.region_count, 3);
	assert_string_equal(r[0].name, "/reserved-memory/firmware@70000000");
	assert_int_equal(r[0].master, IPMMU_NONE);
	assert_int_equal(r[0].size, 0x200000);
	assert_string_equal(r[1].name, "/reserved-memory/window");
	assert_int_equal(r[1].master, 3);
	assert_int_equal(r[1].size, 0);
	assert_int_equal(r[1].iova.v, 0xfe000000);
	assert_int_equal(r[1].iova_size, 0x400000);
	assert_string_equal(r[2].name, "/reserved-memory/pool@60000000");
	assert_int_equal(r[2].master, 0);
	assert_int_equal(r[2].pa.v, 0x60000000);
	assert_int_equal(r[2].size, 0x100000);
	assert_int_equal(r[2].iova_size, 0);
}

static void a_region_and_a_master_that_name_each_other_give_one_row(void **state)
{
	uint32_t rows = 0;
	uint32_t i;

	(void)state;
	read_good("region_twice", NULL);
	for (i = 0; i < load.result.region_count; i++) {
		rows += load.result.regions[i].master == 3;
	}
	assert_int_equal(rows, 1);
}

static void units_behind_one_that_is_left_out_move_up(void **state)
{
	uint32_t i;

	(void)state;
	read_good("region_twice", NULL);
	assert_int_equal(load.result.disabled_mmus, 1);
	assert_int_equal(load.result.desc.mmu_count, 4);
	assert_string_equal(mmu(0)->name, "/soc/iommu@e67b0000");
	for (i = 0; i < 4; i++) {
		assert_int_equal(mmu(i)->root, 0);
	}
	assert_int_equal(load.result.desc.masters[3].ports[0].mmu, 2);
}

static void a_gen4_tree_takes_one_and_two_cells_and_ranges(void **state)
{
	(void)state;
	read_good("gen4", NULL);
	assert_int_equal(load.result.desc.mmu_count, 3);
	assert_int_equal(mmu(0)->reg.v, 0xeefc0000);
	assert_int_equal(mmu(0)->irq, 210);
	assert_int_equal(mmu(0)->irq_secure, IPMMU_NONE);
	assert_int_equal(mmu(1)->imsstr_bit, IPMMU_NONE);
	assert_int_equal(mmu(1)->reg.v, 0xee480000);
	assert_true(mmu(1)->always_on);
	assert_int_equal(mmu(2)->imsstr_bit, 2);
	assert_int_equal(mmu(2)->power_cell, 31);
	assert_false(mmu(2)->always_on);
	assert_int_equal(mmu(2)->soc->generation, IPMMU_GEN4);
	assert_int_equal(load.result.disabled_masters, 1);
}

static void references_to_other_iommus_are_stepped_over(void **state)
{
	static const uint16_t dmac[] = {63};

	(void)state;
	read_good("gen4", NULL);
	ports_are(0, "/soc/dmac@7350000", dmac, 1);
}

/* The mask leaves IDs 0 and 2 of 0..3; the second range of IDs ends on the same two uTLBs. */
static void a_map_gives_only_the_utlbs_that_its_mask_lets_through(void **state)
{
	static const uint16_t pcie[] = {8, 10};
	static const uint16_t sparse[] = {4, 5, 6, 7, 12, 13, 14};

	(void)state;
	read_good("gen4", NULL);
	ports_are(1, "/soc/pcie@5d0000", pcie, 2);
	load_free(&load);
	read_good("sparse_map", NULL);
	ports_are(3, "/soc/pcie@fe000000", sparse, 7);
}

static void a_gen2_unit_is_its_own_root_and_needs_no_domain(void **state)
{
	(void)state;
	read_good("good_gen2", NULL);
	assert_int_equal(load.result.desc.mmu_count, 2);
	assert_int_equal(mmu(0)->root, 0);
	assert_int_equal(mmu(1)->root, 1);
	assert_true(mmu(0)->always_on);
	assert_int_equal(mmu(0)->power_phandle, IPMMU_NONE);
	assert_true(mmu(1)->always_on);
	assert_int_equal(mmu(1)->power_cell, IPMMU_NONE);
	assert_int_equal(mmu(1)->irq, 226);
	assert_int_equal(mmu(1)->soc->generation, IPMMU_GEN2);
	assert_int_equal(load.result.desc.master_count, 1);
}

static void a_tree_without_ipmmu_is_no_error(void **state)
{
	(void)state;
	read_good("no_ipmmu", NULL);
	assert_int_equal(load.result.desc.mmu_count, 0);
	assert_int_equal(load.result.desc.master_count, 0);
}

static void disabled_nodes_count_only_when_asked(void **state)
{
	struct ipmmu_fdt_options options = {true, NULL};

	(void)state;
	read_good("disabled_bus", NULL);
	assert_int_equal(load.result.desc.mmu_count, 0);
	assert_int_equal(load.result.disabled_mmus, 4);
	assert_int_equal(load.result.disabled_masters, 4);
	load_free(&load);
	read_good("disabled_bus", &options);
	assert_int_equal(load.result.desc.mmu_count, 4);
	assert_int_equal(load.result.desc.master_count, 4);
	assert_int_equal(load.result.disabled_mmus, 0);
}

static void the_product_register_picks_the_cut(void **state)
{
	struct ipmmu_prr es3 = {0x4f, 0x20};
	struct ipmmu_prr es2 = {0x4f, 0x10};
	struct ipmmu_prr other = {0x52, 0x20};
	struct ipmmu_fdt_options options = {false, &es3};

	(void)state;
	read_good("good_gen3", &options);
	assert_int_equal(mmu(0)->soc->stage2, IPMMU_YES);
	load_free(&load);
	options.prr = &es2;
	read_good("good_gen3", &options);
	assert_int_equal(mmu(0)->soc->stage2, IPMMU_NO);
	load_free(&load);
	options.prr = &other;
	load_file(&load, "good_gen3");
	load_read(&load, &options);
	assert_int_equal(load.result.desc.mmu_count, 0);
	assert_int_equal(load.defects[0].defect.kind, IPMMU_FDT_UNKNOWN_SOC);
	assert_int_equal(load.defects[0].defect.value, 0x52);
}

/* Takes one away from each capacity in turn; the description must stay empty. */
static void storage_that_is_one_short_is_refused(void **state)
{
	struct ipmmu_fdt_storage s;
	static const char *const names[] = {"mmus", "masters", "ports", "regions", "text"};
	size_t i;

	(void)state;
	read_good("good_gen3", NULL);
	for (i = 0; i < 5; i++) {
		s = load.storage;
		s.mmus_max -= i == 0;
		s.masters_max -= i == 1;
		s.ports_max -= i == 2;
		s.regions_max -= i == 3;
		s.text_size -= i == 4;
		load.defect_count = 0;
		assert_int_equal(ipmmu_fdt_read(load.blob, load.size, NULL, &s, load_defect,
						&load, &load.result),
				 IPMMU_E_NO_MEMORY);
		assert_int_equal(load.defect_count, 1);
		assert_int_equal(load.defects[0].defect.kind, IPMMU_FDT_NO_STORAGE);
		assert_string_equal(load.defects[0].property, names[i]);
		assert_int_equal(load.defects[0].defect.value, load.defects[0].defect.max + 1);
		assert_int_equal(load.result.desc.mmu_count, 0);
		assert_int_equal(load.result.needs.mmus_max, 4);
	}
}

static void a_blob_of_an_old_version_is_refused(void **state)
{
	uint8_t *bytes;

	(void)state;
	load_file(&load, "good_gen3");
	bytes = load.blob;
	bytes[23] = 15; /* version */
	bytes[27] = 2;  /* and the oldest that it is said to be compatible with */
	load_read(&load, NULL);
	assert_int_equal(load.err, IPMMU_E_TREE);
	assert_int_equal(load.defects[0].defect.kind, IPMMU_FDT_BAD_BLOB);
}

static void null_arguments_are_refused(void **state)
{
	struct ipmmu_fdt_storage s = {0};
	struct ipmmu_fdt_result result;
	uint64_t blob[8] = {0};

	(void)state;
	memset(&load, 0, sizeof(load));
	assert_int_equal(ipmmu_fdt_read(NULL, 8, NULL, &s, NULL, NULL, &result), IPMMU_E_ARG);
	assert_int_equal(ipmmu_fdt_read(blob, 8, NULL, NULL, NULL, NULL, &result), IPMMU_E_ARG);
	assert_int_equal(ipmmu_fdt_read(blob, 8, NULL, &s, NULL, NULL, NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_fdt_read(blob, 64, NULL, &s, NULL, NULL, &result), IPMMU_E_TREE);
	assert_int_equal(result.errors, 1);
}

#define CASE(f) cmocka_unit_test_teardown(f, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_gen3_tree_gives_root_caches_power_and_interrupts),
		CASE(a_gen3_tree_gives_masters_with_their_ports),
		CASE(regions_name_their_masters_or_nobody),
		CASE(a_region_and_a_master_that_name_each_other_give_one_row),
		CASE(units_behind_one_that_is_left_out_move_up),
		CASE(a_gen4_tree_takes_one_and_two_cells_and_ranges),
		CASE(references_to_other_iommus_are_stepped_over),
		CASE(a_map_gives_only_the_utlbs_that_its_mask_lets_through),
		CASE(a_gen2_unit_is_its_own_root_and_needs_no_domain),
		CASE(a_tree_without_ipmmu_is_no_error),
		CASE(disabled_nodes_count_only_when_asked),
		CASE(the_product_register_picks_the_cut),
		CASE(storage_that_is_one_short_is_refused),
		CASE(a_blob_of_an_old_version_is_refused),
		CASE(null_arguments_are_refused),
	};

	return cmocka_run_group_tests_name("fdt read", tests, NULL, NULL);
}
