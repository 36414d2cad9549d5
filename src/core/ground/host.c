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

unsigned long ipmmu_lock(struct ipmmu_system *system, void *lock)
{
	return lock != NULL ? system->ops->lock(system->host, lock) : 0ul;
}

void ipmmu_unlock(struct ipmmu_system *system, void *lock, unsigned long saved)
{
	if (lock != NULL) {
		system->ops->unlock(system->host, lock, saved);
	}
}

bool ipmmu_lock_make(struct ipmmu_system *system, enum ipmmu_lock_kind kind, void **lock)
{
	if (system->ops->lock_create == NULL) {
		return true;
	}
	*lock = system->ops->lock_create(system->host, kind);
	return *lock != NULL;
}

void ipmmu_lock_drop(struct ipmmu_system *system, void *lock)
{
	if (lock != NULL) {
		system->ops->lock_destroy(system->host, lock);
	}
}

unsigned long ipmmu_root_lock(const struct ipmmu_root *root)
{
	return ipmmu_lock(root->system, root->lock);
}

void ipmmu_root_unlock(const struct ipmmu_root *root, unsigned long saved)
{
	ipmmu_unlock(root->system, root->lock, saved);
}

void ipmmu_barrier(const struct ipmmu_system *system)
{
	(system->ops->barrier)(system->host); /* in parentheses: Xen has a macro of this name */
}

uint64_t ipmmu_now(const struct ipmmu_system *system)
{
	return system->ops->now_us(system->host);
}

void ipmmu_wait_begin(struct ipmmu_wait *wait, const struct ipmmu_system *system,
		      uint32_t limit_us)
{
	wait->system = system;
	wait->start_us = ipmmu_now(system);
	wait->first_us = wait->start_us;
	wait->limit_us = limit_us;
	wait->passes = limit_us * PASSES_PER_US;
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
