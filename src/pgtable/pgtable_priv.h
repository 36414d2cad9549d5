/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * pgtable_priv.h - what the files of the engine share. What calls a function is in table.h and
 * run.h.
 *
 * The engine is compiled for one shape: geometry and kind bits as constants, so that the loops
 * over entries fold. Attributes go through struct pt_format, once per call.
 */
#ifndef IPMMU_PGTABLE_PRIV_H
#define IPMMU_PGTABLE_PRIV_H

#include <ipmmu/pgtable.h>

#include "entries.h"

/** struct pt_format - rights and memory types of one format, and what its tables need. */
struct pt_format {
	uint8_t bits_min;
	uint8_t bits_max;
	uint64_t table_bits; /**< in every entry that points to a table */
	uint64_t leaf_bits;  /**< in every leaf: PT_ACCESSED, and NS in stage 1 */
	/** Attributes of a leaf; 0 = the format cannot say that. */
	uint64_t (*encode)(struct ipmmu_pt_prot prot);
	struct ipmmu_pt_prot (*decode)(uint64_t entry);
};

/** ipmmu_pt_format_row() - NULL when there is no such format. */
const struct pt_format *ipmmu_pt_format_row(uint32_t format);

enum {
	/* Besides enum ipmmu_err: the short way of a call does not lead there. */
	PT_SLOW = 1,
	PT_FLUSH, /**< done, and a flush is due */
	/* A removal cuts at most one block of each level at each of its two ends. */
	PT_RESERVE = 2 * (PT_LEVELS - 1)
};

/** enum pt_job_kind - what is under way. */
enum pt_job_kind {
	PT_JOB_NONE,
	PT_JOB_MAP,
	PT_JOB_UNMAP,
	PT_JOB_PROTECT,
	PT_JOB_REPLACE,
	PT_JOB_MERGE
};

/** enum pt_pass - how often the range is gone through, and what for. */
enum pt_pass {
	PT_PASS_BREAK, /**< make invalid what will be made again, or goes */
	PT_PASS_MAKE
};

/* Are there blocks? */
PT_INLINE bool pt_splits(const struct ipmmu_pt *pt)
{
	return PT_POLICIES && pt->split != IPMMU_PT_NEVER;
}

/* What leads to the table at @pa. */
PT_INLINE uint64_t pt_link(const struct ipmmu_pt *pt, uint64_t pa)
{
	return pa << PT_ADDRESS_LG2 | pt->table_bits | PT_TABLE_KIND;
}

/* 0 stands for no bound. */
PT_INLINE uint32_t pt_budget(uint32_t budget)
{
	return budget == 0 ? UINT32_MAX : budget;
}

/* Addresses and size of a range; the errors of every call that takes one. */
PT_INLINE enum ipmmu_err pt_check(const struct ipmmu_pt *pt, uint64_t iova, uint64_t size)
{
	if (PT_UNLIKELY(((iova | size) & (PT_PAGE_SIZE - 1)) != 0)) {
		return IPMMU_E_ALIGN;
	}
	/* Without overflow: a size of 0 is the greatest of all less one. */
	if (PT_UNLIKELY(iova > pt->last || size - 1 > pt->last - iova)) {
		return IPMMU_E_RANGE;
	}
	return PT_UNLIKELY(pt->job.kind != PT_JOB_NONE) ? IPMMU_E_BUSY : IPMMU_OK;
}

/* After pt_check(): @size is within 2^40, so that only a PA over it can wrap around. */
PT_INLINE enum ipmmu_err pt_check_output(uint64_t pa, uint64_t size)
{
	if (PT_UNLIKELY((pa & (PT_PAGE_SIZE - 1)) != 0)) {
		return IPMMU_E_ALIGN;
	}
	return PT_UNLIKELY((pa | (pa + size - 1)) >> PT_OUTPUT_BITS != 0) ? IPMMU_E_RANGE
									  : IPMMU_OK;
}

/* Entries from where the job is to its end or that of the table. */
PT_INLINE uint32_t pt_entries_left(const struct ipmmu_pt_job *job, uint32_t level)
{
	const uint64_t last = job->end - 1;
	const bool beyond = level > 1 && ((job->next ^ last) >> pt_shift(level - 1)) != 0;

	return (beyond ? (uint32_t)PT_ENTRIES : pt_index(last, level) + 1) -
	       pt_index(job->next, level);
}

/* ---- edit.c ---- */

/** One step of the job under way: to its end, a flush, or the end of its budget. */
enum ipmmu_pt_next ipmmu_pt_edit(struct ipmmu_pt *pt);
/** A job over a range, of no kind yet, in its last pass. */
void ipmmu_pt_job_begin(struct ipmmu_pt *pt, uint64_t iova, uint64_t size, uint32_t budget);

/* ---- pages.c ---- */

/** Map the range of the job that is begun. All, or nothing and an error. */
enum ipmmu_err ipmmu_pt_pages_map(struct ipmmu_pt *pt);
/** One step of the removal that is begun, or under way. */
enum ipmmu_pt_next ipmmu_pt_pages_unmap(struct ipmmu_pt *pt);

#endif
