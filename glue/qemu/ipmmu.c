// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * ipmmu.c - the IPMMU as a QEMU device: register windows, interrupt lines, and an address space
 * for every uTLB. All behaviour is the model's; this file only carries it to QEMU and back.
 *
 * QEMU's own devices cannot be held: where the model stalls an access, they see a bus error.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "migration/vmstate.h"

#include "ipmmu.h"
#include "trace.h"

enum {
	PAGE_MASK = 0xfff
};

static uint64_t registers_read(void *opaque, hwaddr offset, unsigned int size)
{
	IpmmuUnit *unit = opaque;
	uint32_t value;

	ipmmu_sync(unit->ipmmu);
	value = model_read(unit->ipmmu->model, unit->index, (uint32_t)offset);
	ipmmu_settle(unit->ipmmu);
	trace_ipmmu_read(unit->index, (uint32_t)offset, value);
	return value;
}

static void registers_write(void *opaque, hwaddr offset, uint64_t value, unsigned int size)
{
	IpmmuUnit *unit = opaque;

	trace_ipmmu_write(unit->index, (uint32_t)offset, (uint32_t)value);
	ipmmu_sync(unit->ipmmu);
	model_write(unit->ipmmu->model, unit->index, (uint32_t)offset, (uint32_t)value);
	ipmmu_settle(unit->ipmmu);
}

/* Other sizes than 32 bits are unknown: the bus refuses them. */
static const MemoryRegionOps registers_ops = {
	.read = registers_read,
	.write = registers_write,
	.endianness = DEVICE_LITTLE_ENDIAN,
	.valid.min_access_size = 4,
	.valid.max_access_size = 4,
};

static uint64_t prr_read(void *opaque, hwaddr offset, unsigned int size)
{
	return ((IpmmuState *)opaque)->prr;
}

static void prr_write(void *opaque, hwaddr offset, uint64_t value, unsigned int size)
{
	qemu_log_mask(LOG_GUEST_ERROR, "ipmmu: the product register is read-only\n");
}

static const MemoryRegionOps prr_ops = {
	.read = prr_read,
	.write = prr_write,
	.endianness = DEVICE_LITTLE_ENDIAN,
	.valid.min_access_size = 4,
	.valid.max_access_size = 4,
};

/* The walker reads RAM only: a table that is a device's register is an abort, without effect.
 */
static bool walker_read(void *arg, uint64_t pa, uint64_t *value)
{
	const MemTxAttrs attrs = {.memory = 1};
	uint64_t raw;

	if (address_space_read(&address_space_memory, pa, attrs, &raw, sizeof(raw)) !=
	    MEMTX_OK) {
		return false;
	}
	*value = le64_to_cpu(raw);
	return true;
}

static void access_translate(IpmmuState *s, struct model_access *access)
{
	bool locked = qemu_mutex_iothread_locked();

	if (!locked) {
		qemu_mutex_lock_iothread();
	}
	ipmmu_sync(s);
	model_access(s->model, access);
	s->last = *access;
	ipmmu_settle(s);
	trace_ipmmu_translate(access->unit, access->utlb, access->iova, access->write,
			      access->state, access->pa, (int32_t)access->context);
	if (!locked) {
		qemu_mutex_unlock_iothread();
	}
}

static IOMMUTLBEntry region_translate(IOMMUMemoryRegion *region, hwaddr address,
				      IOMMUAccessFlags flag, int index)
{
	IpmmuPort *port = container_of(region, IpmmuPort, region);
	IOMMUTLBEntry entry = {
		.target_as = &address_space_memory,
		.iova = address & ~(hwaddr)PAGE_MASK,
		.translated_addr = address & ~(hwaddr)PAGE_MASK,
		.addr_mask = PAGE_MASK,
		.perm = IOMMU_NONE,
	};
	struct model_access access = {0};

	/* A question without an access behind it has no effect on hardware. */
	if (flag == IOMMU_NONE) {
		return entry;
	}
	access.unit = port->unit;
	access.utlb = port->utlb;
	access.iova = address;
	access.write = (flag & IOMMU_WO) != 0;
	access_translate(port->ipmmu, &access);
	if (access.state == MODEL_ACCESS_DONE) {
		entry.translated_addr = access.pa & ~(uint64_t)PAGE_MASK;
		entry.perm = flag;
	}
	return entry;
}

/* Nobody is told of changes: whoever keeps translations of its own (vhost, VFIO) is refused. */
static int region_notifiers(IOMMUMemoryRegion *region, IOMMUNotifierFlag old,
			    IOMMUNotifierFlag new, Error **errp)
{
	if (new == IOMMU_NOTIFIER_NONE) {
		return 0;
	}
	error_setg(errp, "ipmmu: a device that keeps translations (vhost, VFIO) cannot be "
			 "behind it");
	return -EINVAL;
}

