// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Domains that their host gives up: what is free at once, and what stays until a later flush.
 *
 * The kit keeps the pages of such a domain until IPMMU_EVENT_RELEASED, and checks in that event
 * that no walker and no TLB knows them or their table.
 */
#include "rig.h"

enum {
	DS0 = 1
};

static void stick(struct kit *kit, bool stuck)
{
	model_set_stuck(kit->model, 0, 1, stuck);
}

/* Domain 0 is in quarantine on context 1, with DMAC and AUDIO in it; flushes end not yet. */
static struct kit *quarantined(const struct kit_config *config)
{
	struct kit *kit = rig_ready(config);

	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 0);
	stick(kit, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	kit_forget(kit);
	return kit;
}

static struct kit *hosted(void)
{
	struct kit_config config = kit_config();

	return quarantined(&config);
}

static struct kit *owning(void)
{
	struct kit_config config = kit_config();

	config.owned = true;
	config.wish.replace = IPMMU_PT_BREAK_BEFORE_MAKE;
	return quarantined(&config);
}

/* ---- what is free at once ---- */

static void masters_of_an_abandoned_domain_can_go_elsewhere(void **state)
{
	struct kit *kit = hosted();

	(void)state;
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_DENIED);
	assert_int_equal(rig_master_state(kit, AUDIO), IPMMU_MASTER_DENIED);
	assert_int_not_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).state, MODEL_ACCESS_DONE);
	rig_attach(kit, DMAC, 1);
	assert_int_equal(rig_domain_info(kit, 1).context, 2);
	assert_int_equal(kit_dma(kit, DMAC, kit_iova(1, 0), true).pa, kit_pa(1, 0));
	/* And one can be given up. */
	assert_int_equal(kit_remove(kit, AUDIO), IPMMU_OK);
	kit_free(kit);
}

static void utlbs_of_an_abandoned_domain_have_no_owner(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit = rig_ready(&config);

	(void)state;
	/* Two masters that share a uTLB. */
	rig_attach(kit, MMC, 0);
	rig_attach(kit, TWIN, 0);
	stick(kit, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	assert_null(rig_utlb_info(kit, 2, 2).owner);
	rig_attach(kit, MMC, 1);
	rig_attach(kit, TWIN, 1);
	kit_free(kit);
}

static void context_of_an_abandoned_domain_stays_in_quarantine_alone(void **state)
{
	struct kit *kit = hosted();
	uint64_t writes = kit->writes;

	(void)state;
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	assert_int_equal(kit->writes, writes);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_QUARANTINED);
	assert_null(rig_context_info(kit, 1).domain);
	/* Nobody gets it: there is one context left. */
	rig_attach(kit, DMAC, 1);
	assert_int_equal(kit_reserve(kit, 1), IPMMU_OK);
	kit_free(kit);
}

/* ---- what stays ---- */

static void release_is_told_with_the_cookie_when_a_flush_has_ended(void **state)
{
	struct kit *kit = hosted();
	const struct ipmmu_event *event;

	(void)state;
	kit_unmap(kit, 0, 1);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_E_TIMEOUT);
	assert_int_equal(kit->releases_told, 0);
	assert_true(kit->domains[0].abandoned);
	stick(kit, false);
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_OK);
	event = kit_event(kit, IPMMU_EVENT_RELEASED);
	assert_non_null(event);
	assert_int_equal(event->mmu, 0);
	assert_int_equal(event->context, 1);
	assert_ptr_equal(event->cookie, &kit->domains[0]);
	assert_int_equal(kit->releases_told, 1);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	/* The slot is free for the host: the kit has seen that nothing knows it any more. */
	assert_false(kit->domains[0].abandoned);
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_E_STATE);
	kit_free(kit);
}

static void cookie_is_not_told_again_for_the_next_domain_of_the_context(void **state)
{
	struct kit *kit = hosted();

	(void)state;
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	stick(kit, false);
	assert_int_equal(kit_system_retry(kit), 0);
	rig_attach(kit, DMAC, 1);
	assert_int_equal(rig_domain_info(kit, 1).context, 1);
	stick(kit, true);
	assert_int_equal(kit_flush(kit, 1), IPMMU_E_TIMEOUT);
	stick(kit, false);
	kit_forget(kit);
	assert_int_equal(kit_retry(kit, 1), IPMMU_OK);
	assert_ptr_equal(kit_event(kit, IPMMU_EVENT_RELEASED)->cookie, &kit->domains[1]);
	kit_free(kit);
}

static void system_retry_frees_what_can_be_freed_and_counts_the_rest(void **state)
{
	struct kit *kit = hosted();

	(void)state;
	rig_attach(kit, MMC, 1);
	model_set_stuck(kit->model, 2, 2, true);
	assert_int_equal(kit_flush(kit, 1), IPMMU_E_TIMEOUT);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	/* Of a domain that is not abandoned its own retry is to come. */
	assert_int_equal(kit_system_retry(kit), 1);
	assert_int_equal(kit_abandon(kit, 1), IPMMU_OK);
	assert_int_equal(kit_system_retry(kit), 2);
	stick(kit, false);
	assert_int_equal(kit_system_retry(kit), 1);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	assert_int_equal(rig_context_info(kit, 2).state, IPMMU_CONTEXT_QUARANTINED);
	model_set_stuck(kit->model, 2, 2, false);
	assert_int_equal(kit_system_retry(kit), 0);
	assert_int_equal(ipmmu_system_retry(NULL), 0);
	kit_free(kit);
}

