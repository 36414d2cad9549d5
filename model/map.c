// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * map.c - which register is where, and which of its bits are known. Data, and the address
 * arithmetic of the three generations. Does not say what a register does.
 */
#include <string.h>

#include "model_priv.h"

enum {
	G2 = 1 << MODEL_GEN2,
	G3 = 1 << MODEL_GEN3,
	G4 = 1 << MODEL_GEN4,
	G34 = G3 | G4,
	ALL = G2 | G3 | G4
};

enum {
	GEN2_ALIAS = 0x800, /* the non-secure bank */
	SMALL_REGION = 0x1000,
	GEN4_REGION = 0x20000,
	GEN4_CONTEXTS = 0x10000,
	GEN4_UTLBS = 0x3000,
	GEN4_GLOBALS = 0x1000,
	BANK_SIZE = 0x40,
	UTLB_SIZE = 0x10,
	PMB_AT = 0x200,
	LOW_UTLBS_AT = 0x300,
	GLOBALS_AT = 0x500,
	HIGH_UTLBS_AT = 0x600
};

/*
 * name, kind, bank, offset, generations, root, cache, count, writable by generation, writable
 * in a cache, readable only, unknown. RTSEL and TREN of IMCTR can be set, but what they do is
 * not known. PMB positions in IMPMBD bits 7 and 4 are inferred.
 */
#define ROW(...) \
	{ \
		__VA_ARGS__ \
	}
