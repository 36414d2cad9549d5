// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * acts.c - one thing that can happen to a kit each, as an action of a search.
 *
 * Each is false, and changes nothing, where what it needs does not exist. None of them judges:
 * the kit does, at each register write and each return.
 */
#include "acts.h"

#include <string.h>

#include "kit_cmocka.h"

enum {
	CALM_US = 10000000 /* all tokens are back by then */
};

/* What has happened is of no further interest; what waits is dealt with. */
bool act_settle(struct kit *kit)
{
	if (model_irq(kit->model, 0)) {
		(void)kit_interrupt(kit, 0);
	}
	while (kit_service(kit, 8)) {
	}
	if (kit->depth != 0) {
		return true; /* another call is under way, and wants to know */
	}
	if (!kit->dead_clock) {
		/* No storm comes of faults that are far apart. */
		kit->clock_ahead_us += CALM_US;
	}
	kit_forget(kit);
	memset(kit->events, 0, sizeof(kit->events));
	memset(kit->faults, 0, sizeof(kit->faults));
	return true;
}

static bool here(const struct kit *kit, int master, int domain)
{
	return (master == KIT_NONE || kit->masters[master].master != NULL) &&
	       (domain == KIT_NONE || kit->domains[domain].domain != NULL);
}

bool act_attach(void *machine, int master, int domain)
{
	if (!here(machine, master, domain)) {
		return false;
	}
	(void)kit_attach(machine, master, domain, NULL);
	return act_settle(machine);
}

bool act_move(void *machine, int master, int domain)
{
	struct kit *kit = machine;

	if (!here(kit, master, domain) || kit->masters[master].in == KIT_NONE) {
		return false; /* out of deny it is the same as an attach */
	}
	(void)kit_move(kit, master, domain, NULL);
	return act_settle(kit);
}

bool act_move_loose(void *machine, int master, int domain)
{
	struct kit *kit = machine;

	if (!here(kit, master, domain) || kit->masters[master].in == KIT_NONE) {
		return false;
	}
	kit->config.quiesce = false;
	(void)kit_move(kit, master, domain, NULL);
	kit->config.quiesce = true;
	return act_settle(kit);
}

bool act_detach(void *machine, int master, int unused)
{
	(void)unused;
	if (!here(machine, master, KIT_NONE)) {
		return false;
	}
	(void)kit_detach(machine, master, NULL);
	return act_settle(machine);
}

bool act_flush(void *machine, int domain, int unused)
{
	(void)unused;
	if (!here(machine, KIT_NONE, domain)) {
		return false;
	}
	(void)kit_flush(machine, domain);
	return act_settle(machine);
}

bool act_retry(void *machine, int domain, int unused)
{
	(void)unused;
	if (!here(machine, KIT_NONE, domain)) {
		return false;
	}
	(void)kit_retry(machine, domain);
	return act_settle(machine);
}

bool act_abandon(void *machine, int domain, int unused)
{
	(void)unused;
	if (!here(machine, KIT_NONE, domain)) {
		return false;
	}
	(void)kit_abandon(machine, domain);
	return act_settle(machine);
}

bool act_context_retry(void *machine, int context, int unused)
{
	(void)unused;
	(void)kit_context_retry(machine, (uint32_t)context);
	return act_settle(machine);
}

bool act_system_retry(void *machine, int unused, int unused_too)
{
	(void)unused;
	(void)unused_too;
	(void)kit_system_retry(machine);
	return act_settle(machine);
}

bool act_master_flush(void *machine, int master, int unused)
{
	(void)unused;
	if (!here(machine, master, KIT_NONE)) {
		return false;
	}
	(void)kit_master_flush(machine, master);
	return act_settle(machine);
}

bool act_reserve(void *machine, int domain, int unused)
{
	(void)unused;
	if (!here(machine, KIT_NONE, domain)) {
		return false;
	}
	(void)kit_reserve(machine, domain);
	return act_settle(machine);
}

bool act_unreserve(void *machine, int domain, int unused)
{
	(void)unused;
	if (!here(machine, KIT_NONE, domain)) {
		return false;
	}
	(void)kit_unreserve(machine, domain);
	return act_settle(machine);
}

