// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Several CPUs on one system, everything at once, with an interrupt that comes whenever the
 * line is up: looks for what nobody thought of. ThreadSanitizer watches the same program.
 */
#include <pthread.h>
#include <sched.h>

#include "cpus.h"

enum {
	/** Calls that succeed, of each thread. Whoever is busy tries again. */
	SUCCESSES = 2000,
	THREADS = 8,
	/** The first context that a domain can get, and the number of them. */
	FIRST = 1,
	USABLE = 6
};

static bool may_come_of_a_meeting(enum ipmmu_err err)
{
	return err == IPMMU_OK || err == IPMMU_E_BUSY || err == IPMMU_E_STATE ||
	       err == IPMMU_E_TIMEOUT || err == IPMMU_E_QUARANTINED || err == IPMMU_E_EXISTS ||
	       err == IPMMU_E_NOT_FOUND;
}

/** struct runner - a thread, what it does, and how that went. */
struct runner {
	void (*run)(void *arg);
	void *arg;
	pthread_t thread;
	uint32_t good;
	uint32_t surprises;
};

static __thread struct runner *self;
static bool over;

static void note(enum ipmmu_err err)
{
	self->good += err == IPMMU_OK ? 1u : 0u;
	self->surprises += may_come_of_a_meeting(err) ? 0u : 1u;
	if (err == IPMMU_E_BUSY) {
		sched_yield();
	}
}

static bool goes_on(void)
{
	return self->good < SUCCESSES;
}

static void moves(void *arg)
{
	struct ipmmu_master *master = *(struct ipmmu_master **)arg;
	int i;

	for (i = 0; goes_on(); i++) {
		note(ipmmu_master_attach(master, cpus.domains[i % 2], NULL));
		note(ipmmu_master_move(master, cpus.domains[(i + 1) % 2], NULL));
		note(ipmmu_master_flush(master));
		note(ipmmu_master_detach(master, NULL));
		note(ipmmu_master_flush(master));
		note(ipmmu_domain_retry(cpus.domains[i % 2]));
	}
}

static void lives(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; goes_on(); i++) {
		note(ipmmu_domain_reserve(cpus.domains[i % 2]));
		note(ipmmu_domain_flush(cpus.domains[i % 2]));
		note(ipmmu_domain_unreserve(cpus.domains[i % 2]));
		note(ipmmu_domain_flush(cpus.domains[(i + 1) % 2]));
		note(ipmmu_domain_retry(cpus.domains[i % 2]));
	}
}

static void faults(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; goes_on(); i++) {
		cpus_emit((uint32_t)i % CPUS_MASTERS);
		(void)ipmmu_service(cpus.system, 4);
		note(IPMMU_OK);
	}
}

static void queries(void *arg)
{
	struct ipmmu_context_info context;
	struct ipmmu_domain_info domain;
	struct ipmmu_master_info master;
	struct ipmmu_utlb_info utlb;
	struct ipmmu_mmu_info mmu;
	int i;

	(void)arg;
	for (i = 0; goes_on(); i++) {
		note(ipmmu_master_query(cpus.masters[i % 2], &master));
		note(ipmmu_domain_query(cpus.domains[i % 2], &domain));
		note(ipmmu_context_query(cpus.system, 0, (uint32_t)i % 8, &context));
		note(ipmmu_utlb_query(cpus.system, 1, 0, &utlb));
		note(ipmmu_mmu_query(cpus.system, 2, &mmu));
	}
}

/* Two of these change the same pages of the same table. */
static void tables(void *arg)
{
	struct ipmmu_pt_mapping mapping;
	int i;

	(void)arg;
	for (i = 0; goes_on(); i++) {
		uint64_t at = cpus_far((uint32_t)i % 3);

		note(cpus_map(0, at));
		note(cpus_protect(0, at));
		note(ipmmu_domain_translate(cpus.domains[0], (struct ipmmu_iova){at},
					    &mapping));
		note(cpus_unmap(0, at));
		note(ipmmu_domain_refill(cpus.domains[0]));
		note(ipmmu_domain_retry(cpus.domains[0]));
	}
}

