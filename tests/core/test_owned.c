// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Domains that own their tables: mapped, unmapped and changed while masters run, on a machine
 * whose walker sees only what was cleaned.
 */
#include "rig.h"

#include <string.h>

/** struct place - a machine on which owned tables are tried. */
struct place {
	enum ipmmu_generation generation;
	enum ipmmu_mode mode;
	uint32_t bits;
	uint32_t ttbcr;
	uint32_t mair;
};

static const struct place places[] = {
	{IPMMU_GEN2, IPMMU_MODE_S1_AARCH32, 32, 0x80003510u, 0xf404ff44u},
	{IPMMU_GEN3, IPMMU_MODE_S1_AARCH32, 32, 0x80000080u, 0xf404ff44u},
	{IPMMU_GEN3, IPMMU_MODE_S1_AARCH64, 39, 0x80190099u, 0xf404ff44u},
	{IPMMU_GEN3, IPMMU_MODE_S2, 40, 0xc0000058u, 0},
	{IPMMU_GEN4, IPMMU_MODE_S2, 40, 0xc0000058u, 0},
};

enum {
	PLACES = sizeof(places) / sizeof(places[0]),
	MIB2 = 0x200000
};

static const struct ipmmu_pt_prot RW = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};
static const struct ipmmu_pt_prot RO = {IPMMU_PT_READ, IPMMU_PT_CACHED};

static struct kit_config config_of(const struct place *place)
{
	struct kit_config config = rig_config(place->generation);

	config.mode = place->mode;
	config.owned = true;
	return config;
}

static struct kit *ready_at(const struct place *place)
{
	struct kit_config config = config_of(place);

	return rig_ready(&config);
}

/* Of the first place that has 40 bits. */
static struct kit_config owned_config(enum ipmmu_pt_policy policy)
{
	struct kit_config config = config_of(&places[3]);

	config.wish.split = policy;
	config.wish.replace = policy;
	return config;
}

static struct kit *ready(enum ipmmu_pt_policy policy)
{
	struct kit_config config = owned_config(policy);

	return rig_ready(&config);
}

static enum ipmmu_err map(struct kit *kit, uint64_t iova, uint64_t pa, uint64_t size,
			  struct ipmmu_pt_prot prot)
{
	return ipmmu_domain_map(kit->domains[0].domain, (struct ipmmu_iova){iova},
				(struct ipmmu_pa){pa}, size, prot);
}

static enum ipmmu_err unmap(struct kit *kit, uint64_t iova, uint64_t size)
{
	return ipmmu_domain_unmap(kit->domains[0].domain, (struct ipmmu_iova){iova}, size);
}

static struct ipmmu_pt_mapping translate(struct kit *kit, uint64_t iova)
{
	struct ipmmu_pt_mapping mapping;

	memset(&mapping, 0, sizeof(mapping));
	(void)!ipmmu_domain_translate(kit->domains[0].domain, (struct ipmmu_iova){iova},
				      &mapping);
	return mapping;
}

static uint32_t tables_in_use(const struct kit *kit)
{
	struct ipmmu_arena_use use;

	ipmmu_arena_query(kit->arena, &use);
	return use.table_pages;
}

/* The access does not pass; the fault is taken, so that the next one can. */
static void is_stopped(struct kit *kit, int master, uint64_t iova, bool write)
{
	assert_int_not_equal(kit_dma(kit, master, iova, write).state, MODEL_ACCESS_DONE);
	assert_true(kit_interrupt(kit, 0));
}

static void context_of_owned_tables_walks_them_in_every_mode(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PLACES; i++) {
		struct kit *kit = ready_at(&places[i]);
		struct ipmmu_domain_info info = rig_domain_info(kit, 0);
		uint32_t n;

		assert_int_equal(info.table.input_bits, places[i].bits);
		assert_int_equal(info.table.format, places[i].mode);
		rig_attach(kit, AUDIO, 0);
		n = rig_domain_info(kit, 0).context;
		assert_int_equal(rig_context(kit, 0, n, R_IMTTLBR0), info.table.root.v);
		assert_int_equal(rig_context(kit, 0, n, R_IMTTBCR), places[i].ttbcr);
		assert_int_equal(rig_context(kit, 0, n, R_IMMAIR0), places[i].mair);
		assert_int_equal(kit_dma(kit, AUDIO, kit_iova(0, 0), true).pa, kit_pa(0, 0));
		is_stopped(kit, AUDIO, kit_iova(0, 1), true);
		kit_free(kit);
	}
}

