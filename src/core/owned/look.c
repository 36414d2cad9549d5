// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * look.c - what a domain maps, by its table: translate, explain, and the walk for faults.
 */
#include "owned_priv.h"

uint32_t ipmmu_owned_walk(const struct ipmmu_domain *domain, struct ipmmu_iova iova,
			  struct ipmmu_pt_level *levels)
{
	struct ipmmu_owned *owned = domain->owned;
	uint32_t count = 0u;

	ipmmu_lock(&owned->lock);
	if (ipmmu_domain_state_of(domain) != IPMMU_DOMAIN_ENDING) {
		count = ipmmu_pt_explain(&owned->pt, iova, levels);
	}
	ipmmu_unlock(&owned->lock);
	return count;
}

enum ipmmu_err ipmmu_domain_explain(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				    struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS],
				    uint32_t *count)
{
	enum ipmmu_err err;

	if (domain == NULL || levels == NULL || count == NULL) {
		return IPMMU_E_ARG;
	}
	*count = 0u;
	if (domain->owned == NULL && domain->system->ops->table_read == NULL) {
		return IPMMU_E_STATE;
	}
	ipmmu_lock(&domain->system->lock);
	err = domain->life == IPMMU_LIFE_ENDING ? IPMMU_E_BUSY : IPMMU_OK;
	if (err == IPMMU_OK) {
		*count = ipmmu_domain_walk(domain, ipmmu_pt_explain_by, iova, levels);
	}
	ipmmu_unlock(&domain->system->lock);
	return err;
}

enum ipmmu_err ipmmu_domain_translate(struct ipmmu_domain *domain, struct ipmmu_iova iova,
				      struct ipmmu_pt_mapping *mapping)
{
	enum ipmmu_err err;

	if (domain == NULL || mapping == NULL) {
		return IPMMU_E_ARG;
	}
	if (domain->owned == NULL) {
		return IPMMU_E_STATE;
	}
	if (ipmmu_life_hold(domain) == IPMMU_DOMAIN_ENDING) {
		return IPMMU_E_BUSY;
	}
	ipmmu_lock(&domain->owned->lock);
	err = ipmmu_pt_translate(&domain->owned->pt, iova, mapping);
	ipmmu_unlock(&domain->owned->lock);
	ipmmu_life_release(domain);
	return err;
}
