// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * What the fault hook is given stays until the hook has returned: another CPU that would end
 * the domain, its tables or a master is answered E_BUSY, and succeeds afterwards.
 */
#include "rig.h"

enum {
	TF = 1,
	DENY = 3
};

/* DMAC and AUDIO are in domain 0, and one of them has faulted. */
static struct kit *faulted(bool owned)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.owned = owned;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 0);
	rig_fault(kit, 1);
	kit_forget(kit);
	return kit;
}

/** struct answers - to what another CPU has tried while the hook ran. */
static struct answers {
	uint32_t hooks;
	enum ipmmu_err detach;
	enum ipmmu_err destroy;
	enum ipmmu_err drain;
	enum ipmmu_err remove;
	enum ipmmu_err remove_other;
} answers;

static void end_all(struct kit *kit, int unused, int unused_too)
{
	struct ipmmu_domain *domain = kit->domains[0].domain;
	bool more;

	(void)unused;
	(void)unused_too;
	answers.hooks++;
	answers.detach = ipmmu_master_detach(kit->masters[DMAC].master, NULL);
	answers.detach = answers.detach != IPMMU_OK
				 ? answers.detach
				 : ipmmu_master_detach(kit->masters[AUDIO].master, NULL);
	kit->masters[DMAC].in = KIT_NONE;
	kit->masters[AUDIO].in = KIT_NONE;
	answers.destroy = ipmmu_domain_destroy(domain);
	answers.drain = ipmmu_domain_drain(domain, 1, &more);
	answers.remove = kit_remove(kit, DMAC);
	answers.remove_other = ipmmu_master_remove(kit->masters[AUDIO].master);
}

static void meet(struct kit *kit, uint32_t nth, void (*run)(struct kit *kit, int a, int b))
{
	kit->meanwhile = (struct kit_meanwhile){KIT_AT_FAULT, nth, run, 0, 0};
	answers.hooks = 0;
}

static void domain_and_masters_stay_while_the_hook_names_them(void **state)
{
	uint32_t owned;

	(void)state;
	for (owned = 0; owned < 2; owned++) {
		struct kit *kit = faulted(owned == 1);

		meet(kit, 1, end_all);
		assert_false(kit_service(kit, 8));
		assert_int_equal(answers.hooks, 1);
		assert_int_equal(kit->fault_count, 1);
		assert_ptr_equal(kit->faults[0].domain, kit->domains[0].domain);
		assert_int_equal(kit->faults[0].master_count, 2);
		/* A master may leave, and what it leaves may not end. */
		assert_int_equal(answers.detach, IPMMU_OK);
		assert_int_equal(answers.destroy, IPMMU_E_BUSY);
		assert_int_equal(answers.drain, owned == 1 ? IPMMU_E_BUSY : IPMMU_E_STATE);
		assert_int_equal(answers.remove, IPMMU_E_BUSY);
		assert_int_equal(answers.remove_other, IPMMU_E_BUSY);
		assert_int_equal(kit_domain_end(kit, 0), IPMMU_OK);
		assert_int_equal(kit_remove(kit, DMAC), IPMMU_OK);
		assert_int_equal(kit_remove(kit, AUDIO), IPMMU_OK);
		kit_free(kit);
	}
}

static void master_that_faulted_in_deny_stays_as_well(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	rig_fault(kit, DENY);
	meet(kit, 1, end_all);
	assert_false(kit_service(kit, 8));
	assert_int_equal(answers.hooks, 1);
	assert_null(kit->faults[kit->fault_count - 1].domain);
	assert_int_equal(answers.detach, IPMMU_E_STATE);
	assert_int_equal(answers.remove, IPMMU_E_BUSY);
	assert_int_equal(kit_remove(kit, DMAC), IPMMU_OK);
	/* The hook did not name this one, and nobody minds: it holds no domain. */
	assert_int_equal(answers.destroy, IPMMU_OK);
	kit->domains[0].domain = NULL;
	kit_free(kit);
}

