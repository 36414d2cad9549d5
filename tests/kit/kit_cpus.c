// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * kit_cpus.c - turns: a thread waits until it is its CPU's.
 */
#include "kit_cpus.h"

#include <pthread.h>
#include <string.h>

#include "kit_cmocka.h"

/** struct stage - the CPUs of the run under way. The mutex guards all of it. */
struct stage {
	struct kit_cpus *cpus;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	uint32_t turn;    /**< the CPU that runs */
	uint32_t alive;   /**< set */
	uint32_t relaxed; /**< set: had their turn in this microsecond */
	bool frozen;
	uint64_t frozen_until;
};

static struct stage stage = {.mutex = PTHREAD_MUTEX_INITIALIZER,
			     .changed = PTHREAD_COND_INITIALIZER};

static uint32_t bit_of(uint32_t cpu)
{
	return 1u << cpu;
}

/* Those that take turns: a frozen one does when its time is over, or nobody else is left. */
static uint32_t running(void)
{
	uint32_t frozen = bit_of(stage.cpus->frozen);

	if (stage.frozen && (model_now(stage.cpus->kit->model) >= stage.frozen_until ||
			     (stage.alive & ~frozen) == 0)) {
		stage.frozen = false;
	}
	return stage.frozen ? stage.alive & ~frozen : stage.alive;
}

/* The next CPU after @cpu; time passes when all have had their turn. */
static void pass_on(uint32_t cpu)
{
	uint32_t set = running();

	if ((set & ~stage.relaxed) == 0) {
		stage.relaxed = 0;
		model_tick(stage.cpus->kit->model, 1);
		set = running();
	}
	do {
		cpu = (cpu + 1) % stage.cpus->count;
	} while (set != 0 && (set & bit_of(cpu)) == 0);
	stage.turn = cpu;
	pthread_cond_broadcast(&stage.changed);
}

static void wait_for_turn(uint32_t cpu)
{
	while (stage.turn != cpu) {
		pthread_cond_wait(&stage.changed, &stage.mutex);
	}
}

void kit_cpus_relax(struct kit_cpus *cpus)
{
	uint32_t cpu;

	pthread_mutex_lock(&stage.mutex);
	cpu = stage.turn;
	cpus->turns[cpu]++;
	if (cpu == cpus->frozen && cpus->turns[cpu] == cpus->freeze_at) {
		stage.frozen = true;
		stage.frozen_until = cpus->freeze_us == KIT_FOR_EVER
					     ? UINT64_MAX
					     : model_now(cpus->kit->model) + cpus->freeze_us;
	}
	stage.relaxed |= bit_of(cpu);
	pass_on(cpu);
	wait_for_turn(cpu);
	pthread_mutex_unlock(&stage.mutex);
}

static void relax(void *host)
{
	const struct kit *kit = host;

	if (kit->locks_held != 0) {
		kit_found(host, "lock", "relax is called with a lock held");
	}
	kit_cpus_relax(stage.cpus);
}

static void *live(void *number)
{
	uint32_t cpu = (uint32_t)(uintptr_t)number;

	pthread_mutex_lock(&stage.mutex);
	wait_for_turn(cpu);
	pthread_mutex_unlock(&stage.mutex);
	stage.cpus->body(stage.cpus, cpu);
	pthread_mutex_lock(&stage.mutex);
	stage.alive &= ~bit_of(cpu);
	pass_on(cpu);
	pthread_mutex_unlock(&stage.mutex);
	return NULL;
}

void kit_cpus_run(struct kit_cpus *cpus)
{
	void (*own_relax)(void *host) = cpus->kit->ops.relax;
	pthread_t threads[KIT_CPUS];
	uint32_t i;

	assert_true(cpus->count > 0 && cpus->count <= KIT_CPUS);
	stage.cpus = cpus;
	stage.turn = 0;
	stage.alive = cpus->count == 32 ? UINT32_MAX : bit_of(cpus->count) - 1u;
	stage.relaxed = 0;
	stage.frozen = false;
	cpus->kit->ops.relax = relax;
	for (i = 0; i < cpus->count; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, live, (void *)(uintptr_t)i),
				 0);
	}
	for (i = 0; i < cpus->count; i++) {
		pthread_join(threads[i], NULL);
	}
	cpus->kit->ops.relax = own_relax;
}

void kit_cpus_flush(struct kit_cpus *cpus, uint32_t cpu)
{
	uint64_t from = model_now(cpus->kit->model);

	cpus->results[cpu] = ipmmu_domain_flush(cpus->kit->domains[0].domain);
	cpus->took_us[cpu] = model_now(cpus->kit->model) - from;
}