static void unmap_takes_the_page_from_masters_that_run(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PLACES; i++) {
		struct kit *kit = ready_at(&places[i]);

		rig_attach(kit, DMAC, 0);
		kit_map(kit, 0, 2, true);
		assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 2), true).pa, kit_pa(0, 2));
		kit_unmap(kit, 0, 2);
		is_stopped(kit, DMAC, kit_iova(0, 2), true);
		kit_free(kit);
	}
}

static void tables_go_back_only_after_the_flush(void **state)
{
	struct kit *kit = ready(IPMMU_PT_NEVER);
	uint32_t before;

	(void)state;
	rig_attach(kit, DMAC, 0);
	before = tables_in_use(kit);
	kit_unmap(kit, 0, 0);
	assert_int_equal(tables_in_use(kit), before);
	/* The last page of its table, and of the one above: the kit sees that no walker can
	 * read them when they go. */
	kit_unmap(kit, 0, 1);
	assert_int_equal(tables_in_use(kit), before - 2);
	kit_free(kit);
}

static void failed_flush_keeps_tables_until_the_retry(void **state)
{
	struct kit *kit = ready(IPMMU_PT_NEVER);
	uint32_t before;

	(void)state;
	rig_attach(kit, DMAC, 0);
	kit_unmap(kit, 0, 0);
	before = tables_in_use(kit);
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	kit_forget(kit);
	assert_int_equal(kit_try_unmap(kit, 0, 1), IPMMU_E_TIMEOUT);
	assert_int_equal(kit->quiesced, 0);
	assert_int_equal(tables_in_use(kit), before);
	assert_int_equal(kit_try_unmap(kit, 0, 1), IPMMU_E_QUARANTINED);
	assert_int_equal(kit_retry(kit, 0), IPMMU_E_TIMEOUT);
	assert_int_equal(kit->quiesced, 1);
	assert_int_equal(tables_in_use(kit), before);
	model_set_stuck(kit->model, 0, MODEL_NONE, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(tables_in_use(kit), before - 2);
	assert_int_equal(kit_try_unmap(kit, 0, 1), IPMMU_OK);
	rig_attach(kit, DMAC, 0);
	kit_map(kit, 0, 1, true);
	kit_free(kit);
}

static void retry_carries_an_interrupted_change_through(void **state)
{
	struct kit *kit = ready(IPMMU_PT_BREAK_BEFORE_MAKE);
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	uint32_t count;

	(void)state;
	rig_attach(kit, DMAC, 0);
	model_set_stuck(kit->model, 0, MODEL_NONE, true);
	assert_int_equal(kit_try_protect(kit, 0, 0, false), IPMMU_E_TIMEOUT);
	assert_int_equal(ipmmu_domain_explain(kit->domains[0].domain,
					      (struct ipmmu_iova){kit_iova(0, 0)}, levels,
					      &count),
			 IPMMU_OK);
	assert_int_equal(count, 3);
	assert_int_equal(levels[2].kind, IPMMU_PT_BROKEN);
	assert_int_equal(levels[2].pa.v, kit_pa(0, 0));
	assert_int_equal(map(kit, kit_iova(0, 3), kit_pa(0, 3), 4096, RW), IPMMU_E_QUARANTINED);
	model_set_stuck(kit->model, 0, MODEL_NONE, false);
	assert_int_equal(kit_retry(kit, 0), IPMMU_OK);
	assert_int_equal(translate(kit, kit_iova(0, 0)).prot.rights, IPMMU_PT_READ);
	kit_map(kit, 0, 3, true);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 0), false).pa, kit_pa(0, 0));
	kit_free(kit);
}

