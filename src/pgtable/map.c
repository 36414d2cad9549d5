// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * map.c - map ranges and scattered pages: look at everything first and take every table, then
 * write. Changes of what is mapped are in change.c, except for replacing it.
 */
#include "run.h"

/* Tables that [from, to) needs where nothing is below @level. */
static uint64_t tables_below(const struct ipmmu_pt *pt, uint64_t from, uint64_t to,
			     uint32_t level)
{
	const bool blocks = pt_splits(pt) && pt->job.pages == NULL;
	uint64_t count = 0;

	for (; level < PT_LEVELS; level++) {
		const uint64_t within = pt_size(level) - 1;
		const uint64_t first = from >> pt_shift(level);

		if (!blocks || (pt->job.offset & within) != 0) {
			count += ((to - 1) >> pt_shift(level)) - first + 1;
		} else if ((from & within) != 0 && first == to >> pt_shift(level)) {
			count++;
		} else {
			count += (from & within) != 0 ? 1u : 0u;
			count += (to & within) != 0 ? 1u : 0u;
		}
	}
	return count;
}

/* Behind the empty entries that begin at @next, in this table. */
static uint64_t empty_end(const uint64_t *table, uint32_t level, uint64_t next, uint64_t end)
{
	uint32_t index = pt_index(next, level);

	do {
		next = (next | (pt_size(level) - 1)) + 1;
		index++;
	} while (next < end && (level == 1 || index < PT_ENTRIES) && table[index] == 0);
	return next < end ? next : end;
}

/* Is all of the job's range empty, and how many tables does it need? */
static enum ipmmu_err survey(const struct ipmmu_pt *pt, uint64_t *need)
{
	const uint64_t end = pt->job.end;
	uint64_t next = pt->job.start;

	*need = 0;
	while (next < end) {
		const uint64_t *table = pt->root;
		uint32_t level = 1;
		uint64_t stop;

		while (pt_is_table(table[pt_index(next, level)], level)) {
			table = pt_table(pt, pt_address(table[pt_index(next, level)]));
			level++;
		}
		if (table[pt_index(next, level)] != 0) {
			return IPMMU_E_EXISTS;
		}
		stop = empty_end(table, level, next, end);
		*need += tables_below(pt, next, stop, level);
		next = stop;
	}
	return IPMMU_OK;
}

/* Survey, and take the tables; the reserve stays as it is. */
static PT_NOINLINE enum ipmmu_err prepare(struct ipmmu_pt *pt, enum pt_job_kind kind)
{
	uint64_t need = 0;
	enum ipmmu_err err = IPMMU_OK;

	if (kind == PT_JOB_MAP) {
		err = survey(pt, &need);
	} else {
		/* The most: as if nothing were there. What is not used goes back. */
		need = tables_below(pt, pt->job.start, pt->job.end, 1);
	}
	need += ipmmu_pt_reserve(pt);
	if (err == IPMMU_OK && need <= UINT32_MAX) {
		err = ipmmu_pt_pool_fill(pt, (uint32_t)need);
	} else if (err == IPMMU_OK) {
		/* More tables than fit into the output width. */
		err = IPMMU_E_NO_MEMORY;
	}
	if (err == IPMMU_OK) {
		ipmmu_pt_job_kind(pt, kind);
	}
	return err;
}

/* The checks that map and replace share. */
PT_INLINE enum ipmmu_err check(struct ipmmu_pt *pt, uint64_t iova, uint64_t pa, uint64_t size,
			       struct ipmmu_pt_prot prot, uint64_t *attr)
{
	enum ipmmu_err err = pt_check(pt, iova, size);

	if (PT_LIKELY(err == IPMMU_OK)) {
		err = pt_check_output(pa, size);
	}
	if (PT_UNLIKELY(err != IPMMU_OK)) {
		return err;
	}
	*attr = pt_encode(pt, prot);
	return PT_LIKELY(*attr != 0) ? IPMMU_OK : IPMMU_E_UNSUPPORTED;
}

static void begin(struct ipmmu_pt *pt, uint64_t iova, uint64_t offset, uint64_t size,
		  uint64_t attr)
{
	ipmmu_pt_job_begin(pt, iova, size, 0);
	pt->job.offset = offset;
	pt->job.attr = attr;
}

/* In one table of @level that exists; PT_SLOW: it is not that simple, and the job is begun. */
PT_INLINE int map_run(struct ipmmu_pt *pt, uint64_t iova, uint64_t pa, uint64_t size,
		      struct ipmmu_pt_prot prot, uint32_t level)
{
	const uint32_t count = (uint32_t)(size >> pt_shift(level));
	uint64_t attr;
	uint64_t *slot;
	enum ipmmu_err err = check(pt, iova, pa, size, prot, &attr);

	if (PT_UNLIKELY(err != IPMMU_OK)) {
		return err;
	}
	slot = PT_QUICK && ((iova | pa) & (pt_size(level) - 1)) == 0
		       ? pt_slot_of_run(pt, iova, size, level)
		       : NULL;
	/* What is in the way of a block may be an empty table. */
	if (PT_UNLIKELY(slot == NULL || pt_run_bits(slot, count) != 0)) {
		begin(pt, iova, pa - iova, size, attr);
		return PT_SLOW;
	}
	if (level == PT_LEVELS) {
		pt_run_pages(pt, slot, iova, pa, attr, count);
	} else {
		pt_run_store(slot, count, pt_leaf(pa, attr, level), pt_step(level));
	}
	pt_clean(pt, slot, count);
	return IPMMU_OK;
}

static PT_NOINLINE int map_pages(struct ipmmu_pt *pt, uint64_t iova, uint64_t pa, uint64_t size,
				 struct ipmmu_pt_prot prot)
{
	return map_run(pt, iova, pa, size, prot, PT_LEVELS);
}

