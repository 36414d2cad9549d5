/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * qemu_args.h - the command line of the QEMU that stands in for a board.
 */
#ifndef TOOLS_RUN_QEMU_ARGS_H
#define TOOLS_RUN_QEMU_ARGS_H

#include "run.h"

enum {
	RUN_QEMU_TEXT = 1024,
	RUN_QEMU_ARGS = 16 + 2 * (16 + MODEL_SWITCH_COUNT)
};

/* Where the machine can have RAM. */
#define RUN_QEMU_RAM     0x40000000ull
#define RUN_QEMU_RAM_END (RUN_QEMU_RAM + (255ull << 30))

struct run_qemu_args {
	char text[RUN_QEMU_ARGS][RUN_QEMU_TEXT];
	char *argv[RUN_QEMU_ARGS + 1]; /* ends with NULL */
	uint32_t argc;
	uint32_t off; /* mask of units that start without power */
};

/* To be freed; NULL = no memory. The board fits the machine. */
struct run_qemu_args *run_qemu_args(const struct run *run);

#endif
