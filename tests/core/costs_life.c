// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * costs_life.c - register accesses of calls that change where masters are: formula, what comes
 * before, the call.
 */
#include "costs.h"

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
		     (s->n - 1) + 1 + s->c;
	cost.writes =
		global + program_writes(s) + s->n * (1 + s->c) + 2 * s->r + s->n + 1 + s->c;
	return cost;
}

static struct cost cost_destroy(const struct size *s)
{
	return (struct cost){1 + s->c, 1 + s->c};
}

static struct cost cost_add(const struct size *s)
{
	return (struct cost){s->k, 2 * s->k};
}

static struct cost cost_first(const struct size *s)
{
	return (struct cost){program_reads(s) + 2 + s->c, program_writes(s) + 1 + s->c + s->k};
}

static struct cost cost_unstall(const struct size *s)
{
	struct cost cost = cost_first(s);

	cost.reads += s->f + 1;
	cost.writes += 1 + 1;
	return cost;
}

static struct cost cost_further(const struct size *s)
{
	return (struct cost){1, s->k};
}

static struct cost cost_new_cache(const struct size *s)
{
	return (struct cost){2, s->k + 1};
}

static struct cost cost_reserved(const struct size *s)
{
	return (struct cost){1 + s->c, s->k + s->c};
}

/* One master with one uTLB stays behind. */
static struct cost cost_detach(const struct size *s)
{
	return (struct cost){s->k + 2 + s->c, s->k + 1 + s->c + 1};
}

static struct cost cost_last(const struct size *s)
{
	return (struct cost){s->k + 3 + s->c, s->k + 1 + s->c};
}

static struct cost cost_move(const struct size *s)
{
	return (struct cost){s->k + 2 + s->c, 2 * s->k + 1 + s->c + 1};
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

static struct cost cost_master_flush(const struct size *s)
{
	(void)s;
	return (struct cost){2, 1};
}

static struct cost cost_retry(const struct size *s)
{
	return (struct cost){1 + 1 + s->c + 1, 1 + s->c};
}

static struct cost cost_retry_kept(const struct size *s)
{
	return (struct cost){1 + s->c + 1, 1 + s->c};
}

/* ---- what each row does before and during the count ---- */

static void poke_running(struct kit *kit)
{
	enum model_generation generation = (enum model_generation)kit->config.generation;
	uint32_t unit = kit->masters[DMAC].ports[0].mmu;

	model_poke(kit->model, unit, model_utlb_offset(generation, 0, false), 1u | 1u << 4);
}

void costs_create(struct kit *kit)
{
	kit_start(kit);
}

void costs_start(struct kit *kit)
{
	kit_start(kit);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	assert_int_equal(kit_domain_new(kit, 1), IPMMU_OK);
}

static void op_add(struct kit *kit)
{
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_OK);
}

void costs_claimed(struct kit *kit)
{
	costs_start(kit);
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
	costs_claimed(kit);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_attach(kit, MMC, 0, NULL), IPMMU_OK);
}

static void with_one_cache(struct kit *kit)
{
	costs_claimed(kit);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
}

void costs_attached(struct kit *kit)
{
	costs_claimed(kit);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
}

static void two_attached(struct kit *kit)
{
	costs_attached(kit);
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
	costs_start(kit);
	op_reserve(kit);
}

static void claimed_and_reserved(struct kit *kit)
{
	costs_claimed(kit);
	op_reserve(kit);
}

static void op_unreserve(struct kit *kit)
{
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_OK);
}

static void quarantined(struct kit *kit)
{
	costs_attached(kit);
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	model_set_stuck(kit->model, 0, MODEL_NONE, false);
	model_tick(kit->model, 1);
}

static void op_retry(struct kit *kit)
{
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
}

static void op_destroy(struct kit *kit)
{
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	kit->system = NULL;
}

/* Nobody has taken the interrupt. */
static void faulted_in_deny(struct kit *kit)
{
	costs_claimed(kit);
	(void)kit_dma(kit, AUDIO, kit_iova(0, 0), true);
}

static void op_master_flush(struct kit *kit)
{
	assert_int_equal(ipmmu_master_flush(kit->masters[AUDIO].master), IPMMU_OK);
}

static void stuck_at_probe(struct kit *kit)
{
	model_set_stuck(kit->model, 0, 1, true);
	costs_start(kit);
	model_set_stuck(kit->model, 0, 1, false);
	model_tick(kit->model, 1);
}

/* As a user outside of the description leaves it: on in the root, and in no cache. */
static void kept(struct kit *kit)
{
	enum model_generation generation = (enum model_generation)kit->config.generation;
	bool stage2 = kit->config.mode == IPMMU_MODE_S2;

	model_poke(kit->model, 0, model_context_offset(generation, 1, 0x08),
		   stage2 ? 0xc0000058u : 0x80000080u);
	model_poke(kit->model, 0, model_context_offset(generation, 1, 0),
		   stage2 ? 0x20000001u : 1u);
	model_poke(kit->model, 0, generation == MODEL_GEN4 ? 0x1504u : 0x504u,
		   stage2 ? 8u : 0u);
	costs_start(kit);
}

