// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_bad.c - bad input and broken hardware: a line that says what is wrong, and a master that
 * is denied. Never a hang, never bypass.
 */
#include "rig.h"

#include <libfdt.h>
#include <string.h>

#define IOVA 0x80000000ull

enum {
	TREE_BYTES = 64 * 1024,
	DAMAGES = 300
};

static uint8_t tree[TREE_BYTES] __attribute__((aligned(8)));
static struct {
	struct ipmmu_mmu_desc mmus[RIG_MMUS];
	struct ipmmu_master_desc masters[RIG_MASTERS];
	struct ipmmu_port ports[RIG_PORTS];
	char text[RIG_TEXT];
} store;
static struct space a;

/* All of it; 0: there is no room. */
static size_t tree_copy(void)
{
	size_t size;
	const void *from = hardware_tree(&size);

	if (size > TREE_BYTES) {
		return 0;
	}
	memcpy(tree, from, size);
	return size;
}

static enum ipmmu_err tree_read(size_t size, struct ipmmu_fdt_result *result)
{
	struct ipmmu_fdt_storage storage = {.mmus = store.mmus,
					    .mmus_max = RIG_MMUS,
					    .masters = store.masters,
					    .masters_max = RIG_MASTERS,
					    .ports = store.ports,
					    .ports_max = RIG_PORTS,
					    .text = store.text,
					    .text_size = RIG_TEXT};

	return ipmmu_fdt_read(tree, size, NULL, &storage, NULL, NULL, result);
}

static bool says(const char *part)
{
	const char *at;

	for (at = rig.line; *at != '\0'; at++) {
		if (strlen(at) >= strlen(part) && memcmp(at, part, strlen(part)) == 0) {
			return true;
		}
	}
	print("# the line was: %s\n", rig.line);
	return false;
}

static bool a_tree_without_ipmmu_describes_none(void)
{
	static const char prefix[] = "renesas,";
	struct ipmmu_fdt_result result;
	size_t size = tree_copy();
	size_t i;

	CHECK(size > 0);
	for (i = 0; i + sizeof(prefix) < size; i++) {
		if (memcmp(tree + i, prefix, sizeof(prefix) - 1) == 0) {
			tree[i] = 'x';
		}
	}
	CHECK(tree_read(size, &result) == IPMMU_OK);
	CHECK(result.desc.mmu_count == 0);
	CHECK(result.desc.master_count == 0);
	CHECK(ipmmu_system_create(&rig.ops, &rig, &result.desc, NULL, &rig.system) ==
	      IPMMU_E_ARG);
	CHECK(rig.system == NULL);
	return true;
}

static bool a_broken_tree_is_refused(void)
{
	struct ipmmu_fdt_result result;
	size_t size = tree_copy();

	CHECK(size > 0);
	CHECK(tree_read(40, &result) == IPMMU_E_TREE);
	CHECK(tree_read(size / 2, &result) == IPMMU_E_TREE);
	tree[0] ^= 1;
	CHECK(tree_read(size, &result) == IPMMU_E_TREE);
	return true;
}

/* Whatever comes out can be used: no number is out of range. */
static bool in_range(const struct ipmmu_system_desc *desc)
{
	uint32_t i;
	uint32_t j;

	for (i = 0; i < desc->mmu_count; i++) {
		CHECK(desc->mmus[i].soc != NULL && desc->mmus[i].root < desc->mmu_count);
	}
	for (i = 0; i < desc->master_count; i++) {
		const struct ipmmu_master_desc *master = &desc->masters[i];

		for (j = 0; j < master->port_count; j++) {
			CHECK(master->ports[j].mmu < desc->mmu_count);
			CHECK(master->ports[j].utlb <
			      desc->mmus[master->ports[j].mmu].soc->utlbs);
		}
	}
	return true;
}

static bool a_damaged_tree_never_describes_what_cannot_be(void)
{
	uint64_t random = 88172645463325252ull;
	uint32_t refused = 0;
	uint32_t i;

	for (i = 0; i < DAMAGES; i++) {
		struct ipmmu_fdt_result result;
		size_t size = tree_copy();
		uint32_t used = fdt_off_dt_strings(tree) + fdt_size_dt_strings(tree);
		enum ipmmu_err err;

		CHECK(size > 0);
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		tree[(uint32_t)(random >> 20) % used] ^= (uint8_t)(1u << (random & 7));
		err = tree_read(size, &result);
		CHECK(err == IPMMU_OK || err == IPMMU_E_TREE || err == IPMMU_E_NO_MEMORY);
		refused += err != IPMMU_OK;
		CHECK(err != IPMMU_OK || in_range(&result.desc));
	}
	print("# %u of %u damaged trees were refused as a whole\n", refused, (uint32_t)DAMAGES);
	CHECK(refused < DAMAGES);
	return true;
}

