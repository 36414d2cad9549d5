// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_xen.c - Xen 4.17's own driver, unmodified, on the model: what it is asked to do, and
 * what must hold then. Stage 2, over P2Ms that the unit shares.
 */
#include "host.h"

#include "../judge.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define MIB2              0x200000ull
#define HOLE              0x8123456000ull /* in the second of the two top tables */
#define GUEST             0x40000000ull

enum {
	ROOT = 0,
	FIRST = 1,
	SECOND = 2,
	SPLIT = 1 << MODEL_GEN3 | 1 << MODEL_GEN4
};

static const uint32_t dmac_utlbs[] = {0, 1};
static const uint32_t high_utlbs[] = {33};
static const uint32_t other_utlbs[] = {5};

static struct dt_device_node dmac;  /* on the first cache, two uTLBs */
static struct dt_device_node high;  /* there too, in the upper bank */
static struct dt_device_node other; /* on the second cache */
static struct domain *dom0;
static struct domain *guest;
static uint64_t page;
static uint64_t block;

static uint32_t peek_context(uint32_t context, uint32_t reg)
{
	return model_peek(judge_model(), ROOT,
			  model_context_offset(judge_machine()->generation, context, reg));
}

static void unreachable(uint32_t unit, uint32_t utlb, uint64_t pa)
{
	judge_check(!judge_reaches(unit, utlb, pa), "nobody reaches %llx",
		    (unsigned long long)pa);
}

/* An early cut, and a part that the driver does not know. */
static void refuse(void)
{
	host_node_add(1);
	host_node_add(0);
	host_node_add(2);
	judge_set_prr(0x4f11);
	judge_check(host_setup() == -ENODEV, "an early cut is refused");
	judge_set_prr(0x5910);
	judge_check(host_setup() == -ENODEV, "so is an unknown part");
	judge_check(host_ready() == 0, "no unit is set up");
	judge_set_prr(judge_machine()->prr);
}

static void probe(void)
{
	judge_check(host_setup() == 0, "setup ends well");
	judge_check(host_ready() == judge_machine()->unit_count, "all are set up");
	page = judge_pa(judge_pages_alloc(1));
	block = judge_pa(judge_pages_alloc(512));
}

static void attach(void)
{
	judge_check(host_master_add(&dmac, "dma-controller@e6700000", FIRST, dmac_utlbs, 2) ==
			    0,
		    "a master of two uTLBs is added");
	judge_check(host_master_add(&high, "mmc@ee140000", FIRST, high_utlbs, 1) == 0,
		    "a second one");
	judge_check(
		host_master_add(&other, "dma-controller@e7300000", SECOND, other_utlbs, 1) == 0,
		"and one on another cache");
	dom0 = host_domain_create(0);
	judge_check(host_assign(dom0, &dmac) == 0, "the first is assigned");
	judge_time(10);
	judge_check(host_assign(dom0, &high) == 0, "the second is assigned");
	judge_time(10);
	judge_check(host_assign(dom0, &other) == 0, "the third is assigned");
	judge_time(10);
	judge_stops(FIRST, 0, page, false);
	judge_stops(SECOND, 5, page, true);
}

static void map(void)
{
	host_p2m_add(dom0, page, page, JUDGE_PAGE, true);
	host_p2m_add(dom0, block, block, MIB2, true);
	judge_lands(FIRST, 0, page + 8, false, page + 8);
	judge_lands(FIRST, 1, page, true, page);
	judge_lands(FIRST, 33, block + 0x123458, true, block + 0x123458);
	judge_lands(SECOND, 5, page, true, page);
}

static void flush(void)
{
	host_p2m_remove(dom0, page, JUDGE_PAGE);
	unreachable(FIRST, 1, page);
	unreachable(SECOND, 5, page);
	judge_stops(FIRST, 1, page, true);
	judge_stops(SECOND, 5, page, false);
	judge_lands(FIRST, 33, block, false, block);
	judge_time(10);
	host_p2m_remove(dom0, block, MIB2);
	unreachable(FIRST, 33, block);
	judge_stops(FIRST, 33, block, true);
}

static void fault(void)
{
	judge_stops(FIRST, 0, HOLE + 0x10, false);
	judge_check(judge_logged("Unhandled fault") == 1, "it is told once");
	judge_check(judge_logged("iova 0x8123456010") == 1, "with all bits of its address");
	judge_check(peek_context(1, 0x20) == 0, "the status is cleared");
	host_p2m_add(dom0, HOLE, page, JUDGE_PAGE, false);
	judge_lands(FIRST, 0, HOLE + 0x10, false, page + 0x10);
	judge_stops(FIRST, 0, HOLE, true);
	judge_check(judge_logged("status 0x00003402 iova 0x8123456000") == 1,
		    "a write to it is told as a permission fault");
	judge_time(10);
	host_p2m_remove(dom0, HOLE, JUDGE_PAGE);
}

