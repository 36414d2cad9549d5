// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * What nobody knows of the hardware: every story under each value of each switch of the model,
 * and under each pair of them, in each mode, with masters that run on during every call.
 *
 * Three values cost use, not safety. With IRQ_GATED=0 a fault that comes while INTEN is off, as
 * at bring-up, raises no interrupt when INTEN comes on: a host that must not leave a master
 * standing still calls the interrupt half on its own now and then. With STALL_ON_FAULT=2 a
 * master that has faulted stands still until the next flush of the context where it did:
 * vendors' drivers flush after each fault. With SL0_STAGE2=1 the part starts stage 2 at another
 * level than its row says: the model refuses such a table as a violation (BAD_TABLE) and
 * reaches nothing; what silicon does is the first thing to find out on a board.
 *
 * With the quiesce hook the library must be safe under all. Without it, what was translated
 * before a move may land after it where nothing waits for accesses under way: the last case
 * holds exactly that, and prints it as a table.
 */
#include "kit_cmocka.h"
#include "scenario.h"

#include <string.h>

enum {
	NO_SWITCH = MODEL_SWITCH_COUNT,
	DMAC = 0,
	AUDIO = 1
};

/** struct machine - a part and the mode of its root. */
struct machine {
	const char *name;
	enum ipmmu_generation generation;
	enum ipmmu_mode mode;
};

static const struct machine machines[] = {
	{"gen2", IPMMU_GEN2, IPMMU_MODE_S1_AARCH32},
	{"gen3", IPMMU_GEN3, IPMMU_MODE_S2},
	{"gen3, 32-bit stage 1", IPMMU_GEN3, IPMMU_MODE_S1_AARCH32},
	{"gen3, 39-bit stage 1", IPMMU_GEN3, IPMMU_MODE_S1_AARCH64},
	{"gen4", IPMMU_GEN4, IPMMU_MODE_S2},
};

enum {
	MACHINES = sizeof(machines) / sizeof(machines[0])
};

/** struct setting - one switch and its value; NO_SWITCH for none. */
struct setting {
	uint32_t which;
	uint8_t value;
};

/** What runs, told when a test fails. */
static struct {
	const struct machine *machine;
	const struct scenario *scenario;
	struct setting one;
	struct setting two;
	bool quiesce;
} now;

static uint32_t runs;

static struct kit_config config_of(const struct machine *machine)
{
	struct kit_config config = kit_config();

	config.generation = machine->generation;
	config.mode = machine->mode;
	config.caches = machine->generation == IPMMU_GEN2 ? 0 : 2;
	config.options.flush_timeout_us = 8;
	config.table_pages = 20;
	config.model.context_tlb_entries = 32;
	config.model.utlb_tlb_entries = 32;
	config.model.accesses = KIT_MASTERS;
	return config;
}

static void set(struct kit_config *config, const struct setting *setting)
{
	if (setting->which != NO_SWITCH) {
		config->model.switches[setting->which] = setting->value;
	}
}

/* What is under way lands before its uTLB leads elsewhere, or before a flush ends. */
static bool waits(const struct kit_config *config)
{
	return config->model.switches[MODEL_REPOINT_DRAINS] == 1 ||
	       config->model.switches[MODEL_FLUSH_DRAINS] == 1;
}

static void play(const struct machine *machine, const struct setting *one,
		 const struct setting *two)
{
	struct kit_config config = config_of(machine);
	uint32_t i;

	now.machine = machine;
	now.one = *one;
	now.two = *two;
	set(&config, one);
	set(&config, two);
	config.quiesce = now.quiesce;
	if (!config.quiesce && !waits(&config)) {
		return; /* not safe: the table at the end has it */
	}
	for (i = 0; i < scenario_count; i++) {
		struct kit *kit;

		now.scenario = &scenarios[i];
		kit = scenario_prepare(&config, &scenarios[i]);
		scenarios[i].run(kit);
		scenario_recover(kit, &scenarios[i]);
		kit_free(kit);
		runs++;
	}
	now.machine = NULL;
}

