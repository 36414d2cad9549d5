// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * What a domain's own table gains: seen when the call returns, also on a part that keeps
 * "nothing is mapped there" (ABSENT_CACHED), and never beside what was there before.
 */
#include "rig.h"

static struct kit *ready(bool absent_cached, bool flush_additions)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.owned = true;
	config.wish.replace = IPMMU_PT_BREAK_BEFORE_MAKE;
	config.options.flush_timeout_us = 20;
	config.options.flush_additions = flush_additions;
	config.model.switches[MODEL_ABSENT_CACHED] = absent_cached ? 1 : 0;
	config.model.switches[MODEL_STALL_ON_FAULT] = 0;
	config.model.switches[MODEL_MULTIPLE_HIT] = 2;
	config.model.context_tlb_entries = 64;
	config.model.utlb_tlb_entries = 64;
	kit = rig_ready(&config);
	rig_attach(kit, DMAC, 0);
	return kit;
}

static bool reaches(struct kit *kit, int page)
{
	struct model_access access = kit_dma(kit, DMAC, kit_iova(0, page), true);

	(void)kit_interrupt(kit, 0);
	return access.state == MODEL_ACCESS_DONE && access.pa == kit_pa(0, page);
}

static void part_that_keeps_absence_hides_a_map_without_the_option(void **state)
{
	struct kit *kit = ready(true, false);

	(void)state;
	assert_false(reaches(kit, 2));
	kit_map(kit, 0, 2, true);
	assert_false(reaches(kit, 2));
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	assert_true(reaches(kit, 2));
	kit_free(kit);
}

static void map_is_seen_when_the_call_returns_with_the_option(void **state)
{
	struct kit *kit = ready(true, true);
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_false(reaches(kit, 2));
		kit_map(kit, 0, 2, true);
		assert_true(reaches(kit, 2));
		kit_unmap(kit, 0, 2);
	}
	kit_free(kit);
}

static void map_of_pages_is_seen_when_the_call_returns_with_the_option(void **state)
{
	static const struct ipmmu_pt_prot prot = {IPMMU_PT_READ | IPMMU_PT_WRITE,
						  IPMMU_PT_CACHED};
	struct kit *kit = ready(true, true);
	struct ipmmu_pa pages[2] = {{kit_pa(0, 2)}, {kit_pa(0, 3)}};
	int i;

	(void)state;
	assert_false(reaches(kit, 2));
	assert_false(reaches(kit, 3));
	for (i = 2; i < 4; i++) {
		kit->domains[0].pages[i] = (struct kit_page){.state = KIT_PAGE_MAPPED,
							     .write = true,
							     .iova = kit_iova(0, i),
							     .pa = kit_pa(0, i)};
	}
	assert_int_equal(ipmmu_domain_map_pages(kit->domains[0].domain,
						(struct ipmmu_iova){kit_iova(0, 2)}, pages, 2,
						prot),
			 IPMMU_OK);
	assert_true(reaches(kit, 2));
	assert_true(reaches(kit, 3));
	kit_free(kit);
}

static void map_without_a_context_flushes_nothing(void **state)
{
	struct kit *kit = ready(true, true);
	uint64_t writes = kit->writes;

	(void)state;
	kit_map(kit, 1, 2, true);
	assert_int_equal(kit->writes, writes);
	kit_free(kit);
}

static void map_without_the_option_writes_no_register(void **state)
{
	struct kit *kit = ready(false, false);
	uint64_t writes = kit->writes;

	(void)state;
	kit_map(kit, 0, 2, true);
	assert_int_equal(kit->writes, writes);
	assert_true(reaches(kit, 2));
	kit_free(kit);
}

/* ---- a flush of an addition that does not end ---- */

