// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * host.c - the host's hooks that every floor uses: locks, barrier, time, waits.
 */
#include "ground.h"

enum {
	/** A clock that stands still ends a wait after this many passes per microsecond. */
	PASSES_PER_US = 100
};

bool ipmmu_lock_make(const struct ipmmu_system *system, enum ipmmu_lock_kind kind,
		     struct ipmmu_lock *lock)
{
	lock->system = system;
	if (system->ops->lock_create == NULL) {
		return true;
	}
	lock->lock = system->ops->lock_create(system->host, kind);
	return lock->lock != NULL;
}

void ipmmu_lock_drop(struct ipmmu_lock *lock)
{
	if (lock->lock != NULL) {
		lock->system->ops->lock_destroy(lock->system->host, lock->lock);
	}
}

void ipmmu_lock(struct ipmmu_lock *lock)
{
	if (lock->lock != NULL) {
		lock->saved = lock->system->ops->lock(lock->system->host, lock->lock);
	}
}

void ipmmu_unlock(struct ipmmu_lock *lock)
{
	if (lock->lock != NULL) {
		lock->system->ops->unlock(lock->system->host, lock->lock, lock->saved);
	}
}

void *ipmmu_alloc(const struct ipmmu_system *system, size_t size)
{
	return system->ops->alloc(system->host, size);
}

void ipmmu_free(const struct ipmmu_system *system, void *object, size_t size)
{
	if (object != NULL) {
		system->ops->free(system->host, object, size);
	}
}

void ipmmu_barrier(const struct ipmmu_system *system)
{
	(system->ops->barrier)(system->host); /* in parentheses: Xen has a macro of this name */
}

uint64_t ipmmu_now(const struct ipmmu_system *system)
{
	return system->ops->now_us(system->host);
}

void ipmmu_service_at(const struct ipmmu_system *system, uint64_t at_us)
{
	if (system->ops->service_wanted != NULL) {
		system->ops->service_wanted(system->host, at_us);
	}
}

void ipmmu_wait_begin(struct ipmmu_wait *wait, const struct ipmmu_system *system,
		      uint32_t timeouts)
{
	wait->system = system;
	wait->start_us = ipmmu_now(system);
	wait->first_us = wait->start_us;
	wait->limit_us = timeouts * system->options.flush_timeout_us;
	wait->passes = wait->limit_us * PASSES_PER_US;
	wait->expired = false;
}

bool ipmmu_wait_more(struct ipmmu_wait *wait)
{
	const struct ipmmu_ops *ops = wait->system->ops;
	uint64_t now;

	if (wait->expired) {
		return false;
	}
	if (ops->relax != NULL) {
		ops->relax(wait->system->host);
	}
	now = ipmmu_now(wait->system);
	if (wait->first_us == wait->start_us) {
		wait->first_us = now;
	}
	wait->passes--;
	wait->expired = now - wait->first_us >= wait->limit_us || wait->passes == 0u;
	return true;
}
