/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * image.h - what an image has under it: console, memory map, interrupts, cores, exceptions.
 *
 * The order at the start: start_*.S enters with the MMU off and calls image_start(), which
 * reads the machine's device tree, maps memory, turns MMU and caches on, sets up the interrupt
 * controller, and calls image_main(). That is the image's own.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CORES_MAX = 8,
	STACK_BYTES = 16384,
	GUARD_BYTES = 4096,
	PAGE = 4096
};

/* machine.c: what the device tree says of the machine itself. */
struct machine {
	const void *fdt;
	size_t fdt_size;
	uint64_t ram;
	uint64_t ram_size;
	uint64_t uart;
	uint64_t gic_distributor;
	uint64_t gic_second; /* CPU interface of version 2, redistributors of version 3 */
	uint64_t gic_second_size;
	uint32_t gic_version;
	bool psci_smc; /* else hvc */
	uint32_t cores;
	uint64_t core_id[CORES_MAX]; /* MPIDR */
};

extern struct machine machine;

/* Fills in the machine; NULL, or what is missing. Needs neither MMU nor console. */
const char *machine_read(const void *fdt);
/* The register region of the first node that is @compatible; 0 when there is none. */
uint64_t machine_region(const char *compatible, uint64_t *size);
/* First interrupt of that node as an INTID; 0 when there is none. */
uint32_t machine_interrupt(const char *compatible);

/* console.c: a PL011, and lines. %s %u %x %c, and %llu %llx for wide. */
typedef unsigned long long wide;
void console_start(uint64_t at);
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void print_line(void *arg, const char *line);

/* mmu.c: one to one; text is not writable, data does not execute, guards are not there. */
void mmu_build(void);
void mmu_start(void); /* on each core */
/* Registers of a device at @at; NULL where that cannot be mapped. */
void *device_map(uint64_t at, uint64_t size);

/* gic.c */
typedef void (*irq_fn)(void *arg);
void gic_start(void);
void gic_start_core(void); /* on each core, the first included */
void irq_connect(uint32_t intid, irq_fn fn, void *arg);
void irq_disconnect(uint32_t intid);
/* A level that software makes: pending until it is made low. */
void irq_pend(uint32_t intid, bool high);
/* Interrupt @core by software, 0 to 15. */
void irq_send(uint32_t core, uint32_t sgi);
void irq_enable(void); /* on this core */
void irq_entry(void);

/* timer.c: call @fn on this core every @us microseconds, from an interrupt. 0 stops it. */
void timer_every(uint32_t us, irq_fn fn, void *arg);

/* cores.c */
typedef void (*core_fn)(uint32_t core, void *arg);
uint32_t core_number(void);
/* Start the others; returns how many run, the first included. */
uint32_t cores_start(void);
/* Run @fn on cores 0 to @count - 1 and wait for all of them. */
void cores_run(uint32_t count, core_fn fn, void *arg);

/* exception.c: an access that may fail. False: it was stopped. */
bool try_read(uintptr_t at, uint32_t *value);
bool try_write(uintptr_t at, uint32_t value);
/* Most bytes of its stack that @core has used so far. */
uint32_t stack_used(uint32_t core);

/* End: with the reason, or well. The machine is switched off where firmware can do that. */
void image_halt(const char *why) __attribute__((noreturn));
void image_end(void) __attribute__((noreturn));

void image_start(const void *fdt);
/* The image's own. */
void image_main(void);

/* From the assembly. */
struct frame {
	unsigned long x[32]; /* 32-bit: 13 of them; then SP and LR where they apply */
	unsigned long pc;
	unsigned long status;
	unsigned long cause;   /* ESR, DFSR or IFSR */
	unsigned long address; /* FAR */
};

void exception_entry(struct frame *frame, unsigned long vector);
uint64_t firmware_call(uint64_t fn, uint64_t a, uint64_t b, uint64_t c, bool smc);
void mmu_enable(uint64_t table, uint64_t tcr, uint64_t mair, unsigned long sctlr);
void core_set_number(uint32_t core);
void secondary_start(void);
void secondary_main(uint32_t core);

/* From the linker script. */
extern uint8_t image_begin[];
extern uint8_t text_end[];
extern uint8_t rodata_end[];
extern uint8_t image_limit[];
extern uint8_t stacks[]; /* for each core: guard, stack, guard, stack of exceptions */

#endif
