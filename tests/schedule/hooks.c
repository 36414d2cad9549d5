// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * hooks.c - the hooks but locks: a point first, then what the hook is for, then the judges.
 */
#include "hooks.h"

#include <ipmmu/event.h>
#include <ipmmu/fault.h>

#include "answer.h"
#include "machine.h"

/* Registers, as hardware has them: not the library's numbers. */
enum {
	IMSTR_OFFSET = 0x20,
	BANK_BYTES = 0x40,
	UTLBS_AT = 0x300,
	UTLB_BYTES = 0x10
};

static void freeze(struct machine *m)
{
	if (m->config.freezes && m->cpus->current != CPU_NONE && device_freezes_now(m)) {
		uint64_t us = machine_timeout(m) + random_below(&m->cpus->random, 200);

		trace_step(m, STEP_FROZEN, "us", us, 0);
		cpus_stand_still(m->cpus, us);
	}
}

void hooks_point(struct machine *m, enum step_kind kind, const char *what, uint64_t a,
		 uint64_t b)
{
	trace_step(m, kind, what, a, b);
	answer_step(m);
	freeze(m);
	cpus_point(m->cpus);
}

static uint32_t unit_of(const struct machine *m, const void *mmio)
{
	return (uint32_t)((const struct model_unit_config *)mmio - m->units);
}

static bool is_context(const struct machine *m, uint32_t offset, uint32_t *context)
{
	*context = offset / BANK_BYTES;
	return *context < m->soc.contexts;
}

static bool is_imuctr(uint32_t offset, uint32_t *utlb)
{
	*utlb = (offset - UTLBS_AT) / UTLB_BYTES;
	return offset >= UTLBS_AT && *utlb < UTLBS && offset % UTLB_BYTES == 0;
}

static uint32_t hook_read(void *host, void *mmio, uint32_t offset)
{
	struct machine *m = host;
	uint32_t unit = unit_of(m, mmio);
	uint32_t value;

	hooks_point(m, STEP_READ, m->mmus[unit].name, offset, 0);
	value = model_read(m->model, unit, offset);
	judge_model(m);
	if (m->device.ones != 0 && --m->device.ones == 0) {
		m->device.lied = true;
		value = ~0u;
	}
	trace_value(m, value);
	return value;
}

/* False: the register does not take it. */
static bool is_taken(struct machine *m, uint32_t unit, uint32_t offset)
{
	uint32_t utlb;

	if (unit == 0 || !is_imuctr(offset, &utlb)) {
		return true;
	}
	m->device.lying[unit][utlb] = m->device.deaf[unit][utlb] != 0;
	if (m->device.deaf[unit][utlb] == 0) {
		return true;
	}
	m->device.deaf[unit][utlb]--;
	m->device.lied = true;
	return false;
}

static void hook_write(void *host, void *mmio, uint32_t offset, uint32_t value)
{
	struct machine *m = host;
	uint32_t unit = unit_of(m, mmio);
	uint32_t context;
	uint32_t utlb;

	hooks_point(m, STEP_WRITE, m->mmus[unit].name, offset, value);
	if (!is_taken(m, unit, offset)) {
		return;
	}
	model_write(m->model, unit, offset, value);
	if (is_context(m, offset, &context) && offset % BANK_BYTES == 0) {
		device_flush_written(m, unit, context);
		judge_reach(m);
	} else if (is_context(m, offset, &context) && offset % BANK_BYTES == IMSTR_OFFSET) {
		records_taken(m, context);
	} else if (is_imuctr(offset, &utlb)) {
		records_select(m);
		judge_reach(m);
	}
	judge_model(m);
}

static void *hook_alloc(void *host, size_t size)
{
	struct machine *m = host;

	hooks_point(m, STEP_ALLOC, NULL, size, 0);
	locks_none(m, "alloc");
	return device_is_poor(m) ? NULL : heap_take(m, size, HEAP_LIBRARY);
}

static void hook_free(void *host, void *object, size_t size)
{
	struct machine *m = host;

	hooks_point(m, STEP_FREE, NULL, size, 0);
	locks_none(m, "free");
	heap_give(m, object, size, HEAP_LIBRARY);
}

static void *hook_table_alloc(void *host, uint32_t pages, struct ipmmu_pa *pa)
{
	struct machine *m = host;

	hooks_point(m, STEP_TABLE_ALLOC, NULL, pages, 0);
	locks_table_only(m, "table_alloc");
	return device_is_poor(m) ? NULL : memory_table_alloc(m, pages, pa);
}

static void hook_table_free(void *host, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	struct machine *m = host;

	hooks_point(m, STEP_TABLE_FREE, NULL, pa.v, pages);
	locks_table_only(m, "table_free");
	memory_table_free(m, table, pa.v, pages);
}

static void *hook_table_ptr(void *host, struct ipmmu_pa pa)
{
	struct machine *m = host;

	hooks_point(m, STEP_TABLE_PTR, NULL, pa.v, 0);
	return memory_table_ptr(m, pa.v);
}

static bool hook_table_read(void *host, struct ipmmu_pa at, uint64_t *entry)
{
	struct machine *m = host;

	hooks_point(m, STEP_TABLE_READ, NULL, at.v, 0);
	return memory_read(m, at.v, entry);
}

static void hook_clean(void *host, const void *start, size_t size)
{
	struct machine *m = host;

	hooks_point(m, STEP_CLEAN, NULL, size, 0);
	memory_clean(m, start, size);
}

static void hook_barrier(void *host)
{
	hooks_point(host, STEP_BARRIER, NULL, 0, 0);
}

static uint64_t hook_now(void *host)
{
	struct machine *m = host;

	hooks_point(m, STEP_NOW, NULL, machine_clock(m), 0);
	return machine_clock(m);
}

