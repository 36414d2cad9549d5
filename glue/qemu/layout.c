// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * layout.c - from the properties to the model's configuration: which units there are, and how
 * their TLBs and flushes behave. What makes no sense is refused, with what would.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/units.h"

#include "ipmmu.h"

enum {
	FLUSH_US_MAX = 1000000,
	TLB_ENTRIES_MAX = 4096,
	BUFFER_MAX = 256 * MiB
};

uint64_t ipmmu_unit_size(const IpmmuState *s)
{
	return s->generation == MODEL_GEN4 ? 0x20000 : 0x1000;
}

uint32_t ipmmu_utlb_count(const IpmmuState *s)
{
	return 16 * s->generation; /* 32, 48, 64 */
}

static void unit_fill(IpmmuState *s, uint32_t index, uint32_t root, uint32_t bit)
{
	struct model_unit_config *unit = &s->unit_configs[index];
	bool split = s->generation != MODEL_GEN2;

	unit->generation = (enum model_generation)s->generation;
	unit->root = root;
	unit->contexts = 1u << s->generation; /* 4, 8, 16 */
	unit->utlbs = split && root == index ? 0 : ipmmu_utlb_count(s);
	unit->imsstr_bit = bit;
	unit->powered = true;
	unit->stage2 = s->stage2;
}

/* One unit: the number of its root, and perhaps a point and its bit in the root's IMSSTR. */
static bool unit_parse(const char **at, uint32_t *root, uint32_t *bit)
{
	const char *end;
	unsigned int number;

	if (qemu_strtoui(*at, &end, 10, &number) != 0) {
		return false;
	}
	*root = number;
	*bit = MODEL_NONE;
	if (*end == '.') {
		if (qemu_strtoui(end + 1, &end, 10, &number) != 0 || number > 31) {
			return false;
		}
		*bit = number;
	}
	*at = end;
	return *end == ':' || *end == '\0';
}

bool ipmmu_layout_parse(IpmmuState *s, Error **errp)
{
	static const char *const usual[] = {
		[MODEL_GEN2] = "0", [MODEL_GEN3] = "0:0.0:0.1", [MODEL_GEN4] = "0:0:0"};
	const char *at;
	uint32_t root;
	uint32_t bit;

	if (s->generation < MODEL_GEN2 || s->generation > MODEL_GEN4) {
		error_setg(errp, "ipmmu: generation %u; allowed: 2, 3 or 4", s->generation);
		return false;
	}
	at = s->layout != NULL && *s->layout != '\0' ? s->layout : usual[s->generation];
	do {
		at += *at == ':';
		if (s->unit_count == IPMMU_UNITS_MAX || !unit_parse(&at, &root, &bit)) {
			error_setg(
				errp,
				"ipmmu: layout '%s'; allowed: up to %u units, each the "
				"number of its root or ROOT.BIT with its bit in IMSSTR, with "
				"':' between them, such as 0:0.0:0.1",
				s->layout, IPMMU_UNITS_MAX);
			return false;
		}
		unit_fill(s, s->unit_count++, root, bit);
	} while (*at != '\0');
	return true;
}

static bool tlb_mode_parse(const char *word, enum model_tlb_mode *mode)
{
	static const char *const names[] = {"off", "random", "adversarial"};
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (word != NULL && strcmp(word, names[i]) == 0) {
			*mode = (enum model_tlb_mode)i;
			return true;
		}
	}
	return word == NULL;
}

static bool numbers_check(const IpmmuState *s, Error **errp)
{
	uint32_t i;

	for (i = 0; i < MODEL_SWITCH_COUNT; i++) {
		uint8_t values = model_switch_values((enum model_switch)i);

		if (s->switches[i] >= values) {
			error_setg(errp, "ipmmu: switch %s is %u; allowed: 0 to %u",
				   model_switch_name((enum model_switch)i), s->switches[i],
				   values - 1);
			return false;
		}
	}
	if (s->flush_us > FLUSH_US_MAX || s->seed == 0 || s->context_tlb > TLB_ENTRIES_MAX ||
	    s->utlb_tlb > TLB_ENTRIES_MAX) {
		error_setg(errp,
			   "ipmmu: allowed: flush-us up to %u, TLBs of up to %u entries, "
			   "and any seed but 0",
			   FLUSH_US_MAX, TLB_ENTRIES_MAX);
		return false;
	}
	return true;
}

/* Everything but the bus, which is already there. */
bool ipmmu_config_fill(IpmmuState *s, Error **errp)
{
	struct model_bus bus = s->config.bus;
	size_t size;

	model_config_default(&s->config);
	s->config.bus = bus;
	s->config.units = s->unit_configs;
	s->config.unit_count = s->unit_count;
	if (!tlb_mode_parse(s->tlb, &s->config.tlb_mode)) {
		error_setg(errp, "ipmmu: tlb '%s'; allowed: off, random, adversarial", s->tlb);
		return false;
	}
	if (!numbers_check(s, errp)) {
		return false;
	}
	s->config.context_tlb_entries = s->context_tlb;
	s->config.utlb_tlb_entries = s->utlb_tlb;
	s->config.flush_us = s->flush_us;
	s->config.seed = s->seed;
	memcpy(s->config.switches, s->switches, sizeof(s->switches));
	size = model_size(&s->config);
	if (size == 0 || size > BUFFER_MAX) {
		error_setg(
			errp,
			"ipmmu: layout '%s' of generation %u is no machine; a root names "
			"itself, a cache names its root, and on generation 2 every unit is a "
			"root",
			s->layout != NULL ? s->layout : "", s->generation);
		return false;
	}
	return true;
}
