/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * exhaust.h - every schedule of a small scene that differs from the usual one in few places.
 *
 * The usual schedule lets a CPU run until it has to wait. Each other choice at a point counts
 * as one difference. All schedules with up to so many differences are run, each from the start
 * of the scene, and counted. The number is recorded: a smaller one means lost scope.
 */
#ifndef SCHEDULE_EXHAUST_H
#define SCHEDULE_EXHAUST_H

#include "scene.h"

/** struct exhaust_counts - what was run. */
struct exhaust_counts {
	uint64_t schedules;
	uint64_t steps;    /**< points, of all schedules */
	uint32_t longest;  /**< choices in the longest schedule */
	uint32_t distance; /**< differences, at most */
};

/** exhaust_scene() - all schedules with up to @distance differences. */
struct exhaust_counts exhaust_scene(struct machine *m, const struct scene *scene,
				    uint32_t distance);
/** exhaust_one() - one schedule: "12:1,40:2" as a report prints it. False: it is none. */
bool exhaust_one(struct machine *m, const struct scene *scene, const char *schedule);

/** exhaust_expect() - is @schedules the recorded number? If not, says so. */
bool exhaust_expect(const char *file, const char *scene, uint32_t distance, uint64_t schedules);

#endif
