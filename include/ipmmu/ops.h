/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * ops.h - everything that the library needs from its host.
 */
#ifndef IPMMU_OPS_H
#define IPMMU_OPS_H

#include <ipmmu/desc.h>
#include <ipmmu/types.h>

struct ipmmu_event;     /* event.h */
struct ipmmu_fault;     /* fault.h */
struct ipmmu_pt_level;  /* pgtable.h */
struct ipmmu_pt_source; /* walk.h */

/** enum ipmmu_lock_kind - what a lock has to keep out. */
enum ipmmu_lock_kind {
	IPMMU_LOCK_PLAIN, /**< other CPUs; never taken in an interrupt */
	IPMMU_LOCK_IRQ    /**< other CPUs and this CPU's interrupts */
};

/** enum ipmmu_escalation - why isolation could not be verified. */
enum ipmmu_escalation {
	IPMMU_ESCALATE_DENY_READBACK /**< a uTLB told to deny does not read back so */
};

/**
 * struct ipmmu_ops - the host's hooks.
 *
 * Every hook gets @host unchanged. No hook may call back into the library. "any" means: may be
 * called with a lock of the library held and interrupts off; other hooks are called without.
 * A hook marked optional may be NULL; what then happens is said beside it. All others are
 * checked once, in ipmmu_system_create().
 */
struct ipmmu_ops {
	/** Read the 32-bit register at byte @offset of the region @mmio. any. Cannot fail. */
	uint32_t (*mmio_read32)(void *host, void *mmio, uint32_t offset);
	/** Write it. Stores to tables made before the call are visible to the walker first.
	 * any. */
	void (*mmio_write32)(void *host, void *mmio, uint32_t offset, uint32_t value);

	/**
	 * Make a lock; NULL = no memory. The four lock hooks are optional together: without
	 * them the host calls the library from one place at a time, interrupt half included.
	 */
	void *(*lock_create)(void *host, enum ipmmu_lock_kind kind);
	void (*lock_destroy)(void *host, void *lock);
	/** Take it; not recursive. Returns what unlock needs to restore (interrupt state). */
	unsigned long (*lock)(void *host, void *lock);
	void (*unlock)(void *host, void *lock, unsigned long saved);

	/** @size bytes for small objects, zeroed, aligned for any type; NULL = no memory. */
	void *(*alloc)(void *host, size_t size);
	/** Give them back; @size as at alloc. */
	void (*free)(void *host, void *object, size_t size);

	/**
	 * @pages (1 or 2) 4 KiB table pages, contiguous and aligned to @pages * 4 KiB, below
	 * 2^40; sets *@pa. The library clears what it does not write. NULL = no memory.
	 */
	void *(*table_alloc)(void *host, uint32_t pages, struct ipmmu_pa *pa);
	/** Give back pages that no walker can reach any more. */
	void (*table_free)(void *host, void *table, struct ipmmu_pa pa, uint32_t pages);
	/**
	 * Optional, for domains that own their tables: the pointer that table_alloc gave for
	 * @pa, which is the start of a page of it. Of these domains table_alloc and table_free
	 * are called with a page-table lock held, which is a plain one. any.
	 */
	void *(*table_ptr)(void *host, struct ipmmu_pa pa);
	/**
	 * Optional: read the 8 bytes at @at of a table that the host has given to
	 * ipmmu_domain_create(), so that faults can name the entry. False: it cannot be read.
	 * any.
	 */
	bool (*table_read)(void *host, struct ipmmu_pa at, uint64_t *entry);
	/**
	 * Optional, with table_read: ipmmu_pt_explain_by, so that ipmmu_service() walks the
	 * host's tables for faults. A host that leaves it out links nothing of the page-table
	 * engine unless it calls it.
	 */
	uint32_t (*table_explain)(const struct ipmmu_pt_source *source, struct ipmmu_iova iova,
				  struct ipmmu_pt_level *levels);

	/**
	 * Make @size bytes at @start visible to the walker, and wait until they are: clean to
	 * the point of coherency, then a barrier (Arm: dsb sy); where the walkers snoop, the
	 * barrier alone. any.
	 */
	void (*clean)(void *host, const void *start, size_t size);
	/** Full barrier between memory, register writes and register reads (Arm: dsb sy). any.
	 */
	void (*barrier)(void *host);

	/** Monotonic microseconds, in steps of any size: a wait lasts up to one step longer. A
	 * clock that stands still makes waits end by count. any. */
	uint64_t (*now_us)(void *host);
	/** Optional: called between two polls (Arm: yield). any. */
	void (*relax)(void *host);

	/**
	 * Optional, both or none: keep @mmu powered until power_put. IPMMU_OK, or any error:
	 * the unit stays offline. Without them only units marked always_on are touched.
	 */
	enum ipmmu_err (*power_get)(void *host, const struct ipmmu_mmu_desc *mmu);
	void (*power_put)(void *host, const struct ipmmu_mmu_desc *mmu);

	/**
	 * Optional, both or none: stop the DMA of @master until release. True = no access of
	 * @master is under way any more and none starts. Called before the flush of its old
	 * context, and before it is let into a domain: while it is denied, except uTLBs that
	 * others of its group keep open. Also by a retry of its domain, and when that is
	 * abandoned; and where the host has consented to bypass, before a uTLB of it is
	 * switched off. After release, which follows when quiesce answered true, it must not go
	 * on with what it was told to do before. While a uTLB of it does not read back as
	 * denied there is no release: it stays stopped until a later attach, move or removal of
	 * it, or a retry of its domain, finds it denied. Without the hook, or when it answers
	 * false, accesses that were in flight when the uTLB was written may still end under the
	 * old tables, and what the master was told to do for its old domain runs on in its new.
	 */
	bool (*quiesce)(void *host, const struct ipmmu_master_desc *master);
	void (*release)(void *host, const struct ipmmu_master_desc *master);

	/** Optional: something happened that a person may want to read. any. */
	void (*event)(void *host, const struct ipmmu_event *event);
	/** Optional: one decoded fault; called by ipmmu_service(). */
	void (*fault)(void *host, const struct ipmmu_fault *fault);
	/** Optional: please call ipmmu_service() at @at_us of now_us, or soon when 0. any. */
	void (*service_wanted)(void *host, uint64_t at_us);
	/**
	 * Optional: the isolation of @master's port cannot be verified. The host decides; a
	 * hypervisor panics. When it returns, or is NULL, the call goes on and ends in the
	 * state that its documentation names E_UNVERIFIED for. any.
	 */
	void (*escalate)(void *host, enum ipmmu_escalation why, uint32_t mmu, uint32_t utlb);
};

#endif
