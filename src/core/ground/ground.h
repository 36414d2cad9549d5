/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * ground.h - what every floor uses: the host's hooks, events, modes, and what is refused.
 */
#ifndef IPMMU_CORE_GROUND_H
#define IPMMU_CORE_GROUND_H

#include <ipmmu/event.h>

#include "../core.h"

/* ---- host.c ---- */

/** ipmmu_lock_make() - make a lock, if the host has lock hooks; false: no memory. */
bool ipmmu_lock_make(const struct ipmmu_system *system, enum ipmmu_lock_kind kind,
		     struct ipmmu_lock *lock);
/** ipmmu_lock_drop() - destroy a lock, if there is one. */
void ipmmu_lock_drop(struct ipmmu_lock *lock);
/** ipmmu_lock() / ipmmu_unlock() - take and drop a lock, if there is one. */
void ipmmu_lock(struct ipmmu_lock *lock);
void ipmmu_unlock(struct ipmmu_lock *lock);

/** ipmmu_alloc() - a zeroed object; NULL: no memory. */
void *ipmmu_alloc(const struct ipmmu_system *system, size_t size);
/** ipmmu_free() - give it back, if there is one. */
void ipmmu_free(const struct ipmmu_system *system, void *object, size_t size);

/** ipmmu_barrier() - order memory, register writes and register reads. */
void ipmmu_barrier(const struct ipmmu_system *system);
/** ipmmu_now() - the host's clock in microseconds. */
uint64_t ipmmu_now(const struct ipmmu_system *system);
/** ipmmu_service_at() - ask the host for ipmmu_service(), soon when @at_us is 0. */
void ipmmu_service_at(const struct ipmmu_system *system, uint64_t at_us);

/** struct ipmmu_wait - one wait, bounded by the clock and by a count. */
struct ipmmu_wait {
	const struct ipmmu_system *system;
	uint64_t start_us; /**< when the wait began */
	uint64_t first_us; /**< when the clock moved for the first time after that */
	uint32_t limit_us;
	uint32_t passes; /**< that are left */
	bool expired;
};

/** ipmmu_wait_begin() - start a wait of @timeouts times the option flush_timeout_us. */
void ipmmu_wait_begin(struct ipmmu_wait *wait, const struct ipmmu_system *system,
		      uint32_t timeouts);
/**
 * ipmmu_wait_more() - call it after a pass that found something unfinished.
 *
 * Time counts from the first move of the clock that the wait sees: a clock of 10 ms steps may
 * move right after the start. So a wait never ends before its limit, and at most one step of
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
void ipmmu_event_send(const struct ipmmu_system *system, const struct ipmmu_event *event);
/** ipmmu_event_numbers() - an event about a unit that has numbers alone. */
void ipmmu_event_numbers(enum ipmmu_event_kind kind, const struct ipmmu_mmu *mmu, uint32_t utlb,
			 uint32_t context, enum ipmmu_err error, uint64_t value, uint64_t max);
/** ipmmu_event_mmu() - an event about a unit, with an error and a value. */
void ipmmu_event_mmu(enum ipmmu_event_kind kind, const struct ipmmu_mmu *mmu,
		     enum ipmmu_err error, uint64_t value);
/** ipmmu_event_context() - an event about a context, with a value. */
void ipmmu_event_context(enum ipmmu_event_kind kind, const struct ipmmu_context *context,
			 uint64_t value);
/** ipmmu_context_number() - its number as hosts see it: IPMMU_NONE for NULL. */
uint32_t ipmmu_context_number(const struct ipmmu_context *context);

/** struct ipmmu_about - what the values of a call belong to, and what became of them. */
struct ipmmu_about {
	const struct ipmmu_system *system;
	const struct ipmmu_master_desc *master; /**< NULL: none */
	uint32_t mmu;                           /**< IPMMU_NONE: none */
	enum ipmmu_err err; /**< of the first value that was refused: the only one reported */
};

/** ipmmu_refuse() - report a value that is not allowed as BAD_ARGUMENT, if it is the first. */
void ipmmu_refuse(struct ipmmu_about *about, enum ipmmu_err error, enum ipmmu_what what,
		  uint64_t value, uint64_t min, uint64_t max);
/** ipmmu_refuse_value() - the same, where no other value would do. */
void ipmmu_refuse_value(struct ipmmu_about *about, enum ipmmu_err error, enum ipmmu_what what,
			uint64_t value);
/** ipmmu_refuse_unless() - the same when @value is not within @min and @max. */
void ipmmu_refuse_unless(struct ipmmu_about *about, enum ipmmu_err error, enum ipmmu_what what,
			 uint64_t value, uint64_t min, uint64_t max);

/* ---- check.c ---- */

/** ipmmu_check_system() - all refusals of ipmmu_system_create() that need no hardware. */
enum ipmmu_err ipmmu_check_system(const struct ipmmu_system *system);
/** ipmmu_check_table() - may this root walk that table? Reports what is wrong. */
enum ipmmu_err ipmmu_check_table(const struct ipmmu_root *root,
				 const struct ipmmu_table *table);
/** ipmmu_check_master() - ports in range, named once, behind one root that is online. */
enum ipmmu_err ipmmu_check_master(const struct ipmmu_system *system,
				  const struct ipmmu_master_desc *desc);

#endif
