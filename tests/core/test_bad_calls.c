// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * What the calls on masters and domains refuse, what they tell then, and that nothing has
 * changed (the kit holds each failed call to that).
 */
#include "rig.h"

#include <string.h>

/* ---- masters ---- */

static struct kit *started(void)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	kit_start(kit);
	kit_forget(kit);
	return kit;
}

static void add_refuses_null(void **state)
{
	struct kit *kit = started();
	struct ipmmu_master *master = (void *)kit;

	(void)state;
	assert_int_equal(ipmmu_master_add(NULL, &kit->described[0], &master), IPMMU_E_ARG);
	assert_null(master);
	assert_int_equal(ipmmu_master_add(kit->system, NULL, &master), IPMMU_E_ARG);
	assert_int_equal(ipmmu_master_add(kit->system, &kit->described[0], NULL), IPMMU_E_ARG);
	assert_int_equal(kit->writes, 0);
	kit_free(kit);
}

static void add_refuses_ports_that_are_not_there(void **state)
{
	struct kit *kit = started();
	struct kit_master *audio = &kit->masters[AUDIO];

	(void)state;
	audio->ports[1].utlb = 3;
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_UTLB, 2, 3);
	rig_allowed(kit, 0, 2);
	assert_ptr_equal(kit_event(kit, IPMMU_EVENT_BAD_ARGUMENT)->master, &audio->desc);
	audio->ports[1].mmu = 3;
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_PORT_MMU, IPMMU_NONE, 3);
	audio->ports[1] = audio->ports[0];
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_E_EXISTS);
	rig_refused(kit, IPMMU_E_EXISTS, IPMMU_WHAT_UTLB, 1, 1);
	audio->desc.port_count = 0;
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_PORT_COUNT, IPMMU_NONE, 0);
	kit_free(kit);
}

static void add_refuses_a_master_that_was_added_before(void **state)
{
	struct kit *kit = started();
	struct ipmmu_master *second;

	(void)state;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	kit_forget(kit);
	assert_int_equal(ipmmu_master_add(kit->system, &kit->masters[DMAC].desc, &second),
			 IPMMU_E_EXISTS);
	assert_null(second);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(rig_utlb_info(kit, 1, 0).claimed, 1);
	kit_free(kit);
}

static void add_tells_when_memory_runs_out(void **state)
{
	struct kit *kit = started();

	(void)state;
	kit->fail.what = KIT_FAIL_ALLOC;
	kit->fail.nth = 1;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_E_NO_MEMORY);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	kit_free(kit);
}

