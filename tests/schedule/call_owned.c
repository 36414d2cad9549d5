// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * call_owned.c - calls on tables that the library owns. A domain whose table is the host's
 * answers them with E_STATE.
 */
#include "machine.h"

static const struct ipmmu_pt_prot READ_ONLY = {IPMMU_PT_READ, IPMMU_PT_CACHED};
static const struct ipmmu_pt_prot READ_WRITE = {IPMMU_PT_READ | IPMMU_PT_WRITE,
						IPMMU_PT_CACHED};

static struct ipmmu_iova iova_of(const struct machine *m, uint32_t place)
{
	return (struct ipmmu_iova){machine_iova(m, place)};
}

/* Of so many places, with what is between them. */
static uint64_t size_of(const struct machine *m, uint32_t place, uint32_t count)
{
	return machine_iova(m, place + count - 1) - machine_iova(m, place) + IPMMU_PAGE_SIZE;
}

static bool is_same(const struct machine *m, const struct call *call)
{
	return m->books.domains[call->domain].id == call->domain_id;
}

/* Whose table it is decides first of all. */
static void judge_state(struct machine *m, const struct call *call, bool owned,
			enum ipmmu_err err)
{
	if ((err == IPMMU_E_STATE) == owned) {
		found(m, "answer", "%s answers %s of a table of the %s", call_name(call->kind),
		      ipmmu_error_name(err), owned ? "library" : "host");
	}
}

bool call_create_owned(struct machine *m, int domain, enum ipmmu_pt_policy replace)
{
	struct domain *book = &m->books.domains[domain];
	const struct ipmmu_owned_config config = {
		.input_bits = 33, .split = replace, .replace = replace};
	struct call *call;

	if (!call_domain_begins(m, domain, true)) {
		return false;
	}
	book->replace = replace;
	call = call_begin(m, CALL_DOMAIN_CREATE_OWNED, -1, -1);
	call_domain_made(
		m, call, domain,
		ipmmu_domain_create_owned(m->system, 0, &config, book->guest, &book->handle));
	return true;
}

/* ---- map ---- */

/* A page that comes while another call lets its place be written may be written. */
static struct page *new_page(struct machine *m, int domain, uint32_t place, bool write)
{
	uint32_t i;

	for (i = 0; i <= CPUS; i++) {
		const struct call *call = &m->calls[i];

		if (call->active && call->kind == CALL_DOMAIN_PROTECT &&
		    call->domain == domain && call->place == place) {
			write = write || call->write;
		}
	}
	return books_page_new(&m->books, domain, place, write);
}

/* Nothing else was going on: masters of the domain can use it. */
static void judge_visible(struct machine *m, const struct call *call, const struct page *page)
{
	uint32_t id = 0;
	int i;

	for (i = 0; call->solo && !m->device.lied && i < MASTERS; i++) {
		if (m->books.masters[i].claimed && books_is_in(&m->books, i, &id) &&
		    id == call->domain_id && !m->books.domains[call->domain].was_quarantined &&
		    !judge_reaches(m, i, machine_iova(m, page->place), page->pa)) {
			found(m, "answer", "%s does not reach what was mapped",
			      machine_master_name(i));
		}
	}
}

/*
 * Once it is mapped, masters see the new page only. With a policy that lets entries change,
 * an old one may be seen until the call that removed it has ended.
 */
static void settle_map(struct machine *m, const struct call *call, struct page *page,
		       enum ipmmu_err err)
{
	struct domain *book = &m->books.domains[call->domain];

	if (!is_same(m, call)) {
		return;
	}
	if (err != IPMMU_OK) {
		books_page_end(&m->books, call->domain, page);
		return;
	}
	if (book->replace == IPMMU_PT_NEVER) {
		books_pages_end(&m->books, call->domain, page->place, call->begun);
	}
	page->since = books_stamp(&m->books);
	judge_visible(m, call, page);
}

