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

static uint32_t hook_read32(void *arg, void *mmio, uint32_t offset)
{
	return model_host_ops()->mmio_read32(host_of(arg), mmio, offset);
}

static void hook_write32(void *arg, void *mmio, uint32_t offset, uint32_t value)
{
	model_host_ops()->mmio_write32(host_of(arg), mmio, offset, value);
}

static void *hook_alloc(void *arg, size_t size)
{
	return model_host_ops()->alloc(host_of(arg), size);
}

static void hook_free(void *arg, void *object, size_t size)
{
	model_host_ops()->free(host_of(arg), object, size);
}

static void *hook_table_alloc(void *arg, uint32_t pages, struct ipmmu_pa *pa)
{
	return model_host_ops()->table_alloc(host_of(arg), pages, pa);
}

static void hook_table_free(void *arg, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	model_host_ops()->table_free(host_of(arg), table, pa, pages);
}

static void hook_clean(void *arg, const void *start, size_t size)
{
	model_host_ops()->clean(host_of(arg), start, size);
}

static void hook_barrier(void *arg)
{
	model_host_ops()->barrier(host_of(arg));
}

static uint64_t hook_now_us(void *arg)
{
	return model_host_ops()->now_us(host_of(arg));
}

static void hook_relax(void *arg)
{
	model_host_ops()->relax(host_of(arg));
}

static enum ipmmu_err hook_power_get(void *arg, const struct ipmmu_mmu_desc *mmu)
{
	struct run *run = arg;

	if (run->refuse_power[mmu - run->tree.result.desc.mmus]) {
		return IPMMU_E_OFFLINE;
	}
	return model_host_ops()->power_get(run->host, mmu);
}

static void hook_power_put(void *arg, const struct ipmmu_mmu_desc *mmu)
{
	model_host_ops()->power_put(host_of(arg), mmu);
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
	model_host_bind(run->host, run->tree.storage.mmus, desc->mmu_count);
	machine_hooks(&run->ops);
	run->phase = RUN_PHASE_POWERED;
	return true;
}

static void root_interrupts(struct run *run, uint32_t root)
{
	struct model *model = model_host_model(run->host);
	uint32_t i;

	for (i = 0; i < INTERRUPTS_MAX && model_irq(model, root); i++) {
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
		model_set_stuck(model_host_model(run->host), i, MODEL_NONE, false);
	}
	for (i = 0; i < run->domain_count; i++) {
		struct ipmmu_domain_info info;

		if (run->domains[i].handle != NULL &&
		    ipmmu_domain_query(run->domains[i].handle, &info) == IPMMU_OK &&
		    info.state == IPMMU_DOMAIN_QUARANTINED) {
			(void)!ipmmu_domain_retry(run->domains[i].handle);
		}
	}
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
	free(run->masters);
	model_host_destroy(run->host);
}
