// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * machine.c - the description, the model, time, and copies of all of it.
 *
 * The part is made up: the layout of a real one with few uTLBs and contexts, so that all of it
 * is looked at fast.
 */
#include "machine.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct machine *the_only;

static const struct ipmmu_port ports[MASTERS][PORTS] = {
	{{1, 0}, {1, 0}},
	{{1, 1}, {2, 0}},
	{{2, 2}, {2, 2}},
	{{2, 2}, {2, 2}},
};

struct ipmmu_port machine_port(int master, uint32_t port)
{
	return ports[master][port];
}

uint32_t machine_port_count(int master)
{
	return master == 1 ? 2 : 1;
}

const char *machine_master_name(int master)
{
	static const char *const names[MASTERS] = {"dmac", "audio", "mmc", "mmc-twin"};

	return names[master];
}

struct machine_config machine_config(void)
{
	struct machine_config config;

	memset(&config, 0, sizeof(config));
	model_config_default(&config.model);
	config.model.tlb_mode = MODEL_TLB_ADVERSARIAL;
	config.model.context_tlb_entries = 40;
	config.model.utlb_tlb_entries = 24;
	config.model.accesses = UNDER_WAY;
	config.options.flush_timeout_us = 60;
	config.options.mode = IPMMU_MODE_S2;
	config.contexts = 5;
	config.places = 3;
	config.stride = IPMMU_PAGE_SIZE;
	config.tick_us = 1;
	config.still_us = 12;
	config.clock_step_us = 1;
	config.quiesce = true;
	config.judge_each_step = true;
	return config;
}

struct machine *the_machine(void)
{
	return the_only;
}

struct machine *machine_new(struct trace *trace, struct counts *counts)
{
	void *block = NULL;
	struct machine *m;

	if (posix_memalign(&block, 8192, sizeof(struct machine)) != 0) {
		(void)fprintf(stderr, "no memory for the machine\n");
		exit(2);
	}
	memset(block, 0, sizeof(struct machine));
	m = block;
	m->trace = trace;
	m->counts = counts;
	m->cpus = malloc(sizeof(*m->cpus));
	if (m->cpus == NULL) {
		(void)fprintf(stderr, "no memory for the CPUs\n");
		exit(2);
	}
	cpus_init(m->cpus, m);
	the_only = m;
	return m;
}

void machine_free(struct machine *m)
{
	heap_open(&m->heap);
	if (m->saved != NULL) {
		free(m->saved);
	}
	cpus_free(m->cpus);
	free(m->cpus);
	free(m);
	the_only = NULL;
}

static void make_part(struct machine *m)
{
	m->soc = *ipmmu_soc_find("renesas,ipmmu-r8a77965", NULL);
	m->soc.contexts = (uint8_t)m->config.contexts;
	m->soc.utlbs = UTLBS;
	m->soc.unsuitable = false;
	m->soc.discache = false;
}

static void make_unit(struct machine *m, uint32_t i)
{
	static const char *const names[UNITS] = {"mm", "ds0", "ds1"};
	struct ipmmu_mmu_desc *mmu = &m->mmus[i];
	struct model_unit_config *unit = &m->units[i];

	memset(mmu, 0, sizeof(*mmu));
	memset(unit, 0, sizeof(*unit));
	mmu->name = names[i];
	mmu->soc = &m->soc;
	mmu->reg.v = 0xe67b0000u + i * 0x40000u;
	mmu->reg_size = 0x1000;
	mmu->mmio = unit;
	mmu->always_on = i != 2;
	mmu->power_phandle = IPMMU_NONE;
	mmu->power_cell = IPMMU_NONE;
	mmu->imsstr_bit = i == 0 ? IPMMU_NONE : i;
	mmu->irq = i == 0 ? 196 : IPMMU_NONE;
	mmu->irq_secure = IPMMU_NONE;
	unit->generation = MODEL_GEN3;
	unit->contexts = i == 0 ? m->config.contexts : 0;
	unit->utlbs = i == 0 ? 0 : UTLBS;
	unit->imsstr_bit = i == 0 ? MODEL_NONE : i;
	unit->powered = mmu->always_on;
	unit->stage2 = true;
}

