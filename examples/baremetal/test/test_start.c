// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_start.c - what stands below the library: memory rights, exceptions, interrupts, clock,
 * locks, cores.
 */
#include "rig.h"

#include <ipmmu-cpu.h>

enum {
	TIMES = 200,
	PAUSES = 20,
	SGI = 3
};

static struct {
	struct ipmmu_lock lock;
	volatile uint32_t count;
	volatile uint32_t ran[CORES_MAX];
	volatile uint32_t sent;
} work;

static bool text_and_constants_cannot_be_written(void)
{
	static const uint32_t constant = 7;

	CHECK(!try_write((uintptr_t)text_end - 4, 1));
	CHECK(!try_write((uintptr_t)&constant, 1));
	CHECK(*(const volatile uint32_t *)&constant == 7);
	CHECK(try_write((uintptr_t)&work.count, 9));
	CHECK(work.count == 9);
	return true;
}

static bool nothing_is_below_a_stack(void)
{
	uint32_t value = 0;
	uint32_t i;

	for (i = 0; i < 2 * CORES_MAX; i++) {
		uintptr_t guard = (uintptr_t)stacks + i * (GUARD_BYTES + STACK_BYTES);

		CHECK(!try_read(guard, &value));
		CHECK(!try_read(guard + GUARD_BYTES - 4, &value));
		CHECK(try_read(guard + GUARD_BYTES, &value));
	}
	return true;
}

static bool what_no_device_is_at_is_stopped(void)
{
	uint32_t value = 0;

	CHECK(!try_read(0, &value));
	CHECK(!try_write(0x1000, 1));
	CHECK(device_map(0, 0) == NULL);
	CHECK(device_map(~0ull - 1, 8) == NULL);
	return true;
}

static uint64_t us_of(uint64_t ticks)
{
	return ticks * 1000000u / ipmmu_cpu_frequency();
}

/* Each span of the clock lies between one of the counter within it and one around it. */
static bool the_clock_goes_on_evenly(void)
{
	uint64_t around = ipmmu_cpu_counter();
	uint64_t begin = ipmmu_baremetal_now_us(&rig.metal);
	uint64_t within = ipmmu_cpu_counter();
	uint64_t last = begin;
	uint64_t now = begin;

	while (now - begin < 2000) {
		uint64_t span = ipmmu_cpu_counter() - within;

		now = ipmmu_baremetal_now_us(&rig.metal);
		CHECK(now >= last);
		CHECK(us_of(span) <= now - begin + 1);
		last = now;
	}
	CHECK(us_of(ipmmu_cpu_counter() - around) + 1 >= now - begin);
	return true;
}

static void count_sent(void *arg)
{
	(void)arg;
	work.sent++;
}

static bool an_interrupt_lock_keeps_interrupts_out(void)
{
	unsigned long saved;
	uint32_t i;

	work.sent = 0;
	irq_connect(SGI, count_sent, NULL);
	irq_send(0, SGI);
	CHECK(rig_wait(&work.sent, 0, 100000));
	ipmmu_lock_init(&work.lock, IPMMU_LOCK_IRQ);
	saved = ipmmu_lock_take(&work.lock);
	irq_send(0, SGI);
	for (i = 0; i < 100000; i++) {
		ipmmu_cpu_relax();
	}
	CHECK(work.sent == 1);
	ipmmu_lock_give(&work.lock, saved);
	CHECK(rig_wait(&work.sent, 1, 100000));
	irq_disconnect(SGI);
	return true;
}

/* Not atomic on purpose: without the lock counts are lost. */
static void count_under_lock(uint32_t core, void *arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < TIMES; i++) {
		unsigned long saved = ipmmu_lock_take(&work.lock);
		uint32_t count = work.count;
		uint32_t pause;

		for (pause = 0; pause < PAUSES; pause++) {
			ipmmu_cpu_relax();
		}
		work.count = count + 1;
		ipmmu_lock_give(&work.lock, saved);
	}
	work.ran[core]++;
}

static bool locked_with(enum ipmmu_lock_kind kind, bool lse)
{
	uint32_t i;

	ipmmu_lock_init(&work.lock, kind);
	work.lock.lse = lse && work.lock.lse;
	work.count = 0;
	for (i = 0; i < CORES_MAX; i++) {
		work.ran[i] = 0;
	}
	cores_run(machine.cores, count_under_lock, NULL);
	CHECK(work.count == machine.cores * TIMES);
	for (i = 0; i < machine.cores; i++) {
		CHECK(work.ran[i] == 1);
	}
	return true;
}

static bool a_lock_is_held_by_one_core_at_a_time(void)
{
	CHECK(locked_with(IPMMU_LOCK_PLAIN, false));
	CHECK(locked_with(IPMMU_LOCK_IRQ, false));
	CHECK(locked_with(IPMMU_LOCK_PLAIN, true));
	return true;
}

static const struct tap_case cases[] = {
	TAP_CASE(text_and_constants_cannot_be_written),
	TAP_CASE(nothing_is_below_a_stack),
	TAP_CASE(what_no_device_is_at_is_stopped),
	TAP_CASE(the_clock_goes_on_evenly),
	TAP_CASE(an_interrupt_lock_keeps_interrupts_out),
	TAP_CASE(a_lock_is_held_by_one_core_at_a_time),
};

void test_start(void)
{
	tap_run(cases, TAP_COUNT(cases));
}
