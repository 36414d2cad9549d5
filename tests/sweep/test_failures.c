// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Everything that can fail, fails: each allocation, each look at a flush, each read of a
 * register, the n-th time, once or from then on, alone or in pairs. The kit judges each call
 * and each register write; afterwards nothing may be lost, and everything must work.
 *
 * A part that lies about a FLUSH which is under way (by reading 0, or what was read before)
 * cannot be survived by anybody: in those classes a flush ends at once. A part that lies about
 * the bits which a read-modify-write keeps makes a wrong write unavoidable: at bring-up, and at
 * each set-up of a context on Gen2 (IMBUSCR), the model's rules are not held against the
 * library when reads lie.
 */
#include "kit_cmocka.h"
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_SITES = 5000
};

/** struct sites - how many places were made to fail. */
struct sites {
	unsigned int alloc;
	unsigned int poll;
	unsigned int read;
	unsigned int pairs;
};

static struct sites sites;

/** What is being swept, told when a test fails. */
static struct {
	const char *name;
	struct kit_fail fail;
	struct kit_fail also;
} now;

static bool lies(enum kit_fail_class what)
{
	return what == KIT_FAIL_ZERO || what == KIT_FAIL_ONES || what == KIT_FAIL_LAST;
}

static struct kit *prepare(const struct scenario *scenario, enum ipmmu_generation generation,
			   enum kit_fail_class one, enum kit_fail_class two)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.generation = generation;
	config.caches = generation == IPMMU_GEN2 ? 0 : 2;
	config.mode = generation == IPMMU_GEN2 ? IPMMU_MODE_S1_AARCH32 : IPMMU_MODE_S2;
	config.options.flush_timeout_us = 8;
	config.table_pages = 20;
	if (one == KIT_FAIL_ZERO || one == KIT_FAIL_LAST || two == KIT_FAIL_ZERO ||
	    two == KIT_FAIL_LAST) {
		config.model.flush_us = 0;
	}
	kit = scenario_prepare(&config, scenario);
	if ((scenario->cold || generation == IPMMU_GEN2) && (lies(one) || lies(two))) {
		kit->expect = "model";
	}
	return kit;
}

/* One run; how often each of the two failures came by. */
static void run(struct kit *kit, const void *start, const struct scenario *scenario)
{
	kit_load(kit, start);
	kit->fail = now.fail;
	kit->also = now.also;
	scenario->run(kit);
	now.fail = kit->fail;
	now.also = kit->also;
	kit->expect = NULL;
	if (now.fail.fired != 0) {
		scenario_recover(kit, scenario);
	}
}

static struct kit_fail failure(enum kit_fail_class what, uint32_t nth, bool forever)
{
	struct kit_fail fail = {.what = what, .nth = nth, .forever = forever};

	return fail;
}

/* Returns how many sites the class has in the scenario. */
static unsigned int sweep(const struct scenario *scenario, enum ipmmu_generation generation,
			  enum kit_fail_class what, bool forever)
{
	struct kit *kit = prepare(scenario, generation, what, KIT_FAIL_NOTHING);
	void *start = malloc(kit->size);
	uint32_t nth = 0;

	assert_non_null(start);
	kit_save(kit, start);
	now.name = scenario->name;
	now.also = failure(KIT_FAIL_NOTHING, 0, false);
	do {
		nth++;
		now.fail = failure(what, nth, forever);
		run(kit, start, scenario);
	} while (now.fail.fired != 0 && nth < MOST_SITES);
	assert_true(nth < MOST_SITES);
	free(start);
	kit_free(kit);
	return nth - 1;
}

static void sweep_all(const struct scenario *scenario, enum ipmmu_generation generation)
{
	int forever;

	for (forever = 0; forever < 2; forever++) {
		sites.alloc += sweep(scenario, generation, KIT_FAIL_ALLOC, forever != 0);
		sites.poll += sweep(scenario, generation, KIT_FAIL_POLL, forever != 0);
		sites.read += sweep(scenario, generation, KIT_FAIL_ZERO, forever != 0);
		sites.read += sweep(scenario, generation, KIT_FAIL_ONES, forever != 0);
		sites.read += sweep(scenario, generation, KIT_FAIL_LAST, forever != 0);
	}
}

/* Every second failure after a first one, which stays as it is. */
static void sweep_second(struct kit *kit, const void *start, const struct scenario *scenario,
			 enum kit_fail_class what)
{
	struct kit_fail first = now.fail;
	uint32_t nth = 0;

	do {
		nth++;
		now.fail = failure(first.what, first.nth, first.forever);
		now.also = failure(what, nth, false);
		run(kit, start, scenario);
		sites.pairs += now.also.fired;
	} while (now.also.fired != 0 && nth < MOST_SITES);
}

static void sweep_pairs(const struct scenario *scenario, enum kit_fail_class one,
			enum kit_fail_class two)
{
	struct kit *kit = prepare(scenario, IPMMU_GEN3, one, two);
	void *start = malloc(kit->size);
	uint32_t nth = 0;