static void hook_relax(void *host)
{
	struct machine *m = host;

	trace_step(m, STEP_RELAX, NULL, 0, 0);
	answer_step(m);
	locks_none(m, "relax");
	cpus_relax(m->cpus);
}

static enum ipmmu_err hook_power_get(void *host, const struct ipmmu_mmu_desc *mmu)
{
	struct machine *m = host;

	hooks_point(m, STEP_POWER_GET, mmu->name, 0, 0);
	locks_none(m, "power_get");
	model_power(m->model, unit_of(m, mmu->mmio), true);
	return IPMMU_OK;
}

static void hook_power_put(void *host, const struct ipmmu_mmu_desc *mmu)
{
	struct machine *m = host;

	hooks_point(m, STEP_POWER_PUT, mmu->name, 0, 0);
	locks_none(m, "power_put");
	if (!mmu->always_on) {
		model_power(m->model, unit_of(m, mmu->mmio), false);
	}
}

/* Which of the host's masters; it must not have been removed. */
static int master_of(struct machine *m, const struct ipmmu_master_desc *desc, const char *hook)
{
	int i;

	for (i = 0; i < MASTERS; i++) {
		const struct bus_master *bus = m->books.masters[i].bus;

		if (bus != NULL && &bus->desc == desc) {
			return i;
		}
	}
	found(m, "give-back", "%s gets a master that was removed", hook);
}

/* A hook that is called without locks may take its time. */
static void take_time(struct machine *m)
{
	uint32_t i;

	for (i = 0; i < m->config.hook_rounds; i++) {
		cpus_relax(m->cpus);
	}
}

static bool hook_quiesce(void *host, const struct ipmmu_master_desc *desc)
{
	struct machine *m = host;
	int master = master_of(m, desc, "quiesce");

	hooks_point(m, STEP_QUIESCE, desc->name, 0, 0);
	locks_none(m, "quiesce");
	take_time(m);
	(void)master_of(m, desc, "quiesce");
	device_end(m, master);
	m->books.masters[master].stopped = true;
	return true;
}

/*
 * One that is released while a uTLB of it may not be denied goes on where it was. Of a uTLB
 * that others share the library does not know.
 */
static void must_be_held(struct machine *m, int master)
{
	uint32_t p;

	for (p = 0; master < 2 && p < machine_port_count(master); p++) {
		struct ipmmu_port port = machine_port(master, p);

		if (m->device.lying[port.mmu][port.utlb] &&
		    judge_selected(m, port.mmu, port.utlb) != m->deny) {
			found(m, "job", "%s is released, and uTLB %u of %s is not denied",
			      machine_master_name(master), port.utlb, m->mmus[port.mmu].name);
		}
	}
}

static void hook_release(void *host, const struct ipmmu_master_desc *desc)
{
	struct machine *m = host;
	int master = master_of(m, desc, "release");

	hooks_point(m, STEP_RELEASE, desc->name, 0, 0);
	locks_none(m, "release");
	(void)master_of(m, desc, "release");
	must_be_held(m, master);
	/* Whoever moved it tells it again what to do. */
	m->books.masters[master].stopped = false;
	m->books.masters[master].job = 0;
}

static void hook_event(void *host, const struct ipmmu_event *event)
{
	struct machine *m = host;

	/* First: what it says is true now. */
	answer_event(m, event);
	hooks_point(m, STEP_EVENT, answer_event_name(event->kind), event->context, event->utlb);
	if (event->master != NULL) {
		(void)master_of(m, event->master, "event");
	}
	if (event->other != NULL) {
		(void)master_of(m, event->other, "event");
	}
}

static void hook_fault(void *host, const struct ipmmu_fault *fault)
{
	struct machine *m = host;

	hooks_point(m, STEP_FAULT, NULL, fault->context, fault->iova.v);
	locks_none(m, "fault");
	records_judge(m, fault);
	take_time(m);
	/* What it names has to stay for as long as the hook takes. */
	hooks_point(m, STEP_FAULT_READ, NULL, fault->context, fault->iova.v);
	records_judge_names(m, fault);
	hooks_point(m, STEP_FAULT_READ, NULL, fault->context, fault->iova.v);
	records_judge_names(m, fault);
}

static void hook_service_wanted(void *host, uint64_t at_us)
{
	hooks_point(host, STEP_SERVICE_WANTED, NULL, at_us, 0);
}

static void hook_escalate(void *host, enum ipmmu_escalation why, uint32_t mmu, uint32_t utlb)
{
	struct machine *m = host;

	(void)why;
	hooks_point(m, STEP_ESCALATE, m->mmus[mmu].name, utlb, 0);
	m->escalations++;
}

void hooks_fill(struct machine *m)
{
	static const struct ipmmu_ops all = {
		.mmio_read32 = hook_read,
		.mmio_write32 = hook_write,
		.alloc = hook_alloc,
		.free = hook_free,
		.table_alloc = hook_table_alloc,
		.table_free = hook_table_free,
		.table_ptr = hook_table_ptr,
		.table_read = hook_table_read,
		.table_explain = ipmmu_pt_explain_by,
		.clean = hook_clean,
		.barrier = hook_barrier,
		.now_us = hook_now,
		.relax = hook_relax,
		.power_get = hook_power_get,
		.power_put = hook_power_put,
		.event = hook_event,
		.fault = hook_fault,
		.service_wanted = hook_service_wanted,
		.escalate = hook_escalate,
	};

	m->ops = all;
	locks_fill(&m->ops);
	if (m->config.quiesce) {
		m->ops.quiesce = hook_quiesce;
		m->ops.release = hook_release;
	}
}
