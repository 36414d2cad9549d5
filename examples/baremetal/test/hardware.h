/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * hardware.h - what differs between the machine with IPMMUs and the model in the image. Of each
 * build one file serves it: hardware_ipmmu.c or hardware_model.c.
 */
#ifndef HARDWARE_H
#define HARDWARE_H

#include <ipmmu/ops.h>

#include "../image.h"

/* enum hardware_fault - how a unit is broken; the argument is a mask of units. */
enum hardware_fault {
	HARDWARE_STUCK,   /* its flushes do not end */
	HARDWARE_DROPPED, /* its flushes empty nothing */
	HARDWARE_DEAD,    /* it reads all ones */
	HARDWARE_OFF      /* it has no power */
};

/* The tree that describes units and masters. */
const void *hardware_tree(size_t *size);
/* The product register; false where there is none. */
bool hardware_product(uint32_t *value);
/* What the name of the test master's node begins with; and where it sits, once that is read. */
const char *hardware_master_name(void);
void hardware_master_place(uint32_t unit, uint32_t utlb);
/* Make the registers of @mmus reachable: cookies, and hooks where others than the port's. */
bool hardware_connect(struct ipmmu_ops *ops, struct ipmmu_mmu_desc *mmus, uint32_t count);
void hardware_break(enum hardware_fault fault, uint32_t units);
/* Register accesses that the hardware does not allow, since the last call. */
uint32_t hardware_violations(void);
/* Faults that units have reported since they were made. */
uint32_t hardware_faults(void);

/* The test master's registers: docs/qemu.md. */
uint32_t hardware_master_read(uint32_t offset);
void hardware_master_write(uint32_t offset, uint32_t value);

#endif
