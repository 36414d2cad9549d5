/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * table.h - the tables of a page table: how to reach one of them and an entry in it, cleans,
 * and the pool. Knows no runs of entries.
 */
#ifndef IPMMU_PGTABLE_TABLE_H
#define IPMMU_PGTABLE_TABLE_H

#include "pgtable_priv.h"

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

#endif
