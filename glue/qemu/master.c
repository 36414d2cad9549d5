// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * master.c - a bus master for tests. Software gives it an address, a length and a direction and
 * starts it; it moves bytes between memory and its own buffer, once or again and again, page by
 * page through its uTLB. It touches RAM only, so it cannot start itself or anything else.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"

#include "master.h"
#include "trace.h"

/* Registers, as indices of words; the byte offset is four times that. */
enum {
	REG_ID,
	REG_CONTROL,
	REG_STATUS,
	REG_LENGTH,
	REG_ADDRESS,
	REG_ADDRESS_HIGH,
	REG_PERIOD,  /* microseconds between two rounds */
	REG_ROUNDS,  /* rounds that ended well since the start */
	REG_ERRORS,  /* rounds that did not */
	REG_MOVED,   /* bytes of the last round */
	REG_STOPPED, /* address at which the last error was */
	REG_STOPPED_HIGH
};

enum {
	MASTER_ID = 0x4d545049, /* "IPTM" in memory */
	CONTROL_START = 1 << 0,
	CONTROL_WRITE = 1 << 1,      /* into memory; otherwise out of it */
	CONTROL_CONTINUOUS = 1 << 2, /* one round after the other */
	CONTROL_INTERRUPT = 1 << 3,  /* the line is up while DONE or ERROR is */
	CONTROL_COUNT = 1 << 4,      /* ROUNDS goes into the first word of the buffer */
	CONTROL_ALL = 0x1f,
	STATUS_BUSY = 1 << 0,
	STATUS_DONE = 1 << 1,    /* a round ended well; cleared by writing 1 */
	STATUS_ERROR = 1 << 2,   /* one did not; cleared by writing 1 */
	STATUS_STALLED = 1 << 3, /* held by a fault */
	STATUS_WHY_SHIFT = 4,    /* bits 6:4: why the last error was */
	STATUS_WHY = 7 << STATUS_WHY_SHIFT,
	WHY_FAULT = 1,
	WHY_ABORT = 2,
	WHY_NO_MEMORY = 3,
	PERIOD_RESET = 100,
	PERIOD_MAX = 10000000,
	PAGE = 4096
};

static uint64_t address_of(const IpmmuMaster *s)
{
	return s->words[REG_ADDRESS] | (uint64_t)s->words[REG_ADDRESS_HIGH] << 32;
}

static void irq_update(IpmmuMaster *s)
{
	bool on = (s->words[REG_CONTROL] & CONTROL_INTERRUPT) != 0;

	qemu_set_irq(s->irq, on && (s->words[REG_STATUS] & (STATUS_DONE | STATUS_ERROR)) != 0);
}

static void again_later(IpmmuMaster *s)
{
	timer_mod(s->timer,
		  qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + (int64_t)s->words[REG_PERIOD] * 1000);
}

static void stop(IpmmuMaster *s)
{
	timer_del(s->timer);
	s->words[REG_STATUS] &= ~(uint32_t)(STATUS_BUSY | STATUS_STALLED);
}

/* A round ended, for @why (0: well). */
static void round_end(IpmmuMaster *s, uint32_t why)
{
	uint32_t *status = &s->words[REG_STATUS];
	uint64_t at = address_of(s) + s->moved;

	*status &= ~(uint32_t)(STATUS_STALLED | STATUS_WHY);
	*status |= why == 0 ? STATUS_DONE : STATUS_ERROR | why << STATUS_WHY_SHIFT;
	s->words[why == 0 ? REG_ROUNDS : REG_ERRORS]++;
	s->words[REG_MOVED] = s->moved;
	if (why != 0) {
		s->words[REG_STOPPED] = (uint32_t)at;
		s->words[REG_STOPPED_HIGH] = (uint32_t)(at >> 32);
	}
	s->moved = 0;
	if ((s->words[REG_CONTROL] & CONTROL_CONTINUOUS) != 0) {
		again_later(s);
	} else {
		stop(s);
	}
	trace_ipmmu_master(at, s->words[REG_MOVED], *status);
	irq_update(s);
}

