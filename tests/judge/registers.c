// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * registers.c - registers of a play: to the model, into the trace, with what the model flags.
 */
#include "play.h"

#include <stdio.h>

#include "trace.h"

const char *play_unit_name(uint32_t unit)
{
	return unit < play_now.machine->unit_count ? play_now.machine->units[unit].name : "-";
}

bool play_is_root(uint32_t unit)
{
	return unit == 0 || play_now.machine->generation == MODEL_GEN2;
}

static void violate(const char *kind, uint32_t value, const char *reg)
{
	struct judge_report *r = play_now.report;
	struct judge_violation *v = &r->violations[r->violation_count];

	if (r->violation_count == JUDGE_VIOLATIONS) {
		return;
	}
	r->violation_count++;
	v->scenario = play_now.scenario;
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

void play_collect(void)
{
	struct model_violation v;
	uint32_t index;
	uint32_t i;

	for (i = 0; model_violation_get(play_now.model, i, &v); i++) {
		const char *reg = "-";

		if (v.offset != MODEL_NONE) {
			reg = trace_register(play_now.machine->generation, play_is_root(v.unit),
					     v.offset, &index);
		}
		play_line("! %s", model_violation_name(v.kind));
		violate(model_violation_name(v.kind), v.value, reg);
	}
	model_violation_clear(play_now.model);
}

static void record(char direction, uint32_t unit, uint32_t offset, uint32_t value)
{
	char function[48];
	char name[24];
	uint32_t index;
	const char *reg = trace_register(play_now.machine->generation, play_is_root(unit),
					 offset, &index);

	judge_function(function, sizeof(function));
	if (index == MODEL_NONE) {
		snprintf(name, sizeof(name), "%s", reg);
	} else {
		snprintf(name, sizeof(name), "%s[%u]", reg, index);
	}
	play_line("%c %-4s %-12s %08x  %s", direction, play_unit_name(unit), name, value,
		  function);
	play_collect();
}

uint32_t judge_unit_at(uint64_t base)
{
	uint32_t i;

	for (i = 0; i < play_now.machine->unit_count; i++) {
		if (play_now.machine->units[i].base == base) {
			return i;
		}
	}
	return MODEL_NONE;
}

void *judge_ioremap(uint64_t pa, uint64_t size)
{
	uint32_t unit = judge_unit_at(pa);

	if (pa == play_now.machine->prr_at) {
		return play_now.registers + JUDGE_UNITS * REGION;
	}
	return unit == MODEL_NONE || size > REGION ? NULL : play_now.registers + unit * REGION;
}

static uint32_t place_of(const volatile void *at)
{
	return (uint32_t)((const volatile uint8_t *)at - play_now.registers);
}

uint32_t judge_readl(const volatile void *at)
{
	uint32_t place = place_of(at);
	uint32_t value;

	if (place / REGION == JUDGE_UNITS) {
		play_line("R PRR  -            %08x", play_now.prr);
		return play_now.prr;
	}
	value = model_read(play_now.model, place / REGION, place % REGION);
	record('R', place / REGION, place % REGION, value);
	return value;
}

void judge_writel(uint32_t value, volatile void *at)
{
	uint32_t place = place_of(at);

	model_write(play_now.model, place / REGION, place % REGION, value);
	record('W', place / REGION, place % REGION, value);
}

void judge_set_prr(uint32_t value)
{
	play_now.prr = value;
}
