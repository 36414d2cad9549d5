/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * unit.h - one root with its caches: registers, contexts, uTLBs, flushes.
 */
#ifndef IPMMU_CORE_UNIT_H
#define IPMMU_CORE_UNIT_H

#include "../ground/ground.h"

/* ---- mmu.c ---- */

/** ipmmu_mmu_read() / ipmmu_mmu_write() - the register at a byte offset. */
uint32_t ipmmu_mmu_read(const struct ipmmu_mmu *mmu, uint32_t offset);
void ipmmu_mmu_write(const struct ipmmu_mmu *mmu, uint32_t offset, uint32_t value);
/** ipmmu_context_read() / ipmmu_context_write() - register @reg of a context in its root. */
uint32_t ipmmu_context_read(const struct ipmmu_context *context, uint32_t reg);
void ipmmu_context_write(const struct ipmmu_context *context, uint32_t reg, uint32_t value);

/** ipmmu_context_next() - the context after @context of its root; after the last the first. */
struct ipmmu_context *ipmmu_context_next(struct ipmmu_context *context);
/** ipmmu_context_place() - offset of register @reg of a context in its root and its caches. */
uint32_t ipmmu_context_place(const struct ipmmu_context *context, uint32_t reg);

/** ipmmu_system_find() - the unit of a call: E_ARG without @system or @info, or E_RANGE. */
enum ipmmu_err ipmmu_system_find(struct ipmmu_system *system, uint32_t index, const void *info,
				 struct ipmmu_mmu **mmu);
/** ipmmu_root_online() - the set of the root and its caches that are online. */
uint32_t ipmmu_root_online(const struct ipmmu_root *root);
/** ipmmu_root_looked() - were the uTLBs of all units read at probe? */
bool ipmmu_root_looked(const struct ipmmu_root *root);
/** ipmmu_master_utlb() - the uTLB of the @i-th port of a master; NULL at the end. */
struct ipmmu_utlb *ipmmu_master_utlb(const struct ipmmu_master *master, uint32_t i);
/**
 * ipmmu_context_utlb() - the next uTLB that is on a context, or may be; NULL at the end.
 * @last: the one before, or NULL. Those of offline units come too.
 */
struct ipmmu_utlb *ipmmu_context_utlb(const struct ipmmu_context *context,
				      struct ipmmu_utlb *last);

/* ---- imctr.c ---- */

/**
 * ipmmu_flush_next() - the number of the next flush of a context: its generation in the upper
 * half, and a count that wraps around. With another generation it was given back.
 */
uint64_t ipmmu_flush_next(const struct ipmmu_context *context);
/** ipmmu_imctr_write_locked() - write what the context is to be, with FLUSH, in a set of units.
 */
void ipmmu_imctr_write_locked(struct ipmmu_context *context, uint32_t units);
/**
 * ipmmu_imctr_look() - read IMCTR; returns those of @units in which the flush has not ended.
 * @flush: its step says what counts. ROOT and CACHES: FLUSH reads 0 and MMUEN as written; a
 *         cache that does not take MMUEN would let its uTLBs bypass. Else FLUSH alone.
 */
uint32_t ipmmu_imctr_look(const struct ipmmu_context *context, const struct ipmmu_flush *flush,
			  uint32_t units);
/** ipmmu_imctr_is_on() - does IMCTR of a context in @mmu read as enabled? */
bool ipmmu_imctr_is_on(const struct ipmmu_context *context, const struct ipmmu_mmu *mmu);
/**
 * ipmmu_imctr_sync_locked() - bring the hardware in line with a context that is stale.
 *
 * Does nothing while a flush is under way: its end calls this again. Nobody waits for the FLUSH
 * that goes with the write. The next flush does.
 */
void ipmmu_imctr_sync_locked(struct ipmmu_context *context);
/**
 * ipmmu_imctr_mask_locked() - turn the interrupt of a context off, or on again.
 *
 * Also works for a context that firmware has left on. Return: false when it cannot be done
 * since a flush is under way: try again with the next fault, or later.
 */
bool ipmmu_imctr_mask_locked(struct ipmmu_context *context, bool masked);

/* ---- status.c ---- */

/** ipmmu_status_tokens() - the most that a context has: the last one is for the mask. */
static inline uint32_t ipmmu_status_tokens(const struct ipmmu_root *root)
{
	return root->system->options.storm_limit + 1u;
}

