/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * ipmmu_port.h - all that the library takes from a C library: memcpy, memset, memcmp.
 *
 * A host without <string.h> puts a header of this name earlier in the include path.
 */
#ifndef IPMMU_PORT_H
#define IPMMU_PORT_H

#include <string.h>

#endif
