// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * What ipmmu_system_create() refuses before anything is touched, and what it tells then.
 * Refusals of masters and domains are in test_bad_calls.c.
 */
#include "rig.h"

#include <string.h>

/* ---- hooks ---- */

typedef void (*hook)(void);

#define PLACE(member) ((uint32_t)(offsetof(struct ipmmu_ops, member) / sizeof(hook)))

static void drop_hook(struct kit *kit, uint32_t place)
{
	memset((uint8_t *)&kit->ops + place * sizeof(hook), 0, sizeof(hook));
}

static void assert_hook_is_refused(struct kit *kit, uint32_t told)
{
	assert_int_equal(kit_create(kit), IPMMU_E_ARG);
	assert_null(kit->system);
	rig_refused(kit, IPMMU_E_ARG, IPMMU_WHAT_HOOK, IPMMU_NONE, told);
	assert_int_equal(kit->reads + kit->writes, 0);
	rig_empty(kit);
}

static void each_mandatory_hook_is_asked_for_by_its_place(void **state)
{
	static const uint32_t places[] = {
		PLACE(mmio_read32), PLACE(mmio_write32), PLACE(alloc), PLACE(free),
		PLACE(table_alloc), PLACE(table_free),   PLACE(clean), PLACE(barrier),
		PLACE(now_us),      PLACE(lock_destroy), PLACE(lock),  PLACE(unlock),
		PLACE(power_get),   PLACE(quiesce),
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct kit *kit = rig_new(IPMMU_GEN3);

		drop_hook(kit, places[i]);
		assert_hook_is_refused(kit, places[i]);
		kit_free(kit);
	}
}

static void halves_of_optional_pairs_are_refused(void **state)
{
	/* The missing one, and the place that is told. */
	static const uint32_t halves[][2] = {
		{PLACE(lock_create), PLACE(lock_destroy)},
		{PLACE(power_put), PLACE(power_get)},
		{PLACE(release), PLACE(quiesce)},
	};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct kit *kit = rig_new(IPMMU_GEN3);

		drop_hook(kit, halves[i][0]);
		assert_hook_is_refused(kit, halves[i][1]);
		kit_free(kit);
	}
}

static void null_pointers_are_refused(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);
	struct ipmmu_system *system = (void *)kit;

	(void)state;
	assert_int_equal(ipmmu_system_create(NULL, kit, &kit->desc, NULL, &system),
			 IPMMU_E_ARG);
	assert_null(system);
	assert_int_equal(ipmmu_system_create(&kit->ops, kit, NULL, NULL, &system), IPMMU_E_ARG);
	assert_int_equal(ipmmu_system_create(&kit->ops, kit, &kit->desc, NULL, NULL),
			 IPMMU_E_ARG);
	kit->desc.mmus = NULL;
	assert_int_equal(ipmmu_system_create(&kit->ops, kit, &kit->desc, NULL, &system),
			 IPMMU_E_ARG);
	kit->desc.mmus = kit->mmus;
	kit->desc.masters = NULL;
	assert_int_equal(ipmmu_system_create(&kit->ops, kit, &kit->desc, NULL, &system),
			 IPMMU_E_ARG);
	kit->desc.master_count = 0;
	assert_int_equal(ipmmu_system_create(&kit->ops, kit, &kit->desc, NULL, &system),
			 IPMMU_OK);
	kit_free(kit);
}

/* ---- numbers of the description and the options ---- */

/** struct refusal - how a good machine is spoilt, and what must be told. */
struct refusal {
	void (*spoil)(struct kit *kit);
	enum ipmmu_err error;
	enum ipmmu_what what;
	uint32_t mmu;
	uint64_t value;
	uint64_t min;
	uint64_t max;
};

static void no_mmu(struct kit *kit)
{
	kit->desc.mmu_count = 0;
}

static void too_many_mmus(struct kit *kit)
{
	kit->desc.mmu_count = 65;
}

static void mode_unknown(struct kit *kit)
{
	kit->config.mode = IPMMU_MODE_COUNT;
}

static void timeout_too_long(struct kit *kit)
{
	kit->config.options.flush_timeout_us = 1000001;
}

static void storms_too_large(struct kit *kit)
{
	kit->config.options.storm_limit = 65537;
}

static void one_context_without_consent(struct kit *kit)
{
	kit->config.options.max_contexts = 1;
}

static void consent_without_one_context(struct kit *kit)
{
	kit->config.options.consent_bypass = true;
	kit->config.options.max_contexts = 2;
}

static void more_contexts_than_there_are(struct kit *kit)
{
	kit->config.options.max_contexts = 4;
}

