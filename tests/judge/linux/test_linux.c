// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_linux.c - Linux 6.1's own driver and page tables, unmodified, on the model: what it is
 * asked to do, and what must hold then.
 */
#include "host.h"

#include "../judge.h"

#define IOVA  0x40000000ull
#define BLOCK 0x40200000ull
#define TABLE 0x40400000ull
#define RO    (IOVA + SZ_4K)
#define HOLE  (IOVA + 16 * SZ_4K)

enum {
	RW = IOMMU_READ | IOMMU_WRITE,
	GEN2 = 1 << MODEL_GEN2,
	GEN3 = 1 << MODEL_GEN3,
	GEN4 = 1 << MODEL_GEN4,
	SPLIT = GEN3 | GEN4, /* parts with root and caches */
	ALL = GEN2 | SPLIT
};

/*
 * Where the masters of a machine are. On Gen3 the ports are those of SD controllers, which this
 * driver takes; trees of the other parts have no master for it, and any port does.
 */
static struct {
	uint32_t unit;
	uint32_t utlb[3]; /* the first master has one, the second two */
} place;

static struct device first;
static struct device second;
static struct iommu_domain *domain; /* of both */
static uint64_t page;               /* physical: a page, */
static uint64_t block;              /* and 2 MiB */

static bool gen2(void)
{
	return judge_machine()->generation == MODEL_GEN2;
}

static uint64_t pages(uint32_t count)
{
	return judge_pa(judge_pages_alloc(count));
}

static void stops_at_both(uint64_t iova)
{
	judge_stops(place.unit, place.utlb[0], iova, false);
	judge_stops(place.unit, place.utlb[2], iova, false);
}

static void lands_from_both(uint64_t iova, uint64_t pa)
{
	judge_lands(place.unit, place.utlb[0], iova, false, pa);
	judge_lands(place.unit, place.utlb[1], iova, true, pa);
	judge_lands(place.unit, place.utlb[2], iova, true, pa);
}

static void unreachable(uint64_t pa)
{
	judge_check(!judge_reaches(place.unit, place.utlb[0], pa) &&
			    !judge_reaches(place.unit, place.utlb[2], pa),
		    "nobody reaches %llx", (unsigned long long)pa);
}

static uint32_t peek_context(uint32_t context, uint32_t reg)
{
	return model_peek(judge_model(), 0,
			  model_context_offset(judge_machine()->generation, context, reg));
}

/* Trees have the root in the midst of its caches. */
static void probe(void)
{
	static const uint32_t order[] = {1, 0, 2};
	uint32_t count = judge_machine()->unit_count;
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(order); i++) {
		if (order[i] < count) {
			host_device_add(order[i]);
		}
	}
	judge_check(host_probe() == (gen2() ? 1u : 2u), "rounds of probing");
	judge_check(host_devices_bound() == count, "all are bound");
	place.unit = gen2() || judge_machine()->generation == MODEL_GEN4 ? 1 : 2;
	place.utlb[0] = gen2() ? 2 : 32;
	place.utlb[1] = gen2() ? 4 : 34;
	place.utlb[2] = gen2() ? 5 : 35;
	page = pages(1);
	block = pages(512);
}

static void refuse(void)
{
	static const u32 utlbs[] = {0, 1};
	struct device stranger;

	judge_check(host_master_add(&stranger, "e6700000.dma-controller", 1, utlbs, 2) ==
			    -ENODEV,
		    "it is refused");
	judge_check(judge_dma(1, 0, page, false, NULL) == JUDGE_UNTRANSLATED,
		    "its DMA is not translated");
}

/* Even of those that its list names. */
static void deny(void)
{
	static const struct judge_machine parts[] = {
		{.family = "R-Car Gen3", .soc = "r8a7795", .revision = "ES1.1"},
		{.family = "R-Car Gen3", .soc = "r8a7795", .revision = "ES2.0"},
		{.family = "R-Car Gen3", .soc = "r8a7796", .revision = "ES1.3"},
		{.family = "RZ/G2", .soc = "r8a774a1", .revision = "ES1.1"},
	};
	struct device denied;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		host_part(&parts[i]);
		judge_check(host_master_add(&denied, "ee100000.mmc", place.unit, &place.utlb[0],
					    1) == -ENODEV,
			    "it is refused on %s %s", parts[i].soc, parts[i].revision);
	}
	host_part(NULL);
	judge_check(judge_dma(place.unit, place.utlb[0], page, false, NULL) ==
			    JUDGE_UNTRANSLATED,
		    "its DMA is not translated");
}

