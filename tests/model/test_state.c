// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_state.c - the model is a function of its bytes: one seed gives one trace, and bytes put
 * back go on as they did.
 */
#include "bench.h"

#define STEPS 4000u

static struct bench b;
static uint64_t saved[16384];
static uint64_t saved_ram[BENCH_PAGES * 512];

/* Drives registers, tables and accesses from @seed; the result is a hash of all that is seen.
 */
static uint64_t drive(uint32_t seed, uint32_t steps)
{
	uint64_t hash = 1469598103934665603ull;
	uint32_t i;

	for (i = 0; i < steps; i++) {
		uint32_t unit = seed >> 29 & 1 ? CACHE_A : CACHE_B;
		uint32_t n = 1 + (seed >> 20 & 1);
		uint64_t iova = (uint64_t)(seed >> 12 & 7) << 12;

		switch (seed >> 26 & 7) {
		case 0:
			bench_utlb(&b, unit, seed >> 16 & 1, n, (seed & 256) != 0);
			break;
		case 1:
			bench_flush(&b, (seed & 512) != 0 ? ROOT : unit, n);
			break;
		case 2:
			bench_page(&b, n == 1 ? 0 : 4, iova, seed & 0xf000, RW);
			break;
		case 3:
			bench_clear(&b, n == 1 ? 0 : 4, iova);
			break;
		case 4:
			bench_set(&b, ROOT, n, IMSTR, 0);
			break;
		default:
			model_tick(b.m, 1);
			hash ^= bench_lands(&b, unit, seed >> 16 & 1, iova);
			break;
		}
		hash = (hash ^ bench_get(&b, ROOT, n, IMSTR)) * 1099511628211ull;
		seed = seed * 1664525u + 1013904223u;
	}
	return hash;
}

static void start(enum model_tlb_mode mode, uint64_t seed)
{
	bench_prepare(&b, MODEL_GEN3);
	b.config.tlb_mode = mode;
	b.config.seed = seed;
	b.config.context_tlb_entries = mode == MODEL_TLB_RANDOM ? 2 : 64;
	b.config.utlb_tlb_entries = mode == MODEL_TLB_RANDOM ? 2 : 64;
	b.units[CACHE_A].utlbs = 2;
	b.units[CACHE_B].utlbs = 2;
	bench_power_on(&b);
	model_write(b.m, ROOT, 0x504, 8);
	bench_context(&b, 1, 0);
	bench_context(&b, 2, 4);
}

static void one_seed_gives_one_trace_and_other_bytes_by_another(void **state)
{
	uint64_t first;

	(void)state;
	start(MODEL_TLB_RANDOM, 1);
	first = drive(7, STEPS);
	memcpy(saved, b.buffer, b.size);
	start(MODEL_TLB_RANDOM, 1);
	assert_true(first == drive(7, STEPS));
	assert_memory_equal(saved, b.buffer, b.size);
	start(MODEL_TLB_RANDOM, 2);
	assert_true(first != drive(7, STEPS));
}

static void check_restore(enum model_tlb_mode mode)
{
	uint64_t first;

	start(mode, 3);
	(void)drive(11, STEPS / 4);
	memcpy(saved, b.buffer, b.size);
	memcpy(saved_ram, b.ram, sizeof(b.ram));
	first = drive(13, STEPS / 4);
	(void)drive(17, STEPS / 4);
	memcpy(b.buffer, saved, b.size);
	memcpy(b.ram, saved_ram, sizeof(b.ram));
	assert_true(first == drive(13, STEPS / 4));
}

static void bytes_put_back_go_on_as_they_did(void **state)
{
	(void)state;
	check_restore(MODEL_TLB_OFF);
	check_restore(MODEL_TLB_RANDOM);
	check_restore(MODEL_TLB_ADVERSARIAL);
}

struct seen {
	uint32_t pages; /* bit n: IOVA n * 4 KiB is told to reach somewhere */
};

static bool note(void *arg, const struct model_reach *reach)
{
	struct seen *seen = arg;

	seen->pages |= 1u << (reach->iova >> 12 & 31);
	return true;
}

/* Whatever an access gets, reach told before; and the adversary holds more than tables do. */
static void reach_tells_all_that_accesses_get(void **state)
{
	uint32_t i;
	uint32_t iova;

	(void)state;
	start(MODEL_TLB_ADVERSARIAL, 5);
	for (i = 0; i < 300; i++) {
		struct seen seen = {0};

		(void)drive(i * 2654435761u, 8);
		assert_true(model_reach(b.m, CACHE_A, 0, note, &seen));
		for (iova = 0; iova < 8; iova++) {
			struct model_access access =
				bench_access(&b, CACHE_A, 0, iova << 12, false);

			if (access.state == MODEL_ACCESS_DONE && !access.bypass) {
				assert_true((seen.pages & 1u << iova) != 0);
				assert_true(bench_reaches(&b, CACHE_A, 0, access.pa, -1));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_seed_gives_one_trace_and_other_bytes_by_another),
		cmocka_unit_test(bytes_put_back_go_on_as_they_did),
		cmocka_unit_test(reach_tells_all_that_accesses_get),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
