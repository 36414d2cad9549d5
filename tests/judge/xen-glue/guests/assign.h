/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * assign.h - for a dom0 that gives the test master to domains and takes it away, and looks what
 * became of it. With guest.h.
 */
#ifndef ASSIGN_H
#define ASSIGN_H

#include "guest.h"

/* Answers 0, or an error of Xen. */
static inline long assign(uint32_t cmd, uint16_t domain)
{
	struct domctl op = {0};

	op.u.device.kind = DOMCTL_DEVICE_OF_TREE;
	op.u.device.length = sizeof(MASTER_PATH) - 1;
	op.u.device.path = (uintptr_t)MASTER_PATH;
	return domctl(cmd, domain, &op);
}

/* A fault that was held stalls the master until the driver has cleared it; it gets the time. */
static inline void say_dma(volatile uint32_t *page)
{
	wait_ms(50);
	say(page_differs(page) == 0 ? "judge: DMA to an own page lands\n"
				    : "judge: DMA to an own page is refused\n");
}

/* One line at once: Xen's own lines come between two of dom0's writes. */
static inline void say_answer(const char *what, long rc)
{
	const char *how = rc < 0 ? " is refused with " : " is answered with ";
	char line[96];
	unsigned int at = 0;
	unsigned int number = (unsigned int)(rc < 0 ? -rc : rc);
	unsigned int unit = 1;

	while (*what != '\0' && at < 48) {
		line[at++] = *what++;
	}
	while (*how != '\0') {
		line[at++] = *how++;
	}
	while (number / unit >= 10) {
		unit *= 10;
	}
	for (; unit != 0; unit /= 10) {
		line[at++] = (char)('0' + number / unit % 10);
	}
	line[at] = '\n';
	line[at + 1] = '\0';
	say(line);
}

#endif
