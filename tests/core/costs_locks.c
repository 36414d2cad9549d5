// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * costs_locks.c - how long a lock is held. Each case below is the worst that the call can meet.
 */
#include "costs.h"

enum {
	DENY = 3,
	LIMIT = 16 /* the default of storm_limit */
};

/* ---- machines ---- */

static void (*kit_write)(void *host, void *mmio, uint32_t offset, uint32_t value);

static struct kit *machine(uint32_t storm_limit)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.options.storm_limit = storm_limit;
	kit = costs_watched(&config);
	costs_claimed(kit);
	assert_int_equal(kit_add(kit, 3), IPMMU_OK);
	return kit;
}

/* Domain 0 has all four uTLBs, in both caches. */
static struct kit *full(uint32_t storm_limit)
{
	struct kit *kit = machine(storm_limit);
	int i;

	for (i = 0; i < KIT_MASTERS; i++) {
		assert_int_equal(kit_attach(kit, i, 0, NULL), IPMMU_OK);
	}
	return kit;
}

static void latch(struct kit *kit, uint32_t n)
{
	model_poke(kit->model, 0, model_context_offset(MODEL_GEN3, n, 0x20), 1);
}

static void latch_both(struct kit *kit)
{
	latch(kit, 1);
	latch(kit, DENY);
}

static void mask_both(struct kit *kit, uint32_t storm_limit)
{
	uint32_t i;

	for (i = 0; i <= storm_limit; i++) {
		latch_both(kit);
		assert_true(kit_interrupt(kit, 0));
	}
}

/* ---- the worst that each call can meet; a = 2, c = 2, f = 3, q = 4, k = 2, t = 4 ---- */

/* The flush that went with the last unmask has ended, and nobody has seen it. */
static struct kit *before_interrupt(void)
{
	struct kit *kit = full(1);

	mask_both(kit, 1);
	model_tick(kit->model, 10000);
	assert_false(kit_service(kit, 100));
	model_tick(kit->model, 100);
	latch_both(kit);
	return kit;
}

static void interrupt(struct kit *kit)
{
	assert_true(kit_interrupt(kit, 0));
}

static struct kit *before_service(void)
{
	struct kit *kit = full(0);

	mask_both(kit, LIMIT);
	model_tick(kit->model, 1000000);
	latch_both(kit);
	return kit;
}

static void write_and_fault(void *host, void *mmio, uint32_t offset, uint32_t value)
{
	kit_write(host, mmio, offset, value);
	latch_both(host);
}

static void service(struct kit *kit)
{
	kit_write = kit->ops.mmio_write32;
	kit->ops.mmio_write32 = write_and_fault;
	(void)kit_service(kit, 100);
}

static struct kit *before_timeout(void)
{
	struct kit *kit = full(0);

	model_set_stuck(kit->model, 0, 1, true);
	latch(kit, 1);
	return kit;
}

static void flush_in_vain(struct kit *kit)
{
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
}

static struct kit *before_detach(void)
{
	struct kit *kit = full(0);

	latch(kit, 1);
	return kit;
}

static void detach(struct kit *kit)
{
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
}

static struct kit *before_flush(void)
{
	return full(1);
}

static void relax_and_storm(void *host)
{
	struct kit *kit = host;
	struct ipmmu_context_info info;

	model_tick(kit->model, 1);
	assert_int_equal(ipmmu_context_query(kit->system, 0, 1, &info), IPMMU_OK);
	if (!info.masked) {
		latch(kit, 1);
		assert_true(kit_interrupt(kit, 0));
	}
}

static void flush_in_a_storm(struct kit *kit)
{
	kit->ops.relax = relax_and_storm;
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
}

static struct kit *before_attach(void)
{
	return machine(0);
}

static void attach(struct kit *kit)
{
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
}

static struct kit *before_add(void)
{
	struct kit_config config = kit_config();
	struct kit *kit = costs_watched(&config);

	costs_start(kit);
	return kit;
}

static void add(struct kit *kit)
{
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_OK);
}

/* ---- tables of a domain's own ---- */

enum {
	BIG = 0x1000000 /* 16 MiB: 4096 pages, in 8 tables of the last level */
};

static const struct ipmmu_pt_prot rw = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};
static const struct ipmmu_iova at = {0x40000000};
static const struct ipmmu_pa pa = {0x80000000};

static struct kit *before_map_with(bool keep_empty)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.owned = true;
	config.wish.replace = IPMMU_PT_BREAK_BEFORE_MAKE;
	config.wish.keep_empty = keep_empty;
	kit = costs_watched(&config);
	costs_attached(kit);
	kit->watching = false;
	return kit;
}

static struct kit *before_map(void)
{
	return before_map_with(false);
}

static void map(struct kit *kit)
{
	assert_int_equal(ipmmu_domain_map(kit->domains[0].domain, at, pa, BIG, rw), IPMMU_OK);
}

static struct kit *before_unmap(void)
{
	struct kit *kit = before_map();

	map(kit);
	return kit;
}

