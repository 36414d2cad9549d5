// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Every state that masters, domains and contexts of a small system can get into: attach,
 * detach, move, flush, retry, reserve, pages that come and go, accesses, flushes that get stuck
 * and come loose, and a quiesce hook that fails. The kit checks at each register write and at
 * each return. The TLBs are adversarial.
 *
 * Arguments: "quick", "big" or "default" says which spaces; a pattern of case names after it
 * runs only those, such as: big '*pages*'.
 */
#include "moves.h"

#include <string.h>

#include "kit_cmocka.h"

static void one_master_closes(void **state)
{
	static const struct space space = {
		.name = "one",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << AUDIO,
		.domains = 2,
		.stuck = 1u << ROOT,
		.reserve = true,
		.accesses = true,
		.failing_quiesce = true,
	};

	moves_search(state, &space);
}

static void a_group_closes(void **state)
{
	static const struct space space = {
		.name = "group",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << MMC | 1u << TWIN,
		.domains = 2,
		.stuck = 1u << ROOT,
		.accesses = true,
		.failing_quiesce = true,
	};

	moves_search(state, &space);
}

static void pages_that_come_and_go_close(void **state)
{
	static const struct space space = {
		.name = "pages",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << AUDIO,
		.domains = 2,
		.stuck = 1u << ROOT,
		.pages = true,
	};

	moves_search(state, &space);
}

static void one_master_with_flushes_stuck_in_two_units_closes(void **state)
{
	static const struct space space = {
		.name = "one-two-stuck",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << AUDIO,
		.domains = 2,
		.stuck = 1u << ROOT | 1u << SECOND,
		.reserve = true,
		.accesses = true,
		.failing_quiesce = true,
	};

	moves_search(state, &space);
}

static void a_group_with_flushes_stuck_in_two_units_closes(void **state)
{
	static const struct space space = {
		.name = "group-two-stuck",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << MMC | 1u << TWIN,
		.domains = 2,
		.stuck = 1u << ROOT | 1u << SECOND,
		.accesses = true,
		.failing_quiesce = true,
	};

	moves_search(state, &space);
}

static void a_group_with_pages_closes(void **state)
{
	static const struct space space = {
		.name = "group-pages",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << MMC | 1u << TWIN,
		.domains = 2,
		.stuck = 1u << ROOT,
		.pages = true,
		.failing_quiesce = true,
	};

	moves_search(state, &space);
}

static void all_masters_close(void **state)
{
	static const struct space space = {
		.name = "all",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << DMAC | 1u << AUDIO | 1u << MMC | 1u << TWIN,
		.domains = 2,
		.stuck = 1u << ROOT,
	};

	moves_search(state, &space);
}

static void claims_close(void **state)
{
	static const struct space space = {
		.name = "claims",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << AUDIO | 1u << MMC | 1u << TWIN,
		.domains = 2,
		.stuck = 1u << SECOND,
		.claims = true,
	};

	moves_search(state, &space);
}

static void more_domains_than_contexts_close(void **state)
{
	static const struct space space = {
		.name = "short",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << DMAC | 1u << AUDIO,
		.domains = 3,
		.stuck = 1u << ROOT,
	};

	moves_search(state, &space);
}

static void lives_of_domains_close(void **state)
{
	static const struct space space = {
		.name = "lives",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << AUDIO,
		.domains = 2,
		.stuck = 1u << ROOT,
		.lives = true,
		.reserve = true,
	};

	moves_search(state, &space);
}

static void gen2_closes(void **state)
{
	static const struct space space = {
		.name = "gen2",
		.generation = IPMMU_GEN2,
		.mode = IPMMU_MODE_S1_AARCH32,
		.caches = 0,
		.masters = 1u << DMAC | 1u << AUDIO | 1u << MMC | 1u << TWIN,
		.domains = 2,
		.stuck = 1u << ROOT,
		.accesses = true,
		.failing_quiesce = true,
	};

	moves_search(state, &space);
}

