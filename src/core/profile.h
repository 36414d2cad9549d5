/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * profile.h - what a build knows beforehand of the one machine that it is for.
 *
 * By default nothing: one build serves every machine. An image for one board may name a header
 * of its own, -DIPMMU_PROFILE='"profile_gen3.h"', and what it says is never asked again, so
 * that the code for all else is left out. ipmmu_system_create() refuses a host or a description
 * that is not as the profile says, and a part that does not isolate. What keeps a claimed
 * master isolated is in every profile.
 */
#ifndef IPMMU_PROFILE_H
#define IPMMU_PROFILE_H

#ifdef IPMMU_PROFILE
#include IPMMU_PROFILE
#endif

/** The host may want to be told events. Without: it is not, whatever its hook. */
#ifndef IPMMU_WITH_EVENTS
#define IPMMU_WITH_EVENTS true
#endif

/** Calls may come from more than one CPU, or from an interrupt in the middle of another. */
#ifndef IPMMU_WITH_LOCKS
#define IPMMU_WITH_LOCKS true
#endif

/** Units may be switched off. Without: all of them are always on. */
#ifndef IPMMU_WITH_POWER
#define IPMMU_WITH_POWER true
#endif

/**
 * Hooks, options and description may be wrong. Without: they are constants of the image, which
 * a build with checks has accepted.
 */
#ifndef IPMMU_WITH_CHECKS
#define IPMMU_WITH_CHECKS true
#endif

/** The only generation there is: IPMMU_GEN2 and so on; 0 = any. */
#ifndef IPMMU_ONLY_GENERATION
#define IPMMU_ONLY_GENERATION 0
#endif

/** The only mode there is: IPMMU_MODE_S2 and so on; IPMMU_MODE_AUTO = any. */
#ifndef IPMMU_ONLY_MODE
#define IPMMU_ONLY_MODE IPMMU_MODE_AUTO
#endif

#endif
