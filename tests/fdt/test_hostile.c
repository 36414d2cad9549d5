// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_hostile.c - trees cut at every length, and trees with damaged bytes and cells.
 * Built with its own copy of the reader under the address and undefined-behaviour sanitizers;
 * whatever is still described must hold together.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "load.h"

enum {
	ROUNDS = 4000
};

static const char *const files[] = {"good_gen3", "gen4", "good_gen2", "sparse_map",
				    "partial_mixed"};

#define FILES (sizeof(files) / sizeof(files[0]))

/* The nightly run gives a new seed in each round; xorshift must not start at 0. */
static uint32_t first_seed(uint32_t fixed)
{
	const char *text = getenv("IPMMU_TEST_SEED");

	if (text != NULL) {
		fixed += (uint32_t)strtoul(text, NULL, 10) * 2654435761u;
	}
	return fixed == 0 ? 1 : fixed;
}

/* xorshift: the same numbers on every machine. */
static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void text_ends(const struct load *load, const char *text)
{
	size_t at = (size_t)(text - load->storage.text);

	assert_true(at < load->storage.text_size);
	assert_non_null(memchr(text, 0, load->storage.text_size - at));
}

static void mmus_hold(const struct load *load)
{
	const struct ipmmu_system_desc *desc = &load->result.desc;
	uint32_t i;
	uint32_t j;

	for (i = 0; i < desc->mmu_count; i++) {
		const struct ipmmu_mmu_desc *mmu = &desc->mmus[i];

		text_ends(load, mmu->name);
		assert_non_null(mmu->soc);
		assert_true(mmu->root < desc->mmu_count);
		assert_int_equal(desc->mmus[mmu->root].root, mmu->root);
		assert_true((mmu->root == i) == (mmu->irq != IPMMU_NONE));
		for (j = 0; j < i; j++) {
			assert_true(mmu->reg.v >=
					    desc->mmus[j].reg.v + desc->mmus[j].reg_size ||
				    desc->mmus[j].reg.v >= mmu->reg.v + mmu->reg_size);
		}
	}
}

static void masters_hold(const struct load *load)
{
	const struct ipmmu_system_desc *desc = &load->result.desc;
	uint32_t i;
	uint32_t k;

	for (i = 0; i < desc->master_count; i++) {
		const struct ipmmu_master_desc *master = &desc->masters[i];

		text_ends(load, master->name);
		assert_true(master->port_count > 0);
		for (k = 0; k < master->port_count; k++) {
			assert_true(master->ports[k].mmu < desc->mmu_count);
			assert_true(master->ports[k].utlb <
				    desc->mmus[master->ports[k].mmu].soc->utlbs);
		}
	}
	for (i = 0; i < load->result.region_count; i++) {
		text_ends(load, load->result.regions[i].name);
		assert_true(load->result.regions[i].master == IPMMU_NONE ||
			    load->result.regions[i].master < desc->master_count);
	}
}

static void read_and_check(struct load *load)
{
	struct ipmmu_fdt_options options = {true, NULL};

	load_read(load, NULL);
	if (load->err == IPMMU_OK) {
		mmus_hold(load);
		masters_hold(load);
	} else {
		assert_int_equal(load->err, IPMMU_E_TREE);
		assert_int_equal(load->result.errors, 1);
	}
	load_free_storage(load);
	load_read(load, &options);
	load_free_storage(load);
}

static void a_cut_tree_is_refused_at_every_length(void **state)
{
	struct ipmmu_fdt_storage none = {0};
	struct ipmmu_fdt_result result;
	struct load load;
	size_t size;
	void *copy;

	(void)state;
	load_file(&load, "good_gen3");
	for (size = 0; size < load.size; size++) {
		copy = malloc(size == 0 ? 1 : size);
		assert_non_null(copy);
		memcpy(copy, load.blob, size);
		assert_int_equal(ipmmu_fdt_read(copy, size, NULL, &none, NULL, NULL, &result),
				 IPMMU_E_TREE);
		free(copy);
	}
	load_free(&load);
}

static void damage_bytes(uint8_t *bytes, size_t size, uint32_t *seed)
{
	uint32_t count = 1 + next_random(seed) % 4;

	while (count-- > 0) {
		bytes[next_random(seed) % size] = (uint8_t)next_random(seed);
	}
}

/* Cells with numbers that matter: phandles, counts, limits; a later one may undo the harm. */
static void damage_cells(uint8_t *bytes, size_t size, uint32_t *seed)
{
	static const uint32_t numbers[] = {
		0,  1,  2,      3,       4,          31,         32,         47,        48,
		63, 64, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
	uint32_t count = 1 + next_random(seed) % 3;
	uint32_t number;
	size_t at;

	while (count-- > 0) {
		at = 40 + next_random(seed) % (size / 4 - 10) * 4;
		at = at + 4 <= size ? at & ~(size_t)3 : 40;
		number = numbers[next_random(seed) % (sizeof(numbers) / sizeof(numbers[0]))];
		bytes[at] = (uint8_t)(number >> 24);
		bytes[at + 1] = (uint8_t)(number >> 16);
		bytes[at + 2] = (uint8_t)(number >> 8);
		bytes[at + 3] = (uint8_t)number;
	}
}

static void damage_all(void (*damage)(uint8_t *, size_t, uint32_t *), uint32_t seed)
{
	struct load load;
	uint8_t *good;
	uint32_t round;
	size_t i;

	for (i = 0; i < FILES; i++) {
		load_file(&load, files[i]);
		good = malloc(load.size);
		assert_non_null(good);
		memcpy(good, load.blob, load.size);
		for (round = 0; round < ROUNDS; round++) {
			memcpy(load.blob, good, load.size);
			damage(load.blob, load.size, &seed);
			read_and_check(&load);
		}
		free(good);
		load_free(&load);
	}
}

static void damaged_bytes_never_crash_the_reader(void **state)
{
	(void)state;
	damage_all(damage_bytes, first_seed(1));
}

static void damaged_cells_never_crash_the_reader(void **state)
{
	(void)state;
	damage_all(damage_cells, first_seed(2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_tree_is_refused_at_every_length),
		cmocka_unit_test(damaged_bytes_never_crash_the_reader),
		cmocka_unit_test(damaged_cells_never_crash_the_reader),
	};

	return cmocka_run_group_tests_name("fdt hostile", tests, NULL, NULL);
}
