// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Calls that come too late, or with nothing to do: a domain whose tables are being returned, a
 * reserve that cannot be given back, and moves that are refused for their arguments.
 */
#include "rig.h"

#include <string.h>

enum {
	PAGES = 4 /* of a table that maps one page: two of the root, one of each level below */
};

static struct kit *owning(void)
{
	struct kit_config config = kit_config();

	config.owned = true;
	config.wish.split = IPMMU_PT_BREAK_BEFORE_MAKE;
	config.wish.replace = IPMMU_PT_BREAK_BEFORE_MAKE;
	config.table_pages = 60;
	return rig_ready(&config);
}

/* ---- a domain that is being drained ---- */

static const struct ipmmu_pt_prot both = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};

static void drained_domain_answers_busy(struct kit *kit)
{
	struct ipmmu_domain *domain = kit->domains[0].domain;
	struct ipmmu_iova iova = {kit_iova(0, 0)};
	struct ipmmu_pa pa = {kit_pa(0, 2)};
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	struct ipmmu_pt_mapping mapping;
	struct ipmmu_move_result result;
	uint32_t count = 77;

	assert_int_equal(ipmmu_domain_flush(domain), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_reserve(domain), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_unreserve(domain), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_retry(domain), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_abandon(domain), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_map(domain, iova, pa, 4096, both), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_map_pages(domain, iova, &pa, 1, both), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_unmap(domain, iova, 4096), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_protect(domain, iova, 4096, both), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_replace(domain, iova, pa, 4096, both), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_merge(domain, iova, 4096), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_refill(domain), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_translate(domain, iova, &mapping), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_explain(domain, iova, levels, &count), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_master_attach(kit->masters[DMAC].master, domain, &result),
			 IPMMU_E_BUSY);
	assert_int_equal(result.state, IPMMU_MASTER_DENIED);
	assert_int_equal(ipmmu_master_move(kit->masters[AUDIO].master, domain, &result),
			 IPMMU_E_BUSY);
	assert_int_equal(result.state, IPMMU_MASTER_ATTACHED);
}

static void all_calls_but_two_are_busy_from_the_first_drain_on(void **state)
{
	struct kit *kit = owning();
	struct ipmmu_domain *domain = kit->domains[0].domain;
	struct ipmmu_arena_use before;
	struct ipmmu_arena_use after;
	struct ipmmu_domain_info info;
	bool more = false;
	uint64_t writes;

	(void)state;
	rig_attach(kit, AUDIO, 1);
	ipmmu_arena_query(kit->arena, &before);
	writes = kit->writes;
	kit->watching = false; /* the books know no half of a domain */
	assert_int_equal(ipmmu_domain_drain(domain, 1, &more), IPMMU_OK);
	assert_true(more);
	drained_domain_answers_busy(kit);
	while (more) {
		assert_int_equal(ipmmu_domain_query(domain, &info), IPMMU_OK);
		assert_int_equal(info.state, IPMMU_DOMAIN_ENDING);
		assert_int_equal(ipmmu_domain_drain(domain, 1, &more), IPMMU_OK);
	}
	/* Also when there is nothing left to return. */
	drained_domain_answers_busy(kit);
	assert_int_equal(ipmmu_domain_drain(domain, 1, &more), IPMMU_OK);
	assert_false(more);
	assert_int_equal(kit->writes, writes);
	assert_int_equal(ipmmu_domain_destroy(domain), IPMMU_OK);
	ipmmu_arena_query(kit->arena, &after);
	/* With a reserve of four for splits. */
	assert_int_equal(after.table_pages, before.table_pages - PAGES - 4);
	kit_free(kit);
}

static void drain_is_refused_where_destroy_is(void **state)
{
	struct kit *kit = owning();
	struct kit_config config = kit_config();
	bool more = true;

	(void)state;
	rig_attach(kit, DMAC, 0);
	assert_int_equal(ipmmu_domain_drain(kit->domains[0].domain, 0, &more), IPMMU_E_BUSY);
	assert_false(more);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(ipmmu_domain_drain(kit->domains[0].domain, 0, &more), IPMMU_E_BUSY);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(ipmmu_domain_drain(kit->domains[0].domain, 0, &more),
			 IPMMU_E_QUARANTINED);
	assert_int_equal(ipmmu_domain_drain(kit->domains[0].domain, 0, NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_domain_drain(NULL, 0, &more), IPMMU_E_ARG);
	kit_free(kit);
	kit = rig_ready(&config);
	assert_int_equal(ipmmu_domain_drain(kit->domains[0].domain, 0, &more), IPMMU_E_STATE);
	kit_free(kit);
}

/* ---- a context that was reserved ---- */

static void unreserve_in_quarantine_changes_nothing(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_E_QUARANTINED);
	assert_true(rig_domain_info(kit, 0).reserved);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_E_QUARANTINED);
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_false(rig_domain_info(kit, 0).reserved);
	kit_free(kit);
}

