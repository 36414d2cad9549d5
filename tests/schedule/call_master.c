// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * call_master.c - calls on masters. The host has a description of each as long as the library
 * may name it, and not a moment longer.
 */
#include <stdio.h>
#include <string.h>

#include "machine.h"

static struct bus_master *make_bus(struct machine *m, int master)
{
	struct bus_master *bus = heap_take(m, sizeof(*bus), HEAP_HOST);
	uint32_t p;

	if (bus == NULL) {
		return NULL;
	}
	bus->magic = MAGIC_ALIVE;
	bus->id = m->books.next_id++;
	bus->desc.name = bus->name;
	bus->desc.ports = bus->ports;
	bus->desc.port_count = machine_port_count(master);
	for (p = 0; p < bus->desc.port_count; p++) {
		bus->ports[p] = machine_port(master, p);
	}
	(void)snprintf(bus->name, sizeof(bus->name), "%s", machine_master_name(master));
	return bus;
}

static void drop_bus(struct machine *m, struct master *book)
{
	struct bus_master *bus = book->bus;

	memset(book, 0, sizeof(*book));
	heap_give(m, bus, sizeof(*bus), HEAP_HOST);
}

bool call_add(struct machine *m, int master)
{
	struct master *book = &m->books.masters[master];
	struct call *call;
	enum ipmmu_err err;

	if (book->life != LIFE_NONE) {
		return false;
	}
	book->bus = make_bus(m, master);
	if (book->bus == NULL) {
		return false;
	}
	book->life = LIFE_BEGINS;
	book->id = book->bus->id;
	call = call_begin(m, CALL_MASTER_ADD, -1, -1);
	call->master_id = book->id;
	err = ipmmu_master_add(m->system, &book->bus->desc, &book->handle);
	if (err == IPMMU_OK) {
		book->life = LIFE_LIVES;
		book->claimed = true;
		records_select(m);
	} else {
		drop_bus(m, book);
	}
	call_end(m, call, err);
	return true;
}

bool call_remove(struct machine *m, int master)
{
	struct master *book = &m->books.masters[master];
	struct call *call;
	uint32_t domain_id = 0;
	enum ipmmu_err err;

	call = call_begin_end(m, CALL_MASTER_REMOVE, -1, master);
	if (call == NULL) {
		return false;
	}
	err = ipmmu_master_remove(book->handle);
	if (err == IPMMU_OK && call->solo && books_is_in(&m->books, master, &domain_id)) {
		found(m, "answer", "%s is removed while it is in a domain",
		      machine_master_name(master));
	}
	if (err == IPMMU_OK) {
		device_end(m, master);
		drop_bus(m, book);
	} else {
		book->life = LIFE_LIVES;
	}
	call_end(m, call, err);
	return true;
}

/* Nothing else was going on: an attached master works. */
static void judge_attached(struct machine *m, const struct call *call)
{
	const struct domain *domain = &m->books.domains[call->domain];

	if (call->solo && !m->device.lied && !domain->was_quarantined &&
	    !judge_is_on(m, call->master, domain->root)) {
		found(m, "answer", "%s is attached to domain %d, and not on its context",
		      machine_master_name(call->master), call->domain);
	}
}

/* The master may have been removed and added again since. */
static void settle(struct machine *m, const struct call *call, struct membership *in, bool came)
{
	if (m->books.masters[call->master].id != call->master_id ||
	    in->domain != call->domain_id || in->since != 0) {
		return;
	}
	in->since = came ? books_stamp(&m->books) : 0;
	in->certain = came && call->alone;
	in->domain = came ? in->domain : 0;
}

