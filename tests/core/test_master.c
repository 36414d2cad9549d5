// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Masters: claims, groups that share a uTLB, bypass by consent, and where a master is after
 * each. uTLBs that do not read back are in test_unverified.c.
 */
#include "rig.h"

enum {
	DENY = 3,
	ON_DENY = B_MMUEN | DENY << 4
};

static void claim_points_every_utlb_at_deny(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit *kit = rig_new(rig_generations[g]);
		const struct ipmmu_port *ports = kit->masters[AUDIO].ports;
		uint32_t i;

		kit_start(kit);
		assert_int_equal(kit_add(kit, AUDIO), IPMMU_OK);
		for (i = 0; i < kit->masters[AUDIO].desc.port_count; i++) {
			struct ipmmu_utlb_info info =
				rig_utlb_info(kit, ports[i].mmu, ports[i].utlb);

			assert_int_equal(rig_utlb(kit, ports[i].mmu, ports[i].utlb), ON_DENY);
			assert_int_equal(info.state, IPMMU_UTLB_DENIED);
			assert_int_equal(info.claimed, 1);
			assert_null(info.owner);
		}
		assert_int_equal(rig_master_state(kit, AUDIO), IPMMU_MASTER_DENIED);
		kit_free(kit);
	}
}

static void claim_clears_asids_once(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);
	uint32_t asid = model_utlb_offset(MODEL_GEN3, 0, true);

	(void)state;
	kit_start(kit);
	model_poke(kit->model, 1, asid, 0x1234);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(model_peek(kit->model, 1, asid), 0);
	assert_int_equal(kit_remove(kit, DMAC), IPMMU_OK);
	kit_forget(kit);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit->writes, 0);
	kit_free(kit);
}

static void removed_master_stays_denied(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	assert_int_equal(kit_remove(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit_remove(kit, TWIN), IPMMU_OK);
	assert_int_equal(kit->reads + kit->writes, 0);
	assert_int_equal(rig_utlb(kit, 1, 0), ON_DENY);
	assert_int_equal(rig_utlb_info(kit, 1, 0).claimed, 0);
	assert_int_equal(rig_utlb_info(kit, 2, 2).claimed, 1);
	kit_free(kit);
}

static void description_outside_of_the_system_can_be_claimed(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	kit->desc.master_count = 0;
	kit_start(kit);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_OK);
	rig_attach(kit, AUDIO, 0);
	kit_free(kit);
}

static void master_may_have_several_utlbs_of_one_cache(void **state)
{
	static const struct ipmmu_port ports[] = {{1, 0}, {1, 2}, {2, 0}, {2, 2}};
	static const struct ipmmu_master_desc wide = {
		.name = "wide", .ports = ports, .port_count = 4};
	struct kit *kit = rig_new(IPMMU_GEN3);
	struct ipmmu_master *master;
	uint32_t i;

	(void)state;
	kit_start(kit);
	assert_int_equal(ipmmu_master_add(kit->system, &wide, &master), IPMMU_OK);
	for (i = 0; i < 4; i++) {
		assert_int_equal(rig_utlb(kit, ports[i].mmu, ports[i].utlb), ON_DENY);
	}
	kit_free(kit);
}

static void query_tells_where_a_master_is(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_master_info info;

	(void)state;
	rig_attach(kit, DMAC, 0);
	assert_int_equal(ipmmu_master_query(kit->masters[DMAC].master, &info), IPMMU_OK);
	assert_ptr_equal(info.desc, &kit->masters[DMAC].desc);
	assert_int_equal(info.state, IPMMU_MASTER_ATTACHED);
	assert_ptr_equal(info.domain, kit->domains[0].domain);
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_QUARANTINED);
	kit_free(kit);
}

/* ---- groups ---- */