static void no_row(struct kit *kit)
{
	kit->mmus[1].soc = NULL;
}

static void unknown_generation(struct kit *kit)
{
	kit->soc.generation = (enum ipmmu_generation)5;
}

static void unsuitable_part(struct kit *kit)
{
	kit->soc.unsuitable = true;
}

static void no_stage2(struct kit *kit)
{
	kit->soc.stage2 = IPMMU_NO;
	kit->config.options.force_stage2 = true;
}

static void unproven_stage2(struct kit *kit)
{
	kit->soc.stage2 = IPMMU_UNKNOWN;
}

static void root_out_of_range(struct kit *kit)
{
	kit->mmus[1].root = 3;
}

static void cache_of_a_cache(struct kit *kit)
{
	kit->mmus[2].root = 1;
}

static void cache_of_another_row(struct kit *kit)
{
	static struct ipmmu_soc other;

	other = kit->soc;
	kit->mmus[1].soc = &other;
}

static void region_too_small(struct kit *kit)
{
	kit->mmus[1].reg_size = 0xfff;
}

static void region_past_the_end(struct kit *kit)
{
	kit->mmus[1].reg.v = UINT64_MAX - 0xfff;
	kit->mmus[1].reg_size = 0x1000;
}

static void region_in_the_one_before(struct kit *kit)
{
	kit->mmus[2].reg.v = kit->mmus[1].reg.v + 0xfff;
}

static void region_around_the_one_before(struct kit *kit)
{
	kit->mmus[2].reg.v = kit->mmus[1].reg.v - 0x800;
}

static void region_in_the_first(struct kit *kit)
{
	kit->mmus[2].reg.v = kit->mmus[0].reg.v;
}

static void master_without_port(struct kit *kit)
{
	kit->described[AUDIO].port_count = 0;
}

static void master_without_ports(struct kit *kit)
{
	kit->described[AUDIO].ports = NULL;
}

static void port_of_no_mmu(struct kit *kit)
{
	kit->masters[AUDIO].ports[1].mmu = 3;
}

static void port_of_a_root(struct kit *kit)
{
	kit->masters[AUDIO].ports[1].mmu = 0;
}

static void utlb_out_of_range(struct kit *kit)
{
	kit->masters[AUDIO].ports[1].utlb = 3;
}

static void first_utlb_out_of_range(struct kit *kit)
{
	kit->masters[AUDIO].ports[0].utlb = 3;
}

static void port_twice(struct kit *kit)
{
	kit->masters[AUDIO].ports[1] = kit->masters[AUDIO].ports[0];
}

