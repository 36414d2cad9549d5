/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * stddef.h - the standard name for Xen's size_t and NULL; offsetof comes with Xen's config.h.
 */
#ifndef IPMMU_XEN_SHIM_STDDEF_H
#define IPMMU_XEN_SHIM_STDDEF_H

#include <xen/types.h>

#endif
