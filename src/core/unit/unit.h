/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * unit.h - one root with its caches: registers, contexts, uTLBs, flushes. All under the root's
 * lock.
 */
#ifndef IPMMU_CORE_UNIT_H
#define IPMMU_CORE_UNIT_H

#include "../ground/ground.h"

/* ---- mmu.c ---- */

/** ipmmu_mmu_read() / ipmmu_mmu_write() - the register at a byte offset. */
uint32_t ipmmu_mmu_read(const struct ipmmu_mmu *mmu, uint32_t offset);
void ipmmu_mmu_write(const struct ipmmu_mmu *mmu, uint32_t offset, uint32_t value);
/** ipmmu_context_read() / ipmmu_context_write() - register @reg of context @n in @mmu. */
uint32_t ipmmu_context_read(const struct ipmmu_mmu *mmu, uint32_t n, uint32_t reg);
void ipmmu_context_write(const struct ipmmu_mmu *mmu, uint32_t n, uint32_t reg, uint32_t value);

/** ipmmu_root_port_mmu() - the @i-th instance with uTLBs, offline ones too; NULL at the end. */
struct ipmmu_mmu *ipmmu_root_port_mmu(const struct ipmmu_root *root, uint32_t i);
/** ipmmu_root_online_caches() - the set of them. */
uint32_t ipmmu_root_online_caches(const struct ipmmu_root *root);
/** ipmmu_port_utlb() - the uTLB of a port. */
struct ipmmu_utlb *ipmmu_port_utlb(const struct ipmmu_system *system,
				   const struct ipmmu_port *port);

/* ---- imctr.c ---- */

/** ipmmu_units_any() - is there any instance among them? */
static inline bool ipmmu_units_any(const struct ipmmu_units *units)
{
	return units->root || units->caches != 0u;
}

/** ipmmu_units_add() - the union. */
static inline void ipmmu_units_add(struct ipmmu_units *units, const struct ipmmu_units *more)
{
	units->root = units->root || more->root;
	units->caches |= more->caches;
}

/** ipmmu_imctr_write_locked() - write what the context is to be, with FLUSH, in @units. */
void ipmmu_imctr_write_locked(struct ipmmu_root *root, uint32_t n,
			      const struct ipmmu_units *units);
/**
 * ipmmu_imctr_look() - read IMCTR, and drop from @units those in which the flush has ended.
 * @flush: its step tells what counts. ROOT and CACHES: FLUSH reads 0 and MMUEN as written; a
 *         cache that does not take MMUEN would let its uTLBs bypass. Else FLUSH alone.
 */
void ipmmu_imctr_look(const struct ipmmu_root *root, uint32_t n,
		      const struct ipmmu_flush *flush, struct ipmmu_units *units);
/** ipmmu_imctr_is_on() - does IMCTR of context @n in @mmu read as enabled? */
bool ipmmu_imctr_is_on(const struct ipmmu_mmu *mmu, uint32_t n);

/**
 * ipmmu_imctr_sync_locked() - bring the hardware in line with a context that is stale.
 *
 * Does nothing while a flush is under way: its end calls this again. Nobody waits for the FLUSH
 * that goes with the write. The next flush does.
 */
void ipmmu_imctr_sync_locked(struct ipmmu_root *root, uint32_t n);
/**
 * ipmmu_imctr_mask_locked() - turn the interrupt of a context off, or on again.
 *
 * Also works for a context that firmware has left on. Return: false when that one has a flush
 * under way: call it again with the next fault.
 */
bool ipmmu_imctr_mask_locked(struct ipmmu_root *root, uint32_t n, bool masked);

/* ---- status.c ---- */

enum {
	/** A context gets one more token in this time: 100 faults a second. */
	IPMMU_TOKEN_US = 10000
};

/**
 * ipmmu_status_take_locked() - record and clear what context @n reports.
 *
 * Takes one token of the context; none is left when it reports more than it may.
 * Return: false when nothing is pending.
 */
bool ipmmu_status_take_locked(struct ipmmu_root *root, uint32_t n);
/** ipmmu_status_tokens() - the most that a context has: the last one is for the mask. */
static inline uint32_t ipmmu_status_tokens(const struct ipmmu_root *root)
{
	return root->system->options.storm_limit + 1u;
}
/** ipmmu_status_refill_locked() - give a context the tokens for the time that has passed. */
void ipmmu_status_refill_locked(struct ipmmu_root *root, uint32_t n, uint64_t now_us);
/** ipmmu_status_pop_locked() - the oldest record of a context; false when it has none. */
bool ipmmu_status_pop_locked(struct ipmmu_root *root, uint32_t n, struct ipmmu_raw_fault *raw);
/** ipmmu_status_forget_locked() - a master is removed: no record names it any more. */
void ipmmu_status_forget_locked(struct ipmmu_root *root, const struct ipmmu_master *master);

