// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * life.c - the life of a domain: who may use it, and the context that it has.
 *
 * A call that changes the masters or the context of a domain makes it BUSY, so that it may wait
 * without a lock. A call that only flushes it, or names it to the host, holds it: several may.
 */
#include "domain.h"

/* ---- who may use it ---- */

enum ipmmu_domain_state ipmmu_domain_state_locked(const struct ipmmu_domain *domain)
{
	if (domain->life == IPMMU_LIFE_ENDING) {
		return IPMMU_DOMAIN_ENDING;
	}
	if (domain->context == IPMMU_NO_CONTEXT) {
		return IPMMU_DOMAIN_IDLE;
	}
	return domain->root->contexts[domain->context].state == IPMMU_CONTEXT_LIVE
		       ? IPMMU_DOMAIN_LIVE
		       : IPMMU_DOMAIN_QUARANTINED;
}

enum ipmmu_domain_state ipmmu_domain_state_of(const struct ipmmu_domain *domain)
{
	unsigned long saved = ipmmu_root_lock(domain->root);
	enum ipmmu_domain_state state = ipmmu_domain_state_locked(domain);

	ipmmu_root_unlock(domain->root, saved);
	return state;
}

void ipmmu_life_set(struct ipmmu_domain *domain, enum ipmmu_life life)
{
	unsigned long saved = ipmmu_root_lock(domain->root);

	domain->life = life;
	ipmmu_root_unlock(domain->root, saved);
}

enum ipmmu_err ipmmu_life_begin(struct ipmmu_domain *domain)
{
	if (domain->life != IPMMU_LIFE_OPEN) {
		return IPMMU_E_BUSY;
	}
	if (ipmmu_domain_state_of(domain) == IPMMU_DOMAIN_QUARANTINED) {
		return IPMMU_E_QUARANTINED;
	}
	ipmmu_life_set(domain, IPMMU_LIFE_BUSY);
	return IPMMU_OK;
}

enum ipmmu_err ipmmu_life_may_end(const struct ipmmu_domain *domain)
{
	unsigned long saved = ipmmu_root_lock(domain->root);
	bool quarantined = ipmmu_domain_state_locked(domain) == IPMMU_DOMAIN_QUARANTINED;
	bool held = domain->held != 0u;

	ipmmu_root_unlock(domain->root, saved);
	if (quarantined) {
		return IPMMU_E_QUARANTINED;
	}
	if (held || domain->life == IPMMU_LIFE_BUSY || domain->masters != 0u ||
	    domain->reserved) {
		return IPMMU_E_BUSY;
	}
	return IPMMU_OK;
}

void ipmmu_life_hold(struct ipmmu_domain *domain)
{
	unsigned long saved = ipmmu_root_lock(domain->root);

	domain->held++;
	ipmmu_root_unlock(domain->root, saved);
}

void ipmmu_life_release(struct ipmmu_domain *domain)
{
	const struct ipmmu_root *root = domain->root;
	unsigned long saved = ipmmu_root_lock(root);

	domain->held--;
	ipmmu_root_unlock(root, saved);
}

/* ---- its context ---- */

static const struct ipmmu_ticket nothing = {.context = IPMMU_NO_CONTEXT};

enum ipmmu_err ipmmu_life_request(struct ipmmu_domain *domain, struct ipmmu_ticket *ticket)
{
	unsigned long saved = ipmmu_root_lock(domain->root);
	enum ipmmu_domain_state state = ipmmu_domain_state_locked(domain);
	enum ipmmu_err err = IPMMU_OK;

	*ticket = nothing;
	if (state == IPMMU_DOMAIN_ENDING) {
		err = IPMMU_E_BUSY;
	} else if (state == IPMMU_DOMAIN_QUARANTINED) {
		/* The flush of the next retry. */
		ticket->root = domain->root;
		ticket->context = domain->context;
		ticket->number = domain->root->contexts[domain->context].flush.begun + 1u;
		err = IPMMU_E_QUARANTINED;
	} else if (state == IPMMU_DOMAIN_LIVE) {
		*ticket = ipmmu_flush_everywhere_locked(domain->root, domain->context);
	}
	domain->held += err == IPMMU_OK ? 1u : 0u;
	ipmmu_root_unlock(domain->root, saved);
	return err;
}

enum ipmmu_err ipmmu_life_take(struct ipmmu_domain *domain)
{
	unsigned long saved = ipmmu_root_lock(domain->root);
	enum ipmmu_err err = ipmmu_context_assign_locked(domain);

	ipmmu_root_unlock(domain->root, saved);
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

enum ipmmu_err ipmmu_life_extend(struct ipmmu_domain *domain,
				 const struct ipmmu_master_desc *master, bool fresh)
{
	struct ipmmu_root *root = domain->root;
	struct ipmmu_context *context = &root->contexts[domain->context];
	struct ipmmu_units units = {fresh, caches_of(domain->system, master)};
	struct ipmmu_ticket ticket = nothing;
	unsigned long saved = ipmmu_root_lock(root);
	bool live = context->state == IPMMU_CONTEXT_LIVE;

	units.caches &= ~context->caches;
	if (live && ipmmu_units_any(&units)) {
		context->on = true;
		context->caches |= units.caches;
		ticket = ipmmu_flush_request_locked(root, domain->context, &units, false);
	}
	ipmmu_root_unlock(root, saved);
	return live ? ipmmu_flush_wait(&ticket) : IPMMU_E_QUARANTINED;
}

enum ipmmu_err ipmmu_life_switch_off(struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;
	struct ipmmu_context *context = &root->contexts[domain->context];
	struct ipmmu_ticket ticket = nothing;
	unsigned long saved = ipmmu_root_lock(root);
	bool live = context->state == IPMMU_CONTEXT_LIVE;

	if (live) {
		context->on = false;
		ticket = ipmmu_flush_everywhere_locked(root, domain->context);
	}
	ipmmu_root_unlock(root, saved);
	return live ? ipmmu_flush_wait(&ticket) : IPMMU_E_TIMEOUT;
}

enum ipmmu_err ipmmu_life_give_back(struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;
	unsigned long saved = ipmmu_root_lock(root);
	bool live = root->contexts[domain->context].state == IPMMU_CONTEXT_LIVE;

	if (live) {
		ipmmu_context_free_locked(root, domain->context);
	}
	ipmmu_root_unlock(root, saved);
	return live ? IPMMU_OK : IPMMU_E_TIMEOUT;
}