static void guests(void)
{
	judge_check(host_reassign(dom0, NULL, &other) == 0, "a master leaves the first domain");
	judge_check(judge_dma(SECOND, 5, page, true, NULL) == JUDGE_UNTRANSLATED,
		    "out of a domain its DMA is not translated");
	guest = host_domain_create(1);
	judge_check(host_assign(guest, &other) == 0, "it goes to another");
	judge_time(10);
	host_p2m_add(guest, GUEST, block, MIB2, true);
	judge_lands(SECOND, 5, GUEST + 0x18, true, block + 0x18);
	judge_stops(SECOND, 5, block, true);
	judge_stops(FIRST, 0, GUEST, true);
}

static void conflict(void)
{
	static const uint32_t shared[] = {2, 1};
	struct dt_device_node twin;

	judge_check(host_master_add(&twin, "twin", FIRST, shared, 2) == 0, "a twin is added");
	judge_check(host_assign(guest, &twin) == -EINVAL,
		    "it is refused: its uTLB is of another domain");
	judge_check(judge_logged("already assigned") == 1, "it is told why");
	judge_check(host_assign(dom0, &twin) == 0, "it may share the domain of the other");
	judge_time(10);
	judge_check(host_reassign(dom0, NULL, &twin) == 0, "and leave it");
	judge_stops(FIRST, 1, page, true);
}

static void late(void)
{
	host_p2m_add(dom0, page, page, JUDGE_PAGE, true);
	judge_lands(FIRST, 0, page, true, page);
	model_set_stuck(judge_model(), ROOT, MODEL_NONE, true);
	host_p2m_remove(dom0, page, JUDGE_PAGE);
	judge_check(judge_logged("TLB sync timed out") == 1, "it is told");
	model_set_stuck(judge_model(), ROOT, MODEL_NONE, false);
	judge_time(10);
	unreachable(FIRST, 0, page);
}

static void back(void)
{
	judge_check(host_reassign(guest, dom0, &other) == 0, "it goes straight to domain 0");
	judge_time(10);
	judge_expect(!judge_reaches(SECOND, 5, block), "OLD_DOMAIN_IN_REACH");
	host_p2m_add(dom0, page, page, JUDGE_PAGE, true);
	judge_stops(SECOND, 5, GUEST, true);
	judge_lands(SECOND, 5, page, true, page);
	judge_check(host_reassign(dom0, guest, &other) == -EPERM,
		    "no way to a guest but assign");
	host_domain_destroy(guest);
	unreachable(SECOND, 5, block);
	judge_check((peek_context(2, 0) & 1) == 0, "the context of the guest is off");
}

static void teardown(void)
{
	uint32_t i;

	judge_check(host_reassign(dom0, NULL, &dmac) == 0, "the first leaves");
	judge_check(host_reassign(dom0, NULL, &high) == 0, "the second leaves");
	judge_check(host_reassign(dom0, NULL, &other) == 0, "the third leaves");
	judge_check(host_reassign(dom0, NULL, &dmac) == -ESRCH, "once only");
	host_domain_destroy(dom0);
	for (i = 0; i < (judge_machine()->generation == MODEL_GEN4 ? 16u : 8u); i++) {
		judge_check((peek_context(i, 0) & 1) == 0, "context %u is off", i);
	}
	judge_pages_free(judge_view(page), 1);
	judge_pages_free(judge_view(block), 512);
	judge_check(judge_pages_used() == 0, "%u pages are not given back", judge_pages_used());
}

static const struct judge_scenario scenarios[] = {
	{"refuse", "parts that cannot walk stage 2 are refused by the product register", refuse,
	 SPLIT},
	{"probe", "caches wait for their root, then all are set up", probe, SPLIT},
	{"attach", "three masters on two caches share a domain, and reach nothing", attach,
	 SPLIT},
	{"map", "DMA lands where the P2M has been given pages and blocks", map, SPLIT},
	{"flush", "what left the P2M is out of reach when the change returns", flush, SPLIT},
	{"fault", "a fault is told once, with address and status", fault, SPLIT},
	{"guest", "a master goes to a guest, whose addresses are others", guests, SPLIT},
	{"conflict", "a uTLB that another domain has is refused", conflict, SPLIT},
	{"late", "a flush that does not end is told, and nothing else", late, SPLIT},
	{"back", "a guest ends, and its master goes back", back, SPLIT},
	{"teardown", "contexts are off, and all memory is given back", teardown, SPLIT},
};

int main(int argc, char **argv)
{
	static const char *const machines[] = {"r8a77951", "r8a77965", "r8a779f0", NULL};
	static const struct judge_driver driver = {
		"xen", "4.17.5", machines, scenarios, ARRAY_SIZE(scenarios), NULL};

	return judge_main(&driver, argc, argv);
}
