// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Several CPUs on one system: calls that meet are stopped at a known place and let go again,
 * so that each case comes out the same every time; a stress of everything at once looks for
 * what nobody thought of. Locks are real; the model has a lock of its own around it.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include <ipmmu-model/host.h>
#include <ipmmu/domain.h>
#include <ipmmu/event.h>
#include <ipmmu/fault.h>
#include <ipmmu/master.h>
#include <ipmmu/owned.h>

#include "kit_cmocka.h"

enum {
	MMUS = 3,
	MASTERS = 3,
	DOMAINS = 2,
	RAM_PAGES = 128,
	LIMIT_US = 50,
	ROUNDS = 400
};

enum {
	DMAC = 0,
	AUDIO = 1,
	MMC = 2
};

static const uint64_t RAM_PA = 0x40000000;
static const uint64_t IOVA = 0x20000000;

/* ---- a place where a thread waits ---- */

/** enum place - hooks at which a thread can be stopped. */
enum place {
	NOWHERE,
	IN_QUIESCE,
	IN_RELAX,
	AT_TABLE,    /**< the first time that a page-table lock is about to be taken */
	AT_RELEASE,  /**< the second time */
	AT_NEXT_STEP /**< the next time after that */
};

/** struct gate - where one thread waits. */
struct gate {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool reached;
	bool open;
};

/* Where the thread is to stop, the first time it comes there, and at which gate. */
static __thread enum place stop_at;
static __thread struct gate *stop_gate;

static void gate_pass(enum place place)
{
	struct gate *gate = stop_gate;

	if (stop_at != place) {
		return;
	}
	stop_at = NOWHERE;
	pthread_mutex_lock(&gate->mutex);
	gate->reached = true;
	pthread_cond_broadcast(&gate->changed);
	while (!gate->open) {
		pthread_cond_wait(&gate->changed, &gate->mutex);
	}
	pthread_mutex_unlock(&gate->mutex);
}

static void gate_wait_for_arrival(struct gate *gate)
{
	pthread_mutex_lock(&gate->mutex);
	while (!gate->reached) {
		pthread_cond_wait(&gate->changed, &gate->mutex);
	}
	pthread_mutex_unlock(&gate->mutex);
}

static void gate_open(struct gate *gate)
{
	pthread_mutex_lock(&gate->mutex);
	gate->open = true;
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->mutex);
}

/* ---- the machine ---- */

static struct ipmmu_mmu_desc mmus[MMUS];
static struct ipmmu_port ports[MASTERS];
static struct ipmmu_master_desc descs[MASTERS];
static struct ipmmu_system_desc desc;
static struct ipmmu_ops ops;
static struct model_host *host;
static struct ipmmu_system *ipmmu;
static struct ipmmu_domain *domains[DOMAINS];
static struct ipmmu_master *masters[MASTERS];
static pthread_mutex_t world = PTHREAD_MUTEX_INITIALIZER;

static struct model *model(void)
{
	return model_host_model(host);
}

static uint32_t locked_read(void *h, void *mmio, uint32_t offset)
{
	uint32_t value;

	pthread_mutex_lock(&world);
	value = model_host_ops()->mmio_read32(h, mmio, offset);
	pthread_mutex_unlock(&world);
	return value;
}

static void locked_write(void *h, void *mmio, uint32_t offset, uint32_t value)
{
	pthread_mutex_lock(&world);
	model_host_ops()->mmio_write32(h, mmio, offset, value);
	pthread_mutex_unlock(&world);
}

static void *locked_alloc(void *h, size_t size)
{
	void *object;

	pthread_mutex_lock(&world);
	object = model_host_ops()->alloc(h, size);
	pthread_mutex_unlock(&world);
	return object;
}

static void locked_free(void *h, void *object, size_t size)
{
	pthread_mutex_lock(&world);
	model_host_ops()->free(h, object, size);
	pthread_mutex_unlock(&world);
}

static uint64_t locked_now(void *h)
{
	uint64_t now;

	(void)h;
	pthread_mutex_lock(&world);
	now = model_now(model());
	pthread_mutex_unlock(&world);
	return now;
}

static void locked_relax(void *h)
{
	(void)h;
	gate_pass(IN_RELAX);
	pthread_mutex_lock(&world);
	model_tick(model(), 1);
	pthread_mutex_unlock(&world);
	sched_yield();
}

/** struct real_lock - a lock, and whether a page table's. */
struct real_lock {
	pthread_mutex_t mutex;
	bool table;
};

/* Page-table locks that this thread has taken since its call began. */
static __thread uint32_t table_locks;

static void *real_lock_create(void *h, enum ipmmu_lock_kind kind)
{
	struct real_lock *lock = malloc(sizeof(*lock));

	(void)h;
	assert_non_null(lock);
	pthread_mutex_init(&lock->mutex, NULL);
	lock->table = kind == IPMMU_LOCK_PLAIN && ipmmu != NULL;
	return lock;
}

