// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * refuse.c - which value of a call on an owned table was refused, and what is allowed.
 *
 * Only after the engine has refused: whether it does is not decided here.
 */
#include "owned_priv.h"

/** struct refusal - the value that is not allowed, and what would be. */
struct refusal {
	enum ipmmu_what what;
	uint64_t value;
	uint64_t min;
	uint64_t max;
};

static bool is_aligned(uint64_t value)
{
	return (value & (IPMMU_PAGE_SIZE - 1u)) == 0u;
}

/* The first address that is not as the engine wants it; @pa where there is one only. */
static uint64_t bad_page(const struct ipmmu_range *range, bool align)
{
	uint64_t i;

	for (i = 0u; range->pages != NULL && i < range->size / IPMMU_PAGE_SIZE; i++) {
		uint64_t pa = range->pages[i].v;

		if (align ? !is_aligned(pa) : pa >> IPMMU_PA_BITS != 0u) {
			return pa;
		}
	}
	return range->pa.v;
}

static void name_unaligned(const struct ipmmu_range *range, struct refusal *refusal)
{
	refusal->min = IPMMU_PAGE_SIZE;
	if (!is_aligned(range->iova.v)) {
		refusal->what = IPMMU_WHAT_IOVA;
		refusal->value = range->iova.v;
	} else if (!is_aligned(range->size)) {
		refusal->what = IPMMU_WHAT_SIZE;
		refusal->value = range->size;
	} else {
		refusal->what = IPMMU_WHAT_PA;
		refusal->value = bad_page(range, true);
	}
}

static void name_out_of_range(const struct ipmmu_domain *domain,
			      const struct ipmmu_range *range, struct refusal *refusal)
{
	uint64_t last = (1ull << domain->table.input_bits) - 1u;
	uint64_t most = last - range->iova.v + 1u;

	if (range->iova.v > last) {
		refusal->what = IPMMU_WHAT_IOVA;
		refusal->value = range->iova.v;
		refusal->max = last - (IPMMU_PAGE_SIZE - 1u);
	} else if (range->size == 0u || range->size > most) {
		refusal->what = IPMMU_WHAT_SIZE;
		refusal->value = range->size;
		refusal->min = IPMMU_PAGE_SIZE;
		refusal->max = most;
	} else {
		refusal->what = IPMMU_WHAT_PA;
		refusal->value = bad_page(range, false);
		refusal->max = (1ull << IPMMU_PA_BITS) -
			       (range->pages != NULL ? IPMMU_PAGE_SIZE : range->size);
	}
}

static void name_unsupported(const struct ipmmu_domain *domain, const struct ipmmu_range *range,
			     struct refusal *refusal)
{
	struct ipmmu_pt_prot prot = range->prot;

	if (ipmmu_pt_prot_fits(ipmmu_mode_format(domain->table.format), prot)) {
		refusal->what = IPMMU_WHAT_POLICY;
		refusal->value = IPMMU_PT_NEVER;
		refusal->min = IPMMU_PT_BREAK_BEFORE_MAKE;
		refusal->max = IPMMU_PT_DIRECT;
		return;
	}
	refusal->what = IPMMU_WHAT_RIGHTS;
	refusal->value = (uint64_t)prot.rights | (uint64_t)prot.memory << 8;
}

static void name_mapped(const struct ipmmu_domain *domain, const struct ipmmu_range *range,
			struct refusal *refusal)
{
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	struct ipmmu_iova at = range->iova;

	refusal->what = IPMMU_WHAT_IOVA;
	/* No longer than the engine has looked, which has found it. */
	while (at.v - range->iova.v < range->size) {
		uint32_t count = ipmmu_pt_explain(&domain->owned->pt, at, levels);

		if (count == 0u || levels[count - 1u].kind != IPMMU_PT_EMPTY) {
			break;
		}
		at.v = (at.v | (levels[count - 1u].size - 1u)) + 1u;
	}
	refusal->value = at.v;
}

enum ipmmu_err ipmmu_owned_refuse_locked(const struct ipmmu_domain *domain,
					 const struct ipmmu_range *range, enum ipmmu_err err)
{
	struct refusal refusal = {.what = IPMMU_WHAT_NOTHING};

	switch (err) {
	case IPMMU_E_ALIGN:
		name_unaligned(range, &refusal);
		break;
	case IPMMU_E_RANGE:
		name_out_of_range(domain, range, &refusal);
		break;
	case IPMMU_E_UNSUPPORTED:
		name_unsupported(domain, range, &refusal);
		break;
	case IPMMU_E_EXISTS:
		name_mapped(domain, range, &refusal);
		break;
	default:
		return err;
	}
	return ipmmu_refuse(domain->system, domain->root->mmu->index, err, refusal.what,
			    refusal.value, refusal.min, refusal.max);
}
