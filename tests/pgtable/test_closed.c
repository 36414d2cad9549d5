// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Every table that can be reached in a small geometry, by every change of every range, with
 * every budget that cuts it, and with each allocation failing in turn: until no new table
 * appears. In each step, at each store, the walker finds the old or the new mapping; a removal
 * never fails while the reserve is whole; a refused call leaves the very same table.
 *
 * Two entries to a table and three levels: 4 or 8 pages. Two tables are the same when they have
 * the same entries and the same reserve, in tables inside of the window or outside of it alike;
 * where else a table is, and which rights were asked for last, makes no difference to what
 * follows, and is left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit_cmocka.h"
#include "plays.h"
#include "shapes.h"
#include "store_watch.h"

enum {
	TABLES = 32,
	ENTRIES = 4, /* of the widest root */
	PAGES = 8,
	KEY = 24,
	STATES = 1 << 17,
	SLOTS = 2 * STATES,
	PLAYS = 1024,
	SETTINGS = 3 * 72
};

#define PLACE_A 0x100000000ull /* blocks fit */
#define PLACE_B 0x200001000ull /* none does */

/** struct saved - a table at rest, and what the ground knows of it. */
struct saved {
	uint64_t key[KEY];
	struct ipmmu_pt pt;
	uint64_t cpu[TABLES][ENTRIES];
	uint64_t seen[TABLES][ENTRIES];
	uint8_t used[TABLES];
	bool reached[TABLES];
	uint64_t now[PAGES];
	uint64_t tlb[PAGES];
};

/** struct scope - how far one exploration goes. */
struct scope {
	uint32_t bits;
	bool places; /**< two places, or two rights at one of them */
	bool both;   /**< two places and two rights */
	bool merges; /**< with merges there are twice as many tables */
};

static struct ground *g;
static struct saved *states;
static uint32_t slots[SLOTS]; /* state + 1 */
static uint32_t count;
static struct play plays[PLAYS];
static uint32_t play_count;
static struct ipmmu_pa pages_b[PAGES];
static uint64_t transitions;
static uint64_t stores;

static void on_store(const void *slot)
{
	const uint8_t *at = slot;

	if (at >= (const uint8_t *)g->cpu && at < (const uint8_t *)g->cpu + sizeof(g->cpu)) {
		stores++;
		/* What the store before this one left. */
		ground_watch(g);
	}
}

/* ---- states ---- */

static uint32_t index_of(uint64_t entry)
{
	const uint64_t pa = (entry & g->shape.address) >> g->shape.address_lg2;

	return (uint32_t)((pa - GROUND_PA) >> 12) % GROUND_TABLES;
}

/* Entries depth first; of an entry that leads to a table that it does, and out of the window.
 */
static uint32_t key_table(uint64_t *key, uint32_t at, const uint64_t *table, uint32_t entries,
			  uint32_t level)
{
	uint32_t i;

	for (i = 0; i < entries; i++) {
		bool leads = level < 3 && (table[i] & g->shape.table) == g->shape.table;

		assert_in_range(at, 0, KEY - 2);
		key[at++] = leads ? 1u + (index_of(table[i]) >= g->window) : table[i];
		if (leads) {
			at = key_table(key, at, g->cpu[index_of(table[i])], 2, level + 1);
		}
	}
	return at;
}

static void key_make(uint64_t key[KEY])
{
	struct ipmmu_pt_info info;
	uint32_t at;

	ipmmu_pt_query(&g->pt, &info);
	memset(key, 0, KEY * sizeof(*key));
	at = key_table(key, 0, g->pt.root, 1u << (info.input_bits - 14), 1);
	key[at] = ~(uint64_t)info.reserve;
}

static uint32_t hash(const uint64_t key[KEY])
{
	uint64_t h = 0;
	uint32_t i;

	for (i = 0; i < KEY; i++) {
		h = (h ^ key[i]) * 0x9e3779b97f4a7c15ull;
		h ^= h >> 29;
	}
	return (uint32_t)(h % SLOTS);
}

