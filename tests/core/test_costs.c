// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Register accesses of each operation, counted exactly: more fails, and so does less.
 *
 * The rows are the tables of docs/register-accesses.md: with --page this program prints the
 * page, with --check FILE it compares.
 */
#include <string.h>

#include "costs.h"

static const struct {
	enum ipmmu_generation generation;
	enum ipmmu_mode mode;
	uint32_t caches;
} machines[] = {
	{IPMMU_GEN3, IPMMU_MODE_S2, 2},         {IPMMU_GEN3, IPMMU_MODE_S2, 1},
	{IPMMU_GEN3, IPMMU_MODE_S1_AARCH32, 2}, {IPMMU_GEN4, IPMMU_MODE_S2, 2},
	{IPMMU_GEN2, IPMMU_MODE_S1_AARCH32, 0},
};

static struct size size_of(const struct kit *kit)
{
	bool gen2 = kit->config.generation == IPMMU_GEN2;
	struct size size = {.n = kit->soc.contexts,
			    .c = kit->config.caches,
			    .k = kit->masters[AUDIO].desc.port_count,
			    .u = kit->soc.utlbs * (gen2 ? 1 : kit->config.caches),
			    .r = 1,
			    .a = 2,
			    .stage1 = kit->config.mode != IPMMU_MODE_S2,
			    .f = gen2                                   ? 1
				 : kit->config.generation == IPMMU_GEN3 ? 3
									: 2,
			    .gen2 = gen2};

	return size;
}

static bool count(const struct row *row, size_t machine)
{
	struct kit_config config = kit_config();
	struct cost expected;
	struct size size;
	struct kit *kit;
	bool same;

	config.generation = machines[machine].generation;
	config.mode = machines[machine].mode;
	config.caches = machines[machine].caches;
	config.model.flush_us = 0;
	if (row->configure != NULL) {
		row->configure(&config);
	}
	kit = costs_watched(&config);
	size = size_of(kit);
	expected = row->formula(&size);
	row->prepare(kit);
	kit_forget(kit);
	costs_begin_watch();
	row->operate(kit);
	same = kit->reads == expected.reads && kit->writes == expected.writes;
	if (!same) {
		fprintf(stderr, "%s, machine %zu: %llu R + %llu W, expected %u R + %u W\n",
			row->name, machine, (unsigned long long)kit->reads,
			(unsigned long long)kit->writes, expected.reads, expected.writes);
	}
	if (row->operate != costs_create && !costs_holds_are_short(&size)) {
		fprintf(stderr, "%s, machine %zu: a lock is held for long\n", row->name,
			machine);
		same = false;
	}
	kit_free(kit);
	return same;
}

static const struct costs_part *const parts[] = {&costs_life, &costs_use};

static void each_operation_takes_exactly_its_register_accesses(void **state)
{
	bool same = true;
	size_t p;
	size_t i;
	size_t m;

	(void)state;
	for (p = 0; p < 2; p++) {
		for (i = 0; i < parts[p]->count; i++) {
			for (m = 0; m < sizeof(machines) / sizeof(machines[0]); m++) {
				if (machines[m].caches >= parts[p]->rows[i].least_caches) {
					same = count(&parts[p]->rows[i], m) && same;
				}
			}
		}
	}
	assert_true(same);
}

/* ---- the page ---- */

static void print_page(FILE *out)
{
	size_t p;
	size_t i;

	/* In two pieces, or reuse takes the lines of the page for those of this file. */
	fputs("<!-- SPDX-"
	      "License-Identifier: BSD-2-Clause -->\n"
	      "<!-- SPDX-"
	      "FileCopyrightText: 2026 The libipmmu authors -->\n"
	      "<!-- Written by tests/core/test_costs --page. Change its rows instead. -->\n\n"
	      "# Register accesses\n\n"
	      "What each call reads (R) and writes (W), counted on the model. The test that\n"
	      "holds this table fails when a call does more, and when it does less.\n\n"
	      "k: uTLBs of the master. c: caches in use by the domain (at create: all "
	      "caches).\n"
	      "q: uTLBs that select the context, after the master has left; 0 where the host "
	      "sets\n"
	      "context_flush_reaches_utlbs.\n"
	      "n: contexts of the root. u: uTLBs of all units. r: running uTLBs that are "
	      "denied.\n"
	      "a: contexts in use, deny included. g: 2 + c read-modify-writes of global\n"
	      "registers, 0 on Gen2. t: table registers and IMSTR: 4 in stage 2, 5 in stage "
	      "1,\n"
	      "6 in stage-1 VMSAv8-64 less IMBUSCR and with TTBR1 7; Gen2 6, and 1 R more.\n"
	      "f: 2 R for the fault's address, 1 on Gen2; 1 more for IMSSTR on Gen3.\n\n"
	      "Each flush is counted with one look that sees it ended. One that takes longer\n"
	      "costs one R per unit and look more, until the time-out: at most 100 looks per\n"
	      "microsecond of it, so that a clock that stands still ends it as well.\n\n"
	      "| call | R | W | least | more than that, and why |\n|---|---|---|---|---|\n",
	      out);
	for (p = 0; p < 2; p++) {
		for (i = 0; i < parts[p]->count; i++) {
			const struct row *row = &parts[p]->rows[i];

			fprintf(out, "| %s | %s | %s | %s | %s |\n", row->name, row->reads,
				row->writes, row->least, row->extra);
		}
	}
	costs_unmaps_page(out);
	costs_faults_page(out);
	costs_locks_page(out);
}

static int check_page(const char *path)
{
	char ours[512];
	char theirs[512];
	FILE *page = tmpfile();
	FILE *file = fopen(path, "r");
	int same = page != NULL && file != NULL;

	if (same) {
		print_page(page);
		rewind(page);
	}
	while (same) {
		char *a = fgets(ours, sizeof(ours), page);
		char *b = fgets(theirs, sizeof(theirs), file);

		same = (a == NULL) == (b == NULL) && (a == NULL || strcmp(ours, theirs) == 0);
		if (a == NULL || b == NULL) {
			break;
		}
	}
	if (page != NULL) {
		fclose(page);
	}
	if (file != NULL) {
		fclose(file);
	}
	if (!same) {
		fprintf(stderr, "%s is not up to date: test_costs --page > %s\n", path, path);
	}
	return same ? 0 : 1;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_operation_takes_exactly_its_register_accesses),
		cmocka_unit_test(costs_unmaps_take_two_flushes),
		cmocka_unit_test(costs_of_faults_are_bounded),
		cmocka_unit_test(costs_of_locks_are_bounded),
	};

	if (argc == 2 && strcmp(argv[1], "--page") == 0) {
		print_page(stdout);
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "--check") == 0) {
		return check_page(argv[2]);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
