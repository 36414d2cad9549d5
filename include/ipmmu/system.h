/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * system.h - the life of a system: probe to a known state, queries, service.
 *
 * Locks: the library takes the system lock, then the page-table lock of a domain that owns its
 * tables, then a root's lock (interrupt-safe, a leaf). No lock is held while it waits for the
 * hardware or for the quiesce hook.
 */
#ifndef IPMMU_SYSTEM_H
#define IPMMU_SYSTEM_H

#include <ipmmu/desc.h>
#include <ipmmu/ops.h>
#include <ipmmu/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct ipmmu_system - all roots, caches, masters and domains of one description. */
struct ipmmu_system;
/** struct ipmmu_domain - one address space; see domain.h. */
struct ipmmu_domain;
/** struct ipmmu_master - one claimed master; see master.h. */
struct ipmmu_master;

/** struct ipmmu_options - the host's wishes; all zero is safe and right for most. */
struct ipmmu_options {
	/** Mode of every root. AUTO: stage 2 where the part is known to do it, else AArch32. */
	enum ipmmu_mode mode;
	/** Use stage 2 where the part is not known to do it. Not where it is known not to. */
	bool force_stage2;
	/** Accept parts that are known not to isolate well (H3 ES1/ES2, M3-W ES1, G2M). */
	bool accept_unsuitable;
	/** Also deny running uTLBs that no described master has. */
	bool lockdown;
	/**
	 * Highest number of contexts to use, 0 = all. On Gen2 one context is all that has ever
	 * been driven: 1 leaves none for deny, and then consent_bypass must be set.
	 */
	uint32_t max_contexts;
	/** The host accepts that a detached master is in bypass. Only with max_contexts = 1. */
	bool consent_bypass;
	/**
	 * The host knows of its part that a flush of a context empties the uTLBs that select
	 * it. All public drivers rely on that; no public manual says it. False: every flush
	 * writes each of these uTLBs once more, with its own FLUSH.
	 */
	bool context_flush_reaches_utlbs;
	/**
	 * The host knows that FLUSH of a cache's IMCTR does not read back on its part. True: a
	 * flush waits for the root alone, as every public driver does, and only MMUEN of the
	 * caches is verified. False: a cache whose FLUSH does not end is offline at probe,
	 * and later takes the domain to quarantine.
	 */
	bool cache_flush_unreadable;
	/**
	 * A map of a table that the library owns ends with a flush, for parts that may keep
	 * "nothing is mapped there". No public driver does it.
	 */
	bool flush_additions;
	/** Longest wait for a flush, in microseconds; 0 = 1000. At most 1000000. */
	uint32_t flush_timeout_us;
	/**
	 * Faults that a context may have at once, at most 65536; 0 = 16. It may have 100 more
	 * each second. A context that has more gets its interrupt masked for a while.
	 */
	uint32_t storm_limit;
};

