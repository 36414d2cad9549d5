/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * limits.h - for images without a C library: GCC's own asks for the one of a C library.
 */
#ifndef IPMMU_LIBC_LIMITS_H
#define IPMMU_LIBC_LIMITS_H

#define INT_MAX   __INT_MAX__
#define INT_MIN   (-INT_MAX - 1)
#define UINT_MAX  (__INT_MAX__ * 2u + 1u)
#define LONG_MAX  __LONG_MAX__
#define ULONG_MAX (__LONG_MAX__ * 2ul + 1ul)

#endif
