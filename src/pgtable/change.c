// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * change.c - remove what is mapped, or give it other rights; and go on with any change that
 * was interrupted by a flush or by its budget.
 */
#include "table.h"

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

static PT_NOINLINE enum ipmmu_err reserve_cuts(struct ipmmu_pt *pt, uint64_t start,
					       uint64_t end)
{
	uint32_t need = cut_need(pt, start);

	/* The end of all addresses cuts nothing. */
	if (end <= pt->last) {
		need += cut_need(pt, end);
	}
	return ipmmu_pt_pool_fill(pt, need);
}

/* The job is begun, over which range and for which rights: of what kind is it? */
static PT_NOINLINE enum ipmmu_err change(struct ipmmu_pt *pt, enum pt_job_kind kind)
{
	struct ipmmu_pt_job *job = &pt->job;
	const bool breaks = kind == PT_JOB_PROTECT && pt->replace == IPMMU_PT_BREAK_BEFORE_MAKE;

	if (pt_splits(pt) && reserve_cuts(pt, job->start, job->end) != IPMMU_OK) {
		return IPMMU_E_NO_MEMORY;
	}
	ipmmu_pt_job_kind(pt, kind);
	job->pass = breaks || pt->split == IPMMU_PT_BREAK_BEFORE_MAKE ? PT_PASS_BREAK
								      : PT_PASS_MAKE;
	return IPMMU_OK;
}

/* Is the table surely not empty without the run at @slot? A neighbour says so. */
PT_INLINE bool has_neighbour(const uint64_t *slot, uint64_t index, uint64_t count)
{
	return (index < PT_ENTRIES - count && slot[count] != 0) || (index > 0 && slot[-1] != 0);
}

static PT_NOINLINE bool is_alone(const uint64_t *slot, uint32_t index, uint32_t count)
{
	return pt_is_alone(slot - index, index, count);
}

/*
 * A run of pages, one block, or one table of pages. Where the table has nothing left, it goes
 * with them, and what is above it perhaps too: by the longer way, over all of a table of pages.
 */
PT_INLINE int unmap_run(struct ipmmu_pt *pt, uint64_t *slot, uint64_t iova, uint64_t size,
			uint32_t level)
{
	const uint32_t count = (uint32_t)(size >> pt_shift(level));
	const uint32_t index = pt_index(iova, level);
	const uint64_t span = level == PT_LEVELS ? pt_size(level - 1) : size;

	if (PT_UNLIKELY(*slot == 0 && pt_is_empty(slot, count))) {
		return IPMMU_OK;
	}
	if (PT_UNLIKELY(!has_neighbour(slot, index, count)) && !pt->keep_empty &&
	    is_alone(slot, index, count)) {
		ipmmu_pt_job_begin(pt, iova & ~(span - 1), span, 0);
		return PT_SLOW;
	}
	if (pt_is_table(*slot, level)) {
		ipmmu_pt_gather(pt, slot);
	} else {
		pt_run_zero(slot, count);
	}
	pt_clean(pt, slot, count);
	return PT_FLUSH;
}

/*
 * Pages out of one block: the table in its place lacks them from the start. PT_SLOW where there
 * is no block, or no table left for it.
 */
static PT_NOINLINE int cut_block(struct ipmmu_pt *pt, uint64_t iova, uint64_t size)
{
	const uint32_t level = PT_LEVELS - 1;
	uint64_t *slot = pt_slot_of_run(pt, iova, size, level);
	const uint64_t pa = pt->pool.head;
	uint64_t *table;
	uint64_t leaf;

	if (slot == NULL || !pt_is_valid(*slot) || pt_is_table(*slot, level) ||
	    pt->pool.count == 0) {
		return PT_SLOW;
	}
	table = ipmmu_pt_list_pop(pt, &pt->pool);
	leaf = pt_leaf(pt_address(*slot), *slot & PT_ATTRIBUTES, PT_LEVELS);
	pt_run_store(table, PT_ENTRIES, leaf, pt_step(PT_LEVELS));
	ipmmu_pt_clear(pt_slot(table, iova, PT_LEVELS), (uint32_t)(size >> PT_PAGE_SHIFT));
	pt_clean(pt, table, PT_ENTRIES);
	pt_order(pt);
	pt_store(slot, pt_link(pt, pa));
	pt_clean(pt, slot, 1);
	return PT_FLUSH;
}

/* Is a range within one table of pages, and of whole groups where there are any? */
PT_INLINE bool is_simple(const struct ipmmu_pt *pt, uint64_t iova, uint64_t size)
{
	const uint64_t group = PT_GROUP * PT_PAGE_SIZE - 1;

	return (iova ^ (iova + size - 1)) >> pt_shift(PT_LEVELS - 1) == 0 &&
	       (!pt->contiguous || ((iova | size) & group) == 0);
}

/* After the checks; PT_SLOW: it is not that simple, and the job is begun. */
static PT_NOINLINE int unmap_pages(struct ipmmu_pt *pt, uint64_t iova, uint64_t size,
				   uint32_t budget)
{
	uint64_t *slot;
	int err = PT_SLOW;

	if (PT_QUICK && budget - 1 >= size >> PT_PAGE_SHIFT && is_simple(pt, iova, size)) {
		if (PT_UNLIKELY(!pt_slot_quick(pt, iova, &slot))) {
			slot = pt_slot_at(pt, iova, PT_LEVELS);
		}
		if (PT_LIKELY(slot != NULL)) {
			return unmap_run(pt, slot, iova, size, PT_LEVELS);
		}
		err = PT_POLICIES && pt->split == IPMMU_PT_DIRECT ? cut_block(pt, iova, size)
								  : PT_SLOW;
	}
	if (err == PT_SLOW) {
		ipmmu_pt_job_begin(pt, iova, size, budget);
	}
	return err;
}