static void protect_and_replace_end_what_was_allowed(void **state)
{
	static const enum ipmmu_pt_policy policies[] = {IPMMU_PT_BREAK_BEFORE_MAKE,
							IPMMU_PT_DIRECT};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct kit *kit = ready(policies[i]);

		rig_attach(kit, DMAC, 0);
		assert_int_equal(kit_try_protect(kit, 0, 0, false), IPMMU_OK);
		is_stopped(kit, DMAC, kit_iova(0, 0), true);
		assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 0), false).pa, kit_pa(0, 0));
		assert_int_equal(kit_try_replace(kit, 0, 1), IPMMU_OK);
		assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 1), false).pa,
				 kit_pa(0, 1 + KIT_PAGES));
		assert_int_equal(kit_try_replace(kit, 0, 1), IPMMU_OK);
		assert_int_equal(kit_dma(kit, DMAC, kit_iova(0, 1), false).pa, kit_pa(0, 1));
		kit_free(kit);
	}
}

static void default_policy_changes_no_valid_entry(void **state)
{
	struct kit *kit = ready(IPMMU_PT_NEVER);

	(void)state;
	assert_int_equal(kit_try_protect(kit, 0, 0, false), IPMMU_E_UNSUPPORTED);
	rig_refused(kit, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_POLICY, 0, IPMMU_PT_NEVER);
	assert_int_equal(kit_try_replace(kit, 0, 0), IPMMU_E_UNSUPPORTED);
	kit->watching = false;
	assert_int_equal(map(kit, 8u * MIB2, 8u * MIB2, MIB2, RW), IPMMU_OK);
	assert_int_equal(translate(kit, 8u * MIB2).size, 4096);
	kit_free(kit);
}

/* A block of which a part goes: masters may fault meanwhile, and find the rest afterwards. */
static void part_of_a_block_goes_and_the_rest_stays(void **state)
{
	static const enum ipmmu_pt_policy policies[] = {IPMMU_PT_BREAK_BEFORE_MAKE,
							IPMMU_PT_DIRECT};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct kit *kit = ready(policies[i]);
		uint64_t iova = 8ull * MIB2;

		kit->watching = false;
		rig_attach(kit, DMAC, 0);
		assert_int_equal(map(kit, iova, 16ull * MIB2, MIB2, RW), IPMMU_OK);
		assert_int_equal(translate(kit, iova).size, MIB2);
		assert_int_equal(kit_dma(kit, DMAC, iova + 0x5000, true).pa,
				 16ull * MIB2 + 0x5000);
		assert_int_equal(unmap(kit, iova + 0x5000, 4096), IPMMU_OK);
		is_stopped(kit, DMAC, iova + 0x5000, true);
		assert_int_equal(kit_dma(kit, DMAC, iova + 0x6000, true).pa,
				 16ull * MIB2 + 0x6000);
		assert_int_equal(translate(kit, iova + 0x6000).size, 4096);
		kit_free(kit);
	}
}

static void map_leaves_everything_unchanged_when_memory_ends(void **state)
{
	struct kit *kit = ready(IPMMU_PT_NEVER);

	(void)state;
	kit_unmap(kit, 0, 0);
	kit_unmap(kit, 0, 1);
	kit->fail = (struct kit_fail){.what = KIT_FAIL_ALLOC, .nth = 2, .forever = true};
	assert_int_equal(kit_try_map(kit, 0, 0, true), IPMMU_E_NO_MEMORY);
	kit->fail = (struct kit_fail){.what = KIT_FAIL_NOTHING};
	assert_int_equal(translate(kit, kit_iova(0, 0)).size, 0);
	kit_map(kit, 0, 0, true);
	kit_free(kit);
}

