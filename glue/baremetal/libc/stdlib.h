/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * stdlib.h - for images without a C library: libfdt asks for the header, and for nothing of it
 * in the parts that are used.
 */
#ifndef IPMMU_LIBC_STDLIB_H
#define IPMMU_LIBC_STDLIB_H

#include <stddef.h>

unsigned long strtoul(const char *text, char **end, int base);

#endif
