// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * timer.c - the virtual timer of this core, which EL1 and EL2 both may use.
 */
#include "image.h"

#include <ipmmu-cpu.h>

enum {
	TIMER_INTID = 27
};

static struct {
	irq_fn fn;
	void *arg;
	uint32_t ticks;
} timer;

static void set_timer(uint32_t ticks, uint32_t control)
{
#ifdef __aarch64__
	__asm__ volatile("msr cntv_tval_el0, %0" : : "r"((uint64_t)ticks));
	__asm__ volatile("msr cntv_ctl_el0, %0\n\tisb" : : "r"((uint64_t)control));
#else
	__asm__ volatile("mcr p15, 0, %0, c14, c3, 0" : : "r"(ticks));
	__asm__ volatile("mcr p15, 0, %0, c14, c3, 1\n\tisb" : : "r"(control));
#endif
}

static void timer_fired(void *arg)
{
	(void)arg;
	set_timer(timer.ticks, 1);
	timer.fn(timer.arg);
}

void timer_every(uint32_t us, irq_fn fn, void *arg)
{
	if (us == 0) {
		set_timer(0, 0);
		irq_disconnect(TIMER_INTID);
		return;
	}
	timer.fn = fn;
	timer.arg = arg;
	timer.ticks = ipmmu_cpu_frequency() / 1000000u * us;
	irq_connect(TIMER_INTID, timer_fired, NULL);
	set_timer(timer.ticks, 1);
}