static const struct refusal refusals[] = {
	{no_mmu, IPMMU_E_RANGE, IPMMU_WHAT_MMU_COUNT, IPMMU_NONE, 0, 1, 64},
	{too_many_mmus, IPMMU_E_RANGE, IPMMU_WHAT_MMU_COUNT, IPMMU_NONE, 65, 1, 64},
	{mode_unknown, IPMMU_E_ARG, IPMMU_WHAT_MODE, IPMMU_NONE, 4, 0, 3},
	{timeout_too_long, IPMMU_E_ARG, IPMMU_WHAT_FLUSH_TIMEOUT, IPMMU_NONE, 1000001, 0,
	 1000000},
	{storms_too_large, IPMMU_E_ARG, IPMMU_WHAT_STORM_LIMIT, IPMMU_NONE, 65537, 0, 65536},
	{one_context_without_consent, IPMMU_E_ARG, IPMMU_WHAT_MAX_CONTEXTS, IPMMU_NONE, 1, 2,
	 16},
	{consent_without_one_context, IPMMU_E_ARG, IPMMU_WHAT_MAX_CONTEXTS, IPMMU_NONE, 2, 1,
	 1},
	{more_contexts_than_there_are, IPMMU_E_RANGE, IPMMU_WHAT_MAX_CONTEXTS, 0, 4, 0, 3},
	{no_row, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_SOC, 1, 0, 0, 0},
	{unknown_generation, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_SOC, 0, 0, 0, 0},
	{unsuitable_part, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_UNSUITABLE, 0, 0, 0, 0},
	{no_stage2, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_MODE, 0, IPMMU_MODE_S2,
	 IPMMU_MODE_S1_AARCH32, IPMMU_MODE_S1_AARCH64},
	{unproven_stage2, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_MODE, 0, IPMMU_MODE_S2,
	 IPMMU_MODE_S1_AARCH32, IPMMU_MODE_S1_AARCH64},
	{root_out_of_range, IPMMU_E_RANGE, IPMMU_WHAT_ROOT, 1, 3, 0, 2},
	{cache_of_a_cache, IPMMU_E_ROOT, IPMMU_WHAT_ROOT, 2, 1, 0, 0},
	{cache_of_another_row, IPMMU_E_ROOT, IPMMU_WHAT_ROOT, 1, 0, 0, 0},
	{region_too_small, IPMMU_E_RANGE, IPMMU_WHAT_REG_SIZE, 1, 0xfff, 0x1000,
	 UINT64_MAX - 0xe67f0000u},
	{region_past_the_end, IPMMU_E_RANGE, IPMMU_WHAT_REG_SIZE, 1, 0x1000, 0x1000, 0xfff},
	{region_in_the_one_before, IPMMU_E_EXISTS, IPMMU_WHAT_REG, 2, 0xe67f0fffu, 0xe67f1000u,
	 UINT64_MAX - 0xe67f0fffu},
	{region_around_the_one_before, IPMMU_E_EXISTS, IPMMU_WHAT_REG, 2, 0xe67ef800u,
	 0xe67f1000u, UINT64_MAX - 0xe67ef800u},
	{region_in_the_first, IPMMU_E_EXISTS, IPMMU_WHAT_REG, 2, 0xe67b0000u, 0xe67b1000u,
	 UINT64_MAX - 0xe67b0000u},
	{master_without_port, IPMMU_E_RANGE, IPMMU_WHAT_PORT_COUNT, IPMMU_NONE, 0, 1,
	 UINT32_MAX},
	{master_without_ports, IPMMU_E_RANGE, IPMMU_WHAT_PORT_COUNT, IPMMU_NONE, 2, 1,
	 UINT32_MAX},
	{port_of_no_mmu, IPMMU_E_RANGE, IPMMU_WHAT_PORT_MMU, IPMMU_NONE, 3, 0, 2},
	{port_of_a_root, IPMMU_E_RANGE, IPMMU_WHAT_PORT_MMU, 0, 0, 0, 2},
	{utlb_out_of_range, IPMMU_E_RANGE, IPMMU_WHAT_UTLB, 2, 3, 0, 2},
	{first_utlb_out_of_range, IPMMU_E_RANGE, IPMMU_WHAT_UTLB, 1, 3, 0, 2},
	{port_twice, IPMMU_E_EXISTS, IPMMU_WHAT_UTLB, 1, 1, 0, 0},
};

static void each_bad_number_is_told_with_what_would_be_allowed(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *refusal = &refusals[i];
		struct kit *kit = rig_new(IPMMU_GEN3);
		uint32_t count = kit->desc.mmu_count;

		refusal->spoil(kit);
		assert_int_equal(kit_create(kit), refusal->error);
		assert_null(kit->system);
		assert_int_equal(rig_events(kit, IPMMU_EVENT_BAD_ARGUMENT), 1);
		rig_refused(kit, refusal->error, refusal->what, refusal->mmu, refusal->value);
		rig_allowed(kit, refusal->min, refusal->max);
		assert_int_equal(kit->reads + kit->writes, 0);
		kit->desc.mmu_count = count;
		rig_empty(kit);
		kit_free(kit);
	}
}

static void refusal_of_a_port_names_the_master(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	utlb_out_of_range(kit);
	assert_int_equal(kit_create(kit), IPMMU_E_RANGE);
	assert_ptr_equal(kit_event(kit, IPMMU_EVENT_BAD_ARGUMENT)->master,
			 &kit->described[AUDIO]);
	kit_free(kit);
}

static void unit_of_gen2_cannot_be_a_cache(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN2);

	(void)state;
	kit->mmus[1] = kit->mmus[0];
	kit->mmus[1].reg.v += 0x1000;
	kit->desc.mmu_count = 2;
	assert_int_equal(kit_create(kit), IPMMU_E_ROOT);
	rig_refused(kit, IPMMU_E_ROOT, IPMMU_WHAT_ROOT, 1, 0);
	kit_free(kit);
}

static void gen2_allows_one_mode(void **state)
{
	static const enum ipmmu_mode refused[] = {IPMMU_MODE_S2, IPMMU_MODE_S1_AARCH64};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct kit *kit = rig_new(IPMMU_GEN2);

		kit->config.mode = refused[i];
		assert_int_equal(kit_create(kit), IPMMU_E_UNSUPPORTED);
		rig_refused(kit, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_MODE, 0, refused[i]);
		rig_allowed(kit, IPMMU_MODE_S1_AARCH32, IPMMU_MODE_S1_AARCH32);
		kit_free(kit);
	}
}

