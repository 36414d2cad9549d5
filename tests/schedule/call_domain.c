// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * call_domain.c - calls on domains of either kind, and tables that the host owns. What the host
 * has for a domain goes at once when the library has answered that the domain is gone.
 */
#include <stdio.h>
#include <string.h>

#include "machine.h"

enum {
	INPUT_BITS = 33 /* few entries in the root table: it is looked through often */
};

/* A domain that begins: the host's own, and no pages. False: the heap is full. */
bool call_domain_begins(struct machine *m, int domain, bool owned)
{
	struct domain *book = &m->books.domains[domain];
	struct guest *guest;

	if (book->life != LIFE_NONE) {
		return false;
	}
	guest = heap_take(m, sizeof(*guest), HEAP_HOST);
	if (guest == NULL) {
		return false;
	}
	memset(book, 0, sizeof(*book));
	book->life = LIFE_BEGINS;
	book->id = m->books.next_id++;
	book->owned = owned;
	book->guest = guest;
	guest->magic = MAGIC_ALIVE;
	guest->id = book->id;
	(void)snprintf(guest->name, sizeof(guest->name), "guest%d", domain);
	return true;
}

static void drop_table(const struct domain *book)
{
	if (!book->owned && book->table.root != 0) {
		struct model_table table = book->table;

		model_table_destroy(&table);
	}
}

static void drop_guest(struct machine *m, const struct domain *book)
{
	if (book->guest != NULL) {
		heap_give(m, book->guest, sizeof(*book->guest), HEAP_HOST);
	}
}

static void forget(struct machine *m, int domain)
{
	struct domain *book = &m->books.domains[domain];
	uint32_t i;

	for (i = 0; i < PAGES; i++) {
		if (book->pages[i].used) {
			books_page_end(&m->books, domain, &book->pages[i]);
		}
	}
	memset(book, 0, sizeof(*book));
}

void call_domain_made(struct machine *m, struct call *call, int domain, enum ipmmu_err err)
{
	struct domain *book = &m->books.domains[domain];
	struct ipmmu_domain_info info;

	if (err == IPMMU_OK && ipmmu_domain_query(book->handle, &info) == IPMMU_OK) {
		book->root = info.table.root.v;
		book->life = LIFE_LIVES;
	} else {
		drop_guest(m, book);
		drop_table(book);
		forget(m, domain);
	}
	call_end(m, call, err);
}

bool call_domain_create(struct machine *m, int domain)
{
	struct domain *book = &m->books.domains[domain];
	struct model_memory memory = memory_host(m);
	struct ipmmu_table table = {.format = IPMMU_MODE_S2, .input_bits = INPUT_BITS};
	struct call *call;

	if (!call_domain_begins(m, domain, false)) {
		return false;
	}
	if (model_table_create(&book->table, MODEL_FORMAT_S2, INPUT_BITS, &memory) !=
	    MODEL_TABLE_OK) {
		drop_guest(m, book);
		memset(book, 0, sizeof(*book));
		return false;
	}
	table.root.v = book->table.root;
	call = call_begin(m, CALL_DOMAIN_CREATE, -1, -1);
	call_domain_made(m, call, domain,
			 ipmmu_domain_create(m->system, 0, &table, book->guest, &book->handle));
	return true;
}

/* No context has it, so no walker can read its table: the machine checks that. */
void call_domain_gone(struct machine *m, const struct call *call)
{
	struct domain book = m->books.domains[call->domain];

	books_leave_all(&m->books, book.id, call->begun);
	forget(m, call->domain);
	drop_table(&book);
	drop_guest(m, &book);
}

bool call_domain_destroy(struct machine *m, int domain)
{
	struct domain *book = &m->books.domains[domain];
	struct call *call;
	enum ipmmu_err err;
	int i;

	call = call_begin_end(m, CALL_DOMAIN_DESTROY, domain, -1);
	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_destroy(book->handle);
	for (i = 0; err == IPMMU_OK && call->solo && i < MASTERS; i++) {
		uint32_t id = 0;

		if (books_is_in(&m->books, i, &id) && id == call->domain_id) {
			found(m, "answer", "domain %d is destroyed while %s is in it", domain,
			      machine_master_name(i));
		}
	}
	if (err == IPMMU_OK) {
		call_domain_gone(m, call);
	} else {
		book->life = LIFE_LIVES;
		book->released = false;
	}
	call_end(m, call, err);
	return true;
}

bool call_domain_flush(struct machine *m, int domain)
{
	struct call *call = call_begin(m, CALL_DOMAIN_FLUSH, domain, -1);
	enum ipmmu_err err;

	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_flush(m->books.domains[domain].handle);
	if (err == IPMMU_OK && m->books.domains[domain].id == call->domain_id) {
		books_removed_end(&m->books, domain, call->begun);
	}
	call_end(m, call, err);
	return true;
}

void call_quarantined(struct machine *m, uint64_t root)
{
	int i;

	for (i = 0; root != 0 && i < DOMAINS; i++) {
		if (m->books.domains[i].root == root) {
			m->books.domains[i].was_quarantined = true;
			m->books.domains[i].quarantined = books_stamp(&m->books);
		}
	}
}

void call_retried(struct machine *m, const struct call *call)
{
	if (m->books.domains[call->domain].id != call->domain_id) {
		return;
	}
	books_leave_all(&m->books, call->domain_id, call->begun);
	books_removed_end(&m->books, call->domain, call->begun);
	/* It may have come there again before this call has answered. */
	if (m->books.domains[call->domain].quarantined < call->begun) {
		m->books.domains[call->domain].quarantined = 0;
	}
	if (call->alone) {
		m->books.domains[call->domain].reserved = false;
	}
}