static void pages_are_mapped_where_a_vector_says(void **state)
{
	struct kit *kit = ready(IPMMU_PT_NEVER);
	const struct ipmmu_pa pages[3] = {{kit_pa(0, 2)}, {kit_pa(0, 7)}, {kit_pa(0, 1)}};
	const struct ipmmu_pa odd[2] = {{kit_pa(0, 2)}, {kit_pa(0, 3) + 8}};
	const struct ipmmu_pa far[2] = {{kit_pa(0, 2)}, {1ull << 40}};
	struct ipmmu_domain *domain = kit->domains[0].domain;
	struct ipmmu_iova at = {0x20000000};
	uint32_t i;

	(void)state;
	kit->watching = false;
	assert_int_equal(ipmmu_domain_map_pages(domain, at, pages, 3, RW), IPMMU_OK);
	for (i = 0; i < 3; i++) {
		assert_int_equal(translate(kit, at.v + 4096 * i + 8).pa.v, pages[i].v + 8);
	}
	at.v += 0x10000;
	assert_int_equal(ipmmu_domain_map_pages(domain, at, odd, 2, RW), IPMMU_E_ALIGN);
	rig_refused(kit, IPMMU_E_ALIGN, IPMMU_WHAT_PA, 0, odd[1].v);
	assert_int_equal(ipmmu_domain_map_pages(domain, at, far, 2, RW), IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_PA, 0, far[1].v);
	assert_int_equal(ipmmu_domain_map_pages(domain, at, NULL, 2, RW), IPMMU_E_ARG);
	kit_free(kit);
}

static void refusals_name_the_value_and_what_is_allowed(void **state)
{
	struct kit *kit = ready(IPMMU_PT_NEVER);
	const uint64_t top = (1ull << 40) - 4096;

	(void)state;
	assert_int_equal(map(kit, 0x1001, 0, 4096, RW), IPMMU_E_ALIGN);
	rig_refused(kit, IPMMU_E_ALIGN, IPMMU_WHAT_IOVA, 0, 0x1001);
	assert_int_equal(map(kit, 0x1000, 0x2010, 4096, RW), IPMMU_E_ALIGN);
	rig_refused(kit, IPMMU_E_ALIGN, IPMMU_WHAT_PA, 0, 0x2010);
	assert_int_equal(unmap(kit, 0x1000, 12), IPMMU_E_ALIGN);
	rig_refused(kit, IPMMU_E_ALIGN, IPMMU_WHAT_SIZE, 0, 12);
	assert_int_equal(map(kit, 1ull << 40, 0, 4096, RW), IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_IOVA, 0, 1ull << 40);
	rig_allowed(kit, 0, top);
	assert_int_equal(map(kit, top, 0, 8192, RW), IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_SIZE, 0, 8192);
	rig_allowed(kit, 4096, 4096);
	assert_int_equal(unmap(kit, 0, 0), IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_SIZE, 0, 0);
	assert_int_equal(map(kit, 0, top, 8192, RW), IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_PA, 0, top);
	rig_allowed(kit, 0, top - 4096);
	assert_int_equal(map(kit, 0, 0, 4096, (struct ipmmu_pt_prot){0, 0}),
			 IPMMU_E_UNSUPPORTED);
	rig_refused(kit, IPMMU_E_UNSUPPORTED, IPMMU_WHAT_RIGHTS, 0, 0);
	assert_int_equal(map(kit, kit_iova(0, 0) - 4096, 0, 16384, RO), IPMMU_E_EXISTS);
	rig_refused(kit, IPMMU_E_EXISTS, IPMMU_WHAT_IOVA, 0, kit_iova(0, 0));
	kit_free(kit);
}

/* However many empty tables are on the way to it. */
static void refusal_names_the_first_address_that_is_mapped_in_a_long_range(void **state)
{
	struct kit_config config = owned_config(IPMMU_PT_NEVER);
	const uint64_t size = 10ull * MIB2;
	const uint64_t iova = 1ull << 30;
	struct kit *kit;

	(void)state;
	config.wish.keep_empty = true;
	kit = rig_ready(&config);
	kit->watching = false;
	assert_int_equal(map(kit, iova, 0, size, RW), IPMMU_OK);
	assert_int_equal(unmap(kit, iova, size - 4096), IPMMU_OK);
	assert_int_equal(map(kit, iova, 0, size, RW), IPMMU_E_EXISTS);
	rig_refused(kit, IPMMU_E_EXISTS, IPMMU_WHAT_IOVA, 0, iova + size - 4096);
	kit_free(kit);
}

