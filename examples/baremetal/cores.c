// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * cores.c - the other cores: started by firmware through PSCI, they wait for work.
 */
#include "image.h"

#include <ipmmu-cpu.h>

enum {
	PSCI_OFF = 0x84000008,
	WAKE = 1, /* a software interrupt */
	START_WAIT_TICKS = 0x20000000
};

#ifdef __aarch64__
#define PSCI_START 0xc4000003u
#else
#define PSCI_START 0x84000003u
#endif

struct core {
	volatile uint32_t alive;
	volatile uint32_t given; /* numbers of jobs */
	volatile uint32_t done;
} __attribute__((aligned(64)));

static struct core cores[CORES_MAX];
static core_fn job_fn;
static void *job_arg;
static uint32_t running = 1;

static void woken(void *arg)
{
	(void)arg;
}

/* Asleep until there is a job. An interrupt that is masked ends the sleep as well. */
static void job_wait(const struct core *c)
{
	while (c->given == c->done) {
		unsigned long saved = ipmmu_cpu_irq_save();

		if (c->given == c->done) {
			__asm__ volatile("dsb sy\n\twfi");
		}
		ipmmu_cpu_irq_restore(saved);
	}
	ipmmu_cpu_barrier();
}

void secondary_main(uint32_t core)
{
	struct core *c = &cores[core];

	core_set_number(core);
	gic_start_core();
	irq_connect(WAKE, woken, NULL);
	irq_enable();
	c->alive = 1;
	for (;;) {
		job_wait(c);
		job_fn(core, job_arg);
		ipmmu_cpu_barrier();
		c->done = c->given;
	}
}

uint32_t cores_start(void)
{
	uint32_t i;

	for (i = 1; i < machine.cores; i++) {
		uint64_t begin = ipmmu_cpu_counter();

		if ((int32_t)firmware_call(PSCI_START, machine.core_id[i],
					   (uintptr_t)secondary_start, i,
					   machine.psci_smc) != 0) {
			break;
		}
		while (cores[i].alive == 0) {
			if (ipmmu_cpu_counter() - begin > START_WAIT_TICKS) {
				image_halt("a core was started and did not come up");
			}
		}
		running++;
	}
	return running;
}

void cores_run(uint32_t count, core_fn fn, void *arg)
{
	uint32_t i;

	job_fn = fn;
	job_arg = arg;
	ipmmu_cpu_barrier();
	for (i = 1; i < count && i < running; i++) {
		cores[i].given++;
		ipmmu_cpu_barrier();
		irq_send(i, WAKE);
	}
	fn(0, arg);
	for (i = 1; i < count && i < running; i++) {
		while (cores[i].done != cores[i].given) {
			ipmmu_cpu_relax();
		}
	}
	ipmmu_cpu_barrier();
}

void image_end(void)
{
	(void)ipmmu_cpu_irq_save();
	(void)firmware_call(PSCI_OFF, 0, 0, 0, machine.psci_smc);
	for (;;) {
		__asm__ volatile("wfi");
	}
}

void image_halt(const char *why)
{
	print("Bail out! %s\n", why);
	image_end();
}
