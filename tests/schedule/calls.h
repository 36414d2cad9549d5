/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * calls.h - the public calls of the library, with the books kept and each answer judged.
 *
 * All of them return false, and call nothing, where the host may not make the call now: the
 * object does not exist, or another CPU has begun to end it.
 */
#ifndef SCHEDULE_CALLS_H
#define SCHEDULE_CALLS_H

#include "books.h"

/* X(name, what a person reads) */
#define CALLS(X) \
	X(SYSTEM_CREATE, "system_create") \
	X(SYSTEM_DESTROY, "system_destroy") \
	X(DOMAIN_CREATE, "domain_create") \
	X(DOMAIN_CREATE_OWNED, "domain_create_owned") \
	X(DOMAIN_DESTROY, "domain_destroy") \
	X(DOMAIN_RESERVE, "domain_reserve") \
	X(DOMAIN_UNRESERVE, "domain_unreserve") \
	X(DOMAIN_FLUSH, "domain_flush") \
	X(DOMAIN_RETRY, "domain_retry") \
	X(DOMAIN_ABANDON, "domain_abandon") \
	X(DOMAIN_QUERY, "domain_query") \
	X(DOMAIN_MAP, "domain_map") \
	X(DOMAIN_MAP_PAGES, "domain_map_pages") \
	X(DOMAIN_UNMAP, "domain_unmap") \
	X(DOMAIN_PROTECT, "domain_protect") \
	X(DOMAIN_REPLACE, "domain_replace") \
	X(DOMAIN_MERGE, "domain_merge") \
	X(DOMAIN_REFILL, "domain_refill") \
	X(DOMAIN_TRANSLATE, "domain_translate") \
	X(DOMAIN_EXPLAIN, "domain_explain") \
	X(DOMAIN_DRAIN, "domain_drain") \
	X(MASTER_ADD, "master_add") \
	X(MASTER_REMOVE, "master_remove") \
	X(MASTER_ATTACH, "master_attach") \
	X(MASTER_MOVE, "master_move") \
	X(MASTER_DETACH, "master_detach") \
	X(MASTER_FLUSH, "master_flush") \
	X(MASTER_QUERY, "master_query") \
	X(CONTEXT_QUERY, "context_query") \
	X(CONTEXT_RETRY, "context_retry") \
	X(SYSTEM_RETRY, "system_retry") \
	X(UTLB_QUERY, "utlb_query") \
	X(MMU_QUERY, "mmu_query") \
	X(INTERRUPT, "root_interrupt") \
	X(SERVICE, "service")

#define CALL_ENUM_(name, text) CALL_##name,

/** enum call_kind - a public call. */
enum call_kind {
	CALLS(CALL_ENUM_) CALL_COUNT
};

#undef CALL_ENUM_

enum {
	ANSWERS = 19 /**< IPMMU_OK, and the errors by their number without sign */
};

/** struct call - one that a CPU is in. */
struct call {
	bool active;
	enum call_kind kind;
	int domain; /**< -1 = none */
	int master; /**< -1 = none */
	uint32_t domain_id;
	uint32_t master_id;
	uint32_t place; /**< of a protect: where, and what is allowed there */
	bool write;
	uint64_t begun;    /**< stamp */
	uint64_t begun_us; /**< by the real clock */
	uint32_t hooks;    /**< that it has called so far */
	bool entered;      /**< has taken its first lock: an end of its objects is seen */
	bool alone;        /**< no other call on its domain or its master overlaps */
	bool solo;         /**< no other call at all does */
};

/** struct counts - of a whole program; not a part of the machine's image. */
struct counts {
	uint64_t calls;
	uint64_t by_kind[CALL_COUNT][ANSWERS];
	uint64_t accesses;
	uint64_t faults; /**< records that the fault hook got */
	uint64_t quarantines;
	uint64_t points;
	uint64_t switches;
	uint64_t runs;
};

const char *call_name(enum call_kind kind);

/* ---- call.c: the frame of each call ---- */

