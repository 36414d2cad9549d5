// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * machine.c - the host that the library runs in here: the model's machine, locks of the
 * process, the model's clock, and hooks that write down what the library tells.
 */
#include "run.h"

#include <stdlib.h>

enum {
	PAGE = 4096,
	INTERRUPTS_MAX = 256,
	SERVICES_MAX = 64,
	SERVICE_BUDGET = 16,
	/* An adversarial TLB holds everything that could be walked since the last flush. */
	ADVERSARIAL_ENTRIES = 1024
};

static struct model_host *host_of(void *arg)
{
	return ((struct run *)arg)->host;
}

/* The cookie of a unit is its description. */
static uint32_t unit_of(const struct run *run, const void *mmio)
{
	return (uint32_t)((const struct ipmmu_mmu_desc *)mmio - run->tree.storage.mmus);
}

static uint32_t hook_read32(void *arg, void *mmio, uint32_t offset)
{
	struct run *run = arg;

	return run->machine->read32(run, unit_of(run, mmio), offset);
}

static void hook_write32(void *arg, void *mmio, uint32_t offset, uint32_t value)
{
	struct run *run = arg;

	run->machine->write32(run, unit_of(run, mmio), offset, value);
}

static void *hook_alloc(void *arg, size_t size)
{
	return model_host_ops()->alloc(host_of(arg), size);
}

static void hook_free(void *arg, void *object, size_t size)
{
	model_host_ops()->free(host_of(arg), object, size);
}

void run_ram_changed(struct run *run, uint64_t pa, uint32_t pages)
{
	run->machine->changed(run, pa, (uint64_t)pages * PAGE);
}

/* Where the library's tables are, to tell what a clean changes. */
static void table_note(struct run *run, const void *table, struct ipmmu_pa pa, uint32_t pages)
{
	struct run_table *tables =
		realloc(run->tables, (run->table_count + 1) * sizeof(*run->tables));

	if (tables == NULL) {
		abort();
	}
	run->tables = tables;
	tables[run->table_count].bytes = table;
	tables[run->table_count].pa = pa.v;
	tables[run->table_count++].size = (size_t)pages * PAGE;
}

static void table_forget(struct run *run, const void *table)
{
	uint32_t i;

	for (i = 0; i < run->table_count; i++) {
		if (run->tables[i].bytes == table) {
			run->tables[i] = run->tables[--run->table_count];
			return;
		}
	}
}

static void *hook_table_alloc(void *arg, uint32_t pages, struct ipmmu_pa *pa)
{
	void *table = model_host_ops()->table_alloc(host_of(arg), pages, pa);

	if (table != NULL) {
		table_note(arg, table, *pa, pages);
		run_ram_changed(arg, pa->v, pages);
	}
	return table;
}

static void hook_table_free(void *arg, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	table_forget(arg, table);
	model_host_ops()->table_free(host_of(arg), table, pa, pages);
	run_ram_changed(arg, pa.v, pages);
}

static void *hook_table_ptr(void *arg, struct ipmmu_pa pa)
{
	return model_host_ops()->table_ptr(host_of(arg), pa);
}

static bool hook_table_read(void *arg, struct ipmmu_pa at, uint64_t *entry)
{
	return model_host_ops()->table_read(host_of(arg), at, entry);
}

static void hook_clean(void *arg, const void *start, size_t size)
{
	struct run *run = arg;
	uint32_t i;

	model_host_ops()->clean(run->host, start, size);
	for (i = 0; i < run->table_count; i++) {
		const struct run_table *table = &run->tables[i];
		uint64_t at = (uint64_t)((uintptr_t)start - (uintptr_t)table->bytes);

		if (at < table->size) {
			run->machine->changed(run, table->pa + at, size);
		}
	}
}

static void hook_barrier(void *arg)
{
	model_host_ops()->barrier(host_of(arg));
}

static uint64_t hook_now_us(void *arg)
{
	struct run *run = arg;

	return run->machine->now(run);
}

static void hook_relax(void *arg)
{
	struct run *run = arg;

	run->machine->tick(run, 1);
}

static enum ipmmu_err hook_power_get(void *arg, const struct ipmmu_mmu_desc *mmu)
{
	struct run *run = arg;
	uint32_t unit = unit_of(run, mmu->mmio);

	if (run->refuse_power[unit]) {
		return IPMMU_E_OFFLINE;
	}
	if (run->power_users[unit]++ == 0 && !mmu->always_on) {
		run->machine->power(run, unit, true);
	}
	return IPMMU_OK;
}

static void hook_power_put(void *arg, const struct ipmmu_mmu_desc *mmu)
{
	struct run *run = arg;
	uint32_t unit = unit_of(run, mmu->mmio);

	if (--run->power_users[unit] == 0 && !mmu->always_on) {
		run->machine->power(run, unit, false);
	}
}

/* DMA of a scenario begins and ends within its statement: between two, every master stands. */
static bool hook_quiesce(void *arg, const struct ipmmu_master_desc *master)
{
	(void)arg;
	(void)master;
	return true;
}

static void hook_release(void *arg, const struct ipmmu_master_desc *master)
{
	(void)arg;
	(void)master;
}

static void hook_event(void *arg, const struct ipmmu_event *event)
{
	struct run_step *step = &((struct run *)arg)->step;

	if (step->event_count < RUN_EVENTS) {
		step->events[step->event_count] = *event;
	}
	step->event_count++;
}

