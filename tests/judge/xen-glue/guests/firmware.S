// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
//
// firmware.S - header of an arm64 Image that runs before Xen: firmware_main() of firmware.c, then
// Xen, with the device tree as it was handed over. XEN is where Xen was put.
#include "image.S"

start:
	mov	x19, x0
	adr	x1, stack_top
	mov	sp, x1
	bl	firmware_main
	mov	x0, x19
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	ldr	x4, =XEN
	br	x4
