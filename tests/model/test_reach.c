// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_reach.c - what the checkers of invariants rest on: model_reach() and model_table_reach()
 * tell all that model_access() can do. Machines, switches, registers, tables and accesses are
 * drawn at random; most of them no driver would ever set up.
 */
#include "bench.h"

#include <stdlib.h>

enum {
	CONTEXTS = 4,
	UTLBS = 2,
	STEPS = 60,
	MACHINES = 60,
	TRIES = 8, /* accesses at each step */
	FLIGHTS = 4,
	PAGES_READ = 64
};

static struct bench b;
static uint64_t random_state;

/** What happened, so that a run that tests nothing is seen. */
static struct {
	uint32_t translated;
	uint32_t wide; /* ... of these over 33 bits */
	uint32_t bypass;
	uint32_t off;   /* ... of these on a context that is off */
	uint32_t fixed; /* ... of these with FIXADD */
	uint32_t late;
	uint32_t walks; /* accesses for which a table was read */
} met;

/* Where two are drawn, their order is in the code: a seed gives one run for all compilers. */
static uint32_t draw(uint32_t below)
{
	random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(random_state >> 33) % below;
}

static bool one_in(uint32_t n)
{
	return draw(n) == 0;
}

/* ---- what the walker reads ---- */

/** Pages that were read since count was set to 0, in RAM or not. */
static struct {
	uint64_t pages[PAGES_READ];
	uint32_t count;
	bool (*load)(void *arg, uint64_t pa, uint64_t *value);
} walker;

static bool load_and_note(void *arg, uint64_t pa, uint64_t *value)
{
	uint64_t page = pa & ~0xfffull;
	uint32_t i = 0;

	while (i < walker.count && walker.pages[i] != page) {
		i++;
	}
	if (i == walker.count && i < PAGES_READ) {
		walker.pages[walker.count++] = page;
	}
	return walker.load(arg, pa, value);
}

/* ---- a state at random ---- */

static void draw_switches(void)
{
	uint32_t i;

	for (i = 0; i < MODEL_SWITCH_COUNT; i++) {
		if (one_in(2)) {
			b.config.switches[i] =
				(uint8_t)draw(model_switch_values((enum model_switch)i));
		}
	}
	b.config.switches[MODEL_SECGRP_RESET] = 0;
}

static void draw_machine(void)
{
	bool full;
	uint32_t i;

	bench_prepare(&b, (enum model_generation)(MODEL_GEN2 + draw(3)));
	for (i = 0; i < b.config.unit_count; i++) {
		b.units[i].utlbs = b.units[i].utlbs == 0 ? 0 : UTLBS;
		b.units[i].contexts = CONTEXTS;
		b.units[i].stage2 = !one_in(4);
	}
	b.config.tlb_mode = (enum model_tlb_mode)draw(3);
	/* Where the adversary has no room for everything, walks go on finding the rest. */
	full = b.config.tlb_mode == MODEL_TLB_ADVERSARIAL && !one_in(4);
	b.config.context_tlb_entries = full ? 128 : 3;
	b.config.utlb_tlb_entries = full ? 128 : 3;
	b.config.accesses = 4;
	b.config.seed = 1 + draw(1000);
	draw_switches();
	walker.load = b.config.bus.read64;
	b.config.bus.read64 = load_and_note;
	bench_power_on(&b);
}

/* A few entries at places that addresses of draw_iova() meet. */
static void draw_entry(void)
{
	static const uint64_t kinds[] = {0, 1, 3, 3, 3, 3, 3, 2};
	static const uint64_t rights[] = {0, 0x40, 0x80, 0xc0};
	uint64_t to = one_in(4) ? (uint64_t)draw(16) << 30 : bench_pa(draw(BENCH_PAGES));
	uint64_t entry = kinds[draw(8)];
	uint32_t page = draw(BENCH_PAGES);

	entry |= rights[one_in(2) ? draw(4) : 3];
	entry |= one_in(16) ? 0 : 0x8000000000000020ull; /* NSTable, NS */
	entry |= one_in(8) ? 0 : 0x400;                  /* AF */
	entry |= one_in(32) ? 1ull << 41 : 0;
	bench_store(&b, page, one_in(2) ? draw(2) : 512 - 1 - draw(2), entry | to);
}

