// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * scene.c - finds scenes, and brings a machine to where one starts.
 */
#include "scene.h"

#include <stdio.h>
#include <string.h>

/* ---- states to start from ---- */

void stage_hosted(struct machine *m, int domain)
{
	uint32_t place;

	(void)call_domain_create(m, domain);
	for (place = 0; place < m->config.places; place++) {
		(void)host_map(m, domain, place, true);
	}
}

void stage_owned(struct machine *m, int domain, enum ipmmu_pt_policy replace)
{
	uint32_t place;

	(void)call_create_owned(m, domain, replace);
	for (place = 0; place < m->config.places; place++) {
		(void)call_map(m, domain, place, true);
	}
}

void stage_master(struct machine *m, int master, int domain)
{
	(void)call_add(m, master);
	if (domain >= 0) {
		(void)call_attach(m, master, domain);
	}
}

void stage_quarantine(struct machine *m, int domain)
{
	device_stick(m, 0, MODEL_NONE, true);
	(void)call_domain_flush(m, domain);
	device_stick(m, 0, MODEL_NONE, false);
}

void stage_short(struct machine_config *config)
{
	config->options.flush_timeout_us = 24;
}

/* ---- lists ---- */

static const struct scene *const lists[] = {scenes_of_domains, scenes_of_tables,
					    scenes_of_faults, scenes_of_quarantine};

const struct scene *scene_list(uint32_t i)
{
	uint32_t list;

	for (list = 0; list < sizeof(lists) / sizeof(lists[0]); list++) {
		const struct scene *scene = lists[list];

		for (; scene->name != NULL; scene++) {
			if (i-- == 0) {
				return scene;
			}
		}
	}
	return NULL;
}

const struct scene *scene_find(const char *name)
{
	const struct scene *scene;
	uint32_t i;

	for (i = 0; (scene = scene_list(i)) != NULL; i++) {
		if (strcmp(scene->name, name) == 0) {
			return scene;
		}
	}
	return NULL;
}

void scene_set_up(struct machine *m, const struct scene *scene)
{
	struct machine_config config = machine_config();

	if (scene->configure != NULL) {
		scene->configure(&config);
	}
	(void)snprintf(m->trace->run, sizeof(m->trace->run), "--scene %s", scene->name);
	machine_reset(m, &config);
	(void)call_system_create(m);
	scene->set_up(m);
}

void scene_add_cpus(struct machine *m, const struct scene *scene)
{
	static const char *const names[SCENE_CPUS] = {"A", "B", "C", "D", "E", "F", "G"};
	uint32_t i;

	for (i = 0; i < SCENE_CPUS && scene->bodies[i] != NULL; i++) {
		(void)cpus_add(m->cpus, names[i], scene->bodies[i], (int)i, false);
	}
}
