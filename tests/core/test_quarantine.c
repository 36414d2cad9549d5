// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Flushes that do not end: who is denied, stopped and released, and how a domain comes out of
 * quarantine.
 */
#include "rig.h"

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
	rig_lie(kit, 1, rig_utlb_at(kit, 1), B_OTHER_CONTEXT);
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

/* They are denied; what is under way lands in pages that stay until the retry has stopped them.
 */
static void flush_that_fails_stops_nobody(void **state)
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
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_DENIED);
	assert_int_equal(rig_utlb_info(kit, 2, 2).state, IPMMU_UTLB_DENIED);
	assert_int_equal(kit->quiesced, 0);
	assert_int_equal(kit->released, 0);
	model_set_stuck(kit->model, 0, 1, false);
	/* Those of this domain, and not the one of the other. */
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(kit->quiesced, 2);
	assert_int_equal(kit->released, 2);
	assert_false(kit_end(kit, MMC, &access));
	kit_free(kit);
}

static void move_whose_flush_fails_stops_the_one_that_moves(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, MMC, 0);
	rig_attach(kit, DMAC, 0);
	model_set_stuck(kit->model, 0, 1, true);
	kit_forget(kit);
	assert_int_equal(kit_move(kit, MMC, 1, NULL), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_DENIED);
	assert_int_equal(kit->quiesced, 1);
	assert_int_equal(kit->released, 1);
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
		cmocka_unit_test(retry_releases_the_context_and_its_masters),
		cmocka_unit_test(retry_refuses_a_domain_that_is_not_in_quarantine),
		cmocka_unit_test(retry_closes_what_did_not_read_back_before),
		cmocka_unit_test(master_leaves_a_domain_in_quarantine_without_a_flush),
		cmocka_unit_test(attach_whose_flush_does_not_end_leaves_the_master_denied),
		cmocka_unit_test(
			move_whose_target_does_not_flush_leaves_the_master_where_it_was),
		cmocka_unit_test(move_whose_old_context_does_not_flush_ends_in_deny),
		cmocka_unit_test(flush_that_fails_stops_nobody),
		cmocka_unit_test(retry_stops_the_masters_while_the_context_is_flushed),
		cmocka_unit_test(move_whose_flush_fails_stops_the_one_that_moves),
		cmocka_unit_test(move_that_fails_leaves_a_reserved_target_its_context),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
