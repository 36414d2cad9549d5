// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * remover.c - a dom0 that has the test master removed from its IOMMU while it owns it and
 * after, and the IOMMUs quiesced. For a Xen with the test's debug keys.
 */
#include "assign.h"

/* As FOREIGN, and never used before the driver is quiet. */
#define UNTOLD (FOREIGN + 0x1000u)

static volatile uint32_t page[1024] __attribute__((aligned(4096)));

void guest_main(void)
{
	say("guest: up\n");
	say_dma(page);
	key('3');
	say_dma(page);
	key('4');
	say((run(UNTOLD, 0) & STATUS_DONE) == 0 ? "judge: after quiesce DMA is refused\n"
						: "judge: after quiesce DMA goes through\n");
	wait_ms(100);
	say_answer("judge: taking it away", assign(DOMCTL_DEASSIGN_DEVICE, 0));
	key('3');
	say_dma(page);
	key('I');
	power_off();
}
