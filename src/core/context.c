// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * context.c - life of a context: taken, extended to caches, retired, quarantined.
 *
 * Does not know masters' moves (move.c), nor writes IMCTR (flush.c).
 */
#include "core.h"

static void program_stage1_locked(struct ipmmu_root *root, uint32_t n, struct ipmmu_pa pa)
{
	if (ipmmu_root_mode(root) == IPMMU_MODE_S1_AARCH64) {
		/* The two halves are not told apart in 39 bits: both lead to the same table. */
		ipmmu_context_write(root->mmu, n, IMTTLBR1, ipmmu_regs_ttlbr(pa));
		ipmmu_context_write(root->mmu, n, IMTTUBR1, ipmmu_regs_ttubr(pa));
	}
	ipmmu_context_write(root->mmu, n, IMMAIR0, IPMMU_PT_MAIR0);
	if (ipmmu_root_layout(root)->has_imbuscr) {
		uint32_t bus = ipmmu_context_read(root->mmu, n, IMBUSCR);

		ipmmu_context_write(root->mmu, n, IMBUSCR,
				    bus & ~(IMBUSCR_DVM | IMBUSCR_BUSSEL));
	}
}

void ipmmu_context_program_locked(struct ipmmu_root *root, uint32_t n,
				  const struct ipmmu_table *table)
{
	ipmmu_context_write(root->mmu, n, IMTTLBR0, ipmmu_regs_ttlbr(table->root));
	ipmmu_context_write(root->mmu, n, IMTTUBR0, ipmmu_regs_ttubr(table->root));
	ipmmu_context_write(
		root->mmu, n, IMTTBCR,
		ipmmu_regs_ttbcr(root->soc, ipmmu_root_mode(root), table->input_bits));
	if (ipmmu_root_mode(root) != IPMMU_MODE_S2) {
		program_stage1_locked(root, n, table->root);
	}
	/* Only 0 clears it; writing back what was read does not. */
	ipmmu_context_write(root->mmu, n, IMSTR, 0u);
}

static uint32_t find_free_locked(const struct ipmmu_root *root)
{
	uint32_t n;

	for (n = 0u; n < root->soc->contexts; n++) {
		if (root->contexts[n].state == IPMMU_CONTEXT_FREE) {
			return n;
		}
	}
	return IPMMU_NO_CONTEXT;
}

static void tell_holders_locked(const struct ipmmu_root *root)
{
	uint32_t n;

	for (n = 0u; n < root->soc->contexts; n++) {
		if (root->contexts[n].state != IPMMU_CONTEXT_RESERVED) {
			ipmmu_event_context(IPMMU_EVENT_CONTEXT_HOLDER, root, n,
					    root->contexts[n].state);
		}
	}
}

static void assign_locked(struct ipmmu_domain *domain, uint32_t n)
{
	struct ipmmu_root *root = domain->root;
	struct ipmmu_context *context = &root->contexts[n];

	ipmmu_context_program_locked(root, n, &domain->table);
	context->state = IPMMU_CONTEXT_LIVE;
	context->domain = domain;
	context->generation++;
	context->caches = 0u;
	context->masked = false;
	context->reload = false;
	context->recent = 0u;
	context->faults = 0u;
	domain->context = n;
}

enum ipmmu_err ipmmu_context_take(struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;
	enum ipmmu_err err = IPMMU_OK;
	unsigned long saved;
	uint32_t n;

	saved = ipmmu_lock(root->system, root->lock);
	n = find_free_locked(root);
	if (n == IPMMU_NO_CONTEXT) {
		tell_holders_locked(root);
		err = IPMMU_E_NO_CONTEXT;
	} else {
		assign_locked(domain, n);
	}
	ipmmu_unlock(root->system, root->lock, saved);
	return err;
}

static uint32_t caches_of(const struct ipmmu_system *system,
			  const struct ipmmu_master_desc *master)
{
	uint32_t caches = 0u;
	uint32_t i;

	for (i = 0u; master != NULL && i < master->port_count; i++) {
		const struct ipmmu_mmu *mmu = &system->mmus[master->ports[i].mmu];

		if (mmu != mmu->root->mmu) {
			caches |= 1u << mmu->bit;
		}
	}
	return caches;
}