static void unreserve_whose_flush_does_not_end_has_given_up_the_reserve(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_E_TIMEOUT);
	assert_false(rig_domain_info(kit, 0).reserved);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_QUARANTINED);
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	kit_free(kit);
}

/* Another call's flush fails in the middle of it. */
static void flush_until_it_fails(struct kit *kit, int domain, int unused)
{
	(void)unused;
	(void)!ipmmu_domain_flush(kit->domains[domain].domain);
}

static void unreserve_that_finds_quarantine_on_its_way_answers_a_time_out(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	model_set_stuck(kit->model, 0, 1, true);
	kit->meanwhile = (struct kit_meanwhile){KIT_AT_RELAX, 1, flush_until_it_fails, 0, 0};
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_E_TIMEOUT);
	assert_false(rig_domain_info(kit, 0).reserved);
	kit_free(kit);
}

static void unreserve_of_what_was_never_reserved_is_fine(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_OK);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_LIVE);
	kit_free(kit);
}

/* ---- results of moves that are refused ---- */

static struct ipmmu_move_result poisoned(void)
{
	struct ipmmu_move_result result;

	memset(&result, 0x5a, sizeof(result));
	return result;
}

static void result_is(const struct ipmmu_move_result *result, enum ipmmu_master_state where)
{
	assert_int_equal(result->state, where);
	assert_false(result->quiesced);
	assert_false(result->old_quarantined);
	assert_int_equal(result->shared, 0);
}

static void refused_move_tells_where_the_master_is(void **state)
{
	struct kit *kit = rig_default();
	struct kit *other = rig_default();
	struct ipmmu_master *denied = kit->masters[DMAC].master;
	struct ipmmu_master *attached = kit->masters[AUDIO].master;
	struct ipmmu_domain *foreign = other->domains[0].domain;
	struct ipmmu_move_result result;

	(void)state;
	rig_attach(kit, AUDIO, 0);
	result = poisoned();
	assert_int_equal(ipmmu_master_attach(denied, NULL, &result), IPMMU_E_ARG);
	result_is(&result, IPMMU_MASTER_DENIED);
	result = poisoned();
	assert_int_equal(ipmmu_master_move(attached, NULL, &result), IPMMU_E_ARG);
	result_is(&result, IPMMU_MASTER_ATTACHED);
	result = poisoned();
	assert_int_equal(ipmmu_master_move(attached, foreign, &result), IPMMU_E_ARG);
	result_is(&result, IPMMU_MASTER_ATTACHED);
	result = poisoned();
	assert_int_equal(ipmmu_master_attach(NULL, kit->domains[0].domain, &result),
			 IPMMU_E_ARG);
	result_is(&result, IPMMU_MASTER_DENIED);
	result = poisoned();
	assert_int_equal(ipmmu_master_detach(NULL, &result), IPMMU_E_ARG);
	result_is(&result, IPMMU_MASTER_DENIED);
	result = poisoned();
	assert_int_equal(kit_detach(kit, DMAC, &result), IPMMU_E_STATE);
	result_is(&result, IPMMU_MASTER_DENIED);
	result = poisoned();
	assert_int_equal(kit_attach(kit, AUDIO, 1, &result), IPMMU_E_STATE);
	result_is(&result, IPMMU_MASTER_ATTACHED);
	assert_int_equal(ipmmu_master_detach(NULL, NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_master_attach(denied, NULL, NULL), IPMMU_E_ARG);
	kit_free(other);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_calls_but_two_are_busy_from_the_first_drain_on),
		cmocka_unit_test(drain_is_refused_where_destroy_is),
		cmocka_unit_test(unreserve_in_quarantine_changes_nothing),
		cmocka_unit_test(unreserve_whose_flush_does_not_end_has_given_up_the_reserve),
		cmocka_unit_test(unreserve_that_finds_quarantine_on_its_way_answers_a_time_out),
		cmocka_unit_test(unreserve_of_what_was_never_reserved_is_fine),
		cmocka_unit_test(refused_move_tells_where_the_master_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
