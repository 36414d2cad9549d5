// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * kit_call.c - calls of the library, with the kit's books kept by what the documentation of
 * each call promises. Whether the library keeps the promise is judged in kit_judge.c.
 */
#include "kit.h"
#include "kit_judge.h"

#include <string.h>

#include "kit_cmocka.h"

uint64_t kit_iova(int domain, int page)
{
	/* The same addresses in each domain, on different pages: a mix-up shows. */
	(void)domain;
	return 0x10000000ull + (uint64_t)page * IPMMU_PAGE_SIZE;
}

uint64_t kit_pa(int domain, int page)
{
	return KIT_DATA_PA + (uint64_t)domain * 0x100000u + (uint64_t)page * IPMMU_PAGE_SIZE;
}

/* ---- domains ---- */

static struct ipmmu_table table_of(const struct kit *kit, const struct model_table *table)
{
	struct ipmmu_table out = {.root = {table->root},
				  .format = kit->config.mode,
				  .input_bits = table->input_bits};

	return out;
}

static void make_table(struct kit *kit, struct model_table *table)
{
	static const enum model_format formats[] = {
		[IPMMU_MODE_S2] = MODEL_FORMAT_S2,
		[IPMMU_MODE_S1_AARCH32] = MODEL_FORMAT_S1_AARCH32,
		[IPMMU_MODE_S1_AARCH64] = MODEL_FORMAT_S1_AARCH64,
	};
	static const uint32_t bits[] = {
		[IPMMU_MODE_S2] = 40,
		[IPMMU_MODE_S1_AARCH32] = 32,
		[IPMMU_MODE_S1_AARCH64] = 39,
	};
	struct model_memory memory = kit_memory(kit);

	assert_int_equal(model_table_create(table, formats[kit->config.mode],
					    bits[kit->config.mode], &memory),
			 MODEL_TABLE_OK);
}

static enum ipmmu_err create_over_table(struct kit *kit, struct kit_domain *book)
{
	struct ipmmu_table table;
	enum ipmmu_err err;

	make_table(kit, &book->table);
	table = table_of(kit, &book->table);
	err = ipmmu_domain_create(kit->system, 0, &table, book, &book->domain);
	if (err != IPMMU_OK) {
		model_table_destroy(&book->table);
		memset(book, 0, sizeof(*book));
	}
	return err;
}

static enum ipmmu_err create_owned(struct kit *kit, struct kit_domain *book)
{
	struct ipmmu_domain_info info;
	enum ipmmu_err err = ipmmu_domain_create_owned(kit->system, 0, &kit->config.wish, book,
						       &book->domain);

	if (err == IPMMU_OK) {
		assert_int_equal(ipmmu_domain_query(book->domain, &info), IPMMU_OK);
		assert_true(info.owned);
		book->owned = true;
		book->table.root = info.table.root.v;
		book->table.input_bits = info.table.input_bits;
	}
	return err;
}

enum ipmmu_err kit_domain_new(struct kit *kit, int domain)
{
	struct kit_domain *book = &kit->domains[domain];
	enum ipmmu_err err =
		kit->config.owned ? create_owned(kit, book) : create_over_table(kit, book);

	kit_judge_error(kit, KIT_CALL_DOMAIN_NEW, err);
	kit_check(kit);
	return err;
}

enum ipmmu_err kit_domain_end(struct kit *kit, int domain)
{
	struct kit_domain *book = &kit->domains[domain];
	enum ipmmu_err err = ipmmu_domain_destroy(book->domain);

	if (err == IPMMU_OK) {
		book->domain = NULL;
		memset(book->pages, 0, sizeof(book->pages));
		kit_check(kit);
		if (!book->owned) {
			model_table_destroy(&book->table);
		}
		memset(&book->table, 0, sizeof(book->table));
		book->owned = false;
	}
	kit_judge_error(kit, KIT_CALL_DOMAIN_END, err);
	kit_check(kit);
	return err;
}

void kit_map(struct kit *kit, int domain, int page, bool write)
{
	assert_int_equal(kit_try_map(kit, domain, page, write), IPMMU_OK);
}

void kit_unmap(struct kit *kit, int domain, int page)
{
	struct kit_domain *book = &kit->domains[domain];

	if (book->owned) {
		assert_int_equal(kit_try_unmap(kit, domain, page), IPMMU_OK);
		return;
	}
	assert_int_equal(
		model_table_unmap(&book->table, book->pages[page].iova, IPMMU_PAGE_SIZE),
		MODEL_TABLE_OK);
	book->pages[page].state = KIT_PAGE_PENDING;
	kit_check(kit);
}

/* A flush has ended: what was unmapped before is released, and must be out of reach. */
static void release_pages(struct kit *kit, int domain)
{
	int i;

	for (i = 0; i < KIT_PAGES; i++) {
		struct kit_page *page = &kit->domains[domain].pages[i];

		if (page->state == KIT_PAGE_PENDING) {
			page->state = KIT_PAGE_NONE;
		}
	}
}