IpmmuPort *ipmmu_port(IpmmuState *s, uint32_t unit, uint32_t utlb)
{
	g_autofree char *name = NULL;
	IpmmuPort *port;

	if (unit >= s->unit_count || utlb >= s->unit_configs[unit].utlbs) {
		return NULL;
	}
	if (s->units[unit].ports[utlb] != NULL) {
		return s->units[unit].ports[utlb];
	}
	port = g_new0(IpmmuPort, 1);
	port->ipmmu = s;
	port->unit = unit;
	port->utlb = utlb;
	name = g_strdup_printf("ipmmu-%u-utlb-%u", unit, utlb);
	memory_region_init_iommu(&port->region, sizeof(port->region), TYPE_IPMMU_REGION,
				 OBJECT(s), name, UINT64_MAX);
	address_space_init(&port->space, MEMORY_REGION(&port->region), name);
	s->units[unit].ports[utlb] = port;
	return port;
}

static void ipmmu_reset(DeviceState *dev)
{
	IpmmuState *s = IPMMU(dev);

	s->model = model_init(s->buffer, s->buffer_size, &s->config);
	s->ticked_us = qemu_clock_get_us(QEMU_CLOCK_VIRTUAL);
	memset(&s->last, 0, sizeof(s->last));
	ipmmu_knobs_apply(s);
	ipmmu_settle(s);
}

static void units_realize(IpmmuState *s)
{
	uint32_t i;

	memory_region_init(&s->window, OBJECT(s), "ipmmu",
			   (uint64_t)IPMMU_UNITS_MAX * IPMMU_UNIT_STRIDE);
	sysbus_init_mmio(SYS_BUS_DEVICE(s), &s->window);
	for (i = 0; i < s->unit_count; i++) {
		IpmmuUnit *unit = &s->units[i];

		unit->ipmmu = s;
		unit->index = i;
		memory_region_init_io(&unit->registers, OBJECT(s), &registers_ops, unit,
				      "ipmmu-unit", ipmmu_unit_size(s));
		memory_region_add_subregion(&s->window, (hwaddr)i * IPMMU_UNIT_STRIDE,
					    &unit->registers);
		if (s->unit_configs[i].root == i) {
			sysbus_init_irq(SYS_BUS_DEVICE(s), &unit->irq);
		}
	}
}

static void ipmmu_realize(DeviceState *dev, Error **errp)
{
	IpmmuState *s = IPMMU(dev);

	s->config.bus.read64 = walker_read;
	s->config.bus.arg = s;
	if (!ipmmu_layout_parse(s, errp) || !ipmmu_config_fill(s, errp) ||
	    !ipmmu_knobs_check(s, errp)) {
		return;
	}
	s->buffer_size = model_size(&s->config);
	s->buffer = g_malloc(s->buffer_size);
	s->model = model_init(s->buffer, s->buffer_size, &s->config);
	units_realize(s);
	memory_region_init_io(&s->prr_region, OBJECT(s), &prr_ops, s, "ipmmu-prr", 4);
	sysbus_init_mmio(SYS_BUS_DEVICE(s), &s->prr_region);
}

static const VMStateDescription ipmmu_vmstate = {
	.name = TYPE_IPMMU,
	.unmigratable = 1,
};

/*
 * Nobody knows whether units come up with USE_SECGRP set. Linux never clears it and works on
 * boards, so here it is clear, as boot firmware may have left it; -global says otherwise.
 */
static void ipmmu_init(Object *obj)
{
	IPMMU(obj)->switches[MODEL_SECGRP_RESET] = 0;
}

static void ipmmu_class_init(ObjectClass *class, void *data)
{
	DeviceClass *dc = DEVICE_CLASS(class);

	dc->desc = "Renesas IPMMU-VMSA: a root and its caches, or a single unit";
	dc->realize = ipmmu_realize;
	dc->reset = ipmmu_reset;
	dc->vmsd = &ipmmu_vmstate;
	/* Only a machine can put devices behind it. */
	dc->user_creatable = false;
	ipmmu_properties_add(class);
}

static void region_class_init(ObjectClass *class, void *data)
{
	IOMMUMemoryRegionClass *rc = IOMMU_MEMORY_REGION_CLASS(class);

	rc->translate = region_translate;
	rc->notify_flag_changed = region_notifiers;
}

static const TypeInfo ipmmu_types[] = {
	{
		.name = TYPE_IPMMU,
		.parent = TYPE_SYS_BUS_DEVICE,
		.instance_size = sizeof(IpmmuState),
		.instance_init = ipmmu_init,
		.class_init = ipmmu_class_init,
	},
	{
		.name = TYPE_IPMMU_REGION,
		.parent = TYPE_IOMMU_MEMORY_REGION,
		.class_init = region_class_init,
	},
};

DEFINE_TYPES(ipmmu_types)
