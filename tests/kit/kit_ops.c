// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * kit_ops.c - the hooks: arena, model, failures on order, locks that watch their order.
 */
#include "kit.h"

#include <string.h>

#include "kit_cmocka.h"

/* In the order in which they are taken. */
enum {
	SYSTEM = 1,
	TABLE = 2,
	ROOT = 4,
	LINE = 64 /* bytes that are cleaned at once */
};

/** struct kit_lock - lives in the arena, so that a copy of the machine holds it. */
struct kit_lock {
	uint32_t bit;
	bool held;
};

/* Is this the site that shall fail? */
static bool strikes(struct kit_fail *fail, enum kit_fail_class what)
{
	if (fail->what != what) {
		return false;
	}
	fail->seen++;
	if (fail->nth == 0 || fail->seen < fail->nth ||
	    (fail->seen > fail->nth && !fail->forever)) {
		return false;
	}
	fail->fired++;
	return true;
}

static bool fails(struct kit *kit, enum kit_fail_class what)
{
	bool one = strikes(&kit->fail, what);

	return strikes(&kit->also, what) || one;
}

static uint32_t unit_of(const struct kit *kit, const void *mmio)
{
	return (uint32_t)((const struct model_unit_config *)mmio - kit->units);
}

/* Reads are not bounded here: a poll takes as many as it takes. */
static void count_write(struct kit *kit)
{
	kit->writes++;
	if (kit->most_writes != 0 && kit->writes > kit->most_writes) {
		kit->most_writes = 0;
		kit_found(kit, "I5", "a call writes more registers than any may");
	}
}

/* The context whose IMCTR it is; as many as there are when it is none. */
static uint32_t imctr_of(const struct kit *kit, uint32_t offset)
{
	enum model_generation generation = (enum model_generation)kit->config.generation;
	uint32_t n;

	for (n = 0; n < kit->soc.contexts; n++) {
		if (offset == model_context_offset(generation, n, 0)) {
			break;
		}
	}
	return n;
}

static bool is_imctr(const struct kit *kit, uint32_t offset)
{
	return imctr_of(kit, offset) < kit->soc.contexts;
}

static uint64_t hook_now(void *host)
{
	struct kit *kit = host;
	uint64_t step = kit->clock_step_us != 0 ? kit->clock_step_us : 1;

	return (kit->dead_clock ? 0 : model_now(kit->model) / step * step) +
	       kit->clock_ahead_us;
}

static void remember_imctr(struct kit *kit, uint32_t unit, uint32_t offset, uint32_t value)
{
	struct kit_imctr *imctr = &kit->imctrs[unit][imctr_of(kit, offset)];

	imctr->was = imctr->is;
	imctr->was_us = imctr->is_us;
	imctr->is = value;
	imctr->is_us = hook_now(kit);
}

static uint32_t hook_read(void *host, void *mmio, uint32_t offset)
{
	struct kit *kit = host;
	uint32_t value = model_read(kit->model, unit_of(kit, mmio), offset);

	kit->reads++;
	if (is_imctr(kit, offset)) {
		kit_order_imctr_read(kit);
	}
	if (is_imctr(kit, offset) && fails(kit, KIT_FAIL_POLL)) {
		value |= 2u;
	}
	if (fails(kit, KIT_FAIL_ZERO)) {
		value = 0;
	}
	if (fails(kit, KIT_FAIL_ONES)) {
		value = ~0u;
	}
	if (fails(kit, KIT_FAIL_LAST)) {
		value = kit->last_read;
	}
	kit->last_read = value;
	return value;
}

void kit_meet(struct kit *kit, enum kit_place place)
{
	struct kit_meanwhile meanwhile = kit->meanwhile;

	if (meanwhile.place != place || --kit->meanwhile.nth != 0) {
		return;
	}
	memset(&kit->meanwhile, 0, sizeof(kit->meanwhile));
	meanwhile.run(kit, meanwhile.a, meanwhile.b);
}

