// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * scenes_domains.c - masters that come and go while their domains are flushed, or end.
 */
#include "scene.h"

/* ---- starts ---- */

static void two_in_one(struct machine *m)
{
	stage_hosted(m, 0);
	stage_master(m, 0, 0);
	stage_master(m, 2, 0);
}

static void one_in_each(struct machine *m)
{
	stage_hosted(m, 0);
	stage_hosted(m, 1);
	stage_master(m, 0, 0);
	stage_master(m, 2, 1);
}

static void one_outside(struct machine *m)
{
	stage_hosted(m, 0);
	stage_master(m, 0, -1);
	stage_master(m, 1, -1);
	stage_master(m, 2, -1);
}

static void three_domains(struct machine *m)
{
	stage_hosted(m, 1);
	stage_hosted(m, 2);
	one_outside(m);
}

static void few_contexts(struct machine_config *config)
{
	config->contexts = 4;
}

static void half_a_group(struct machine *m)
{
	stage_hosted(m, 0);
	stage_master(m, 2, 0);
}

static void at_work(struct machine *m)
{
	one_in_each(m);
	(void)device_program(m, 0);
	(void)device_program(m, 2);
}

/* ---- CPUs ---- */

/* Masters that do what they were told. */
static void work(struct machine *m, int argument)
{
	int i;

	(void)argument;
	for (i = 0; i < 8; i++) {
		(void)device_access(m, 0, 0, machine_iova(m, 0), true);
		(void)device_access(m, 2, 0, machine_iova(m, 0), true);
		cpus_relax(m->cpus);
	}
}

static void detach_0(struct machine *m, int argument)
{
	(void)argument;
	(void)call_detach(m, 0);
}

static void detach_2(struct machine *m, int argument)
{
	(void)argument;
	(void)call_detach(m, 2);
}

static void unmap_and_flush(struct machine *m, int argument)
{
	(void)argument;
	(void)host_unmap(m, 0, 1);
	(void)call_domain_flush(m, 0);
}

static void attach_0(struct machine *m, int argument)
{
	(void)argument;
	(void)call_attach(m, 0, 0);
}

static void attach_1(struct machine *m, int argument)
{
	(void)argument;
	(void)call_attach(m, 1, 0);
}

static void attach_1_to_1(struct machine *m, int argument)
{
	(void)argument;
	(void)call_attach(m, 1, 1);
}

static void attach_2_to_2(struct machine *m, int argument)
{
	(void)argument;
	(void)call_attach(m, 2, 2);
}

static void destroy_0(struct machine *m, int argument)
{
	(void)argument;
	(void)call_domain_destroy(m, 0);
}

static void remove_0(struct machine *m, int argument)
{
	(void)argument;
	(void)call_remove(m, 0);
	(void)call_add(m, 0);
}

static void move_0_to_1(struct machine *m, int argument)
{
	(void)argument;
	(void)call_move(m, 0, 1);
}

static void move_2_to_0(struct machine *m, int argument)
{
	(void)argument;
	(void)call_move(m, 2, 0);
}

static void add_and_attach_3(struct machine *m, int argument)
{
	(void)argument;
	(void)call_add(m, 3);
	(void)call_attach(m, 3, 0);
}

static void reserve_and_give_back(struct machine *m, int argument)
{
	(void)argument;
	(void)call_domain_reserve(m, 0);
	(void)call_domain_unreserve(m, 0);
}

static void attach_and_detach_0(struct machine *m, int argument)
{
	(void)argument;
	(void)call_attach(m, 0, 0);
	(void)call_detach(m, 0);
}

static void flush_and_destroy(struct machine *m, int argument)
{
	(void)argument;
	(void)call_domain_flush(m, 0);
	(void)call_domain_destroy(m, 0);
}

static void add_2(struct machine *m, int argument)
{
	(void)argument;
	(void)call_add(m, 2);
	(void)call_attach(m, 2, 0);
}

static void look(struct machine *m, int argument)
{
	(void)argument;
	(void)call_master_query(m, 0);
	(void)call_domain_query(m, 0);
	(void)call_context_query(m, 1);
	(void)call_utlb_query(m, 1, 0);
}

static void end_all(struct machine *m, int argument)
{
	(void)argument;
	(void)call_detach(m, 0);
	(void)call_remove(m, 0);
	(void)call_domain_destroy(m, 0);
}

static void one_inside(struct machine *m)
{
	stage_hosted(m, 0);
	stage_master(m, 0, 0);
}

static void nobody(struct machine *m)
{
	stage_hosted(m, 0);
}

const struct scene scenes_of_domains[] = {
	{"detach-flush",
	 "a master leaves while its domain is flushed after an unmap",
	 2,
	 3,
	 NULL,
	 two_in_one,
	 {detach_0, unmap_and_flush}},
	{"detach-detach",
	 "both masters of a domain leave at once",
	 3,
	 4,
	 NULL,
	 two_in_one,
	 {detach_0, detach_2}},
	{"attach-attach",
	 "the first two masters of a domain come at once",
	 3,
	 4,
	 NULL,
	 one_outside,
	 {attach_0, attach_1}},
	{"attach-flush",
	 "a master comes while a page is taken from its domain",
	 2,
	 3,
	 NULL,
	 half_a_group,
	 {unmap_and_flush, add_and_attach_3}},
	{"attach-destroy",
	 "a master comes while its domain ends",
	 3,
	 4,
	 NULL,
	 one_outside,
	 {attach_0, destroy_0}},
	{"attach-remove",
	 "a master comes, is given up and claimed again",
	 3,
	 4,
	 NULL,
	 one_outside,
	 {attach_0, remove_0}},
	{"move-move",
	 "two masters change places",
	 2,
	 3,
	 NULL,
	 one_in_each,
	 {move_0_to_1, move_2_to_0}},
	{"move-work",
	 "two masters that work change places",
	 2,
	 3,
	 NULL,
	 at_work,
	 {move_0_to_1, move_2_to_0, work}},
	{"move-destroy",
	 "the last master moves out, and its domain ends",
	 2,
	 3,
	 NULL,
	 one_in_each,
	 {move_0_to_1, flush_and_destroy}},
	{"group",
	 "one of a group leaves while the other is claimed and comes",
	 3,
	 4,
	 NULL,
	 half_a_group,
	 {detach_2, add_and_attach_3}},
	{"claims",
	 "both of a group are claimed and come at once",
	 2,
	 3,
	 NULL,
	 nobody,
	 {add_2, add_and_attach_3}},
	{"look-end", "all is asked for while it ends", 3, 4, NULL, one_inside, {look, end_all}},
	{"reserve",
	 "a context is reserved and given back while a master comes and goes",
	 2,
	 3,
	 NULL,
	 one_outside,
	 {reserve_and_give_back, attach_and_detach_0}},
	{"contexts",
	 "three masters for two contexts",
	 1,
	 2,
	 few_contexts,
	 three_domains,
	 {attach_0, attach_1_to_1, attach_2_to_2}},
	{NULL, NULL, 0, 0, NULL, NULL, {NULL}},
};