static void last_page_of_the_address_space_can_be_used(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PLACES; i++) {
		struct kit *kit = ready_at(&places[i]);
		uint64_t last = (1ull << places[i].bits) - 4096;

		kit->watching = false;
		rig_attach(kit, DMAC, 0);
		assert_int_equal(map(kit, last, kit_pa(0, 3), 4096, RW), IPMMU_OK);
		assert_int_equal(kit_dma(kit, DMAC, last + 0xff8, true).pa,
				 kit_pa(0, 3) + 0xff8);
		assert_int_equal(unmap(kit, 0, 1ull << places[i].bits), IPMMU_OK);
		assert_int_equal(translate(kit, last).size, 0);
		kit_free(kit);
	}
}

static void hosts_without_table_ptr_cannot_own_tables(void **state)
{
	struct kit *kit = ready(IPMMU_PT_NEVER);
	struct ipmmu_domain *domain;

	(void)state;
	kit->ops.table_ptr = NULL;
	assert_int_equal(ipmmu_domain_create_owned(kit->system, 0, NULL, NULL, &domain),
			 IPMMU_E_ARG);
	assert_null(domain);
	rig_refused(kit, IPMMU_E_ARG, IPMMU_WHAT_HOOK, 0, 10);
	kit_free(kit);
}

static void create_refuses_what_no_table_can_be(void **state)
{
	struct kit *kit = ready(IPMMU_PT_NEVER);
	struct ipmmu_owned_config wish;
	struct ipmmu_domain *domain;

	(void)state;
	memset(&wish, 0, sizeof(wish));
	wish.input_bits = 41;
	assert_int_equal(ipmmu_domain_create_owned(kit->system, 0, &wish, NULL, &domain),
			 IPMMU_E_RANGE);
	rig_refused(kit, IPMMU_E_RANGE, IPMMU_WHAT_INPUT_BITS, 0, 41);
	rig_allowed(kit, 33, 40);
	wish.input_bits = 0;
	wish.contiguous = true;
	assert_int_equal(ipmmu_domain_create_owned(kit->system, 0, &wish, NULL, &domain),
			 IPMMU_E_ARG);
	rig_refused(kit, IPMMU_E_ARG, IPMMU_WHAT_POLICY, 0, IPMMU_PT_NEVER);
	assert_int_equal(ipmmu_domain_create_owned(kit->system, 1, NULL, NULL, &domain),
			 IPMMU_E_RANGE);
	assert_int_equal(ipmmu_domain_create_owned(NULL, 0, NULL, NULL, &domain), IPMMU_E_ARG);
	assert_int_equal(ipmmu_domain_create_owned(kit->system, 0, NULL, NULL, NULL),
			 IPMMU_E_ARG);
	kit_free(kit);
}

static void calls_refuse_a_table_of_the_hosts(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_domain *domain = kit->domains[0].domain;
	struct ipmmu_pt_mapping mapping;
	bool more;

	(void)state;
	assert_int_equal(map(kit, 0, 0, 4096, RW), IPMMU_E_STATE);
	assert_int_equal(unmap(kit, 0, 4096), IPMMU_E_STATE);
	assert_int_equal(ipmmu_domain_refill(domain), IPMMU_E_STATE);
	assert_int_equal(ipmmu_domain_drain(domain, 1, &more), IPMMU_E_STATE);
	assert_int_equal(ipmmu_domain_translate(domain, (struct ipmmu_iova){0}, &mapping),
			 IPMMU_E_STATE);
	assert_int_equal(
		ipmmu_domain_map(NULL, (struct ipmmu_iova){0}, (struct ipmmu_pa){0}, 4096, RW),
		IPMMU_E_ARG);
	kit_free(kit);
}

static void explain_reads_a_table_of_the_hosts_by_its_hook(void **state)
{
	struct kit *kit = rig_default();
	struct ipmmu_domain *domain = kit->domains[0].domain;
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	struct ipmmu_iova at = {kit_iova(0, 1) + 0x10};
	uint32_t count;

	(void)state;
	assert_int_equal(ipmmu_domain_explain(domain, at, levels, &count), IPMMU_OK);
	assert_int_equal(count, 3);
	assert_int_equal(levels[0].kind, IPMMU_PT_TABLE);
	assert_int_equal(levels[0].at.v, kit->domains[0].table.root + 8 * (at.v >> 30));
	assert_int_equal(levels[2].kind, IPMMU_PT_PAGE);
	assert_int_equal(levels[2].pa.v, kit_pa(0, 1));
	assert_int_equal(levels[2].prot.rights & 3, IPMMU_PT_READ);
	kit->ops.table_read = NULL;
	assert_int_equal(ipmmu_domain_explain(domain, at, levels, &count), IPMMU_E_STATE);
	kit_free(kit);
}

