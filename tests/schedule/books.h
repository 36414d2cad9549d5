/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * books.h - what the host knows: what each domain may map, and where each master may be.
 *
 * Calls overlap, and in which order two that overlap took effect is not known. So the books
 * say "may": what a call brings is allowed from the moment when it begins; what a call takes
 * away is forbidden from the moment when it has answered that it is gone. A call takes away
 * only what was there for certain before it began: that is, what another call had brought and
 * answered by then. Each begin and each answer has a stamp, in the order in which they
 * happened.
 *
 * Each page that is mapped has a machine address that no other has: where an access lands
 * tells which of the mappings it took.
 */
#ifndef SCHEDULE_BOOKS_H
#define SCHEDULE_BOOKS_H

#include <ipmmu-model/table.h>
#include <ipmmu/domain.h>
#include <ipmmu/master.h>
#include <ipmmu/owned.h>

struct machine;

enum {
	DOMAINS = 3,
	MASTERS = 4,
	PORTS = 2,
	PLACES_MOST = 6,  /**< addresses that a domain maps a page at */
	PAGES = 32,       /**< mappings of one domain that may be there */
	MEMBERSHIPS = 12, /**< domains that one master may be in */
	PAGE_ADDRESSES = 2048,
	GONE = 0xffff
};

/** Machine addresses of pages; no memory is there, and nobody needs any. */
#define PAGE_PA 0x2000000000ull

/** enum life - of an object that the host has a handle of. */
enum life {
	LIFE_NONE,
	LIFE_BEGINS, /**< the call that makes it has not answered */
	LIFE_LIVES,
	LIFE_ENDS,     /**< the call that ends it has not answered: no call may begin */
	LIFE_ABANDONED /**< the handle is gone; its table and its cookie stay until it is
			  released */
};

/** struct page - a mapping that may be there. */
struct page {
	bool used;
	bool write; /**< may be written */
	uint8_t place;
	uint64_t pa;
	uint64_t since;   /**< stamp of the answer of the call that mapped it; 0 = not yet */
	uint64_t removed; /**< stamp of when the host took it out of its own table; 0 = not */
};

/** struct guest - the host's own, which a domain has as cookie. */
struct guest {
	uint32_t magic;
	uint32_t id;
	char name[16];
};

/** struct domain - a domain and what it may map. */
struct domain {
	enum life life;
	uint32_t id; /**< no other domain of the run has it */
	struct ipmmu_domain *handle;
	struct guest *guest;
	bool owned;
	bool drained;         /**< ipmmu_domain_drain() has begun */
	bool was_quarantined; /**< was in quarantine at any time */
	uint64_t quarantined; /**< stamp of when it may have come there; 0 = it is not */
	bool released;        /**< abandoned, and an event has told that its context is free */
	bool reserved;        /**< may have a context of its own */
	enum ipmmu_pt_policy replace; /**< owned: its policy */
	uint64_t root;                /**< machine address of its table */
	struct model_table table;     /**< of the host */
	struct page pages[PAGES];
};

/** struct bus_master - the host's description of a master, and its ports. */
struct bus_master {
	uint32_t magic;
	uint32_t id;
	struct ipmmu_master_desc desc;
	struct ipmmu_port ports[PORTS];
	char name[16];
};

/** struct membership - a domain that a master may be in. */
struct membership {
	uint32_t domain; /**< its id; 0 = none */
	uint64_t since;  /**< stamp of the answer of the call that brought it; 0 = not yet */
	bool certain;    /**< no other call on either was under way meanwhile */
};

/** struct master - a master, and the domains where it may be. */
struct master {
	enum life life;
	uint32_t id;
	bool claimed; /**< the library has it for certain */
	bool stopped; /**< by the quiesce hook */
	uint32_t job; /**< id of the domain that it was told to run for; 0 = none */
	struct ipmmu_master *handle;
	struct bus_master *bus;
	struct membership in[MEMBERSHIPS];
};

/** struct books - plain bytes. */
struct books {
	uint64_t stamp;
	uint32_t next_id;
	uint32_t next_page;
	struct domain domains[DOMAINS];
	struct master masters[MASTERS];
	/** By address: domain * PAGES + page; GONE: taken away, or never given. */
	uint16_t page_of[PAGE_ADDRESSES];
};

void books_init(struct books *books);
/** books_stamp() - a moment after all before. */
uint64_t books_stamp(struct books *books);

/** ---- pages ---- */

/** books_page_new() - a mapping that may be there from now on; NULL = no room. */
struct page *books_page_new(struct books *books, int domain, uint32_t place, bool write);
/** books_page_end() - it is there no more. */
void books_page_end(struct books *books, int domain, struct page *page);
/** books_pages_end() - of the mappings at @place that were there before @stamp. */
void books_pages_end(struct books *books, int domain, uint32_t place, uint64_t stamp);
/** books_removed_end() - ... that the host had removed from its own table before @stamp. */
void books_removed_end(struct books *books, int domain, uint64_t stamp);
/** books_page_at() - what may be mapped to @pa; NULL = nothing. Sets *@domain. */
const struct page *books_page_at(const struct books *books, uint64_t pa, int *domain);
/** books_pages_count() - mappings at @place that may be there. */
uint32_t books_pages_count(const struct books *books, int domain, uint32_t place);

/** ---- masters ---- */

/** books_join() - a call begins that may bring @master there. NULL = no room. */
struct membership *books_join(struct books *books, int master, int domain);
/** books_leave() - the master is in no domain that it was in before @stamp. */
void books_leave(struct books *books, int master, uint64_t stamp);
/** books_leave_all() - no master is in the domain with that id that was before @stamp. */
void books_leave_all(struct books *books, uint32_t domain_id, uint64_t stamp);
/** books_may_be_in() - may @master be in the domain with that id? */
bool books_may_be_in(const struct books *books, int master, uint32_t domain_id);
/** books_is_in() - is @master in a domain for certain? Sets *@domain_id. */
bool books_is_in(const struct books *books, int master, uint32_t *domain_id);
/** books_find() - place of the domain with that id, -1 when it is gone. */
int books_find(const struct books *books, uint32_t domain_id);

#endif