static uint32_t pages_of(const struct kit *kit)
{
	struct ipmmu_arena_use use;

	ipmmu_arena_query(kit->arena, &use);
	return use.table_pages;
}

static void tables_that_an_abandoned_domain_owned_are_returned_by_the_retry(void **state)
{
	struct kit *kit = owning();
	uint32_t pages = pages_of(kit);

	(void)state;
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	assert_int_equal(pages_of(kit), pages);
	assert_int_equal(kit_system_retry(kit), 1);
	assert_int_equal(pages_of(kit), pages);
	stick(kit, false);
	assert_int_equal(kit_system_retry(kit), 0);
	/* The root of 40 bits, a table of each level below. */
	assert_int_equal(pages_of(kit), pages - 4);
	kit_free(kit);
}

/* Tables that the change had unlinked wait beside those that are in use. */
static void change_under_way_goes_with_its_abandoned_tables(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;
	uint32_t pages;

	(void)state;
	config.owned = true;
	config.wish.replace = IPMMU_PT_BREAK_BEFORE_MAKE;
	kit = rig_ready(&config);
	pages = pages_of(kit);
	rig_attach(kit, DMAC, 0);
	stick(kit, true);
	assert_int_equal(kit_try_protect(kit, 0, 0, false), IPMMU_E_TIMEOUT);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	stick(kit, false);
	assert_int_equal(kit_system_retry(kit), 0);
	assert_int_equal(pages_of(kit), pages - 4);
	kit_free(kit);
}

static void fault_of_an_abandoned_domain_names_nobody(void **state)
{
	struct kit *kit = hosted();

	(void)state;
	rig_set_context(kit, 0, 1, R_IMSTR, 1);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	assert_true(kit_interrupt(kit, 0));
	(void)kit_service(kit, 8);
	assert_int_equal(rig_context(kit, 0, 1, R_IMSTR), 0);
	assert_int_equal(kit->fault_count, 0);
	assert_non_null(kit_event(kit, IPMMU_EVENT_FAULT_UNOWNED));
	kit_free(kit);
}

static void record_from_before_names_no_domain_that_is_gone(void **state)
{
	struct kit *kit = hosted();

	(void)state;
	rig_set_context(kit, 0, 1, R_IMSTR, 1);
	assert_true(kit_interrupt(kit, 0));
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	(void)kit_service(kit, 8);
	assert_int_equal(kit->fault_count, 1);
	assert_true(kit->faults[0].stale);
	assert_null(kit->faults[0].domain);
	assert_null(kit->faults[0].cookie);
	kit_free(kit);
}

/* ---- the end of the system ---- */

static void remove_all(struct kit *kit)
{
	int i;

	for (i = 0; i < KIT_MASTERS; i++) {
		assert_int_equal(kit_remove(kit, i), IPMMU_OK);
	}
	assert_int_equal(kit_domain_end(kit, 1), IPMMU_OK);
}

static void system_ends_with_an_abandoned_domain_left(void **state)
{
	struct kit *kit = hosted();
	struct ipmmu_arena_use use;

	(void)state;
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	remove_all(kit);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	/* The host's table and its pages stay for ever. */
	assert_null(kit_event(kit, IPMMU_EVENT_RELEASED));
	assert_null(kit_event(kit, IPMMU_EVENT_TABLES_LEFT));
	assert_non_null(kit_event(kit, IPMMU_EVENT_DENY_LEFT));
	ipmmu_arena_query(kit->arena, &use);
	assert_int_equal(use.object_bytes, 0);
	kit_free(kit);
}

static void tables_of_an_abandoned_domain_outlive_the_system(void **state)
{
	struct kit *kit = owning();
	const struct ipmmu_event *event;
	struct ipmmu_arena_use use;
	uint32_t pages;

	(void)state;
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	remove_all(kit);
	pages = pages_of(kit);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	event = kit_event(kit, IPMMU_EVENT_TABLES_LEFT);
	assert_non_null(event);
	assert_int_equal(event->context, 1);
	ipmmu_arena_query(kit->arena, &use);
	assert_int_equal(use.object_bytes, 0);
	assert_int_equal(use.table_pages, pages);
	kit_free(kit);
}

static void system_is_not_left_with_a_domain_that_nobody_abandoned(void **state)
{
	struct kit *kit = hosted();

	(void)state;
	assert_int_equal(ipmmu_domain_destroy(kit->domains[0].domain), IPMMU_E_QUARANTINED);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_E_BUSY);
	kit_free(kit);
}

/* ---- what is refused ---- */

static void only_quarantine_is_abandoned(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	assert_int_equal(ipmmu_domain_abandon(NULL), IPMMU_E_ARG);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_E_STATE);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_E_STATE);
	assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).state, MODEL_ACCESS_DONE);
	kit_free(kit);
}