bool call_domain_retry(struct machine *m, int domain)
{
	struct call *call = call_begin(m, CALL_DOMAIN_RETRY, domain, -1);
	enum ipmmu_err err;

	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_retry(m->books.domains[domain].handle);
	if (err == IPMMU_OK) {
		call_retried(m, call);
	}
	call_end(m, call, err);
	return true;
}

/* Its table and its cookie go when the context is free. */
static void abandoned(struct machine *m, const struct call *call)
{
	struct domain *book = &m->books.domains[call->domain];

	books_leave_all(&m->books, book->id, call->begun);
	book->handle = NULL;
	book->life = LIFE_ABANDONED;
}

void call_released(struct machine *m, const void *cookie)
{
	int i;

	for (i = 0; cookie != NULL && i < DOMAINS; i++) {
		if (m->books.domains[i].guest == cookie) {
			/* The call that abandons it may not have answered yet. */
			m->books.domains[i].released =
				m->books.domains[i].life == LIFE_ABANDONED ||
				m->books.domains[i].life == LIFE_ENDS;
			return;
		}
	}
	if (cookie != NULL) {
		found(m, "give-back", "a context is released with the cookie of no domain");
	}
}

void call_abandoned_end(struct machine *m, const struct call *call)
{
	struct call of = *call;
	int i;

	for (i = 0; i < DOMAINS; i++) {
		if (m->books.domains[i].life == LIFE_ABANDONED &&
		    m->books.domains[i].released) {
			of.domain = i;
			of.domain_id = m->books.domains[i].id;
			call_domain_gone(m, &of);
		}
	}
}

bool call_abandon(struct machine *m, int domain)
{
	struct call *call;
	enum ipmmu_err err;

	call = call_begin_end(m, CALL_DOMAIN_ABANDON, domain, -1);
	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_abandon(m->books.domains[domain].handle);
	if (err == IPMMU_OK) {
		abandoned(m, call);
		call_abandoned_end(m, call);
	} else {
		m->books.domains[domain].life = LIFE_LIVES;
		m->books.domains[domain].released = false;
	}
	call_end(m, call, err);
	return true;
}

bool call_domain_reserve(struct machine *m, int domain)
{
	struct call *call = call_begin(m, CALL_DOMAIN_RESERVE, domain, -1);
	enum ipmmu_err err;

	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_reserve(m->books.domains[domain].handle);
	if (err == IPMMU_OK && m->books.domains[domain].id == call->domain_id) {
		m->books.domains[domain].reserved = true;
	}
	call_end(m, call, err);
	return true;
}

bool call_domain_unreserve(struct machine *m, int domain)
{
	struct call *call = call_begin(m, CALL_DOMAIN_UNRESERVE, domain, -1);
	enum ipmmu_err err;

	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_unreserve(m->books.domains[domain].handle);
	if ((err == IPMMU_OK || err == IPMMU_E_TIMEOUT) && call->alone &&
	    m->books.domains[domain].id == call->domain_id) {
		m->books.domains[domain].reserved = false;
	}
	call_end(m, call, err);
	return true;
}

bool call_domain_query(struct machine *m, int domain)
{
	struct call *call = call_begin(m, CALL_DOMAIN_QUERY, domain, -1);
	/* As it is now: it may have ended when the answer is there. */
	const struct domain was = m->books.domains[domain];
	struct ipmmu_domain_info info = {0};
	enum ipmmu_err err;

	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_query(was.handle, &info);
	if (info.cookie != was.guest || info.owned != was.owned ||
	    (was.root != 0 && info.table.root.v != was.root)) {
		found(m, "answer", "domain %d is told to be another", domain);
	}
	call_end(m, call, err);
	return info.state == IPMMU_DOMAIN_QUARANTINED;
}

/* ---- the host's own tables ---- */

bool host_map(struct machine *m, int domain, uint32_t place, bool write)
{
	struct domain *book = &m->books.domains[domain];
	struct page *page;

	/* Before what was there is flushed, nothing else comes to its place. */
	if (book->life != LIFE_LIVES || book->owned ||
	    books_pages_count(&m->books, domain, place) != 0) {
		return false;
	}
	page = books_page_new(&m->books, domain, place, write);
	if (page == NULL) {
		return false;
	}
	page->since = books_stamp(&m->books);
	trace_step(m, STEP_STORE, "map", machine_iova(m, place), page->pa);
	if (model_table_map(&book->table, machine_iova(m, place), page->pa, IPMMU_PAGE_SIZE,
			    true, write, false) != MODEL_TABLE_OK) {
		books_page_end(&m->books, domain, page);
		return false;
	}
	cpus_point(m->cpus);
	return true;
}

bool host_unmap(struct machine *m, int domain, uint32_t place)
{
	struct domain *book = &m->books.domains[domain];
	uint32_t i;

	if (book->life != LIFE_LIVES || book->owned) {
		return false;
	}
	trace_step(m, STEP_STORE, "unmap", machine_iova(m, place), 0);
	(void)model_table_unmap(&book->table, machine_iova(m, place), IPMMU_PAGE_SIZE);
	for (i = 0; i < PAGES; i++) {
		struct page *page = &book->pages[i];

		if (page->used && page->place == place && page->removed == 0) {
			page->removed = books_stamp(&m->books);
		}
	}
	cpus_point(m->cpus);
	return true;
}
