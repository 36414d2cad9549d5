// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * random.c - the numbers that the model draws: always the same ones from one seed.
 */
#include "model_priv.h"

/* xorshift64*: its state is never 0. */
uint64_t model_random(struct model *m)
{
	uint64_t x = m->random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	m->random = x;
	return (x * 0x2545f4914f6cdd1dull) >> 16;
}
