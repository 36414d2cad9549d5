// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * A software walk ends where the unit's own walk ends, and says why: held against the walker of
 * the model, which was written on its own, over tables in which anything may stand.
 */
#include <ipmmu/pgtable.h>

#include <stdlib.h>
#include <string.h>

#include "kit_cmocka.h"
#include "unit.h"

#define RAM_PA 0x48000000ull
#define KIB    0x400ull

enum {
	RAM_TABLES = 8,
	ROOT = 0, /* and 1 */
	LEVEL2 = 2,
	LEVEL3 = 3,
	OTHERS = 4, /* tables full of hostile entries, up to the end */
	ROUNDS = 200000,
	/* IMSTR */
	TF = 1,
	PF = 2,
	ABORT = 4
};

#define LEVEL(n)     ((uint32_t)(n) << 12)
#define CODE_FORMAT  0x100u
#define CODE_ACCESS  0x400u
#define CODE_SECURE  0x500u
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NSTABLE      (1ull << 63)
#define LEAF_S1      0xf65ull /* nG, AF, SH inner, unprivileged, NS, index 1, a block */
#define LEAF_S2      0x7fdull /* AF, SH inner, read and write, write-back, a block */
#define TABLE_AT(i)  (RAM_PA + (i)*4 * KIB + 3)
#define NEXT(setup)  ((setup)->stage2 ? 0 : NSTABLE)

static const struct unit_setup setups[] = {
	{IPMMU_PT_S2, 33, 0xc000005f, 0x20000007, true},
	{IPMMU_PT_S2, 36, 0xc000005c, 0x20000007, true},
	{IPMMU_PT_S2, 39, 0xc0000059, 0x20000007, true},
	{IPMMU_PT_S2, 40, 0xc0000058, 0x20000007, true},
	{IPMMU_PT_S1_AARCH32, 32, 0x80000080, 0x7, false},
	{IPMMU_PT_S1_AARCH64, 39, 0x80190099, 0x20000007, false},
};

static uint64_t ram[RAM_TABLES][512];
static uint64_t seed;

static uint32_t draw(uint32_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % below;
}

static uint64_t draw_long(void)
{
	return (uint64_t)draw(1u << 31) << 33 ^ (uint64_t)draw(1u << 31) << 11 ^ draw(1u << 11);
}

static bool read64(void *arg, uint64_t pa, uint64_t *value)
{
	(void)arg;
	if (pa - RAM_PA >= sizeof(ram)) {
		return false;
	}
	*value = ram[(pa - RAM_PA) / 4096][pa % 4096 / 8];
	return true;
}

static bool read_entry(void *host, struct ipmmu_pa at, uint64_t *entry)
{
	return read64(host, at.v, entry);
}

static struct ipmmu_pt_source source_of(const struct unit_setup *setup)
{
	const struct ipmmu_pt_source source = {
		.format = setup->format,
		.input_bits = setup->bits,
		.root = {RAM_PA},
		.read = read_entry,
	};

	return source;
}

static uint64_t *slot_of(uint64_t iova, uint32_t level)
{
	if (level == 1) {
		return &ram[ROOT + (iova >> 39)][iova >> 30 & 511];
	}
	return level == 2 ? &ram[LEVEL2][iova >> 21 & 511] : &ram[LEVEL3][iova >> 12 & 511];
}

/* ---- anything ---- */

static uint64_t good_leaf(const struct unit_setup *setup, uint32_t level)
{
	const uint64_t attr = setup->stage2 ? LEAF_S2 : LEAF_S1;
	const uint64_t size = 1ull << (39 - 9 * level);

	return (draw_long() & 0xffffffffffull & ~(size - 1)) | attr | (level == 3 ? 2 : 0);
}

static uint64_t drawn(const struct unit_setup *setup, uint32_t level)
{
	switch (draw(8)) {
	case 0:
		return good_leaf(setup, level);
	case 1:
		return TABLE_AT(OTHERS + draw(RAM_TABLES - OTHERS)) | NEXT(setup);
	case 2:
		return (draw_long() & 0xfffffff000ull) | 3 | NEXT(setup);
	case 3:
		return draw_long();
	case 4:
		return draw(2) == 0 ? 0 : draw_long() & ~1ull;
	default:
		return level == 3 ? good_leaf(setup, level)
				  : TABLE_AT(LEVEL2 + level - 1) | NEXT(setup);
	}
}

