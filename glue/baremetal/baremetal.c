// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * baremetal.c - the arena, the CPU and lines of text as hooks of the library. Starts nothing,
 * maps nothing, and knows no board.
 */
#include "ipmmu-baremetal.h"
#include "ipmmu-cpu.h"

#include <ipmmu/text.h>

enum {
	LINE_BYTES = 192,
	FAULT_BYTES = 320, /* a fault with the walk of its address */
	MEMORY_ALIGN = 8192,
	CLOCK_LOWEST = 1000000, /* 1 MHz: below it a microsecond has no tick */
	SCALE_SHIFT = 31
};

static void print(const struct ipmmu_baremetal *metal, const char *line)
{
	if (metal->config.print != NULL) {
		(metal->config.print)(metal->config.arg, line);
	}
}

/* Decimal. By subtraction: a 32-bit CPU has no division of this width. */
static void number_put(char **at, uint64_t number)
{
	static const uint64_t units[] = {10000000000u, 1000000000u, 100000000u, 10000000u,
					 1000000u,     100000u,     10000u,     1000u,
					 100u,         10u,         1u};
	bool begun = false;
	uint32_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		char digit = '0';

		for (; number >= units[i]; number -= units[i]) {
			digit++;
		}
		begun = begun || digit != '0' || units[i] == 1u;
		if (begun) {
			*(*at)++ = digit;
		}
	}
}

static void text_put(char **at, const char *text)
{
	while (*text != '\0') {
		*(*at)++ = *text++;
	}
}

static void numbers_print(const struct ipmmu_baremetal *metal, const char *first,
			  uint64_t found, const char *second, uint64_t wanted)
{
	char line[LINE_BYTES];
	char *at = line;

	text_put(&at, first);
	number_put(&at, found);
	text_put(&at, second);
	number_put(&at, wanted);
	*at = '\0';
	print(metal, line);
}

static uint32_t mmio_read32(void *host, void *mmio, uint32_t offset)
{
	(void)host;
	return ipmmu_cpu_read32((uintptr_t)mmio + offset);
}

static void mmio_write32(void *host, void *mmio, uint32_t offset, uint32_t value)
{
	(void)host;
	ipmmu_cpu_write32((uintptr_t)mmio + offset, value);
}

static void *lock_create(void *host, enum ipmmu_lock_kind kind)
{
	struct ipmmu_baremetal *metal = host;
	unsigned long saved = ipmmu_lock_take(&metal->pool_lock);
	struct ipmmu_lock *lock = NULL;
	uint32_t i;

	for (i = 0; i < IPMMU_BAREMETAL_LOCKS && lock == NULL; i++) {
		if (!metal->locks[i].taken) {
			lock = &metal->locks[i];
			lock->taken = true;
			ipmmu_lock_init(lock, kind);
		}
	}
	ipmmu_lock_give(&metal->pool_lock, saved);
	if (lock == NULL) {
		numbers_print(metal, "ipmmu: locks in use: ", i, "; there are no more than ",
			      IPMMU_BAREMETAL_LOCKS);
	}
	return lock;
}

static void lock_destroy(void *host, void *lock)
{
	struct ipmmu_baremetal *metal = host;
	unsigned long saved = ipmmu_lock_take(&metal->pool_lock);

	((struct ipmmu_lock *)lock)->taken = false;
	ipmmu_lock_give(&metal->pool_lock, saved);
}

static unsigned long lock_take(void *host, void *lock)
{
	(void)host;
	return ipmmu_lock_take(lock);
}

static void lock_give(void *host, void *lock, unsigned long saved)
{
	(void)host;
	ipmmu_lock_give(lock, saved);
}

static void *object_alloc(void *host, size_t size)
{
	struct ipmmu_baremetal *metal = host;
	unsigned long saved = ipmmu_lock_take(&metal->arena_lock);
	void *object = ipmmu_arena_alloc(metal->arena, size);

	ipmmu_lock_give(&metal->arena_lock, saved);
	return object;
}

