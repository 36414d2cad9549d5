// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * sync.c - before and after each use of the model: its clock follows QEMU's, and its interrupt
 * lines and violations go to QEMU.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/timer.h"
#include "hw/irq.h"

#include "ipmmu.h"
#include "trace.h"

void ipmmu_sync(IpmmuState *s)
{
	int64_t now = qemu_clock_get_us(QEMU_CLOCK_VIRTUAL);

	while (s->ticked_us < now) {
		uint32_t step = MIN(now - s->ticked_us, INT32_MAX);

		model_tick(s->model, step);
		s->ticked_us += step;
	}
}

static void violation_take(IpmmuState *s, const struct model_violation *v)
{
	trace_ipmmu_violation(model_violation_name(v->kind), v->unit, v->offset, v->value);
	qemu_log_mask(LOG_GUEST_ERROR, "ipmmu: %s: unit %u offset 0x%x value 0x%x: %s\n",
		      model_violation_name(v->kind), v->unit, v->offset, v->value,
		      model_violation_text(v->kind));
	if (s->violation_count < IPMMU_VIOLATIONS_MAX) {
		s->violations[s->violation_count] = *v;
	}
	if (s->violation_count != UINT32_MAX) {
		s->violation_count++;
	}
}

void ipmmu_settle(IpmmuState *s)
{
	struct model_violation violation;
	uint32_t i;

	for (i = 0; i < s->unit_count; i++) {
		IpmmuUnit *unit = &s->units[i];
		bool level = s->unit_configs[i].root == i && model_irq(s->model, i);

		if (level != unit->level) {
			unit->level = level;
			trace_ipmmu_irq(i, level);
			qemu_set_irq(unit->irq, level);
		}
	}
	if (model_violation_count(s->model) == 0) {
		return;
	}
	for (i = 0; model_violation_get(s->model, i, &violation); i++) {
		violation_take(s, &violation);
	}
	model_violation_clear(s->model);
}
