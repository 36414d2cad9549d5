// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Domains: what their context looks like, when they have one, and how it is given back, also
 * out of quarantine.
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

/* ---- quarantine ---- */

static struct kit *quarantined(void)
{
	struct kit *kit = rig_default();

	rig_attach(kit, DMAC, 0);
	rig_attach(kit, MMC, 0);
	rig_attach(kit, TWIN, 0);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	kit_forget(kit);
	return kit;
}

static void retry_releases_the_context_and_its_masters(void **state)
{
	struct kit *kit = quarantined();
	const struct ipmmu_event *event;

	(void)state;
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_domain_info(kit, 0).masters, 3);
	assert_true(rig_domain_info(kit, 0).reserved);
	assert_null(kit_event(kit, IPMMU_EVENT_RELEASED));
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	event = kit_event(kit, IPMMU_EVENT_RELEASED);
	assert_non_null(event);
	assert_int_equal(event->context, 1);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_IDLE);
	assert_int_equal(rig_domain_info(kit, 0).masters, 0);
	assert_false(rig_domain_info(kit, 0).reserved);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_DENIED);
	assert_null(rig_utlb_info(kit, 2, 2).owner);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	rig_attach(kit, TWIN, 1);
	kit_free(kit);
}

static void retry_refuses_a_domain_that_is_not_in_quarantine(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_STATE);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_STATE);
	kit_free(kit);
}

static void retry_closes_what_did_not_read_back_before(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 0);
	rig_lie(kit, 1, rig_utlb_at(kit, 1), 0x10000);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_UNVERIFIED);
	assert_int_equal(rig_master_state(kit, AUDIO), IPMMU_MASTER_UNVERIFIED);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_QUARANTINED);
	model_set_stuck(kit->model, 0, 1, false);
	kit_forget(kit);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit->writes, 1);
	assert_int_equal(kit->escalations, 1);
	rig_honest();
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(rig_master_state(kit, AUDIO), IPMMU_MASTER_DENIED);
	kit_free(kit);
}

static void master_leaves_a_domain_in_quarantine_without_a_flush(void **state)
{
	struct kit *kit = quarantined();
	struct ipmmu_move_result result;

	(void)state;
	assert_int_equal(kit_detach(kit, DMAC, &result), IPMMU_OK);
	assert_int_equal(result.state, IPMMU_MASTER_DENIED);
	assert_true(result.old_quarantined);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(kit_detach(kit, MMC, &result), IPMMU_OK);
	assert_int_equal(result.shared, 1);
	assert_int_equal(kit_move(kit, TWIN, 1, &result), IPMMU_OK);
	assert_true(result.old_quarantined);
	assert_int_equal(result.state, IPMMU_MASTER_ATTACHED);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_QUARANTINED);
	assert_int_equal(rig_domain_info(kit, 0).masters, 0);
	kit_free(kit);
}

static void attach_whose_flush_does_not_end_leaves_the_master_denied(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_move_result result;

	(void)state;
	model_set_stuck(kit->model, 2, 1, true);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_attach(kit, AUDIO, 0, &result), IPMMU_E_TIMEOUT);
	assert_int_equal(result.state, IPMMU_MASTER_DENIED);
	assert_false(result.old_quarantined);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_QUARANTINED);
	assert_null(rig_utlb_info(kit, 2, 0).owner);
	/* Nothing is left of it in the books: it comes and goes like any other. */
	model_set_stuck(kit->model, 2, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	rig_attach(kit, AUDIO, 0);
	assert_int_equal(kit_detach(kit, AUDIO, &result), IPMMU_OK);
	assert_int_equal(result.shared, 0);
	assert_null(rig_utlb_info(kit, 2, 0).owner);
	kit_free(kit);
}

/* Where nothing waits for it, what was under way at the quarantine would land after the retry.
 */
