// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * unit.c - a root and a cache of the model for one table.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "kit_cmocka.h"

enum {
	CONTEXT = 1,
	IMCTR = 0x00,
	IMTTBCR = 0x08,
	IMTTLBR0 = 0x10,
	IMTTUBR0 = 0x14,
	IMSTR = 0x20,
	IMSCTLR = 0x500,
	IMSAUXCTLR = 0x504
};

static uint32_t offset(uint32_t reg)
{
	return model_context_offset(MODEL_GEN3, CONTEXT, reg);
}

struct model *unit_on(const struct unit_setup *how, const struct model_bus *bus)
{
	struct model_unit_config units[2];
	struct model_config config;
	void *buffer;
	struct model *m;
	uint32_t i;

	memset(units, 0, sizeof(units));
	units[UNIT_ROOT].contexts = 8;
	units[UNIT_CACHE].utlbs = 48;
	for (i = 0; i < 2; i++) {
		units[i].generation = MODEL_GEN3;
		units[i].root = UNIT_ROOT;
		units[i].imsstr_bit = i;
		units[i].powered = true;
		units[i].stage2 = true;
	}
	model_config_default(&config);
	config.units = units;
	config.unit_count = 2;
	config.bus = *bus;
	config.tlb_mode = MODEL_TLB_OFF;
	config.switches[MODEL_STALL_ON_FAULT] = 0;
	buffer = malloc(model_size(&config));
	assert_non_null(buffer);
	m = model_init(buffer, model_size(&config), &config);
	assert_non_null(m);
	model_poke(m, UNIT_ROOT, IMSAUXCTLR, how->stage2 ? 8 : 0);
	model_poke(m, UNIT_CACHE, IMSCTLR, 0);
	model_poke(m, UNIT_ROOT, IMSCTLR, 0);
	return m;
}

void unit_use(struct model *m, const struct unit_setup *how, uint64_t root)
{
	uint32_t i;

	model_poke(m, UNIT_ROOT, offset(IMTTLBR0), (uint32_t)root);
	model_poke(m, UNIT_ROOT, offset(IMTTUBR0), (uint32_t)(root >> 32));
	model_poke(m, UNIT_ROOT, offset(IMTTBCR), how->imttbcr);
	for (i = 0; i < 2; i++) {
		model_write(m, i, offset(IMCTR), i == UNIT_ROOT ? how->imctr : 7);
	}
	model_tick(m, 10);
	model_write(m, UNIT_CACHE, model_utlb_offset(MODEL_GEN3, UNIT_UTLB, false),
		    CONTEXT << 4 | 3);
}

bool unit_access(struct model *m, uint64_t iova, bool write, uint64_t *pa)
{
	struct model_access access;

	memset(&access, 0, sizeof(access));
	access.unit = UNIT_CACHE;
	access.utlb = UNIT_UTLB;
	access.iova = iova;
	access.write = write;
	model_access(m, &access);
	*pa = access.pa;
	return access.state == MODEL_ACCESS_DONE && !access.bypass;
}

uint32_t unit_status(struct model *m)
{
	uint32_t status = model_read(m, UNIT_ROOT, offset(IMSTR));

	model_write(m, UNIT_ROOT, offset(IMSTR), 0);
	return status;
}