static uint64_t draw_iova(void)
{
	uint64_t iova = (uint64_t)draw(16) << 9;

	iova |= one_in(2) ? (uint64_t)draw(2) << 21 : 0x1ffull << 21;
	iova |= one_in(2) ? (uint64_t)draw(4) << 30 : draw(4) * 0x155ull << 30;
	iova |= one_in(4) ? 0x1ffull << 12 : 0;
	return iova;
}

static uint32_t draw_ttbcr(void)
{
	static const uint32_t drivers[] = {0xc0000058, 0xc000005c, 0x80000080,
					   0x80003510, 0x80190099, 0xc000005f};
	uint32_t value = drivers[draw(6)];

	if (one_in(8)) {
		value = 0x80000000 | (draw(1u << 31) & 0x400000df);
	}
	return one_in(32) ? value & 0x7fffffff : value;
}

static uint32_t root_offset(uint32_t offset)
{
	return b.units[ROOT].generation == MODEL_GEN4 ? 0x1000 + offset : offset;
}

static uint32_t draw_unit(void)
{
	return draw(b.config.unit_count);
}

static void draw_context_write(uint32_t context)
{
	uint32_t imctr = draw(8);
	uint32_t unit = draw_unit();

	imctr |= one_in(3) ? 0 : VA64;
	imctr |= one_in(4) ? 0 : 1;
	switch (draw(5)) {
	case 0:
		bench_set(&b, ROOT, context, IMTTLBR0, (uint32_t)bench_pa(draw(BENCH_PAGES)));
		bench_set(&b, ROOT, context, IMTTUBR0, (uint32_t)(BENCH_RAM >> 32));
		break;
	case 1:
		bench_set(&b, ROOT, context, IMTTBCR, draw_ttbcr());
		break;
	case 2:
		bench_set(&b, ROOT, context, IMCTR, imctr);
		break;
	default:
		bench_set(&b, unit, context, IMCTR, unit == ROOT ? imctr : imctr & 7);
		break;
	}
}

static void draw_utlb_write(void)
{
	uint32_t context = one_in(8) ? draw(32) : draw(CONTEXTS);
	uint32_t fixed = one_in(3) ? 0x80000000u | draw(256) << 16 : draw(2) << 16;
	uint32_t flags = one_in(8) ? draw(4) : draw(4) | 1;
	uint32_t unit = draw_unit();

	bench_imuctr(&b, unit, draw(UTLBS), context << 4 | fixed | flags);
}

static void draw_trouble(void)
{
	uint32_t unit = draw_unit();
	uint32_t context = draw(CONTEXTS);

	switch (draw(5)) {
	case 0:
		model_power(b.m, unit, !one_in(3));
		break;
	case 1:
		model_set_stuck(b.m, unit, context, one_in(2));
		break;
	case 2:
		model_set_flush_dropped(b.m, unit, one_in(2));
		break;
	case 3:
		model_write(b.m, unit, root_offset(0x500), one_in(8) ? 1u << 28 : 0);
		break;
	default:
		model_write(b.m, ROOT, root_offset(0x504), one_in(3) ? 0 : 8);
		break;
	}
}

/* What a driver would have done; from here on it goes wrong. */
static void set_up(void)
{
	uint32_t n;

	for (n = 0; n < 16; n++) {
		uint64_t iova = draw_iova() & ~0xfffull;
		uint64_t pa = draw_iova() & ~0xfffull;
		uint32_t page = 4 * draw(CONTEXTS);

		iova = one_in(3) ? iova & 0xffffffff : iova;
		bench_page(&b, page, iova, pa, 1 + draw(3));
	}
	for (n = 0; n < CONTEXTS; n++) {
		bench_context(&b, n, 4 * n);
	}
	for (n = 0; n < b.config.unit_count * UTLBS; n++) {
		if (n >= UTLBS || b.units[ROOT].utlbs != 0) {
			bench_utlb(&b, n / UTLBS, n % UTLBS, draw(CONTEXTS), true);
		}
	}
}

