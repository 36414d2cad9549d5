/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * costs.h - what calls cost, as docs/register-accesses.md tells it: the rows of its tables, and
 * how each is measured.
 */
#ifndef IPMMU_TESTS_CORE_COSTS_H
#define IPMMU_TESTS_CORE_COSTS_H

#include <stdio.h>

#include "kit.h"
#include "kit_cmocka.h"

enum {
	DMAC = 0,
	AUDIO = 1,
	MMC = 2
};

/** struct size - the numbers that the formulas are made of. */
struct size {
	uint32_t n; /**< contexts of the root */
	uint32_t c; /**< caches in use by the domain, or online at probe */
	uint32_t k; /**< uTLBs of the master */
	uint32_t u; /**< uTLBs of all units */
	uint32_t r; /**< running uTLBs that probe denies */
	uint32_t a; /**< contexts in use, deny included */
	uint32_t f; /**< reads of a fault's address and source */
	bool stage1;
	bool gen2;
};

/** struct cost - register accesses, with every flush seen to have ended at the first look. */
struct cost {
	uint32_t reads;
	uint32_t writes;
};

/** struct row - one operation. */
struct row {
	const char *name;
	const char *reads;
	const char *writes;
	const char *least; /**< what the operation cannot do without */
	const char *extra; /**< what is done on top of that, and why */
	struct cost (*formula)(const struct size *size);
	void (*prepare)(struct kit *kit);
	void (*operate)(struct kit *kit);
	void (*configure)(struct kit_config *config); /**< NULL: as it is */
	uint32_t least_caches;                        /**< fewest caches that it needs */
};

/** struct costs_part - rows of one subject. */
struct costs_part {
	const struct row *rows;
	size_t count;
};

/* ---- costs_life.c ---- */

extern const struct costs_part costs_life;

/** costs_create() - the row of create, which nobody waits for. */
void costs_create(struct kit *kit);
/** costs_start() - a system and two domains. */
void costs_start(struct kit *kit);
/** costs_claimed() - and DMAC, AUDIO and MMC. */
void costs_claimed(struct kit *kit);
/** costs_attached() - and AUDIO is in domain 0. */
void costs_attached(struct kit *kit);

/* ---- costs_use.c ---- */

extern const struct costs_part costs_use;

/* ---- costs_unmaps.c ---- */

/** A case: N unmaps at the same time; and its section of the page. */
void costs_unmaps_take_two_flushes(void **state);
void costs_unmaps_page(FILE *out);

/* ---- costs_faults.c ---- */

/** A case: a guest that faults for ever; and its section of the page. */
void costs_of_faults_are_bounded(void **state);
void costs_faults_page(FILE *out);

/* ---- costs_watch.c ---- */

/** Locks: bit numbers of kit->locks_held. */
enum {
	COSTS_SYSTEM,
	COSTS_TABLE,
	COSTS_ROOT,
	COSTS_LOCKS
};

/** struct hold - what one lock has been held for, at most. */
struct hold {
	uint64_t accesses;
	uint64_t stores;
};

extern struct hold costs_longest[COSTS_LOCKS];

/** costs_watched() - kit_new(), with its locks watched. */
struct kit *costs_watched(const struct kit_config *config);
/** costs_begin_watch() - forget how long locks were held. */
void costs_begin_watch(void);
/** costs_holds_are_short() - since then, none was held for longer than the page says. */
bool costs_holds_are_short(const struct size *size);
/* ---- costs_locks.c ---- */

/** A case: how long locks are held; and its section of the page. */
void costs_of_locks_are_bounded(void **state);
void costs_locks_page(FILE *out);

#endif