/* Busy where a record of a fault names it just then. */
static void claims(void *arg)
{
	struct ipmmu_master **master = arg;
	int i;

	for (i = 0; goes_on(); i++) {
		enum ipmmu_err err = ipmmu_master_remove(*master);

		note(err);
		if (err == IPMMU_OK) {
			note(ipmmu_master_add(cpus.system, &cpus.descs[MMC], master));
		}
	}
}

/* Flushes of one context after the other do not end for a while, and then it is retried. */
static void failures(void *arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; goes_on(); i++) {
		uint32_t n = FIRST + i % USABLE;

		cpus_set_stuck(n, true);
		note(ipmmu_domain_flush(cpus.domains[i % 2]));
		note(ipmmu_context_retry(cpus.system, 0, n));
		cpus_set_stuck(n, false);
		note(ipmmu_context_retry(cpus.system, 0, n));
	}
}

/* Domains of its own, with tables of their own, that are given up. */
static void abandons(void *arg)
{
	struct ipmmu_domain *domain;
	struct ipmmu_domain_info info;
	int i;

	(void)arg;
	for (i = 0; goes_on(); i++) {
		note(ipmmu_domain_create_owned(cpus.system, 0, NULL, NULL, &domain));
		note(ipmmu_domain_reserve(domain));
		note(ipmmu_domain_query(domain, &info));
		if (info.state == IPMMU_DOMAIN_LIVE) {
			cpus_set_stuck(info.context, true);
			note(ipmmu_domain_flush(domain));
			cpus_set_stuck(info.context, false);
		}
		while (ipmmu_domain_destroy(domain) != IPMMU_OK &&
		       ipmmu_domain_abandon(domain) != IPMMU_OK) {
			note(ipmmu_domain_unreserve(domain));
			sched_yield();
		}
		(void)ipmmu_system_retry(cpus.system);
	}
}

static void *interrupts(void *arg)
{
	(void)arg;
	while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) {
		if (cpus_irq()) {
			(void)ipmmu_root_interrupt(cpus.system, 0);
		} else {
			sched_yield();
		}
	}
	return NULL;
}

static void *run_one(void *arg)
{
	self = arg;
	self->run(self->arg);
	return NULL;
}

static void run(struct runner runners[THREADS])
{
	pthread_t interrupt;
	int i;

	over = false;
	assert_int_equal(pthread_create(&interrupt, NULL, interrupts, NULL), 0);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&runners[i].thread, NULL, run_one, &runners[i]),
				 0);
	}
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(runners[i].thread, NULL), 0);
	}
	__atomic_store_n(&over, true, __ATOMIC_RELAXED);
	assert_int_equal(pthread_join(interrupt, NULL), 0);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(runners[i].surprises, 0);
	}
}

static void everything_at_once_ends_in_order(void **state)
{
	static struct runner runners[THREADS] = {
		{.run = moves, .arg = &cpus.masters[DMAC]},
		{.run = moves, .arg = &cpus.masters[AUDIO]},
		{.run = claims, .arg = &cpus.masters[MMC]},
		{.run = lives},
		{.run = faults},
		{.run = queries},
		{.run = tables},
		{.run = tables},
	};

	(void)state;
	cpus_start();
	cpus_own(0);
	run(runners);
	cpus_stop();
}

static void everything_at_once_with_flushes_that_fail_ends_in_order(void **state)
{
	static struct runner runners[THREADS] = {
		{.run = moves, .arg = &cpus.masters[DMAC]},
		{.run = moves, .arg = &cpus.masters[AUDIO]},
		{.run = failures},
		{.run = abandons},
		{.run = lives},
		{.run = faults},
		{.run = tables},
		{.run = tables},
	};

	(void)state;
	cpus_start();
	cpus_own(0);
	run(runners);
	cpus_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cpus_test(everything_at_once_ends_in_order),
		cpus_test(everything_at_once_with_flushes_that_fail_ends_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
