/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * domain.h - domains and masters: who may use what, and what waits.
 */
#ifndef IPMMU_CORE_DOMAIN_H
#define IPMMU_CORE_DOMAIN_H

#include "../unit/unit.h"

/* ---- life.c ---- */

/**
 * struct ipmmu_owned_calls - what the core asks of tables that a domain owns. Reached by the
 * domain alone, so that a host without such domains links nothing of them.
 */
struct ipmmu_owned_calls {
	/** Return all of it. No walker knows the tables, and nobody the domain. */
	void (*destroy)(struct ipmmu_system *system, struct ipmmu_owned *owned);
	/** Forget all but the tables, which a walker may still know. */
	void (*leave)(struct ipmmu_system *system, struct ipmmu_owned *owned);
	/** ipmmu_domain_flush(), with the freed tables that the flush covers. */
	enum ipmmu_err (*flush)(struct ipmmu_domain *domain);
	/** Its context is off and flushed: end the change under way, return freed tables. */
	void (*settle)(struct ipmmu_domain *domain);
	/** Every level of the walk of an address, as far as it can be read. */
	uint32_t (*walk)(const struct ipmmu_domain *domain, struct ipmmu_iova iova,
			 struct ipmmu_pt_level *levels);
};

/** ipmmu_domain_state_locked() - the state as hosts see it. */
enum ipmmu_domain_state ipmmu_domain_state_locked(const struct ipmmu_domain *domain);
/** ipmmu_domain_state_of() - the same; takes the root's lock. */
enum ipmmu_domain_state ipmmu_domain_state_of(const struct ipmmu_domain *domain);

/** ipmmu_life_set() - OPEN or BUSY, of a domain if there is one. System lock held. */
void ipmmu_life_set(struct ipmmu_domain *domain, enum ipmmu_life life);
/**
 * ipmmu_life_begin() - OPEN to BUSY of a domain that is in quarantine, or is not.
 *
 * No lock held. Return: IPMMU_OK, IPMMU_E_BUSY, IPMMU_E_QUARANTINED, IPMMU_E_STATE.
 */
enum ipmmu_err ipmmu_life_begin(struct ipmmu_domain *domain, bool quarantined);
/**
 * ipmmu_life_end() - OPEN to ENDING when nobody uses it, and a hold; or E_BUSY, or
 * E_QUARANTINED. System lock held.
 */
enum ipmmu_err ipmmu_life_end(struct ipmmu_domain *domain);

/**
 * ipmmu_life_hold() / ipmmu_life_release() - it does not end between the two.
 *
 * Every call that uses it without making it BUSY holds it from its first look on. Return: its
 * state. ENDING: it is not held.
 */
enum ipmmu_domain_state ipmmu_life_hold(struct ipmmu_domain *domain);
void ipmmu_life_release(struct ipmmu_domain *domain);
/**
 * ipmmu_life_request() - a ticket for a flush of its context everywhere, and a hold.
 *
 * Return: IPMMU_OK; or, without a hold, IPMMU_E_BUSY (ENDING) or IPMMU_E_QUARANTINED. The
 * ticket of the latter is served by a retry; nobody may wait for it before.
 */
enum ipmmu_err ipmmu_life_request(struct ipmmu_domain *domain, struct ipmmu_ticket *ticket);

/**
 * ipmmu_life_extend() - on in the caches of @master (NULL: none), in the root when @fresh.
 *
 * Of a BUSY domain; no lock held. IPMMU_E_QUARANTINED: it went there before.
 */
enum ipmmu_err ipmmu_life_extend(const struct ipmmu_domain *domain,
				 const struct ipmmu_master *master, bool fresh);
/**
 * ipmmu_life_switch_off() - switch the context off everywhere, and flush it.
 *
 * Of a BUSY domain without an open uTLB; no lock held. ipmmu_life_give_back() comes next.
 * IPMMU_E_TIMEOUT, IPMMU_E_UNVERIFIED: it is in quarantine.
 */
