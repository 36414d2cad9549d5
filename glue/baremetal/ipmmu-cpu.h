/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * ipmmu-cpu.h - the few instructions that C has no words for: barriers, the interrupt mask,
 * cache lines, the counter, and the atomic addition under a lock. AArch64 at EL1 or EL2, and
 * 32-bit Arm from v7 with the virtualization extensions at PL1.
 */
#ifndef IPMMU_CPU_H
#define IPMMU_CPU_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __aarch64__

/** ipmmu_cpu_barrier() - all that came before is seen by every observer before what follows. */
static inline void ipmmu_cpu_barrier(void)
{
	__asm__ volatile("dsb sy" : : : "memory");
}

/** ipmmu_cpu_read32() - one load that no compiler splits; what follows stays behind it. */
static inline uint32_t ipmmu_cpu_read32(uintptr_t at)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, [%1]\n\tdmb osh" : "=r"(value) : "r"(at) : "memory");
	return value;
}

/** ipmmu_cpu_write32() - one store; all stores and cleans before it are complete first. */
static inline void ipmmu_cpu_write32(uintptr_t at, uint32_t value)
{
	__asm__ volatile("dsb sy\n\tstr %w0, [%1]" : : "r"(value), "r"(at) : "memory");
}

/** ipmmu_cpu_irq_save() - mask interrupts; returns what they were. */
static inline unsigned long ipmmu_cpu_irq_save(void)
{
	unsigned long saved;

	__asm__ volatile("mrs %0, daif\n\tmsr daifset, #3" : "=r"(saved) : : "memory");
	return saved;
}

/** ipmmu_cpu_irq_restore() - as they were. */
static inline void ipmmu_cpu_irq_restore(unsigned long saved)
{
	__asm__ volatile("msr daif, %0" : : "r"(saved) : "memory");
}

/** ipmmu_cpu_line() - bytes of the smallest data cache line, from CTR_EL0. */
static inline uintptr_t ipmmu_cpu_line(void)
{
	uint64_t ctr;

	__asm__ volatile("mrs %0, ctr_el0" : "=r"(ctr));
	return (uintptr_t)4 << (ctr >> 16 & 0xf);
}

/** ipmmu_cpu_clean_line() - clean the line of @at to the point of coherency. */
static inline void ipmmu_cpu_clean_line(uintptr_t at)
{
	__asm__ volatile("dc cvac, %0" : : "r"(at) : "memory");
}

/** ipmmu_cpu_level() - the exception level this runs at. */
static inline unsigned int ipmmu_cpu_level(void)
{
	uint64_t level;

	__asm__ volatile("mrs %0, currentel" : "=r"(level));
	return (unsigned int)(level >> 2 & 3);
}

/** ipmmu_cpu_counter() - the generic timer's counter: the physical one where that may be read.
 */
static inline uint64_t ipmmu_cpu_counter(void)
{
	uint64_t count;

	if (ipmmu_cpu_level() > 1) {
		__asm__ volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(count) : : "memory");
	} else {
		__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(count) : : "memory");
	}
	return count;
}

/** ipmmu_cpu_frequency() - what the counter counts in a second, as firmware has set it. */
static inline uint32_t ipmmu_cpu_frequency(void)
{
	uint64_t hertz;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hertz));
	return (uint32_t)hertz;
}

/** ipmmu_cpu_has_lse() - the CPU adds in one instruction. */
static inline bool ipmmu_cpu_has_lse(void)
{
	uint64_t isar;

	__asm__ volatile("mrs %0, id_aa64isar0_el1" : "=r"(isar));
	return (isar >> 20 & 0xf) >= 2;
}

/** ipmmu_cpu_add() - *@at += 1 with acquire order; returns what it was. */
static inline uint32_t ipmmu_cpu_add(uint32_t *at, bool lse)
{
	uint32_t old;
	uint32_t sum;
	uint32_t failed;

	if (lse) {
		__asm__ volatile(".arch_extension lse\n\tldadda %w2, %w0, %1"
				 : "=&r"(old), "+Q"(*at)
				 : "r"(1u)
				 : "memory");
	} else {
		__asm__ volatile("1:	ldaxr %w0, %3\n"
				 "	add %w1, %w0, #1\n"
				 "	stxr %w2, %w1, %3\n"
				 "	cbnz %w2, 1b"
				 : "=&r"(old), "=&r"(sum), "=&r"(failed), "+Q"(*at)
				 :
				 : "memory");
	}
	return old;
}

