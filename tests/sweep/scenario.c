// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * scenario.c - the stories, and the recovery that follows each of them.
 *
 * A step does nothing when what it needs does not exist, because an earlier one has failed.
 * Masters that were attached run on: an access at every register write.
 */
#include "scenario.h"

#include <string.h>

#include "kit_cmocka.h"

enum {
	DMAC = 0,
	AUDIO = 1,
	MMC = 2,
	TWIN = 3
};

/* ---- steps ---- */

static bool have(const struct kit *kit, int master, int domain)
{
	return (master == KIT_NONE || kit->masters[master].master != NULL) &&
	       (domain == KIT_NONE || kit->domains[domain].domain != NULL);
}

static void begin_domain(struct kit *kit, int domain)
{
	if (kit->system != NULL && !have(kit, KIT_NONE, domain) &&
	    kit_domain_new(kit, domain) == IPMMU_OK) {
		(void)kit_try_map(kit, domain, 0, true);
		(void)kit_try_map(kit, domain, 1, false);
	}
}

/* ---- steps on tables of a domain's own ---- */

static bool is_mapped(const struct kit *kit, int domain, int page)
{
	return have(kit, KIT_NONE, domain) &&
	       kit->domains[domain].pages[page].state == KIT_PAGE_MAPPED;
}

static void map(struct kit *kit, int domain, int page, bool write)
{
	if (have(kit, KIT_NONE, domain) && !is_mapped(kit, domain, page)) {
		(void)kit_try_map(kit, domain, page, write);
	}
}

static void take(struct kit *kit, int domain, int page)
{
	if (is_mapped(kit, domain, page)) {
		(void)kit_try_unmap(kit, domain, page);
	}
}

static void protect(struct kit *kit, int domain, int page, bool write)
{
	if (is_mapped(kit, domain, page)) {
		(void)kit_try_protect(kit, domain, page, write);
	}
}

static void replace(struct kit *kit, int domain, int page)
{
	if (is_mapped(kit, domain, page)) {
		(void)kit_try_replace(kit, domain, page);
	}
}

static void claim(struct kit *kit, int master)
{
	if (kit->system != NULL && !have(kit, master, KIT_NONE)) {
		(void)kit_add(kit, master);
	}
}

static void attach(struct kit *kit, int master, int domain)
{
	if (have(kit, master, domain) && kit_attach(kit, master, domain, NULL) == IPMMU_OK) {
		kit_program(kit, master);
	}
}

static void move(struct kit *kit, int master, int domain)
{
	if (have(kit, master, domain) && kit_move(kit, master, domain, NULL) == IPMMU_OK) {
		kit_program(kit, master);
	}
}

static void detach(struct kit *kit, int master)
{
	if (have(kit, master, KIT_NONE)) {
		(void)kit_detach(kit, master, NULL);
	}
}

static void give_up(struct kit *kit, int master)
{
	if (have(kit, master, KIT_NONE)) {
		(void)kit_remove(kit, master);
	}
}

static void end_domain(struct kit *kit, int domain)
{
	if (have(kit, KIT_NONE, domain)) {
		(void)kit_domain_end(kit, domain);
	}
}

static void flush(struct kit *kit, int domain)
{
	if (have(kit, KIT_NONE, domain)) {
		(void)kit_flush(kit, domain);
	}
}

static void unmap(struct kit *kit, int domain)
{
	if (have(kit, KIT_NONE, domain) &&
	    kit->domains[domain].pages[1].state == KIT_PAGE_MAPPED) {
		kit_unmap(kit, domain, 1);
	}
}

static void serve(struct kit *kit)
{
	if (kit->system == NULL) {
		return;
	}
	/* Where a fault that came while INTEN was off raises no line ever, the host polls. */
	if (model_irq(kit->model, 0) || kit->config.model.switches[MODEL_IRQ_GATED] == 0) {
		(void)kit_interrupt(kit, 0);
	}
	(void)kit_service(kit, 8);
}

/* Nobody can tell a stuck flush where a read may say that it has ended. */
static bool lies_of_flush(const struct kit_fail *fail)
{
	return fail->what == KIT_FAIL_ZERO || fail->what == KIT_FAIL_LAST;
}

