// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * The one way out of quarantine: which contexts it takes, one retry at a time, and what it
 * leaves behind.
 */
#include "firmware.h"

enum {
	DS0 = 1,
	DS1 = 2,
	DENY = 3,
	FREE = 2 /* a context that nobody has yet */
};

/* Domain 0 has context 1, with DMAC in it. */
static struct kit *attached(void)
{
	struct kit *kit = rig_default();

	rig_attach(kit, DMAC, 0);
	assert_int_equal(rig_domain_info(kit, 0).context, 1);
	return kit;
}

/* ... and its flush has not ended. All flushes end from now on. */
static struct kit *quarantined(void)
{
	struct kit *kit = attached();

	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	model_set_stuck(kit->model, 0, 1, false);
	kit_forget(kit);
	return kit;
}

/* ---- two at once ---- */

static enum ipmmu_err met;

static void retry_context(struct kit *kit, int context, int unused)
{
	(void)unused;
	met = ipmmu_context_retry(kit->system, 0, (uint32_t)context);
}

static void retry_domain(struct kit *kit, int domain, int unused)
{
	(void)unused;
	met = ipmmu_domain_retry(kit->domains[domain].domain);
}

static void meet(struct kit *kit, enum kit_place place,
		 void (*run)(struct kit *kit, int a, int b), int a)
{
	kit->meanwhile = (struct kit_meanwhile){place, 1, run, a, 0};
	met = IPMMU_OK;
}

static void of_two_retries_one_is_busy(void **state)
{
	static void (*const second[])(struct kit * kit, int a, int b) = {retry_context,
									 retry_domain};
	static const enum kit_place places[] = {KIT_AT_QUIESCE, KIT_AT_RELAX, KIT_AT_RELEASE};
	uint32_t i;

	(void)state;
	for (i = 0; i < 12; i++) {
		struct kit *kit = quarantined();

		meet(kit, places[i / 4], second[i % 2], i % 2 == 0 ? 1 : 0);
		if (i % 4 < 2) {
			assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
		} else {
			assert_int_equal(kit_context_retry(kit, 1), IPMMU_OK);
		}
		assert_int_equal(met, IPMMU_E_BUSY);
		assert_int_equal(rig_events(kit, IPMMU_EVENT_RELEASED), 1);
		assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
		kit_free(kit);
	}
}

static struct kit *lost_at_probe(void)
{
	struct kit_config config = kit_config();
	struct kit *kit = kit_new(&config);

	rig_honest();
	model_set_stuck(kit->model, 0, 1, true);
	kit_start(kit);
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	kit_map(kit, 0, 0, true);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_QUARANTINED);
	kit_forget(kit);
	return kit;
}

static void of_two_retries_of_a_context_without_a_domain_one_is_busy(void **state)
{
	struct kit *kit = lost_at_probe();

	(void)state;
	meet(kit, KIT_AT_RELAX, retry_context, 1);
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_OK);
	assert_int_equal(met, IPMMU_E_BUSY);
	kit_free(kit);
}

/* ---- a context that a domain has got meanwhile ---- */

static void retry_leaves_a_context_alone_that_a_domain_has_got(void **state)
{
	struct kit *kit = lost_at_probe();

	(void)state;
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_OK);
	/* At any moment of the attach, and after it. */
	meet(kit, KIT_AT_RELAX, retry_context, 1);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(rig_domain_info(kit, 0).context, 1);
	assert_int_equal(met, IPMMU_E_STATE);
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_E_STATE);
	assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).state, MODEL_ACCESS_DONE);
	kit_free(kit);
}

static void attach_dmac(struct kit *kit, int domain, int unused)
{
	(void)unused;
	met = kit_attach(kit, DMAC, domain, NULL);
}

static void attach_while_a_retry_runs_gets_another_context(void **state)
{
	struct kit *kit = lost_at_probe();

	(void)state;
	meet(kit, KIT_AT_RELAX, attach_dmac, 0);
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_OK);
	assert_int_equal(met, IPMMU_OK);
	assert_int_equal(rig_domain_info(kit, 0).context, FREE);
	assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).state, MODEL_ACCESS_DONE);
	kit_free(kit);
}

static void retry_of_a_domain_that_a_call_changes_is_busy(void **state)
{
	struct kit *kit = attached();

	(void)state;
	meet(kit, KIT_AT_RELAX, retry_domain, 0);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(met, IPMMU_E_BUSY);
	kit_free(kit);
}

