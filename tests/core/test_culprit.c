// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * A fault of a uTLB that belongs to no claimed master: the record names nobody for it, and says
 * so.
 */
#include "rig.h"

enum {
	DENY = 3,
	FOUND_ON = B_MMUEN | 1 << 4,
	OTHERS = KIT_MASTERS - 1
};

/* DMAC was found running, so its uTLB is on deny. All others are claimed. */
static struct kit *unclaimed(void)
{
	struct kit *kit = rig_new(IPMMU_GEN3);
	int i;

	rig_set_utlb(kit, 1, 0, FOUND_ON);
	kit_start(kit);
	assert_int_equal(rig_utlb(kit, 1, 0), B_MMUEN | DENY << 4);
	for (i = 0; i < KIT_MASTERS; i++) {
		if (i != DMAC) {
			assert_int_equal(kit_add(kit, i), IPMMU_OK);
		}
	}
	return kit;
}

static const struct ipmmu_fault *denied(struct kit *kit)
{
	kit_forget(kit);
	rig_fault(kit, DENY);
	assert_false(kit_service(kit, 8));
	assert_int_equal(kit->fault_count, 1);
	return &kit->faults[0];
}

static void record_is_incomplete_while_a_utlb_in_deny_is_unclaimed(void **state)
{
	struct kit *kit = unclaimed();
	const struct ipmmu_fault *fault = denied(kit);

	(void)state;
	assert_int_equal(fault->master_count, OTHERS);
	assert_true(fault->masters_incomplete);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	fault = denied(kit);
	assert_int_equal(fault->master_count, KIT_MASTERS);
	assert_false(fault->masters_incomplete);
	kit_free(kit);
}

static void record_is_incomplete_as_long_as_a_removed_master_is_unclaimed(void **state)
{
	struct kit *kit = unclaimed();
	int i;

	(void)state;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit_remove(kit, DMAC), IPMMU_OK);
	for (i = 0; i < 3; i++) {
		assert_true(denied(kit)->masters_incomplete);
		/* Seen without a status. */
		assert_false(kit_interrupt(kit, 0));
	}
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_false(denied(kit)->masters_incomplete);
	kit_free(kit);
}

/* One that shares the uTLB has it claimed as well. */
static void utlb_of_a_group_is_claimed_by_each(void **state)
{
	struct kit *kit = unclaimed();

	(void)state;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit_remove(kit, TWIN), IPMMU_OK);
	assert_false(kit_interrupt(kit, 0));
	assert_false(denied(kit)->masters_incomplete);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record_is_incomplete_while_a_utlb_in_deny_is_unclaimed),
		cmocka_unit_test(record_is_incomplete_as_long_as_a_removed_master_is_unclaimed),
		cmocka_unit_test(utlb_of_a_group_is_claimed_by_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
