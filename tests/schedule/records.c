// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * records.c - faults as they happened, and what the fault hook is given.
 */
#include "records.h"

#include <string.h>

#include "machine.h"

static void add_selector(struct latch *latch, uint32_t id)
{
	uint32_t i;

	for (i = 0; i < latch->selector_count; i++) {
		if (latch->selectors[i] == id) {
			return;
		}
	}
	if (latch->selector_count < SELECTORS) {
		latch->selectors[latch->selector_count++] = id;
	}
}

static bool has_port(int master, uint32_t unit, uint32_t utlb)
{
	uint32_t p;

	for (p = 0; p < machine_port_count(master); p++) {
		struct ipmmu_port port = machine_port(master, p);

		if (port.mmu == unit && port.utlb == utlb) {
			return true;
		}
	}
	return false;
}

static bool selects(const struct machine *m, int master, uint32_t context)
{
	uint32_t p;

	for (p = 0; p < machine_port_count(master); p++) {
		struct ipmmu_port port = machine_port(master, p);

		if (judge_selected(m, port.mmu, port.utlb) == context) {
			return true;
		}
	}
	return false;
}

static void note_selectors(const struct machine *m, struct latch *latch)
{
	int i;

	for (i = 0; i < MASTERS; i++) {
		/* One whose claim has not answered yet may be listed. */
		if (m->books.masters[i].life != LIFE_NONE && selects(m, i, latch->context)) {
			add_selector(latch, m->books.masters[i].id);
		}
	}
}

static uint32_t domain_on(const struct machine *m, uint32_t context)
{
	uint64_t root = judge_root_of(m, context);
	int i;

	for (i = 0; i < DOMAINS; i++) {
		const struct domain *domain = &m->books.domains[i];

		if (domain->life != LIFE_NONE && root != 0 && domain->root == root) {
			return domain->id;
		}
	}
	return 0;
}

void records_latch(struct machine *m, const struct model_access *access)
{
	struct latch *latch = &m->records.latches[m->records.next++ % LATCHES];
	int i;

	/* Where the status was not clear, the library may have read it before it is replaced.
	 */
	records_taken(m, access->context);
	memset(latch, 0, sizeof(*latch));
	latch->used = true;
	latch->context = access->context;
	latch->iova = access->iova;
	latch->domain = domain_on(m, access->context);
	for (i = 0; i < MASTERS; i++) {
		if (m->books.masters[i].claimed && has_port(i, access->unit, access->utlb)) {
			latch->culprits[i] = m->books.masters[i].id;
		}
	}
	note_selectors(m, latch);
}

void records_select(struct machine *m)
{
	uint32_t i;

	for (i = 0; i < records_kept(&m->records); i++) {
		if (m->records.latches[i].used && !m->records.latches[i].taken) {
			note_selectors(m, &m->records.latches[i]);
		}
	}
}

static struct latch *pending(struct machine *m, uint32_t context)
{
	uint32_t i;

	for (i = 0; i < records_kept(&m->records); i++) {
		struct latch *latch = &m->records.latches[i];

		if (latch->used && !latch->taken && latch->context == context) {
			return latch;
		}
	}
	return NULL;
}

void records_taken(struct machine *m, uint32_t context)
{
	struct latch *latch = pending(m, context);

	if (latch != NULL) {
		note_selectors(m, latch);
		latch->taken = true;
	}
}

/* ---- what the hook is given ---- */

/* The id of a master that is named; its memory must not have been given back. */
static uint32_t id_of(struct machine *m, const struct ipmmu_master_desc *desc)
{
	const struct bus_master *bus = NULL;
	int i;

	for (i = 0; i < MASTERS; i++) {
		bus = m->books.masters[i].bus;
		if (bus != NULL && &bus->desc == desc) {
			return bus->id;
		}
	}
	found(m, "give-back", "the fault hook is given a master that was removed");
}

