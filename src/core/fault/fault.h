/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * fault.h - the fault path: interrupt half, walk, service half.
 */
#ifndef IPMMU_CORE_FAULT_H
#define IPMMU_CORE_FAULT_H

#include "../domain/domain.h"

/* ---- walk.c ---- */

/** struct ipmmu_ops.table_explain. */
typedef uint32_t (*ipmmu_explain_fn)(const struct ipmmu_pt_source *source,
				     struct ipmmu_iova iova, struct ipmmu_pt_level *levels);

/**
 * ipmmu_domain_walk() - every level of the walk of an address; returns how many.
 * @by: explains a table of the host's; NULL: that is not read.
 *
 * System lock held.
 */
uint32_t ipmmu_domain_walk(const struct ipmmu_domain *domain, ipmmu_explain_fn by,
			   struct ipmmu_iova iova, struct ipmmu_pt_level *levels);

#endif
