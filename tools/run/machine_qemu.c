// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * machine_qemu.c - the hardware of a scenario is a QEMU with the same model: registers and RAM
 * are reached over a pipe, and a real bus master moves the bytes.
 *
 * The host's RAM is the truth for what software writes: pages that changed are sent before
 * anything else is. What DMA wrote is read back into it. docs/qemu.md has the addresses.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "qemu_args.h"
#include "qtest.h"

#define RAM_AT  0x40000000ull
#define RAM_END (RAM_AT + (255ull << 30))

enum {
	PAGE = 4096,
	UNITS_AT = 0x0b000000,
	UNIT_STRIDE = 0x20000,
	MASTER_AT = 0x0bf10000,
	MASTER_BUFFER_AT = MASTER_AT + 0x1000,
	LAB_AT = 0x0bf20000
};

/* Registers of the lab page. */
enum {
	LAB_LINES = LAB_AT + 0x08,
	LAB_STUCK = LAB_AT + 0x10,
	LAB_DROPPED = LAB_AT + 0x14,
	LAB_DEAD = LAB_AT + 0x18,
	LAB_OFF = LAB_AT + 0x1c,
	LAB_LOOK = LAB_AT + 0x20,
	LAB_PORT = LAB_AT + 0x28,
	LAB_POKE_UNIT = LAB_AT + 0x30,
	LAB_POKE_OFFSET = LAB_AT + 0x34,
	LAB_POKE_VALUE = LAB_AT + 0x38,
	LAB_VIOLATIONS = LAB_AT + 0x40,
	LAB_VIOLATION_INDEX = LAB_AT + 0x44,
	LAB_VIOLATION = LAB_AT + 0x48,
	LAB_VIOLATIONS_KEPT = 64,
	LAB_COUNTS = LAB_AT + 0x60,
	LAB_LAST = LAB_AT + 0x80,
	LAB_REACH = LAB_AT + 0xa0,
	LAB_STRETCH_INDEX = LAB_AT + 0xa4,
	LAB_STRETCH = LAB_AT + 0xa8,
	LAB_STRETCHES = 4096
};

/* Registers of the test master. */
enum {
	MASTER_CONTROL = MASTER_AT + 0x04,
	MASTER_STATUS = MASTER_AT + 0x08,
	MASTER_LENGTH = MASTER_AT + 0x0c,
	MASTER_ADDRESS = MASTER_AT + 0x10,
	MASTER_ADDRESS_HIGH = MASTER_AT + 0x14,
	CONTROL_START = 1,
	CONTROL_WRITE = 2,
	STATUS_DONE = 2
};

struct run_qemu {
	struct qtest qtest;
	uint8_t *dirty; /* one for each page of RAM */
	bool any_dirty;
	bool told; /* that it broke down */
	uint32_t defects[RUN_DEFECT_DEAD + 1];
	uint32_t off;
};

static bool fits(struct run *run)
{
	const struct ipmmu_system_desc *desc = &run->tree.result.desc;
	uint32_t i;

	if (run->ram_pa < RUN_QEMU_RAM || run->ram_pa + run->ram_size > RUN_QEMU_RAM_END) {
		return run_bad(run, run->step.line, "RAM that this machine cannot have",
			       "0x40000000 to 0x3fffffffff", "move it by the statement `ram`");
	}
	for (i = 0; i < desc->mmu_count; i++) {
		if (desc->mmu_count > 32 ||
		    desc->mmus[i].soc->generation != desc->mmus[0].soc->generation) {
			return run_bad(
				run, run->step.line, "a board that this machine cannot be",
				"up to 32 MMUs, all of one generation", "use --machine model");
		}
	}
	return true;
}

static bool start(struct run *run)
{
	struct run_qemu_args *args;
	bool good;

	if (!fits(run)) {
		return false;
	}
	if (run->args.qemu == NULL) {
		return run_bad(run, run->step.line, "no QEMU", "a path by --qemu or IPMMU_QEMU",
			       "`scripts/qemu build` makes one and prints its path");
	}
	run->qemu = calloc(1, sizeof(*run->qemu));
	if (run->qemu == NULL) {
		return run_bad(run, run->step.line, "no memory", "a smaller board",
			       "free memory");
	}
	run->qemu->dirty = calloc(run->ram_size / PAGE + 1, 1);
	args = run_qemu_args(run);
	run->qemu->off = args == NULL ? 0 : args->off;
	good = run->qemu->dirty != NULL && args != NULL &&
	       qtest_start(&run->qemu->qtest, args->argv);
	free(args);
	if (!good) {
		return run_bad(run, run->step.line, "a QEMU that does not start",
			       "the one that `scripts/qemu build` makes",
			       "name it by --qemu; its own message is above");
	}
	return true;
}