bool act_page(void *machine, int domain, int unused)
{
	struct kit *kit = machine;

	(void)unused;
	if (!here(kit, KIT_NONE, domain)) {
		return false;
	}
	if (kit->domains[domain].pages[0].state == KIT_PAGE_MAPPED) {
		kit_unmap(kit, domain, 0);
	} else {
		kit_map(kit, domain, 0, true);
	}
	return act_settle(kit);
}

/* Of a table of the domain's own: with its flush, which may fail. */
bool act_own_page(void *machine, int domain, int page)
{
	struct kit *kit = machine;

	if (!here(kit, KIT_NONE, domain)) {
		return false;
	}
	if (kit->domains[domain].pages[page].state == KIT_PAGE_MAPPED) {
		(void)kit_try_unmap(kit, domain, page);
	} else {
		(void)kit_try_map(kit, domain, page, true);
	}
	return act_settle(kit);
}

bool act_protect(void *machine, int domain, int write)
{
	struct kit *kit = machine;

	if (!here(kit, KIT_NONE, domain)) {
		return false;
	}
	if (kit->domains[domain].pages[0].state == KIT_PAGE_MAPPED) {
		(void)kit_try_protect(kit, domain, 0, write != 0);
	}
	return act_settle(kit);
}

static bool access_page(struct kit *kit, int master, int page)
{
	(void)kit_dma(kit, master, kit_iova(0, page), true);
	kit_check(kit);
	return act_settle(kit);
}

bool act_access(void *machine, int master, int unused)
{
	(void)unused;
	return access_page(machine, master, 0);
}

bool act_fault(void *machine, int master, int unused)
{
	(void)unused;
	return access_page(machine, master, KIT_PAGES - 1);
}

bool act_depart(void *machine, int master, int unused)
{
	struct kit *kit = machine;
	bool departs;

	(void)unused;
	if (kit->masters[master].under_way != 0 || kit->masters[master].in == KIT_NONE) {
		return false;
	}
	departs = kit_begin(kit, master, kit_iova(0, 0), true);
	kit_check(kit);
	(void)act_settle(kit);
	return departs;
}

bool act_land(void *machine, int master, int unused)
{
	struct kit *kit = machine;
	struct model_access access;

	(void)unused;
	if (kit->masters[master].under_way == 0) {
		return false;
	}
	kit_check(kit);
	(void)kit_end(kit, master, &access);
	return act_settle(kit);
}

bool act_add(void *machine, int master, int unused)
{
	struct kit *kit = machine;

	(void)unused;
	if (here(kit, master, KIT_NONE)) {
		return false;
	}
	(void)kit_add(kit, master);
	return act_settle(kit);
}

bool act_remove(void *machine, int master, int unused)
{
	struct kit *kit = machine;

	(void)unused;
	if (!here(kit, master, KIT_NONE)) {
		return false;
	}
	(void)kit_remove(kit, master);
	return act_settle(kit);
}

void act_begin_domain(struct kit *kit, int domain)
{
	assert_int_equal(kit_domain_new(kit, domain), IPMMU_OK);
	kit_map(kit, domain, 0, true);
	kit_map(kit, domain, 1, false);
}

bool act_begin(void *machine, int domain, int unused)
{
	const struct kit *kit = machine;

	(void)unused;
	if (here(kit, KIT_NONE, domain) || kit->domains[domain].abandoned) {
		return false;
	}
	act_begin_domain(machine, domain);
	return act_settle(machine);
}

bool act_end(void *machine, int domain, int unused)
{
	(void)unused;
	if (!here(machine, KIT_NONE, domain)) {
		return false;
	}
	(void)kit_domain_end(machine, domain);
	return act_settle(machine);
}

bool act_stuck(void *machine, int unit, int stuck)
{
	struct kit *kit = machine;
	uint64_t before = model_digest(kit->model);

	model_set_stuck(kit->model, (uint32_t)unit, MODEL_NONE, stuck != 0);
	return model_digest(kit->model) != before;
}

bool act_time(void *machine, int us, int unused)
{
	struct kit *kit = machine;

	(void)unused;
	model_tick(kit->model, (uint32_t)us);
	kit_check(kit);
	return act_settle(kit);
}

bool act_wait(void *machine, int us, int unused)
{
	struct kit *kit = machine;

	(void)unused;
	kit->clock_ahead_us += (uint32_t)us;
	return act_settle(kit);
}