static void root_with_too_many_caches_is_refused(void **state)
{
	static struct ipmmu_mmu_desc mmus[IPMMU_MAX_CACHES + 2];
	struct kit *kit = rig_new(IPMMU_GEN3);
	uint32_t i;

	(void)state;
	for (i = 0; i < IPMMU_MAX_CACHES + 2; i++) {
		mmus[i] = kit->mmus[i == 0 ? 0 : 1];
		mmus[i].reg.v = 0xe0000000u + i * 0x1000u;
	}
	kit->desc.mmus = mmus;
	kit->desc.mmu_count = IPMMU_MAX_CACHES + 2;
	assert_int_equal(kit_create(kit), IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_MMU_COUNT, 0, IPMMU_MAX_CACHES + 1);
	rig_allowed(kit, 0, IPMMU_MAX_CACHES);
	kit_free(kit);
}

static void as_many_mmus_as_are_allowed_are_not_refused(void **state)
{
	static struct ipmmu_mmu_desc mmus[64];
	struct kit *kit = rig_new(IPMMU_GEN2);
	uint32_t i;

	(void)state;
	for (i = 0; i < 64; i++) {
		mmus[i] = kit->mmus[0];
		mmus[i].root = i;
		mmus[i].reg.v = 0xe0000000u + i * 0x1000u;
	}
	kit->desc.mmus = mmus;
	kit->desc.mmu_count = 64;
	/* The kit's arena is for one. */
	assert_int_equal(kit_create(kit), IPMMU_E_NO_MEMORY);
	assert_null(kit_event(kit, IPMMU_EVENT_BAD_ARGUMENT));
	kit_free(kit);
}

/* ---- wishes that are granted ---- */

static enum ipmmu_mode mode_that_comes_of(enum ipmmu_mode wish, enum ipmmu_ability ability,
					  bool force)
{
	struct kit *kit = rig_new(IPMMU_GEN3);
	enum ipmmu_mode mode = IPMMU_MODE_AUTO;

	kit->config.mode = wish;
	kit->config.options.force_stage2 = force;
	kit->soc.stage2 = ability;
	if (kit_create(kit) == IPMMU_OK) {
		mode = rig_mmu_info(kit, 0).mode;
	}
	kit_free(kit);
	return mode;
}

static void mode_follows_the_wish_and_what_is_known(void **state)
{
	(void)state;
	assert_int_equal(mode_that_comes_of(IPMMU_MODE_AUTO, IPMMU_YES, false), IPMMU_MODE_S2);
	assert_int_equal(mode_that_comes_of(IPMMU_MODE_AUTO, IPMMU_UNKNOWN, false),
			 IPMMU_MODE_S1_AARCH32);
	assert_int_equal(mode_that_comes_of(IPMMU_MODE_AUTO, IPMMU_UNKNOWN, true),
			 IPMMU_MODE_S2);
	assert_int_equal(mode_that_comes_of(IPMMU_MODE_AUTO, IPMMU_NO, true),
			 IPMMU_MODE_S1_AARCH32);
	assert_int_equal(mode_that_comes_of(IPMMU_MODE_S2, IPMMU_UNKNOWN, true), IPMMU_MODE_S2);
	assert_int_equal(mode_that_comes_of(IPMMU_MODE_S1_AARCH64, IPMMU_YES, false),
			 IPMMU_MODE_S1_AARCH64);
	assert_int_equal(mode_that_comes_of(IPMMU_MODE_S1_AARCH32, IPMMU_YES, false),
			 IPMMU_MODE_S1_AARCH32);
}

static void unsuitable_part_is_accepted_by_name(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	unsuitable_part(kit);
	kit->config.options.accept_unsuitable = true;
	kit_start(kit);
	kit_free(kit);
}

static void regions_may_touch(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);

	(void)state;
	kit->mmus[2].reg.v = kit->mmus[1].reg.v + 0x1000;
	kit_start(kit);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mandatory_hook_is_asked_for_by_its_place),
		cmocka_unit_test(halves_of_optional_pairs_are_refused),
		cmocka_unit_test(null_pointers_are_refused),
		cmocka_unit_test(each_bad_number_is_told_with_what_would_be_allowed),
		cmocka_unit_test(refusal_of_a_port_names_the_master),
		cmocka_unit_test(unit_of_gen2_cannot_be_a_cache),
		cmocka_unit_test(gen2_allows_one_mode),
		cmocka_unit_test(root_with_too_many_caches_is_refused),
		cmocka_unit_test(as_many_mmus_as_are_allowed_are_not_refused),
		cmocka_unit_test(mode_follows_the_wish_and_what_is_known),
		cmocka_unit_test(unsuitable_part_is_accepted_by_name),
		cmocka_unit_test(regions_may_touch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
