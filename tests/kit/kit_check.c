// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * kit_check.c - the hardware against the books: what masters can reach, and through what.
 */
#include "kit.h"

#include <stdio.h>
#include <string.h>

#include "kit_cmocka.h"

/* Offsets typed from what is known of the hardware, not taken from the library. */
enum {
	IMTTLBR0_OFFSET = 0x10,
	IMTTUBR0_OFFSET = 0x14,
	IMCTR_FLUSH = 2,
	IMCTR_INTEN = 4,
	TIMEOUT_US = 1000, /**< when the options name none */
	ALL_DOMAINS = (1 << KIT_DOMAINS) - 1
};

void kit_found(struct kit *kit, const char *checker, const char *format, ...)
{
	char text[200];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (kit->expect != NULL && strcmp(kit->expect, checker) == 0) {
		kit->found++;
		return;
	}
	kit->watching = false;
	print_error("CHECKER %s: %s\n", checker, text);
	fail();
}

/** struct port_view - one uTLB, who has it and where they may be. */
struct port_view {
	struct kit *kit;
	uint32_t unit;
	uint32_t utlb;
	uint32_t domains; /**< set: domains whose pages may be reached, through any of its
			     masters */
	uint32_t agreed;  /**< set: domains where each of its masters that is in one may be */
	bool claimed;
	bool unverified;
};

static uint32_t domain_bit(const struct kit *kit, int domain)
{
	if (domain == KIT_NONE || kit->domains[domain].quarantined) {
		return 0;
	}
	return 1u << domain;
}

static void view_master(struct port_view *view, const struct kit_master *master)
{
	uint32_t domains =
		domain_bit(view->kit, master->in) | domain_bit(view->kit, master->going);
	uint32_t p;

	for (p = 0; p < master->desc.port_count; p++) {
		if (master->ports[p].mmu != view->unit || master->ports[p].utlb != view->utlb) {
			continue;
		}
		view->unverified = view->unverified || master->unverified;
		if (master->master != NULL) {
			view->claimed = true;
			view->domains |= domains;
			view->agreed &= master->in == KIT_NONE ? ALL_DOMAINS : domains;
		}
	}
}

static struct port_view view_port(struct kit *kit, const struct ipmmu_port *port)
{
	struct port_view view = {
		.kit = kit, .unit = port->mmu, .utlb = port->utlb, .agreed = ALL_DOMAINS};
	int i;

	for (i = 0; i < KIT_MASTERS; i++) {
		view_master(&view, &kit->masters[i]);
	}
	return view;
}

static bool page_allows(const struct kit_domain *domain, const struct model_reach *reach)
{
	int i;

	for (i = 0; i < KIT_PAGES; i++) {
		const struct kit_page *page = &domain->pages[i];

		bool there = page->pa == reach->pa ||
			     (page->old_pa != 0 && page->old_pa == reach->pa);

		if (page->state != KIT_PAGE_NONE && there && page->iova == reach->iova &&
		    reach->size == IPMMU_PAGE_SIZE && (page->write || !reach->write)) {
			return true;
		}
	}
	return false;
}

/* What is under way into a domain in quarantine may still land: its pages are kept. */
static bool allowed(const struct port_view *view, const struct model_reach *reach)
{
	int d;

	for (d = 0; d < KIT_DOMAINS; d++) {
		bool held =
			reach->via == MODEL_VIA_UNDER_WAY && view->kit->domains[d].quarantined;

		if ((held || (view->domains & (1u << d)) != 0) &&
		    page_allows(&view->kit->domains[d], reach)) {
			return true;
		}
	}
	return false;
}

static bool check_reach(void *arg, const struct model_reach *reach)
{
	const struct port_view *view = arg;
	struct kit *kit = view->kit;

	if (reach->via == MODEL_VIA_BYPASS) {
		if (!kit->config.options.consent_bypass) {
			kit_found(kit, "I2", "uTLB %u of %s is in bypass", view->utlb,
				  kit->mmus[view->unit].name);
		}
		return false;
	}
	if (allowed(view, reach)) {
		return true;
	}
	kit_found(kit, "I1", "uTLB %u of %s reaches %llx by %llx (via %d, context %u)",
		  view->utlb, kit->mmus[view->unit].name, (unsigned long long)reach->pa,
		  (unsigned long long)reach->iova, (int)reach->via, reach->context);
	return false;
}

void kit_landed(void *arg, const struct model_access *access)
{
	struct kit *kit = arg;
	const struct ipmmu_port port = {.mmu = (uint16_t)access->unit,
					.utlb = (uint16_t)access->utlb};
	struct port_view view = view_port(kit, &port);
	const struct model_reach reach = {.via = MODEL_VIA_UNDER_WAY,
					  .unit = access->unit,
					  .utlb = access->utlb,
					  .context = access->context,
					  .iova = access->iova & ~0xfffull,
					  .pa = access->pa & ~0xfffull,
					  .size = IPMMU_PAGE_SIZE,
					  .read = !access->write,
					  .write = access->write};

	if (kit->watching && view.claimed && !view.unverified) {
		(void)check_reach(&view, &reach);
	}
}

