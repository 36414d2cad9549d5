// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Register accesses of each operation, counted exactly: more fails, and so does less.
 *
 * The rows below are the table of docs/register-accesses.md: with --page this program prints
 * the page, with --check FILE it compares.
 */
#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "kit_cmocka.h"

enum {
	DMAC = 0,
	AUDIO = 1,
	MMC = 2
};

/** struct size - the numbers that the formulas are made of. */
struct size {
	uint32_t n; /**< contexts of the root */
	uint32_t c; /**< caches in use by the domain, or online at probe */
	uint32_t k; /**< uTLBs of the master */
	uint32_t u; /**< uTLBs of all units */
	uint32_t r; /**< running uTLBs that probe denies */
	uint32_t a; /**< contexts in use, deny included */
	bool stage1;
	bool gen2;
	bool gen3;
};

/** struct cost - register accesses, with every flush seen to have ended at the first look. */
struct cost {
	uint32_t reads;
	uint32_t writes;
};

/** struct row - one operation. */
struct row {
	const char *name;
	const char *reads;
	const char *writes;
	const char *least; /**< what the operation cannot do without */
	const char *extra; /**< what is done on top of that, and why */
	struct cost (*formula)(const struct size *size);
	void (*prepare)(struct kit *kit);
	void (*operate)(struct kit *kit);
};

/* Table registers, IMSTR; stage 1 has IMMAIR0, and Gen2 clears IMBUSCR. */
static uint32_t program_writes(const struct size *s)
{
	return 4 + (s->stage1 ? 1u : 0u) + (s->gen2 ? 1u : 0u);
}

static uint32_t program_reads(const struct size *s)
{
	return s->gen2 ? 1 : 0;
}

static struct cost cost_create(const struct size *s)
{
	uint32_t global = s->gen2 ? 0 : 2 + s->c;
	struct cost cost;

	cost.reads = s->n + s->u + global + program_reads(s) + s->n * (1 + s->c) + s->r +
		     (s->n - 1) + 1;
	cost.writes = global + program_writes(s) + s->n * (1 + s->c) + 2 * s->r + s->n + 1;
	return cost;
}

static struct cost cost_add(const struct size *s)
{
	return (struct cost){s->k, 2 * s->k};
}

static struct cost cost_first(const struct size *s)
{
	return (struct cost){program_reads(s) + 1 + s->c, program_writes(s) + 1 + s->c + s->k};
}

static struct cost cost_further(const struct size *s)
{
	return (struct cost){0, s->k};
}

static struct cost cost_new_cache(const struct size *s)
{
	return (struct cost){1, s->k + 1};
}

static struct cost cost_flush(const struct size *s)
{
	return (struct cost){1 + s->c, 1 + s->c + s->k};
}

/* One master with one uTLB stays behind. */
static struct cost cost_detach(const struct size *s)
{
	return (struct cost){s->k + 1 + s->c, s->k + 1 + s->c + 1};
}

static struct cost cost_last(const struct size *s)
{
	return (struct cost){s->k + 1 + s->c + 1, s->k + 1 + s->c};
}

static struct cost cost_move(const struct size *s)
{
	return (struct cost){s->k + 1 + s->c, 2 * s->k + 1 + s->c + 1};
}

static struct cost cost_reserve(const struct size *s)
{
	return (struct cost){program_reads(s) + 1, program_writes(s) + 1};
}

static struct cost cost_unreserve(const struct size *s)
{
	(void)s;
	return (struct cost){2, 1};
}

static struct cost cost_retry(const struct size *s)
{
	return (struct cost){1 + 1 + s->c + 1, 1 + s->c};
}

static struct cost cost_fault(const struct size *s)
{
	return (struct cost){s->a + (s->gen2 ? 1u : 2u) + (s->gen3 ? 1u : 0u), 1};
}

static struct cost cost_nothing(const struct size *s)
{
	(void)s;
	return (struct cost){0, 0};
}

static struct cost cost_spurious(const struct size *s)
{
	return (struct cost){s->n, 0};
}