static void second_of_a_group_joins_without_a_write(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, MMC, 0);
	kit_forget(kit);
	rig_attach(kit, TWIN, 0);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(rig_domain_info(kit, 0).masters, 2);
	assert_int_equal(rig_utlb_info(kit, 2, 2).claimed, 2);
	assert_ptr_equal(rig_utlb_info(kit, 2, 2).owner, kit->domains[0].domain);
	kit_free(kit);
}

static void first_of_a_group_to_leave_leaves_the_utlb_open(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_move_result result;

	(void)state;
	rig_attach(kit, MMC, 0);
	rig_attach(kit, TWIN, 0);
	kit_forget(kit);
	assert_int_equal(kit_detach(kit, MMC, &result), IPMMU_OK);
	assert_int_equal(result.shared, 1);
	/* Its old work must not follow the group into another domain. */
	assert_true(result.quiesced);
	assert_int_equal(kit->quiesced, 1);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(kit_dma(kit, TWIN, kit_iova(0, 0), true).state, MODEL_ACCESS_DONE);
	assert_int_equal(kit_detach(kit, TWIN, &result), IPMMU_OK);
	assert_int_equal(result.shared, 0);
	assert_int_equal(rig_utlb(kit, 2, 2), ON_DENY);
	assert_null(rig_utlb_info(kit, 2, 2).owner);
	kit_free(kit);
}

static void move_out_of_a_group_is_a_conflict(void **state)
{
	struct kit *kit = rig_default();
	const struct ipmmu_event *event;

	(void)state;
	rig_attach(kit, MMC, 0);
	rig_attach(kit, TWIN, 0);
	assert_int_equal(kit_move(kit, MMC, 1, NULL), IPMMU_E_CONFLICT);
	event = kit_event(kit, IPMMU_EVENT_CONFLICT);
	assert_ptr_equal(event->master, &kit->masters[MMC].desc);
	assert_ptr_equal(event->other, &kit->masters[TWIN].desc);
	assert_int_equal(kit_detach(kit, TWIN, NULL), IPMMU_OK);
	assert_int_equal(kit_move(kit, MMC, 1, NULL), IPMMU_OK);
	kit_free(kit);
}

static void claim_of_a_utlb_that_a_domain_has_leaves_it_there(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	assert_int_equal(kit_remove(kit, TWIN), IPMMU_OK);
	rig_attach(kit, MMC, 0);
	kit_forget(kit);
	assert_int_equal(kit_add(kit, TWIN), IPMMU_OK);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(rig_utlb_info(kit, 2, 2).state, IPMMU_UTLB_OPEN);
	assert_int_equal(rig_master_state(kit, TWIN), IPMMU_MASTER_DENIED);
	kit_free(kit);
}

static void move_from_deny_is_an_attach(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_move_result result;

	(void)state;
	assert_int_equal(kit_move(kit, DMAC, 0, &result), IPMMU_OK);
	assert_int_equal(result.state, IPMMU_MASTER_ATTACHED);
	assert_true(result.quiesced);
	assert_int_equal(kit->released, 1);
	kit_free(kit);
}

static void host_that_cannot_stop_a_master_is_told_so(void **state)
{
	struct kit_config config = kit_config();
	struct ipmmu_move_result result;
	struct kit *kit;
	int i;

	(void)state;
	config.quiesce = false;
	for (i = 0; i < 2; i++) {
		kit = rig_ready(&config);
		if (i == 1) {
			kit->ops.quiesce = NULL;
			kit->ops.release = NULL;
		}
		rig_attach(kit, DMAC, 0);
		assert_int_equal(kit_move(kit, DMAC, 1, &result), IPMMU_OK);
		assert_false(result.quiesced);
		assert_int_equal(kit->quiesced, i == 0 ? 2 : 0);
		assert_int_equal(kit->released, 0);
		kit_free(kit);
	}
}

/* ---- by consent ---- */

