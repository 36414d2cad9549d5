// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_schedule.c - the library on several CPUs, in every order that is tried: see cpus.h for
 * how they take turns, books.h for what the host knows, and judge.h, answer.h, records.h,
 * heap.h, memory.h and hooks.h for what must hold.
 *
 * usage: test_schedule random [--calls N] [--seed N]
 *        test_schedule scenes [--nightly] [--record]
 *        test_schedule --seed N [--trace]
 *        test_schedule --scene NAME [--schedule LIST | --distance N] [--trace]
 *        test_schedule --list
 *
 *	random      runs from --seed on (or IPMMU_TEST_SEED, or 1), until N public calls were
 *	            made; default 1000000, fewer with AddressSanitizer
 *	scenes      every schedule of every scene up to its distance; counted, and held against
 *	            expected.txt. --record prints the lines for it instead. --nightly goes one
 *	            or two differences further
 *	--seed      one random run
 *	--scene     one scene: one schedule, or all
 *	--trace     each step, not only the last
 *
 * Exit codes: 0 nothing was found, 1 something was, 2 wrong arguments.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asan.h"
#include "exhaust.h"
#include "machine.h"
#include "random.h"

enum {
#ifdef SCHEDULE_ASAN
	DEFAULT_CALLS = 200000, /* each takes several times as long */
#else
	DEFAULT_CALLS = 1000000,
#endif
	ENOUGH_CALLS = 100000 /* that each call and each answer has come */
};

/** struct options - the command line. */
struct options {
	const char *mode; /* random, scenes or NULL */
	const char *scene;
	const char *schedule;
	uint64_t calls;
	uint64_t seed;
	bool one_seed;
	bool nightly;
	bool record;
	bool list;
	bool trace;
	int distance; /* -1: the scene's */
};

static int usage(void)
{
	(void)fprintf(stderr,
		      "usage: test_schedule random [--calls N] [--seed N]\n"
		      "       test_schedule scenes [--nightly] [--record]\n"
		      "       test_schedule --seed N [--trace]\n"
		      "       test_schedule --scene NAME [--schedule LIST | --distance N] "
		      "[--trace]\n"
		      "       test_schedule --list\n");
	return 2;
}

static bool parse_number(const char *text, uint64_t *number)
{
	char *end = NULL;

	if (text == NULL || *text < '0' || *text > '9') {
		return false;
	}
	*number = strtoull(text, &end, 10);
	return *end == '\0';
}

static bool parse_flag(const char *word, struct options *options)
{
	const struct {
		const char *word;
		bool *flag;
	} flags[] = {{"--nightly", &options->nightly},
		     {"--record", &options->record},
		     {"--list", &options->list},
		     {"--trace", &options->trace}};
	uint32_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (strcmp(word, flags[i].word) == 0) {
			*flags[i].flag = true;
			return true;
		}
	}
	return false;
}

/* An option with a value. */
static bool parse_value(const char *word, const char *value, struct options *options)
{
	uint64_t number = 0;

	if (strcmp(word, "--scene") == 0) {
		options->scene = value;
		return value != NULL;
	}
	if (strcmp(word, "--schedule") == 0) {
		options->schedule = value;
		return value != NULL;
	}
	if (!parse_number(value, &number)) {
		return false;
	}
	if (strcmp(word, "--calls") == 0) {
		options->calls = number;
	} else if (strcmp(word, "--seed") == 0) {
		options->seed = number;
		options->one_seed = options->mode == NULL;
	} else if (strcmp(word, "--distance") == 0 && number <= LISTED_MOST) {
		options->distance = (int)number;
	} else {
		return false;
	}
	return true;
}

static bool parse(int argc, char **argv, struct options *options)
{
	int i = 1;

	if (i < argc && (strcmp(argv[i], "random") == 0 || strcmp(argv[i], "scenes") == 0)) {
		options->mode = argv[i++];
	}
	for (; i < argc; i++) {
		if (!parse_flag(argv[i], options)) {
			const char *value = i + 1 < argc ? argv[i + 1] : NULL;

			if (!parse_value(argv[i], value, options)) {
				return false;
			}
			i++;
		}
	}
	return true;
}

