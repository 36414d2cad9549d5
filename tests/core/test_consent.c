// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Consent to bypass: one context, none for deny. The host has accepted that a detached master
 * is not translated; nothing else is, and no master runs when it is let go.
 */
#include "rig.h"

enum {
	CONTEXT = 1 /* the only one */
};

/* ---- each write that switches a uTLB off ---- */

static void (*own_write)(void *host, void *mmio, uint32_t offset, uint32_t value);
static uint32_t switched_off;

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
	own_write(host, mmio, offset, value);
}

static struct kit *ready(void)
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