static const struct model_register_row rows[] = {
	ROW("IMCTR", REGISTER_IMCTR, 'c', 0x00, ALL, true, true, 1,
	    {0x0003003f, 0x2003007f, 0x2003007f}, 0x7, 0, 0x78),
	ROW("IMCAAR", REGISTER_NAME_ONLY, 'c', 0x04, G2, true, false, 1, {0}, 0, 0, 0),
	ROW("IMTTBCR", REGISTER_TABLE, 'c', 0x08, ALL, true, false, 1,
	    {0xff073f17, 0xc01f00df, 0xc01f00df}, 0, 0, 0),
	ROW("IMBUSCR", REGISTER_BUS, 'c', 0x0c, G2, true, false, 1, {0x7}, 0, 0, 0),
	ROW("IMTTLBR0", REGISTER_TABLE, 'c', 0x10, ALL, true, false, 1,
	    {0xfffff000, 0xfffff000, 0xfffff000}, 0, 0, 0),
	ROW("IMTTUBR0", REGISTER_TABLE, 'c', 0x14, ALL, true, false, 1, {0xff, 0xff, 0xff}, 0,
	    0, 0),
	ROW("IMTTLBR1", REGISTER_TABLE, 'c', 0x18, ALL, true, false, 1,
	    {0xfffff000, 0xfffff000, 0xfffff000}, 0, 0, 0),
	ROW("IMTTUBR1", REGISTER_TABLE, 'c', 0x1c, ALL, true, false, 1, {0xff, 0xff, 0xff}, 0,
	    0, 0),
	ROW("IMSTR", REGISTER_IMSTR, 'c', 0x20, ALL, true, false, 1, {0}, 0, 0x3717, 0),
	ROW("IMMAIR0", REGISTER_TABLE, 'c', 0x28, ALL, true, false, 1,
	    {0xffffffff, 0xffffffff, 0xffffffff}, 0, 0, 0),
	ROW("IMMAIR1", REGISTER_TABLE, 'c', 0x2c, ALL, true, false, 1,
	    {0xffffffff, 0xffffffff, 0xffffffff}, 0, 0, 0),
	ROW("IMEAR", REGISTER_READ_ONLY, 'c', 0x30, G2, true, false, 1, {0}, 0, 0xffffffff, 0),
	ROW("IMELAR", REGISTER_READ_ONLY, 'c', 0x30, G34, true, false, 1, {0}, 0, 0xffffffff,
	    0),
	ROW("IMEUAR", REGISTER_READ_ONLY, 'c', 0x34, G34, true, false, 1, {0}, 0, 0xff, 0),
	ROW("IMPCTR", REGISTER_PLAIN, 'p', 0x200, G2 | G3, false, true, 1, {0x1, 0x1}, 0x1, 0,
	    0),
	ROW("IMPSTR", REGISTER_READ_ONLY, 'p', 0x208, G2 | G3, false, true, 1, {0}, 0, 0, 0),
	ROW("IMPEAR", REGISTER_READ_ONLY, 'p', 0x20c, G2 | G3, false, true, 1, {0}, 0, 0, 0),
	ROW("IMPMBA", REGISTER_PLAIN, 'p', 0x280, G2 | G3, false, true, 16,
	    {0xff000100, 0xff000100}, 0xff000100, 0, 0),
	ROW("IMPMBD", REGISTER_PLAIN, 'p', 0x2c0, G2 | G3, false, true, 16,
	    {0xffff0190, 0xffff0190}, 0xffff0190, 0, 0),
	ROW("IMUCTR", REGISTER_IMUCTR, 'u', 0x0, ALL, false, true, 1,
	    {0x80ff00f3, 0x80ff00f3, 0x80ff01f3}, 0x80ff01f3, 0, 0),
	ROW("IMUASID", REGISTER_PLAIN, 'u', 0x8, ALL, false, true, 1, {0xffff, 0xffff, 0xffff},
	    0xffff, 0, 0),
	ROW("IMSCTLR", REGISTER_IMSCTLR, 'g', 0x500, G34, true, true, 1,
	    {0, 0xf0000000, 0xf0000000}, 0xf0000000, 0, 0),
	ROW("IMSAUXCTLR", REGISTER_IMSAUXCTLR, 'g', 0x504, G34, true, false, 1,
	    {0, 0x01000008, 0x01000008}, 0, 0, 0),
	ROW("IMSSTR", REGISTER_IMSSTR, 'g', 0x540, G3, true, false, 1, {0}, 0, 0xffffffff, 0),
	ROW("IMRAM0ERRCTR", REGISTER_NAME_ONLY, 'g', 0x560, G34, true, false, 1, {0}, 0, 0, 0),
	ROW("IMRAM0ERRSTR", REGISTER_NAME_ONLY, 'g', 0x564, G34, true, false, 1, {0}, 0, 0, 0),
	ROW("IMRAM1ERRCTR", REGISTER_NAME_ONLY, 'g', 0x568, G34, true, false, 1, {0}, 0, 0, 0),
	ROW("IMRAM1ERRSTR", REGISTER_NAME_ONLY, 'g', 0x56c, G34, true, false, 1, {0}, 0, 0, 0),
	ROW("IMRAM2ERRSTR", REGISTER_NAME_ONLY, 'g', 0x570, G34, true, false, 1, {0}, 0, 0, 0),
	ROW("IMRAM3ERRSTR", REGISTER_NAME_ONLY, 'g', 0x574, G34, true, false, 1, {0}, 0, 0, 0),
	ROW("IMRAMECCCMPCTR", REGISTER_NAME_ONLY, 'g', 0x578, G34, true, false, 1, {0}, 0, 0,
	    0),
	ROW("IMRAMECCCMPSTR", REGISTER_NAME_ONLY, 'g', 0x57c, G34, true, false, 1, {0}, 0, 0,
	    0),
	ROW("IMPFMCTR", REGISTER_NAME_ONLY, 'g', 0x580, G3, true, true, 1, {0}, 0, 0, 0),
	ROW("IMPFMTOTAL", REGISTER_NAME_ONLY, 'g', 0x590, G3, true, true, 1, {0}, 0, 0, 0),
	ROW("IMPFMHIT", REGISTER_NAME_ONLY, 'g', 0x594, G3, true, true, 1, {0}, 0, 0, 0),
	ROW("IMPFML3MISS", REGISTER_NAME_ONLY, 'g', 0x598, G3, true, false, 1, {0}, 0, 0, 0),
	ROW("IMPFMMISS", REGISTER_NAME_ONLY, 'g', 0x598, G3, false, true, 1, {0}, 0, 0, 0),
	ROW("IMPFML2MISS", REGISTER_NAME_ONLY, 'g', 0x59c, G3, true, false, 1, {0}, 0, 0, 0),
};

enum {
	ROW_COUNT = sizeof(rows) / sizeof(rows[0])
};

/** struct spot - an offset taken apart. */
struct spot {
	char bank;
	uint32_t index;
	uint32_t offset; /* in the bank */
};

uint32_t model_ttsel(enum model_generation generation, uint32_t imuctr)
{
	return (imuctr >> 4) & (generation == MODEL_GEN4 ? 0x1fu : 0xfu);
}

