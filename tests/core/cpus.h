/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * cpus.h - several CPUs on one system: a machine with real locks, and calls in threads that
 * stop at a known place, so that those which meet come out the same every time.
 *
 * The model has a lock of its own around it. A case that hangs is ended by SIGALRM. A case that
 * fails has its threads ended where they wait, or let go, before the next one starts.
 */
#ifndef IPMMU_TESTS_CORE_CPUS_H
#define IPMMU_TESTS_CORE_CPUS_H

#include <ipmmu-model/host.h>
#include <ipmmu/domain.h>
#include <ipmmu/event.h>
#include <ipmmu/fault.h>
#include <ipmmu/master.h>
#include <ipmmu/owned.h>

#include "kit_cmocka.h"

enum {
	CPUS_MMUS = 3,
	CPUS_MASTERS = 3,
	CPUS_DOMAINS = 2,
	CPUS_LIMIT_US = 50
};

enum {
	DMAC = 0,
	AUDIO = 1,
	MMC = 2
};

/** enum place - hooks at which a thread can be stopped, the first time that it comes there. */
enum place {
	NOWHERE,
	IN_QUIESCE,
	IN_RELAX,
	IN_CLEAN,     /**< a page-table lock is held */
	AT_TABLE,     /**< the first time that a page-table lock is about to be taken */
	AT_RELEASE,   /**< the second time */
	AT_NEXT_STEP, /**< the next time after that */
	AT_NTH        /**< call->nth of these times, from 0 */
};

/** enum which - a call. */
enum which {
	CALL_MOVE,
	CALL_DETACH,
	CALL_FLUSH,
	CALL_MAP,
	CALL_UNMAP,
	CALL_PROTECT,
	CALL_TRANSLATE,
	CALL_DRAIN,
	CALL_DESTROY
};

/** struct call - a call, where it is to stop, and how it ended. */
struct call {
	enum which which;
	enum place place;
	uint32_t master;
	uint32_t domain;
	uint64_t iova;
	uint64_t size; /**< of an unmap; 0: a page */
	uint32_t nth;
	uint32_t locks; /**< page-table locks that it has taken */
	enum ipmmu_err err;
	struct ipmmu_move_result result;
};

/** struct cpus - the machine. */
struct cpus {
	struct ipmmu_ops
		ops; /**< change it before cpus_start() has been called, or by a case */
	struct model_host *host;
	struct ipmmu_system *system;
	struct ipmmu_domain *domains[CPUS_DOMAINS];
	struct ipmmu_master *masters[CPUS_MASTERS];
	struct ipmmu_master_desc descs[CPUS_MASTERS];
	uint32_t stops[CPUS_MASTERS]; /**< how often each master has been stopped */
};

extern struct cpus cpus;

/** cpus_test() - a case, which is bounded in time and leaves no thread behind. */
#define cpus_test(f) cmocka_unit_test_setup_teardown(f, cpus_setup, cpus_teardown)
int cpus_setup(void **state);
int cpus_teardown(void **state);

/** cpus_start() - a system, domains over tables of the host's, all masters claimed. */
void cpus_start(void);
/** cpus_start_with() - the same, with other options. */
void cpus_start_with(const struct ipmmu_options *options);
/** cpus_start_owned() - and domain 0 has tables of its own, 5 pages and the DMAC. */
void cpus_start_owned(void);
/** cpus_own() - the domain's tables are its own from now on, with break before make. */
void cpus_own(uint32_t domain);
/** cpus_own_as() - the same, with other tables. */
void cpus_own_as(uint32_t domain, const struct ipmmu_owned_config *wish);
/** cpus_stop() - asserted: everything comes to an end, and nothing is left. */
void cpus_stop(void);

/** cpus_begin() - make a call in a thread; returns when the thread waits at its place. */
struct call *cpus_begin(const struct call *call);
/** cpus_end() - let it go on, and wait for its end. */
void cpus_end(struct call *call);

enum ipmmu_master_state cpus_state(uint32_t master);
struct ipmmu_domain_info cpus_domain(uint32_t domain);
uint32_t cpus_context(uint32_t domain);
/** cpus_attach() - asserted. */
void cpus_attach(uint32_t master, uint32_t domain);

/** cpus_far() - addresses with a last-level table of their own each. */
uint64_t cpus_far(uint32_t i);
enum ipmmu_err cpus_map(uint32_t domain, uint64_t iova);
enum ipmmu_err cpus_unmap(uint32_t domain, uint64_t iova);
enum ipmmu_err cpus_protect(uint32_t domain, uint64_t iova);

/* The model, under its lock. */
void cpus_set_stuck_in(uint32_t unit, uint32_t context, bool stuck);
/** cpus_set_stuck() - in the root. */
void cpus_set_stuck(uint32_t context, bool stuck);
uint64_t cpus_now(void);
bool cpus_irq(void);
/** cpus_emit() - an access of a master to an address that is not mapped. */
void cpus_emit(uint32_t master);
uint32_t cpus_pages_free(void);

/* Between the files. */

/** cpus_pass() - the thread is at @place: it waits there when this is its place. */
void cpus_pass(enum place place);
/** cpus_pass_table() - it is about to take a page-table lock. */
void cpus_pass_table(void);
/** cpus_make_hooks() - fill in cpus.ops. */
void cpus_make_hooks(void);
/** cpus_readable_tables() - tables that went back while a walker could read them. */
uint32_t cpus_readable_tables(void);

#endif
