/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * owned_priv.h - tables that a domain owns, and what the files of owned/ offer each other.
 */
#ifndef IPMMU_CORE_OWNED_PRIV_H
#define IPMMU_CORE_OWNED_PRIV_H

#include <ipmmu/owned.h>

#include "../domain/domain.h"

/** struct ipmmu_range - what a call on an owned table was asked for. */
struct ipmmu_range {
	struct ipmmu_iova iova;
	struct ipmmu_pa pa;
	const struct ipmmu_pa *pages; /**< instead of @pa, or NULL */
	uint64_t size;
	struct ipmmu_pt_prot prot;
};

/** struct ipmmu_owned - the tables of a domain that owns them. All under its own lock. */
struct ipmmu_owned {
	struct ipmmu_lock lock; /**< page table: after the system lock, before a root's */
	struct ipmmu_pt pt;
	struct ipmmu_pt_ops ops; /**< hooks of the system */
	uint32_t job;            /**< number of the change that the engine is in, or was last */
	struct ipmmu_ticket last;  /**< the flush that was requested last */
	struct ipmmu_ticket aside; /**< the flush that the tables set aside wait for */
	bool is_aside;             /**< there are some */
	struct ipmmu_ticket gone;  /**< the flush for the removal that came last */
	uint64_t gone_first;       /**< all removals that wait for @gone lie from here ... */
	uint64_t gone_last;        /**< ... to here */
};

/* ---- refuse.c ---- */

/** ipmmu_owned_refuse_locked() - report the value that the engine has refused with @err. */
void ipmmu_owned_refuse_locked(const struct ipmmu_domain *domain,
			       const struct ipmmu_range *range, enum ipmmu_err err);

/* ---- flush.c ---- */

/**
 * ipmmu_owned_request_locked() - a flush for what was removed from @range (NULL: nothing).
 *
 * The page-table lock is held. The domain is held once more, unless an error comes back.
 */
enum ipmmu_err ipmmu_owned_request_locked(struct ipmmu_domain *domain,
					  const struct ipmmu_range *range);
/** ipmmu_owned_wait() - wait for it, return the freed tables that it covers, let go. */
enum ipmmu_err ipmmu_owned_wait(struct ipmmu_domain *domain, struct ipmmu_ticket ticket);
/** ipmmu_owned_collect() - return freed tables whose flush has ended, in bounded steps. */
void ipmmu_owned_collect(struct ipmmu_domain *domain);
/** ipmmu_owned_flush() - struct ipmmu_owned_calls.flush. */
enum ipmmu_err ipmmu_owned_flush(struct ipmmu_domain *domain);

/* ---- look.c ---- */

/** ipmmu_owned_walk() - struct ipmmu_owned_calls.walk. */
uint32_t ipmmu_owned_walk(const struct ipmmu_domain *domain, struct ipmmu_iova iova,
			  struct ipmmu_pt_level *levels);

#endif
