// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * heap.c - objects one behind the other; the place of one that was given back stays empty.
 */
#include "heap.h"

#include <string.h>

#include "asan.h"
#include "machine.h"

enum {
	GAP = 16 /* between two objects: nobody may touch it */
};

void *heap_take(struct machine *m, size_t size, enum heap_owner owner)
{
	struct heap *heap = &m->heap;
	uint32_t room = ((uint32_t)size + 15u) / 16u * 16u + GAP;
	struct heap_object *object = &heap->objects[heap->count];
	void *bytes;

	if (heap->count == HEAP_OBJECTS || room > HEAP_BYTES - heap->used) {
		m->device.was_poor = true;
		return NULL;
	}
	object->at = heap->used;
	object->size = (uint32_t)size;
	object->owner = (uint8_t)owner;
	object->freed = false;
	heap->count++;
	heap->used += room;
	heap->alive[owner]++;
	bytes = heap->bytes + object->at;
	__asan_unpoison_memory_region(bytes, size);
	return memset(bytes, 0, size);
}

static struct heap_object *find(struct heap *heap, const void *bytes)
{
	const uint8_t *start = bytes;
	uint32_t i;

	if (start < heap->bytes || start >= heap->bytes + heap->used) {
		return NULL;
	}
	/* What was taken last is given back first, mostly. */
	for (i = heap->count; i > 0; i--) {
		if (heap->bytes + heap->objects[i - 1].at == start) {
			return &heap->objects[i - 1];
		}
	}
	return NULL;
}

bool heap_is_alive(const struct machine *m, const void *bytes)
{
	const struct heap_object *object = find((struct heap *)&m->heap, bytes);

	return object != NULL && !object->freed;
}

void heap_give(struct machine *m, void *bytes, size_t size, enum heap_owner owner)
{
	struct heap_object *object = find(&m->heap, bytes);

	if (object == NULL || object->freed || object->size != size ||
	    object->owner != (uint8_t)owner) {
		found(m, "give-back", "%zu bytes are given back that %s", size,
		      object == NULL  ? "nobody took"
		      : object->freed ? "were given back before"
				      : "were taken in another size or by another");
	}
	object->freed = true;
	m->heap.alive[owner]--;
	memset(bytes, HEAP_POISON, size);
	__asan_poison_memory_region(bytes, size);
}

/* Nobody may read the bytes just now, this checker included. */
void heap_check(struct machine *m)
{
	struct heap *heap = &m->heap;
	uint32_t i;
	uint32_t b;

	heap_open(heap);
	for (i = 0; i < heap->count; i++) {
		const struct heap_object *object = &heap->objects[i];

		for (b = 0; object->freed && b < object->size; b++) {
			if (heap->bytes[object->at + b] != HEAP_POISON) {
				found(m, "give-back",
				      "byte %u of an object of %u bytes was written after it "
				      "was given back",
				      b, object->size);
			}
		}
	}
	heap_seal(heap);
}

void heap_open(struct heap *heap)
{
	__asan_unpoison_memory_region(heap->bytes, sizeof(heap->bytes));
}

void heap_seal(struct heap *heap)
{
	uint32_t i;

	__asan_poison_memory_region(heap->bytes, sizeof(heap->bytes));
	for (i = 0; i < heap->count; i++) {
		const struct heap_object *object = &heap->objects[i];

		if (!object->freed) {
			__asan_unpoison_memory_region(heap->bytes + object->at, object->size);
		}
	}
}