static void flush_of_a_map_that_does_not_end_leaves_it_mapped_in_quarantine(void **state)
{
	struct kit *kit = ready(true, true);
	struct ipmmu_pt_mapping mapping;

	(void)state;
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_try_map(kit, 0, 2, true), IPMMU_E_TIMEOUT);
	assert_int_equal(rig_domain_info(kit, 0).state, IPMMU_DOMAIN_QUARANTINED);
	assert_int_equal(ipmmu_domain_translate(kit->domains[0].domain,
						(struct ipmmu_iova){kit_iova(0, 2)}, &mapping),
			 IPMMU_OK);
	/* Nothing is added where the flush could not be made. */
	assert_int_equal(kit_try_map(kit, 0, 3, true), IPMMU_E_QUARANTINED);
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	assert_true(reaches(kit, 2));
	assert_int_equal(kit_try_map(kit, 0, 3, true), IPMMU_OK);
	kit_free(kit);
}

static void maps_go_on_in_quarantine_without_the_option(void **state)
{
	struct kit *kit = ready(false, false);

	(void)state;
	model_set_stuck(kit->model, 0, 1, true);
	assert_int_equal(kit_try_unmap(kit, 0, 1), IPMMU_E_TIMEOUT);
	assert_int_equal(kit_try_map(kit, 0, 2, true), IPMMU_OK);
	/* But not where a TLB may still lead elsewhere. */
	assert_int_equal(kit_try_map(kit, 0, 1, true), IPMMU_E_QUARANTINED);
	model_set_stuck(kit->model, 0, 1, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(kit_try_map(kit, 0, 1, true), IPMMU_OK);
	kit_free(kit);
}

/* ---- a map while a removal of the same addresses waits ---- */

static const struct ipmmu_pt_prot both = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};
static enum ipmmu_err met;
static struct model_access landed;

/* @page of what is removed leads to another page from now on; a master uses it at once. */
static void map_elsewhere(struct kit *kit, int page, int count)
{
	struct kit_page *book = &kit->domains[0].pages[page];

	book->old_pa = book->pa;
	book->pa = kit_pa(0, page + KIT_PAGES);
	met = ipmmu_domain_map(kit->domains[0].domain, (struct ipmmu_iova){kit_iova(0, page)},
			       (struct ipmmu_pa){book->pa}, (uint64_t)count * IPMMU_PAGE_SIZE,
			       both);
	if (met == IPMMU_OK) {
		book->state = KIT_PAGE_MAPPED;
		book->old_pa = 0;
	}
	landed = kit_dma(kit, DMAC, kit_iova(0, page), true);
}

static void map_waits_for_a_removal_of_the_same_address(void **state)
{
	uint32_t nth;

	(void)state;
	/* At each poll of the flush, in the root and in the cache. */
	for (nth = 1; nth <= 4; nth++) {
		struct kit *kit = ready(false, false);

		kit->meanwhile = (struct kit_meanwhile){KIT_AT_RELAX, nth, map_elsewhere, 0, 1};
		met = IPMMU_E_ARG;
		assert_int_equal(kit_try_unmap(kit, 0, 0), IPMMU_OK);
		assert_int_equal(met, IPMMU_OK);
		assert_int_equal(landed.state, MODEL_ACCESS_DONE);
		assert_int_equal(landed.pa, kit_pa(0, KIT_PAGES));
		assert_int_equal(kit->fault_count, 0);
		kit_free(kit);
	}
}

static void remove_map_and_look(struct kit *kit, int page, int unused)
{
	(void)unused;
	/* Nothing to remove any more: the call waits for the flush of the one before. */
	assert_int_equal(ipmmu_domain_unmap(kit->domains[0].domain,
					    (struct ipmmu_iova){kit_iova(0, page)},
					    IPMMU_PAGE_SIZE),
			 IPMMU_OK);
	assert_int_not_equal(kit_dma(kit, DMAC, kit_iova(0, page), true).state,
			     MODEL_ACCESS_DONE);
	(void)kit_interrupt(kit, 0);
	map_elsewhere(kit, page, 1);
}

