// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * A part on which an access that has faulted waits in its uTLB until its status is cleared and
 * its context is flushed (STALL_ON_FAULT=2): which calls let it go, deny included.
 */
#include "rig.h"

enum {
	DENY = 3,
	NOWHERE_IOVA = 0x50000000
};

static struct kit *ready_of(enum ipmmu_generation generation)
{
	struct kit_config config = rig_config(generation);

	config.model.switches[MODEL_STALL_ON_FAULT] = 2;
	config.options.flush_timeout_us = 20;
	return rig_ready(&config);
}

static struct kit *ready(void)
{
	return ready_of(IPMMU_GEN3);
}

static enum model_stall stall_of(const struct kit *kit, int master)
{
	const struct ipmmu_port *port = &kit->masters[master].ports[0];
	uint32_t context;

	return model_stalled(kit->model, port->mmu, port->utlb, &context);
}

/* @served: the interrupt half has cleared its status. */
static void fault(struct kit *kit, int master, bool served)
{
	assert_int_equal(kit_dma(kit, master, NOWHERE_IOVA, true).state, MODEL_ACCESS_STALLED);
	if (served) {
		assert_true(kit_interrupt(kit, 0));
		assert_int_equal(stall_of(kit, master), MODEL_STALL_FLUSH);
	}
}

static void must_reach(struct kit *kit, int master, int domain)
{
	struct model_access access = kit_dma(kit, master, kit_iova(domain, 0), true);

	assert_int_equal(access.state, MODEL_ACCESS_DONE);
	assert_int_equal(access.pa, kit_pa(domain, 0));
}

static void attach_lets_go_what_has_faulted_in_deny(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 6; i++) {
		struct kit *kit = ready_of(rig_generations[i / 2]);

		fault(kit, DMAC, i % 2 == 0);
		rig_attach(kit, DMAC, 0);
		must_reach(kit, DMAC, 0);
		kit_free(kit);
	}
}

static void attach_after_each_detach_lets_go(void **state)
{
	struct kit *kit = ready();
	int i;

	(void)state;
	for (i = 0; i < 6; i++) {
		rig_attach(kit, AUDIO, i % 2);
		must_reach(kit, AUDIO, i % 2);
		if (i % 3 == 0) {
			fault(kit, AUDIO, i == 0);
		}
		assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
		fault(kit, AUDIO, i % 3 == 1);
	}
	kit_free(kit);
}

static void attach_flushes_deny_only_when_something_has_faulted_there(void **state)
{
	struct kit *kit = ready();
	uint64_t flushes;

	(void)state;
	model_counts_reset(kit->model);
	rig_attach(kit, DMAC, 0);
	flushes = model_counts_get(kit->model).flushes;
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	fault(kit, DMAC, true);
	model_counts_reset(kit->model);
	rig_attach(kit, DMAC, 0);
	/* Once in the root. */
	assert_int_equal(model_counts_get(kit->model).flushes, flushes + 1);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	model_counts_reset(kit->model);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(model_counts_get(kit->model).flushes, flushes);
	kit_free(kit);
}

static void detach_lets_go_what_has_faulted_in_the_domain(void **state)
{
	uint32_t i;

	(void)state;
	/* Alone in it, and with another master that keeps the context. */
	for (i = 0; i < 4; i++) {
		struct kit *kit = ready();

		rig_attach(kit, DMAC, 0);
		if (i >= 2) {
			rig_attach(kit, AUDIO, 0);
		}
		fault(kit, DMAC, i % 2 == 0);
		assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
		assert_int_equal(stall_of(kit, DMAC), MODEL_STALL_NONE);
		kit_free(kit);
	}
}

static void move_lets_go(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct kit *kit = ready();

		rig_attach(kit, DMAC, 0);
		fault(kit, DMAC, i == 0);
		assert_int_equal(kit_move(kit, DMAC, 1, NULL), IPMMU_OK);
		must_reach(kit, DMAC, 1);
		/* Out of deny it is an attach. */
		assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
		fault(kit, DMAC, i == 0);
		assert_int_equal(kit_move(kit, DMAC, 0, NULL), IPMMU_OK);
		must_reach(kit, DMAC, 0);
		kit_free(kit);
	}
}

static void flush_of_a_master_lets_it_go_in_deny(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 6; i++) {
		struct kit *kit = ready_of(rig_generations[i / 2]);

		fault(kit, DMAC, i % 2 == 0);
		assert_int_equal(kit_master_flush(kit, DMAC), IPMMU_OK);
		assert_int_equal(stall_of(kit, DMAC), MODEL_STALL_NONE);
		/* Its fault is told, whoever has cleared the status. */
		(void)kit_service(kit, 8);
		assert_int_equal(kit->fault_count, 1);
		assert_int_equal(kit->faults[0].iova.v, NOWHERE_IOVA);
		kit_free(kit);
	}
}

static void flush_of_a_master_lets_it_go_in_a_domain(void **state)
{
	struct kit *kit = ready();

	(void)state;
	rig_attach(kit, DMAC, 0);
	fault(kit, DMAC, true);
	assert_int_equal(kit_master_flush(kit, DMAC), IPMMU_OK);
	must_reach(kit, DMAC, 0);
	kit_free(kit);
}

