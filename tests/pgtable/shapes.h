/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * shapes.h - what the tests' own walker knows of the formats, written again on purpose.
 */
#ifndef IPMMU_TESTS_SHAPES_H
#define IPMMU_TESTS_SHAPES_H

#include "ground.h"

static const struct ground_shape shape_fake __attribute__((unused)) = {
	.index_bits = 2,
	.address_lg2 = 8,
	.address = 0x0000fffffff00000ull,
	.valid = 1ull << 62,
	.table = 1ull << 62 | 1ull << 3,
	.table_needs = 1ull << 10,
	.page = 1ull << 62,
	.attributes = 0x000c000000006007ull,
};

/* The same with two entries to a table. */
static const struct ground_shape shape_tiny __attribute__((unused)) = {
	.index_bits = 1,
	.address_lg2 = 8,
	.address = 0x0000fffffff00000ull,
	.valid = 1ull << 62,
	.table = 1ull << 62 | 1ull << 3,
	.table_needs = 1ull << 10,
	.page = 1ull << 62,
	.attributes = 0x000c000000006007ull,
};

static const struct ground_shape shape_s2 __attribute__((unused)) = {
	.index_bits = 9,
	.address_lg2 = 0,
	.address = 0x000000fffffff000ull,
	.valid = 1,
	.table = 3,
	.table_needs = 0,
	.page = 3,
	.attributes = 0x0040000000000ffcull,
};

static const struct ground_shape shape_s1 __attribute__((unused)) = {
	.index_bits = 9,
	.address_lg2 = 0,
	.address = 0x000000fffffff000ull,
	.valid = 1,
	.table = 3,
	.table_needs = 1ull << 63,
	.page = 3,
	.attributes = 0x0060000000000ffcull,
};

#endif