/* The last fault that the service half has told, and its walk. */
static const struct ipmmu_fault *told(struct kit *kit, int master, uint64_t iova, bool write)
{
	is_stopped(kit, master, iova, write);
	kit->fault_count = 0;
	(void)kit_service(kit, 8);
	assert_int_equal(kit->fault_count, 1);
	assert_int_equal(kit->faults[0].iova.v, iova);
	return &kit->faults[0];
}

static void faults_name_the_entry_at_which_the_walk_ends(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PLACES; i++) {
		struct kit *kit = ready_at(&places[i]);
		const uint64_t far = 0x40000000;
		uint64_t root = kit->domains[0].table.root;
		const struct ipmmu_fault *fault;
		const struct ipmmu_pt_level *last;

		rig_attach(kit, DMAC, 0);
		fault = told(kit, DMAC, far, true);
		last = &fault->walk[0];
		assert_int_equal(fault->walk_count, 1);
		assert_int_equal(last->kind, IPMMU_PT_EMPTY);
		assert_int_equal(last->at.v, root + 8 * (far >> 30));
		assert_int_equal(fault->level, last->level);
		fault = told(kit, DMAC, kit_iova(0, 1), true);
		last = &fault->walk[2];
		assert_int_equal(fault->walk_count, 3);
		assert_int_equal(fault->walk[0].at.v, root);
		assert_int_equal(fault->walk[1].at.v,
				 fault->walk[0].pa.v + 8 * (kit_iova(0, 1) >> 21));
		assert_int_equal(last->at.v, fault->walk[1].pa.v + 8 * 1);
		assert_int_equal(last->kind, IPMMU_PT_PAGE);
		assert_int_equal(last->pa.v, kit_pa(0, 1));
		assert_int_equal(last->prot.rights, IPMMU_PT_READ);
		assert_memory_equal(&last->value, kit->ram + (last->at.v - KIT_RAM_PA), 8);
		kit_free(kit);
	}
}

static void faults_of_host_tables_are_walked_where_the_host_can_read_them(void **state)
{
	struct kit *kit = rig_default();
	const struct ipmmu_fault *fault;

	(void)state;
	rig_attach(kit, DMAC, 0);
	fault = told(kit, DMAC, kit_iova(0, 3), true);
	assert_int_equal(fault->walk_count, 3);
	assert_int_equal(fault->walk[2].kind, IPMMU_PT_EMPTY);
	assert_int_equal(fault->walk[2].at.v, fault->walk[1].pa.v + 8 * 3);
	kit->ops.table_read = NULL;
	assert_int_equal(told(kit, DMAC, kit_iova(0, 3), true)->walk_count, 0);
	/* The deny table is nobody's. */
	assert_int_equal(told(kit, AUDIO, kit_iova(0, 3), true)->walk_count, 0);
	kit_free(kit);
}

static void drain_is_bounded_and_can_be_resumed(void **state)
{
	struct kit *kit = ready(IPMMU_PT_NEVER);
	struct ipmmu_domain *domain = kit->domains[0].domain;
	struct ipmmu_pt_mapping mapping;
	uint32_t i;
	uint32_t before;
	uint32_t steps = 0;
	bool more = true;

	(void)state;
	kit->watching = false;
	for (i = 1; i < 6; i++) {
		assert_int_equal(map(kit, (uint64_t)i << 30, 0, 4096, RW), IPMMU_OK);
	}
	before = tables_in_use(kit);
	rig_attach(kit, DMAC, 0);
	assert_int_equal(ipmmu_domain_drain(domain, 2, &more), IPMMU_E_BUSY);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	for (more = true; more; steps++) {
		uint32_t now = tables_in_use(kit);

		assert_int_equal(ipmmu_domain_drain(domain, 2, &more), IPMMU_OK);
		assert_true(now - tables_in_use(kit) <= 3);
	}
	assert_true(steps >= 4);
	/* 6 pages in 6 pairs of tables, and a root of two. */
	assert_int_equal(tables_in_use(kit), before - 14);
	assert_int_equal(map(kit, 0, 0, 4096, RW), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_translate(domain, (struct ipmmu_iova){0}, &mapping),
			 IPMMU_E_BUSY);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_E_BUSY);
	assert_int_equal(kit_reserve(kit, 0), IPMMU_E_BUSY);
	assert_int_equal(kit_domain_end(kit, 0), IPMMU_OK);
	kit_free(kit);
}