static void detached_master_is_in_bypass_by_consent(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN2);
	struct ipmmu_move_result result;
	struct kit *kit;

	(void)state;
	config.options.max_contexts = 1;
	config.options.consent_bypass = true;
	kit = rig_ready(&config);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_BYPASS);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(rig_utlb_info(kit, 0, 0).state, IPMMU_UTLB_OPEN);
	assert_int_equal(kit_detach(kit, DMAC, &result), IPMMU_OK);
	assert_int_equal(result.state, IPMMU_MASTER_BYPASS);
	assert_int_equal(rig_utlb_info(kit, 0, 0).state, IPMMU_UTLB_BYPASS);
	assert_int_equal(rig_utlb_info(kit, 0, 0).context, IPMMU_NONE);
	assert_int_equal(rig_utlb(kit, 0, 0), 0);
	kit_free(kit);
}

static bool (*kit_quiesce)(void *host, const struct ipmmu_master_desc *master);
static uint32_t at_quiesce;

static bool quiesce_and_look(void *host, const struct ipmmu_master_desc *master)
{
	at_quiesce = rig_utlb(host, 0, 0);
	return kit_quiesce(host, master);
}

static void look_at_quiesce(struct kit *kit)
{
	kit_quiesce = kit->ops.quiesce;
	kit->ops.quiesce = quiesce_and_look;
	at_quiesce = 0;
}

/* One that runs is let out of its context only when it stands still. */
static void was_stopped_first(struct kit *kit)
{
	assert_int_equal(at_quiesce, B_MMUEN);
	assert_int_equal(rig_utlb(kit, 0, 0), 0);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_BYPASS);
	kit_free(kit);
}

static void master_is_stopped_before_it_is_in_bypass(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN2);
	struct kit *kit;

	(void)state;
	config.options.max_contexts = 1;
	config.options.consent_bypass = true;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	look_at_quiesce(kit);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	was_stopped_first(kit);
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	model_set_stuck(kit->model, 0, MODEL_NONE, false);
	look_at_quiesce(kit);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	was_stopped_first(kit);
	/* One that runs since before the library does. */
	config.model.tlb_mode = MODEL_TLB_OFF;
	kit = kit_new(&config);
	rig_set_utlb(kit, 0, 0, B_MMUEN);
	kit_start(kit);
	look_at_quiesce(kit);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	was_stopped_first(kit);
}

static void stuck_flush_leaves_masters_on_their_context_where_there_is_no_deny(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN2);
	struct kit *kit;

	(void)state;
	config.options.max_contexts = 1;
	config.options.consent_bypass = true;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	/* What it maps is less than everything. */
	assert_int_equal(rig_utlb(kit, 0, 0), B_MMUEN);
	model_set_stuck(kit->model, 0, MODEL_NONE, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(rig_utlb(kit, 0, 0), 0);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claim_points_every_utlb_at_deny),
		cmocka_unit_test(claim_clears_asids_once),
		cmocka_unit_test(removed_master_stays_denied),
		cmocka_unit_test(description_outside_of_the_system_can_be_claimed),
		cmocka_unit_test(master_may_have_several_utlbs_of_one_cache),
		cmocka_unit_test(query_tells_where_a_master_is),
		cmocka_unit_test(second_of_a_group_joins_without_a_write),
		cmocka_unit_test(first_of_a_group_to_leave_leaves_the_utlb_open),
		cmocka_unit_test(move_out_of_a_group_is_a_conflict),
		cmocka_unit_test(claim_of_a_utlb_that_a_domain_has_leaves_it_there),
		cmocka_unit_test(move_from_deny_is_an_attach),
		cmocka_unit_test(host_that_cannot_stop_a_master_is_told_so),
		cmocka_unit_test(detached_master_is_in_bypass_by_consent),
		cmocka_unit_test(master_is_stopped_before_it_is_in_bypass),
		cmocka_unit_test(
			stuck_flush_leaves_masters_on_their_context_where_there_is_no_deny),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