void kit_run(struct kit *kit)
{
	int i;

	for (i = 0; i < KIT_MASTERS; i++) {
		struct kit_master *master = &kit->masters[i];
		struct model_access access;

		if (!master->running || master->stopped) {
			continue;
		}
		access = kit_dma(kit, i, master->iova, true);
		if (access.state != MODEL_ACCESS_DONE) {
			continue;
		}
		/* One that cannot be stopped goes on with its work wherever it is brought. */
		kit_landed(kit, &access);
		if (kit->config.quiesce && (master->programmed == KIT_NONE ||
					    access.pa != kit_pa(master->programmed, 0))) {
			kit_found(kit, "I1", "DMA of %s for domain %d landed at %llx",
				  master->desc.name, master->programmed,
				  (unsigned long long)access.pa);
		}
	}
}

static void hook_write(void *host, void *mmio, uint32_t offset, uint32_t value)
{
	struct kit *kit = host;

	count_write(kit);
	if (is_imctr(kit, offset)) {
		kit_order_imctr_write(kit, value);
		remember_imctr(kit, unit_of(kit, mmio), offset, value);
	}
	model_write(kit->model, unit_of(kit, mmio), offset, value);
	kit_check(kit);
	kit_run(kit);
}

static void *hook_lock_create(void *host, enum ipmmu_lock_kind kind)
{
	struct kit *kit = host;
	struct kit_lock *lock = NULL;

	if (!fails(kit, KIT_FAIL_ALLOC)) {
		lock = ipmmu_arena_alloc(kit->arena, sizeof(*lock));
	}
	if (lock != NULL) {
		/* The first plain one is the system's. */
		lock->bit = kind == IPMMU_LOCK_IRQ ? ROOT
			    : kit->system == NULL  ? SYSTEM
						   : TABLE;
	}
	return lock;
}

static void hook_lock_destroy(void *host, void *lock)
{
	struct kit *kit = host;

	if (((struct kit_lock *)lock)->held) {
		kit_found(kit, "lock", "a lock is destroyed while it is held");
	}
	ipmmu_arena_free(kit->arena, lock, sizeof(struct kit_lock));
}

static unsigned long hook_lock(void *host, void *object)
{
	struct kit *kit = host;
	struct kit_lock *lock = object;
	uint32_t bit = lock->bit;

	if (kit->locks_held == 0 && !kit->in_interrupt) {
		kit_meet(kit, KIT_AT_LOCK);
	}
	if (lock->held) {
		kit_found(kit, "lock", "a lock is taken twice");
	}
	if ((kit->locks_held & ~(bit - 1u)) != 0) {
		kit_found(kit, "lock",
			  "the system lock comes first, then a page table's, then a "
			  "root's, and one of each");
	}
	if (kit->in_interrupt && bit != ROOT) {
		kit_found(kit, "lock", "a plain lock is taken in an interrupt");
	}
	lock->held = true;
	kit->locks_held |= bit;
	return bit + 40ul;
}

static void hook_unlock(void *host, void *object, unsigned long saved)
{
	struct kit *kit = host;
	struct kit_lock *lock = object;
	uint32_t bit = lock->bit;

	if (!lock->held || saved != bit + 40ul) {
		kit_found(kit, "lock", "an unlock does not belong to its lock");
	}
	lock->held = false;
	kit->locks_held &= ~bit;
}

/* Hooks that are not marked "any". */
static void must_be_unlocked(struct kit *kit, const char *hook)
{
	if (kit->locks_held != 0) {
		kit_found(kit, "lock", "%s is called with a lock held", hook);
	}
}

/* Tables come and go while their domain's are changed, and then only its lock is held. */
static void may_hold_table_lock(struct kit *kit, const char *hook)
{
	if ((kit->locks_held & ~(uint32_t)TABLE) != 0) {
		kit_found(kit, "lock", "%s is called with another lock held", hook);
	}
}

static void *hook_alloc(void *host, size_t size)
{
	struct kit *kit = host;

	must_be_unlocked(kit, "alloc");
	return fails(kit, KIT_FAIL_ALLOC) ? NULL : ipmmu_arena_alloc(kit->arena, size);
}

static void hook_free(void *host, void *object, size_t size)
{
	struct kit *kit = host;

	must_be_unlocked(kit, "free");
	ipmmu_arena_free(kit->arena, object, size);
}

static void *hook_table_alloc(void *host, uint32_t pages, struct ipmmu_pa *pa)
{
	struct kit *kit = host;
	void *table;

	may_hold_table_lock(kit, "table_alloc");
	if (fails(kit, KIT_FAIL_ALLOC)) {
		return NULL;
	}
	table = ipmmu_arena_table_alloc(kit->arena, pages, pa);
	if (table == NULL) {
		return NULL;
	}
	/* What was there before: valid to a walker, and no use to anybody. */
	memset(table, 0xff, 4096ul * pages);
	if (kit->seen == NULL) {
		kit_order_table(kit, table, pages);
	}
	return table;
}