/**
 * ipmmu_system_create() - bring every unit of a description to a known state.
 * @ops:     the host's hooks; must stay valid.
 * @host:    given to every hook.
 * @desc:    the description; must stay valid, the library keeps pointers into it.
 * @options: wishes, or NULL for all zero.
 * @out:     set to the system on success, to NULL otherwise.
 *
 * In this order: checks everything, takes all memory, powers the units, reads every uTLB,
 * decides; up to here nothing is written. Then, root by root: clears USE_SECGRP and applies
 * errata, builds the deny context and waits for its flush, moves to it every running uTLB of a
 * described master (not those marked keep; under lockdown also the undescribed), disables every
 * context that no kept uTLB uses, sets the format of all contexts (S2PTE), clears every IMSTR,
 * enables the deny context's interrupt. With consent_bypass running uTLBs stay as found.
 *
 * A context that is on in the root but in no cache that was read is in use by somebody whom the
 * library cannot see, and so is each one that is on while a cache was not read. Nobody gets
 * such a context: it is KEPT. When every context is in use by masters that will be denied, the
 * uTLBs of one of them are pointed at another of them first, so that the first becomes the deny
 * context. The host connects each root's interrupt to
 * ipmmu_root_interrupt() when the call has returned. A unit without power, one that reads all
 * ones or whose first flush does not end is offline, with an event; so is every cache of an
 * offline root. This is no error of the call.
 *
 * Return: IPMMU_OK, or with nothing written and nothing left allocated or powered
 *   IPMMU_E_ARG         a NULL pointer, a missing hook, options that contradict each other
 *   IPMMU_E_RANGE       a number of the description outside of its range
 *   IPMMU_E_EXISTS      two MMUs with overlapping registers, one port twice in one master
 *   IPMMU_E_ROOT        a cache whose root is not a root, or of another SoC row
 *   IPMMU_E_UNSUPPORTED no SoC row, an unsuitable part, a mode that the part cannot do
 *   IPMMU_E_FORMAT      a kept context whose format is not the root's mode
 *   IPMMU_E_NO_CONTEXT  no context is left for deny
 *   IPMMU_E_NO_MEMORY   a memory hook gave nothing
 * Each is told by an event that names the unit, the value and the allowed range.
 *
 * Context: no lock held, not from an interrupt. Waits for flushes, bounded by the time-out.
 * Cost: the table in docs/register-accesses.md.
 * Source: order of the public drivers' probe (Linux 6.1, Xen ipmmu-vmsa.c); deny, the uTLB
 * pass and the write of 0 to every IMSTR are ours.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_system_create(const struct ipmmu_ops *ops, void *host,
						    const struct ipmmu_system_desc *desc,
						    const struct ipmmu_options *options,
						    struct ipmmu_system **out);

/**
 * ipmmu_system_destroy() - forget a system; the hardware goes on denying.
 * @system: from ipmmu_system_create(), or NULL (does nothing).
 *
 * Deny contexts stay on with their interrupt off (unless the flush that comes with this
 * change never can be made), their tables stay allocated and their units
 * powered: each is reported by IPMMU_EVENT_DENY_LEFT. So do tables of abandoned domains that a
 * walker may still know: IPMMU_EVENT_TABLES_LEFT. All else is returned.
 *
 * Return: IPMMU_OK, or IPMMU_E_BUSY while a master or a domain exists (nothing changed).
 * Context: no lock held; the host has disconnected the interrupts and runs no other call.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_system_destroy(struct ipmmu_system *system);

/** enum ipmmu_context_state - what a context is used for. */
enum ipmmu_context_state {
	IPMMU_CONTEXT_RESERVED,    /**< never used: context 0 on Gen3 and Gen4, over
				      max_contexts, or in use by others with a format that
				      does not fit */
	IPMMU_CONTEXT_FREE,        /**< off, may be given */
	IPMMU_CONTEXT_DENY,        /**< always on, leads nowhere */
	IPMMU_CONTEXT_LIVE,        /**< a domain's */
	IPMMU_CONTEXT_QUARANTINED, /**< its flush did not end, or a uTLB that was closed may
				      still use it; nobody gets it */
	IPMMU_CONTEXT_KEPT,        /**< in use when the system was created, left as found */
	IPMMU_CONTEXT_RETRYING,    /**< as QUARANTINED, with a retry under way */
	IPMMU_CONTEXT_STATE_COUNT
};

/** struct ipmmu_context_info - one context of a root. */
struct ipmmu_context_info {
	enum ipmmu_context_state state;
	struct ipmmu_domain *domain; /**< holder, NULL if none */
	uint32_t generation;         /**< how often it was set up */
	bool masked;                 /**< fault interrupts off because of a storm */
	uint64_t faults;             /**< faults seen since it was set up */
};

/** struct ipmmu_mmu_info - one MMU. */
struct ipmmu_mmu_info {
	bool online;
	enum ipmmu_err why; /**< why it is offline; IPMMU_OK when online */
	bool is_root;
	uint32_t root;         /**< index of its root */
	enum ipmmu_mode mode;  /**< mode of its root */
	uint32_t contexts;     /**< contexts of its root */
	uint32_t deny_context; /**< IPMMU_NONE where the host consented to bypass */
	bool deny_unproven;    /**< nobody has been seen to drive that context: Gen2 */
	uint32_t utlbs;        /**< 0 on a root of Gen3 and Gen4 */
};

