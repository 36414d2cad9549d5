// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * knob.c - units that are broken or off: the masks that say which, and the model's calls for
 * them.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"

#include "ipmmu.h"
#include "trace.h"

static bool names_no_unit(const IpmmuState *s, uint32_t mask)
{
	return s->unit_count < 32 && mask >> s->unit_count != 0;
}

bool ipmmu_knobs_check(const IpmmuState *s, Error **errp)
{
	uint32_t knob;

	for (knob = 0; knob < IPMMU_KNOBS; knob++) {
		if (names_no_unit(s, s->knobs[knob])) {
			error_setg(errp,
				   "ipmmu: mask 0x%x names a unit that there is not; "
				   "there are %u",
				   s->knobs[knob], s->unit_count);
			return false;
		}
	}
	return true;
}

static void knob_apply(IpmmuState *s, IpmmuKnob knob, uint32_t unit, bool set)
{
	switch (knob) {
	case IPMMU_KNOB_STUCK:
		model_set_stuck(s->model, unit, MODEL_NONE, set);
		break;
	case IPMMU_KNOB_DROPPED:
		model_set_flush_dropped(s->model, unit, set);
		break;
	case IPMMU_KNOB_DEAD:
		model_set_dead(s->model, unit, set);
		break;
	default:
		model_power(s->model, unit, !set);
		break;
	}
}

bool ipmmu_knob_set(IpmmuState *s, IpmmuKnob knob, uint32_t mask)
{
	uint32_t changed = s->knobs[knob] ^ mask;
	uint32_t i;

	if (names_no_unit(s, mask)) {
		return false;
	}
	s->knobs[knob] = mask;
	trace_ipmmu_knob(knob, mask);
	ipmmu_sync(s);
	for (i = 0; i < s->unit_count; i++) {
		if ((changed >> i & 1) != 0) {
			knob_apply(s, knob, i, (mask >> i & 1) != 0);
		}
	}
	ipmmu_settle(s);
	return true;
}

void ipmmu_knobs_apply(IpmmuState *s)
{
	uint32_t knob;
	uint32_t i;

	for (i = 0; i < s->unit_count; i++) {
		for (knob = 0; knob < IPMMU_KNOBS; knob++) {
			if ((s->knobs[knob] >> i & 1) != 0) {
				knob_apply(s, knob, i, true);
			}
		}
	}
}