/**
 * ipmmu_status_take_locked() - record and clear what a context reports.
 *
 * Takes one token of the context; none is left when it reports more than it may.
 * Return: false when nothing is pending.
 */
bool ipmmu_status_take_locked(struct ipmmu_context *context);
/** ipmmu_status_refill_locked() - give a context the tokens for the time that has passed. */
void ipmmu_status_refill_locked(struct ipmmu_context *context, uint64_t now_us);
/** ipmmu_status_forget_locked() - a master is removed: no record names it any more. */
void ipmmu_status_forget_locked(struct ipmmu_root *root, const struct ipmmu_master *master);

/* ---- utlb.c ---- */

/**
 * ipmmu_utlb_close_locked() - point a uTLB at deny (off, by consent) and read it back.
 *
 * Return: false = it is suspect now, which was reported and escalated.
 */
bool ipmmu_utlb_close_locked(struct ipmmu_utlb *utlb);
/** ipmmu_utlb_open_locked() - point a uTLB at a context. */
void ipmmu_utlb_open_locked(struct ipmmu_utlb *utlb, const struct ipmmu_context *context);
/** ipmmu_utlb_is_denied() - is it on the deny context for sure? */
bool ipmmu_utlb_is_denied(const struct ipmmu_utlb *utlb);
/** ipmmu_context_close_locked() - close every uTLB on it; false when one may still be on it. */
bool ipmmu_context_close_locked(struct ipmmu_context *context);
/** ipmmu_context_reopen_locked() - point every uTLB on @from at @to, with FLUSH. */
void ipmmu_context_reopen_locked(const struct ipmmu_context *from,
				 const struct ipmmu_context *to);
/** ipmmu_context_suspected() - may a uTLB that was closed still be on it? */
bool ipmmu_context_suspected(const struct ipmmu_context *context);

/* ---- context.c ---- */

/** ipmmu_context_program_locked() - table registers, IMSTR 0. The context is off. */
void ipmmu_context_program_locked(struct ipmmu_context *context,
				  const struct ipmmu_table *table);
/** ipmmu_context_assign() - FREE to LIVE: a free one for @domain, still off. Takes the lock. */
enum ipmmu_err ipmmu_context_assign(struct ipmmu_domain *domain);
/**
 * ipmmu_context_quarantine_locked() - LIVE to QUARANTINED: every uTLB of it is closed.
 *
 * Without a deny context they stay: what the context maps is less than bypass would be.
 */
void ipmmu_context_quarantine_locked(struct ipmmu_context *context);
/** ipmmu_context_free_locked() - to FREE. It is off and flushed; no uTLB is on it. */
void ipmmu_context_free_locked(struct ipmmu_context *context);

/* ---- flush.c ---- */

/** struct ipmmu_ticket - a flush that was requested. Does not outlive its system. */
struct ipmmu_ticket {
	struct ipmmu_context *context; /**< NULL: nothing is to be flushed */
	uint64_t number;               /**< as ipmmu_flush_next() */
};

/** enum ipmmu_ticket_state - what became of it. */
enum ipmmu_ticket_state {
	IPMMU_TICKET_WAITS,
	IPMMU_TICKET_SERVED, /**< its flush has ended, or the context was given back */
	IPMMU_TICKET_LOST    /**< its flush has not ended in time */
};

/** ipmmu_flush_request_locked() - a flush in a set of units. */
struct ipmmu_ticket ipmmu_flush_request_locked(struct ipmmu_context *context, uint32_t units);
/** ipmmu_ticket_look() / ipmmu_ticket_look_locked() - what has become of it so far. */
enum ipmmu_ticket_state ipmmu_ticket_look(struct ipmmu_ticket ticket);
enum ipmmu_ticket_state ipmmu_ticket_look_locked(struct ipmmu_ticket ticket);
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
enum ipmmu_err ipmmu_flush_wait(struct ipmmu_ticket ticket);
/**
 * ipmmu_context_switch() - switch a context on or off in a set of units, and flush these.
 *
 * For its only user; no lock held. Return: as ipmmu_flush_wait(); IPMMU_E_QUARANTINED: it went
 * there before, and nothing is changed.
 */
enum ipmmu_err ipmmu_context_switch(struct ipmmu_context *context, bool on, uint32_t units);

#endif