void records_judge_names(struct machine *m, const struct ipmmu_fault *fault)
{
	const struct guest *guest = fault->cookie;
	uint32_t i;
	int d = 0;

	for (i = 0; i < fault->master_count && i < IPMMU_FAULT_MASTERS; i++) {
		(void)id_of(m, fault->masters[i]);
	}
	if (fault->domain == NULL) {
		return;
	}
	while (d < DOMAINS && m->books.domains[d].handle != fault->domain) {
		d++;
	}
	if (d == DOMAINS) {
		found(m, "give-back", "the fault hook is given a domain that was destroyed");
	}
	/* The host reads its own. */
	if (guest != m->books.domains[d].guest || guest->magic != MAGIC_ALIVE) {
		found(m, "give-back", "the fault hook is given another cookie than domain %d's",
		      d);
	}
}

static bool is_in(const uint32_t *ids, uint32_t count, uint32_t id)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (ids[i] == id) {
			return true;
		}
	}
	return false;
}

/* Each master that is named could have caused it. */
static bool names_suspects(struct machine *m, const struct latch *latch,
			   const struct ipmmu_fault *fault)
{
	uint32_t i;

	for (i = 0; i < fault->master_count && i < IPMMU_FAULT_MASTERS; i++) {
		if (!is_in(latch->selectors, latch->selector_count,
			   id_of(m, fault->masters[i]))) {
			return false;
		}
	}
	return true;
}

/*
 * Where others are named, the one who did it is. A record says itself that one may be missing.
 */
static bool names_culprit(struct machine *m, const struct latch *latch,
			  const struct ipmmu_fault *fault)
{
	uint32_t i;

	if (fault->master_count == 0 || fault->master_count > IPMMU_FAULT_MASTERS ||
	    fault->stale) {
		return true;
	}
	for (i = 0; i < fault->master_count; i++) {
		if (is_in(latch->culprits, MASTERS, id_of(m, fault->masters[i]))) {
			return true;
		}
	}
	return false;
}

static bool names_domain(const struct machine *m, const struct latch *latch,
			 const struct ipmmu_fault *fault)
{
	int d;

	for (d = 0; fault->domain != NULL && d < DOMAINS; d++) {
		if (m->books.domains[d].handle == fault->domain) {
			return m->books.domains[d].id == latch->domain;
		}
	}
	return true;
}

/* How well a record fits a fault; all of them have the same context and address. */
static const char *misfit(struct machine *m, const struct latch *latch,
			  const struct ipmmu_fault *fault)
{
	if (!names_domain(m, latch, fault)) {
		return "names a domain whose context it was not";
	}
	if (fault->masters_incomplete) {
		return NULL;
	}
	if (!names_suspects(m, latch, fault)) {
		return "names a master that was never there";
	}
	return names_culprit(m, latch, fault) ? NULL
					      : "names others, and not the master that did it";
}

/* A walk by software is that of the address, from the root of the domain's table on. */
static void judge_walk(struct machine *m, const struct ipmmu_fault *fault)
{
	uint32_t i;
	int d;

	for (i = 0; i < fault->walk_count; i++) {
		const struct ipmmu_pt_level *level = &fault->walk[i];

		if (level->level != i + 1 ||
		    level->index != ((fault->iova.v >> (39u - 9u * (i + 1))) & 511u)) {
			found(m, "fault", "level %u of the walk is of another address", i + 1);
		}
	}
	for (d = 0; fault->walk_count != 0 && d < DOMAINS; d++) {
		const struct domain *domain = &m->books.domains[d];

		if (domain->handle == fault->domain && domain->root != 0 &&
		    fault->walk[0].at.v - domain->root != fault->walk[0].index * 8u) {
			found(m, "fault", "the walk is of another table than domain %d's", d);
		}
	}
}

void records_judge(struct machine *m, const struct ipmmu_fault *fault)
{
	const char *why = "has no cause: no access failed there";
	uint32_t i;

	m->counts->faults++;
	records_judge_names(m, fault);
	judge_walk(m, fault);
	for (i = 0; i < records_kept(&m->records); i++) {
		const struct latch *latch = &m->records.latches[i];

		if (!latch->used || !latch->taken || latch->context != fault->context ||
		    latch->iova != fault->iova.v) {
			continue;
		}
		why = misfit(m, latch, fault);
		if (why == NULL) {
			return;
		}
	}
	if (!m->device.lied) {
		found(m, "fault", "the record of context %u, address %#llx %s", fault->context,
		      (unsigned long long)fault->iova.v, why);
	}
}
