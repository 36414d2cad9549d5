// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_defect.c - one small tree for each defect: what is told of it, and what is left over.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "load.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

#define DS0    "/soc/iommu@e6740000"
#define HC     "/soc/iommu@e6570000"
#define VC0    "/soc/iommu@fe6b0000"
#define MM     "/soc/iommu@e67b0000"
#define AVB    "/soc/ethernet@e6800000"
#define DMAC   "/soc/dma-controller@e6700000"
#define FCP    "/soc/fcp@fe950000"
#define PCIE   "/soc/pcie@fe000000"
#define SOC    "/soc"
#define MASKED 1 /* the note that every tree with the bridge's mask has */

/** struct row - the tree, what is told of it, and how many MMUs and masters remain. */
struct row {
	const char *sentence;
	const char *file;
	enum ipmmu_fdt_defect_kind kind;
	const char *path;
	const char *property;
	const char *other;
	bool has_value;
	uint64_t value;
	bool has_range;
	uint64_t min;
	uint64_t max;
	uint32_t mmus;
	uint32_t masters;
	uint32_t notes;
	uint32_t partials; /**< masters that are left out with what the row is about */
};

/* Whether the value column counts is clear from the kinds; phandles that dtc chose are any. */
#define ANY              0x5a5a5a5au
#define NONE_            false, 0, false, 0, 0
#define VALUE(v)         true, v, false, 0, 0
#define RANGE(v, lo, hi) true, v, true, lo, hi

