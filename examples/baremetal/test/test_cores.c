// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_cores.c - several cores map, unmap, flush and move at once, while a bus master writes
 * wherever they map. A page that was unmapped is poisoned and watched until it is mapped again:
 * nothing may land in it. And each fault that the hardware reports must be told once.
 * Where the machine has a second master on the same root, that one is moved as well, by another
 * core and over the same domains. It is told to do nothing, so it writes nowhere.
 */
#include "rig.h"

#include <ipmmu/error.h>
#include <ipmmu/owned.h>
#include <ipmmu/text.h>
#include <ipmmu-cpu.h>
#include <string.h>

enum {
	PAGES = 8, /* of each core, used in turn: each is watched for seven rounds */
	TIMES = 60,
	LENGTH = 64,
	POISON = 0xa5,
	FRESH = 0x5a,
	SPACES = 2,
	FAULT_US = 2000000,
	SETTLE_US = 2000,
	LONG_US = 5000, /* a page stays mapped until something landed in it, or for so long */
	SHORT_US = 50,
	STRAY = 64 /* one of so many rounds goes where nothing may be mapped */
};

#define IOVA  0x10000000ull
#define APART 0x200000ull /* every core's address has a table of its own */

static uint8_t pages[CORES_MAX][PAGES][PAGE] __attribute__((aligned(PAGE)));
static struct {
	struct ipmmu_domain *domains[SPACES];
	bool moves; /* core 1 moves the master, the others map */
	struct ipmmu_master
		*second;        /* core 2 moves that one; NULL: there is none, and it maps */
	volatile uint32_t busy; /* workers that are not through */
	volatile uint32_t released; /* pages that were poisoned */
	volatile uint32_t spoiled;  /* pages in which something landed afterwards */
	volatile uint32_t refused;  /* calls that ended with an error that they should not */
	volatile uint32_t met;      /* moves that found another under way */
	volatile bool mapped[CORES_MAX];
	volatile uint32_t landed[CORES_MAX]; /* writes at each core's address */
	struct ipmmu_lock lock;              /* of these counts */
} work;

static void count(volatile uint32_t *what, int32_t by)
{
	unsigned long saved = ipmmu_lock_take(&work.lock);

	*what += (uint32_t)by;
	ipmmu_lock_give(&work.lock, saved);
}

static bool holds(const uint8_t *page, uint8_t value)
{
	const volatile uint32_t *words = (const volatile uint32_t *)page;
	uint32_t i;

	for (i = 0; i < PAGE / 4; i++) {
		if (words[i] != 0x01010101u * value) {
			return false;
		}
	}
	return true;
}

static uint64_t iova_of(uint32_t core)
{
	return IOVA + core * APART;
}

/* What another core has under way is not waited for by the library. */
static enum ipmmu_err unmap(struct ipmmu_domain *domain, uint64_t iova)
{
	enum ipmmu_err err;

	do {
		err = ipmmu_domain_unmap(domain, (struct ipmmu_iova){iova}, PAGE);
	} while (err == IPMMU_E_BUSY);
	return err;
}

static enum ipmmu_err map(struct ipmmu_domain *domain, uint64_t iova, const void *page)
{
	struct ipmmu_pt_prot prot = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};
	enum ipmmu_err err;

	do {
		err = ipmmu_domain_map(domain, (struct ipmmu_iova){iova},
				       (struct ipmmu_pa){(uintptr_t)page}, PAGE, prot);
	} while (err == IPMMU_E_BUSY);
	return err;
}

static void expect(enum ipmmu_err err)
{
	if (err != IPMMU_OK) {
		count(&work.refused, 1);
		print("# core %u: %s\n", core_number(), ipmmu_error_text(err));
	}
}

static void use_page(struct ipmmu_domain *domain, uint32_t core, uint8_t *page, uint32_t us)
{
	uint32_t landed = work.landed[core];
	uint64_t end;

	memset(page, FRESH, PAGE);
	ipmmu_baremetal_clean(&rig, page, PAGE);
	expect(map(domain, iova_of(core), page));
	work.mapped[core] = true;
	end = ipmmu_baremetal_now_us(&rig.metal) + us;
	while (work.landed[core] == landed && ipmmu_baremetal_now_us(&rig.metal) < end) {
		ipmmu_cpu_relax();
	}
	work.mapped[core] = false;
	expect(unmap(domain, iova_of(core)));
	memset(page, POISON, PAGE);
	count(&work.released, 1);
}

static void map_and_unmap(uint32_t core)
{
	struct ipmmu_domain *domain = work.domains[work.moves ? core % SPACES : 0];
	uint32_t i;

	memset(pages[core], POISON, sizeof(pages[core]));
	for (i = 0; i < TIMES; i++) {
		uint8_t *page = pages[core][i % PAGES];

		count(&work.spoiled, holds(page, POISON) ? 0 : 1);
		use_page(domain, core, page, i % 2 == 0 ? LONG_US : SHORT_US);
	}
	for (i = 0; i < PAGES; i++) {
		count(&work.spoiled, holds(pages[core][i], POISON) ? 0 : 1);
	}
}

/* A move has both domains to itself. */
static enum ipmmu_err move(struct ipmmu_master *master, struct ipmmu_domain *domain)
{
	enum ipmmu_err err;