static void removal_of_what_is_being_removed_waits_too(void **state)
{
	struct kit *kit = ready(false, false);

	(void)state;
	kit->meanwhile = (struct kit_meanwhile){KIT_AT_RELAX, 1, remove_map_and_look, 0, 0};
	met = IPMMU_E_ARG;
	assert_int_equal(kit_try_unmap(kit, 0, 0), IPMMU_OK);
	assert_int_equal(met, IPMMU_OK);
	assert_int_equal(landed.pa, kit_pa(0, KIT_PAGES));
	kit_free(kit);
}

/* Two pages from the one below: one of them is being removed. */
static void map_two(struct kit *kit, int page, int unused)
{
	(void)unused;
	met = ipmmu_domain_map(kit->domains[0].domain, (struct ipmmu_iova){kit_iova(0, page)},
			       (struct ipmmu_pa){kit_pa(0, page + KIT_PAGES)},
			       2 * IPMMU_PAGE_SIZE, both);
}

static void map_that_overlaps_a_removal_waits_as_well(void **state)
{
	struct kit *kit = ready(false, false);
	uint64_t from;

	(void)state;
	kit_map(kit, 0, 3, true);
	kit->meanwhile = (struct kit_meanwhile){KIT_AT_RELAX, 1, map_two, 2, 0};
	met = IPMMU_E_ARG;
	kit->watching = false; /* the books know no ranges */
	from = model_now(kit->model);
	assert_int_equal(ipmmu_domain_unmap(kit->domains[0].domain,
					    (struct ipmmu_iova){kit_iova(0, 3)},
					    IPMMU_PAGE_SIZE),
			 IPMMU_OK);
	assert_int_equal(met, IPMMU_OK);
	landed = kit_dma(kit, DMAC, kit_iova(0, 3), true);
	assert_int_equal(landed.pa, kit_pa(0, 3 + KIT_PAGES));
	/* The one that had the flush stood still: it took two time-outs to replace it. */
	assert_true(model_now(kit->model) - from >= 2 * 20);
	kit_free(kit);
}

static void map_one(struct kit *kit, int page, int unused)
{
	(void)unused;
	met = ipmmu_domain_map(kit->domains[0].domain, (struct ipmmu_iova){kit_iova(0, page)},
			       (struct ipmmu_pa){kit_pa(0, page + KIT_PAGES)}, IPMMU_PAGE_SIZE,
			       both);
}

static void map_of_other_addresses_does_not_wait(void **state)
{
	static const int removed[] = {1, 3};
	uint32_t i;

	(void)state;
	/* The one behind what is removed, and the one before. */
	for (i = 0; i < 2; i++) {
		struct kit *kit = ready(false, false);
		uint64_t from;

		kit_map(kit, 0, 3, true);
		kit->meanwhile = (struct kit_meanwhile){KIT_AT_RELAX, 1, map_one, 2, 0};
		met = IPMMU_E_ARG;
		kit->watching = false; /* the books know no such page */
		from = model_now(kit->model);
		assert_int_equal(
			ipmmu_domain_unmap(kit->domains[0].domain,
					   (struct ipmmu_iova){kit_iova(0, removed[i])},
					   IPMMU_PAGE_SIZE),
			IPMMU_OK);
		assert_int_equal(met, IPMMU_OK);
		assert_true(model_now(kit->model) - from < 20);
		kit_free(kit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(part_that_keeps_absence_hides_a_map_without_the_option),
		cmocka_unit_test(map_is_seen_when_the_call_returns_with_the_option),
		cmocka_unit_test(map_of_pages_is_seen_when_the_call_returns_with_the_option),
		cmocka_unit_test(map_without_a_context_flushes_nothing),
		cmocka_unit_test(map_without_the_option_writes_no_register),
		cmocka_unit_test(
			flush_of_a_map_that_does_not_end_leaves_it_mapped_in_quarantine),
		cmocka_unit_test(maps_go_on_in_quarantine_without_the_option),
		cmocka_unit_test(map_waits_for_a_removal_of_the_same_address),
		cmocka_unit_test(removal_of_what_is_being_removed_waits_too),
		cmocka_unit_test(map_that_overlaps_a_removal_waits_as_well),
		cmocka_unit_test(map_of_other_addresses_does_not_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
