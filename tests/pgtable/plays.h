/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * plays.h - every change of a table, played to its end on a ground: the book is entered before
 * the call, the call and what it asks for are made, and what a failed call leaves is checked.
 */
#ifndef IPMMU_TESTS_PLAYS_H
#define IPMMU_TESTS_PLAYS_H

#include "ground.h"

/** enum play_kind - which call. */
enum play_kind {
	PLAY_MAP,
	PLAY_PAGES,
	PLAY_UNMAP,
	PLAY_PROTECT,
	PLAY_REPLACE,
	PLAY_MERGE,
	PLAY_KINDS
};

/** struct play - pages of the book, and what one call does to them. */
struct play {
	enum play_kind kind;
	uint32_t first;
	uint32_t count;
	uint64_t pa;
	const struct ipmmu_pa *pages; /**< of PLAY_PAGES */
	struct ipmmu_pt_prot prot;
	uint32_t budget;
};

/** play_run() - the call, to its end; the caller settles the ground. False: it was refused. */
bool play_run(struct ground *g, const struct play *p);

#endif
