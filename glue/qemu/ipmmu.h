/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * ipmmu.h - the IPMMU as a QEMU device: what its parts share.
 * The hardware itself is the model's; nothing here knows a register.
 */
#ifndef HW_MISC_IPMMU_IPMMU_H
#define HW_MISC_IPMMU_IPMMU_H

#include "exec/memory.h"
#include "hw/sysbus.h"
#include "qom/object.h"

#include "ipmmu-model/model.h"

#define TYPE_IPMMU        "renesas-ipmmu"
#define TYPE_IPMMU_REGION "renesas-ipmmu-region"

OBJECT_DECLARE_SIMPLE_TYPE(IpmmuState, IPMMU)

enum {
	IPMMU_UNITS_MAX = 32,
	IPMMU_UTLBS_MAX = 64,
	IPMMU_UNIT_STRIDE = 0x20000,
	IPMMU_VIOLATIONS_MAX = 64
};

/* Ways in which units are broken or off: one mask each, with a bit for every unit. */
typedef enum IpmmuKnob {
	IPMMU_KNOB_STUCK,   /* flushes never end */
	IPMMU_KNOB_DROPPED, /* flushes end, but empty nothing */
	IPMMU_KNOB_DEAD,    /* reads all ones, ignores writes */
	IPMMU_KNOB_OFF,     /* without power */
	IPMMU_KNOBS
} IpmmuKnob;

/* A uTLB that a device's DMA goes through. */
typedef struct IpmmuPort {
	IOMMUMemoryRegion region;
	AddressSpace space;
	IpmmuState *ipmmu;
	uint32_t unit;
	uint32_t utlb;
} IpmmuPort;

typedef struct IpmmuUnit {
	IpmmuState *ipmmu;
	uint32_t index;
	MemoryRegion registers;
	qemu_irq irq; /* of a root */
	bool level;
	IpmmuPort *ports[IPMMU_UTLBS_MAX]; /* made when first asked for */
} IpmmuUnit;

struct IpmmuState {
	SysBusDevice parent_obj;

	/* properties */
	uint32_t generation;
	char *layout;
	char *tlb;
	uint32_t context_tlb;
	uint32_t utlb_tlb;
	uint32_t flush_us;
	uint64_t seed;
	uint32_t prr;
	bool stage2;
	uint8_t switches[MODEL_SWITCH_COUNT];
	uint32_t knobs[IPMMU_KNOBS];

	MemoryRegion window; /* registers of all units, IPMMU_UNIT_STRIDE apart */
	MemoryRegion prr_region;
	IpmmuUnit units[IPMMU_UNITS_MAX];
	uint32_t unit_count;
	struct model_unit_config unit_configs[IPMMU_UNITS_MAX];
	struct model_config config;
	void *buffer;
	size_t buffer_size;
	struct model *model;
	int64_t ticked_us;
	struct model_access last; /* the last one that was translated */
	struct model_violation violations[IPMMU_VIOLATIONS_MAX];
	uint32_t violation_count; /* may exceed IPMMU_VIOLATIONS_MAX */
};

/* The files offer this to those above them, from the ground up. */

/* layout.c: fills unit_configs from the properties; false with @errp set. */
bool ipmmu_layout_parse(IpmmuState *s, Error **errp);
bool ipmmu_config_fill(IpmmuState *s, Error **errp);
uint64_t ipmmu_unit_size(const IpmmuState *s);
uint32_t ipmmu_utlb_count(const IpmmuState *s);

/* sync.c: let the model's clock follow the virtual one; before each use of the model. */
void ipmmu_sync(IpmmuState *s);
/* Interrupt lines and violations as the model has them now; after each use. */
void ipmmu_settle(IpmmuState *s);

/* knob.c: false with @errp set when a mask names a unit that there is not. */
bool ipmmu_knobs_check(const IpmmuState *s, Error **errp);
/* What the masks say, to a model that was just made. */
void ipmmu_knobs_apply(IpmmuState *s);
/* False, and nothing changed, when @mask names a unit that there is not. */
bool ipmmu_knob_set(IpmmuState *s, IpmmuKnob knob, uint32_t mask);

/* properties.c */
void ipmmu_properties_add(ObjectClass *class);

/* ipmmu.c: the port of a uTLB; NULL when there is none of that number. */
IpmmuPort *ipmmu_port(IpmmuState *s, uint32_t unit, uint32_t utlb);

#endif
