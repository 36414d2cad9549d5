/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * measure.h - all workloads and all sides, and one workload measured.
 */
#ifndef IPMMU_BENCH_MEASURE_H
#define IPMMU_BENCH_MEASURE_H

#include "bench.h"

enum {
	MEASURE_MOST_REPS = 99,
	BENCH_SIDES = 4 /**< ours first; some may not be there */
};

/** struct measure_options - how to measure. */
struct measure_options {
	enum bench_format format;
	bool coherent;
	bool once;      /**< each side one time, the empty one too, with smaller spans */
	bool ours_only; /**< and the empty one */
	uint32_t reps;
};

/** struct measure_result - of one side in one workload. */
struct measure_result {
	double ns[MEASURE_MOST_REPS]; /**< for one operation, of each repetition */
	uint64_t ops;
	uint64_t answers;           /**< sum of what it answered */
	struct bench_memory counts; /**< of the last repetition */
	uint64_t hinted;            /**< pages with the contiguous hint */
};

extern const struct bench_row bench_rows[];
extern const uint32_t bench_row_count;
extern const struct bench_side *const bench_sides[BENCH_SIDES];

/** bench_span() - how far a workload goes; 0: it does not fit. */
uint64_t bench_span(const struct measure_options *o, uint32_t row);
/** bench_is_done() - does a side do this workload? */
bool bench_is_done(const struct measure_options *o, uint32_t row, uint32_t side);
/** bench_measure() - one workload; the repetition before the first is thrown away. */
void bench_measure(struct bench *b, const struct measure_options *o, uint32_t row,
		   struct measure_result results[BENCH_SIDES]);

#endif
