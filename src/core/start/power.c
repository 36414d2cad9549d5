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

/* Its root, which knows whether there is a deny context, may be gone by now. */
void ipmmu_power_off(const struct ipmmu_mmu *mmu, bool keep_deny)
{
	const struct ipmmu_system *system = mmu->system;

	if (mmu->powered &&
	    !(keep_deny && mmu->why == IPMMU_OK && !system->options.consent_bypass)) {
		system->ops->power_put(system->host, mmu->desc);
	}
}
