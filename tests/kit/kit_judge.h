/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * kit_judge.h - did a call keep what its documentation promises (I4)? For kit_call.c.
 */
#ifndef IPMMU_TESTS_KIT_JUDGE_H
#define IPMMU_TESTS_KIT_JUDGE_H

#include "kit.h"

/** enum kit_call - calls of the library that the kit makes. */
enum kit_call {
	KIT_CALL_CREATE,
	KIT_CALL_DOMAIN_NEW,
	KIT_CALL_DOMAIN_END,
	KIT_CALL_ADD,
	KIT_CALL_REMOVE,
	KIT_CALL_ATTACH,
	KIT_CALL_MOVE,
	KIT_CALL_DETACH,
	KIT_CALL_FLUSH,
	KIT_CALL_RETRY,
	KIT_CALL_ABANDON,
	KIT_CALL_CONTEXT_RETRY,
	KIT_CALL_MASTER_FLUSH,
	KIT_CALL_RESERVE,
	KIT_CALL_UNRESERVE,
	KIT_CALL_MAP,
	KIT_CALL_UNMAP,
	KIT_CALL_PROTECT,
	KIT_CALL_REPLACE,
	KIT_CALLS
};

/** struct kit_view - all that the public queries tell. Plain bytes. */
struct kit_view {
	struct ipmmu_master_info masters[KIT_MASTERS];
	struct ipmmu_domain_info domains[KIT_DOMAINS];
	struct ipmmu_context_info contexts[IPMMU_MAX_CONTEXTS];
	struct ipmmu_utlb_info utlbs[KIT_MMUS][4];
	struct ipmmu_arena_use use;
	uint64_t writes;
};

/** struct kit_start - how things were when a call began. */
struct kit_start {
	struct kit_view view;
	uint32_t events;
	uint32_t releases; /**< told until then */
	uint32_t overlaps;
	/** Pages of each domain that wait for a flush: those that the call's flush is for. */
	uint32_t pending[KIT_DOMAINS];
};

/** kit_changes_settled() - a retry has carried through what waited. */
void kit_changes_settled(struct kit *kit, int domain);
/** kit_look() - ask for everything. */
void kit_look(struct kit *kit, struct kit_view *view);
/** kit_judge_begin() - a call is about to be made: look, and bound its writes (I5). */
void kit_judge_begin(struct kit *kit, struct kit_start *start);
/** kit_overlapped() - has another call run in the middle of this one? */
bool kit_overlapped(const struct kit *kit, const struct kit_start *start);
/** kit_told() - was an event of @kind about @context told since then? */
bool kit_told(const struct kit *kit, const struct kit_start *start, enum ipmmu_event_kind kind,
	      uint32_t context);
/** kit_flushed() - a flush that began after @start has ended: what waited is released. */
void kit_flushed(struct kit *kit, int domain, const struct kit_start *start);
/** kit_quarantine() - the books say so from now on, where there is a deny context. */
void kit_quarantine(struct kit *kit, int domain);
/** kit_judge_error() - is the error one that the call's documentation lists? */
void kit_judge_error(struct kit *kit, enum kit_call call, enum ipmmu_err err);
/**
 * kit_judge() - all of it, when a call has returned and the books follow its documentation:
 * the error, no lock held, nothing changed where that is promised, and library and hardware
 * where the books are.
 */
void kit_judge(struct kit *kit, enum kit_call call, const struct kit_start *start,
	       enum ipmmu_err err);

#endif
