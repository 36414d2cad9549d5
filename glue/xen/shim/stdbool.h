/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * stdbool.h - the standard name for Xen's bool.
 */
#ifndef IPMMU_XEN_SHIM_STDBOOL_H
#define IPMMU_XEN_SHIM_STDBOOL_H

#include <xen/stdbool.h>

#endif
