// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * store_watch.c - the calls that the compiler makes around every access: all are nothing but
 * that before a volatile store of 64 bits, which is how the engine writes an entry.
 */
#include "store_watch.h"

#include <stddef.h>

void (*store_watch)(const void *slot);

/* Reserved names, since the compiler chose them. */
#define PASS(name) \
	void name(void *at); \
	void name(void *at) \
	{ \
		(void)at; \
	}

PASS(__tsan_read1)
PASS(__tsan_write1)
PASS(__tsan_unaligned_read1)
PASS(__tsan_unaligned_write1)
PASS(__tsan_volatile_read1)
PASS(__tsan_volatile_write1)
PASS(__tsan_read2)
PASS(__tsan_write2)
PASS(__tsan_unaligned_read2)
PASS(__tsan_unaligned_write2)
PASS(__tsan_volatile_read2)
PASS(__tsan_volatile_write2)
PASS(__tsan_read4)
PASS(__tsan_write4)
PASS(__tsan_unaligned_read4)
PASS(__tsan_unaligned_write4)
PASS(__tsan_volatile_read4)
PASS(__tsan_volatile_write4)
PASS(__tsan_read8)
PASS(__tsan_write8)
PASS(__tsan_unaligned_read8)
PASS(__tsan_unaligned_write8)
PASS(__tsan_volatile_read8)
PASS(__tsan_read16)
PASS(__tsan_write16)
PASS(__tsan_unaligned_read16)
PASS(__tsan_unaligned_write16)
PASS(__tsan_volatile_read16)
PASS(__tsan_volatile_write16)
PASS(__tsan_func_entry)

void __tsan_init(void);
void __tsan_init(void)
{
}

void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
}

void __tsan_volatile_write8(void *at);
void __tsan_volatile_write8(void *at)
{
	if (store_watch != NULL) {
		store_watch(at);
	}
}
