/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * asan.h - what AddressSanitizer has to be told: stacks that change, and memory that was given
 * back. Empty in builds without it.
 */
#ifndef SCHEDULE_ASAN_H
#define SCHEDULE_ASAN_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define SCHEDULE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SCHEDULE_ASAN 1
#endif
#endif

#ifdef SCHEDULE_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#else
static inline void __asan_poison_memory_region(void const volatile *start, size_t size)
{
	(void)start;
	(void)size;
}

static inline void __asan_unpoison_memory_region(void const volatile *start, size_t size)
{
	(void)start;
	(void)size;
}

static inline void __sanitizer_start_switch_fiber(void **fake, const void *stack, size_t size)
{
	(void)fake;
	(void)stack;
	(void)size;
}

static inline void __sanitizer_finish_switch_fiber(void *fake, const void **stack, size_t *size)
{
	(void)fake;
	(void)stack;
	(void)size;
}

static inline void __sanitizer_set_death_callback(void (*callback)(void))
{
	(void)callback;
}
#endif

#endif
