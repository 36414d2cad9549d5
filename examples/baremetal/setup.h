/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * setup.h - from the device tree to a system of the library, for the examples.
 */
#ifndef SETUP_H
#define SETUP_H

#include <ipmmu/fdt.h>
#include <ipmmu/system.h>
#include <ipmmu-baremetal.h>

#include "image.h"

enum {
	SETUP_DOMAINS = 4,
	/* Everything static; ipmmu_arena_size() says at the start whether it is enough. */
	SETUP_MEMORY = 1024 * 1024
};

/* Reads the tree, makes registers reachable, brings every unit to a known state, and connects
 * the interrupts. Halts with a line that says why when it cannot. */
struct ipmmu_system *setup(void);

/* The same in two steps, for who counts before it decides. */
const struct ipmmu_system_desc *setup_read(void);
/* @needs: roots, caches and masters are filled in from the tree. @change: may be NULL; called
 * with the hooks before the system is made. */
struct ipmmu_system *setup_create(struct ipmmu_arena_needs *needs,
				  void (*change)(struct ipmmu_ops *ops));
/* The master whose node's name begins with @node, such as "ethernet@e6800000"; halts when there
 * is none. */
const struct ipmmu_master_desc *setup_master(const char *node);
/* The root that serves it. */
uint32_t setup_root(const struct ipmmu_master_desc *master);
/* How full the library's memory is. */
void setup_use(struct ipmmu_arena_use *use);
/* What the library wants done outside of interrupts: call it in the main loop. */
void setup_service(void);
/* Halts unless @err is IPMMU_OK; says what to do next. */
void setup_check(enum ipmmu_err err, const char *what);

#endif
