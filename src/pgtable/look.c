// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * look.c - read a table: translate, visit, query. Changes nothing.
 */
#include "table.h"

/* The entry where the walk of @iova ends. */
PT_INLINE uint64_t find(const struct ipmmu_pt *pt, uint64_t iova, uint32_t *level)
{
	uint64_t entry = pt->root[pt_index(iova, 1)];

	PT_UNROLL_LEVELS
	for (*level = 1; *level < PT_LEVELS; (*level)++) {
		if (PT_UNLIKELY(!pt_is_table(entry, *level))) {
			break;
		}
		entry = pt_table(pt, pt_address(entry))[pt_index(iova, *level + 1)];
	}
	return entry;
}

static struct ipmmu_pt_prot decode(const struct ipmmu_pt *pt, uint64_t entry)
{
	return ipmmu_pt_format_row(pt->format)->decode(entry);
}

static PT_NOINLINE enum ipmmu_err translate_any(const struct ipmmu_pt *pt, uint64_t iova,
						struct ipmmu_pt_mapping *mapping)
{
	uint32_t level;
	uint64_t within;
	uint64_t entry;

	if (iova > pt->last) {
		return IPMMU_E_RANGE;
	}
	entry = find(pt, iova, &level);
	if (!pt_is_valid(entry)) {
		return IPMMU_E_NOT_FOUND;
	}
	within = pt_size(level) - 1;
	mapping->iova.v = iova & ~within;
	mapping->pa.v = pt_address(entry) | (iova & within);
	mapping->size = within + 1;
	mapping->prot = decode(pt, entry);
	return IPMMU_OK;
}

/* A page with the rights that were asked for last: it differs from pt->page by its address. */
PT_INLINE bool find_quick(const struct ipmmu_pt *pt, uint64_t iova, uint64_t *address)
{
	uint64_t *slot;

	if (PT_UNLIKELY(!PT_QUICK || iova > pt->last || !pt_slot_quick(pt, iova, &slot))) {
		return false;
	}
	*address = *slot ^ pt->page;
	return PT_LIKELY((*address & ~PT_ADDRESS) == 0);
}

enum ipmmu_err ipmmu_pt_translate(const struct ipmmu_pt *pt, struct ipmmu_iova iova,
				  struct ipmmu_pt_mapping *mapping)
{
	const uint64_t within = iova.v & (PT_PAGE_SIZE - 1);
	uint64_t address;

	if (PT_UNLIKELY(!find_quick(pt, iova.v, &address))) {
		return translate_any(pt, iova.v, mapping);
	}
	mapping->iova.v = iova.v - within;
	mapping->pa.v = (address >> PT_ADDRESS_LG2) + within;
	mapping->size = PT_PAGE_SIZE;
	mapping->prot.rights = (uint8_t)(pt->key & 0xff);
	mapping->prot.memory = (uint8_t)(pt->key >> 8);
	return IPMMU_OK;
}

static PT_NOINLINE struct ipmmu_pa locate_any(const struct ipmmu_pt *pt, uint64_t iova)
{
	struct ipmmu_pt_mapping mapping;
	enum ipmmu_err err = translate_any(pt, iova, &mapping);

	if (err != IPMMU_OK) {
		mapping.pa.v = IPMMU_PT_NOWHERE;
	}
	return mapping.pa;
}

struct ipmmu_pa ipmmu_pt_locate(const struct ipmmu_pt *pt, struct ipmmu_iova iova)
{
	struct ipmmu_pa pa;

	if (PT_UNLIKELY(!find_quick(pt, iova.v, &pa.v))) {
		return locate_any(pt, iova.v);
	}
	pa.v = (pa.v >> PT_ADDRESS_LG2) + (iova.v & (PT_PAGE_SIZE - 1));
	return pa;
}

bool ipmmu_pt_visit(const struct ipmmu_pt *pt, struct ipmmu_iova iova, uint64_t size,
		    ipmmu_pt_visit_fn fn, void *arg)
{
	const uint64_t most = pt->last - iova.v;
	const uint64_t last = iova.v + (size - 1 < most ? size - 1 : most);
	uint64_t next = iova.v;

	while (size > 0 && next <= last && next <= pt->last) {
		struct ipmmu_pt_mapping mapping;
		uint32_t level;
		uint64_t entry = find(pt, next, &level);
		uint64_t within = pt_size(level) - 1;

		if (pt_is_valid(entry)) {
			mapping.iova.v = next & ~within;
			mapping.pa.v = pt_address(entry);
			mapping.size = within + 1;
			mapping.prot = decode(pt, entry);
			if (!fn(arg, &mapping)) {
				return false;
			}
		}
		next = (next | within) + 1;
	}
	return true;
}

void ipmmu_pt_query(const struct ipmmu_pt *pt, struct ipmmu_pt_info *info)
{
	uint32_t bits = 0;

	while (pt->last >> bits != 0) {
		bits++;
	}
	info->root.v = pt->root_pa;
	info->root_pages = pt->root_pages;
	info->input_bits = bits;
	info->reserve = pt->pool.count;
	info->reserve_wanted = ipmmu_pt_reserve(pt);
	info->gathered = pt->gathered.count + pt->sealed.count;
	info->busy = pt->job.kind != PT_JOB_NONE;
}
