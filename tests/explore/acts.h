/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * acts.h - what can happen to a kit: actions of a search, each with two numbers. False: not
 * possible here, and nothing was changed.
 */
#ifndef IPMMU_TESTS_ACTS_H
#define IPMMU_TESTS_ACTS_H

#include "kit.h"

/** act_settle() - deal with what waits; true. */
bool act_settle(struct kit *kit);
/** act_begin_domain() - a domain with two pages. */
void act_begin_domain(struct kit *kit, int domain);

/* a: master, b: domain */
bool act_attach(void *machine, int master, int domain);
bool act_move(void *machine, int master, int domain);
bool act_move_loose(void *machine, int master, int domain);

/* a: master */
bool act_detach(void *machine, int master, int unused);
bool act_add(void *machine, int master, int unused);
bool act_remove(void *machine, int master, int unused);
bool act_master_flush(void *machine, int master, int unused);
/** act_access() - at an address that domain 0 maps. */
bool act_access(void *machine, int master, int unused);
/** act_fault() - at an address that nobody maps. */
bool act_fault(void *machine, int master, int unused);
/** act_depart() / act_land() - an access is translated, and lands at any time later. */
bool act_depart(void *machine, int master, int unused);
bool act_land(void *machine, int master, int unused);

/* a: domain */
bool act_flush(void *machine, int domain, int unused);
bool act_retry(void *machine, int domain, int unused);
bool act_reserve(void *machine, int domain, int unused);
bool act_unreserve(void *machine, int domain, int unused);
bool act_begin(void *machine, int domain, int unused);
bool act_end(void *machine, int domain, int unused);
bool act_abandon(void *machine, int domain, int unused);
bool act_page(void *machine, int domain, int unused);
/** act_own_page() - b: page of a table of the domain's own, mapped or unmapped. */
bool act_own_page(void *machine, int domain, int page);
bool act_protect(void *machine, int domain, int write);

/* a: context */
bool act_context_retry(void *machine, int context, int unused);

bool act_system_retry(void *machine, int unused, int unused_too);
/** act_stuck() - a: unit whose flushes get stuck, or come loose. */
bool act_stuck(void *machine, int unit, int stuck);
/** act_time() - a: microseconds. */
bool act_time(void *machine, int us, int unused);
/** act_wait() - a: microseconds by the clock, in which the hardware does nothing. */
bool act_wait(void *machine, int us, int unused);

#endif
