// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Several CPUs on one system: calls on one table that meet.
 */
#include "cpus.h"

static void change_that_waits_for_its_flush_keeps_others_out(void **state)
{
	struct call *change;
	struct ipmmu_pt_mapping mapping;
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	uint32_t count;
	bool more;

	(void)state;
	cpus_start_owned();
	change = cpus_begin(
		&(struct call){.which = CALL_PROTECT, .place = IN_RELAX, .iova = cpus_far(0)});
	assert_int_equal(cpus_map(0, cpus_far(9)), IPMMU_E_BUSY);
	assert_int_equal(cpus_unmap(0, cpus_far(1)), IPMMU_E_BUSY);
	assert_int_equal(cpus_protect(0, cpus_far(1)), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_refill(cpus.domains[0]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_drain(cpus.domains[0], 1, &more), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_translate(cpus.domains[0],
						(struct ipmmu_iova){cpus_far(1)}, &mapping),
			 IPMMU_OK);
	assert_int_equal(ipmmu_domain_explain(cpus.domains[0], (struct ipmmu_iova){cpus_far(0)},
					      levels, &count),
			 IPMMU_OK);
	assert_int_equal(levels[count - 1].kind, IPMMU_PT_BROKEN);
	cpus_end(change);
	assert_int_equal(change->err, IPMMU_OK);
	assert_int_equal(cpus_unmap(0, cpus_far(1)), IPMMU_OK);
	cpus_stop();
}

static void map_of_other_addresses_goes_on_while_an_unmap_waits(void **state)
{
	struct call *first;
	uint64_t start;

	(void)state;
	cpus_start_owned();
	first = cpus_begin(
		&(struct call){.which = CALL_UNMAP, .place = IN_RELAX, .iova = cpus_far(1)});
	start = cpus_now();
	assert_int_equal(cpus_map(0, cpus_far(9)), IPMMU_OK);
	/* The pages beside it, too. */
	assert_int_equal(cpus_map(0, cpus_far(1) - 4096), IPMMU_OK);
	assert_int_equal(cpus_map(0, cpus_far(1) + 4096), IPMMU_OK);
	assert_int_equal(cpus_now(), start);
	cpus_end(first);
	assert_int_equal(first->err, IPMMU_OK);
	cpus_stop();
}

/* Or a unit would know two answers for one address. */
static void map_of_the_same_addresses_waits_until_they_are_flushed(void **state)
{
	struct ipmmu_pt_mapping mapping;
	struct call *first;
	struct call *second;

	(void)state;
	cpus_start_owned();
	first = cpus_begin(
		&(struct call){.which = CALL_UNMAP, .place = IN_RELAX, .iova = cpus_far(0)});
	second = cpus_begin(
		&(struct call){.which = CALL_MAP, .place = IN_RELAX, .iova = cpus_far(0)});
	assert_int_equal(ipmmu_domain_translate(cpus.domains[0],
						(struct ipmmu_iova){cpus_far(0)}, &mapping),
			 IPMMU_E_NOT_FOUND);
	cpus_end(first);
	cpus_end(second);
	assert_int_equal(first->err, IPMMU_OK);
	assert_int_equal(second->err, IPMMU_OK);
	assert_int_equal(ipmmu_domain_translate(cpus.domains[0],
						(struct ipmmu_iova){cpus_far(0)}, &mapping),
			 IPMMU_OK);
	cpus_stop();
}

/* When the call that removed them has vanished, the map ends the flush itself. */
static void map_takes_over_the_flush_that_it_waits_for(void **state)
{
	struct call *first;
	uint64_t start;

	(void)state;
	cpus_start_owned();
	first = cpus_begin(
		&(struct call){.which = CALL_UNMAP, .place = IN_RELAX, .iova = cpus_far(0)});
	start = cpus_now();
	assert_int_equal(cpus_map(0, cpus_far(0)), IPMMU_OK);
	assert_true(cpus_now() - start >= 2 * CPUS_LIMIT_US);
	cpus_end(first);
	assert_int_equal(first->err, IPMMU_OK);
	cpus_stop();
}

/* What was removed may be known to a TLB for ever: the addresses are not mapped again. */
static void map_of_what_a_failed_flush_may_have_left_is_refused(void **state)
{
	struct call *first;
	struct call *second;
	uint32_t context;

	(void)state;
	cpus_start_owned();
	context = cpus_context(0);
	cpus_set_stuck(context, true);
	first = cpus_begin(
		&(struct call){.which = CALL_UNMAP, .place = IN_RELAX, .iova = cpus_far(0)});
	second = cpus_begin(
		&(struct call){.which = CALL_MAP, .place = IN_RELAX, .iova = cpus_far(0)});
	cpus_end(first);
	cpus_end(second);
	assert_int_equal(first->err, IPMMU_E_TIMEOUT);
	assert_int_equal(second->err, IPMMU_E_QUARANTINED);
	assert_int_equal(cpus_map(0, cpus_far(0)), IPMMU_E_QUARANTINED);
	/* Others are. */
	assert_int_equal(cpus_map(0, cpus_far(9)), IPMMU_OK);
	cpus_set_stuck(context, false);
	assert_int_equal(ipmmu_domain_retry(cpus.domains[0]), IPMMU_OK);
	assert_int_equal(cpus_map(0, cpus_far(0)), IPMMU_OK);
	cpus_stop();
}

/* A call that comes late to give tables back leaves those that a later flush covers. */
static void tables_that_wait_for_another_flush_stay(void **state)
{
	struct call *late;
	struct call *last;
	uint32_t before;

	(void)state;
	cpus_start_owned();
	before = cpus_pages_free();
	late = cpus_begin(
		&(struct call){.which = CALL_UNMAP, .place = AT_RELEASE, .iova = cpus_far(0)});
	assert_int_equal(cpus_pages_free(), before);
	/* Its flush began after the other's table was set aside: that goes back as well. */
	assert_int_equal(cpus_unmap(0, cpus_far(1)), IPMMU_OK);
	assert_int_equal(cpus_pages_free(), before + 2);
	last = cpus_begin(
		&(struct call){.which = CALL_UNMAP, .place = IN_RELAX, .iova = cpus_far(2)});
	cpus_end(late);
	assert_int_equal(late->err, IPMMU_OK);
	assert_int_equal(cpus_pages_free(), before + 2);
	cpus_end(last);
	assert_int_equal(last->err, IPMMU_OK);
	assert_int_equal(cpus_pages_free(), before + 3);
	cpus_stop();
}

static void calls_that_meet_leave_no_table_behind(void **state)
{
	struct call *first;
	struct call *second;
	uint32_t before;

	(void)state;
	cpus_start_owned();
	before = cpus_pages_free();
	first = cpus_begin(
		&(struct call){.which = CALL_UNMAP, .place = IN_RELAX, .iova = cpus_far(0)});
	second = cpus_begin(
		&(struct call){.which = CALL_UNMAP, .place = IN_RELAX, .iova = cpus_far(1)});
	assert_int_equal(cpus_pages_free(), before);
	cpus_end(first);
	cpus_end(second);
	assert_int_equal(first->err, IPMMU_OK);
	assert_int_equal(second->err, IPMMU_OK);
	assert_int_equal(cpus_pages_free(), before + 2);
	cpus_stop();
}

static uint32_t rights_of(uint64_t iova)
{
	struct ipmmu_pt_mapping mapping;

	assert_int_equal(
		ipmmu_domain_translate(cpus.domains[0], (struct ipmmu_iova){iova}, &mapping),
		IPMMU_OK);
	return mapping.prot.rights;
}

/* Its flush has ended, and before it goes on the domain has been in quarantine and out again.
 */
static struct call *change_that_a_retry_has_ended(void)
{
	uint32_t context = cpus_context(0);
	struct call *change = cpus_begin(&(struct call){
		.which = CALL_PROTECT, .place = AT_RELEASE, .iova = cpus_far(0)});

	cpus_set_stuck(context, true);
	assert_int_equal(ipmmu_domain_flush(cpus.domains[0]), IPMMU_E_TIMEOUT);
	cpus_set_stuck(context, false);
	assert_int_equal(ipmmu_domain_retry(cpus.domains[0]), IPMMU_OK);
	assert_int_equal(rights_of(cpus_far(0)), IPMMU_PT_READ);
	return change;
}

static void change_ends_when_a_retry_has_overtaken_it(void **state)
{
	struct call *change;

	(void)state;
	cpus_start_owned();
	change = change_that_a_retry_has_ended();
	assert_int_equal(cpus_map(0, cpus_far(9)), IPMMU_OK);
	cpus_end(change);
	assert_int_equal(change->err, IPMMU_OK);
	assert_int_equal(rights_of(cpus_far(0)), IPMMU_PT_READ);
	cpus_stop();
}

/* The next change is in the engine when it goes on. That one is not its to end. */
static void change_that_a_retry_has_ended_leaves_the_next_one_alone(void **state)
{
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	struct call *change;
	struct call *next;
	uint32_t count;

	(void)state;
	cpus_start_owned();
	change = change_that_a_retry_has_ended();
	cpus_attach(DMAC, 0);
	next = cpus_begin(
		&(struct call){.which = CALL_PROTECT, .place = IN_RELAX, .iova = cpus_far(1)});
	cpus_end(change);
	assert_int_equal(change->err, IPMMU_OK);
	assert_int_equal(ipmmu_domain_explain(cpus.domains[0], (struct ipmmu_iova){cpus_far(1)},
					      levels, &count),
			 IPMMU_OK);
	assert_int_equal(levels[count - 1].kind, IPMMU_PT_BROKEN);
	cpus_end(next);
	assert_int_equal(next->err, IPMMU_OK);
	assert_int_equal(rights_of(cpus_far(1)), IPMMU_PT_READ);
	cpus_stop();
}

/* Between two steps of a change nobody may take the tables away. */
static void domain_does_not_end_between_two_steps_of_a_change(void **state)
{
	struct call *change;
	struct ipmmu_pt_mapping mapping;
	bool more;

	(void)state;
	cpus_start_owned();
	assert_int_equal(ipmmu_master_detach(cpus.masters[DMAC], NULL), IPMMU_OK);
	change = cpus_begin(&(struct call){
		.which = CALL_PROTECT, .place = AT_NEXT_STEP, .iova = cpus_far(0)});
	assert_int_equal(ipmmu_domain_drain(cpus.domains[0], 0, &more), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_destroy(cpus.domains[0]), IPMMU_E_BUSY);
	cpus_end(change);
	assert_int_equal(change->err, IPMMU_OK);
	assert_int_equal(ipmmu_domain_translate(cpus.domains[0],
						(struct ipmmu_iova){cpus_far(0)}, &mapping),
			 IPMMU_OK);
	cpus_attach(DMAC, 0);
	cpus_stop();
}

/* The last flush of a call has ended, and it has yet to give tables back. */
static void domain_does_not_end_while_a_call_gives_its_tables_back(void **state)
{
	static const enum which calls[] = {CALL_UNMAP, CALL_FLUSH};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct call *call;
		bool more;

		cpus_start_owned();
		assert_int_equal(ipmmu_master_detach(cpus.masters[DMAC], NULL), IPMMU_OK);
		call = cpus_begin(&(struct call){
			.which = calls[i], .place = AT_RELEASE, .iova = cpus_far(0)});
		assert_int_equal(ipmmu_domain_drain(cpus.domains[0], 0, &more), IPMMU_E_BUSY);
		assert_int_equal(ipmmu_domain_destroy(cpus.domains[0]), IPMMU_E_BUSY);
		cpus_end(call);
		assert_int_equal(call->err, IPMMU_OK);
		cpus_stop();
	}
}

