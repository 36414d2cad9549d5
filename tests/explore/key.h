/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * key.h - the key of a kit: what decides how it goes on.
 */
#ifndef IPMMU_TESTS_KEY_H
#define IPMMU_TESTS_KEY_H

#include "kit.h"

/** explore_kit_key() - the same for two states of a kit that behave alike from now on. */
uint64_t explore_kit_key(void *kit);

#endif
