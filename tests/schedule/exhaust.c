// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * exhaust.c - schedules as lists of differences, tried one after the other: each that has been
 * run gives those that differ from it in one more place, later than its last.
 */
#include "exhaust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

/** struct search - a scene that is being gone through. */
struct search {
	struct machine *m;
	const struct scene *scene;
	struct policy policy;
	uint32_t distance;
	struct exhaust_counts counts;
};

/* Rest of the line that says how to run it again. */
static void tell_schedule(void *arg)
{
	const struct policy *policy = arg;
	uint32_t i;

	(void)fprintf(stderr, " --schedule '");
	for (i = 0; i < policy->listed_count; i++) {
		(void)fprintf(stderr, "%s%u:%u", i == 0 ? "" : ",", policy->listed[i].decision,
			      policy->listed[i].other);
	}
	(void)fprintf(stderr, "'");
}

static void run(struct machine *m, const struct scene *scene, const struct policy *policy)
{
	machine_load(m);
	m->trace->tell_more = tell_schedule;
	m->trace->more = (void *)policy;
	cpus_begin(m->cpus, policy);
	scene_add_cpus(m, scene);
	cpus_run(m->cpus);
	program_end(m);
	m->trace->tell_more = NULL;
}

/** struct level - a schedule of the search that was run, and how far its children are. */
struct level {
	uint32_t decisions;
	uint32_t decision; /* of the next child */
	uint32_t other;
	uint8_t options[DECISIONS];
};

static void run_level(struct search *search, struct level *level)
{
	const struct cpus *cpus = search->m->cpus;
	uint32_t count = search->policy.listed_count;

	run(search->m, search->scene, &search->policy);
	search->counts.schedules++;
	search->counts.steps += cpus->points;
	if (cpus->decisions > search->counts.longest) {
		search->counts.longest = cpus->decisions;
	}
	level->decisions = cpus->decisions;
	memcpy(level->options, cpus->options, cpus->decisions);
	level->decision = count == 0 ? 0 : search->policy.listed[count - 1].decision + 1;
	level->other = 1;
}

/* Sets the next child's difference; false when there is none. */
static bool next_child(struct search *search, struct level *level)
{
	struct policy *policy = &search->policy;

	while (level->decision < level->decisions &&
	       level->other >= level->options[level->decision]) {
		level->decision++;
		level->other = 1;
	}
	if (level->decision >= level->decisions) {
		return false;
	}
	policy->listed[policy->listed_count].decision = level->decision;
	policy->listed[policy->listed_count].other = level->other++;
	policy->listed_count++;
	return true;
}

static void go_through(struct search *search)
{
	static struct level levels[LISTED_MOST + 1];
	uint32_t depth = 0;

	run_level(search, &levels[0]);
	for (;;) {
		if (depth < search->distance && next_child(search, &levels[depth])) {
			depth++;
			run_level(search, &levels[depth]);
		} else if (depth == 0) {
			return;
		} else {
			depth--;
			search->policy.listed_count--;
		}
	}
}

struct exhaust_counts exhaust_scene(struct machine *m, const struct scene *scene,
				    uint32_t distance)
{
	struct search search = {.m = m, .scene = scene};

	search.policy.kind = POLICY_LISTED;
	search.policy.seed = 1;
	scene_set_up(m, scene);
	machine_save(m);
	/* Nearest first: what is found has as few differences as it can. */
	for (search.distance = 0; search.distance <= distance; search.distance++) {
		memset(&search.counts, 0, sizeof(search.counts));
		go_through(&search);
	}
	search.counts.distance = distance;
	return search.counts;
}

static bool parse(const char *text, struct policy *policy)
{
	while (*text != '\0') {
		struct choice *choice = &policy->listed[policy->listed_count];
		int used = 0;

		if (policy->listed_count == LISTED_MOST ||
		    sscanf(text, "%u:%u%n", &choice->decision, &choice->other, &used) != 2) {
			return false;
		}
		policy->listed_count++;
		text += used;
		text += *text == ',' ? 1 : 0;
	}
	return true;
}

bool exhaust_one(struct machine *m, const struct scene *scene, const char *schedule)
{
	struct policy policy = {.kind = POLICY_LISTED, .seed = 1};
	bool loud = m->trace->loud;

	if (!parse(schedule, &policy)) {
		return false;
	}
	m->trace->loud = false;
	scene_set_up(m, scene);
	machine_save(m);
	m->trace->loud = loud;
	run(m, scene, &policy);
	return true;
}
