// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * costs_unmaps.c - what N unmaps of one domain cost that are made at the same time.
 *
 * One thread for each caller, of which one runs at a time: they take turns where they wait. So
 * the numbers come out the same every time.
 */
#include <pthread.h>

#include "costs.h"

enum {
	MOST = 32
};

/** struct unmaps - so many callers, and all that they cost together. */
struct unmaps {
	uint32_t callers;
	uint32_t flushes;
	uint32_t reads;
	uint32_t writes;
};

static const struct unmaps expected[] = {
	{1, 1, 9, 5},
	{2, 2, 15, 10},
	{8, 2, 12, 10},
	{32, 2, 12, 10},
};

/* ---- turns ---- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static uint32_t callers;
static uint32_t turn;
static bool done[MOST];
static __thread uint32_t self;

static void wait_for_turn(void)
{
	while (turn != self) {
		pthread_cond_wait(&changed, &mutex);
	}
}

/* To the next one that has not ended; false: there is none. */
static bool hand_over(void)
{
	uint32_t i;

	for (i = 1; i <= callers; i++) {
		if (!done[(self + i) % callers]) {
			turn = (self + i) % callers;
			pthread_cond_broadcast(&changed);
			return true;
		}
	}
	return false;
}

static void (*kit_relax)(void *host);

static void relax(void *host)
{
	kit_relax(host);
	(void)hand_over();
	wait_for_turn();
}

/* ---- the callers ---- */

static struct kit *kit;
static enum ipmmu_err errors[MOST];

static struct ipmmu_iova page(uint32_t i)
{
	return (struct ipmmu_iova){0x40000000u + (uint64_t)i * IPMMU_PAGE_SIZE};
}

static void *unmap(void *arg)
{
	self = *(const uint32_t *)arg;
	pthread_mutex_lock(&mutex);
	wait_for_turn();
	errors[self] = ipmmu_domain_unmap(kit->domains[0].domain, page(self), IPMMU_PAGE_SIZE);
	done[self] = true;
	(void)hand_over();
	pthread_mutex_unlock(&mutex);
	return NULL;
}

static void run_callers(void)
{
	pthread_t threads[MOST];
	uint32_t numbers[MOST];
	uint32_t i;

	turn = 0;
	for (i = 0; i < callers; i++) {
		done[i] = false;
		numbers[i] = i;
		assert_int_equal(pthread_create(&threads[i], NULL, unmap, &numbers[i]), 0);
	}
	for (i = 0; i < callers; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(errors[i], IPMMU_OK);
	}
}

/* ---- the count ---- */

static void (*kit_write)(void *host, void *mmio, uint32_t offset, uint32_t value);
static uint32_t flushes;

/* A flush that the root starts: those of its caches are part of it. */
static void write_and_count(void *host, void *mmio, uint32_t offset, uint32_t value)
{
	if (mmio == &kit->units[0] && (value & 2u) != 0) {
		flushes++;
	}
	kit_write(host, mmio, offset, value);
}

static struct kit *with_pages(void)
{
	static const struct ipmmu_pt_prot rw = {IPMMU_PT_READ | IPMMU_PT_WRITE,
						IPMMU_PT_CACHED};
	struct kit_config config = kit_config();
	struct kit *made;

	config.owned = true;
	config.model.flush_us = 2;
	made = kit_new(&config);
	costs_attached(made);
	made->watching = false;
	assert_int_equal(ipmmu_domain_map(made->domains[0].domain, page(0),
					  (struct ipmmu_pa){0x80000000}, MOST * IPMMU_PAGE_SIZE,
					  rw),
			 IPMMU_OK);
	return made;
}

static bool count(const struct unmaps *unmaps)
{
	bool same;

	kit = with_pages();
	kit_relax = kit->ops.relax;
	kit->ops.relax = relax;
	kit_write = kit->ops.mmio_write32;
	kit->ops.mmio_write32 = write_and_count;
	flushes = 0;
	callers = unmaps->callers;
	kit_forget(kit);
	run_callers();
	same = flushes == unmaps->flushes && kit->reads == unmaps->reads &&
	       kit->writes == unmaps->writes;
	if (!same) {
		fprintf(stderr, "%u unmaps at once: %u flushes, %llu R + %llu W\n", callers,
			flushes, (unsigned long long)kit->reads,
			(unsigned long long)kit->writes);
	}
	kit_free(kit);
	return same;
}

void costs_unmaps_take_two_flushes(void **state)
{
	bool same = true;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		same = count(&expected[i]) && same;
		assert_true(expected[i].flushes <= 2);
	}
	assert_true(same);
}

void costs_unmaps_page(FILE *out)
{
	size_t i;

	fputs("\n## Unmaps at the same time\n\n"
	      "N callers unmap a page each of one domain, on Gen3 with c = 2 and q = 2, and "
	      "take\n"
	      "turns where they wait. A flush takes 2 us here. The flush under way serves the\n"
	      "caller that began it, and the next one serves all others.\n\n"
	      "| N | flushes | R | W |\n|---|---|---|---|\n",
	      out);
	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		fprintf(out, "| %u | %u | %u | %u |\n", expected[i].callers,
			expected[i].flushes, expected[i].reads, expected[i].writes);
	}
}
