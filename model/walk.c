// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * walk.c - from registers to a geometry, one entry taken apart, and one address walked.
 * Does not know TLBs. Levels are those of the Arm ARM.
 */
#include "model_priv.h"

static const uint64_t ENTRY_VALID = 1ull << 0;
static const uint64_t ENTRY_IS_TABLE = 1ull << 1; /* at level 3: is a page */
static const uint64_t ENTRY_NS = 1ull << 5;
static const uint64_t ENTRY_S2_READ = 1ull << 6;
static const uint64_t ENTRY_S2_WRITE = 1ull << 7;
static const uint64_t ENTRY_S1_READ_ONLY = 1ull << 7;
static const uint64_t ENTRY_AF = 1ull << 10;
static const uint64_t ENTRY_NSTABLE = 1ull << 63;
static const uint64_t ENTRY_OVER_40 = 0x0000ff0000000000ull;
static const uint64_t ENTRY_ADDRESS = 0x000000fffffff000ull;

/* ERRCODE: 0 stands for "not known". */
enum {
	CODE_UNKNOWN = 0,
	CODE_FORMAT = 1,
	CODE_PERMISSION = 4,
	CODE_SECURE = 5
};

/** struct decoded - an entry; with status != 0 nothing else counts. */
struct decoded {
	uint32_t status;
	struct model_tlb_entry entry;
};

uint32_t model_level_shift(uint32_t level)
{
	return 39 - 9 * level;
}

uint32_t model_status(uint32_t bit, uint32_t level, uint32_t code)
{
	return bit | level << 12 | code << 8;
}

static uint8_t start_of_stage2(const struct model *m, uint32_t sl0)
{
	uint8_t how = m->switches[MODEL_SL0_STAGE2];

	if ((sl0 == 1 && how != 1) || (sl0 == 2 && how != 0)) {
		return 1;
	}
	return 0;
}

/* 0: no walk can start there. */
static uint8_t start_of(const struct model *m, enum model_generation generation, uint32_t ttbcr)
{
	uint32_t sl0 = (ttbcr >> 6) & 3;

	if (generation == MODEL_GEN2) {
		return (ttbcr & 0x10) != 0 ? 1 : 2;
	}
	if ((ttbcr & IMTTBCR_PMB) != 0) {
		return start_of_stage2(m, sl0);
	}
	if (sl0 == 2) {
		return 1;
	}
	return sl0 == 1 ? 2 : 0;
}

static uint8_t input_bits_of(bool va64, uint32_t ttbcr)
{
	return (uint8_t)(va64 ? 64 - (ttbcr & 0x1f) : 32 - (ttbcr & 7));
}

static bool geometry_ok(const struct model_walk *w, bool va64, bool stage2)
{
	if (stage2 && (!va64 || w->start_level != 1)) {
		return false;
	}
	if (w->start_level == 0 || w->input_bits > (stage2 ? 40 : 39)) {
		return false;
	}
	return w->start_level == 1 ? w->input_bits > 30 || !va64 : w->input_bits <= 30;
}

struct model_walk model_walk_setup(const struct model *m, uint32_t root, uint32_t context)
{
	const struct model_unit *u = &m->units[root];
	const struct model_bank *bank = model_bank_of(m, root, context);
	uint32_t ttbcr = bank->words[BANK_IMTTBCR];
	bool va64 = (model_cell_of(m, root, context)->imctr & IMCTR_VA64) != 0;
	bool stage2 = (ttbcr & IMTTBCR_PMB) != 0;
	bool s2pte = u->config.stage2 && (u->imsauxctlr & IMSAUXCTLR_S2PTE) != 0;
	struct model_walk w = {0};

	w.stage2_format = s2pte && (stage2 || m->switches[MODEL_S2PTE_ALL] == 1);
	w.contradicts = w.stage2_format != stage2;
	w.secure_first = m->switches[MODEL_EMPTY_SECURE] == 1;
	w.start_level = start_of(m, u->config.generation, ttbcr);
	w.input_bits = input_bits_of(va64, ttbcr);
	w.root = ((uint64_t)(bank->words[BANK_IMTTUBR0] & 0xff) << 32) |
		 (bank->words[BANK_IMTTLBR0] & 0xfffff000u);
	if (stage2 && w.input_bits == 40) {
		w.root &= ~0x1000ull; /* two tables make one, aligned to its size */
	}
	w.valid = (ttbcr & IMTTBCR_EAE) != 0 && geometry_ok(&w, va64, stage2);
	return w;
}

