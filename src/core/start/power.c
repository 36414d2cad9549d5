// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * power.c - units that are online, and those that are not.
 */
#include "start.h"

static void set_offline(struct ipmmu_mmu *mmu, enum ipmmu_err why)
{
	mmu->why = why;
	ipmmu_event_tell(IPMMU_EVENT_MMU_OFFLINE, mmu, why, IPMMU_NONE, IPMMU_NONE, 0u, 0u);
}

void ipmmu_mmu_set_offline(struct ipmmu_mmu *mmu, enum ipmmu_err why)
{
	struct ipmmu_root *root = mmu->root;
	uint32_t i;

	set_offline(mmu, why);
	for (i = 0u; root->mmu == mmu && i < root->cache_count; i++) {
		if (root->caches[i]->why == IPMMU_OK) {
			set_offline(root->caches[i], why);
		}
	}
}

void ipmmu_power_on(struct ipmmu_mmu *mmu)
{
	const struct ipmmu_ops *ops = mmu->system->ops;

	if (ops->power_get != NULL) {
		mmu->powered = ops->power_get(mmu->system->host, mmu->desc) == IPMMU_OK;
	}
	if (!mmu->powered && (ops->power_get != NULL || !mmu->desc->always_on)) {
		ipmmu_mmu_set_offline(mmu, IPMMU_E_OFFLINE);
	}
}

static void power_off(struct ipmmu_mmu *mmu)
{
	if (mmu->powered) {
		mmu->system->ops->power_put(mmu->system->host, mmu->desc);
		mmu->powered = false;
	}
}

void ipmmu_power_off_all(struct ipmmu_system *system, bool keep_deny)
{
	uint32_t i;

	for (i = system->desc->mmu_count; i > 0u; i--) {
		struct ipmmu_mmu *mmu = &system->mmus[i - 1u];

		if (!keep_deny || mmu->root->deny == IPMMU_NO_CONTEXT || mmu->why != IPMMU_OK) {
			power_off(mmu);
		}
	}
}
