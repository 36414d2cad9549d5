// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * memory.c - RAM of a play: the CPU's view, and what masters and walkers see after a clean.
 */
#include "play.h"

#include <string.h>

enum {
	RUBBISH = 0xa5 /* to a walker it looks like an entry that leads far away */
};

void *judge_view(uint64_t pa)
{
	return play_now.view + (pa - play_now.machine->ram);
}

uint64_t judge_pa(const void *view)
{
	return play_now.machine->ram + (uint64_t)((const uint8_t *)view - play_now.view);
}

static bool pages_free(uint32_t first, uint32_t pages)
{
	uint32_t i;

	for (i = 0; i < pages; i++) {
		if (play_now.used[first + i] != 0) {
			return false;
		}
	}
	return true;
}

/* What was not cleaned is rubbish to walkers. */
static void pages_mark(uint32_t first, uint32_t pages, uint8_t used)
{
	model_before_store(play_now.model);
	memset(play_now.used + first, used, pages);
	memset(play_now.view + (size_t)first * JUDGE_PAGE, 0, (size_t)pages * JUDGE_PAGE);
	memset(play_now.ram + (size_t)first * JUDGE_PAGE, RUBBISH, (size_t)pages * JUDGE_PAGE);
}

void *judge_pages_alloc(uint32_t pages)
{
	uint32_t align = 1;
	uint32_t first;

	while (align < pages) {
		align *= 2;
	}
	for (first = 0; first + pages <= JUDGE_PAGES; first += align) {
		if (pages_free(first, pages)) {
			pages_mark(first, pages, 1);
			return play_now.view + (size_t)first * JUDGE_PAGE;
		}
	}
	return NULL;
}

static bool elsewhere_table(void *arg, uint32_t context, uint64_t pa)
{
	const uint64_t *range = arg;

	(void)context;
	return pa < range[0] || pa >= range[1];
}

void judge_pages_free(void *view, uint32_t pages)
{
	uint64_t range[2] = {judge_pa(view), judge_pa(view) + (uint64_t)pages * JUDGE_PAGE};
	uint32_t unit;

	for (unit = 0; unit < play_now.machine->unit_count; unit++) {
		judge_expect(!play_is_root(unit) || model_table_reach(play_now.model, unit,
								      elsewhere_table, range),
			     "TABLE_FREED_IN_REACH");
	}
	pages_mark((uint32_t)((size_t)((uint8_t *)view - play_now.view) / JUDGE_PAGE), pages,
		   0);
}

uint32_t judge_pages_used(void)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < JUDGE_PAGES; i++) {
		count += play_now.used[i];
	}
	return count;
}

void judge_clean(const void *view, size_t size)
{
	size_t at = (size_t)((const uint8_t *)view - play_now.view);

	model_before_store(play_now.model);
	memcpy(play_now.ram + at, play_now.view + at, size);
}

bool play_read64(void *arg, uint64_t pa, uint64_t *value)
{
	uint64_t at = pa - play_now.machine->ram;

	(void)arg;
	if (pa < play_now.machine->ram || at > (uint64_t)JUDGE_PAGES * JUDGE_PAGE - 8) {
		return false;
	}
	memcpy(value, play_now.ram + at, 8); /* judges run on little-endian hosts */
	return true;
}
