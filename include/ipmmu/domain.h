/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * domain.h - protection domains: one address space, at most one context, any number of masters.
 */
#ifndef IPMMU_DOMAIN_H
#define IPMMU_DOMAIN_H

#include <ipmmu/system.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct ipmmu_table - a table that the host supplies and keeps. */
struct ipmmu_table {
	/**
	 * Address of the level-1 table: below 2^40, aligned to 4 KiB; to 8 KiB where a 40-bit
	 * stage-2 input needs two concatenated tables.
	 */
	struct ipmmu_pa root;
	/** Its format; must be the mode of the domain's root. AUTO is not allowed. */
	enum ipmmu_mode format;
	/** Width of its input: stage 2 33..40, AArch32 32, VMSAv8-64 stage 1 39. */
	uint32_t input_bits;
};

/** enum ipmmu_domain_state - what became of a domain. */
enum ipmmu_domain_state {
	IPMMU_DOMAIN_IDLE,        /**< no context */
	IPMMU_DOMAIN_LIVE,        /**< has a context */
	IPMMU_DOMAIN_QUARANTINED, /**< its context's flush did not end */
	IPMMU_DOMAIN_ENDING       /**< its tables are being returned: ipmmu_domain_drain() */
};

/** struct ipmmu_domain_info - one domain. */
struct ipmmu_domain_info {
	enum ipmmu_domain_state state;
	uint32_t root;            /**< index of its root */
	uint32_t context;         /**< IPMMU_NONE while idle */
	uint32_t masters;         /**< how many are in it */
	bool reserved;            /**< keeps its context without masters */
	bool owned;               /**< the library owns its table; see owned.h */
	struct ipmmu_table table; /**< what its root walks */
	void *cookie;             /**< the host's own */
};