static void attach(void)
{
	judge_check(host_master_add(&first, "ee100000.mmc", place.unit, &place.utlb[0], 1) == 0,
		    "the first is added");
	judge_time(10);
	judge_check(host_master_add(&second, "ee140000.mmc", place.unit, &place.utlb[1], 2) ==
			    0,
		    "the second is added");
	domain = first.group->domain;
	judge_check(domain != NULL && second.group->domain == domain, "they share a domain");
	judge_time(10);
	stops_at_both(IOVA);
}

static void map(void)
{
	judge_check(host_map(domain, IOVA, page, SZ_4K, RW) == 0, "a page is mapped");
	judge_check(host_map(domain, RO, page, SZ_4K, IOMMU_READ) == 0, "again, to read");
	judge_check(host_map(domain, BLOCK, block, SZ_2M, RW | IOMMU_CACHE) == 0,
		    "a block is mapped");
	lands_from_both(IOVA + 0x10, page + 0x10);
	judge_lands(place.unit, place.utlb[0], RO, false, page);
	lands_from_both(BLOCK + 0x123458, block + 0x123458);
	judge_check(domain->ops->iova_to_phys(domain, BLOCK + 8) == block + 8,
		    "the driver translates as the unit does");
}

static void flush(void)
{
	judge_check(host_unmap(domain, IOVA, SZ_4K) == SZ_4K, "the page is unmapped");
	stops_at_both(IOVA);
	judge_lands(place.unit, place.utlb[0], RO, false, page);
	judge_time(10);
	judge_check(host_unmap(domain, RO, SZ_4K) == SZ_4K, "so is its other mapping");
	unreachable(page);
}

static void split(void)
{
	judge_check(host_unmap(domain, BLOCK + SZ_4K, SZ_4K) == SZ_4K,
		    "a page is unmapped out of the block");
	stops_at_both(BLOCK + SZ_4K);
	unreachable(block + SZ_4K);
	lands_from_both(BLOCK, block);
	lands_from_both(BLOCK + 2 * SZ_4K, block + 2 * SZ_4K);
	judge_time(10);
	judge_check(host_unmap(domain, BLOCK, SZ_2M) == SZ_2M, "the rest is unmapped at once");
	stops_at_both(BLOCK);
	unreachable(block);
}

static uint64_t seen_at;

static int handle(struct iommu_domain *its, unsigned long iova)
{
	seen_at = iova;
	return host_map(its, iova & PAGE_MASK, page, SZ_4K, RW);
}

static void fault(void)
{
	judge_stops(place.unit, place.utlb[0], HOLE + 0x18, false);
	judge_check(judge_logged("Unhandled fault") == 1, "it is told once");
	judge_check(judge_logged("iova 0x40010018") == 1, "with its address");
	judge_check(peek_context(first.group->domain == domain && gen2() ? 0 : 1, 0x20) == 0,
		    "the status is cleared");
	judge_check(host_map(domain, RO, page, SZ_4K, IOMMU_READ) == 0,
		    "a page is mapped to read");
	judge_stops(place.unit, place.utlb[0], RO, true);
	judge_check(judge_logged("Unhandled fault: status 0x00000402") +
				    judge_logged("status 0x00003402") ==
			    1,
		    "a write to it is told as a permission fault");
	judge_lands(place.unit, place.utlb[0], RO, false, page);
	judge_time(10);
	host_unmap(domain, RO, SZ_4K);
}

static void handler(void)
{
	domain->fault = handle;
	judge_stops(place.unit, place.utlb[2], HOLE, true);
	judge_check(seen_at == HOLE, "the handler is told the address");
	judge_check(judge_logged("Unhandled") == 0, "nothing is printed");
	judge_lands(place.unit, place.utlb[2], HOLE, true, page);
	domain->fault = NULL;
	judge_time(10);
	host_unmap(domain, HOLE, SZ_4K);
	unreachable(page);
}

static void busy(void)
{
	struct iommu_domain *other = host_domain_alloc();

	judge_check(host_map(domain, IOVA, page, SZ_4K, RW) == 0, "a page is mapped");
	judge_check(host_attach(&first, other) == -EBUSY, "there is no second context");
	judge_lands(place.unit, place.utlb[0], IOVA, true, page);
	host_unmap(domain, IOVA, SZ_4K);
	host_domain_free(other);
}

static void move(void)
{
	struct iommu_domain *other = host_domain_alloc();

	judge_check(host_map(domain, IOVA, page, SZ_4K, RW) == 0, "a page is mapped");
	judge_lands(place.unit, place.utlb[0], IOVA, true, page);
	judge_check(host_attach(&first, other) == 0, "the group goes to another domain");
	judge_time(10);
	judge_check(host_map(other, BLOCK, block, SZ_2M, RW) == 0, "which has its own table");
	lands_from_both(BLOCK, block);
	stops_at_both(IOVA);
	judge_time(10);
	judge_check(host_attach(&first, domain) == 0, "and back");
	judge_time(10);
	lands_from_both(IOVA, page);
	stops_at_both(BLOCK);
	host_domain_free(other);
	unreachable(block);
	judge_time(10);
	host_unmap(domain, IOVA, SZ_4K);
}

