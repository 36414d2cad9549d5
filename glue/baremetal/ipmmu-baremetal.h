/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * ipmmu-baremetal.h - the hooks of the library for an image without an operating system: no
 * heap, no C library. AArch64 at EL1 or EL2, and 32-bit Arm with a generic timer (v7).
 *
 * What the image has to have before it calls anything here: MMU and caches on (the exclusive
 * accesses of locks need them), memory mapped as normal, write-back, inner shareable, and the
 * registers of the units as device memory, all at virtual addresses equal to machine addresses.
 *
 *	static uint8_t memory[MEMORY_BYTES] __attribute__((aligned(8192)));
 *	static struct ipmmu_baremetal metal;
 *	static struct ipmmu_ops ops;
 *
 *	err = ipmmu_baremetal_init(&metal, &config);
 *	ipmmu_baremetal_ops_init(&ops);
 *	ipmmu_baremetal_bind(mmus, desc.mmu_count);
 *	err = ipmmu_system_create(&ops, &metal, &desc, NULL, &system);
 */
#ifndef IPMMU_BAREMETAL_H
#define IPMMU_BAREMETAL_H

#include <ipmmu/arena.h>
#include <ipmmu/ops.h>
#include <ipmmu/pgtable.h>

/** Locks that there can be: one for the system, one for each root, one for each domain that
 * owns its table. */
#define IPMMU_BAREMETAL_LOCKS 128

/** struct ipmmu_lock - a ticket lock: who asks first is first. Zeroed is unlocked. */
struct ipmmu_lock {
	uint32_t next;  /**< ticket that the next one gets */
	uint32_t owner; /**< ticket whose turn it is */
	uint8_t kind;   /**< enum ipmmu_lock_kind */
	bool taken;     /**< as a place of the pool */
	bool lse;
};

/** struct ipmmu_baremetal_config - what the image gives. */
struct ipmmu_baremetal_config {
	/** For all objects and tables: static, aligned to 8 KiB, mapped one to one. */
	void *memory;
	size_t size;                    /**< bytes of it */
	struct ipmmu_arena_needs needs; /**< how much the image will use at once */
	/** One line for a person, without its end. Optional. Called from any context, also
	 * with interrupts masked and a lock held: it takes no lock that is held around calls
	 * of the library. */
	void (*print)(void *arg, const char *line);
	/** Optional: isolation cannot be verified. Stop everything, and do not return. */
	void (*halt)(void *arg);
	void *arg; /**< given to both */
};

/**
 * struct ipmmu_baremetal - the host pointer of the library, or the first member of what is.
 * Its members are private.
 */
struct ipmmu_baremetal {
	struct ipmmu_baremetal_config config;
	struct ipmmu_arena *arena;
	struct ipmmu_lock arena_lock;
	struct ipmmu_lock pool_lock;
	struct ipmmu_lock locks[IPMMU_BAREMETAL_LOCKS];
	uint64_t due_us; /**< when ipmmu_service() is wanted */
	uint32_t scale;  /**< microseconds of one tick, times 2^31 */
	uint32_t line;   /**< bytes of a cache line */
	bool due;        /**< it is wanted */
};

/**
 * ipmmu_baremetal_init() - make the arena and look at the CPU.
 * @metal:  filled in.  @config: copied.
 *
 * Return: IPMMU_OK, or, told by a line where there is a print hook,
 *   IPMMU_E_ARG        a NULL pointer, or no memory
 *   IPMMU_E_NO_MEMORY  config->size is less than config->needs want; the line says how much
 *   IPMMU_E_ALIGN      config->memory is not aligned to 8 KiB
 *   IPMMU_E_RANGE      CNTFRQ is below 1 MHz: firmware has not set it
 * Context: once, on the first core, with MMU and caches on.
 */
IPMMU_MUST_CHECK enum ipmmu_err
ipmmu_baremetal_init(struct ipmmu_baremetal *metal,
		     const struct ipmmu_baremetal_config *config);

/**
 * ipmmu_baremetal_ops_init() - set every hook but power, quiesce and fault; others stay.
 * @ops: gets registers, locks, memory, clean, barrier, clock, event, escalate, service_wanted.
 *
 * Without power hooks only units in an always-on domain are used. ops->fault is set to one that
 * prints a line when it is NULL.
 */
void ipmmu_baremetal_ops_init(struct ipmmu_ops *ops);

/** ipmmu_baremetal_pt_ops() - the same memory for page tables; their host is @metal too. */
const struct ipmmu_pt_ops *ipmmu_baremetal_pt_ops(void);

/** ipmmu_baremetal_bind() - registers are where the description says: fill in the cookies. */
void ipmmu_baremetal_bind(struct ipmmu_mmu_desc *mmus, uint32_t count);

/**
 * ipmmu_baremetal_service_due() - is it time to call ipmmu_service()?
 *
 * True once for each time that the library asked for it. The image asks in its main loop, at
 * least every 10 ms, and calls ipmmu_service() until that returns false. Asking after an
 * interrupt alone is not enough: a context that faults too often has its interrupt masked, and
 * gets it back by a service that is due 10 ms later. The wish is for one caller: two cores may
 * both ask, and one of them is answered true.
 */
bool ipmmu_baremetal_service_due(struct ipmmu_baremetal *metal);

/** ipmmu_baremetal_now_us() - as ipmmu_ops.now_us; @host is the struct ipmmu_baremetal. */
uint64_t ipmmu_baremetal_now_us(void *host);

/** ipmmu_baremetal_clean() - as ipmmu_ops.clean. */
void ipmmu_baremetal_clean(void *host, const void *start, size_t size);

/** ipmmu_lock_init() - @lock is not held; for locks of the image's own. */
void ipmmu_lock_init(struct ipmmu_lock *lock, enum ipmmu_lock_kind kind);
/** ipmmu_lock_take() - wait for @lock. Returns what ipmmu_lock_give() needs. */
unsigned long ipmmu_lock_take(struct ipmmu_lock *lock);
/** ipmmu_lock_give() - give it to who waits longest. */
void ipmmu_lock_give(struct ipmmu_lock *lock, unsigned long saved);

#endif
