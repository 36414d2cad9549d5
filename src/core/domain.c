// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * domain.c - life of a domain, over a table of the host's. One over a table of its own is
 * made in owned.c.
 */
#include "core.h"
#include "owned_priv.h"

enum ipmmu_err ipmmu_domain_find_root(struct ipmmu_system *system, uint32_t index,
				      struct ipmmu_root **out)
{
	uint32_t right;

	if (index >= system->desc->mmu_count) {
		return ipmmu_refuse(system, IPMMU_NONE, IPMMU_E_RANGE, IPMMU_WHAT_ROOT, index,
				    0u, system->desc->mmu_count - 1u);
	}
	*out = system->mmus[index].root;
	right = (*out)->mmu->index;
	if (right != index) {
		return ipmmu_refuse(system, index, IPMMU_E_RANGE, IPMMU_WHAT_ROOT, index, right,
				    right);
	}
	return (*out)->mmu->why == IPMMU_OK ? IPMMU_OK : IPMMU_E_OFFLINE;
}

enum ipmmu_err ipmmu_domain_add(const struct ipmmu_domain *like, struct ipmmu_domain **out)
{
	struct ipmmu_system *system = like->system;
	struct ipmmu_domain *domain = system->ops->alloc(system->host, sizeof(*domain));
	unsigned long saved;

	if (domain == NULL) {
		return IPMMU_E_NO_MEMORY;
	}
	*domain = *like;
	domain->context = IPMMU_NO_CONTEXT;
	saved = ipmmu_lock(system, system->lock);
	domain->next = system->domains;
	system->domains = domain;
	ipmmu_unlock(system, system->lock, saved);
	*out = domain;
	return IPMMU_OK;
}

enum ipmmu_err ipmmu_domain_create(struct ipmmu_system *system, uint32_t root_index,
				   const struct ipmmu_table *table, void *cookie,
				   struct ipmmu_domain **out)
{
	struct ipmmu_domain domain = {.system = system, .cookie = cookie};
	enum ipmmu_err err;

	if (out != NULL) {
		*out = NULL;
	}
	if (system == NULL || table == NULL || out == NULL) {
		return IPMMU_E_ARG;
	}
	err = ipmmu_domain_find_root(system, root_index, &domain.root);
	if (err != IPMMU_OK) {
		return err;
	}
	domain.table = *table;
	err = ipmmu_check_table(domain.root, table);
	return err == IPMMU_OK ? ipmmu_domain_add(&domain, out) : err;
}

static void unlink_domain(struct ipmmu_domain *domain)
{
	struct ipmmu_domain **link = &domain->system->domains;

	while (*link != domain) {
		link = &(*link)->next;
	}
	*link = domain->next;
}

void ipmmu_domain_hold(struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;
	unsigned long saved = ipmmu_lock(root->system, root->lock);

	domain->held++;
	ipmmu_unlock(root->system, root->lock, saved);
}

void ipmmu_domain_release(struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;
	unsigned long saved = ipmmu_lock(root->system, root->lock);

	domain->held--;
	ipmmu_unlock(root->system, root->lock, saved);
}

enum ipmmu_err ipmmu_domain_decide_end(const struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;
	unsigned long saved = ipmmu_lock(root->system, root->lock);
	enum ipmmu_domain_state state = ipmmu_domain_state_locked(domain);
	bool held = domain->held != 0u;

	ipmmu_unlock(root->system, root->lock, saved);
	if (state == IPMMU_DOMAIN_QUARANTINED) {
		return IPMMU_E_QUARANTINED;
	}
	return held || domain->busy || domain->masters != 0u || domain->reserved ? IPMMU_E_BUSY
										 : IPMMU_OK;
}

enum ipmmu_err ipmmu_domain_destroy(struct ipmmu_domain *domain)
{
	struct ipmmu_system *system;
	enum ipmmu_err err;
	unsigned long saved;

	if (domain == NULL) {
		return IPMMU_OK;
	}
	system = domain->system;
	saved = ipmmu_lock(system, system->lock);
	err = ipmmu_domain_decide_end(domain);
	if (err == IPMMU_OK && domain->owned != NULL && !domain->calls->end(domain)) {
		err = IPMMU_E_BUSY;
	}
	if (err == IPMMU_OK) {
		unlink_domain(domain);
	}
	ipmmu_unlock(system, system->lock, saved);
	if (err != IPMMU_OK) {
		return err;
	}
	if (domain->owned != NULL) {
		domain->calls->destroy(system, domain->owned);
	}
	system->ops->free(system->host, domain, sizeof(*domain));
	return IPMMU_OK;
}

