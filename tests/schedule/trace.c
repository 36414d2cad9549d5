// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * trace.c - steps as lines, and the report of a finding. The first line of a report is
 * "CHECKER <judge>: <what>", as all checkers of the tests say it.
 */
#include "trace.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "asan.h"
#include "machine.h"

#define STEP_TEXT_(name, text) text,

static const char *const texts[] = {STEPS(STEP_TEXT_)};

/* Steps of which both numbers say something, in hexadecimal. */
static bool is_register(enum step_kind kind)
{
	return kind == STEP_READ || kind == STEP_WRITE || kind == STEP_DMA ||
	       kind == STEP_LANDS || kind == STEP_STORE;
}

static bool is_address(enum step_kind kind)
{
	return kind == STEP_TABLE_FREE || kind == STEP_TABLE_PTR || kind == STEP_TABLE_READ;
}

static void print_step(struct machine *m, const struct step *step)
{
	(void)fprintf(stderr, "%7u %6llu us  %-10s %s", step->number,
		      (unsigned long long)step->now_us, cpus_name(m->cpus, step->cpu),
		      texts[step->kind]);
	if (step->what != NULL) {
		(void)fprintf(stderr, " %s", step->what);
	}
	if (is_register(step->kind)) {
		(void)fprintf(stderr, " %#llx %s %#llx", (unsigned long long)step->a,
			      step->kind == STEP_DMA ? "write" : "=",
			      (unsigned long long)step->b);
	} else if (is_address(step->kind)) {
		(void)fprintf(stderr, " %#llx", (unsigned long long)step->a);
	} else if (step->kind == STEP_CALL) {
		(void)fprintf(stderr, " (domain %d, master %d)", (int)step->a, (int)step->b);
	} else if (step->kind == STEP_RETURN) {
		(void)fprintf(stderr, " %s", ipmmu_error_name((enum ipmmu_err)(int)step->a));
	} else if (step->a != 0 || step->b != 0) {
		(void)fprintf(stderr, " %lld %lld", (long long)step->a, (long long)step->b);
	}
	if (step->times > 1) {
		(void)fprintf(stderr, " (%u times)", step->times);
	}
	(void)fprintf(stderr, "\n");
}

void trace_step(struct machine *m, enum step_kind kind, const char *what, uint64_t a,
		uint64_t b)
{
	struct trace *trace = m->trace;
	struct step *step = &trace->steps[(trace->kept + TRACE_STEPS - 1) % TRACE_STEPS];

	trace->count++;
	if (trace->kept != 0 && !trace->loud && step->kind == kind && step->a == a &&
	    step->b == b && step->what == what && step->cpu == m->cpus->current) {
		step->times++;
		return;
	}
	step = &trace->steps[trace->kept++ % TRACE_STEPS];
	step->number = trace->count;
	step->times = 1;
	step->cpu = m->cpus->current;
	step->kind = kind;
	step->what = what;
	step->a = a;
	step->b = b;
	step->now_us = m->model == NULL ? 0 : machine_now(m);
	if (trace->loud) {
		print_step(m, step);
	}
}

void trace_value(struct machine *m, uint64_t value)
{
	if (m->trace->loud) {
		(void)fprintf(stderr, "%*s= %#llx\n", 34, "", (unsigned long long)value);
	}
}

static void print_tail(struct machine *m)
{
	const struct trace *trace = m->trace;
	uint32_t from = trace->kept > TRACE_STEPS ? trace->kept - TRACE_STEPS : 0;

	while (!trace->loud && from < trace->kept) {
		print_step(m, &trace->steps[from++ % TRACE_STEPS]);
	}
	(void)fprintf(stderr, "again, with every step: test_schedule %s", trace->run);
	if (trace->tell_more != NULL) {
		trace->tell_more(trace->more);
	}
	(void)fprintf(stderr, " --trace\n");
}

/* The report is written once, also when the writing fails. */
static bool reported;

void found(struct machine *m, const char *judge, const char *format, ...)
{
	va_list args;

	reported = true;
	(void)fflush(stdout);
	(void)fprintf(stderr, "CHECKER %s: ", judge);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fprintf(stderr, "\n  on %s; the last steps:\n",
		      cpus_name(m->cpus, m->cpus->current));
	print_tail(m);
	_exit(1);
}

static void died(void)
{
	struct machine *m = the_machine();

	if (!reported && m != NULL) {
		reported = true;
		(void)fprintf(stderr,
			      "CHECKER crash: the library read or wrote what is not "
			      "there\n  on %s; the last steps:\n",
			      cpus_name(m->cpus, m->cpus->current));
		print_tail(m);
	}
}

static void on_signal(int number)
{
	(void)number;
	died();
	_exit(1);
}

void trace_catch(struct machine *m)
{
	static uint64_t stack[64 * 1024 / 8];
	stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};

	(void)m;
	__sanitizer_set_death_callback(died);
#ifndef SCHEDULE_ASAN
	(void)sigaltstack(&other, NULL);
	(void)sigaction(SIGSEGV, &action, NULL);
	(void)sigaction(SIGBUS, &action, NULL);
	(void)sigaction(SIGFPE, &action, NULL);
	(void)sigaction(SIGABRT, &action, NULL);
#else
	(void)other;
	(void)action;
#endif
}
