// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * cpus_hooks.c - the hooks: the model behind one lock, real locks, and the places where a
 * thread can be stopped.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "cpus.h"

static pthread_mutex_t world = PTHREAD_MUTEX_INITIALIZER;

static struct model *model(void)
{
	return model_host_model(cpus.host);
}

static uint32_t locked_read(void *h, void *mmio, uint32_t offset)
{
	uint32_t value;

	pthread_mutex_lock(&world);
	value = model_host_ops()->mmio_read32(h, mmio, offset);
	pthread_mutex_unlock(&world);
	return value;
}

static void locked_write(void *h, void *mmio, uint32_t offset, uint32_t value)
{
	pthread_mutex_lock(&world);
	model_host_ops()->mmio_write32(h, mmio, offset, value);
	pthread_mutex_unlock(&world);
}

static void *locked_alloc(void *h, size_t size)
{
	void *object;

	pthread_mutex_lock(&world);
	object = model_host_ops()->alloc(h, size);
	pthread_mutex_unlock(&world);
	return object;
}

static void locked_free(void *h, void *object, size_t size)
{
	pthread_mutex_lock(&world);
	model_host_ops()->free(h, object, size);
	pthread_mutex_unlock(&world);
}

static uint64_t locked_now(void *h)
{
	(void)h;
	return cpus_now();
}

static void locked_relax(void *h)
{
	(void)h;
	cpus_pass(IN_RELAX);
	pthread_mutex_lock(&world);
	model_tick(model(), 1);
	pthread_mutex_unlock(&world);
	sched_yield();
}

/** struct real_lock - a lock, and whether a page table's. */
struct real_lock {
	pthread_mutex_t mutex;
	bool table;
};

static void *real_lock_create(void *h, enum ipmmu_lock_kind kind)
{
	struct real_lock *lock = malloc(sizeof(*lock));

	(void)h;
	if (lock != NULL) {
		pthread_mutex_init(&lock->mutex, NULL);
		/* The first plain one is the system's. */
		lock->table = kind == IPMMU_LOCK_PLAIN && cpus.system != NULL;
	}
	return lock;
}

static void real_lock_destroy(void *h, void *object)
{
	struct real_lock *lock = object;

	(void)h;
	pthread_mutex_destroy(&lock->mutex);
	free(lock);
}

static unsigned long real_lock(void *h, void *object)
{
	struct real_lock *lock = object;

	(void)h;
	if (lock->table) {
		cpus_pass_table();
	}
	pthread_mutex_lock(&lock->mutex);
	return 0;
}

static void real_unlock(void *h, void *object, unsigned long saved)
{
	struct real_lock *lock = object;

	(void)h;
	(void)saved;
	pthread_mutex_unlock(&lock->mutex);
}

static void *locked_table_alloc(void *h, uint32_t pages, struct ipmmu_pa *pa)
{
	void *table;

	pthread_mutex_lock(&world);
	table = model_host_ops()->table_alloc(h, pages, pa);
	pthread_mutex_unlock(&world);
	return table;
}

static uint32_t readable_tables;

static bool is_elsewhere(void *arg, uint32_t context, uint64_t pa)
{
	const struct ipmmu_pa *freed = arg;

	(void)context;
	return pa / 4096 != freed->v / 4096;
}

/* No walker may be able to read what goes back. */
static void locked_table_free(void *h, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	pthread_mutex_lock(&world);
	if (!model_table_reach(model(), 0, is_elsewhere, &pa)) {
		readable_tables++;
	}
	model_host_ops()->table_free(h, table, pa, pages);
	pthread_mutex_unlock(&world);
}

static void *locked_table_ptr(void *h, struct ipmmu_pa pa)
{
	void *table;

	pthread_mutex_lock(&world);
	table = model_host_ops()->table_ptr(h, pa);
	pthread_mutex_unlock(&world);
	return table;
}

static void locked_clean(void *h, const void *start, size_t size)
{
	cpus_pass(IN_CLEAN);
	pthread_mutex_lock(&world);
	model_host_ops()->clean(h, start, size);
	pthread_mutex_unlock(&world);
}

static bool stopping_quiesce(void *h, const struct ipmmu_master_desc *master)
{
	(void)h;
	__atomic_add_fetch(&cpus.stops[master - cpus.descs], 1, __ATOMIC_RELAXED);
	cpus_pass(IN_QUIESCE);
	return true;
}

static void release(void *h, const struct ipmmu_master_desc *master)
{
	(void)h;
	(void)master;
}

uint32_t cpus_readable_tables(void)
{
	return readable_tables;
}

void cpus_make_hooks(void)
{
	readable_tables = 0;
	cpus.ops = *model_host_ops();
	cpus.ops.mmio_read32 = locked_read;
	cpus.ops.mmio_write32 = locked_write;
	cpus.ops.alloc = locked_alloc;
	cpus.ops.free = locked_free;
	cpus.ops.table_alloc = locked_table_alloc;
	cpus.ops.table_free = locked_table_free;
	cpus.ops.table_ptr = locked_table_ptr;
	cpus.ops.clean = locked_clean;
	cpus.ops.now_us = locked_now;
	cpus.ops.relax = locked_relax;
	cpus.ops.lock_create = real_lock_create;
	cpus.ops.lock_destroy = real_lock_destroy;
	cpus.ops.lock = real_lock;
	cpus.ops.unlock = real_unlock;
	cpus.ops.quiesce = stopping_quiesce;
	cpus.ops.release = release;
}

/* ---- the model ---- */

void cpus_set_stuck_in(uint32_t unit, uint32_t context, bool stuck)
{
	pthread_mutex_lock(&world);
	model_set_stuck(model(), unit, context, stuck);
	pthread_mutex_unlock(&world);
}

void cpus_set_stuck(uint32_t context, bool stuck)
{
	cpus_set_stuck_in(0, context, stuck);
}

uint64_t cpus_now(void)
{
	uint64_t now;

	pthread_mutex_lock(&world);
	now = model_now(model());
	pthread_mutex_unlock(&world);
	return now;
}

bool cpus_irq(void)
{
	bool irq;

	pthread_mutex_lock(&world);
	irq = model_irq(model(), 0);
	pthread_mutex_unlock(&world);
	return irq;
}

void cpus_emit(uint32_t master)
{
	const struct ipmmu_port *port = cpus.descs[master].ports;
	struct model_access access = {
		.unit = port->mmu, .utlb = port->utlb, .iova = 0, .write = true};

	pthread_mutex_lock(&world);
	model_access(model(), &access);
	pthread_mutex_unlock(&world);
}

uint32_t cpus_pages_free(void)
{
	uint32_t count;

	pthread_mutex_lock(&world);
	count = model_host_pages_free(cpus.host);
	pthread_mutex_unlock(&world);
	return count;
}
