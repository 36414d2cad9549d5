// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Dumps: which registers of a unit are read, and how they are taken apart. The model tells when
 * one is touched that is not there.
 */
#include <ipmmu/dump.h>

#include <string.h>

#include "rig.h"

enum {
	MOST = 128
};

/** struct seen - what a dump has told. */
struct seen {
	struct ipmmu_register_value values[MOST];
	uint32_t count;
	uint32_t stop_after; /**< 0 = never */
};

static bool see(void *arg, const struct ipmmu_register_value *reg)
{
	struct seen *seen = arg;

	assert_true(seen->count < MOST);
	seen->values[seen->count++] = *reg;
	return seen->stop_after == 0 || seen->count < seen->stop_after;
}

static const struct ipmmu_register_value *find(const struct seen *seen, const char *name,
					       uint32_t index)
{
	uint32_t i;

	for (i = 0; i < seen->count; i++) {
		if (strcmp(seen->values[i].name, name) == 0 && seen->values[i].index == index) {
			return &seen->values[i];
		}
	}
	return NULL;
}

static uint32_t field(const struct ipmmu_register_value *reg, const char *name)
{
	uint32_t i;

	assert_non_null(reg);
	for (i = 0; i < reg->field_count; i++) {
		if (strcmp(reg->fields[i].name, name) == 0) {
			return reg->fields[i].value;
		}
	}
	fail_msg("%s has no field %s", reg->name, name);
	return 0;
}

static bool has_field(const struct ipmmu_register_value *reg, const char *name)
{
	uint32_t i;

	for (i = 0; i < reg->field_count; i++) {
		if (strcmp(reg->fields[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

static struct seen dump(struct kit *kit, uint32_t unit)
{
	struct seen seen;

	memset(&seen, 0, sizeof(seen));
	kit_forget(kit);
	assert_int_equal(ipmmu_mmu_dump(kit->system, unit, see, &seen), IPMMU_OK);
	assert_int_equal(kit->writes, 0);
	assert_int_equal(kit->reads, seen.count);
	kit_check(kit);
	return seen;
}

static void every_value_is_what_its_register_reads(void **state)
{
	size_t g;

	(void)state;
	for (g = 0; g < 3; g++) {
		struct kit_config config = rig_config(rig_generations[g]);
		struct kit *kit = rig_ready(&config);
		uint32_t unit;
		uint32_t i;

		rig_attach(kit, AUDIO, 0);
		for (unit = 0; unit < kit->desc.mmu_count; unit++) {
			struct seen seen = dump(kit, unit);

			assert_true(seen.count > 0);
			for (i = 0; i < seen.count; i++) {
				assert_int_equal(
					model_peek(kit->model, unit, seen.values[i].offset),
					seen.values[i].value);
			}
		}
		kit_free(kit);
	}
}

static void root_shows_contexts_and_globals_and_no_utlbs(void **state)
{
	struct kit *kit = rig_default();
	struct seen seen = dump(kit, 0);

	(void)state;
	assert_int_equal(field(find(&seen, "IMCTR", 3), "MMUEN"), 1);
	assert_int_equal(field(find(&seen, "IMCTR", 3), "VA64"), 1);
	assert_int_equal(field(find(&seen, "IMTTBCR", 3), "TSZ0"), 24);
	assert_int_equal(field(find(&seen, "IMSAUXCTLR", IPMMU_NONE), "S2PTE"), 1);
	assert_non_null(find(&seen, "IMEUAR", 0));
	assert_null(find(&seen, "IMEAR", 0));
	assert_null(find(&seen, "IMUCTR", 0));
	assert_null(find(&seen, "IMCTR", 4));
	/* Only its name is known. */
	assert_null(find(&seen, "IMPFMCTR", IPMMU_NONE));
	kit_free(kit);
}

static void cache_shows_three_bits_of_imctr_and_its_utlbs(void **state)
{
	struct kit *kit = rig_default();
	struct seen seen = dump(kit, 1);

	(void)state;
	assert_false(has_field(find(&seen, "IMCTR", 3), "VA64"));
	assert_int_equal(find(&seen, "IMCTR", 3)->field_count, 3);
	assert_int_equal(field(find(&seen, "IMUCTR", 0), "TTSEL"), 3);
	assert_int_equal(field(find(&seen, "IMUCTR", 0), "MMUEN"), 1);
	assert_non_null(find(&seen, "IMUASID", 2));
	assert_null(find(&seen, "IMUCTR", 3));
	assert_null(find(&seen, "IMTTBCR", 0));
	assert_null(find(&seen, "IMSAUXCTLR", IPMMU_NONE));
	kit_free(kit);
}

static void unit_of_gen2_shows_both_and_no_globals(void **state)
{
	struct kit_config config = rig_config(IPMMU_GEN2);
	struct kit *kit = rig_ready(&config);
	struct seen seen = dump(kit, 0);

	(void)state;
	assert_non_null(find(&seen, "IMEAR", 0));
	assert_null(find(&seen, "IMELAR", 0));
	assert_null(find(&seen, "IMSCTLR", IPMMU_NONE));
	assert_int_equal(field(find(&seen, "IMUCTR", 2), "TTSEL"), 3);
	assert_false(has_field(find(&seen, "IMCTR", 0), "VA64"));
	kit_free(kit);
}

static void dump_stops_when_told_so(void **state)
{
	struct kit *kit = rig_default();
	struct seen seen = {.stop_after = 3};

	(void)state;
	assert_int_equal(ipmmu_mmu_dump(kit->system, 0, see, &seen), IPMMU_OK);
	assert_int_equal(seen.count, 3);
	assert_int_equal(kit->reads, 3);
	kit_free(kit);
}

static void dump_refuses_what_it_cannot_read(void **state)
{
	struct kit *kit = rig_new(IPMMU_GEN3);
	struct seen seen = {.count = 0};

	(void)state;
	kit->no_power = true;
	kit_start(kit);
	kit_forget(kit);
	assert_int_equal(ipmmu_mmu_dump(NULL, 0, see, &seen), IPMMU_E_ARG);
	assert_int_equal(ipmmu_mmu_dump(kit->system, 0, NULL, &seen), IPMMU_E_ARG);
	assert_int_equal(ipmmu_mmu_dump(kit->system, 3, see, &seen), IPMMU_E_RANGE);
	assert_int_equal(ipmmu_mmu_dump(kit->system, 2, see, &seen), IPMMU_E_OFFLINE);
	assert_int_equal(kit->reads, 0);
	assert_int_equal(seen.count, 0);
	kit_free(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_is_what_its_register_reads),
		cmocka_unit_test(root_shows_contexts_and_globals_and_no_utlbs),
		cmocka_unit_test(cache_shows_three_bits_of_imctr_and_its_utlbs),
		cmocka_unit_test(unit_of_gen2_shows_both_and_no_globals),
		cmocka_unit_test(dump_stops_when_told_so),
		cmocka_unit_test(dump_refuses_what_it_cannot_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
