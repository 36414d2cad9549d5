// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * cpus_call.c - calls in threads of their own that stop at a known place.
 */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "cpus.h"

enum {
	CALLS = 4,
	/** Seconds that a case may take: far more than any does, on a machine that is busy. */
	PATIENCE_S = 100
};

/** struct cpu - a thread, the call that it makes, and the gate where it waits. */
struct cpu {
	struct call call;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool used;
	bool reached;
	bool open;
	bool ends; /**< the case has failed */
};

/* Not on a stack: a thread may outlive a case that fails. */
static struct cpu all[CALLS];

/* Where the thread is to stop, the first time it comes there. */
static __thread enum place stop_at;
static __thread struct cpu *stop_cpu;
/* Page-table locks that it has taken since its call began. */
static __thread uint32_t table_locks;

void cpus_pass(enum place place)
{
	struct cpu *cpu = stop_cpu;

	if (stop_at != place) {
		return;
	}
	stop_at = NOWHERE;
	pthread_mutex_lock(&cpu->mutex);
	cpu->reached = true;
	pthread_cond_broadcast(&cpu->changed);
	while (!cpu->open) {
		pthread_cond_wait(&cpu->changed, &cpu->mutex);
	}
	pthread_mutex_unlock(&cpu->mutex);
	/* What it would go on with may be freed. */
	if (cpu->ends && place != IN_CLEAN) {
		pthread_exit(NULL);
	}
}

void cpus_pass_table(void)
{
	static const enum place places[] = {AT_TABLE, AT_RELEASE, AT_NEXT_STEP};

	cpus_pass(places[table_locks < 2 ? table_locks : 2]);
	if (stop_cpu != NULL && table_locks == stop_cpu->call.nth) {
		cpus_pass(AT_NTH);
	}
	table_locks++;
}

/* Or for its end, if it never comes there. */
static bool gate_wait_for_arrival(struct cpu *cpu)
{
	bool arrived;

	pthread_mutex_lock(&cpu->mutex);
	while (!cpu->reached) {
		pthread_cond_wait(&cpu->changed, &cpu->mutex);
	}
	arrived = !cpu->open;
	pthread_mutex_unlock(&cpu->mutex);
	return arrived;
}

static void gate_open(struct cpu *cpu)
{
	pthread_mutex_lock(&cpu->mutex);
	cpu->reached = true;
	cpu->open = true;
	pthread_cond_broadcast(&cpu->changed);
	pthread_mutex_unlock(&cpu->mutex);
}

static enum ipmmu_err make(struct call *call)
{
	struct ipmmu_domain *domain = cpus.domains[call->domain];
	struct ipmmu_iova iova = {call->iova};
	struct ipmmu_pt_mapping mapping;
	bool more;

	switch (call->which) {
	case CALL_MOVE:
		return ipmmu_master_move(cpus.masters[call->master], domain, &call->result);
	case CALL_DETACH:
		return ipmmu_master_detach(cpus.masters[call->master], &call->result);
	case CALL_FLUSH:
		return ipmmu_domain_flush(domain);
	case CALL_MAP:
		return cpus_map(call->domain, call->iova);
	case CALL_UNMAP:
		return ipmmu_domain_unmap(domain, iova, call->size != 0 ? call->size : 4096);
	case CALL_PROTECT:
		return cpus_protect(call->domain, call->iova);
	case CALL_TRANSLATE:
		return ipmmu_domain_translate(domain, iova, &mapping);
	case CALL_DRAIN:
		return ipmmu_domain_drain(domain, 0, &more);
	default:
		return ipmmu_domain_destroy(domain);
	}
}

static void *run(void *arg)
{
	struct cpu *cpu = arg;

	stop_cpu = cpu;
	stop_at = cpu->call.place;
	table_locks = 0;
	cpu->call.err = make(&cpu->call);
	cpu->call.locks = table_locks;
	gate_open(cpu);
	return NULL;
}

struct call *cpus_begin(const struct call *call)
{
	struct cpu *cpu = all;

	while (cpu->used) {
		cpu++;
		assert_true(cpu < all + CALLS);
	}
	memset(cpu, 0, sizeof(*cpu));
	cpu->call = *call;
	pthread_mutex_init(&cpu->mutex, NULL);
	pthread_cond_init(&cpu->changed, NULL);
	assert_int_equal(pthread_create(&cpu->thread, NULL, run, cpu), 0);
	cpu->used = true;
	/* One that ends without coming to its place is not the case that was meant. */
	assert_true(call->place == NOWHERE || gate_wait_for_arrival(cpu));
	return &cpu->call;
}

static void join(struct cpu *cpu)
{
	gate_open(cpu);
	(void)pthread_join(cpu->thread, NULL);
	cpu->used = false;
}

void cpus_end(struct call *call)
{
	uint32_t i;

	for (i = 0; i < CALLS; i++) {
		if (call == &all[i].call) {
			join(&all[i]);
		}
	}
}

int cpus_setup(void **state)
{
	(void)state;
	(void)alarm(PATIENCE_S);
	return 0;
}

int cpus_teardown(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < CALLS; i++) {
		if (all[i].used) {
			all[i].ends = true;
			join(&all[i]);
		}
	}
	(void)alarm(0);
	return 0;
}
