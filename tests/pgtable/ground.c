// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * ground.c - memory, walker, book and watch under the page-table tests.
 */
#include "ground.h"

#include <string.h>

#include "kit_cmocka.h"

/* What is outside of a window is elsewhere, so that no window reaches it by chance. */
static uint64_t pa_of(const struct ground *g, uint32_t page)
{
	return GROUND_PA + page * 4096ull +
	       (g->window != 0 && page >= g->window ? sizeof(g->cpu) : 0);
}

static uint32_t page_of(const struct ground *g, uint64_t pa)
{
	const uint32_t page = (uint32_t)((pa - GROUND_PA) >> 12) % GROUND_TABLES;

	assert_int_equal(pa & ~4095ull, pa_of(g, page));
	return page;
}

static const uint64_t *walker_view(const struct ground *g, uint32_t page)
{
	return g->coherent ? g->cpu[page] : g->seen[page];
}

/* A walk, entry by entry; tells each table that it reads. */
static uint64_t walk(const struct ground *g, uint64_t iova, uint32_t *level, bool *reached)
{
	const struct ground_shape *s = &g->shape;
	uint32_t page = page_of(g, g->pt.root_pa);
	uint32_t slot = (uint32_t)(iova >> (12 + 2 * s->index_bits));
	uint64_t entry;

	for (*level = 1;; (*level)++) {
		if (reached != NULL) {
			reached[page + slot / 512] = true;
		}
		entry = walker_view(g, page + slot / 512)[slot % 512];
		if (*level == 3 || (entry & s->table) != s->table) {
			break;
		}
		assert_int_equal(entry & s->table_needs, s->table_needs);
		page = page_of(g, (entry & s->address) >> s->address_lg2);
		slot = (uint32_t)(iova >> (12 + (2 - *level) * s->index_bits)) &
		       ((1u << s->index_bits) - 1);
	}
	if (*level == 3 && (entry & s->valid) != 0) {
		assert_int_equal(entry & s->page, s->page);
	}
	return entry;
}

uint64_t ground_entry(const struct ground *g, uint64_t iova, uint32_t *level)
{
	return walk(g, iova, level, NULL);
}

static uint64_t result_of(const struct ground *g, uint64_t iova, uint64_t entry, uint32_t level)
{
	const struct ground_shape *s = &g->shape;
	uint64_t within = (1ull << (12 + (3 - level) * s->index_bits)) - 1;

	if ((entry & s->valid) == 0) {
		return 0;
	}
	/* Attributes as they stand, folded so that none is lost; the address beside them. */
	return (((entry & s->address) >> s->address_lg2) & ~within) |
	       (iova & within & ~0xfffull) |
	       ((entry & s->attributes) * 0x9e3779b97f4a7c15ull >> 44 << 44) | 1;
}

uint64_t ground_walk(const struct ground *g, uint64_t iova)
{
	uint32_t level;
	uint64_t entry = walk(g, iova, &level, NULL);

	return result_of(g, iova, entry, level);
}

uint64_t ground_value(uint64_t pa, struct ipmmu_pt_prot prot)
{
	return pa | prot.rights | (uint64_t)prot.memory << 4 | 1ull << 11;
}

/* The book's words for what the engine tells. */
static uint64_t told(const struct ground *g, uint64_t iova)
{
	struct ipmmu_pt_mapping m;
	struct ipmmu_iova at = {iova};

	if (ipmmu_pt_translate(&g->pt, at, &m) != IPMMU_OK) {
		return 0;
	}
	return ground_value(m.pa.v, m.prot);
}

/* The walker's place and the book's. */
static bool leads_there(uint64_t walked, uint64_t value)
{
	if (walked == 0 || value == 0) {
		return walked == 0 && value == 0;
	}
	return (walked & 0xfffffff000ull) == (value & 0xfffffff000ull);
}

