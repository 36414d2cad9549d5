// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * master.c - what every change of a master needs: its state, stop and go, deny.
 */
#include "domain.h"

static bool is_suspect(const struct ipmmu_master *master)
{
	uint32_t i;

	for (i = 0u; i < master->desc->port_count; i++) {
		if (ipmmu_port_utlb(master->system, &master->desc->ports[i])->suspect) {
			return true;
		}
	}
	return false;
}

static enum ipmmu_master_state state_locked(const struct ipmmu_master *master)
{
	if (is_suspect(master)) {
		return IPMMU_MASTER_UNVERIFIED;
	}
	if (master->domain != NULL) {
		return ipmmu_domain_state_locked(master->domain) == IPMMU_DOMAIN_QUARANTINED
			       ? IPMMU_MASTER_QUARANTINED
			       : IPMMU_MASTER_ATTACHED;
	}
	return master->root->deny == IPMMU_NO_CONTEXT ? IPMMU_MASTER_BYPASS
						      : IPMMU_MASTER_DENIED;
}

enum ipmmu_master_state ipmmu_master_state_of(const struct ipmmu_master *master)
{
	unsigned long saved = ipmmu_root_lock(master->root);
	enum ipmmu_master_state state = state_locked(master);

	ipmmu_root_unlock(master->root, saved);
	return state;
}

void ipmmu_master_quiesce(struct ipmmu_master *master)
{
	const struct ipmmu_system *system = master->system;

	if (!master->stopped && system->ops->quiesce != NULL) {
		master->stopped = system->ops->quiesce(system->host, master->desc);
	}
}

void ipmmu_master_release(struct ipmmu_master *master)
{
	const struct ipmmu_system *system = master->system;

	/* To stand still is all that holds a master back that may not be denied. */
	if (master->stopped && ipmmu_master_state_of(master) != IPMMU_MASTER_UNVERIFIED) {
		system->ops->release(system->host, master->desc);
		master->stopped = false;
	}
}

enum ipmmu_err ipmmu_master_close_suspects(const struct ipmmu_master *master)
{
	struct ipmmu_system *system = master->system;
	unsigned long saved = ipmmu_root_lock(master->root);
	bool closed = true;
	uint32_t i;

	for (i = 0u; i < master->desc->port_count; i++) {
		const struct ipmmu_port *port = &master->desc->ports[i];

		if (ipmmu_port_utlb(system, port)->suspect) {
			closed =
				ipmmu_utlb_close_locked(&system->mmus[port->mmu], port->utlb) &&
				closed;
		}
	}
	ipmmu_root_unlock(master->root, saved);
	return closed ? IPMMU_OK : IPMMU_E_UNVERIFIED;
}

enum ipmmu_err ipmmu_master_unstall(const struct ipmmu_master *master, bool always)
{
	static const struct ipmmu_units root_alone = {true, 0u};
	struct ipmmu_root *root = master->root;
	struct ipmmu_ticket ticket = {root, root->deny, 0u};
	unsigned long saved;

	if (root->deny == IPMMU_NO_CONTEXT) {
		return IPMMU_OK;
	}
	saved = ipmmu_root_lock(root);
	(void)ipmmu_status_take_locked(root, root->deny);
	ticket.number = root->contexts[root->deny].stalled;
	if (always || ipmmu_ticket_look_locked(&ticket) != IPMMU_TICKET_SERVED) {
		ticket = ipmmu_flush_request_locked(root, root->deny, &root_alone, false);
	}
	ipmmu_root_unlock(root, saved);
	return ipmmu_flush_wait(&ticket);
}
