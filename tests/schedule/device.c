// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * device.c - accesses of masters, and units that are broken for a while. Says what a call may
 * give as a reason: a flush that has run for about the time-out, a register that has lied.
 */
#include "device.h"

#include "machine.h"

static const uint32_t IMCTR_FLUSH_BIT = 2;

/* ---- accesses ---- */

static void fill_in(int master, uint32_t port, struct model_access *access)
{
	struct ipmmu_port at = machine_port(master, port);

	access->unit = at.mmu;
	access->utlb = at.utlb;
}

enum model_access_state device_access(struct machine *m, int master, uint32_t port,
				      uint64_t iova, bool write)
{
	struct model_access access = {.iova = iova, .write = write};
	uint64_t faults = model_counts_get(m->model).faults;

	fill_in(master, port, &access);
	trace_step(m, STEP_DMA, m->books.masters[master].bus->name, iova, write);
	model_access(m->model, &access);
	m->counts->accesses++;
	if (access.state == MODEL_ACCESS_DONE) {
		judge_landed(m, &access);
		judge_job(m, master, access.pa);
	}
	if (model_counts_get(m->model).faults != faults) {
		records_latch(m, &access);
	}
	judge_model(m);
	return access.state;
}

static bool is_in_a_call(const struct machine *m, int master)
{
	uint32_t i;

	for (i = 0; i <= CPUS; i++) {
		if (m->calls[i].active && m->calls[i].master == master) {
			return true;
		}
	}
	return false;
}

/* No host tells a master to run for a domain in quarantine: it is about to be taken out. */
static bool is_lost(const struct machine *m, uint32_t domain_id)
{
	int domain = books_find(&m->books, domain_id);

	return domain < 0 || m->books.domains[domain].quarantined != 0;
}

bool device_program(struct machine *m, int master)
{
	struct master *book = &m->books.masters[master];
	uint32_t domain_id = 0;

	/* One that is not stopped goes on with its job wherever it comes. */
	if (!m->config.quiesce || !book->claimed || book->stopped || is_in_a_call(m, master) ||
	    !books_is_in(&m->books, master, &domain_id) || is_lost(m, domain_id)) {
		return false;
	}
	trace_step(m, STEP_JOB, book->bus->name, domain_id, 0);
	book->job = domain_id;
	return true;
}

uint64_t device_fault_iova(struct machine *m)
{
	return 0x80000000ull + m->device.bad_iova++ * 0x1000ull;
}

bool device_begin(struct machine *m, int master, uint32_t port, uint64_t iova, bool write)
{
	struct model_access access = {.iova = iova, .write = write};
	uint32_t i = 0;

	while (i < UNDER_WAY && m->device.under_way[i].used) {
		i++;
	}
	if (i == UNDER_WAY || m->books.masters[master].stopped) {
		return false;
	}
	/* One that fails would be a fault with no address of its own. */
	if (device_access(m, master, port, iova, write) != MODEL_ACCESS_DONE) {
		return false;
	}
	fill_in(master, port, &access);
	m->device.under_way[i].handle = model_access_begin(m->model, &access);
	m->device.under_way[i].master = master;
	m->device.under_way[i].used = m->device.under_way[i].handle != MODEL_NONE;
	return m->device.under_way[i].used;
}

void device_end(struct machine *m, int master)
{
	uint32_t i;

	for (i = 0; i < UNDER_WAY; i++) {
		struct under_way *one = &m->device.under_way[i];
		struct model_access access;

		if (one->used && (master < 0 || one->master == master)) {
			one->used = false;
			if (model_access_end(m->model, one->handle, &access)) {
				trace_step(m, STEP_LANDS, machine_master_name(one->master),
					   access.iova, access.pa);
				judge_landed(m, &access);
			}
		}
	}
}

void device_landed(void *machine, const struct model_access *access)
{
	struct machine *m = machine;

	trace_step(m, STEP_LANDS, "a master that a flush waits for", access->iova, access->pa);
	judge_landed(m, access);
}

/* ---- flushes that do not end ---- */

void device_stick(struct machine *m, uint32_t unit, uint32_t context, bool stuck)
{
	trace_step(m, stuck ? STEP_STUCK : STEP_LOOSE, m->mmus[unit].name, context, 0);
	model_set_stuck(m->model, unit, context, stuck);
}

void device_loosen(struct machine *m)
{
	uint32_t i;
	uint32_t u;

	for (i = 0; i < UNITS; i++) {
		device_stick(m, i, MODEL_NONE, false);
		for (u = 0; u < UTLBS; u++) {
			m->device.deaf[i][u] = 0;
		}
	}
	m->device.ones = 0;
	m->device.poor = 0;
}

static bool flushes(const struct machine *m, uint32_t unit, uint32_t context)
{
	uint32_t imctr =
		model_peek(m->model, unit, model_context_offset(MODEL_GEN3, context, 0));

	return (imctr & IMCTR_FLUSH_BIT) != 0;
}

static void look(struct machine *m, uint32_t unit, uint32_t context)
{
	struct device *device = &m->device;
	uint64_t now = machine_now(m);

	if (!device->in_flight[unit][context]) {
		return;
	}
	/* Longer than any that ends by itself. */
	if (now - device->flight_since[unit][context] >
	    m->config.model.flush_us + m->config.tick_us) {
		device->was_stuck[unit][context] = true;
		device->stuck_at[unit][context] = now;
	}
	device->in_flight[unit][context] = flushes(m, unit, context);
}

