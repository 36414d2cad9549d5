// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * books.c - the books: pages and masters come when a call begins, and go when one has answered.
 * Calls nothing of the library.
 */
#include "books.h"

#include <string.h>

void books_init(struct books *books)
{
	memset(books, 0, sizeof(*books));
	memset(books->page_of, 0xff, sizeof(books->page_of));
	books->stamp = 1;
	books->next_id = 1;
}

uint64_t books_stamp(struct books *books)
{
	return ++books->stamp;
}

/* ---- pages ---- */

struct page *books_page_new(struct books *books, int domain, uint32_t place, bool write)
{
	struct domain *book = &books->domains[domain];
	uint32_t i = 0;

	while (i < PAGES && book->pages[i].used) {
		i++;
	}
	if (i == PAGES || books->next_page == PAGE_ADDRESSES) {
		return NULL;
	}
	memset(&book->pages[i], 0, sizeof(book->pages[i]));
	book->pages[i].used = true;
	book->pages[i].write = write;
	book->pages[i].place = (uint8_t)place;
	book->pages[i].pa = PAGE_PA + (uint64_t)books->next_page * IPMMU_PAGE_SIZE;
	books->page_of[books->next_page++] = (uint16_t)((uint32_t)domain * PAGES + i);
	return &book->pages[i];
}

void books_page_end(struct books *books, int domain, struct page *page)
{
	(void)domain;
	books->page_of[(page->pa - PAGE_PA) / IPMMU_PAGE_SIZE] = GONE;
	page->used = false;
}

void books_pages_end(struct books *books, int domain, uint32_t place, uint64_t stamp)
{
	uint32_t i;

	for (i = 0; i < PAGES; i++) {
		struct page *page = &books->domains[domain].pages[i];

		if (page->used && page->place == place && page->since != 0 &&
		    page->since < stamp) {
			books_page_end(books, domain, page);
		}
	}
}

void books_removed_end(struct books *books, int domain, uint64_t stamp)
{
	uint32_t i;

	for (i = 0; i < PAGES; i++) {
		struct page *page = &books->domains[domain].pages[i];

		if (page->used && page->removed != 0 && page->removed < stamp) {
			books_page_end(books, domain, page);
		}
	}
}

const struct page *books_page_at(const struct books *books, uint64_t pa, int *domain)
{
	uint64_t number = (pa - PAGE_PA) / IPMMU_PAGE_SIZE;
	uint16_t of;

	if (pa < PAGE_PA || number >= PAGE_ADDRESSES || books->page_of[number] == GONE) {
		return NULL;
	}
	of = books->page_of[number];
	*domain = of / PAGES;
	return &books->domains[*domain].pages[of % PAGES];
}

uint32_t books_pages_count(const struct books *books, int domain, uint32_t place)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < PAGES; i++) {
		const struct page *page = &books->domains[domain].pages[i];

		count += page->used && page->place == place;
	}
	return count;
}

/* ---- masters ---- */

struct membership *books_join(struct books *books, int master, int domain)
{
	struct master *book = &books->masters[master];
	uint32_t i;

	for (i = 0; i < MEMBERSHIPS; i++) {
		if (book->in[i].domain == 0) {
			book->in[i].domain = books->domains[domain].id;
			book->in[i].since = 0;
			book->in[i].certain = false;
			return &book->in[i];
		}
	}
	return NULL;
}

void books_leave(struct books *books, int master, uint64_t stamp)
{
	uint32_t i;

	for (i = 0; i < MEMBERSHIPS; i++) {
		struct membership *in = &books->masters[master].in[i];

		if (in->since != 0 && in->since < stamp) {
			in->domain = 0;
			in->since = 0;
		}
	}
}

void books_leave_all(struct books *books, uint32_t domain_id, uint64_t stamp)
{
	uint32_t i;
	uint32_t n;

	for (i = 0; i < MASTERS; i++) {
		for (n = 0; n < MEMBERSHIPS; n++) {
			struct membership *in = &books->masters[i].in[n];

			if (in->domain == domain_id && in->since != 0 && in->since < stamp) {
				in->domain = 0;
				in->since = 0;
			}
		}
	}
}

bool books_may_be_in(const struct books *books, int master, uint32_t domain_id)
{
	uint32_t i;

	for (i = 0; i < MEMBERSHIPS; i++) {
		if (books->masters[master].in[i].domain == domain_id) {
			return true;
		}
	}
	return false;
}

bool books_is_in(const struct books *books, int master, uint32_t *domain_id)
{
	uint32_t i;

	for (i = 0; i < MEMBERSHIPS; i++) {
		const struct membership *in = &books->masters[master].in[i];

		if (in->domain != 0 && in->since != 0 && in->certain) {
			*domain_id = in->domain;
			return true;
		}
	}
	return false;
}

int books_find(const struct books *books, uint32_t domain_id)
{
	int i;

	for (i = 0; i < DOMAINS; i++) {
		if (books->domains[i].life != LIFE_NONE && books->domains[i].id == domain_id) {
			return i;
		}
	}
	return -1;
}
