// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * judge.c - what masters are on and can reach, against the books.
 */
#include "judge.h"

#include <string.h>

#include "machine.h"

/* Typed from what is known of the hardware, not taken from the library. */
enum {
	IMTTLBR0_OFFSET = 0x10,
	IMTTUBR0_OFFSET = 0x14,
	BANK_BYTES = 0x40,
	MMUEN = 1,
	INTEN = 4
};

/** struct view - one uTLB, and which claimed masters have it. */
struct view {
	struct machine *m;
	uint32_t unit;
	uint32_t utlb;
	uint32_t masters; /* set */
};

static uint32_t context_word(const struct machine *m, uint32_t unit, uint32_t context,
			     uint32_t offset)
{
	return model_peek(m->model, unit, model_context_offset(MODEL_GEN3, context, offset));
}

uint64_t judge_table_of(const struct machine *m, uint32_t context)
{
	uint32_t high = context_word(m, 0, context, IMTTUBR0_OFFSET);

	return ((uint64_t)(high & 0xffu) << 32) |
	       (context_word(m, 0, context, IMTTLBR0_OFFSET) & 0xfffff000u);
}

uint64_t judge_root_of(const struct machine *m, uint32_t context)
{
	bool on = (context_word(m, 0, context, 0) & MMUEN) != 0;

	return on ? judge_table_of(m, context) : 0;
}

uint32_t judge_selected(const struct machine *m, uint32_t unit, uint32_t utlb)
{
	uint32_t imuctr =
		model_peek(m->model, unit, model_utlb_offset(MODEL_GEN3, utlb, false));

	return (imuctr & MMUEN) != 0 ? (imuctr >> 4) & 0xfu : MODEL_NONE;
}

/* Each uTLB that a claimed master has, once. */
static uint32_t list_views(struct machine *m, struct view *views)
{
	uint32_t count = 0;
	int i;

	for (i = 0; i < MASTERS; i++) {
		uint32_t p;

		for (p = 0; m->books.masters[i].claimed && p < machine_port_count(i); p++) {
			struct ipmmu_port port = machine_port(i, p);
			uint32_t v = 0;

			while (v < count &&
			       (views[v].unit != port.mmu || views[v].utlb != port.utlb)) {
				v++;
			}
			if (v == count) {
				views[count++] = (struct view){m, port.mmu, port.utlb, 0};
			}
			views[v].masters |= 1u << (uint32_t)i;
		}
	}
	return count;
}

static bool may_be_in(const struct view *view, uint32_t domain_id)
{
	int i;

	for (i = 0; i < MASTERS; i++) {
		if ((view->masters & (1u << (uint32_t)i)) != 0 &&
		    books_may_be_in(&view->m->books, i, domain_id)) {
			return true;
		}
	}
	return false;
}

static const char *master_of(const struct view *view)
{
	int i;

	for (i = 0; i < MASTERS; i++) {
		if ((view->masters & (1u << (uint32_t)i)) != 0) {
			return machine_master_name(i);
		}
	}
	return "nobody";
}

/* ---- bypass ---- */

static void judge_owner(const struct view *view, uint32_t context)
{
	struct machine *m = view->m;
	uint64_t root = judge_root_of(m, context);
	int i;

	for (i = 0; i < DOMAINS; i++) {
		const struct domain *domain = &m->books.domains[i];

		if (domain->life != LIFE_NONE && domain->root == root &&
		    !may_be_in(view, domain->id)) {
			found(m, "bypass", "%s is on context %u, which is domain %d's",
			      master_of(view), context, i);
		}
	}
}

static void judge_view(const struct view *view)
{
	struct machine *m = view->m;
	uint32_t context = judge_selected(m, view->unit, view->utlb);

	if (m->device.lying[view->unit][view->utlb]) {
		return;
	}
	if (context == MODEL_NONE || context >= m->soc.contexts) {
		found(m, "bypass", "uTLB %u of %s, which %s has, is off", view->utlb,
		      m->mmus[view->unit].name, master_of(view));
	}
	if (judge_root_of(m, context) == 0 ||
	    (context_word(m, view->unit, context, 0) & MMUEN) == 0) {
		found(m, "bypass", "%s is on context %u, which is off in %s", master_of(view),
		      context,
		      judge_root_of(m, context) == 0 ? m->mmus[0].name
						     : m->mmus[view->unit].name);
	}
	if (m->device.quarantined[context]) {
		found(m, "bypass", "%s is on context %u, which is in quarantine",
		      master_of(view), context);
	}
	judge_owner(view, context);
}

void judge_select(struct machine *m)
{
	struct view views[MASTERS * PORTS];
	uint32_t count = list_views(m, views);
	uint32_t i;

	for (i = 0; i < count; i++) {
		judge_view(&views[i]);
	}
}

/* ---- reach ---- */

static const char *via_text(enum model_via via)
{
	static const char *const texts[] = {"", "its table", "a uTLB", "a TLB",
					    "an access under way"};

	return texts[via];
}

static void __attribute__((noreturn))
tell_reach(const struct view *view, const struct model_reach *reach, const char *what)
{
	found(view->m, "reach", "%s reaches %#llx by %#llx%s, %s (%s)", master_of(view),
	      (unsigned long long)reach->pa, (unsigned long long)reach->iova,
	      reach->write ? " for writing" : "", what, via_text(reach->via));
}