/* Often with one bit wrong, or two. */
static uint64_t hostile(const struct unit_setup *setup, uint32_t level)
{
	static const uint8_t bits[] = {0,  1,  5,  6,  7,  10, 12, 20, 21,
				       29, 40, 43, 47, 48, 52, 59, 63};
	uint64_t entry = drawn(setup, level);
	uint32_t i;

	for (i = draw(4) / 2 * (1 + draw(2)); i > 0; i--) {
		entry ^= 1ull << (draw(2) == 0 ? bits[draw(COUNT(bits))] : draw(64));
	}
	return entry;
}

static uint64_t draw_world(const struct unit_setup *setup)
{
	uint64_t iova = draw_long() & ((1ull << setup->bits) - 1);
	uint32_t level;

	for (level = 1; level <= 3; level++) {
		*slot_of(iova, level) = hostile(setup, level);
	}
	/* Now and then just beyond what the table translates. */
	return draw(64) == 0 && setup->bits < 40 ? iova | 1ull << setup->bits : iova;
}

static void fill_others(const struct unit_setup *setup)
{
	uint32_t i;

	memset(ram, 0, sizeof(ram));
	for (i = 0; i < (RAM_TABLES - OTHERS) * 512; i++) {
		ram[OTHERS + i / 512][i % 512] = hostile(setup, 2 + draw(2));
	}
}

/* ---- what the unit must say of it ---- */

static const uint32_t statuses[IPMMU_PT_REFUSAL_COUNT] = {
	[IPMMU_PT_REFUSED_FORM] = TF | CODE_FORMAT,
	[IPMMU_PT_REFUSED_ADDRESS] = TF | CODE_FORMAT,
	[IPMMU_PT_REFUSED_NSTABLE] = PF | CODE_SECURE,
	[IPMMU_PT_REFUSED_NS] = PF | CODE_SECURE,
	[IPMMU_PT_REFUSED_AF] = PF,
	[IPMMU_PT_REFUSED_RIGHTS] = PF | CODE_ACCESS,
};

static uint32_t found[IPMMU_PT_REFUSAL_COUNT];
static uint32_t kinds[IPMMU_PT_KIND_COUNT];
static uint32_t beyond;

static bool is_leaf(const struct ipmmu_pt_level *row)
{
	return row->kind == IPMMU_PT_PAGE || row->kind == IPMMU_PT_BLOCK;
}

/* IMSTR after an access, 0 when it lands. */
static uint32_t status_of(const struct ipmmu_pt_level *last, bool write)
{
	const uint32_t need = write ? IPMMU_PT_WRITE : IPMMU_PT_READ;

	switch (last->kind) {
	case IPMMU_PT_TABLE: /* of which the entry below cannot be read */
		return ABORT | LEVEL(last->level + 1);
	case IPMMU_PT_REFUSED:
		return statuses[last->refusal] | LEVEL(last->level);
	case IPMMU_PT_PAGE:
	case IPMMU_PT_BLOCK:
		return (last->prot.rights & need) != 0 ? 0
						       : PF | CODE_ACCESS | LEVEL(last->level);
	default:
		return TF | LEVEL(last->level);
	}
}

static uint64_t leads_to(const struct ipmmu_pt_level *last, uint64_t iova)
{
	return (last->pa.v & ~(last->size - 1)) + (iova & (last->size - 1));
}

static void agree(struct model *m, const struct ipmmu_pt_level *last, uint64_t iova)
{
	const bool unknown = last->refusal == IPMMU_PT_REFUSED_ALIGN;
	uint32_t write;

	for (write = 0; write < 2; write++) {
		uint64_t pa;
		bool lands = unit_access(m, iova, write != 0, &pa);
		uint32_t status = unit_status(m);

		/* The model ignores the low bits of a block's address, or refuses them. */
		if (!unknown) {
			assert_int_equal(status, status_of(last, write != 0));
			assert_int_equal(lands, status == 0);
		}
		if (lands) {
			assert_true(unknown || is_leaf(last));
			assert_int_equal(pa, leads_to(last, iova));
		}
	}
}

static void rows_are_what_is_in_memory(const struct ipmmu_pt_level *levels, uint32_t count)
{
	uint64_t table = RAM_PA;
	uint32_t i;

	for (i = 0; i < count; i++) {
		uint64_t value;

		assert_int_equal(levels[i].level, i + 1);
		assert_int_equal(levels[i].at.v, table + levels[i].index * 8ull);
		assert_true(read64(NULL, levels[i].at.v, &value));
		assert_int_equal(levels[i].value, value);
		assert_int_equal(levels[i].refusal != IPMMU_PT_NOT_REFUSED,
				 levels[i].kind == IPMMU_PT_REFUSED);
		assert_true(i + 1 == count || levels[i].kind == IPMMU_PT_TABLE);
		table = levels[i].pa.v;
	}
}

