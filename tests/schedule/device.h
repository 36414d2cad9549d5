/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * device.h - what happens beside the CPUs: accesses of masters, flushes that do not end,
 * registers that lie, memory that runs out; and what of it a call may name as its reason.
 */
#ifndef SCHEDULE_DEVICE_H
#define SCHEDULE_DEVICE_H

#include <ipmmu-model/model.h>

#include "books.h"

enum {
	UNITS = 3, /**< a root and two caches */
	UTLBS = 3,
	CONTEXTS_MOST = 6,
	UNDER_WAY = 2 /**< accesses that were translated and land later */
};

/** struct under_way - an access that has not landed. */
struct under_way {
	bool used;
	uint32_t handle;
	int master;
};

/** struct device - plain bytes. */
struct device {
	/** Since when a flush runs, and when one had last run for longer than it takes. */
	uint64_t flight_since[UNITS][CONTEXTS_MOST];
	uint64_t stuck_at[UNITS][CONTEXTS_MOST];
	bool in_flight[UNITS][CONTEXTS_MOST];
	bool was_stuck[UNITS][CONTEXTS_MOST];
	bool quarantined[CONTEXTS_MOST]; /**< told by an event, and still on */
	uint32_t quarantines;            /**< how many were told */
	uint32_t deaf[UNITS][UTLBS];     /**< writes of IMUCTR that are not taken */
	bool lying[UNITS][UTLBS];        /**< the last one was not */
	uint32_t ones;                   /**< reads until one gives all ones; 0 = never */
	uint32_t poor;                   /**< allocations that fail */
	bool lied;                       /**< a register has lied in this run */
	bool was_poor;                   /**< an allocation has failed in this run */
	uint32_t bad_iova;               /**< addresses that nothing maps: each is used once */
	struct under_way under_way[UNDER_WAY];
};

/** device_access() - one access of a master, judged where it lands. */
enum model_access_state device_access(struct machine *m, int master, uint32_t port,
				      uint64_t iova, bool write);
/**
 * device_program() - an attached master is told to run for its domain, until the quiesce hook
 * stops it. False: it is not attached for certain, or another call has it.
 */
bool device_program(struct machine *m, int master);
/** device_fault_iova() - an address that nothing ever maps, another one each time. */
uint64_t device_fault_iova(struct machine *m);
/** device_begin() - an access that is translated now. False: it does not pass. */
bool device_begin(struct machine *m, int master, uint32_t port, uint64_t iova, bool write);
/** device_end() - the accesses of @master that are under way land; -1: of all. */
void device_end(struct machine *m, int master);
/** device_landed() - one lands earlier, since a flush waits for it: for model_on_land(). */
void device_landed(void *machine, const struct model_access *access);

/** device_stick() - flushes of @unit do not end, or do again. */
void device_stick(struct machine *m, uint32_t unit, uint32_t context, bool stuck);
/** device_loosen() - all flushes end, no register lies, memory is there. */
void device_loosen(struct machine *m);
/** device_flush_written() - IMCTR of @context in @unit was written. */
void device_flush_written(struct machine *m, uint32_t unit, uint32_t context);
/** device_time_passed() - look which flushes are stuck. */
void device_time_passed(struct machine *m);
/** device_may_quarantine() - was there a reason to put @context into quarantine? */
bool device_may_quarantine(const struct machine *m, uint32_t context);

/** device_is_poor() - an allocation fails. */
bool device_is_poor(struct machine *m);
/** device_freezes_now() - does the CPU that runs stand still from here on? */
bool device_freezes_now(struct machine *m);

/** device_serve() - a CPU that is all masters: accesses as long as others work. */
void device_serve(struct machine *m, int argument);
/** device_interrupt() - a CPU that takes the root's interrupt as long as others work. */
void device_interrupt(struct machine *m, int argument);

#endif