static void set_stuck(struct kit *kit, bool stuck)
{
	uint32_t i;

	if (lies_of_flush(&kit->fail) || lies_of_flush(&kit->also)) {
		return;
	}
	for (i = 0; i < kit->desc.mmu_count; i++) {
		model_set_stuck(kit->model, i, MODEL_NONE, stuck);
	}
	model_tick(kit->model, 10);
}

/* ---- stories ---- */

static void bring_up(struct kit *kit)
{
	(void)!kit_create(kit);
}

static void travel(struct kit *kit)
{
	begin_domain(kit, 0);
	begin_domain(kit, 1);
	claim(kit, AUDIO);
	attach(kit, AUDIO, 0);
	move(kit, AUDIO, 1);
	detach(kit, AUDIO);
	give_up(kit, AUDIO);
}

static void short_travel(struct kit *kit)
{
	begin_domain(kit, 0);
	claim(kit, DMAC);
	attach(kit, DMAC, 0);
	detach(kit, DMAC);
}

static void two_masters(struct kit *kit)
{
	begin_domain(kit, 0);
	begin_domain(kit, 1);
	claim(kit, DMAC);
	claim(kit, AUDIO);
	attach(kit, DMAC, 0);
	attach(kit, AUDIO, 0);
	move(kit, DMAC, 1);
	detach(kit, AUDIO);
	move(kit, DMAC, 0);
}

static void group(struct kit *kit)
{
	begin_domain(kit, 0);
	begin_domain(kit, 1);
	claim(kit, MMC);
	attach(kit, MMC, 0);
	claim(kit, TWIN);
	attach(kit, TWIN, 1);
	attach(kit, TWIN, 0);
	move(kit, MMC, 1);
	detach(kit, MMC);
	move(kit, TWIN, 1);
	detach(kit, TWIN);
}

static void pages(struct kit *kit)
{
	begin_domain(kit, 0);
	claim(kit, AUDIO);
	attach(kit, AUDIO, 0);
	unmap(kit, 0);
	flush(kit, 0);
	flush(kit, 0);
}

static void keep_context(struct kit *kit)
{
	begin_domain(kit, 0);
	claim(kit, AUDIO);
	if (have(kit, KIT_NONE, 0)) {
		(void)kit_reserve(kit, 0);
	}
	attach(kit, AUDIO, 0);
	detach(kit, AUDIO);
	if (have(kit, KIT_NONE, 0)) {
		(void)kit_unreserve(kit, 0);
	}
}

static void quarantine(struct kit *kit)
{
	begin_domain(kit, 0);
	begin_domain(kit, 1);
	claim(kit, DMAC);
	claim(kit, AUDIO);
	attach(kit, DMAC, 0);
	attach(kit, AUDIO, 0);
	set_stuck(kit, true);
	detach(kit, DMAC);
	attach(kit, DMAC, 1);
	set_stuck(kit, false);
	if (have(kit, KIT_NONE, 0)) {
		(void)kit_retry(kit, 0);
	}
	attach(kit, AUDIO, 0);
}

static void retry_context(struct kit *kit, uint32_t context)
{
	if (kit->system != NULL) {
		(void)kit_context_retry(kit, context);
	}
}

static void flush_master(struct kit *kit, int master)
{
	if (have(kit, master, KIT_NONE)) {
		(void)kit_master_flush(kit, master);
	}
}

/* Of a domain that is not in quarantine it is refused. */
static void abandon(struct kit *kit, int domain)
{
	if (have(kit, KIT_NONE, domain)) {
		(void)kit_abandon(kit, domain);
	}
}

/* Its masters run on, are denied, and go elsewhere while the context still waits. */
static void abandoned(struct kit *kit)
{
	begin_domain(kit, 0);
	begin_domain(kit, 1);
	claim(kit, DMAC);
	claim(kit, AUDIO);
	attach(kit, DMAC, 0);
	attach(kit, AUDIO, 0);
	set_stuck(kit, true);
	flush(kit, 0);
	abandon(kit, 0);
	set_stuck(kit, false);
	attach(kit, DMAC, 1);
	retry_context(kit, 1);
	(void)kit_system_retry(kit);
	attach(kit, AUDIO, 1);
}

