// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * bench.c - the small machine of the model's own tests. Holds no expectations.
 */
#include "bench.h"

static bool read64(void *arg, uint64_t pa, uint64_t *value)
{
	struct bench *b = arg;

	if (pa < BENCH_RAM || pa >= BENCH_RAM + sizeof(b->ram)) {
		return false;
	}
	*value = b->ram[(pa - BENCH_RAM) / 8];
	return true;
}

static void on_land(void *arg, const struct model_access *access)
{
	struct bench *b = arg;

	b->landed++;
	b->landed_pa = access->pa;
}

void bench_prepare(struct bench *b, enum model_generation generation)
{
	uint32_t i;

	memset(b, 0, sizeof(*b));
	model_config_default(&b->config);
	for (i = 0; i < 3; i++) {
		b->units[i].generation = generation;
		b->units[i].root = ROOT;
		b->units[i].utlbs = 16u * (uint32_t)generation;
		b->units[i].imsstr_bit = 4 * i;
		b->units[i].powered = true;
		b->units[i].stage2 = generation != MODEL_GEN2;
	}
	b->units[ROOT].contexts = 1u << (uint32_t)generation;
	b->units[ROOT].utlbs = generation == MODEL_GEN2 ? 32 : 0;
	b->config.units = b->units;
	b->config.unit_count = generation == MODEL_GEN2 ? 1 : 3;
	b->config.bus.arg = b;
	b->config.bus.read64 = read64;
	b->config.context_tlb_entries = 16;
	b->config.utlb_tlb_entries = 8;
	b->config.switches[MODEL_SECGRP_RESET] = 0;
}

void bench_power_on(struct bench *b)
{
	b->size = model_size(&b->config);
	assert_true(b->size != 0 && b->size <= sizeof(b->buffer));
	b->m = model_init(b->buffer, sizeof(b->buffer), &b->config);
	assert_non_null(b->m);
	model_on_land(b->m, on_land, b);
}

static void use_stage2(struct bench *b)
{
	if (b->units[ROOT].generation != MODEL_GEN2) {
		model_write(b->m, ROOT,
			    b->units[ROOT].generation == MODEL_GEN3 ? 0x504 : 0x1504, 1u << 3);
	}
}

void bench_start(struct bench *b, enum model_generation generation)
{
	bench_prepare(b, generation);
	bench_power_on(b);
	use_stage2(b);
}

void bench_start_switch(struct bench *b, enum model_switch which, uint8_t value)
{
	bench_prepare(b, MODEL_GEN3);
	b->config.switches[which] = value;
	bench_power_on(b);
	use_stage2(b);
}

static uint32_t at(const struct bench *b, uint32_t context, uint32_t reg)
{
	return model_context_offset(b->units[ROOT].generation, context, reg);
}

uint32_t bench_get(struct bench *b, uint32_t unit, uint32_t context, uint32_t reg)
{
	return model_read(b->m, unit, at(b, context, reg));
}

void bench_set(struct bench *b, uint32_t unit, uint32_t context, uint32_t reg, uint32_t value)
{
	model_write(b->m, unit, at(b, context, reg), value);
}

void bench_imuctr(struct bench *b, uint32_t unit, uint32_t utlb, uint32_t value)
{
	model_write(b->m, unit, model_utlb_offset(b->units[ROOT].generation, utlb, false),
		    value);
}

void bench_utlb(struct bench *b, uint32_t unit, uint32_t utlb, uint32_t context, bool flush)
{
	bench_imuctr(b, unit, utlb, context << 4 | (flush ? 2u : 0u) | 1u);
}

void bench_table(struct bench *b, uint32_t context, uint32_t page)
{
	bool gen2 = b->units[ROOT].generation == MODEL_GEN2;

	bench_set(b, ROOT, context, IMTTLBR0, (uint32_t)bench_pa(page));
	bench_set(b, ROOT, context, IMTTUBR0, (uint32_t)(bench_pa(page) >> 32));
	bench_set(b, ROOT, context, IMTTBCR, gen2 ? 0x80003510 : 0xc0000058);
}

void bench_enable(struct bench *b, uint32_t context)
{
	bool gen2 = b->units[ROOT].generation == MODEL_GEN2;
	uint32_t i;

	bench_set(b, ROOT, context, IMCTR, ON_FLUSH | (gen2 ? 0 : VA64));
	for (i = 1; i < b->config.unit_count; i++) {
		bench_set(b, i, context, IMCTR, ON_FLUSH);
	}
	model_tick(b->m, 10);
}

void bench_context(struct bench *b, uint32_t context, uint32_t page)
{
	bench_table(b, context, page);
	bench_enable(b, context);
}

void bench_flush(struct bench *b, uint32_t unit, uint32_t context)
{
	bench_set(b, unit, context, IMCTR, bench_get(b, unit, context, IMCTR) | 2);
}

void bench_store(struct bench *b, uint32_t page, uint32_t index, uint64_t value)
{
	model_before_store(b->m);
	b->ram[page * 512 + index] = value;
}

void bench_page(struct bench *b, uint32_t page, uint64_t iova, uint64_t pa, uint32_t rights)
{
	bool gen2 = b->units[ROOT].generation == MODEL_GEN2;
	uint64_t table = gen2 ? 0x8000000000000003ull : 3;
	uint64_t leaf = gen2 ? 0x463u | (rights == RO ? 0x80u : 0u) : 0x403u | rights << 6;

	bench_store(b, page, (uint32_t)(iova >> 30), bench_pa(page + 2) | table);
	bench_store(b, page + 2, (uint32_t)(iova >> 21) & 511, bench_pa(page + 3) | table);
	bench_store(b, page + 3, (uint32_t)(iova >> 12) & 511, pa | leaf);
}

void bench_clear(struct bench *b, uint32_t page, uint64_t iova)
{
	bench_store(b, page + 3, (uint32_t)(iova >> 12) & 511, 0);
}

uint64_t bench_pa(uint32_t page)
{
	return BENCH_RAM + 4096ull * page;
}

struct model_access bench_access(struct bench *b, uint32_t unit, uint32_t utlb, uint64_t iova,
				 bool write)
{
	struct model_access access = {0};

	access.unit = unit;
	access.utlb = utlb;
	access.iova = iova;
	access.write = write;
	model_access(b->m, &access);
	return access;
}

uint64_t bench_lands(struct bench *b, uint32_t unit, uint32_t utlb, uint64_t iova)
{
	struct model_access access = bench_access(b, unit, utlb, iova, false);

	return access.state == MODEL_ACCESS_DONE ? access.pa : BENCH_STOPPED | access.state;
}

uint32_t bench_violations(struct bench *b, enum model_violation_kind kind)
{
	struct model_violation v;
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; model_violation_get(b->m, i, &v); i++) {
		count += v.kind == kind ? 1 : 0;
	}
	return count;
}

struct question {
	uint64_t pa;
	int via;
};

static bool is_it(void *arg, const struct model_reach *r)
{
	const struct question *q = arg;

	if (q->via >= MODEL_VIA_BYPASS && q->via <= MODEL_VIA_UNDER_WAY &&
	    (int)r->via != q->via) {
		return true;
	}
	return !(r->size == 0 || (q->pa >= r->pa && q->pa < r->pa + r->size));
}

bool bench_reaches(struct bench *b, uint32_t unit, uint32_t utlb, uint64_t pa, int via)
{
	struct question q = {pa, via};

	return !model_reach(b->m, unit, utlb, is_it, &q);
}
