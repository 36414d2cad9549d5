// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * refuse.c - which value of a call on an owned table was refused, and what is allowed.
 *
 * Only after the engine has refused: whether it does is not decided here.
 */
#include "owned_priv.h"

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

/* Refuses @value unless it is aligned. */
static void refuse_unaligned(struct ipmmu_about *about, enum ipmmu_what what, uint64_t value)
{
	if (!is_aligned(value)) {
		ipmmu_refuse(about, IPMMU_E_ALIGN, what, value, IPMMU_PAGE_SIZE, 0u);
	}
}

static void name_out_of_range(const struct ipmmu_domain *domain,
			      const struct ipmmu_range *range, struct ipmmu_about *about)
{
	uint64_t last = (1ull << domain->table.input_bits) - 1u;
	uint64_t most = last - range->iova.v + 1u;

	if (range->iova.v > last) {
		ipmmu_refuse(about, IPMMU_E_RANGE, IPMMU_WHAT_IOVA, range->iova.v, 0u,
			     last - (IPMMU_PAGE_SIZE - 1u));
	} else if (range->size == 0u || range->size > most) {
		ipmmu_refuse(about, IPMMU_E_RANGE, IPMMU_WHAT_SIZE, range->size,
			     IPMMU_PAGE_SIZE, most);
	} else {
		ipmmu_refuse(about, IPMMU_E_RANGE, IPMMU_WHAT_PA, bad_page(range, false), 0u,
			     (1ull << IPMMU_PA_BITS) -
				     (range->pages != NULL ? IPMMU_PAGE_SIZE : range->size));
	}
}

/* The first address that is mapped. No longer than the engine has looked, which has found it.
 */
static uint64_t first_mapped(const struct ipmmu_domain *domain, const struct ipmmu_range *range)
{
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	struct ipmmu_iova at = range->iova;

	while (at.v - range->iova.v < range->size) {
		uint32_t count = ipmmu_pt_explain(&domain->owned->pt, at, levels);

		if (count == 0u || levels[count - 1u].kind != IPMMU_PT_EMPTY) {
			break;
		}
		at.v = (at.v | (levels[count - 1u].size - 1u)) + 1u;
	}
	return at.v;
}

void ipmmu_owned_refuse_locked(const struct ipmmu_domain *domain,
			       const struct ipmmu_range *range, enum ipmmu_err err)
{
	const struct ipmmu_pt_prot prot = range->prot;
	struct ipmmu_about about = {.system = domain->system, .mmu = domain->root->mmu->index};

	switch (err) {
	case IPMMU_E_ALIGN:
		refuse_unaligned(&about, IPMMU_WHAT_IOVA, range->iova.v);
		refuse_unaligned(&about, IPMMU_WHAT_SIZE, range->size);
		ipmmu_refuse(&about, err, IPMMU_WHAT_PA, bad_page(range, true), IPMMU_PAGE_SIZE,
			     0u);
		break;
	case IPMMU_E_RANGE:
		name_out_of_range(domain, range, &about);
		break;
	case IPMMU_E_UNSUPPORTED:
		if (ipmmu_pt_prot_fits(ipmmu_mode_row(domain->table.format)->format, prot)) {
			ipmmu_refuse(&about, err, IPMMU_WHAT_POLICY, IPMMU_PT_NEVER,
				     IPMMU_PT_BREAK_BEFORE_MAKE, IPMMU_PT_DIRECT);
		}
		ipmmu_refuse_value(&about, err, IPMMU_WHAT_RIGHTS,
				   (uint64_t)prot.rights | (uint64_t)prot.memory << 8);
		break;
	case IPMMU_E_EXISTS:
		ipmmu_refuse_value(&about, err, IPMMU_WHAT_IOVA, first_mapped(domain, range));
		break;
	default:
		break;
	}
}
