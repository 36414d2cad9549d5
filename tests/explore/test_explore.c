// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * The search itself, on puzzles whose answers are known.
 */
#include "explore.h"

#include <string.h>

#include "kit_cmocka.h"

/** struct jugs - two jugs of 3 and 5 litres, and much that never changes. */
struct jugs {
	uint64_t small;
	uint64_t quiet[100];
	uint64_t large;
	uint64_t poured; /* not part of the key */
};

static struct jugs jugs;
static uint64_t wanted;
static const struct explore *searching;
static uint32_t found_at;

static uint64_t jugs_key(void *machine)
{
	const struct jugs *j = machine;

	return explore_mix(explore_mix(0, j->small), j->large);
}

static void look(const struct jugs *j)
{
	if (j->large == wanted && found_at == 0) {
		found_at = explore_path_length(searching);
	}
}

static bool fill(void *machine, int large, int unused)
{
	struct jugs *j = machine;

	(void)unused;
	*(large ? &j->large : &j->small) = large ? 5 : 3;
	j->poured++;
	look(j);
	return true;
}

static bool empty(void *machine, int large, int unused)
{
	struct jugs *j = machine;

	(void)unused;
	if (*(large ? &j->large : &j->small) == 0) {
		return false;
	}
	*(large ? &j->large : &j->small) = 0;
	return true;
}

static bool pour(void *machine, int into_large, int unused)
{
	struct jugs *j = machine;
	uint64_t *from = into_large ? &j->small : &j->large;
	uint64_t *to = into_large ? &j->large : &j->small;
	uint64_t room = (into_large ? 5u : 3u) - *to;
	uint64_t moved = *from < room ? *from : room;

	(void)unused;
	*from -= moved;
	*to += moved;
	look(j);
	return true;
}

static const struct explore_action actions[] = {
	{"fill small", fill, 0, 0},    {"fill large", fill, 1, 0},
	{"empty small", empty, 0, 0},  {"empty large", empty, 1, 0},
	{"pour to small", pour, 0, 0}, {"pour to large", pour, 1, 0},
};

static struct explore_plan plan_of(uint32_t most)
{
	struct explore_plan plan = {.machine = &jugs,
				    .size = sizeof(jugs),
				    .key = jugs_key,
				    .actions = actions,
				    .action_count = sizeof(actions) / sizeof(actions[0]),
				    .most_states = most};

	memset(&jugs, 0, sizeof(jugs));
	found_at = 0;
	wanted = 100;
	return plan;
}

static void search_finds_every_state_once(void **state)
{
	struct explore_plan plan = plan_of(1000);
	struct explore *explore = explore_new(&plan);
	struct explore_counts counts = explore_run(explore);

	(void)state;
	assert_true(counts.closed);
	/* Of 24 pairs, those with a jug full or empty. */
	assert_int_equal(counts.states, 16);
	/* 4 actions are always possible; emptying is when there is something in the jug. */
	assert_int_equal(counts.transitions, 16 * 4 + 10 + 12);
	explore_free(explore);
}

static void search_finds_the_shortest_path(void **state)
{
	struct explore_plan plan = plan_of(1000);
	struct explore *explore = explore_new(&plan);

	(void)state;
	searching = explore;
	wanted = 4;
	(void)explore_run(explore);
	assert_int_equal(found_at, 6);
	explore_free(explore);
}

static void search_without_room_is_not_complete(void **state)
{
	struct explore_plan plan = plan_of(15);
	struct explore *explore = explore_new(&plan);
	struct explore_counts counts = explore_run(explore);

	(void)state;
	assert_false(counts.closed);
	assert_int_equal(counts.states, 15);
	explore_free(explore);
}

/** struct ring - a counter that comes round, and shadows of it in far places. */
struct ring {
	uint64_t words[3000];
};

static struct ring ring;

static uint64_t ring_key(void *machine)
{
	return explore_mix(0, ((struct ring *)machine)->words[0]);
}

static bool ring_step(void *machine, int by, int unused)
{
	struct ring *r = machine;
	uint64_t i;

	(void)unused;
	for (i = 0; i < 3000; i++) {
		/* What an action finds is what the state's own action left. */
		assert_true(r->words[i] == (i % 7 == 0 ? r->words[0] : 0));
	}
	r->words[0] = (r->words[0] + (uint64_t)by) % 2000;
	for (i = 0; i < 3000; i += 7) {
		r->words[i] = r->words[0];
	}
	return true;
}

static void copies_come_back_as_they_were(void **state)
{
	static const struct explore_action steps[] = {{"one", ring_step, 1, 0},
						      {"seven", ring_step, 7, 0}};
	struct explore_plan plan = {.machine = &ring,
				    .size = sizeof(ring),
				    .key = ring_key,
				    .actions = steps,
				    .action_count = 2,
				    .most_states = 5000};
	struct explore *explore = explore_new(&plan);
	struct explore_counts counts = explore_run(explore);

	(void)state;
	assert_true(counts.closed);
	assert_int_equal(counts.states, 2000);
	assert_int_equal(counts.transitions, 4000);
	explore_free(explore);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(search_finds_every_state_once),
		cmocka_unit_test(search_finds_the_shortest_path),
		cmocka_unit_test(search_without_room_is_not_complete),
		cmocka_unit_test(copies_come_back_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
