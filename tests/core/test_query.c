// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Queries of units, contexts and uTLBs, and what they refuse. Those of masters and domains are
 * used all over the other tests.
 */
#include "rig.h"

enum {
	DENY = 3
};

static void mmu_query_tells_what_a_unit_is(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_mmu_info info = rig_mmu_info(kit, 0);

	(void)state;
	assert_true(info.online);
	assert_int_equal(info.why, IPMMU_OK);
	assert_true(info.is_root);
	assert_int_equal(info.root, 0);
	assert_int_equal(info.mode, IPMMU_MODE_S2);
	assert_int_equal(info.contexts, 4);
	assert_int_equal(info.deny_context, DENY);
	assert_int_equal(info.utlbs, 0);
	info = rig_mmu_info(kit, 2);
	assert_false(info.is_root);
	assert_int_equal(info.root, 0);
	assert_int_equal(info.mode, IPMMU_MODE_S2);
	assert_int_equal(info.contexts, 4);
	assert_int_equal(info.utlbs, 3);
	kit_free(kit);
}

static void root_of_gen2_has_utlbs_of_its_own(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN2);
	struct kit *kit = rig_ready(&config);

	(void)state;
	assert_true(rig_mmu_info(kit, 0).is_root);
	assert_int_equal(rig_mmu_info(kit, 0).utlbs, 3);
	assert_int_equal(rig_mmu_info(kit, 0).mode, IPMMU_MODE_S1_AARCH32);
	kit_free(kit);
}

static void context_query_tells_its_life(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_context_info info = rig_context_info(kit, 0);
	struct ipmmu_context_info by_cache;
	uint32_t generation;

	(void)state;
	assert_int_equal(info.state, IPMMU_CONTEXT_RESERVED);
	info = rig_context_info(kit, DENY);
	assert_int_equal(info.state, IPMMU_CONTEXT_DENY);
	assert_null(info.domain);
	assert_false(info.masked);
	generation = rig_context_info(kit, 1).generation;
	rig_attach(kit, DMAC, 0);
	info = rig_context_info(kit, 1);
	assert_int_equal(info.state, IPMMU_CONTEXT_LIVE);
	assert_ptr_equal(info.domain, kit->domains[0].domain);
	assert_int_equal(info.generation, generation + 1);
	assert_int_equal(info.faults, 0);
	assert_int_equal(ipmmu_context_query(kit->system, 2, 1, &by_cache), IPMMU_OK);
	assert_ptr_equal(by_cache.domain, info.domain);
	rig_set_context(kit, 0, 1, R_IMSTR, 1);
	assert_true(kit_interrupt(kit, 0));
	assert_int_equal(rig_context_info(kit, 1).faults, 1);
	/* Set up anew, it starts from nothing. */
	assert_int_equal(kit_move(kit, DMAC, 1, NULL), IPMMU_OK);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	assert_null(rig_context_info(kit, 1).domain);
	rig_attach(kit, AUDIO, 0);
	info = rig_context_info(kit, 1);
	assert_int_equal(info.generation, generation + 2);
	assert_int_equal(info.faults, 0);
	kit_free(kit);
}

static void utlb_query_tells_where_a_port_leads(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_utlb_info info = rig_utlb_info(kit, 1, 2);

	(void)state;
	assert_int_equal(info.state, IPMMU_UTLB_UNMANAGED);
	assert_int_equal(info.context, IPMMU_NONE);
	assert_int_equal(info.claimed, 0);
	rig_attach(kit, AUDIO, 0);
	info = rig_utlb_info(kit, 2, 0);
	assert_int_equal(info.state, IPMMU_UTLB_OPEN);
	assert_int_equal(info.context, 1);
	assert_ptr_equal(info.owner, kit->domains[0].domain);
	assert_int_equal(info.claimed, 1);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	info = rig_utlb_info(kit, 2, 0);
	assert_int_equal(info.state, IPMMU_UTLB_DENIED);
	assert_int_equal(info.context, DENY);
	assert_null(info.owner);
	kit_free(kit);
}

static void queries_touch_no_register(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	(void)rig_mmu_info(kit, 0);
	(void)rig_context_info(kit, 1);
	(void)rig_utlb_info(kit, 1, 0);
	(void)rig_domain_info(kit, 0);
	(void)rig_master_state(kit, DMAC);
	assert_int_equal(kit->reads + kit->writes, 0);
	kit_free(kit);
}

static void queries_refuse_null(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_mmu_info mmu;
	struct ipmmu_context_info context;
	struct ipmmu_utlb_info utlb;

	(void)state;
	assert_int_equal(ipmmu_mmu_query(NULL, 0, &mmu), IPMMU_E_ARG);
	assert_int_equal(ipmmu_mmu_query(kit->system, 0, NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_context_query(NULL, 0, 0, &context), IPMMU_E_ARG);
	assert_int_equal(ipmmu_context_query(kit->system, 0, 0, NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_utlb_query(NULL, 1, 0, &utlb), IPMMU_E_ARG);
	assert_int_equal(ipmmu_utlb_query(kit->system, 1, 0, NULL), IPMMU_E_ARG);
	kit_free(kit);
}

static void queries_refuse_numbers_out_of_range(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_mmu_info mmu;
	struct ipmmu_context_info context;
	struct ipmmu_utlb_info utlb;

	(void)state;
	assert_int_equal(ipmmu_mmu_query(kit->system, 3, &mmu), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_context_query(kit->system, 3, 0, &context), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_context_query(kit->system, 0, 4, &context), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_utlb_query(kit->system, 3, 0, &utlb), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_utlb_query(kit->system, 1, 3, &utlb), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_utlb_query(kit->system, 0, 0, &utlb), IPMMU_E_RANGE);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mmu_query_tells_what_a_unit_is),
		cmocka_unit_test(root_of_gen2_has_utlbs_of_its_own),
		cmocka_unit_test(context_query_tells_its_life),
		cmocka_unit_test(utlb_query_tells_where_a_port_leads),
		cmocka_unit_test(queries_touch_no_register),
		cmocka_unit_test(queries_refuse_null),
		cmocka_unit_test(queries_refuse_numbers_out_of_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