static bool map(struct machine *m, enum call_kind kind, int domain, uint32_t place, bool write)
{
	struct call *call = call_begin(m, kind, domain, -1);
	struct domain *book = &m->books.domains[domain];
	bool owned = book->owned;
	struct page *page;
	struct ipmmu_pa pa;
	enum ipmmu_err err;

	page = call == NULL ? NULL : new_page(m, domain, place, write);
	if (page == NULL) {
		return call_cancel(call);
	}
	pa.v = page->pa;
	if (kind == CALL_DOMAIN_MAP) {
		err = ipmmu_domain_map(book->handle, iova_of(m, place), pa, IPMMU_PAGE_SIZE,
				       write ? READ_WRITE : READ_ONLY);
	} else {
		err = ipmmu_domain_map_pages(book->handle, iova_of(m, place), &pa, 1,
					     write ? READ_WRITE : READ_ONLY);
	}
	judge_state(m, call, owned, err);
	if (err == IPMMU_E_EXISTS && call->solo &&
	    books_pages_count(&m->books, domain, place) == 1) {
		found(m, "answer", "map answers E_EXISTS where nothing is mapped");
	}
	settle_map(m, call, page, err);
	call_end(m, call, err);
	return true;
}

bool call_map(struct machine *m, int domain, uint32_t place, bool write)
{
	return map(m, CALL_DOMAIN_MAP, domain, place, write);
}

bool call_map_pages(struct machine *m, int domain, uint32_t place, bool write)
{
	return map(m, CALL_DOMAIN_MAP_PAGES, domain, place, write);
}

/* ---- removal and change ---- */

bool call_unmap(struct machine *m, int domain, uint32_t place, uint32_t count)
{
	struct call *call = call_begin(m, CALL_DOMAIN_UNMAP, domain, -1);
	struct domain *book = &m->books.domains[domain];
	bool owned = book->owned;
	enum ipmmu_err err;
	uint32_t i;

	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_unmap(book->handle, iova_of(m, place), size_of(m, place, count));
	judge_state(m, call, owned, err);
	for (i = 0; err == IPMMU_OK && is_same(m, call) && i < count; i++) {
		books_pages_end(&m->books, domain, place + i, call->begun);
	}
	call_end(m, call, err);
	return true;
}

/* Returns the pages that could not be written before, as a set. */
static uint32_t may_write(struct domain *book, uint32_t place)
{
	uint32_t changed = 0;
	uint32_t i;

	for (i = 0; i < PAGES; i++) {
		struct page *page = &book->pages[i];

		if (page->used && page->place == place && !page->write) {
			page->write = true;
			changed |= 1u << i;
		}
	}
	return changed;
}

static void must_not_write(struct domain *book, uint32_t set)
{
	uint32_t i;

	for (i = 0; i < PAGES; i++) {
		if ((set & (1u << i)) != 0) {
			book->pages[i].write = false;
		}
	}
}

static uint32_t pages_at(const struct domain *book, uint32_t place)
{
	uint32_t set = 0;
	uint32_t i;

	for (i = 0; i < PAGES; i++) {
		if (book->pages[i].used && book->pages[i].place == place) {
			set |= 1u << i;
		}
	}
	return set;
}

static bool has_changed(enum ipmmu_err err)
{
	return err == IPMMU_OK || err == IPMMU_E_TIMEOUT || err == IPMMU_E_UNVERIFIED ||
	       err == IPMMU_E_QUARANTINED;
}

/* Where calls overlap, a page may be written that one of them lets be written. */
static void settle_protect(struct machine *m, const struct call *call, uint32_t changed,
			   enum ipmmu_err err)
{
	struct domain *book = &m->books.domains[call->domain];

	if (!is_same(m, call) || !call->alone) {
		return;
	}
	if (err == IPMMU_OK && !call->write) {
		must_not_write(book, pages_at(book, call->place));
	} else if (!has_changed(err)) {
		must_not_write(book, changed);
	}
}

bool call_protect(struct machine *m, int domain, uint32_t place, bool write)
{
	struct call *call = call_begin(m, CALL_DOMAIN_PROTECT, domain, -1);
	struct domain *book = &m->books.domains[domain];
	bool owned = book->owned;
	uint32_t changed;
	enum ipmmu_err err;

	if (call == NULL) {
		return false;
	}
	call->place = place;
	call->write = write;
	changed = write ? may_write(book, place) : 0;
	err = ipmmu_domain_protect(book->handle, iova_of(m, place), IPMMU_PAGE_SIZE,
				   write ? READ_WRITE : READ_ONLY);
	judge_state(m, call, owned, err);
	settle_protect(m, call, changed, err);
	call_end(m, call, err);
	return true;
}

