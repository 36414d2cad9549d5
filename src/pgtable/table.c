// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * table.c - life of a table: create, destroy, the reserve, and tables that wait for a flush.
 * Does not change what is mapped.
 */
#include "ipmmu_port.h"
#include "table.h"

uint64_t *ipmmu_pt_table(const struct ipmmu_pt *pt, uint64_t pa)
{
	return pt_table_at(pt, pa);
}

void ipmmu_pt_clear(uint64_t *slot, uint32_t count)
{
	memset(slot, 0, (size_t)count * sizeof(*slot));
}

/*
 * The chain goes through the first entry, as a bare PA: no valid bit, so a walker that still
 * knows a freed table finds nothing there.
 */
void ipmmu_pt_list_push(struct ipmmu_pt *pt, struct ipmmu_pt_list *list, uint64_t *table,
			uint64_t pa)
{
	(void)pt;
	pt_store(table, list->head);
	list->head = pa;
	list->count++;
}

void ipmmu_pt_gather(struct ipmmu_pt *pt, uint64_t *slot)
{
	const uint64_t pa = pt_address(*slot);

	/* Out of the walker's way first: the chain runs through the tables. */
	pt_store(slot, 0);
	ipmmu_pt_list_push(pt, &pt->gathered, pt_table(pt, pa), pa);
}

uint64_t *ipmmu_pt_list_pop(struct ipmmu_pt *pt, struct ipmmu_pt_list *list)
{
	uint64_t *table = pt_table(pt, list->head);

	list->head = *table;
	list->count--;
	return table;
}

uint64_t ipmmu_pt_encode(struct ipmmu_pt *pt, struct ipmmu_pt_prot prot)
{
	const uint64_t attr = ipmmu_pt_format_row(pt->format)->encode(prot);

	if (PT_QUICK && attr != 0) {
		pt->page = attr | pt_leaf_kind(PT_LEVELS);
		pt->key = pt_key(prot);
	}
	return attr;
}

static bool is_stray(const struct ipmmu_pt *pt, uint64_t pa)
{
	return pa - pt->linear_pa >= pt->linear_size;
}

/* The short way knows neither groups nor jobs, and no table but those in the window. */
void ipmmu_pt_link_settle(struct ipmmu_pt *pt)
{
	const bool open = pt->strays == 0 && pt->job.kind == PT_JOB_NONE && !pt->contiguous;

	pt->link = PT_QUICK && open ? pt_link(pt, pt->linear_pa) : UINT64_MAX;
}

void ipmmu_pt_job_kind(struct ipmmu_pt *pt, enum pt_job_kind kind)
{
	pt->job.kind = (uint8_t)kind;
	ipmmu_pt_link_settle(pt);
}

static PT_NOINLINE void list_free_one(struct ipmmu_pt *pt, struct ipmmu_pt_list *list)
{
	const struct ipmmu_pa pa = {list->head};
	uint64_t *table = ipmmu_pt_list_pop(pt, list);

	if (PT_QUICK && is_stray(pt, pa.v)) {
		pt->strays--;
		ipmmu_pt_link_settle(pt);
	}
	pt->ops->table_free(pt->host, table, pa, 1);
}

static PT_NOINLINE bool pool_take_one(struct ipmmu_pt *pt)
{
	struct ipmmu_pa pa;
	uint64_t *table = pt->ops->table_alloc(pt->host, 1, &pa);

	if (table == NULL) {
		return false;
	}
	/* An entry has no bits for such an address: it would lead elsewhere. */
	if ((pa.v & PT_NO_PA) != 0) {
		pt->ops->table_free(pt->host, table, pa, 1);
		return false;
	}
	ipmmu_pt_list_push(pt, &pt->pool, table, pa.v);
	if (PT_QUICK && is_stray(pt, pa.v)) {
		pt->strays++;
		ipmmu_pt_link_settle(pt);
	}
	return true;
}

static void pool_cut(struct ipmmu_pt *pt, uint32_t count)
{
	while (pt->pool.count > count) {
		list_free_one(pt, &pt->pool);
	}
}

enum ipmmu_err ipmmu_pt_pool_fill(struct ipmmu_pt *pt, uint32_t count)
{
	const uint32_t before = pt->pool.count;

	while (pt->pool.count < count) {
		if (!pool_take_one(pt)) {
			pool_cut(pt, before);
			return IPMMU_E_NO_MEMORY;
		}
	}
	return IPMMU_OK;
}

uint32_t ipmmu_pt_reserve(const struct ipmmu_pt *pt)
{
	return pt_splits(pt) ? PT_RESERVE : 0;
}

void ipmmu_pt_pool_settle(struct ipmmu_pt *pt)
{
	const uint32_t wanted = ipmmu_pt_reserve(pt);

	pool_cut(pt, wanted);
	/* A memory that is nearly out still gives what it can. */
	while (pt->pool.count < wanted && pool_take_one(pt)) {
	}
}

enum ipmmu_err ipmmu_pt_refill(struct ipmmu_pt *pt)
{
	if (pt->job.kind != PT_JOB_NONE) {
		return IPMMU_E_BUSY;
	}
	ipmmu_pt_pool_settle(pt);
	return pt->pool.count < ipmmu_pt_reserve(pt) ? IPMMU_E_NO_MEMORY : IPMMU_OK;
}

void ipmmu_pt_flush_begin(struct ipmmu_pt *pt)
{
	if (pt->sealed.count == 0) {
		pt->sealed = pt->gathered;
		pt->gathered.count = 0;
		pt->gathered.head = 0;
	}
}

