/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * profile_gen3.h - an image for one Gen3 board with stage-2 tables, on one CPU that takes the
 * interrupts of the units between its calls, with nobody to tell events unless it asks for
 * them: -DIPMMU_WITH_EVENTS=true.
 */
#ifndef IPMMU_WITH_EVENTS
#define IPMMU_WITH_EVENTS false
#endif
#define IPMMU_WITH_LOCKS      false
#define IPMMU_WITH_POWER      false
#define IPMMU_WITH_CHECKS     false
#define IPMMU_ONLY_GENERATION IPMMU_GEN3
#define IPMMU_ONLY_MODE       IPMMU_MODE_S2
