/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * dump.h - read the documented registers of one unit, for people who look for a bug.
 */
#ifndef IPMMU_DUMP_H
#define IPMMU_DUMP_H

#include <ipmmu/system.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct ipmmu_field_value - one field of a register. */
struct ipmmu_field_value {
	const char *name; /**< as Renesas calls it */
	uint32_t value;   /**< shifted down to bit 0 */
};

/** struct ipmmu_register_value - one register as read. */
struct ipmmu_register_value {
	const char *name; /**< such as "IMCTR" */
	uint32_t index;   /**< context or uTLB number; IPMMU_NONE for global registers */
	uint32_t offset;  /**< bytes from the start of the register region */
	uint32_t value;   /**< what it reads */
	struct ipmmu_field_value fields[12];
	uint32_t field_count;
};

/** What ipmmu_mmu_dump() calls; return false to stop. Must not call the library. */
typedef bool (*ipmmu_dump_fn)(void *arg, const struct ipmmu_register_value *reg);

/**
 * ipmmu_mmu_dump() - read every register of an MMU whose meaning is known.
 * @mmu: index in the description.  @fn: called for each.  @arg: given to @fn.
 *
 * Reads only. Left out are registers of which only the name is known, and the physical-mapping
 * buffer, which nothing uses and which nobody is known to have read on these parts.
 *
 * Return: IPMMU_OK; IPMMU_E_ARG; IPMMU_E_RANGE; IPMMU_E_OFFLINE (nothing read).
 * Context: takes no lock around @fn; values are one snapshot each, not one of the whole.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_mmu_dump(struct ipmmu_system *system, uint32_t mmu,
					       ipmmu_dump_fn fn, void *arg);

#ifdef __cplusplus
}
#endif
#endif