static void gen4_closes(void **state)
{
	static const struct space space = {
		.name = "gen4",
		.generation = IPMMU_GEN4,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << AUDIO | 1u << MMC,
		.domains = 2,
		.stuck = 1u << FIRST,
		.accesses = true,
		.failing_quiesce = true,
	};

	moves_search(state, &space);
}

static void stage_1_of_64_bits_closes(void **state)
{
	static const struct space space = {
		.name = "aarch64",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S1_AARCH64,
		.caches = 2,
		.masters = 1u << AUDIO,
		.domains = 2,
		.stuck = 1u << ROOT,
		.reserve = true,
		.accesses = true,
	};

	moves_search(state, &space);
}

static void tables_that_a_domain_owns_close(void **state)
{
	static const struct space space = {
		.name = "owned",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << AUDIO,
		.domains = 1,
		.stuck = 1u << ROOT,
		.owned = true,
		.accesses = true,
	};

	moves_search(state, &space);
}

static void abandoned_domains_close(void **state)
{
	static const struct space space = {
		.name = "abandoned",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << AUDIO,
		.domains = 2,
		.stuck = 1u << ROOT,
		.lives = true,
		.abandons = true,
	};

	moves_search(state, &space);
}

static void calls_that_meet_close(void **state)
{
	static const struct space space = {
		.name = "meet",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << DMAC,
		.domains = 1,
		.stuck = 1u << ROOT,
		.meet = true,
		.abandons = true,
		.lives = true,
	};

	moves_search(state, &space);
}

/* Pages are in the next two. With them here, four steps already lead to 19000 states. */
static void calls_of_two_masters_that_meet_close(void **state)
{
	static const struct space space = {
		.name = "meet-two",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << DMAC | 1u << AUDIO,
		.domains = 2,
		.stuck = 1u << ROOT,
		.meet = true,
	};

	moves_search(state, &space);
}

/* With pages, in one domain that both masters can be in. */
static void calls_of_two_masters_of_one_domain_that_meet_close(void **state)
{
	static const struct space space = {
		.name = "meet-one-domain",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << DMAC | 1u << AUDIO,
		.domains = 1,
		.stuck = 1u << ROOT,
		.meet = true,
		.pages = true,
	};

	moves_search(state, &space);
}

/* With pages, in two domains; no flush gets stuck. */
static void calls_of_two_masters_that_meet_over_pages_close(void **state)
{
	static const struct space space = {
		.name = "meet-pages",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << DMAC | 1u << AUDIO,
		.domains = 2,
		.meet = true,
		.pages = true,
	};

	moves_search(state, &space);
}

static void calls_on_tables_that_meet_close(void **state)
{
	static const struct space space = {
		.name = "meet-owned",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << DMAC,
		.domains = 1,
		.stuck = 1u << ROOT,
		.meet = true,
		.owned = true,
	};

	moves_search(state, &space);
}

static void storms_close(void **state)
{
	static const struct space space = {
		.name = "storms",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << AUDIO,
		.domains = 1,
		.stuck = 1u << ROOT,
		.storms = true,
	};

	moves_search(state, &space);
}

static void accesses_in_flight_without_a_hook_close(void **state)
{
	static const struct space space = {
		.name = "flights",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << AUDIO,
		.domains = 2,
		.stuck = 1u << ROOT,
		.flights = true,
		.no_quiesce = true,
		.abandons = true,
		.lives = true,
	};

	moves_search(state, &space);
}

static void accesses_in_flight_that_no_flush_drains_close(void **state)
{
	static const struct space space = {
		.name = "flights-hook",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << AUDIO,
		.domains = 2,
		.stuck = 1u << ROOT,
		.flights = true,
		.flush_drains_not = true,
		.abandons = true,
		.lives = true,
	};

	moves_search(state, &space);
}

static void context_lost_at_bring_up_closes(void **state)
{
	static const struct space space = {
		.name = "lost",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << AUDIO,
		.domains = 2,
		.sticks = 1,
		.stuck = 1u << ROOT,
		.abandons = true,
	};

	moves_search(state, &space);
}

