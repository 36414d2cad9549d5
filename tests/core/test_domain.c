// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Domains: what their context looks like, when they have one, and how it is given back. Out of
 * quarantine: test_quarantine.c.
 */
#include "rig.h"

static void context_of_a_domain_walks_its_table(void **state)
{
	static const struct {
		enum ipmmu_generation generation;
		enum ipmmu_mode mode;
		uint32_t ttbcr;
		uint32_t mair;
		uint32_t imctr;
	} modes[] = {
		{IPMMU_GEN2, IPMMU_MODE_S1_AARCH32, 0x80003510u, 0xf404ff44u, 0},
		{IPMMU_GEN3, IPMMU_MODE_S2, 0xc0000058u, 0, B_VA64},
		{IPMMU_GEN3, IPMMU_MODE_S1_AARCH32, 0x80000080u, 0xf404ff44u, 0},
		{IPMMU_GEN3, IPMMU_MODE_S1_AARCH64, 0x80190099u, 0xf404ff44u, B_VA64},
		{IPMMU_GEN4, IPMMU_MODE_S2, 0xc0000058u, 0, B_VA64},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct kit_config config = rig_config(modes[i].generation);
		struct kit *kit;
		uint32_t n;
		uint32_t table;

		config.mode = modes[i].mode;
		kit = rig_ready(&config);
		table = (uint32_t)kit->domains[0].table.root;
		rig_attach(kit, AUDIO, 0);
		n = rig_domain_info(kit, 0).context;
		assert_int_equal(n, modes[i].generation == IPMMU_GEN2 ? 0 : 1);
		assert_int_equal(rig_context(kit, 0, n, R_IMTTLBR0), table);
		assert_int_equal(rig_context(kit, 0, n, R_IMTTUBR0), 0);
		assert_int_equal(rig_context(kit, 0, n, R_IMTTLBR1),
				 modes[i].mode == IPMMU_MODE_S1_AARCH64 ? table : 0);
		assert_int_equal(rig_context(kit, 0, n, R_IMTTBCR), modes[i].ttbcr);
		assert_int_equal(rig_context(kit, 0, n, R_IMMAIR0), modes[i].mair);
		assert_int_equal(rig_context(kit, 0, n, R_IMCTR),
				 modes[i].imctr | B_INTEN | B_MMUEN);
		assert_int_equal(kit_dma(kit, AUDIO, kit_iova(0, 0), true).state,
				 MODEL_ACCESS_DONE);
		kit_free(kit);
	}
}

static void context_reaches_tables_over_4_gib(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN3);
	struct ipmmu_table table = {{0xab12345000ull}, IPMMU_MODE_S1_AARCH64, 39};
	struct ipmmu_domain *domain;
	struct ipmmu_domain_info info;
	struct kit *kit;

	(void)state;
	config.mode = IPMMU_MODE_S1_AARCH64;
	config.model.tlb_mode = MODEL_TLB_OFF;
	kit = kit_new(&config);
	kit_start(kit);
	assert_int_equal(ipmmu_domain_create(kit->system, 0, &table, kit, &domain), IPMMU_OK);
	assert_int_equal(ipmmu_domain_reserve(domain), IPMMU_OK);
	assert_int_equal(ipmmu_domain_query(domain, &info), IPMMU_OK);
	assert_ptr_equal(info.cookie, kit);
	assert_int_equal(rig_context(kit, 0, info.context, R_IMTTLBR0), 0x12345000u);
	assert_int_equal(rig_context(kit, 0, info.context, R_IMTTUBR0), 0xab);
	assert_int_equal(rig_context(kit, 0, info.context, R_IMTTLBR1), 0x12345000u);
	assert_int_equal(rig_context(kit, 0, info.context, R_IMTTUBR1), 0xab);
	kit_free(kit);
}

static void domain_has_a_context_from_its_first_master_to_its_last(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_domain_info info = rig_domain_info(kit, 0);

	(void)state;
	assert_int_equal(info.state, IPMMU_DOMAIN_IDLE);
	assert_int_equal(info.context, IPMMU_NONE);
	assert_int_equal(info.root, 0);
	assert_ptr_equal(info.cookie, &kit->domains[0]);
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, MMC, 0);
	info = rig_domain_info(kit, 0);
	assert_int_equal(info.state, IPMMU_DOMAIN_LIVE);
	assert_int_equal(info.context, 1);
	assert_int_equal(info.masters, 2);
	assert_ptr_equal(rig_context_info(kit, 1).domain, kit->domains[0].domain);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(rig_domain_info(kit, 0).context, 1);
	assert_int_equal(kit_detach(kit, MMC, NULL), IPMMU_OK);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_IDLE);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR), 0);
	assert_int_equal(rig_context(kit, 1, 1, R_IMCTR), 0);
	kit_free(kit);
}

static void destroy_refuses_what_is_still_in_use(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_domain_end(kit, 0), IPMMU_E_BUSY);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	assert_int_equal(kit_domain_end(kit, 0), IPMMU_E_BUSY);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(kit_domain_end(kit, 0), IPMMU_E_QUARANTINED);
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	kit_forget(kit);
	/* The older one is behind the newer one in the list. */
	assert_int_equal(kit_domain_end(kit, 0), IPMMU_OK);
	assert_int_equal(kit_domain_end(kit, 1), IPMMU_OK);
	assert_int_equal(kit->reads + kit->writes, 0);
	kit_free(kit);
}

/* ---- reserved contexts ---- */

static void reserved_context_stays_without_masters(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	assert_true(rig_domain_info(kit, 0).reserved);
	assert_int_equal(rig_domain_info(kit, 0).context, 1);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(rig_domain_info(kit, 0).context, 1);
	kit_forget(kit);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_OK);
	assert_int_equal(rig_domain_info(kit, 0).context, IPMMU_NONE);
	kit_forget(kit);
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_OK);
	assert_int_equal(kit->writes, 0);
	kit_free(kit);
}

static void unreserve_waits_for_the_last_master(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	kit_forget(kit);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_OK);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(rig_domain_info(kit, 0).context, 1);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(rig_domain_info(kit, 0).context, IPMMU_NONE);
	kit_free(kit);
}

static void reserve_tells_when_no_context_is_free(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	assert_int_equal(kit_domain_new(kit, 2), IPMMU_OK);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	assert_int_equal(kit_reserve(kit, 1), IPMMU_OK);
	kit_forget(kit);
	assert_int_equal(kit_reserve(kit, 2), IPMMU_E_NO_CONTEXT);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_CONTEXT_HOLDER), 3);
	assert_false(rig_domain_info(kit, 2).reserved);
	kit_free(kit);
}

static void reserve_whose_flush_does_not_end_quarantines(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_QUARANTINED);
	assert_false(rig_domain_info(kit, 0).reserved);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_E_QUARANTINED);
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_E_QUARANTINED);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_E_QUARANTINED);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(context_of_a_domain_walks_its_table),
		cmocka_unit_test(context_reaches_tables_over_4_gib),
		cmocka_unit_test(domain_has_a_context_from_its_first_master_to_its_last),
		cmocka_unit_test(destroy_refuses_what_is_still_in_use),
		cmocka_unit_test(reserved_context_stays_without_masters),
		cmocka_unit_test(unreserve_waits_for_the_last_master),
		cmocka_unit_test(reserve_tells_when_no_context_is_free),
		cmocka_unit_test(reserve_whose_flush_does_not_end_quarantines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
