// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * play.c - one machine, one driver, all scenarios in turn, in a child process.
 * Does not judge: it records, and report.c says what may be.
 */
#define _GNU_SOURCE
#include "judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace.h"

enum {
	REGION = 0x20000, /* of registers, per unit */
	RUBBISH = 0xa5,
	LOG = 1 << 16,
	BETWEEN_US = 10 /* what a host does between two calls takes time */
};

struct play {
	const struct judge_machine *machine;
	struct model *model;
	struct judge_report *report;
	uint32_t scenario;
	uint32_t prr;
	uint8_t *registers;
	uint8_t *view; /* RAM with the CPU's cache in front of it */
	uint8_t *ram;  /* as masters and walkers see it */
	uint8_t used[JUDGE_PAGES];
	struct {
		void (*fn)(void *arg);
		void *arg;
	} irq[JUDGE_UNITS];
	uint32_t log_length;
	char log[LOG];
};

static struct play now;

const struct judge_machine *judge_machine(void)
{
	return now.machine;
}

struct model *judge_model(void)
{
	return now.model;
}

static void line(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void line(const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	trace_line(text);
}

void judge_note(const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	line("# %s", text);
}

bool judge_check(bool holds, const char *format, ...)
{
	struct judge_report *r = now.report;
	va_list args;

	if (!holds && r->failure_count < JUDGE_FAILURES) {
		va_start(args, format);
		vsnprintf(r->failures[r->failure_count].text, sizeof(r->failures[0].text),
			  format, args);
		va_end(args);
		r->failures[r->failure_count].scenario = now.scenario;
		r->failure_count++;
	}
	return holds;
}

void judge_log(const char *format, ...)
{
	va_list args;
	int written;

	va_start(args, format);
	written = vsnprintf(now.log + now.log_length, LOG - now.log_length, format, args);
	va_end(args);
	if (written > 0 && (uint32_t)written < LOG - now.log_length) {
		now.log_length += (uint32_t)written;
	}
	if (getenv("JUDGE_LOG") != NULL) {
		va_start(args, format);
		vfprintf(stderr, format, args);
		va_end(args);
	}
}

uint32_t judge_logged(const char *text)
{
	const char *at = now.log;
	uint32_t count = 0;

	while ((at = strstr(at, text)) != NULL) {
		at += strlen(text);
		count++;
	}
	return count;
}

/* Registers. */

static const char *unit_name(uint32_t unit)
{
	return unit < now.machine->unit_count ? now.machine->units[unit].name : "-";
}

static bool is_root(uint32_t unit)
{
	return unit == 0 || now.machine->generation == MODEL_GEN2;
}

static void violate(const char *kind, uint32_t value, const char *reg)
{
	struct judge_report *r = now.report;
	struct judge_violation *v = &r->violations[r->violation_count];

	if (r->violation_count == JUDGE_VIOLATIONS) {
		return;
	}
	r->violation_count++;
	v->scenario = now.scenario;
	v->value = value;
	snprintf(v->kind, sizeof(v->kind), "%s", kind);
	snprintf(v->reg, sizeof(v->reg), "%s", reg);
	judge_function(v->function, sizeof(v->function));
}

void judge_expect(bool holds, const char *name)
{
	if (!holds) {
		violate(name, 0, "-");
	}
}

static void collect(void)
{
	struct model_violation v;
	uint32_t index;
	uint32_t i;

	for (i = 0; model_violation_get(now.model, i, &v); i++) {
		const char *reg = "-";

		if (v.offset != MODEL_NONE) {
			reg = trace_register(now.machine->generation, is_root(v.unit), v.offset,
					     &index);
		}
		line("! %s", model_violation_name(v.kind));
		violate(model_violation_name(v.kind), v.value, reg);
	}
	model_violation_clear(now.model);
}

static void record(char direction, uint32_t unit, uint32_t offset, uint32_t value)
{
	char function[48];
	char name[24];
	uint32_t index;
	const char *reg =
		trace_register(now.machine->generation, is_root(unit), offset, &index);

	judge_function(function, sizeof(function));
	if (index == MODEL_NONE) {
		snprintf(name, sizeof(name), "%s", reg);
	} else {
		snprintf(name, sizeof(name), "%s[%u]", reg, index);
	}
	line("%c %-4s %-12s %08x  %s", direction, unit_name(unit), name, value, function);
	collect();
}

uint32_t judge_unit_at(uint64_t base)
{
	uint32_t i;

	for (i = 0; i < now.machine->unit_count; i++) {
		if (now.machine->units[i].base == base) {
			return i;
		}
	}
	return MODEL_NONE;
}

void *judge_ioremap(uint64_t pa, uint64_t size)
{
	uint32_t unit = judge_unit_at(pa);

	if (pa == now.machine->prr_at) {
		return now.registers + JUDGE_UNITS * REGION;
	}
	return unit == MODEL_NONE || size > REGION ? NULL : now.registers + unit * REGION;
}

static uint32_t place_of(const volatile void *at)
{
	return (uint32_t)((const volatile uint8_t *)at - now.registers);
}

uint32_t judge_readl(const volatile void *at)
{
	uint32_t place = place_of(at);
	uint32_t value;

	if (place / REGION == JUDGE_UNITS) {
		line("R PRR  -            %08x", now.prr);
		return now.prr;
	}
	value = model_read(now.model, place / REGION, place % REGION);
	record('R', place / REGION, place % REGION, value);
	return value;
}

void judge_writel(uint32_t value, volatile void *at)
{
	uint32_t place = place_of(at);

	model_write(now.model, place / REGION, place % REGION, value);
	record('W', place / REGION, place % REGION, value);
}

void judge_set_prr(uint32_t value)
{
	now.prr = value;
}

/* RAM. */

void *judge_view(uint64_t pa)
{
	return now.view + (pa - now.machine->ram);
}

uint64_t judge_pa(const void *view)
{
	return now.machine->ram + (uint64_t)((const uint8_t *)view - now.view);
}

static bool pages_free(uint32_t first, uint32_t pages)
{
	uint32_t i;

	for (i = 0; i < pages; i++) {
		if (now.used[first + i] != 0) {
			return false;
		}
	}
	return true;
}

/* What was not cleaned is rubbish to walkers. */
static void pages_mark(uint32_t first, uint32_t pages, uint8_t used)
{
	model_before_store(now.model);
	memset(now.used + first, used, pages);
	memset(now.view + (size_t)first * JUDGE_PAGE, 0, (size_t)pages * JUDGE_PAGE);
	memset(now.ram + (size_t)first * JUDGE_PAGE, RUBBISH, (size_t)pages * JUDGE_PAGE);
}

void *judge_pages_alloc(uint32_t pages)
{
	uint32_t align = 1;
	uint32_t first;

	while (align < pages) {
		align *= 2;
	}
	for (first = 0; first + pages <= JUDGE_PAGES; first += align) {
		if (pages_free(first, pages)) {
			pages_mark(first, pages, 1);
			return now.view + (size_t)first * JUDGE_PAGE;
		}
	}
	return NULL;
}

static bool elsewhere_table(void *arg, uint32_t context, uint64_t pa)
{
	const uint64_t *range = arg;

	(void)context;
	return pa < range[0] || pa >= range[1];
}

void judge_pages_free(void *view, uint32_t pages)
{
	uint64_t range[2] = {judge_pa(view), judge_pa(view) + (uint64_t)pages * JUDGE_PAGE};
	uint32_t unit;

	for (unit = 0; unit < now.machine->unit_count; unit++) {
		judge_expect(!is_root(unit) ||
				     model_table_reach(now.model, unit, elsewhere_table, range),
			     "TABLE_FREED_IN_REACH");
	}
	pages_mark((uint32_t)((size_t)((uint8_t *)view - now.view) / JUDGE_PAGE), pages, 0);
}

uint32_t judge_pages_used(void)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < JUDGE_PAGES; i++) {
		count += now.used[i];
	}
	return count;
}