void device_flush_written(struct machine *m, uint32_t unit, uint32_t context)
{
	struct device *device = &m->device;

	if (!device->in_flight[unit][context] && flushes(m, unit, context)) {
		device->in_flight[unit][context] = true;
		device->flight_since[unit][context] = machine_now(m);
	}
	if (unit == 0 && judge_root_of(m, context) == 0) {
		device->quarantined[context] = false;
	}
}

void device_time_passed(struct machine *m)
{
	uint32_t i;
	uint32_t n;

	for (i = 0; i < UNITS; i++) {
		for (n = 0; n < m->soc.contexts; n++) {
			look(m, i, n);
		}
	}
}

bool device_may_quarantine(const struct machine *m, uint32_t context)
{
	const struct device *device = &m->device;
	uint32_t i;

	if (device->lied) {
		return true;
	}
	for (i = 0; i < UNITS; i++) {
		/* Who found out may have waited for others since. */
		if (device->was_stuck[i][context] &&
		    machine_now(m) - device->stuck_at[i][context] <= 8 * machine_timeout(m)) {
			return true;
		}
	}
	return false;
}

/* ---- memory, and CPUs that stand still ---- */

bool device_is_poor(struct machine *m)
{
	if (m->device.poor == 0) {
		return false;
	}
	m->device.poor--;
	m->device.was_poor = true;
	return true;
}

bool device_freezes_now(struct machine *m)
{
	return random_below(&m->cpus->random, 4000) == 0;
}

/* ---- CPUs that serve ---- */

static int draw_master(struct machine *m, uint64_t *random)
{
	int master = (int)random_below(random, MASTERS);

	return m->books.masters[master].claimed && !m->books.masters[master].stopped ? master
										     : -1;
}

/* Mostly an address that some domain has a place for. */
static uint64_t draw_iova(struct machine *m, uint64_t *random)
{
	uint32_t what = random_below(random, 8);

	if (what == 0) {
		return device_fault_iova(m);
	}
	return machine_iova(m, random_below(random, m->config.places));
}

static void draw_access(struct machine *m, uint64_t *random)
{
	int master = draw_master(m, random);
	uint64_t iova = draw_iova(m, random);
	bool write = random_below(random, 2) == 0;
	uint32_t what = random_below(random, 8);

	if (what == 0) {
		device_end(m, -1);
	} else if (master >= 0 && m->books.masters[master].job == 0 && what == 2) {
		(void)device_program(m, master);
	} else if (master >= 0 && what == 1) {
		(void)device_begin(m, master, 0, iova, write);
	} else if (master >= 0) {
		uint32_t port = random_below(random, machine_port_count(master));

		(void)device_access(m, master, port, iova, write);
	}
}

static void draw_stuck(struct machine *m, uint64_t *random)
{
	uint32_t unit = random_below(random, UNITS);
	uint32_t context = 1 + random_below(random, m->soc.contexts - 1);

	if (random_below(random, 3) != 0) {
		device_stick(m, unit, MODEL_NONE, false);
	} else if (context != m->deny) {
		device_stick(m, unit, context, true);
	}
}

static void draw_lie(struct machine *m, uint64_t *random)
{
	uint32_t unit = 1 + random_below(random, UNITS - 1);
	uint32_t utlb = random_below(random, UTLBS);

	if (random_below(random, 2) == 0) {
		trace_step(m, STEP_LIE, "all ones", 0, 0);
		m->device.ones = 1 + random_below(random, 20);
	} else {
		trace_step(m, STEP_LIE, m->mmus[unit].name, utlb, 0);
		m->device.deaf[unit][utlb] = random_below(random, 4);
	}
}

static void draw_trouble(struct machine *m, uint64_t *random)
{
	uint32_t what = random_below(random, 256);

	if (what < 24 && m->config.stucks) {
		draw_stuck(m, random);
	} else if (what < 26 && m->config.lies) {
		draw_lie(m, random);
	} else if (what < 30 && m->config.poor) {
		m->device.poor = 1 + random_below(random, 3);
		trace_step(m, STEP_POOR, NULL, m->device.poor, 0);
	}
}

void device_serve(struct machine *m, int argument)
{
	uint64_t random = random_seed(m->cpus->policy.seed, 1000 + (uint32_t)argument);

	while (cpus_work_left(m->cpus)) {
		draw_access(m, &random);
		draw_trouble(m, &random);
		if (random_below(&random, 3) == 0) {
			cpus_point(m->cpus);
		} else {
			cpus_relax(m->cpus);
		}
	}
}

void device_interrupt(struct machine *m, int argument)
{
	uint64_t random = random_seed(m->cpus->policy.seed, 2000 + (uint32_t)argument);

	while (cpus_work_left(m->cpus)) {
		if (model_irq(m->model, 0) ? random_below(&random, 3) != 0
					   : random_below(&random, 4096) == 0) {
			(void)call_interrupt(m);
		}
		cpus_relax(m->cpus);
	}
}
