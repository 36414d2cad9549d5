// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
//
// image.S - the header of an arm64 Image, which goes on at start. Included by what begins with it.
	.section .head, "ax"
	b	start
	.word	0
	.quad	0		// text offset
	.quad	image_size
	.quad	0xa		// flags: little endian, 4 KiB pages, anywhere
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.word	0
