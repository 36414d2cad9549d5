// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * moves.c - what can happen to a kit, as actions of a search.
 *
 * Does not judge: the kit does, at each register write and each return.
 */
#include "moves.h"
#include "explore.h"
#include "key.h"
#include "kit_cmocka.h"

#include <stdio.h>
#include <string.h>

enum {
	MOST_ACTIONS = 64,
	MOST_STATES = 1000000
};

/* What has happened is of no further interest; what waits is dealt with. */
static bool settle(struct kit *kit)
{
	if (model_irq(kit->model, 0)) {
		(void)kit_interrupt(kit, 0);
	}
	while (kit_service(kit, 8)) {
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

static bool act_attach(void *machine, int master, int domain)
{
	if (!here(machine, master, domain)) {
		return false;
	}
	(void)kit_attach(machine, master, domain, NULL);
	return settle(machine);
}

static bool act_move(void *machine, int master, int domain)
{
	struct kit *kit = machine;

	if (!here(kit, master, domain) || kit->masters[master].in == KIT_NONE) {
		return false; /* out of deny it is the same as an attach */
	}
	(void)kit_move(kit, master, domain, NULL);
	return settle(kit);
}

static bool act_move_loose(void *machine, int master, int domain)
{
	struct kit *kit = machine;

	if (!here(kit, master, domain) || kit->masters[master].in == KIT_NONE) {
		return false;
	}
	kit->config.quiesce = false;
	(void)kit_move(kit, master, domain, NULL);
	kit->config.quiesce = true;
	return settle(kit);
}

static bool act_detach(void *machine, int master, int unused)
{
	(void)unused;
	if (!here(machine, master, KIT_NONE)) {
		return false;
	}
	(void)kit_detach(machine, master, NULL);
	return settle(machine);
}

static bool act_flush(void *machine, int domain, int unused)
{
	(void)unused;
	if (!here(machine, KIT_NONE, domain)) {
		return false;
	}
	(void)kit_flush(machine, domain);
	return settle(machine);
}

static bool act_retry(void *machine, int domain, int unused)
{
	(void)unused;
	if (!here(machine, KIT_NONE, domain)) {
		return false;
	}
	(void)kit_retry(machine, domain);
	return settle(machine);
}

static bool act_reserve(void *machine, int domain, int unused)
{
	(void)unused;
	if (!here(machine, KIT_NONE, domain)) {
		return false;
	}
	(void)kit_reserve(machine, domain);
	return settle(machine);
}

static bool act_unreserve(void *machine, int domain, int unused)
{
	(void)unused;
	if (!here(machine, KIT_NONE, domain)) {
		return false;
	}
	(void)kit_unreserve(machine, domain);
	return settle(machine);
}

static bool act_page(void *machine, int domain, int unused)
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
	return settle(kit);
}

/* Of a table of the domain's own: with its flush, which may fail. */
static bool act_own_page(void *machine, int domain, int page)
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
	return settle(kit);
}

static bool act_protect(void *machine, int domain, int write)
{
	struct kit *kit = machine;

	if (!here(kit, KIT_NONE, domain)) {
		return false;
	}
	if (kit->domains[domain].pages[0].state == KIT_PAGE_MAPPED) {
		(void)kit_try_protect(kit, domain, 0, write != 0);
	}
	return settle(kit);
}

static bool act_access(void *machine, int master, int unused)
{
	struct kit *kit = machine;

	(void)unused;
	(void)kit_dma(kit, master, kit_iova(0, 0), true);
	kit_check(kit);
	return settle(kit);
}

static bool act_add(void *machine, int master, int unused)
{
	struct kit *kit = machine;

	(void)unused;
	if (here(kit, master, KIT_NONE)) {
		return false;
	}
	(void)kit_add(kit, master);
	return settle(kit);
}

static bool act_remove(void *machine, int master, int unused)
{
	struct kit *kit = machine;

	(void)unused;
	if (!here(kit, master, KIT_NONE)) {
		return false;
	}
	(void)kit_remove(kit, master);
	return settle(kit);
}

static void begin(struct kit *kit, int domain)
{
	assert_int_equal(kit_domain_new(kit, domain), IPMMU_OK);
	kit_map(kit, domain, 0, true);
	kit_map(kit, domain, 1, false);
}

static bool act_begin(void *machine, int domain, int unused)
{
	(void)unused;
	if (here(machine, KIT_NONE, domain)) {
		return false;
	}
	begin(machine, domain);
	return settle(machine);
}

static bool act_end(void *machine, int domain, int unused)
{
	(void)unused;
	if (!here(machine, KIT_NONE, domain)) {
		return false;
	}
	(void)kit_domain_end(machine, domain);
	return settle(machine);
}

static bool act_stuck(void *machine, int unit, int stuck)
{
	struct kit *kit = machine;
	uint64_t before = model_digest(kit->model);

	model_set_stuck(kit->model, (uint32_t)unit, MODEL_NONE, stuck != 0);
	return model_digest(kit->model) != before;
}