static void save(struct saved *s)
{
	uint32_t i;

	s->pt = g->pt;
	for (i = 0; i < TABLES; i++) {
		memcpy(s->cpu[i], g->cpu[i], sizeof(s->cpu[i]));
		memcpy(s->seen[i], g->seen[i], sizeof(s->seen[i]));
	}
	memcpy(s->used, g->used, sizeof(s->used));
	memcpy(s->reached, g->reached, sizeof(s->reached));
	memcpy(s->now, g->now, sizeof(s->now));
	memcpy(s->tlb, g->tlb, sizeof(s->tlb));
}

static void load(const struct saved *s)
{
	uint32_t i;

	g->pt = s->pt;
	for (i = 0; i < TABLES; i++) {
		memcpy(g->cpu[i], s->cpu[i], sizeof(s->cpu[i]));
		memcpy(g->seen[i], s->seen[i], sizeof(s->seen[i]));
	}
	memcpy(g->used, s->used, sizeof(s->used));
	memcpy(g->reached, s->reached, sizeof(s->reached));
	memcpy(g->now, s->now, sizeof(s->now));
	memcpy(g->then, s->now, sizeof(s->now));
	memcpy(g->tlb, s->tlb, sizeof(s->tlb));
}

/* The state that the ground is in; a new one is kept. */
static uint32_t state_now(void)
{
	uint64_t key[KEY];
	uint32_t slot;

	key_make(key);
	for (slot = hash(key); slots[slot] != 0; slot = (slot + 1) % SLOTS) {
		if (memcmp(states[slots[slot] - 1].key, key, sizeof(key)) == 0) {
			return slots[slot] - 1;
		}
	}
	assert_in_range(count, 0, STATES - 1);
	memcpy(states[count].key, key, sizeof(key));
	save(&states[count]);
	slots[slot] = ++count;
	return count - 1;
}

/* ---- changes ---- */

static void add(enum play_kind kind, uint32_t first, uint32_t n, uint64_t place, uint8_t rights)
{
	struct play p = {.kind = kind, .first = first, .count = n, .pages = pages_b + first};

	p.pa = place + first * 4096ull;
	p.prot.rights = rights;
	p.prot.memory = IPMMU_PT_CACHED;
	assert_in_range(play_count, 0, PLAYS - 1);
	plays[play_count++] = p;
}

static void add_range(const struct scope *scope, uint32_t first, uint32_t n)
{
	bool places = scope->places || scope->both;
	bool rights = !scope->places || scope->both;

	add(PLAY_MAP, first, n, PLACE_A, 3);
	add(PLAY_UNMAP, first, n, 0, 0);
	add(PLAY_REPLACE, first, n, PLACE_A, 3);
	if (scope->merges) {
		add(PLAY_MERGE, first, n, 0, 0);
	}
	if (places) {
		add(PLAY_PAGES, first, n, 0, 3);
		add(PLAY_REPLACE, first, n, PLACE_B, 3);
	}
	if (rights) {
		add(PLAY_PROTECT, first, n, 0, 1);
		add(PLAY_PROTECT, first, n, 0, 3);
	}
	if (places && rights) {
		add(PLAY_MAP, first, n, PLACE_A, 1);
		add(PLAY_REPLACE, first, n, PLACE_A, 1);
	}
}

static void add_all(const struct scope *scope, uint32_t pages)
{
	uint32_t first;
	uint32_t n;

	play_count = 0;
	for (first = 0; first < pages; first++) {
		pages_b[first].v = PLACE_B + first * 4096ull;
		for (n = 1; first + n <= pages; n++) {
			add_range(scope, first, n);
		}
	}
}

/* One change of one state; answers how many allocations it asked for. */
static uint32_t step(uint32_t from, const struct play *p, uint32_t fail_at)
{
	uint32_t next;
	bool done;

	load(&states[from]);
	g->allocs = 0;
	g->fail_at = fail_at;
	done = play_run(g, p);
	g->fail_at = fail_at;
	ground_settle(g);
	next = state_now();
	assert_true(done || next == from);
	transitions++;
	return g->allocs;
}

static void explore_from(uint32_t from)
{
	static const uint32_t budgets[] = {0, 1, 2};
	uint32_t i;
	uint32_t b;
	uint32_t n;

	for (i = 0; i < play_count; i++) {
		for (b = 0; b < 3; b++) {
			struct play p = plays[i];
			uint32_t allocs;

			if (b > 0 && (p.kind == PLAY_MAP || p.kind == PLAY_PAGES)) {
				break;
			}
			p.budget = budgets[b];
			allocs = step(from, &p, 0);
			for (n = 1; b == 0 && n <= allocs; n++) {
				(void)step(from, &p, n);
			}
		}
	}
}

