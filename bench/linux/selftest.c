// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * selftest.c - Linux's own test of its page tables, on the stand-in that the benchmark uses: it
 * says "N PASS N FAIL" on standard error. Exit codes: 0 all passed and nothing warned, 1 not.
 */
#include <peer.h>
#include "peer_side.h"

#include <stdio.h>

int main(void)
{
	static struct bench_memory memory;
	int rc;

	bench_memory_reset(&memory);
	peer_memory = &memory;
	rc = peer_selftest();
	fprintf(stderr, "%u warnings\n", peer_warnings());
	return rc == 0 && peer_warnings() == 0 ? 0 : 1;
}
