// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * uTLBs that do not read back as denied: what counts, who learns of it, and what the calls
 * answer.
 */
#include "rig.h"

enum {
	DENY = 3,
	ON_DENY = B_MMUEN | DENY << 4
};

static void claim_fails_when_a_utlb_does_not_read_back(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);
	const struct ipmmu_event *event;

	(void)state;
	kit_start(kit);
	rig_lie(kit, 1, rig_utlb_at(kit, 1), B_OTHER_CONTEXT);
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_E_UNVERIFIED);
	assert_null(kit->masters[AUDIO].master);
	assert_int_equal(kit->escalations, 1);
	event = kit_event(kit, IPMMU_EVENT_DENY_UNVERIFIED);
	assert_int_equal(event->mmu, 1);
	assert_int_equal(event->utlb, 1);
	assert_int_equal(event->context, DENY);
	assert_int_equal(event->value, ON_DENY | B_OTHER_CONTEXT);
	assert_int_equal(event->max, ON_DENY | B_FLUSH);
	assert_int_equal(rig_utlb_info(kit, 1, 1).state, IPMMU_UTLB_UNVERIFIED);
	assert_int_equal(rig_utlb_info(kit, 1, 1).claimed, 0);
	/* The other one was denied all the same. */
	assert_int_equal(rig_utlb(kit, 2, 0), ON_DENY);
	rig_honest();
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_OK);
	assert_int_equal(rig_master_state(kit, AUDIO), IPMMU_MASTER_DENIED);
	kit_free(kit);
}

static void detach_that_cannot_be_verified_quarantines_and_escalates(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_move_result result;

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, MMC, 0);
	rig_lie(kit, 1, rig_utlb_at(kit, 0), B_OTHER_CONTEXT);
	assert_int_equal(kit_detach(kit, DMAC, &result), IPMMU_E_UNVERIFIED);
	assert_int_equal(result.state, IPMMU_MASTER_UNVERIFIED);
	assert_true(result.old_quarantined);
	assert_true(result.quiesced);
	assert_true(kit->escalations >= 1);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_QUARANTINED);
	assert_int_equal(rig_domain_info(kit, 0).masters, 1);
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_UNVERIFIED);
	assert_int_equal(rig_master_state(kit, MMC), IPMMU_MASTER_QUARANTINED);
	/* Nothing gets it into a domain, nor the domain out of quarantine. */
	assert_int_equal(kit_attach(kit, DMAC, 1, NULL), IPMMU_E_UNVERIFIED);
	assert_int_equal(rig_domain_info(kit, 1).state, IPMMU_DOMAIN_IDLE);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_UNVERIFIED);
	rig_honest();
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	kit->masters[DMAC].unverified = false;
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_DENIED);
	rig_attach(kit, DMAC, 1);
	kit_free(kit);
}

/* What may not be denied must stand still until it is. */
static void master_that_is_not_verified_stays_stopped_until_a_move_finds_it_denied(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_move_result result;

	(void)state;
	rig_attach(kit, DMAC, 0);
	kit_forget(kit);
	rig_lie(kit, 1, rig_utlb_at(kit, 0), B_OTHER_CONTEXT);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_E_UNVERIFIED);
	assert_true(kit->masters[DMAC].stopped);
	assert_int_equal(kit_attach(kit, DMAC, 1, &result), IPMMU_E_UNVERIFIED);
	assert_true(result.quiesced);
	assert_int_equal(kit->quiesced, 1);
	assert_int_equal(kit->released, 0);
	rig_honest();
	rig_attach(kit, DMAC, 1);
	assert_int_equal(kit->quiesced, 1);
	assert_int_equal(kit->released, 1);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	kit_free(kit);
}

/* A flush that fails stops nobody. A retry does, and lets go who is denied. */
static void retry_releases_only_those_that_are_denied(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, MMC, 0);
	rig_lie(kit, 1, rig_utlb_at(kit, 0), B_OTHER_CONTEXT);
	model_set_stuck(kit->model, 0, 1, true);
	kit_forget(kit);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit->quiesced, 0);
	assert_int_equal(kit->released, 0);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit->quiesced, 2);
	assert_int_equal(kit->released, 1);
	assert_true(kit->masters[DMAC].stopped);
	assert_false(kit->masters[MMC].stopped);
	kit_forget(kit);
	/* One of them stands still already. */
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit->quiesced, 1);
	assert_int_equal(kit->released, 1);
	assert_true(kit->masters[DMAC].stopped);
	assert_false(kit->masters[MMC].stopped);
	rig_honest();
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(kit->quiesced, 2);
	assert_int_equal(kit->released, 3);
	assert_false(kit->masters[DMAC].stopped);
	kit_free(kit);
}

