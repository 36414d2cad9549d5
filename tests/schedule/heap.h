/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * heap.h - small objects of the library and of the host. What was given back is poisoned, and
 * is not given out again in the same run: who reads or writes it is found, by AddressSanitizer
 * at once, without it by what the bytes then are.
 */
#ifndef SCHEDULE_HEAP_H
#define SCHEDULE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine;

enum {
	HEAP_BYTES = 192 * 1024,
	HEAP_OBJECTS = 2048,
	HEAP_POISON = 0xa5
};

/** enum heap_owner - who took an object. */
enum heap_owner {
	HEAP_LIBRARY,
	HEAP_LOCK,
	HEAP_HOST
};

/** struct heap_object - one object. */
struct heap_object {
	uint32_t at;
	uint32_t size;
	uint8_t owner;
	bool freed;
};

/** struct heap - plain bytes. */
struct heap {
	struct heap_object objects[HEAP_OBJECTS];
	uint32_t count;
	uint32_t used;
	uint32_t alive[HEAP_HOST + 1]; /**< objects that are not given back, by owner */
	uint8_t bytes[HEAP_BYTES] __attribute__((aligned(16)));
};

/** heap_take() - zeroed bytes; NULL when the heap is full. */
void *heap_take(struct machine *m, size_t size, enum heap_owner owner);
/** heap_give() - the end of an object. Finds what is no object, or was given back before. */
void heap_give(struct machine *m, void *object, size_t size, enum heap_owner owner);
/** heap_is_alive() - is @object one that was not given back? */
bool heap_is_alive(const struct machine *m, const void *object);
/** heap_check() - finds writes to what was given back. */
void heap_check(struct machine *m);
/** heap_open() / heap_seal() - before and after the bytes of the machine are copied. */
void heap_open(struct heap *heap);
void heap_seal(struct heap *heap);

#endif
