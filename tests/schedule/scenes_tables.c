// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * scenes_tables.c - changes of tables that the library owns, and flushes that wait for each
 * other.
 */
#include "scene.h"

/* ---- starts ---- */

static void owned(struct machine *m)
{
	stage_owned(m, 0, IPMMU_PT_NEVER);
	stage_master(m, 0, 0);
	stage_master(m, 1, -1);
}

static void owned_direct(struct machine *m)
{
	stage_owned(m, 0, IPMMU_PT_DIRECT);
	stage_master(m, 0, 0);
}

static void owned_breaking(struct machine *m)
{
	stage_owned(m, 0, IPMMU_PT_BREAK_BEFORE_MAKE);
	stage_master(m, 0, 0);
}

static void breaking_idle(struct machine *m)
{
	stage_owned(m, 0, IPMMU_PT_BREAK_BEFORE_MAKE);
	stage_master(m, 0, -1);
}

static void owned_idle(struct machine *m)
{
	stage_owned(m, 0, IPMMU_PT_NEVER);
	stage_master(m, 0, -1);
}

static void hole(struct machine *m)
{
	owned(m);
	(void)call_unmap(m, 0, 1, 1);
}

static void hosted(struct machine *m)
{
	stage_hosted(m, 0);
	stage_master(m, 0, 0);
	stage_master(m, 1, 0);
}

/* A flush takes nine tenths of the time-out: five tenths in the root, the rest in caches. */
static void slow_flushes(struct machine_config *config)
{
	config->options.flush_timeout_us = 20;
	config->model.flush_us = 9;
}

/* Each page has a table of its own: tables go back. */
static void wide(struct machine_config *config)
{
	config->places = PLACES_MOST;
	config->stride = 2u << 20;
}

static void wide_and_short(struct machine_config *config)
{
	wide(config);
	stage_short(config);
}

static void stuck(struct machine *m)
{
	owned_breaking(m);
	device_stick(m, 1, MODEL_NONE, true);
}

/* One that polls is kept from running; another one takes over. */
static void frozen(struct machine_config *config)
{
	config->options.flush_timeout_us = 20;
	config->frozen_us = 2000;
}

static void long_flushes(struct machine_config *config)
{
	config->model.flush_us = 12;
}

/* The clock makes one step in the time of many flushes, and it is about to. */
static void coarse_clock(struct machine *m)
{
	hosted(m);
	m->config.clock_step_us = 1000;
	m->config.clock_phase_us = 996 - machine_now(m) % 1000;
}

/* ---- CPUs ---- */

static void unmap_1(struct machine *m, int argument)
{
	(void)argument;
	(void)call_unmap(m, 0, 1, 1);
}

static void unmap_all(struct machine *m, int argument)
{
	(void)argument;
	(void)call_unmap(m, 0, 0, m->config.places);
}

static void unmap_own(struct machine *m, int argument)
{
	(void)call_unmap(m, 0, (uint32_t)argument, 1);
}

static void map_1(struct machine *m, int argument)
{
	(void)argument;
	(void)call_map(m, 0, 1, true);
}

static void protect_1(struct machine *m, int argument)
{
	(void)argument;
	(void)call_protect(m, 0, 1, false);
}

static void replace_1(struct machine *m, int argument)
{
	(void)argument;
	(void)call_replace(m, 0, 1);
}

static void attach_1(struct machine *m, int argument)
{
	(void)argument;
	(void)call_attach(m, 1, 0);
}

static void detach_0(struct machine *m, int argument)
{
	(void)argument;
	(void)call_detach(m, 0);
}

static void detach_and_destroy(struct machine *m, int argument)
{
	(void)argument;
	(void)call_detach(m, 0);
	(void)call_domain_destroy(m, 0);
}

static void destroy(struct machine *m, int argument)
{
	(void)argument;
	(void)call_domain_destroy(m, 0);
}

static void drain_and_destroy(struct machine *m, int argument)
{
	(void)argument;
	(void)call_drain(m, 0);
	(void)call_domain_destroy(m, 0);
}

static void unmap_all_twice(struct machine *m, int argument)
{
	(void)argument;
	(void)call_unmap(m, 0, 0, m->config.places);
	(void)call_unmap(m, 0, 0, m->config.places);
}

static void map_and_unmap(struct machine *m, int argument)
{
	(void)argument;
	(void)call_map(m, 0, 5, true);
	(void)call_unmap(m, 0, 5, 1);
}

/* Its own flush does not end either; then all hardware works again. */
static void flush_and_retry(struct machine *m, int argument)
{
	(void)argument;
	(void)call_domain_flush(m, 0);
	device_loosen(m);
	cpus_point(m->cpus);
	(void)call_domain_retry(m, 0);
}

static void drain(struct machine *m, int argument)
{
	(void)argument;
	(void)call_drain(m, 0);
}

static void map_and_destroy(struct machine *m, int argument)
{
	(void)argument;
	(void)call_map(m, 0, 1, true);
	(void)call_domain_destroy(m, 0);
}

static void flush(struct machine *m, int argument)
{
	(void)argument;
	(void)call_domain_flush(m, 0);
}

