// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * arena.c - objects and table pages out of one buffer. It takes no lock.
 *
 * The buffer holds: struct ipmmu_arena, a byte per pair of pages, objects, the pages. All links
 * are offsets.
 *
 * Objects. A block has 16 << class bytes; a freed block serves its class only, and is never
 * joined or split. At most as many blocks of a class are ever made as objects of that class
 * live at once. An object of at most B bytes needs a block of class(B) or of a class below it,
 * so one block of each of these per object that can live at once, less than twice the block of
 * class(B), serves every order of calls with every size up to B.
 *
 * Pages. They lie in slots of two. A single page takes a half-used slot if there is one; a pair
 * takes an empty slot. With at most N pages in use at once, a single opens an empty slot only
 * when no slot is half used, so at most (N + 1) / 2 slots ever hold singles: S. With P slots of
 * pairs S + 2 * P <= N, so S + P <= (N + S) / 2, which is at most 3/4 N slots and one half: N
 * and half of N pages serve every order of calls.
 */
#include <ipmmu/arena.h>

#include "ipmmu_port.h"
#include "object_sizes.h"

enum {
	MIN_BLOCK = 16,
	CLASSES = 27,
	SLOT_BYTES = 2 * IPMMU_PAGE_SIZE,
	SLOT_FULL = 3
};

struct ipmmu_arena {
	size_t free_blocks[CLASSES]; /* offset of the first; 0 = none */
	size_t unused;               /* first byte that no block has taken yet */
	size_t objects;              /* offset of the first block */
	size_t slots;                /* offset of the first page; objects end here */
	size_t object_bytes;
	uint64_t pa;
	uint32_t slot_count;
	uint32_t table_pages;
	uint32_t table_capacity;
};

static uint8_t *at(struct ipmmu_arena *arena, size_t offset)
{
	return (uint8_t *)arena + offset;
}

static uint8_t *slot_use(struct ipmmu_arena *arena)
{
	return at(arena, sizeof(*arena));
}

/* CLASSES when no class is large enough. */
static uint32_t class_of(size_t size)
{
	uint32_t c = 0;

	while (c < CLASSES && ((size_t)MIN_BLOCK << c) < size) {
		c++;
	}
	return c;
}

/* *sum += count * bytes; false on overflow. */
static bool add(size_t *sum, size_t count, size_t bytes)
{
	size_t product;

	return !__builtin_mul_overflow(count, bytes, &product) &&
	       !__builtin_add_overflow(*sum, product, sum);
}

/* One block of every class up to that of @bytes, @count times. */
static bool add_objects(size_t *sum, size_t count, size_t bytes)
{
	uint32_t c = class_of(bytes);

	return c < CLASSES && add(sum, count, ((size_t)MIN_BLOCK << (c + 1u)) - MIN_BLOCK);
}

static uint64_t slots_for(uint64_t table_pages)
{
	return (table_pages + (table_pages + 1u) / 2u + 1u) / 2u;
}

/* Everything before the objects, so that they start aligned for any type. */
static bool add_head(size_t *sum, uint64_t slots)
{
	if (slots > UINT32_MAX || !add(sum, 1, sizeof(struct ipmmu_arena) + MIN_BLOCK - 1u) ||
	    !add(sum, (size_t)slots, 1)) {
		return false;
	}
	*sum &= ~((size_t)MIN_BLOCK - 1u);
	return true;
}

size_t ipmmu_arena_size(const struct ipmmu_arena_needs *needs)
{
	const struct ipmmu_arena_needs *n = needs;
	uint64_t slots;
	size_t sum = 0;
	bool fits;

	if (n == NULL) {
		return 0;
	}
	slots = slots_for((uint64_t)n->table_pages + 2u * (uint64_t)n->roots);
	fits = add_head(&sum, slots);
#define ADD_(count, bytes) fits = fits && add_objects(&sum, count, bytes);
	IPMMU_OBJECTS(ADD_)
#undef ADD_
	if (!fits || !add(&sum, 1, SLOT_BYTES - 1u)) {
		return 0;
	}
	sum &= ~((size_t)SLOT_BYTES - 1u);
	return add(&sum, (size_t)slots, SLOT_BYTES) ? sum : 0;
}

/*
 * The one place of the core that casts a pointer to a number. C has no other way to look at the
 * alignment of an address, and pages of a misaligned buffer are not where @pa says.
 */
static bool is_aligned(const uint8_t *buffer)
{
	return ((uintptr_t)buffer & (SLOT_BYTES - 1u)) == 0u;
}

