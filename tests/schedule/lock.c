// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * lock.c - locks of the library: a CPU that wants one which another has does not run until it
 * is free. Order and place of each are checked.
 */
#include "hooks.h"

#include "machine.h"

static const char *level_name(enum lock_level level)
{
	switch (level) {
	case LOCK_SYSTEM:
		return "system";
	case LOCK_TABLE:
		return "page table";
	default:
		return "root";
	}
}

static void *hook_lock_create(void *host, enum ipmmu_lock_kind kind)
{
	struct machine *m = host;
	struct lock *lock;

	hooks_point(m, STEP_LOCK_CREATE, NULL, (uint64_t)kind, 0);
	locks_none(m, "lock_create");
	lock = device_is_poor(m) ? NULL : heap_take(m, sizeof(*lock), HEAP_LOCK);
	if (lock == NULL) {
		return NULL;
	}
	lock->magic = MAGIC_ALIVE;
	lock->holder = CPU_NONE;
	lock->level = kind == IPMMU_LOCK_IRQ ? LOCK_ROOT
		      : m->hooks.creating    ? LOCK_SYSTEM
					     : LOCK_TABLE;
	return lock;
}

static void must_live(struct machine *m, const struct lock *lock, const char *what)
{
	if (!heap_is_alive(m, lock) || lock->magic != MAGIC_ALIVE) {
		found(m, "give-back", "%s of a lock that was destroyed", what);
	}
}

static void hook_lock_destroy(void *host, void *object)
{
	struct machine *m = host;
	struct lock *lock = object;

	hooks_point(m, STEP_LOCK_DESTROY, NULL, 0, 0);
	must_live(m, lock, "destroy");
	if (lock->holder != CPU_NONE) {
		found(m, "lock", "a %s lock is destroyed while %s has it",
		      level_name(lock->level), cpus_name(m->cpus, lock->holder));
	}
	heap_give(m, lock, sizeof(*lock), HEAP_LOCK);
}

static void check_order(struct machine *m, const struct lock *lock)
{
	uint32_t held = m->hooks.held[machine_me(m)];

	if (lock->holder == machine_me(m)) {
		found(m, "lock", "the %s lock is taken twice", level_name(lock->level));
	}
	if ((held & ~((uint32_t)lock->level - 1u)) != 0) {
		found(m, "lock",
		      "a %s lock is taken with locks %#x held: the order is system, "
		      "page table, root",
		      level_name(lock->level), held);
	}
	if (m->hooks.in_interrupt[machine_me(m)] && lock->level != LOCK_ROOT) {
		found(m, "lock", "a plain lock is taken in an interrupt");
	}
}

static unsigned long hook_lock(void *host, void *object)
{
	struct machine *m = host;
	struct lock *lock = object;
	struct call *call = &m->calls[machine_me(m)];

	hooks_point(m, STEP_LOCK, level_name(lock->level), 0, 0);
	must_live(m, lock, "lock");
	check_order(m, lock);
	while (lock->holder != CPU_NONE) {
		trace_step(m, STEP_WAITS, level_name(lock->level), 0, 0);
		cpus_wait(m->cpus, lock);
		must_live(m, lock, "lock");
	}
	lock->holder = machine_me(m);
	call->entered = true;
	m->hooks.held[machine_me(m)] |= (uint32_t)lock->level;
	return (unsigned long)lock->level + 40ul;
}

static void hook_unlock(void *host, void *object, unsigned long saved)
{
	struct machine *m = host;
	struct lock *lock = object;
	enum lock_level level = lock->level;

	must_live(m, lock, "unlock");
	if (lock->holder != machine_me(m) || saved != (unsigned long)level + 40ul) {
		found(m, "lock", "an unlock does not belong to its lock");
	}
	lock->holder = CPU_NONE;
	m->hooks.held[machine_me(m)] &= ~(uint32_t)level;
	cpus_wake(m->cpus, lock);
	/* After it is free: what is read from here on is read without it. */
	hooks_point(m, STEP_UNLOCK, level_name(level), 0, 0);
}

void locks_fill(struct ipmmu_ops *ops)
{
	ops->lock_create = hook_lock_create;
	ops->lock_destroy = hook_lock_destroy;
	ops->lock = hook_lock;
	ops->unlock = hook_unlock;
}

void locks_none(struct machine *m, const char *where)
{
	if (m->hooks.held[machine_me(m)] != 0) {
		found(m, "lock", "%s with locks %#x held", where, m->hooks.held[machine_me(m)]);
	}
}

void locks_table_only(struct machine *m, const char *where)
{
	if ((m->hooks.held[machine_me(m)] & ~(uint32_t)LOCK_TABLE) != 0) {
		found(m, "lock", "%s with locks %#x held", where, m->hooks.held[machine_me(m)]);
	}
}
