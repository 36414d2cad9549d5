/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * ground.h - what every floor uses: the host's hooks, events, modes, and what is refused.
 */
#ifndef IPMMU_CORE_GROUND_H
#define IPMMU_CORE_GROUND_H

#include <ipmmu/event.h>
#include <ipmmu/pgtable.h>

#include "../core.h"

/* ---- host.c ---- */

/** ipmmu_lock() - take a lock; nothing where the host has no lock hooks. */
unsigned long ipmmu_lock(struct ipmmu_system *system, void *lock);
/** ipmmu_unlock() - drop it; @saved is what ipmmu_lock() returned. */
void ipmmu_unlock(struct ipmmu_system *system, void *lock, unsigned long saved);
/** ipmmu_lock_make() - make a lock; false: no memory. */
bool ipmmu_lock_make(struct ipmmu_system *system, enum ipmmu_lock_kind kind, void **lock);
/** ipmmu_lock_drop() - destroy a lock, if there is one. */
void ipmmu_lock_drop(struct ipmmu_system *system, void *lock);

/** ipmmu_root_lock() - take the lock of a root. */
unsigned long ipmmu_root_lock(const struct ipmmu_root *root);
/** ipmmu_root_unlock() - drop it. */
void ipmmu_root_unlock(const struct ipmmu_root *root, unsigned long saved);

/** ipmmu_barrier() - order memory, register writes and register reads. */
void ipmmu_barrier(const struct ipmmu_system *system);
/** ipmmu_now() - the host's clock in microseconds. */
uint64_t ipmmu_now(const struct ipmmu_system *system);

/** struct ipmmu_wait - one wait, bounded by the clock and by a count. */
struct ipmmu_wait {
	const struct ipmmu_system *system;
	uint64_t start_us; /**< when the wait began */
	uint64_t first_us; /**< when the clock moved for the first time after that */
	uint32_t limit_us;
	uint32_t passes; /**< that are left */
	bool expired;
};

/** ipmmu_wait_begin() - start a wait of @limit_us, at most IPMMU_FLUSH_TIMEOUT_MAX_US * 4. */
void ipmmu_wait_begin(struct ipmmu_wait *wait, const struct ipmmu_system *system,
		      uint32_t limit_us);
/**
 * ipmmu_wait_more() - call it after a pass that found something unfinished.
 *
 * Time counts from the first move of the clock that the wait sees: a clock of 10 ms steps may
 * move right after the start. So a wait never ends before @limit_us, and at most one step of
 * the clock later. A clock that stands still ends it after 100 passes per microsecond.
 *
 * Return: false = give up. The last pass comes after the clock was read: a caller that was
 * kept from running for long looks once more.
 */
bool ipmmu_wait_more(struct ipmmu_wait *wait);

/* ---- event.c ---- */

/** ipmmu_event_about() - an event about @mmu; all else is NULL, NONE or 0. */
struct ipmmu_event ipmmu_event_about(enum ipmmu_event_kind kind, const struct ipmmu_mmu *mmu);
/** ipmmu_event_send() - hand it to the host. */
void ipmmu_event_send(struct ipmmu_system *system, const struct ipmmu_event *event);
/** ipmmu_event_tell() - an event about @mmu. IPMMU_OK, IPMMU_NONE, 0: it has none of these. */
void ipmmu_event_tell(enum ipmmu_event_kind kind, const struct ipmmu_mmu *mmu,
		      enum ipmmu_err error, uint32_t utlb, uint32_t context, uint64_t value,
		      uint64_t max);
/** ipmmu_event_context() - an event about a context of a root, with a value. */
void ipmmu_event_context(enum ipmmu_event_kind kind, const struct ipmmu_root *root,
			 uint32_t context, uint64_t value);
/**
 * ipmmu_refuse() - report a value that is not allowed as BAD_ARGUMENT; returns @error.
 * @mmu: the unit that it is about, or IPMMU_NONE.
 */
enum ipmmu_err ipmmu_refuse(struct ipmmu_system *system, uint32_t mmu, enum ipmmu_err error,
			    enum ipmmu_what what, uint64_t value, uint64_t min, uint64_t max);
/** ipmmu_refuse_master() - the same about a value of a master. */
enum ipmmu_err ipmmu_refuse_master(struct ipmmu_system *system,
				   const struct ipmmu_master_desc *master, uint32_t mmu,
				   enum ipmmu_err error, enum ipmmu_what what, uint64_t value,
				   uint64_t min, uint64_t max);

/* ---- mode.c ---- */

/** ipmmu_mode_decide() - the mode of a root; AUTO when the part cannot do what is wished. */
enum ipmmu_mode ipmmu_mode_decide(const struct ipmmu_soc *soc,
				  const struct ipmmu_options *options);
/** ipmmu_check_table() - may this root walk that table? Reports what is wrong. */
enum ipmmu_err ipmmu_check_table(const struct ipmmu_root *root,
				 const struct ipmmu_table *table);
/** ipmmu_deny_table() - the empty table of a root's deny context. */
struct ipmmu_table ipmmu_deny_table(const struct ipmmu_root *root);
/** ipmmu_deny_pages() - how many pages it has. */
uint32_t ipmmu_deny_pages(const struct ipmmu_root *root);
/** ipmmu_mode_format() - the engine's format of a mode. */
enum ipmmu_pt_format ipmmu_mode_format(enum ipmmu_mode mode);

/* ---- check.c ---- */

/** ipmmu_check_system() - all refusals of ipmmu_system_create() that need no hardware. */
enum ipmmu_err ipmmu_check_system(struct ipmmu_system *system);
/** ipmmu_check_master() - ports in range, named once, behind one root that is online. */
enum ipmmu_err ipmmu_check_master(struct ipmmu_system *system,
				  const struct ipmmu_master_desc *desc);

#endif