static void judge_stretch(const struct view *view, const struct model_reach *reach)
{
	struct machine *m = view->m;
	int domain = -1;
	const struct page *page = books_page_at(&m->books, reach->pa, &domain);
	const struct domain *book = domain < 0 ? NULL : &m->books.domains[domain];
	bool held;

	if (page == NULL) {
		tell_reach(view, reach, "which is mapped no more");
	}
	if (reach->size != IPMMU_PAGE_SIZE || reach->iova != machine_iova(m, page->place) ||
	    (reach->write && !page->write)) {
		tell_reach(view, reach, "as it is not mapped");
	}
	/* What was under way into a domain in quarantine may land: its pages are kept. */
	held = reach->via == MODEL_VIA_UNDER_WAY && book->was_quarantined;
	if (!held && !may_be_in(view, book->id)) {
		tell_reach(view, reach, "a page of a domain where it is not");
	}
}

static bool judge_one(void *arg, const struct model_reach *reach)
{
	const struct view *view = arg;

	if (reach->via == MODEL_VIA_BYPASS) {
		found(view->m, "bypass", "%s is not translated: uTLB %u of %s", master_of(view),
		      view->utlb, view->m->mmus[view->unit].name);
	}
	judge_stretch(view, reach);
	return true;
}

void judge_all(struct machine *m)
{
	struct view views[MASTERS * PORTS];
	uint32_t count = list_views(m, views);
	uint32_t i;

	for (i = 0; i < count; i++) {
		judge_view(&views[i]);
		if (!m->device.lying[views[i].unit][views[i].utlb]) {
			(void)model_reach(m->model, views[i].unit, views[i].utlb, judge_one,
					  &views[i]);
		}
	}
}

void judge_reach(struct machine *m)
{
	if (m->config.judge_each_step) {
		/* The TLBs take in what they can before they are looked into. */
		model_tick(m->model, 0);
		judge_all(m);
	} else {
		judge_select(m);
	}
}

void judge_landed(struct machine *m, const struct model_access *access)
{
	struct view views[MASTERS * PORTS];
	uint32_t count = list_views(m, views);
	const struct model_reach reach = {
		.via = access->bypass ? MODEL_VIA_BYPASS : MODEL_VIA_UNDER_WAY,
		.unit = access->unit,
		.utlb = access->utlb,
		.context = access->context,
		.iova = access->iova & ~0xfffull,
		.pa = access->pa & ~0xfffull,
		.size = IPMMU_PAGE_SIZE,
		.read = !access->write,
		.write = access->write,
	};
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (views[i].unit == access->unit && views[i].utlb == access->utlb &&
		    !m->device.lying[access->unit][access->utlb]) {
			(void)judge_one(&views[i], &reach);
		}
	}
}

void judge_job(struct machine *m, int master, uint64_t pa)
{
	uint32_t job = m->books.masters[master].job;
	int domain = -1;

	if (job != 0 && books_page_at(&m->books, pa, &domain) != NULL &&
	    m->books.domains[domain].id != job) {
		found(m, "job",
		      "what %s was told to do for the domain with id %u lands at %#llx of "
		      "domain %d",
		      machine_master_name(master), job, (unsigned long long)pa, domain);
	}
}

/* ---- what masters may expect ---- */

/** struct wanted - a page that must be reachable. */
struct wanted {
	uint64_t iova;
	uint64_t pa;
};

static bool is_other(void *arg, const struct model_reach *reach)
{
	const struct wanted *wanted = arg;

	return reach->iova != wanted->iova || reach->pa != wanted->pa;
}

bool judge_reaches(struct machine *m, int master, uint64_t iova, uint64_t pa)
{
	struct ipmmu_port port = machine_port(master, 0);
	struct wanted wanted = {iova, pa};

	return !model_reach(m->model, port.mmu, port.utlb, is_other, &wanted);
}

bool judge_is_on(const struct machine *m, int master, uint64_t root)
{
	uint32_t p;

	for (p = 0; p < machine_port_count(master); p++) {
		struct ipmmu_port port = machine_port(master, p);
		uint32_t context = judge_selected(m, port.mmu, port.utlb);

		if (context == MODEL_NONE || judge_root_of(m, context) != root) {
			return false;
		}
	}
	return true;
}

/*
 * A flush that has been given up may run for ever. The interrupt is masked all the same after
 * two time-outs: the host must get rid of it.
 */
static bool is_late_mask(const struct machine *m, const struct model_violation *violation)
{
	const struct device *device = &m->device;
	uint32_t context = violation->offset / BANK_BYTES;

	return violation->kind == MODEL_VIOLATION_FLUSH_IN_FLIGHT &&
	       context < m->soc.contexts && (violation->value & INTEN) == 0 &&
	       machine_now(m) - device->flight_since[violation->unit][context] +
			       m->config.clock_step_us >=
		       2 * machine_timeout(m);
}

void judge_model(struct machine *m)
{
	struct model_violation violation;

	if (model_violation_count(m->model) == 0) {
		return;
	}
	memset(&violation, 0, sizeof(violation));
	(void)model_violation_get(m->model, 0, &violation);
	model_violation_clear(m->model);
	if (violation.kind != MODEL_VIOLATION_TLB_FULL && !is_late_mask(m, &violation)) {
		found(m, "model", "%s: %s; %s offset %#x value %#x",
		      model_violation_name(violation.kind),
		      model_violation_text(violation.kind),
		      violation.unit < UNITS ? m->mmus[violation.unit].name : "?",
		      violation.offset, violation.value);
	}
}
