// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * expected.c - the recorded size of each state space. A smaller one means lost scope, another
 * one that the behaviour changed: both are said in the same commit, or fail.
 */
#include "explore.h"

#include <stdio.h>
#include <string.h>

#include "kit_cmocka.h"

static bool find(FILE *file, const char *name, unsigned long long *states,
		 unsigned long long *transitions)
{
	char line[200];
	char word[80];

	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] != '#' &&
		    sscanf(line, "%79s %llu %llu", word, states, transitions) == 3 &&
		    strcmp(word, name) == 0) {
			return true;
		}
	}
	*states = 0;
	*transitions = 0;
	return false;
}

void explore_expect(const char *name, const struct explore_counts *counts)
{
	FILE *file = fopen(EXPLORE_EXPECTED, "r");
	unsigned long long states = 0;
	unsigned long long transitions = 0;
	bool found;

	assert_non_null(file);
	found = find(file, name, &states, &transitions);
	(void)fclose(file);
	print_message("%s: %llu states, %llu transitions, depth %u, %llu MiB, %s\n", name,
		      (unsigned long long)counts->states,
		      (unsigned long long)counts->transitions, counts->depth,
		      (unsigned long long)(counts->most_bytes >> 20),
		      counts->closed ? "complete" : "NOT COMPLETE");
	assert_true(counts->closed);
	if (!found || states != counts->states || transitions != counts->transitions) {
		print_error("%s: recorded are %llu states and %llu transitions; if the change "
			    "is meant, write this line:\n%s %llu %llu\n",
			    EXPLORE_EXPECTED, states, transitions, name,
			    (unsigned long long)counts->states,
			    (unsigned long long)counts->transitions);
		fail();
	}
}
