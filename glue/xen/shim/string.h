/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * string.h - the standard name for Xen's memcpy, memset, memmove and memcmp.
 */
#ifndef IPMMU_XEN_SHIM_STRING_H
#define IPMMU_XEN_SHIM_STRING_H

#include <xen/string.h>

#endif