	assert_non_null(start);
	kit_save(kit, start);
	now.name = scenario->name;
	do {
		nth++;
		now.fail = failure(one, nth, false);
		sweep_second(kit, start, scenario, two);
	} while (now.fail.fired != 0);
	free(start);
	kit_free(kit);
}

/* ---- what was recorded ---- */

static bool recorded(const char *name, struct sites *out)
{
	FILE *file = fopen(SWEEP_EXPECTED, "r");
	char line[200];
	char word[80];
	bool found = false;

	assert_non_null(file);
	while (!found && fgets(line, sizeof(line), file) != NULL) {
		found = line[0] != '#' &&
			sscanf(line, "%79s %u %u %u %u", word, &out->alloc, &out->poll,
			       &out->read, &out->pairs) == 5 &&
			strcmp(word, name) == 0;
	}
	(void)fclose(file);
	return found;
}

static void expect(const char *name)
{
	struct sites wanted = {0};

	print_message("%s: sites: %u alloc, %u poll, %u read, %u pairs; all swept\n", name,
		      sites.alloc, sites.poll, sites.read, sites.pairs);
	if (!recorded(name, &wanted) || memcmp(&wanted, &sites, sizeof(sites)) != 0) {
		print_error("%s: if the change is meant, write this line:\n%s %u %u %u %u\n",
			    SWEEP_EXPECTED, name, sites.alloc, sites.poll, sites.read,
			    sites.pairs);
		fail();
	}
}

static int forget_sites(void **state)
{
	(void)state;
	memset(&sites, 0, sizeof(sites));
	now.name = NULL;
	return 0;
}

static int tell_site(void **state)
{
	static const char *const words[KIT_FAIL_CLASSES] = {
		"nothing", "alloc", "poll", "read 0", "read ones", "read last"};

	(void)state;
	if (now.name != NULL) {
		print_error("SITE %s: %s %u%s, then %s %u\n", now.name, words[now.fail.what],
			    now.fail.nth, now.fail.forever ? " and on" : "",
			    words[now.also.what], now.also.nth);
	}
	return 0;
}

/* ---- cases ---- */

static void sweep_generation(enum ipmmu_generation generation, const char *name)
{
	uint32_t i;

	for (i = 0; i < scenario_count; i++) {
		sweep_all(&scenarios[i], generation);
	}
	expect(name);
	now.name = NULL;
}

static void every_site_of_gen2_may_fail(void **state)
{
	(void)state;
	sweep_generation(IPMMU_GEN2, "gen2");
}

static void every_site_of_gen3_may_fail(void **state)
{
	(void)state;
	sweep_generation(IPMMU_GEN3, "gen3");
}

static void every_site_of_gen4_may_fail(void **state)
{
	(void)state;
	sweep_generation(IPMMU_GEN4, "gen4");
}

static const struct scenario *by_name(const char *name)
{
	uint32_t i;

	for (i = 0; i < scenario_count; i++) {
		if (strcmp(scenarios[i].name, name) == 0) {
			return &scenarios[i];
		}
	}
	fail_msg("no scenario %s", name);
	return NULL;
}

static void every_site_of_a_short_travel_may_fail(void **state)
{
	(void)state;
	sweep_all(by_name("short travel"), IPMMU_GEN3);
	sweep_all(by_name("bring-up"), IPMMU_GEN3);
	expect("quick");
	now.name = NULL;
}

static void any_two_sites_may_fail(void **state)
{
	static const enum kit_fail_class classes[] = {KIT_FAIL_ALLOC, KIT_FAIL_POLL,
						      KIT_FAIL_ONES, KIT_FAIL_ZERO};
	uint32_t s;
	uint32_t i;

	(void)state;
	for (s = 0; s < scenario_count; s++) {
		for (i = 0; i < 16 && !scenarios[s].cold; i++) {
			sweep_pairs(&scenarios[s], classes[i / 4], classes[i % 4]);
		}
	}
	expect("pairs");
	now.name = NULL;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest quick[] = {
		cmocka_unit_test_setup_teardown(every_site_of_a_short_travel_may_fail,
						forget_sites, tell_site),
	};
	const struct CMUnitTest full[] = {
		cmocka_unit_test_setup_teardown(every_site_of_gen2_may_fail, forget_sites,
						tell_site),
		cmocka_unit_test_setup_teardown(every_site_of_gen3_may_fail, forget_sites,
						tell_site),
		cmocka_unit_test_setup_teardown(every_site_of_gen4_may_fail, forget_sites,
						tell_site),
	};
	const struct CMUnitTest pairs[] = {
		cmocka_unit_test_setup_teardown(any_two_sites_may_fail, forget_sites,
						tell_site),
	};

	if (argc == 2 && strcmp(argv[1], "pairs") == 0) {
		return cmocka_run_group_tests(pairs, NULL, NULL);
	}
	if (argc == 2 && strcmp(argv[1], "quick") == 0) {
		return cmocka_run_group_tests(quick, NULL, NULL);
	}
	return cmocka_run_group_tests(full, NULL, NULL);
}
