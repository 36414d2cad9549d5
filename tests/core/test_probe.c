// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Probe: what firmware may have left, and the known state that comes of it. What can go wrong
 * with units is in test_probe_units.c, other registers in test_probe_registers.c.
 */
#include "rig.h"

#include <string.h>

enum {
	DENY = 3,
	ON_DENY = B_MMUEN | DENY << 4,
	ON_1 = B_MMUEN | 1 << 4
};

static const uint32_t EAE = 0x80000000u;
static const uint32_t PMB = 0x40000000u;
static const uint32_t S2PTE = 8;

static uint32_t dmac_unit(const struct kit *kit)
{
	return kit->masters[DMAC].ports[0].mmu;
}

/* A context as a stage-2 user of Gen3 leaves it: it walks the table at @root. */
static void leave_context_on(struct kit *kit, uint32_t n, uint64_t root)
{
	rig_set_context(kit, 0, n, R_IMTTLBR0, (uint32_t)root);
	rig_set_context(kit, 0, n, R_IMTTBCR, EAE | PMB | 1u << 6 | 24);
	rig_set_context(kit, 0, n, R_IMCTR, B_VA64 | B_MMUEN);
	rig_set_context(kit, 1, n, R_IMCTR, B_MMUEN);
	rig_set_global(kit, 0, R_IMSAUXCTLR, S2PTE);
}

static void probe_denies_running_utlbs_of_described_masters(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit *kit = rig_new(rig_generations[g]);
		uint32_t unit = dmac_unit(kit);
		const struct ipmmu_event *event;

		rig_set_utlb(kit, unit, 0, ON_1);
		kit_start(kit);
		assert_int_equal(rig_utlb(kit, unit, 0), ON_DENY);
		event = kit_event(kit, IPMMU_EVENT_UTLB_DENIED);
		assert_non_null(event);
		assert_int_equal(event->mmu, unit);
		assert_int_equal(event->utlb, 0);
		assert_int_equal(event->context, 1);
		assert_int_equal(event->value, ON_1);
		assert_int_equal(rig_utlb_info(kit, unit, 0).state, IPMMU_UTLB_DENIED);
		assert_int_equal(rig_utlb_info(kit, unit, 0).context, DENY);
		kit_free(kit);
	}
}

static void probe_leaves_utlbs_that_are_off_alone(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit *kit = rig_new(rig_generations[g]);
		uint32_t unit = dmac_unit(kit);

		rig_set_utlb(kit, unit, 0, 1u << 4);
		kit_start(kit);
		assert_int_equal(rig_utlb(kit, unit, 0), 1u << 4);
		assert_int_equal(rig_utlb_info(kit, unit, 0).state, IPMMU_UTLB_UNMANAGED);
		assert_int_equal(rig_utlb_info(kit, unit, 0).context, IPMMU_NONE);
		kit_free(kit);
	}
}

static void probe_denies_a_utlb_that_selects_the_pmb(void **state)
{
	static const enum ipmmu_generation with_pmb[] = {IPMMU_GEN2, IPMMU_GEN3};
	size_t g;

	(void)state;
	for (g = 0; g < 2; g++) {
		struct kit *kit = rig_new(with_pmb[g]);

		rig_set_utlb(kit, dmac_unit(kit), 0, 0x81);
		kit_start(kit);
		assert_int_equal(rig_utlb(kit, dmac_unit(kit), 0), ON_DENY);
		assert_int_equal(kit_event(kit, IPMMU_EVENT_UTLB_DENIED)->context, 8);
		kit_free(kit);
	}
}

static void probe_keeps_an_undescribed_utlb_on_the_pmb_without_keeping_a_context(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	rig_set_utlb(kit, 1, 2, 0x81);
	kit_start(kit);
	assert_int_equal(rig_utlb(kit, 1, 2), 0x81);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_UTLB_KEPT), 1);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_CONTEXT_KEPT), 0);
	kit_free(kit);
}

static void probe_leaves_a_kept_master_and_its_context_as_found(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);
	const struct ipmmu_event *event;

	(void)state;
	kit->described[DMAC].keep = true;
	leave_context_on(kit, 1, KIT_RAM_PA);
	rig_set_utlb(kit, 1, 0, ON_1);
	kit_start(kit);
	assert_int_equal(rig_utlb(kit, 1, 0), ON_1);
	assert_int_equal(rig_context(kit, 0, 1, R_IMCTR), B_VA64 | B_MMUEN);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_KEPT);
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_UNMANAGED);
	assert_int_equal(rig_utlb_info(kit, 1, 0).context, 1);
	event = kit_event(kit, IPMMU_EVENT_UTLB_KEPT);
	assert_ptr_equal(event->master, &kit->described[DMAC]);
	assert_int_equal(event->mmu, 1);
	assert_int_equal(event->utlb, 0);
	assert_int_equal(event->context, 1);
	assert_int_equal(event->value, ON_1);
	event = kit_event(kit, IPMMU_EVENT_CONTEXT_KEPT);
	assert_int_equal(event->context, 1);
	assert_int_equal(event->value, B_VA64 | B_MMUEN);
	assert_null(kit_event(kit, IPMMU_EVENT_UTLB_UNMANAGED));
	kit_free(kit);
}