/* An empty table leads nowhere in every format: which one is read does not matter. */
bool model_walk_empty(const struct model *m, uint32_t root, uint32_t context)
{
	struct model_walk w = model_walk_setup(m, root, context);
	uint32_t entries;
	uint32_t i;

	if (!w.valid || w.input_bits <= model_level_shift(w.start_level)) {
		return false;
	}
	entries = 1u << (w.input_bits - model_level_shift(w.start_level));
	for (i = 0; i < entries; i++) {
		uint64_t raw = 0;

		if (!m->bus.read64(m->bus.arg, w.root + 8ull * i, &raw) ||
		    (raw & ENTRY_VALID) != 0) {
			return false;
		}
	}
	return true;
}

/* Stricter than what a walk can follow: what a driver can have meant. */
bool model_walk_sound(const struct model *m, uint32_t root, uint32_t context)
{
	const struct model_bank *bank = model_bank_of(m, root, context);
	struct model_walk w = model_walk_setup(m, root, context);
	uint32_t ttbcr = bank->words[BANK_IMTTBCR];
	bool va64 = (model_cell_of(m, root, context)->imctr & IMCTR_VA64) != 0;
	bool stage2 = (ttbcr & IMTTBCR_PMB) != 0;

	if (!w.valid || (w.stage2_format != stage2 && !model_walk_empty(m, root, context))) {
		return false;
	}
	if (stage2 && w.input_bits == 40 && (bank->words[BANK_IMTTLBR0] & 0x1000) != 0) {
		return false;
	}
	return va64 || (ttbcr & 0x00180018) == 0 ||
	       m->units[root].config.generation == MODEL_GEN2;
}

static uint8_t rights_of(const struct model_walk *w, uint64_t raw)
{
	uint32_t rights = 0;

	if (w->stage2_format) {
		rights |= (raw & ENTRY_S2_READ) != 0 ? TLB_READ : 0;
		rights |= (raw & ENTRY_S2_WRITE) != 0 ? TLB_WRITE : 0;
		return (uint8_t)rights;
	}
	/* AP[1] clear does not by itself fault. */
	rights = (raw & ENTRY_S1_READ_ONLY) != 0 ? TLB_READ : TLB_READ | TLB_WRITE;
	return (uint8_t)rights;
}

/* Stage 1 wants a bit set in each entry: it is not inherited. */
static bool is_secure(const struct model_walk *w, uint64_t raw, bool table)
{
	return !w->stage2_format && (raw & (table ? ENTRY_NSTABLE : ENTRY_NS)) == 0;
}

/* A bit of IMSTR with its code, 0 when the entry leads on. */
static uint32_t refuse(const struct model_walk *w, uint64_t raw, uint32_t level, bool table)
{
	bool secure = is_secure(w, raw, table);

	if (secure && w->secure_first) {
		return model_status(IMSTR_PF, level, CODE_SECURE);
	}
	if ((raw & ENTRY_VALID) == 0) {
		return model_status(IMSTR_TF, level, CODE_UNKNOWN);
	}
	if ((level == 3 && (raw & ENTRY_IS_TABLE) == 0) || (raw & ENTRY_OVER_40) != 0) {
		return model_status(IMSTR_TF, level, CODE_FORMAT);
	}
	if (secure) {
		return model_status(IMSTR_PF, level, CODE_SECURE);
	}
	if (!table && (raw & ENTRY_AF) == 0) {
		return model_status(IMSTR_PF, level, CODE_UNKNOWN);
	}
	return 0;
}

uint32_t model_walk_absent(const struct model_walk *walk, uint32_t level)
{
	return refuse(walk, 0, level, false);
}

static struct decoded decode(const struct model_walk *w, uint64_t raw, uint32_t level,
			     uint64_t iova)
{
	uint32_t shift = model_level_shift(level);
	bool table = level < 3 && (raw & ENTRY_IS_TABLE) != 0;
	uint64_t within = (1ull << shift) - 1;
	struct decoded d = {0};

	d.status = refuse(w, raw, level, table);
	d.entry.vpn = (uint32_t)((iova & ~within) >> 12);
	d.entry.size_lg2 = (uint8_t)shift;
	if (table) {
		d.entry.flags = TLB_TABLE;
		d.entry.ppn = (uint32_t)((raw & ENTRY_ADDRESS) >> 12);
	} else {
		d.entry.flags = rights_of(w, raw);
		d.entry.ppn = (uint32_t)((raw & ENTRY_ADDRESS & ~within) >> 12);
	}
	return d;
}

