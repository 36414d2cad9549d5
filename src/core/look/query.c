// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * query.c - what the objects are like now, for hosts and people.
 */
#include "../unit/unit.h"

enum ipmmu_err ipmmu_mmu_query(struct ipmmu_system *system, uint32_t index,
			       struct ipmmu_mmu_info *info)
{
	struct ipmmu_mmu *mmu;
	enum ipmmu_err err = ipmmu_system_find(system, index, info, &mmu);

	if (err != IPMMU_OK) {
		return err;
	}
	info->online = mmu->why == IPMMU_OK;
	info->why = mmu->why;
	info->is_root = mmu->root->mmu == mmu;
	info->root = mmu->root->mmu->index;
	info->mode = mmu->root->mode;
	info->contexts = mmu->root->soc->contexts;
	info->deny_context = ipmmu_context_number(mmu->root->deny);
	info->deny_unproven = mmu->root->deny != NULL &&
			      mmu->root->deny->number - mmu->root->soc->first_context >=
				      mmu->root->soc->contexts_driven;
	info->utlbs = mmu->utlb_count;
	return IPMMU_OK;
}

enum ipmmu_err ipmmu_context_query(struct ipmmu_system *system, uint32_t index, uint32_t number,
				   struct ipmmu_context_info *info)
{
	const struct ipmmu_context *context;
	struct ipmmu_mmu *mmu;
	enum ipmmu_err err = ipmmu_system_find(system, index, info, &mmu);

	if (err != IPMMU_OK) {
		return err;
	}
	if (number >= mmu->root->soc->contexts) {
		return IPMMU_E_RANGE;
	}
	context = &mmu->root->contexts[number];
	ipmmu_lock(&mmu->root->lock);
	info->state = context->state;
	info->domain = context->domain;
	info->generation = context->generation;
	info->masked = context->masked;
	info->faults = context->faults;
	ipmmu_unlock(&mmu->root->lock);
	return IPMMU_OK;
}

static enum ipmmu_utlb_state utlb_state(const struct ipmmu_utlb *utlb)
{
	if (!utlb->managed) {
		return IPMMU_UTLB_UNMANAGED;
	}
	if (utlb->suspect) {
		return IPMMU_UTLB_UNVERIFIED;
	}
	if (utlb->at == IPMMU_NO_CONTEXT) {
		return IPMMU_UTLB_BYPASS;
	}
	return ipmmu_utlb_is_denied(utlb) ? IPMMU_UTLB_DENIED : IPMMU_UTLB_OPEN;
}

enum ipmmu_err ipmmu_utlb_query(struct ipmmu_system *system, uint32_t index, uint32_t number,
				struct ipmmu_utlb_info *info)
{
	const struct ipmmu_utlb *utlb;
	struct ipmmu_mmu *mmu;
	enum ipmmu_err err = ipmmu_system_find(system, index, info, &mmu);

	if (err != IPMMU_OK) {
		return err;
	}
	if (number >= mmu->utlb_count) {
		return IPMMU_E_RANGE;
	}
	if (mmu->why != IPMMU_OK) {
		return IPMMU_E_OFFLINE;
	}
	utlb = &mmu->utlbs[number];
	ipmmu_lock(&system->lock);
	ipmmu_lock(&mmu->root->lock);
	info->state = utlb_state(utlb);
	info->context = utlb->at == IPMMU_NO_CONTEXT ? IPMMU_NONE : utlb->at;
	info->owner = utlb->owner;
	info->claimed = utlb->claims;
	ipmmu_unlock(&mmu->root->lock);
	ipmmu_unlock(&system->lock);
	return IPMMU_OK;
}