/* A context in quarantine without a domain, or with one, by its number. */
static void retry_by_number(struct kit *kit)
{
	begin_domain(kit, 0);
	claim(kit, AUDIO);
	attach(kit, AUDIO, 0);
	set_stuck(kit, true);
	detach(kit, AUDIO);
	retry_context(kit, 1);
	set_stuck(kit, false);
	retry_context(kit, 1);
	attach(kit, AUDIO, 0);
}

/* What has faulted in deny is let go by a flush of the master, or on its way into a domain. */
static void waiting(struct kit *kit)
{
	begin_domain(kit, 0);
	claim(kit, DMAC);
	if (have(kit, DMAC, KIT_NONE)) {
		(void)kit_dma(kit, DMAC, kit_iova(0, 3), true);
	}
	flush_master(kit, DMAC);
	if (have(kit, DMAC, KIT_NONE)) {
		(void)kit_dma(kit, DMAC, kit_iova(0, 3), true);
	}
	attach(kit, DMAC, 0);
	flush_master(kit, DMAC);
	detach(kit, DMAC);
}

static void fault(struct kit *kit)
{
	begin_domain(kit, 0);
	claim(kit, AUDIO);
	attach(kit, AUDIO, 0);
	if (have(kit, AUDIO, 0)) {
		(void)kit_dma(kit, AUDIO, kit_iova(0, 3), true);
	}
	serve(kit);
	detach(kit, AUDIO);
	if (have(kit, AUDIO, KIT_NONE)) {
		(void)kit_dma(kit, AUDIO, kit_iova(0, 0), false);
	}
	serve(kit);
}

/* Idle: what is under way when a page is taken may land later, by a choice of the hardware. */
static void attach_idle(struct kit *kit, int master, int domain)
{
	if (have(kit, master, domain)) {
		(void)kit_attach(kit, master, domain, NULL);
	}
}

static void owned_pages(struct kit *kit)
{
	begin_domain(kit, 0);
	claim(kit, AUDIO);
	attach_idle(kit, AUDIO, 0);
	map(kit, 0, 2, true);
	take(kit, 0, 2);
	take(kit, 0, 1);
	take(kit, 0, 0);
	map(kit, 0, 0, true);
	detach(kit, AUDIO);
	end_domain(kit, 0);
}

static void owned_changes(struct kit *kit)
{
	begin_domain(kit, 0);
	claim(kit, DMAC);
	attach_idle(kit, DMAC, 0);
	protect(kit, 0, 1, true);
	replace(kit, 0, 1);
	protect(kit, 0, 0, false);
	protect(kit, 0, 0, true);
	take(kit, 0, 1);
}

static void owned_quarantine(struct kit *kit)
{
	begin_domain(kit, 0);
	claim(kit, DMAC);
	attach_idle(kit, DMAC, 0);
	set_stuck(kit, true);
	protect(kit, 0, 1, true);
	set_stuck(kit, false);
	take(kit, 0, 0);
	if (have(kit, KIT_NONE, 0)) {
		(void)kit_retry(kit, 0);
	}
	map(kit, 0, 3, true);
	attach_idle(kit, DMAC, 0);
	take(kit, 0, 3);
}

static void owned_abandoned(struct kit *kit)
{
	begin_domain(kit, 0);
	claim(kit, DMAC);
	attach_idle(kit, DMAC, 0);
	set_stuck(kit, true);
	protect(kit, 0, 1, true);
	abandon(kit, 0);
	set_stuck(kit, false);
	(void)kit_system_retry(kit);
	begin_domain(kit, 1);
	attach_idle(kit, DMAC, 1);
}

static void ending(struct kit *kit)
{
	short_travel(kit);
	give_up(kit, DMAC);
	end_domain(kit, 0);
	if (ipmmu_system_destroy(kit->system) == IPMMU_OK) {
		kit->system = NULL;
	}
}

const struct scenario scenarios[] = {
	{"bring-up", bring_up, true, false},
	{"travel", travel, false, false},
	{"short travel", short_travel, false, false},
	{"two masters", two_masters, false, false},
	{"group", group, false, false},
	{"pages", pages, false, false},
	{"keep context", keep_context, false, false},
	{"quarantine", quarantine, false, false},
	{"abandoned", abandoned, false, false},
	{"retry by number", retry_by_number, false, false},
	{"waiting", waiting, false, false},
	{"fault", fault, false, false},
	{"owned pages", owned_pages, false, true},
	{"owned changes", owned_changes, false, true},
	{"owned quarantine", owned_quarantine, false, true},
	{"owned, abandoned", owned_abandoned, false, true},
	{"ending", ending, false, false},
};

