// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * master.c - what every change of a master needs: its state, stop and go, deny.
 */
#include "domain.h"

enum ipmmu_master_state ipmmu_master_state_of(const struct ipmmu_master *master)
{
	enum ipmmu_master_state state =
		master->root->deny == NULL ? IPMMU_MASTER_BYPASS : IPMMU_MASTER_DENIED;
	const struct ipmmu_utlb *utlb;
	uint32_t i;

	ipmmu_lock(&master->root->lock);
	if (master->domain != NULL) {
		state = ipmmu_domain_state_locked(master->domain) == IPMMU_DOMAIN_QUARANTINED
				? IPMMU_MASTER_QUARANTINED
				: IPMMU_MASTER_ATTACHED;
	}
	for (i = 0u; (utlb = ipmmu_master_utlb(master, i)) != NULL; i++) {
		state = utlb->suspect ? IPMMU_MASTER_UNVERIFIED : state;
	}
	ipmmu_unlock(&master->root->lock);
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

void ipmmu_master_each(const struct ipmmu_context *context,
		       void (*act)(struct ipmmu_master *master))
{
	struct ipmmu_system *system = context->root->system;
	struct ipmmu_master *master = NULL;

	do {
		ipmmu_lock(&system->lock);
		master = master == NULL ? context->root->masters : master->next;
		while (master != NULL && master->domain != context->domain) {
			master = master->next;
		}
		ipmmu_unlock(&system->lock);
		if (master != NULL && context->domain != NULL) {
			act(master);
		}
	} while (master != NULL && context->domain != NULL);
}

enum ipmmu_err ipmmu_master_close(const struct ipmmu_master *master)
{
	struct ipmmu_utlb *utlb;
	bool closed = true;
	uint32_t i;

	ipmmu_lock(&master->root->lock);
	for (i = 0u; (utlb = ipmmu_master_utlb(master, i)) != NULL; i++) {
		/* One that a domain owns stays with its group. */
		if (utlb->suspect || (utlb->owner == NULL && !ipmmu_utlb_is_denied(utlb))) {
			closed = ipmmu_utlb_close_locked(utlb) && closed;
		}
	}
	ipmmu_unlock(&master->root->lock);
	return closed ? IPMMU_OK : IPMMU_E_UNVERIFIED;
}

enum ipmmu_err ipmmu_root_unstall(struct ipmmu_root *root, bool always)
{
	struct ipmmu_ticket ticket = {.context = root->deny};

	if (root->deny == NULL) {
		return IPMMU_OK;
	}
	ipmmu_lock(&root->lock);
	(void)ipmmu_status_take_locked(root->deny);
	ticket.number = root->deny->stalled;
	if (always || ipmmu_ticket_look_locked(ticket) != IPMMU_TICKET_SERVED) {
		ticket = ipmmu_flush_request_locked(root->deny, IPMMU_UNIT_ROOT);
	}
	ipmmu_unlock(&root->lock);
	return ipmmu_flush_wait(ticket);
}