static const struct row rows[] = {
	{"a_cache_without_reg_is_left_out", "missing_reg", IPMMU_FDT_MISSING, DS0, "reg", "",
	 NONE_, 3, 2, MASKED, 2},
	{"a_cache_without_iommu_cells_is_left_out", "missing_iommu_cells", IPMMU_FDT_MISSING,
	 DS0, "#iommu-cells", "", NONE_, 3, 2, MASKED, 2},
	{"a_gen3_cache_without_power_domain_is_left_out", "missing_power", IPMMU_FDT_MISSING,
	 DS0, "power-domains", "", NONE_, 3, 2, MASKED, 2},
	{"a_bus_without_ranges_hides_its_registers", "missing_ranges", IPMMU_FDT_MISSING, SOC,
	 "ranges", "", NONE_, 0, 0, ANY, 1},
	{"reg_of_a_wrong_size_is_told", "size_reg", IPMMU_FDT_BAD_SIZE, DS0, "reg", "",
	 RANGE(12, 16, 16), 3, 2, MASKED, 2},
	{"iommu_cells_of_a_wrong_size_is_told", "size_iommu_cells", IPMMU_FDT_BAD_SIZE, DS0,
	 "#iommu-cells", "", RANGE(8, 4, 4), 3, 2, MASKED, 2},
	{"main_of_three_cells_is_told", "size_main", IPMMU_FDT_BAD_SIZE, DS0,
	 "renesas,ipmmu-main", "", RANGE(12, 4, 8), 3, 2, MASKED, 2},
	{"a_cut_interrupt_takes_the_root_and_its_caches", "size_interrupts", IPMMU_FDT_BAD_SIZE,
	 MM, "interrupts", "", RANGE(8, 12, 24), 0, 0, MASKED, 4},
	{"a_power_domain_without_its_cell_is_told", "size_power", IPMMU_FDT_BAD_SIZE, DS0,
	 "power-domains", "", RANGE(4, 8, 8), 3, 2, MASKED, 2},
	{"a_reference_without_utlb_is_told", "size_iommus", IPMMU_FDT_BAD_SIZE, AVB, "iommus",
	 "", RANGE(12, 16, 16), 4, 3, MASKED, 0},
	{"references_that_are_no_cells_are_told", "size_iommus_bytes", IPMMU_FDT_BAD_SIZE, AVB,
	 "iommus", "", RANGE(5, 8, 8), 4, 3, MASKED, 0},
	{"a_map_entry_of_three_cells_is_told", "size_map", IPMMU_FDT_BAD_SIZE, PCIE,
	 "iommu-map", "", RANGE(12, 16, 4096), 4, 3, 0, 0},
	{"a_mask_of_two_cells_is_told", "size_mask", IPMMU_FDT_BAD_SIZE, PCIE, "iommu-map-mask",
	 "", RANGE(8, 4, 4), 4, 3, 0, 0},
	{"a_cut_iova_range_is_told", "size_addresses", IPMMU_FDT_BAD_SIZE,
	 "/reserved-memory/window", "iommu-addresses", "", RANGE(16, 20, 20), 4, 4, MASKED, 0},
	{"two_iommu_cells_are_told", "cells_iommu", IPMMU_FDT_BAD_CELLS, DS0, "#iommu-cells",
	 "", RANGE(2, 1, 1), 3, 2, MASKED, 0},
	{"three_address_cells_are_told_of_the_bus", "cells_bus", IPMMU_FDT_BAD_CELLS, SOC,
	 "#address-cells", "", RANGE(3, 1, 2), 0, 0, ANY, 1},
	{"a_power_provider_with_two_cells_is_told", "cells_power", IPMMU_FDT_BAD_CELLS, DS0,
	 "power-domains", "", RANGE(2, 0, 1), 0, 0, ANY, 2},
	{"a_private_interrupt_is_told", "value_spi", IPMMU_FDT_BAD_VALUE, MM, "interrupts", "",
	 RANGE(1, 0, 0), 0, 0, MASKED, 4},
	{"a_second_interrupt_out_of_range_is_told", "value_irq", IPMMU_FDT_BAD_VALUE, MM,
	 "interrupts", "", RANGE(988, 0, 987), 0, 0, MASKED, 4},
	{"a_status_bit_above_31_is_told", "value_bit", IPMMU_FDT_BAD_VALUE, DS0,
	 "renesas,ipmmu-main", "", RANGE(32, 0, 31), 3, 2, MASKED, 2},
	{"a_requester_above_16_bits_is_told", "value_map_rid", IPMMU_FDT_BAD_VALUE, PCIE,
	 "iommu-map", "", RANGE(0x10000, 0, 0xffff), 4, 3, MASKED, 0},
	{"a_map_beyond_the_last_requester_is_told", "value_map_length", IPMMU_FDT_BAD_VALUE,
	 PCIE, "iommu-map", "", RANGE(0x101, 1, 0x100), 4, 3, MASKED, 0},
	{"a_main_that_is_nowhere_is_told", "phandle_main", IPMMU_FDT_BAD_PHANDLE, DS0,
	 "renesas,ipmmu-main", "", VALUE(0x777), 3, 2, MASKED, 2},
	{"a_main_that_is_no_ipmmu_is_told", "phandle_main_kind", IPMMU_FDT_BAD_PHANDLE, DS0,
	 "renesas,ipmmu-main", "", VALUE(ANY), 3, 2, MASKED, 2},
	{"a_power_provider_that_is_nowhere_is_told", "phandle_power", IPMMU_FDT_BAD_PHANDLE,
	 DS0, "power-domains", "", VALUE(0x777), 3, 2, MASKED, 2},
	{"a_reference_to_nowhere_is_told", "phandle_iommus", IPMMU_FDT_BAD_PHANDLE, AVB,
	 "iommus", "", VALUE(0x777), 4, 3, MASKED, 0},
	{"a_reference_to_no_iommu_leaves_the_whole_master_out", "phandle_iommus_kind",
	 IPMMU_FDT_BAD_PHANDLE, AVB, "iommus", "", VALUE(ANY), 4, 3, MASKED, 0},
	{"a_map_to_nowhere_is_told", "phandle_map", IPMMU_FDT_BAD_PHANDLE, PCIE, "iommu-map",
	 "", VALUE(0x777), 4, 3, MASKED, 0},
	{"an_iova_range_of_nobody_is_told", "phandle_addresses", IPMMU_FDT_BAD_PHANDLE,
	 "/reserved-memory/window", "iommu-addresses", "", VALUE(0x777), 4, 4, MASKED, 0},
	{"a_cache_with_an_interrupt_is_left_out", "unexpected_interrupts", IPMMU_FDT_UNEXPECTED,
	 DS0, "interrupts", "", NONE_, 3, 2, MASKED, 2},
	{"a_part_that_nobody_knows_is_left_out", "unknown_soc", IPMMU_FDT_UNKNOWN_SOC, DS0,
	 "compatible", "", NONE_, 3, 2, MASKED, 2},
	{"utlb_48_of_gen3_is_told", "bad_utlb", IPMMU_FDT_BAD_UTLB, AVB, "iommus", DS0,
	 RANGE(48, 0, 47), 4, 3, MASKED, 0},
	{"a_map_beyond_the_last_utlb_is_told_once", "bad_utlb_map", IPMMU_FDT_BAD_UTLB, PCIE,
	 "iommu-map", HC, RANGE(48, 0, 47), 4, 3, 0, 0},
	{"registers_of_half_a_page_are_told", "bad_reg_size", IPMMU_FDT_BAD_REG, DS0, "reg", "",
	 RANGE(0x800, 0x1000, 1ull << 40), 3, 2, MASKED, 2},
	{"registers_off_a_page_are_told", "bad_reg_place", IPMMU_FDT_BAD_REG, DS0, "reg", "",
	 RANGE(0xe6740100, 0, (1ull << 40) - 0x1000), 3, 2, MASKED, 2},
	{"registers_above_40_bits_are_told", "bad_reg_high", IPMMU_FDT_BAD_REG, DS0, "reg", "",
	 RANGE(0x100e6740000, 0, (1ull << 40) - 0x1000), 3, 2, MASKED, 2},
	{"registers_outside_of_the_bus_are_told", "bad_reg_ranges", IPMMU_FDT_BAD_REG, DS0,
	 "reg", "", VALUE(0xe6740000), 3, 2, MASKED, 2},
	{"registers_that_end_beyond_the_bus_are_told", "bad_reg_tail", IPMMU_FDT_BAD_REG, DS0,
	 "reg", "", VALUE(0xe6740000), 3, 2, MASKED, 2},
	{"the_second_of_two_in_one_place_is_left_out", "overlap", IPMMU_FDT_OVERLAP, HC, "reg",
	 DS0, VALUE(0xe6740000), 3, 2, MASKED, 2},
	{"a_cache_without_main_is_left_out", "no_main", IPMMU_FDT_NO_MAIN, DS0,
	 "renesas,ipmmu-main", "", NONE_, 3, 2, MASKED, 2},
	{"a_main_that_is_a_cache_is_told", "main_is_cache", IPMMU_FDT_NO_MAIN, DS0,
	 "renesas,ipmmu-main", HC, VALUE(ANY), 3, 2, MASKED, 2},
	{"a_main_that_is_disabled_is_told", "main_disabled", IPMMU_FDT_NO_MAIN, DS0,
	 "renesas,ipmmu-main", MM, VALUE(ANY), 0, 0, ANY, 2},
	{"a_main_of_another_part_is_told", "main_other_part", IPMMU_FDT_NO_MAIN, DS0,
	 "renesas,ipmmu-main", MM, VALUE(ANY), 3, 2, MASKED, 2},
	{"the_same_utlb_twice_in_a_master_is_told", "duplicate_iommus", IPMMU_FDT_DUPLICATE,
	 AVB, "iommus", DS0, VALUE(16), 4, 3, MASKED, 0},
	{"requesters_mapped_twice_are_told", "duplicate_map", IPMMU_FDT_DUPLICATE, PCIE,
	 "iommu-map", "", VALUE(3), 4, 3, 0, 0},
	{"the_second_of_two_with_one_phandle_is_left_out", "duplicate_phandle",
	 IPMMU_FDT_DUPLICATE, "/iommu@ec680000", "phandle", "/iommu@e6280000", VALUE(0x99), 1,
	 1, 0, 0},
	{"a_bad_root_takes_its_caches_and_their_masters", "root_bad", IPMMU_FDT_BAD_REG, MM,
	 "reg", "", RANGE(0x10, 0x1000, 1ull << 40), 0, 0, MASKED, 4},
	{"a_gen2_unit_with_a_main_is_left_out", "gen2_main", IPMMU_FDT_UNEXPECTED,
	 "/iommu@ec680000", "renesas,ipmmu-main", "", NONE_, 1, 0, 0, 1},
	{"a_gen2_unit_without_interrupt_is_left_out", "gen2_no_interrupts", IPMMU_FDT_MISSING,
	 "/iommu@ec680000", "interrupts", "", NONE_, 1, 0, 0, 1},
	{"utlb_32_of_gen2_is_told", "gen2_bad_utlb", IPMMU_FDT_BAD_UTLB, "/sound", "iommus",
	 "/iommu@ec680000", RANGE(32, 0, 31), 2, 1, 0, 0},
	{"a_node_33_levels_down_is_told_and_skipped", "too_deep", IPMMU_FDT_TOO_DEEP, "", "",
	 "", RANGE(33, 1, 32), 4, 4, MASKED, 0},
};