/* ---- masters ---- */

enum ipmmu_err kit_add(struct kit *kit, int master)
{
	struct kit_master *book = &kit->masters[master];
	struct kit_view before;
	enum ipmmu_err err;

	kit_judge_begin(kit, &before);
	err = ipmmu_master_add(kit->system, &book->desc, &book->master);
	kit_judge(kit, KIT_CALL_ADD, &before, err);
	return err;
}

enum ipmmu_err kit_remove(struct kit *kit, int master)
{
	struct kit_master *book = &kit->masters[master];
	struct kit_view before;
	enum ipmmu_err err;

	kit_judge_begin(kit, &before);
	err = ipmmu_master_remove(book->master);
	if (err == IPMMU_OK) {
		book->master = NULL;
	}
	kit_judge(kit, KIT_CALL_REMOVE, &before, err);
	return err;
}

static void quarantine(struct kit *kit, int domain, bool yes)
{
	if (domain != KIT_NONE && yes) {
		kit->domains[domain].quarantined = !kit->config.options.consent_bypass;
	}
}

/** struct trip - a call that moves a master. */
struct trip {
	enum kit_call call;
	struct kit *kit;
	struct kit_master *master;
	int from;
	int to;
	struct kit_view before;
	struct ipmmu_move_result result;
};

static void depart(struct trip *trip, struct kit *kit, int master, int to)
{
	trip->kit = kit;
	trip->master = &kit->masters[master];
	trip->from = trip->master->in;
	trip->to = to;
	memset(&trip->result, 0, sizeof(trip->result));
	kit_judge_begin(kit, &trip->before);
	trip->master->going = to;
}

/*
 * A context that the target got for this call goes back, or to quarantine: both are allowed.
 * With E_UNVERIFIED it is the master that does not read back, or the target that came to
 * quarantine with a uTLB of others.
 */
static void allow_target(const struct trip *trip, enum ipmmu_err err)
{
	struct ipmmu_domain_info info;

	if (trip->to == KIT_NONE ||
	    (trip->before.domains[trip->to].state != IPMMU_DOMAIN_IDLE &&
	     err != IPMMU_E_UNVERIFIED)) {
		return;
	}
	assert_int_equal(ipmmu_domain_query(trip->kit->domains[trip->to].domain, &info),
			 IPMMU_OK);
	quarantine(trip->kit, trip->to, info.state == IPMMU_DOMAIN_QUARANTINED);
}

/* The books follow what include/ipmmu/master.h promises for each error. */
static void arrive(struct trip *trip, enum ipmmu_err err, struct ipmmu_move_result *result)
{
	struct kit *kit = trip->kit;
	bool left = err == IPMMU_OK || trip->result.old_quarantined;
	bool flushed = err == IPMMU_OK && !trip->result.old_quarantined &&
		       trip->result.shared < trip->master->desc.port_count;

	if (left) {
		trip->master->in = err == IPMMU_OK ? trip->to : KIT_NONE;
	}
	if (err == IPMMU_OK) {
		trip->master->unverified = false;
	}
	quarantine(kit, trip->from, err != IPMMU_OK && trip->result.old_quarantined);
	quarantine(kit, trip->to, err == IPMMU_E_TIMEOUT && !trip->result.old_quarantined);
	if (err != IPMMU_OK) {
		allow_target(trip, err);
	}
	trip->master->going = KIT_NONE;
	if (flushed && trip->from != KIT_NONE) {
		release_pages(kit, trip->from);
	}
	kit_judge(kit, trip->call, &trip->before, err);
	if (result != NULL) {
		*result = trip->result;
	}
}

enum ipmmu_err kit_attach(struct kit *kit, int master, int domain,
			  struct ipmmu_move_result *result)
{
	struct trip trip = {.call = KIT_CALL_ATTACH};
	enum ipmmu_err err;

	depart(&trip, kit, master, domain);
	err = ipmmu_master_attach(trip.master->master, kit->domains[domain].domain,
				  &trip.result);
	arrive(&trip, err, result);
	return err;
}

enum ipmmu_err kit_move(struct kit *kit, int master, int domain,
			struct ipmmu_move_result *result)
{
	struct trip trip = {.call = KIT_CALL_MOVE};
	enum ipmmu_err err;

	depart(&trip, kit, master, domain);
	err = ipmmu_master_move(trip.master->master, kit->domains[domain].domain, &trip.result);
	arrive(&trip, err, result);
	return err;
}

enum ipmmu_err kit_detach(struct kit *kit, int master, struct ipmmu_move_result *result)
{
	struct trip trip = {.call = KIT_CALL_DETACH};
	enum ipmmu_err err;