/* Up to the end of a page; false when it did not get through. */
static bool page_move(IpmmuMaster *s)
{
	const MemTxAttrs attrs = {.memory = 1};
	uint64_t at = address_of(s) + s->moved;
	uint32_t size = MIN(s->words[REG_LENGTH] - s->moved, PAGE - (uint32_t)(at % PAGE));
	bool write = (s->words[REG_CONTROL] & CONTROL_WRITE) != 0;

	if (address_space_rw(&s->port->space, at, attrs, s->buffer + s->moved, size, write) !=
	    MEMTX_OK) {
		return false;
	}
	s->moved += size;
	return true;
}

static uint32_t why_not(const IpmmuMaster *s)
{
	switch (s->ipmmu->last.state) {
	case MODEL_ACCESS_FAULT:
		return WHY_FAULT;
	case MODEL_ACCESS_DONE:
		return WHY_NO_MEMORY;
	default:
		return WHY_ABORT;
	}
}

/* One round, or what is left of it. Two pages at most: the buffer is no larger than one. */
static void round_go(void *opaque)
{
	IpmmuMaster *s = opaque;

	if (s->moved == 0 && (s->words[REG_CONTROL] & CONTROL_COUNT) != 0) {
		stl_le_p(s->buffer, s->words[REG_ROUNDS]);
	}
	while (s->moved < s->words[REG_LENGTH]) {
		if (page_move(s)) {
			continue;
		}
		if (s->ipmmu->last.state == MODEL_ACCESS_STALLED) {
			s->words[REG_STATUS] |= STATUS_STALLED;
			again_later(s);
		} else {
			round_end(s, why_not(s));
		}
		return;
	}
	round_end(s, 0);
}

static void control_write(IpmmuMaster *s, uint32_t value)
{
	stop(s);
	s->words[REG_CONTROL] = value & CONTROL_ALL & ~(uint32_t)CONTROL_START;
	s->moved = 0;
	if ((value & CONTROL_START) != 0) {
		s->words[REG_STATUS] = STATUS_BUSY;
		s->words[REG_ROUNDS] = 0;
		s->words[REG_ERRORS] = 0;
		s->words[REG_MOVED] = 0;
		round_go(s);
	}
	irq_update(s);
}

/* What software may set while a round is held stays as it was: nothing moves under it. */
static void word_write(IpmmuMaster *s, uint32_t reg, uint32_t value)
{
	bool busy = (s->words[REG_STATUS] & STATUS_BUSY) != 0;

	if (busy || (reg == REG_LENGTH && (value == 0 || value > IPMMU_MASTER_BUFFER)) ||
	    (reg == REG_PERIOD && (value == 0 || value > PERIOD_MAX))) {
		qemu_log_mask(LOG_GUEST_ERROR, "%s: 0x%x cannot go to register 0x%x now\n",
			      TYPE_IPMMU_MASTER, value, reg * 4);
		return;
	}
	s->words[reg] = value;
}

static void register_write(IpmmuMaster *s, uint32_t reg, uint32_t value)
{
	switch (reg) {
	case REG_CONTROL:
		control_write(s, value);
		break;
	case REG_STATUS:
		s->words[REG_STATUS] &= ~(value & (STATUS_DONE | STATUS_ERROR));
		irq_update(s);
		break;
	case REG_LENGTH:
	case REG_ADDRESS:
	case REG_ADDRESS_HIGH:
	case REG_PERIOD:
		word_write(s, reg, value);
		break;
	default:
		qemu_log_mask(LOG_GUEST_ERROR, "%s: write of register 0x%x\n",
			      TYPE_IPMMU_MASTER, reg * 4);
		break;
	}
}

