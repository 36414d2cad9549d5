// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * costs_faults.c - what a guest that faults for ever costs the host, in register accesses in
 * one second. Measured over seconds of model time, for hosts that serve soon and hosts that
 * serve late, and for guests that never pause or pause to be unmasked.
 */
#include "costs.h"

enum {
	SECOND_US = 1000000,
	STEP_US = 100,
	SECONDS = 5,
	STEPS = SECONDS * (SECOND_US / STEP_US),
	WINDOW = SECOND_US / STEP_US,
	STORM_LIMIT = 16, /**< the default */
	DMAC_CONTEXT = 1
};

enum {
	C = 2,
	A = 2,
	CONTEXTS = 4,
	/** At once, and 100 more in a second, wherever it begins. */
	FAULTS = STORM_LIMIT + 1 + 101
};

/** enum habit - when a guest faults. */
enum habit {
	ALWAYS,     /**< again before the host does anything else */
	PAUSES,     /**< so, but not while its interrupt is masked */
	ONE_BY_ONE, /**< once whenever its interrupt is on */
	HABITS
};

static const char *const habits[HABITS] = {"always", "pauses", "one by one"};

/** struct guest - one that is measured, and what came out. */
struct guest {
	enum ipmmu_generation generation;
	const char *serves;     /**< the host */
	uint32_t period_us;     /**< it serves so often; 0: when service_wanted asks for it */
	uint32_t worst[HABITS]; /**< register accesses in the worst second */
	uint32_t worst_late[HABITS]; /**< the same where the line stays up after a mask */
};

static const struct guest guests[] = {
	{IPMMU_GEN3, "all the time", 1, {560, 1050, 1592}, {565, 2347, 1592}},
	{IPMMU_GEN3, "when asked to", 0, {560, 1050, 1592}, {565, 2347, 1592}},
	{IPMMU_GEN3, "every 10 ms", 10000, {560, 1050, 1556}, {565, 2347, 1556}},
	{IPMMU_GEN3, "every 500 ms", 500000, {85, 142, 144}, {90, 154, 144}},
	{IPMMU_GEN4, "all the time", 1, {457, 947, 1477}, {462, 2145, 1477}},
	{IPMMU_GEN4, "when asked to", 0, {457, 947, 1477}, {462, 2145, 1477}},
	{IPMMU_GEN4, "every 10 ms", 10000, {457, 947, 1453}, {462, 2145, 1453}},
	{IPMMU_GEN4, "every 500 ms", 500000, {77, 134, 136}, {82, 146, 136}},
};

static const struct guest *guest;
static enum habit habit;
static uint64_t due;

static void service_wanted(void *host, uint64_t at_us)
{
	(void)host;
	if (guest->period_us == 0 && at_us < due) {
		due = at_us;
	}
}

/* ---- the guest ---- */

static bool is_masked(const struct kit *kit)
{
	uint32_t offset = model_context_offset((enum model_generation)kit->config.generation,
					       DMAC_CONTEXT, 0);

	return (model_peek(kit->model, 0, offset) & 4u) == 0;
}

static void (*kit_write)(void *host, void *mmio, uint32_t offset, uint32_t value);

static void emit(struct kit *kit)
{
	if (habit == ALWAYS || !is_masked(kit)) {
		(void)kit_dma(kit, DMAC, 0x50000000u, true);
	}
}

/* It faults again before the host does anything else. */
static void write_and_fault(void *host, void *mmio, uint32_t offset, uint32_t value)
{
	kit_write(host, mmio, offset, value);
	if (habit != ONE_BY_ONE) {
		emit(host);
	}
}

/* ---- the host ---- */

static void serve(struct kit *kit, uint64_t now)
{
	uint32_t services = 0;

	if (due > now) {
		return;
	}
	due = guest->period_us != 0 ? now + guest->period_us : UINT64_MAX;
	while (ipmmu_service(kit->system, 8)) {
		assert_true(services++ < 2 * FAULTS);
	}
}

static void step(struct kit *kit)
{
	uint32_t interrupts = 0;

	model_tick(kit->model, STEP_US);
	emit(kit);
	while (model_irq(kit->model, 0)) {
		/* A line that does not go down takes the CPU for ever. */
		assert_true(interrupts++ < 2 * FAULTS);
		(void)ipmmu_root_interrupt(kit->system, 0);
	}
	serve(kit, model_now(kit->model));
}

static struct kit *faulting(uint8_t gated)
{
	struct kit_config config = kit_config();
	struct kit *kit;

	config.generation = guest->generation;
	config.model.switches[MODEL_IRQ_GATED] = gated;
	/* It aborts: the master need not wait for anybody. */
	config.model.switches[MODEL_STALL_ON_FAULT] = 0;
	kit = kit_new(&config);
	costs_claimed(kit);
	assert_int_equal(kit_attach(kit, DMAC, 0, NULL), IPMMU_OK);
	kit->watching = false;
	kit->ops.service_wanted = service_wanted;
	kit_write = kit->ops.mmio_write32;
	kit->ops.mmio_write32 = write_and_fault;
	due = guest->period_us != 0 ? 0 : UINT64_MAX;
	kit_forget(kit);
	return kit;
}