/* The domain is in quarantine, and a call that takes a master out of it is under way. */
static void retry_does_not_meet_a_master_on_its_way_out(void **state)
{
	struct kit *kit = quarantined();

	(void)state;
	meet(kit, KIT_AT_QUIESCE, retry_context, 1);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(met, IPMMU_E_BUSY);
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_OK);
	kit_free(kit);
}

static void retry_refuses_all_other_contexts(void **state)
{
	struct kit *kit = attached();
	uint64_t writes = kit->writes;

	(void)state;
	assert_int_equal(kit_context_retry(kit, 0), IPMMU_E_STATE); /* reserved */
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_E_STATE); /* live */
	assert_int_equal(kit_context_retry(kit, FREE), IPMMU_E_STATE);
	assert_int_equal(kit_context_retry(kit, DENY), IPMMU_E_STATE);
	assert_int_equal(kit_context_retry(kit, 4), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_context_retry(kit->system, 3, 1), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_context_retry(NULL, 0, 1), IPMMU_E_ARG);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_STATE);
	assert_int_equal(kit_retry(kit, 1), IPMMU_E_STATE); /* without a context */
	assert_int_equal(ipmmu_domain_retry(NULL), IPMMU_E_ARG);
	assert_int_equal(kit->writes, writes);
	kit_free(kit);
}

/* Any unit of the root names its contexts. */
static void retry_by_a_cache_means_its_root(void **state)
{
	struct kit *kit = lost_at_probe();

	(void)state;
	assert_int_equal(ipmmu_context_retry(kit->system, DS1, 1), IPMMU_OK);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	kit_free(kit);
}

/* ---- what was kept for others ---- */

static struct kit *kept(void)
{
	struct kit_config config = kit_config();
	struct kit *kit = kit_new(&config);

	rig_honest();
	firmware_context(kit, 1, 1u << DS0, 0);
	firmware_keep(kit, DMAC, 1);
	kit_start(kit);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	kit_map(kit, 0, 0, true);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_KEPT);
	kit_forget(kit);
	return kit;
}

static void kept_context_is_busy_while_a_utlb_selects_it(void **state)
{
	struct kit *kit = kept();

	(void)state;
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_E_BUSY);
	assert_int_equal(kit_dma(kit, DMAC, FIRMWARE_IOVA, true).pa, firmware_pa(1));
	kit_free(kit);
}

static void kept_context_is_freed_when_its_last_master_was_claimed(void **state)
{
	struct kit *kit = kept();

	(void)state;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_OK);
	assert_null(kit_event(kit, IPMMU_EVENT_RELEASED)->cookie);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR), 0);
	assert_int_equal(rig_context(kit, DS0, 1, R_IMCTR), 0);
	/* It is as good as any other. */
	rig_attach(kit, DMAC, 0);
	assert_int_equal(rig_domain_info(kit, 0).context, 1);
	assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).pa, kit_pa(0, 0));
	assert_int_not_equal(kit_dma(kit, DMAC, FIRMWARE_IOVA, true).state, MODEL_ACCESS_DONE);
	kit_free(kit);
}

static void kept_context_whose_flush_does_not_end_goes_to_quarantine(void **state)
{
	struct kit *kit = kept();

	(void)state;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	model_set_stuck(kit->model, DS0, 1, true);
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_QUARANTINED);
	model_set_stuck(kit->model, DS0, 1, false);
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_OK);
	kit_free(kit);
}

static void kept_context_that_an_unread_cache_may_use_stays(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit = kit_new(&config);
	uint64_t writes;

	(void)state;
	rig_honest();
	firmware_context(kit, 1, 1u << DS0, 0);
	kit->no_power = true; /* of DS1 */
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_KEPT);
	writes = kit->writes;
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_E_OFFLINE);
	assert_int_equal(kit->writes, writes);
	kit_free(kit);
}

/* ---- what stands in the way ---- */

static void retry_of_a_root_that_is_offline_is_refused(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	kit_start(kit);
	assert_false(rig_mmu_info(kit, 0).online);
	assert_int_equal(ipmmu_context_retry(kit->system, 0, 1), IPMMU_E_OFFLINE);
	kit_free(kit);
}