/** call_begin() - before the library is called; NULL: the host may not call now. */
struct call *call_begin(struct machine *m, enum call_kind kind, int domain, int master);
/**
 * call_begin_end() - ... of a call that ends the object. No other begins from here on, and
 * those that are under way have taken their first lock.
 */
struct call *call_begin_end(struct machine *m, enum call_kind kind, int domain, int master);
/** call_end() - after it: the answer is judged, then the machine. */
void call_end(struct machine *m, struct call *call, enum ipmmu_err err);
/** call_cancel() - it is not made after all; NULL does nothing. Returns false. */
bool call_cancel(struct call *call);

/* ---- call_system.c ---- */

enum ipmmu_err call_system_create(struct machine *m);
enum ipmmu_err call_system_destroy(struct machine *m);
bool call_interrupt(struct machine *m);
/** call_service() - until there is nothing more to do, at most @most times. */
bool call_service(struct machine *m, uint32_t budget, uint32_t most);
bool call_context_retry(struct machine *m, uint32_t context);
bool call_system_retry(struct machine *m);
bool call_context_query(struct machine *m, uint32_t context);
bool call_utlb_query(struct machine *m, uint32_t unit, uint32_t utlb);
bool call_mmu_query(struct machine *m, uint32_t unit);

/* ---- call_master.c ---- */

bool call_add(struct machine *m, int master);
bool call_remove(struct machine *m, int master);
bool call_attach(struct machine *m, int master, int domain);
bool call_move(struct machine *m, int master, int domain);
bool call_detach(struct machine *m, int master);
bool call_master_flush(struct machine *m, int master);
bool call_master_query(struct machine *m, int master);

/* ---- call_domain.c ---- */

bool call_domain_create(struct machine *m, int domain);
bool call_domain_destroy(struct machine *m, int domain);
bool call_domain_flush(struct machine *m, int domain);
bool call_domain_retry(struct machine *m, int domain);
bool call_abandon(struct machine *m, int domain);
bool call_domain_reserve(struct machine *m, int domain);
bool call_domain_unreserve(struct machine *m, int domain);
bool call_domain_query(struct machine *m, int domain);
/** call_domain_begins() - a domain that is about to be made. False: not now. */
bool call_domain_begins(struct machine *m, int domain, bool owned);
/** call_domain_made() - ... and the end of the call that made it. */
void call_domain_made(struct machine *m, struct call *call, int domain, enum ipmmu_err err);
/** call_domain_gone() - the library has the domain no more: what the host had for it goes. */
void call_domain_gone(struct machine *m, const struct call *call);
/** call_released() - an event has told that the context of a domain with that cookie is free.
 */
void call_released(struct machine *m, const void *cookie);
/** call_abandoned_end() - what the host has kept for abandoned domains that are released goes.
 */
void call_abandoned_end(struct machine *m, const struct call *call);
/** call_quarantined() - the domain whose table is at @root was told to be in quarantine. */
void call_quarantined(struct machine *m, uint64_t root);
/** call_retried() - domain_retry or context_retry has brought a domain out of quarantine. */
void call_retried(struct machine *m, const struct call *call);
/** host_map(), host_unmap() - the host changes its own table; no call. */
bool host_map(struct machine *m, int domain, uint32_t place, bool write);
bool host_unmap(struct machine *m, int domain, uint32_t place);

/* ---- call_owned.c ---- */

bool call_create_owned(struct machine *m, int domain, enum ipmmu_pt_policy replace);
bool call_map(struct machine *m, int domain, uint32_t place, bool write);
bool call_map_pages(struct machine *m, int domain, uint32_t place, bool write);
bool call_unmap(struct machine *m, int domain, uint32_t place, uint32_t count);
bool call_protect(struct machine *m, int domain, uint32_t place, bool write);
bool call_replace(struct machine *m, int domain, uint32_t place);
bool call_merge(struct machine *m, int domain);
bool call_refill(struct machine *m, int domain);
bool call_translate(struct machine *m, int domain, uint32_t place);
bool call_explain(struct machine *m, int domain, uint32_t place);
bool call_drain(struct machine *m, int domain);

#endif