/* Of the size of a block, and aligned to it. */
static PT_NOINLINE int unmap_block(struct ipmmu_pt *pt, uint64_t iova, uint32_t budget)
{
	const uint32_t level = PT_LEVELS - 1;
	uint64_t *slot = pt_slot_at(pt, iova, level);

	if (PT_UNLIKELY(slot == NULL || (pt->keep_empty && pt_is_table(*slot, level)))) {
		ipmmu_pt_job_begin(pt, iova, pt_size(level), budget);
		return PT_SLOW;
	}
	return unmap_run(pt, slot, iova, pt_size(level), level);
}

/* A cut has taken from the reserve. */
PT_INLINE void refill(struct ipmmu_pt *pt)
{
	if (PT_UNLIKELY(pt_splits(pt) && pt->pool.count < PT_RESERVE)) {
		ipmmu_pt_pool_settle(pt);
	}
}

static PT_NOINLINE enum ipmmu_err unmap_any(struct ipmmu_pt *pt, uint64_t iova, uint64_t size,
					    uint32_t budget, enum ipmmu_pt_next *next)
{
	const uint64_t block = pt_size(PT_LEVELS - 1);
	int err = pt_check(pt, iova, size);

	*next = IPMMU_PT_NEXT_NONE;
	if (PT_UNLIKELY(err != IPMMU_OK)) {
		return (enum ipmmu_err)err;
	}
	err = PT_QUICK && size == block && (iova & (block - 1)) == 0
		      ? unmap_block(pt, iova, budget)
		      : unmap_pages(pt, iova, size, budget);
	if (err == PT_FLUSH) {
		*next = IPMMU_PT_NEXT_FLUSH;
		refill(pt);
		return IPMMU_OK;
	}
	if (PT_UNLIKELY(err == PT_SLOW) && !pt_splits(pt)) {
		*next = ipmmu_pt_pages_unmap(pt);
		return IPMMU_OK;
	}
	if (PT_UNLIKELY(err == PT_SLOW)) {
		err = change(pt, PT_JOB_UNMAP);
		if (err == IPMMU_OK) {
			*next = ipmmu_pt_edit(pt);
		}
	}
	return (enum ipmmu_err)err;
}

/* One page that is not the last of its table; the longer way has all else. */
enum ipmmu_err ipmmu_pt_unmap(struct ipmmu_pt *pt, struct ipmmu_iova iova, uint64_t size,
			      uint32_t budget, enum ipmmu_pt_next *next)
{
	uint64_t *slot;

	if (PT_UNLIKELY(!PT_QUICK || size != PT_PAGE_SIZE)) {
		return unmap_any(pt, iova.v, size, budget, next);
	}
	if (PT_LIKELY((iova.v & pt->outside) == 0 && pt_slot_quick(pt, iova.v, &slot) &&
		      *slot != 0 &&
		      has_neighbour(slot, (iova.v >> PT_PAGE_SHIFT) & (PT_ENTRIES - 1), 1))) {
		pt_store(slot, 0);
		*next = IPMMU_PT_NEXT_FLUSH;
		pt_clean(pt, slot, 1);
		return IPMMU_OK;
	}
	return unmap_any(pt, iova.v, PT_PAGE_SIZE, budget, next);
}

static PT_NOINLINE enum ipmmu_err protect_begin(struct ipmmu_pt *pt, uint64_t iova,
						uint64_t size, struct ipmmu_pt_prot prot,
						uint32_t budget)
{
	enum ipmmu_err err = pt_check(pt, iova, size);

	if (err != IPMMU_OK) {
		return err;
	}
	pt->job.attr = pt_encode(pt, prot);
	if (pt->replace == IPMMU_PT_NEVER || pt->job.attr == 0) {
		return IPMMU_E_UNSUPPORTED;
	}
	ipmmu_pt_job_begin(pt, iova, size, budget);
	return IPMMU_OK;
}

enum ipmmu_err ipmmu_pt_protect(struct ipmmu_pt *pt, struct ipmmu_iova iova, uint64_t size,
				struct ipmmu_pt_prot prot, uint32_t budget,
				enum ipmmu_pt_next *next)
{
	enum ipmmu_err err = protect_begin(pt, iova.v, size, prot, budget);

	*next = IPMMU_PT_NEXT_NONE;
	if (err == IPMMU_OK) {
		err = change(pt, PT_JOB_PROTECT);
	}
	if (err == IPMMU_OK) {
		*next = ipmmu_pt_edit(pt);
	}
	return err;
}

enum ipmmu_err ipmmu_pt_continue(struct ipmmu_pt *pt, uint32_t budget, enum ipmmu_pt_next *next)
{
	*next = IPMMU_PT_NEXT_NONE;
	if (pt->job.kind == PT_JOB_NONE) {
		return IPMMU_E_STATE;
	}
	pt->job.budget = pt_budget(budget);
	if (PT_POLICIES && pt->job.kind == PT_JOB_MERGE) {
		*next = pt->job.merge(pt);
	} else if (!PT_POLICIES || (pt->job.kind == PT_JOB_UNMAP && !pt_splits(pt))) {
		*next = ipmmu_pt_pages_unmap(pt);
	} else {
		*next = ipmmu_pt_edit(pt);
	}
	return IPMMU_OK;
}