static void probe_keeps_a_shared_utlb_whichever_of_its_masters_is_kept(void **state)
{
	int keeper;

	(void)state;
	for (keeper = MMC; keeper <= TWIN; keeper++) {
		struct kit_config config = rig_config(IPMMU_GEN2);
		struct kit *kit;

		config.model.tlb_mode = MODEL_TLB_OFF;
		kit = kit_new(&config);
		kit->described[keeper].keep = true;
		rig_set_utlb(kit, 0, 2, ON_1);
		kit_start(kit);
		assert_int_equal(rig_utlb(kit, 0, 2), ON_1);
		assert_ptr_equal(kit_event(kit, IPMMU_EVENT_UTLB_KEPT)->master,
				 &kit->described[keeper]);
		kit_free(kit);
	}
}

static void claim_of_a_kept_master_denies_it(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	kit->described[DMAC].keep = true;
	leave_context_on(kit, 1, KIT_RAM_PA);
	rig_set_utlb(kit, 1, 0, ON_1);
	kit_start(kit);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(rig_utlb(kit, 1, 0), ON_DENY);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_KEPT);
	kit_free(kit);
}

static void probe_keeps_undescribed_utlbs_and_counts_them(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	kit->desc.master_count = 0;
	leave_context_on(kit, 1, KIT_RAM_PA);
	rig_set_utlb(kit, 1, 0, ON_1);
	rig_set_utlb(kit, 1, 2, ON_1);
	kit_start(kit);
	assert_int_equal(rig_utlb(kit, 1, 2), ON_1);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_UTLB_KEPT), 2);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_CONTEXT_KEPT), 1);
	assert_null(kit_event(kit, IPMMU_EVENT_UTLB_KEPT)->master);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_UTLB_UNMANAGED)->value, 2);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_UTLB_UNMANAGED)->mmu, 1);
	kit_free(kit);
}

static void lockdown_denies_undescribed_utlbs_too(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN3);
	struct kit *kit;

	(void)state;
	config.options.lockdown = true;
	config.model.tlb_mode = MODEL_TLB_OFF;
	kit = kit_new(&config);
	kit->described[AUDIO].keep = true;
	leave_context_on(kit, 1, KIT_RAM_PA);
	rig_set_utlb(kit, 1, 1, ON_1);
	rig_set_utlb(kit, 1, 2, ON_1);
	kit_start(kit);
	assert_int_equal(rig_utlb(kit, 1, 2), ON_DENY);
	assert_int_equal(rig_utlb(kit, 1, 1), ON_1);
	assert_null(kit_event(kit, IPMMU_EVENT_UTLB_UNMANAGED));
	kit_free(kit);
}

/** struct misfit - one register of a kept context that is not as the root's mode wants it. */
struct misfit {
	uint32_t imctr;
	uint32_t ttbcr;
	uint32_t imsauxctlr;
};

static void refuse_misfit(const struct misfit *misfit)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	leave_context_on(kit, 1, KIT_RAM_PA);
	rig_set_context(kit, 0, 1, R_IMCTR, misfit->imctr);
	rig_set_context(kit, 0, 1, R_IMTTBCR, misfit->ttbcr);
	rig_set_global(kit, 0, R_IMSAUXCTLR, misfit->imsauxctlr);
	rig_set_utlb(kit, 1, 2, ON_1);
	assert_int_equal(kit_create(kit), IPMMU_E_FORMAT);
	assert_null(kit->system);
	rig_refused(kit, IPMMU_E_FORMAT, IPMMU_WHAT_CONTEXT, 0, 1);
	rig_allowed(kit, IPMMU_MODE_S2, IPMMU_MODE_S2);
	assert_int_equal(kit->writes, 0);
	rig_empty(kit);
	kit_free(kit);
}

static void probe_refuses_a_kept_context_of_another_format(void **state)
{
	const uint32_t fits = EAE | PMB | 1u << 6 | 24;
	const struct misfit misfits[] = {
		{B_MMUEN, fits, S2PTE},
		{B_VA64 | B_MMUEN, fits & ~EAE, S2PTE},
		{B_VA64 | B_MMUEN, fits & ~PMB, S2PTE},
		{B_VA64 | B_MMUEN, fits, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(misfits) / sizeof(misfits[0]); i++) {
		refuse_misfit(&misfits[i]);
	}
}

static void probe_keeps_a_context_that_is_off_whatever_its_format(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	rig_set_utlb(kit, 1, 2, ON_1);
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_KEPT);
	kit_free(kit);
}

