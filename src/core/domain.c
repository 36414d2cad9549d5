// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * domain.c - life of a domain over a table that the host supplies.
 */
#include "core.h"

static struct ipmmu_root *find_root(struct ipmmu_system *system, uint32_t root)
{
	struct ipmmu_refusal refusal = {
		.error = IPMMU_E_RANGE,
		.what = IPMMU_WHAT_ROOT,
		.mmu = IPMMU_NONE,
		.value = root,
		.max = system->desc->mmu_count - 1u,
	};

	if (root < system->desc->mmu_count) {
		uint32_t right = system->mmus[root].root->mmu->index;

		if (right == root) {
			return system->mmus[root].root;
		}
		refusal.mmu = root;
		refusal.min = right;
		refusal.max = right;
	}
	(void)ipmmu_refuse(system, &refusal);
	return NULL;
}

static enum ipmmu_err create_checked(struct ipmmu_root *root, const struct ipmmu_table *table,
				     void *cookie, struct ipmmu_domain **out)
{
	struct ipmmu_system *system = root->system;
	struct ipmmu_domain *domain = system->ops->alloc(system->host, sizeof(*domain));
	unsigned long saved;

	if (domain == NULL) {
		return IPMMU_E_NO_MEMORY;
	}
	domain->system = system;
	domain->root = root;
	domain->table = *table;
	domain->cookie = cookie;
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
	struct ipmmu_root *root;
	enum ipmmu_err err;

	if (out != NULL) {
		*out = NULL;
	}
	if (system == NULL || table == NULL || out == NULL) {
		return IPMMU_E_ARG;
	}
	root = find_root(system, root_index);
	if (root == NULL) {
		return IPMMU_E_RANGE;
	}
	if (root->mmu->why != IPMMU_OK) {
		return IPMMU_E_OFFLINE;
	}
	err = ipmmu_check_table(root, table);
	return err == IPMMU_OK ? create_checked(root, table, cookie, out) : err;
}

static void unlink_domain(struct ipmmu_domain *domain)
{
	struct ipmmu_domain **link = &domain->system->domains;

	while (*link != domain) {
		link = &(*link)->next;
	}
	*link = domain->next;
}

enum ipmmu_err ipmmu_domain_destroy(struct ipmmu_domain *domain)
{
	struct ipmmu_system *system;
	enum ipmmu_err err = IPMMU_OK;
	unsigned long saved;

	if (domain == NULL) {
		return IPMMU_OK;
	}
	system = domain->system;
	saved = ipmmu_lock(system, system->lock);
	if (ipmmu_domain_state_of(domain) == IPMMU_DOMAIN_QUARANTINED) {
		err = IPMMU_E_QUARANTINED;
	} else if (domain->busy || domain->masters != 0u || domain->reserved) {
		err = IPMMU_E_BUSY;
	} else {
		unlink_domain(domain);
	}
	ipmmu_unlock(system, system->lock, saved);
	if (err == IPMMU_OK) {
		system->ops->free(system->host, domain, sizeof(*domain));
	}
	return err;
}

/* Busy from here on, unless an error comes back. *@take: a context is to be switched on. */
static enum ipmmu_err reserve_begin(struct ipmmu_domain *domain, bool *take)
{
	unsigned long saved = ipmmu_lock(domain->system, domain->system->lock);
	enum ipmmu_err err = IPMMU_OK;

	if (domain->busy) {
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
	domain->busy = false;
	ipmmu_unlock(domain->system, domain->system->lock, saved);
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
	struct ipmmu_flush job = {.domain = domain, .everywhere = true, .on = true};
	unsigned long saved;

	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	job.root = domain->root;
	saved = ipmmu_lock(domain->system, domain->root->lock);
	job.context = domain->context;
	ipmmu_unlock(domain->system, domain->root->lock, saved);
	return job.context == IPMMU_NO_CONTEXT ? IPMMU_OK : ipmmu_flush_run(&job);
}

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

/* The @i-th master of a busy domain: these neither come nor go. */
static struct ipmmu_master *master_of(const struct ipmmu_domain *domain, uint32_t i)
{
	unsigned long saved = ipmmu_lock(domain->system, domain->system->lock);
	struct ipmmu_master *master = domain->system->masters;

	for (; master != NULL; master = master->next) {
		if (master->domain == domain && i-- == 0u) {
			break;
		}
	}
	ipmmu_unlock(domain->system, domain->system->lock, saved);
	return master;
}

/*
 * The quarantine denied them while they ran: what is under way since may land until they are
 * stopped, as it is not known that a flush waits for it.
 */
static void quiesce_masters(const struct ipmmu_domain *domain)
{
	const struct ipmmu_ops *ops = domain->system->ops;
	struct ipmmu_master *master;
	uint32_t i;

	for (i = 0u; ops->quiesce != NULL && (master = master_of(domain, i)) != NULL; i++) {
		master->stopped = ops->quiesce(domain->system->host, master->desc);
	}
}

static void release_masters(const struct ipmmu_domain *domain)
{
	const struct ipmmu_ops *ops = domain->system->ops;
	struct ipmmu_master *master;
	uint32_t i;

	for (i = 0u; ops->quiesce != NULL && (master = master_of(domain, i)) != NULL; i++) {
		if (master->stopped) {
			ops->release(domain->system->host, master->desc);
		}
		master->stopped = false;
	}
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
	if (err == IPMMU_OK) {
		quiesce_masters(domain);
		err = ipmmu_context_retire(domain, true);
		release_masters(domain);
	}
	if (err == IPMMU_OK) {
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
	domain->busy = false;
	ipmmu_unlock(system, system->lock, saved);
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
	info->cookie = domain->cookie;
	ipmmu_unlock(domain->system, domain->system->lock, saved);
	return IPMMU_OK;
}