uint32_t model_context_offset(enum model_generation generation, uint32_t context, uint32_t reg)
{
	if (generation == MODEL_GEN4) {
		return GEN4_CONTEXTS + context * 0x1040u + (context >= 8 ? 0x600u : 0u) + reg;
	}
	return (generation == MODEL_GEN2 ? GEN2_ALIAS : 0u) + context * BANK_SIZE + reg;
}

uint32_t model_utlb_offset(enum model_generation generation, uint32_t utlb, bool asid)
{
	uint32_t at = utlb < 32 ? LOW_UTLBS_AT + utlb * UTLB_SIZE
				: HIGH_UTLBS_AT + (utlb - 32u) * UTLB_SIZE;

	if (generation == MODEL_GEN2) {
		at += GEN2_ALIAS;
	} else if (generation == MODEL_GEN4) {
		at += GEN4_UTLBS;
	}
	return at + (asid ? 8 : 0);
}

static bool spot_utlb(uint32_t at, uint32_t first, uint32_t number, struct spot *spot)
{
	spot->bank = 'u';
	spot->index = number + (at - first) / UTLB_SIZE;
	spot->offset = (at - first) % UTLB_SIZE;
	return true;
}

/* The 2 KiB that Gen2 and Gen3 have in one piece; Gen4 has parts of it in several pages. */
static bool spot_small(uint32_t at, struct spot *spot)
{
	if (at >= HIGH_UTLBS_AT && at < 0x800) {
		return spot_utlb(at, HIGH_UTLBS_AT, 32, spot);
	}
	if (at >= LOW_UTLBS_AT && at < GLOBALS_AT) {
		return spot_utlb(at, LOW_UTLBS_AT, 0, spot);
	}
	if (at >= 0x800) {
		return false;
	}
	if (at < PMB_AT) {
		spot->bank = 'c';
		spot->index = at / BANK_SIZE;
		spot->offset = at % BANK_SIZE;
	} else {
		spot->bank = at < GLOBALS_AT ? 'p' : 'g';
		spot->index = 0;
		spot->offset = at;
	}
	return true;
}

static bool spot_gen4(uint32_t at, struct spot *spot)
{
	uint32_t page = at >> 12;

	if (page >= GEN4_CONTEXTS >> 12) {
		uint32_t n = page - (GEN4_CONTEXTS >> 12);

		spot->bank = 'c';
		spot->index = n;
		spot->offset = at - model_context_offset(MODEL_GEN4, n, 0);
		return spot->offset < BANK_SIZE;
	}
	if (page == GEN4_UTLBS >> 12) {
		return spot_small(at & 0xfff, spot) && spot->bank == 'u';
	}
	return page == GEN4_GLOBALS >> 12 && spot_small(at & 0xfff, spot) && spot->bank == 'g';
}

static bool find_spot(const struct model *m, uint32_t unit, uint32_t offset, struct spot *spot,
		      enum model_violation_kind *why)
{
	enum model_generation generation = m->units[unit].config.generation;
	uint32_t region = generation == MODEL_GEN4 ? GEN4_REGION : SMALL_REGION;

	*why = MODEL_VIOLATION_UNALIGNED;
	if ((offset & 3) != 0 || offset >= region) {
		return false;
	}
	*why = MODEL_VIOLATION_UNKNOWN_REGISTER;
	if (generation == MODEL_GEN4) {
		return spot_gen4(offset, spot);
	}
	if (generation == MODEL_GEN3) {
		return spot_small(offset, spot);
	}
	if (offset < GEN2_ALIAS) {
		*why = MODEL_VIOLATION_NOT_HERE;
		return false;
	}
	return spot_small(offset - GEN2_ALIAS, spot);
}

static bool row_is_here(const struct model *m, uint32_t unit,
			const struct model_register_row *row)
{
	if (m->units[unit].config.generation == MODEL_GEN2) {
		return true;
	}
	return model_is_root(m, unit) ? row->in_root : row->in_cache;
}

static const struct model_register_row *find_row(const struct model *m, uint32_t unit,
						 const struct spot *spot,
						 enum model_violation_kind *why)
{
	uint32_t generation = 1u << (uint32_t)m->units[unit].config.generation;
	uint32_t i;