static uint64_t context_table(const struct kit *kit, uint32_t n)
{
	enum model_generation generation = (enum model_generation)kit->config.generation;
	uint32_t low =
		model_peek(kit->model, 0, model_context_offset(generation, n, IMTTLBR0_OFFSET));
	uint32_t high =
		model_peek(kit->model, 0, model_context_offset(generation, n, IMTTUBR0_OFFSET));

	return ((uint64_t)(high & 0xffu) << 32) | (low & 0xfffff000u);
}

int kit_selected(const struct kit *kit, uint32_t unit, uint32_t utlb)
{
	enum model_generation generation = (enum model_generation)kit->config.generation;
	uint32_t imuctr =
		model_peek(kit->model, unit, model_utlb_offset(generation, utlb, false));
	uint32_t n = (imuctr >> 4) & (generation == MODEL_GEN4 ? 0x1fu : 0xfu);
	int d;

	if ((imuctr & 1u) == 0 || n >= kit->soc.contexts) {
		return KIT_NONE;
	}
	for (d = 0; d < KIT_DOMAINS; d++) {
		if (kit->domains[d].table.root != 0 &&
		    kit->domains[d].table.root == context_table(kit, n)) {
			return d;
		}
	}
	return KIT_NONE;
}

/* A uTLB that selects a context whose table is a domain's must belong to that domain. */
static void check_selection(const struct port_view *view)
{
	struct kit *kit = view->kit;
	int d = kit_selected(kit, view->unit, view->utlb);

	if (d != KIT_NONE && (view->domains & view->agreed & (1u << d)) == 0 &&
	    !kit->config.options.consent_bypass) {
		kit_found(kit, "I2", "uTLB %u of %s selects the context of domain %d",
			  view->utlb, kit->mmus[view->unit].name, d);
	}
}

static const struct kit_imctr *imctr_at(const struct kit *kit, uint32_t unit, uint32_t offset)
{
	enum model_generation generation = (enum model_generation)kit->config.generation;
	uint32_t n;

	for (n = 0; n < kit->soc.contexts; n++) {
		if (model_context_offset(generation, n, 0) == offset) {
			return &kit->imctrs[unit][n];
		}
	}
	return NULL;
}

/*
 * A context may be masked over a flush that has not ended in twice the time-out: a host must
 * get rid of the interrupt of one that is stuck. Nothing else may be written there.
 */
static bool is_mask_of_overdue(const struct kit *kit, const struct model_violation *violation)
{
	const struct kit_imctr *imctr = imctr_at(kit, violation->unit, violation->offset);
	uint32_t limit = kit->config.options.flush_timeout_us;

	limit = limit != 0 ? limit : TIMEOUT_US;
	return violation->kind == MODEL_VIOLATION_FLUSH_IN_FLIGHT && imctr != NULL &&
	       (imctr->is & IMCTR_INTEN) == 0 &&
	       ((imctr->was ^ imctr->is) & ~(uint32_t)(IMCTR_INTEN | IMCTR_FLUSH)) == 0 &&
	       imctr->is_us - imctr->was_us > 2ull * limit;
}

static void check_violations(struct kit *kit)
{
	struct model_violation violation;
	uint32_t i;

	memset(&violation, 0, sizeof(violation));
	for (i = 0; model_violation_get(kit->model, i, &violation); i++) {
		if (!is_mask_of_overdue(kit, &violation)) {
			break;
		}
	}
	if (i >= model_violation_count(kit->model)) {
		if (i != 0) {
			model_violation_clear(kit->model);
		}
		return;
	}
	model_violation_clear(kit->model);
	kit_found(kit, "model", "%s: unit %u offset %#x value %#x",
		  model_violation_name(violation.kind), violation.unit, violation.offset,
		  violation.value);
}

void kit_check(struct kit *kit)
{
	int i;

	if (!kit->watching) {
		return;
	}
	check_violations(kit);
	for (i = 0; i < KIT_MASTERS; i++) {
		uint32_t p;

		for (p = 0; p < kit->masters[i].desc.port_count; p++) {
			struct port_view view = view_port(kit, &kit->masters[i].ports[p]);

			if (view.claimed && !view.unverified) {
				check_selection(&view);
				(void)model_reach(kit->model, view.unit, view.utlb, check_reach,
						  &view);
			}
		}
	}
}

/** struct freed - pages that are about to go back. */
struct freed {
	struct kit *kit;
	uint64_t pa;
	uint64_t size;
};

static bool check_freed(void *arg, uint32_t context, uint64_t pa)
{
	const struct freed *freed = arg;

	if (pa >= freed->pa && pa < freed->pa + freed->size) {
		kit_found(freed->kit, "I3",
			  "the walker of context %u can read a freed table at %llx", context,
			  (unsigned long long)pa);
		return false;
	}
	return true;
}

void kit_freed(struct kit *kit, uint64_t pa, uint32_t pages)
{
	struct freed freed = {kit, pa, (uint64_t)pages * IPMMU_PAGE_SIZE};

	if (kit->watching) {
		(void)model_table_reach(kit->model, 0, check_freed, &freed);
	}
}
