// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * power.c - units that are online, and those that are not.
 */
#include "start.h"

void ipmmu_mmu_set_offline(struct ipmmu_mmu *mmu, enum ipmmu_err why)
{
	bool is_root = mmu->unit == IPMMU_UNIT_ROOT;

	/* Its caches come behind a root; those that are offline already stay as they are. */
	for (; mmu != NULL; mmu = is_root ? mmu->next : NULL) {
		if (mmu->why == IPMMU_OK) {
			mmu->why = why;
			ipmmu_event_mmu(IPMMU_EVENT_MMU_OFFLINE, mmu, why, 0u);
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

void ipmmu_power_off_all(struct ipmmu_system *system, bool keep_deny)
{
	uint32_t i;

	for (i = system->desc->mmu_count; i > 0u; i--) {
		struct ipmmu_mmu *mmu = &system->mmus[i - 1u];

		if (mmu->powered &&
		    (!keep_deny || mmu->root->deny == NULL || mmu->why != IPMMU_OK)) {
			system->ops->power_put(system->host, mmu->desc);
			mmu->powered = false;
		}
	}
}
