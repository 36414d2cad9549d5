/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * private.h - what the two halves of the stand-in for Linux share.
 */
#ifndef LINUX_PRIVATE_H
#define LINUX_PRIVATE_H

#include <kernel.h>

/** struct device_node - the node of one unit. */
struct device_node {
	const char *compatible[3];
	bool has_main; /* renesas,ipmmu-main */
	uint32_t unit;
	struct platform_device pdev;
	bool bound;
	char name[24];
};

#endif