static void unverified_master_gets_another_chance_at_its_next_attach(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_lie(kit, 1, rig_utlb_at(kit, 0), B_OTHER_CONTEXT);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_E_UNVERIFIED);
	rig_honest();
	rig_attach(kit, DMAC, 1);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_ATTACHED);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	kit_free(kit);
}

static void move_that_cannot_be_verified_leaves_the_target_as_it_was(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_move_result result;

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_lie(kit, 1, rig_utlb_at(kit, 0), B_OTHER_CONTEXT);
	assert_int_equal(kit_move(kit, DMAC, 1, &result), IPMMU_E_UNVERIFIED);
	assert_true(result.old_quarantined);
	assert_int_equal(rig_domain_info(kit, 1).state, IPMMU_DOMAIN_IDLE);
	assert_null(rig_utlb_info(kit, 1, 0).owner);
	kit_free(kit);
}

static void each_utlb_that_does_not_read_back_is_reported(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, AUDIO, 0);
	rig_lie(kit, 1, rig_utlb_at(kit, 1), B_OTHER_CONTEXT);
	rig_lie(kit, 2, rig_utlb_at(kit, 0), B_OTHER_CONTEXT);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_E_UNVERIFIED);
	assert_int_equal(rig_utlb_info(kit, 1, 1).state, IPMMU_UTLB_UNVERIFIED);
	assert_int_equal(rig_utlb_info(kit, 2, 0).state, IPMMU_UTLB_UNVERIFIED);
	kit_forget(kit);
	assert_int_equal(kit_attach(kit, AUDIO, 1, NULL), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit->escalations, 2);
	/* One good uTLB does not make up for a bad one before it. */
	rig_honest();
	rig_lie(kit, 1, rig_utlb_at(kit, 1), B_OTHER_CONTEXT);
	assert_int_equal(kit_attach(kit, AUDIO, 1, NULL), IPMMU_E_UNVERIFIED);
	assert_int_equal(rig_utlb_info(kit, 2, 0).state, IPMMU_UTLB_DENIED);
	kit_free(kit);
}

static void first_utlb_that_does_not_read_back_spoils_a_detach(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, AUDIO, 0);
	rig_lie(kit, 1, rig_utlb_at(kit, 1), B_OTHER_CONTEXT);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_E_UNVERIFIED);
	assert_int_equal(rig_utlb_info(kit, 2, 0).state, IPMMU_UTLB_DENIED);
	kit_free(kit);
}

static void first_utlb_that_does_not_read_back_spoils_a_quarantine(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 0);
	rig_lie(kit, 1, rig_utlb_at(kit, 0), B_OTHER_CONTEXT);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_UNVERIFIED);
	assert_int_equal(rig_utlb_info(kit, 1, 1).state, IPMMU_UTLB_DENIED);
	kit_free(kit);
}

static void quarantine_tells_each_utlb_of_a_cache_that_does_not_read_back(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_move_result result;

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 0);
	rig_lie(kit, 1, rig_utlb_at(kit, 0), B_OTHER_CONTEXT);
	rig_lie(kit, 1, rig_utlb_at(kit, 1), B_OTHER_CONTEXT);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit->escalations, 2);
	/* Out of a domain in quarantine it does not read back either. */
	assert_int_equal(kit_detach(kit, DMAC, &result), IPMMU_E_UNVERIFIED);
	assert_true(result.old_quarantined);
	assert_int_equal(result.state, IPMMU_MASTER_UNVERIFIED);
	kit_free(kit);
}

static void without_an_escalate_hook_the_call_goes_on(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	kit->ops.escalate = NULL;
	rig_attach(kit, DMAC, 0);
	rig_lie(kit, 1, rig_utlb_at(kit, 0), B_OTHER_CONTEXT);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_E_UNVERIFIED);
	kit_free(kit);
}

static void unverified_master_is_removed_only_when_it_is_denied(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_lie(kit, 1, rig_utlb_at(kit, 0), B_OTHER_CONTEXT);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_E_UNVERIFIED);
	kit_forget(kit);
	assert_int_equal(ipmmu_master_remove(kit->masters[DMAC].master), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit->reads, 1);
	assert_int_equal(kit->writes, 1);
	assert_int_equal(kit->released, 0);
	assert_true(kit->masters[DMAC].stopped);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_UNVERIFIED);
	assert_int_equal(rig_utlb_info(kit, 1, 0).claimed, 1);
	rig_honest();
	assert_int_equal(kit_remove(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit->released, 1);
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_DENIED);
	assert_int_equal(rig_utlb_info(kit, 1, 0).claimed, 0);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	kit_free(kit);
}