bool call_replace(struct machine *m, int domain, uint32_t place)
{
	struct call *call = call_begin(m, CALL_DOMAIN_REPLACE, domain, -1);
	struct domain *book = &m->books.domains[domain];
	bool owned = book->owned;
	struct page *page;
	enum ipmmu_err err;

	page = call == NULL ? NULL : books_page_new(&m->books, domain, place, true);
	if (page == NULL) {
		return call_cancel(call);
	}
	err = ipmmu_domain_replace(book->handle, iova_of(m, place), (struct ipmmu_pa){page->pa},
				   IPMMU_PAGE_SIZE, READ_WRITE);
	judge_state(m, call, owned, err);
	if (is_same(m, call) && err == IPMMU_OK) {
		books_pages_end(&m->books, domain, place, call->begun);
	}
	if (is_same(m, call) && has_changed(err)) {
		page->since = books_stamp(&m->books);
	} else if (is_same(m, call)) {
		books_page_end(&m->books, domain, page);
	}
	call_end(m, call, err);
	return true;
}

bool call_merge(struct machine *m, int domain)
{
	struct call *call = call_begin(m, CALL_DOMAIN_MERGE, domain, -1);
	struct domain *book = &m->books.domains[domain];
	bool owned = book->owned;
	enum ipmmu_err err;

	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_merge(book->handle, iova_of(m, 0), size_of(m, 0, m->config.places));
	judge_state(m, call, owned, err);
	call_end(m, call, err);
	return true;
}

bool call_refill(struct machine *m, int domain)
{
	struct call *call = call_begin(m, CALL_DOMAIN_REFILL, domain, -1);
	struct domain *book = &m->books.domains[domain];
	bool owned = book->owned;
	enum ipmmu_err err;

	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_refill(book->handle);
	judge_state(m, call, owned, err);
	call_end(m, call, err);
	return true;
}

/* ---- looks ---- */

bool call_translate(struct machine *m, int domain, uint32_t place)
{
	struct call *call = call_begin(m, CALL_DOMAIN_TRANSLATE, domain, -1);
	struct domain *book = &m->books.domains[domain];
	bool owned = book->owned;
	struct ipmmu_pt_mapping mapping = {0};
	const struct page *page;
	enum ipmmu_err err;
	int of = -1;

	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_translate(book->handle, iova_of(m, place), &mapping);
	judge_state(m, call, owned, err);
	page = err == IPMMU_OK ? books_page_at(&m->books, mapping.pa.v, &of) : NULL;
	if (err == IPMMU_OK && call->alone &&
	    (page == NULL || of != domain || page->place != place)) {
		found(m, "answer", "translate leads to %#llx, which is not mapped there",
		      (unsigned long long)mapping.pa.v);
	}
	call_end(m, call, err);
	return true;
}

bool call_explain(struct machine *m, int domain, uint32_t place)
{
	struct call *call = call_begin(m, CALL_DOMAIN_EXPLAIN, domain, -1);
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	uint32_t count = 0;
	enum ipmmu_err err;

	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_explain(m->books.domains[domain].handle, iova_of(m, place), levels,
				   &count);
	if (count > IPMMU_PT_MAX_LEVELS) {
		found(m, "answer", "explain tells %u levels", count);
	}
	call_end(m, call, err);
	return true;
}

bool call_drain(struct machine *m, int domain)
{
	struct call *call;
	struct domain *book = &m->books.domains[domain];
	bool owned = book->owned;
	enum ipmmu_err err;
	bool more = false;

	call = call_begin(m, CALL_DOMAIN_DRAIN, domain, -1);
	if (call == NULL) {
		return false;
	}
	err = ipmmu_domain_drain(book->handle, 64, &more);
	judge_state(m, call, owned, err);
	if (err == IPMMU_OK && is_same(m, call)) {
		/* Its table goes back, the root of it too. */
		book->drained = true;
		book->root = 0;
	}
	call_end(m, call, err);
	return true;
}
