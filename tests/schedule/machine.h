/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * machine.h - a small machine: one root and two caches of Gen3, four masters, three domains,
 * the library on the hardware model, and all that the judges remember.
 *
 * Masters: 0 on one cache; 1 on both caches; 2 and 3 share a uTLB of the second cache. All
 * state lies in one block, which can be saved and put back; CPUs and their stacks do not.
 */
#ifndef SCHEDULE_MACHINE_H
#define SCHEDULE_MACHINE_H

#include <ipmmu-model/model.h>
#include <ipmmu/system.h>

#include "books.h"
#include "calls.h"
#include "cpus.h"
#include "device.h"
#include "heap.h"
#include "hooks.h"
#include "judge.h"
#include "memory.h"
#include "records.h"
#include "trace.h"

enum {
	MODEL_WORDS = 24 * 1024 / 8,
	MAGIC_ALIVE = 0x600dcafe
};

/** struct machine_config - which machine. */
struct machine_config {
	struct model_config model; /**< units and bus are the machine's */
	struct ipmmu_options options;
	uint32_t contexts; /**< of the part: 4 .. CONTEXTS_MOST */
	/** Places of a domain, and how far they are apart: in one table, or each in its own. */
	uint32_t places;
	uint64_t stride;
	uint32_t tick_us;        /**< how long a round takes */
	uint64_t clock_step_us;  /**< of the library's clock; 0: it stands still */
	uint64_t clock_phase_us; /**< how far it is in a step at the start */
	bool quiesce;            /**< the quiesce hook stops masters */
	bool judge_each_step;    /**< reach is judged at each register write and store */
	uint32_t still_us;       /**< how long a CPU that was stopped stands still */
	/** Of listed schedules: one that is stopped without a lock stands still for so long
	 * instead, longer than any call may wait for it; 0 = never. */
	uint32_t frozen_us;
	uint32_t hook_rounds;    /**< how long quiesce and fault take */
	uint32_t stuck_at_probe; /**< a context whose flush does not end; 0 = none */
	/* what else may happen: random runs */
	bool stucks;
	bool lies;
	bool poor;
	bool freezes;
};

/** struct machine - give its address as host. */
struct machine {
	/* not of the image */
	struct cpus *cpus;
	struct trace *trace;
	struct counts *counts;
	struct machine *saved; /**< the image; NULL = none */
	/* the image */
	struct machine_config config;
	struct ipmmu_soc soc;
	struct ipmmu_ops ops;
	struct ipmmu_mmu_desc mmus[UNITS];
	struct model_unit_config units[UNITS];
	struct ipmmu_system_desc desc;
	struct ipmmu_system *system;
	struct model *model;
	uint32_t deny;        /**< the deny context */
	uint32_t table_pages; /**< that the library has when the system has been created */
	uint32_t escalations;
	struct call calls[CPUS + 1]; /**< the last: of the setup */
	struct hooks hooks;
	struct books books;
	struct device device;
	uint64_t model_bytes[MODEL_WORDS];
	/* copied in parts */
	struct records records;
	struct heap heap;
	struct memory memory;
};

/** machine_config() - the usual one. */
struct machine_config machine_config(void);
/** machine_new() - the only one; ends the program where there is no memory. */
struct machine *machine_new(struct trace *trace, struct counts *counts);
void machine_free(struct machine *m);
/** the_machine() - for what has no argument: a signal, the start of a coroutine. */
struct machine *the_machine(void);
/** machine_reset() - power-on; nothing of the library runs yet. */
void machine_reset(struct machine *m, const struct machine_config *config);
/** machine_save() / machine_load() - remember all, and go back to it. No CPU runs. */
void machine_save(struct machine *m);
void machine_load(struct machine *m);

/** machine_now() - real time, in microseconds. */
uint64_t machine_now(const struct machine *m);
/** machine_clock() - the time that the library is given. */
uint64_t machine_clock(const struct machine *m);
/** machine_pass_time() - a round. */
void machine_pass_time(struct machine *m);
/** machine_master_name() - a constant string. */
const char *machine_master_name(int master);
/** machine_iova() - address of a place. All domains have the same. */
uint64_t machine_iova(const struct machine *m, uint32_t place);
/** machine_stand_still() - the CPU that runs is about to, for @us; less near a time-out. */
void machine_stand_still(struct machine *m, uint32_t us);
/** machine_port() - port @port of @master. */
struct ipmmu_port machine_port(int master, uint32_t port);
uint32_t machine_port_count(int master);
/** machine_timeout() - how long a flush is waited for. */
uint64_t machine_timeout(const struct machine *m);
/** machine_me() - the CPU that runs; CPUS during setup. */
int machine_me(const struct machine *m);

#endif
