// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * A restart without a reset: every context is in use by masters that run on, and one of them
 * must become the deny context. Nobody is in bypass meanwhile, at any register write.
 */
#include "firmware.h"

#include <string.h>

enum {
	DS0 = 1,
	DS1 = 2,
	LAST = 3
};

/* ---- what running masters can reach, at each write ---- */

static uint32_t looks;
static uint32_t kept; /* set: contexts that stay, which no other master may enter */
static void (*own_write)(void *host, void *mmio, uint32_t offset, uint32_t value);

static bool is_theirs(void *arg, const struct model_reach *reach)
{
	const uint32_t *contexts = arg;

	assert_int_not_equal(reach->via, MODEL_VIA_BYPASS);
	assert_int_equal(reach->iova, FIRMWARE_IOVA);
	assert_true((*contexts & 1u << (reach->pa - firmware_pa(0)) / IPMMU_PAGE_SIZE) != 0);
	return true;
}

static void look(struct kit *kit)
{
	int i;

	for (i = 0; i < KIT_MASTERS; i++) {
		const struct ipmmu_port *port = &kit->masters[i].ports[0];

		uint32_t contexts = kit->described[i].keep ? kept : ~kept;

		if ((rig_utlb(kit, port->mmu, port->utlb) & 1u) != 0) {
			(void)model_reach(kit->model, port->mmu, port->utlb, is_theirs,
					  &contexts);
			looks++;
		}
	}
}

static void watched_write(void *host, void *mmio, uint32_t offset, uint32_t value)
{
	own_write(host, mmio, offset, value);
	look(host);
}

static void watch(struct kit *kit)
{
	own_write = kit->ops.mmio_write32;
	kit->ops.mmio_write32 = watched_write;
	looks = 0;
	kept = 0;
}

/* ---- machines ---- */

/* Contexts 1 to 3 are on in @caches; DMAC is on the first, AUDIO on the second, MMC on the
 * third. */
static struct kit *running(uint32_t caches)
{
	struct kit_config config = kit_config();
	struct kit *kit;
	uint32_t n;

	rig_honest();
	kit = kit_new(&config);
	model_power(kit->model, DS1, true);
	/* The library's own power_get must not take away what runs. */
	kit->powered[DS1] = 1;
	for (n = 1; n <= LAST; n++) {
		firmware_context(kit, n, caches, 0);
	}
	firmware_port(kit, DMAC, 1);
	firmware_port(kit, AUDIO, 2);
	firmware_port(kit, MMC, 3);
	watch(kit);
	return kit;
}

static void all_are_denied(struct kit *kit)
{
	int i;

	for (i = 0; i < KIT_MASTERS; i++) {
		const struct ipmmu_port *port = &kit->masters[i].ports[0];

		assert_int_equal(rig_utlb_info(kit, port->mmu, port->utlb).state,
				 IPMMU_UTLB_DENIED);
		assert_int_not_equal(kit_dma(kit, i, FIRMWARE_IOVA, true).state,
				     MODEL_ACCESS_DONE);
	}
}

static void everything_works(struct kit *kit)
{
	int i;

	for (i = 0; i < 2; i++) {
		assert_int_equal(kit_domain_new(kit, i), IPMMU_OK);
		kit_map(kit, i, 0, true);
	}
	assert_int_equal(kit_add(kit, DMAC), IPMMU_OK);
	assert_int_equal(kit_add(kit, MMC), IPMMU_OK);
	(void)kit_interrupt(kit, 0);
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, MMC, 1);
	assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 0), true).pa, kit_pa(0, 0));
	assert_int_equal(kit_dma(kit, MMC, kit_iova(1, 0), true).pa, kit_pa(1, 0));
}

static void restart_denies_all_when_every_context_is_in_use(void **state)
{
	struct kit *kit = running(1u << DS0 | 1u << DS1);

	(void)state;
	kit_start(kit);
	assert_true(looks > 0);
	all_are_denied(kit);
	kit->ops.mmio_write32 = own_write;
	everything_works(kit);
	kit_free(kit);
}

/* With a uTLB on each context in each order of the masters. */
static void restart_denies_all_whoever_is_where(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 27; i++) {
		struct kit *kit = running(1u << DS0 | 1u << DS1);

		firmware_port(kit, DMAC, 1 + i % 3);
		firmware_port(kit, AUDIO, 1 + i / 3 % 3);
		firmware_port(kit, MMC, 1 + i / 9);
		kit_start(kit);
		all_are_denied(kit);
		kit_free(kit);
	}
}

