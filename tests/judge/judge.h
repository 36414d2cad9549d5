/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * judge.h - the machine on which a driver that somebody else wrote runs: registers and masters
 * by the model, RAM with a CPU's view of it, an interrupt, a record of every register access.
 *
 * One play is one machine from power-on through all scenarios of a driver, in a process of its
 * own, since the drivers keep state in globals. Nothing here knows a driver: those stand in
 * linux/ and xen/, behind headers that are not of this licence.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ipmmu-model/model.h>

enum {
	JUDGE_UNITS = 4,
	JUDGE_SCENARIOS = 16,
	JUDGE_FAILURES = 32,
	JUDGE_VIOLATIONS = 256,
	JUDGE_TRACE = 1 << 18,
	JUDGE_PAGE = 4096,
	JUDGE_PAGES = 2048
};

/** struct judge_unit - one IPMMU of a machine; the first of a machine is its root. */
struct judge_unit {
	const char *name;
	uint64_t base;
};

/** struct judge_machine - one part, with a few of its units. */
struct judge_machine {
	const char *name;
	const char *family; /**< as Linux names it */
	const char *soc;
	const char *revision;
	enum model_generation generation;
	uint32_t prr;
	uint64_t prr_at;
	uint64_t ram;
	uint32_t unit_count;
	struct judge_unit units[JUDGE_UNITS];
};

/** judge_machine_find() - by name; NULL when there is none. */
const struct judge_machine *judge_machine_find(const char *name);

/** struct judge_scenario - one act of a play. */
struct judge_scenario {
	const char *name;
	const char *claim; /**< what holds when it passes */
	void (*act)(void);
	unsigned int generations; /**< bit g set: generation g has it */
};

/** struct judge_run - what differs from the default: at most one thing. */
struct judge_run {
	const char *name; /**< "default", "TLB=ADVERSARIAL", "NAME=value" */
	enum model_tlb_mode tlb_mode;
	int which; /**< enum model_switch, -1 for none */
	uint8_t value;
};

/** struct judge_violation - one that the model flagged, and where the driver was. */
struct judge_violation {
	uint32_t scenario;
	uint32_t value;
	char kind[40]; /**< of the model, or the name of a judge_expect() */
	char function[48];
	char reg[20]; /**< without index, "-" for none */
};

/** struct judge_report - what a play leaves behind. */
struct judge_report {
	uint32_t acted; /**< scenarios that ended; fewer than asked: the driver died */
	uint32_t section[JUDGE_SCENARIOS + 1]; /**< where in the trace each begins */
	uint32_t failure_count;
	uint32_t violation_count;
	uint32_t trace_length;
	struct {
		uint32_t scenario;
		char text[200];
	} failures[JUDGE_FAILURES];
	struct judge_violation violations[JUDGE_VIOLATIONS];
	char trace[JUDGE_TRACE];
};

/** struct judge_driver - who is judged. */
struct judge_driver {
	const char *name;
	const char *version;
	const char *const *machines; /**< ends with NULL */
	const struct judge_scenario *scenarios;
	uint32_t scenario_count;
	/** The default of this driver; NULL or what it needs to be another than the model's. */
	void (*adjust)(struct model_config *config);
};

/**
 * judge_play() - @driver on @machine, in a child process.
 * Return: its report, to be given to judge_report_free().
 */
struct judge_report *judge_play(const struct judge_driver *driver,
				const struct judge_machine *machine,
				const struct judge_run *run);
void judge_report_free(struct judge_report *report);

/** judge_failure() - the first thing that does not hold in @scenario; NULL when all does. */
const char *judge_failure(const struct judge_report *report, uint32_t scenario);

/* For drivers and scenarios, in a play. */

const struct judge_machine *judge_machine(void);
struct model *judge_model(void);

/** judge_unit_at() - index of the unit at @base, MODEL_NONE if none is there. */
uint32_t judge_unit_at(uint64_t base);

/** judge_ioremap() - registers; an address that traps when it is not given to the two below. */
void *judge_ioremap(uint64_t pa, uint64_t size);
uint32_t judge_readl(const volatile void *at);
void judge_writel(uint32_t value, volatile void *at);

/** judge_set_prr() - what the product register shows from now on. */
void judge_set_prr(uint32_t value);

/** judge_pages_alloc() - CPU's view of zeroed pages, aligned to the next power of two. */
void *judge_pages_alloc(uint32_t pages);
/** ... a table that a walker still knows is TABLE_FREED_IN_REACH. */
void judge_pages_free(void *view, uint32_t pages);
uint32_t judge_pages_used(void);
uint64_t judge_pa(const void *view);
void *judge_view(uint64_t pa);
/** judge_clean() - the CPU's view becomes what masters and walkers see. */
void judge_clean(const void *view, size_t size);

/** judge_on_irq() - @fn(@arg) is called while the line of root @unit is up. */
void judge_on_irq(uint32_t unit, void (*fn)(void *arg), void *arg);

/** judge_time() - microseconds pass. */
void judge_time(uint32_t us);

/** judge_log() - what a driver says; not part of the trace. */
void judge_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** judge_logged() - how many lines with @text since the scenario began. */
uint32_t judge_logged(const char *text);

/** judge_note() - a line in the trace. */
void judge_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** judge_check() - record a failure unless @holds. Returns @holds. */
bool judge_check(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * judge_expect() - something that a driver should see to, and that may be listed as a finding
 * under @name where it does not hold. Not part of the trace.
 */
void judge_expect(bool holds, const char *name);

/** enum judge_end - what became of an access. */
enum judge_end {
	JUDGE_LANDED,
	JUDGE_UNTRANSLATED,
	JUDGE_STOPPED
};

/**
 * judge_dma() - 8 bytes by a master, within a page; faults interrupt the driver before it
 * returns. @pa: where it lands; NULL when that does not matter.
 */
enum judge_end judge_dma(uint32_t unit, uint32_t utlb, uint64_t iova, bool write, uint64_t *pa);

/** judge_lands() - check that it is translated to @pa, and that the data is there. */
void judge_lands(uint32_t unit, uint32_t utlb, uint64_t iova, bool write, uint64_t pa);
/** judge_stops() - check that it is stopped, and that nobody can reach @pa by it. */
void judge_stops(uint32_t unit, uint32_t utlb, uint64_t iova, bool write);
/** judge_reaches() - could the master reach @pa now, by tables or by anything kept? */
bool judge_reaches(uint32_t unit, uint32_t utlb, uint64_t pa);

/** judge_function() - innermost function of the driver that is more than a register access. */
void judge_function(char *name, size_t size);

/** judge_main() - the CMocka program of a driver. */
int judge_main(const struct judge_driver *driver, int argc, char **argv);

#endif