static void moves_refuse_null(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_master *master = kit->masters[DMAC].master;
	struct ipmmu_domain *domain = kit->domains[0].domain;
	struct ipmmu_master_info info;

	(void)state;
	assert_int_equal(ipmmu_master_attach(NULL, domain, NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_master_attach(master, NULL, NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_master_move(NULL, domain, NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_master_move(master, NULL, NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_master_detach(NULL, NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_master_flush(NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_master_query(NULL, &info), IPMMU_E_ARG);
	assert_int_equal(ipmmu_master_query(master, NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_master_remove(NULL), IPMMU_OK);
	assert_int_equal(kit->reads + kit->writes, 0);
	kit_free(kit);
}

/* What a call was refused for does not matter: the result tells where the master is. */
static void result_of_a_move_is_filled_in_with_null_too(void **state)
{
	const struct ipmmu_move_result never = {IPMMU_MASTER_UNVERIFIED, true, true, 9};
	struct kit *kit = rig_default();
	struct ipmmu_master *master = kit->masters[DMAC].master;
	struct ipmmu_move_result result = never;

	(void)state;
	assert_int_equal(ipmmu_master_attach(master, NULL, &result), IPMMU_E_ARG);
	assert_int_equal(result.state, IPMMU_MASTER_DENIED);
	assert_false(result.quiesced);
	assert_false(result.old_quarantined);
	assert_int_equal(result.shared, 0);
	rig_attach(kit, DMAC, 0);
	result = never;
	assert_int_equal(ipmmu_master_move(master, NULL, &result), IPMMU_E_ARG);
	assert_int_equal(result.state, IPMMU_MASTER_ATTACHED);
	assert_false(result.quiesced);
	result = never;
	assert_int_equal(ipmmu_master_detach(NULL, &result), IPMMU_E_ARG);
	assert_int_equal(result.state, IPMMU_MASTER_DENIED);
	assert_false(result.old_quarantined);
	kit_free(kit);
}

static void moves_refuse_objects_of_two_systems(void **state)
{
	struct kit *one = rig_default();
	struct kit *two = rig_default();

	(void)state;
	assert_int_equal(
		ipmmu_master_attach(one->masters[0].master, two->domains[0].domain, NULL),
		IPMMU_E_ARG);
	rig_attach(one, DMAC, 0);
	assert_int_equal(
		ipmmu_master_move(one->masters[0].master, two->domains[1].domain, NULL),
		IPMMU_E_ARG);
	assert_int_equal(rig_master_state(one, DMAC), IPMMU_MASTER_ATTACHED);
	assert_int_equal(two->reads + two->writes, 0);
	kit_free(one);
	kit_free(two);
}

static void moves_refuse_the_wrong_state(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_move_result result;

	(void)state;
	assert_int_equal(kit_detach(kit, DMAC, &result), IPMMU_E_STATE);
	assert_int_equal(result.state, IPMMU_MASTER_DENIED);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_E_STATE);
	assert_int_equal(kit_attach(kit, DMAC, 1, NULL), IPMMU_E_STATE);
	assert_int_equal(kit_move(kit, DMAC, 0, &result), IPMMU_E_STATE);
	assert_int_equal(result.state, IPMMU_MASTER_ATTACHED);
	assert_int_equal(kit_remove(kit, DMAC), IPMMU_E_STATE);
	kit_free(kit);
}

static void attach_refuses_a_utlb_of_another_domain_and_names_who_has_it(void **state)
{
	struct kit *kit = rig_default();
	const struct ipmmu_event *event;

	(void)state;
	rig_attach(kit, AUDIO, 0);
	rig_attach(kit, MMC, 0);
	kit_forget(kit);
	assert_int_equal(kit_attach(kit, TWIN, 1, NULL), IPMMU_E_CONFLICT);
	event = kit_event(kit, IPMMU_EVENT_CONFLICT);
	assert_non_null(event);
	assert_int_equal(event->error, IPMMU_E_CONFLICT);
	assert_int_equal(event->mmu, 2);
	assert_int_equal(event->utlb, 2);
	assert_int_equal(event->context, rig_domain_info(kit, 0).context);
	assert_ptr_equal(event->master, &kit->masters[TWIN].desc);
	assert_ptr_equal(event->other, &kit->masters[MMC].desc);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(rig_domain_info(kit, 1).state, IPMMU_DOMAIN_IDLE);
	kit_free(kit);
}

static void conflict_names_the_one_that_has_the_utlb_and_no_other_of_its_domain(void **state)
{
	static const struct ipmmu_port ports[] = {{2, 1}, {1, 0}};
	static const struct ipmmu_master_desc late = {
		.name = "late", .ports = ports, .port_count = 2};
	struct kit *kit = rig_default();
	struct ipmmu_master *master;
	struct ipmmu_move_result result;

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 0);
	assert_int_equal(ipmmu_master_add(kit->system, &late, &master), IPMMU_OK);
	kit_forget(kit);
	assert_int_equal(ipmmu_master_attach(master, kit->domains[1].domain, &result),
			 IPMMU_E_CONFLICT);
	assert_int_equal(result.state, IPMMU_MASTER_DENIED);
	assert_ptr_equal(kit_event(kit, IPMMU_EVENT_CONFLICT)->other, &kit->masters[DMAC].desc);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_CONFLICT)->mmu, 1);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(ipmmu_master_remove(master), IPMMU_OK);
	kit_free(kit);
}

static void attach_tells_the_holders_when_no_context_is_free(void **state)
{
	struct kit *kit = rig_default();
	const struct ipmmu_event *event;

	(void)state;
	assert_int_equal(kit_domain_new(kit, 2), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 1);
	kit_forget(kit);
	assert_int_equal(kit_attach(kit, MMC, 2, NULL), IPMMU_E_NO_CONTEXT);
	/* Two domains and deny; context 0 is reserved and held by nobody. */
	assert_int_equal(rig_events(kit, IPMMU_EVENT_CONTEXT_HOLDER), 3);
	event = &kit->events[0];
	assert_int_equal(event->context, 1);
	assert_int_equal(event->value, IPMMU_CONTEXT_LIVE);
	event = kit_event(kit, IPMMU_EVENT_CONTEXT_HOLDER);
	assert_int_equal(event->context, 3);
	assert_int_equal(event->value, IPMMU_CONTEXT_DENY);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	rig_attach(kit, MMC, 2);
	kit_free(kit);
}

/* ---- domains ---- */

/** struct bad_table - a table that no walker could follow. */
struct bad_table {
	enum ipmmu_mode mode;
	struct ipmmu_table table;
	enum ipmmu_err error;
	enum ipmmu_what what;
	uint64_t value;
	uint64_t min;
	uint64_t max;
};

#define S2  IPMMU_MODE_S2
#define A32 IPMMU_MODE_S1_AARCH32
#define A64 IPMMU_MODE_S1_AARCH64

static const struct bad_table bad_tables[] = {
	{S2, {{0}, A32, 32}, IPMMU_E_FORMAT, IPMMU_WHAT_MODE, A32, S2, S2},
	{S2, {{0}, IPMMU_MODE_AUTO, 40}, IPMMU_E_FORMAT, IPMMU_WHAT_MODE, 0, S2, S2},
	{S2, {{0}, S2, 32}, IPMMU_E_RANGE, IPMMU_WHAT_INPUT_BITS, 32, 33, 40},
	{S2, {{0}, S2, 41}, IPMMU_E_RANGE, IPMMU_WHAT_INPUT_BITS, 41, 33, 40},
	{A32, {{0}, A32, 31}, IPMMU_E_RANGE, IPMMU_WHAT_INPUT_BITS, 31, 32, 32},
	{A32, {{0}, A32, 33}, IPMMU_E_RANGE, IPMMU_WHAT_INPUT_BITS, 33, 32, 32},
	{A64, {{0}, A64, 40}, IPMMU_E_RANGE, IPMMU_WHAT_INPUT_BITS, 40, 39, 39},
	{S2,
	 {{1ull << 40}, S2, 39},
	 IPMMU_E_RANGE,
	 IPMMU_WHAT_TABLE_PA,
	 1ull << 40,
	 0,
	 0xfffffff000ull},
	{S2,
	 {{0xfffffff000ull}, S2, 40},
	 IPMMU_E_RANGE,
	 IPMMU_WHAT_TABLE_PA,
	 0xfffffff000ull,
	 0,
	 0xffffffe000ull},
	{S2,
	 {{0x40000800}, S2, 39},
	 IPMMU_E_ALIGN,
	 IPMMU_WHAT_TABLE_PA,
	 0x40000800,
	 0x1000,
	 0xfffffff000ull},
	{S2,
	 {{0x40001000}, S2, 40},
	 IPMMU_E_ALIGN,
	 IPMMU_WHAT_TABLE_PA,
	 0x40001000,
	 0x2000,
	 0xffffffe000ull},
	{A32,
	 {{0x40000020}, A32, 32},
	 IPMMU_E_ALIGN,
	 IPMMU_WHAT_TABLE_PA,
	 0x40000020,
	 0x1000,
	 0xfffffff000ull},
};

static struct kit *started_in(enum ipmmu_mode mode)
{
	struct kit_config config = rig_config(IPMMU_GEN3);
	struct kit *kit;

	config.mode = mode;
	kit = kit_new(&config);
	kit_start(kit);
	kit_forget(kit);
	return kit;
}

static void domain_refuses_tables_that_no_walker_could_follow(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad_tables) / sizeof(bad_tables[0]); i++) {
		const struct bad_table *bad = &bad_tables[i];
		struct kit *kit = started_in(bad->mode);
		struct ipmmu_domain *domain = (void *)kit;

		assert_int_equal(
			ipmmu_domain_create(kit->system, 0, &bad->table, NULL, &domain),
			bad->error);
		assert_null(domain);
		rig_refused(kit, bad->error, bad->what, 0, bad->value);
		rig_allowed(kit, bad->min, bad->max);
		assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
		kit_free(kit);
	}
}

static void domain_takes_the_last_tables_that_are_allowed(void **state)
{
	static const struct ipmmu_table good[] = {
		{{0xfffffff000ull}, S2, 33},
		{{0xfffffff000ull}, S2, 39},
		{{0xffffffe000ull}, S2, 40},
	};
	struct kit *kit = started_in(S2);
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct ipmmu_domain *domain;

		assert_int_equal(ipmmu_domain_create(kit->system, 0, &good[i], NULL, &domain),
				 IPMMU_OK);
		assert_int_equal(ipmmu_domain_destroy(domain), IPMMU_OK);
	}
	kit_free(kit);
}

