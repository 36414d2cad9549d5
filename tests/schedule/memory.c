// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * memory.c - pages for tables. A page that goes back is checked against all walkers.
 */
#include "memory.h"

#include <string.h>

#include "machine.h"

enum {
	LINE_WORDS = 8,
	RUBBISH = 0x5b /* for the CPU */
};

/* Looks like a block entry that leads far away: a walker that reads it is found. */
static const uint64_t FAR_AWAY = 0x000000a5a5a5a5a5ull;

static void fill(uint64_t *page, uint64_t value)
{
	uint32_t i;

	for (i = 0; i < MEMORY_PAGE_WORDS; i++) {
		page[i] = value;
	}
}

void memory_init(struct machine *m)
{
	struct memory *memory = &m->memory;

	memset(memory->use, MEMORY_FREE, sizeof(memory->use));
	memset(memory->touched, 0, sizeof(memory->touched));
	memory->taken = 0;
}

static bool is_free(const struct memory *memory, uint32_t first, uint32_t pages)
{
	uint32_t i;

	for (i = 0; i < pages; i++) {
		if (first + i >= MEMORY_PAGES || memory->use[first + i] != MEMORY_FREE) {
			return false;
		}
	}
	return true;
}

/* First page of a run that is aligned to its size; MEMORY_PAGES = none. */
static uint32_t take(struct memory *memory, uint32_t pages, enum memory_use use)
{
	uint32_t first = 0;
	uint32_t i;

	while (first < MEMORY_PAGES && !is_free(memory, first, pages)) {
		first += pages;
	}
	for (i = 0; first < MEMORY_PAGES && i < pages; i++) {
		memory->use[first + i] = (uint8_t)use;
		memory->touched[first + i] = true;
		fill(memory->ram[first + i], use == MEMORY_HOST ? 0 : FAR_AWAY);
		memset(memory->cpu[first + i], RUBBISH, IPMMU_PAGE_SIZE);
	}
	return first;
}

static uint64_t pa_of(uint32_t page)
{
	return MEMORY_PA + (uint64_t)page * IPMMU_PAGE_SIZE;
}

static bool is_ram(uint64_t pa)
{
	return pa >= MEMORY_PA && pa < pa_of(MEMORY_PAGES);
}

static uint32_t page_of(uint64_t pa)
{
	return (uint32_t)((pa - MEMORY_PA) / IPMMU_PAGE_SIZE);
}

void *memory_table_alloc(struct machine *m, uint32_t pages, struct ipmmu_pa *pa)
{
	uint32_t first = take(&m->memory, pages, MEMORY_LIBRARY);

	if (first >= MEMORY_PAGES) {
		m->device.was_poor = true;
		return NULL;
	}
	m->memory.taken += pages;
	pa->v = pa_of(first);
	return m->memory.cpu[first];
}

/** struct going - pages that are about to go back. */
struct going {
	struct machine *m;
	uint64_t pa;
	uint64_t end;
};

static bool must_not_be_there(void *arg, uint32_t context, uint64_t pa)
{
	const struct going *going = arg;

	if (pa >= going->pa && pa < going->end) {
		found(going->m, "give-back",
		      "the walker of context %u can read the table at %#llx that goes back",
		      context, (unsigned long long)pa);
	}
	return true;
}

static void give(struct machine *m, uint64_t pa, uint32_t pages, enum memory_use use)
{
	struct going going = {m, pa, pa + (uint64_t)pages * IPMMU_PAGE_SIZE};
	uint32_t i;

	for (i = 0; i < pages; i++) {
		uint64_t at = pa + (uint64_t)i * IPMMU_PAGE_SIZE;

		if (!is_ram(at) || m->memory.use[page_of(at)] != (uint8_t)use) {
			found(m, "give-back", "%#llx goes back as a table and is none",
			      (unsigned long long)at);
		}
	}
	(void)model_table_reach(m->model, 0, must_not_be_there, &going);
	for (i = 0; i < pages; i++) {
		m->memory.use[page_of(pa) + i] = MEMORY_FREE;
		fill(m->memory.ram[page_of(pa) + i], FAR_AWAY);
		memset(m->memory.cpu[page_of(pa) + i], RUBBISH, IPMMU_PAGE_SIZE);
	}
}