static bool act_time(void *machine, int us, int unused)
{
	struct kit *kit = machine;

	(void)unused;
	model_tick(kit->model, (uint32_t)us);
	kit_check(kit);
	return settle(kit);
}

/** struct actions - a list under construction, with room for the names. */
struct actions {
	struct explore_action list[MOST_ACTIONS];
	char names[MOST_ACTIONS][48];
	uint32_t count;
};

static struct actions actions;

static void add(bool (*run)(void *, int, int), int a, int b, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void add(bool (*run)(void *, int, int), int a, int b, const char *format, ...)
{
	struct explore_action *action = &actions.list[actions.count];
	char *name = actions.names[actions.count];
	va_list args;

	assert_true(actions.count < MOST_ACTIONS);
	va_start(args, format);
	(void)vsnprintf(name, sizeof(actions.names[0]), format, args);
	va_end(args);
	action->name = name;
	action->run = run;
	action->a = a;
	action->b = b;
	actions.count++;
}

static void add_for_master(const struct space *space, int master)
{
	int d;

	for (d = 0; d < (int)space->domains; d++) {
		add(act_attach, master, d, "attach master %d to domain %d", master, d);
		add(act_move, master, d, "move master %d to domain %d", master, d);
		if (space->failing_quiesce) {
			add(act_move_loose, master, d, "move master %d to %d, not quiesced",
			    master, d);
		}
	}
	add(act_detach, master, 0, "detach master %d", master);
	if (space->claims) {
		add(act_add, master, 0, "claim master %d", master);
		add(act_remove, master, 0, "give up master %d", master);
	}
	if (space->accesses) {
		add(act_access, master, 0, "access by master %d", master);
	}
}

static void add_for_domain(const struct space *space, int domain)
{
	add(act_flush, domain, 0, "flush domain %d", domain);
	add(act_retry, domain, 0, "retry domain %d", domain);
	if (space->reserve) {
		add(act_reserve, domain, 0, "reserve domain %d", domain);
		add(act_unreserve, domain, 0, "unreserve domain %d", domain);
	}
	if (space->lives) {
		add(act_begin, domain, 0, "create domain %d", domain);
		add(act_end, domain, 0, "destroy domain %d", domain);
	}
	if (space->pages) {
		add(act_page, domain, 0, "map or unmap in domain %d", domain);
	}
	if (space->owned) {
		add(act_own_page, domain, 0, "map or unmap page 0 of domain %d", domain);
		add(act_own_page, domain, 1, "map or unmap page 1 of domain %d", domain);
		add(act_protect, domain, 0, "page 0 of domain %d is read only", domain);
		add(act_protect, domain, 1, "page 0 of domain %d can be written", domain);
	}
}

static void list_actions(const struct space *space)
{
	int i;

	memset(&actions, 0, sizeof(actions));
	for (i = 0; i < KIT_MASTERS; i++) {
		if ((space->masters & (1u << i)) != 0) {
			add_for_master(space, i);
		}
	}
	for (i = 0; i < (int)space->domains; i++) {
		add_for_domain(space, i);
	}
	for (i = 0; i <= (int)space->caches; i++) {
		if ((space->stuck & (1u << i)) != 0) {
			add(act_stuck, i, 1, "flushes of unit %d get stuck", i);
			add(act_stuck, i, 0, "flushes of unit %d come loose", i);
		}
	}
	add(act_time, 10, 0, "time passes");
}

static struct kit *start(const struct space *space)
{
	struct kit_config config = kit_config();
	struct kit *kit;
	int i;

	config.generation = space->generation;
	config.mode = space->mode;
	config.caches = space->caches;
	config.options.flush_timeout_us = 4;
	config.table_pages = 16;
	config.model.accesses = 0;
	config.owned = space->owned;
	config.wish.replace = IPMMU_PT_BREAK_BEFORE_MAKE;
	kit = kit_new(&config);
	kit_start(kit);
	for (i = 0; i < (int)space->domains; i++) {
		begin(kit, i);
	}
	for (i = 0; i < KIT_MASTERS; i++) {
		if ((space->masters & (1u << i)) != 0) {
			assert_int_equal(kit_add(kit, i), IPMMU_OK);
		}
	}
	(void)settle(kit);
	return kit;
}

void moves_search(void **state, const struct space *space)
{
	struct kit *kit = start(space);
	struct explore_plan plan = {.machine = kit,
				    .size = kit->size,
				    .key = explore_kit_key,
				    .actions = actions.list,
				    .most_states = MOST_STATES};
	struct explore_counts counts;

	list_actions(space);
	plan.action_count = actions.count;
	*state = explore_new(&plan);
	counts = explore_run(*state);
	explore_free(*state);
	*state = NULL;
	kit_free(kit);
	explore_expect(space->name, &counts);
}

/* A search that has ended has taken itself out of *state. */
int moves_tell_path(void **state)
{
	if (*state != NULL) {
		explore_tell_path(*state);
	}
	return 0;
}
