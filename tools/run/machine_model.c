// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * machine_model.c - the hardware of a scenario is the model in this process.
 */
#include "run.h"

#include <string.h>

static struct model *model_of(struct run *run)
{
	return model_host_model(run->host);
}

static bool start(struct run *run)
{
	(void)run;
	return true;
}

static void end(struct run *run)
{
	(void)run;
}

static uint32_t read32(struct run *run, uint32_t unit, uint32_t offset)
{
	return model_read(model_of(run), unit, offset);
}

static void write32(struct run *run, uint32_t unit, uint32_t offset, uint32_t value)
{
	model_write(model_of(run), unit, offset, value);
}

static void power(struct run *run, uint32_t unit, bool on)
{
	model_power(model_of(run), unit, on);
}

static void defect_set(struct run *run, enum run_defect defect, uint32_t unit, bool on)
{
	switch (defect) {
	case RUN_DEFECT_STUCK:
		model_set_stuck(model_of(run), unit, MODEL_NONE, on);
		break;
	case RUN_DEFECT_DROPPED:
		model_set_flush_dropped(model_of(run), unit, on);
		break;
	default:
		model_set_dead(model_of(run), unit, on);
		break;
	}
}

static void poke(struct run *run, uint32_t unit, uint32_t offset, uint32_t value)
{
	model_poke(model_of(run), unit, offset, value);
}

static bool irq(struct run *run, uint32_t root)
{
	return model_irq(model_of(run), root);
}

static void tick(struct run *run, uint32_t us)
{
	model_tick(model_of(run), us);
}

/* Looking at the clock takes time, so that whoever waits for it gets on. */
static uint64_t now(struct run *run)
{
	model_tick(model_of(run), 1);
	return model_now(model_of(run));
}

/* The host tells the model itself, before it stores. */
static void changed(struct run *run, uint64_t pa, uint64_t size)
{
	(void)run;
	(void)pa;
	(void)size;
}

static void transfer_make(struct run *run, struct run_transfer *transfer)
{
	struct model *model = model_of(run);
	uint64_t faults = model_counts_get(model).faults;
	uint8_t *bytes;

	model_access(model, &transfer->access);
	transfer->faulted = model_counts_get(model).faults != faults;
	transfer->moved = false;
	if (transfer->access.state != MODEL_ACCESS_DONE) {
		return;
	}
	bytes = model_host_bytes(run->host, transfer->access.pa, transfer->size);
	if (bytes == NULL) {
		return;
	}
	transfer->moved = true;
	if (transfer->access.write) {
		model_before_store(model);
		memcpy(bytes, transfer->bytes, transfer->size);
	} else {
		memcpy(transfer->bytes, bytes, transfer->size);
	}
}

static bool reach_tell(struct run *run, uint32_t unit, uint32_t utlb, model_reach_fn fn,
		       void *arg)
{
	return model_reach(model_of(run), unit, utlb, fn, arg);
}

static struct model_counts counts(struct run *run)
{
	return model_counts_get(model_of(run));
}

static bool violation_get(struct run *run, uint32_t i, struct model_violation *violation)
{
	return model_violation_get(model_of(run), i, violation);
}

static uint64_t violations(struct run *run)
{
	return model_violation_count(model_of(run));
}

static void violations_clear(struct run *run)
{
	model_violation_clear(model_of(run));
}

static bool alive(struct run *run)
{
	(void)run;
	return true;
}

const struct run_machine run_machine_model = {
	.name = "model",
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