static void hook_table_free(void *host, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	struct kit *kit = host;

	may_hold_table_lock(kit, "table_free");
	kit_freed(kit, pa.v, pages);
	ipmmu_arena_table_free(kit->arena, table, pa, pages);
}

static void *hook_table_ptr(void *host, struct ipmmu_pa pa)
{
	struct kit *kit = host;

	if (pa.v < KIT_RAM_PA || pa.v - KIT_RAM_PA >= kit->ram_size || pa.v % 4096 != 0) {
		kit_found(kit, "I3", "%llx is no table", (unsigned long long)pa.v);
	}
	return kit->ram + (pa.v - KIT_RAM_PA);
}

static bool hook_table_read(void *host, struct ipmmu_pa at, uint64_t *entry)
{
	struct kit *kit = host;

	if (at.v < KIT_RAM_PA || at.v - KIT_RAM_PA >= kit->ram_size) {
		return false;
	}
	memcpy(entry, kit->ram + (at.v - KIT_RAM_PA), sizeof(*entry));
	return true;
}

/* The walker sees whole lines, one after the other, and what they lead to is checked. */
static void show_lines(struct kit *kit, size_t from, size_t to)
{
	size_t at;

	for (at = from / LINE * LINE; at < to; at += LINE) {
		if (memcmp(kit->seen + at, kit->ram + at, LINE) != 0) {
			model_before_store(kit->model);
			memcpy(kit->seen + at, kit->ram + at, LINE);
			kit_check(kit);
		}
	}
}

static void hook_clean(void *host, const void *start, size_t size)
{
	struct kit *kit = host;
	size_t from = (size_t)((const uint8_t *)start - kit->ram);

	if (kit->seen != NULL) {
		show_lines(kit, from, from + size);
	}
	kit_order_clean(host, start, size);
}

static void hook_barrier(void *host)
{
	kit_order_barrier(host);
}

static void hook_relax(void *host)
{
	struct kit *kit = host;

	must_be_unlocked(kit, "relax");
	kit_meet(kit, KIT_AT_RELAX);
	model_tick(kit->model, 1);
}

static enum ipmmu_err hook_power_get(void *host, const struct ipmmu_mmu_desc *mmu)
{
	struct kit *kit = host;
	uint32_t unit = (uint32_t)(mmu - kit->mmus);

	must_be_unlocked(kit, "power_get");
	if (kit->no_power && !mmu->always_on) {
		return IPMMU_E_OFFLINE;
	}
	kit->powered[unit]++;
	if (!mmu->always_on && kit->powered[unit] == 1) {
		model_power(kit->model, unit, true);
	}
	return IPMMU_OK;
}

static void hook_power_put(void *host, const struct ipmmu_mmu_desc *mmu)
{
	struct kit *kit = host;
	uint32_t unit = (uint32_t)(mmu - kit->mmus);

	must_be_unlocked(kit, "power_put");
	kit->powered[unit]--;
	if (!mmu->always_on && kit->powered[unit] == 0) {
		model_power(kit->model, unit, false);
	}
}

static struct kit_master *find_master(struct kit *kit, const struct ipmmu_master_desc *desc)
{
	int i;

	for (i = 0; i < KIT_MASTERS; i++) {
		if (desc == &kit->masters[i].desc) {
			return &kit->masters[i];
		}
	}
	fail_msg("a hook got a master that the test does not have");
	return NULL;
}

/* A master that has stopped has nothing under way any more. */
static bool hook_quiesce(void *host, const struct ipmmu_master_desc *desc)
{
	struct kit *kit = host;
	struct kit_master *master = find_master(kit, desc);
	struct model_access access;

	must_be_unlocked(kit, "quiesce");
	kit_meet(kit, KIT_AT_QUIESCE);
	kit->quiesced++;
	master->stopped = kit->config.quiesce;
	if (kit->config.quiesce) {
		(void)kit_end(kit, (int)(master - kit->masters), &access);
	}
	return kit->config.quiesce;
}