static void compare(const struct row *row, const struct load_defect *found)
{
	assert_string_equal(ipmmu_fdt_defect_name(found->defect.kind),
			    ipmmu_fdt_defect_name(row->kind));
	assert_true(found->defect.error);
	assert_string_equal(found->path, row->path);
	assert_string_equal(found->property, row->property);
	assert_string_equal(found->other, row->other);
	assert_int_equal(found->defect.has_value, row->has_value);
	if (row->has_value && row->value != ANY) {
		assert_int_equal(found->defect.value, row->value);
	}
	assert_int_equal(found->defect.has_range, row->has_range);
	if (row->has_range) {
		assert_int_equal(found->defect.min, row->min);
		assert_int_equal(found->defect.max, row->max);
	}
}

static uint32_t count_partials(const struct load *load)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < load->defect_count; i++) {
		count += load->defects[i].defect.kind == IPMMU_FDT_PARTIAL;
	}
	return count;
}

/* Every row has one error, and one for each master that it takes along; notes come besides. */
static void row_holds(void **state)
{
	const struct row *row = *state;
	struct load load;
	uint32_t i;

	load_file(&load, row->file);
	load_read(&load, NULL);
	assert_int_equal(load.err, IPMMU_OK);
	assert_int_equal(count_partials(&load), row->partials);
	assert_int_equal(load.result.errors, 1 + row->partials);
	assert_int_equal(load.defect_count, load.result.errors + load.result.notes);
	for (i = 0; i < load.defect_count; i++) {
		if (load.defects[i].defect.error &&
		    load.defects[i].defect.kind != IPMMU_FDT_PARTIAL) {
			compare(row, &load.defects[i]);
		}
	}
	if (row->notes != ANY) {
		assert_int_equal(load.result.notes, row->notes);
	}
	assert_int_equal(load.result.desc.mmu_count, row->mmus);
	assert_int_equal(load.result.desc.master_count, row->masters);
	load_free(&load);
}