static void draw_step(void)
{
	uint32_t unit;
	uint32_t utlb;
	uint32_t context;

	switch (draw(12)) {
	case 0:
	case 1:
	case 2:
		draw_entry();
		break;
	case 3:
	case 4:
	case 5:
		draw_context_write(draw(CONTEXTS));
		break;
	case 6:
	case 7:
		draw_utlb_write();
		break;
	case 8:
		model_tick(b.m, draw(4));
		break;
	case 9:
		bench_set(&b, ROOT, draw(CONTEXTS), IMSTR, 0);
		break;
	case 10:
		if (one_in(4)) {
			draw_trouble();
		}
		break;
	default:
		unit = draw_unit();
		utlb = draw(UTLBS);
		context = draw(CONTEXTS);
		bench_utlb(&b, unit, utlb, context, one_in(2));
		break;
	}
}

/* ---- what is told against what is done ---- */

/* The bits of an address that its context translates; all where it is off. */
static uint64_t input_mask(uint32_t context)
{
	uint32_t ttbcr;
	bool va64;

	if (b.config.switches[MODEL_INPUT_WRAPS] == 0 || context == MODEL_NONE) {
		return ~0ull;
	}
	ttbcr = model_peek(b.m, ROOT,
			   model_context_offset(b.units[ROOT].generation, context, IMTTBCR));
	va64 = (model_peek(b.m, ROOT,
			   model_context_offset(b.units[ROOT].generation, context, IMCTR)) &
		VA64) != 0;
	return (1ull << (va64 ? (64 - (ttbcr & 31)) & 63 : 32 - (ttbcr & 7))) - 1;
}

static bool covers(const struct model_reach *r, const struct model_access *a, uint64_t iova)
{
	return iova - r->iova == a->pa - r->pa && a->pa - r->pa < r->size &&
	       (a->write ? r->write : r->read);
}

static bool tells(const struct model_reach *r, const struct model_access *a)
{
	if (r->via == MODEL_VIA_BYPASS) {
		return a->bypass && r->size == 0;
	}
	if (r->via == MODEL_VIA_UNDER_WAY) {
		return r->context == a->context && (r->iova ^ a->iova) < 0x1000 &&
		       (r->pa ^ a->pa) < 0x1000 && (a->write ? r->write : r->read);
	}
	return !a->bypass && r->context == a->context &&
	       (covers(r, a, a->iova) || covers(r, a, a->iova & input_mask(a->context)));
}

/** struct told - all that was told before an access. */
struct told {
	struct model_reach reaches[4096];
	uint32_t reach_count;
	uint64_t tables[4096];
	uint32_t table_count;
};

static struct told told;

static bool keep_reach(void *arg, const struct model_reach *r)
{
	struct told *t = arg;

	assert_true(t->reach_count < sizeof(t->reaches) / sizeof(t->reaches[0]));
	t->reaches[t->reach_count++] = *r;
	return true;
}

static bool keep_table(void *arg, uint32_t context, uint64_t pa)
{
	struct told *t = arg;

	(void)context;
	assert_true(t->table_count < sizeof(t->tables) / sizeof(t->tables[0]));
	t->tables[t->table_count++] = pa & ~0xfffull;
	return true;
}

static void ask_reach(uint32_t unit, uint32_t utlb)
{
	told.reach_count = 0;
	(void)model_reach(b.m, unit, utlb, keep_reach, &told);
}

static bool bypass_is_told(void)
{
	uint32_t i;

	for (i = 0; i < told.reach_count; i++) {
		if (told.reaches[i].via == MODEL_VIA_BYPASS) {
			return true;
		}
	}
	return false;
}

static void check_done(uint64_t seed, const struct model_access *access)
{
	uint32_t i = 0;

	while (i < told.reach_count && !tells(&told.reaches[i], access)) {
		i++;
	}
	if (i == told.reach_count) {
		fail_msg("IPMMU_TEST_SEED=%llu: unit %u uTLB %u, %s of %#llx lands at %#llx "
			 "(context %d, bypass %d), and nothing told of it",
			 (unsigned long long)seed, access->unit, access->utlb,
			 access->write ? "write" : "read", (unsigned long long)access->iova,
			 (unsigned long long)access->pa, (int)access->context, access->bypass);
	}
}

static void check_walk(uint64_t seed)
{
	uint32_t i;
	uint32_t k;

	for (i = 0; i < walker.count; i++) {
		k = 0;
		while (k < told.table_count && told.tables[k] != walker.pages[i]) {
			k++;
		}
		if (k == told.table_count) {
			fail_msg("IPMMU_TEST_SEED=%llu: the walker read %#llx, and nothing "
				 "told of it",
				 (unsigned long long)seed, (unsigned long long)walker.pages[i]);
		}
	}
}