/* ---- the bound ---- */

/* a + f + 1 record it in an interrupt, 1 looks at the masked context, and mask and unmask are
 * 1 + c writes each, with as many reads that see the one before end. */
static uint32_t each_fault(const struct guest *of)
{
	uint32_t f = of->generation == IPMMU_GEN3 ? 3 : 2;

	return A + f + 2 + 4 * (1 + C);
}

/* One more interrupt, which looks at all contexts. */
static uint32_t each_fault_late(const struct guest *of)
{
	uint32_t f = of->generation == IPMMU_GEN3 ? 3 : 2;

	return each_fault(of) + CONTEXTS + f + 1;
}

/** struct window - what has been counted so far, at the end of each step. */
struct window {
	uint64_t accesses[STEPS + 1];
	uint64_t faults[STEPS + 1];
};

static uint64_t faults_of(struct kit *kit)
{
	struct ipmmu_context_info info;

	assert_int_equal(ipmmu_context_query(kit->system, 0, DMAC_CONTEXT, &info), IPMMU_OK);
	return info.faults;
}

static uint64_t most_of(const uint64_t *counted)
{
	uint64_t most = 0;
	uint32_t i;

	for (i = WINDOW; i <= STEPS; i++) {
		most = counted[i] - counted[i - WINDOW] > most
			       ? counted[i] - counted[i - WINDOW]
			       : most;
	}
	return most;
}

/* The most register accesses of any second, wherever it begins. */
static uint32_t worst_second(uint8_t gated)
{
	static struct window window;
	struct kit *kit = faulting(gated);
	uint32_t i;

	for (i = 1; i <= STEPS; i++) {
		step(kit);
		window.accesses[i] = kit->reads + kit->writes;
		window.faults[i] = faults_of(kit);
	}
	kit_free(kit);
	/* A line that stays up brings one more with each mask. */
	assert_true(most_of(window.faults) <= (gated == 1 ? FAULTS : 2 * FAULTS));
	return (uint32_t)most_of(window.accesses);
}

static bool measure(void)
{
	uint32_t worst = worst_second(1);
	uint32_t worst_late = worst_second(0);

	assert_true(worst <= FAULTS * each_fault(guest));
	assert_true(worst_late <= FAULTS * each_fault_late(guest));
	if (worst == guest->worst[habit] && worst_late == guest->worst_late[habit]) {
		return true;
	}
	fprintf(stderr, "Gen%d, %s, %s: %u and %u accesses in a second\n", guest->generation,
		guest->serves, habits[habit], worst, worst_late);
	return false;
}

void costs_of_faults_are_bounded(void **state)
{
	bool same = true;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(guests) / sizeof(guests[0]); i++) {
		guest = &guests[i];
		for (habit = ALWAYS; habit < HABITS; habit++) {
			same = measure() && same;
		}
	}
	assert_true(same);
}

static void print_guest(FILE *out, const struct guest *g)
{
	int i;

	fprintf(out, "| Gen%d | %s |", g->generation, g->serves);
	for (i = ALWAYS; i < HABITS; i++) {
		fprintf(out, " %u, %u |", g->worst[i], g->worst_late[i]);
	}
	fprintf(out, " %u, %u |\n", FAULTS * each_fault(g), FAULTS * each_fault_late(g));
}

void costs_faults_page(FILE *out)
{
	size_t i;

	fprintf(out,
		"\n## A guest that faults for ever\n\n"
		"A context may have storm_limit faults at once and 100 more a second. So in "
		"any "
		"second\n"
		"it has at most storm_limit + 102, however soon or late the host serves. Each "
		"costs at\n"
		"most a + f + 2 + 4 (1 + c) accesses: the interrupt, a look at the masked "
		"context, and a\n"
		"mask and an unmask with the reads that see them end. Where the line stays up "
		"after a\n"
		"mask, one more comes with each mask, for n + f + 1. This holds for each "
		"context, deny "
		"included.\n\n"
		"Measured over %d s with n = %d, a = %d, c = %d and storm_limit %d: register "
		"accesses in\n"
		"the worst second, wherever it begins; the second number where the line stays "
		"up. The\n"
		"guest faults again before the host does anything else (always), or so while "
		"its\n"
		"interrupt is on (pauses), or once whenever its interrupt is on (one by "
		"one).\n\n"
		"| generation | host serves | always | pauses | one by one | bound |\n"
		"|---|---|---|---|---|---|\n",
		SECONDS, CONTEXTS, A, C, STORM_LIMIT);
	for (i = 0; i < sizeof(guests) / sizeof(guests[0]); i++) {
		print_guest(out, &guests[i]);
	}
}
