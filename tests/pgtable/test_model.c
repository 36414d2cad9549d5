// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * A second opinion: the model of the hardware walks the tables of the engine, as far as they
 * have been cleaned, and must reach what the book says, all of it and nothing else. The model's
 * own builder, given the same ranges, must lead to the same places.
 */
#include <ipmmu-model/model.h>
#include <ipmmu-model/table.h>
#include <ipmmu/merge.h>

#include <stdlib.h>
#include <string.h>

#include "kit_cmocka.h"
#include "shapes.h"
#include "unit.h"

/** struct machine - one format, as the unit, the model's builder and the ground see it. */
struct machine {
	struct unit_setup unit;
	enum model_format model_format;
	const struct ground_shape *shape;
};

/* As the drivers of Linux and Xen program them for each format. */
static const struct machine machines[] = {
	{{IPMMU_PT_S2, 40, 0xc0000058, 0x20000007, true}, MODEL_FORMAT_S2, &shape_s2},
	{{IPMMU_PT_S1_AARCH32, 32, 0x80000080, 0x7, false}, MODEL_FORMAT_S1_AARCH32, &shape_s1},
	{{IPMMU_PT_S1_AARCH64, 39, 0x80190099, 0x20000007, false},
	 MODEL_FORMAT_S1_AARCH64,
	 &shape_s1},
};

static struct ground *g;

static bool read64(void *arg, uint64_t pa, uint64_t *value)
{
	struct ground *from = arg;
	uint64_t offset = pa - GROUND_PA;

	if (offset >= sizeof(from->seen)) {
		return false;
	}
	*value = from->seen[offset / 4096][offset % 4096 / 8];
	return true;
}

/** struct tally - what the model reaches. */
struct tally {
	uint64_t bytes;
	uint64_t wrong;
};

static bool count_reach(void *arg, const struct model_reach *r)
{
	struct tally *tally = arg;
	struct ipmmu_iova iova = {r->iova};
	struct ipmmu_pt_mapping m;

	tally->bytes += r->size;
	if (ipmmu_pt_translate(&g->pt, iova, &m) != IPMMU_OK || m.pa.v != r->pa ||
	    m.size != r->size || r->read != ((m.prot.rights & IPMMU_PT_READ) != 0) ||
	    r->write != ((m.prot.rights & IPMMU_PT_WRITE) != 0)) {
		tally->wrong++;
	}
	return true;
}

static void reaches(struct model *m, uint64_t bytes)
{
	struct tally tally = {0, 0};

	assert_true(model_reach(m, UNIT_CACHE, UNIT_UTLB, count_reach, &tally));
	assert_int_equal(tally.wrong, 0);
	assert_int_equal(tally.bytes, bytes);
}

static uint64_t lands(struct model *m, uint64_t iova, bool write)
{
	uint64_t pa;

	return unit_access(m, iova, write, &pa) ? pa : 1;
}

/* Four tables of pages and a block, by one store in each step: the model finds all of it. */
static void merge(struct model *m, uint64_t iova, uint64_t bytes)
{
	const struct ipmmu_pt_prot rw = {3, IPMMU_PT_CACHED};
	const struct ipmmu_pt_prot ro = {1, IPMMU_PT_UNCACHED};
	struct ipmmu_iova at = {iova};
	struct ipmmu_pa pa = {0x40000000};
	enum ipmmu_pt_next next;
	uint32_t steps = 1;

	assert_int_equal(ipmmu_pt_map(&g->pt, at, pa, 0xa00000, rw), IPMMU_OK);
	for (; at.v < iova + 0x800000; at.v += 0x200000) {
		assert_int_equal(ipmmu_pt_protect(&g->pt, at, 4096, ro, 0, &next), IPMMU_OK);
		assert_int_equal(ipmmu_pt_protect(&g->pt, at, 4096, rw, 0, &next), IPMMU_OK);
	}
	at.v = iova;
	reaches(m, bytes);
	assert_int_equal(ipmmu_pt_merge(&g->pt, at, 0xa00000, 1, &next), IPMMU_OK);
	for (; next == IPMMU_PT_NEXT_CONTINUE; steps++) {
		reaches(m, bytes);
		assert_int_equal(lands(m, iova + 0x600123, true), 0x40600123);
		assert_int_equal(ipmmu_pt_continue(&g->pt, 1, &next), IPMMU_OK);
	}
	assert_int_equal(steps, 6);
	reaches(m, bytes);
}