static void count_done(const struct model_access *a)
{
	enum model_generation generation = b.units[ROOT].generation;
	uint32_t imuctr =
		model_peek(b.m, a->unit, model_utlb_offset(generation, a->utlb, false));

	met.translated += a->bypass ? 0 : 1;
	met.wide += !a->bypass && a->iova >> 33 != 0 ? 1 : 0;
	met.bypass += a->bypass ? 1 : 0;
	met.off += a->bypass && (imuctr & 1) != 0 ? 1 : 0;
	met.fixed += a->pa != a->iova && a->bypass ? 1 : 0;
}

static void check_outcome(uint64_t seed, const struct model_access *access)
{
	if (access->state == MODEL_ACCESS_DONE) {
		check_done(seed, access);
		count_done(access);
	} else if (access->state != MODEL_ACCESS_STALLED && bypass_is_told()) {
		fail_msg("IPMMU_TEST_SEED=%llu: unit %u uTLB %u is told to be in bypass, and "
			 "%#llx does not pass (state %d)",
			 (unsigned long long)seed, access->unit, access->utlb,
			 (unsigned long long)access->iova, (int)access->state);
	}
}

/** struct flight - an access under way. */
struct flight {
	uint32_t handle;
	uint32_t unit;
	uint32_t utlb;
};

static struct flight flights[FLIGHTS];

/* An access from start to end, or only its start when @flight is free. */
static void check_access(uint64_t seed, struct flight *flight)
{
	struct model_access access = {0};

	access.unit = draw_unit();
	access.utlb = draw(UTLBS);
	access.iova = draw_iova();
	access.write = one_in(2);
	ask_reach(access.unit, access.utlb);
	told.table_count = 0;
	(void)model_table_reach(b.m, ROOT, keep_table, &told);
	walker.count = 0;
	if (flight->handle == MODEL_NONE) {
		flight->handle = model_access_begin(b.m, &access);
		flight->unit = access.unit;
		flight->utlb = access.utlb;
	} else {
		model_access(b.m, &access);
	}
	check_walk(seed);
	met.walks += walker.count != 0 ? 1 : 0;
	check_outcome(seed, &access);
}

static void check_landing(uint64_t seed, struct flight *flight)
{
	struct model_access access;

	ask_reach(flight->unit, flight->utlb);
	if (model_access_end(b.m, flight->handle, &access)) {
		check_done(seed, &access);
		met.late++;
	}
	flight->handle = MODEL_NONE;
}

static void check_accesses(uint64_t seed)
{
	uint32_t i;

	for (i = 0; i < TRIES; i++) {
		struct flight *flight = &flights[draw(FLIGHTS)];

		/* Not always: any write lets the adversary look. */
		if (one_in(2)) {
			bench_set(&b, ROOT, draw(CONTEXTS), IMSTR, 0);
		}
		check_access(seed, flight);
		if (one_in(4)) {
			check_landing(seed, flight);
		}
	}
}

static uint64_t first_seed(void)
{
	const char *text = getenv("IPMMU_TEST_SEED");

	return text != NULL ? strtoull(text, NULL, 0) : 1;
}

static void drive(uint64_t seed)
{
	uint32_t n;

	random_state = seed;
	(void)draw(2);
	draw_machine();
	for (n = 0; n < FLIGHTS; n++) {
		flights[n].handle = MODEL_NONE;
	}
	model_write(b.m, ROOT, root_offset(0x504), one_in(3) ? 0 : 8);
	set_up();
	for (n = 0; n < STEPS; n++) {
		draw_step();
		check_accesses(seed);
	}
}

static void every_access_that_lands_was_told_before(void **state)
{
	uint64_t seed = first_seed();
	uint32_t i;

	(void)state;
	for (i = 0; i < MACHINES; i++) {
		drive(seed + i);
	}
	print_message("translated: %u (over 33 bits: %u); in bypass: %u (on a context that is "
		      "off: %u, with FIXADD: %u); landed later: %u; walks: %u\n",
		      met.translated, met.wide, met.bypass, met.off, met.fixed, met.late,
		      met.walks);
	assert_true(met.translated > 200 && met.wide > 10 && met.off > 10 && met.fixed > 10 &&
		    met.late > 200 && met.walks > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_access_that_lands_was_told_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