struct model_walk_result model_walk_to(struct model *m, const struct model_walk *walk,
				       uint64_t iova)
{
	struct model_walk_result result = {0};
	uint64_t table = walk->root;
	uint32_t level = walk->start_level;
	uint64_t index;

	m->counts.walks++;
	if (!walk->valid) {
		result.status = model_status(IMSTR_TF, 1, CODE_FORMAT);
		result.absent = true;
		return result;
	}
	index = iova >> model_level_shift(level);
	for (;;) {
		struct decoded d;
		uint64_t raw = 0;

		m->counts.walk_reads++;
		if (!m->bus.read64(m->bus.arg, table + 8 * index, &raw)) {
			result.status = model_status(IMSTR_ABORT, level, CODE_UNKNOWN);
			return result;
		}
		d = decode(walk, raw, level, iova);
		result.contradicts = walk->contradicts && (raw & ENTRY_VALID) != 0;
		result.status = d.status;
		result.absent = (d.status & IMSTR_TF) != 0 || (raw & ENTRY_VALID) == 0;
		result.entry = d.entry;
		if (d.status != 0 || (d.entry.flags & TLB_TABLE) == 0) {
			return result;
		}
		table = (uint64_t)d.entry.ppn << 12;
		level++;
		index = (iova >> model_level_shift(level)) & 511;
	}
}

/** struct frame - a table of which some entries are still to be seen. */
struct frame {
	uint64_t table;
	uint64_t iova;
	uint32_t next;
	uint32_t end;
	uint32_t level;
};

static void open_frame(struct frame *f, uint64_t table, uint64_t iova, uint32_t level,
		       uint32_t entries)
{
	f->table = table;
	f->iova = iova;
	f->next = 0;
	f->end = entries;
	f->level = level;
}

/* Fills in the next entry that leads somewhere; false at the end of the table. */
static bool next_of(const struct model_scan *scan, struct frame *f, struct decoded *d)
{
	while (f->next < f->end) {
		uint64_t at = f->table + 8ull * f->next;
		uint64_t iova = f->iova + ((uint64_t)f->next << model_level_shift(f->level));
		uint64_t raw = 0;

		f->next++;
		if (!scan->m->bus.read64(scan->m->bus.arg, at, &raw) ||
		    (raw & ENTRY_VALID) == 0) {
			continue;
		}
		*d = decode(scan->walk, raw, f->level, iova);
		if (d->status == 0) {
			return true;
		}
	}
	return false;
}

static bool scan_from(const struct model_scan *scan, const struct frame *top)
{
	struct frame stack[3];
	uint32_t depth = 1;

	stack[0] = *top;
	while (depth > 0) {
		struct frame *f = &stack[depth - 1];
		struct decoded d;

		if (!next_of(scan, f, &d)) {
			depth--;
			continue;
		}
		if (!scan->fn(scan->arg, &d.entry)) {
			return false;
		}
		if ((d.entry.flags & TLB_TABLE) != 0) {
			open_frame(&stack[depth], (uint64_t)d.entry.ppn << 12,
				   (uint64_t)d.entry.vpn << 12, f->level + 1, 512);
			depth++;
		}
	}
	return true;
}

bool model_scan_root(const struct model_scan *scan)
{
	const struct model_walk *w = scan->walk;
	uint32_t shift = model_level_shift(w->start_level);
	struct frame top;

	if (!w->valid) {
		return true;
	}
	/* Fewer input bits than one entry resolves still leave one entry. */
	open_frame(&top, w->root, 0, w->start_level,
		   w->input_bits > shift ? 1u << (w->input_bits - shift) : 1u);
	return scan_from(scan, &top);
}

bool model_scan_kept(const struct model_scan *scan, const struct model_tlb_entry *pointer)
{
	struct frame top;
	uint32_t level = (39u - pointer->size_lg2) / 9u;

	open_frame(&top, (uint64_t)pointer->ppn << 12, (uint64_t)pointer->vpn << 12, level + 1,
		   512);
	return scan_from(scan, &top);
}
