// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * scenes_quarantine.c - flushes that do not end, and ways out of quarantine that meet.
 */
#include "scene.h"

/* ---- starts ---- */

static void lost_context(struct machine_config *config)
{
	config->stuck_at_probe = 1;
}

static void denied(struct machine *m)
{
	stage_hosted(m, 0);
	stage_hosted(m, 1);
	stage_master(m, 0, -1);
	stage_master(m, 2, -1);
}

static void stuck(struct machine *m)
{
	stage_hosted(m, 0);
	stage_master(m, 0, 0);
	stage_master(m, 2, -1);
	device_stick(m, 0, MODEL_NONE, true);
}

static void stuck_cache(struct machine *m)
{
	stage_owned(m, 0, IPMMU_PT_NEVER);
	stage_hosted(m, 1);
	stage_master(m, 0, 0);
	stage_master(m, 2, 0);
	device_stick(m, 1, MODEL_NONE, true);
}

static void quarantined(struct machine *m)
{
	stage_hosted(m, 0);
	stage_hosted(m, 1);
	stage_master(m, 0, 0);
	stage_master(m, 2, -1);
	stage_quarantine(m, 0);
}

static void owned_quarantined(struct machine *m)
{
	stage_owned(m, 0, IPMMU_PT_NEVER);
	stage_master(m, 0, 0);
	stage_quarantine(m, 0);
}

static void deaf(struct machine *m)
{
	stage_hosted(m, 0);
	stage_hosted(m, 1);
	stage_master(m, 0, 0);
	stage_master(m, 2, 0);
	m->device.deaf[1][0] = 1;
}

static void ones(struct machine *m)
{
	stage_hosted(m, 0);
	stage_master(m, 0, 0);
	stage_master(m, 2, 0);
	m->device.ones = 2;
}

/* ---- CPUs ---- */

/* The context that domain 0 has, or had: the first that is not reserved. */
static void retry_context(struct machine *m, int argument)
{
	(void)argument;
	(void)call_context_retry(m, 1);
}

static void retry_context_and_attach(struct machine *m, int argument)
{
	(void)argument;
	(void)call_context_retry(m, 1);
	(void)call_attach(m, 0, 0);
}

static void retry(struct machine *m, int argument)
{
	(void)argument;
	(void)call_domain_retry(m, 0);
}

static void retry_and_attach(struct machine *m, int argument)
{
	(void)argument;
	(void)call_domain_retry(m, 0);
	(void)call_attach(m, 2, 0);
}

static void retry_and_destroy(struct machine *m, int argument)
{
	(void)argument;
	(void)call_domain_retry(m, 0);
	(void)call_domain_destroy(m, 0);
}

static void abandon(struct machine *m, int argument)
{
	(void)argument;
	(void)call_abandon(m, 0);
	(void)call_context_retry(m, 1);
}

/* Two that share a uTLB; one is told to run for the domain, which is lost afterwards. */
static void group_quarantined(struct machine *m)
{
	stage_hosted(m, 0);
	stage_hosted(m, 1);
	stage_master(m, 2, 0);
	stage_master(m, 3, 0);
	(void)device_program(m, 3);
	stage_quarantine(m, 0);
}

static void abandon_and_attach(struct machine *m, int argument)
{
	(void)argument;
	(void)call_abandon(m, 0);
	(void)call_attach(m, 2, 1);
}

static void run_on(struct machine *m, int argument)
{
	uint32_t i;

	(void)argument;
	for (i = 0; i < 4; i++) {
		if (!m->books.masters[3].stopped) {
			(void)device_access(m, 3, 0, machine_iova(m, 0), false);
		}
		cpus_point(m->cpus);
	}
}

static void flush(struct machine *m, int argument)
{
	(void)argument;
	(void)host_unmap(m, 0, 1);
	(void)call_domain_flush(m, 0);
}

static void attach_2(struct machine *m, int argument)
{
	(void)argument;
	(void)call_attach(m, 2, 0);
}

static void detach_0(struct machine *m, int argument)
{
	(void)argument;
	(void)call_detach(m, 0);
}

static void move_0(struct machine *m, int argument)
{
	(void)argument;
	(void)call_move(m, 0, 1);
}

static void unmap(struct machine *m, int argument)
{
	(void)argument;
	(void)call_unmap(m, 0, 1, 1);
}

static void map(struct machine *m, int argument)
{
	(void)argument;
	(void)call_unmap(m, 0, 1, 1);
	(void)call_map(m, 0, 1, true);
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

const struct scene scenes_of_quarantine[] = {
	{"retry-race",
	 "two retries of a lost context, and a domain that gets it",
	 2,
	 3,
	 lost_context,
	 denied,
	 {retry_context, retry_context_and_attach}},
	{"retry-retry",
	 "two retries of a domain",
	 3,
	 4,
	 stage_short,
	 quarantined,
	 {retry, retry}},
	{"retry-attach",
	 "a retry, and a domain that is used again at once",
	 3,
	 4,
	 stage_short,
	 quarantined,
	 {retry, retry_and_attach}},
	{"retry-destroy",
	 "a retry, and a domain that ends at once",
	 3,
	 4,
	 stage_short,
	 quarantined,
	 {retry_and_destroy, retry_context}},
	{"retry-detach",
	 "a master leaves while its domain is retried",
	 3,
	 4,
	 stage_short,
	 quarantined,
	 {retry, detach_0}},
	{"retry-move",
	 "a master moves out while its domain is retried",
	 3,
	 4,
	 stage_short,
	 quarantined,
	 {retry, move_0}},
	{"retry-map",
	 "a table is changed while its domain is retried",
	 3,
	 4,
	 stage_short,
	 owned_quarantined,
	 {retry, map}},
	{"abandon-retry",
	 "a domain in quarantine is abandoned and retried",
	 3,
	 4,
	 stage_short,
	 quarantined,
	 {abandon, retry_context}},
	{"abandon-group",
	 "a domain is abandoned, and one of a group goes on in another",
	 2,
	 3,
	 NULL,
	 group_quarantined,
	 {abandon_and_attach, run_on}},
	{"stuck-flushes",
	 "two flushes that do not end",
	 2,
	 2,
	 stage_short,
	 stuck,
	 {flush, flush}},
	{"stuck-attach",
	 "a master comes while a flush does not end",
	 2,
	 2,
	 stage_short,
	 stuck,
	 {flush, attach_2}},
	{"stuck-retry",
	 "a flush that does not end, and then does",
	 2,
	 2,
	 stage_short,
	 stuck,
	 {flush, flush_and_retry}},
	{"stuck-detach",
	 "a master leaves while an unmap does not end",
	 2,
	 2,
	 stage_short,
	 stuck_cache,
	 {unmap, detach_0}},
	{"stuck-move",
	 "a master moves out while an unmap does not end",
	 1,
	 2,
	 stage_short,
	 stuck_cache,
	 {unmap, move_0}},
	{"deaf-detach",
	 "a uTLB does not take its deny while its domain is flushed",
	 2,
	 3,
	 NULL,
	 deaf,
	 {detach_0, flush}},
	{"deaf-move", "... while its master moves", 2, 3, NULL, deaf, {move_0, flush}},
	{"ones", "a register gives all ones once", 2, 3, NULL, ones, {detach_0, flush}},
	{NULL, NULL, 0, 0, NULL, NULL, {NULL}},
};
