/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * stdint.h - the standard name for Xen's integer types. No fast or least types.
 */
#ifndef IPMMU_XEN_SHIM_STDINT_H
#define IPMMU_XEN_SHIM_STDINT_H

#include <xen/types.h>

#endif