static void explore(const struct scope *scope)
{
	uint32_t pages = 1u << (scope->bits - 12);
	uint32_t from;

	memset(slots, 0, sizeof(slots));
	count = 0;
	add_all(scope, pages);
	ground_create(g, 0, pages);
	ground_settle(g);
	(void)state_now();
	for (from = 0; from < count; from++) {
		explore_from(from);
	}
	load(&states[0]);
	ground_end(g, 0);
}

/* Policies, hint, empty tables, walker and window: each a bit or a digit of @how. */
static void configure(const struct scope *scope, uint32_t how)
{
	ground_init(g, &shape_tiny, how % 2 == 0);
	g->config.input_bits = scope->bits;
	g->config.split = (enum ipmmu_pt_policy)(how / 2 % 3);
	g->config.replace = (enum ipmmu_pt_policy)(how / 6 % 3);
	g->config.contiguous = how / 18 % 2 != 0;
	g->config.keep_empty = how / 36 % 2 != 0;
	g->window = how / 72 == 0 ? 0 : how / 72 == 1 ? GROUND_TABLES : 3;
}

static void explore_all(const struct scope *scope, uint32_t every)
{
	uint32_t how;
	uint32_t tables = 0;

	transitions = 0;
	stores = 0;
	for (how = 0; how < SETTINGS; how += every) {
		configure(scope, how);
		if (!g->config.contiguous || g->config.split != IPMMU_PT_NEVER) {
			explore(scope);
			tables += count;
		}
	}
	printf("%u tables, %llu changes, %llu stores watched\n", tables,
	       (unsigned long long)transitions, (unsigned long long)stores);
#ifdef STORE_WATCH
	assert_true(stores > transitions / 4);
#endif
}

/* Of the settings every n-th is gone through, by default and when all are asked for. */
static const struct {
	struct scope scope;
	uint32_t every;
	uint32_t every_of_all;
} runs[] = {
	{{14, false, false, true}, 11, 1},  {{14, true, false, true}, 13, 1},
	{{14, false, true, false}, 107, 1}, {{15, false, false, false}, 0, 53},
	{{15, true, false, false}, 0, 59},
};

static bool all;

static void explore_run(uint32_t i)
{
	uint32_t every = all ? runs[i].every_of_all : runs[i].every;

#ifndef STORE_WATCH
	/* A sanitizer takes its time, and there is less to see. */
	every = every * 3 + 2;
#endif
	explore_all(&runs[i].scope, every);
}

static void four_pages_with_two_rights_keep_the_book_in_every_table(void **state)
{
	(void)state;
	explore_run(0);
}

static void four_pages_of_two_places_keep_the_book_in_every_table(void **state)
{
	(void)state;
	explore_run(1);
}

static void four_pages_with_rights_and_places_keep_the_book_in_every_table(void **state)
{
	(void)state;
	explore_run(2);
}

static void eight_pages_with_two_rights_keep_the_book_in_every_table(void **state)
{
	(void)state;
	explore_run(3);
}

static void eight_pages_of_two_places_keep_the_book_in_every_table(void **state)
{
	(void)state;
	explore_run(4);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_pages_with_two_rights_keep_the_book_in_every_table),
		cmocka_unit_test(four_pages_of_two_places_keep_the_book_in_every_table),
		cmocka_unit_test(
			four_pages_with_rights_and_places_keep_the_book_in_every_table),
	};
	const struct CMUnitTest more[] = {
		cmocka_unit_test(eight_pages_with_two_rights_keep_the_book_in_every_table),
		cmocka_unit_test(eight_pages_of_two_places_keep_the_book_in_every_table),
	};
	int failed;

	all = argc > 1 && strcmp(argv[1], "all") == 0;
	g = malloc(sizeof(*g));
	states = malloc(STATES * sizeof(*states));
	assert_non_null(g);
	assert_non_null(states);
	store_watch = on_store;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	return failed + (all ? cmocka_run_group_tests(more, NULL, NULL) : 0);
}
