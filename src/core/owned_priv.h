/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * owned_priv.h - tables that a domain owns, and what the files of owned*.c offer the core.
 */
#ifndef IPMMU_CORE_OWNED_PRIV_H
#define IPMMU_CORE_OWNED_PRIV_H

#include "core.h"

/** struct ipmmu_owned - the tables of a domain that owns them. All under its own lock. */
struct ipmmu_owned {
	void *lock; /**< page table: after the system lock, before a root's */
	struct ipmmu_pt pt;
	struct ipmmu_pt_ops ops; /**< hooks of the system */
	uint32_t begun;          /**< ticket of the flush that was begun last */
	uint32_t ended;          /**< of those that ended well the greatest */
	uint32_t seal;           /**< of the flush that freed tables were last set aside for */
	bool sealed;             /**< they wait still */
	bool changing;           /**< a call is between two steps of a change */
	bool draining;           /**< the tables are being given back: nothing else goes */
	bool drained;
};

/**
 * struct ipmmu_owned_calls - what the core asks of tables that a domain owns. Reached by the
 * domain alone, so that a host without such domains links nothing of them.
 */
struct ipmmu_owned_calls {
	/** From here on the tables go: no call changes them, nor is between two steps; else
	 * false. */
	bool (*end)(struct ipmmu_domain *domain);
	/** Give all of it back. Nobody knows the domain any more. */
	void (*destroy)(struct ipmmu_system *system, struct ipmmu_owned *owned);
	/** A flush is about to start: its ticket. It covers what has been freed before. */
	uint32_t (*seal)(struct ipmmu_domain *domain);
	/** The flush with that ticket has ended: give back what it covers. Takes the lock in
	 * steps. */
	void (*release)(struct ipmmu_domain *domain, uint32_t ticket);
	/** After quarantine, the domain idle: end the change under way, give back what was
	 * freed. */
	void (*settle)(struct ipmmu_domain *domain);
	/** Every level of the walk of an address, as far as it can be read. */
	uint32_t (*walk)(const struct ipmmu_domain *domain, struct ipmmu_iova iova,
			 struct ipmmu_pt_level *levels);
};

/* ---- owned.c: life of owned tables. A _locked name expects the page-table lock ---- */

/** A flush is about to start: its ticket. It covers what has been freed before. */
uint32_t ipmmu_owned_seal_locked(struct ipmmu_owned *owned);
/** Nothing that was removed waits for a flush that has not ended. */
bool ipmmu_owned_is_flushed_locked(const struct ipmmu_owned *owned);
/** As in struct ipmmu_owned_calls. */
void ipmmu_owned_release(struct ipmmu_domain *domain, uint32_t ticket);
uint32_t ipmmu_owned_walk(const struct ipmmu_domain *domain, struct ipmmu_iova iova,
			  struct ipmmu_pt_level *levels);

/* ---- owned_refuse.c ---- */

/** struct ipmmu_range - what a call on an owned table was asked for. */
struct ipmmu_range {
	struct ipmmu_iova iova;
	struct ipmmu_pa pa;
	const struct ipmmu_pa *pages; /**< instead of @pa, or NULL */
	uint64_t size;
	struct ipmmu_pt_prot prot;
};

/** Tell which value of a call the engine has refused; returns @err. */
enum ipmmu_err ipmmu_owned_refuse_locked(const struct ipmmu_domain *domain,
					 const struct ipmmu_range *range, enum ipmmu_err err);

#endif