static void real_lock_destroy(void *h, void *object)
{
	struct real_lock *lock = object;

	(void)h;
	pthread_mutex_destroy(&lock->mutex);
	free(lock);
}

static unsigned long real_lock(void *h, void *object)
{
	struct real_lock *lock = object;

	(void)h;
	if (lock->table) {
		static const enum place places[] = {AT_TABLE, AT_RELEASE, AT_NEXT_STEP};

		gate_pass(places[table_locks < 2 ? table_locks : 2]);
		table_locks++;
	}
	pthread_mutex_lock(&lock->mutex);
	return 0;
}

static void real_unlock(void *h, void *object, unsigned long saved)
{
	struct real_lock *lock = object;

	(void)h;
	(void)saved;
	pthread_mutex_unlock(&lock->mutex);
}

/* ---- tables ---- */

static void *locked_table_alloc(void *h, uint32_t pages, struct ipmmu_pa *pa)
{
	void *table;

	pthread_mutex_lock(&world);
	table = model_host_ops()->table_alloc(h, pages, pa);
	pthread_mutex_unlock(&world);
	return table;
}

static uint32_t readable_tables;

static bool is_elsewhere(void *arg, uint32_t context, uint64_t pa)
{
	const struct ipmmu_pa *freed = arg;

	(void)context;
	return pa / 4096 != freed->v / 4096;
}

/* No walker may be able to read what goes back. */
static void locked_table_free(void *h, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	pthread_mutex_lock(&world);
	if (!model_table_reach(model(), 0, is_elsewhere, &pa)) {
		readable_tables++;
	}
	model_host_ops()->table_free(h, table, pa, pages);
	pthread_mutex_unlock(&world);
}

static void *locked_table_ptr(void *h, struct ipmmu_pa pa)
{
	void *table;

	pthread_mutex_lock(&world);
	table = model_host_ops()->table_ptr(h, pa);
	pthread_mutex_unlock(&world);
	return table;
}

static void locked_clean(void *h, const void *start, size_t size)
{
	pthread_mutex_lock(&world);
	model_host_ops()->clean(h, start, size);
	pthread_mutex_unlock(&world);
}

static uint32_t pages_free(void)
{
	uint32_t count;

	pthread_mutex_lock(&world);
	count = model_host_pages_free(host);
	pthread_mutex_unlock(&world);
	return count;
}

/* How often each master has been stopped. */
static uint32_t stops[MASTERS];

static bool stopping_quiesce(void *h, const struct ipmmu_master_desc *master)
{
	(void)h;
	__atomic_add_fetch(&stops[master - descs], 1, __ATOMIC_RELAXED);
	gate_pass(IN_QUIESCE);
	return true;
}

static void release(void *h, const struct ipmmu_master_desc *master)
{
	(void)h;
	(void)master;
}

/* How long a call waited for another that did not go on. */
static uint64_t told_us;

static void remember(void *h, const struct ipmmu_event *event)
{
	(void)h;
	pthread_mutex_lock(&world);
	if (event->kind == IPMMU_EVENT_FLUSH_TIMEOUT) {
		told_us = event->value;
	}
	pthread_mutex_unlock(&world);
}

static void make_hooks(void)
{
	ops = *model_host_ops();
	ops.mmio_read32 = locked_read;
	ops.mmio_write32 = locked_write;
	ops.alloc = locked_alloc;
	ops.free = locked_free;
	ops.table_alloc = locked_table_alloc;
	ops.table_free = locked_table_free;
	ops.table_ptr = locked_table_ptr;
	ops.clean = locked_clean;
	ops.now_us = locked_now;
	ops.relax = locked_relax;
	ops.lock_create = real_lock_create;
	ops.lock_destroy = real_lock_destroy;
	ops.lock = real_lock;
	ops.unlock = real_unlock;
	ops.quiesce = stopping_quiesce;
	ops.release = release;
	ops.event = remember;
}

static void describe(void)
{
	static const struct ipmmu_port where[MASTERS] = {{1, 0}, {2, 0}, {1, 33}};
	uint32_t i;

	memset(mmus, 0, sizeof(mmus));
	memset(descs, 0, sizeof(descs));
	for (i = 0; i < MMUS; i++) {
		mmus[i].name = "unit";
		mmus[i].soc = ipmmu_soc_find("renesas,ipmmu-r8a77965", NULL);
		mmus[i].reg.v = 0xe0000000u + i * 0x1000u;
		mmus[i].reg_size = 0x1000;
		mmus[i].always_on = true;
		mmus[i].imsstr_bit = i == 0 ? IPMMU_NONE : i;
	}
	for (i = 0; i < MASTERS; i++) {
		ports[i] = where[i];
		descs[i].name = "master";
		descs[i].ports = &ports[i];
		descs[i].port_count = 1;
	}
	desc.mmus = mmus;
	desc.mmu_count = MMUS;
	desc.masters = descs;
	desc.master_count = MASTERS;
}