static void probe_keeps_a_stage_1_context_of_a_stage_1_root(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN2);

	(void)state;
	rig_set_context(kit, 0, 0, R_IMTTLBR0, (uint32_t)KIT_RAM_PA);
	rig_set_context(kit, 0, 0, R_IMTTBCR, 0x80003510u);
	rig_set_context(kit, 0, 0, R_IMCTR, B_MMUEN);
	kit->described[DMAC].keep = true;
	rig_set_utlb(kit, 0, 0, B_MMUEN);
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 0).state, IPMMU_CONTEXT_KEPT);
	assert_int_equal(rig_context(kit, 0, 0, R_IMCTR), B_MMUEN);
	kit_free(kit);
}

static void probe_switches_off_what_nobody_keeps(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit *kit = rig_new(rig_generations[g]);
		uint32_t n;
		uint32_t unit;

		for (n = 0; n < kit->soc.contexts; n++) {
			rig_set_context(kit, 0, n, R_IMCTR, B_INTEN | B_MMUEN);
			rig_set_context(kit, dmac_unit(kit), n, R_IMCTR, B_INTEN | B_MMUEN);
		}
		kit_start(kit);
		for (unit = 0; unit < kit->desc.mmu_count; unit++) {
			for (n = 0; n < DENY; n++) {
				assert_int_equal(rig_context(kit, unit, n, R_IMCTR), 0);
			}
		}
		assert_int_equal(rig_context(kit, 0, DENY, R_IMCTR) & 7u, B_INTEN | B_MMUEN);
		kit_free(kit);
	}
}

static void probe_sets_up_deny_again_where_its_context_was_running(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	rig_set_context(kit, 0, DENY, R_IMTTLBR0, 0x7000000u);
	rig_set_context(kit, 0, DENY, R_IMTTBCR, EAE | 2u << 6);
	rig_set_context(kit, 0, DENY, R_IMCTR, B_MMUEN);
	rig_set_context(kit, 1, DENY, R_IMCTR, B_MMUEN);
	kit_start(kit);
	assert_int_equal(rig_mmu_info(kit, 0).deny_context, DENY);
	assert_int_equal(rig_context(kit, 0, DENY, R_IMTTBCR), EAE | PMB | 1u << 6 | 24);
	assert_int_not_equal(rig_context(kit, 0, DENY, R_IMTTLBR0), 0x7000000u);
	assert_int_equal(rig_context(kit, 1, DENY, R_IMCTR) & B_MMUEN, B_MMUEN);
	kit_free(kit);
}

static void probe_takes_for_deny_a_context_that_no_utlb_selects(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	rig_set_utlb(kit, 1, 0, B_MMUEN | 3u << 4);
	kit_start(kit);
	assert_int_equal(rig_mmu_info(kit, 0).deny_context, 2);
	assert_int_equal(rig_utlb(kit, 1, 0), B_MMUEN | 2u << 4);
	assert_int_equal(rig_context_info(kit, 3).state, IPMMU_CONTEXT_FREE);
	kit_free(kit);
}

static void probe_takes_even_context_0_of_gen2_for_deny(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN2);
	uint32_t u;

	(void)state;
	for (u = 0; u < 3; u++) {
		rig_set_utlb(kit, 0, u, B_MMUEN | (u + 1) << 4);
	}
	kit_start(kit);
	assert_int_equal(rig_mmu_info(kit, 0).deny_context, 0);
	assert_int_equal(rig_utlb(kit, 0, 2), B_MMUEN);
	kit_free(kit);
}

static void probe_refuses_when_no_context_is_left_for_deny(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);
	uint32_t u;

	(void)state;
	for (u = 0; u < 3; u++) {
		rig_set_utlb(kit, 1, u, B_MMUEN | (u + 1) << 4);
	}
	assert_int_equal(kit_create(kit), IPMMU_E_NO_CONTEXT);
	rig_refused(kit, IPMMU_E_NO_CONTEXT, IPMMU_WHAT_CONTEXT, 0, IPMMU_NONE);
	rig_allowed(kit, 1, 3);
	assert_int_equal(kit->writes, 0);
	rig_empty(kit);
	kit_free(kit);
}

static void probe_uses_no_more_contexts_than_allowed(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN3);
	struct kit *kit;

	(void)state;
	config.options.max_contexts = 2;
	kit = kit_new(&config);
	kit_start(kit);
	assert_int_equal(rig_mmu_info(kit, 0).deny_context, 2);
	assert_int_equal(rig_context_info(kit, 0).state, IPMMU_CONTEXT_RESERVED);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	assert_int_equal(rig_context_info(kit, 3).state, IPMMU_CONTEXT_RESERVED);
	kit_free(kit);
}