/* A uTLB of DS1 cannot go where DS1 has the context off: that could be bypass. */
static void context_makes_room_only_where_it_is_on(void **state)
{
	struct kit *kit = running(1u << DS0);

	(void)state;
	/* DS1 has 3 alone, where MMC is; DS0 has all, and room for DMAC or AUDIO. */
	rig_set_context(kit, DS1, 3, R_IMCTR, B_MMUEN);
	kit_start(kit);
	all_are_denied(kit);
	kit_free(kit);
}

static void restart_is_refused_when_nobody_can_make_room(void **state)
{
	struct kit *kit = running(0);

	(void)state;
	/* Each uTLB's context is on in its cache, and no other is. */
	rig_set_context(kit, DS0, 1, R_IMCTR, B_MMUEN);
	rig_set_context(kit, DS0, 2, R_IMCTR, 0);
	rig_set_context(kit, DS1, 3, R_IMCTR, B_MMUEN);
	firmware_port(kit, AUDIO, 1);
	rig_set_utlb(kit, DS1, 0, 2u << 4 | 1u);
	rig_set_context(kit, DS1, 2, R_IMCTR, B_MMUEN);
	/* ... and those of DS1 are kept, so that they are no room for each other. */
	kit->described[MMC].keep = true;
	kit->described[AUDIO].keep = true;
	assert_int_equal(kit_create(kit), IPMMU_E_NO_CONTEXT);
	assert_int_equal(kit->writes, 0);
	kit_free(kit);
}

static void context_that_is_kept_makes_no_room(void **state)
{
	struct kit *kit = running(1u << DS0 | 1u << DS1);

	(void)state;
	kit->described[DMAC].keep = true;
	kept = 1u << 1;
	kit_start(kit);
	assert_int_equal(rig_context_info(kit, 1).state, IPMMU_CONTEXT_KEPT);
	assert_int_equal(rig_utlb(kit, DS0, 0), 1u << 4 | 1u);
	assert_int_equal(kit_dma(kit, DMAC, FIRMWARE_IOVA, true).pa, firmware_pa(1));
	assert_int_equal(rig_utlb_info(kit, 2, 2).state, IPMMU_UTLB_DENIED);
	kit_free(kit);
}

static void context_that_is_off_makes_no_room(void **state)
{
	struct kit *kit = running(1u << DS0 | 1u << DS1);

	(void)state;
	kit->ops.mmio_write32 = own_write; /* DMAC and AUDIO are in bypass when it starts */
	rig_set_context(kit, 0, 1, R_IMCTR, 0);
	rig_set_context(kit, 0, 2, R_IMCTR, 0);
	kit_start(kit);
	all_are_denied(kit);
	kit_free(kit);
}

/* The first system is gone without a word, its domains and masters as they were. */
static void second_system_takes_over_from_one_that_vanished(void **state)
{
	struct kit_config config = kit_config();
	struct kit *kit = rig_ready(&config);
	int i;

	(void)state;
	rig_attach(kit, DMAC, 0);
	rig_attach(kit, MMC, 1);
	/* Both contexts and deny are in use. */
	kit->system = NULL;
	for (i = 0; i < KIT_MASTERS; i++) {
		kit->masters[i].master = NULL;
		kit->masters[i].in = KIT_NONE;
	}
	memset(kit->domains, 0, sizeof(kit->domains));
	kit_start(kit);
	for (i = 0; i < KIT_MASTERS; i++) {
		const struct ipmmu_port *port = &kit->masters[i].ports[0];

		assert_int_equal(rig_utlb_info(kit, port->mmu, port->utlb).state,
				 IPMMU_UTLB_DENIED);
	}
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restart_denies_all_when_every_context_is_in_use),
		cmocka_unit_test(restart_denies_all_whoever_is_where),
		cmocka_unit_test(context_makes_room_only_where_it_is_on),
		cmocka_unit_test(restart_is_refused_when_nobody_can_make_room),
		cmocka_unit_test(context_that_is_kept_makes_no_room),
		cmocka_unit_test(context_that_is_off_makes_no_room),
		cmocka_unit_test(second_system_takes_over_from_one_that_vanished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