static void watch_page(struct ground *g, uint32_t i)
{
	uint64_t iova = g->first + i * 4096ull;
	uint32_t level;
	uint64_t entry = walk(g, iova, &level, g->reached);
	uint64_t walked = result_of(g, iova, entry, level);
	/* With its level: a block and its parts are two hits, too. */
	uint64_t hit = walked == 0 ? 0 : walked ^ (uint64_t)level << 41;
	bool bbm = g->config.replace == IPMMU_PT_BREAK_BEFORE_MAKE &&
		   g->config.split == IPMMU_PT_BREAK_BEFORE_MAKE;

	if (!leads_there(walked, g->now[i]) && !leads_there(walked, g->then[i])) {
		assert_true(walked == 0 && g->broken[i]);
	}
	if (walked != 0) {
		if (bbm && g->tlb[i] != 0) {
			assert_int_equal(g->tlb[i], hit);
		}
		g->tlb[i] = hit;
	}
}

void ground_watch(struct ground *g)
{
	uint32_t i;

	for (i = 0; g->watching && i < g->pages; i++) {
		watch_page(g, i);
	}
}

static bool fails(struct ground *g)
{
	g->allocs++;
	return g->fail_at != 0 && g->allocs >= g->fail_at;
}

static void *ground_alloc(void *host, uint32_t pages, struct ipmmu_pa *pa)
{
	struct ground *g = host;
	uint32_t i = 0;

	if (fails(g)) {
		return NULL;
	}
	while (g->used[i] || (pages == 2 && (g->used[i + 1] || i % 2 != 0))) {
		i++;
		assert_in_range(i, 0, GROUND_TABLES - 2);
	}
	memset(&g->used[i], 1, pages);
	memset(g->cpu[i], 0xff, 4096ul * pages);
	memset(g->seen[i], 0xff, 4096ul * pages);
	memset(&g->reached[i], 0, pages);
	pa->v = pa_of(g, i);
	return g->cpu[i];
}

static void ground_free(void *host, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	struct ground *g = host;
	uint32_t i = page_of(g, pa.v);

	assert_ptr_equal(table, g->cpu[i]);
	assert_true(g->used[i] == 1);
	if (g->watching) {
		ground_watch(g);
		assert_false(g->reached[i]);
	}
	memset(&g->used[i], 0, pages);
	memset(g->cpu[i], 0xff, 4096ul * pages);
	memset(g->seen[i], 0xff, 4096ul * pages);
	g->frees++;
}

static void *ground_ptr(void *host, struct ipmmu_pa pa)
{
	struct ground *g = host;

	assert_in_range(page_of(g, pa.v), g->window, GROUND_TABLES - 1);
	assert_true(g->used[page_of(g, pa.v)] == 1);
	return g->cpu[page_of(g, pa.v)];
}

static void ground_clean(void *host, const void *start, size_t size)
{
	struct ground *g = host;
	size_t from = (size_t)((const uint8_t *)start - (const uint8_t *)g->cpu);
	size_t to = (from + size + GROUND_LINE - 1) / GROUND_LINE * GROUND_LINE;

	assert_in_range(from, 0, sizeof(g->cpu) - 1);
	assert_int_not_equal(size, 0);
	from = from / GROUND_LINE * GROUND_LINE;
	memcpy((uint8_t *)g->seen + from, (const uint8_t *)g->cpu + from, to - from);
	g->cleans++;
	g->lines += (uint32_t)((to - from) / GROUND_LINE);
	ground_watch(g);
}

static void ground_barrier(void *host)
{
	struct ground *g = host;

	g->barriers++;
	ground_watch(g);
}

static const struct ipmmu_pt_ops noncoherent_ops = {ground_alloc, ground_free, ground_ptr,
						    ground_clean, ground_barrier};
static const struct ipmmu_pt_ops coherent_ops = {ground_alloc, ground_free, ground_ptr, NULL,
						 ground_barrier};

void ground_init(struct ground *g, const struct ground_shape *shape, bool coherent)
{
	memset(g, 0, sizeof(*g));
	g->shape = *shape;
	g->coherent = coherent;
	g->config.format = IPMMU_PT_S2;
	g->config.ops = coherent ? &coherent_ops : &noncoherent_ops;
	g->config.host = g;
}

void ground_create(struct ground *g, uint64_t first, uint32_t pages)
{
	if (g->window != 0) {
		g->config.linear = g->cpu[0];
		g->config.linear_pa.v = GROUND_PA;
		g->config.linear_size = g->window * sizeof(g->cpu[0]);
	}
	assert_int_equal(ipmmu_pt_create(&g->pt, &g->config), IPMMU_OK);
	assert_in_range(pages, 1, GROUND_PAGES);
	g->first = first;
	g->pages = pages;
	g->watching = true;
	ground_watch(g);
}