void memory_table_free(struct machine *m, const void *table, uint64_t pa, uint32_t pages)
{
	give(m, pa, pages, MEMORY_LIBRARY);
	m->memory.taken -= pages;
	if (table != m->memory.cpu[page_of(pa)]) {
		found(m, "give-back", "the table at %#llx goes back by another pointer",
		      (unsigned long long)pa);
	}
}

void *memory_table_ptr(struct machine *m, uint64_t pa)
{
	if (!is_ram(pa) || pa % IPMMU_PAGE_SIZE != 0 ||
	    m->memory.use[page_of(pa)] != MEMORY_LIBRARY) {
		found(m, "give-back", "%#llx is looked up as a table and is none",
		      (unsigned long long)pa);
	}
	return m->memory.cpu[page_of(pa)];
}

/* The walker sees whole lines, one after the other, and what they lead to is judged. */
void memory_clean(struct machine *m, const void *start, size_t size)
{
	struct memory *memory = &m->memory;
	size_t from = (size_t)((const uint8_t *)start - (const uint8_t *)memory->cpu) / 8;
	size_t to = from + (size + 7) / 8;
	size_t at;

	for (at = from / LINE_WORDS * LINE_WORDS; at < to; at += LINE_WORDS) {
		uint64_t *seen = &memory->ram[0][0] + at;
		const uint64_t *stored = &memory->cpu[0][0] + at;

		if (memory->use[at / MEMORY_PAGE_WORDS] != MEMORY_LIBRARY) {
			found(m, "give-back", "a table at %#llx is cleaned that went back",
			      (unsigned long long)(MEMORY_PA + at * 8));
		}
		if (memcmp(seen, stored, LINE_WORDS * 8) != 0) {
			model_before_store(m->model);
			memcpy(seen, stored, LINE_WORDS * 8);
			judge_reach(m);
		}
	}
}

bool memory_read(void *machine, uint64_t pa, uint64_t *value)
{
	const struct machine *m = machine;
	uint64_t offset = pa - MEMORY_PA;

	if (offset >= (uint64_t)MEMORY_PAGES * IPMMU_PAGE_SIZE) {
		return false;
	}
	*value = (&m->memory.ram[0][0])[offset / 8];
	return true;
}

/* ---- tables of the host ---- */

static uint64_t host_alloc(void *arg, uint32_t pages)
{
	struct machine *m = arg;
	uint32_t first = take(&m->memory, pages, MEMORY_HOST);

	return first < MEMORY_PAGES ? pa_of(first) : 0;
}

static void host_free(void *arg, uint64_t pa, uint32_t pages)
{
	give(arg, pa, pages, MEMORY_HOST);
}

static void host_store(void *arg, uint64_t pa, uint64_t value)
{
	struct machine *m = arg;

	model_before_store(m->model);
	(&m->memory.ram[0][0])[(pa - MEMORY_PA) / 8] = value;
}

struct model_memory memory_host(struct machine *m)
{
	struct model_memory memory = {m, host_alloc, host_free, memory_read, host_store};

	return memory;
}

void memory_copy(struct memory *to, const struct memory *from)
{
	uint32_t i;

	for (i = 0; i < MEMORY_PAGES; i++) {
		if (to->touched[i] || from->touched[i]) {
			memcpy(to->cpu[i], from->cpu[i], IPMMU_PAGE_SIZE);
			memcpy(to->ram[i], from->ram[i], IPMMU_PAGE_SIZE);
		}
	}
	memcpy(to->use, from->use, sizeof(to->use));
	memcpy(to->touched, from->touched, sizeof(to->touched));
	to->taken = from->taken;
}
