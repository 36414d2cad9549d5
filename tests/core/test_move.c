// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Moves: where a master ends, and what it reaches on the way, is watched by the kit.
 */
#include "kit.h"
#include "kit_cmocka.h"

enum {
	DMAC = 0,
	AUDIO = 1,
	MMC = 2,
	TWIN = 3
};

/* Two domains with two pages each, all masters claimed. */
static struct kit *ready(const struct kit_config *config)
{
	struct kit *kit = kit_new(config);
	int i;

	kit_start(kit);
	for (i = 0; i < 2; i++) {
		assert_int_equal(kit_domain_new(kit, i), IPMMU_OK);
		kit_map(kit, i, 0, true);
		kit_map(kit, i, 1, false);
	}
	for (i = 0; i < KIT_MASTERS; i++) {
		assert_int_equal(kit_add(kit, i), IPMMU_OK);
	}
	kit_forget(kit);
	return kit;
}

static struct kit *ready_default(void)
{
	struct kit_config config = kit_config();

	return ready(&config);
}

static void claimed_master_reaches_nothing_before_it_is_attached(void **state)
{
	struct kit *kit = ready_default();
	struct model_access access = kit_dma(kit, DMAC, kit_iova(0, 0), true);

	(void)state;
	assert_int_not_equal(access.state, MODEL_ACCESS_DONE);
	kit_free(kit);
}

static void attached_master_reaches_what_its_domain_maps(void **state)
{
	struct kit *kit = ready_default();
	struct ipmmu_move_result result;
	struct model_access access;

	(void)state;
	assert_int_equal(kit_attach(kit, AUDIO, 0, &result), IPMMU_OK);
	assert_int_equal(result.state, IPMMU_MASTER_ATTACHED);
	access = kit_dma(kit, AUDIO, kit_iova(0, 0), true);
	assert_int_equal(access.state, MODEL_ACCESS_DONE);
	assert_true(access.pa == kit_pa(0, 0));
	access = kit_dma(kit, AUDIO, kit_iova(0, 1), true);
	assert_int_not_equal(access.state, MODEL_ACCESS_DONE);
	kit_free(kit);
}

static void moved_master_reaches_only_its_new_domain(void **state)
{
	struct kit *kit = ready_default();
	struct ipmmu_move_result result;
	struct model_access access;

	(void)state;
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	access = kit_dma(kit, AUDIO, kit_iova(0, 0), true);
	assert_int_equal(access.state, MODEL_ACCESS_DONE);
	assert_int_equal(kit_move(kit, AUDIO, 1, &result), IPMMU_OK);
	assert_true(result.quiesced);
	access = kit_dma(kit, AUDIO, kit_iova(0, 0), true);
	assert_int_equal(access.state, MODEL_ACCESS_DONE);
	assert_true(access.pa == kit_pa(1, 0));
	kit_free(kit);
}

static void detached_master_is_denied_and_gives_the_context_back(void **state)
{
	struct kit *kit = ready_default();
	struct ipmmu_move_result result;
	struct ipmmu_domain_info info;

	(void)state;
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_detach(kit, DMAC, &result), IPMMU_OK);
	assert_int_equal(result.state, IPMMU_MASTER_DENIED);
	assert_int_not_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).state, MODEL_ACCESS_DONE);
	assert_int_equal(ipmmu_domain_query(kit->domains[0].domain, &info), IPMMU_OK);
	assert_int_equal(info.context, IPMMU_NONE);
	kit_free(kit);
}

static void flush_that_never_ends_quarantines_and_denies(void **state)
{
	struct kit *kit = ready_default();
	struct ipmmu_move_result result;

	(void)state;
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	assert_int_equal(kit_detach(kit, DMAC, &result), IPMMU_E_TIMEOUT);
	assert_int_equal(result.state, IPMMU_MASTER_DENIED);
	assert_true(result.old_quarantined);
	assert_int_not_equal(kit_dma(kit, AUDIO, kit_iova(0, 0), true).state,
			     MODEL_ACCESS_DONE);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_QUARANTINED);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_TIMEOUT);
	model_set_stuck(kit->model, 0, MODEL_NONE, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claimed_master_reaches_nothing_before_it_is_attached),
		cmocka_unit_test(attached_master_reaches_what_its_domain_maps),
		cmocka_unit_test(moved_master_reaches_only_its_new_domain),
		cmocka_unit_test(detached_master_is_denied_and_gives_the_context_back),
		cmocka_unit_test(flush_that_never_ends_quarantines_and_denies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
