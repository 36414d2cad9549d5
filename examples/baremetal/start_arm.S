/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * start_arm.S - entry by the boot protocol of 32-bit Arm Linux: r2 has the device tree, MMU and
 * data cache are off, HYP or SVC mode. The image runs in SVC mode. Needs v7 with long descriptors.
 */
	.syntax	unified
	.arch_extension virt
	.arch_extension sec
	.arm
	.section .head, "ax"
	.globl _start
_start:
	cpsid	aif
	mov	r10, r2
	mov	r9, #0
	bl	cpu_prepare
	// What boot firmware has left in caches goes to memory before it is written past them.
	ldr	r0, =image_begin
	ldr	r1, =image_limit
	mrc	p15, 0, r2, c0, c0, 1
	ubfx	r2, r2, #16, #4
	mov	r3, #4
	lsl	r3, r3, r2
1:	mcr	p15, 0, r0, c7, c14, 1
	add	r0, r0, r3
	cmp	r0, r1
	blo	1b
	dsb
	ldr	r0, =bss_begin
	mov	r2, #0
2:	str	r2, [r0], #4
	cmp	r0, r1
	blo	2b
	mov	r0, r10
	bl	image_start
3:	wfi
	b	3b

	.text
// r9 = core: mode, vectors, stacks. Changes r0 to r3.
cpu_prepare:
	mov	r3, lr
	mrs	r0, cpsr
	and	r0, r0, #0x1f
	cmp	r0, #0x1a
	bne	1f
	mov	r0, #3			// PL1 may use the timers
	mcr	p15, 4, r0, c14, c1, 0
	mov	r0, #0
	mcrr	p15, 4, r0, r0, c14	// no offset of the virtual counter
	mcr	p15, 4, r0, c1, c1, 0	// nothing goes to HYP
	mov	r0, #0x1d3
	msr	spsr_cxsf, r0
	adr	r0, 1f
	msr	elr_hyp, r0
	eret
1:	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0
	mrc	p15, 0, r0, c1, c0, 0
	bic	r0, r0, #0x2000		// vectors where VBAR says
	mcr	p15, 0, r0, c1, c0, 0
	isb
	ldr	r0, =stacks
	ldr	r1, =(20480 * 2)	// two guards, two stacks
	mla	r0, r9, r1, r0
	add	r2, r0, r1
	cps	#0x12			// interrupts
	mov	sp, r2
	cps	#0x11
	mov	sp, r2
	sub	r2, r2, #8192
	cps	#0x17			// aborts
	mov	sp, r2
	cps	#0x1b
	mov	sp, r2
	cps	#0x13
	add	sp, r0, r1, lsr #1
	bx	r3

	.globl secondary_start
secondary_start:
	cpsid	aif
	mov	r9, r0
	bl	cpu_prepare
	bl	mmu_start
	mov	r0, r9
	bl	secondary_main
4:	wfi
	b	4b

// table r0 r1, tcr r2 r3, mair sp, sctlr sp + 8
	.globl mmu_enable
mmu_enable:
	dsb
	mov	r12, #0
	mcr	p15, 0, r12, c7, c5, 0
	mcr	p15, 0, r12, c7, c5, 6
	mcr	p15, 0, r12, c8, c7, 0
	dsb
	isb
	mcr	p15, 0, r2, c2, c0, 2
	mcrr	p15, 0, r0, r1, c2
	ldr	r0, [sp]
	mcr	p15, 0, r0, c10, c2, 0
	ldr	r0, [sp, #4]
	mcr	p15, 0, r0, c10, c2, 1
	isb
	ldr	r1, [sp, #8]
	mrc	p15, 0, r0, c1, c0, 0
	orr	r0, r0, r1
	mcr	p15, 0, r0, c1, c0, 0
	isb
	bx	lr

	.globl core_number
core_number:
	mrc	p15, 0, r0, c13, c0, 4
	bx	lr

	.globl core_set_number
core_set_number:
	mcr	p15, 0, r0, c13, c0, 4
	bx	lr

// fn r0 r1, a r2 r3, b sp, c sp + 8, smc sp + 16
	.globl firmware_call
firmware_call:
	mov	r1, r2
	ldr	r2, [sp]
	ldr	r3, [sp, #8]
	ldr	r12, [sp, #16]
	tst	r12, #1
	beq	1f
	smc	#0
	mov	r1, #0
	bx	lr
1:	hvc	#0
	mov	r1, #0
	bx	lr

// What the compiler's divisions call for a divisor of 0.
	.globl __aeabi_idiv0, __aeabi_ldiv0
__aeabi_idiv0:
__aeabi_ldiv0:
	udf	#0

// address, where to
	.globl try_read, try_read_at, try_write, try_write_at, try_failed
try_read:
try_read_at:
	ldr	r2, [r0]
	str	r2, [r1]
	mov	r0, #1
	bx	lr
// address, value
try_write:
try_write_at:
	str	r1, [r0]
	dsb
	mov	r0, #1
	bx	lr
try_failed:
	mov	r0, #0
	bx	lr

	.balign	32
vectors:
	b	.
	b	undefined
	b	.
	b	prefetch
	b	data
	b	.
	b	interrupt
	b	fast

	.macro save
	sub	sp, sp, #144
	stm	sp, {r0-r12}
	str	lr, [sp, #128]
	mrs	r0, spsr
	str	r0, [sp, #132]
	.endm

	.macro restore
	ldr	lr, [sp, #128]
	ldr	r0, [sp, #132]
	msr	spsr_cxsf, r0
	ldm	sp, {r0-r12}
	add	sp, sp, #144
	movs	pc, lr
	.endm

	.macro stopped status, address
	str	\status, [sp, #136]
	str	\address, [sp, #140]
	mov	r0, sp
	bl	exception_entry
	restore
	.endm

data:
	sub	lr, lr, #8
	save
	mrc	p15, 0, r2, c5, c0, 0
	mrc	p15, 0, r3, c6, c0, 0
	mov	r1, #0
	stopped	r2, r3
prefetch:
	sub	lr, lr, #4
	save
	mrc	p15, 0, r2, c5, c0, 1
	mrc	p15, 0, r3, c6, c0, 2
	mov	r1, #0
	stopped	r2, r3
undefined:
	sub	lr, lr, #4
	save
	mov	r2, #0
	mov	r3, #0
	mov	r1, #0
	stopped	r2, r3
fast:
	sub	lr, lr, #4
	save
	mov	r2, #0
	mov	r3, #0
	mov	r1, #2
	stopped	r2, r3
interrupt:
	sub	lr, lr, #4
	save
	bl	irq_entry
	restore
