// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * hello.c - the smallest image that uses the library: it brings every IPMMU that the device
 * tree names to a known state, and says what is there. From here on no master of the tree that
 * was running through an IPMMU reaches anything.
 */
#include "setup.h"

void image_main(void)
{
	(void)setup();
}
