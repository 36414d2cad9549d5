// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * ports.c - who may have a uTLB: one domain, through any number of its masters.
 *
 * Bookkeeping under the system lock; no register is touched.
 */
#include "domain.h"

static bool has_utlb(const struct ipmmu_master *master, const struct ipmmu_utlb *wanted)
{
	const struct ipmmu_utlb *utlb;
	uint32_t i = 0u;

	do {
		utlb = ipmmu_master_utlb(master, i++);
	} while (utlb != NULL && utlb != wanted);
	return utlb != NULL;
}

static const struct ipmmu_master_desc *other_user(const struct ipmmu_master *master,
						  const struct ipmmu_utlb *utlb)
{
	const struct ipmmu_master *other = master->root->masters;

	while (other != NULL &&
	       (other == master || other->domain != utlb->owner || !has_utlb(other, utlb))) {
		other = other->next;
	}
	return other != NULL ? other->desc : NULL;
}

static void tell_conflict(const struct ipmmu_master *master, const struct ipmmu_utlb *utlb)
{
	struct ipmmu_event event = ipmmu_event_about(IPMMU_EVENT_CONFLICT, utlb->mmu);

	event.error = IPMMU_E_CONFLICT;
	event.utlb = utlb->number;
	event.context = ipmmu_context_number(utlb->owner->context);
	event.master = master->desc;
	event.other = other_user(master, utlb);
	ipmmu_event_send(master->system, &event);
}

enum ipmmu_err ipmmu_ports_decide(const struct ipmmu_master *master,
				  const struct ipmmu_domain *to)
{
	const struct ipmmu_utlb *utlb;
	uint32_t i;

	for (i = 0u; (utlb = ipmmu_master_utlb(master, i)) != NULL; i++) {
		if (utlb->owner != NULL && utlb->owner != to &&
		    (utlb->owner != master->domain || utlb->users > 1u)) {
			tell_conflict(master, utlb);
			return IPMMU_E_CONFLICT;
		}
	}
	return IPMMU_OK;
}

void ipmmu_ports_own(const struct ipmmu_master *master, struct ipmmu_domain *to)
{
	struct ipmmu_utlb *utlb;
	uint32_t i;

	for (i = 0u; (utlb = ipmmu_master_utlb(master, i)) != NULL; i++) {
		utlb->owner = to;
		utlb->users += master->domain == NULL ? 1u : 0u;
	}
}

void ipmmu_ports_return(const struct ipmmu_master *master)
{
	struct ipmmu_utlb *utlb;
	uint32_t i;

	for (i = 0u; (utlb = ipmmu_master_utlb(master, i)) != NULL; i++) {
		utlb->users -= master->domain == NULL ? 1u : 0u;
		if (master->domain != NULL || utlb->users == 0u) {
			utlb->owner = master->domain;
		}
	}
}

void ipmmu_ports_leave_all(struct ipmmu_domain *domain)
{
	struct ipmmu_master *master;

	for (master = domain->root->masters; master != NULL; master = master->next) {
		if (master->domain == domain) {
			master->domain = NULL;
			ipmmu_ports_return(master);
			domain->masters--;
		}
	}
}