/* A record of a master that has left is stale, and names the master all the same. */
static void stale_record_holds_its_masters(void **state)
{
	struct kit *kit = faulted(false);

	(void)state;
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	meet(kit, 1, end_all);
	assert_false(kit_service(kit, 8));
	assert_int_equal(answers.hooks, 1);
	assert_true(kit->faults[0].stale);
	assert_null(kit->faults[0].domain);
	assert_null(kit->faults[0].cookie);
	assert_int_equal(kit->faults[0].master_count, 2);
	assert_int_equal(answers.remove, IPMMU_E_BUSY);
	assert_int_equal(answers.destroy, IPMMU_OK);
	kit->domains[0].domain = NULL;
	kit_free(kit);
}

static void removed_before_the_service_is_not_named(void **state)
{
	struct kit *kit = faulted(false);

	(void)state;
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(kit_remove(kit, DMAC), IPMMU_OK);
	assert_false(kit_service(kit, 8));
	assert_int_equal(kit->fault_count, 1);
	assert_int_equal(kit->faults[0].master_count, 1);
	assert_ptr_equal(kit->faults[0].masters[0], &kit->masters[AUDIO].desc);
	assert_true(kit->faults[0].masters_incomplete);
	kit_free(kit);
}

/* ---- two hooks that name the same ---- */

static void serve_then_end(struct kit *kit, int unused, int unused_too)
{
	/* The second record, by another CPU: its hook returns, the first one's has not. */
	(void)!ipmmu_service(kit->system, 1);
	end_all(kit, unused, unused_too);
}

static void end_of_one_hook_is_not_the_end_of_another(void **state)
{
	struct kit *kit = faulted(false);

	(void)state;
	rig_fault(kit, 1);
	meet(kit, 1, serve_then_end);
	assert_false(kit_service(kit, 8));
	assert_int_equal(answers.hooks, 1);
	assert_int_equal(kit->fault_count, 2);
	assert_int_equal(answers.destroy, IPMMU_E_BUSY);
	assert_int_equal(answers.remove, IPMMU_E_BUSY);
	assert_int_equal(kit_domain_end(kit, 0), IPMMU_OK);
	assert_int_equal(kit_remove(kit, DMAC), IPMMU_OK);
	kit_free(kit);
}

/* ---- what may go on ---- */

static void use_all(struct kit *kit, int unused, int unused_too)
{
	(void)unused;
	(void)unused_too;
	answers.hooks++;
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	assert_int_equal(kit_move(kit, DMAC, 1, NULL), IPMMU_OK);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_OK);
	assert_int_equal(kit_unreserve(kit, 0), IPMMU_OK);
	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	rig_attach(kit, AUDIO, 0);
}

static void hook_keeps_nobody_from_using_what_it_names(void **state)
{
	struct kit *kit = faulted(false);

	(void)state;
	meet(kit, 1, use_all);
	assert_false(kit_service(kit, 8));
	assert_int_equal(answers.hooks, 1);
	kit_free(kit);
}

/* ---- a flush by the master ---- */

static void remove_dmac(struct kit *kit, int unused, int unused_too)
{
	(void)unused;
	(void)unused_too;
	answers.hooks++;
	answers.remove = kit_remove(kit, DMAC);
}

static void master_may_go_while_it_is_flushed(void **state)
{
	struct kit *kit = rig_default();

	(void)state;
	kit->meanwhile = (struct kit_meanwhile){KIT_AT_RELAX, 1, remove_dmac, 0, 0};
	answers.hooks = 0;
	assert_int_equal(kit_master_flush(kit, DMAC), IPMMU_OK);
	assert_int_equal(answers.hooks, 1);
	assert_int_equal(answers.remove, IPMMU_OK);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domain_and_masters_stay_while_the_hook_names_them),
		cmocka_unit_test(master_that_faulted_in_deny_stays_as_well),
		cmocka_unit_test(stale_record_holds_its_masters),
		cmocka_unit_test(removed_before_the_service_is_not_named),
		cmocka_unit_test(end_of_one_hook_is_not_the_end_of_another),
		cmocka_unit_test(hook_keeps_nobody_from_using_what_it_names),
		cmocka_unit_test(master_may_go_while_it_is_flushed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