static void make_model(struct machine *m)
{
	struct model_config model = m->config.model;

	model.units = m->units;
	model.unit_count = UNITS;
	model.bus.read64 = memory_read;
	model.bus.arg = m;
	m->model = model_init(m->model_bytes, sizeof(m->model_bytes), &model);
	if (m->model == NULL) {
		(void)fprintf(stderr, "the model needs %zu bytes\n", model_size(&model));
		exit(2);
	}
	model_on_land(m->model, device_landed, m);
}

void machine_reset(struct machine *m, const struct machine_config *config)
{
	const size_t from = offsetof(struct machine, config);
	uint32_t i;

	memset((uint8_t *)m + from, 0, offsetof(struct machine, records) - from);
	m->records.next = 0;
	m->config = *config;
	make_part(m);
	for (i = 0; i < UNITS; i++) {
		make_unit(m, i);
	}
	m->desc.mmus = m->mmus;
	m->desc.mmu_count = UNITS;
	books_init(&m->books);
	heap_open(&m->heap);
	memset(&m->heap, 0, offsetof(struct heap, bytes));
	heap_seal(&m->heap);
	memory_init(m);
	make_model(m);
	hooks_fill(m);
	m->cpus->current = CPU_NONE;
	m->trace->count = 0;
	m->trace->kept = 0;
}

/* ---- copies ---- */

static void copy_image(struct machine *to, const struct machine *from, uint32_t heap_used)
{
	const size_t start = offsetof(struct machine, config);

	memcpy((uint8_t *)to + start, (const uint8_t *)from + start,
	       offsetof(struct machine, records) - start);
	to->records.next = from->records.next;
	memcpy(to->records.latches, from->records.latches,
	       records_kept(&from->records) * sizeof(from->records.latches[0]));
	memcpy(&to->heap, &from->heap, offsetof(struct heap, bytes) + heap_used);
	memory_copy(&to->memory, &from->memory);
}

void machine_save(struct machine *m)
{
	void *block = m->saved;

	if (block == NULL && posix_memalign(&block, 8192, sizeof(struct machine)) != 0) {
		(void)fprintf(stderr, "no memory for a copy of the machine\n");
		exit(2);
	}
	m->saved = block;
	memset(m->saved->memory.touched, 0, sizeof(m->saved->memory.touched));
	heap_open(&m->heap);
	copy_image(m->saved, m, m->heap.used);
	heap_seal(&m->heap);
}

/* What was given out since is rubbish: a pointer to it that was kept is found. */
void machine_load(struct machine *m)
{
	heap_open(&m->heap);
	memset(m->heap.bytes + m->saved->heap.used, HEAP_POISON,
	       m->heap.used - m->saved->heap.used);
	copy_image(m, m->saved, m->saved->heap.used);
	heap_seal(&m->heap);
	m->trace->count = 0;
	m->trace->kept = 0;
}

/* ---- addresses ---- */

uint64_t machine_iova(const struct machine *m, uint32_t place)
{
	return 0x10000000ull + place * m->config.stride;
}

/* ---- time ---- */

uint64_t machine_now(const struct machine *m)
{
	return model_now(m->model);
}

uint64_t machine_clock(const struct machine *m)
{
	uint64_t step = m->config.clock_step_us;

	return step == 0 ? 1 : (machine_now(m) + m->config.clock_phase_us) / step * step;
}

void machine_pass_time(struct machine *m)
{
	model_tick(m->model, m->config.tick_us);
	device_time_passed(m);
}

/* In one call no CPU stands still for so long that others could give up waiting for it. */
void machine_stand_still(struct machine *m, uint32_t us)
{
	struct cpu *cpu = &m->cpus->all[m->cpus->current];
	uint64_t most = machine_timeout(m) * 2 / 3;

	if (cpu->still_us + us <= most) {
		cpu->still_until = machine_now(m) + us;
		cpu->still_us += us;
	}
}

uint64_t machine_timeout(const struct machine *m)
{
	return m->config.options.flush_timeout_us;
}

int machine_me(const struct machine *m)
{
	return m->cpus->current == CPU_NONE ? CPUS : m->cpus->current;
}