static void play(const struct unit_setup *setup)
{
	const struct model_bus bus = {NULL, read64};
	const struct ipmmu_pt_source source = source_of(setup);
	struct model *m = unit_on(setup, &bus);
	uint32_t i;

	fill_others(setup);
	unit_use(m, setup, RAM_PA);
	for (i = 0; i < ROUNDS; i++) {
		struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
		struct ipmmu_pt_level *last;
		uint64_t iova = draw_world(setup);
		uint32_t count =
			ipmmu_pt_explain_by(&source, (struct ipmmu_iova){iova}, levels);

		if (count == 0) {
			const struct ipmmu_pt_level none = {.level = 1};

			assert_int_not_equal(iova >> setup->bits, 0);
			agree(m, &none, iova);
			beyond++;
			continue;
		}
		last = &levels[count - 1];
		rows_are_what_is_in_memory(levels, count);
		agree(m, last, iova);
		found[last->refusal]++;
		kinds[last->kind]++;
	}
	free(m);
}

static void walk_ends_where_that_of_the_unit_ends(void **state)
{
	uint32_t i;
	uint32_t k;

	(void)state;
	for (i = 0; i < COUNT(setups); i++) {
		memset(found, 0, sizeof(found));
		memset(kinds, 0, sizeof(kinds));
		beyond = 0;
		play(&setups[i]);
		for (k = 0; k < IPMMU_PT_KIND_COUNT; k++) {
			assert_in_range(kinds[k], 100, ROUNDS);
		}
		assert_true(setups[i].bits == 40 || beyond > 100);
		for (k = 0; k < IPMMU_PT_REFUSAL_COUNT; k++) {
			const bool of_stage1 =
				k == IPMMU_PT_REFUSED_NS || k == IPMMU_PT_REFUSED_NSTABLE;
			const bool of_stage2 = k == IPMMU_PT_REFUSED_RIGHTS;

			if (setups[i].stage2 ? of_stage1 : of_stage2) {
				assert_int_equal(found[k], 0);
			} else {
				assert_in_range(found[k], 50, ROUNDS);
			}
		}
	}
}

/* ---- the engine's own tables ---- */

static void *own_alloc(void *host, uint32_t pages, struct ipmmu_pa *pa)
{
	(void)host;
	(void)pages;
	pa->v = RAM_PA;
	return ram[ROOT];
}

static void own_free(void *host, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	(void)host;
	(void)table;
	(void)pa;
	(void)pages;
}

static void *own_ptr(void *host, struct ipmmu_pa pa)
{
	(void)host;
	return pa.v - RAM_PA < sizeof(ram) ? ram[(pa.v - RAM_PA) / 4096] : NULL;
}

static void own_barrier(void *host)
{
	(void)host;
}

/* Whatever has come into them: a stray store, or a failing memory. */
static void tables_of_the_engine_are_walked_in_the_same_way(void **state)
{
	static const struct ipmmu_pt_ops ops = {own_alloc, own_free, own_ptr, NULL,
						own_barrier};
	uint32_t i;
	uint32_t k;

	(void)state;
	for (i = 0; i < COUNT(setups); i++) {
		const struct ipmmu_pt_source source = source_of(&setups[i]);
		const struct ipmmu_pt_config config = {
			.format = setups[i].format,
			.input_bits = setups[i].bits,
			.ops = &ops,
		};
		struct ipmmu_pt pt;

		assert_int_equal(ipmmu_pt_create(&pt, &config), IPMMU_OK);
		fill_others(&setups[i]);
		for (k = 0; k < ROUNDS / 20; k++) {
			struct ipmmu_pt_level own[IPMMU_PT_MAX_LEVELS];
			struct ipmmu_pt_level by[IPMMU_PT_MAX_LEVELS];
			struct ipmmu_iova iova = {draw_world(&setups[i])};
			uint32_t count = ipmmu_pt_explain(&pt, iova, own);

			assert_int_equal(ipmmu_pt_explain_by(&source, iova, by), count);
			assert_memory_equal(own, by, count * sizeof(own[0]));
		}
	}
}

/* ---- one by one ---- */

/** struct row - an entry in the way of a good walk, and what is to be said of it. */
struct row {
	enum ipmmu_pt_format format;
	uint32_t level;
	uint64_t entry;
	enum ipmmu_pt_kind kind;
	enum ipmmu_pt_refusal refusal;
	uint64_t pa;
};

