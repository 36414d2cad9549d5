/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * master.h - claimed masters: added to the library, moved between domains and deny.
 */
#ifndef IPMMU_MASTER_H
#define IPMMU_MASTER_H

#include <ipmmu/system.h>

#ifdef __cplusplus
extern "C" {
#endif

/** enum ipmmu_master_state - where a claimed master is. */
enum ipmmu_master_state {
	IPMMU_MASTER_DENIED,      /**< in no domain; reaches nothing, but see "shared" below */
	IPMMU_MASTER_ATTACHED,    /**< in a domain, reaches what its table maps */
	IPMMU_MASTER_QUARANTINED, /**< in a domain whose context is in quarantine; reaches
				     nothing */
	IPMMU_MASTER_UNVERIFIED,  /**< told to deny, but a uTLB of it does not read back so */
	IPMMU_MASTER_BYPASS       /**< in no domain and untranslated, by the host's consent */
};

/** struct ipmmu_move_result - what a move did, whatever it returned. */
struct ipmmu_move_result {
	enum ipmmu_master_state state; /**< where the master is now */
	/**
	 * The quiesce hook stopped the master: no DMA programmed under the old domain lands in
	 * the new one. False: only what was in flight when it was denied was caught. With the
	 * state UNVERIFIED it stays stopped: see release in ops.h.
	 */
	bool quiesced;
	/** The old domain's context went to quarantine: keep its pages. */
	bool old_quarantined;
	/** uTLBs left on the old domain because another master of it shares them (a group). */
	uint32_t shared;
};

/** struct ipmmu_master_info - one claimed master. */
struct ipmmu_master_info {
	const struct ipmmu_master_desc *desc;
	enum ipmmu_master_state state;
	struct ipmmu_domain *domain; /**< NULL when in none */
};

/**
 * ipmmu_master_add() - claim a master: from now on it is never in bypass.
 * @system: the system.
 * @desc:   the master; kept by reference until it is removed. Need not be one of the
 *          description's masters. All ports must lie behind one root, each named once.
 * @out:    set to the master, or to NULL.
 *
 * Each uTLB that no domain owns is pointed at the deny context, and read back. A uTLB that a
 * domain owns already, through another master of the same group, stays there: such masters
 * cannot be told apart.
 *
 * Return: IPMMU_OK, or
 *   IPMMU_E_ARG         a NULL pointer; nothing written
 *   IPMMU_E_RANGE       no port, an MMU or uTLB out of range; nothing written
 *   IPMMU_E_EXISTS      @desc was added before, or names a port twice; nothing written
 *   IPMMU_E_ROOT        ports behind more than one root; nothing written
 *   IPMMU_E_OFFLINE     an MMU of it is offline; nothing written
 *   IPMMU_E_NO_MEMORY   nothing written
 *   IPMMU_E_UNVERIFIED  a uTLB does not read back; the master is not claimed, those of its
 *                       uTLBs that no other master has stay told to deny; escalated
 *
 * Context: takes the system lock and the root's; not from an interrupt.
 * Cost: per uTLB that moves 2 writes (IMUASID, IMUCTR) and 1 read.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_master_add(struct ipmmu_system *system,
						 const struct ipmmu_master_desc *desc,
						 struct ipmmu_master **out);

/**
 * ipmmu_master_remove() - give up a claim; the uTLBs stay denied.
 * @master: in no domain; NULL does nothing.
 *
 * A uTLB that another claimed master shares stays where that one is.
 *
 * Return: IPMMU_OK (the master is gone), or
 *   IPMMU_E_STATE  it is in a domain; nothing changed
 *   IPMMU_E_BUSY   another call is moving it, or a fault hook that names it has not returned;
 *                  nothing changed
 *   IPMMU_E_UNVERIFIED  a uTLB of it still does not read back as denied: it stays claimed, and
 *                  stopped where the quiesce hook has stopped it
 * Context: takes the system lock and the root's. No register access, except 1 write and 1 read
 * per uTLB that is unverified. May call the release hook.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_master_remove(struct ipmmu_master *master);

/**
 * ipmmu_master_attach() - put a denied master into a domain.
 * @master: in no domain.
 * @domain: on the root of the master.
 * @result: where the master is, whatever the call returns; may be NULL.
 *
 * The first attach of a domain gives it a context. Afterwards every uTLB of the master selects
 * it, with no TLB entry from before the call. When an access has faulted on the deny context
 * since its last flush, the deny context is flushed in the root on the way: such an access may
 * wait for that.
 *
 * Return: IPMMU_OK, or (the master stays where it is: denied, except for E_STATE)
 *   IPMMU_E_ARG          a NULL pointer, or objects of two systems
 *   IPMMU_E_STATE        the master is in a domain already: use ipmmu_master_move()
 *   IPMMU_E_ROOT         the domain is on another root
 *   IPMMU_E_CONFLICT     a uTLB is owned by another domain; an event names the other master
 *   IPMMU_E_NO_CONTEXT   all contexts are taken; events name the holders
 *   IPMMU_E_BUSY         another call is changing the master or the domain
 *   IPMMU_E_QUARANTINED  the domain's context is in quarantine
 *   IPMMU_E_UNVERIFIED   a uTLB of the master still does not read back as denied; or as
 *                        E_TIMEOUT, and a uTLB of the domain does not; escalated
 *   IPMMU_E_TIMEOUT      the flush of the domain's context did not end: the context is in
 *                        quarantine and all masters of the domain are denied; or that of the
 *                        deny context did not: the domain is as before
 *
 * A context that the domain got for a call which then failed is taken back; when that flush
 * does not end either, the domain is in quarantine.
 *
 * Context: takes the system lock and the root's; holds none while it waits. Not from an
 * interrupt. Cost: docs/register-accesses.md.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_master_attach(struct ipmmu_master *master,
						    struct ipmmu_domain *domain,
						    struct ipmmu_move_result *result);

/**
 * ipmmu_master_move() - take a master from its domain into another, by way of deny.
 * @master: in a domain, or denied (then as ipmmu_master_attach()).
 * @domain: where to; on the root of the master, not where it is.
 * @result: where the master is, whatever the call returns; may be NULL.
 *
 * What can fail is done first, with the master untouched: ownership, the context of @domain and
 * its flush. Then (1) all uTLBs to deny, written and read back; (2) the quiesce hook; (3) flush
 * of the old context in the root and all its caches; (4) uTLBs to @domain. Pages of the old
 * domain may be released only after the call, and not when result->old_quarantined. A uTLB
 * shared with a master that stays in the old domain makes the move a conflict.
 *
 * Return: IPMMU_OK: in @domain. As ipmmu_master_attach() with the master left where it was, and
 *   IPMMU_E_STATE       it is in @domain already; nothing changed
 *   IPMMU_E_TIMEOUT     old_quarantined false: the flush of @domain did not end, @domain is in
 *                       quarantine, the master is where it was. True: the flush of the old
 *                       context did not end, the master is denied and in no domain, the old
 *                       domain is in quarantine
 *   IPMMU_E_UNVERIFIED  a uTLB did not read back as denied; the master is in no domain and
 *                       unverified, the old domain in quarantine; escalated
 *   IPMMU_E_QUARANTINED @domain was in quarantine, and nothing has changed; or it went there
 *                       during the call, and the master is denied and in no domain
 *
 * Context and cost: as ipmmu_master_attach().
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_master_move(struct ipmmu_master *master,
						  struct ipmmu_domain *domain,
						  struct ipmmu_move_result *result);

/**
 * ipmmu_master_detach() - take a master out of its domain; it is denied afterwards.
 * @master: in a domain.
 * @result: where the master is, whatever the call returns; may be NULL.
 *
 * Steps (1) to (3) of ipmmu_master_move(). The last detach gives the context back, unless it
 * was reserved by ipmmu_domain_reserve(). uTLBs that another master of the same domain shares
 * stay open, result->shared counts them.
 *
 * Return: IPMMU_OK: in no domain, denied, or
 *   IPMMU_E_ARG         NULL
 *   IPMMU_E_STATE       it is in no domain; nothing changed
 *   IPMMU_E_BUSY        another call is changing the master or its domain; nothing changed
 *   IPMMU_E_TIMEOUT     denied and in no domain; the domain's context is in quarantine
 *   IPMMU_E_UNVERIFIED  in no domain and unverified; the domain is in quarantine; escalated
 *
 * Context and cost: as ipmmu_master_attach().
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_master_detach(struct ipmmu_master *master,
						    struct ipmmu_move_result *result);

/**
 * ipmmu_master_flush() - flush the context that a master is on, the deny context included.
 * @master: in a domain, or denied.
 *
 * An access that has faulted may wait in the unit until its status is cleared and its context
 * is flushed: whether it does is not known. This call does both, so that such an access ends.
 * For a master in a domain it is ipmmu_domain_flush(). The master may be moved or removed
 * before it returns; the domain stays until then.
 *
 * Return: IPMMU_OK, or
 *   IPMMU_E_ARG      NULL
 *   IPMMU_E_BUSY     another call is moving it; nothing done
 *   IPMMU_E_TIMEOUT  denied: the flush of the deny context did not end; nothing else changes
 *   or as ipmmu_domain_flush()
 * Context: takes the system lock and the root's; holds none while it waits. Not from an
 * interrupt.
 * Cost: denied: 1 write and 2 reads when no fault is pending. In a domain: as
 * ipmmu_domain_flush().
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_master_flush(struct ipmmu_master *master);

/**
 * ipmmu_master_query() - where a master is.
 * Return: IPMMU_OK; IPMMU_E_ARG for NULL.  Context: takes the system lock. No register access.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_master_query(struct ipmmu_master *master,
						   struct ipmmu_master_info *info);

#ifdef __cplusplus
}
#endif
#endif
