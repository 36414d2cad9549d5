// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_move.c - a master that runs on while it is moved, denied and unmapped under.
 */
#include "rig.h"

#include <ipmmu-cpu.h>

#define IOVA 0x80000000ull

enum {
	MOVES = 24,
	SIZE = 64,
	PAGE_A = 7,
	PAGE_B = 20,
	SECOND = 1000000
};

static struct space a;
static struct space b;

/* Two domains, in which one address leads to two pages. */
static bool two_domains(bool stops)
{
	CHECK(rig_start(NULL));
	rig.stops = stops;
	CHECK(space_create(&a));
	CHECK(space_create(&b));
	CHECK(space_map(&a, IOVA, watched[PAGE_A], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	CHECK(space_map(&b, IOVA, watched[PAGE_B], PAGE, IPMMU_PT_READ | IPMMU_PT_WRITE));
	hardware_master_write(MASTER_PERIOD, 3);
	return true;
}

static bool two_domains_end(void)
{
	master_stop();
	hardware_master_write(MASTER_PERIOD, 100);
	CHECK(space_destroy(&b));
	CHECK(space_destroy(&a));
	return rig_end();
}

/* Rounds go on: at least @more of them. */
static bool runs(uint32_t more)
{
	uint64_t end = ipmmu_baremetal_now_us(&rig.metal) + SECOND;
	uint32_t first = hardware_master_read(MASTER_ROUNDS);

	while (hardware_master_read(MASTER_ROUNDS) - first < more) {
		if (ipmmu_baremetal_now_us(&rig.metal) > end) {
			return false;
		}
		rig_service();
	}
	return true;
}

/* Write @tag again and again; the first word counts the rounds. */
static void run(uint32_t tag)
{
	master_stop();
	master_fill(tag);
	master_begin(IOVA, SIZE, MASTER_WRITE | MASTER_CONTINUOUS | MASTER_COUNT);
}

static void pause(uint32_t i)
{
	for (i = i * 37 % 200; i > 0; i--) {
		ipmmu_cpu_relax();
	}
}

/* What was programmed under one domain lands in no page of the other. */
static bool a_stopped_master_takes_nothing_along_into_its_new_domain(void)
{
	struct ipmmu_move_result result;
	uint32_t i;

	CHECK(two_domains(true));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	for (i = 0; i < MOVES; i++) {
		uint32_t from = i % 2 == 0 ? PAGE_A : PAGE_B;
		uint32_t stopped = rig.stopped;

		watch();
		run(i);
		CHECK(runs(2));
		pause(i);
		CHECK(ipmmu_master_move(rig.master, i % 2 == 0 ? b.domain : a.domain,
					&result) == IPMMU_OK);
		CHECK(result.quiesced);
		CHECK(rig.stopped > stopped);
		rig_pass(300);
		CHECK(bytes_are(watched[from] + 4, SIZE - 4, i + 4));
		CHECK(untouched_but(from, WATCHED));
	}
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	return two_domains_end();
}

/* Nobody stops it: it goes on in its new domain, and nowhere else. */
static bool a_running_master_lands_only_where_its_domain_leads(void)
{
	struct ipmmu_move_result result;
	uint32_t i;

	CHECK(two_domains(false));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	watch();
	run(1);
	for (i = 0; i < MOVES; i++) {
		CHECK(runs(2));
		pause(i);
		CHECK(ipmmu_master_move(rig.master, i % 2 == 0 ? b.domain : a.domain,
					&result) == IPMMU_OK);
		CHECK(!result.quiesced);
		CHECK(untouched_but(PAGE_A, PAGE_B));
		watch();
		CHECK(runs(3));
		CHECK(untouched_but(i % 2 == 0 ? PAGE_B : PAGE_A, WATCHED));
	}
	master_stop();
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	return two_domains_end();
}

static bool denied_while_running(bool stops)
{
	uint32_t i;

	CHECK(two_domains(stops));
	for (i = 0; i < MOVES; i++) {
		CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
		run(i);
		CHECK(runs(2));
		pause(i);
		CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
		watch();
		rig_pass(300);
		CHECK(untouched_but(WATCHED, WATCHED));
		master_stop();
	}
	return two_domains_end();
}

static bool a_running_master_reaches_nothing_once_it_is_denied(void)
{
	return denied_while_running(false);
}

static bool a_stopped_master_reaches_nothing_once_it_is_denied(void)
{
	return denied_while_running(true);
}

/* Pages come and go under it; what is gone is filled with something else at once. */
static bool a_running_master_does_not_reach_a_page_after_its_unmap(void)
{
	uint32_t i;

	CHECK(two_domains(false));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	run(9);
	for (i = 0; i < MOVES; i++) {
		CHECK(runs(2));
		pause(i);
		CHECK(space_unmap(&a, IOVA, PAGE));
		watch();
		rig_pass(100);
		CHECK(untouched_but(WATCHED, WATCHED));
		CHECK(space_map(&a, IOVA, watched[i % WATCHED], PAGE,
				IPMMU_PT_READ | IPMMU_PT_WRITE));
		run(9);
	}
	master_stop();
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	return two_domains_end();
}

/* A system that ends under a running master leaves it denied; the next one finds it so. */
static bool a_running_master_stays_denied_when_the_system_ends(void)
{
	CHECK(two_domains(false));
	CHECK(ipmmu_master_attach(rig.master, a.domain, NULL) == IPMMU_OK);
	run(5);
	CHECK(runs(2));
	CHECK(ipmmu_master_detach(rig.master, NULL) == IPMMU_OK);
	watch();
	CHECK(space_destroy(&b));
	CHECK(space_destroy(&a));
	CHECK(ipmmu_master_remove(rig.master) == IPMMU_OK);
	CHECK(rig_disconnect());
	rig_pass(300);
	CHECK(untouched_but(WATCHED, WATCHED));
	CHECK(rig_start(NULL));
	CHECK(untouched_but(WATCHED, WATCHED));
	hardware_master_write(MASTER_PERIOD, 100);
	return rig_end();
}

static const struct tap_case cases[] = {
	TAP_CASE(a_stopped_master_takes_nothing_along_into_its_new_domain),
	TAP_CASE(a_running_master_lands_only_where_its_domain_leads),
	TAP_CASE(a_running_master_reaches_nothing_once_it_is_denied),
	TAP_CASE(a_stopped_master_reaches_nothing_once_it_is_denied),
	TAP_CASE(a_running_master_does_not_reach_a_page_after_its_unmap),
	TAP_CASE(a_running_master_stays_denied_when_the_system_ends),
};

void test_move(void)
{
	tap_run(cases, TAP_COUNT(cases));
}