static void hook_fault(void *arg, const struct ipmmu_fault *fault)
{
	struct run_step *step = &((struct run *)arg)->step;

	if (step->fault_count < RUN_FAULTS) {
		step->faults[step->fault_count] = *fault;
	}
	step->fault_count++;
}

static void machine_hooks(struct ipmmu_ops *ops)
{
	ipmmu_posix_ops_init(ops);
	ops->mmio_read32 = hook_read32;
	ops->mmio_write32 = hook_write32;
	ops->alloc = hook_alloc;
	ops->free = hook_free;
	ops->table_alloc = hook_table_alloc;
	ops->table_free = hook_table_free;
	ops->table_ptr = hook_table_ptr;
	ops->table_read = hook_table_read;
	ops->table_explain = ipmmu_pt_explain_by;
	ops->clean = hook_clean;
	ops->barrier = hook_barrier;
	ops->now_us = hook_now_us;
	ops->relax = hook_relax;
	ops->power_get = hook_power_get;
	ops->power_put = hook_power_put;
	ops->quiesce = hook_quiesce;
	ops->release = hook_release;
	ops->event = hook_event;
	ops->fault = hook_fault;
}

bool run_machine_make(struct run *run)
{
	const struct ipmmu_system_desc *desc = &run->tree.result.desc;
	struct model_host_config config = {0};
	uint32_t i;

	if (run->args.model.tlb_mode == MODEL_TLB_ADVERSARIAL) {
		run->args.model.context_tlb_entries = ADVERSARIAL_ENTRIES;
		run->args.model.utlb_tlb_entries = ADVERSARIAL_ENTRIES;
	}
	config.desc = desc;
	config.model = &run->args.model;
	config.ram_pa = run->ram_pa;
	config.ram_pages = (uint32_t)(run->ram_size / PAGE);
	config.stage2_everywhere = run->args.options.force_stage2;
	run->masters = calloc(desc->master_count + 1, sizeof(struct ipmmu_master *));
	run->host = model_host_create(&config);
	if (run->host == NULL || run->masters == NULL) {
		return run_bad(run, run->step.line, "a machine that cannot be made",
			       "one that fits into this process's memory",
			       "give it less RAM by the statement `ram`");
	}
	for (i = 0; i < desc->mmu_count; i++) {
		run->tree.storage.mmus[i].mmio = &run->tree.storage.mmus[i];
	}
	machine_hooks(&run->ops);
	if (!run->machine->start(run)) {
		return false;
	}
	run->phase = RUN_PHASE_POWERED;
	return true;
}

static void root_interrupts(struct run *run, uint32_t root)
{
	uint32_t i;

	for (i = 0; i < INTERRUPTS_MAX && run->machine->irq(run, root); i++) {
		(void)ipmmu_root_interrupt(run->system, root);
	}
}

void run_interrupts(struct run *run)
{
	const struct ipmmu_system_desc *desc = &run->tree.result.desc;
	uint32_t i;

	for (i = 0; i < desc->mmu_count && run->system != NULL; i++) {
		if (desc->mmus[i].root == i) {
			root_interrupts(run, i);
		}
	}
}

void run_service(struct run *run)
{
	uint32_t i;

	for (i = 0; i < SERVICES_MAX && run->system != NULL; i++) {
		if (!ipmmu_service(run->system, SERVICE_BUDGET)) {
			break;
		}
	}
	run_interrupts(run);
}

static void masters_end(struct run *run)
{
	uint32_t i;

	for (i = 0; i < run->tree.result.desc.master_count; i++) {
		struct ipmmu_master_info info;

		if (run->masters[i] == NULL) {
			continue;
		}
		if (ipmmu_master_query(run->masters[i], &info) == IPMMU_OK &&
		    info.domain != NULL &&
		    ipmmu_master_detach(run->masters[i], NULL) != IPMMU_OK) {
			continue;
		}
		(void)!ipmmu_master_remove(run->masters[i]);
	}
}

static void domains_end(struct run *run)
{
	uint32_t i;

	for (i = 0; i < run->domain_count; i++) {
		struct run_domain *domain = &run->domains[i];
		struct ipmmu_domain_info info;

		if (domain->handle != NULL &&
		    ipmmu_domain_query(domain->handle, &info) == IPMMU_OK &&
		    (!info.reserved || ipmmu_domain_unreserve(domain->handle) == IPMMU_OK)) {
			(void)!ipmmu_domain_destroy(domain->handle);
		}
		free(domain->name);
		free(domain->maps);
	}
}

static void quarantines_end(struct run *run)
{
	uint32_t i;

	for (i = 0; i < run->tree.result.desc.mmu_count; i++) {
		run->machine->defect(run, RUN_DEFECT_STUCK, i, false);
	}
	for (i = 0; i < run->domain_count; i++) {
		struct ipmmu_domain_info info;

		if (run->domains[i].handle != NULL &&
		    ipmmu_domain_query(run->domains[i].handle, &info) == IPMMU_OK &&
		    info.state == IPMMU_DOMAIN_QUARANTINED) {
			(void)!ipmmu_domain_retry(run->domains[i].handle);
		}
	}
	(void)ipmmu_system_retry(run->system);
}

/* Takes everything down in order, so that the process ends with nothing left allocated. */
void run_machine_end(struct run *run)
{
	if (run->system != NULL) {
		quarantines_end(run);
		masters_end(run);
	}
	domains_end(run);
	(void)!ipmmu_system_destroy(run->system);
	run->machine->end(run);
	free(run->tables);
	free(run->masters);
	model_host_destroy(run->host);
}