static void object_free(void *host, void *object, size_t size)
{
	struct ipmmu_baremetal *metal = host;
	unsigned long saved = ipmmu_lock_take(&metal->arena_lock);

	ipmmu_arena_free(metal->arena, object, size);
	ipmmu_lock_give(&metal->arena_lock, saved);
}

static void *table_alloc(void *host, uint32_t pages, struct ipmmu_pa *pa)
{
	struct ipmmu_baremetal *metal = host;
	unsigned long saved = ipmmu_lock_take(&metal->arena_lock);
	void *table = ipmmu_arena_table_alloc(metal->arena, pages, pa);

	ipmmu_lock_give(&metal->arena_lock, saved);
	return table;
}

static void table_free(void *host, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	struct ipmmu_baremetal *metal = host;
	unsigned long saved = ipmmu_lock_take(&metal->arena_lock);

	ipmmu_arena_table_free(metal->arena, table, pa, pages);
	ipmmu_lock_give(&metal->arena_lock, saved);
}

static void *table_ptr(void *host, struct ipmmu_pa pa)
{
	(void)host;
	return (void *)(uintptr_t)pa.v;
}

/* Tables elsewhere than in the arena may not be mapped: nobody has said so. */
static bool table_read(void *host, struct ipmmu_pa at, uint64_t *entry)
{
	const struct ipmmu_baremetal *metal = host;
	uint64_t begin = (uintptr_t)metal->config.memory;

	if (at.v < begin || at.v - begin > metal->config.size - sizeof(*entry)) {
		return false;
	}
	*entry = *(const volatile uint64_t *)(uintptr_t)at.v;
	return true;
}

void ipmmu_baremetal_clean(void *host, const void *start, size_t size)
{
	const struct ipmmu_baremetal *metal = host;
	uintptr_t at = (uintptr_t)start & ~(uintptr_t)(metal->line - 1u);

	for (; at < (uintptr_t)start + size; at += metal->line) {
		ipmmu_cpu_clean_line(at);
	}
	ipmmu_cpu_barrier();
}

static void barrier(void *host)
{
	(void)host;
	ipmmu_cpu_barrier();
}

/* ticks * scale / 2^31, without a division and without losing high bits. */
uint64_t ipmmu_baremetal_now_us(void *host)
{
	const struct ipmmu_baremetal *metal = host;
	uint64_t ticks = ipmmu_cpu_counter();
	uint64_t low = (ticks & 0xffffffffu) * metal->scale;

	return (((ticks >> 32) * metal->scale) << (32 - SCALE_SHIFT)) + (low >> SCALE_SHIFT);
}

static void relax(void *host)
{
	(void)host;
	ipmmu_cpu_relax();
}

static void event_print(void *host, const struct ipmmu_event *event)
{
	char line[LINE_BYTES];

	(void)ipmmu_event_text(event, line, sizeof(line));
	print(host, line);
}

static void fault_print(void *host, const struct ipmmu_fault *fault)
{
	char line[FAULT_BYTES];

	(void)ipmmu_fault_text(fault, line, sizeof(line));
	print(host, line);
}

/* Of two wishes the earlier one counts: the library asks again for what is left. */
static void service_wanted(void *host, uint64_t at_us)
{
	struct ipmmu_baremetal *metal = host;
	unsigned long saved = ipmmu_lock_take(&metal->pool_lock);

	if (!metal->due || at_us < metal->due_us) {
		metal->due_us = at_us;
	}
	metal->due = true;
	ipmmu_lock_give(&metal->pool_lock, saved);
}

bool ipmmu_baremetal_service_due(struct ipmmu_baremetal *metal)
{
	uint64_t now = ipmmu_baremetal_now_us(metal);
	unsigned long saved = ipmmu_lock_take(&metal->pool_lock);
	bool due = metal->due && metal->due_us <= now;

	if (due) {
		metal->due = false;
	}
	ipmmu_lock_give(&metal->pool_lock, saved);
	return due;
}

static void escalate(void *host, enum ipmmu_escalation why, uint32_t mmu, uint32_t utlb)
{
	const struct ipmmu_baremetal *metal = host;

	(void)why;
	(void)mmu;
	(void)utlb;
	print(metal, "ipmmu: the isolation of a master cannot be verified; see the line above");
	if (metal->config.halt != NULL) {
		(metal->config.halt)(metal->config.arg);
	}
}

