// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * change.c - remove what is mapped, or give it other rights; and go on with any change that
 * was interrupted by a flush or by its budget.
 */
#include "pgtable_priv.h"

/* Tables that it takes to cut what maps @iova exactly there. */
static uint32_t cut_need(const struct ipmmu_pt *pt, uint64_t iova)
{
	const uint64_t *table = pt->root;
	uint32_t level = 1;
	uint32_t need = 0;
	uint64_t entry = table[pt_index(iova, 1)];

	while (pt_is_table(entry, level)) {
		table = pt_table(pt, pt_address(entry));
		level++;
		entry = table[pt_index(iova, level)];
	}
	for (; entry != 0 && level < PT_LEVELS; level++) {
		need += (iova & (pt_size(level) - 1)) != 0;
	}
	return need;
}

static __attribute__((noinline)) enum ipmmu_err reserve_cuts(struct ipmmu_pt *pt,
							     uint64_t start, uint64_t end)
{
	uint32_t need = cut_need(pt, start);

	/* The end of all addresses cuts nothing. */
	if (end <= pt->last) {
		need += cut_need(pt, end);
	}
	return ipmmu_pt_pool_fill(pt, need);
}

static enum ipmmu_err change(struct ipmmu_pt *pt, uint64_t iova, uint64_t size,
			     enum pt_job_kind kind, uint32_t budget, enum ipmmu_pt_next *next)
{
	struct ipmmu_pt_job *job = &pt->job;
	const bool replaces =
		kind == PT_JOB_PROTECT && pt->replace == IPMMU_PT_BREAK_BEFORE_MAKE;

	if (pt->split != IPMMU_PT_NEVER && reserve_cuts(pt, iova, iova + size) != IPMMU_OK) {
		return IPMMU_E_NO_MEMORY;
	}
	ipmmu_pt_job_begin(pt, iova, size);
	job->kind = (uint8_t)kind;
	job->pass = replaces || pt->split == IPMMU_PT_BREAK_BEFORE_MAKE ? PT_PASS_BREAK
									: PT_PASS_MAKE;
	return ipmmu_pt_edit(pt, budget, next);
}

/* Nothing left in a table of which [slot, slot + count) was just emptied? Neighbours first. */
PT_INLINE bool is_table_empty(const uint64_t *table, const uint64_t *slot, uint32_t count)
{
	const uint64_t *after = slot + count;

	if ((after < table + PT_ENTRIES && *after != 0) || (slot > table && slot[-1] != 0)) {
		return false;
	}
	return pt_run_bits(table, PT_ENTRIES) == 0;
}

/* The last table of a way is empty: the job does the rest, up to the root. */
static void reclaim(struct ipmmu_pt *pt, uint64_t iova, enum ipmmu_pt_next *next)
{
	const uint64_t base = iova & ~(pt_size(PT_LEVELS - 1) - 1);

	(void)change(pt, base, pt_size(PT_LEVELS - 1), PT_JOB_UNMAP, 0, next);
	*next = IPMMU_PT_NEXT_FLUSH;
}

/* Pages of one table; false: not that simple. */
PT_INLINE bool unmap_pages(struct ipmmu_pt *pt, uint64_t iova, uint64_t size,
			   enum ipmmu_pt_next *next)
{
	const uint32_t count = (uint32_t)(size >> PT_PAGE_SHIFT);
	uint64_t *parent;
	uint64_t *table;
	uint64_t *slot;

	if ((iova ^ (iova + size - 1)) >= pt_size(PT_LEVELS - 1) || pt->contiguous ||
	    size == pt_size(PT_LEVELS - 1)) {
		return false;
	}
	table = pt_last_table(pt, iova, &parent);
	if (PT_UNLIKELY(table == NULL)) {
		return false;
	}
	slot = table + pt_index(iova, PT_LEVELS);
	*next = IPMMU_PT_NEXT_NONE;
	if (PT_UNLIKELY(pt_run_clear(slot, count) == 0)) {
		return true;
	}
	*next = IPMMU_PT_NEXT_FLUSH;
	if (!pt->keep_empty && PT_UNLIKELY(is_table_empty(table, slot, count))) {
		reclaim(pt, iova, next);
		return true;
	}
	pt_clean(pt, slot, count);
	return true;
}

enum ipmmu_err ipmmu_pt_unmap(struct ipmmu_pt *pt, struct ipmmu_iova iova, uint64_t size,
			      uint32_t budget, enum ipmmu_pt_next *next)
{
	enum ipmmu_err err = pt_check(pt, iova.v, size);

	if (PT_UNLIKELY(err != IPMMU_OK)) {
		*next = IPMMU_PT_NEXT_NONE;
		return err;
	}
	if (PT_LIKELY(budget - 1 >= size >> PT_PAGE_SHIFT) &&
	    PT_LIKELY(unmap_pages(pt, iova.v, size, next))) {
		return IPMMU_OK;
	}
	*next = IPMMU_PT_NEXT_NONE;
	return change(pt, iova.v, size, PT_JOB_UNMAP, budget, next);
}

enum ipmmu_err ipmmu_pt_protect(struct ipmmu_pt *pt, struct ipmmu_iova iova, uint64_t size,
				struct ipmmu_pt_prot prot, uint32_t budget,
				enum ipmmu_pt_next *next)
{
	enum ipmmu_err err = pt_check(pt, iova.v, size);

	*next = IPMMU_PT_NEXT_NONE;
	if (err != IPMMU_OK) {
		return err;
	}
	pt->job.attr = pt_encode(pt, prot);
	if (pt->replace == IPMMU_PT_NEVER || pt->job.attr == 0) {
		return IPMMU_E_UNSUPPORTED;
	}
	return change(pt, iova.v, size, PT_JOB_PROTECT, budget, next);
}

enum ipmmu_err ipmmu_pt_continue(struct ipmmu_pt *pt, uint32_t budget, enum ipmmu_pt_next *next)
{
	*next = IPMMU_PT_NEXT_NONE;
	if (pt->job.kind == PT_JOB_NONE) {
		return IPMMU_E_STATE;
	}
	return ipmmu_pt_edit(pt, budget, next);
}