enum ipmmu_err ipmmu_life_switch_off(const struct ipmmu_domain *domain);
/** ipmmu_life_give_back() - the context is free; E_TIMEOUT: in quarantine. System lock held. */
enum ipmmu_err ipmmu_life_give_back(struct ipmmu_domain *domain);

/* ---- ports.c ---- */

/**
 * ipmmu_ports_decide() - may @master go to @to?
 *
 * Yes when every uTLB is free, of @to already, or its own alone. Reports a conflict.
 */
enum ipmmu_err ipmmu_ports_decide(const struct ipmmu_master *master,
				  const struct ipmmu_domain *to);
/** ipmmu_ports_own() - its uTLBs become @to's. */
void ipmmu_ports_own(const struct ipmmu_master *master, struct ipmmu_domain *to);
/** ipmmu_ports_return() - they become its domain's; it gives them up when it has none. */
void ipmmu_ports_return(const struct ipmmu_master *master);
/** ipmmu_ports_leave_all() - every master leaves a domain, and gives up its uTLBs. */
void ipmmu_ports_leave_all(struct ipmmu_domain *domain);

/* ---- master.c ---- */

/** ipmmu_master_state_of() - where it is. System lock held. */
enum ipmmu_master_state ipmmu_master_state_of(const struct ipmmu_master *master);
/** ipmmu_master_quiesce() - stop it by the hook. It is busy, or its domain is. No lock held. */
void ipmmu_master_quiesce(struct ipmmu_master *master);
/** ipmmu_master_release() - let it go on, unless a uTLB is unverified. As above. */
void ipmmu_master_release(struct ipmmu_master *master);
/**
 * ipmmu_master_each() - act on each master of the domain that has @context; none: on none.
 *
 * No lock held. The domain is BUSY: masters neither come nor go.
 */
void ipmmu_master_each(const struct ipmmu_context *context,
		       void (*act)(struct ipmmu_master *master));
/**
 * ipmmu_master_close() - deny uTLBs of nobody, and try again what did not read back as denied.
 *
 * Return: IPMMU_OK; IPMMU_E_UNVERIFIED: one does not read back so.
 */
enum ipmmu_err ipmmu_master_close(const struct ipmmu_master *master);
/**
 * ipmmu_root_unstall() - let accesses go that have faulted on the deny context.
 * @always: also when none is known.
 *
 * Whether an access that has faulted waits until its context is flushed is not known. No lock
 * held. Return: IPMMU_OK, IPMMU_E_TIMEOUT.
 */
enum ipmmu_err ipmmu_root_unstall(struct ipmmu_root *root, bool always);

/* ---- domain.c ---- */

/** ipmmu_domain_find_root() - the root with that number. Reports one that is none. */
enum ipmmu_err ipmmu_domain_find_root(struct ipmmu_system *system, uint32_t index,
				      struct ipmmu_root **out);
/** ipmmu_domain_add() - an idle one with system, root, table, cookie, owned of @like. */
enum ipmmu_err ipmmu_domain_add(const struct ipmmu_domain *like, struct ipmmu_domain **out);
/** ipmmu_domain_unlink() - take it off the system's list. System lock held. */
void ipmmu_domain_unlink(struct ipmmu_domain *domain);

/** struct ipmmu_ops.table_explain. */
typedef uint32_t (*ipmmu_explain_fn)(const struct ipmmu_pt_source *source,
				     struct ipmmu_iova iova, struct ipmmu_pt_level *levels);

/**
 * ipmmu_domain_walk() - every level of the walk of an address; returns how many.
 * @by: explains a table of the host's; NULL: that is not read.
 *
 * System lock held.
 */
uint32_t ipmmu_domain_walk(const struct ipmmu_domain *domain, ipmmu_explain_fn by,
			   struct ipmmu_iova iova, struct ipmmu_pt_level *levels);

#endif