static void flush_pages(struct machine *m, int argument)
{
	(void)host_unmap(m, 0, (uint32_t)argument);
	(void)call_domain_flush(m, 0);
}

static void look(struct machine *m, int argument)
{
	(void)argument;
	(void)call_translate(m, 0, 1);
	(void)call_explain(m, 0, 1);
}

const struct scene scenes_of_tables[] = {
	{"unmap-map",
	 "a page is mapped where another is being unmapped",
	 3,
	 4,
	 NULL,
	 owned,
	 {unmap_1, map_1}},
	{"map-map", "two pages are mapped to one place", 3, 4, NULL, hole, {map_1, map_1}},
	{"unmap-unmap", "a page is unmapped twice", 2, 3, NULL, owned, {unmap_1, unmap_all}},
	{"unmap-attach",
	 "a master comes while a page is unmapped",
	 2,
	 3,
	 NULL,
	 owned,
	 {unmap_1, attach_1}},
	{"unmap-detach",
	 "the last master leaves while a page is unmapped",
	 2,
	 3,
	 NULL,
	 owned,
	 {unmap_1, detach_0}},
	{"unmap-destroy",
	 "a domain ends while a page of it is unmapped",
	 2,
	 3,
	 NULL,
	 owned,
	 {unmap_all, detach_and_destroy}},
	{"unmap-drain",
	 "a domain is drained while a page of it is unmapped",
	 3,
	 4,
	 NULL,
	 owned_idle,
	 {unmap_all, drain_and_destroy}},
	{"unmap-end",
	 "a domain without context ends while a page of it is unmapped",
	 3,
	 4,
	 NULL,
	 owned_idle,
	 {unmap_all, destroy}},
	{"drain-destroy",
	 "a domain ends while it is drained",
	 2,
	 3,
	 NULL,
	 owned_idle,
	 {drain, drain_and_destroy}},
	{"flush-destroy",
	 "a domain without context ends while it is flushed",
	 3,
	 4,
	 NULL,
	 owned_idle,
	 {flush, map_and_destroy}},
	{"tables-map",
	 "a page comes back while all are unmapped, and their tables go",
	 2,
	 3,
	 wide,
	 owned,
	 {unmap_all, map_and_unmap}},
	{"tables-unmap",
	 "all pages are unmapped twice, and their tables go",
	 2,
	 2,
	 wide,
	 owned,
	 {unmap_all_twice, unmap_all}},
	{"tables-detach",
	 "the last master leaves while tables go",
	 2,
	 3,
	 wide,
	 owned,
	 {unmap_all, detach_and_destroy}},
	{"map-destroy",
	 "a domain ends while a page waits to be mapped",
	 2,
	 2,
	 NULL,
	 owned,
	 {unmap_1, map_1, detach_and_destroy}},
	{"tables-stuck",
	 "tables wait for a flush that does not end",
	 1,
	 2,
	 wide_and_short,
	 stuck,
	 {unmap_all, flush_and_retry}},
	{"replace-destroy",
	 "a domain ends while a page is broken and not made again",
	 2,
	 3,
	 NULL,
	 breaking_idle,
	 {replace_1, drain_and_destroy}},
	{"drain-replace",
	 "a page is broken and made again while a domain begins to be drained",
	 3,
	 4,
	 NULL,
	 breaking_idle,
	 {drain, replace_1}},
	{"replace-stuck",
	 "a page is broken, not made again, and the domain retried",
	 2,
	 2,
	 stage_short,
	 stuck,
	 {replace_1, flush_and_retry}},
	{"protect-unmap",
	 "a page is protected and unmapped",
	 2,
	 2,
	 NULL,
	 owned_direct,
	 {protect_1, unmap_1}},
	{"replace-replace",
	 "a page is replaced twice, broken before it is made",
	 3,
	 4,
	 NULL,
	 owned_breaking,
	 {replace_1, replace_1}},
	{"replace-look",
	 "a page is looked up while it is replaced",
	 2,
	 3,
	 NULL,
	 owned_direct,
	 {replace_1, look}},
	{"three-unmaps",
	 "three pages are unmapped at once",
	 1,
	 2,
	 NULL,
	 owned,
	 {unmap_own, unmap_own, unmap_own}},
	{"three-flushes",
	 "three pages of the host are taken away at once",
	 1,
	 2,
	 NULL,
	 hosted,
	 {flush_pages, flush_pages, flush_pages}},
	{"queue",
	 "six flushes of one domain at once, each of nearly a time-out",
	 1,
	 1,
	 slow_flushes,
	 hosted,
	 {flush, flush, flush, flush, flush, flush}},
	{"frozen",
	 "one of three flushes is kept from running, whoever polls",
	 1,
	 2,
	 frozen,
	 hosted,
	 {flush_pages, flush_pages, flush}},
	{"coarse-clock",
	 "two flushes while a coarse clock makes a step",
	 1,
	 2,
	 long_flushes,
	 coarse_clock,
	 {flush_pages, flush_pages}},
	{NULL, NULL, 0, 0, NULL, NULL, {NULL}},
};
