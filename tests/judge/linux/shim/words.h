/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * words.h - types, sizes and bits of Linux that its driver and its page tables ask for, here
 * and in the benchmark. Not a copy of Linux's headers: written from what the code calls.
 */
#ifndef KERNEL_WORDS_H
#define KERNEL_WORDS_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t u32;
typedef int64_t s64;
typedef uint64_t u64;
typedef uint64_t phys_addr_t;
typedef uint64_t dma_addr_t;
typedef unsigned int gfp_t;

#define container_of(at, type, member) ((type *)((char *)(at)-offsetof(type, member)))
#define ARRAY_SIZE(array)              (sizeof(array) / sizeof((array)[0]))
#define READ_ONCE(x)                   (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value)           (*(volatile __typeof__(x) *)&(x) = (value))
#define DIV_ROUND_UP(n, d)             (((n) + (d)-1) / (d))
#define min_t(type, a, b)              ((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define min(a, b)                      min_t(__typeof__(a), a, b)

#define SZ_4K     0x1000ul
#define SZ_16K    0x4000ul
#define SZ_64K    0x10000ul
#define SZ_2M     0x200000ul
#define SZ_32M    0x2000000ul
#define SZ_512M   0x20000000ul
#define SZ_1G     0x40000000ul
#define SZ_2G     0x80000000ul
#define PAGE_SIZE SZ_4K
#define PAGE_MASK (~(PAGE_SIZE - 1))

#define BIT(n)                 (1ul << (n))
#define GENMASK_ULL(high, low) ((~0ull >> (63 - (high))) & (~0ull << (low)))
#define ilog2(n)               (63 - __builtin_clzll(n))
#define __fls(word)            ((unsigned long)(63 - __builtin_clzl(word)))
#define __ffs(word)            ((unsigned long)__builtin_ctzl(word))

#endif
