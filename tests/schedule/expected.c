// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * expected.c - the recorded number of schedules of each scene. A smaller one means lost scope,
 * another one that calls take other steps: both are said in the same commit, or fail.
 */
#include <stdio.h>
#include <string.h>

#include "exhaust.h"

static bool find(FILE *file, const char *scene, uint32_t distance,
		 unsigned long long *schedules)
{
	char line[200];
	char word[80];
	unsigned int at;

	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] != '#' && sscanf(line, "%79s %u %llu", word, &at, schedules) == 3 &&
		    strcmp(word, scene) == 0 && at == distance) {
			return true;
		}
	}
	return false;
}

bool exhaust_expect(const char *path, const char *scene, uint32_t distance, uint64_t schedules)
{
	FILE *file = fopen(path, "r");
	unsigned long long recorded = 0;
	bool is_there;

	if (file == NULL) {
		(void)fprintf(stderr, "%s cannot be read\n", path);
		return false;
	}
	is_there = find(file, scene, distance, &recorded);
	(void)fclose(file);
	if (is_there && recorded == schedules) {
		return true;
	}
	(void)fprintf(stderr,
		      "%s: recorded are %llu schedules; if the change is meant, write this "
		      "line:\n%s %u %llu\n",
		      path, recorded, scene, distance, (unsigned long long)schedules);
	return false;
}