static void make_domain(uint32_t i)
{
	struct model_memory memory = model_host_memory(host);
	struct ipmmu_table described = {.format = IPMMU_MODE_S2, .input_bits = 39};
	struct model_table table;

	assert_int_equal(model_table_create(&table, MODEL_FORMAT_S2, 39, &memory),
			 MODEL_TABLE_OK);
	assert_int_equal(
		model_table_map(&table, IOVA, RAM_PA + i * 4096, 4096, true, true, false),
		MODEL_TABLE_OK);
	described.root.v = table.root;
	assert_int_equal(ipmmu_domain_create(ipmmu, 0, &described, NULL, &domains[i]),
			 IPMMU_OK);
}

/* Tables of its own instead, in which entries may be broken before they are made. */
static void make_owned(uint32_t i)
{
	const struct ipmmu_owned_config wish = {.replace = IPMMU_PT_BREAK_BEFORE_MAKE};

	assert_int_equal(ipmmu_domain_destroy(domains[i]), IPMMU_OK);
	assert_int_equal(ipmmu_domain_create_owned(ipmmu, 0, &wish, NULL, &domains[i]),
			 IPMMU_OK);
}

static void start(void)
{
	struct ipmmu_options options = {.flush_timeout_us = LIMIT_US};
	struct model_host_config config = {
		.desc = &desc, .ram_pa = RAM_PA, .ram_pages = RAM_PAGES};
	uint32_t i;

	describe();
	ipmmu = NULL;
	readable_tables = 0;
	memset(stops, 0, sizeof(stops));
	host = model_host_create(&config);
	assert_non_null(host);
	model_host_bind(host, mmus, MMUS);
	make_hooks();
	assert_int_equal(ipmmu_system_create(&ops, host, &desc, &options, &ipmmu), IPMMU_OK);
	for (i = 0; i < DOMAINS; i++) {
		make_domain(i);
	}
	for (i = 0; i < MASTERS; i++) {
		assert_int_equal(ipmmu_master_add(ipmmu, &descs[i], &masters[i]), IPMMU_OK);
	}
}

static enum ipmmu_master_state state_of(uint32_t i)
{
	struct ipmmu_master_info info;

	assert_int_equal(ipmmu_master_query(masters[i], &info), IPMMU_OK);
	return info.state;
}

static uint32_t context_of(uint32_t i)
{
	struct ipmmu_domain_info info;

	assert_int_equal(ipmmu_domain_query(domains[i], &info), IPMMU_OK);
	return info.context;
}

static void stop(void)
{
	struct model_violation violation;
	uint32_t i;

	for (i = 0; i < DOMAINS; i++) {
		(void)!ipmmu_domain_retry(domains[i]);
	}
	for (i = 0; i < MASTERS; i++) {
		(void)!ipmmu_master_detach(masters[i], NULL);
		assert_int_equal(state_of(i), IPMMU_MASTER_DENIED);
		assert_int_equal(ipmmu_master_remove(masters[i]), IPMMU_OK);
	}
	for (i = 0; i < DOMAINS; i++) {
		(void)!ipmmu_domain_unreserve(domains[i]);
		assert_int_equal(ipmmu_domain_destroy(domains[i]), IPMMU_OK);
	}
	assert_int_equal(ipmmu_system_destroy(ipmmu), IPMMU_OK);
	assert_int_equal(model_host_objects(host), 0);
	assert_int_equal(readable_tables, 0);
	if (model_violation_get(model(), 0, &violation)) {
		fail_msg("%s at %#x", model_violation_name(violation.kind), violation.offset);
	}
	model_host_destroy(host);
}

/* ---- one call in a thread of its own ---- */

/** enum which - a call. */
enum which {
	CALL_MOVE,
	CALL_DETACH,
	CALL_FLUSH,
	CALL_UNMAP,
	CALL_PROTECT,
	CALL_DRAIN,
	CALL_DESTROY
};

/** struct call - a call, where it is to stop, and how it ended. */
struct call {
	pthread_t thread;
	struct gate gate;
	enum which which;
	enum place place;
	uint32_t master;
	uint32_t domain;
	uint64_t iova;
	enum ipmmu_err err;
	struct ipmmu_move_result result;
};

static const struct ipmmu_pt_prot RW = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED};
static const struct ipmmu_pt_prot RO = {IPMMU_PT_READ, IPMMU_PT_CACHED};

static enum ipmmu_err map(uint32_t domain, uint64_t iova)
{
	return ipmmu_domain_map(domains[domain], (struct ipmmu_iova){iova},
				(struct ipmmu_pa){RAM_PA}, 4096, RW);
}

static enum ipmmu_err unmap(uint32_t domain, uint64_t iova)
{
	return ipmmu_domain_unmap(domains[domain], (struct ipmmu_iova){iova}, 4096);
}

static enum ipmmu_err protect(uint32_t domain, uint64_t iova)
{
	return ipmmu_domain_protect(domains[domain], (struct ipmmu_iova){iova}, 4096, RO);
}

