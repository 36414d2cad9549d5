// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * memory.c - RAM for the tables and buffers of a scenario: the machine is told what changes.
 */
#include "run.h"

static uint64_t memory_alloc(void *arg, uint32_t pages)
{
	struct model_memory ram = model_host_memory(((struct run *)arg)->host);
	uint64_t pa = ram.alloc(ram.arg, pages);

	if (pa != 0) {
		run_ram_changed(arg, pa, pages);
	}
	return pa;
}

static void memory_free(void *arg, uint64_t pa, uint32_t pages)
{
	struct model_memory ram = model_host_memory(((struct run *)arg)->host);

	ram.free(ram.arg, pa, pages);
	run_ram_changed(arg, pa, pages);
}

static bool memory_load(void *arg, uint64_t pa, uint64_t *value)
{
	struct model_memory ram = model_host_memory(((struct run *)arg)->host);

	return ram.load(ram.arg, pa, value);
}

static void memory_store(void *arg, uint64_t pa, uint64_t value)
{
	struct model_memory ram = model_host_memory(((struct run *)arg)->host);
	struct run *run = arg;

	ram.store(ram.arg, pa, value);
	run->machine->changed(run, pa, sizeof(value));
}

struct model_memory run_memory(struct run *run)
{
	struct model_memory memory = {run, memory_alloc, memory_free, memory_load,
				      memory_store};

	return memory;
}
