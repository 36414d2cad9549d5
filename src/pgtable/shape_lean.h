/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * shape_lean.h - the long descriptors, for an engine that knows pages alone: every policy is
 * IPMMU_PT_NEVER. Chosen by -DIPMMU_PT_SHAPE='"shape_lean.h"'.
 */
#ifndef IPMMU_SHAPE_LEAN_H
#define IPMMU_SHAPE_LEAN_H

#define PT_POLICIES false

#include "shape_lpae.h"

#endif
