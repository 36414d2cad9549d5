// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * scenes_faults.c - faults that are taken, and told, while those who may have caused them
 * leave.
 */
#include "scene.h"

enum {
	MOST_SERVICES = 40
};

/* ---- starts ---- */

static void fault(struct machine *m, int master)
{
	(void)device_access(m, master, 0, device_fault_iova(m), true);
}

static void one_faulted(struct machine *m)
{
	stage_hosted(m, 0);
	stage_master(m, 0, 0);
	fault(m, 0);
	(void)call_interrupt(m);
}

static void one_waits(struct machine *m)
{
	stage_hosted(m, 0);
	stage_hosted(m, 1);
	stage_master(m, 0, 0);
	fault(m, 0);
}

static void one_was_taken(struct machine *m)
{
	one_waits(m);
	(void)call_interrupt(m);
}

static void two_in_one(struct machine *m)
{
	stage_hosted(m, 0);
	stage_hosted(m, 1);
	stage_master(m, 0, 0);
	stage_master(m, 2, 0);
}

static void one_of_two_faulted(struct machine *m)
{
	two_in_one(m);
	fault(m, 0);
}

static void one_of_two_was_taken(struct machine *m)
{
	one_of_two_faulted(m);
	(void)call_interrupt(m);
}

static void denied(struct machine *m)
{
	stage_hosted(m, 0);
	stage_master(m, 0, -1);
	stage_master(m, 2, -1);
	fault(m, 0);
}

static void denied_was_taken(struct machine *m)
{
	denied(m);
	(void)call_interrupt(m);
}

static void soon_a_storm(struct machine_config *config)
{
	config->options.storm_limit = 1;
}

/* Longer than flushes: all that the record names could end meanwhile. */
static void slow_hooks(struct machine_config *config)
{
	config->hook_rounds = 12;
}

/* Also longer than a CPU that was stopped stands still. */
static void very_slow_hooks(struct machine_config *config)
{
	config->hook_rounds = 40;
}

/* ---- CPUs ---- */

static void service(struct machine *m, int argument)
{
	(void)argument;
	(void)call_service(m, 4, MOST_SERVICES);
}

static void interrupt(struct machine *m, int argument)
{
	(void)argument;
	(void)call_interrupt(m);
}

static void interrupt_and_service(struct machine *m, int argument)
{
	(void)argument;
	(void)call_interrupt(m);
	(void)call_service(m, 4, MOST_SERVICES);
}

static void end_all(struct machine *m, int argument)
{
	(void)argument;
	(void)call_detach(m, 0);
	(void)call_remove(m, 0);
	(void)call_domain_destroy(m, 0);
}

static void leave(struct machine *m, int argument)
{
	(void)argument;
	(void)call_detach(m, 0);
}

static void move(struct machine *m, int argument)
{
	(void)argument;
	(void)call_move(m, 0, 1);
}

static void give_up(struct machine *m, int argument)
{
	(void)argument;
	(void)call_remove(m, 0);
}

static void come(struct machine *m, int argument)
{
	(void)argument;
	(void)call_attach(m, 0, 0);
}

static void come_and_fault(struct machine *m, int argument)
{
	(void)argument;
	(void)call_attach(m, 0, 0);
	fault(m, 0);
	(void)call_interrupt(m);
}

static void fault_again(struct machine *m, int argument)
{
	(void)argument;
	fault(m, 0);
	(void)call_interrupt(m);
	fault(m, 0);
	(void)call_interrupt(m);
}

static void flush(struct machine *m, int argument)
{
	(void)argument;
	(void)call_domain_flush(m, 0);
}

const struct scene scenes_of_faults[] = {
	{"hook-ends",
	 "all that a fault names ends while the host is told",
	 3,
	 4,
	 slow_hooks,
	 one_faulted,
	 {service, end_all}},
	{"hook-remove",
	 "a denied master is given up while its fault is told",
	 2,
	 3,
	 very_slow_hooks,
	 denied_was_taken,
	 {service, give_up}},
	{"late-interrupt",
	 "a master leaves between its fault and the interrupt",
	 2,
	 3,
	 NULL,
	 one_of_two_faulted,
	 {interrupt_and_service, leave}},
	{"late-service",
	 "a master leaves between the interrupt and the service",
	 2,
	 3,
	 NULL,
	 one_of_two_was_taken,
	 {service, leave}},
	{"fault-move",
	 "a master moves to another domain while its fault is taken",
	 2,
	 3,
	 NULL,
	 one_of_two_faulted,
	 {interrupt_and_service, move}},
	{"fault-denied",
	 "a denied master is let into a domain while its fault is taken",
	 2,
	 3,
	 NULL,
	 denied,
	 {interrupt_and_service, come}},
	{"fault-new-owner",
	 "the context of a fault is given to another domain",
	 2,
	 3,
	 NULL,
	 one_was_taken,
	 {service, move}},
	{"two-services",
	 "two CPUs serve one fault",
	 3,
	 4,
	 NULL,
	 one_of_two_was_taken,
	 {service, service}},
	{"storm-flush",
	 "a context is masked and calmed while it is flushed",
	 2,
	 2,
	 soon_a_storm,
	 two_in_one,
	 {fault_again, flush, service}},
	{"storm-leave",
	 "a context is masked while its last master leaves",
	 3,
	 4,
	 soon_a_storm,
	 one_faulted,
	 {fault_again, leave}},
	{"fault-come",
	 "a master faults as soon as it has come",
	 3,
	 4,
	 NULL,
	 denied,
	 {come_and_fault, interrupt}},
	{"interrupt-leave",
	 "the last master leaves, and its fault is taken",
	 2,
	 3,
	 NULL,
	 one_waits,
	 {interrupt_and_service, end_all}},
	{NULL, NULL, 0, 0, NULL, NULL, {NULL}},
};
