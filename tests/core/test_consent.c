// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Consent to bypass: one context, none for deny. The host has accepted that a detached master
 * is not translated; nothing else is, and no master runs when it is let go.
 */
#include "firmware.h"

enum {
	CONTEXT = 1 /* the only one */
};

/* ---- each write that switches a uTLB off ---- */

static void (*own_write)(void *host, void *mmio, uint32_t offset, uint32_t value);
static uint32_t switched_off;
static uint32_t contexts_on;

static int master_at(const struct kit *kit, uint32_t unit, uint32_t offset)
{
	int i;
	uint32_t p;

	for (i = 0; i < KIT_MASTERS; i++) {
		for (p = 0; p < kit->masters[i].desc.port_count; p++) {
			if (kit->masters[i].ports[p].mmu == unit &&
			    rig_utlb_at(kit, kit->masters[i].ports[p].utlb) == offset) {
				return i;
			}
		}
	}
	return KIT_NONE;
}

static void watched_write(void *host, void *mmio, uint32_t offset, uint32_t value)
{
	struct kit *kit = host;
	uint32_t unit = (uint32_t)((const struct model_unit_config *)mmio - kit->units);
	int master = master_at(kit, unit, offset);

	if (master != KIT_NONE && (value & 1u) == 0) {
		assert_true(kit->masters[master].stopped);
		switched_off++;
	}
	if (offset == rig_context_at(kit, CONTEXT, R_IMCTR) && (value & B_MMUEN) != 0) {
		contexts_on++;
	}
	own_write(host, mmio, offset, value);
}

static struct kit *fresh(void)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.options.max_contexts = 1;
	config.options.consent_bypass = true;
	rig_honest();
	kit = kit_new(&config);
	own_write = kit->ops.mmio_write32;
	kit->ops.mmio_write32 = watched_write;
	switched_off = 0;
	contexts_on = 0;
	return kit;
}

static struct kit *ready(void)
{
	struct kit *kit = fresh();

	kit_start(kit);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	kit_map(kit, 0, 0, true);
	return kit;
}

static bool is_off(const struct kit *kit, int master)
{
	const struct ipmmu_port *port = &kit->masters[master].ports[0];

	return (rig_utlb(kit, port->mmu, port->utlb) & 1u) == 0;
}

static void running_master_is_stopped_before_it_is_claimed(void **state)
{
	struct kit *kit = ready();
	const struct ipmmu_port *port = &kit->masters[DMAC].ports[0];

	(void)state;
	/* Found running when the system was created, and left. */
	rig_set_utlb(kit, port->mmu, port->utlb, CONTEXT << 4 | 1u);
	kit->masters[DMAC].running = true;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(switched_off, 1);
	assert_int_equal(kit->released, 1);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_BYPASS);
	kit_free(kit);
}

static void running_master_is_stopped_before_it_is_detached(void **state)
{
	struct kit *kit = ready();
	struct ipmmu_move_result result;

	(void)state;
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_OK);
	rig_attach(kit, AUDIO, 0);
	kit_program(kit, AUDIO);
	switched_off = 0;
	assert_int_equal(kit_detach(kit, AUDIO, &result), IPMMU_OK);
	assert_int_equal(switched_off, 2);
	assert_true(result.quiesced);
	assert_int_equal(result.state, IPMMU_MASTER_BYPASS);
	kit_free(kit);
}

static void masters_are_stopped_before_a_retry_lets_them_go(void **state)
{
	struct kit *kit = ready();

	(void)state;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, AUDIO, 0);
	kit_program(kit, DMAC);
	kit_program(kit, AUDIO);
	switched_off = 0;
	model_set_stuck(kit->model, 0, CONTEXT, true);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	/* There is no deny: they stay where they are, translated and running. */
	assert_false(is_off(kit, DMAC));
	assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).pa, kit_pa(0, 0));
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_TIMEOUT);
	assert_false(is_off(kit, DMAC));
	assert_int_equal(switched_off, 0);
	model_set_stuck(kit->model, 0, CONTEXT, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(switched_off, 3);
	assert_true(is_off(kit, DMAC));
	kit_free(kit);
}

