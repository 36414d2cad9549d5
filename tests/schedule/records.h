/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * records.h - faults: who caused which, and what the library says about it.
 *
 * A fault is latched when an access fails, and taken when the library clears the status. Each
 * access that is to fail has an address of its own, so a record tells which fault it is.
 */
#ifndef SCHEDULE_RECORDS_H
#define SCHEDULE_RECORDS_H

#include <ipmmu-model/model.h>
#include <ipmmu/fault.h>

#include "books.h"

enum {
	LATCHES = 2048,
	SELECTORS = 16
};

/** struct latch - one fault. */
struct latch {
	bool used;
	bool taken;
	uint32_t context;
	uint32_t domain; /**< id of the one whose context it was; 0 = none */
	uint64_t iova;
	uint32_t culprits[MASTERS]; /**< ids of the masters of the uTLB; 0 = no more */
	/** Ids of the masters that selected the context until the status was taken. */
	uint32_t selectors[SELECTORS];
	uint32_t selector_count;
};

/** struct records - plain bytes. */
struct records {
	uint32_t next; /**< how many there were; the last LATCHES are kept */
	struct latch latches[LATCHES];
};

/** records_kept() - how many of the latches say something. */
static inline uint32_t records_kept(const struct records *records)
{
	return records->next < LATCHES ? records->next : LATCHES;
}

/** records_latch() - @access has failed, and set the status of its context. */
void records_latch(struct machine *m, const struct model_access *access);
/** records_select() - masters came to a context, or were claimed. */
void records_select(struct machine *m);
/** records_taken() - the status of @context was cleared. */
void records_taken(struct machine *m, uint32_t context);
/** records_judge() - the fault hook got this: is it a fault that was, and who is blamed? */
void records_judge(struct machine *m, const struct ipmmu_fault *fault);
/** records_judge_names() - what it names is still there: the host reads it. */
void records_judge_names(struct machine *m, const struct ipmmu_fault *fault);

#endif
