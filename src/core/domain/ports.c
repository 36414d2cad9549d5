// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * ports.c - who may have a uTLB: one domain, through any number of its masters.
 *
 * Bookkeeping under the system lock; no register is touched.
 */
#include "domain.h"

static bool has_utlb(const struct ipmmu_master *master, const struct ipmmu_utlb *utlb)
{
	uint32_t i;

	for (i = 0u; i < master->desc->port_count; i++) {
		if (ipmmu_port_utlb(master->system, &master->desc->ports[i]) == utlb) {
			return true;
		}
	}
	return false;
}

static const struct ipmmu_master_desc *other_user(const struct ipmmu_master *master,
						  const struct ipmmu_utlb *utlb)
{
	const struct ipmmu_master *other;

	for (other = master->root->masters; other != NULL; other = other->next) {
		if (other != master && other->domain == utlb->owner && has_utlb(other, utlb)) {
			return other->desc;
		}
	}
	return NULL;
}

static void tell_conflict(const struct ipmmu_master *master, const struct ipmmu_port *port)
{
	const struct ipmmu_utlb *utlb = ipmmu_port_utlb(master->system, port);
	struct ipmmu_event event;

	event = ipmmu_event_about(IPMMU_EVENT_CONFLICT, &master->system->mmus[port->mmu]);
	event.error = IPMMU_E_CONFLICT;
	event.utlb = port->utlb;
	event.context = ipmmu_context_number(utlb->owner->context);
	event.master = master->desc;
	event.other = other_user(master, utlb);
	ipmmu_event_send(master->system, &event);
}

enum ipmmu_err ipmmu_ports_decide(const struct ipmmu_master *master,
				  const struct ipmmu_domain *to)
{
	uint32_t i;

	for (i = 0u; i < master->desc->port_count; i++) {
		const struct ipmmu_port *port = &master->desc->ports[i];
		const struct ipmmu_utlb *utlb = ipmmu_port_utlb(master->system, port);

		if (utlb->owner == NULL || utlb->owner == to) {
			continue;
		}
		if (utlb->owner != master->domain || utlb->users > 1u) {
			tell_conflict(master, port);
			return IPMMU_E_CONFLICT;
		}
	}
	return IPMMU_OK;
}

void ipmmu_ports_own(const struct ipmmu_master *master, struct ipmmu_domain *to)
{
	uint32_t i;

	for (i = 0u; i < master->desc->port_count; i++) {
		struct ipmmu_utlb *utlb =
			ipmmu_port_utlb(master->system, &master->desc->ports[i]);

		utlb->owner = to;
		if (master->domain == NULL) {
			utlb->users++;
		}
	}
}

void ipmmu_ports_disown(const struct ipmmu_master *master)
{
	uint32_t i;

	for (i = 0u; i < master->desc->port_count; i++) {
		struct ipmmu_utlb *utlb =
			ipmmu_port_utlb(master->system, &master->desc->ports[i]);

		utlb->users--;
		if (utlb->users == 0u) {
			utlb->owner = NULL;
		}
	}
}

void ipmmu_ports_return(const struct ipmmu_master *master)
{
	uint32_t i;

	if (master->domain == NULL) {
		ipmmu_ports_disown(master);
		return;
	}
	for (i = 0u; i < master->desc->port_count; i++) {
		ipmmu_port_utlb(master->system, &master->desc->ports[i])->owner =
			master->domain;
	}
}

void ipmmu_ports_leave(struct ipmmu_master *master)
{
	ipmmu_ports_disown(master);
	master->domain->masters--;
	master->domain = NULL;
}