/* Busy from here on, unless an error comes back. *@take: a context is to be switched on. */
static enum ipmmu_err reserve_begin(struct ipmmu_domain *domain, bool *take)
{
	unsigned long saved = ipmmu_lock(domain->system, domain->system->lock);
	enum ipmmu_err err = IPMMU_OK;

	if (domain->busy || domain->ending) {
		err = IPMMU_E_BUSY;
	} else if (ipmmu_domain_state_of(domain) == IPMMU_DOMAIN_QUARANTINED) {
		err = IPMMU_E_QUARANTINED;
	} else if (domain->context == IPMMU_NO_CONTEXT) {
		err = ipmmu_context_take(domain);
		*take = err == IPMMU_OK;
	}
	domain->busy = err == IPMMU_OK || domain->busy;
	ipmmu_unlock(domain->system, domain->system->lock, saved);
	return err;
}

static void reserve_end(struct ipmmu_domain *domain, bool reserved)
{
	unsigned long saved = ipmmu_lock(domain->system, domain->system->lock);

	domain->reserved = reserved;
	ipmmu_unlock(domain->system, domain->system->lock, saved);
	ipmmu_domain_unbusy(domain);
}

enum ipmmu_err ipmmu_domain_reserve(struct ipmmu_domain *domain)
{
	bool take = false;
	enum ipmmu_err err;

	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	err = reserve_begin(domain, &take);
	if (err != IPMMU_OK) {
		return err;
	}
	if (take) {
		err = ipmmu_context_extend(domain, NULL, true);
	}
	reserve_end(domain, err == IPMMU_OK);
	return err;
}

/* *@drop: nobody uses the context any more. */
static enum ipmmu_err unreserve_begin(struct ipmmu_domain *domain, bool *drop)
{
	unsigned long saved = ipmmu_lock(domain->system, domain->system->lock);
	enum ipmmu_err err = IPMMU_OK;

	if (domain->busy) {
		err = IPMMU_E_BUSY;
	} else if (ipmmu_domain_state_of(domain) == IPMMU_DOMAIN_QUARANTINED) {
		err = IPMMU_E_QUARANTINED;
	} else {
		*drop = domain->reserved && domain->masters == 0u;
		domain->reserved = false;
		domain->busy = true;
	}
	ipmmu_unlock(domain->system, domain->system->lock, saved);
	return err;
}

enum ipmmu_err ipmmu_domain_unreserve(struct ipmmu_domain *domain)
{
	bool drop = false;
	enum ipmmu_err err;

	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	err = unreserve_begin(domain, &drop);
	if (err != IPMMU_OK) {
		return err;
	}
	if (drop) {
		err = ipmmu_context_retire(domain, false);
	}
	reserve_end(domain, false);
	return err;
}

enum ipmmu_err ipmmu_domain_flush(struct ipmmu_domain *domain)
{
	uint32_t ticket = 0u;
	enum ipmmu_err err;

	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	ipmmu_domain_hold(domain);
	if (domain->owned != NULL) {
		ticket = domain->calls->seal(domain);
	}
	err = ipmmu_context_flush(domain);
	if (err == IPMMU_OK && domain->owned != NULL) {
		domain->calls->release(domain, ticket);
	}
	ipmmu_domain_release(domain);
	return err;
}

enum ipmmu_err ipmmu_domain_query(struct ipmmu_domain *domain, struct ipmmu_domain_info *info)
{
	unsigned long saved;

	if (domain == NULL || info == NULL) {
		return IPMMU_E_ARG;
	}
	saved = ipmmu_lock(domain->system, domain->system->lock);
	info->state = ipmmu_domain_state_of(domain);
	info->root = domain->root->mmu->index;
	info->context = ipmmu_context_number(domain->context);
	info->masters = domain->masters;
	info->reserved = domain->reserved;
	info->owned = domain->owned != NULL;
	info->table = domain->table;
	info->cookie = domain->cookie;
	ipmmu_unlock(domain->system, domain->system->lock, saved);
	return IPMMU_OK;
}
