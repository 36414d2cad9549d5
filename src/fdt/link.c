// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * link.c - compare the IPMMUs with each other: the same phandle or place twice, caches to their
 * roots; then close the gaps that left-out nodes leave in the description.
 */
#include "fdt_priv.h"

static void unit_drop(struct fdt_reader *r, uint32_t i, struct ipmmu_fdt_defect defect)
{
	defect.path = r->units[i].name;
	r->units[i].state = FDT_DEAD;
	ipmmu_fdt_report(r, defect);
}

static void check_phandle(struct fdt_reader *r, uint32_t i)
{
	struct ipmmu_fdt_defect defect = {.kind = IPMMU_FDT_DUPLICATE, .property = "phandle"};
	uint32_t j;

	for (j = 0; j < i && r->units[i].phandle != 0; j++) {
		if (r->units[j].phandle == r->units[i].phandle) {
			defect.other = r->units[j].name;
			defect.has_value = true;
			defect.value = r->units[i].phandle;
			unit_drop(r, i, defect);
			return;
		}
	}
}

static void check_overlap(struct fdt_reader *r, uint32_t i)
{
	const struct ipmmu_mmu_desc *mmus = r->storage->mmus;
	struct ipmmu_fdt_defect defect = {.kind = IPMMU_FDT_OVERLAP, .property = "reg"};
	uint32_t j;

	for (j = 0; j < i && r->units[i].state == FDT_LIVE; j++) {
		if (r->units[j].state == FDT_LIVE &&
		    mmus[i].reg.v < mmus[j].reg.v + mmus[j].reg_size &&
		    mmus[j].reg.v < mmus[i].reg.v + mmus[i].reg_size) {
			defect.other = r->units[j].name;
			defect.has_value = true;
			defect.value = mmus[i].reg.v;
			unit_drop(r, i, defect);
		}
	}
}

/* The caches of one root share its status register: two on one bit cannot be told apart. */
static void check_index(struct fdt_reader *r, uint32_t i)
{
	const struct ipmmu_mmu_desc *mmus = r->storage->mmus;
	struct ipmmu_fdt_defect defect = {.kind = IPMMU_FDT_DUPLICATE_INDEX,
					  .property = "renesas,ipmmu-main",
					  .has_value = true,
					  .value = mmus[i].imsstr_bit};
	uint32_t j;

	for (j = 0; j < i && mmus[i].imsstr_bit != IPMMU_NONE; j++) {
		if (r->units[j].state == FDT_LIVE && r->units[j].main == r->units[i].main &&
		    mmus[j].imsstr_bit == mmus[i].imsstr_bit) {
			defect.path = r->units[i].name;
			defect.other = r->units[j].name;
			ipmmu_fdt_report(r, defect);
			return;
		}
	}
}

static uint32_t cache_rank(const struct fdt_reader *r, uint32_t i)
{
	uint32_t count = 1;
	uint32_t j;

	for (j = 0; j < i; j++) {
		if (r->units[j].state == FDT_LIVE && r->units[j].main == r->units[i].main) {
			count++;
		}
	}
	return count;
}

static void link_cache(struct fdt_reader *r, uint32_t i)
{
	struct ipmmu_mmu_desc *mmus = r->storage->mmus;
	struct fdt_unit *root = ipmmu_fdt_unit_find(r, r->units[i].main);
	struct ipmmu_fdt_defect defect = {.kind = IPMMU_FDT_NO_MAIN,
					  .property = "renesas,ipmmu-main",
					  .has_value = true,
					  .value = r->units[i].main};
	uint32_t at;

	if (root == NULL) {
		defect.kind = IPMMU_FDT_BAD_PHANDLE;
		unit_drop(r, i, defect);
		return;
	}
	at = (uint32_t)(root - r->units);
	defect.other = root->name;
	if (root->main != 0 || root->state == FDT_DISABLED ||
	    (root->state == FDT_LIVE && mmus[at].soc != mmus[i].soc)) {
		unit_drop(r, i, defect);
	} else if (root->state == FDT_DEAD) {
		/* The root's own defect has been told. */
		r->units[i].state = FDT_DEAD;
	} else if (cache_rank(r, i) > IPMMU_MAX_CACHES) {
		defect.kind = IPMMU_FDT_TOO_MANY;
		defect.value = cache_rank(r, i);
		defect.has_range = true;
		defect.max = IPMMU_MAX_CACHES;
		unit_drop(r, i, defect);
	} else {
		mmus[i].root = at;
		check_index(r, i);
	}
}

/* Indices only ever get smaller, so that a forward copy overwrites nothing still needed. */
static void units_compact(struct fdt_reader *r)
{
	struct ipmmu_mmu_desc *mmus = r->storage->mmus;
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < r->unit_count; i++) {
		if (r->units[i].state == FDT_LIVE) {
			r->units[i].index = count;
			count++;
		}
	}
	for (i = 0; i < r->unit_count; i++) {
		if (r->units[i].state == FDT_LIVE) {
			mmus[i].root = r->units[mmus[i].root].index;
			mmus[r->units[i].index] = mmus[i];
		}
	}
	r->result->desc.mmus = mmus;
	r->result->desc.mmu_count = count;
}

void ipmmu_fdt_link(struct fdt_reader *r)
{
	uint32_t i;

	for (i = 0; i < r->unit_count; i++) {
		check_phandle(r, i);
		check_overlap(r, i);
	}
	for (i = 0; i < r->unit_count; i++) {
		if (r->units[i].state == FDT_LIVE && r->units[i].main == 0) {
			r->storage->mmus[i].root = i;
		}
	}
	for (i = 0; i < r->unit_count; i++) {
		if (r->units[i].state == FDT_LIVE && r->units[i].main != 0) {
			link_cache(r, i);
		}
	}
	units_compact(r);
}