/** ipmmu_cpu_wait_until() - until *@at is @value, with acquire order. */
static inline void ipmmu_cpu_wait_until(uint32_t *at, uint32_t value)
{
	uint32_t now;

	__asm__ volatile("	sevl\n"
			 "1:	wfe\n"
			 "	ldaxr %w0, %1\n"
			 "	cmp %w0, %w2\n"
			 "	b.ne 1b"
			 : "=&r"(now)
			 : "Q"(*at), "r"(value)
			 : "cc", "memory");
}

/** ipmmu_cpu_release() - store with release order, and wake who waits. */
static inline void ipmmu_cpu_release(uint32_t *at, uint32_t value)
{
	__asm__ volatile("stlr %w1, %0\n\tdsb ishst\n\tsev"
			 : "=Q"(*at)
			 : "r"(value)
			 : "memory");
}

static inline void ipmmu_cpu_relax(void)
{
	__asm__ volatile("yield" : : : "memory");
}

#else /* 32-bit Arm */

static inline void ipmmu_cpu_barrier(void)
{
	__asm__ volatile("dsb sy" : : : "memory");
}

static inline uint32_t ipmmu_cpu_read32(uintptr_t at)
{
	uint32_t value;

	__asm__ volatile("ldr %0, [%1]\n\tdmb sy" : "=r"(value) : "r"(at) : "memory");
	return value;
}

static inline void ipmmu_cpu_write32(uintptr_t at, uint32_t value)
{
	__asm__ volatile("dsb sy\n\tstr %0, [%1]" : : "r"(value), "r"(at) : "memory");
}

static inline unsigned long ipmmu_cpu_irq_save(void)
{
	unsigned long saved;

	__asm__ volatile("mrs %0, cpsr\n\tcpsid if" : "=r"(saved) : : "memory");
	return saved;
}

static inline void ipmmu_cpu_irq_restore(unsigned long saved)
{
	__asm__ volatile("msr cpsr_c, %0" : : "r"(saved) : "memory", "cc");
}

static inline uintptr_t ipmmu_cpu_line(void)
{
	uint32_t ctr;

	__asm__ volatile("mrc p15, 0, %0, c0, c0, 1" : "=r"(ctr));
	return (uintptr_t)4 << (ctr >> 16 & 0xf);
}

static inline void ipmmu_cpu_clean_line(uintptr_t at)
{
	__asm__ volatile("mcr p15, 0, %0, c7, c10, 1" : : "r"(at) : "memory");
}

static inline unsigned int ipmmu_cpu_level(void)
{
	return 1;
}

static inline uint64_t ipmmu_cpu_counter(void)
{
	uint32_t low;
	uint32_t high;

	__asm__ volatile("isb\n\tmrrc p15, 1, %0, %1, c14"
			 : "=r"(low), "=r"(high)
			 :
			 : "memory");
	return (uint64_t)high << 32 | low;
}

static inline uint32_t ipmmu_cpu_frequency(void)
{
	uint32_t hertz;

	__asm__ volatile("mrc p15, 0, %0, c14, c0, 0" : "=r"(hertz));
	return hertz;
}

static inline bool ipmmu_cpu_has_lse(void)
{
	return false;
}

static inline uint32_t ipmmu_cpu_add(uint32_t *at, bool lse)
{
	uint32_t old;
	uint32_t sum;
	uint32_t failed;

	(void)lse;
	__asm__ volatile("1:	ldrex %0, %3\n"
			 "	add %1, %0, #1\n"
			 "	strex %2, %1, %3\n"
			 "	cmp %2, #0\n"
			 "	bne 1b\n"
			 "	dmb"
			 : "=&r"(old), "=&r"(sum), "=&r"(failed), "+Q"(*at)
			 :
			 : "cc", "memory");
	return old;
}

static inline void ipmmu_cpu_wait_until(uint32_t *at, uint32_t value)
{
	uint32_t now;

	__asm__ volatile("1:	ldr %0, %1\n"
			 "	cmp %0, %2\n"
			 "	beq 2f\n"
			 "	wfe\n"
			 "	b 1b\n"
			 "2:	dmb"
			 : "=&r"(now)
			 : "Q"(*at), "r"(value)
			 : "cc", "memory");
}

static inline void ipmmu_cpu_release(uint32_t *at, uint32_t value)
{
	__asm__ volatile("dmb\n\tstr %1, %0\n\tdsb\n\tsev" : "=Q"(*at) : "r"(value) : "memory");
}

static inline void ipmmu_cpu_relax(void)
{
	__asm__ volatile("yield" : : : "memory");
}

#endif
#endif