static void end(struct run *run)
{
	if (run->qemu != NULL) {
		qtest_end(&run->qemu->qtest);
		free(run->qemu->dirty);
		free(run->qemu);
		run->qemu = NULL;
	}
}

static void changed(struct run *run, uint64_t pa, uint64_t size)
{
	uint64_t at;

	for (at = pa / PAGE; size != 0 && at <= (pa + size - 1) / PAGE; at++) {
		run->qemu->dirty[at - run->ram_pa / PAGE] = 1;
		run->qemu->any_dirty = true;
	}
}

/* The machine, with RAM as it is now. */
static struct qtest *machine(struct run *run)
{
	struct run_qemu *qemu = run->qemu;
	uint64_t i;

	if (!qemu->any_dirty) {
		return &qemu->qtest;
	}
	qtest_write32(&qemu->qtest, LAB_LOOK, 1);
	for (i = 0; i < run->ram_size / PAGE; i++) {
		uint64_t pa = run->ram_pa + i * PAGE;

		if (qemu->dirty[i] != 0) {
			qtest_store(&qemu->qtest, pa, model_host_bytes(run->host, pa, PAGE),
				    PAGE);
			qemu->dirty[i] = 0;
		}
	}
	qemu->any_dirty = false;
	return &qemu->qtest;
}

static uint64_t register_at(uint32_t unit, uint32_t offset)
{
	return UNITS_AT + (uint64_t)unit * UNIT_STRIDE + offset;
}

static uint32_t read32(struct run *run, uint32_t unit, uint32_t offset)
{
	return qtest_read32(machine(run), register_at(unit, offset));
}

static void write32(struct run *run, uint32_t unit, uint32_t offset, uint32_t value)
{
	qtest_write32(machine(run), register_at(unit, offset), value);
}

static uint32_t mask_with(uint32_t mask, uint32_t unit, bool on)
{
	return on ? mask | 1u << unit : mask & ~(1u << unit);
}

static void power(struct run *run, uint32_t unit, bool on)
{
	run->qemu->off = mask_with(run->qemu->off, unit, !on);
	qtest_write32(machine(run), LAB_OFF, run->qemu->off);
}

static void defect_set(struct run *run, enum run_defect defect, uint32_t unit, bool on)
{
	static const uint32_t registers[] = {LAB_STUCK, LAB_DROPPED, LAB_DEAD};
	uint32_t *mask = &run->qemu->defects[defect];

	*mask = mask_with(*mask, unit, on);
	qtest_write32(machine(run), registers[defect], *mask);
}

static void poke(struct run *run, uint32_t unit, uint32_t offset, uint32_t value)
{
	struct qtest *qtest = machine(run);

	qtest_write32(qtest, LAB_POKE_UNIT, unit);
	qtest_write32(qtest, LAB_POKE_OFFSET, offset);
	qtest_write32(qtest, LAB_POKE_VALUE, value);
}

/* A machine that broke down has no interrupts, so that nobody waits for their end. */
static bool irq(struct run *run, uint32_t root)
{
	uint32_t lines = qtest_read32(machine(run), LAB_LINES);

	return !run->qemu->qtest.broken && (lines >> root & 1) != 0;
}

static void tick(struct run *run, uint32_t us)
{
	(void)qtest_step_ns(machine(run), (uint64_t)us * 1000);
}

static uint64_t now(struct run *run)
{
	return qtest_step_ns(machine(run), 1000) / 1000;
}

static uint64_t lab_pair(struct qtest *qtest, uint64_t at)
{
	return qtest_read32(qtest, at) | (uint64_t)qtest_read32(qtest, at + 4) << 32;
}

/* What landed is read back, so that the host's RAM stays the truth. */
static void transfer_finish(struct run *run, struct run_transfer *transfer)
{
	struct qtest *qtest = machine(run);
	struct model_access *access = &transfer->access;
	uint8_t *ram;

	access->state = (enum model_access_state)qtest_read32(qtest, LAB_LAST);
	access->bypass = (qtest_read32(qtest, LAB_LAST + 0x08) & 2) != 0;
	access->context = qtest_read32(qtest, LAB_LAST + 0x0c);
	access->pa = lab_pair(qtest, LAB_LAST + 0x18);
	transfer->moved = (qtest_read32(qtest, MASTER_STATUS) & STATUS_DONE) != 0;
	qtest_write32(qtest, MASTER_CONTROL, 0);
	if (!transfer->moved) {
		return;
	}
	if (!access->write) {
		qtest_load(qtest, MASTER_BUFFER_AT, transfer->bytes,
			   (transfer->size + 3) & ~3u);
		return;
	}
	ram = model_host_bytes(run->host, access->pa, transfer->size);
	if (ram != NULL) {
		model_before_store(model_host_model(run->host));
		qtest_load(qtest, access->pa, ram, transfer->size);
	}
}