/* The next setting that is not the default; false after the last. */
static bool next_setting(struct setting *setting)
{
	do {
		setting->value++;
		if (setting->value >= model_switch_values((enum model_switch)setting->which)) {
			setting->which++;
			setting->value = 0;
		}
		if (setting->which == NO_SWITCH) {
			return false;
		}
	} while (setting->value == model_switch_default((enum model_switch)setting->which));
	return true;
}

static struct setting first_setting(void)
{
	struct setting setting = {0, 0};

	if (model_switch_default(MODEL_UTLB_FLUSH_SELF_CLEARS) == 0) {
		(void)next_setting(&setting);
	}
	return setting;
}

static const struct setting none = {NO_SWITCH, 0};

static void play_each(const struct machine *machine)
{
	struct setting one = first_setting();

	play(machine, &none, &none);
	do {
		play(machine, &one, &none);
	} while (next_setting(&one));
}

static void play_pairs(const struct machine *machine)
{
	struct setting one = first_setting();

	do {
		struct setting two = one;

		while (next_setting(&two)) {
			if (two.which != one.which) {
				play(machine, &one, &two);
			}
		}
	} while (next_setting(&one));
}

static int tell(void **state)
{
	(void)state;
	if (now.machine != NULL && now.scenario != NULL) {
		print_error("SWITCHES %s, %s, %s quiesce hook: %s=%u, %s=%u\n",
			    now.machine->name, now.scenario->name, now.quiesce ? "with" : "no",
			    model_switch_name((enum model_switch)now.one.which), now.one.value,
			    model_switch_name((enum model_switch)now.two.which), now.two.value);
	}
	return 0;
}

static void play_all(void (*how)(const struct machine *), bool quiesce, const char *what)
{
	uint32_t i;

	runs = 0;
	now.quiesce = quiesce;
	for (i = 0; i < MACHINES; i++) {
		how(&machines[i]);
	}
	print_message("%u runs, %s quiesce hook, %s\n", runs, quiesce ? "with" : "without",
		      what);
	assert_true(runs > 0);
}

static void each_switch_alone_is_safe(void **state)
{
	(void)state;
	play_all(play_each, true, "each value of each switch alone");
}

static void each_switch_alone_is_safe_without_hook_where_something_waits(void **state)
{
	(void)state;
	play_all(play_each, false, "each value of each switch alone");
}

static void each_pair_of_switches_is_safe(void **state)
{
	(void)state;
	play_all(play_pairs, true, "each pair of values of two switches");
}

static void each_pair_of_switches_is_safe_without_hook_where_something_waits(void **state)
{
	(void)state;
	play_all(play_pairs, false, "each pair of values of two switches");
}

/* ---- what may land late, and on what it depends ---- */

/** struct flight - one row of the table. */
struct flight {
	bool hook;
	uint8_t repoint_drains;
	uint8_t flush_drains;
	uint8_t covers_utlbs;
};

static struct flight flight_of(uint32_t row)
{
	struct flight flight = {
		.hook = (row & 4) != 0,
		.repoint_drains = (row & 2) != 0,
		.flush_drains = (row & 1) != 0,
		.covers_utlbs = (row & 8) != 0,
	};

	return flight;
}

/* A master of domain 0 with an access under way. */
static struct kit *take_off(const struct machine *machine, const struct flight *flight)
{
	struct kit_config config = config_of(machine);
	struct kit *kit;

