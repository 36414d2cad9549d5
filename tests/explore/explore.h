/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * explore.h - every state that a machine can get into, by breadth-first search.
 *
 * A machine is plain bytes that stay at one address, with actions that change it. The search
 * copies the bytes away and back; it knows nothing of what they mean but a key: two states with
 * one key are taken for the same. It does not judge states: actions do, by failing the test;
 * explore_tell_path() then names the shortest sequence of actions that leads there.
 */
#ifndef IPMMU_TESTS_EXPLORE_H
#define IPMMU_TESTS_EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** struct explore_action - one thing that can happen. */
struct explore_action {
	const char *name;
	/** Do it. False: not possible here, and nothing was changed. */
	bool (*run)(void *machine, int a, int b);
	int a;
	int b;
};

/** struct explore_plan - what to search. The bytes as they are at the start are the first
 * state. */
struct explore_plan {
	void *machine;
	size_t size; /**< of it; a multiple of 8, below 512 KiB */
	uint64_t (*key)(void *machine);
	const struct explore_action *actions;
	uint32_t action_count;
	uint32_t most_states; /**< the search gives up over this */
};

/** struct explore_counts - what was found. */
struct explore_counts {
	uint64_t states;
	uint64_t transitions; /**< actions that were possible */
	uint32_t depth;       /**< longest of the shortest paths */
	size_t most_bytes;    /**< memory that states took at once */
	bool closed;          /**< false: given up */
};

/** struct explore - a search. */
struct explore;

/** explore_new() - a search of @plan; what it points at must stay. */
struct explore *explore_new(const struct explore_plan *plan);
/** explore_run() - search until nothing new comes. */
struct explore_counts explore_run(struct explore *explore);
/** explore_tell_path() - print how the machine came to where it is now, by print_error(). */
void explore_tell_path(const struct explore *explore);
/** explore_path_length() - actions from the start to where the machine is now. */
uint32_t explore_path_length(const struct explore *explore);
/** explore_free() - NULL does nothing. */
void explore_free(struct explore *explore);

/** explore_mix() - take a value into a key. */
uint64_t explore_mix(uint64_t key, uint64_t value);

/* ---- store.c: compact copies, first in, first out ---- */

/** struct explore_store - copies of a machine, as differences from a first one. */
struct explore_store;

struct explore_store *explore_store_new(const void *first, size_t size);
/** explore_store_put() - keep a copy. */
void explore_store_put(struct explore_store *store, const void *machine);
/** explore_store_take() - the oldest copy, into @machine; it stays until it is dropped. */
void explore_store_take(const struct explore_store *store, void *machine);
/** explore_store_drop() - forget the oldest copy. */
void explore_store_drop(struct explore_store *store);
size_t explore_store_bytes(const struct explore_store *store);
void explore_store_free(struct explore_store *store);

/* ---- expected.c: the numbers that were recorded ---- */

/** explore_expect() - fail unless the file of recorded numbers has these under @name. */
void explore_expect(const char *name, const struct explore_counts *counts);

#endif
