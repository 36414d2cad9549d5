// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Several CPUs on one system: a domain does not end under a call that uses it, also when a
 * flush of another CPU fails meanwhile, and a retry takes the masters out.
 */
#include "cpus.h"

enum {
	BIG = 16 << 20 /* 4096 pages: more than the engine removes in one step */
};

static const uint64_t BIG_IOVA = 0x30000000;
/* Not aligned to a block. */
static const uint64_t BIG_PA = 0x80001000;

/* ---- at each page-table lock of an unmap in several steps ---- */

static void start_big(const struct ipmmu_owned_config *wish)
{
	static const struct ipmmu_pt_prot rw = {IPMMU_PT_READ | IPMMU_PT_WRITE,
						IPMMU_PT_CACHED};

	cpus_start();
	cpus_own_as(0, wish);
	assert_int_equal(ipmmu_domain_map(cpus.domains[0], (struct ipmmu_iova){BIG_IOVA},
					  (struct ipmmu_pa){BIG_PA}, BIG, rw),
			 IPMMU_OK);
	cpus_attach(DMAC, 0);
}

static void fail_flush(uint32_t domain)
{
	uint32_t context = cpus_context(domain);

	cpus_set_stuck(context, true);
	assert_int_equal(ipmmu_domain_flush(cpus.domains[domain]), IPMMU_E_TIMEOUT);
	cpus_set_stuck(context, false);
}

static uint32_t locks_of(const struct call *call, const struct ipmmu_owned_config *wish)
{
	struct call *change;
	uint32_t locks;

	start_big(wish);
	change = cpus_begin(call);
	cpus_end(change);
	assert_int_equal(change->err, IPMMU_OK);
	locks = change->locks;
	cpus_stop();
	return locks;
}

static void destroy_meets(const struct call *call, const struct ipmmu_owned_config *wish)
{
	struct call *change;

	start_big(wish);
	change = cpus_begin(call);
	fail_flush(0);
	assert_int_equal(ipmmu_domain_retry(cpus.domains[0]), IPMMU_OK);
	assert_int_equal(cpus_domain(0).masters, 0);
	assert_int_equal(ipmmu_domain_destroy(cpus.domains[0]), IPMMU_E_BUSY);
	cpus_end(change);
	assert_int_equal(change->err, IPMMU_OK);
	cpus_stop();
}

static void abandon_meets(const struct call *call, const struct ipmmu_owned_config *wish)
{
	struct call *change;

	start_big(wish);
	change = cpus_begin(call);
	fail_flush(0);
	assert_int_equal(ipmmu_domain_abandon(cpus.domains[0]), IPMMU_E_BUSY);
	cpus_end(change);
	cpus_stop();
}

static void at_each_lock(struct call *call, const struct ipmmu_owned_config *wish)
{
	uint32_t locks = locks_of(call, wish);

	/* One for each step at least, and one to give tables back. */
	assert_true(locks >= 3);
	call->place = AT_NTH;
	for (call->nth = 0; call->nth < locks; call->nth++) {
		destroy_meets(call, wish);
		abandon_meets(call, wish);
	}
}

static void domain_does_not_end_under_an_unmap_that_keeps_its_tables(void **state)
{
	static const struct ipmmu_owned_config wish = {.keep_empty = true};
	struct call call = {.which = CALL_UNMAP, .iova = BIG_IOVA, .size = BIG};

	(void)state;
	at_each_lock(&call, &wish);
}

static void domain_does_not_end_under_an_unmap_that_frees_its_tables(void **state)
{
	static const struct ipmmu_owned_config wish = {.keep_empty = false};
	struct call call = {.which = CALL_UNMAP, .iova = BIG_IOVA, .size = BIG};

	(void)state;
	at_each_lock(&call, &wish);
}

static void domain_does_not_end_between_break_and_make(void **state)
{
	static const struct ipmmu_owned_config wish = {.replace = IPMMU_PT_BREAK_BEFORE_MAKE};
	struct call call = {.which = CALL_PROTECT, .iova = BIG_IOVA};

	(void)state;
	at_each_lock(&call, &wish);
}

/* ---- in quarantine, where maps go on ---- */

static void domain_is_not_abandoned_under_a_call_in_quarantine(void **state)
{
	static const struct call calls[] = {
		{.which = CALL_MAP, .place = AT_TABLE},
		{.which = CALL_MAP, .place = IN_CLEAN},
		{.which = CALL_TRANSLATE, .place = AT_TABLE},
	};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct call call = calls[i];
		struct call *under_way;

		cpus_start_owned();
		fail_flush(0);
		call.iova = cpus_far(call.which == CALL_MAP ? 9 : 0);
		under_way = cpus_begin(&call);
		assert_int_equal(ipmmu_domain_abandon(cpus.domains[0]), IPMMU_E_BUSY);
		cpus_end(under_way);
		assert_int_equal(under_way->err, IPMMU_OK);
		cpus_stop();
	}
}

/* ---- a map that ends with a flush ---- */

/* Another CPU's flush fails while the map is in the engine, which changes the table all the
 * same. */
static void map_whose_flush_finds_quarantine_answers_a_time_out(void **state)
{
	static const struct ipmmu_options options = {.flush_timeout_us = CPUS_LIMIT_US,
						     .flush_additions = true};
	struct ipmmu_pt_mapping mapping;
	struct call *map;

	(void)state;
	cpus_start_with(&options);
	cpus_own(0);
	cpus_attach(DMAC, 0);
	map = cpus_begin(
		&(struct call){.which = CALL_MAP, .place = IN_CLEAN, .iova = cpus_far(0)});
	cpus_set_stuck_in(2, cpus_context(0), true);
	/* It brings the domain into another cache, with a flush. */
	assert_int_equal(ipmmu_master_attach(cpus.masters[AUDIO], cpus.domains[0], NULL),
			 IPMMU_E_TIMEOUT);
	cpus_set_stuck_in(2, cpus_context(0), false);
	cpus_end(map);
	assert_int_equal(map->err, IPMMU_E_TIMEOUT);
	assert_int_equal(ipmmu_domain_translate(cpus.domains[0],
						(struct ipmmu_iova){cpus_far(0)}, &mapping),
			 IPMMU_OK);
	cpus_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cpus_test(domain_does_not_end_under_an_unmap_that_keeps_its_tables),
		cpus_test(domain_does_not_end_under_an_unmap_that_frees_its_tables),
		cpus_test(domain_does_not_end_between_break_and_make),
		cpus_test(domain_is_not_abandoned_under_a_call_in_quarantine),
		cpus_test(map_whose_flush_finds_quarantine_answers_a_time_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