bool ipmmu_pt_flush_end(struct ipmmu_pt *pt, uint32_t budget)
{
	uint32_t left = pt_budget(budget);

	for (; pt->sealed.count > 0 && left > 0; left--) {
		list_free_one(pt, &pt->sealed);
	}
	return pt->sealed.count == 0;
}

static uint32_t root_entries(const struct ipmmu_pt *pt)
{
	return pt_index(pt->last, 1) + 1;
}

#define MOST_POLICY (PT_POLICIES ? IPMMU_PT_DIRECT : IPMMU_PT_NEVER)

static bool is_config_sane(const struct ipmmu_pt_config *config)
{
	const struct ipmmu_pt_ops *ops = config->ops;

	if (ops == NULL || ops->table_alloc == NULL || ops->table_free == NULL ||
	    ops->table_ptr == NULL || ops->barrier == NULL) {
		return false;
	}
	if (config->split > MOST_POLICY || config->replace > MOST_POLICY) {
		return false;
	}
	return !config->contiguous || config->split != IPMMU_PT_NEVER;
}

static void fill_in(struct ipmmu_pt *pt, const struct ipmmu_pt_config *config)
{
	const struct ipmmu_pt_prot some = {IPMMU_PT_READ, IPMMU_PT_UNCACHED};

	memset(pt, 0, sizeof(*pt));
	pt->ops = config->ops;
	pt->host = config->host;
	pt->linear = config->linear;
	pt->linear_pa = config->linear_pa.v;
	pt->linear_size = config->linear == NULL ? 0 : config->linear_size;
	pt->clean = config->ops->clean;
	pt->format = (uint8_t)config->format;
	pt->split = (uint8_t)config->split;
	pt->replace = (uint8_t)config->replace;
	pt->contiguous = config->contiguous;
	pt->keep_empty = config->keep_empty;
	if (PT_QUICK) {
		(void)ipmmu_pt_encode(pt, some);
	}
}

enum ipmmu_err ipmmu_pt_create(struct ipmmu_pt *pt, const struct ipmmu_pt_config *config)
{
	const struct pt_format *row = ipmmu_pt_format_row((uint32_t)config->format);
	struct ipmmu_pa pa;
	uint32_t bits;

	if (row == NULL || !is_config_sane(config)) {
		return IPMMU_E_ARG;
	}
	bits = config->input_bits == 0 ? row->bits_max : config->input_bits;
	if (bits < row->bits_min || bits > row->bits_max) {
		return IPMMU_E_RANGE;
	}
	fill_in(pt, config);
	pt->table_bits = row->table_bits;
	pt->last = (1ull << bits) - 1;
	pt->outside = ~pt->last | (PT_PAGE_SIZE - 1);
	pt->root_pages = root_entries(pt) > PT_ENTRIES ? 2 : 1;
	pt->root = pt->ops->table_alloc(pt->host, pt->root_pages, &pa);
	if (pt->root == NULL) {
		return IPMMU_E_NO_MEMORY;
	}
	pt->root_pa = pa.v;
	ipmmu_pt_clear(pt->root, pt->root_pages * (uint32_t)PT_ENTRIES);
	ipmmu_pt_link_settle(pt);
	if (pt_splits(pt) && ipmmu_pt_pool_fill(pt, PT_RESERVE) != IPMMU_OK) {
		pt->ops->table_free(pt->host, pt->root, pa, pt->root_pages);
		return IPMMU_E_NO_MEMORY;
	}
	pt_clean(pt, pt->root, pt->root_pages * (uint32_t)PT_ENTRIES);
	return IPMMU_OK;
}

static bool drain_lists(struct ipmmu_pt *pt, uint32_t *left)
{
	struct ipmmu_pt_list *lists[] = {&pt->pool, &pt->gathered, &pt->sealed};
	uint32_t i;

	for (i = 0; i < 3; i++) {
		for (; lists[i]->count > 0 && *left > 0; (*left)--) {
			list_free_one(pt, lists[i]);
		}
	}
	return *left > 0;
}

PT_ONCE void drain_slot(struct ipmmu_pt *pt, const uint64_t *slot, uint32_t level)
{
	const struct ipmmu_pa pa = {pt_address(*slot)};

	if (pt_is_table(*slot, level)) {
		pt->ops->table_free(pt->host, pt_table(pt, pa.v), pa, 1);
	}
}

/* One entry above the tables of pages, and with the last of a table that; where to go on. */
PT_ONCE uint32_t drain_one(struct ipmmu_pt *pt, uint32_t at)
{
	const uint32_t within = PT_ENTRIES - 1;
	const uint64_t *above = &pt->root[at / PT_ENTRIES];

	if (!pt_is_table(*above, 1)) {
		return (at | within) + 1;
	}
	drain_slot(pt, pt_table(pt, pt_address(*above)) + (at & within), 2);
	if ((at & within) == within) {
		drain_slot(pt, above, 1);
	}
	return at + 1;
}

bool ipmmu_pt_destroy(struct ipmmu_pt *pt, uint32_t budget)
{
	const uint32_t all = (uint32_t)(pt->last >> pt_shift(2)) + 1;
	uint32_t left = pt_budget(budget);
	struct ipmmu_pa pa = {pt->root_pa};

	if (!drain_lists(pt, &left)) {
		return false;
	}
	for (; pt->drained < all && left > 0; left--) {
		pt->drained = drain_one(pt, pt->drained);
	}
	if (left == 0) {
		return false;
	}
	pt->ops->table_free(pt->host, pt->root, pa, pt->root_pages);
	pt->root = NULL;
	return true;
}
