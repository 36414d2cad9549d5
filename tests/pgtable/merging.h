/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * merging.h - a table of pages that could be a block, and the calls around it, for the tests of
 * merging.
 */
#ifndef IPMMU_TESTS_MERGING_H
#define IPMMU_TESTS_MERGING_H

#include <ipmmu/merge.h>

#include "kit_cmocka.h"
#include "plays.h"
#include "shapes.h"

#define GIB  0x40000000ull
#define MIB  0x100000ull
#define HINT (1ull << 52)

static struct ground *g;
static const struct ipmmu_pt_prot rw = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};
static const struct ipmmu_pt_prot ro = {IPMMU_PT_READ, IPMMU_PT_CACHED};
static const struct ipmmu_pt_prot io = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_DEVICE};

/** struct format_row - one format. */
struct format_row {
	enum ipmmu_pt_format format;
	const struct ground_shape *shape;
	uint32_t bits;
};

static const struct format_row rows[] = {
	{IPMMU_PT_S1_AARCH32, &shape_s1, 32},
	{IPMMU_PT_S1_AARCH64, &shape_s1, 39},
	{IPMMU_PT_S2, &shape_s2, 33},
	{IPMMU_PT_S2, &shape_s2, 40},
};

static __attribute__((unused)) struct ipmmu_iova at(uint64_t v)
{
	struct ipmmu_iova iova = {v};

	return iova;
}

static __attribute__((unused)) void start(const struct format_row *row,
					  enum ipmmu_pt_policy policy, bool coherent)
{
	ground_init(g, row->shape, coherent);
	g->config.format = row->format;
	g->config.input_bits = row->bits;
	g->config.split = policy;
	g->config.replace = policy;
}

/* By default: stage 2, one store, a walker that does not snoop; no book. */
static __attribute__((unused)) void start_plain(void)
{
	start(&rows[3], IPMMU_PT_DIRECT, false);
	ground_create(g, 0, 1);
	g->watching = false;
}

static __attribute__((unused)) void map_as(uint64_t iova, uint64_t pa, uint64_t size,
					   struct ipmmu_pt_prot prot)
{
	struct ipmmu_pa to = {pa};

	assert_int_equal(ipmmu_pt_map(&g->pt, at(iova), to, size, prot), IPMMU_OK);
}

static __attribute__((unused)) void unmap(uint64_t iova, uint64_t size)
{
	enum ipmmu_pt_next next;

	assert_int_equal(ipmmu_pt_unmap(&g->pt, at(iova), size, 0, &next), IPMMU_OK);
	ground_finish(g, next, 0);
}

static __attribute__((unused)) void protect(uint64_t iova, uint64_t size,
					    struct ipmmu_pt_prot prot)
{
	enum ipmmu_pt_next next;

	assert_int_equal(ipmmu_pt_protect(&g->pt, at(iova), size, prot, 0, &next), IPMMU_OK);
	ground_finish(g, next, 0);
}

/* A table of 512 pages that could be a block. */
static __attribute__((unused)) void map_pages(uint64_t iova, uint64_t pa)
{
	map_as(iova, pa, 2 * MIB, rw);
	protect(iova + 4096, 4096, ro);
	protect(iova + 4096, 4096, rw);
}

static __attribute__((unused)) enum ipmmu_pt_next merge(uint64_t iova, uint64_t size)
{
	enum ipmmu_pt_next next;

	assert_int_equal(ipmmu_pt_merge(&g->pt, at(iova), size, 0, &next), IPMMU_OK);
	return next;
}

static __attribute__((unused)) uint32_t level_at(uint64_t iova)
{
	uint32_t level;

	(void)ground_entry(g, iova, &level);
	return level;
}

static __attribute__((unused)) uint32_t gathered(void)
{
	struct ipmmu_pt_info info;

	ipmmu_pt_query(&g->pt, &info);
	return info.gathered;
}

#endif