#define PAGE_S1 (0x80005000ull | LEAF_S1 | 2)
#define PAGE_S2 (0x80005000ull | LEAF_S2 | 2)
#define BLOCK   0x80200000ull

static const struct row rows[] = {
	{IPMMU_PT_S1_AARCH32, 3, PAGE_S1, IPMMU_PT_PAGE, IPMMU_PT_NOT_REFUSED, 0x80005000},
	{IPMMU_PT_S2, 3, PAGE_S2, IPMMU_PT_PAGE, IPMMU_PT_NOT_REFUSED, 0x80005000},
	{IPMMU_PT_S2, 2, BLOCK | LEAF_S2, IPMMU_PT_BLOCK, IPMMU_PT_NOT_REFUSED, BLOCK},
	{IPMMU_PT_S1_AARCH64, 1, LEAF_S1, IPMMU_PT_BLOCK, IPMMU_PT_NOT_REFUSED, 0},
	/* Form 01 at level 3. */
	{IPMMU_PT_S1_AARCH32, 3, PAGE_S1 ^ 2, IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_FORM,
	 0x80005000},
	{IPMMU_PT_S2, 3, PAGE_S2 ^ 2, IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_FORM, 0x80005000},
	/* Over 40 bits: pages, blocks and tables. */
	{IPMMU_PT_S2, 3, PAGE_S2 | 1ull << 40, IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_ADDRESS,
	 0x10080005000},
	{IPMMU_PT_S1_AARCH64, 2, BLOCK | LEAF_S1 | 1ull << 47, IPMMU_PT_REFUSED,
	 IPMMU_PT_REFUSED_ADDRESS, 0x800080200000},
	{IPMMU_PT_S2, 1, TABLE_AT(LEVEL2) | 1ull << 41, IPMMU_PT_REFUSED,
	 IPMMU_PT_REFUSED_ADDRESS, 0x20048002000},
	{IPMMU_PT_S1_AARCH32, 2, TABLE_AT(LEVEL3) | NSTABLE | 1ull << 44, IPMMU_PT_REFUSED,
	 IPMMU_PT_REFUSED_ADDRESS, 0x100048003000},
	/* Secure in stage 1, which stage 2 does not know. */
	{IPMMU_PT_S1_AARCH32, 1, TABLE_AT(LEVEL2), IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_NSTABLE,
	 0x48002000},
	{IPMMU_PT_S1_AARCH64, 2, TABLE_AT(LEVEL3), IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_NSTABLE,
	 0x48003000},
	{IPMMU_PT_S1_AARCH32, 3, PAGE_S1 ^ 0x20, IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_NS,
	 0x80005000},
	{IPMMU_PT_S1_AARCH64, 2, BLOCK | (LEAF_S1 ^ 0x20), IPMMU_PT_REFUSED,
	 IPMMU_PT_REFUSED_NS, BLOCK},
	{IPMMU_PT_S2, 3, PAGE_S2 ^ 0x20, IPMMU_PT_PAGE, IPMMU_PT_NOT_REFUSED, 0x80005000},
	/* Access flag. */
	{IPMMU_PT_S1_AARCH32, 3, PAGE_S1 ^ 0x400, IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_AF,
	 0x80005000},
	{IPMMU_PT_S2, 3, PAGE_S2 ^ 0x400, IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_AF, 0x80005000},
	{IPMMU_PT_S2, 1, LEAF_S2 ^ 0x400, IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_AF, 0},
	/* Blocks that begin inside of a block. */
	{IPMMU_PT_S2, 2, BLOCK | LEAF_S2 | 0x1000, IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_ALIGN,
	 0x80201000},
	{IPMMU_PT_S1_AARCH64, 1, BLOCK | LEAF_S1, IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_ALIGN,
	 BLOCK},
	/* No rights at all; one of them is enough. */
	{IPMMU_PT_S2, 3, PAGE_S2 ^ 0xc0, IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_RIGHTS, 0x80005000},
	{IPMMU_PT_S2, 3, PAGE_S2 ^ 0x80, IPMMU_PT_PAGE, IPMMU_PT_NOT_REFUSED, 0x80005000},
	{IPMMU_PT_S1_AARCH32, 3, PAGE_S1 ^ 0x40, IPMMU_PT_PAGE, IPMMU_PT_NOT_REFUSED,
	 0x80005000},
	/* Several at once: the first that the unit meets. */
	{IPMMU_PT_S1_AARCH32, 3, PAGE_S1 ^ 0x420, IPMMU_PT_REFUSED, IPMMU_PT_REFUSED_NS,
	 0x80005000},
	{IPMMU_PT_S1_AARCH32, 1, TABLE_AT(LEVEL2) | 1ull << 40, IPMMU_PT_REFUSED,
	 IPMMU_PT_REFUSED_ADDRESS, 0x10048002000},
	/* Not valid: whatever else it says. */
	{IPMMU_PT_S2, 3, PAGE_S2 ^ 1, IPMMU_PT_BROKEN, IPMMU_PT_NOT_REFUSED, 0x80005000},
	{IPMMU_PT_S1_AARCH32, 3, 1ull << 40, IPMMU_PT_BROKEN, IPMMU_PT_NOT_REFUSED,
	 0x10000000000},
	{IPMMU_PT_S2, 3, 0, IPMMU_PT_EMPTY, IPMMU_PT_NOT_REFUSED, 0},
};

