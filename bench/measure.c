// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * measure.c - all sides do a workload in turn, again and again. Knows no format of results.
 */
#define _POSIX_C_SOURCE 200809L
#include "measure.h"

#include <string.h>
#include <time.h>

#define ROW(id, name, what, before, run, flags, span40, span32) \
	{name, what, flags, {span40, span32}},
const struct bench_row bench_rows[] = {
#include "rows.h"
};
#undef ROW

const uint32_t bench_row_count = sizeof(bench_rows) / sizeof(bench_rows[0]);

const struct bench_side *const bench_sides[BENCH_SIDES] = {
	&bench_ours,
	&bench_null,
	&bench_limit,
#ifdef BENCH_WITH_LINUX
	&bench_linux,
#endif
};

static double now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

uint64_t bench_span(const struct measure_options *o, uint32_t row)
{
	const uint64_t span = bench_rows[row].span[o->format];

	/* Under a tool that counts, the greatest would take minutes. */
	return o->once && span == 64 * GIB ? GIB : span;
}

bool bench_is_done(const struct measure_options *o, uint32_t row, uint32_t side)
{
	const struct bench_side *who = bench_sides[side];
	const uint32_t flags = bench_rows[row].flags;

	if (who == NULL || who->steps[row].run == NULL || bench_span(o, row) == 0) {
		return false;
	}
	if (o->ours_only && who != &bench_ours && who != &bench_null) {
		return false;
	}
	if (who == &bench_null) {
		return o->once;
	}
	if (who == &bench_limit && (flags & BENCH_NO_LIMIT) != 0) {
		return false;
	}
	return who == &bench_ours || (flags & BENCH_ALONE) == 0;
}

static void set_up(struct bench *b, const struct measure_options *o, uint32_t row)
{
	b->format = o->format;
	b->coherent = o->coherent;
	b->flags = bench_rows[row].flags;
	b->span = bench_span(o, row);
	b->tables = b->span < 64 * MIB ? (uint32_t)(64 * MIB / b->span) : 1;
}

static double run_side(struct bench *b, uint32_t row, const struct bench_side *side,
		       struct measure_result *result)
{
	struct bench_memory *memory = side->memory == NULL ? NULL : side->memory(b);
	double start;

	if (memory != NULL) {
		bench_memory_count(memory);
	}
	b->consumed = 0;
	start = now_ns();
	result->ops = bench_timed(side->steps[row].run, b);
	start = now_ns() - start;
	result->answers = b->consumed;
	if (memory != NULL) {
		result->counts = *memory;
	}
	return start / (double)result->ops;
}

/* What stands before a run, as near to it as can be: caches hold this side's tables then. */
static void prepare_side(struct bench *b, const struct measure_options *o, uint32_t row,
			 const struct bench_side *side)
{
	if ((b->flags & BENCH_IN_PLACE) == 0) {
		side->steps[row].before(b);
	} else if (!o->once) {
		(void)side->steps[row].run(b);
	}
}

/* Each side in turn, another one first each time. */
static void repeat(struct bench *b, const struct measure_options *o, uint32_t row,
		   uint32_t turn, uint32_t slot, struct measure_result results[BENCH_SIDES])
{
	uint32_t i;

	set_up(b, o, row);
	for (i = 0; i < BENCH_SIDES; i++) {
		if (bench_is_done(o, row, i) && (b->flags & BENCH_IN_PLACE) != 0) {
			bench_sides[i]->steps[row].before(b);
		}
	}
	for (i = 0; i < BENCH_SIDES; i++) {
		const uint32_t side = (i + turn) % BENCH_SIDES;

		if (bench_is_done(o, row, side)) {
			prepare_side(b, o, row, bench_sides[side]);
			results[side].ns[slot] =
				run_side(b, row, bench_sides[side], &results[side]);
		}
	}
	if ((b->flags & BENCH_HINT) != 0) {
		results[0].hinted = bench_ours_hinted(b);
	}
	for (i = 0; i < BENCH_SIDES; i++) {
		if (bench_is_done(o, row, i)) {
			bench_sides[i]->close(b);
		}
	}
}

/* Whoever answers something else has done something else. */
static void compare_answers(const struct measure_options *o, uint32_t row,
			    const struct measure_result results[BENCH_SIDES])
{
	uint32_t i;

	for (i = 1; i < BENCH_SIDES; i++) {
		if (bench_is_done(o, row, i) && bench_sides[i] != &bench_null &&
		    results[i].answers != results[0].answers) {
			bench_fail("two sides translate to different addresses");
		}
	}
}

void bench_measure(struct bench *b, const struct measure_options *o, uint32_t row,
		   struct measure_result results[BENCH_SIDES])
{
	uint32_t i;

	memset(results, 0, BENCH_SIDES * sizeof(results[0]));
	for (i = 0; i < BENCH_SCATTERED; i++) {
		bench_scatter[i].v = (bench_random(i) >> 20 & (64 * GIB - 1)) & ~4095ull;
	}
	if (!o->once) {
		/* Memory is touched for the first time here; the next overwrites it. */
		repeat(b, o, row, 0, 0, results);
	}
	for (i = 0; i < o->reps; i++) {
		repeat(b, o, row, o->once ? 0 : i, i, results);
		compare_answers(o, row, results);
	}
}