struct ipmmu_arena *ipmmu_arena_init(void *buffer, size_t size, struct ipmmu_pa pa,
				     uint32_t table_pages)
{
	const uint64_t limit = (uint64_t)1 << IPMMU_PA_BITS;
	uint64_t slots = slots_for(table_pages);
	struct ipmmu_arena *arena = buffer;
	size_t whole = size & ~((size_t)SLOT_BYTES - 1u);
	size_t head = 0;
	size_t need = 0;

	if (buffer == NULL || !is_aligned(buffer) || pa.v % SLOT_BYTES != 0u || pa.v > limit ||
	    size > limit - pa.v) {
		return NULL;
	}
	if (!add_head(&head, slots) || !add(&need, 1, head) ||
	    !add(&need, (size_t)slots, SLOT_BYTES) || need > whole) {
		return NULL;
	}
	memset(buffer, 0, size);
	arena->pa = pa.v;
	arena->slot_count = (uint32_t)slots;
	arena->table_capacity = table_pages;
	arena->objects = head;
	arena->unused = head;
	arena->slots = whole - (size_t)slots * SLOT_BYTES;
	return arena;
}

void *ipmmu_arena_alloc(struct ipmmu_arena *arena, size_t size)
{
	uint32_t c = class_of(size);
	size_t block;
	size_t offset;

	if (c == CLASSES) {
		return NULL;
	}
	block = (size_t)MIN_BLOCK << c;
	offset = arena->free_blocks[c];
	if (offset != 0u) {
		memcpy(&arena->free_blocks[c], at(arena, offset), sizeof(offset));
	} else if (arena->slots - arena->unused >= block) {
		offset = arena->unused;
		arena->unused += block;
	} else {
		return NULL;
	}
	arena->object_bytes += block;
	memset(at(arena, offset), 0, block);
	return at(arena, offset);
}

void ipmmu_arena_free(struct ipmmu_arena *arena, void *object, size_t size)
{
	uint32_t c = class_of(size);
	size_t offset;

	if (object == NULL || c == CLASSES) {
		return;
	}
	offset = (size_t)((uint8_t *)object - at(arena, 0));
	memcpy(object, &arena->free_blocks[c], sizeof(offset));
	arena->free_blocks[c] = offset;
	arena->object_bytes -= (size_t)MIN_BLOCK << c;
}

/* A half-used slot if there is one and @half may be taken, else an empty one. */
static uint32_t slot_find(struct ipmmu_arena *arena, bool half)
{
	const uint8_t *use = slot_use(arena);
	uint32_t empty = arena->slot_count;
	uint32_t i;

	for (i = arena->slot_count; i-- > 0u;) {
		if (half && use[i] != 0u && use[i] != SLOT_FULL) {
			return i;
		}
		if (use[i] == 0u) {
			empty = i;
		}
	}
	return empty;
}

void *ipmmu_arena_table_alloc(struct ipmmu_arena *arena, uint32_t pages, struct ipmmu_pa *pa)
{
	uint32_t slot;
	uint32_t bits;
	size_t offset;

	if (pages < 1u || pages > 2u || arena->table_capacity - arena->table_pages < pages) {
		return NULL;
	}
	slot = slot_find(arena, pages == 1u);
	if (slot == arena->slot_count) {
		return NULL; /* not reached: see the proof above */
	}
	bits = pages == 2u ? SLOT_FULL : (slot_use(arena)[slot] & 1u) + 1u;
	offset = arena->slots + (size_t)slot * SLOT_BYTES;
	offset += bits == 2u ? IPMMU_PAGE_SIZE : 0u;
	slot_use(arena)[slot] = (uint8_t)(slot_use(arena)[slot] | bits);
	arena->table_pages += pages;
	pa->v = arena->pa + offset;
	return at(arena, offset);
}

void ipmmu_arena_table_free(struct ipmmu_arena *arena, void *table, struct ipmmu_pa pa,
			    uint32_t pages)
{
	uint64_t first = arena->pa + arena->slots;
	uint64_t page = (pa.v - first) / IPMMU_PAGE_SIZE;
	uint32_t bits = pages == 2u ? SLOT_FULL : 1u << (page & 1u);
	uint8_t *use;

	if (table == NULL || pa.v < first || page / 2u >= arena->slot_count) {
		return;
	}
	use = &slot_use(arena)[page / 2u];
	if (pages < 1u || pages > 2u || (*use & bits) != bits) {
		return;
	}
	*use = (uint8_t)(*use & ~bits);
	arena->table_pages -= pages;
}

void ipmmu_arena_query(const struct ipmmu_arena *arena, struct ipmmu_arena_use *use)
{
	use->object_bytes = arena->object_bytes;
	use->object_capacity = arena->slots - arena->objects;
	use->table_pages = arena->table_pages;
	use->table_capacity = arena->table_capacity;
}