/* From its first look at the domain on, at each page-table lock that it takes. */
static void domain_does_not_end_under_a_call(void **state)
{
	static const enum which calls[] = {CALL_MAP, CALL_UNMAP, CALL_PROTECT, CALL_FLUSH};
	static const enum place places[] = {AT_TABLE, AT_RELEASE};
	size_t i;

	(void)state;
	for (i = 0; i < 8; i++) {
		struct call *call;
		bool more;

		cpus_start_owned();
		assert_int_equal(ipmmu_master_detach(cpus.masters[DMAC], NULL), IPMMU_OK);
		call = cpus_begin(&(struct call){
			.which = calls[i / 2],
			.place = calls[i / 2] == CALL_MAP ? AT_TABLE : places[i % 2],
			.iova = cpus_far(calls[i / 2] == CALL_MAP ? 9 : 0)});
		assert_int_equal(ipmmu_domain_drain(cpus.domains[0], 0, &more), IPMMU_E_BUSY);
		assert_int_equal(ipmmu_domain_destroy(cpus.domains[0]), IPMMU_E_BUSY);
		cpus_end(call);
		assert_int_equal(call->err, IPMMU_OK);
		cpus_stop();
	}
}

/* What another call has removed is reachable until a flush has ended. */
static void unmap_of_what_another_call_has_removed_waits_for_a_flush(void **state)
{
	struct call *first;
	uint64_t start;

	(void)state;
	cpus_start_owned();
	first = cpus_begin(
		&(struct call){.which = CALL_UNMAP, .place = IN_RELAX, .iova = cpus_far(0)});
	start = cpus_now();
	assert_int_equal(cpus_unmap(0, cpus_far(0)), IPMMU_OK);
	/* The first does not go on: this one has ended the flush itself. */
	assert_true(cpus_now() - start >= 2 * CPUS_LIMIT_US);
	cpus_end(first);
	assert_int_equal(first->err, IPMMU_OK);
	/* Now there is nothing to wait for. */
	start = cpus_now();
	assert_int_equal(cpus_unmap(0, cpus_far(0)), IPMMU_OK);
	assert_int_equal(cpus_now(), start);
	cpus_stop();
}

