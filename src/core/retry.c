// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * retry.c - a domain out of quarantine: its masters stopped, its context flushed and given
 * back, and what a failed flush has left undone in a table of its own ended.
 */
#include "core.h"
#include "owned_priv.h"

static enum ipmmu_err retry_begin(struct ipmmu_domain *domain)
{
	unsigned long saved = ipmmu_lock(domain->system, domain->system->lock);
	enum ipmmu_err err = IPMMU_OK;

	if (domain->busy) {
		err = IPMMU_E_BUSY;
	} else if (ipmmu_domain_state_of(domain) != IPMMU_DOMAIN_QUARANTINED) {
		err = IPMMU_E_STATE;
	} else {
		domain->busy = true;
	}
	ipmmu_unlock(domain->system, domain->system->lock, saved);
	return err;
}

/*
 * Without a deny context the masters still select the context: they stay there, and out of
 * bypass, until a flush has shown that it ends.
 */
static enum ipmmu_err retry_in_place(const struct ipmmu_domain *domain)
{
	struct ipmmu_flush job = {
		.root = domain->root,
		.context = domain->context,
		.domain = domain,
		.everywhere = true,
		.on = true,
		.retry = true,
	};

	return domain->root->deny == IPMMU_NO_CONTEXT ? ipmmu_flush_run(&job) : IPMMU_OK;
}

/* Every uTLB that may still select the context is closed before its flush can count. */
static enum ipmmu_err retry_run(struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;
	uint32_t n = domain->context;
	enum ipmmu_err err = retry_in_place(domain);
	unsigned long saved;

	if (err != IPMMU_OK) {
		return err;
	}
	saved = ipmmu_lock(domain->system, root->lock);
	if (!ipmmu_root_close_locked(root, n)) {
		err = IPMMU_E_UNVERIFIED;
	}
	ipmmu_unlock(domain->system, root->lock, saved);
	/* What is under way since the deny may land until they stand still. */
	ipmmu_domain_stop_masters(domain);
	if (err == IPMMU_OK) {
		err = ipmmu_context_retire(domain, true);
	}
	ipmmu_domain_release_masters(domain);
	if (err == IPMMU_OK) {
		if (domain->owned != NULL) {
			domain->calls->settle(domain);
		}
		ipmmu_event_context(IPMMU_EVENT_RELEASED, root, n, 0u);
	}
	return err;
}

static void retry_end(struct ipmmu_domain *domain, bool released)
{
	struct ipmmu_system *system = domain->system;
	unsigned long saved = ipmmu_lock(system, system->lock);
	struct ipmmu_master *master;

	for (master = system->masters; released && master != NULL; master = master->next) {
		if (master->domain == domain) {
			ipmmu_ports_disown(master);
			master->domain = NULL;
			domain->masters--;
		}
	}
	domain->reserved = domain->reserved && !released;
	ipmmu_unlock(system, system->lock, saved);
	ipmmu_domain_unbusy(domain);
}

enum ipmmu_err ipmmu_domain_retry(struct ipmmu_domain *domain)
{
	enum ipmmu_err err;

	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	err = retry_begin(domain);
	if (err != IPMMU_OK) {
		return err;
	}
	err = retry_run(domain);
	retry_end(domain, err == IPMMU_OK);
	return err;
}