	while ((err = ipmmu_master_move(master, domain, NULL)) == IPMMU_E_BUSY) {
		count(&work.met, 1);
		ipmmu_cpu_relax();
	}
	return err;
}

/* @first: the domain that it goes to first. */
static void move_about(struct ipmmu_master *master, uint32_t first)
{
	uint32_t i;

	for (i = 0; i < TIMES; i++) {
		expect(move(master, work.domains[(i + first) % SPACES]));
	}
}

/*
 * The master writes to where one of the others maps. Each fault has one record; but a core that
 * gets no time to service them may fill the ring, and then the library says how many it has
 * lost.
 */
static bool write_about(uint32_t workers)
{
	uint32_t landed = 0;
	uint32_t before = hardware_faults();
	uint32_t told;
	uint32_t i;

	for (i = 0; work.busy != 0; i++) {
		told = rig.fault_count;
		if (!work.mapped[1 + i % workers] && i % STRAY != 0) {
			continue;
		}
		if (master_round(iova_of(1 + i % workers), LENGTH, true)) {
			landed++;
			work.landed[1 + i % workers]++;
			continue;
		}
		CHECK(rig_wait(&rig.fault_count, told, FAULT_US));
	}
	rig_pass(SETTLE_US);
	told = rig.fault_count;
	print("# %u pages released under DMA; %u writes landed, %u faults, %u records, %u told "
	      "as "
	      "lost\n",
	      work.released, landed, hardware_faults() - before, told, rig.lost);
	CHECK(landed > 0 && told > 0);
	CHECK(told + rig.lost == hardware_faults() - before);
	return true;
}

static void run(uint32_t core, void *arg)
{
	bool *good = arg;

	if (core == 0) {
		*good = write_about(machine.cores - 1);
		return;
	}
	if (work.moves && core == 1) {
		move_about(rig.master, 1);
	} else if (core == 2 && work.second != NULL) {
		move_about(work.second, 0);
	} else {
		map_and_unmap(core);
	}
	count(&work.busy, -1);
}

/* Of the test master's root, and in no group with it: it can be in another domain. */
static bool claim_second(const struct ipmmu_master_desc *desc)
{
	uint32_t unit = desc->ports[0].mmu;

	if (desc == rig.desc || rig.tree.desc.mmus[unit].root != rig.root ||
	    ipmmu_master_add(rig.system, desc, &work.second) != IPMMU_OK) {
		return false;
	}
	if (ipmmu_master_attach(work.second, work.domains[1], NULL) == IPMMU_OK) {
		return true;
	}
	(void)!ipmmu_master_remove(work.second);
	work.second = NULL;
	return false;
}

/* One core is left to map then. */
static void find_second(void)
{
	uint32_t i;

	for (i = 0; machine.cores > 3 && i < rig.tree.desc.master_count; i++) {
		if (claim_second(&rig.tree.desc.masters[i])) {
			print("# %s is moved as well\n", rig.tree.desc.masters[i].name);
			return;
		}
	}
}

static bool begin(bool moves)
{
	/* Virtual cores may stand still for long, and time goes on. */
	struct ipmmu_options options = {.flush_timeout_us = 1000000};
	uint32_t i;

	CHECK(rig_start(&options));
	memset(&work, 0, sizeof(work));
	ipmmu_lock_init(&work.lock, IPMMU_LOCK_IRQ);
	work.moves = moves;
	work.busy = machine.cores - 1;
	for (i = 0; i < SPACES; i++) {
		CHECK(ipmmu_domain_create_owned(rig.system, rig.root, NULL, NULL,
						&work.domains[i]) == IPMMU_OK);
	}
	master_fill(1);
	return true;
}

static bool end(void)
{
	uint32_t i;

	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	if (work.second != NULL) {
		print("# %u moves met another\n", work.met);
		CHECK(ipmmu_master_detach(work.second, NULL) == IPMMU_OK);
		CHECK(ipmmu_master_remove(work.second) == IPMMU_OK);
	}
	for (i = 0; i < SPACES; i++) {
		CHECK(ipmmu_domain_destroy(work.domains[i]) == IPMMU_OK);
	}
	return rig_end();
}

static bool play(bool moves)
{
	bool good = false;

	CHECK(begin(moves));
	CHECK(ipmmu_master_attach(rig.master, work.domains[0], NULL) == IPMMU_OK);
	if (moves) {
		find_second();
	}
	cores_run(machine.cores, run, &good);
	CHECK(good);
	CHECK(work.spoiled == 0);
	CHECK(work.refused == 0);
	return end();
}

static bool no_write_lands_in_a_page_that_any_core_unmapped(void)
{
	return play(false);
}

static bool nor_when_a_core_moves_the_master_meanwhile(void)
{
	return play(true);
}

static const struct tap_case cases[] = {
	TAP_CASE(no_write_lands_in_a_page_that_any_core_unmapped),
	TAP_CASE(nor_when_a_core_moves_the_master_meanwhile),
};

void test_cores(void)
{
	if (machine.cores < 3) {
		return; /* one that drives the master, one that moves it, one that maps */
	}
	tap_run(cases, TAP_COUNT(cases));
}