/* Nobody knows of a fault: the flush is made all the same. */
static void flush_of_a_master_is_made_when_no_fault_is_known(void **state)
{
	struct kit *kit = ready();
	uint64_t writes = kit->writes;

	(void)state;
	assert_int_equal(kit_master_flush(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit->writes, writes + 1);
	assert_int_equal(kit_master_flush(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit->writes, writes + 2);
	kit_free(kit);
}

/* ---- a deny context that does not flush ---- */

static void deny_that_does_not_flush_fails_an_attach_and_changes_nothing(void **state)
{
	struct kit *kit = ready();
	struct ipmmu_move_result result;

	(void)state;
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	rig_attach(kit, MMC, 0);
	fault(kit, DMAC, true);
	model_set_stuck(kit->model, 0, DENY, true);
	assert_int_equal(kit_attach(kit, DMAC, 0, &result), IPMMU_E_TIMEOUT);
	assert_int_equal(result.state, IPMMU_MASTER_DENIED);
	assert_false(result.old_quarantined);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_LIVE);
	assert_int_equal(rig_context_info(kit, DENY).state, IPMMU_CONTEXT_DENY);
	must_reach(kit, MMC, 0);
	assert_int_equal(kit_master_flush(kit, DMAC), IPMMU_E_TIMEOUT);
	/* Others come and go meanwhile: nothing of theirs waits there. */
	assert_int_equal(kit_detach(kit, MMC, NULL), IPMMU_OK);
	model_set_stuck(kit->model, 0, DENY, false);
	model_tick(kit->model, 10);
	rig_attach(kit, DMAC, 0);
	must_reach(kit, DMAC, 0);
	kit_free(kit);
}

static void context_that_an_attach_got_goes_back_when_deny_does_not_flush(void **state)
{
	struct kit *kit = ready();

	(void)state;
	fault(kit, DMAC, true);
	model_set_stuck(kit->model, 0, DENY, true);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_IDLE);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_FREE);
	kit_free(kit);
}

/* ---- what is not served by a flush under way ---- */

static void fault_now(struct kit *kit, int master, int unused)
{
	(void)unused;
	fault(kit, master, true);
}

static void fault_in_the_middle_of_a_flush_waits_for_the_next(void **state)
{
	struct kit *kit = ready();

	(void)state;
	kit->meanwhile = (struct kit_meanwhile){KIT_AT_RELAX, 1, fault_now, DMAC, 0};
	assert_int_equal(kit_master_flush(kit, MMC), IPMMU_OK);
	/* Whether that one has let it go is not known: the attach flushes again. */
	model_counts_reset(kit->model);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(model_counts_get(kit->model).flushes, 3);
	must_reach(kit, DMAC, 0);
	kit_free(kit);
}

/* Two masters wait in deny; one flush lets both go. */
static void flush_of_deny_lets_all_go_that_wait_there(void **state)
{
	struct kit *kit = ready();

	(void)state;
	fault(kit, DMAC, true);
	fault(kit, MMC, true);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(stall_of(kit, MMC), MODEL_STALL_NONE);
	model_counts_reset(kit->model);
	rig_attach(kit, MMC, 0);
	/* Its cache is new to the context, and nothing else. */
	assert_int_equal(model_counts_get(kit->model).flushes, 1);
	must_reach(kit, MMC, 0);
	kit_free(kit);
}

static void retry_lets_go_what_faulted_before_the_quarantine(void **state)
{
	struct kit *kit = ready();

	(void)state;
	rig_attach(kit, DMAC, 0);
	fault(kit, DMAC, false);
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(stall_of(kit, DMAC), MODEL_STALL_NONE);
	rig_attach(kit, DMAC, 1);
	must_reach(kit, DMAC, 1);
	kit_free(kit);
}

static void flush_of_nobody_is_refused(void **state)
{
	(void)state;
	assert_int_equal(ipmmu_master_flush(NULL), IPMMU_E_ARG);
}

static enum ipmmu_err met;

static void flush_master(struct kit *kit, int master, int unused)
{
	(void)unused;
	met = ipmmu_master_flush(kit->masters[master].master);
}

static void flush_of_a_master_that_moves_is_busy(void **state)
{
	struct kit *kit = ready();

	(void)state;
	kit->meanwhile = (struct kit_meanwhile){KIT_AT_QUIESCE, 1, flush_master, DMAC, 0};
	rig_attach(kit, DMAC, 0);
	assert_int_equal(met, IPMMU_E_BUSY);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attach_lets_go_what_has_faulted_in_deny),
		cmocka_unit_test(attach_after_each_detach_lets_go),
		cmocka_unit_test(attach_flushes_deny_only_when_something_has_faulted_there),
		cmocka_unit_test(detach_lets_go_what_has_faulted_in_the_domain),
		cmocka_unit_test(move_lets_go),
		cmocka_unit_test(flush_of_a_master_lets_it_go_in_deny),
		cmocka_unit_test(flush_of_a_master_lets_it_go_in_a_domain),
		cmocka_unit_test(flush_of_a_master_is_made_when_no_fault_is_known),
		cmocka_unit_test(deny_that_does_not_flush_fails_an_attach_and_changes_nothing),
		cmocka_unit_test(context_that_an_attach_got_goes_back_when_deny_does_not_flush),
		cmocka_unit_test(fault_in_the_middle_of_a_flush_waits_for_the_next),
		cmocka_unit_test(flush_of_deny_lets_all_go_that_wait_there),
		cmocka_unit_test(retry_lets_go_what_faulted_before_the_quarantine),
		cmocka_unit_test(flush_of_nobody_is_refused),
		cmocka_unit_test(flush_of_a_master_that_moves_is_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
