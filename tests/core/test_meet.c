// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Calls that meet those of another CPU, at each place where no lock is held.
 */
#include "rig.h"

enum {
	PLACES = 1000 /* more than any call has */
};

/* ---- a reserve, and a flush of another CPU that fails ---- */

static bool failed;
static uint32_t time_outs;

static void fail_flush(struct kit *kit, int domain, int unused)
{
	uint32_t context = rig_domain_info(kit, domain).context;

	(void)unused;
	if (context != IPMMU_NONE) {
		model_set_stuck(kit->model, 0, context, true);
		failed = ipmmu_domain_flush(kit->domains[domain].domain) == IPMMU_E_TIMEOUT;
		model_set_stuck(kit->model, 0, context, false);
	}
}

static bool reserve_meets(enum kit_place place, uint32_t nth)
{
	struct kit *kit = rig_default();
	enum ipmmu_err err;
	bool met;

	failed = false;
	kit->meanwhile = (struct kit_meanwhile){place, nth, fail_flush, 0, 0};
	err = ipmmu_domain_reserve(kit->domains[0].domain);
	met = kit->meanwhile.run == NULL;
	kit->meanwhile.place = KIT_AT_NOTHING;
	/* It has taken a context, so this is not the answer of one that was refused. The flush
	 * may also have failed when the reserve was through. */
	assert_int_equal(err, err != IPMMU_OK && failed ? IPMMU_E_TIMEOUT : IPMMU_OK);
	time_outs += err == IPMMU_E_TIMEOUT ? 1 : 0;
	assert_int_equal(rig_domain_info(kit, 0).state,
			 failed ? IPMMU_DOMAIN_QUARANTINED : IPMMU_DOMAIN_LIVE);
	kit_free(kit);
	return met;
}

static void reserve_that_meets_a_time_out_answers_it(void **state)
{
	static const enum kit_place places[] = {KIT_AT_LOCK, KIT_AT_RELAX};
	uint32_t nth;
	size_t i;

	(void)state;
	time_outs = 0;
	for (i = 0; i < 2; i++) {
		for (nth = 1; reserve_meets(places[i], nth); nth++) {
			assert_true(nth < PLACES);
		}
	}
	assert_true(time_outs > 1);
}

/* ---- two retries of what was abandoned ---- */

static uint32_t counted;

static void system_retry(struct kit *kit, int unused, int unused_too)
{
	(void)unused;
	(void)unused_too;
	counted = ipmmu_system_retry(kit->system);
}

static void system_retry_counts_what_another_cpu_retries(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_attach(kit, DMAC, 0);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_OK);
	model_set_stuck(kit->model, 0, 1, false);
	counted = 0;
	kit->meanwhile = (struct kit_meanwhile){KIT_AT_RELAX, 1, system_retry, 0, 0};
	assert_int_equal(kit_system_retry(kit), 0);
	assert_null(kit->meanwhile.run);
	/* It was not free yet. */
	assert_int_equal(counted, 1);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reserve_that_meets_a_time_out_answers_it),
		cmocka_unit_test(system_retry_counts_what_another_cpu_retries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
