// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * main.c - the page-table benchmark: each workload beside its limit, in one process.
 *
 * usage: bench [--json] [--once] [--non-coherent] [--reps N] [WORKLOAD...]
 *
 * Times are of this thread's CPU clock, the median of the repetitions, with the spread from
 * the fastest to the slowest; a ratio is the median of those of each repetition. --once runs
 * our side only, one time, for tools that count instructions inside bench_timed().
 */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	MOST_REPS = 99
};

/** struct options - of the command line. */
struct options {
	bool json;
	bool once;
	bool coherent;
	uint32_t reps;
	int first_name; /**< of argv */
	int names;
	char **argv;
};

/** struct result - of one workload. */
struct result {
	double ours[MOST_REPS];
	double limit[MOST_REPS];
	double ratio[MOST_REPS];
	struct bench_host counts;
};

static double now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* By its own name, so that a tool can count what happens inside. */
__attribute__((noinline)) void bench_timed(void (*fn)(struct bench *b), struct bench *b);

__attribute__((noinline)) void bench_timed(void (*fn)(struct bench *b), struct bench *b)
{
	fn(b);
	__asm__ volatile("" ::: "memory");
}

static double timed(void (*fn)(struct bench *b), struct bench *b, uint64_t ops)
{
	double start = now_ns();

	bench_timed(fn, b);
	return (now_ns() - start) / (double)ops;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, uint32_t count)
{
	qsort(values, count, sizeof(values[0]), compare);
	return values[count / 2];
}

static void run(const struct bench_row *row, struct bench *b, const struct options *o,
		struct result *result)
{
	uint32_t i;

	for (i = 0; i < o->reps; i++) {
		bench_open(b, o->coherent, IPMMU_PT_NEVER);
		row->before(b);
		b->host.cleans = 0;
		b->host.lines = 0;
		b->host.allocs = 0;
		b->host.flushes = 0;
		if (row->limit != NULL && !o->once) {
			result->limit[i] = timed(row->limit, b, row->ops);
		}
		result->ours[i] = timed(row->ours, b, row->ops);
		result->counts = b->host;
		result->ratio[i] =
			result->limit[i] > 0 ? result->ours[i] / result->limit[i] : 0;
		bench_close(b);
	}
}

static const char *verdict(const struct bench_row *row, double ratio)
{
	if (row->gate == 0) {
		return "";
	}
	return ratio * 100 <= row->gate ? "pass" : "falls short";
}

static void print_text(const struct bench_row *row, const struct options *o, struct result *r)
{
	double limit = median(r->limit, o->reps);
	double ratio = median(r->ratio, o->reps);
	double ours = median(r->ours, o->reps);

	printf("%-13s %8.2f %5.0f%% ", row->name, ours,
	       100 * (r->ours[o->reps - 1] - r->ours[0]) / ours);
	if (row->limit != NULL) {
		printf("%8.2f %6.2f ", limit, ratio);
	} else {
		printf("%8s %6s ", "-", "-");
	}
	printf("%8llu %8llu %7llu %5llu  %s %s\n", (unsigned long long)r->counts.cleans,
	       (unsigned long long)r->counts.lines, (unsigned long long)r->counts.allocs,
	       (unsigned long long)r->counts.flushes, row->gate_name, verdict(row, ratio));
}

static void print_json(const struct bench_row *row, const struct options *o, struct result *r,
		       bool first)
{
	double ratio = median(r->ratio, o->reps);

	printf("%s\n  {\"name\": \"%s\", \"ops\": %llu, \"ns\": %.4f, \"limit_ns\": %.4f, "
	       "\"ratio\": %.4f, \"cleans\": %llu, \"lines\": %llu, \"allocs\": %llu, "
	       "\"flushes\": %llu, \"gate\": \"%s\", \"verdict\": \"%s\"}",
	       first ? "" : ",", row->name, (unsigned long long)row->ops,
	       median(r->ours, o->reps), median(r->limit, o->reps), ratio,
	       (unsigned long long)r->counts.cleans, (unsigned long long)r->counts.lines,
	       (unsigned long long)r->counts.allocs, (unsigned long long)r->counts.flushes,
	       row->gate_name, verdict(row, ratio));
}

static bool is_wanted(const struct options *o, const char *name)
{
	int i;

	for (i = 0; i < o->names; i++) {
		if (strcmp(o->argv[o->first_name + i], name) == 0) {
			return true;
		}
	}
	return o->names == 0;
}

static int bad_usage(void)
{
	fputs("usage: bench [--json] [--once] [--non-coherent] [--reps N] [WORKLOAD...]\n",
	      stderr);
	return 2;
}

static int parse(int argc, char **argv, struct options *o)
{
	int i;

	memset(o, 0, sizeof(*o));
	o->coherent = true;
	o->reps = 7;
	o->argv = argv;
	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			o->json = true;
		} else if (strcmp(argv[i], "--once") == 0) {
			o->once = true;
			o->reps = 1;
		} else if (strcmp(argv[i], "--non-coherent") == 0) {
			o->coherent = false;
		} else if (strcmp(argv[i], "--reps") == 0 && i + 1 < argc) {
			o->reps = (uint32_t)strtoul(argv[++i], NULL, 10);
		} else {
			return bad_usage();
		}
	}
	o->first_name = i;
	o->names = argc - i;
	return o->reps >= 1 && o->reps <= MOST_REPS ? 0 : bad_usage();
}

int main(int argc, char **argv)
{
	static struct bench bench;
	struct options o;
	uint32_t i;
	bool first = true;

	if (parse(argc, argv, &o) != 0) {
		return 2;
	}
	if (!o.json) {
		printf("%-13s %8s %6s %8s %6s %8s %8s %7s %5s\n", "workload", "ns/op", "spread",
		       "limit", "ratio", "cleans", "lines", "tables", "flush");
	} else {
		printf("{\"coherent\": %s, \"compiler\": \"%s\", \"rows\": [",
		       o.coherent ? "true" : "false", __VERSION__);
	}
	for (i = 0; i < bench_row_count; i++) {
		static struct result result;

		if (!is_wanted(&o, bench_rows[i].name)) {
			continue;
		}
		memset(&result, 0, sizeof(result));
		run(&bench_rows[i], &bench, &o, &result);
		if (o.json) {
			print_json(&bench_rows[i], &o, &result, first);
		} else {
			print_text(&bench_rows[i], &o, &result);
		}
		first = false;
	}
	printf("%s", o.json ? "\n]}\n" : "");
	return bench.consumed == 0xdeadbeef ? 1 : 0;
}
