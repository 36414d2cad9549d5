// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * map.c - map ranges and scattered pages: look at everything first and take every table, then
 * write. Changes of what is mapped are in change.c, except for replacing it.
 */
#include "pgtable_priv.h"

/* Tables that [from, to) needs where nothing is below @level. */
static uint64_t tables_below(const struct ipmmu_pt *pt, uint64_t from, uint64_t to,
			     uint32_t level)
{
	const bool blocks = pt->split != IPMMU_PT_NEVER && pt->job.pages == NULL;
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
	} while (next < end && table[index] == 0 &&
		 (level == 1 || (index & (PT_ENTRIES - 1)) != 0));
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

/* Slot of the first of @count pages, when one table that exists has all; else NULL. */
PT_INLINE uint64_t *map_slot(const struct ipmmu_pt *pt, uint64_t iova, uint64_t size)
{
	uint64_t *table;

	if ((iova ^ (iova + size - 1)) >= pt_size(PT_LEVELS - 1)) {
		return NULL;
	}
	table = pt_last_table(pt, iova);
	return table == NULL ? NULL : table + pt_index(iova, PT_LEVELS);
}

static void begin(struct ipmmu_pt *pt, uint64_t iova, uint64_t offset, uint64_t size,
		  uint64_t attr)
{
	ipmmu_pt_job_begin(pt, iova, size, 0);
	pt->job.offset = offset;
	pt->job.attr = attr;
}

/* In one table that exists; PT_SLOW: it is not that simple, and the job is begun. */
static PT_NOINLINE int map_fast(struct ipmmu_pt *pt, uint64_t iova, uint64_t pa, uint64_t size,
				struct ipmmu_pt_prot prot)
{
	uint64_t attr;
	uint64_t *slot;
	enum ipmmu_err err = check(pt, iova, pa, size, prot, &attr);

	if (PT_UNLIKELY(err != IPMMU_OK)) {
		return err;
	}
	slot = map_slot(pt, iova, size);
	if (PT_UNLIKELY(slot == NULL)) {
		begin(pt, iova, pa - iova, size, attr);
		return PT_SLOW;
	}
	size >>= PT_PAGE_SHIFT;
	if (PT_UNLIKELY(pt_run_bits(slot, (uint32_t)size) != 0)) {
		return IPMMU_E_EXISTS;
	}
	pt_run_pages(pt, slot, iova, pa, attr, (uint32_t)size);
	pt_clean(pt, slot, (uint32_t)size);
	return IPMMU_OK;
}

static PT_NOINLINE enum ipmmu_err map_any(struct ipmmu_pt *pt, uint64_t iova, uint64_t pa,
					  uint64_t size, struct ipmmu_pt_prot prot)
{
	int err = map_fast(pt, iova, pa, size, prot);

	if (PT_UNLIKELY(err == PT_SLOW)) {
		err = prepare(pt, PT_JOB_MAP);
		if (err == IPMMU_OK) {
			(void)ipmmu_pt_edit(pt);
		}
	}
	return (enum ipmmu_err)err;
}

/* Bits that the address of no page has. */
#define NO_PA (~((1ull << PT_OUTPUT_BITS) - PT_PAGE_SIZE))

/* One page with the rights of the call before; whatever is wrong shows on the longer way. */
enum ipmmu_err ipmmu_pt_map(struct ipmmu_pt *pt, struct ipmmu_iova iova, struct ipmmu_pa pa,
			    uint64_t size, struct ipmmu_pt_prot prot)
{
	uint64_t *slot;

	if (PT_UNLIKELY(size != PT_PAGE_SIZE)) {
		return map_any(pt, iova.v, pa.v, size, prot);
	}
	if (PT_LIKELY((pa.v & NO_PA) == 0 && pt->key == pt_key(prot) &&
		      (iova.v & pt->outside) == 0 && pt_slot_quick(pt, iova.v, &slot) &&
		      *slot == 0)) {
		pt_store(slot, pa.v << PT_ADDRESS_LG2 | pt->page);
		return pt_stored_one(pt, slot);
	}
	return map_any(pt, iova.v, pa.v, PT_PAGE_SIZE, prot);
}

static enum ipmmu_err check_pages(const struct ipmmu_pa *pages, uint32_t count)
{
	uint64_t bits = 0;

	for (; count > 0; count--) {
		bits |= pages++->v;
	}
	if ((bits & (PT_PAGE_SIZE - 1)) != 0) {
		return IPMMU_E_ALIGN;
	}
	return bits >> PT_OUTPUT_BITS != 0 ? IPMMU_E_RANGE : IPMMU_OK;
}

static PT_NOINLINE int pages_fast(struct ipmmu_pt *pt, uint64_t iova,
				  const struct ipmmu_pa *pages, uint32_t count,
				  struct ipmmu_pt_prot prot)
{
	const uint64_t size = (uint64_t)count << PT_PAGE_SHIFT;
	uint64_t attr;
	uint64_t *slot;
	enum ipmmu_err err = check(pt, iova, 0, size, prot, &attr);

	if (err == IPMMU_OK) {
		err = check_pages(pages, count);
	}
	if (err != IPMMU_OK) {
		return err;
	}
	slot = map_slot(pt, iova, size);
	if (slot == NULL) {
		begin(pt, iova, 0, size, attr);
		pt->job.pages = pages;
		return PT_SLOW;
	}
	if (pt_run_bits(slot, count) != 0) {
		return IPMMU_E_EXISTS;
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

	if (err == PT_SLOW) {
		err = prepare(pt, PT_JOB_MAP);
		if (err == IPMMU_OK) {
			(void)ipmmu_pt_edit(pt);
		}
	}
	return (enum ipmmu_err)err;
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
