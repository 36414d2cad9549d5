// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * costs_watch.c - lock hooks that count register accesses and table stores between lock and
 * unlock.
 */
#include <string.h>

#include "costs.h"

struct hold costs_longest[COSTS_LOCKS];
static struct hold since[COSTS_LOCKS];
static uint64_t stores;

static unsigned long (*kit_lock)(void *host, void *lock);
static void (*kit_unlock)(void *host, void *lock, unsigned long saved);
static void (*kit_clean)(void *host, const void *start, size_t size);

static unsigned long lock_and_note(void *host, void *lock)
{
	const struct kit *kit = host;
	uint32_t before = kit->locks_held;
	unsigned long saved = kit_lock(host, lock);
	uint32_t i;

	for (i = 0; i < COSTS_LOCKS; i++) {
		if (((kit->locks_held & ~before) >> i & 1u) != 0) {
			since[i].accesses = kit->reads + kit->writes;
			since[i].stores = stores;
		}
	}
	return saved;
}

static uint64_t larger(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

static void unlock_and_note(void *host, void *lock, unsigned long saved)
{
	const struct kit *kit = host;
	uint32_t before = kit->locks_held;
	uint32_t i;

	kit_unlock(host, lock, saved);
	for (i = 0; i < COSTS_LOCKS; i++) {
		if (((before & ~kit->locks_held) >> i & 1u) != 0) {
			costs_longest[i].accesses =
				larger(costs_longest[i].accesses,
				       kit->reads + kit->writes - since[i].accesses);
			costs_longest[i].stores =
				larger(costs_longest[i].stores, stores - since[i].stores);
		}
	}
}

/* An entry counts when the walker sees another one than before. */
static void clean_and_count(void *host, const void *start, size_t size)
{
	const struct kit *kit = host;
	size_t at = (size_t)((const uint8_t *)start - kit->ram);
	size_t end = at + size;

	for (; kit->seen != NULL && at < end; at += sizeof(uint64_t)) {
		stores +=
			memcmp(kit->seen + at, kit->ram + at, sizeof(uint64_t)) != 0 ? 1u : 0u;
	}
	kit_clean(host, start, size);
}

/* Before a domain is made: it keeps a copy of some hooks. */
struct kit *costs_watched(const struct kit_config *config)
{
	struct kit *kit = kit_new(config);

	kit_lock = kit->ops.lock;
	kit_unlock = kit->ops.unlock;
	kit_clean = kit->ops.clean;
	kit->ops.lock = lock_and_note;
	kit->ops.unlock = unlock_and_note;
	kit->ops.clean = clean_and_count;
	return kit;
}

void costs_begin_watch(void)
{
	memset(costs_longest, 0, sizeof(costs_longest));
}

/* The formulas of the table below; one uTLB or two are all that a row's domain has. */
bool costs_holds_are_short(const struct size *s)
{
	uint64_t t = 7;
	uint64_t q = s->k + 1;
	uint64_t root = larger(s->a * (4ull + s->f + 2ull * s->c), 2 + s->f + 2 * q);
	uint64_t system = larger(larger(t, 3ull * s->k), 2 + s->f);

	root = larger(root, larger(q + 1 + s->c, system));
	return costs_longest[COSTS_ROOT].accesses <= root &&
	       costs_longest[COSTS_SYSTEM].accesses <= system &&
	       costs_longest[COSTS_TABLE].accesses == 0 &&
	       costs_longest[COSTS_TABLE].stores <= IPMMU_OWNED_BUDGET + 513u &&
	       costs_longest[COSTS_SYSTEM].stores == 0 && costs_longest[COSTS_ROOT].stores == 0;
}