static const struct unit_setup *setup_of(enum ipmmu_pt_format format)
{
	uint32_t i = 0;

	while (setups[i].format != format) {
		i++;
	}
	return &setups[i];
}

static void refused_entries_have_their_reason(void **state)
{
	const struct ipmmu_iova iova = {0x40201678};
	uint32_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		const struct unit_setup *setup = setup_of(rows[i].format);
		const struct ipmmu_pt_source source = source_of(setup);
		struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
		const struct ipmmu_pt_level *last = &levels[rows[i].level - 1];

		memset(ram, 0, sizeof(ram));
		*slot_of(iova.v, 1) = TABLE_AT(LEVEL2) | NEXT(setup);
		*slot_of(iova.v, 2) = TABLE_AT(LEVEL3) | NEXT(setup);
		*slot_of(iova.v, rows[i].level) = rows[i].entry;
		assert_int_equal(ipmmu_pt_explain_by(&source, iova, levels), rows[i].level);
		assert_int_equal(last->kind, rows[i].kind);
		assert_int_equal(last->refusal, rows[i].refusal);
		assert_int_equal(last->pa.v, rows[i].pa);
		if (last->kind == IPMMU_PT_REFUSED) {
			assert_int_equal(last->prot.rights, 0);
			assert_false(last->contiguous);
		}
	}
}

static void tables_that_no_unit_takes_are_not_walked(void **state)
{
	static const struct ipmmu_pt_source bad[] = {
		{IPMMU_PT_FORMAT_COUNT, 40, {RAM_PA}, read_entry, NULL},
		{IPMMU_PT_S2, 40, {RAM_PA}, NULL, NULL},
		{IPMMU_PT_S2, 32, {RAM_PA}, read_entry, NULL},
		{IPMMU_PT_S2, 41, {RAM_PA}, read_entry, NULL},
		{IPMMU_PT_S1_AARCH32, 33, {RAM_PA}, read_entry, NULL},
		{IPMMU_PT_S1_AARCH32, 0, {RAM_PA}, read_entry, NULL},
		{IPMMU_PT_S1_AARCH64, 40, {RAM_PA}, read_entry, NULL},
		{IPMMU_PT_S1_AARCH64, UINT32_MAX, {RAM_PA}, read_entry, NULL},
		{IPMMU_PT_S1_AARCH32, 32, {RAM_PA + 0x20}, read_entry, NULL},
		{IPMMU_PT_S2, 39, {RAM_PA + 0x800}, read_entry, NULL},
		{IPMMU_PT_S2, 40, {RAM_PA + 0x1000}, read_entry, NULL},
		{IPMMU_PT_S2, 39, {1ull << 40}, read_entry, NULL},
	};
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	struct ipmmu_pt_source good = source_of(&setups[2]);
	const struct ipmmu_iova iova = {0};
	uint32_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(ipmmu_pt_explain_by(&bad[i], iova, levels), 0);
	}
	memset(ram, 0, sizeof(ram));
	good.root.v = RAM_PA + 0x1000; /* of 39 bits */
	assert_int_equal(ipmmu_pt_explain_by(&good, iova, levels), 1);
	good.root.v = RAM_PA - 0x1000; /* where nothing can be read */
	assert_int_equal(ipmmu_pt_explain_by(&good, iova, levels), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walk_ends_where_that_of_the_unit_ends),
		cmocka_unit_test(tables_of_the_engine_are_walked_in_the_same_way),
		cmocka_unit_test(refused_entries_have_their_reason),
		cmocka_unit_test(tables_that_no_unit_takes_are_not_walked),
	};
	const char *given = getenv("IPMMU_TEST_SEED");

	seed = given != NULL ? strtoull(given, NULL, 10) : 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