	*why = MODEL_VIOLATION_UNKNOWN_REGISTER;
	for (i = 0; i < ROW_COUNT; i++) {
		const struct model_register_row *row = &rows[i];

		if ((row->generations & generation) == 0 || row->bank != (uint8_t)spot->bank ||
		    spot->offset < row->offset ||
		    spot->offset >= row->offset + 4u * row->count) {
			continue;
		}
		if (row_is_here(m, unit, row)) {
			return row;
		}
		*why = MODEL_VIOLATION_NOT_HERE;
	}
	return NULL;
}

static uint32_t *global_word(struct model_unit *u, const struct model_register_row *row)
{
	if (row->kind == REGISTER_IMSCTLR) {
		return &u->imsctlr;
	}
	return row->kind == REGISTER_IMSAUXCTLR ? &u->imsauxctlr : NULL;
}

static uint32_t *find_word(const struct model *m, uint32_t unit, const struct spot *spot,
			   const struct model_register_row *row)
{
	struct model_unit *u = &m->units[unit];

	switch (spot->bank) {
	case 'c':
		if (row->kind == REGISTER_IMCTR) {
			return &model_cell_of(m, unit, spot->index)->imctr;
		}
		return &model_bank_of(m, unit, spot->index)->words[spot->offset / 4];
	case 'u':
		if (row->kind == REGISTER_IMUCTR) {
			return &model_utlb_of(m, unit, spot->index)->imuctr;
		}
		return &model_utlb_of(m, unit, spot->index)->imuasid;
	case 'p':
		return &m->pmbs[u->pmb].words[(spot->offset - PMB_AT) / 4];
	default:
		return global_word(u, row);
	}
}

static uint32_t writable_bits(const struct model *m, uint32_t unit,
			      const struct model_register_row *row)
{
	enum model_generation generation = m->units[unit].config.generation;
	uint32_t bits = row->writable[(uint32_t)generation - MODEL_GEN2];

	return model_is_root(m, unit) ? bits : bits & row->writable_cache;
}

static void find_quirk(const struct model *m, uint32_t unit, uint32_t offset,
		       struct model_register *found)
{
	uint32_t i;

	found->ones = 0;
	found->held = 0;
	for (i = 0; i < m->quirk_count; i++) {
		if (m->quirks[i].unit == unit && m->quirks[i].offset == offset) {
			found->ones = m->quirks[i].ones;
			found->held = m->quirks[i].held;
		}
	}
}

bool model_register_find(const struct model *m, uint32_t unit, uint32_t offset,
			 struct model_register *found, enum model_violation_kind *why)
{
	struct spot spot;
	const struct model_unit *u = &m->units[unit];

	if (!find_spot(m, unit, offset, &spot, why)) {
		return false;
	}
	found->row = find_row(m, unit, &spot, why);
	if (found->row == NULL) {
		return false;
	}
	if ((spot.bank == 'c' && spot.index >= u->contexts) ||
	    (spot.bank == 'u' && spot.index >= u->config.utlbs)) {
		*why = MODEL_VIOLATION_UNKNOWN_REGISTER;
		return false;
	}
	found->index = spot.index;
	found->writable = writable_bits(m, unit, found->row);
	found->word = find_word(m, unit, &spot, found->row);
	find_quirk(m, unit, offset, found);
	return true;
}

uint32_t model_known_bits(const struct model *m, uint32_t unit, uint32_t offset)
{
	struct model_register r;
	enum model_violation_kind why;

	if (!model_register_find(m, unit, offset, &r, &why)) {
		return 0;
	}
	return r.writable | r.row->status;
}

bool model_register_get(uint32_t i, struct model_register_info *info)
{
	const struct model_register_row *row;

	if (i >= ROW_COUNT) {
		return false;
	}
	row = &rows[i];
	memset(info, 0, sizeof(*info));
	info->name = row->name;
	info->generations = row->generations;
	info->in_root = row->in_root;
	info->in_cache = row->in_cache;
	info->bank = (char)row->bank;
	info->offset = row->offset;
	info->count = row->count;
	info->name_only = row->kind == REGISTER_NAME_ONLY;
	memcpy(&info->writable[MODEL_GEN2], row->writable, sizeof(row->writable));
	info->writable_cache = row->writable_cache;
	info->status = row->status;
	return true;
}
