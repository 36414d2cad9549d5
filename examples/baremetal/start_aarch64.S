/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * start_aarch64.S - entry by the boot protocol of arm64 Linux: x0 has the device tree, MMU and
 * data cache are off, EL2 or EL1; the image stays where it was entered. It runs on SP_EL0, and
 * exceptions on SP_ELx: a stack that has overflowed can still be told of.
 */
	.section .head, "ax"
	.globl _start
_start:
	b	start
	.long	0
	.quad	0			// offset from a 2 MiB boundary
	.quad	image_limit - _start
	.quad	0x2			// little-endian, 4 KiB pages
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

	.text
// x19 = core: level, vectors, both stacks. Changes x0 to x3.
cpu_prepare:
	mrs	x0, currentel
	ldr	x1, =vectors
	cmp	x0, #8
	b.eq	1f
	msr	vbar_el1, x1
	b	2f
1:	msr	vbar_el2, x1
	mov	x0, #0x38		// SError, interrupts to EL2; EL1 is 64-bit
	movk	x0, #0x8000, lsl #16
	msr	hcr_el2, x0
	mov	x0, #3			// EL1 may use the timers
	msr	cnthctl_el2, x0
	msr	cntvoff_el2, xzr
	msr	vttbr_el2, xzr
	mov	x0, #0x33ff		// no traps
	msr	cptr_el2, x0
2:	isb
	ldr	x0, =stacks
	ldr	x1, =(20480 * 2)	// two guards, two stacks
	madd	x0, x19, x1, x0
	add	x2, x0, x1
	msr	spsel, #1
	mov	sp, x2
	add	x2, x0, x1, lsr #1
	msr	spsel, #0
	mov	sp, x2
	ret

start:
	msr	daifset, #15
	mov	x20, x0
	mov	x19, #0
	// What boot firmware has left in caches goes to memory before it is written past them.
	ldr	x0, =image_begin
	ldr	x1, =image_limit
	mrs	x2, ctr_el0
	ubfx	x2, x2, #16, #4
	mov	x3, #4
	lsl	x3, x3, x2
1:	dc	civac, x0
	add	x0, x0, x3
	cmp	x0, x1
	b.lo	1b
	dsb	sy
	ldr	x0, =bss_begin
2:	stp	xzr, xzr, [x0], #16
	cmp	x0, x1
	b.lo	2b
	bl	cpu_prepare
	mov	x0, x20
	bl	image_start
3:	wfi
	b	3b

	.globl secondary_start
secondary_start:
	msr	daifset, #15
	mov	x19, x0
	bl	cpu_prepare
	bl	mmu_start
	mov	x0, x19
	bl	secondary_main
4:	wfi
	b	4b

// table, tcr, mair, sctlr
	.globl mmu_enable
mmu_enable:
	dsb	sy
	mrs	x4, currentel
	ic	iallu
	cmp	x4, #8
	b.eq	1f
	tlbi	vmalle1
	dsb	sy
	isb
	msr	ttbr0_el1, x0
	msr	tcr_el1, x1
	msr	mair_el1, x2
	isb
	msr	sctlr_el1, x3
	isb
	ret
1:	tlbi	alle2
	dsb	sy
	isb
	msr	ttbr0_el2, x0
	msr	tcr_el2, x1
	msr	mair_el2, x2
	isb
	msr	sctlr_el2, x3
	isb
	ret

	.globl core_number
core_number:
	mrs	x0, currentel
	cmp	x0, #8
	b.eq	1f
	mrs	x0, tpidr_el1
	ret
1:	mrs	x0, tpidr_el2
	ret

	.globl core_set_number
core_set_number:
	mrs	x1, currentel
	cmp	x1, #8
	b.eq	1f
	msr	tpidr_el1, x0
	ret
1:	msr	tpidr_el2, x0
	ret

// fn, a, b, c, smc
	.globl firmware_call
firmware_call:
	cbz	w4, 1f
	smc	#0
	ret
1:	hvc	#0
	ret

// address, where to
	.globl try_read, try_read_at, try_write, try_write_at, try_failed
try_read:
try_read_at:
	ldr	w2, [x0]
	str	w2, [x1]
	mov	w0, #1
	ret
// address, value
try_write:
try_write_at:
	str	w1, [x0]
	dsb	sy
	mov	w0, #1
	ret
try_failed:
	mov	w0, #0
	ret

	.macro vector number
	.balign	128
	sub	sp, sp, #288
	stp	x0, x1, [sp]
	mov	x1, #\number
	b	save
	.endm

	.balign	2048
vectors:
	vector	0
	vector	1
	vector	2
	vector	3
	.rept	12
	vector	4
	.endr

save:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x2, sp_el0
	stp	x30, x2, [sp, #240]
	mrs	x19, currentel
	cmp	x19, #8
	b.eq	1f
	mrs	x2, elr_el1
	mrs	x3, spsr_el1
	mrs	x4, esr_el1
	mrs	x5, far_el1
	b	2f
1:	mrs	x2, elr_el2
	mrs	x3, spsr_el2
	mrs	x4, esr_el2
	mrs	x5, far_el2
2:	stp	x2, x3, [sp, #256]
	stp	x4, x5, [sp, #272]
	cmp	x1, #1
	b.eq	3f
	mov	x0, sp
	bl	exception_entry
	b	4f
3:	bl	irq_entry
4:	ldp	x2, x3, [sp, #256]
	cmp	x19, #8
	b.eq	5f
	msr	elr_el1, x2
	msr	spsr_el1, x3
	b	6f
5:	msr	elr_el2, x2
	msr	spsr_el2, x3
6:	ldp	x0, x1, [sp]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldr	x30, [sp, #240]
	add	sp, sp, #288
	eret