static const struct load_defect *find_note(const struct load *load,
					   enum ipmmu_fdt_defect_kind kind)
{
	uint32_t i;

	for (i = 0; i < load->defect_count; i++) {
		if (load->defects[i].defect.kind == kind) {
			return &load->defects[i];
		}
	}
	return NULL;
}

static void note_is(const char *file, enum ipmmu_fdt_defect_kind kind, const char *path,
		    const char *other, uint64_t value, uint32_t masters)
{
	const struct load_defect *note;
	struct load load;

	load_file(&load, file);
	load_read(&load, NULL);
	assert_int_equal(load.err, IPMMU_OK);
	assert_int_equal(load.result.errors, 0);
	note = find_note(&load, kind);
	assert_non_null(note);
	assert_false(note->defect.error);
	assert_string_equal(note->path, path);
	assert_string_equal(note->other, other);
	assert_int_equal(note->defect.value, value);
	assert_int_equal(load.result.desc.master_count, masters);
	load_free(&load);
}

static void masters_that_share_a_utlb_are_a_note(void **state)
{
	(void)state;
	note_is("note_group", IPMMU_FDT_GROUP, AVB, DMAC, 3, 4);
}

static void caches_on_one_status_bit_are_a_note(void **state)
{
	(void)state;
	note_is("note_index", IPMMU_FDT_DUPLICATE_INDEX, HC, DS0, 0, 4);
}

