/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * trace.h - the last steps of a run, and the report when a judge has found something.
 */
#ifndef SCHEDULE_TRACE_H
#define SCHEDULE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

/* X(name, what a person reads) */
#define STEPS(X) \
	X(READ, "read") \
	X(WRITE, "write") \
	X(LOCK, "lock") \
	X(UNLOCK, "unlock") \
	X(WAITS, "waits for lock") \
	X(LOCK_CREATE, "lock_create") \
	X(LOCK_DESTROY, "lock_destroy") \
	X(ALLOC, "alloc") \
	X(FREE, "free") \
	X(TABLE_ALLOC, "table_alloc") \
	X(TABLE_FREE, "table_free") \
	X(TABLE_PTR, "table_ptr") \
	X(TABLE_READ, "table_read") \
	X(CLEAN, "clean") \
	X(BARRIER, "barrier") \
	X(NOW, "now_us") \
	X(RELAX, "relax") \
	X(POWER_GET, "power_get") \
	X(POWER_PUT, "power_put") \
	X(QUIESCE, "quiesce") \
	X(RELEASE, "release") \
	X(EVENT, "event") \
	X(FAULT, "fault") \
	X(FAULT_READ, "the host reads what fault was given") \
	X(SERVICE_WANTED, "service_wanted") \
	X(ESCALATE, "escalate") \
	X(CALL, "calls") \
	X(RETURN, "returns") \
	X(STORE, "the host changes its table:") \
	X(DMA, "DMA of") \
	X(LANDS, "DMA lands of") \
	X(JOB, "the host gives a job to") \
	X(STUCK, "flushes are stuck from now on in") \
	X(LOOSE, "flushes end again in") \
	X(LIE, "a register lies from now on in") \
	X(POOR, "memory hooks give nothing from now on:") \
	X(FROZEN, "stands still") \
	X(RESUMED, "goes on, after")

#define STEP_ENUM_(name, text) STEP_##name,

/** enum step_kind - what a CPU does. */
enum step_kind {
	STEPS(STEP_ENUM_) STEP_COUNT
};

#undef STEP_ENUM_

/** Steps that a report shows. */
enum {
	TRACE_STEPS = 40
};

/** struct step - one thing that a CPU did. */
struct step {
	uint32_t number;
	int cpu;
	enum step_kind kind;
	const char *what; /**< a constant string, or NULL */
	uint64_t a;
	uint64_t b;
	uint64_t now_us;
	uint32_t times; /**< the same again, so often; shown as one */
};

/** struct trace - the last steps, and what to print. Not a part of the machine's image. */
struct trace {
	struct step steps[TRACE_STEPS];
	uint32_t count; /**< of all */
	uint32_t kept;  /**< ... without those that are the same again */
	bool loud;      /**< --trace: print each step */
	char run[80];   /**< how to run this run again: options of test_schedule */
	/** Prints the rest of that line, such as the schedule; or NULL. */
	void (*tell_more)(void *arg);
	void *more;
};

/** trace_step() - remember a step of the CPU that runs. */
void trace_step(struct machine *m, enum step_kind kind, const char *what, uint64_t a,
		uint64_t b);

/** trace_value() - what the step that was remembered last has read. */
void trace_value(struct machine *m, uint64_t value);

/**
 * found() - a judge has found something: report it, with the steps that led there, and end the
 * program with 1.
 * @judge: reach, bypass, job, give-back, answer, fault, lock, time or model.
 */
void found(struct machine *m, const char *judge, const char *format, ...)
	__attribute__((format(printf, 3, 4), noreturn));

/** trace_catch() - report also when the program crashes. */
void trace_catch(struct machine *m);

#endif