/**
 * ipmmu_domain_create() - a domain over a table that the host supplies.
 * @system: the system.
 * @root:   index of the root MMU that will walk the table.
 * @table:  the table; copied. Its pages stay the host's and must stay as long as the domain has
 *          a context.
 * @cookie: the host's own, given back in queries and faults.
 * @out:    set to the domain, or to NULL.
 *
 * Takes no context yet.
 *
 * Return: IPMMU_OK, or with nothing changed
 *   IPMMU_E_ARG        a NULL pointer
 *   IPMMU_E_RANGE      @root is no root; table at or over 2^40; input bits not allowed
 *   IPMMU_E_ALIGN      table not aligned
 *   IPMMU_E_FORMAT     not the format that the root is fixed to
 *   IPMMU_E_OFFLINE    the root is offline
 *   IPMMU_E_NO_MEMORY
 * Context: takes the system lock. No register access.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_create(struct ipmmu_system *system, uint32_t root,
						    const struct ipmmu_table *table,
						    void *cookie, struct ipmmu_domain **out);

/**
 * ipmmu_domain_destroy() - end a domain. Its table is the host's to release afterwards.
 * @domain: without masters, not reserved, not in quarantine; NULL does nothing.
 *
 * Return: IPMMU_OK (the domain is gone), or with nothing changed
 *   IPMMU_E_BUSY         it has masters, a reserved context, another call changes it or its
 *                        table, or waits for a flush of it, or a fault hook that names it has
 *                        not returned: call again when that has ended
 *   IPMMU_E_QUARANTINED  see ipmmu_domain_retry()
 * Context: takes the system lock, of a domain that owns its tables the page-table lock as well.
 * No register access. The host sees to it that no call on this domain begins while this one
 * runs, or after it: one that has yet to take its first lock is not seen, and the domain is
 * gone afterwards.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_destroy(struct ipmmu_domain *domain);

/**
 * ipmmu_domain_reserve() - give the domain a context now, and keep it without masters.
 * Return: IPMMU_OK, also when it was reserved before, or
 *   IPMMU_E_ARG, IPMMU_E_BUSY, IPMMU_E_NO_CONTEXT, IPMMU_E_QUARANTINED  nothing changed
 *   IPMMU_E_TIMEOUT  the new context's flush did not end: it is in quarantine, not reserved
 *   IPMMU_E_UNVERIFIED  as E_TIMEOUT, and a uTLB does not read back as denied; escalated
 * Context and cost: as ipmmu_master_attach().
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_reserve(struct ipmmu_domain *domain);

/**
 * ipmmu_domain_unreserve() - give the context back with the last master, or now when none.
 * Return: IPMMU_OK, also when it was not reserved, or
 *   IPMMU_E_ARG, IPMMU_E_BUSY, IPMMU_E_QUARANTINED  nothing changed
 *   IPMMU_E_TIMEOUT  the context's flush did not end, or went to quarantine by another call:
 *                    it is in quarantine, no longer reserved
 *   IPMMU_E_UNVERIFIED  as E_TIMEOUT, and a uTLB does not read back as denied; escalated
 * Context and cost: as ipmmu_master_detach().
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_unreserve(struct ipmmu_domain *domain);

/**
 * ipmmu_domain_flush() - forget every translation of the domain, everywhere.
 * @domain: the domain. Without a context there is nothing to forget, and the call succeeds.
 *
 * The host has stored and cleaned its table before. On return with IPMMU_OK no TLB of the root
 * or of any cache in use holds an entry of the domain from before the call; pages that were
 * unmapped may be released. Masters are not stopped: whether the hardware lets accesses that it
 * has translated before land first is not known, though every public driver relies on it. A
 * host that must not rely on it stops the domain's masters around the call.
 *
 * Any number of calls may run at the same time. One hardware flush serves all that were made
 * before it started, so N calls cost at most two: the one under way, and the next. A call waits
 * for at most two flushes of at most three steps (earlier flush, root, caches), each of
 * flush_timeout_us: for 6 time-outs. If the CPU that polls is kept from running, another one
 * takes over, and the bound is 18 time-outs. A clock of coarse steps adds one step to each.
 *
 * Return: IPMMU_OK, or
 *   IPMMU_E_ARG          NULL
 *   IPMMU_E_TIMEOUT      it did not end: every uTLB of the domain is denied and read back,
 *                        the context is in quarantine. Release nothing that it could reach
 *   IPMMU_E_QUARANTINED  it is in quarantine already
 *   IPMMU_E_BUSY         the domain is being drained; nothing done
 *   IPMMU_E_UNVERIFIED   as E_TIMEOUT, and a uTLB does not read back; escalated
 * Context: takes the root's lock, of a domain that owns its tables the page-table lock before;
 * holds none while it waits. Not from an interrupt.
 * Cost: 1 + caches writes, and at least as many reads, each until its FLUSH reads 0; 1 write
 * per uTLB of the domain, unless the host knows better (context_flush_reaches_utlbs).
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_flush(struct ipmmu_domain *domain);

/**
 * ipmmu_domain_retry() - try again to flush a context in quarantine.
 * @domain: in quarantine.
 *
 * The masters that are in the domain are stopped by the quiesce hook while the flush runs. On
 * success the context is free, and they are in no domain and denied: attach them again where
 * they belong. What the context could reach may be released.
 *
 * Return: IPMMU_OK, or
 *   IPMMU_E_ARG         NULL
 *   IPMMU_E_STATE       not in quarantine; nothing changed
 *   IPMMU_E_BUSY        another call changes the domain; nothing changed
 *   IPMMU_E_TIMEOUT     still in quarantine
 *   IPMMU_E_UNVERIFIED  a uTLB still does not read back as denied; still in quarantine
 * By consent to bypass its masters are in no domain as soon as their uTLBs are off, also when
 * the flush that comes then fails.
 * Context and cost: as ipmmu_domain_flush(), plus 1 write and 1 read per unverified uTLB.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_retry(struct ipmmu_domain *domain);

/**
 * ipmmu_domain_abandon() - give up a domain in quarantine. The context stays there.
 * @domain: in quarantine.
 *
 * For a host that must be done with a domain whose flush does not end. Its masters are in no
 * domain and denied afterwards, and may be attached elsewhere. The context stays in quarantine
 * without a domain until ipmmu_context_retry() or ipmmu_system_retry() frees it; tables that
 * the domain owned stay until then. A table of the host's, and all pages that it leads to,
 * must stay until then too: IPMMU_EVENT_RELEASED with the domain's cookie says when. A system
 * can be destroyed meanwhile.
 *
 * Return: IPMMU_OK (the domain is gone), or, with the domain as it was,
 *   IPMMU_E_ARG    NULL
 *   IPMMU_E_STATE  not in quarantine: use ipmmu_domain_destroy()
 *   IPMMU_E_BUSY   another call changes it or waits for a flush of it, a fault hook that names
 *                  it has not returned; or the host has consented to bypass and a master is
 *                  in it: detach that one first
 * Its masters may have been stopped and let go when it is E_BUSY.
 * Context: takes the system lock and the root's; calls quiesce and release for its masters with
 * no lock held. No register access. The host keeps other calls on this domain away, as for
 * ipmmu_domain_destroy().
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_abandon(struct ipmmu_domain *domain);

/**
 * ipmmu_domain_query() - the state of a domain.
 * Return: IPMMU_OK; IPMMU_E_ARG for NULL.  Context: takes the system lock. No register access.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_query(struct ipmmu_domain *domain,
						   struct ipmmu_domain_info *info);

#ifdef __cplusplus
}
#endif
#endif
