// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * lab.c - a page of registers that no hardware has: broken units, switches, registers behind
 * the driver's back, violations, and everything that a uTLB could reach at this moment. No
 * device tree names it; it is for tests that drive the machine from outside, and for whoever
 * wants to see their own driver meet broken hardware.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"

#include "lab.h"

enum {
	LAB_ID = 0x424c5049 /* "IPLB" in memory */
};

struct lab_row {
	uint32_t offset;
	uint32_t (*get)(IpmmuLab *s, uint32_t arg);
	bool (*set)(IpmmuLab *s, uint32_t arg, uint32_t value); /* false: not allowed */
	uint32_t arg;
};

static uint32_t get_id(IpmmuLab *s, uint32_t arg)
{
	return LAB_ID;
}

static uint32_t get_shape(IpmmuLab *s, uint32_t arg)
{
	return s->ipmmu->unit_count | s->ipmmu->generation << 8;
}

/* One bit for each unit whose interrupt line is up. */
static uint32_t get_lines(IpmmuLab *s, uint32_t arg)
{
	uint32_t lines = 0;
	uint32_t i;

	for (i = 0; i < s->ipmmu->unit_count; i++) {
		lines |= (uint32_t)s->ipmmu->units[i].level << i;
	}
	return lines;
}

static uint32_t get_knob(IpmmuLab *s, uint32_t arg)
{
	return s->ipmmu->knobs[arg];
}

static bool set_knob(IpmmuLab *s, uint32_t arg, uint32_t value)
{
	return ipmmu_knob_set(s->ipmmu, (IpmmuKnob)arg, value);
}

/* Before table memory changes: an adversarial TLB takes what it can still walk. */
static bool set_look(IpmmuLab *s, uint32_t arg, uint32_t value)
{
	model_before_store(s->ipmmu->model);
	return true;
}

static bool set_switch(IpmmuLab *s, uint32_t arg, uint32_t value)
{
	uint32_t which = value >> 8;
	uint8_t setting = (uint8_t)value;

	if (which >= MODEL_SWITCH_COUNT ||
	    setting >= model_switch_values((enum model_switch)which)) {
		return false;
	}
	model_set_switch(s->ipmmu->model, (enum model_switch)which, setting);
	return true;
}

static uint32_t get_port(IpmmuLab *s, uint32_t arg)
{
	return s->master->port->unit << 16 | s->master->port->utlb;
}

static bool set_port(IpmmuLab *s, uint32_t arg, uint32_t value)
{
	return ipmmu_master_place(s->master, value >> 16, value & 0xffff);
}

static uint32_t get_poke(IpmmuLab *s, uint32_t arg)
{
	return arg == 0 ? s->poke_unit : s->poke_offset;
}

static bool set_poke(IpmmuLab *s, uint32_t arg, uint32_t value)
{
	uint64_t limit = arg == 0 ? s->ipmmu->unit_count : ipmmu_unit_size(s->ipmmu);

	if (value >= limit || (arg != 0 && value % 4 != 0)) {
		return false;
	}
	*(arg == 0 ? &s->poke_unit : &s->poke_offset) = value;
	return true;
}

static uint32_t get_poked(IpmmuLab *s, uint32_t arg)
{
	return model_peek(s->ipmmu->model, s->poke_unit, s->poke_offset);
}

static bool set_poked(IpmmuLab *s, uint32_t arg, uint32_t value)
{
	model_poke(s->ipmmu->model, s->poke_unit, s->poke_offset, value);
	ipmmu_settle(s->ipmmu);
	return true;
}

static uint32_t get_violations(IpmmuLab *s, uint32_t arg)
{
	return s->ipmmu->violation_count;
}

static bool set_violations(IpmmuLab *s, uint32_t arg, uint32_t value)
{
	s->ipmmu->violation_count = 0;
	return value == 0;
}

static bool set_violation(IpmmuLab *s, uint32_t arg, uint32_t value)
{
	s->violation = MIN(value, IPMMU_VIOLATIONS_MAX - 1);
	return value < IPMMU_VIOLATIONS_MAX;
}

static uint32_t get_violation(IpmmuLab *s, uint32_t arg)
{
	const struct model_violation *v = &s->ipmmu->violations[s->violation];
	const uint32_t words[] = {v->kind, v->unit, v->offset, v->value};

	if (s->violation >= MIN(s->ipmmu->violation_count, IPMMU_VIOLATIONS_MAX)) {
		return MODEL_NONE;
	}
	return words[arg];
}

