/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * run.h - runs of entries in one table, with and without the contiguous hint.
 */
#ifndef IPMMU_PGTABLE_RUN_H
#define IPMMU_PGTABLE_RUN_H

#include "table.h"

/**
 * Do what can be done in the table where the job is, from job->next on, which moves; false:
 * the entry there has to be gone into.
 */
bool ipmmu_pt_run(struct ipmmu_pt *pt);

PT_INLINE void pt_touch(struct ipmmu_pt_frame *frame, uint32_t index, uint32_t count)
{
	if (index < frame->low) {
		frame->low = (uint16_t)index;
	}
	if (index + count > frame->high) {
		frame->high = (uint16_t)(index + count);
	}
}

/** Pages in three runs: before, with, and after the contiguous hint. */
void ipmmu_pt_run_hinted(uint64_t *slot, uint64_t iova, uint64_t entry, uint32_t count);

PT_INLINE void pt_run_pages(const struct ipmmu_pt *pt, uint64_t *slot, uint64_t iova,
			    uint64_t pa, uint64_t attr, uint32_t count)
{
	const uint64_t entry = pt_leaf(pa, attr, PT_LEVELS);

	if (PT_UNLIKELY(pt->contiguous) && ((iova ^ pa) & (PT_GROUP * PT_PAGE_SIZE - 1)) == 0) {
		ipmmu_pt_run_hinted(slot, iova, entry, count);
	} else {
		pt_run_store(slot, count, entry, pt_step(PT_LEVELS));
	}
}

#endif
