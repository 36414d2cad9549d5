// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * compare.c - asks all three, and tells where they differ.
 */
#include "oracle.h"

enum {
	ADDRESSES = 8, /* each for a read and for a write */
	CPU_EACH = 4,  /* real accesses of EL1 at every fourth of them */
	DMA_EACH = 32,
	TOLD_MOST = 10
};

#define TOKEN 0x746f6b656e000000ull

struct oracle_counts oracle_counts;

static bool differ(const char *who, uint64_t iova, bool write, const struct oracle_view *engine,
		   const struct oracle_view *other)
{
	if (oracle_counts.differences++ < TOLD_MOST) {
		print("# %s of 0x%llx: engine says %s 0x%llx level %u, %s says %s 0x%llx level "
		      "%u\n",
		      write ? "write" : "read", (wide)iova,
		      engine->allowed ? "allowed" : "stopped", (wide)engine->pa, engine->level,
		      who, other->allowed ? "allowed" : "stopped", (wide)other->pa,
		      other->level);
	}
	return false;
}

bool oracle_differ(uint64_t iova, bool write, const struct oracle_view *cpu)
{
	if (oracle_counts.differences++ < TOLD_MOST) {
		print("# %s of 0x%llx: the CPU says %s 0x%llx level %u, which was not asked "
		      "for\n",
		      write ? "write" : "read", (wide)iova,
		      cpu->allowed ? "allowed" : "stopped", (wide)cpu->pa, cpu->level);
	}
	return false;
}

static bool translate(const struct oracle_table *table, uint64_t iova, bool write)
{
	struct oracle_view engine = oracle_table_translate(table, iova, write);
	struct oracle_view cpu = oracle_cpu_translate(table, iova, write);

	oracle_counts.translations++;
	oracle_counts.allowed += engine.allowed ? 1 : 0;
	if (cpu.allowed != engine.allowed || cpu.pa != engine.pa ||
	    cpu.permission != engine.permission || cpu.level != engine.level) {
		return differ("the CPU", iova, write, &engine, &cpu);
	}
	return true;
}

/* What a read brought is the address it came from; a write must have landed there alone. */
static bool landed(const struct oracle_view *engine, bool write, uint64_t value)
{
	volatile uint64_t *at = oracle_memory_at(engine->pa);
	bool good;

	if (!write) {
		return value == engine->pa;
	}
	good = *at == value;
	*at = engine->pa;
	return good;
}

typedef struct oracle_view (*access_fn)(uint64_t iova, bool write, uint64_t *value);

static bool access(const struct oracle_table *table, const char *who, access_fn fn,
		   uint64_t iova, bool write)
{
	struct oracle_view engine = oracle_table_translate(table, iova, write);
	uint64_t value = write ? TOKEN | oracle_random(1 << 20) : 0;
	struct oracle_view other;

	if (engine.allowed && !oracle_memory_has(engine.pa)) {
		return true; /* there is no memory to touch */
	}
	other = fn(iova, write, &value);
	if (other.allowed != engine.allowed || other.permission != engine.permission ||
	    (other.level != 0 && other.level != engine.level) ||
	    (engine.allowed && !landed(&engine, write, value))) {
		other.pa = value;
		return differ(who, iova, write, &engine, &other);
	}
	return true;
}

static bool compare_one(struct oracle_table *table, uint64_t iova)
{
	uint64_t aligned = iova & ~7ull;
	bool write = oracle_random(2) != 0;
	bool good = translate(table, iova, false);

	good = translate(table, iova, true) && good;
	if (oracle_random(CPU_EACH) == 0) {
		oracle_counts.accesses++;
		good = access(table, "a load or store", oracle_cpu_access, aligned, write) &&
		       good;
	}
	if (oracle_random(DMA_EACH) == 0 && aligned >> table->bits == 0) {
		oracle_counts.dmas++;
		good = access(table, "the IPMMU", oracle_dma_access, aligned, write) && good;
	}
	return good;
}

bool oracle_compare(struct oracle_table *table)
{
	bool good = true;
	uint32_t i;

	for (i = 0; i < ADDRESSES; i++) {
		good = compare_one(table, oracle_table_address(table)) && good;
	}
	return good;
}