static enum ipmmu_err met;

static void abandon(struct kit *kit, int domain, int unused)
{
	(void)unused;
	met = ipmmu_domain_abandon(kit->domains[domain].domain);
}

static void meet(struct kit *kit, enum kit_place place, uint32_t nth)
{
	kit->meanwhile = (struct kit_meanwhile){place, nth, abandon, 0, 0};
	met = IPMMU_OK;
}

static void domain_that_a_call_uses_is_not_abandoned(void **state)
{
	static const enum kit_place places[] = {KIT_AT_QUIESCE, KIT_AT_RELAX, KIT_AT_RELEASE};
	uint32_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct kit *kit = hosted();

		meet(kit, places[i], 1);
		assert_int_equal(kit_retry(kit, 0), IPMMU_E_TIMEOUT);
		assert_int_equal(met, IPMMU_E_BUSY);
		assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
		kit_free(kit);
	}
}

/* One that waits for a flush has not seen yet that it failed. */
static void flush_then_abandon(struct kit *kit, int domain, int unused)
{
	(void)unused;
	(void)!ipmmu_domain_flush(kit->domains[domain].domain);
	met = ipmmu_domain_abandon(kit->domains[domain].domain);
}

static void domain_is_not_abandoned_under_a_flush_that_waits(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	stick(kit, true);
	kit->meanwhile = (struct kit_meanwhile){KIT_AT_RELAX, 1, flush_then_abandon, 0, 0};
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(met, IPMMU_E_BUSY);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	kit_free(kit);
}

static void domain_is_not_abandoned_under_a_fault_hook_that_names_it(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_set_context(kit, 0, 1, R_IMSTR, 1);
	assert_true(kit_interrupt(kit, 0));
	stick(kit, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	meet(kit, KIT_AT_FAULT, 1);
	(void)kit_service(kit, 8);
	assert_int_equal(kit->fault_count, 1);
	assert_int_equal(met, IPMMU_E_BUSY);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	kit_free(kit);
}

static void by_consent_to_bypass_masters_are_taken_out_first(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	(void)state;
	config.options.max_contexts = 1;
	config.options.consent_bypass = true;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	stick(kit, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	/* Nobody would have the context that it is on, and off is bypass. */
	assert_int_equal(kit_abandon(kit, 0), IPMMU_E_BUSY);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	stick(kit, false);
	assert_int_equal(kit_system_retry(kit), 0);
	kit_free(kit);
}

/* ---- a master that may still be on the context ---- */

static void unverified_master_of_an_abandoned_domain_holds_its_context(void **state)
{
	struct kit *kit = rig_default();
	const struct ipmmu_port *port = &kit->masters[DMAC].ports[0];

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 0);
	rig_lie(kit, port->mmu, rig_utlb_at(kit, port->utlb), ~0u);
	stick(kit, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_UNVERIFIED);
	stick(kit, false);
	/* The flush ends, but who knows whether the uTLB has left. */
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_E_UNVERIFIED);
	assert_int_equal(kit->releases_told, 0);
	assert_int_equal(kit_attach(kit, DMAC, 1, NULL), IPMMU_E_UNVERIFIED);
	rig_honest();
	assert_int_equal(kit_context_retry(kit, 1), IPMMU_OK);
	rig_attach(kit, DMAC, 1);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(masters_of_an_abandoned_domain_can_go_elsewhere),
		cmocka_unit_test(utlbs_of_an_abandoned_domain_have_no_owner),
		cmocka_unit_test(context_of_an_abandoned_domain_stays_in_quarantine_alone),
		cmocka_unit_test(release_is_told_with_the_cookie_when_a_flush_has_ended),
		cmocka_unit_test(cookie_is_not_told_again_for_the_next_domain_of_the_context),
		cmocka_unit_test(system_retry_frees_what_can_be_freed_and_counts_the_rest),
		cmocka_unit_test(
			tables_that_an_abandoned_domain_owned_are_returned_by_the_retry),
		cmocka_unit_test(change_under_way_goes_with_its_abandoned_tables),
		cmocka_unit_test(fault_of_an_abandoned_domain_names_nobody),
		cmocka_unit_test(record_from_before_names_no_domain_that_is_gone),
		cmocka_unit_test(system_ends_with_an_abandoned_domain_left),
		cmocka_unit_test(tables_of_an_abandoned_domain_outlive_the_system),
		cmocka_unit_test(system_is_not_left_with_a_domain_that_nobody_abandoned),
		cmocka_unit_test(only_quarantine_is_abandoned),
		cmocka_unit_test(domain_that_a_call_uses_is_not_abandoned),
		cmocka_unit_test(domain_is_not_abandoned_under_a_flush_that_waits),
		cmocka_unit_test(domain_is_not_abandoned_under_a_fault_hook_that_names_it),
		cmocka_unit_test(by_consent_to_bypass_masters_are_taken_out_first),
		cmocka_unit_test(unverified_master_of_an_abandoned_domain_holds_its_context),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
