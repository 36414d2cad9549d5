// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * store.c - copies of a machine as differences from its first state, in a queue.
 *
 * Most of a machine never changes. A copy is a list of stretches: where, how many words, the
 * words. The queue is a list of blocks; a block goes when its last copy is dropped.
 */
#include "explore.h"

#include <stdlib.h>
#include <string.h>

#include "kit_cmocka.h"

#define BLOCK_BYTES ((size_t)1 << 20)

/** struct block - copies, one behind the other. */
struct block {
	struct block *next;
	size_t used;
	size_t taken;
	uint8_t bytes[];
};

/** struct stretch - words that differ. */
struct stretch {
	uint16_t first;
	uint16_t count; /**< 0 ends a copy */
	uint32_t spare;
};

struct explore_store {
	uint64_t *first;
	size_t words;
	struct block *oldest;
	struct block *newest;
	size_t bytes;
	uint64_t *scratch; /**< one copy at its largest */
};

struct explore_store *explore_store_new(const void *first, size_t size)
{
	struct explore_store *store = calloc(1, sizeof(*store));

	assert_non_null(store);
	assert_true(size % 8 == 0 && size / 8 <= UINT16_MAX);
	store->words = size / 8;
	store->first = malloc(size);
	store->scratch = malloc(2 * size + 2 * sizeof(struct stretch));
	assert_non_null(store->first);
	assert_non_null(store->scratch);
	memcpy(store->first, first, size);
	return store;
}

/* Words that differ from @at on; stops at the first that does not. */
static size_t run_length(const struct explore_store *store, const uint64_t *now, size_t at)
{
	size_t n = 0;

	while (at + n < store->words && now[at + n] != store->first[at + n]) {
		n++;
	}
	return n;
}

/* Returns the words written to scratch. */
static size_t encode(struct explore_store *store, const uint64_t *now)
{
	struct stretch stretch = {0, 0, 0};
	uint64_t *to = store->scratch;
	size_t at = 0;

	while (at < store->words) {
		size_t count = run_length(store, now, at);

		if (count == 0) {
			at++;
			continue;
		}
		stretch.first = (uint16_t)at;
		stretch.count = (uint16_t)count;
		memcpy(to++, &stretch, sizeof(stretch));
		memcpy(to, &now[at], count * 8);
		to += count;
		at += count;
	}
	stretch.count = 0;
	memcpy(to++, &stretch, sizeof(stretch));
	return (size_t)(to - store->scratch);
}

static struct block *block_for(struct explore_store *store, size_t bytes)
{
	struct block *block = store->newest;

	if (block != NULL && BLOCK_BYTES - block->used >= bytes) {
		return block;
	}
	block = malloc(sizeof(*block) + BLOCK_BYTES);
	assert_non_null(block);
	block->next = NULL;
	block->used = 0;
	block->taken = 0;
	if (store->newest != NULL) {
		store->newest->next = block;
	} else {
		store->oldest = block;
	}
	store->newest = block;
	store->bytes += BLOCK_BYTES;
	return block;
}

void explore_store_put(struct explore_store *store, const void *machine)
{
	size_t bytes = encode(store, machine) * 8;
	struct block *block = block_for(store, bytes);

	assert_true(bytes <= BLOCK_BYTES);
	memcpy(block->bytes + block->used, store->scratch, bytes);
	block->used += bytes;
}

static struct stretch stretch_at(const uint8_t *bytes)
{
	struct stretch stretch;

	memcpy(&stretch, bytes, sizeof(stretch));
	return stretch;
}

void explore_store_take(const struct explore_store *store, void *machine)
{
	const uint8_t *from = store->oldest->bytes + store->oldest->taken;
	uint64_t *words = machine;
	struct stretch stretch;

	memcpy(machine, store->first, store->words * 8);
	for (stretch = stretch_at(from); stretch.count != 0; stretch = stretch_at(from)) {
		from += sizeof(stretch);
		memcpy(&words[stretch.first], from, stretch.count * 8u);
		from += stretch.count * 8u;
	}
}

void explore_store_drop(struct explore_store *store)
{
	struct block *block = store->oldest;
	const uint8_t *from = block->bytes + block->taken;
	struct stretch stretch;

	for (stretch = stretch_at(from); stretch.count != 0; stretch = stretch_at(from)) {
		from += sizeof(stretch) + stretch.count * 8u;
	}
	block->taken = (size_t)(from - block->bytes) + sizeof(stretch);
	if (block->taken == block->used) {
		store->oldest = block->next;
		store->newest = block->next != NULL ? store->newest : NULL;
		store->bytes -= BLOCK_BYTES;
		free(block);
	}
}

size_t explore_store_bytes(const struct explore_store *store)
{
	return store->bytes;
}

void explore_store_free(struct explore_store *store)
{
	if (store == NULL) {
		return;
	}
	while (store->oldest != NULL) {
		struct block *next = store->oldest->next;

		free(store->oldest);
		store->oldest = next;
	}
	free(store->first);
	free(store->scratch);
	free(store);
}