static void probe_tells_a_utlb_that_does_not_read_back(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	rig_set_utlb(kit, 1, 0, ON_1);
	rig_lie(kit, 1, rig_utlb_at(kit, 0), B_OTHER_CONTEXT);
	kit_start(kit);
	rig_honest();
	assert_int_equal(kit->escalations, 1);
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_UNVERIFIED);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_DENIED);
	kit_free(kit);
}

static void probe_minds_no_unknown_bits_of_a_utlb(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	rig_set_utlb(kit, 1, 0, ON_1);
	rig_lie(kit, 1, rig_utlb_at(kit, 0), B_UNKNOWN);
	rig_lie(kit, 1, rig_utlb_at(kit, 1), B_UNKNOWN);
	kit_start(kit);
	rig_honest();
	assert_int_equal(kit->escalations, 0);
	assert_int_equal(rig_utlb(kit, 1, 0), ON_DENY);
	assert_int_equal(rig_utlb_info(kit, 1, 0).state, IPMMU_UTLB_DENIED);
	/* Off, whatever else it reads. */
	assert_int_equal(rig_utlb_info(kit, 1, 1).state, IPMMU_UTLB_UNMANAGED);
	kit_free(kit);
}

static void probe_tells_each_unit_that_is_online(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);
	const struct ipmmu_event *event;

	(void)state;
	kit_start(kit);
	assert_int_equal(rig_events(kit, IPMMU_EVENT_MMU_ONLINE), 3);
	event = kit_event(kit, IPMMU_EVENT_MMU_ONLINE);
	assert_int_equal(event->mmu, 2);
	assert_int_equal(event->context, DENY);
	assert_int_equal(event->value, IPMMU_MODE_S2);
	kit_free(kit);
}

static void probe_with_consent_to_bypass_leaves_what_runs(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN2);
	struct kit *kit;

	(void)state;
	config.options.max_contexts = 1;
	config.options.consent_bypass = true;
	kit = kit_new(&config);
	rig_set_utlb(kit, 0, 0, ON_1);
	kit_start(kit);
	assert_int_equal(rig_mmu_info(kit, 0).deny_context, IPMMU_NONE);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_MMU_ONLINE)->context, IPMMU_NONE);
	/* Off is bypass there, which the host has accepted for detached masters alone. */
	assert_int_equal(rig_utlb(kit, 0, 0), ON_1);
	assert_int_equal(rig_utlb_info(kit, 0, 0).state, IPMMU_UTLB_UNMANAGED);
	assert_int_equal(kit_event(kit, IPMMU_EVENT_UTLB_KEPT)->utlb, 0);
	assert_null(kit_event(kit, IPMMU_EVENT_UTLB_DENIED));
	assert_int_equal(rig_context_info(kit, 0).state, IPMMU_CONTEXT_FREE);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_KEPT);
	assert_int_equal(rig_context_info(kit, 2).state, IPMMU_CONTEXT_RESERVED);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probe_denies_running_utlbs_of_described_masters),
		cmocka_unit_test(probe_leaves_utlbs_that_are_off_alone),
		cmocka_unit_test(probe_denies_a_utlb_that_selects_the_pmb),
		cmocka_unit_test(
			probe_keeps_an_undescribed_utlb_on_the_pmb_without_keeping_a_context),
		cmocka_unit_test(probe_leaves_a_kept_master_and_its_context_as_found),
		cmocka_unit_test(probe_keeps_a_shared_utlb_whichever_of_its_masters_is_kept),
		cmocka_unit_test(claim_of_a_kept_master_denies_it),
		cmocka_unit_test(probe_keeps_undescribed_utlbs_and_counts_them),
		cmocka_unit_test(lockdown_denies_undescribed_utlbs_too),
		cmocka_unit_test(probe_refuses_a_kept_context_of_another_format),
		cmocka_unit_test(probe_keeps_a_context_that_is_off_whatever_its_format),
		cmocka_unit_test(probe_keeps_a_stage_1_context_of_a_stage_1_root),
		cmocka_unit_test(probe_switches_off_what_nobody_keeps),
		cmocka_unit_test(probe_sets_up_deny_again_where_its_context_was_running),
		cmocka_unit_test(probe_takes_for_deny_a_context_that_no_utlb_selects),
		cmocka_unit_test(probe_takes_even_context_0_of_gen2_for_deny),
		cmocka_unit_test(probe_refuses_when_no_context_is_left_for_deny),
		cmocka_unit_test(probe_uses_no_more_contexts_than_allowed),
		cmocka_unit_test(probe_tells_a_utlb_that_does_not_read_back),
		cmocka_unit_test(probe_minds_no_unknown_bits_of_a_utlb),
		cmocka_unit_test(probe_tells_each_unit_that_is_online),
		cmocka_unit_test(probe_with_consent_to_bypass_leaves_what_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