static void retry_fails_while_a_utlb_may_be_on_the_context(void **state)
{
	struct kit *kit = attached();
	const struct ipmmu_port *port = &kit->masters[DMAC].ports[0];

	(void)state;
	/* It does not say that it is on deny. */
	rig_lie(kit, port->mmu, rig_utlb_at(kit, port->utlb), ~0u);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_E_UNVERIFIED);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_QUARANTINED);
	assert_int_equal(kit->releases_told, 0);
	rig_honest();
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_OK);
	assert_int_equal(kit->releases_told, 1);
	kit_free(kit);
}

static void retry_that_fails_leaves_quarantine_and_masters_as_they_were(void **state)
{
	struct kit *kit = quarantined();

	(void)state;
	model_set_stuck(kit->model, DS0, 1, true);
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_E_TIMEOUT);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_QUARANTINED);
	/* Stopped for each retry, and let go. */
	assert_int_equal(kit->quiesced, 2);
	assert_int_equal(kit->released, 2);
	model_set_stuck(kit->model, DS0, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	kit_free(kit);
}

/* Whoever asks while a retry runs sees quarantine, not a context that is half free. */
static struct ipmmu_domain_info seen_domain;
static struct ipmmu_master_info seen_master;
static struct ipmmu_context_info seen_context;

static void look(struct kit *kit, int unused, int unused_too)
{
	(void)unused;
	(void)unused_too;
	assert_int_equal(ipmmu_domain_query(kit->domains[0].domain, &seen_domain), IPMMU_OK);
	assert_int_equal(ipmmu_master_query(kit->masters[DMAC].master, &seen_master), IPMMU_OK);
	assert_int_equal(ipmmu_context_query(kit->system, 0, 1, &seen_context), IPMMU_OK);
}

static void retry_under_way_is_told_as_such(void **state)
{
	static const enum kit_place places[] = {KIT_AT_QUIESCE, KIT_AT_RELAX, KIT_AT_RELEASE};
	uint32_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct kit *kit = quarantined();

		meet(kit, places[i], look, 0);
		assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
		assert_int_equal(seen_domain.state, IPMMU_DOMAIN_QUARANTINED);
		assert_int_equal(seen_domain.masters, 1);
		assert_int_equal(seen_master.state, IPMMU_MASTER_QUARANTINED);
		assert_int_equal(seen_context.state, IPMMU_CONTEXT_RETRYING);
		assert_ptr_equal(seen_context.domain, kit->domains[0].domain);
		kit_free(kit);
	}
}

/* A flush of the domain that comes while a retry runs is told of the quarantine, and the next
 * retry is a whole one. */
static void flush_domain(struct kit *kit, int domain, int unused)
{
	(void)unused;
	met = ipmmu_domain_flush(kit->domains[domain].domain);
}

static void flush_while_a_retry_runs_finds_quarantine(void **state)
{
	struct kit *kit = quarantined();

	(void)state;
	meet(kit, KIT_AT_RELAX, flush_domain, 0);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(met, IPMMU_E_QUARANTINED);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_two_retries_one_is_busy),
		cmocka_unit_test(of_two_retries_of_a_context_without_a_domain_one_is_busy),
		cmocka_unit_test(retry_leaves_a_context_alone_that_a_domain_has_got),
		cmocka_unit_test(attach_while_a_retry_runs_gets_another_context),
		cmocka_unit_test(retry_of_a_domain_that_a_call_changes_is_busy),
		cmocka_unit_test(retry_does_not_meet_a_master_on_its_way_out),
		cmocka_unit_test(retry_refuses_all_other_contexts),
		cmocka_unit_test(retry_by_a_cache_means_its_root),
		cmocka_unit_test(kept_context_is_busy_while_a_utlb_selects_it),
		cmocka_unit_test(kept_context_is_freed_when_its_last_master_was_claimed),
		cmocka_unit_test(kept_context_whose_flush_does_not_end_goes_to_quarantine),
		cmocka_unit_test(kept_context_that_an_unread_cache_may_use_stays),
		cmocka_unit_test(retry_of_a_root_that_is_offline_is_refused),
		cmocka_unit_test(retry_fails_while_a_utlb_may_be_on_the_context),
		cmocka_unit_test(retry_that_fails_leaves_quarantine_and_masters_as_they_were),
		cmocka_unit_test(retry_under_way_is_told_as_such),
		cmocka_unit_test(flush_while_a_retry_runs_finds_quarantine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
