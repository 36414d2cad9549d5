// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * program.c - random calls of one CPU. What is drawn does not depend on what calls answer.
 */
#include "program.h"

#include "machine.h"

enum {
	MOST_SERVICES = 300,
	MOST_ENDS = 50
};

/* Not of the image: the same for all CPUs of a run. */
static enum program_kind kind;
static uint32_t steps;

void program_set(enum program_kind which, uint32_t count)
{
	kind = which;
	steps = count;
}

/** struct drawn - numbers for one step. */
struct drawn {
	int domain;
	int other;
	int master;
	uint32_t place;
	uint32_t count;
	uint32_t number;
	bool flag;
};

typedef void (*step_fn)(struct machine *m, const struct drawn *d);

static void make_domain(struct machine *m, const struct drawn *d)
{
	static const enum ipmmu_pt_policy policies[] = {IPMMU_PT_NEVER, IPMMU_PT_NEVER,
							IPMMU_PT_NEVER, IPMMU_PT_DIRECT,
							IPMMU_PT_BREAK_BEFORE_MAKE};

	if (d->number % 3 == 0) {
		(void)call_domain_create(m, d->domain);
	} else {
		(void)call_create_owned(m, d->domain, policies[d->number % 5]);
	}
}

static void step_flush(struct machine *m, const struct drawn *d)
{
	if (!call_domain_flush(m, d->domain)) {
		make_domain(m, d);
	}
}

static void step_map(struct machine *m, const struct drawn *d)
{
	if (m->books.domains[d->domain].life == LIFE_NONE) {
		make_domain(m, d);
	} else if (!m->books.domains[d->domain].owned && d->number % 16 != 0) {
		(void)host_map(m, d->domain, d->place, d->flag);
	} else if (d->number % 8 == 1) {
		(void)call_map_pages(m, d->domain, d->place, d->flag);
	} else {
		(void)call_map(m, d->domain, d->place, d->flag);
	}
}

static void step_unmap(struct machine *m, const struct drawn *d)
{
	if (!m->books.domains[d->domain].owned && d->number % 16 != 0) {
		(void)host_unmap(m, d->domain, d->place);
		(void)call_domain_flush(m, d->domain);
	} else {
		(void)call_unmap(m, d->domain, d->place,
				 d->place + d->count > m->config.places ? 1 : d->count);
	}
}

static void step_change(struct machine *m, const struct drawn *d)
{
	switch (d->number % 8) {
	case 0:
		(void)call_merge(m, d->domain);
		break;
	case 1:
		(void)call_refill(m, d->domain);
		break;
	case 2:
	case 3:
	case 4:
		(void)call_protect(m, d->domain, d->place, d->flag);
		break;
	default:
		(void)call_replace(m, d->domain, d->place);
		break;
	}
}

static void step_look(struct machine *m, const struct drawn *d)
{
	switch (d->number % 8) {
	case 0:
		(void)call_translate(m, d->domain, d->place);
		break;
	case 1:
		(void)call_explain(m, d->domain, d->place);
		break;
	case 2:
		(void)call_domain_query(m, d->domain);
		break;
	case 3:
		(void)call_master_query(m, d->master);
		break;
	case 4:
		(void)call_context_query(m, d->number % m->soc.contexts);
		break;
	case 5:
		(void)call_utlb_query(m, 1 + d->count % 2, d->place % UTLBS);
		break;
	case 6:
		(void)call_mmu_query(m, d->place % UNITS);
		break;
	default:
		(void)call_translate(m, d->domain, d->place);
		break;
	}
}

static void step_attach(struct machine *m, const struct drawn *d)
{
	if (!call_attach(m, d->master, d->domain)) {
		(void)call_add(m, d->master);
	}
}

static void step_move(struct machine *m, const struct drawn *d)
{
	(void)call_move(m, d->master, d->other);
}

static void step_detach(struct machine *m, const struct drawn *d)
{
	(void)call_detach(m, d->master);
}

static void step_claim(struct machine *m, const struct drawn *d)
{
	if (!call_add(m, d->master) && d->flag) {
		(void)call_remove(m, d->master);
	}
}

static void step_reserve(struct machine *m, const struct drawn *d)
{
	if (d->flag) {
		(void)call_domain_reserve(m, d->domain);
	} else {
		(void)call_domain_unreserve(m, d->domain);
	}
}

static void step_retry(struct machine *m, const struct drawn *d)
{
	switch (d->number % 16) {
	case 0:
	case 1:
	case 2:
		(void)call_abandon(m, d->domain);
		break;
	case 3:
	case 4:
		(void)call_system_retry(m);
		break;
	case 5:
	case 6:
	case 7:
	case 8:
		(void)call_context_retry(m, 1 + d->count % (m->soc.contexts - 1));
		break;
	default:
		(void)call_domain_retry(m, d->domain);
		break;
	}
}

/* A master that may wait in the unit since it faulted. */
static void step_unstall(struct machine *m, const struct drawn *d)
{
	if (!call_master_flush(m, d->master)) {
		(void)call_add(m, d->master);
	}
}

/* A host that looks again and again while others change all that faults may name. */
static void step_service_loop(struct machine *m, const struct drawn *d)
{
	uint32_t i;

	for (i = 0; i < d->count; i++) {
		(void)call_service(m, d->number % 3, MOST_SERVICES);
		cpus_relax(m->cpus);
	}
}

static void step_end(struct machine *m, const struct drawn *d)
{
	if (d->number % 4 == 0) {
		(void)call_drain(m, d->domain);
	} else if (!call_domain_destroy(m, d->domain)) {
		make_domain(m, d);
	}
}

static void step_service(struct machine *m, const struct drawn *d)
{
	(void)call_service(m, 1 + d->number % 8, MOST_SERVICES);
}