static void *call_run(void *arg)
{
	struct call *call = arg;
	bool more;

	stop_at = call->place;
	table_locks = 0;
	stop_gate = &call->gate;
	switch (call->which) {
	case CALL_MOVE:
		call->err = ipmmu_master_move(masters[call->master], domains[call->domain],
					      &call->result);
		break;
	case CALL_DETACH:
		call->err = ipmmu_master_detach(masters[call->master], &call->result);
		break;
	case CALL_FLUSH:
		call->err = ipmmu_domain_flush(domains[call->domain]);
		break;
	case CALL_UNMAP:
		call->err = unmap(call->domain, call->iova);
		break;
	case CALL_PROTECT:
		call->err = protect(call->domain, call->iova);
		break;
	case CALL_DRAIN:
		call->err = ipmmu_domain_drain(domains[call->domain], 0, &more);
		break;
	case CALL_DESTROY:
		call->err = ipmmu_domain_destroy(domains[call->domain]);
		break;
	}
	return NULL;
}

/* Returns when the thread waits at its place. */
static void call_begin(struct call *call)
{
	pthread_mutex_init(&call->gate.mutex, NULL);
	pthread_cond_init(&call->gate.changed, NULL);
	assert_int_equal(pthread_create(&call->thread, NULL, call_run, call), 0);
	if (call->place != NOWHERE) {
		gate_wait_for_arrival(&call->gate);
	}
}

static void call_end(struct call *call)
{
	gate_open(&call->gate);
	assert_int_equal(pthread_join(call->thread, NULL), 0);
}

static void attach(uint32_t master, uint32_t domain)
{
	assert_int_equal(ipmmu_master_attach(masters[master], domains[domain], NULL), IPMMU_OK);
}

static void set_stuck(uint32_t context, bool stuck)
{
	pthread_mutex_lock(&world);
	model_set_stuck(model(), 0, context, stuck);
	pthread_mutex_unlock(&world);
}

/* ---- calls that meet ---- */

