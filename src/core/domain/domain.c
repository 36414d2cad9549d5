// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * domain.c - domains made and ended; reserve, flush, query, walk. One over a table of its own
 * is made in owned/owned.c.
 */
#include "domain.h"

enum ipmmu_err ipmmu_domain_find_root(struct ipmmu_system *system, uint32_t index,
				      struct ipmmu_root **out)
{
	struct ipmmu_about about = {.system = system, .mmu = index};
	uint32_t min = 0u;
	uint32_t max = system->desc->mmu_count - 1u;

	if (index <= max) {
		*out = system->mmus[index].root;
		min = (*out)->mmu->index;
		max = min;
	}
	ipmmu_refuse_unless(&about, IPMMU_E_RANGE, IPMMU_WHAT_ROOT, index, min, max);
	return about.err == IPMMU_OK && (*out)->mmu->why != IPMMU_OK ? IPMMU_E_OFFLINE
								     : about.err;
}

enum ipmmu_err ipmmu_domain_add(const struct ipmmu_domain *like, struct ipmmu_domain **out)
{
	struct ipmmu_system *system = like->system;
	struct ipmmu_domain *domain = ipmmu_alloc(system, sizeof(*domain));

	if (domain == NULL) {
		return IPMMU_E_NO_MEMORY;
	}
	*domain = *like;
	ipmmu_lock(&system->lock);
	domain->next = system->domains;
	system->domains = domain;
	ipmmu_unlock(&system->lock);
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
	domain.table = *table;
	err = ipmmu_domain_find_root(system, root_index, &domain.root);
	if (err == IPMMU_OK) {
		err = ipmmu_check_table(domain.root, table);
	}
	return err == IPMMU_OK ? ipmmu_domain_add(&domain, out) : err;
}

void ipmmu_domain_unlink(struct ipmmu_domain *domain)
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
	enum ipmmu_err err;

	if (domain == NULL) {
		return IPMMU_OK;
	}
	system = domain->system;
	ipmmu_lock(&system->lock);
	err = ipmmu_life_end(domain);
	if (err == IPMMU_OK) {
		ipmmu_domain_unlink(domain);
	}
	ipmmu_unlock(&system->lock);
	if (err != IPMMU_OK) {
		return err;
	}
	if (domain->owned != NULL) {
		domain->calls->destroy(system, domain->owned);
	}
	ipmmu_free(system, domain, sizeof(*domain));
	return IPMMU_OK;
}

static enum ipmmu_err take_context(struct ipmmu_domain *domain)
{
	enum ipmmu_err err;

	ipmmu_lock(&domain->system->lock);
	err = ipmmu_context_assign(domain);
	ipmmu_unlock(&domain->system->lock);
	if (err == IPMMU_OK) {
		err = ipmmu_life_extend(domain, NULL, true);
		/* By a flush of somebody else, but not before this call. */
		err = err == IPMMU_E_QUARANTINED ? IPMMU_E_TIMEOUT : err;
	}
	return err;
}

static enum ipmmu_err set_reserved(struct ipmmu_domain *domain, bool reserve)
{
	enum ipmmu_err err = ipmmu_life_begin(domain, false);
	bool change;

	if (err != IPMMU_OK) {
		return err;
	}
	change = reserve ? domain->context == NULL : domain->reserved && domain->masters == 0u;
	if (change) {
		err = reserve ? take_context(domain) : ipmmu_life_switch_off(domain);
	}
	ipmmu_lock(&domain->system->lock);
	domain->reserved = reserve && err == IPMMU_OK;
	if (change && !reserve && err == IPMMU_OK) {
		err = ipmmu_life_give_back(domain);
	}
	ipmmu_life_set(domain, IPMMU_LIFE_OPEN);
	ipmmu_unlock(&domain->system->lock);
	return err;
}

enum ipmmu_err ipmmu_domain_reserve(struct ipmmu_domain *domain)
{
	return domain != NULL ? set_reserved(domain, true) : IPMMU_E_ARG;
}

enum ipmmu_err ipmmu_domain_unreserve(struct ipmmu_domain *domain)
{
	return domain != NULL ? set_reserved(domain, false) : IPMMU_E_ARG;
}

enum ipmmu_err ipmmu_domain_flush(struct ipmmu_domain *domain)
{
	struct ipmmu_ticket ticket;
	enum ipmmu_err err;

	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	if (domain->owned != NULL) {
		return domain->calls->flush(domain);
	}
	err = ipmmu_life_request(domain, &ticket);
	if (err == IPMMU_OK) {
		err = ipmmu_flush_wait(ticket);
		ipmmu_life_release(domain);
	}
	return err;
}

enum ipmmu_err ipmmu_domain_query(struct ipmmu_domain *domain, struct ipmmu_domain_info *info)
{
	if (domain == NULL || info == NULL) {
		return IPMMU_E_ARG;
	}
	ipmmu_lock(&domain->system->lock);
	info->state = ipmmu_domain_state_of(domain);
	info->root = domain->root->mmu->index;
	info->context = ipmmu_context_number(domain->context);
	info->masters = domain->masters;
	info->reserved = domain->reserved;
	info->owned = domain->owned != NULL;
	info->table = domain->table;
	info->cookie = domain->cookie;
	ipmmu_unlock(&domain->system->lock);
	return IPMMU_OK;
}

/* A table of the host's is read as far as the host lets it be read. */
uint32_t ipmmu_domain_walk(const struct ipmmu_domain *domain, ipmmu_explain_fn by,
			   struct ipmmu_iova iova, struct ipmmu_pt_level *levels)
{
	const struct ipmmu_pt_source source = {
		.format = ipmmu_mode_row(domain->table.format)->format,
		.input_bits = domain->table.input_bits,
		.root = domain->table.root,
		.read = domain->system->ops->table_read,
		.host = domain->system->host,
	};

	if (domain->owned != NULL) {
		return domain->calls->walk(domain, iova, levels);
	}
	return source.read == NULL || by == NULL ? 0u : by(&source, iova, levels);
}
