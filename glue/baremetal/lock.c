// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * lock.c - ticket locks. One atomic addition takes a ticket: by exclusive accesses, or by one
 * instruction where the CPU has LSE.
 */
#include "ipmmu-baremetal.h"
#include "ipmmu-cpu.h"

void ipmmu_lock_init(struct ipmmu_lock *lock, enum ipmmu_lock_kind kind)
{
	lock->next = 0;
	lock->owner = 0;
	lock->kind = (uint8_t)kind;
	lock->lse = ipmmu_cpu_has_lse();
}

unsigned long ipmmu_lock_take(struct ipmmu_lock *lock)
{
	unsigned long saved = 0;

	if (lock->kind == IPMMU_LOCK_IRQ) {
		saved = ipmmu_cpu_irq_save();
	}
	ipmmu_cpu_wait_until(&lock->owner, ipmmu_cpu_add(&lock->next, lock->lse));
	return saved;
}

void ipmmu_lock_give(struct ipmmu_lock *lock, unsigned long saved)
{
	ipmmu_cpu_release(&lock->owner, lock->owner + 1u);
	if (lock->kind == IPMMU_LOCK_IRQ) {
		ipmmu_cpu_irq_restore(saved);
	}
}