bool call_attach(struct machine *m, int master, int domain)
{
	struct ipmmu_move_result result = {0};
	struct membership *in;
	struct call *call;
	uint32_t domain_id = 0;
	enum ipmmu_err err;

	call = call_begin(m, CALL_MASTER_ATTACH, domain, master);
	in = call == NULL ? NULL : books_join(&m->books, master, domain);
	if (in == NULL) {
		return call_cancel(call);
	}
	err = ipmmu_master_attach(m->books.masters[master].handle,
				  m->books.domains[domain].handle, &result);
	if (err == IPMMU_OK && call->solo && books_is_in(&m->books, master, &domain_id)) {
		found(m, "answer", "%s is attached while it is in a domain",
		      machine_master_name(master));
	}
	if (err == IPMMU_OK) {
		judge_attached(m, call);
	}
	settle(m, call, in, err == IPMMU_OK);
	call_end(m, call, err);
	return true;
}

/* After these errors the result says whether the master has left. */
static bool has_left(enum ipmmu_err err, const struct ipmmu_move_result *result)
{
	bool may = err == IPMMU_E_TIMEOUT || err == IPMMU_E_QUARANTINED ||
		   err == IPMMU_E_UNVERIFIED;

	return err == IPMMU_OK || (may && (result->state == IPMMU_MASTER_DENIED ||
					   result->state == IPMMU_MASTER_UNVERIFIED));
}

bool call_move(struct machine *m, int master, int domain)
{
	struct ipmmu_move_result result = {0};
	struct membership *in;
	struct call *call;
	enum ipmmu_err err;

	call = call_begin(m, CALL_MASTER_MOVE, domain, master);
	in = call == NULL ? NULL : books_join(&m->books, master, domain);
	if (in == NULL) {
		return call_cancel(call);
	}
	err = ipmmu_master_move(m->books.masters[master].handle,
				m->books.domains[domain].handle, &result);
	if (has_left(err, &result) && m->books.masters[master].id == call->master_id) {
		books_leave(&m->books, master, call->begun);
	}
	if (err == IPMMU_OK) {
		judge_attached(m, call);
	}
	settle(m, call, in, err == IPMMU_OK);
	call_end(m, call, err);
	return true;
}

bool call_detach(struct machine *m, int master)
{
	struct ipmmu_move_result result = {0};
	struct call *call = call_begin(m, CALL_MASTER_DETACH, -1, master);
	uint32_t domain_id = 0;
	enum ipmmu_err err;

	if (call == NULL) {
		return false;
	}
	err = ipmmu_master_detach(m->books.masters[master].handle, &result);
	if (err == IPMMU_E_STATE && call->solo && books_is_in(&m->books, master, &domain_id)) {
		found(m, "answer", "%s cannot be detached, and is in a domain",
		      machine_master_name(master));
	}
	if ((err == IPMMU_OK || err == IPMMU_E_TIMEOUT || err == IPMMU_E_UNVERIFIED) &&
	    m->books.masters[master].id == call->master_id) {
		books_leave(&m->books, master, call->begun);
	}
	call_end(m, call, err);
	return true;
}

bool call_master_flush(struct machine *m, int master)
{
	struct call *call = call_begin(m, CALL_MASTER_FLUSH, -1, master);

	if (call == NULL) {
		return false;
	}
	call_end(m, call, ipmmu_master_flush(m->books.masters[master].handle));
	return true;
}

bool call_master_query(struct machine *m, int master)
{
	struct call *call = call_begin(m, CALL_MASTER_QUERY, -1, master);
	struct ipmmu_master_info info = {0};
	uint32_t domain_id = 0;
	enum ipmmu_err err;

	if (call == NULL) {
		return false;
	}
	err = ipmmu_master_query(m->books.masters[master].handle, &info);
	if (info.state == IPMMU_MASTER_BYPASS ||
	    (info.state == IPMMU_MASTER_UNVERIFIED && !m->device.lied)) {
		found(m, "answer", "%s is told to be in state %d", machine_master_name(master),
		      (int)info.state);
	}
	if (call->solo && info.domain == NULL && books_is_in(&m->books, master, &domain_id)) {
		found(m, "answer", "%s is told to be in no domain, and is in one",
		      machine_master_name(master));
	}
	call_end(m, call, err);
	return true;
}
