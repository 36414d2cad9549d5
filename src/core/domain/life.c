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
	if (domain->context == NULL) {
		return IPMMU_DOMAIN_IDLE;
	}
	return domain->context->state == IPMMU_CONTEXT_LIVE ? IPMMU_DOMAIN_LIVE
							    : IPMMU_DOMAIN_QUARANTINED;
}

enum ipmmu_domain_state ipmmu_domain_state_of(const struct ipmmu_domain *domain)
{
	enum ipmmu_domain_state state;

	ipmmu_lock(&domain->root->lock);
	state = ipmmu_domain_state_locked(domain);
	ipmmu_unlock(&domain->root->lock);
	return state;
}

void ipmmu_life_set(struct ipmmu_domain *domain, enum ipmmu_life life)
{
	if (domain != NULL) {
		ipmmu_lock(&domain->root->lock);
		domain->life = life;
		ipmmu_unlock(&domain->root->lock);
	}
}

enum ipmmu_err ipmmu_life_begin(struct ipmmu_domain *domain, bool quarantined)
{
	enum ipmmu_err err = IPMMU_OK;
	bool is;

	ipmmu_lock(&domain->system->lock);
	ipmmu_lock(&domain->root->lock);
	is = ipmmu_domain_state_locked(domain) == IPMMU_DOMAIN_QUARANTINED;
	if (domain->life != IPMMU_LIFE_OPEN) {
		err = IPMMU_E_BUSY;
	} else if (is != quarantined) {
		err = is ? IPMMU_E_QUARANTINED : IPMMU_E_STATE;
	} else {
		domain->life = IPMMU_LIFE_BUSY;
	}
	ipmmu_unlock(&domain->root->lock);
	ipmmu_unlock(&domain->system->lock);
	return err;
}

enum ipmmu_err ipmmu_life_end(struct ipmmu_domain *domain)
{
	enum ipmmu_err err = IPMMU_OK;

	ipmmu_lock(&domain->root->lock);
	if (ipmmu_domain_state_locked(domain) == IPMMU_DOMAIN_QUARANTINED) {
		err = IPMMU_E_QUARANTINED;
	} else if (domain->held != 0u || domain->life == IPMMU_LIFE_BUSY ||
		   domain->masters != 0u || domain->reserved) {
		err = IPMMU_E_BUSY;
	} else {
		domain->life = IPMMU_LIFE_ENDING;
		domain->held++;
	}
	ipmmu_unlock(&domain->root->lock);
	return err;
}

enum ipmmu_domain_state ipmmu_life_hold(struct ipmmu_domain *domain)
{
	enum ipmmu_domain_state state;

	ipmmu_lock(&domain->root->lock);
	state = ipmmu_domain_state_locked(domain);
	domain->held += state != IPMMU_DOMAIN_ENDING ? 1u : 0u;
	ipmmu_unlock(&domain->root->lock);
	return state;
}

void ipmmu_life_release(struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;

	ipmmu_lock(&root->lock);
	domain->held--;
	ipmmu_unlock(&root->lock);
}

/* ---- its context ---- */

enum ipmmu_err ipmmu_life_request(struct ipmmu_domain *domain, struct ipmmu_ticket *ticket)
{
	enum ipmmu_domain_state state;
	enum ipmmu_err err = IPMMU_OK;

	ticket->context = NULL;
	ipmmu_lock(&domain->root->lock);
	state = ipmmu_domain_state_locked(domain);
	if (state == IPMMU_DOMAIN_ENDING) {
		err = IPMMU_E_BUSY;
	} else if (state == IPMMU_DOMAIN_QUARANTINED) {
		/* The flush of the next retry. */
		*ticket = ipmmu_flush_request_locked(domain->context, 0u);
		err = IPMMU_E_QUARANTINED;
	} else if (state == IPMMU_DOMAIN_LIVE) {
		*ticket = ipmmu_flush_request_locked(domain->context,
						     IPMMU_UNIT_ROOT | IPMMU_UNIT_UTLBS |
							     domain->context->caches);
	}
	domain->held += err == IPMMU_OK ? 1u : 0u;
	ipmmu_unlock(&domain->root->lock);
	return err;
}

enum ipmmu_err ipmmu_life_extend(const struct ipmmu_domain *domain,
				 const struct ipmmu_master *master, bool fresh)
{
	const struct ipmmu_utlb *utlb;
	uint32_t units = 0u;
	uint32_t i;

	for (i = 0u; master != NULL && (utlb = ipmmu_master_utlb(master, i)) != NULL; i++) {
		units |= utlb->mmu->unit & ~IPMMU_UNIT_ROOT;
	}
	/* Of a busy domain nobody else changes where the context is on. */
	units &= ~domain->context->caches;
	return ipmmu_context_switch(domain->context, true,
				    fresh ? units | IPMMU_UNIT_ROOT : units);
}

enum ipmmu_err ipmmu_life_switch_off(const struct ipmmu_domain *domain)
{
	enum ipmmu_err err = ipmmu_context_switch(domain->context, false,
						  IPMMU_UNIT_ROOT | IPMMU_UNIT_UTLBS |
							  domain->context->caches);

	return err == IPMMU_E_QUARANTINED ? IPMMU_E_TIMEOUT : err;
}

enum ipmmu_err ipmmu_life_give_back(struct ipmmu_domain *domain)
{
	bool live;

	ipmmu_lock(&domain->root->lock);
	live = domain->context->state == IPMMU_CONTEXT_LIVE;
	if (live) {
		ipmmu_context_free_locked(domain->context);
	}
	ipmmu_unlock(&domain->root->lock);
	return live ? IPMMU_OK : IPMMU_E_TIMEOUT;
}
