// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * overlayer.c - a dom0 that adds the test master to Xen's device tree while it runs, uses it,
 * and has it taken out again, twice. The overlay is late-master.dtbo in the image.
 */
#include "assign.h"

enum {
	SYSCTL_DT_OVERLAY = 30,
	DOMCTL_DT_OVERLAY = 87,
	OVERLAY_ADD = 1,
	OVERLAY_REMOVE = 2,
	OVERLAY_ATTACH = 1
};

static volatile uint32_t page[1024] __attribute__((aligned(4096)));

extern const uint8_t overlay_start[] __attribute__((visibility("hidden")));
extern const uint8_t overlay_end[] __attribute__((visibility("hidden")));
__asm__(".section .rodata\n"
	".balign 8\n"
	"overlay_start: .incbin \"late-master.dtbo\"\n"
	"overlay_end:\n"
	".previous\n");

/** struct overlay - as Xen's, for both kinds of call. */
struct overlay {
	uint64_t fdt;
	uint32_t size;
	uint8_t op;
	uint8_t pad[3];
};

static struct overlay overlay_of(uint8_t op)
{
	struct overlay o = {.op = op};

	o.fdt = (uintptr_t)overlay_start;
	o.size = (uint32_t)(overlay_end - overlay_start);
	return o;
}

static long change_tree(uint8_t what)
{
	struct {
		uint32_t cmd;
		uint32_t version;
		struct overlay overlay;
		uint32_t rest[32];
	} op = {.cmd = SYSCTL_DT_OVERLAY, .version = SYSCTL};

	op.overlay = overlay_of(what);
	return hypercall(HYPERCALL_SYSCTL, (uintptr_t)&op, 0, 0);
}

static long attach(void)
{
	struct domctl op = {0};

	*(struct overlay *)(void *)op.u.all = overlay_of(OVERLAY_ATTACH);
	return domctl(DOMCTL_DT_OVERLAY, 0, &op);
}

static void use_it(void)
{
	say_answer("judge: adding it", change_tree(OVERLAY_ADD));
	say_answer("judge: attaching it", attach());
	say_dma(page);
	say_answer("judge: removing it while it is dom0's", change_tree(OVERLAY_REMOVE));
	say_dma(page);
	say_answer("judge: taking it away", assign(DOMCTL_DEASSIGN_DEVICE, 0));
	say_dma(page);
}

void guest_main(void)
{
	say("guest: up\n");
	use_it();
	say_answer("judge: removing it", change_tree(OVERLAY_REMOVE));
	key('I');
	use_it();
	power_off();
}