static bool a_master_that_does_not_exist_is_refused(void)
{
	struct ipmmu_port port;
	struct ipmmu_master_desc ghost = {.name = "ghost", .ports = &port, .port_count = 1};
	struct ipmmu_master *master;

	CHECK(rig_start(NULL));
	CHECK(rig_find("no-such-node") == NULL);
	port = rig.desc->ports[0];
	port.utlb = rig.tree.desc.mmus[port.mmu].soc->utlbs;
	CHECK(ipmmu_master_add(rig.system, &ghost, &master) == IPMMU_E_RANGE);
	CHECK(master == NULL);
	CHECK(says("ghost"));
	port.mmu = (uint16_t)rig.tree.desc.mmu_count;
	port.utlb = 0;
	CHECK(ipmmu_master_add(rig.system, &ghost, &master) == IPMMU_E_RANGE);
	return rig_end();
}

static bool too_small_an_arena_is_told_with_what_it_needs(void)
{
	CHECK(rig_prepare(RIG_MEMORY / 64) == IPMMU_E_NO_MEMORY);
	return says("what was asked for needs");
}

static bool an_arena_that_is_used_up_leaves_the_master_where_it_was(void)
{
	static struct space many[40];
	uint32_t i;

	CHECK(rig_start(NULL));
	CHECK(space_create(&a));
	CHECK(space_map(&a, IOVA, watched[7], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	for (i = 0; i < 40 && space_create(&many[i]); i++) {
	}
	CHECK(i > 0 && i < 40);
	watch();
	CHECK(master_round(IOVA, 64, true));
	CHECK(untouched_but(7, WATCHED));
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	CHECK(!master_round(IOVA, 64, true));
	return true;
}

static bool not_there(enum hardware_fault fault)
{
	struct ipmmu_mmu_info info;
	uint32_t unit;

	CHECK(rig_prepare(RIG_MEMORY) == IPMMU_OK);
	rig.desc = rig_find(hardware_master_name());
	CHECK(rig.desc != NULL);
	unit = rig.desc->ports[0].mmu;
	hardware_break(fault, 1u << unit);
	CHECK(ipmmu_system_create(&rig.ops, &rig, &rig.tree.desc, NULL, &rig.system) ==
	      IPMMU_OK);
	CHECK(ipmmu_mmu_query(rig.system, unit, &info) == IPMMU_OK);
	CHECK(!info.online && info.why == IPMMU_E_OFFLINE);
	CHECK(ipmmu_master_add(rig.system, rig.desc, &rig.master) == IPMMU_E_OFFLINE);
	CHECK(ipmmu_system_destroy(rig.system) == IPMMU_OK);
	rig.system = NULL;
	(void)hardware_violations();
	return true;
}

static bool a_dead_unit_is_offline_and_its_masters_are_refused(void)
{
	return not_there(HARDWARE_DEAD);
}

static bool a_unit_without_power_is_offline_and_its_masters_are_refused(void)
{
	return not_there(HARDWARE_OFF);
}

static bool a_flush_that_does_not_end_denies_and_can_be_tried_again(void)
{
	struct ipmmu_domain_info info;
	uint32_t units;

	CHECK(rig_start(NULL));
	units = 1u << rig.desc->ports[0].mmu | 1u << rig.root;
	CHECK(space_create(&a));
	CHECK(space_map(&a, IOVA, watched[7], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	CHECK(master_round(IOVA, 64, true));
	hardware_break(HARDWARE_STUCK, units);
	CHECK(ipmmu_domain_flush(a.domain) == IPMMU_E_TIMEOUT);
	watch();
	CHECK(!master_round(IOVA, 64, true));
	CHECK(untouched_but(WATCHED, WATCHED));
	CHECK(ipmmu_domain_query(a.domain, &info) == IPMMU_OK);
	CHECK(info.state == IPMMU_DOMAIN_QUARANTINED);
	hardware_break(HARDWARE_STUCK, 0);
	CHECK(ipmmu_domain_retry(a.domain) == IPMMU_OK);
	CHECK(!master_round(IOVA, 64, true));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	CHECK(master_round(IOVA, 64, true));
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	CHECK(space_destroy(&a));
	return rig_end();
}

static const struct tap_case cases[] = {
	TAP_CASE(a_tree_without_ipmmu_describes_none),
	TAP_CASE(a_broken_tree_is_refused),
	TAP_CASE(a_damaged_tree_never_describes_what_cannot_be),
	TAP_CASE(a_master_that_does_not_exist_is_refused),
	TAP_CASE(too_small_an_arena_is_told_with_what_it_needs),
	TAP_CASE(an_arena_that_is_used_up_leaves_the_master_where_it_was),
	TAP_CASE(a_dead_unit_is_offline_and_its_masters_are_refused),
	TAP_CASE(a_unit_without_power_is_offline_and_its_masters_are_refused),
	TAP_CASE(a_flush_that_does_not_end_denies_and_can_be_tried_again),
};

void test_bad(void)
{
	tap_run(cases, TAP_COUNT(cases));
}