static void utlb_that_reads_as_off_is_not_denied(void **state)
{
	struct kit *kit = rig_default();
	const struct ipmmu_event *event;

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_hide(kit, 1, rig_utlb_at(kit, 0), B_MMUEN);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_E_UNVERIFIED);
	event = kit_event(kit, IPMMU_EVENT_DENY_UNVERIFIED);
	assert_int_equal(event->value, DENY << 4);
	assert_int_equal(event->max, ON_DENY | B_FLUSH);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_UNVERIFIED);
	kit_free(kit);
}

/* So does a unit that does not answer. */
static void utlb_that_reads_all_ones_is_not_denied(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_lie(kit, 1, rig_utlb_at(kit, 0), ~0u);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_DENY_UNVERIFIED)->value, ~0u);
	kit_free(kit);
}

/* What other bits of IMUCTR read is not known: it says nothing about where a uTLB leads. */
static void unknown_bits_that_read_as_set_are_not_taken_for_a_failure(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit_config config = rig_config(rig_generations[g]);
		struct kit *kit = rig_ready(&config);
		uint32_t unit = kit->masters[DMAC].ports[0].mmu;

		rig_attach(kit, DMAC, 0);
		rig_lie(kit, unit, rig_utlb_at(kit, 0), 0xffff0000u);
		assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
		assert_int_equal(rig_utlb_info(kit, unit, 0).state, IPMMU_UTLB_DENIED);
		assert_int_equal(kit->escalations, 0);
		/* A claim verifies too, and so does a flush that fails. */
		assert_int_equal(kit_remove(kit, DMAC), IPMMU_OK);
		assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
		rig_attach(kit, DMAC, 0);
		model_set_stuck(kit->model, 0, MODEL_NONE, true);
		assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
		assert_int_equal(kit->escalations, 0);
		kit_free(kit);
	}
}

static void flush_bit_that_stays_is_not_taken_for_a_failure(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	(void)state;
	config.model.switches[MODEL_UTLB_FLUSH_SELF_CLEARS] = 0;
	kit = rig_ready(&config);
	assert_int_equal(rig_utlb(kit, 1, 0), ON_DENY | B_FLUSH);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	kit_free(kit);
}

/* What the others of its group hold open cannot be verified either. */
static void detach_of_one_of_a_group_from_quarantine_tells_of_the_shared_utlb(void **state)
{
	struct kit *kit = rig_default();
	const struct ipmmu_port *port = &kit->masters[MMC].ports[0];
	struct ipmmu_move_result result;

	(void)state;
	rig_attach(kit, MMC, 0);
	rig_attach(kit, TWIN, 0);
	rig_lie(kit, port->mmu, rig_utlb_at(kit, port->utlb), B_OTHER_CONTEXT);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit_detach(kit, MMC, &result), IPMMU_E_UNVERIFIED);
	assert_int_equal(result.state, IPMMU_MASTER_UNVERIFIED);
	assert_int_equal(result.shared, 1);
	assert_true(result.old_quarantined);
	model_set_stuck(kit->model, 0, 1, false);
	rig_honest();
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(rig_master_state(kit, MMC), IPMMU_MASTER_DENIED);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claim_fails_when_a_utlb_does_not_read_back),
		cmocka_unit_test(detach_that_cannot_be_verified_quarantines_and_escalates),
		cmocka_unit_test(
			master_that_is_not_verified_stays_stopped_until_a_move_finds_it_denied),
		cmocka_unit_test(retry_releases_only_those_that_are_denied),
		cmocka_unit_test(unverified_master_gets_another_chance_at_its_next_attach),
		cmocka_unit_test(move_that_cannot_be_verified_leaves_the_target_as_it_was),
		cmocka_unit_test(each_utlb_that_does_not_read_back_is_reported),
		cmocka_unit_test(first_utlb_that_does_not_read_back_spoils_a_detach),
		cmocka_unit_test(first_utlb_that_does_not_read_back_spoils_a_quarantine),
		cmocka_unit_test(quarantine_tells_each_utlb_of_a_cache_that_does_not_read_back),
		cmocka_unit_test(without_an_escalate_hook_the_call_goes_on),
		cmocka_unit_test(unverified_master_is_removed_only_when_it_is_denied),
		cmocka_unit_test(utlb_that_reads_as_off_is_not_denied),
		cmocka_unit_test(utlb_that_reads_all_ones_is_not_denied),
		cmocka_unit_test(unknown_bits_that_read_as_set_are_not_taken_for_a_failure),
		cmocka_unit_test(flush_bit_that_stays_is_not_taken_for_a_failure),
		cmocka_unit_test(
			detach_of_one_of_a_group_from_quarantine_tells_of_the_shared_utlb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