enum ipmmu_err ipmmu_context_extend(struct ipmmu_domain *domain,
				    const struct ipmmu_master_desc *master, bool fresh)
{
	struct ipmmu_root *root = domain->root;
	struct ipmmu_flush job = {
		.root = root,
		.context = domain->context,
		.domain = domain,
		.on = true,
	};
	enum ipmmu_err err;
	unsigned long saved;

	saved = ipmmu_lock(root->system, root->lock);
	job.units.root = fresh;
	job.units.caches =
		caches_of(root->system, master) & ~root->contexts[domain->context].caches;
	ipmmu_unlock(root->system, root->lock, saved);
	if (!fresh && job.units.caches == 0u) {
		return IPMMU_OK;
	}
	err = ipmmu_flush_run(&job);
	/* Quarantined by a flush of somebody else while this one waited for its turn. */
	return err == IPMMU_OK && !job.claimed ? IPMMU_E_QUARANTINED : err;
}

void ipmmu_context_give_back_locked(struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;
	struct ipmmu_context *context = &root->contexts[domain->context];

	/* A fault latched before the end is not lost; by the time it is told it is stale. */
	if (ipmmu_fault_take_locked(root, domain->context)) {
		ipmmu_fault_want_service_locked(root);
	}
	context->state = IPMMU_CONTEXT_FREE;
	context->domain = NULL;
	context->caches = 0u;
	context->masked = false;
	context->reload = false;
	domain->context = IPMMU_NO_CONTEXT;
}

enum ipmmu_err ipmmu_context_retire(struct ipmmu_domain *domain, bool retry)
{
	struct ipmmu_flush job = {
		.root = domain->root,
		.context = domain->context,
		.domain = domain,
		.retire = domain,
		.everywhere = true,
		.retry = retry,
	};

	return ipmmu_flush_run(&job);
}

enum ipmmu_err ipmmu_context_flush(struct ipmmu_domain *domain)
{
	struct ipmmu_flush job = {.domain = domain, .everywhere = true, .on = true};
	enum ipmmu_err err;
	unsigned long saved;

	job.root = domain->root;
	saved = ipmmu_lock(domain->system, domain->root->lock);
	job.context = domain->context;
	ipmmu_unlock(domain->system, domain->root->lock, saved);
	if (job.context == IPMMU_NO_CONTEXT) {
		return IPMMU_OK;
	}
	err = ipmmu_flush_run(&job);
	if (err != IPMMU_OK) {
		ipmmu_domain_stop_denied(domain);
	}
	return err;
}

bool ipmmu_context_quarantine_locked(struct ipmmu_root *root, uint32_t n)
{
	bool closed = true;

	root->contexts[n].state = IPMMU_CONTEXT_QUARANTINED;
	root->contexts[n].domain->denied = true;
	/* Without a deny context, what the context maps is less than bypass would be. */
	if (root->deny != IPMMU_NO_CONTEXT) {
		closed = ipmmu_root_close_locked(root, n);
	}
	ipmmu_event_context(IPMMU_EVENT_QUARANTINED, root, n, root->contexts[n].generation);
	return closed;
}

enum ipmmu_domain_state ipmmu_domain_state_locked(const struct ipmmu_domain *domain)
{
	if (domain->context == IPMMU_NO_CONTEXT) {
		return IPMMU_DOMAIN_IDLE;
	}
	if (domain->root->contexts[domain->context].state == IPMMU_CONTEXT_QUARANTINED) {
		return IPMMU_DOMAIN_QUARANTINED;
	}
	return IPMMU_DOMAIN_LIVE;
}

enum ipmmu_domain_state ipmmu_domain_state_of(const struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;
	unsigned long saved = ipmmu_lock(root->system, root->lock);
	enum ipmmu_domain_state state = ipmmu_domain_state_locked(domain);

	ipmmu_unlock(root->system, root->lock, saved);
	return state;
}
