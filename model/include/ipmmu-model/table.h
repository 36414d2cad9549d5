/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * table.h - a small, plain builder of page tables: the independent reference of the tests.
 *
 * Slow and obvious on purpose. One entry per call of store, so that a test sees every step.
 */
#ifndef IPMMU_MODEL_TABLE_H
#define IPMMU_MODEL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** enum model_format - the three formats that the walker reads. */
enum model_format {
	MODEL_FORMAT_S2,
	MODEL_FORMAT_S1_AARCH32,
	MODEL_FORMAT_S1_AARCH64
};

/** struct model_memory - where tables live. */
struct model_memory {
	void *arg;
	/** @pages zeroed pages aligned to their size; 0 = none left. */
	uint64_t (*alloc)(void *arg, uint32_t pages);
	void (*free)(void *arg, uint64_t pa, uint32_t pages);
	bool (*load)(void *arg, uint64_t pa, uint64_t *value);
	void (*store)(void *arg, uint64_t pa, uint64_t value);
};

/** struct model_table - one address space. */
struct model_table {
	enum model_format format;
	uint32_t input_bits;
	uint64_t root; /**< address of the level-1 table */
	struct model_memory memory;
};

/** enum model_table_error - what a call answers; anything but OK has changed nothing. */
enum model_table_error {
	MODEL_TABLE_OK = 0,
	MODEL_TABLE_RANGE,     /**< outside of the input or output width */
	MODEL_TABLE_ALIGN,     /**< not a multiple of 4 KiB, no size, or part of a block */
	MODEL_TABLE_NO_MEMORY, /**< the exception: what was mapped stays mapped */
	MODEL_TABLE_MAPPED,    /**< part of it is mapped already */
	MODEL_TABLE_RIGHTS     /**< neither read nor write; write-only in stage 1 */
};

/**
 * model_table_create() - an empty table.
 * @input_bits: 33..40 for stage 2, 32 for AArch32, 39 for VMSAv8-64 stage 1; RANGE otherwise.
 *
 * The root is one page; two pages, aligned to 8 KiB, where 40 bits need two level-1 tables.
 */
enum model_table_error model_table_create(struct model_table *table, enum model_format format,
					  uint32_t input_bits,
					  const struct model_memory *memory);

/** model_table_destroy() - give all its pages back. No walker may know them any more. */
void model_table_destroy(struct model_table *table);

/**
 * model_table_map() - map @size bytes at @iova to @pa.
 * @blocks: use 1 GiB and 2 MiB blocks where alignment allows; else 4 KiB pages only.
 *
 * Nothing is flushed: entries that were not valid become valid.
 */
enum model_table_error model_table_map(struct model_table *table, uint64_t iova, uint64_t pa,
				       uint64_t size, bool read, bool write, bool blocks);

/**
 * model_table_unmap() - make the entries of a range invalid.
 *
 * Holes are no error. A block must lie wholly inside of the range. Tables that become empty
 * stay where they are until model_table_destroy(). Nothing is flushed: that is the caller's.
 */
enum model_table_error model_table_unmap(struct model_table *table, uint64_t iova,
					 uint64_t size);

#ifdef __cplusplus
}
#endif
#endif
