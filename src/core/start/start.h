/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * start.h - from what was found to the known state, and back.
 */
#ifndef IPMMU_CORE_START_H
#define IPMMU_CORE_START_H

#include "../domain/domain.h"

/* ---- power.c ---- */

/** ipmmu_mmu_set_offline() - not used from now on, which is reported; a root with its caches.
 */
void ipmmu_mmu_set_offline(struct ipmmu_mmu *mmu, enum ipmmu_err why);
/** ipmmu_power_on() - power a unit by the hook; offline when that fails. */
void ipmmu_power_on(struct ipmmu_mmu *mmu);
/** ipmmu_power_off() - pay back its power_get; @keep_deny: not where deny is kept. */
void ipmmu_power_off(const struct ipmmu_mmu *mmu, bool keep_deny);

/* ---- look.c, settle.c ---- */

/** ipmmu_probe_look() - power and read every unit, and decide. No register is written. */
enum ipmmu_err ipmmu_probe_look(struct ipmmu_system *system);
/** ipmmu_probe_format_fits() - is S2PTE what the root's mode needs already? */
bool ipmmu_probe_format_fits(const struct ipmmu_root *root);
/** ipmmu_probe_stays() - does a running uTLB stay as found? */
bool ipmmu_probe_stays(const struct ipmmu_utlb *utlb);
/** ipmmu_probe_settle() - bring every unit to the known state. */
void ipmmu_probe_settle(struct ipmmu_system *system);

#endif
