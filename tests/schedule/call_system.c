// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * call_system.c - calls on the system: its life, queries, contexts, interrupts and service.
 */
#include "machine.h"

enum ipmmu_err call_system_create(struct machine *m)
{
	struct call *call = call_begin(m, CALL_SYSTEM_CREATE, -1, -1);
	struct ipmmu_mmu_info info = {0};
	enum ipmmu_err err;

	if (m->config.stuck_at_probe != 0) {
		device_stick(m, 0, m->config.stuck_at_probe, true);
	}
	m->hooks.creating = true;
	err = ipmmu_system_create(&m->ops, m, &m->desc, &m->config.options, &m->system);
	m->hooks.creating = false;
	if (m->config.stuck_at_probe != 0) {
		device_stick(m, 0, m->config.stuck_at_probe, false);
	}
	if (err != IPMMU_OK || ipmmu_mmu_query(m->system, 0, &info) != IPMMU_OK ||
	    !info.online) {
		found(m, "answer", "the system does not come up: %s", ipmmu_error_name(err));
	}
	m->deny = info.deny_context;
	m->table_pages = m->memory.taken;
	call_end(m, call, err);
	return err;
}

enum ipmmu_err call_system_destroy(struct machine *m)
{
	struct call *call = call_begin(m, CALL_SYSTEM_DESTROY, -1, -1);
	enum ipmmu_err err = ipmmu_system_destroy(m->system);

	call_end(m, call, err);
	if (m->heap.alive[HEAP_LIBRARY] != 0 || m->heap.alive[HEAP_LOCK] != 0 ||
	    m->heap.alive[HEAP_HOST] != 0 || m->memory.taken != m->table_pages) {
		found(m, "give-back",
		      "at the end %u objects, %u locks and %u table pages are left",
		      m->heap.alive[HEAP_LIBRARY], m->heap.alive[HEAP_LOCK],
		      m->memory.taken - m->table_pages);
	}
	return err;
}

bool call_interrupt(struct machine *m)
{
	struct call *call = call_begin(m, CALL_INTERRUPT, -1, -1);

	m->hooks.in_interrupt[machine_me(m)] = true;
	(void)ipmmu_root_interrupt(m->system, 0);
	m->hooks.in_interrupt[machine_me(m)] = false;
	call_end(m, call, IPMMU_OK);
	return true;
}

bool call_service(struct machine *m, uint32_t budget, uint32_t most)
{
	bool more = true;
	uint32_t i;

	for (i = 0; more && i < most; i++) {
		struct call *call = call_begin(m, CALL_SERVICE, -1, -1);

		more = ipmmu_service(m->system, budget);
		call_end(m, call, IPMMU_OK);
	}
	/* A master whose uTLB does not take its deny may fault for ever. */
	if (more && !m->device.lied) {
		found(m, "time", "service has more to do, %u times in a row", i);
	}
	return true;
}

/* A domain may have the context: it is out of quarantine then. */
static void freed(struct machine *m, const struct call *call, uint64_t root)
{
	int i;

	for (i = 0; root != 0 && i < DOMAINS; i++) {
		struct domain *domain = &m->books.domains[i];
		struct call of = *call;

		if (domain->life == LIFE_NONE || domain->root != root) {
			continue;
		}
		of.domain = i;
		of.domain_id = domain->id;
		if (domain->life == LIFE_ABANDONED && !domain->released) {
			found(m, "answer",
			      "the context of domain %d is free, and no event says so", i);
		}
		if (domain->life != LIFE_ABANDONED) {
			call_retried(m, &of);
		}
	}
}

bool call_context_retry(struct machine *m, uint32_t context)
{
	struct call *call = call_begin(m, CALL_CONTEXT_RETRY, -1, -1);
	uint64_t root = judge_table_of(m, context);
	enum ipmmu_err err = ipmmu_context_retry(m->system, 0, context);

	if (err == IPMMU_OK) {
		freed(m, call, root);
	}
	call_abandoned_end(m, call);
	call_end(m, call, err);
	return true;
}

static uint32_t count_lost(struct machine *m)
{
	struct ipmmu_context_info info;
	uint32_t count = 0;
	uint32_t n;

	for (n = 0; n < m->soc.contexts; n++) {
		if (ipmmu_context_query(m->system, 0, n, &info) == IPMMU_OK &&
		    info.state == IPMMU_CONTEXT_QUARANTINED && info.domain == NULL) {
			count++;
		}
	}
	return count;
}

bool call_system_retry(struct machine *m)
{
	struct call *call = call_begin(m, CALL_SYSTEM_RETRY, -1, -1);
	uint32_t left = ipmmu_system_retry(m->system);
	uint32_t lost = count_lost(m);

	/* No other call has begun since: it is as it was told. */
	if (call->solo && left != lost) {
		found(m, "answer", "%u contexts are told to be left in quarantine, and %u are",
		      left, lost);
	}
	call_abandoned_end(m, call);
	call_end(m, call, IPMMU_OK);
	return true;
}

bool call_context_query(struct machine *m, uint32_t context)
{
	struct call *call = call_begin(m, CALL_CONTEXT_QUERY, -1, -1);
	struct ipmmu_context_info info = {0};
	enum ipmmu_err err = ipmmu_context_query(m->system, 0, context, &info);

	if ((unsigned int)info.state >= IPMMU_CONTEXT_STATE_COUNT) {
		found(m, "answer", "context %u is in state %d", context, (int)info.state);
	}
	call_end(m, call, err);
	return info.state == IPMMU_CONTEXT_QUARANTINED;
}

bool call_utlb_query(struct machine *m, uint32_t unit, uint32_t utlb)
{
	struct call *call = call_begin(m, CALL_UTLB_QUERY, -1, -1);
	struct ipmmu_utlb_info info = {0};
	enum ipmmu_err err = ipmmu_utlb_query(m->system, unit, utlb, &info);

	if (info.state == IPMMU_UTLB_BYPASS) {
		found(m, "answer", "uTLB %u of %s is told to be in bypass", utlb,
		      m->mmus[unit].name);
	}
	call_end(m, call, err);
	return true;
}

bool call_mmu_query(struct machine *m, uint32_t unit)
{
	struct call *call = call_begin(m, CALL_MMU_QUERY, -1, -1);
	struct ipmmu_mmu_info info = {0};
	enum ipmmu_err err = ipmmu_mmu_query(m->system, unit, &info);

	if (!info.online || info.deny_context != m->deny) {
		found(m, "answer", "%s has changed: deny is context %u", m->mmus[unit].name,
		      info.deny_context);
	}
	call_end(m, call, err);
	return true;
}
