// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * properties.c - what can be said of the device: by -global renesas-ipmmu.NAME=VALUE when it is
 * made, and the masks of broken units by qom-set while it runs.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "hw/qdev-properties.h"

#include "ipmmu.h"

#define SWITCH_PROPERTY(name, values, def, what) \
	DEFINE_PROP_UINT8(#name, IpmmuState, switches[MODEL_##name], def),

static Property ipmmu_properties[] = {
	DEFINE_PROP_UINT32("generation", IpmmuState, generation, 3),
	DEFINE_PROP_STRING("layout", IpmmuState, layout),
	DEFINE_PROP_STRING("tlb", IpmmuState, tlb),
	DEFINE_PROP_UINT32("context-tlb", IpmmuState, context_tlb, 64),
	DEFINE_PROP_UINT32("utlb-tlb", IpmmuState, utlb_tlb, 8),
	DEFINE_PROP_UINT32("flush-us", IpmmuState, flush_us, 2),
	DEFINE_PROP_UINT64("seed", IpmmuState, seed, 1),
	DEFINE_PROP_UINT32("prr", IpmmuState, prr, 0x4f20),
	DEFINE_PROP_BOOL("stage2", IpmmuState, stage2, true),
	MODEL_SWITCHES(SWITCH_PROPERTY) DEFINE_PROP_END_OF_LIST(),
};

struct knob_row {
	const char *name;
	const char *what;
};

static const struct knob_row knob_rows[IPMMU_KNOBS] = {
	[IPMMU_KNOB_STUCK] = {"stuck", "mask of units whose flushes never end"},
	[IPMMU_KNOB_DROPPED] = {"dropped", "mask of units whose flushes empty nothing"},
	[IPMMU_KNOB_DEAD] = {"dead", "mask of units that read all ones"},
	[IPMMU_KNOB_OFF] = {"off", "mask of units without power"},
};

static void knob_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
	const struct knob_row *row = opaque;
	uint32_t mask = IPMMU(obj)->knobs[row - knob_rows];

	visit_type_uint32(v, name, &mask, errp);
}

static void knob_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
	const struct knob_row *row = opaque;
	IpmmuState *s = IPMMU(obj);
	uint32_t mask;

	if (!visit_type_uint32(v, name, &mask, errp)) {
		return;
	}
	if (!DEVICE(obj)->realized) {
		s->knobs[row - knob_rows] = mask; /* looked at by realize */
	} else if (!ipmmu_knob_set(s, (IpmmuKnob)(row - knob_rows), mask)) {
		error_setg(errp,
			   "ipmmu: mask 0x%x names a unit that there is not; there are %u",
			   mask, s->unit_count);
	}
}

void ipmmu_properties_add(ObjectClass *class)
{
	uint32_t i;

	device_class_set_props(DEVICE_CLASS(class), ipmmu_properties);
	for (i = 0; i < IPMMU_KNOBS; i++) {
		object_class_property_add(class, knob_rows[i].name, "uint32", knob_get,
					  knob_set, NULL, (void *)&knob_rows[i]);
		object_class_property_set_description(class, knob_rows[i].name,
						      knob_rows[i].what);
	}
}
