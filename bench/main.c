// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * main.c - the page-table benchmark: each workload done by all sides in one process. Prints one
 * JSON object; scripts/lib/bench makes tables and verdicts of it.
 *
 * usage: bench [--format s2-40|s1-32] [--non-coherent] [--reps N] [--once] [--ours]
 *              [WORKLOAD...]
 *
 * Times are of this thread's CPU clock, in ns for each operation: the median of the
 * repetitions, the least and the most. A ratio is taken in each repetition, and then likewise.
 * --once runs each side one time, without the repetition that is thrown away, and what goes
 * over 64 GiB over one: for tools that count instructions inside bench_timed(), which is called
 * for all sides of a workload in the order in which they are printed. Counts are of the last
 * repetition.
 */
#include "measure.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const format_names[] = {"s2-40", "s1-32"};

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static json_t *json_of_times(const double *values, uint32_t count)
{
	double sorted[MEASURE_MOST_REPS];

	memcpy(sorted, values, count * sizeof(values[0]));
	qsort(sorted, count, sizeof(sorted[0]), compare);
	return json_pack("{s:f, s:f, s:f}", "median", sorted[count / 2], "least", sorted[0],
			 "most", sorted[count - 1]);
}

/* What one side takes of what another does, in each repetition. */
static json_t *json_of_ratio(const struct measure_result *a, const struct measure_result *b,
			     uint32_t count)
{
	double ratios[MEASURE_MOST_REPS];
	uint32_t i;

	for (i = 0; i < count; i++) {
		ratios[i] = a->ns[i] / b->ns[i];
	}
	return json_of_times(ratios, count);
}

static json_t *json_of_counts(const struct measure_result *r)
{
	const struct bench_memory *m = &r->counts;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "cleans", (json_int_t)m->cleans,
			 "lines", (json_int_t)m->lines, "allocs", (json_int_t)m->allocs,
			 "flushes", (json_int_t)m->flushes, "pages", (json_int_t)m->live,
			 "hinted", (json_int_t)r->hinted);
}

static void set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0) {
		bench_fail("no memory");
	}
}

/* "over" is this side's time over ours, "under" ours over this side's. */
static json_t *json_of_side(const struct measure_options *o, uint32_t number,
			    const struct measure_result *results)
{
	const struct bench_side *side = bench_sides[number];
	const struct measure_result *r = &results[number];
	json_t *object = json_pack("{s:s, s:I}", "name", side->name, "ops", (json_int_t)r->ops);

	if (side->memory != NULL) {
		set(object, "counts", json_of_counts(r));
	}
	if (!o->once) {
		set(object, "ns", json_of_times(r->ns, o->reps));
	}
	if (!o->once && number > 0) {
		set(object, "over", json_of_ratio(r, results, o->reps));
		set(object, "under", json_of_ratio(results, r, o->reps));
	}
	return object;
}

static json_t *json_of_row(struct bench *b, const struct measure_options *o, uint32_t row)
{
	static struct measure_result results[BENCH_SIDES];
	json_t *sides = json_array();
	uint32_t i;

	bench_measure(b, o, row, results);
	for (i = 0; i < BENCH_SIDES; i++) {
		if (bench_is_done(o, row, i)) {
			(void)json_array_append_new(sides, json_of_side(o, i, results));
		}
	}
	return json_pack("{s:s, s:s, s:I, s:o}", "name", bench_rows[row].name, "what",
			 bench_rows[row].what, "span", (json_int_t)bench_span(o, row), "sides",
			 sides);
}

static int bad_usage(void)
{
	fputs("usage: bench [--format s2-40|s1-32] [--non-coherent] [--reps N] [--once] "
	      "[--ours] "
	      "[WORKLOAD...]\n",
	      stderr);
	return 2;
}

static bool parse_format(const char *name, struct measure_options *o)
{
	uint32_t i;

	for (i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++) {
		if (strcmp(name, format_names[i]) == 0) {
			o->format = (enum bench_format)i;
			return true;
		}
	}
	return false;
}

/* The number of arguments that are options; 0 where they are wrong. */
static int parse(int argc, char **argv, struct measure_options *o)
{
	int i;

	o->coherent = true;
	o->reps = 7;
	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--once") == 0) {
			o->once = true;
		} else if (strcmp(argv[i], "--ours") == 0) {
			o->ours_only = true;
		} else if (strcmp(argv[i], "--non-coherent") == 0) {
			o->coherent = false;
		} else if (strcmp(argv[i], "--reps") == 0 && i + 1 < argc) {
			o->reps = (uint32_t)strtoul(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "--format") != 0 || i + 1 >= argc ||
			   !parse_format(argv[++i], o)) {
			return 0;
		}
	}
	o->reps = o->once ? 1 : o->reps;
	return o->reps >= 1 && o->reps <= MEASURE_MOST_REPS ? i : 0;
}

static bool is_wanted(const char *name, char **names, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0) {
			return true;
		}
	}
	return count == 0;
}

int main(int argc, char **argv)
{
	static struct bench bench;
	struct measure_options o = {.reps = 0};
	json_t *rows = json_array();
	json_t *object;
	int first = parse(argc, argv, &o);
	uint32_t i;

	if (first == 0) {
		return bad_usage();
	}
	for (i = 0; i < bench_row_count; i++) {
		if (bench_span(&o, i) != 0 &&
		    is_wanted(bench_rows[i].name, argv + first, argc - first)) {
			(void)json_array_append_new(rows, json_of_row(&bench, &o, i));
		}
	}
	object = json_pack("{s:s, s:b, s:I, s:s, s:o}", "format", format_names[o.format],
			   "coherent", o.coherent, "reps", (json_int_t)o.reps, "compiler",
			   __VERSION__, "rows", rows);
	if (object == NULL || json_dumpf(object, stdout, JSON_INDENT(1)) != 0) {
		bench_fail("cannot write the result");
	}
	putchar('\n');
	json_decref(object);
	return 0;
}