static void retry_stops_the_masters_while_the_context_is_flushed(void **state)
{
	struct kit_config config = kit_config();
	struct model_access access;
	struct kit *kit;

	(void)state;
	config.model.switches[MODEL_FLUSH_DRAINS] = 0;
	kit = rig_ready(&config);
	rig_attach(kit, MMC, 0);
	assert_true(kit_begin(kit, MMC, kit_iova(0, 0), true));
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	kit_forget(kit);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(kit->quiesced, 1);
	assert_int_equal(kit->released, 1);
	model_set_stuck(kit->model, 0, MODEL_NONE, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(kit->quiesced, 2);
	assert_int_equal(kit->released, 2);
	assert_false(kit_end(kit, MMC, &access));
	kit_free(kit);
}

/* They were denied while they ran; what was under way has landed when the call returns. */
static void flush_that_fails_stops_the_masters_that_it_has_denied(void **state)
{
	struct kit *kit = rig_default();
	struct model_access access;

	(void)state;
	rig_attach(kit, MMC, 0);
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 1);
	assert_true(kit_begin(kit, MMC, kit_iova(0, 0), true));
	model_set_stuck(kit->model, 0, 1, true);
	kit_forget(kit);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(kit->quiesced, 2);
	assert_int_equal(kit->released, 2);
	assert_false(kit_end(kit, MMC, &access));
	/* Not again by a flush that finds the quarantine. */
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_QUARANTINED);
	assert_int_equal(kit->quiesced, 2);
	kit_free(kit);
}

static void move_whose_flush_fails_stops_those_that_stayed(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, MMC, 0);
	rig_attach(kit, DMAC, 0);
	model_set_stuck(kit->model, 0, 1, true);
	kit_forget(kit);
	assert_int_equal(kit_move(kit, MMC, 1, NULL), IPMMU_E_TIMEOUT);
	assert_int_equal(kit->quiesced, 2);
	assert_int_equal(kit->released, 2);
	kit_free(kit);
}

static void move_whose_target_does_not_flush_leaves_the_master_where_it_was(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_move_result result;

	(void)state;
	rig_attach(kit, MMC, 0);
	model_set_stuck(kit->model, 0, 2, true);
	assert_int_equal(kit_move(kit, MMC, 1, &result), IPMMU_E_TIMEOUT);
	assert_false(result.old_quarantined);
	assert_int_equal(result.state, IPMMU_MASTER_ATTACHED);
	assert_int_equal(rig_domain_info(kit, 1).state, IPMMU_DOMAIN_QUARANTINED);
	assert_int_equal(kit_dma(kit, MMC, kit_iova(0, 0), true).state, MODEL_ACCESS_DONE);
	assert_ptr_equal(rig_utlb_info(kit, 2, 2).owner, kit->domains[0].domain);
	assert_int_equal(kit_detach(kit, MMC, NULL), IPMMU_OK);
	kit_free(kit);
}

static void move_whose_old_context_does_not_flush_ends_in_deny(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_move_result result;

	(void)state;
	rig_attach(kit, MMC, 0);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_move(kit, MMC, 1, &result), IPMMU_E_TIMEOUT);
	assert_true(result.old_quarantined);
	assert_true(result.quiesced);
	assert_int_equal(kit->released, 2);
	assert_int_equal(result.state, IPMMU_MASTER_DENIED);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_QUARANTINED);
	/* The context that it should have got is given back. */
	assert_int_equal(rig_domain_info(kit, 1).state, IPMMU_DOMAIN_IDLE);
	assert_int_equal(rig_context_info(kit, 2).state, IPMMU_CONTEXT_FREE);
	kit_free(kit);
}

static void move_that_fails_leaves_a_reserved_target_its_context(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	assert_int_equal(kit_reserve(kit, 1), IPMMU_OK);
	rig_attach(kit, MMC, 0);
	model_set_stuck(kit->model, 0, rig_domain_info(kit, 0).context, true);
	assert_int_equal(kit_move(kit, MMC, 1, NULL), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_domain_info(kit, 1).state, IPMMU_DOMAIN_LIVE);
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
		cmocka_unit_test(retry_releases_the_context_and_its_masters),
		cmocka_unit_test(retry_refuses_a_domain_that_is_not_in_quarantine),
		cmocka_unit_test(retry_closes_what_did_not_read_back_before),
		cmocka_unit_test(master_leaves_a_domain_in_quarantine_without_a_flush),
		cmocka_unit_test(attach_whose_flush_does_not_end_leaves_the_master_denied),
		cmocka_unit_test(
			move_whose_target_does_not_flush_leaves_the_master_where_it_was),
		cmocka_unit_test(move_whose_old_context_does_not_flush_ends_in_deny),
		cmocka_unit_test(flush_that_fails_stops_the_masters_that_it_has_denied),
		cmocka_unit_test(retry_stops_the_masters_while_the_context_is_flushed),
		cmocka_unit_test(move_whose_flush_fails_stops_those_that_stayed),
		cmocka_unit_test(move_that_fails_leaves_a_reserved_target_its_context),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
