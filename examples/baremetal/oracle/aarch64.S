/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * aarch64.S - one load or store of EL1, and back to EL2 by what it ends in: HVC, or the
 * abort of the access. An abort of stage 1 comes to EL2 by HVC 1.
 */
	.text
// x0 = address, x1 = value, x2 = where EL1 begins, x3 = struct end *; returns what was loaded.
	.globl oracle_enter
oracle_enter:
	stp	x19, x20, [sp, #-128]!
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	mrs	x4, daif
	mrs	x5, vbar_el2
	stp	x4, x5, [sp, #96]
	str	x3, [sp, #112]
	msr	daifset, #15
	ldr	x4, =oracle_vectors
	msr	vbar_el2, x4
	msr	elr_el2, x2
	mov	x4, #0x3c5		// EL1, interrupts masked
	msr	spsr_el2, x4
	isb
	eret

oracle_back:
	msr	spsel, #0
	ldr	x3, [sp, #112]
	mrs	x4, esr_el2
	mrs	x5, far_el2
	mrs	x6, hpfar_el2
	stp	x4, x5, [x3]
	str	x6, [x3, #16]
	ldp	x4, x5, [sp, #96]
	msr	vbar_el2, x5
	isb
	msr	daif, x4
	ldp	x29, x30, [sp, #80]
	ldp	x27, x28, [sp, #64]
	ldp	x25, x26, [sp, #48]
	ldp	x23, x24, [sp, #32]
	ldp	x21, x22, [sp, #16]
	ldp	x19, x20, [sp], #128
	ret

	.balign	2048
oracle_vectors:
	.rept	16
	.balign	128
	b	oracle_back
	.endr

// The only page of the image that EL1 sees. Its vectors come first: an abort of stage 1 is EL1's.
	.balign	4096
	.globl oracle_stub_page, oracle_load, oracle_store
oracle_stub_page:
	.rept	16
	.balign	128
	hvc	#1
	.endr
	.balign	128
oracle_load:
	ldr	x0, [x0]
	hvc	#0
oracle_store:
	str	x1, [x0]
	dsb	sy
	hvc	#0
	.balign	4096
