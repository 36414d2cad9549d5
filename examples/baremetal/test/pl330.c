// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * pl330.c - a DMA controller that nobody here made: Arm's PL330 fetches its program and moves
 * its data through its uTLB. Only where the machine has one.
 */
#include "rig.h"

#include <ipmmu-cpu.h>
#include <string.h>

#define PROGRAM_AT 0x10000000u
#define FROM       0x20000000u
#define TO         0x30000000u

enum {
	PROGRAM = 1, /* watched pages */
	SOURCE = 5,
	TARGET = 9,
	FAULTING_MANAGER = 0x30,
	FAULTING_CHANNEL = 0x34,
	CHANNEL_STATUS = 0x100,
	DEBUG_STATUS = 0xd00,
	DEBUG_COMMAND = 0xd04,
	DEBUG_FIRST = 0xd08,
	DEBUG_SECOND = 0xd0c,
	STATUS_MASK = 0xf,
	STOPPED = 0,
	FAULTING = 0xf,
	LOOPS = PAGE / 64,
	SECOND = 1000000
};

static uintptr_t pl330;
static struct space a;
static struct ipmmu_master *controller;

static void put_word(uint8_t **at, uint8_t first, uint8_t second, uint32_t value)
{
	uint32_t i;

	*(*at)++ = first;
	*(*at)++ = second;
	for (i = 0; i < 4; i++) {
		*(*at)++ = (uint8_t)(value >> (8 * i));
	}
}

/* 64 bytes at a time: bursts of 16 words, both addresses go on. */
static void program_write(uint8_t *at)
{
	uint8_t *begin = at;

	put_word(&at, 0xbc, 0x00, FROM);       /* source */
	put_word(&at, 0xbc, 0x02, TO);         /* target */
	put_word(&at, 0xbc, 0x01, 0x003d40f5); /* channel control */
	*at++ = 0x20;                          /* loop */
	*at++ = LOOPS - 1;
	*at++ = 0x04; /* load */
	*at++ = 0x08; /* store */
	*at++ = 0x38; /* end of the loop, two bytes back */
	*at++ = 2;
	*at++ = 0x13; /* writes are there */
	*at++ = 0x00; /* end */
	ipmmu_baremetal_clean(&rig, begin, (size_t)(at - begin));
	ipmmu_cpu_barrier();
}

/* By the debug interface: "go" for channel 0. Returns the channel's last state. */
static uint32_t go(void)
{
	uint64_t end = ipmmu_baremetal_now_us(&rig.metal) + SECOND;
	uint32_t state;

	ipmmu_cpu_write32(pl330 + DEBUG_FIRST, 0xa0u << 16);
	ipmmu_cpu_write32(pl330 + DEBUG_SECOND, PROGRAM_AT);
	ipmmu_cpu_write32(pl330 + DEBUG_COMMAND, 0);
	do {
		state = ipmmu_cpu_read32(pl330 + CHANNEL_STATUS) & STATUS_MASK;
		rig_service();
	} while (state != STOPPED && state != FAULTING &&
		 ipmmu_baremetal_now_us(&rig.metal) < end);
	return state;
}

/* "Kill" on channel 0: out of its fault. */
static void kill(void)
{
	ipmmu_cpu_write32(pl330 + DEBUG_FIRST, 1u << 16 | 1u);
	ipmmu_cpu_write32(pl330 + DEBUG_SECOND, 0);
	ipmmu_cpu_write32(pl330 + DEBUG_COMMAND, 0);
	rig_pass(1000);
}

static bool claim(uint8_t target_rights)
{
	const struct ipmmu_master_desc *desc;
	uint32_t i;

	CHECK(rig_start(NULL));
	desc = rig_find("dma-controller");
	CHECK(desc != NULL);
	CHECK(ipmmu_master_add(rig.system, desc, &controller) == IPMMU_OK);
	CHECK(space_create(&a));
	watch();
	program_write(watched[PROGRAM]);
	for (i = 0; i < PAGE; i++) {
		watched[SOURCE][i] = (uint8_t)(i * 7 + 1);
	}
	CHECK(space_map(&a, PROGRAM_AT, watched[PROGRAM], PAGE, IPMMU_PT_READ));
	CHECK(space_map(&a, FROM, watched[SOURCE], PAGE, IPMMU_PT_READ));
	CHECK(space_map(&a, TO, watched[TARGET], PAGE, target_rights));
	CHECK(ipmmu_master_attach(controller, a.domain, NULL) == IPMMU_OK);
	return true;
}

static bool unclaim(void)
{
	CHECK(ipmmu_master_detach(controller, NULL) == IPMMU_OK);
	CHECK(ipmmu_master_remove(controller) == IPMMU_OK);
	CHECK(space_destroy(&a));
	return rig_end();
}

static bool a_pl330_runs_its_program_and_copies_through_translated_addresses(void)
{
	CHECK(claim(IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(go() == STOPPED);
	CHECK(memcmp(watched[TARGET], watched[SOURCE], PAGE) == 0);
	CHECK(rig.fault_count == 0);
	return unclaim();
}

static bool a_pl330_that_writes_where_it_may_not_is_stopped(void)
{
	const uint8_t poisoned = watched[TARGET + 1][0];
	uint32_t i;

	CHECK(claim(IPMMU_PT_READ));
	CHECK(go() == FAULTING);
	CHECK(rig_wait(&rig.fault_count, 0, SECOND));
	CHECK(rig.faults[0].kinds == IPMMU_FAULT_PERMISSION);
	CHECK(rig.faults[0].iova.v == TO);
	CHECK(rig.faults[0].cookie == &a);
	for (i = 0; i < PAGE; i++) {
		CHECK(watched[TARGET][i] == poisoned);
	}
	kill();
	return unclaim();
}

/* QEMU's controller overlooks that a fetch failed, and runs what it had: its state says
 * nothing. */
static bool a_denied_pl330_cannot_fetch_its_program_and_copies_nothing(void)
{
	CHECK(claim(IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(ipmmu_master_detach(controller, NULL) == IPMMU_OK);
	(void)go();
	CHECK(rig_wait(&rig.fault_count, 0, SECOND));
	CHECK(rig.faults[0].kinds == IPMMU_FAULT_TRANSLATION);
	CHECK(rig.faults[0].iova.v == PROGRAM_AT);
	CHECK(rig.faults[0].domain == NULL);
	CHECK(untouched_but(PROGRAM, SOURCE));
	kill();
	CHECK(ipmmu_master_attach(controller, a.domain, NULL) == IPMMU_OK);
	return unclaim();
}

static const struct tap_case cases[] = {
	/* The first: QEMU's controller runs no long program after it has faulted once. */
	TAP_CASE(a_pl330_runs_its_program_and_copies_through_translated_addresses),
	TAP_CASE(a_pl330_that_writes_where_it_may_not_is_stopped),
	TAP_CASE(a_denied_pl330_cannot_fetch_its_program_and_copies_nothing),
};

void test_hardware(void);
void test_pcie(void);
void test_hardware(void)
{
	uint64_t size = 0;
	uint64_t at = machine_region("arm,pl330", &size);

	if (at != 0) {
		pl330 = (uintptr_t)device_map(at, size);
		tap_run(cases, TAP_COUNT(cases));
	}
	test_pcie();
}
