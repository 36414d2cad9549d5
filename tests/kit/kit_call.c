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
	enum ipmmu_err err;

	assert_false(book->abandoned);
	err = kit->config.owned ? create_owned(kit, book) : create_over_table(kit, book);
	kit_judge_error(kit, KIT_CALL_DOMAIN_NEW, err);
	kit_check(kit);
	return err;
}

/* Nothing can reach its pages or its table any more: both are checked. */
static void forget_domain(struct kit *kit, struct kit_domain *book)
{
	book->domain = NULL;
	memset(book->pages, 0, sizeof(book->pages));
	kit_check(kit);
	if (!book->owned) {
		model_table_destroy(&book->table);
	}
	memset(book, 0, sizeof(*book));
}

enum ipmmu_err kit_domain_end(struct kit *kit, int domain)
{
	struct kit_domain *book = &kit->domains[domain];
	enum ipmmu_err err = ipmmu_domain_destroy(book->domain);

	if (err == IPMMU_OK) {
		forget_domain(kit, book);
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

/* ---- masters ---- */

enum ipmmu_err kit_add(struct kit *kit, int master)
{
	struct kit_master *book = &kit->masters[master];
	struct kit_start start;
	enum ipmmu_err err;

	kit_judge_begin(kit, &start);
	err = ipmmu_master_add(kit->system, &book->desc, &book->master);
	kit_judge(kit, KIT_CALL_ADD, &start, err);
	return err;
}

enum ipmmu_err kit_remove(struct kit *kit, int master)
{
	struct kit_master *book = &kit->masters[master];
	struct kit_start start;
	enum ipmmu_err err;

	kit_judge_begin(kit, &start);
	err = ipmmu_master_remove(book->master);
	if (err == IPMMU_OK) {
		book->master = NULL;
	}
	kit_judge(kit, KIT_CALL_REMOVE, &start, err);
	return err;
}

/** struct trip - a call that moves a master. */
struct trip {
	enum kit_call call;
	struct kit *kit;
	struct kit_master *master;
	int from;
	int to;
	int was_going; /**< by a call that this one has met */
	bool was_busy;
	struct kit_start start;
	struct ipmmu_move_result result;
};

static void depart(struct trip *trip, struct kit *kit, int master, int to)
{
	trip->kit = kit;
	trip->master = &kit->masters[master];
	trip->from = trip->master->in;
	trip->to = to;
	memset(&trip->result, 0, sizeof(trip->result));
	kit_judge_begin(kit, &trip->start);
	trip->was_going = trip->master->going;
	trip->was_busy = trip->master->busy;
	if (!trip->was_busy) {
		trip->master->going = to;
		trip->master->busy = true;
	}
}

static uint32_t deny_context(const struct kit *kit)
{
	struct ipmmu_mmu_info info;

	assert_int_equal(ipmmu_mmu_query(kit->system, 0, &info), IPMMU_OK);
	return info.deny_context;
}

/*
 * May the target be in quarantine, or not, after an error? A context that it got for this call
 * goes back, or to quarantine. With E_UNVERIFIED it is the master that does not read back, or
 * the target that came to quarantine with a uTLB of others. With E_TIMEOUT it is the flush of
 * the deny context that did not end, which an event tells, or that of the target. In all other
 * cases the error says which.
 */
static bool either_way(const struct trip *trip, enum ipmmu_err err)
{
	return trip->start.view.domains[trip->to].state == IPMMU_DOMAIN_IDLE ||
	       err == IPMMU_E_UNVERIFIED || kit_overlapped(trip->kit, &trip->start) ||
	       kit_told(trip->kit, &trip->start, IPMMU_EVENT_FLUSH_TIMEOUT,
			deny_context(trip->kit));
}

static void judge_target(const struct trip *trip, enum ipmmu_err err)
{
	struct kit *kit = trip->kit;
	struct ipmmu_domain_info info;

	if (trip->to == KIT_NONE || err == IPMMU_OK) {
		return;
	}
	assert_int_equal(ipmmu_domain_query(kit->domains[trip->to].domain, &info), IPMMU_OK);
	if (either_way(trip, err) ? info.state == IPMMU_DOMAIN_QUARANTINED
				  : err == IPMMU_E_TIMEOUT && !trip->result.old_quarantined) {
		kit_quarantine(kit, trip->to);
	}
}

/* The books follow what include/ipmmu/master.h promises for each error. */
static void arrive(struct trip *trip, enum ipmmu_err err, struct ipmmu_move_result *result)
{
	struct kit *kit = trip->kit;
	bool left = err == IPMMU_OK || trip->result.old_quarantined;
	bool flushed = err == IPMMU_OK && !trip->result.old_quarantined &&
		       trip->result.shared < trip->master->desc.port_count;

	trip->master->going = trip->was_going;
	trip->master->busy = trip->was_busy;
	if (left) {
		trip->master->in = err == IPMMU_OK ? trip->to : KIT_NONE;
	}
	if (err == IPMMU_OK) {
		trip->master->unverified = false;
	}
	if (trip->from != KIT_NONE && err != IPMMU_OK && trip->result.old_quarantined) {
		kit_quarantine(kit, trip->from);
	}
	judge_target(trip, err);
	if (flushed && trip->from != KIT_NONE) {
		kit_flushed(kit, trip->from, &trip->start);
	}
	kit_judge(kit, trip->call, &trip->start, err);
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

/* The domain is in quarantine, by this call or by another. */
static bool has_failed(enum ipmmu_err err)
{
	return err == IPMMU_E_TIMEOUT || err == IPMMU_E_UNVERIFIED ||
	       err == IPMMU_E_QUARANTINED;
}

/* The books of a flush of @domain, which is KIT_NONE for the deny context. */
static void judge_flush(struct kit *kit, enum kit_call call, int domain,
			const struct kit_start *start, enum ipmmu_err err)
{
	if (domain != KIT_NONE && err == IPMMU_OK) {
		kit_flushed(kit, domain, start);
	}
	if (domain != KIT_NONE && has_failed(err)) {
		kit_quarantine(kit, domain);
	}
	kit_judge(kit, call, start, err);
}

enum ipmmu_err kit_flush(struct kit *kit, int domain)
{
	struct kit_start start;
	enum ipmmu_err err;

	kit_judge_begin(kit, &start);
	err = ipmmu_domain_flush(kit->domains[domain].domain);
	judge_flush(kit, KIT_CALL_FLUSH, domain, &start, err);
	return err;
}

enum ipmmu_err kit_master_flush(struct kit *kit, int master)
{
	struct kit_master *book = &kit->masters[master];
	int domain = book->in;
	struct kit_start start;
	enum ipmmu_err err;

	kit_judge_begin(kit, &start);
	err = ipmmu_master_flush(book->master);
	judge_flush(kit, KIT_CALL_MASTER_FLUSH, domain, &start, err);
	return err;
}

static void leave_domain(struct kit *kit, int domain)
{
	int i;

	for (i = 0; i < KIT_MASTERS; i++) {
		if (kit->masters[i].in == domain) {
			kit->masters[i].in = KIT_NONE;
		}
	}
}

/* It is reported once, by the one retry that has the context. */
static void judge_release(struct kit *kit, uint32_t context)
{
	struct ipmmu_context_info info;

	assert_int_equal(ipmmu_context_query(kit->system, 0, context, &info), IPMMU_OK);
	if (info.state != IPMMU_CONTEXT_RETRYING) {
		kit_found(kit, "I4", "context %u is released in state %d", context,
			  (int)info.state);
	}
}

void kit_released(struct kit *kit, const struct ipmmu_event *event)
{
	const void *cookie = event->cookie;
	int i;

	kit->releases_told++;
	judge_release(kit, event->context);
	for (i = 0; i < KIT_DOMAINS; i++) {
		struct kit_domain *book = &kit->domains[i];
		int page;

		if (book != cookie) {
			continue;
		}
		if (book->abandoned) {
			forget_domain(kit, book);
			return;
		}
		for (page = 0; page < KIT_PAGES; page++) {
			if (book->pages[page].state == KIT_PAGE_PENDING) {
				book->pages[page].state = KIT_PAGE_NONE;
			}
		}
		kit_changes_settled(kit, i);
		return;
	}
}

/* What was released is told while the call runs, once; nothing is when it fails. */
static void judge_retry(struct kit *kit, enum kit_call call, int domain,
			const struct kit_start *start, enum ipmmu_err err)
{
	uint32_t told = kit->releases_told - start->releases;

	if (!kit_overlapped(kit, start) && told != (err == IPMMU_OK ? 1u : 0u)) {
		kit_found(kit, "I4", "%s, and %u releases were told", ipmmu_error_name(err),
			  told);
	}
	if (domain != KIT_NONE && err == IPMMU_OK) {
		leave_domain(kit, domain);
		kit->domains[domain].quarantined = false;
	}
	kit_judge(kit, call, start, err);
}

enum ipmmu_err kit_retry(struct kit *kit, int domain)
{
	struct kit_start start;
	enum ipmmu_err err;

	kit_judge_begin(kit, &start);
	err = ipmmu_domain_retry(kit->domains[domain].domain);
	judge_retry(kit, KIT_CALL_RETRY, domain, &start, err);
	return err;
}

enum ipmmu_err kit_context_retry(struct kit *kit, uint32_t context)
{
	int domain = KIT_NONE;
	struct kit_start start;
	enum ipmmu_err err;
	int i;

	kit_judge_begin(kit, &start);
	for (i = 0; i < KIT_DOMAINS; i++) {
		if (kit->domains[i].domain != NULL &&
		    start.view.domains[i].context == context) {
			domain = i;
		}
	}
	err = ipmmu_context_retry(kit->system, 0, context);
	judge_retry(kit, KIT_CALL_CONTEXT_RETRY, domain, &start, err);
	return err;
}

/* Contexts in quarantine that no domain has. */
static uint32_t count_left(struct kit *kit)
{
	struct ipmmu_context_info info;
	uint32_t left = 0;
	uint32_t n;

	for (n = 0; n < kit->soc.contexts; n++) {
		assert_int_equal(ipmmu_context_query(kit->system, 0, n, &info), IPMMU_OK);
		left += info.domain == NULL && (info.state == IPMMU_CONTEXT_QUARANTINED ||
						info.state == IPMMU_CONTEXT_RETRYING);
	}
	return left;
}

uint32_t kit_system_retry(struct kit *kit)
{
	struct kit_start start;
	uint32_t before = count_left(kit);
	uint32_t left;

	kit_judge_begin(kit, &start);
	kit->most_writes = 0;
	left = ipmmu_system_retry(kit->system);
	if (!kit_overlapped(kit, &start) &&
	    (left != count_left(kit) || before - left != kit->releases_told - start.releases)) {
		kit_found(kit, "I4", "%u of %u contexts are left, and %u releases were told",
			  left, before, kit->releases_told - start.releases);
	}
	kit_judge(kit, KIT_CALL_CONTEXT_RETRY, &start, IPMMU_OK);
	return left;
}

enum ipmmu_err kit_abandon(struct kit *kit, int domain)
{
	struct kit_domain *book = &kit->domains[domain];
	struct kit_start start;
	enum ipmmu_err err;

	kit_judge_begin(kit, &start);
	err = ipmmu_domain_abandon(book->domain);
	if (err == IPMMU_OK) {
		if (kit->writes != start.view.writes) {
			kit_found(kit, "I5", "abandoning a domain writes registers");
		}
		leave_domain(kit, domain);
		book->domain = NULL;
		book->abandoned = true;
	}
	kit_judge(kit, KIT_CALL_ABANDON, &start, err);
	return err;
}

enum ipmmu_err kit_reserve(struct kit *kit, int domain)
{
	struct kit_start start;
	enum ipmmu_err err;

	kit_judge_begin(kit, &start);
	err = ipmmu_domain_reserve(kit->domains[domain].domain);
	if (has_failed(err)) {
		kit_quarantine(kit, domain);
	}
	kit_judge(kit, KIT_CALL_RESERVE, &start, err);
	return err;
}

enum ipmmu_err kit_unreserve(struct kit *kit, int domain)
{
	struct kit_start start;
	enum ipmmu_err err;

	kit_judge_begin(kit, &start);
	err = ipmmu_domain_unreserve(kit->domains[domain].domain);
	if (has_failed(err)) {
		kit_quarantine(kit, domain);
	}
	kit_judge(kit, KIT_CALL_UNRESERVE, &start, err);
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
	kit->releases_told = 0;
	kit->quiesced = 0;
	kit->released = 0;
}