void ground_end(struct ground *g, uint32_t budget)
{
	uint32_t rounds = 0;

	g->watching = false;
	while (!ipmmu_pt_destroy(&g->pt, budget)) {
		rounds++;
		assert_in_range(rounds, 0, 100000);
	}
	assert_int_equal(ground_used(g), 0);
}

uint32_t ground_used(const struct ground *g)
{
	uint32_t i;
	uint32_t used = 0;

	for (i = 0; i < GROUND_TABLES; i++) {
		used += g->used[i];
	}
	return used;
}

void ground_flush(struct ground *g, uint32_t budget)
{
	ipmmu_pt_flush_begin(&g->pt);
	memset(g->reached, 0, sizeof(g->reached));
	memset(g->tlb, 0, sizeof(g->tlb));
	ground_watch(g);
	while (!ipmmu_pt_flush_end(&g->pt, budget)) {
	}
}

void ground_finish(struct ground *g, enum ipmmu_pt_next next, uint32_t budget)
{
	uint32_t rounds = 0;

	while (next != IPMMU_PT_NEXT_NONE) {
		if (next != IPMMU_PT_NEXT_CONTINUE) {
			ground_flush(g, budget);
		}
		if (next == IPMMU_PT_NEXT_FLUSH) {
			break;
		}
		assert_int_equal(ipmmu_pt_refill(&g->pt), IPMMU_E_BUSY);
		assert_int_equal(ipmmu_pt_continue(&g->pt, budget, &next), IPMMU_OK);
		rounds++;
		assert_in_range(rounds, 0, 100000);
	}
}

static bool is_zero(const struct ground *g, const uint64_t *table)
{
	uint32_t i;

	for (i = 0; i < 1u << g->shape.index_bits && table[i] == 0; i++) {
	}
	return i == 1u << g->shape.index_bits;
}

static bool check_leaf(void *arg, const struct ipmmu_pt_mapping *m)
{
	struct ground *g = arg;
	uint64_t at;

	for (at = m->iova.v; at < m->iova.v + m->size; at += 4096) {
		uint64_t i = (at - g->first) >> 12;

		if (at >= g->first && i < g->pages) {
			assert_int_equal(ground_value(m->pa.v + (at - m->iova.v), m->prot),
					 g->now[i]);
		}
	}
	return true;
}

/* Every table that is linked has something in it; nothing else is taken but the reserve. */
static void check_tables(struct ground *g, const struct ipmmu_pt_info *info)
{
	bool linked[GROUND_TABLES] = {false};
	uint32_t root = page_of(g, g->pt.root_pa);
	uint32_t count = info->reserve + info->root_pages;
	uint32_t level;
	uint32_t i;

	for (i = 0; i < g->pages; i++) {
		(void)walk(g, g->first + i * 4096ull, &level, linked);
	}
	for (i = 0; i < GROUND_TABLES; i++) {
		if (linked[i] && i - root >= info->root_pages) {
			count++;
			assert_true(g->config.keep_empty || !is_zero(g, g->cpu[i]));
		}
	}
	assert_int_equal(ground_used(g), count);
}

void ground_settle(struct ground *g)
{
	struct ipmmu_pt_info info;
	struct ipmmu_iova first = {g->first};
	uint32_t i;

	memcpy(g->now, g->then, sizeof(g->now));
	memset(g->broken, 0, sizeof(g->broken));
	ground_watch(g);
	for (i = 0; i < g->pages; i++) {
		assert_int_equal(told(g, g->first + i * 4096ull), g->now[i]);
		/* What a TLB can still hold: the call has asked for a flush if need be. */
		assert_true(g->tlb[i] == 0 || leads_there(g->tlb[i], g->now[i]));
	}
	assert_true(ipmmu_pt_visit(&g->pt, first, g->pages * 4096ull, check_leaf, g));
	ipmmu_pt_query(&g->pt, &info);
	assert_false(info.busy);
	assert_int_equal(info.gathered, 0);
	check_tables(g, &info);
}