/* ---- utlb.c ---- */

/**
 * ipmmu_utlb_close_locked() - point a uTLB at deny (off, by consent) and read it back.
 *
 * Return: false = it is suspect now, which was reported and escalated.
 */
bool ipmmu_utlb_close_locked(struct ipmmu_mmu *mmu, uint32_t utlb);
/** ipmmu_utlb_open_locked() - point a uTLB at context @n. */
void ipmmu_utlb_open_locked(struct ipmmu_mmu *mmu, uint32_t utlb, uint32_t n);
/** ipmmu_utlb_is_denied() - is it on the deny context for sure? */
bool ipmmu_utlb_is_denied(const struct ipmmu_mmu *mmu, uint32_t utlb);
/** ipmmu_root_close_locked() - close every uTLB on @n; false when one stays suspect. */
bool ipmmu_root_close_locked(struct ipmmu_root *root, uint32_t n);
/** ipmmu_root_reopen_locked() - write every uTLB on @n again, with FLUSH. */
void ipmmu_root_reopen_locked(struct ipmmu_root *root, uint32_t n);
/** ipmmu_root_selects() - is any uTLB on @n, or may be, also one of an offline unit? */
bool ipmmu_root_selects(const struct ipmmu_root *root, uint32_t n);
/** ipmmu_root_suspects() - may a uTLB that was closed still be on @n? */
bool ipmmu_root_suspects(const struct ipmmu_root *root, uint32_t n);

/* ---- context.c ---- */

/** ipmmu_context_program_locked() - table registers of @n, IMSTR 0. The context is off. */
void ipmmu_context_program_locked(struct ipmmu_root *root, uint32_t n,
				  const struct ipmmu_table *table);
/** ipmmu_context_assign_locked() - FREE to LIVE: a free one for @domain, still off. */
enum ipmmu_err ipmmu_context_assign_locked(struct ipmmu_domain *domain);
/**
 * ipmmu_context_quarantine_locked() - LIVE to QUARANTINED: every uTLB of it is closed.
 *
 * Without a deny context they stay: what the context maps is less than bypass would be.
 */
void ipmmu_context_quarantine_locked(struct ipmmu_root *root, uint32_t n);
/** ipmmu_context_free_locked() - to FREE. It is off and flushed; no uTLB is on it. */
void ipmmu_context_free_locked(struct ipmmu_root *root, uint32_t n);

/* ---- flush.c ---- */

/** struct ipmmu_ticket - a flush that was requested. Does not outlive its system. */
struct ipmmu_ticket {
	struct ipmmu_root *root;
	uint32_t context; /**< IPMMU_NO_CONTEXT: nothing is to be flushed */
	uint32_t number;
};

/** enum ipmmu_ticket_state - what became of it. */
enum ipmmu_ticket_state {
	IPMMU_TICKET_WAITS,
	IPMMU_TICKET_SERVED, /**< its flush has ended, or the context was given back */
	IPMMU_TICKET_LOST    /**< its flush has not ended in time */
};

/** ipmmu_flush_request_locked() - in @units, and in the uTLBs of the context if @utlbs. */
struct ipmmu_ticket ipmmu_flush_request_locked(struct ipmmu_root *root, uint32_t n,
					       const struct ipmmu_units *units, bool utlbs);
/** ipmmu_flush_everywhere_locked() - in the root, in all caches in use and in the uTLBs. */
struct ipmmu_ticket ipmmu_flush_everywhere_locked(struct ipmmu_root *root, uint32_t n);
/** ipmmu_ticket_look() - what has become of it so far. */
enum ipmmu_ticket_state ipmmu_ticket_look(const struct ipmmu_ticket *ticket);
/** ipmmu_ticket_look_locked() - the same. */
enum ipmmu_ticket_state ipmmu_ticket_look_locked(const struct ipmmu_ticket *ticket);
/**
 * ipmmu_flush_wait() - wait until the flush has ended. No lock held.
 *
 * At a time-out a LIVE context is in quarantine before any waiter returns.
 *
 * A flush has at most three steps (settle, root, caches) of flush_timeout_us each. A caller
 * waits for at most two flushes. So the wait ends within 6 time-outs, for any number of
 * callers. A poller that is kept from running is replaced after 2 time-outs: within 18 then.
 *
 * Return: IPMMU_OK; IPMMU_E_TIMEOUT; IPMMU_E_UNVERIFIED: a uTLB does not read back as denied.
 */
enum ipmmu_err ipmmu_flush_wait(const struct ipmmu_ticket *ticket);

#endif