/* ---- modes ---- */

static int list_scenes(void)
{
	const struct scene *scene;
	uint32_t i;

	for (i = 0; (scene = scene_list(i)) != NULL; i++) {
		(void)printf("%-18s %s\n", scene->name, scene->what);
	}
	return 0;
}

static bool go_through(struct machine *m, const struct scene *scene, uint32_t distance,
		       const struct options *options)
{
	struct exhaust_counts counts = exhaust_scene(m, scene, distance);

	if (options->record) {
		(void)printf("%s %u %llu\n", scene->name, distance,
			     (unsigned long long)counts.schedules);
		return true;
	}
	(void)printf("%-18s %8llu schedules with up to %u differences, %llu points, at most %u "
		     "choices\n",
		     scene->name, (unsigned long long)counts.schedules, distance,
		     (unsigned long long)counts.steps, counts.longest);
	/* What is tried further at night is counted, and not compared. */
	return options->scene != NULL || options->nightly ||
	       exhaust_expect(SCHEDULE_EXPECTED, scene->name, distance, counts.schedules);
}

/* Each in a process of its own: what is found in one does not hide what is in the next. */
static bool run_apart(struct machine *m, const struct scene *scene,
		      const struct options *options)
{
	uint32_t distance = options->nightly ? scene->nightly : scene->distance;
	int status = 1;
	pid_t child;

	(void)fflush(stdout);
	child = fork();
	if (child == 0) {
		status = go_through(m, scene, distance, options) ? 0 : 1;
		(void)fflush(stdout);
		_exit(status);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static int run_scenes(struct machine *m, const struct options *options)
{
	const struct scene *scene;
	uint32_t failed = 0;
	uint32_t i;

	for (i = 0; (scene = scene_list(i)) != NULL; i++) {
		failed += run_apart(m, scene, options) ? 0 : 1;
	}
	if (!options->record) {
		(void)printf("%u scenes, %u failed\n", i, failed);
	}
	return failed == 0 ? 0 : 1;
}

static int run_scene(struct machine *m, const struct options *options)
{
	const struct scene *scene = scene_find(options->scene);
	uint32_t distance;

	if (scene == NULL) {
		(void)fprintf(stderr, "no scene is called '%s'; see --list\n", options->scene);
		return 2;
	}
	if (options->schedule != NULL) {
		return exhaust_one(m, scene, options->schedule) ? 0 : usage();
	}
	distance = options->distance < 0 ? scene->distance : (uint32_t)options->distance;
	return go_through(m, scene, distance, options) ? 0 : 1;
}

static int run_random(struct machine *m, const struct options *options)
{
	bool has_scope = true;

	if (options->one_seed) {
		random_run(m, options->seed);
	} else {
		(void)printf("runs from --seed %llu on\n", (unsigned long long)options->seed);
		random_runs(m, options->seed, options->calls);
		has_scope = options->calls < ENOUGH_CALLS || random_has_scope(m);
	}
	random_report(m);
	return has_scope ? 0 : 1;
}

int main(int argc, char **argv)
{
	static struct trace trace;
	static struct counts counts;
	const char *from = getenv("IPMMU_TEST_SEED");
	struct options options = {.calls = DEFAULT_CALLS, .seed = 1, .distance = -1};
	struct machine *m;
	int status;

	(void)parse_number(from, &options.seed);
	if (!parse(argc, argv, &options)) {
		return usage();
	}
	if (options.list) {
		return list_scenes();
	}
	m = machine_new(&trace, &counts);
	trace_catch(m);
	trace.loud = options.trace;
	if (options.scene != NULL) {
		status = run_scene(m, &options);
	} else if (options.mode != NULL && strcmp(options.mode, "scenes") == 0) {
		status = run_scenes(m, &options);
	} else {
		status = run_random(m, &options);
	}
	machine_free(m);
	return status;
}
