/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * stdint.h - the standard name for Xen's integer types. No fast or least types.
 * Xen 4.17 has the limits up to 32 bits; those of 64 bits are added where it has none.
 */
#ifndef IPMMU_XEN_SHIM_STDINT_H
#define IPMMU_XEN_SHIM_STDINT_H

#include <xen/types.h>

#ifndef UINT64_MAX
#define UINT64_MAX 0xffffffffffffffffull
#endif
#ifndef INT64_MAX
#define INT64_MAX 0x7fffffffffffffffll
#endif
#ifndef SIZE_MAX
#define SIZE_MAX (~(size_t)0)
#endif

#endif