static void masters_with_all_ports_on_disabled_caches_are_notes_and_left_out(void **state)
{
	(void)state;
	note_is("note_disabled", IPMMU_FDT_DISABLED_MMU, FCP, VC0, 19, 2);
}

/** struct partial - what is told of a master that is left out for its port. */
struct partial {
	const char *path;
	const char *property;
	const char *other;
	bool has_value;
	uint64_t value;
};

static void partial_is(const struct load *load, const struct partial *want, uint32_t rank)
{
	const struct load_defect *found = NULL;
	uint32_t i;

	for (i = 0; i < load->defect_count; i++) {
		if (load->defects[i].defect.kind == IPMMU_FDT_PARTIAL && rank-- == 0) {
			found = &load->defects[i];
			break;
		}
	}
	assert_non_null(found);
	assert_true(found->defect.error);
	assert_string_equal(found->path, want->path);
	assert_string_equal(found->property, want->property);
	assert_string_equal(found->other, want->other);
	assert_int_equal(found->defect.has_value, want->has_value);
	assert_int_equal(found->defect.value, want->value);
	assert_false(found->defect.has_range);
}

/* @count masters are left out and told; none of @left, those described, is among them. */
static void partials_are(const char *file, const struct partial *want, uint32_t count,
			 uint32_t left, uint32_t others)
{
	struct load load;
	uint32_t i;
	uint32_t k;

	load_file(&load, file);
	load_read(&load, NULL);
	assert_int_equal(load.err, IPMMU_OK);
	assert_int_equal(count_partials(&load), count);
	assert_int_equal(load.result.errors, count + others);
	assert_int_equal(load.result.desc.master_count, left);
	for (i = 0; i < count; i++) {
		partial_is(&load, &want[i], i);
		for (k = 0; k < left; k++) {
			assert_string_not_equal(load.result.desc.masters[k].name, want[i].path);
		}
	}
	load_free(&load);
}

static void a_second_port_on_a_disabled_cache_leaves_the_master_out(void **state)
{
	static const struct partial want = {FCP, "iommus", HC, true, 2};

	(void)state;
	partials_are("partial_disabled", &want, 1, 2, 0);
}

static void a_first_port_on_a_disabled_cache_leaves_the_master_out(void **state)
{
	static const struct partial want = {FCP, "iommus", VC0, true, 19};

	(void)state;
	partials_are("partial_first", &want, 1, 3, 0);
}

static void ports_on_a_cache_with_a_defect_leave_their_masters_out(void **state)
{
	static const struct partial want[] = {
		{FCP, "iommus", HC, true, 2},
		{PCIE, "iommu-map", HC, true, 0},
	};

	(void)state;
	partials_are("partial_dead", want, 2, 2, 1);
}

static void a_map_to_a_disabled_cache_leaves_the_whole_bridge_out(void **state)
{
	static const struct partial want = {PCIE, "iommu-map", HC, true, 5};

	(void)state;
	partials_are("partial_map", &want, 1, 3, 0);
}

static void a_reference_without_utlb_to_a_cache_with_a_defect_leaves_out(void **state)
{
	static const struct partial want = {FCP, "iommus", HC, false, 0};

	(void)state;
	partials_are("partial_cells", &want, 1, 2, 1);
}