/* The tables stay, so that each entry is written. */
static struct kit *before_unmap_all(void)
{
	struct kit *kit = before_map_with(true);

	map(kit);
	return kit;
}

static void unmap(struct kit *kit)
{
	assert_int_equal(ipmmu_domain_unmap(kit->domains[0].domain, at, BIG), IPMMU_OK);
}

static void protect(struct kit *kit)
{
	static const struct ipmmu_pt_prot ro = {IPMMU_PT_READ, IPMMU_PT_CACHED};

	assert_int_equal(ipmmu_domain_protect(kit->domains[0].domain, at, BIG, ro), IPMMU_OK);
}

static void replace(struct kit *kit)
{
	assert_int_equal(ipmmu_domain_replace(kit->domains[0].domain, at,
					      (struct ipmmu_pa){pa.v + BIG}, BIG, rw),
			 IPMMU_OK);
}

/** struct holding - one call, and the longest that it holds a lock. */
struct holding {
	const char *name;
	const char *lock;
	const char *accesses; /**< as formulas */
	const char *stores;
	struct kit *(*prepare)(void);
	void (*operate)(struct kit *kit);
	uint32_t which; /**< the lock */
	struct hold most;
};

static const struct holding holdings[] = {
	{"interrupt: all contexts in use are at their limit",
	 "root",
	 "a (4 + f + 2 c)",
	 "0",
	 before_interrupt,
	 interrupt,
	 COSTS_ROOT,
	 {22, 0}},
	{"service: all contexts in use were masked for long, and fault again at once",
	 "root",
	 "4 a (2 + f)",
	 "0",
	 before_service,
	 service,
	 COSTS_ROOT,
	 {40, 0}},
	{"a flush that does not end",
	 "root",
	 "2 + f + 2 q",
	 "0",
	 before_timeout,
	 flush_in_vain,
	 COSTS_ROOT,
	 {13, 0}},
	{"a flush that ends, and a mask waits for it",
	 "root",
	 "q + 1 + c",
	 "0",
	 before_flush,
	 flush_in_a_storm,
	 COSTS_ROOT,
	 {7, 0}},
	{"detach, move", "root", "2 + f + 2 k", "0", before_detach, detach, COSTS_ROOT, {9, 0}},
	{"attach", "system", "t", "0", before_attach, attach, COSTS_SYSTEM, {4, 0}},
	{"master_add", "system", "3 k", "0", before_add, add, COSTS_SYSTEM, {6, 0}},
	{"domain_map",
	 "page table",
	 "0",
	 "1 for each page, up to 512 for each table that it makes",
	 before_map,
	 map,
	 COSTS_TABLE,
	 {0, 4616}},
	{"domain_unmap",
	 "page table",
	 "0",
	 "2048",
	 before_unmap_all,
	 unmap,
	 COSTS_TABLE,
	 {0, 2048}},
	{"domain_protect",
	 "page table",
	 "0",
	 "2048",
	 before_unmap,
	 protect,
	 COSTS_TABLE,
	 {0, 2048}},
	{"domain_replace",
	 "page table",
	 "0",
	 "2048, and one table",
	 before_unmap,
	 replace,
	 COSTS_TABLE,
	 {0, 2561}},
};

static bool measure(const struct holding *holding)
{
	const struct hold *most = &costs_longest[holding->which];
	struct kit *kit = holding->prepare();
	bool same;

	costs_begin_watch();
	holding->operate(kit);
	same = most->accesses == holding->most.accesses && most->stores == holding->most.stores;
	if (!same) {
		fprintf(stderr, "%s: %llu accesses, %llu stores under the %s lock\n",
			holding->name, (unsigned long long)most->accesses,
			(unsigned long long)most->stores, holding->lock);
	}
	kit_free(kit);
	return same;
}

void costs_of_locks_are_bounded(void **state)
{
	bool same = true;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(holdings) / sizeof(holdings[0]); i++) {
		same = measure(&holdings[i]) && same;
	}
	assert_true(same);
}

void costs_locks_page(FILE *out)
{
	size_t i;

	fputs("\n## How long a lock is held\n\n"
	      "Register accesses and stores to tables between lock and unlock, in the worst "
	      "that\n"
	      "the call can meet; no other call holds a lock for longer. The numbers are "
	      "measured\n"
	      "with a = 2, c = 2, f = 3, k = 2, q = 4, t = 4 and storm_limit 16, or on 4096 "
	      "pages.\n"
	      "ipmmu_system_create() is left out: nobody waits for it.\n\n"
	      "| call | lock | accesses | stores | measured |\n|---|---|---|---|---|\n",
	      out);
	for (i = 0; i < sizeof(holdings) / sizeof(holdings[0]); i++) {
		const struct holding *holding = &holdings[i];

		fprintf(out, "| %s | %s | %s | %s | %u, %u |\n", holding->name, holding->lock,
			holding->accesses, holding->stores, (uint32_t)holding->most.accesses,
			(uint32_t)holding->most.stores);
	}
}