static void what_a_move_is_changing_is_busy(void **state)
{
	struct call move = {
		.which = CALL_MOVE, .place = IN_QUIESCE, .master = DMAC, .domain = 1};
	struct ipmmu_domain_info info;

	(void)state;
	start();
	attach(DMAC, 0);
	attach(AUDIO, 0);
	call_begin(&move);
	assert_int_equal(ipmmu_master_move(masters[DMAC], domains[1], NULL), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_master_detach(masters[DMAC], NULL), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_master_remove(masters[DMAC]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_master_detach(masters[AUDIO], NULL), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_master_attach(masters[MMC], domains[1], NULL), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_reserve(domains[0]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_reserve(domains[1]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_unreserve(domains[0]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_retry(domains[0]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_destroy(domains[1]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_query(domains[1], &info), IPMMU_OK);
	assert_int_equal(info.masters, 0);
	assert_false(info.reserved);
	call_end(&move);
	assert_int_equal(move.err, IPMMU_OK);
	assert_int_equal(move.result.state, IPMMU_MASTER_ATTACHED);
	assert_int_equal(ipmmu_master_detach(masters[AUDIO], NULL), IPMMU_OK);
	stop();
}

static void flush_runs_while_a_master_is_moved(void **state)
{
	struct call move = {
		.which = CALL_MOVE, .place = IN_QUIESCE, .master = DMAC, .domain = 1};

	(void)state;
	start();
	attach(DMAC, 0);
	attach(AUDIO, 0);
	call_begin(&move);
	assert_int_equal(ipmmu_domain_flush(domains[0]), IPMMU_OK);
	assert_int_equal(ipmmu_domain_flush(domains[1]), IPMMU_OK);
	call_end(&move);
	assert_int_equal(move.err, IPMMU_OK);
	stop();
}

static void target_that_goes_to_quarantine_meanwhile_leaves_the_master_denied(void **state)
{
	struct call move = {
		.which = CALL_MOVE, .place = IN_QUIESCE, .master = DMAC, .domain = 1};
	struct ipmmu_master_info info;

	(void)state;
	start();
	attach(DMAC, 0);
	call_begin(&move);
	set_stuck(context_of(1), true);
	assert_int_equal(ipmmu_domain_flush(domains[1]), IPMMU_E_TIMEOUT);
	set_stuck(context_of(1), false);
	call_end(&move);
	assert_int_equal(move.err, IPMMU_E_QUARANTINED);
	assert_int_equal(move.result.state, IPMMU_MASTER_DENIED);
	assert_false(move.result.old_quarantined);
	assert_int_equal(ipmmu_master_query(masters[DMAC], &info), IPMMU_OK);
	assert_null(info.domain);
	assert_int_equal(ipmmu_domain_retry(domains[1]), IPMMU_OK);
	attach(DMAC, 0);
	stop();
}

static void old_domain_that_goes_to_quarantine_meanwhile_ends_the_move_in_deny(void **state)
{
	int alone;

	(void)state;
	for (alone = 0; alone < 2; alone++) {
		struct call move = {
			.which = CALL_MOVE, .place = IN_QUIESCE, .master = DMAC, .domain = 1};
		struct ipmmu_domain_info info;
		uint32_t before;

		start();
		attach(DMAC, 0);
		if (alone == 0) {
			attach(AUDIO, 0);
		}
		call_begin(&move);
		set_stuck(context_of(0), true);
		assert_int_equal(ipmmu_domain_flush(domains[0]), IPMMU_E_TIMEOUT);
		set_stuck(context_of(0), false);
		before = stops[AUDIO];
		call_end(&move);
		assert_int_equal(move.err, IPMMU_E_TIMEOUT);
		assert_true(move.result.old_quarantined);
		/* The move has the domain: it stops the other master, denied by the flush. */
		assert_int_equal(stops[AUDIO], before + (alone == 0 ? 1 : 0));
		assert_int_equal(move.result.state, IPMMU_MASTER_DENIED);
		assert_int_equal(ipmmu_domain_query(domains[0], &info), IPMMU_OK);
		assert_int_equal(info.state, IPMMU_DOMAIN_QUARANTINED);
		stop();
	}
}

static void second_flush_waits_for_the_first(void **state)
{
	struct call first = {.which = CALL_FLUSH, .place = IN_RELAX};
	struct call second = {.which = CALL_FLUSH, .place = IN_RELAX};

	(void)state;
	start();
	attach(DMAC, 0);
	call_begin(&first);
	call_begin(&second);
	call_end(&first);
	call_end(&second);
	assert_int_equal(first.err, IPMMU_OK);
	assert_int_equal(second.err, IPMMU_OK);
	stop();
}

static void waiting_flush_gets_the_error_of_the_first(void **state)
{
	struct call first = {.which = CALL_FLUSH, .place = IN_RELAX};
	struct call second = {.which = CALL_FLUSH, .place = IN_RELAX};

	(void)state;
	start();
	attach(DMAC, 0);
	set_stuck(context_of(0), true);
	call_begin(&first);
	/* The second stops where it waits for the first. */
	call_begin(&second);
	call_end(&first);
	call_end(&second);
	assert_int_equal(first.err, IPMMU_E_TIMEOUT);
	assert_int_equal(second.err, IPMMU_E_TIMEOUT);
	set_stuck(context_of(0), false);
	stop();
}

static void flush_of_a_domain_that_ends_meanwhile_has_nothing_left_to_do(void **state)
{
	struct call detach = {.which = CALL_DETACH, .place = IN_RELAX, .master = DMAC};
	struct call flush = {.which = CALL_FLUSH, .place = IN_RELAX};

	(void)state;
	start();
	attach(DMAC, 0);
	call_begin(&detach);
	call_begin(&flush);
	call_end(&detach);
	call_end(&flush);
	assert_int_equal(detach.err, IPMMU_OK);
	assert_int_equal(flush.err, IPMMU_OK);
	assert_int_equal(context_of(0), IPMMU_NONE);
	stop();
}

/* Its last master has gone, and a flush of it still waits. */
static void domain_does_not_end_while_a_flush_of_it_waits(void **state)
{
	struct call detach = {.which = CALL_DETACH, .place = IN_RELAX, .master = DMAC};
	struct call flush = {.which = CALL_FLUSH, .place = IN_RELAX};

	(void)state;
	start();
	attach(DMAC, 0);
	call_begin(&detach);
	call_begin(&flush);
	call_end(&detach);
	assert_int_equal(context_of(0), IPMMU_NONE);
	assert_int_equal(ipmmu_domain_destroy(domains[0]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_system_destroy(ipmmu), IPMMU_E_BUSY);
	call_end(&flush);
	assert_int_equal(flush.err, IPMMU_OK);
	stop();
}

static void flush_does_not_wait_for_ever_for_one_that_has_vanished(void **state)
{
	struct call first = {.which = CALL_FLUSH, .place = IN_RELAX};

	(void)state;
	start();
	attach(DMAC, 0);
	attach(AUDIO, 0);
	call_begin(&first);
	assert_int_equal(ipmmu_domain_flush(domains[0]), IPMMU_E_TIMEOUT);
	assert_int_equal(told_us, 3 * LIMIT_US);
	assert_int_equal(state_of(DMAC), IPMMU_MASTER_QUARANTINED);
	assert_int_equal(state_of(AUDIO), IPMMU_MASTER_QUARANTINED);
	/* Its flush may be under way still: nobody else writes there. */
	assert_int_equal(ipmmu_domain_retry(domains[0]), IPMMU_E_TIMEOUT);
	call_end(&first);
	assert_int_equal(first.err, IPMMU_OK);
	assert_int_equal(state_of(DMAC), IPMMU_MASTER_QUARANTINED);
	assert_int_equal(ipmmu_domain_retry(domains[0]), IPMMU_OK);
	stop();
}

static void detach_that_was_overtaken_while_it_flushed_still_gives_back(void **state)
{
	struct call detach = {.which = CALL_DETACH, .place = IN_RELAX, .master = DMAC};

	(void)state;
	start();
	attach(DMAC, 0);
	call_begin(&detach);
	assert_int_equal(ipmmu_domain_flush(domains[0]), IPMMU_E_TIMEOUT);
	call_end(&detach);
	assert_int_equal(detach.err, IPMMU_OK);
	assert_int_equal(context_of(0), IPMMU_NONE);
	attach(DMAC, 0);
	stop();
}

static void flush_that_waited_too_long_leaves_the_next_domain_of_the_context_alone(void **state)
{
	struct call detach = {.which = CALL_DETACH, .place = IN_RELAX, .master = DMAC};
	struct call flush = {.which = CALL_FLUSH, .place = IN_RELAX};
	struct call next = {.which = CALL_MOVE, .place = IN_RELAX, .master = DMAC, .domain = 1};
	uint32_t context;

	(void)state;
	start();
	attach(DMAC, 0);
	context = context_of(0);
	call_begin(&detach);
	call_begin(&flush);
	call_end(&detach);
	call_begin(&next);
	assert_int_equal(context_of(1), context);
	call_end(&flush);
	call_end(&next);
	assert_int_equal(flush.err, IPMMU_OK);
	assert_int_equal(next.err, IPMMU_OK);
	assert_int_equal(state_of(DMAC), IPMMU_MASTER_ATTACHED);
	stop();
}

/* ---- calls on one table that meet ---- */

/* Each in a table of its own, on the last level. */
static uint64_t far(uint32_t i)
{
	return IOVA + ((uint64_t)i << 21);
}

static void owned_start(void)
{
	uint32_t i;

	start();
	make_owned(0);
	for (i = 0; i < 5; i++) {
		assert_int_equal(map(0, far(i)), IPMMU_OK);
	}
	attach(DMAC, 0);
}

static void change_that_waits_for_its_flush_keeps_others_out(void **state)
{
	struct call change = {.which = CALL_PROTECT, .place = IN_RELAX, .iova = far(0)};
	struct ipmmu_pt_mapping mapping;
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	uint32_t count;
	bool more;

	(void)state;
	owned_start();
	call_begin(&change);
	assert_int_equal(map(0, far(9)), IPMMU_E_BUSY);
	assert_int_equal(unmap(0, far(1)), IPMMU_E_BUSY);
	assert_int_equal(protect(0, far(1)), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_refill(domains[0]), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_drain(domains[0], 1, &more), IPMMU_E_BUSY);
	assert_int_equal(
		ipmmu_domain_translate(domains[0], (struct ipmmu_iova){far(1)}, &mapping),
		IPMMU_OK);
	assert_int_equal(
		ipmmu_domain_explain(domains[0], (struct ipmmu_iova){far(0)}, levels, &count),
		IPMMU_OK);
	assert_int_equal(levels[count - 1].kind, IPMMU_PT_BROKEN);
	call_end(&change);
	assert_int_equal(change.err, IPMMU_OK);
	assert_int_equal(unmap(0, far(1)), IPMMU_OK);
	stop();
}

static void map_goes_on_while_an_unmap_waits_for_its_flush(void **state)
{
	struct call first = {.which = CALL_UNMAP, .place = IN_RELAX, .iova = far(0)};

	(void)state;
	owned_start();
	call_begin(&first);
	assert_int_equal(map(0, far(9)), IPMMU_OK);
	assert_int_equal(map(0, far(0)), IPMMU_OK);
	call_end(&first);
	assert_int_equal(first.err, IPMMU_OK);
	stop();
}

/* A call that comes late to give tables back leaves those that a later flush covers. */
static void tables_that_wait_for_another_flush_stay(void **state)
{
	struct call late = {.which = CALL_UNMAP, .place = AT_RELEASE, .iova = far(0)};
	struct call last = {.which = CALL_UNMAP, .place = IN_RELAX, .iova = far(2)};
	uint32_t before;

	(void)state;
	owned_start();
	before = pages_free();
	call_begin(&late);
	assert_int_equal(pages_free(), before);
	/* Its flush began after the other's table was set aside: that goes back as well. */
	assert_int_equal(unmap(0, far(1)), IPMMU_OK);
	assert_int_equal(pages_free(), before + 2);
	call_begin(&last);
	call_end(&late);
	assert_int_equal(late.err, IPMMU_OK);
	assert_int_equal(pages_free(), before + 2);
	call_end(&last);
	assert_int_equal(last.err, IPMMU_OK);
	assert_int_equal(pages_free(), before + 3);
	stop();
}

static void calls_that_meet_leave_no_table_behind(void **state)
{
	struct call first = {.which = CALL_UNMAP, .place = IN_RELAX, .iova = far(0)};
	struct call second = {.which = CALL_UNMAP, .place = IN_RELAX, .iova = far(1)};
	uint32_t before;

	(void)state;
	owned_start();
	before = pages_free();
	call_begin(&first);
	call_begin(&second);
	assert_int_equal(pages_free(), before);
	call_end(&first);
	call_end(&second);
	assert_int_equal(first.err, IPMMU_OK);
	assert_int_equal(second.err, IPMMU_OK);
	assert_int_equal(pages_free(), before + 2);
	stop();
}

/* The retry is quicker than the call whose flush failed: that one ends its change itself. */
static void change_ends_when_a_retry_has_overtaken_it(void **state)
{
	struct call change = {.which = CALL_PROTECT, .place = AT_RELEASE, .iova = far(0)};
	struct ipmmu_pt_mapping mapping;

	(void)state;
	owned_start();
	set_stuck(context_of(0), true);
	call_begin(&change);
	set_stuck(1, false);
	assert_int_equal(ipmmu_domain_retry(domains[0]), IPMMU_OK);
	assert_int_equal(map(0, far(9)), IPMMU_E_BUSY);
	call_end(&change);
	assert_int_equal(change.err, IPMMU_OK);
	assert_int_equal(
		ipmmu_domain_translate(domains[0], (struct ipmmu_iova){far(0)}, &mapping),
		IPMMU_OK);
	assert_int_equal(mapping.prot.rights, IPMMU_PT_READ);
	stop();
}

/* Between two steps of a change nobody may take the tables away. */
static void domain_does_not_end_between_two_steps_of_a_change(void **state)
{
	struct call change = {.which = CALL_PROTECT, .place = AT_NEXT_STEP, .iova = far(0)};
	struct ipmmu_pt_mapping mapping;
	bool more;

	(void)state;
	owned_start();
	assert_int_equal(ipmmu_master_detach(masters[DMAC], NULL), IPMMU_OK);
	call_begin(&change);
	assert_int_equal(ipmmu_domain_drain(domains[0], 0, &more), IPMMU_E_BUSY);
	assert_int_equal(ipmmu_domain_destroy(domains[0]), IPMMU_E_BUSY);
	call_end(&change);
	assert_int_equal(change.err, IPMMU_OK);
	assert_int_equal(
		ipmmu_domain_translate(domains[0], (struct ipmmu_iova){far(0)}, &mapping),
		IPMMU_OK);
	attach(DMAC, 0);
	stop();
}

/* The last flush of a call has ended, and it has yet to give tables back. */
static void domain_does_not_end_while_a_call_gives_its_tables_back(void **state)
{
	static const enum which calls[] = {CALL_UNMAP, CALL_FLUSH};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct call call = {.which = calls[i], .place = AT_RELEASE, .iova = far(0)};
		bool more;

		owned_start();
		assert_int_equal(ipmmu_master_detach(masters[DMAC], NULL), IPMMU_OK);
		call_begin(&call);
		assert_int_equal(ipmmu_domain_drain(domains[0], 0, &more), IPMMU_E_BUSY);
		assert_int_equal(ipmmu_domain_destroy(domains[0]), IPMMU_E_BUSY);
		call_end(&call);
		assert_int_equal(call.err, IPMMU_OK);
		stop();
	}
}

/* It has been looked at already when the call takes its page-table lock, which is in hand. */
static void domain_does_not_end_when_a_call_has_its_tables_first(void **state)
{
	static const enum which calls[] = {CALL_DRAIN, CALL_DESTROY};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct call end = {.which = calls[i], .place = AT_TABLE};
		struct call unmap = {.which = CALL_UNMAP, .place = AT_RELEASE, .iova = far(0)};

		owned_start();
		assert_int_equal(ipmmu_master_detach(masters[DMAC], NULL), IPMMU_OK);
		call_begin(&end);
		call_begin(&unmap);
		call_end(&end);
		assert_int_equal(end.err, IPMMU_E_BUSY);
		call_end(&unmap);
		assert_int_equal(unmap.err, IPMMU_OK);
		stop();
	}
}

/* What another call has removed is reachable until a flush has ended. */
static void unmap_of_what_another_call_has_removed_waits_for_a_flush(void **state)
{
	struct call first = {.which = CALL_UNMAP, .place = IN_RELAX, .iova = far(0)};

	(void)state;
	owned_start();
	call_begin(&first);
	/* The first does not go on, so this cannot say that all is well. */
	assert_int_equal(unmap(0, far(0)), IPMMU_E_TIMEOUT);
	call_end(&first);
	assert_int_equal(first.err, IPMMU_OK);
	assert_int_equal(ipmmu_domain_retry(domains[0]), IPMMU_OK);
	assert_int_equal(unmap(0, far(0)), IPMMU_OK);
	stop();
}

/* ---- everything at once ---- */

static bool may_come_of_a_meeting(enum ipmmu_err err)
{
	return err == IPMMU_OK || err == IPMMU_E_BUSY || err == IPMMU_E_STATE ||
	       err == IPMMU_E_TIMEOUT || err == IPMMU_E_QUARANTINED || err == IPMMU_E_EXISTS ||
	       err == IPMMU_E_NOT_FOUND;
}

static uint32_t surprises;

static void note(enum ipmmu_err err)
{
	if (!may_come_of_a_meeting(err)) {
		__atomic_add_fetch(&surprises, 1, __ATOMIC_RELAXED);
	}
}

static void *stress_moves(void *arg)
{
	struct ipmmu_master *master = *(struct ipmmu_master **)arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		note(ipmmu_master_attach(master, domains[i % 2], NULL));
		note(ipmmu_master_move(master, domains[(i + 1) % 2], NULL));
		note(ipmmu_master_detach(master, NULL));
	}
	return NULL;
}

static void *stress_domains(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		note(ipmmu_domain_reserve(domains[i % 2]));
		note(ipmmu_domain_flush(domains[i % 2]));
		note(ipmmu_domain_unreserve(domains[i % 2]));
		note(ipmmu_domain_flush(domains[(i + 1) % 2]));
		note(ipmmu_domain_retry(domains[i % 2]));
	}
	return NULL;
}

static void emit(uint32_t i)
{
	struct model_access access = {
		.unit = ports[i].mmu, .utlb = ports[i].utlb, .iova = 0, .write = true};

	pthread_mutex_lock(&world);
	model_access(model(), &access);
	pthread_mutex_unlock(&world);
}

static void *stress_faults(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		emit((uint32_t)i % MASTERS);
		(void)ipmmu_root_interrupt(ipmmu, 0);
		(void)ipmmu_service(ipmmu, 4);
	}
	return NULL;
}

static void *stress_queries(void *arg)
{
	struct ipmmu_context_info context;
	struct ipmmu_utlb_info utlb;
	struct ipmmu_mmu_info mmu;
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		(void)state_of((uint32_t)i % 2);
		(void)context_of((uint32_t)i % 2);
		note(ipmmu_context_query(ipmmu, 0, (uint32_t)i % 8, &context));
		note(ipmmu_utlb_query(ipmmu, 1, 0, &utlb));
		note(ipmmu_mmu_query(ipmmu, 2, &mmu));
	}
	return NULL;
}

/* Two of these change the same pages of the same table. */
static void *stress_tables(void *arg)
{
	struct ipmmu_pt_mapping mapping;
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		uint64_t at = far((uint32_t)i % 3);

		note(map(0, at));
		note(protect(0, at));
		note(ipmmu_domain_translate(domains[0], (struct ipmmu_iova){at}, &mapping));
		note(unmap(0, at));
		note(ipmmu_domain_refill(domains[0]));
	}
	return NULL;
}