const uint32_t scenario_count = sizeof(scenarios) / sizeof(scenarios[0]);

bool scenario_table_is_refused(const struct kit *kit)
{
	return kit->config.mode == IPMMU_MODE_S2 &&
	       kit->config.model.switches[MODEL_SL0_STAGE2] == 1;
}

struct kit *scenario_prepare(const struct kit_config *config, const struct scenario *scenario)
{
	enum model_generation generation = (enum model_generation)config->generation;
	struct kit_config wanted = *config;
	const struct ipmmu_port *port;
	struct kit *kit;

	if (scenario->owned) {
		/* With a reserve of four tables for each domain. */
		wanted.owned = true;
		wanted.table_pages = 24;
		wanted.wish.split = IPMMU_PT_BREAK_BEFORE_MAKE;
		wanted.wish.replace = IPMMU_PT_BREAK_BEFORE_MAKE;
	}
	kit = kit_new(&wanted);
	port = &kit->masters[DMAC].ports[0];

	if (scenario_table_is_refused(kit)) {
		kit->expect = "model";
	}
	if (!scenario->cold) {
		kit_start(kit);
	} else {
		/* Firmware has left it running, on a context that is off by now. */
		model_poke(kit->model, port->mmu,
			   model_utlb_offset(generation, port->utlb, false), 0x11);
	}
	return kit;
}

/* ---- afterwards ---- */

static bool is_lost(const struct kit *kit, uint32_t n, const struct ipmmu_context_info *context)
{
	return context->state == IPMMU_CONTEXT_KEPT ||
	       (context->state == IPMMU_CONTEXT_RESERVED && n >= kit->soc.first_context) ||
	       (context->state == IPMMU_CONTEXT_QUARANTINED && context->domain == NULL);
}

/*
 * Every unit is online, and no context was lost at bring-up: to a flush that did not end, to a
 * uTLB of nobody that a lie has shown to be running, or to a system before this one whose root
 * went offline with its deny context half switched on.
 */
static bool all_well(struct kit *kit)
{
	struct ipmmu_context_info context;
	struct ipmmu_mmu_info info;
	bool all = true;
	uint32_t i;

	for (i = 0; i < kit->desc.mmu_count; i++) {
		assert_int_equal(ipmmu_mmu_query(kit->system, i, &info), IPMMU_OK);
		assert_true(info.online == (info.why == IPMMU_OK));
		all = all && info.online;
	}
	for (i = 0; i < kit->soc.contexts; i++) {
		assert_int_equal(ipmmu_context_query(kit->system, 0, i, &context), IPMMU_OK);
		all = all && !is_lost(kit, i, &context);
	}
	return all;
}

/* Where only a flush lets go a master that has faulted, it may stand still for long. */
static bool reach_is_promised(const struct kit *kit)
{
	return kit->config.model.switches[MODEL_STALL_ON_FAULT] != 2 &&
	       !scenario_table_is_refused(kit);
}

/* A fault from before may hold the master still: the interrupt lets it go. */
static void must_reach(struct kit *kit, int master, int domain)
{
	struct model_access access;

	serve(kit);
	access = kit_dma(kit, master, kit_iova(domain, 0), true);
	if (access.state != MODEL_ACCESS_DONE && !reach_is_promised(kit)) {
		return;
	}
	assert_int_equal(access.state, MODEL_ACCESS_DONE);
	assert_true(access.pa == kit_pa(domain, 0));
}

static void must_be_stopped(struct kit *kit, int master)
{
	assert_int_not_equal(kit_dma(kit, master, kit_iova(0, 0), true).state,
			     MODEL_ACCESS_DONE);
	serve(kit);
}

