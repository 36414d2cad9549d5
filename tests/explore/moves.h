/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * moves.h - state spaces of a kit: who takes part in them, and what can happen.
 */
#ifndef IPMMU_TESTS_MOVES_H
#define IPMMU_TESTS_MOVES_H

#include "kit.h"

/** Masters and units of a kit. */
enum {
	DMAC = 0,
	AUDIO = 1,
	MMC = 2,
	TWIN = 3,
	ROOT = 0,
	FIRST = 1,
	SECOND = 2
};

/** struct space - one state space. */
struct space {
	const char *name;
	enum ipmmu_generation generation;
	enum ipmmu_mode mode;
	uint32_t caches;
	uint32_t masters; /**< set */
	uint32_t domains;
	uint32_t stuck;  /**< set of units whose flushes can get stuck */
	uint32_t sticks; /**< context whose flush does not end when the system is created */
	bool meet;       /**< calls meet: one runs in the middle of another */
	bool reserve;
	bool pages;
	bool accesses;
	bool flights; /**< accesses are translated, and land later */
	bool failing_quiesce;
	bool no_quiesce;       /**< no master is ever stopped */
	bool flush_drains_not; /**< a flush does not wait for accesses under way */
	bool storms;           /**< faults at once; time passes in steps of 10 ms */
	bool claims;           /**< masters are claimed and given up */
	bool lives;            /**< domains end and begin */
	bool abandons;         /**< domains are given up; contexts are tried again */
	bool kept;  /**< firmware has left MMC running, and its context is kept for it */
	bool owned; /**< domains own their tables; pages are mapped, unmapped and changed */
};

/** moves_search() - search it all, and compare its size with the recorded one. */
void moves_search(void **state, const struct space *space);
/** moves_tell_path() - teardown: if the search has not ended, tell how it came there. */
int moves_tell_path(void **state);

#endif
