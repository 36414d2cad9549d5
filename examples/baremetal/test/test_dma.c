// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_dma.c - a bus master behind the IPMMU: what is mapped moves, all else is stopped and
 * told.
 */
#include "rig.h"

#include <string.h>

#define IOVA 0x80000000ull

static struct space a;
static struct space b;

static bool every_unit_that_has_power_is_online(void)
{
	struct ipmmu_mmu_info info;
	uint32_t i;

	CHECK(rig_start(NULL));
	for (i = 0; i < rig.tree.desc.mmu_count; i++) {
		CHECK(ipmmu_mmu_query(rig.system, i, &info) == IPMMU_OK);
		CHECK(info.online == rig.tree.desc.mmus[i].always_on);
	}
	return rig_end();
}

/* Wherever it aims: where RAM is, too, which it would hit untranslated. */
static bool a_claimed_master_reaches_nothing(void)
{
	CHECK(rig_start(NULL));
	watch();
	master_fill(1);
	CHECK(!master_round((uintptr_t)watched[3], 64, true));
	CHECK(!master_round((uintptr_t)watched[3], 64, false));
	CHECK(!master_round(IOVA, 64, true));
	CHECK(untouched_but(WATCHED, WATCHED));
	CHECK(rig.interrupts > 0);
	return rig_end();
}

static bool data_moves_through_translated_addresses(void)
{
	uint32_t i;

	CHECK(rig_start(NULL));
	CHECK(space_create(&a));
	for (i = 0; i < 8; i++) { /* backwards, so that no address is what it was */
		CHECK(space_map(&a, IOVA + i * PAGE, watched[20 - i], PAGE,
				IPMMU_PT_READ | IPMMU_PT_WRITE));
	}
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	for (i = 0; i < 8; i++) {
		watch();
		master_fill(17 * i);
		CHECK(master_round(IOVA + i * PAGE, PAGE, true));
		CHECK(bytes_are(watched[20 - i], PAGE, 17 * i));
		CHECK(untouched_but(20 - i, WATCHED));
		watched[20 - i][5] = 99;
		CHECK(master_round(IOVA + i * PAGE, PAGE, false));
		CHECK(master_holds(watched[20 - i], PAGE));
	}
	CHECK(rig.fault_count == 0);
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	CHECK(space_destroy(&a));
	return rig_end();
}

