/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * scene.h - small scenes: a few CPUs with one to three calls each, on a machine that is in a
 * state where they matter to each other.
 */
#ifndef SCHEDULE_SCENE_H
#define SCHEDULE_SCENE_H

#include "machine.h"

enum {
	SCENE_CPUS = 7
};

typedef void (*scene_body)(struct machine *m, int argument);

/** struct scene - one of them. */
struct scene {
	const char *name;
	const char *what;  /**< what a person reads */
	uint32_t distance; /**< differences from the usual schedule that are tried by default */
	uint32_t nightly;  /**< ... and at night */
	void (*configure)(struct machine_config *config); /**< NULL: the usual machine */
	void (*set_up)(struct machine *m); /**< after the system has been created */
	scene_body bodies[SCENE_CPUS];     /**< of the CPUs; NULL: no more */
};

/** The scenes, in several files; each list ends with a scene without name. */
extern const struct scene scenes_of_domains[];
extern const struct scene scenes_of_tables[];
extern const struct scene scenes_of_faults[];
extern const struct scene scenes_of_quarantine[];

/* ---- states to start from ---- */

/** stage_hosted() - a domain over a table of the host, with a page at each place. */
void stage_hosted(struct machine *m, int domain);
/** stage_owned() - ... over a table of the library. */
void stage_owned(struct machine *m, int domain, enum ipmmu_pt_policy replace);
/** stage_master() - a claimed master, in a domain; -1: in none. */
void stage_master(struct machine *m, int master, int domain);
/** stage_quarantine() - a flush of the domain did not end; hardware works again. */
void stage_quarantine(struct machine *m, int domain);
/** stage_short() - a short time-out, for scenes in which flushes do not end. */
void stage_short(struct machine_config *config);

/** scene_list() - all lists, one after the other: the @i-th scene; NULL = no more. */
const struct scene *scene_list(uint32_t i);
/** scene_find() - by name; NULL = none. */
const struct scene *scene_find(const char *name);
/** scene_set_up() - power-on, the system, and the state that the scene starts from. */
void scene_set_up(struct machine *m, const struct scene *scene);
/** scene_add_cpus() - its CPUs, each of which begins with its first call. */
void scene_add_cpus(struct machine *m, const struct scene *scene);

#endif