	config.quiesce = flight->hook;
	config.model.switches[MODEL_REPOINT_DRAINS] = flight->repoint_drains;
	config.model.switches[MODEL_FLUSH_DRAINS] = flight->flush_drains;
	config.model.switches[MODEL_FLUSH_COVERS_UTLBS] = flight->covers_utlbs;
	kit = kit_new(&config);
	kit_start(kit);
	assert_int_equal(kit_domain_new(kit, 0), IPMMU_OK);
	assert_int_equal(kit_domain_new(kit, 1), IPMMU_OK);
	kit_map(kit, 0, 0, true);
	kit_map(kit, 1, 0, true);
	assert_int_equal(kit_add(kit, AUDIO), IPMMU_OK);
	assert_int_equal(kit_attach(kit, AUDIO, 0, NULL), IPMMU_OK);
	assert_true(kit_begin(kit, AUDIO, kit_iova(0, 0), true));
	kit->expect = "I1";
	return kit;
}

/* Does it land now? The kit must have seen it coming. */
static bool lands(struct kit *kit)
{
	struct model_access access;
	bool late = kit_end(kit, AUDIO, &access);

	assert_true(!late || access.pa == kit_pa(0, 0));
	assert_true(late == (kit->found != 0));
	kit_free(kit);
	return late;
}

static bool lands_after_move(const struct machine *machine, const struct flight *flight)
{
	struct kit *kit = take_off(machine, flight);

	assert_int_equal(kit_move(kit, AUDIO, 1, NULL), IPMMU_OK);
	return lands(kit);
}

static bool lands_after_detach(const struct machine *machine, const struct flight *flight)
{
	struct kit *kit = take_off(machine, flight);

	assert_int_equal(kit_detach(kit, AUDIO, NULL), IPMMU_OK);
	return lands(kit);
}

static bool lands_after_flush(const struct machine *machine, const struct flight *flight)
{
	struct kit *kit = take_off(machine, flight);

	kit_unmap(kit, 0, 0);
	assert_int_equal(kit_flush(kit, 0), IPMMU_OK);
	return lands(kit);
}

static const char *late_word(bool late)
{
	return late ? "LANDS LATE" : "no";
}

static void old_accesses_land_late_only_where_nothing_waits_for_them(void **state)
{
	uint32_t i;

	(void)state;
	print_message("hook REPOINT_DRAINS FLUSH_DRAINS  after move  after detach  after "
		      "unmap and flush\n");
	for (i = 0; i < 16 * MACHINES; i++) {
		const struct machine *machine = &machines[i / 16];
		struct flight flight = flight_of(i % 16);
		bool waited = flight.hook || flight.repoint_drains == 1;
		bool moved = lands_after_move(machine, &flight);
		bool detached = lands_after_detach(machine, &flight);
		bool flushed = lands_after_flush(machine, &flight);

		assert_true(moved == (!waited && flight.flush_drains == 0));
		assert_true(detached == moved);
		/* A flush calls no hook, and writes each IMUCTR anew. */
		assert_true(flushed ==
			    (flight.flush_drains == 0 && flight.repoint_drains == 0));
		if (i < 8) {
			print_message("%-4s %-14u %-12u  %-10s  %-12s  %s\n",
				      flight.hook ? "yes" : "no", flight.repoint_drains,
				      flight.flush_drains, late_word(moved),
				      late_word(detached), late_word(flushed));
		}
	}
	print_message("on each machine, with each value of FLUSH_COVERS_UTLBS\n");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest quick[] = {
		cmocka_unit_test_teardown(each_switch_alone_is_safe, tell),
		cmocka_unit_test_teardown(
			each_switch_alone_is_safe_without_hook_where_something_waits, tell),
		cmocka_unit_test(old_accesses_land_late_only_where_nothing_waits_for_them),
	};
	const struct CMUnitTest full[] = {
		cmocka_unit_test_teardown(each_pair_of_switches_is_safe, tell),
		cmocka_unit_test_teardown(
			each_pair_of_switches_is_safe_without_hook_where_something_waits, tell),
	};

	if (argc == 2 && strcmp(argv[1], "quick") == 0) {
		return cmocka_run_group_tests(quick, NULL, NULL);
	}
	return cmocka_run_group_tests(full, NULL, NULL);
}