/* ---- what each row does before and during the count ---- */

static void poke_running(struct kit *kit)
{
	enum model_generation generation = (enum model_generation)kit->config.generation;
	uint32_t unit = kit->masters[DMAC].ports[0].mmu;

	model_poke(kit->model, unit, model_utlb_offset(generation, 0, false), 1u | 1u << 4);
}

static void op_create(struct kit *kit)
{
	kit_start(kit);
}

static void start(struct kit *kit)
{
	kit_start(kit);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	assert_int_equal(kit_domain_new(kit, 1), IPMMU_OK);
}

static void op_add(struct kit *kit)
{
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_OK);
}

static void claimed(struct kit *kit)
{
	start(kit);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_OK);
	assert_int_equal(kit_add(kit, MMC), IPMMU_OK);
}

static void op_attach(struct kit *kit)
{
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
}

static void with_caches(struct kit *kit)
{
	claimed(kit);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_attach(kit, MMC, 0, NULL), IPMMU_OK);
}

static void with_one_cache(struct kit *kit)
{
	claimed(kit);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
}

static void attached(struct kit *kit)
{
	claimed(kit);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
}

static void two_attached(struct kit *kit)
{
	attached(kit);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
}

static void both_live(struct kit *kit)
{
	two_attached(kit);
	assert_int_equal(kit_reserve(kit, 1), IPMMU_OK);
	assert_int_equal(kit_attach(kit, MMC, 1, NULL), IPMMU_OK);
	/* Both caches serve the target already, so that only the move itself is counted. */
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(kit_attach(kit, DMAC, 1, NULL), IPMMU_OK);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
}

static void op_flush(struct kit *kit)
{
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
}

static void op_detach(struct kit *kit)
{
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
}

static void op_move(struct kit *kit)
{
	assert_int_equal(kit_move(kit, AUDIO, 1, NULL), IPMMU_OK);
}

static void op_reserve(struct kit *kit)
{
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
}

static void reserved(struct kit *kit)
{
	start(kit);
	op_reserve(kit);
}

static void op_unreserve(struct kit *kit)
{
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_OK);
}

static void quarantined(struct kit *kit)
{
	attached(kit);
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	model_set_stuck(kit->model, 0, MODEL_NONE, false);
	model_tick(kit->model, 1);
}

static void op_retry(struct kit *kit)
{
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
}

static void faulted(struct kit *kit)
{
	attached(kit);
	(void)kit_dma(kit, AUDIO, kit_iova(0, 3), true);
}

static void op_interrupt(struct kit *kit)
{
	assert_true(kit_interrupt(kit, 0));
}

static void op_spurious(struct kit *kit)
{
	assert_false(kit_interrupt(kit, 0));
}

static void recorded(struct kit *kit)
{
	faulted(kit);
	assert_true(kit_interrupt(kit, 0));
}

static void op_service(struct kit *kit)
{
	assert_false(kit_service(kit, 8));
	assert_int_equal(kit->fault_count, 1);
}

/* Tables of the domain's own, with the policy that flushes most. */
static void owned(struct kit *kit)
{
	attached(kit);
	kit_map(kit, 0, 0, true);
	kit_map(kit, 0, 1, true);
}

/* A table of pages that could be a block, which the book of pages knows nothing of. */
static void cut(struct kit *kit)
{
	static const struct ipmmu_pt_prot ro = {IPMMU_PT_READ, IPMMU_PT_CACHED};
	const struct ipmmu_pa pa = {0x80000000};
	struct ipmmu_iova iova = {0x40000000};

	attached(kit);
	kit->watching = false;
	assert_int_equal(ipmmu_domain_map(kit->domains[0].domain, iova, pa, 0x1ff000, ro),
			 IPMMU_OK);
	iova.v += 0x1ff000;
	assert_int_equal(ipmmu_domain_map(kit->domains[0].domain, iova,
					  (struct ipmmu_pa){pa.v + 0x1ff000}, 4096, ro),
			 IPMMU_OK);
}