static void op_context_retry(struct kit *kit)
{
	assert_int_equal(ipmmu_context_retry(kit->system, 0, 1), IPMMU_OK);
}

static const struct row rows[] = {
	{"create (per root)", "n + u + g + n (1 + c) + r + n + c",
	 "g + t + n (1 + c) + 2 r + n + 1 + c", "R: g. W: g, n (IMCTR off)",
	 "R: n IMCTR and u IMUCTR tell what firmware left running, n (1 + c) see each flush "
	 "end, r read back what was denied, n - 1 IMSTR read back and 1 + c the last flush. W: "
	 "t and 1 + c set the deny context up, 2 r deny what runs, c n switch contexts off in "
	 "the caches too, n IMSTR cleared, 1 + c turn the interrupt on last",
	 cost_create, poke_running, costs_create, NULL, 0},
	{"destroy (per root)", "1 + c", "1 + c", "1 W",
	 "W: 1 turns the interrupt off, c as INTEN of the caches follows. R: 1 + c see the "
	 "flush end that goes with it",
	 cost_destroy, kit_start, op_destroy, NULL, 0},
	{"master_add", "k", "2 k", "2 k W",
	 "R: k read-backs: a master counts as denied only when its uTLBs say so", cost_add,
	 costs_start, op_add, NULL, 0},
	{"attach, first of a domain", "2 + c", "t + 1 + c + k", "t + 1 + c + k W",
	 "R: 1 + c see the flush end before the first uTLB is let in, 1 IMSTR of deny: an "
	 "access that has faulted there may wait",
	 cost_first, costs_claimed, op_attach, NULL, 0},
	{"attach, first, an access has faulted in deny", "3 + c + f", "t + 3 + c + k",
	 "t + 3 + c + k W",
	 "as above. R: f and W: 1 record and clear the fault. W: 1, R: 1 flush deny in the "
	 "root: it is not known whether the access waits for that",
	 cost_unstall, faulted_in_deny, op_attach, NULL, 0},
	{"attach, further master, no new cache", "1", "k", "k W", "R: 1 IMSTR of deny",
	 cost_further, with_caches, op_attach, NULL, 0},
	{"attach, further master, one new cache", "2", "k + 1", "k + 1 W",
	 "R: 1 sees the flush of the new cache end, 1 IMSTR of deny", cost_new_cache,
	 with_one_cache, op_attach, NULL, 2},
	{"attach to a reserved domain's context", "1 + c", "k + c", "k + c W",
	 "R: c see the flush of each new cache end, 1 IMSTR of deny", cost_reserved,
	 claimed_and_reserved, op_attach, NULL, 0},
	{"detach, others stay", "k + 2 + c", "k + 1 + c + q", "k W",
	 "R: k read-backs, 1 + c see the flush end, 1 IMSTR: a fault latched by then is "
	 "recorded while the master can still be named. W: 1 + c, the flush of the domain: "
	 "what the master could reach is in no TLB when the call returns",
	 cost_detach, two_attached, op_detach, NULL, 0},
	{"detach, last of a domain", "k + 3 + c", "k + 1 + c", "1 R, k + 1 + c W",
	 "R: k read-backs, c as the caches are waited for, 2 IMSTR: a fault latched before the "
	 "master leaves, or before the context ends, is recorded",
	 cost_last, costs_attached, op_detach, NULL, 0},
	{"move between live domains", "k + 2 + c", "2 k + 1 + c + q", "k W",
	 "R: k read-backs, 1 + c see the flush end, 1 IMSTR as in a detach. W: k to deny on "
	 "the way, 1 + c the flush of the old domain",
	 cost_move, both_live, op_move, NULL, 0},
	{"master_flush, denied", "2", "1", "1 R, 1 W", "R: 1 IMSTR of deny", cost_master_flush,
	 costs_claimed, op_master_flush, NULL, 0},
	{"domain_reserve", "1", "t + 1", "t + 1 W", "R: 1 sees the flush end", cost_reserve,
	 costs_start, op_reserve, NULL, 0},
	{"domain_unreserve", "2", "1", "1 R, 1 W", "R: 1 IMSTR, as in the last detach",
	 cost_unreserve, reserved, op_unreserve, NULL, 0},
	{"domain_retry", "3 + c", "1 + c", "1 R, 1 W",
	 "R: 1 sees the flush end that did not end before, c the caches', 1 IMSTR. W: c, the "
	 "caches are switched off too",
	 cost_retry, quarantined, op_retry, NULL, 0},
	{"context_retry, system_retry, without a domain", "3 + c", "1 + c", "1 R, 1 W",
	 "as domain_retry; c: all caches, as it is not known where the context was on",
	 cost_retry, stuck_at_probe, op_context_retry, NULL, 0},
	{"context_retry of a kept context", "2 + c", "1 + c", "1 R, 1 W", "as above",
	 cost_retry_kept, kept, op_context_retry, NULL, 1},
};

const struct costs_part costs_life = {rows, sizeof(rows) / sizeof(rows[0])};