void judge_clean(const void *view, size_t size)
{
	size_t at = (size_t)((const uint8_t *)view - now.view);

	model_before_store(now.model);
	memcpy(now.ram + at, now.view + at, size);
}

static bool read64(void *arg, uint64_t pa, uint64_t *value)
{
	uint64_t at = pa - now.machine->ram;

	(void)arg;
	if (pa < now.machine->ram || at > (uint64_t)JUDGE_PAGES * JUDGE_PAGE - 8) {
		return false;
	}
	memcpy(value, now.ram + at, 8); /* judges run on little-endian hosts */
	return true;
}

/* Time, interrupts, masters. */

void judge_time(uint32_t us)
{
	model_tick(now.model, us);
	collect();
}

void judge_on_irq(uint32_t unit, void (*fn)(void *arg), void *arg)
{
	now.irq[unit].fn = fn;
	now.irq[unit].arg = arg;
}

static void interrupt(void)
{
	uint32_t unit;
	uint32_t n;

	for (unit = 0; unit < now.machine->unit_count; unit++) {
		if (now.irq[unit].fn == NULL) {
			continue;
		}
		for (n = 0; model_irq(now.model, unit) && n < 4; n++) {
			judge_note("interrupt of %s", unit_name(unit));
			now.irq[unit].fn(now.irq[unit].arg);
		}
		judge_check(!model_irq(now.model, unit), "the interrupt line stays up");
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
	model_access(now.model, &access);
	if (access.state == MODEL_ACCESS_DONE) {
		end = access.bypass ? JUDGE_UNTRANSLATED : JUDGE_LANDED;
	}
	if (end == JUDGE_STOPPED) {
		judge_note("DMA %s %s.%u %llx %s", write ? "write" : "read", unit_name(unit),
			   utlb, (unsigned long long)iova, ends[end]);
	} else {
		judge_note("DMA %s %s.%u %llx %s %llx", write ? "write" : "read",
			   unit_name(unit), utlb, (unsigned long long)iova, ends[end],
			   (unsigned long long)access.pa);
	}
	collect();
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

	judge_check(end == JUDGE_LANDED && at == pa, "%s.%u %s of %llx lands", unit_name(unit),
		    utlb, write ? "write" : "read", (unsigned long long)iova);
}

void judge_stops(uint32_t unit, uint32_t utlb, uint64_t iova, bool write)
{
	judge_check(judge_dma(unit, utlb, iova, write, NULL) == JUDGE_STOPPED,
		    "%s.%u %s of %llx is stopped", unit_name(unit), utlb,
		    write ? "write" : "read", (unsigned long long)iova);
}

static bool elsewhere(void *arg, const struct model_reach *reach)
{
	const uint64_t *pa = arg;

	return reach->size != 0 && (*pa < reach->pa || *pa - reach->pa >= reach->size);
}

bool judge_reaches(uint32_t unit, uint32_t utlb, uint64_t pa)
{
	return !model_reach(now.model, unit, utlb, elsewhere, &pa);
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
	for (i = 0; i < now.machine->unit_count; i++) {
		uint32_t generation = (uint32_t)now.machine->generation;

		units[i].generation = now.machine->generation;
		units[i].root = is_root(i) ? i : 0;
		units[i].contexts = is_root(i) ? 1u << generation : 0;
		units[i].utlbs = generation == 2 || !is_root(i) ? 16 * generation : 0;
		units[i].imsstr_bit = MODEL_NONE;
		units[i].powered = true;
		units[i].stage2 = generation != 2;
	}
	config.units = units;
	config.unit_count = now.machine->unit_count;
	config.bus.read64 = read64;
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
	now.model =
		model_init(anonymous(size, PROT_READ | PROT_WRITE, MAP_PRIVATE), size, &config);
	if (now.model == NULL) {
		fprintf(stderr, "the model refuses machine %s\n", now.machine->name);
		exit(2);
	}
}

static void act(const struct judge_driver *driver)
{
	uint32_t i;

	for (i = 0; i < driver->scenario_count; i++) {
		const struct judge_scenario *scenario = &driver->scenarios[i];

		now.scenario = i;
		now.log_length = 0;
		now.log[0] = '\0';
		now.report->section[i] = now.report->trace_length;
		if ((scenario->generations & (1u << (uint32_t)now.machine->generation)) != 0) {
			line("== %s: %s", scenario->name, scenario->claim);
			scenario->act();
			judge_time(BETWEEN_US);
			interrupt();
		}
		now.report->section[i + 1] = now.report->trace_length;
		now.report->acted = i + 1;
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
		now.machine = machine;
		now.report = report;
		now.prr = machine->prr;
		now.registers = anonymous((JUDGE_UNITS + 1) * REGION, PROT_NONE, MAP_PRIVATE);
		now.view = anonymous(bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE);
		now.ram = anonymous(bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE);
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
