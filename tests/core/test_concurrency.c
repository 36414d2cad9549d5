// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Several CPUs on one system: moves, flushes and ends of domains that meet. Calls on one table
 * that meet are in test_concurrency_tables.c, everything at once in test_stress.c.
 */
#include "cpus.h"

static void what_a_move_is_changing_is_busy(void **state)
{
	struct call *move;
	struct ipmmu_domain_info info;

	(void)state;
	cpus_start();
	cpus_attach(DMAC, 0);
	cpus_attach(AUDIO, 0);
	move = cpus_begin(&(struct call){
		.which = CALL_MOVE, .place = IN_QUIESCE, .master = DMAC, .domain = 1});
	assert_int_equal(ipmmu_master_move(cpus.masters[DMAC], cpus.domains[1], NULL),
			 IPMMU_E_BUSY);
	assert_int_equal(ipmmu_master_detach(cpus.masters[DMAC], NULL), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_master_remove(cpus.masters[DMAC]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_master_detach(cpus.masters[AUDIO], NULL), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_master_attach(cpus.masters[MMC], cpus.domains[1], NULL),
			 IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_reserve(cpus.domains[0]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_reserve(cpus.domains[1]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_unreserve(cpus.domains[0]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_retry(cpus.domains[0]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_destroy(cpus.domains[1]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_query(cpus.domains[1], &info), IPMMU_OK);
	assert_int_equal(info.masters, 0);
	assert_false(info.reserved);
	cpus_end(move);
	assert_int_equal(move->err, IPMMU_OK);
	assert_int_equal(move->result.state, IPMMU_MASTER_ATTACHED);
	assert_int_equal(ipmmu_master_detach(cpus.masters[AUDIO], NULL), IPMMU_OK);
	cpus_stop();
}

static void flush_runs_while_a_master_is_moved(void **state)
{
	struct call *move;

	(void)state;
	cpus_start();
	cpus_attach(DMAC, 0);
	cpus_attach(AUDIO, 0);
	move = cpus_begin(&(struct call){
		.which = CALL_MOVE, .place = IN_QUIESCE, .master = DMAC, .domain = 1});
	assert_int_equal(ipmmu_domain_flush(cpus.domains[0]), IPMMU_OK);
	assert_int_equal(ipmmu_domain_flush(cpus.domains[1]), IPMMU_OK);
	cpus_end(move);
	assert_int_equal(move->err, IPMMU_OK);
	cpus_stop();
}

static void target_that_goes_to_quarantine_meanwhile_leaves_the_master_denied(void **state)
{
	struct call *move;
	struct ipmmu_master_info info;

	(void)state;
	cpus_start();
	cpus_attach(DMAC, 0);
	move = cpus_begin(&(struct call){
		.which = CALL_MOVE, .place = IN_QUIESCE, .master = DMAC, .domain = 1});
	cpus_set_stuck(cpus_context(1), true);
	assert_int_equal(ipmmu_domain_flush(cpus.domains[1]), IPMMU_E_TIMEOUT);
	cpus_set_stuck(cpus_context(1), false);
	cpus_end(move);
	assert_int_equal(move->err, IPMMU_E_QUARANTINED);
	assert_int_equal(move->result.state, IPMMU_MASTER_DENIED);
	assert_false(move->result.old_quarantined);
	assert_int_equal(ipmmu_master_query(cpus.masters[DMAC], &info), IPMMU_OK);
	assert_null(info.domain);
	assert_int_equal(ipmmu_domain_retry(cpus.domains[1]), IPMMU_OK);
	cpus_attach(DMAC, 0);
	cpus_stop();
}

static void old_domain_that_goes_to_quarantine_meanwhile_ends_the_move_in_deny(void **state)
{
	int alone;

	(void)state;
	for (alone = 0; alone < 2; alone++) {
		struct call *move;
		uint32_t before;

		cpus_start();
		cpus_attach(DMAC, 0);
		if (alone == 0) {
			cpus_attach(AUDIO, 0);
		}
		move = cpus_begin(&(struct call){
			.which = CALL_MOVE, .place = IN_QUIESCE, .master = DMAC, .domain = 1});
		cpus_set_stuck(cpus_context(0), true);
		assert_int_equal(ipmmu_domain_flush(cpus.domains[0]), IPMMU_E_TIMEOUT);
		cpus_set_stuck(cpus_context(0), false);
		before = cpus.stops[AUDIO];
		cpus_end(move);
		assert_int_equal(move->err, IPMMU_E_TIMEOUT);
		assert_true(move->result.old_quarantined);
		assert_int_equal(move->result.state, IPMMU_MASTER_DENIED);
		assert_int_equal(cpus_domain(0).state, IPMMU_DOMAIN_QUARANTINED);
		/* The other one was denied by the flush. The retry stops it, not the move. */
		assert_int_equal(cpus.stops[AUDIO], before);
		assert_int_equal(ipmmu_domain_retry(cpus.domains[0]), IPMMU_OK);
		assert_int_equal(cpus.stops[AUDIO], before + (alone == 0 ? 1 : 0));
		cpus_stop();
	}
}

static void second_flush_waits_for_the_first(void **state)
{
	struct call *first;
	struct call *second;

	(void)state;
	cpus_start();
	cpus_attach(DMAC, 0);
	first = cpus_begin(&(struct call){.which = CALL_FLUSH, .place = IN_RELAX});
	second = cpus_begin(&(struct call){.which = CALL_FLUSH, .place = IN_RELAX});
	cpus_end(first);
	cpus_end(second);
	assert_int_equal(first->err, IPMMU_OK);
	assert_int_equal(second->err, IPMMU_OK);
	cpus_stop();
}

static void waiting_flush_gets_the_error_of_the_first(void **state)
{
	struct call *first;
	struct call *second;

	(void)state;
	cpus_start();
	cpus_attach(DMAC, 0);
	cpus_set_stuck(cpus_context(0), true);
	first = cpus_begin(&(struct call){.which = CALL_FLUSH, .place = IN_RELAX});
	/* The second stops where it waits for the first. */
	second = cpus_begin(&(struct call){.which = CALL_FLUSH, .place = IN_RELAX});
	cpus_end(first);
	cpus_end(second);
	assert_int_equal(first->err, IPMMU_E_TIMEOUT);
	assert_int_equal(second->err, IPMMU_E_TIMEOUT);
	cpus_set_stuck(cpus_context(0), false);
	cpus_stop();
}

static void flush_of_a_domain_that_ends_meanwhile_has_nothing_left_to_do(void **state)
{
	struct call *detach;
	struct call *flush;

	(void)state;
	cpus_start();
	cpus_attach(DMAC, 0);
	detach = cpus_begin(
		&(struct call){.which = CALL_DETACH, .place = IN_RELAX, .master = DMAC});
	flush = cpus_begin(&(struct call){.which = CALL_FLUSH, .place = IN_RELAX});
	cpus_end(detach);
	cpus_end(flush);
	assert_int_equal(detach->err, IPMMU_OK);
	assert_int_equal(flush->err, IPMMU_OK);
	assert_int_equal(cpus_context(0), IPMMU_NONE);
	cpus_stop();
}

/* Its last master has gone, and a flush of it still waits. */
static void domain_does_not_end_while_a_flush_of_it_waits(void **state)
{
	struct call *detach;
	struct call *flush;

	(void)state;
	cpus_start();
	cpus_attach(DMAC, 0);
	detach = cpus_begin(
		&(struct call){.which = CALL_DETACH, .place = IN_RELAX, .master = DMAC});
	flush = cpus_begin(&(struct call){.which = CALL_FLUSH, .place = IN_RELAX});
	cpus_end(detach);
	assert_int_equal(cpus_context(0), IPMMU_NONE);
	assert_int_equal(ipmmu_domain_destroy(cpus.domains[0]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_system_destroy(cpus.system), IPMMU_E_BUSY);
	cpus_end(flush);
	assert_int_equal(flush->err, IPMMU_OK);
	cpus_stop();
}

/* ---- a caller that polls is kept from running ---- */

enum {
	/** A poller is replaced after two time-outs; the next step does not need another. */
	REPLACED_US = 3 * CPUS_LIMIT_US,
	/** What ipmmu_domain_flush() promises for any number of callers. */
	LONGEST_US = 18 * CPUS_LIMIT_US
};

static void flush_takes_over_from_one_that_has_vanished(void **state)
{
	struct call *first;
	uint64_t start;

	(void)state;
	cpus_start();
	cpus_attach(DMAC, 0);
	cpus_attach(AUDIO, 0);
	first = cpus_begin(&(struct call){.which = CALL_FLUSH, .place = IN_RELAX});
	start = cpus_now();
	assert_int_equal(ipmmu_domain_flush(cpus.domains[0]), IPMMU_OK);
	assert_true(cpus_now() - start >= 2 * CPUS_LIMIT_US);
	assert_true(cpus_now() - start <= REPLACED_US);
	assert_int_equal(cpus_state(DMAC), IPMMU_MASTER_ATTACHED);
	assert_int_equal(cpus_state(AUDIO), IPMMU_MASTER_ATTACHED);
	/* Those who come now need not wait for it. */
	start = cpus_now();
	assert_int_equal(ipmmu_domain_flush(cpus.domains[0]), IPMMU_OK);
	assert_true(cpus_now() - start < CPUS_LIMIT_US);
	cpus_end(first);
	assert_int_equal(first->err, IPMMU_OK);
	assert_int_equal(cpus_state(DMAC), IPMMU_MASTER_ATTACHED);
	cpus_stop();
}

static void flush_that_takes_over_gives_up_in_time_too(void **state)
{
	struct call *first;
	uint32_t context;
	uint64_t start;

	(void)state;
	cpus_start();
	cpus_attach(DMAC, 0);
	context = cpus_context(0);
	cpus_set_stuck(context, true);
	first = cpus_begin(&(struct call){.which = CALL_FLUSH, .place = IN_RELAX});
	start = cpus_now();
	assert_int_equal(ipmmu_domain_flush(cpus.domains[0]), IPMMU_E_TIMEOUT);
	assert_true(cpus_now() - start <= LONGEST_US);
	assert_int_equal(cpus_state(DMAC), IPMMU_MASTER_QUARANTINED);
	cpus_set_stuck(context, false);
	assert_int_equal(ipmmu_domain_retry(cpus.domains[0]), IPMMU_OK);
	/* The flush of the retry has served it as well. */
	cpus_end(first);
	assert_int_equal(first->err, IPMMU_OK);
	cpus_attach(DMAC, 0);
	cpus_stop();
}

/* It finds another flush under way, which somebody else polls. */
static void poller_that_comes_back_late_leaves_the_next_flush_alone(void **state)
{
	struct call *first;
	struct call *next;
	uint32_t context;

	(void)state;
	cpus_start();
	cpus_attach(DMAC, 0);
	context = cpus_context(0);
	first = cpus_begin(&(struct call){.which = CALL_FLUSH, .place = IN_RELAX});
	assert_int_equal(ipmmu_domain_flush(cpus.domains[0]), IPMMU_OK);
	cpus_set_stuck(context, true);
	next = cpus_begin(&(struct call){.which = CALL_FLUSH, .place = IN_RELAX});
	cpus_end(first);
	assert_int_equal(first->err, IPMMU_OK);
	assert_int_equal(cpus_state(DMAC), IPMMU_MASTER_ATTACHED);
	cpus_end(next);
	assert_int_equal(next->err, IPMMU_E_TIMEOUT);
	assert_int_equal(cpus_state(DMAC), IPMMU_MASTER_QUARANTINED);
	cpus_set_stuck(context, false);
	cpus_stop();
}

static void detach_whose_flush_another_has_taken_over_still_gives_back(void **state)
{
	struct call *detach;

	(void)state;
	cpus_start();
	cpus_attach(DMAC, 0);
	detach = cpus_begin(
		&(struct call){.which = CALL_DETACH, .place = IN_RELAX, .master = DMAC});
	assert_int_equal(ipmmu_domain_flush(cpus.domains[0]), IPMMU_OK);
	assert_int_equal(cpus_domain(0).state, IPMMU_DOMAIN_LIVE);
	cpus_end(detach);
	assert_int_equal(detach->err, IPMMU_OK);
	assert_int_equal(cpus_context(0), IPMMU_NONE);
	cpus_attach(DMAC, 0);
	cpus_stop();
}

static void flush_that_waited_too_long_leaves_the_next_domain_of_the_context_alone(void **state)
{
	struct call *detach;
	struct call *flush;
	struct call *next;
	uint32_t context;

	(void)state;
	cpus_start();
	cpus_attach(DMAC, 0);
	context = cpus_context(0);
	detach = cpus_begin(
		&(struct call){.which = CALL_DETACH, .place = IN_RELAX, .master = DMAC});
	flush = cpus_begin(&(struct call){.which = CALL_FLUSH, .place = IN_RELAX});
	cpus_end(detach);
	next = cpus_begin(&(struct call){
		.which = CALL_MOVE, .place = IN_RELAX, .master = DMAC, .domain = 1});
	assert_int_equal(cpus_context(1), context);
	cpus_end(flush);
	cpus_end(next);
	assert_int_equal(flush->err, IPMMU_OK);
	assert_int_equal(next->err, IPMMU_OK);
	assert_int_equal(cpus_state(DMAC), IPMMU_MASTER_ATTACHED);
	cpus_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cpus_test(what_a_move_is_changing_is_busy),
		cpus_test(flush_runs_while_a_master_is_moved),
		cpus_test(target_that_goes_to_quarantine_meanwhile_leaves_the_master_denied),
		cpus_test(old_domain_that_goes_to_quarantine_meanwhile_ends_the_move_in_deny),
		cpus_test(second_flush_waits_for_the_first),
		cpus_test(waiting_flush_gets_the_error_of_the_first),
		cpus_test(flush_of_a_domain_that_ends_meanwhile_has_nothing_left_to_do),
		cpus_test(domain_does_not_end_while_a_flush_of_it_waits),
		cpus_test(flush_takes_over_from_one_that_has_vanished),
		cpus_test(flush_that_takes_over_gives_up_in_time_too),
		cpus_test(poller_that_comes_back_late_leaves_the_next_flush_alone),
		cpus_test(detach_whose_flush_another_has_taken_over_still_gives_back),
		cpus_test(
			flush_that_waited_too_long_leaves_the_next_domain_of_the_context_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