static void transfer_make(struct run *run, struct run_transfer *transfer)
{
	struct qtest *qtest = machine(run);
	const struct model_access *access = &transfer->access;
	uint32_t faults = qtest_read32(qtest, LAB_COUNTS + 0x14);

	qtest_write32(qtest, LAB_PORT, access->unit << 16 | access->utlb);
	qtest_write32(qtest, MASTER_LENGTH, transfer->size);
	qtest_write32(qtest, MASTER_ADDRESS, (uint32_t)access->iova);
	qtest_write32(qtest, MASTER_ADDRESS_HIGH, (uint32_t)(access->iova >> 32));
	if (access->write) {
		qtest_write32(qtest, LAB_LOOK, 1);
		qtest_store(qtest, MASTER_BUFFER_AT, transfer->bytes,
			    (transfer->size + 3) & ~3u);
	}
	qtest_write32(qtest, MASTER_CONTROL,
		      CONTROL_START | (access->write ? CONTROL_WRITE : 0));
	transfer->faulted = qtest_read32(qtest, LAB_COUNTS + 0x14) != faults;
	transfer_finish(run, transfer);
}

static bool reach_tell(struct run *run, uint32_t unit, uint32_t utlb, model_reach_fn fn,
		       void *arg)
{
	struct qtest *qtest = machine(run);
	uint32_t count;
	uint32_t i;

	qtest_write32(qtest, LAB_REACH, unit << 16 | utlb);
	count = qtest_read32(qtest, LAB_REACH);
	for (i = 0; i < count && i < LAB_STRETCHES && !qtest->broken; i++) {
		struct model_reach reach;
		uint32_t rights;

		qtest_write32(qtest, LAB_STRETCH_INDEX, i);
		reach.via = (enum model_via)qtest_read32(qtest, LAB_STRETCH);
		reach.context = qtest_read32(qtest, LAB_STRETCH + 0x04);
		rights = qtest_read32(qtest, LAB_STRETCH + 0x08);
		reach.read = (rights & 1) != 0;
		reach.write = (rights & 2) != 0;
		reach.iova = lab_pair(qtest, LAB_STRETCH + 0x0c);
		reach.pa = lab_pair(qtest, LAB_STRETCH + 0x14);
		reach.size = lab_pair(qtest, LAB_STRETCH + 0x1c);
		reach.unit = unit;
		reach.utlb = utlb;
		if (!fn(arg, &reach)) {
			return false;
		}
	}
	return count <= LAB_STRETCHES;
}

static struct model_counts counts(struct run *run)
{
	struct qtest *qtest = machine(run);
	struct model_counts counts = {0};

	counts.reads = qtest_read32(qtest, LAB_COUNTS);
	counts.writes = qtest_read32(qtest, LAB_COUNTS + 0x04);
	counts.flushes = qtest_read32(qtest, LAB_COUNTS + 0x08);
	counts.faults = qtest_read32(qtest, LAB_COUNTS + 0x14);
	return counts;
}

static bool violation_get(struct run *run, uint32_t i, struct model_violation *violation)
{
	struct qtest *qtest = machine(run);

	if (i >= LAB_VIOLATIONS_KEPT || qtest->broken) {
		return false;
	}
	qtest_write32(qtest, LAB_VIOLATION_INDEX, i);
	violation->kind = (enum model_violation_kind)qtest_read32(qtest, LAB_VIOLATION);
	violation->unit = qtest_read32(qtest, LAB_VIOLATION + 0x04);
	violation->offset = qtest_read32(qtest, LAB_VIOLATION + 0x08);
	violation->value = qtest_read32(qtest, LAB_VIOLATION + 0x0c);
	violation->at_us = 0;
	return true;
}

static uint64_t violations(struct run *run)
{
	return qtest_read32(machine(run), LAB_VIOLATIONS);
}

static void violations_clear(struct run *run)
{
	qtest_write32(machine(run), LAB_VIOLATIONS, 0);
}

static bool alive(struct run *run)
{
	if (run->qemu->qtest.broken && !run->qemu->told) {
		run->qemu->told = true;
		return run_bad(
			run, run->step.line, "a QEMU that ended, or that answers wrongly",
			"the one that `scripts/qemu build` makes", "its own message is above");
	}
	return !run->qemu->qtest.broken;
}

const struct run_machine run_machine_qemu = {
	.name = "qemu",
	.start = start,
	.end = end,
	.read32 = read32,
	.write32 = write32,
	.power = power,
	.defect = defect_set,
	.poke = poke,
	.irq = irq,
	.tick = tick,
	.now = now,
	.changed = changed,
	.transfer = transfer_make,
	.reach = reach_tell,
	.counts = counts,
	.violation = violation_get,
	.violations = violations,
	.violations_clear = violations_clear,
	.alive = alive,
};
