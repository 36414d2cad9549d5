/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * kit_cmocka.h - CMocka with the headers that it wants before it.
 */
#ifndef IPMMU_TESTS_KIT_CMOCKA_H
#define IPMMU_TESTS_KIT_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