static uint32_t get_count(IpmmuLab *s, uint32_t arg)
{
	struct model_counts c = model_counts_get(s->ipmmu->model);
	const uint64_t words[] = {c.reads,      c.writes, c.flushes, c.walks,
				  c.walk_reads, c.faults, c.accesses};

	return (uint32_t)words[arg];
}

static uint32_t get_last(IpmmuLab *s, uint32_t arg)
{
	const struct model_access *a = &s->ipmmu->last;
	const uint32_t words[] = {
		a->state,        a->unit << 16 | a->utlb, (uint32_t)a->bypass << 1 | a->write,
		a->context,      (uint32_t)a->iova,       (uint32_t)(a->iova >> 32),
		(uint32_t)a->pa, (uint32_t)(a->pa >> 32)};

	return words[arg];
}

static bool stretch_add(void *arg, const struct model_reach *reach)
{
	IpmmuLab *s = arg;

	if (s->stretch_count < IPMMU_LAB_STRETCHES) {
		s->stretches[s->stretch_count] = *reach;
	}
	s->stretch_count++;
	return s->stretch_count <= IPMMU_LAB_STRETCHES;
}

static bool set_reach(IpmmuLab *s, uint32_t arg, uint32_t value)
{
	uint32_t unit = value >> 16;
	uint32_t utlb = value & 0xffff;

	s->stretch_count = 0;
	s->stretch = 0;
	if (unit >= s->ipmmu->unit_count || utlb >= s->ipmmu->unit_configs[unit].utlbs) {
		return false;
	}
	ipmmu_sync(s->ipmmu);
	model_reach(s->ipmmu->model, unit, utlb, stretch_add, s);
	return true;
}

static uint32_t get_stretches(IpmmuLab *s, uint32_t arg)
{
	return s->stretch_count;
}

static bool set_stretch(IpmmuLab *s, uint32_t arg, uint32_t value)
{
	s->stretch = MIN(value, IPMMU_LAB_STRETCHES - 1);
	return value < IPMMU_LAB_STRETCHES;
}

static uint32_t get_stretch(IpmmuLab *s, uint32_t arg)
{
	const struct model_reach *r = &s->stretches[s->stretch];
	const uint32_t words[] = {r->via,
				  r->context,
				  (uint32_t)r->read | (uint32_t)r->write << 1,
				  (uint32_t)r->iova,
				  (uint32_t)(r->iova >> 32),
				  (uint32_t)r->pa,
				  (uint32_t)(r->pa >> 32),
				  (uint32_t)r->size,
				  (uint32_t)(r->size >> 32)};

	return s->stretch < MIN(s->stretch_count, IPMMU_LAB_STRETCHES) ? words[arg]
								       : MODEL_NONE;
}

static const struct lab_row rows[] = {
	{0x00, get_id, NULL, 0},
	{0x04, get_shape, NULL, 0},
	{0x08, get_lines, NULL, 0},
	{0x10, get_knob, set_knob, IPMMU_KNOB_STUCK},
	{0x14, get_knob, set_knob, IPMMU_KNOB_DROPPED},
	{0x18, get_knob, set_knob, IPMMU_KNOB_DEAD},
	{0x1c, get_knob, set_knob, IPMMU_KNOB_OFF},
	{0x20, NULL, set_look, 0},
	{0x24, NULL, set_switch, 0},
	{0x28, get_port, set_port, 0},
	{0x30, get_poke, set_poke, 0},
	{0x34, get_poke, set_poke, 1},
	{0x38, get_poked, set_poked, 0},
	{0x40, get_violations, set_violations, 0},
	{0x44, NULL, set_violation, 0},
	{0x48, get_violation, NULL, 0},
	{0x4c, get_violation, NULL, 1},
	{0x50, get_violation, NULL, 2},
	{0x54, get_violation, NULL, 3},
	{0x60, get_count, NULL, 0},
	{0x64, get_count, NULL, 1},
	{0x68, get_count, NULL, 2},
	{0x6c, get_count, NULL, 3},
	{0x70, get_count, NULL, 4},
	{0x74, get_count, NULL, 5},
	{0x78, get_count, NULL, 6},
	{0x80, get_last, NULL, 0},
	{0x84, get_last, NULL, 1},
	{0x88, get_last, NULL, 2},
	{0x8c, get_last, NULL, 3},
	{0x90, get_last, NULL, 4},
	{0x94, get_last, NULL, 5},
	{0x98, get_last, NULL, 6},
	{0x9c, get_last, NULL, 7},
	{0xa0, get_stretches, set_reach, 0},
	{0xa4, NULL, set_stretch, 0},
	{0xa8, get_stretch, NULL, 0},
	{0xac, get_stretch, NULL, 1},
	{0xb0, get_stretch, NULL, 2},
	{0xb4, get_stretch, NULL, 3},
	{0xb8, get_stretch, NULL, 4},
	{0xbc, get_stretch, NULL, 5},
	{0xc0, get_stretch, NULL, 6},
	{0xc4, get_stretch, NULL, 7},
	{0xc8, get_stretch, NULL, 8},
};

