// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * exception.c - what the CPU stops: an access that was only tried goes on without it, anything
 * else ends the image with a report.
 */
#include "image.h"

#include <string.h>

/* Addresses of the two instructions that may fail, and where they go on then. */
extern const uint8_t try_read_at[];
extern const uint8_t try_write_at[];
extern const uint8_t try_failed[];

static const char *const vectors[] = {"synchronous", "interrupt", "fast interrupt", "error",
				      "on the stack of exceptions"};

void exception_entry(struct frame *frame, unsigned long vector)
{
	if (frame->pc == (uintptr_t)try_read_at || frame->pc == (uintptr_t)try_write_at) {
		frame->pc = (uintptr_t)try_failed;
		return;
	}
	print("\n# exception on core %u, %s: pc 0x%llx cause 0x%llx address 0x%llx status "
	      "0x%llx\n",
	      core_number(), vectors[vector > 4 ? 4 : vector], (wide)frame->pc,
	      (wide)frame->cause, (wide)frame->address, (wide)frame->status);
	image_halt("an exception that nobody expected");
}

/* Stacks are zero at the start, and what was used mostly is not. */
uint32_t stack_used(uint32_t core)
{
	const uint32_t *at =
		(const uint32_t *)(stacks + core * 2 * (GUARD_BYTES + STACK_BYTES) +
				   GUARD_BYTES);
	uint32_t unused = 0;

	while (unused < STACK_BYTES && at[unused / 4] == 0) {
		unused += 4;
	}
	return STACK_BYTES - unused;
}

void image_start(const void *fdt)
{
	const char *missing = machine_read(fdt);

	if (machine.uart != 0) {
		console_start(machine.uart);
	}
	if (missing != NULL) {
		image_halt(missing);
	}
	mmu_build();
	mmu_start();
	core_set_number(0);
	gic_start();
	irq_enable();
	image_main();
	image_end();
}
