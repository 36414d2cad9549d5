// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * play.c - one machine, one driver, all scenarios in turn, in a child process.
 * Does not judge: it records, and report.c says what may be.
 */
#define _GNU_SOURCE
#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace.h"

enum {
	BETWEEN_US = 10 /* what a host does between two calls takes time */
};

struct play play_now;

const struct judge_machine *judge_machine(void)
{
	return play_now.machine;
}

struct model *judge_model(void)
{
	return play_now.model;
}

/* Time, interrupts, masters. */

void judge_time(uint32_t us)
{
	model_tick(play_now.model, us);
	play_collect();
}

void judge_on_irq(uint32_t unit, void (*fn)(void *arg), void *arg)
{
	play_now.irq[unit].fn = fn;
	play_now.irq[unit].arg = arg;
}

static void interrupt(void)
{
	uint32_t unit;
	uint32_t n;

	for (unit = 0; unit < play_now.machine->unit_count; unit++) {
		if (play_now.irq[unit].fn == NULL) {
			continue;
		}
		for (n = 0; model_irq(play_now.model, unit) && n < 4; n++) {
			judge_note("interrupt of %s", play_unit_name(unit));
			play_now.irq[unit].fn(play_now.irq[unit].arg);
		}
		judge_check(!model_irq(play_now.model, unit), "the interrupt line stays up");
	}
}

enum judge_end judge_dma(uint32_t unit, uint32_t utlb, uint64_t iova, bool write, uint64_t *pa)
{
	static const char *const ends[] = {"lands at", "lands untranslated at", "is stopped"};
	struct model_access access = {0};
	enum judge_end end = JUDGE_STOPPED;

	access.unit = unit;
	access.utlb = utlb;
	access.iova = iova;
	access.write = write;
	model_access(play_now.model, &access);
	if (access.state == MODEL_ACCESS_DONE) {
		end = access.bypass ? JUDGE_UNTRANSLATED : JUDGE_LANDED;
	}
	if (end == JUDGE_STOPPED) {
		judge_note("DMA %s %s.%u %llx %s", write ? "write" : "read",
			   play_unit_name(unit), utlb, (unsigned long long)iova, ends[end]);
	} else {
		judge_note("DMA %s %s.%u %llx %s %llx", write ? "write" : "read",
			   play_unit_name(unit), utlb, (unsigned long long)iova, ends[end],
			   (unsigned long long)access.pa);
	}
	play_collect();
	interrupt();
	if (pa != NULL) {
		*pa = access.pa;
	}
	return end;
}

void judge_lands(uint32_t unit, uint32_t utlb, uint64_t iova, bool write, uint64_t pa)
{
	uint64_t at = 0;
	enum judge_end end = judge_dma(unit, utlb, iova, write, &at);

	judge_check(end == JUDGE_LANDED && at == pa, "%s.%u %s of %llx lands",
		    play_unit_name(unit), utlb, write ? "write" : "read",
		    (unsigned long long)iova);
}

void judge_stops(uint32_t unit, uint32_t utlb, uint64_t iova, bool write)
{
	judge_check(judge_dma(unit, utlb, iova, write, NULL) == JUDGE_STOPPED,
		    "%s.%u %s of %llx is stopped", play_unit_name(unit), utlb,
		    write ? "write" : "read", (unsigned long long)iova);
}

static bool elsewhere(void *arg, const struct model_reach *reach)
{
	const uint64_t *pa = arg;

	return reach->size != 0 && (*pa < reach->pa || *pa - reach->pa >= reach->size);
}

bool judge_reaches(uint32_t unit, uint32_t utlb, uint64_t pa)
{
	return !model_reach(play_now.model, unit, utlb, elsewhere, &pa);
}

/* The child. */

static void *anonymous(size_t size, int protection, int flags)
{
	void *at = mmap(NULL, size, protection, flags | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	return at;
}

static void power_on(const struct judge_driver *driver, const struct judge_run *run)
{
	struct model_unit_config units[JUDGE_UNITS];
	struct model_config config;
	size_t size;
	uint32_t i;

	memset(units, 0, sizeof(units));
	model_config_default(&config);
	for (i = 0; i < play_now.machine->unit_count; i++) {
		uint32_t generation = (uint32_t)play_now.machine->generation;

		units[i].generation = play_now.machine->generation;
		units[i].root = play_is_root(i) ? i : 0;
		units[i].contexts = play_is_root(i) ? 1u << generation : 0;
		units[i].utlbs = generation == 2 || !play_is_root(i) ? 16 * generation : 0;
		units[i].imsstr_bit = MODEL_NONE;
		units[i].powered = true;
		units[i].stage2 = generation != 2;
	}
	config.units = units;
	config.unit_count = play_now.machine->unit_count;
	config.bus.read64 = play_read64;
	config.tlb_mode = run->tlb_mode;
	config.context_tlb_entries = 4096;
	config.utlb_tlb_entries = run->tlb_mode == MODEL_TLB_ADVERSARIAL ? 2048 : 8;
	if (driver->adjust != NULL) {
		driver->adjust(&config);
	}
	if (run->which >= 0) {
		config.switches[run->which] = run->value;
	}
	size = model_size(&config);
	play_now.model =
		model_init(anonymous(size, PROT_READ | PROT_WRITE, MAP_PRIVATE), size, &config);
	if (play_now.model == NULL) {
		fprintf(stderr, "the model refuses machine %s\n", play_now.machine->name);
		exit(2);
	}
}

static void act(const struct judge_driver *driver)
{
	uint32_t i;

	for (i = 0; i < driver->scenario_count; i++) {
		const struct judge_scenario *scenario = &driver->scenarios[i];

		play_now.scenario = i;
		play_now.log_length = 0;
		play_now.log[0] = '\0';
		play_now.report->section[i] = play_now.report->trace_length;
		if ((scenario->generations & (1u << (uint32_t)play_now.machine->generation)) !=
		    0) {
			play_line("== %s: %s", scenario->name, scenario->claim);
			scenario->act();
			judge_time(BETWEEN_US);
			interrupt();
		}
		play_now.report->section[i + 1] = play_now.report->trace_length;
		play_now.report->acted = i + 1;
	}
}

struct judge_report *judge_play(const struct judge_driver *driver,
				const struct judge_machine *machine,
				const struct judge_run *run)
{
	size_t bytes = (size_t)JUDGE_PAGES * JUDGE_PAGE;
	struct judge_report *report =
		anonymous(sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED);
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		play_now.machine = machine;
		play_now.report = report;
		play_now.prr = machine->prr;
		play_now.registers =
			anonymous((JUDGE_UNITS + 1) * REGION, PROT_NONE, MAP_PRIVATE);
		play_now.view = anonymous(bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE);
		play_now.ram = anonymous(bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE);
		trace_begin(report);
		power_on(driver, run);
		act(driver);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return report;
}

void judge_report_free(struct judge_report *report)
{
	munmap(report, sizeof(*report));
}