static uint64_t master_read(void *opaque, hwaddr offset, unsigned int size)
{
	IpmmuMaster *s = opaque;

	if (offset >= IPMMU_MASTER_BUFFER) {
		return ldl_le_p(s->buffer + (offset - IPMMU_MASTER_BUFFER));
	}
	return offset / 4 < IPMMU_MASTER_WORDS ? s->words[offset / 4] : 0;
}

static void master_write(void *opaque, hwaddr offset, uint64_t value, unsigned int size)
{
	IpmmuMaster *s = opaque;

	if (offset >= IPMMU_MASTER_BUFFER) {
		stl_le_p(s->buffer + (offset - IPMMU_MASTER_BUFFER), (uint32_t)value);
	} else {
		register_write(s, (uint32_t)offset / 4, (uint32_t)value);
	}
}

static const MemoryRegionOps master_ops = {
	.read = master_read,
	.write = master_write,
	.endianness = DEVICE_LITTLE_ENDIAN,
	.valid.min_access_size = 4,
	.valid.max_access_size = 4,
};

bool ipmmu_master_place(IpmmuMaster *s, uint32_t unit, uint32_t utlb)
{
	IpmmuPort *port = ipmmu_port(s->ipmmu, unit, utlb);

	if (port == NULL) {
		return false;
	}
	stop(s);
	s->port = port;
	return true;
}

static void master_reset(DeviceState *dev)
{
	IpmmuMaster *s = IPMMU_MASTER(dev);

	timer_del(s->timer);
	memset(s->words, 0, sizeof(s->words));
	memset(s->buffer, 0, sizeof(s->buffer));
	s->words[REG_ID] = MASTER_ID;
	s->words[REG_LENGTH] = 64;
	s->words[REG_PERIOD] = PERIOD_RESET;
	s->moved = 0;
	ipmmu_master_place(s, s->unit, s->utlb);
	irq_update(s);
}

static void master_realize(DeviceState *dev, Error **errp)
{
	IpmmuMaster *s = IPMMU_MASTER(dev);

	if (s->ipmmu == NULL || ipmmu_port(s->ipmmu, s->unit, s->utlb) == NULL) {
		error_setg(errp, "%s: there is no uTLB %u in unit %u", TYPE_IPMMU_MASTER,
			   s->utlb, s->unit);
		return;
	}
	s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, round_go, s);
	memory_region_init_io(&s->region, OBJECT(s), &master_ops, s, TYPE_IPMMU_MASTER,
			      IPMMU_MASTER_SIZE);
	sysbus_init_mmio(SYS_BUS_DEVICE(s), &s->region);
	sysbus_init_irq(SYS_BUS_DEVICE(s), &s->irq);
}

static Property master_properties[] = {
	DEFINE_PROP_LINK("ipmmu", IpmmuMaster, ipmmu, TYPE_IPMMU, IpmmuState *),
	DEFINE_PROP_UINT32("unit", IpmmuMaster, unit, 0),
	DEFINE_PROP_UINT32("utlb", IpmmuMaster, utlb, 0),
	DEFINE_PROP_END_OF_LIST(),
};

static const VMStateDescription master_vmstate = {
	.name = TYPE_IPMMU_MASTER,
	.unmigratable = 1,
};

static void master_class_init(ObjectClass *class, void *data)
{
	DeviceClass *dc = DEVICE_CLASS(class);

	dc->desc = "Bus master for tests, behind an IPMMU";
	dc->realize = master_realize;
	dc->reset = master_reset;
	dc->vmsd = &master_vmstate;
	dc->user_creatable = false;
	device_class_set_props(dc, master_properties);
}

static const TypeInfo master_types[] = {
	{
		.name = TYPE_IPMMU_MASTER,
		.parent = TYPE_SYS_BUS_DEVICE,
		.instance_size = sizeof(IpmmuMaster),
		.class_init = master_class_init,
	},
};

DEFINE_TYPES(master_types)
