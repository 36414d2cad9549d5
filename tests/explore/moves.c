// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * moves.c - state spaces of a kit: the machine that a search starts from, and the list of what
 * can happen to it.
 */
#include "moves.h"
#include "acts.h"
#include "explore.h"
#include "key.h"
#include "kit_cmocka.h"

#include <stdio.h>
#include <string.h>

enum {
	MOST_ACTIONS = 1024,
	MOST_STATES = 1000000,
	KEPT_CONTEXT = 1,
	TOKEN_US = 10000 /* a context may have one more fault */
};

/** struct actions - a list under construction, with room for the names. */
struct actions {
	struct explore_action list[MOST_ACTIONS];
	char names[MOST_ACTIONS][96];
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

static void add_accesses(const struct space *space, int master)
{
	if (space->accesses) {
		add(act_access, master, 0, "access by master %d", master);
	}
	if (space->storms) {
		add(act_fault, master, 0, "fault of master %d", master);
	}
	if (space->flights) {
		add(act_depart, master, 0, "access of master %d departs", master);
		add(act_land, master, 0, "access of master %d lands", master);
	}
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
	if (space->abandons) {
		add(act_master_flush, master, 0, "flush the context of master %d", master);
	}
	if (space->claims) {
		add(act_add, master, 0, "claim master %d", master);
		add(act_remove, master, 0, "give up master %d", master);
	}
	add_accesses(space, master);
}

static void add_for_domain(const struct space *space, int domain)
{
	add(act_flush, domain, 0, "flush domain %d", domain);
	add(act_retry, domain, 0, "retry domain %d", domain);
	if (space->reserve) {
		add(act_reserve, domain, 0, "reserve domain %d", domain);
		add(act_unreserve, domain, 0, "unreserve domain %d", domain);
	}
	if (space->abandons) {
		add(act_abandon, domain, 0, "abandon domain %d", domain);
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

static void add_for_contexts(const struct kit *kit)
{
	int n;

	for (n = kit->soc.first_context; n < kit->soc.contexts - 1; n++) {
		add(act_context_retry, n, 0, "retry context %d", n);
	}
	add(act_system_retry, 0, 0, "retry what was abandoned");
}

/* ---- calls that meet ---- */

static void take_turn(struct kit *kit, int inner, int unused)
{
	const struct explore_action *action = &actions.list[inner];

	(void)unused;
	(void)action->run(kit, action->a, action->b);
}

/* Call @pair % MOST_ACTIONS, and another at its nth poll, to its end. */
static bool act_meet(void *machine, int pair, int nth)
{
	const struct explore_action *outer = &actions.list[pair % MOST_ACTIONS];
	const struct kit_meanwhile other = {KIT_AT_RELAX, (uint32_t)nth, take_turn,
					    pair / MOST_ACTIONS, 0};
	struct kit *kit = machine;
	bool done;

	kit->meanwhile = other;
	done = outer->run(kit, outer->a, outer->b);
	memset(&kit->meanwhile, 0, sizeof(kit->meanwhile));
	return done;
}

/* Calls that wait for flushes. */
static bool waits(const struct explore_action *action)
{
	static bool (*const calls[])(void *, int, int) = {
		act_attach,  act_move,      act_detach,        act_flush,    act_retry,
		act_reserve, act_unreserve, act_context_retry, act_own_page, act_protect,
	};
	uint32_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (action->run == calls[i]) {
			return true;
		}
	}
	return false;
}

/* The first poll is of the root, mostly, and the fourth of the caches. */
static void add_meetings(void)
{
	static const int polls[] = {1, 4};
	uint32_t count = actions.count;
	uint32_t outer;
	uint32_t inner;
	uint32_t i;

	for (outer = 0; outer < count; outer++) {
		for (inner = 0; waits(&actions.list[outer]) && inner < count; inner++) {
			for (i = 0; i < 2; i++) {
				add(act_meet, (int)(inner * MOST_ACTIONS + outer), polls[i],
				    "%s; at its poll %d: %s", actions.list[outer].name,
				    polls[i], actions.list[inner].name);
			}
		}
	}
}

static void list_actions(const struct space *space, const struct kit *kit)
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
	if (space->abandons) {
		add_for_contexts(kit);
	}
	for (i = 0; i <= (int)space->caches; i++) {
		if ((space->stuck & (1u << i)) != 0) {
			add(act_stuck, i, 1, "flushes of unit %d get stuck", i);
			add(act_stuck, i, 0, "flushes of unit %d come loose", i);
		}
	}
	if (space->storms) {
		add(act_wait, TOKEN_US, 0, "time passes by the clock");
	}
	if (space->meet) {
		add_meetings();
	}
	add(act_time, 10, 0, "time passes");
}

/* ---- the machine ---- */

static struct kit_config config_of(const struct space *space)
{
	struct kit_config config = kit_config();

	config.generation = space->generation;
	config.mode = space->mode;
	config.caches = space->caches;
	config.options.flush_timeout_us = 4;
	config.options.storm_limit = space->storms ? 1 : 0;
	config.table_pages = 16;
	config.model.accesses = space->flights ? 1 : 0;
	config.model.switches[MODEL_FLUSH_DRAINS] = space->flush_drains_not ? 0 : 1;
	config.quiesce = !space->no_quiesce;
	config.owned = space->owned;
	config.wish.replace = IPMMU_PT_BREAK_BEFORE_MAKE;
	return config;
}

/* Firmware runs MMC on an empty stage-2 table, and the host wants it to go on. */
static void leave_running(struct kit *kit)
{
	enum model_generation generation = (enum model_generation)kit->config.generation;
	const struct ipmmu_port *port = &kit->masters[MMC].ports[0];
	struct model_memory memory = kit_memory(kit);
	uint64_t table = memory.alloc(memory.arg, 2);
	uint32_t at = model_context_offset(generation, KEPT_CONTEXT, 0);

	kit->described[MMC].keep = true;
	model_poke(kit->model, ROOT, 0x500, 0);
	model_poke(kit->model, port->mmu, 0x500, 0);
	model_poke(kit->model, ROOT, 0x504, 8);
	model_poke(kit->model, ROOT, at + 0x10, (uint32_t)table);
	model_poke(kit->model, ROOT, at + 0x08, 0xc0000058u);
	model_poke(kit->model, ROOT, at, 0x20000001u);
	model_poke(kit->model, port->mmu, at, 1);
	model_poke(kit->model, port->mmu, model_utlb_offset(generation, port->utlb, false),
		   KEPT_CONTEXT << 4 | 1);
}

static void switch_on(struct kit *kit, const struct space *space)
{
	if (space->kept) {
		leave_running(kit);
	}
	if (space->sticks != 0) {
		model_set_stuck(kit->model, ROOT, space->sticks, true);
	}
	kit_start(kit);
	if (space->sticks != 0) {
		model_set_stuck(kit->model, ROOT, space->sticks, false);
	}
	kit->dead_clock = space->storms;
}

static struct kit *start(const struct space *space)
{
	struct kit_config config = config_of(space);
	struct kit *kit = kit_new(&config);
	int i;

	switch_on(kit, space);
	for (i = 0; i < (int)space->domains; i++) {
		act_begin_domain(kit, i);
	}
	for (i = 0; i < KIT_MASTERS; i++) {
		if ((space->masters & (1u << i)) != 0 && !space->kept) {
			assert_int_equal(kit_add(kit, i), IPMMU_OK);
		}
	}
	(void)act_settle(kit);
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

	list_actions(space, kit);
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