static void everything_is_given_back_at_the_end(void **state)
{
	struct kit_config config = owned_config(IPMMU_PT_BREAK_BEFORE_MAKE);
	struct kit *kit = rig_ready(&config);
	struct ipmmu_arena_use use;
	int i;

	(void)state;
	rig_attach(kit, DMAC, 0);
	kit_unmap(kit, 0, 0);
	assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
	for (i = 0; i < 2; i++) {
		assert_int_equal(kit_domain_end(kit, i), IPMMU_OK);
	}
	for (i = 0; i < KIT_MASTERS; i++) {
		assert_int_equal(kit_remove(kit, i), IPMMU_OK);
	}
	assert_int_equal(ipmmu_system_destroy(kit->system), IPMMU_OK);
	ipmmu_arena_query(kit->arena, &use);
	assert_int_equal(use.object_bytes, 0);
	assert_int_equal(use.table_pages, 2); /* the deny table stays */
	kit_free(kit);
}

static void as_many_table_pages_are_enough_as_are_told(void **state)
{
	/* One range that begins at the end of a table and of the one above. */
	const uint64_t size = 0x80000000ull + 8192;
	const uint64_t iova = 0x80000000ull - 4096;
	struct kit_config config = owned_config(IPMMU_PT_NEVER);
	struct kit *kit;

	(void)state;
	config.table_pages = ipmmu_owned_table_pages(1, 1, size);
	kit = kit_new(&config);
	kit_start(kit);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	kit->watching = false;
	assert_int_equal(map(kit, iova, 0, size, RW), IPMMU_OK);
	assert_int_equal(ipmmu_owned_table_pages(3, 0, 0), 18);
	assert_int_equal(ipmmu_owned_table_pages(0, UINT32_MAX, 0), UINT32_MAX);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(context_of_owned_tables_walks_them_in_every_mode),
		cmocka_unit_test(unmap_takes_the_page_from_masters_that_run),
		cmocka_unit_test(tables_go_back_only_after_the_flush),
		cmocka_unit_test(failed_flush_keeps_tables_until_the_retry),
		cmocka_unit_test(retry_carries_an_interrupted_change_through),
		cmocka_unit_test(protect_and_replace_end_what_was_allowed),
		cmocka_unit_test(default_policy_changes_no_valid_entry),
		cmocka_unit_test(part_of_a_block_goes_and_the_rest_stays),
		cmocka_unit_test(map_leaves_everything_unchanged_when_memory_ends),
		cmocka_unit_test(pages_are_mapped_where_a_vector_says),
		cmocka_unit_test(refusals_name_the_value_and_what_is_allowed),
		cmocka_unit_test(
			refusal_names_the_first_address_that_is_mapped_in_a_long_range),
		cmocka_unit_test(last_page_of_the_address_space_can_be_used),
		cmocka_unit_test(hosts_without_table_ptr_cannot_own_tables),
		cmocka_unit_test(create_refuses_what_no_table_can_be),
		cmocka_unit_test(calls_refuse_a_table_of_the_hosts),
		cmocka_unit_test(explain_reads_a_table_of_the_hosts_by_its_hook),
		cmocka_unit_test(faults_name_the_entry_at_which_the_walk_ends),
		cmocka_unit_test(faults_of_host_tables_are_walked_where_the_host_can_read_them),
		cmocka_unit_test(drain_is_bounded_and_can_be_resumed),
		cmocka_unit_test(everything_is_given_back_at_the_end),
		cmocka_unit_test(as_many_table_pages_are_enough_as_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