static void *stress_claims(void *arg)
{
	struct ipmmu_master **master = arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		note(ipmmu_master_remove(*master));
		note(ipmmu_master_add(ipmmu, &descs[MMC], master));
	}
	return NULL;
}

static void everything_at_once_ends_in_order(void **state)
{
	static void *(*const runs[])(void *) = {stress_moves,  stress_moves,   stress_domains,
						stress_faults, stress_queries, stress_claims,
						stress_tables, stress_tables};
	static void *const args[] = {&masters[DMAC], &masters[AUDIO], NULL, NULL,
				     NULL,           &masters[MMC],   NULL, NULL};
	pthread_t threads[8];
	int i;

	(void)state;
	start();
	make_owned(0);
	surprises = 0;
	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, runs[i], args[i]), 0);
	}
	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	}
	assert_int_equal(surprises, 0);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_move_is_changing_is_busy),
		cmocka_unit_test(flush_runs_while_a_master_is_moved),
		cmocka_unit_test(
			target_that_goes_to_quarantine_meanwhile_leaves_the_master_denied),
		cmocka_unit_test(
			old_domain_that_goes_to_quarantine_meanwhile_ends_the_move_in_deny),
		cmocka_unit_test(second_flush_waits_for_the_first),
		cmocka_unit_test(waiting_flush_gets_the_error_of_the_first),
		cmocka_unit_test(flush_of_a_domain_that_ends_meanwhile_has_nothing_left_to_do),
		cmocka_unit_test(domain_does_not_end_while_a_flush_of_it_waits),
		cmocka_unit_test(flush_does_not_wait_for_ever_for_one_that_has_vanished),
		cmocka_unit_test(detach_that_was_overtaken_while_it_flushed_still_gives_back),
		cmocka_unit_test(
			flush_that_waited_too_long_leaves_the_next_domain_of_the_context_alone),
		cmocka_unit_test(change_that_waits_for_its_flush_keeps_others_out),
		cmocka_unit_test(map_goes_on_while_an_unmap_waits_for_its_flush),
		cmocka_unit_test(tables_that_wait_for_another_flush_stay),
		cmocka_unit_test(calls_that_meet_leave_no_table_behind),
		cmocka_unit_test(change_ends_when_a_retry_has_overtaken_it),
		cmocka_unit_test(domain_does_not_end_between_two_steps_of_a_change),
		cmocka_unit_test(domain_does_not_end_while_a_call_gives_its_tables_back),
		cmocka_unit_test(domain_does_not_end_when_a_call_has_its_tables_first),
		cmocka_unit_test(unmap_of_what_another_call_has_removed_waits_for_a_flush),
		cmocka_unit_test(everything_at_once_ends_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
