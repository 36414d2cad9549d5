/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * memory.h - RAM for tables: pages as the CPU has them, and as the walker sees them. The
 * walker sees what was cleaned, and rubbish until then.
 */
#ifndef SCHEDULE_MEMORY_H
#define SCHEDULE_MEMORY_H

#include <ipmmu-model/table.h>
#include <ipmmu/types.h>

struct machine;

enum {
	MEMORY_PAGES = 64,
	MEMORY_PAGE_WORDS = IPMMU_PAGE_SIZE / 8
};

/** Where the RAM is for the walker. */
#define MEMORY_PA 0x40000000ull

/** enum memory_use - who has a page. */
enum memory_use {
	MEMORY_FREE,
	MEMORY_LIBRARY,
	MEMORY_HOST
};

/** struct memory - plain bytes. */
struct memory {
	uint8_t use[MEMORY_PAGES];
	bool touched[MEMORY_PAGES]; /**< was in use at any time */
	uint32_t taken;             /**< pages that the library has */
	/** For the CPU, and for the walker. Host tables are only in the second. */
	uint64_t cpu[MEMORY_PAGES][MEMORY_PAGE_WORDS] __attribute__((aligned(8192)));
	uint64_t ram[MEMORY_PAGES][MEMORY_PAGE_WORDS];
};

void memory_init(struct machine *m);
/** memory_table_alloc() - pages of rubbish for the library; NULL = none left. */
void *memory_table_alloc(struct machine *m, uint32_t pages, struct ipmmu_pa *pa);
/** memory_table_free() - finds pages that a walker can reach, or that nobody took. */
void memory_table_free(struct machine *m, const void *table, uint64_t pa, uint32_t pages);
/** memory_table_ptr() - finds addresses that are no table of the library. */
void *memory_table_ptr(struct machine *m, uint64_t pa);
/** memory_clean() - the walker sees what the CPU has stored. */
void memory_clean(struct machine *m, const void *start, size_t size);
/** memory_read() - as the walker does; false where no memory is. For struct model_bus. */
bool memory_read(void *machine, uint64_t pa, uint64_t *value);
/** memory_host() - where the host builds its tables. */
struct model_memory memory_host(struct machine *m);
/** memory_copy() - the pages that were touched in either, and what is known of all. */
void memory_copy(struct memory *to, const struct memory *from);

#endif