/* Whoever moves a master that was stopped tells it again what to do before it goes on. */
static void hook_release(void *host, const struct ipmmu_master_desc *desc)
{
	struct kit *kit = host;
	struct kit_master *master = find_master(kit, desc);

	must_be_unlocked(kit, "release");
	kit_meet(kit, KIT_AT_RELEASE);
	kit->released++;
	master->stopped = false;
	master->running = false;
}

static void hook_event(void *host, const struct ipmmu_event *event)
{
	struct kit *kit = host;

	if (event->kind == IPMMU_EVENT_DENY_UNVERIFIED) {
		int i;

		for (i = 0; i < KIT_MASTERS; i++) {
			uint32_t p;

			for (p = 0; p < kit->masters[i].desc.port_count; p++) {
				const struct ipmmu_port *port = &kit->masters[i].ports[p];

				if (port->mmu == event->mmu && port->utlb == event->utlb) {
					kit->masters[i].unverified = true;
				}
			}
		}
	}
	kit->events[kit->event_count % KIT_EVENTS] = *event;
	kit->event_count++;
	if (event->kind == IPMMU_EVENT_RELEASED) {
		kit_released(kit, event);
	}
}

static void hook_fault(void *host, const struct ipmmu_fault *fault)
{
	struct kit *kit = host;

	must_be_unlocked(kit, "fault");
	kit_meet(kit, KIT_AT_FAULT);
	kit->faults[kit->fault_count % KIT_FAULTS] = *fault;
	kit->fault_count++;
}

static void hook_service_wanted(void *host, uint64_t at_us)
{
	(void)at_us;
	((struct kit *)host)->services_wanted++;
}

static void hook_escalate(void *host, enum ipmmu_escalation why, uint32_t mmu, uint32_t utlb)
{
	(void)why;
	(void)mmu;
	(void)utlb;
	((struct kit *)host)->escalations++;
}

void kit_hooks(struct kit *kit)
{
	static const struct ipmmu_ops all = {
		.mmio_read32 = hook_read,
		.mmio_write32 = hook_write,
		.lock_create = hook_lock_create,
		.lock_destroy = hook_lock_destroy,
		.lock = hook_lock,
		.unlock = hook_unlock,
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
		.quiesce = hook_quiesce,
		.release = hook_release,
		.event = hook_event,
		.fault = hook_fault,
		.service_wanted = hook_service_wanted,
		.escalate = hook_escalate,
	};

	kit->ops = all;
	if (kit->config.no_locks) {
		kit->ops.lock_create = NULL;
		kit->ops.lock_destroy = NULL;
		kit->ops.lock = NULL;
		kit->ops.unlock = NULL;
	}
	if (kit->config.no_power_hooks) {
		kit->ops.power_get = NULL;
		kit->ops.power_put = NULL;
	}
}

/* ---- tables that tests write ---- */

static uint64_t memory_alloc(void *arg, uint32_t pages)
{
	struct kit *kit = arg;
	struct ipmmu_pa pa = {0};

	void *table = ipmmu_arena_table_alloc(kit->arena, pages, &pa);

	if (table == NULL) {
		return 0;
	}
	memset(table, 0, 4096ul * pages);
	return pa.v;
}

static void memory_free(void *arg, uint64_t pa, uint32_t pages)
{
	struct kit *kit = arg;

	kit_freed(kit, pa, pages);
	ipmmu_arena_table_free(kit->arena, kit->ram + (pa - KIT_RAM_PA), (struct ipmmu_pa){pa},
			       pages);
}

static bool memory_load(void *arg, uint64_t pa, uint64_t *value)
{
	struct kit *kit = arg;

	memcpy(value, kit->ram + (pa - KIT_RAM_PA), sizeof(*value));
	return true;
}

static void memory_store(void *arg, uint64_t pa, uint64_t value)
{
	struct kit *kit = arg;

	model_before_store(kit->model);
	memcpy(kit->ram + (pa - KIT_RAM_PA), &value, sizeof(value));
	if (kit->seen != NULL) {
		memcpy(kit->seen + (pa - KIT_RAM_PA), &value, sizeof(value));
	}
	kit_order_store(kit);
	kit_check(kit);
}

struct model_memory kit_memory(struct kit *kit)
{
	struct model_memory memory = {.arg = kit,
				      .alloc = memory_alloc,
				      .free = memory_free,
				      .load = memory_load,
				      .store = memory_store};

	return memory;
}