/* The end of one page and the beginning of the next, which lie apart. */
static bool a_round_over_two_pages_is_split(void)
{
	CHECK(rig_start(NULL));
	CHECK(space_create(&a));
	CHECK(space_map(&a, IOVA, watched[7], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(space_map(&a, IOVA + PAGE, watched[2], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	watch();
	master_fill(40);
	CHECK(master_round(IOVA + PAGE - 256, 1024, true));
	CHECK(bytes_are(watched[7] + PAGE - 256, 256, 40));
	CHECK(bytes_are(watched[2], 768, 40 + 256));
	CHECK(untouched_but(7, 2));
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	CHECK(space_destroy(&a));
	return rig_end();
}

static bool fault_is(uint64_t iova, uint32_t kind, struct space *space)
{
	const struct ipmmu_fault *fault = &rig.faults[0];

	CHECK(rig_wait(&rig.fault_count, 0, 1000000));
	CHECK(rig.interrupts > 0);
	CHECK(fault->iova.v == iova);
	CHECK(fault->kinds == kind);
	CHECK(fault->root == rig.root);
	CHECK(fault->domain == (space == NULL ? NULL : space->domain));
	CHECK(fault->cookie == space);
	CHECK(fault->master_count == 1);
	CHECK(fault->masters[0] == rig.desc);
	return true;
}

static bool an_access_to_nothing_faults_with_its_address(void)
{
	CHECK(rig_start(NULL));
	CHECK(space_create(&a));
	CHECK(space_map(&a, IOVA, watched[7], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	watch();
	CHECK(!master_round(IOVA + 5 * PAGE + 8, 64, true));
	CHECK(fault_is(IOVA + 5 * PAGE + 8, IPMMU_FAULT_TRANSLATION, &a));
	CHECK(untouched_but(WATCHED, WATCHED));
	CHECK(master_round(IOVA, 64, true)); /* and it goes on where it may */
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	CHECK(space_destroy(&a));
	return rig_end();
}

static bool a_write_to_a_read_only_page_faults_and_changes_nothing(void)
{
	CHECK(rig_start(NULL));
	CHECK(space_create(&a));
	CHECK(space_map(&a, IOVA, watched[7], PAGE, IPMMU_PT_READ));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	watch();
	CHECK(master_round(IOVA, 64, false));
	CHECK(master_holds(watched[7], 64));
	master_fill(3);
	CHECK(!master_round(IOVA + 0x40, 64, true));
	CHECK(fault_is(IOVA + 0x40, IPMMU_FAULT_PERMISSION, &a));
	CHECK(untouched_but(WATCHED, WATCHED));
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	CHECK(space_destroy(&a));
	return rig_end();
}

static bool a_page_is_out_of_reach_when_its_unmap_has_returned(void)
{
	uint32_t i;

	CHECK(rig_start(NULL));
	CHECK(space_create(&a));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	for (i = 0; i < 16; i++) {
		CHECK(space_map(&a, IOVA, watched[i], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
		CHECK(master_round(IOVA, 64, true));
		CHECK(space_unmap(&a, IOVA, PAGE));
		watch();
		CHECK(!master_round(IOVA, 64, true));
		CHECK(untouched_but(WATCHED, WATCHED));
	}
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	CHECK(space_destroy(&a));
	return rig_end();
}

/* A block of 2 MiB, of which one page is taken out. */
static bool a_block_with_a_hole_is_reached_around_it(void)
{
	static uint8_t large[0x200000] __attribute__((aligned(0x200000)));

	CHECK(rig_start(NULL));
	CHECK(space_create(&a));
	CHECK(space_map(&a, IOVA, large, sizeof(large), IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	master_fill(5);
	CHECK(master_round(IOVA + 0x1ff000, PAGE, true));
	CHECK(bytes_are(large + 0x1ff000, PAGE, 5));
	CHECK(space_unmap(&a, IOVA + 0x100000, PAGE));
	CHECK(!master_round(IOVA + 0x100000, 64, true));
	CHECK(fault_is(IOVA + 0x100000, IPMMU_FAULT_TRANSLATION, &a));
	CHECK(master_round(IOVA + 0x101000, PAGE, true));
	CHECK(bytes_are(large + 0x101000, PAGE, 5));
	CHECK(large[0x100000] == 0);
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	CHECK(space_destroy(&a));
	return rig_end();
}

static bool two_domains_do_not_see_each_other(void)
{
	CHECK(rig_start(NULL));
	CHECK(space_create(&a));
	CHECK(space_create(&b));
	CHECK(space_map(&a, IOVA, watched[7], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(space_map(&b, IOVA, watched[8], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	watch();
	CHECK(master_round(IOVA, 64, true));
	CHECK(untouched_but(7, WATCHED));
	CHECK(ipmmu_master_move(rig.master, b.domain, NULL) == IPMMU_OK);
	watch();
	CHECK(master_round(IOVA, 64, true));
	CHECK(untouched_but(8, WATCHED));
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	watch();
	CHECK(!master_round(IOVA, 64, true));
	CHECK(untouched_but(WATCHED, WATCHED));
	CHECK(space_destroy(&b));
	CHECK(space_destroy(&a));
	return rig_end();
}

/* Over a table that the image makes itself, by the engine and with flushes of its own. */
static bool a_table_of_the_image_is_walked_and_flushed_likewise(void)
{
	CHECK(rig_start(NULL));
	CHECK(space_create_hosts(&a));
	CHECK(space_map(&a, IOVA, watched[7], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(space_map(&a, IOVA + PAGE, watched[3], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	watch();
	CHECK(master_round(IOVA, 64, true));
	CHECK(master_round(IOVA + PAGE, 64, true));
	CHECK(untouched_but(7, 3));
	CHECK(space_unmap(&a, IOVA, PAGE));
	watch();
	CHECK(!master_round(IOVA, 64, true));
	CHECK(fault_is(IOVA, IPMMU_FAULT_TRANSLATION, &a));
	CHECK(master_round(IOVA + PAGE, 64, true));
	CHECK(untouched_but(3, WATCHED));
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	CHECK(space_destroy(&a));
	return rig_end();
}

/* Every format that the part can walk; one that it cannot is refused with a line. */
static bool data_moves_in_each_mode_of_the_part(void)
{
	struct ipmmu_options options = {0};
	uint32_t moved = 0;
	uint32_t mode;

	for (mode = IPMMU_MODE_S2; mode < IPMMU_MODE_COUNT; mode++) {
		struct ipmmu_mmu_info info;

		options.mode = (enum ipmmu_mode)mode;
		CHECK(rig_prepare(RIG_MEMORY) == IPMMU_OK);
		if (ipmmu_system_create(&rig.ops, &rig, &rig.tree.desc, &options,
					&rig.system) != IPMMU_OK) {
			CHECK(rig.system == NULL && rig.lines > 0);
			continue;
		}
		CHECK(rig_start(&options));
		CHECK(ipmmu_mmu_query(rig.system, rig.root, &info) == IPMMU_OK);
		CHECK(info.mode == options.mode);
		CHECK(space_create(&a));
		CHECK(space_map(&a, IOVA, watched[7], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
		CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
		watch();
		CHECK(master_round(IOVA, PAGE, true));
		CHECK(!master_round(IOVA + PAGE, 64, true));
		CHECK(untouched_but(7, WATCHED));
		CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
		CHECK(space_destroy(&a));
		CHECK(rig_end());
		moved++;
	}
	print("# data has moved in %u modes\n", moved);
	CHECK(moved == (rig.tree.desc.mmus[0].soc->generation == IPMMU_GEN2 ? 1 : 3));
	return true;
}

/*
 * A master that faults again and again costs STORM interrupts and one more every 10 ms, and
 * goes on when it has stopped that for a while.
 */
static bool a_storm_of_faults_is_masked_and_ends(void)
{
	enum {
		STORM = 16,
		TOKEN_US = 10000,
		SLACK = 2
	};
	const struct ipmmu_options options = {.storm_limit = STORM};
	uint32_t before;
	uint64_t start;
	uint32_t us;

	CHECK(rig_start(&options));
	CHECK(space_create(&a));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	hardware_master_write(MASTER_PERIOD, 5);
	master_begin(IOVA, 64, MASTER_WRITE | MASTER_CONTINUOUS);
	CHECK(rig_wait(&rig.fault_count, 0, 1000000));
	before = rig.interrupts;
	start = ipmmu_baremetal_now_us(&rig.metal);
	rig_pass(10 * TOKEN_US);
	us = (uint32_t)(ipmmu_baremetal_now_us(&rig.metal) - start);
	print("# %u interrupts in %u us of a storm\n", rig.interrupts - before, us);
	CHECK(rig.interrupts - before <= STORM + us / TOKEN_US + SLACK);
	master_stop();
	hardware_master_write(MASTER_PERIOD, 100);
	rig_pass(4 * TOKEN_US);
	CHECK(space_map(&a, IOVA, watched[7], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(master_round(IOVA, 64, true));
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	CHECK(space_destroy(&a));
	return rig_end();
}

static const struct tap_case cases[] = {
	TAP_CASE(every_unit_that_has_power_is_online),
	TAP_CASE(a_claimed_master_reaches_nothing),
	TAP_CASE(data_moves_through_translated_addresses),
	TAP_CASE(a_round_over_two_pages_is_split),
	TAP_CASE(an_access_to_nothing_faults_with_its_address),
	TAP_CASE(a_write_to_a_read_only_page_faults_and_changes_nothing),
	TAP_CASE(a_page_is_out_of_reach_when_its_unmap_has_returned),
	TAP_CASE(a_block_with_a_hole_is_reached_around_it),
	TAP_CASE(two_domains_do_not_see_each_other),
	TAP_CASE(a_table_of_the_image_is_walked_and_flushed_likewise),
	TAP_CASE(data_moves_in_each_mode_of_the_part),
	TAP_CASE(a_storm_of_faults_is_masked_and_ends),
};

void test_dma(void)
{
	tap_run(cases, TAP_COUNT(cases));
}