void scenario_must_work(struct kit *kit)
{
	int i;

	for (i = 0; i < 2; i++) {
		begin_domain(kit, i);
		assert_true(have(kit, KIT_NONE, i));
		map(kit, i, 0, true);
		if (kit->config.owned) {
			assert_int_equal(kit_try_protect(kit, i, 0, true), IPMMU_OK);
		}
	}
	for (i = 0; i < KIT_MASTERS; i++) {
		claim(kit, i);
		assert_true(have(kit, i, KIT_NONE));
	}
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	must_reach(kit, AUDIO, 0);
	kit_program(kit, AUDIO);
	assert_int_equal(kit_move(kit, AUDIO, 1, NULL), IPMMU_OK);
	must_reach(kit, AUDIO, 1);
	kit_program(kit, AUDIO);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	must_be_stopped(kit, AUDIO);
}

/* What is in quarantine comes out, and every master goes back to deny. */
static void bring_home(struct kit *kit)
{
	int i;

	for (i = 0; i < KIT_DOMAINS; i++) {
		if (kit->domains[i].quarantined) {
			assert_int_equal(kit_retry(kit, i), IPMMU_OK);
		}
	}
	for (i = 0; i < KIT_MASTERS; i++) {
		if (have(kit, i, KIT_NONE) && kit->masters[i].in != KIT_NONE) {
			assert_int_equal(kit_detach(kit, i, NULL), IPMMU_OK);
		}
	}
	for (i = 0; i < KIT_DOMAINS; i++) {
		if (have(kit, KIT_NONE, i)) {
			assert_int_equal(kit_unreserve(kit, i), IPMMU_OK);
		}
	}
}

static void tear_down(struct kit *kit)
{
	int i;

	for (i = 0; i < KIT_MASTERS; i++) {
		assert_int_equal(kit_remove(kit, i), IPMMU_OK);
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(kit_domain_end(kit, i), IPMMU_OK);
	}
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	kit->system = NULL;
}

/** struct left - what systems that have ended may leave: deny tables, and units with power. */
struct left {
	uint32_t pages;
	uint32_t powered[KIT_MMUS];
};

static struct left look_at_left(const struct kit *kit)
{
	struct ipmmu_arena_use use;
	struct left left = {0};

	ipmmu_arena_query(kit->arena, &use);
	assert_int_equal(use.object_bytes, 0);
	left.pages = use.table_pages;
	memcpy(left.powered, kit->powered, sizeof(left.powered));
	return left;
}

/* Deny stays on when a system ends: no more than its table, and power, once. */
static void nothing_else_is_left(const struct kit *kit, const struct left *before)
{
	struct left left = look_at_left(kit);
	uint32_t deny_pages = kit->config.mode == IPMMU_MODE_S2 ? 2 : 1;
	uint32_t i;

	assert_int_equal(left.pages, before->pages + deny_pages);
	for (i = 0; i < kit->desc.mmu_count; i++) {
		assert_int_equal(left.powered[i], before->powered[i] + 1);
	}
}

/*
 * Without a system: refused, or ended. One that came up in part ends, and another begins; what
 * the first has left on may cost that one a context, but no third.
 * Returns what was there before the system that is there now.
 */
static struct left begin_again(struct kit *kit, bool cold)
{
	static const struct left nothing;
	struct left left = nothing;
	uint32_t i;

	for (i = 0; i < 2 && (kit->system == NULL || !all_well(kit)); i++) {
		bool was = kit->system != NULL;

		if (was) {
			assert_true(cold);
			assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
			kit->system = NULL;
		}
		left = look_at_left(kit);
		if (cold && !was) {
			assert_memory_equal(&left, &nothing, sizeof(left));
		}
		assert_true(!cold || (left.pages <= 2 * (i + 1) && left.powered[0] <= i + 1));
		kit_start(kit);
	}
	return left;
}

void scenario_recover(struct kit *kit, const struct scenario *scenario)
{
	struct left before;

	memset(&kit->fail, 0, sizeof(kit->fail));
	memset(&kit->also, 0, sizeof(kit->also));
	set_stuck(kit, false);
	if (kit->system != NULL && !scenario->cold) {
		/* What was abandoned comes back, with its pages. */
		assert_int_equal(kit_system_retry(kit), 0);
	}
	before = begin_again(kit, scenario->cold);
	assert_true(all_well(kit));
	bring_home(kit);
	scenario_must_work(kit);
	tear_down(kit);
	nothing_else_is_left(kit, &before);
}
