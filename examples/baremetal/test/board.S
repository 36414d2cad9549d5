/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * board.S - the device trees of examples/boards, for the model in the image.
 */
	.section .rodata.boards, "a"
	.globl	board_gen2, board_gen3, board_gen4
	.balign	8
board_gen2:
	.incbin	"gen2.dtb"
	.balign	8
board_gen3:
	.incbin	"gen3.dtb"
	.balign	8
board_gen4:
	.incbin	"gen4.dtb"
	.balign	8