static void op_merge(struct kit *kit)
{
	const struct ipmmu_iova iova = {0x40000000};

	assert_int_equal(ipmmu_domain_merge(kit->domains[0].domain, iova, 0x200000), IPMMU_OK);
}

static void op_map(struct kit *kit)
{
	kit_map(kit, 0, 2, true);
}

static void op_unmap(struct kit *kit)
{
	kit_unmap(kit, 0, 1);
}

static void op_unmap_nothing(struct kit *kit)
{
	assert_int_equal(kit_try_unmap(kit, 0, 3), IPMMU_OK);
}

static void op_protect(struct kit *kit)
{
	assert_int_equal(kit_try_protect(kit, 0, 1, false), IPMMU_OK);
}

static const struct row rows[] = {
	{"create (per root)", "n + u + g + n (1 + c) + r + n",
	 "g + t + n (1 + c) + 2 r + n + 1", "R: g. W: g, n (IMCTR off)",
	 "R: n IMCTR and u IMUCTR tell what firmware left running, n (1 + c) see each flush "
	 "end, "
	 "r read back what was denied, n - 1 IMSTR read back and 1 the last flush. W: t and "
	 "1 + c set the deny context up, 2 r deny what runs, c n switch contexts off in the "
	 "caches too, n IMSTR cleared, 1 turns the interrupt on last",
	 cost_create, poke_running, op_create},
	{"master_add", "k", "2 k", "2 k W",
	 "R: k read-backs: a master counts as denied only when its uTLBs say so", cost_add,
	 start, op_add},
	{"attach, first of a domain", "1 + c", "t + 1 + c + k", "t + 1 + c + k W",
	 "R: 1 + c see the flush end before the first uTLB is let in", cost_first, claimed,
	 op_attach},
	{"attach, further master, no new cache", "0", "k", "k W", "none", cost_further,
	 with_caches, op_attach},
	{"attach, further master, one new cache", "1", "k + 1", "k + 1 W",
	 "R: 1 sees the flush of the new cache end", cost_new_cache, with_one_cache, op_attach},
	{"attach to a reserved domain's context", "c", "k + c", "k + c W",
	 "R: c see the flush of each new cache end", NULL, NULL, NULL},
	{"domain_flush", "1 + c", "1 + c + q", "1 R, 1 + c W",
	 "R: c, as the caches' FLUSH is waited for and not only the root's. W: q, as it is not "
	 "known whether a context's flush empties uTLBs",
	 cost_flush, attached, op_flush},
	{"detach, others stay", "k + 1 + c", "k + 1 + c + q", "k W",
	 "R: k read-backs, 1 + c see the flush end. W: 1 + c, the flush of the domain: what "
	 "the "
	 "master could reach is in no TLB when the call returns",
	 cost_detach, two_attached, op_detach},
	{"detach, last of a domain", "k + 2 + c", "k + 1 + c", "1 R, k + 1 + c W",
	 "R: k read-backs, c as the caches are waited for, 1 IMSTR: a fault latched before the "
	 "end is recorded",
	 cost_last, attached, op_detach},
	{"move between live domains", "k + 1 + c", "2 k + 1 + c + q", "k W",
	 "R: k read-backs, 1 + c see the flush end. W: k to deny on the way, 1 + c the flush "
	 "of "
	 "the old domain",
	 cost_move, both_live, op_move},
	{"domain_reserve", "1", "t + 1", "t + 1 W", "R: 1 sees the flush end", cost_reserve,
	 start, op_reserve},
	{"domain_unreserve", "2", "1", "1 R, 1 W", "R: 1 IMSTR, as in the last detach",
	 cost_unreserve, reserved, op_unreserve},
	{"domain_retry", "3 + c", "1 + c", "1 R, 1 W",
	 "R: 1 sees the flush end that did not end before, c the caches', 1 IMSTR. W: c, the "
	 "caches are switched off too",
	 cost_retry, quarantined, op_retry},
	{"interrupt, one fault", "a + f", "1", "1 + f R, 1 W",
	 "R: a - 1, all contexts in use are looked at, so that one that storms starves no "
	 "other; f includes 1 for IMSSTR on Gen3, which narrows the masters",
	 cost_fault, faulted, op_interrupt},
	{"interrupt, spurious", "n", "0", "n R", "none", cost_spurious, attached, op_spurious},
	{"service", "0", "0", "0", "none", cost_nothing, recorded, op_service},
	{"domain_map", "0", "0", "0", "none", cost_nothing, owned, op_map},
	{"domain_unmap, protect and replace (direct)", "1 + c", "1 + c + q", "1 R, 1 + c W",
	 "as domain_flush: one flush, whatever the size", cost_flush, owned, op_unmap},
	{"domain_unmap of what is not mapped", "0", "0", "0", "none", cost_nothing, owned,
	 op_unmap_nothing},
	{"domain_protect, replace (break before make)", "1 + c", "1 + c + q", "1 R, 1 + c W",
	 "as domain_flush: one flush between break and make; none after it, as nothing valid "
	 "was taken away since",
	 cost_flush, owned, op_protect},
	{"domain_merge", "1 + c", "1 + c + q", "1 R, 1 + c W",
	 "as domain_flush: one flush, with break before make one for each size of block; none "
	 "for what does not merge",
	 cost_flush, cut, op_merge},
	{"domain_create, domain_destroy, drain, translate, explain, queries", "0", "0", "0",
	 "none", NULL, NULL, NULL},
};

