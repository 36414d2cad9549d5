/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * machine.h - what a scenario needs of the hardware below the library: the model in this
 * process, or a QEMU with the same model and real DMA behind it.
 */
#ifndef TOOLS_RUN_MACHINE_H
#define TOOLS_RUN_MACHINE_H

#include <ipmmu-model/model.h>

enum {
	RUN_TRANSFER_BYTES = 4096
};

struct run;

/* Ways in which a unit is broken. */
enum run_defect {
	RUN_DEFECT_STUCK,   /* flushes never end */
	RUN_DEFECT_DROPPED, /* they end, but empty nothing */
	RUN_DEFECT_DEAD     /* reads all ones */
};

/* Bytes that a master moves, within one page. */
struct run_transfer {
	uint32_t size;
	uint8_t bytes[RUN_TRANSFER_BYTES]; /* to memory, or what came from there */
	/* what became of it: */
	struct model_access access; /* unit, uTLB, IOVA and direction are given */
	bool moved;                 /* the bytes are there; not so when no memory is */
	bool faulted;               /* a fault was recorded for it */
};

/*
 * One kind of hardware. RAM is the host's own in both: a machine is told what changed in it by
 * changed(), and tells what DMA changed by writing there itself.
 */
struct run_machine {
	const char *name;
	bool (*start)(struct run *run); /* false: has told why */
	void (*end)(struct run *run);
	uint32_t (*read32)(struct run *run, uint32_t unit, uint32_t offset);
	void (*write32)(struct run *run, uint32_t unit, uint32_t offset, uint32_t value);
	void (*power)(struct run *run, uint32_t unit, bool on);
	void (*defect)(struct run *run, enum run_defect defect, uint32_t unit, bool on);
	void (*poke)(struct run *run, uint32_t unit, uint32_t offset, uint32_t value);
	bool (*irq)(struct run *run, uint32_t root);
	void (*tick)(struct run *run, uint32_t us);
	uint64_t (*now)(struct run *run);
	void (*changed)(struct run *run, uint64_t pa, uint64_t size);
	void (*transfer)(struct run *run, struct run_transfer *transfer);
	bool (*reach)(struct run *run, uint32_t unit, uint32_t utlb, model_reach_fn fn,
		      void *arg);
	struct model_counts (*counts)(struct run *run);
	/* The @i-th since the last clear; false when it was not kept. */
	bool (*violation)(struct run *run, uint32_t i, struct model_violation *violation);
	uint64_t (*violations)(struct run *run);
	void (*violations_clear)(struct run *run);
	/* False when the machine has broken down; it has told why. */
	bool (*alive)(struct run *run);
};

extern const struct run_machine run_machine_model;
extern const struct run_machine run_machine_qemu;

#endif