static void of_a_disabled_cache_and_one_with_a_defect_the_latter_is_told(void **state)
{
	static const struct partial want = {FCP, "iommus", HC, true, 2};

	(void)state;
	partials_are("partial_mixed", &want, 1, 2, 1);
}

static void disabled_caches_that_are_asked_for_leave_masters_whole(void **state)
{
	struct ipmmu_fdt_options options = {true, NULL};
	struct load load;

	(void)state;
	load_file(&load, "partial_disabled");
	load_read(&load, &options);
	assert_int_equal(load.result.errors, 0);
	assert_int_equal(load.result.desc.master_count, 3);
	assert_string_equal(load.result.desc.masters[2].name, FCP);
	assert_int_equal(load.result.desc.masters[2].port_count, 2);
	load_free(&load);
}

static void a_mask_that_joins_functions_is_a_note(void **state)
{
	(void)state;
	note_is("good_gen3", IPMMU_FDT_IOMMU_MAP_MASKED, PCIE, "", 0, 4);
}

static void a_line_names_node_property_value_and_range(void **state)
{
	static const char line[] = AVB ": iommus: a uTLB number is out of the part's range: "
				       "48, allowed 0..47; the other is " DS0;
	char text[LOAD_LINE];
	struct load load;
	size_t cut;

	(void)state;
	load_file(&load, "bad_utlb");
	load_read(&load, NULL);
	load.defects[0].defect.path = load.defects[0].path;
	load.defects[0].defect.property = load.defects[0].property;
	load.defects[0].defect.other = load.defects[0].other;
	assert_int_equal(ipmmu_fdt_defect_text(&load.defects[0].defect, text, sizeof(text)),
			 sizeof(line) - 1);
	assert_string_equal(text, line);
	for (cut = 0; cut < sizeof(line); cut++) {
		memset(text, '#', sizeof(text));
		assert_int_equal(ipmmu_fdt_defect_text(&load.defects[0].defect, text, cut),
				 sizeof(line) - 1);
		assert_int_equal(text[cut], '#');
		if (cut > 0) {
			assert_int_equal(text[cut - 1], '\0');
			assert_memory_equal(text, line, cut - 1);
		}
	}
	load_free(&load);
}

int main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(masters_that_share_a_utlb_are_a_note),
		cmocka_unit_test(caches_on_one_status_bit_are_a_note),
		cmocka_unit_test(
			masters_with_all_ports_on_disabled_caches_are_notes_and_left_out),
		cmocka_unit_test(a_second_port_on_a_disabled_cache_leaves_the_master_out),
		cmocka_unit_test(a_first_port_on_a_disabled_cache_leaves_the_master_out),
		cmocka_unit_test(ports_on_a_cache_with_a_defect_leave_their_masters_out),
		cmocka_unit_test(a_map_to_a_disabled_cache_leaves_the_whole_bridge_out),
		cmocka_unit_test(a_reference_without_utlb_to_a_cache_with_a_defect_leaves_out),
		cmocka_unit_test(of_a_disabled_cache_and_one_with_a_defect_the_latter_is_told),
		cmocka_unit_test(disabled_caches_that_are_asked_for_leave_masters_whole),
		cmocka_unit_test(a_mask_that_joins_functions_is_a_note),
		cmocka_unit_test(a_line_names_node_property_value_and_range),
	};
	struct CMUnitTest tests[ROWS(rows) + ROWS(others)];
	size_t i;

	memset(tests, 0, sizeof(tests));
	for (i = 0; i < ROWS(rows); i++) {
		tests[i].name = rows[i].sentence;
		tests[i].test_func = row_holds;
		tests[i].initial_state = (void *)(uintptr_t)&rows[i];
	}
	memcpy(&tests[ROWS(rows)], others, sizeof(others));
	return cmocka_run_group_tests_name("fdt defect", tests, NULL, NULL);
}