static void domain_create_refuses_what_is_no_root(void **state)
{
	struct kit *kit = started();
	struct ipmmu_table table = {{KIT_RAM_PA}, S2, 40};
	struct ipmmu_domain *domain;

	(void)state;
	assert_int_equal(ipmmu_domain_create(kit->system, 1, &table, NULL, &domain),
			 IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_ROOT, 1, 1);
	rig_allowed(kit, 0, 0);
	assert_int_equal(ipmmu_domain_create(kit->system, 3, &table, NULL, &domain),
			 IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_ROOT, IPMMU_NONE, 3);
	rig_allowed(kit, 0, 2);
	kit_free(kit);
}

static void domain_calls_refuse_null(void **state)
{
	struct kit *kit = started();
	struct ipmmu_table table = {{KIT_RAM_PA}, S2, 40};
	struct ipmmu_domain *domain = (void *)kit;
	struct ipmmu_domain_info info;

	(void)state;
	assert_int_equal(ipmmu_domain_create(NULL, 0, &table, NULL, &domain), IPMMU_E_ARG);
	assert_null(domain);
	assert_int_equal(ipmmu_domain_create(kit->system, 0, NULL, NULL, &domain), IPMMU_E_ARG);
	assert_int_equal(ipmmu_domain_create(kit->system, 0, &table, NULL, NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_domain_destroy(NULL), IPMMU_OK);
	assert_int_equal(ipmmu_domain_reserve(NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_domain_unreserve(NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_domain_flush(NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_domain_retry(NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_domain_abandon(NULL), IPMMU_E_ARG);
	assert_int_equal(ipmmu_system_retry(NULL), 0);
	assert_int_equal(ipmmu_domain_query(NULL, &info), IPMMU_E_ARG);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	assert_int_equal(ipmmu_domain_query(kit->domains[0].domain, NULL), IPMMU_E_ARG);
	kit_free(kit);
}

static void domain_create_tells_when_memory_runs_out(void **state)
{
	struct kit *kit = started();
	struct ipmmu_table table = {{KIT_RAM_PA}, S2, 40};
	struct ipmmu_domain *domain;

	(void)state;
	kit->fail.what = KIT_FAIL_ALLOC;
	kit->fail.nth = 1;
	assert_int_equal(ipmmu_domain_create(kit->system, 0, &table, NULL, &domain),
			 IPMMU_E_NO_MEMORY);
	assert_null(domain);
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(add_refuses_null),
		cmocka_unit_test(add_refuses_ports_that_are_not_there),
		cmocka_unit_test(add_refuses_a_master_that_was_added_before),
		cmocka_unit_test(add_tells_when_memory_runs_out),
		cmocka_unit_test(moves_refuse_null),
		cmocka_unit_test(result_of_a_move_is_filled_in_with_null_too),
		cmocka_unit_test(moves_refuse_objects_of_two_systems),
		cmocka_unit_test(moves_refuse_the_wrong_state),
		cmocka_unit_test(attach_refuses_a_utlb_of_another_domain_and_names_who_has_it),
		cmocka_unit_test(
			conflict_names_the_one_that_has_the_utlb_and_no_other_of_its_domain),
		cmocka_unit_test(attach_tells_the_holders_when_no_context_is_free),
		cmocka_unit_test(domain_refuses_tables_that_no_walker_could_follow),
		cmocka_unit_test(domain_takes_the_last_tables_that_are_allowed),
		cmocka_unit_test(domain_create_refuses_what_is_no_root),
		cmocka_unit_test(domain_calls_refuse_null),
		cmocka_unit_test(domain_create_tells_when_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