static void attach_that_fails_leaves_a_master_stopped_by_nobody(void **state)
{
	struct kit *kit = ready();

	(void)state;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	model_set_stuck(kit->model, 0, CONTEXT, true);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_E_TIMEOUT);
	assert_false(kit->masters[DMAC].stopped);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_BYPASS);
	kit_free(kit);
}

/* A host that cannot stop it has accepted what comes: the detach goes on. */
static void master_that_cannot_be_stopped_is_let_go_all_the_same(void **state)
{
	struct kit *kit = ready();
	struct ipmmu_move_result result;

	(void)state;
	kit->ops.mmio_write32 = own_write;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	kit->config.quiesce = false;
	assert_int_equal(kit_detach(kit, DMAC, &result), IPMMU_OK);
	assert_false(result.quiesced);
	assert_true(is_off(kit, DMAC));
	kit_free(kit);
}

static void utlb_that_does_not_go_off_is_unverified(void **state)
{
	struct kit *kit = ready();
	const struct ipmmu_port *port = &kit->masters[DMAC].ports[0];

	(void)state;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	assert_true(
		model_set_quirk(kit->model, port->mmu, rig_utlb_at(kit, port->utlb), 0, ~0u));
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_E_UNVERIFIED);
	assert_int_equal(rig_master_state(kit, DMAC), IPMMU_MASTER_UNVERIFIED);
	/* It stays stopped, and its context on, until it has gone off. */
	assert_true(kit->masters[DMAC].stopped);
	assert_int_not_equal(rig_context(kit, 0, CONTEXT, R_IMCTR) & B_MMUEN, 0);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_UNVERIFIED);
	assert_true(model_set_quirk(kit->model, port->mmu, rig_utlb_at(kit, port->utlb), 0, 0));
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(kit_remove(kit, DMAC), IPMMU_OK);
	assert_false(kit->masters[DMAC].stopped);
	kit_free(kit);
}

static void flush_of_a_master_without_a_deny_context_has_nothing_to_do(void **state)
{
	struct kit *kit = ready();
	uint64_t writes;

	(void)state;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	writes = kit->writes;
	assert_int_equal(kit_master_flush(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit->writes, writes);
	kit_free(kit);
}

/* ---- claims that fail ---- */

static enum ipmmu_err met;

static void add_again(struct kit *kit, int master, int unused)
{
	struct ipmmu_master *other;

	(void)unused;
	assert_true(kit->masters[master].stopped);
	met = ipmmu_master_add(kit->system, &kit->masters[master].desc, &other);
	assert_true(kit->masters[master].stopped);
}

/* The hooks are those of the call that has it. */
static void claimed_master_is_refused_without_a_hook(void **state)
{
	struct kit *kit = ready();
	struct ipmmu_master *other;

	(void)state;
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	kit_forget(kit);
	assert_int_equal(ipmmu_master_add(kit->system, &kit->masters[DMAC].desc, &other),
			 IPMMU_E_EXISTS);
	assert_null(other);
	assert_int_equal(kit->quiesced + kit->released, 0);
	assert_int_equal(kit->writes, 0);
	kit->meanwhile = (struct kit_meanwhile){KIT_AT_RELAX, 1, add_again, DMAC, 0};
	met = IPMMU_OK;
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	assert_int_equal(met, IPMMU_E_EXISTS);
	kit_free(kit);
}

static void claim_that_is_unverified_lets_the_master_go(void **state)
{
	struct kit *kit = ready();
	const struct ipmmu_port *port = &kit->masters[DMAC].ports[0];
	uint32_t at = rig_utlb_at(kit, port->utlb);

	(void)state;
	rig_set_utlb(kit, port->mmu, port->utlb, CONTEXT << 4 | 1u);
	assert_true(model_set_quirk(kit->model, port->mmu, at, 0, 1));
	assert_int_equal(kit_add(kit, DMAC), IPMMU_E_UNVERIFIED);
	/* It is nobody's, so no later call would. */
	assert_int_equal(kit->quiesced, 1);
	assert_int_equal(kit->released, 1);
	assert_false(kit->masters[DMAC].stopped);
	assert_true(model_set_quirk(kit->model, port->mmu, at, 0, 0));
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit->released, 2);
	kit_free(kit);
}