static void map_of_what_was_flushed_waits_for_no_flush_of_others(void **state)
{
	struct call *flush;
	uint64_t start;

	(void)state;
	cpus_start_owned();
	assert_int_equal(cpus_unmap(0, cpus_far(0)), IPMMU_OK);
	flush = cpus_begin(&(struct call){.which = CALL_FLUSH, .place = IN_RELAX});
	start = cpus_now();
	assert_int_equal(cpus_map(0, cpus_far(0)), IPMMU_OK);
	assert_int_equal(cpus_now(), start);
	cpus_end(flush);
	assert_int_equal(flush->err, IPMMU_OK);
	cpus_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cpus_test(change_that_waits_for_its_flush_keeps_others_out),
		cpus_test(map_of_other_addresses_goes_on_while_an_unmap_waits),
		cpus_test(map_of_the_same_addresses_waits_until_they_are_flushed),
		cpus_test(map_takes_over_the_flush_that_it_waits_for),
		cpus_test(map_of_what_a_failed_flush_may_have_left_is_refused),
		cpus_test(tables_that_wait_for_another_flush_stay),
		cpus_test(calls_that_meet_leave_no_table_behind),
		cpus_test(change_ends_when_a_retry_has_overtaken_it),
		cpus_test(change_that_a_retry_has_ended_leaves_the_next_one_alone),
		cpus_test(domain_does_not_end_between_two_steps_of_a_change),
		cpus_test(domain_does_not_end_while_a_call_gives_its_tables_back),
		cpus_test(domain_does_not_end_under_a_call),
		cpus_test(unmap_of_what_another_call_has_removed_waits_for_a_flush),
		cpus_test(map_of_what_was_flushed_waits_for_no_flush_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