static void step_access(struct machine *m, const struct drawn *d)
{
	if (m->books.masters[d->master].claimed && !m->books.masters[d->master].stopped) {
		(void)device_access(m, d->master, 0,
				    d->flag ? machine_iova(m, d->place) : device_fault_iova(m),
				    d->flag);
	}
	cpus_point(m->cpus);
}

/** struct row - a step, and how often it is drawn by each kind of program. */
struct row {
	step_fn fn;
	uint8_t weight[PROGRAM_KINDS];
};

static const struct row rows[] = {
	{step_flush, {8, 60, 4, 6, 2, 12}},   {step_map, {14, 6, 30, 8, 6, 6}},
	{step_unmap, {12, 10, 30, 6, 4, 12}}, {step_change, {8, 2, 14, 2, 2, 4}},
	{step_look, {8, 2, 6, 4, 4, 4}},      {step_attach, {12, 4, 4, 18, 12, 14}},
	{step_move, {7, 1, 1, 14, 6, 6}},     {step_detach, {8, 1, 2, 14, 10, 4}},
	{step_claim, {4, 1, 1, 8, 8, 4}},     {step_reserve, {4, 1, 1, 4, 2, 4}},
	{step_retry, {5, 3, 3, 4, 3, 24}},    {step_end, {4, 1, 4, 8, 8, 4}},
	{step_service, {4, 2, 2, 3, 16, 4}},  {step_access, {4, 4, 4, 4, 20, 4}},
	{step_unstall, {1, 1, 1, 4, 4, 4}},   {step_service_loop, {1, 0, 0, 1, 4, 2}},
};

enum {
	ROWS = sizeof(rows) / sizeof(rows[0])
};

static step_fn draw_step(uint64_t *random)
{
	uint32_t total = 0;
	uint32_t at;
	uint32_t i;

	for (i = 0; i < ROWS; i++) {
		total += rows[i].weight[kind];
	}
	at = random_below(random, total);
	for (i = 0; at >= rows[i].weight[kind]; i++) {
		at -= rows[i].weight[kind];
	}
	return rows[i].fn;
}

/* Programs of flushes are mostly about the first domain. */
static struct drawn draw(const struct machine *m, uint64_t *random)
{
	struct drawn d;

	d.domain = (int)random_below(random, DOMAINS);
	if (kind == PROGRAM_FLUSHES && random_below(random, 4) != 0) {
		d.domain = 0;
	}
	d.other = (int)random_below(random, DOMAINS);
	d.master = (int)random_below(random, MASTERS);
	d.place = random_below(random, m->config.places);
	d.count = 1 + random_below(random, m->config.places);
	d.number = random_below(random, 1u << 20);
	d.flag = random_below(random, 2) == 0;
	return d;
}

void program_run(struct machine *m, int argument)
{
	uint64_t random = random_seed(m->cpus->policy.seed, (uint32_t)argument + 1);
	uint32_t i;

	for (i = 0; i < steps; i++) {
		step_fn fn = draw_step(&random);
		struct drawn d = draw(m, &random);

		fn(m, &d);
	}
}

void program_begin(struct machine *m, uint64_t *random)
{
	int i;

	for (i = 0; i < DOMAINS; i++) {
		struct drawn d = draw(m, random);

		d.domain = i;
		make_domain(m, &d);
		d.place = 0;
		step_map(m, &d);
	}
	for (i = 0; i < MASTERS; i++) {
		(void)call_add(m, i);
	}
	for (i = 0; i < MASTERS; i++) {
		struct drawn d = draw(m, random);

		if (d.flag || kind == PROGRAM_FLUSHES) {
			(void)call_attach(m, i, d.domain);
		}
	}
}

/* ---- the end ---- */

static void end_masters(struct machine *m)
{
	int i;

	for (i = 0; i < MASTERS; i++) {
		if (m->books.masters[i].life == LIFE_LIVES) {
			(void)call_detach(m, i);
			(void)call_remove(m, i);
		}
	}
}

static void end_domains(struct machine *m)
{
	int i;

	for (i = 0; i < DOMAINS; i++) {
		if (m->books.domains[i].life == LIFE_LIVES) {
			if (call_domain_query(m, i)) {
				(void)call_domain_retry(m, i);
			}
			/* A change that was left in the middle shows. */
			(void)call_unmap(m, i, 0, m->config.places);
			(void)call_domain_unreserve(m, i);
			(void)call_domain_destroy(m, i);
		}
	}
}

static void end_contexts(struct machine *m)
{
	uint32_t n;

	(void)call_system_retry(m);
	for (n = 1; n < m->soc.contexts; n++) {
		if (call_context_query(m, n)) {
			(void)call_context_retry(m, n);
		}
	}
}

static bool is_over(const struct machine *m)
{
	int i;

	for (i = 0; i < DOMAINS; i++) {
		if (m->books.domains[i].life != LIFE_NONE) {
			return false;
		}
	}
	for (i = 0; i < MASTERS; i++) {
		if (m->books.masters[i].life != LIFE_NONE) {
			return false;
		}
	}
	return true;
}

void program_end(struct machine *m)
{
	uint32_t i;

	device_end(m, -1);
	device_loosen(m);
	(void)call_interrupt(m);
	(void)call_service(m, 64, MOST_SERVICES);
	for (i = 0; i < MOST_ENDS && !is_over(m); i++) {
		end_domains(m);
		end_masters(m);
		end_domains(m);
		end_contexts(m);
	}
	if (!is_over(m)) {
		found(m, "answer", "nothing is broken any more, and not all can be ended");
	}
	if (call_system_destroy(m) != IPMMU_OK) {
		found(m, "answer", "the system cannot be destroyed");
	}
	heap_check(m);
}