static PT_NOINLINE int map_block(struct ipmmu_pt *pt, uint64_t iova, uint64_t pa,
				 struct ipmmu_pt_prot prot)
{
	return map_run(pt, iova, pa, pt_size(PT_LEVELS - 1), prot, PT_LEVELS - 1);
}

/* The job that is begun. */
static PT_NOINLINE enum ipmmu_err map_begun(struct ipmmu_pt *pt)
{
	enum ipmmu_err err;

	if (!pt_splits(pt)) {
		return ipmmu_pt_pages_map(pt);
	}
	err = prepare(pt, PT_JOB_MAP);
	if (err == IPMMU_OK) {
		(void)ipmmu_pt_edit(pt);
	}
	return err;
}

static PT_NOINLINE enum ipmmu_err map_any(struct ipmmu_pt *pt, uint64_t iova, uint64_t pa,
					  uint64_t size, struct ipmmu_pt_prot prot)
{
	int err = size == pt_size(PT_LEVELS - 1) && pt_splits(pt)
			  ? map_block(pt, iova, pa, prot)
			  : map_pages(pt, iova, pa, size, prot);

	return PT_UNLIKELY(err == PT_SLOW) ? map_begun(pt) : (enum ipmmu_err)err;
}

/* One page with the rights of the call before; whatever is wrong shows on the longer way. */
enum ipmmu_err ipmmu_pt_map(struct ipmmu_pt *pt, struct ipmmu_iova iova, struct ipmmu_pa pa,
			    uint64_t size, struct ipmmu_pt_prot prot)
{
	uint64_t *slot;

	if (PT_UNLIKELY(!PT_QUICK || size != PT_PAGE_SIZE)) {
		return map_any(pt, iova.v, pa.v, size, prot);
	}
	if (PT_LIKELY((pa.v & PT_NO_PA) == 0 && pt->key == pt_key(prot) &&
		      (iova.v & pt->outside) == 0 && pt_slot_quick(pt, iova.v, &slot) &&
		      *slot == 0)) {
		pt_store(slot, pa.v << PT_ADDRESS_LG2 | pt->page);
		pt_clean(pt, slot, 1);
		return IPMMU_OK;
	}
	return map_any(pt, iova.v, pa.v, PT_PAGE_SIZE, prot);
}

/* Every bit of some addresses. */
PT_INLINE uint64_t pages_bits(const struct ipmmu_pa *pages, uint32_t count)
{
	uint64_t bits = 0;

	PT_UNROLL
	for (; count > 0; count--) {
		bits |= pages++->v;
	}
	return bits;
}

static PT_NOINLINE int pages_fast(struct ipmmu_pt *pt, uint64_t iova,
				  const struct ipmmu_pa *pages, uint32_t count,
				  struct ipmmu_pt_prot prot)
{
	const uint64_t size = (uint64_t)count << PT_PAGE_SHIFT;
	uint64_t attr;
	uint64_t *slot;
	enum ipmmu_err err = check(pt, iova, 0, size, prot, &attr);

	if (PT_LIKELY(err == IPMMU_OK)) {
		err = pt_check_output(pages_bits(pages, count), PT_PAGE_SIZE);
	}
	if (PT_UNLIKELY(err != IPMMU_OK)) {
		return err;
	}
	slot = PT_QUICK ? pt_slot_of_run(pt, iova, size, PT_LEVELS) : NULL;
	if (PT_UNLIKELY(slot == NULL || pt_run_bits(slot, count) != 0)) {
		begin(pt, iova, 0, size, attr);
		pt->job.pages = pages;
		return PT_SLOW;
	}
	pt_run_scatter(slot, pages, attr, count);
	pt_clean(pt, slot, count);
	return IPMMU_OK;
}

enum ipmmu_err ipmmu_pt_map_pages(struct ipmmu_pt *pt, struct ipmmu_iova iova,
				  const struct ipmmu_pa *pages, uint32_t count,
				  struct ipmmu_pt_prot prot)
{
	int err = pages_fast(pt, iova.v, pages, count, prot);

	return PT_UNLIKELY(err == PT_SLOW) ? map_begun(pt) : (enum ipmmu_err)err;
}

static PT_NOINLINE enum ipmmu_err replace_begin(struct ipmmu_pt *pt, uint64_t iova, uint64_t pa,
						uint64_t size, struct ipmmu_pt_prot prot)
{
	uint64_t attr;
	enum ipmmu_err err = check(pt, iova, pa, size, prot, &attr);

	if (err == IPMMU_OK && pt->replace == IPMMU_PT_NEVER) {
		err = IPMMU_E_UNSUPPORTED;
	}
	if (err != IPMMU_OK) {
		return err;
	}
	begin(pt, iova, pa - iova, size, attr);
	if (pt->replace == IPMMU_PT_BREAK_BEFORE_MAKE ||
	    pt->split == IPMMU_PT_BREAK_BEFORE_MAKE) {
		pt->job.pass = PT_PASS_BREAK;
	}
	return IPMMU_OK;
}

enum ipmmu_err ipmmu_pt_replace(struct ipmmu_pt *pt, struct ipmmu_iova iova, struct ipmmu_pa pa,
				uint64_t size, struct ipmmu_pt_prot prot, uint32_t budget,
				enum ipmmu_pt_next *next)
{
	enum ipmmu_err err = replace_begin(pt, iova.v, pa.v, size, prot);

	*next = IPMMU_PT_NEXT_NONE;
	if (err == IPMMU_OK) {
		pt->job.budget = pt_budget(budget);
		err = prepare(pt, PT_JOB_REPLACE);
	}
	if (err == IPMMU_OK) {
		*next = ipmmu_pt_edit(pt);
	}
	return err;
}
