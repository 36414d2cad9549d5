/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * arena.h - one buffer that serves the memory hooks, for hosts without a heap.
 *
 * The arena keeps all its state inside the buffer. Bytes saved and put back at the same address
 * restore it, and every object in it, exactly.
 */
#ifndef IPMMU_ARENA_H
#define IPMMU_ARENA_H

#include <ipmmu/desc.h>
#include <ipmmu/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct ipmmu_arena - opaque; lives at the start of the caller's buffer. */
struct ipmmu_arena;

/** struct ipmmu_arena_needs - the numbers that decide how much memory a system takes. */
struct ipmmu_arena_needs {
	uint32_t roots;         /**< MMUs that are roots */
	uint32_t caches;        /**< MMUs that are caches */
	uint32_t masters;       /**< masters added at the same time */
	uint32_t domains;       /**< domains at the same time */
	uint32_t table_pages;   /**< table pages besides the deny tables; for owned tables see
				   ipmmu_owned_table_pages() */
	uint32_t owned_domains; /**< of the domains, those that own their tables */
};

/**
 * ipmmu_arena_size() - bytes of a buffer that can hold a system.
 * @needs: the largest numbers that the host will use.
 *
 * Enough for any order of calls within these numbers: the buffer never fragments below them.
 * For table pages that takes half as many pages again as there can be in use.
 *
 * Return: bytes; 0 when @needs is NULL or the sum does not fit a size_t.
 * Context: any; pure.
 */
size_t ipmmu_arena_size(const struct ipmmu_arena_needs *needs);

/**
 * ipmmu_arena_init() - make an arena of a buffer.
 * @buffer:      the bytes, aligned to 8 KiB.
 * @size:        how many, from ipmmu_arena_size().
 * @pa:          machine address of @buffer, aligned to 8 KiB, wholly below 2^40.
 * @table_pages: table pages that can be in use at once, deny tables (two per root) included.
 *
 * Return: the arena, or, with nothing written, NULL when the buffer is missing, too small or
 * not aligned, or @pa is not as said. Context: no lock. Clears the whole buffer.
 */
struct ipmmu_arena *ipmmu_arena_init(void *buffer, size_t size, struct ipmmu_pa pa,
				     uint32_t table_pages);

/**
 * ipmmu_arena_alloc() - as ipmmu_ops.alloc.
 * Context: the host locks where it has several CPUs; this holds for all calls below.
 */
void *ipmmu_arena_alloc(struct ipmmu_arena *arena, size_t size);

/** ipmmu_arena_free() - as ipmmu_ops.free; @size is the one of the allocation. */
void ipmmu_arena_free(struct ipmmu_arena *arena, void *object, size_t size);

/** ipmmu_arena_table_alloc() - as ipmmu_ops.table_alloc. NULL when @pages is not 1 or 2. */
void *ipmmu_arena_table_alloc(struct ipmmu_arena *arena, uint32_t pages, struct ipmmu_pa *pa);

/** ipmmu_arena_table_free() - as ipmmu_ops.table_free. Pages not in use are left alone. */
void ipmmu_arena_table_free(struct ipmmu_arena *arena, void *table, struct ipmmu_pa pa,
			    uint32_t pages);

/** struct ipmmu_arena_use - how full an arena is. */
struct ipmmu_arena_use {
	size_t object_bytes;     /**< in use now by small objects, with the rounding of each */
	size_t object_capacity;  /**< bytes set aside for small objects */
	uint32_t table_pages;    /**< in use now */
	uint32_t table_capacity; /**< that can be in use at once */
};

/** ipmmu_arena_query() - fill in *@use. Context: as the other calls. */
void ipmmu_arena_query(const struct ipmmu_arena *arena, struct ipmmu_arena_use *use);

#ifdef __cplusplus
}
#endif
#endif
