// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * master.c - claims: a master becomes the library's business, or stops being it.
 */
#include "core.h"

enum ipmmu_master_state ipmmu_master_state_of(const struct ipmmu_master *master)
{
	struct ipmmu_system *system = master->system;
	struct ipmmu_root *root = master->root;
	unsigned long saved = ipmmu_lock(system, root->lock);
	enum ipmmu_master_state state = IPMMU_MASTER_DENIED;
	uint32_t i;

	if (root->deny == IPMMU_NO_CONTEXT) {
		state = IPMMU_MASTER_BYPASS;
	}
	if (master->domain != NULL) {
		state = ipmmu_domain_state_locked(master->domain) == IPMMU_DOMAIN_QUARANTINED
				? IPMMU_MASTER_QUARANTINED
				: IPMMU_MASTER_ATTACHED;
	}
	for (i = 0u; i < master->desc->port_count; i++) {
		if (ipmmu_port_utlb(system, &master->desc->ports[i])->suspect) {
			state = IPMMU_MASTER_UNVERIFIED;
		}
	}
	ipmmu_unlock(system, root->lock, saved);
	return state;
}

void ipmmu_master_quiesce(struct ipmmu_master *master)
{
	struct ipmmu_system *system = master->system;

	if (!master->stopped && system->ops->quiesce != NULL) {
		master->stopped = system->ops->quiesce(system->host, master->desc);
	}
}

void ipmmu_master_release(struct ipmmu_master *master)
{
	struct ipmmu_system *system = master->system;

	/* To stand still is all that holds a master back that may not be denied. */
	if (master->stopped && ipmmu_master_state_of(master) != IPMMU_MASTER_UNVERIFIED) {
		system->ops->release(system->host, master->desc);
		master->stopped = false;
	}
}

/* uTLBs of nobody go to deny; one that a domain owns stays with its group. */
static bool close_free_ports(const struct ipmmu_master *master)
{
	struct ipmmu_system *system = master->system;
	unsigned long saved = ipmmu_lock(system, master->root->lock);
	bool closed = true;
	uint32_t i;

	for (i = 0u; i < master->desc->port_count; i++) {
		const struct ipmmu_port *port = &master->desc->ports[i];
		const struct ipmmu_utlb *utlb = ipmmu_port_utlb(system, port);
		bool denied = utlb->managed && !utlb->suspect && utlb->at == master->root->deny;

		if (utlb->owner == NULL && !denied) {
			closed =
				ipmmu_utlb_close_locked(&system->mmus[port->mmu], port->utlb) &&
				closed;
		}
	}
	ipmmu_unlock(system, master->root->lock, saved);
	return closed;
}

static void count_claims(const struct ipmmu_master *master, bool add)
{
	uint32_t i;

	for (i = 0u; i < master->desc->port_count; i++) {
		struct ipmmu_utlb *utlb =
			ipmmu_port_utlb(master->system, &master->desc->ports[i]);

		utlb->claims = (uint16_t)(add ? utlb->claims + 1u : utlb->claims - 1u);
	}
}

static bool is_claimed(const struct ipmmu_system *system, const struct ipmmu_master_desc *desc)
{
	const struct ipmmu_master *master;

	for (master = system->masters; master != NULL; master = master->next) {
		if (master->desc == desc) {
			return true;
		}
	}
	return false;
}

static enum ipmmu_err add_checked(struct ipmmu_master *master)
{
	struct ipmmu_system *system = master->system;
	unsigned long saved = ipmmu_lock(system, system->lock);
	enum ipmmu_err err = IPMMU_OK;

	if (is_claimed(system, master->desc)) {
		err = IPMMU_E_EXISTS;
	} else if (!close_free_ports(master)) {
		err = IPMMU_E_UNVERIFIED;
	} else {
		count_claims(master, true);
		master->next = system->masters;
		system->masters = master;
	}
	ipmmu_unlock(system, system->lock, saved);
	return err;
}

enum ipmmu_err ipmmu_master_add(struct ipmmu_system *system,
				const struct ipmmu_master_desc *desc, struct ipmmu_master **out)
{
	struct ipmmu_master *master;
	enum ipmmu_err err;

	if (out != NULL) {
		*out = NULL;
	}
	if (system == NULL || desc == NULL || out == NULL) {
		return IPMMU_E_ARG;
	}
	err = ipmmu_check_master(system, desc);
	if (err != IPMMU_OK) {
		return err;
	}
	master = system->ops->alloc(system->host, sizeof(*master));
	if (master == NULL) {
		return IPMMU_E_NO_MEMORY;
	}
	master->system = system;
	master->desc = desc;
	master->root = system->mmus[desc->ports[0].mmu].root;
	err = add_checked(master);
	if (err != IPMMU_OK) {
		system->ops->free(system->host, master, sizeof(*master));
		return err;
	}
	*out = master;
	return IPMMU_OK;
}

static void unlink_master(struct ipmmu_master *master)
{
	struct ipmmu_master **link = &master->system->masters;

	while (*link != master) {
		link = &(*link)->next;
	}
	*link = master->next;
}

enum ipmmu_err ipmmu_master_remove(struct ipmmu_master *master)
{
	struct ipmmu_system *system;
	enum ipmmu_err err = IPMMU_OK;
	unsigned long saved;

	if (master == NULL) {
		return IPMMU_OK;
	}
	system = master->system;
	saved = ipmmu_lock(system, system->lock);
	if (master->busy) {
		err = IPMMU_E_BUSY;
	} else if (master->domain != NULL) {
		err = IPMMU_E_STATE;
	} else {
		count_claims(master, false);
		unlink_master(master);
	}
	ipmmu_unlock(system, system->lock, saved);
	if (err == IPMMU_OK) {
		system->ops->free(system->host, master, sizeof(*master));
	}
	return err;
}

enum ipmmu_err ipmmu_master_query(struct ipmmu_master *master, struct ipmmu_master_info *info)
{
	unsigned long saved;

	if (master == NULL || info == NULL) {
		return IPMMU_E_ARG;
	}
	info->desc = master->desc;
	saved = ipmmu_lock(master->system, master->system->lock);
	info->state = ipmmu_master_state_of(master);
	info->domain = master->domain;
	ipmmu_unlock(master->system, master->system->lock, saved);
	return IPMMU_OK;
}