static const struct {
	enum ipmmu_generation generation;
	enum ipmmu_mode mode;
	uint32_t caches;
} machines[] = {
	{IPMMU_GEN3, IPMMU_MODE_S2, 2},         {IPMMU_GEN3, IPMMU_MODE_S2, 1},
	{IPMMU_GEN3, IPMMU_MODE_S1_AARCH32, 2}, {IPMMU_GEN4, IPMMU_MODE_S2, 2},
	{IPMMU_GEN2, IPMMU_MODE_S1_AARCH32, 0},
};

static struct size size_of(const struct kit *kit)
{
	bool gen2 = kit->config.generation == IPMMU_GEN2;
	struct size size = {.n = kit->soc.contexts,
			    .c = kit->config.caches,
			    .k = kit->masters[AUDIO].desc.port_count,
			    .u = kit->soc.utlbs * (gen2 ? 1 : kit->config.caches),
			    .r = 1,
			    .a = 2,
			    .stage1 = kit->config.mode != IPMMU_MODE_S2,
			    .gen2 = gen2,
			    .gen3 = kit->config.generation == IPMMU_GEN3};

	return size;
}

static void count(const struct row *row, size_t machine)
{
	struct kit_config config = kit_config();
	struct cost expected;
	struct size size;
	struct kit *kit;

	config.generation = machines[machine].generation;
	config.mode = machines[machine].mode;
	config.caches = machines[machine].caches;
	config.model.flush_us = 0;
	config.owned = row->prepare == owned || row->prepare == cut;
	config.wish.replace = IPMMU_PT_BREAK_BEFORE_MAKE;
	config.wish.split = row->prepare == cut ? IPMMU_PT_BREAK_BEFORE_MAKE : IPMMU_PT_NEVER;
	kit = kit_new(&config);
	size = size_of(kit);
	expected = row->formula(&size);
	row->prepare(kit);
	kit_forget(kit);
	row->operate(kit);
	if (kit->reads != expected.reads || kit->writes != expected.writes) {
		kit_found(kit, "I5", "%s, machine %zu: %llu R + %llu W, expected %u R + %u W",
			  row->name, machine, (unsigned long long)kit->reads,
			  (unsigned long long)kit->writes, expected.reads, expected.writes);
	}
	kit_free(kit);
}

static void each_operation_takes_exactly_its_register_accesses(void **state)
{
	size_t i;
	size_t m;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (m = 0;
		     rows[i].formula != NULL && m < sizeof(machines) / sizeof(machines[0]);
		     m++) {
			if (rows[i].operate == op_attach && rows[i].prepare == with_one_cache &&
			    machines[m].caches < 2) {
				continue;
			}
			count(&rows[i], m);
		}
	}
}