static void context_that_was_kept_closes(void **state)
{
	static const struct space space = {
		.name = "kept",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << MMC | 1u << DMAC,
		.domains = 2,
		.stuck = 1u << ROOT,
		.kept = true,
		.claims = true,
		.abandons = true,
	};

	moves_search(state, &space);
}

static void abandoned_tables_of_a_domains_own_close(void **state)
{
	static const struct space space = {
		.name = "abandoned-owned",
		.generation = IPMMU_GEN3,
		.mode = IPMMU_MODE_S2,
		.caches = 2,
		.masters = 1u << DMAC,
		.domains = 1,
		.stuck = 1u << ROOT,
		.owned = true,
		.abandons = true,
		.lives = true,
	};

	moves_search(state, &space);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest quick[] = {
		cmocka_unit_test_teardown(one_master_closes, moves_tell_path),
		cmocka_unit_test_teardown(a_group_closes, moves_tell_path),
	};
	const struct CMUnitTest full[] = {
		cmocka_unit_test_teardown(lives_of_domains_close, moves_tell_path),
		cmocka_unit_test_teardown(claims_close, moves_tell_path),
		cmocka_unit_test_teardown(gen4_closes, moves_tell_path),
		cmocka_unit_test_teardown(stage_1_of_64_bits_closes, moves_tell_path),
		cmocka_unit_test_teardown(tables_that_a_domain_owns_close, moves_tell_path),
		cmocka_unit_test_teardown(abandoned_domains_close, moves_tell_path),
		cmocka_unit_test_teardown(calls_that_meet_close, moves_tell_path),
		cmocka_unit_test_teardown(calls_of_two_masters_of_one_domain_that_meet_close,
					  moves_tell_path),
		cmocka_unit_test_teardown(storms_close, moves_tell_path),
		cmocka_unit_test_teardown(context_lost_at_bring_up_closes, moves_tell_path),
		cmocka_unit_test_teardown(abandoned_tables_of_a_domains_own_close,
					  moves_tell_path),
	};
	/* For the night: what takes more than 20 s, or the default more than about a minute. */
	const struct CMUnitTest big[] = {
		cmocka_unit_test_teardown(pages_that_come_and_go_close, moves_tell_path),
		cmocka_unit_test_teardown(one_master_with_flushes_stuck_in_two_units_closes,
					  moves_tell_path),
		cmocka_unit_test_teardown(a_group_with_flushes_stuck_in_two_units_closes,
					  moves_tell_path),
		cmocka_unit_test_teardown(a_group_with_pages_closes, moves_tell_path),
		cmocka_unit_test_teardown(all_masters_close, moves_tell_path),
		cmocka_unit_test_teardown(more_domains_than_contexts_close, moves_tell_path),
		cmocka_unit_test_teardown(gen2_closes, moves_tell_path),
		cmocka_unit_test_teardown(calls_of_two_masters_that_meet_close,
					  moves_tell_path),
		cmocka_unit_test_teardown(calls_of_two_masters_that_meet_over_pages_close,
					  moves_tell_path),
		cmocka_unit_test_teardown(calls_on_tables_that_meet_close, moves_tell_path),
		cmocka_unit_test_teardown(accesses_in_flight_without_a_hook_close,
					  moves_tell_path),
		cmocka_unit_test_teardown(accesses_in_flight_that_no_flush_drains_close,
					  moves_tell_path),
		cmocka_unit_test_teardown(context_that_was_kept_closes, moves_tell_path),
	};

	if (argc == 3) {
		cmocka_set_test_filter(argv[2]);
	}
	if (argc >= 2 && strcmp(argv[1], "quick") == 0) {
		return cmocka_run_group_tests(quick, NULL, NULL);
	}
	if (argc >= 2 && strcmp(argv[1], "big") == 0) {
		return cmocka_run_group_tests(big, NULL, NULL);
	}
	return cmocka_run_group_tests(full, NULL, NULL);
}