/* ---- quarantine ---- */

static void stick(struct kit *kit, int stuck, int unused)
{
	(void)unused;
	model_set_stuck(kit->model, 0, CONTEXT, stuck != 0);
}

/* DMAC is in domain 0, whose flush has not ended. Flushes end from now on. */
static struct kit *quarantined(void)
{
	struct kit *kit = ready();

	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	stick(kit, 1, 0);
	assert_int_equal(kit_flush(kit, 0), IPMMU_E_TIMEOUT);
	stick(kit, 0, 0);
	kit_forget(kit);
	return kit;
}

/* The flush before the uTLBs go off ends, that after it does not. */
static void retry_that_fails_late_leaves_its_masters_in_no_domain(void **state)
{
	struct kit *kit = quarantined();
	struct ipmmu_master_info info;

	(void)state;
	kit->meanwhile = (struct kit_meanwhile){KIT_AT_QUIESCE, 1, stick, 1, 0};
	assert_int_equal(ipmmu_domain_retry(kit->domains[0].domain), IPMMU_E_TIMEOUT);
	assert_true(is_off(kit, DMAC));
	assert_int_equal(ipmmu_master_query(kit->masters[DMAC].master, &info), IPMMU_OK);
	assert_int_equal(info.state, IPMMU_MASTER_BYPASS);
	assert_null(info.domain);
	assert_int_equal(kit->released, 1);
	assert_false(kit->masters[DMAC].stopped);
	assert_int_equal(rig_domain_info(kit, 0).masters, 0);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_QUARANTINED);
	kit->masters[DMAC].in = KIT_NONE;
	stick(kit, 0, 0);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	kit_free(kit);
}

static void abandon_with_masters_is_refused_without_a_hook(void **state)
{
	struct kit *kit = quarantined();

	(void)state;
	kit_program(kit, DMAC);
	assert_int_equal(kit_abandon(kit, 0), IPMMU_E_BUSY);
	assert_int_equal(kit->quiesced + kit->released, 0);
	assert_int_equal(kit->writes, 0);
	assert_true(kit->masters[DMAC].running);
	kit_free(kit);
}

/* Its table is not known to the library, so nobody may be translated by it. */
static void retry_of_a_kept_context_does_not_switch_it_on(void **state)
{
	struct kit *kit = fresh();

	(void)state;
	firmware_context(kit, CONTEXT, 0, 0);
	firmware_keep(kit, DMAC, CONTEXT);
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, CONTEXT).state, IPMMU_CONTEXT_KEPT);
	assert_int_equal(kit_context_retry(kit, CONTEXT), IPMMU_E_BUSY);
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit_context_retry(kit, CONTEXT), IPMMU_OK);
	assert_int_equal(contexts_on, 0);
	assert_int_equal(rig_context(kit, 0, CONTEXT, R_IMCTR), 0);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(running_master_is_stopped_before_it_is_claimed),
		cmocka_unit_test(running_master_is_stopped_before_it_is_detached),
		cmocka_unit_test(masters_are_stopped_before_a_retry_lets_them_go),
		cmocka_unit_test(attach_that_fails_leaves_a_master_stopped_by_nobody),
		cmocka_unit_test(master_that_cannot_be_stopped_is_let_go_all_the_same),
		cmocka_unit_test(utlb_that_does_not_go_off_is_unverified),
		cmocka_unit_test(flush_of_a_master_without_a_deny_context_has_nothing_to_do),
		cmocka_unit_test(claimed_master_is_refused_without_a_hook),
		cmocka_unit_test(claim_that_is_unverified_lets_the_master_go),
		cmocka_unit_test(retry_that_fails_late_leaves_its_masters_in_no_domain),
		cmocka_unit_test(abandon_with_masters_is_refused_without_a_hook),
		cmocka_unit_test(retry_of_a_kept_context_does_not_switch_it_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