static void domains_and_queries_touch_no_register(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit = kit_new(&config);

	(void)state;
	kit_start(kit);
	kit_forget(kit);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	assert_int_equal(kit_domain_end(kit, 0), IPMMU_OK);
	assert_int_equal(kit->reads + kit->writes, 0);
	kit_free(kit);
}

static void attach_to_a_reserved_context_only_adds_its_caches(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	(void)state;
	config.model.flush_us = 0;
	kit = kit_new(&config);
	claimed(kit);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	kit_forget(kit);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	assert_int_equal(kit->reads, 2);
	assert_int_equal(kit->writes, 2 + 2);
	kit_free(kit);
}

/* ---- the page ---- */

static void print_page(FILE *out)
{
	size_t i;

	fputs("<!-- SPDX-License-Identifier: BSD-2-Clause -->\n"
	      "<!-- SPDX-FileCopyrightText: 2026 The libipmmu authors -->\n"
	      "<!-- Written by tests/core/test_costs --page. Change its rows instead. -->\n\n"
	      "# Register accesses\n\n"
	      "What each call reads (R) and writes (W), counted on the model. The test that\n"
	      "holds this table fails when a call does more, and when it does less.\n\n"
	      "k: uTLBs of the master. c: caches in use by the domain (at create: all "
	      "caches).\n"
	      "q: uTLBs that select the context, after the master has left; 0 where the host "
	      "sets\n"
	      "context_flush_reaches_utlbs.\n"
	      "n: contexts of the root. u: uTLBs of all units. r: running uTLBs that are "
	      "denied.\n"
	      "a: contexts in use, deny included. g: 2 + c read-modify-writes of global\n"
	      "registers, 0 on Gen2. t: table registers and IMSTR: 4 in stage 2, 5 in stage "
	      "1,\n"
	      "6 in stage-1 VMSAv8-64 less IMBUSCR and with TTBR1 7; Gen2 6, and 1 R more.\n"
	      "f: 2 R for the fault's address, 1 on Gen2; 1 more for IMSSTR on Gen3.\n\n"
	      "Each flush is counted with one look that sees it ended. One that takes longer\n"
	      "costs one R per unit and look more, until the time-out: at most 100 looks per\n"
	      "microsecond of it, so that a clock that stands still ends it as well.\n\n"
	      "| call | R | W | least | more than that, and why |\n|---|---|---|---|---|\n",
	      out);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fprintf(out, "| %s | %s | %s | %s | %s |\n", rows[i].name, rows[i].reads,
			rows[i].writes, rows[i].least, rows[i].extra);
	}
}

static int check_page(const char *path)
{
	char ours[512];
	char theirs[512];
	FILE *page = tmpfile();
	FILE *file = fopen(path, "r");
	int same = page != NULL && file != NULL;

	if (same) {
		print_page(page);
		rewind(page);
	}
	while (same) {
		char *a = fgets(ours, sizeof(ours), page);
		char *b = fgets(theirs, sizeof(theirs), file);

		same = (a == NULL) == (b == NULL) && (a == NULL || strcmp(ours, theirs) == 0);
		if (a == NULL || b == NULL) {
			break;
		}
	}
	if (page != NULL) {
		fclose(page);
	}
	if (file != NULL) {
		fclose(file);
	}
	if (!same) {
		fprintf(stderr, "%s is not up to date: test_costs --page > %s\n", path, path);
	}
	return same ? 0 : 1;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_operation_takes_exactly_its_register_accesses),
		cmocka_unit_test(domains_and_queries_touch_no_register),
		cmocka_unit_test(attach_to_a_reserved_context_only_adds_its_caches),
	};

	if (argc == 2 && strcmp(argv[1], "--page") == 0) {
		print_page(stdout);
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "--check") == 0) {
		return check_page(argv[2]);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