static const struct lab_row *row_find(hwaddr offset)
{
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].offset == offset) {
			return &rows[i];
		}
	}
	return NULL;
}

static uint64_t lab_read(void *opaque, hwaddr offset, unsigned int size)
{
	const struct lab_row *row = row_find(offset);

	if (row == NULL || row->get == NULL) {
		qemu_log_mask(LOG_GUEST_ERROR, "%s: read of 0x%x\n", TYPE_IPMMU_LAB,
			      (uint32_t)offset);
		return 0;
	}
	return row->get(opaque, row->arg);
}

static void lab_write(void *opaque, hwaddr offset, uint64_t value, unsigned int size)
{
	const struct lab_row *row = row_find(offset);

	if (row == NULL || row->set == NULL || !row->set(opaque, row->arg, (uint32_t)value)) {
		qemu_log_mask(LOG_GUEST_ERROR, "%s: 0x%x cannot go to 0x%x\n", TYPE_IPMMU_LAB,
			      (uint32_t)value, (uint32_t)offset);
	}
}

static const MemoryRegionOps lab_ops = {
	.read = lab_read,
	.write = lab_write,
	.endianness = DEVICE_LITTLE_ENDIAN,
	.valid.min_access_size = 4,
	.valid.max_access_size = 4,
};

static void lab_reset(DeviceState *dev)
{
	IpmmuLab *s = IPMMU_LAB(dev);

	s->poke_unit = 0;
	s->poke_offset = 0;
	s->violation = 0;
	s->stretch = 0;
	s->stretch_count = 0;
	s->ipmmu->violation_count = 0;
}

static void lab_realize(DeviceState *dev, Error **errp)
{
	IpmmuLab *s = IPMMU_LAB(dev);

	if (s->ipmmu == NULL || s->master == NULL) {
		error_setg(errp, "%s: 'ipmmu' or 'master' is not set", TYPE_IPMMU_LAB);
		return;
	}
	s->stretches = g_new0(struct model_reach, IPMMU_LAB_STRETCHES);
	memory_region_init_io(&s->region, OBJECT(s), &lab_ops, s, TYPE_IPMMU_LAB,
			      IPMMU_LAB_SIZE);
	sysbus_init_mmio(SYS_BUS_DEVICE(s), &s->region);
}

static Property lab_properties[] = {
	DEFINE_PROP_LINK("ipmmu", IpmmuLab, ipmmu, TYPE_IPMMU, IpmmuState *),
	DEFINE_PROP_LINK("master", IpmmuLab, master, TYPE_IPMMU_MASTER, IpmmuMaster *),
	DEFINE_PROP_END_OF_LIST(),
};

static const VMStateDescription lab_vmstate = {
	.name = TYPE_IPMMU_LAB,
	.unmigratable = 1,
};

static void lab_class_init(ObjectClass *class, void *data)
{
	DeviceClass *dc = DEVICE_CLASS(class);

	dc->desc = "Registers for tests of an IPMMU, which no hardware has";
	dc->realize = lab_realize;
	dc->reset = lab_reset;
	dc->vmsd = &lab_vmstate;
	dc->user_creatable = false;
	device_class_set_props(dc, lab_properties);
}

static const TypeInfo lab_types[] = {
	{
		.name = TYPE_IPMMU_LAB,
		.parent = TYPE_SYS_BUS_DEVICE,
		.instance_size = sizeof(IpmmuLab),
		.class_init = lab_class_init,
	},
};

DEFINE_TYPES(lab_types)
