/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * unit.h - one root and one cache of the model, whose walker reads a table in one format by
 * one uTLB. No TLB keeps anything: each access walks.
 */
#ifndef IPMMU_TESTS_UNIT_H
#define IPMMU_TESTS_UNIT_H

#include <ipmmu-model/model.h>
#include <ipmmu/walk.h>

enum {
	UNIT_ROOT = 0,
	UNIT_CACHE = 1,
	UNIT_UTLB = 3
};

/** struct unit_setup - the registers that make the walker read one format. */
struct unit_setup {
	enum ipmmu_pt_format format;
	uint32_t bits;
	uint32_t imttbcr;
	uint32_t imctr;
	bool stage2;
};

/** unit_on() - a unit that is not in use; the caller frees it. */
struct model *unit_on(const struct unit_setup *how, const struct model_bus *bus);
/** unit_use() - its uTLB translates by the table at @root. */
void unit_use(struct model *m, const struct unit_setup *how, uint64_t root);
/** unit_access() - one access; true: it lands, and *@pa says where. */
bool unit_access(struct model *m, uint64_t iova, bool write, uint64_t *pa);
/** unit_status() - IMSTR, which is cleared then. */
uint32_t unit_status(struct model *m);

#endif
