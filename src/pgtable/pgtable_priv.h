/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * pgtable_priv.h - what the files of the engine share.
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

/** ipmmu_pt_link_settle() - open or close the short way of calls on one page. */
void ipmmu_pt_link_settle(struct ipmmu_pt *pt);
/** ipmmu_pt_job_kind() - a job begins, or is over. */
void ipmmu_pt_job_kind(struct ipmmu_pt *pt, enum pt_job_kind kind);
/** ipmmu_pt_encode() - attributes of rights, remembered; 0 = not in this format. */
uint64_t ipmmu_pt_encode(struct ipmmu_pt *pt, struct ipmmu_pt_prot prot);

PT_INLINE uint16_t pt_key(struct ipmmu_pt_prot prot)
{
	return (uint16_t)(prot.rights | prot.memory << 8);
}

/* Callers ask for the same rights again and again. */
PT_INLINE uint64_t pt_encode(struct ipmmu_pt *pt, struct ipmmu_pt_prot prot)
{
	return PT_QUICK && PT_LIKELY(pt->key == pt_key(prot)) ? pt->page & PT_ATTRIBUTES
							      : ipmmu_pt_encode(pt, prot);
}

/** ipmmu_pt_table() - pt_table() where size counts. */
uint64_t *ipmmu_pt_table(const struct ipmmu_pt *pt, uint64_t pa);

PT_INLINE uint64_t *pt_table_at(const struct ipmmu_pt *pt, uint64_t pa)
{
	uint64_t offset = pa - pt->linear_pa;
	struct ipmmu_pa at;

	if (PT_LIKELY(offset < pt->linear_size)) {
		return pt->linear + (offset >> 3);
	}
	at.v = pa;
	return pt->ops->table_ptr(pt->host, at);
}

PT_INLINE uint64_t *pt_table(const struct ipmmu_pt *pt, uint64_t pa)
{
	return PT_QUICK ? pt_table_at(pt, pa) : ipmmu_pt_table(pt, pa);
}

/* A coherent walker has no clean. */
PT_INLINE void pt_clean(const struct ipmmu_pt *pt, const uint64_t *from, uint32_t count)
{
	if (PT_UNLIKELY(pt->clean != NULL)) {
		pt->clean(pt->host, from, (size_t)count * 8);
	}
}

/* Between a new table and what leads to it. A clean has waited for its end already. */
PT_INLINE void pt_order(const struct ipmmu_pt *pt)
{
	if (pt->clean == NULL) {
		(pt->ops->barrier)(pt->host); /* in parentheses: Xen has a macro of this name */
	}
}

/* The entry for an address in a table of @level, NULL where the way ends above it. */
PT_INLINE uint64_t *pt_slot_at(const struct ipmmu_pt *pt, uint64_t iova, uint32_t level)
{
	uint64_t *table = pt->root;
	uint32_t above;

	PT_UNROLL_LEVELS
	for (above = 1; above < PT_LEVELS; above++) {
		uint64_t entry;

		if (above == level) {
			break;
		}
		entry = *pt_slot(table, iova, above);
		if (PT_UNLIKELY(!pt_is_table(entry, above))) {
			return NULL;
		}
		table = pt_table(pt, pt_address(entry));
	}
	return pt_slot(table, iova, level);
}

/* The entries of a range in one table of @level; NULL: no table is there, or not only one. */
PT_INLINE uint64_t *pt_slot_of_run(const struct ipmmu_pt *pt, uint64_t iova, uint64_t size,
				   uint32_t level)
{
	const uint64_t across = iova ^ (iova + size - 1);

	return level > 1 && across >> pt_shift(level - 1) != 0 ? NULL
							       : pt_slot_at(pt, iova, level);
}

/*
 * The entry of one page, with no call on the way; false where a table is missing or the short
 * way is closed, and callers take their longer one. What leads to a table differs from pt->link
 * by an address, and all else by bits below it as well.
 */
PT_INLINE bool pt_slot_quick(const struct ipmmu_pt *pt, uint64_t iova, uint64_t **slot)
{
	uint32_t level;

	*slot = pt_slot(pt->root, iova, 1);
	PT_UNROLL_LEVELS
	for (level = 2; level <= PT_LEVELS; level++) {
		const uint64_t offset = **slot - pt->link;

		if (PT_UNLIKELY((offset & (pt_step(PT_LEVELS) - 1)) != 0)) {
			return false;
		}
		*slot = pt_slot((void *)((uint8_t *)pt->linear + (offset >> PT_ADDRESS_LG2)),
				iova, level);
	}
	return true;
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

/* ---- table.c ---- */

/** Empty entries where no walker looks yet. */
void ipmmu_pt_clear(uint64_t *slot, uint32_t count);
void ipmmu_pt_list_push(struct ipmmu_pt *pt, struct ipmmu_pt_list *list, uint64_t *table,
			uint64_t pa);
/** The table that @slot leads to waits for a flush, and @slot is empty. */
void ipmmu_pt_gather(struct ipmmu_pt *pt, uint64_t *slot);
/** Takes out the table at list->head; what is in it is anything. */
uint64_t *ipmmu_pt_list_pop(struct ipmmu_pt *pt, struct ipmmu_pt_list *list);
/** Have @count tables in the pool, or as many as before. */
enum ipmmu_err ipmmu_pt_pool_fill(struct ipmmu_pt *pt, uint32_t count);
/** After a job: the reserve as whole as memory allows, and no more than that. */
void ipmmu_pt_pool_settle(struct ipmmu_pt *pt);
/** What a split policy wants to be kept. */
uint32_t ipmmu_pt_reserve(const struct ipmmu_pt *pt);

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

/* ---- run.c ---- */

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