/** enum ipmmu_utlb_state - where a port leads. */
enum ipmmu_utlb_state {
	IPMMU_UTLB_UNMANAGED, /**< as found at probe: off (bypass), or on a kept context */
	IPMMU_UTLB_DENIED,    /**< on the deny context */
	IPMMU_UTLB_OPEN,      /**< on its owner domain's context */
	IPMMU_UTLB_BYPASS,    /**< untranslated, by the host's consent */
	IPMMU_UTLB_UNVERIFIED /**< told to deny, does not read back so */
};

/** struct ipmmu_utlb_info - one uTLB. */
struct ipmmu_utlb_info {
	enum ipmmu_utlb_state state;
	uint32_t context;           /**< context it selects; IPMMU_NONE when off */
	struct ipmmu_domain *owner; /**< owner domain, NULL if none */
	uint32_t claimed; /**< claimed masters that have it: a group when more than one */
};

/**
 * ipmmu_mmu_query() - the state of one MMU.
 * @mmu: index in the description.  @info: filled in.
 * Return: IPMMU_OK; IPMMU_E_ARG for NULL; IPMMU_E_RANGE.  Context: takes no lock: nothing of
 * it changes after create.
 * Cost: no register access.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_mmu_query(struct ipmmu_system *system, uint32_t mmu,
						struct ipmmu_mmu_info *info);

/** ipmmu_context_query() - the state of context @context of the root of @mmu. As above. */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_context_query(struct ipmmu_system *system, uint32_t mmu,
						    uint32_t context,
						    struct ipmmu_context_info *info);

/**
 * ipmmu_context_retry() - free a context that is in quarantine, or was kept for others.
 * @mmu: index of an MMU; its root's context is meant.  @context: its number.
 *
 * It is the only way out of quarantine, for contexts with and without a domain:
 * ipmmu_domain_retry() is the same call. Every uTLB that may select the context is denied and
 * read back, then the context is switched off and flushed. A KEPT context is freed when no
 * uTLB selects it any more. By this call the host vouches that no unit outside of the
 * description does.
 *
 * When it returns IPMMU_OK the context is free. What it could reach may be released, and the
 * tables of an abandoned domain that owned them are returned. IPMMU_EVENT_RELEASED reports it,
 * with the cookie of the domain.
 *
 * Return: IPMMU_OK, or
 *   IPMMU_E_ARG         NULL
 *   IPMMU_E_RANGE       no such MMU or context
 *   IPMMU_E_OFFLINE     the root is offline; or the context is KEPT, and a cache that was not
 *                       read at probe may use it; nothing changed
 *   IPMMU_E_STATE       neither in quarantine nor kept; nothing changed
 *   IPMMU_E_BUSY        another retry of it runs, another call changes its domain, or it is
 *                       KEPT and a uTLB selects it; nothing changed
 *   IPMMU_E_TIMEOUT     its flush still does not end; in quarantine
 *   IPMMU_E_UNVERIFIED  a uTLB still may select it; in quarantine
 * Context: takes the system lock and the root's, holds none while it waits or calls quiesce.
 * Not from an interrupt.
 * Cost: 1 write and 1 read per unit, 1 write and 1 read per uTLB that may select it.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_context_retry(struct ipmmu_system *system, uint32_t mmu,
						    uint32_t context);

/**
 * ipmmu_system_retry() - ipmmu_context_retry() for each context in quarantine without a domain.
 *
 * Call it when a domain was abandoned some time ago, for example before the next one is made.
 *
 * Return: how many of them are not free yet, also those that another call retries just now; 0
 * for NULL. Context and cost: as ipmmu_context_retry(), for each.
 */
uint32_t ipmmu_system_retry(struct ipmmu_system *system);

/** ipmmu_utlb_query() - the state of uTLB @utlb of @mmu. As above; E_OFFLINE on an offline MMU.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_utlb_query(struct ipmmu_system *system, uint32_t mmu,
						 uint32_t utlb, struct ipmmu_utlb_info *info);

#ifdef __cplusplus
}
#endif
#endif