static void late(void)
{
	judge_check(host_map(domain, IOVA, page, SZ_4K, RW) == 0, "a page is mapped");
	lands_from_both(IOVA, page);
	model_set_stuck(judge_model(), gen2() ? place.unit : 0, MODEL_NONE, true);
	judge_check(host_unmap(domain, IOVA, SZ_4K) == SZ_4K, "unmap returns all the same");
	judge_check(judge_logged("TLB sync timed out") == 1, "it is told");
	model_set_stuck(judge_model(), gen2() ? place.unit : 0, MODEL_NONE, false);
	judge_time(10);
	unreachable(page);
}

static void sleep_and_wake(void)
{
	judge_check(host_map(domain, IOVA, page, SZ_4K, RW) == 0, "a page is mapped");
	judge_lands(place.unit, place.utlb[0], IOVA, true, page);
	host_sleep();
	judge_time(10);
	lands_from_both(IOVA, page);
	stops_at_both(BLOCK);
	judge_time(10);
	host_unmap(domain, IOVA, SZ_4K);
	stops_at_both(IOVA);
}

static void detach(void)
{
	if (gen2()) {
		host_master_remove(&first);
	} else {
		judge_check(host_attach(&first, NULL) == 0, "the group goes to no domain");
	}
	judge_check(judge_dma(place.unit, place.utlb[0], page, false, NULL) ==
			    JUDGE_UNTRANSLATED,
		    "DMA is not translated any more");
	if (gen2()) {
		host_master_remove(&second);
	}
	judge_check(judge_dma(place.unit, place.utlb[2], page, true, NULL) ==
			    JUDGE_UNTRANSLATED,
		    "nor is that of the second");
}

static void teardown(void)
{
	uint32_t i;

	if (!gen2()) {
		host_domain_free(domain);
		host_master_remove(&first);
		host_master_remove(&second);
	}
	host_remove();
	for (i = 0; i < (gen2() ? 4u : 8u); i++) {
		judge_check((peek_context(i, 0) & 1) == 0, "context %u is off", i);
	}
	judge_pages_free(judge_view(page), 1);
	judge_pages_free(judge_view(block), 512);
	judge_check(judge_pages_used() == 0, "%u pages are not given back", judge_pages_used());
}

static const struct judge_scenario scenarios[] = {
	{"probe", "caches wait for their root, then all are bound", probe, ALL},
	{"refuse", "a master that the driver's list leaves out stays untranslated", refuse,
	 SPLIT},
	{"deny", "on parts that the driver's list denies no master is translated", deny, SPLIT},
	{"attach", "two masters share a domain, and reach nothing", attach, ALL},
	{"map", "DMA lands where pages and blocks are mapped", map, ALL},
	{"flush", "what was unmapped is out of reach when unmap returns", flush, ALL},
	{"split", "a page is taken out of a block", split, ALL},
	{"fault", "a fault is told once, with address and status", fault, ALL},
	{"handler", "a handler of faults maps the page, and the access passes", handler, ALL},
	{"busy", "a second domain is refused where only one context is used", busy, GEN2},
	{"move", "a group moves to another domain and back", move, SPLIT},
	{"late", "a flush that does not end is told, and nothing else", late, ALL},
	{"resume", "power lost and back, translation is as it was", sleep_and_wake, ALL},
	{"detach", "a master without a domain is not translated", detach, ALL},
	{"teardown", "contexts are off, and all memory is given back", teardown, ALL},
};

/*
 * This driver never writes IMSCTLR, so it works on parts only where USE_SECGRP comes up 0, or
 * where firmware has cleared it; that is its default here.
 */
static void adjust(struct model_config *config)
{
	config->switches[MODEL_SECGRP_RESET] = 0;
}

#ifdef CONFIG_ARM
static const char *const machines[] = {"r8a7790", NULL};
#define NAME "linux-arm"
#else
static const char *const machines[] = {"r8a77951", "r8a77965", "r8a779f0", NULL};
#define NAME "linux-arm64"
#endif

int main(int argc, char **argv)
{
	static const struct judge_driver driver = {
		NAME, "6.1.192", machines, scenarios, ARRAY_SIZE(scenarios), adjust};

	return judge_main(&driver, argc, argv);
}
