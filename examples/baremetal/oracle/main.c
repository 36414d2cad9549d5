// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * main.c - one table of each width and format, changed at random and looked at by the engine,
 * the CPU and an IPMMU. The word "changes=N" among the boot arguments says how many changes
 * each table sees, and "seed=N" begins another run.
 *
 * The CPU can vouch for what is Arm's own: descriptors, levels, concatenated roots, rights.
 * What is the IPMMU's own it does not know: SL0 in IMTTBCR, the NS bits, S2PTE.
 */
#include "oracle.h"

#include <libfdt.h>
#include <string.h>

#include <ipmmu-cpu.h>

#include "../test/tap.h"

enum {
	CHANGES = 720,
	LEVEL = 2
};

static uint32_t changes = CHANGES;
static struct oracle_table table;

static uint32_t argument(const char *name, uint32_t otherwise)
{
	int chosen = fdt_path_offset(machine.fdt, "/chosen");
	const char *text = fdt_getprop(machine.fdt, chosen, "bootargs", NULL);
	uint32_t value = 0;

	for (; text != NULL && *text != '\0'; text++) {
		if (memcmp(text, name, strlen(name)) == 0) {
			for (text += strlen(name); *text >= '0' && *text <= '9'; text++) {
				value = value * 10 + (uint32_t)(*text - '0');
			}
			return value;
		}
	}
	return otherwise;
}

static bool play(enum ipmmu_pt_format format, uint32_t bits)
{
	struct oracle_counts before = oracle_counts;
	bool good = true;
	uint32_t i;

	table.format = format;
	table.bits = bits;
	CHECK(oracle_table_create(&table));
	oracle_cpu_use(&table);
	CHECK(oracle_dma_use(&table));
	for (i = 0; i < changes && good; i++) {
		good = oracle_table_change(&table) && oracle_compare(&table);
	}
	oracle_cpu_leave();
	CHECK(oracle_dma_leave(&table));
	print("# %u changes: %u translations (%u lead somewhere), %u loads and stores, %u DMA "
	      "accesses compared\n",
	      i, oracle_counts.translations - before.translations,
	      oracle_counts.allowed - before.allowed, oracle_counts.accesses - before.accesses,
	      oracle_counts.dmas - before.dmas);
	return oracle_table_destroy(&table) && good;
}

#define STAGE2(n) \
	static bool stage_2_of_##n##_bits_is_read_alike_by_all(void) \
	{ \
		return play(IPMMU_PT_S2, n); \
	}

STAGE2(33)
STAGE2(34)
STAGE2(35)
STAGE2(36)
STAGE2(37)
STAGE2(38)
STAGE2(39)
STAGE2(40)

static bool stage_1_of_39_bits_is_read_alike_by_all(void)
{
	return play(IPMMU_PT_S1_AARCH64, 39);
}

static const struct tap_case cases[] = {
	TAP_CASE(stage_2_of_33_bits_is_read_alike_by_all),
	TAP_CASE(stage_2_of_34_bits_is_read_alike_by_all),
	TAP_CASE(stage_2_of_35_bits_is_read_alike_by_all),
	TAP_CASE(stage_2_of_36_bits_is_read_alike_by_all),
	TAP_CASE(stage_2_of_37_bits_is_read_alike_by_all),
	TAP_CASE(stage_2_of_38_bits_is_read_alike_by_all),
	TAP_CASE(stage_2_of_39_bits_is_read_alike_by_all),
	TAP_CASE(stage_2_of_40_bits_is_read_alike_by_all),
	TAP_CASE(stage_1_of_39_bits_is_read_alike_by_all),
};

void image_main(void)
{
	uint32_t failed;

	if (ipmmu_cpu_level() != LEVEL) {
		image_halt(
			"the CPU's tables can be given to EL1 from EL2 only: boot with el=2");
	}
	changes = argument("changes=", CHANGES);
	oracle_random_seed(argument("seed=", 1));
	oracle_memory_fill();
	tap_run(cases, TAP_COUNT(cases));
	failed = tap_end();
	print("# compared %u, differences %u\n",
	      oracle_counts.translations + oracle_counts.accesses + oracle_counts.dmas,
	      oracle_counts.differences);
	print("# end, %u failed\n", failed);
}