static void play(const struct machine *how)
{
	const struct ipmmu_pt_prot rw = {3, IPMMU_PT_CACHED};
	const struct ipmmu_pt_prot ro = {1, IPMMU_PT_UNCACHED};
	const struct model_bus bus = {g, read64};
	const uint64_t top = 1ull << how->unit.bits;
	struct ipmmu_iova iova = {0x3000};
	struct ipmmu_iova end = {top - 0x400000};
	struct ipmmu_pa pa = {0x80003000};
	struct ipmmu_pa high = {0xffffc00000};
	enum ipmmu_pt_next next;
	struct model *m;

	ground_init(g, how->shape, false);
	g->config.format = how->unit.format;
	g->config.input_bits = how->unit.bits;
	g->config.split = IPMMU_PT_DIRECT;
	g->config.replace = IPMMU_PT_DIRECT;
	ground_create(g, 0, 1);
	g->watching = false;
	m = unit_on(&how->unit, &bus);
	unit_use(m, &how->unit, g->pt.root_pa);
	reaches(m, 0);
	assert_int_equal(ipmmu_pt_map(&g->pt, iova, pa, 0x600000, rw), IPMMU_OK);
	assert_int_equal(ipmmu_pt_map(&g->pt, end, high, 0x400000, ro), IPMMU_OK);
	reaches(m, 0xa00000);
	assert_int_equal(lands(m, 0x3123, true), 0x80003123);
	assert_int_equal(lands(m, top - 1, false), 0xffffffffff);
	assert_int_equal(lands(m, top - 1, true), 1);
	(void)unit_status(m);
	iova.v = 0x201000;
	assert_int_equal(ipmmu_pt_unmap(&g->pt, iova, 0x2000, 0, &next), IPMMU_OK);
	reaches(m, 0x9fe000);
	assert_int_equal(ipmmu_pt_protect(&g->pt, end, 0x5000, rw, 0, &next), IPMMU_OK);
	reaches(m, 0x9fe000);
	assert_int_equal(lands(m, end.v + 0x4fff, true), 0xffffc04fff);
	merge(m, 0x40000000, 0x9fe000 + 0xa00000);
	free(m);
	ground_end(g, 0);
}

static void model_reaches_what_is_mapped_and_nothing_else(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		play(&machines[i]);
	}
}

static uint64_t builder_alloc(void *arg, uint32_t pages)
{
	struct ground *to = arg;
	struct ipmmu_pa pa = {0};

	void *table = to->config.ops->table_alloc(to, pages, &pa);

	if (table == NULL) {
		return 0;
	}
	memset(table, 0, 4096ul * pages);
	return pa.v;
}

static void builder_free(void *arg, uint64_t pa, uint32_t pages)
{
	struct ground *to = arg;
	struct ipmmu_pa at = {pa};

	to->config.ops->table_free(to, to->cpu[(pa - GROUND_PA) / 4096], at, pages);
}

static bool builder_load(void *arg, uint64_t pa, uint64_t *value)
{
	struct ground *from = arg;

	*value = from->cpu[(pa - GROUND_PA) / 4096][pa % 4096 / 8];
	return true;
}

static void builder_store(void *arg, uint64_t pa, uint64_t value)
{
	struct ground *to = arg;

	to->cpu[(pa - GROUND_PA) / 4096][pa % 4096 / 8] = value;
}

/* Entry for entry: the builder writes what the engine writes. */
static void builder_leads_to_the_same_entries(void **state)
{
	const struct ipmmu_pt_prot rw = {3, IPMMU_PT_CACHED};
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		struct model_memory memory = {g, builder_alloc, builder_free, builder_load,
					      builder_store};
		struct model_table table;
		struct ipmmu_iova iova = {0x1ff000};
		struct ipmmu_pa pa = {0x1ff000};
		uint64_t at;

		ground_init(g, machines[i].shape, true);
		g->config.format = machines[i].unit.format;
		g->config.input_bits = machines[i].unit.bits;
		g->config.split = IPMMU_PT_DIRECT;
		ground_create(g, 0, 1);
		g->watching = false;
		assert_int_equal(ipmmu_pt_map(&g->pt, iova, pa, 0x402000, rw), IPMMU_OK);
		assert_int_equal(model_table_create(&table, machines[i].model_format,
						    machines[i].unit.bits, &memory),
				 MODEL_TABLE_OK);
		assert_int_equal(
			model_table_map(&table, iova.v, pa.v, 0x402000, true, true, true),
			MODEL_TABLE_OK);
		for (at = 0; at < 0x800000; at += 4096) {
			uint32_t level;
			uint32_t other;
			uint64_t ours = ground_entry(g, at, &level);
			uint64_t root = g->pt.root_pa;

			g->pt.root_pa = table.root;
			assert_int_equal(ground_entry(g, at, &other), ours);
			assert_int_equal(other, level);
			g->pt.root_pa = root;
		}
		model_table_destroy(&table);
		ground_end(g, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(model_reaches_what_is_mapped_and_nothing_else),
		cmocka_unit_test(builder_leads_to_the_same_entries),
	};

	g = malloc(sizeof(*g));
	assert_non_null(g);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
