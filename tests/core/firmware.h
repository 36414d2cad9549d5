/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * firmware.h - what may run before the library does: contexts and uTLBs of a stage-2 machine of
 * Gen3 that are on when the system is created.
 */
#ifndef IPMMU_TESTS_CORE_FIRMWARE_H
#define IPMMU_TESTS_CORE_FIRMWARE_H

#include "rig.h"

enum {
	/** Where firmware maps a page. */
	FIRMWARE_IOVA = 0x30000000
};

/** firmware_pa() - to what, in context @n. */
static inline uint64_t firmware_pa(uint32_t n)
{
	return 0x70000000ull + (uint64_t)n * IPMMU_PAGE_SIZE;
}

/**
 * firmware_context() - context @n is on in the root and in @caches, with one page mapped.
 * @caches: set of units. @more: further bits of IMCTR, such as INTEN.
 */
void firmware_context(struct kit *kit, uint32_t n, uint32_t caches, uint32_t more);
/** firmware_port() - the first uTLB of a master is on context @n. */
void firmware_port(struct kit *kit, int master, uint32_t n);
/** firmware_keep() - ... and the host wants it to stay. */
void firmware_keep(struct kit *kit, int master, uint32_t n);

#endif