void ipmmu_baremetal_ops_init(struct ipmmu_ops *ops)
{
	ops->mmio_read32 = mmio_read32;
	ops->mmio_write32 = mmio_write32;
	ops->lock_create = lock_create;
	ops->lock_destroy = lock_destroy;
	ops->lock = lock_take;
	ops->unlock = lock_give;
	ops->alloc = object_alloc;
	ops->free = object_free;
	ops->table_alloc = table_alloc;
	ops->table_free = table_free;
	ops->table_ptr = table_ptr;
	ops->table_read = table_read;
	ops->table_explain = ipmmu_pt_explain_by;
	ops->clean = ipmmu_baremetal_clean;
	ops->barrier = barrier;
	ops->now_us = ipmmu_baremetal_now_us;
	ops->relax = relax;
	ops->event = event_print;
	ops->service_wanted = service_wanted;
	ops->escalate = escalate;
	if (ops->fault == NULL) {
		ops->fault = fault_print;
	}
}

const struct ipmmu_pt_ops *ipmmu_baremetal_pt_ops(void)
{
	static const struct ipmmu_pt_ops pt_ops = {
		.table_alloc = table_alloc,
		.table_free = table_free,
		.table_ptr = table_ptr,
		.clean = ipmmu_baremetal_clean,
		.barrier = barrier,
	};

	return &pt_ops;
}

void ipmmu_baremetal_bind(struct ipmmu_mmu_desc *mmus, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		mmus[i].mmio = (void *)(uintptr_t)mmus[i].reg.v;
	}
}

/* floor(10^6 * 2^31 / hertz), bit by bit: there may be no 64-bit division. */
static uint32_t scale_of(uint32_t hertz)
{
	uint64_t rest = CLOCK_LOWEST;
	uint32_t scale = 0;
	uint32_t bit;

	for (bit = 0; bit <= SCALE_SHIFT; bit++) {
		scale <<= 1;
		if (rest >= hertz) {
			rest -= hertz;
			scale |= 1u;
		}
		rest <<= 1;
	}
	return scale;
}

enum ipmmu_err ipmmu_baremetal_init(struct ipmmu_baremetal *metal,
				    const struct ipmmu_baremetal_config *config)
{
	uint32_t hertz = ipmmu_cpu_frequency();
	struct ipmmu_pa pa;
	size_t wanted;

	if (metal == NULL || config == NULL || config->memory == NULL) {
		return IPMMU_E_ARG;
	}
	*metal = (struct ipmmu_baremetal){.config = *config};
	ipmmu_lock_init(&metal->arena_lock, IPMMU_LOCK_IRQ);
	ipmmu_lock_init(&metal->pool_lock, IPMMU_LOCK_IRQ);
	metal->line = (uint32_t)ipmmu_cpu_line();
	if (hertz < CLOCK_LOWEST) {
		numbers_print(metal, "ipmmu: the generic timer's frequency, CNTFRQ, is ", hertz,
			      "; it must be set by firmware, to at least ", CLOCK_LOWEST);
		return IPMMU_E_RANGE;
	}
	metal->scale = scale_of(hertz);
	if (((uintptr_t)config->memory & (MEMORY_ALIGN - 1u)) != 0) {
		numbers_print(metal, "ipmmu: the memory is at ", (uintptr_t)config->memory,
			      "; it must be aligned to ", MEMORY_ALIGN);
		return IPMMU_E_ALIGN;
	}
	wanted = ipmmu_arena_size(&config->needs);
	pa.v = (uintptr_t)config->memory;
	if (wanted != 0 && wanted <= config->size) {
		metal->arena =
			ipmmu_arena_init(config->memory, config->size, pa,
					 config->needs.table_pages + 2u * config->needs.roots);
	}
	if (metal->arena == NULL) {
		numbers_print(metal, "ipmmu: the memory has bytes: ", config->size,
			      "; what was asked for needs ", wanted);
		return IPMMU_E_NO_MEMORY;
	}
	return IPMMU_OK;
}
