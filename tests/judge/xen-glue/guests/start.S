// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
//
// start.S - header of an arm64 Image and a stack; the rest is one of the guests. It runs where it is put.
#include "image.S"

start:
	adr	x1, stack_top
	mov	sp, x1
	bl	guest_main
1:	wfi
	b	1b

// long hypercall(unsigned long number, unsigned long a, unsigned long b, unsigned long c)
	.global	hypercall
hypercall:
	mov	x16, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	hvc	#0xea1
	ret
