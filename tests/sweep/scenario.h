/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * scenario.h - short stories that touch each call, for sweeps: each runs on whatever goes
 * wrong, and leaves it to the kit to judge; then everything must work again.
 */
#ifndef IPMMU_TESTS_SCENARIO_H
#define IPMMU_TESTS_SCENARIO_H

#include "kit.h"

/** struct scenario - one story. */
struct scenario {
	const char *name;
	/** What may fail. Calls that fail are left failed. */
	void (*run)(struct kit *kit);
	bool cold;  /**< begins before ipmmu_system_create() */
	bool owned; /**< domains own their tables */
};

extern const struct scenario scenarios[];
extern const uint32_t scenario_count;

/** scenario_prepare() - a machine at the beginning of @scenario. */
struct kit *scenario_prepare(const struct kit_config *config, const struct scenario *scenario);
/**
 * scenario_recover() - nothing fails any more: every call must succeed, up to the end of the
 * system, and every byte must come back.
 */
void scenario_recover(struct kit *kit, const struct scenario *scenario);
/** scenario_table_is_refused() - the model's switches contradict the start level of stage 2. */
bool scenario_table_is_refused(const struct kit *kit);
/** scenario_must_work() - each master can be claimed; one attaches, moves, detaches. */
void scenario_must_work(struct kit *kit);

#endif