	depart(&trip, kit, master, KIT_NONE);
	err = ipmmu_master_detach(trip.master->master, &trip.result);
	arrive(&trip, err, result);
	return err;
}

/* ---- contexts ---- */

enum ipmmu_err kit_flush(struct kit *kit, int domain)
{
	struct kit_view before;
	enum ipmmu_err err;

	kit_judge_begin(kit, &before);
	err = ipmmu_domain_flush(kit->domains[domain].domain);
	if (err == IPMMU_OK) {
		release_pages(kit, domain);
	}
	quarantine(kit, domain, err == IPMMU_E_TIMEOUT || err == IPMMU_E_UNVERIFIED);
	kit_judge(kit, KIT_CALL_FLUSH, &before, err);
	return err;
}

enum ipmmu_err kit_retry(struct kit *kit, int domain)
{
	struct kit_view before;
	enum ipmmu_err err;
	int i;

	kit_judge_begin(kit, &before);
	err = ipmmu_domain_retry(kit->domains[domain].domain);
	for (i = 0; err == IPMMU_OK && i < KIT_MASTERS; i++) {
		if (kit->masters[i].in == domain) {
			kit->masters[i].in = KIT_NONE;
		}
	}
	if (err == IPMMU_OK) {
		kit->domains[domain].quarantined = false;
		release_pages(kit, domain);
		kit_changes_settled(kit, domain);
	}
	kit_judge(kit, KIT_CALL_RETRY, &before, err);
	return err;
}

enum ipmmu_err kit_reserve(struct kit *kit, int domain)
{
	struct kit_view before;
	enum ipmmu_err err;

	kit_judge_begin(kit, &before);
	err = ipmmu_domain_reserve(kit->domains[domain].domain);
	quarantine(kit, domain, err == IPMMU_E_TIMEOUT);
	kit_judge(kit, KIT_CALL_RESERVE, &before, err);
	return err;
}

enum ipmmu_err kit_unreserve(struct kit *kit, int domain)
{
	struct kit_view before;
	enum ipmmu_err err;

	kit_judge_begin(kit, &before);
	err = ipmmu_domain_unreserve(kit->domains[domain].domain);
	quarantine(kit, domain, err == IPMMU_E_TIMEOUT);
	kit_judge(kit, KIT_CALL_UNRESERVE, &before, err);
	return err;
}

/* ---- faults and DMA ---- */

bool kit_interrupt(struct kit *kit, uint32_t root)
{
	bool any;

	kit->in_interrupt = true;
	any = ipmmu_root_interrupt(kit->system, root);
	kit->in_interrupt = false;
	kit_check(kit);
	return any;
}

bool kit_service(struct kit *kit, uint32_t budget)
{
	bool more = ipmmu_service(kit->system, budget);

	kit_check(kit);
	return more;
}

struct model_access kit_dma(struct kit *kit, int master, uint64_t iova, bool write)
{
	struct model_access access = {.unit = kit->masters[master].ports[0].mmu,
				      .utlb = kit->masters[master].ports[0].utlb,
				      .iova = iova,
				      .write = write};

	model_access(kit->model, &access);
	return access;
}

bool kit_begin(struct kit *kit, int master, uint64_t iova, bool write)
{
	struct kit_master *book = &kit->masters[master];
	struct model_access access = {.unit = book->ports[0].mmu,
				      .utlb = book->ports[0].utlb,
				      .iova = iova,
				      .write = write};
	uint32_t handle = model_access_begin(kit->model, &access);

	book->under_way = handle == MODEL_NONE ? 0 : handle + 1;
	return handle != MODEL_NONE;
}

bool kit_end(struct kit *kit, int master, struct model_access *access)
{
	struct kit_master *book = &kit->masters[master];
	uint32_t handle = book->under_way;

	book->under_way = 0;
	return handle != 0 && model_access_end(kit->model, handle - 1, access);
}

void kit_program(struct kit *kit, int master)
{
	struct kit_master *book = &kit->masters[master];
	struct model_access access;

	book->running = true;
	book->programmed = book->in;
	book->iova = kit_iova(book->in, 0);
	(void)kit_end(kit, master, &access);
	(void)kit_begin(kit, master, book->iova, true);
}

const struct ipmmu_event *kit_event(const struct kit *kit, enum ipmmu_event_kind kind)
{
	uint32_t i;

	for (i = 0; i < KIT_EVENTS && i < kit->event_count; i++) {
		const struct ipmmu_event *event =
			&kit->events[(kit->event_count - 1 - i) % KIT_EVENTS];

		if (event->kind == kind) {
			return event;
		}
	}
	return NULL;
}

void kit_forget(struct kit *kit)
{
	kit->event_count = 0;
	kit->fault_count = 0;
	kit->reads = 0;
	kit->writes = 0;
	kit->escalations = 0;
	kit->services_wanted = 0;
	kit->quiesced = 0;
	kit->released = 0;
}
