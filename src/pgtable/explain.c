// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * explain.c - every level of one walk, for people: of the engine's tables, and of tables that
 * somebody else has built. It ends where the unit's walk ends. Nothing that an entry says is
 * trusted, and no entry is changed.
 */
#include "ipmmu_port.h"
#include "table.h"

/** struct walk - where entries come from: a table of the engine, or a hook that reads them. */
struct walk {
	const struct ipmmu_pt *pt; /**< NULL: by @read */
	ipmmu_pt_read_fn read;
	void *host;
	const struct pt_format *row;
};

static bool read_entry(const struct walk *walk, const struct ipmmu_pt_level *level,
		       uint64_t table, uint64_t *entry)
{
	const struct ipmmu_pt *pt = walk->pt;
	const uint64_t *from;

	if (pt == NULL) {
		return walk->read(walk->host, level->at, entry);
	}
	/* The root may be two pages, which are not one table to table_ptr. */
	from = level->level == 1 ? pt->root : pt_table(pt, table);
	if (from != NULL) {
		*entry = from[level->index];
	}
	return from != NULL;
}

static enum ipmmu_pt_refusal table_refusal(const struct pt_format *row, uint64_t entry)
{
	if ((entry & PT_ADDRESS_OVER) != 0) {
		return IPMMU_PT_REFUSED_ADDRESS;
	}
	return (row->table_bits & ~entry) != 0 ? IPMMU_PT_REFUSED_NSTABLE
					       : IPMMU_PT_NOT_REFUSED;
}

/* In the order in which the unit looks: the form, the address, NS, and the access flag. */
static enum ipmmu_pt_refusal leaf_refusal(const struct pt_format *row, uint64_t entry,
					  uint32_t level)
{
	const uint32_t some = IPMMU_PT_READ | IPMMU_PT_WRITE;
	const uint64_t missing = row->leaf_bits & ~entry;

	if ((entry & PT_KIND) != pt_leaf_kind(level)) {
		return IPMMU_PT_REFUSED_FORM;
	}
	if ((entry & PT_ADDRESS_OVER) != 0) {
		return IPMMU_PT_REFUSED_ADDRESS;
	}
	if (missing != 0) {
		return (missing & ~PT_ACCESSED) != 0 ? IPMMU_PT_REFUSED_NS
						     : IPMMU_PT_REFUSED_AF;
	}
	if ((pt_address(entry) & (pt_size(level) - 1)) != 0) {
		return IPMMU_PT_REFUSED_ALIGN;
	}
	return (row->decode(entry).rights & some) == 0 ? IPMMU_PT_REFUSED_RIGHTS
						       : IPMMU_PT_NOT_REFUSED;
}

static enum ipmmu_pt_kind kind_of(const struct ipmmu_pt_level *row)
{
	if (!pt_is_valid(row->value)) {
		return row->value == 0 ? IPMMU_PT_EMPTY : IPMMU_PT_BROKEN;
	}
	if (row->refusal != IPMMU_PT_NOT_REFUSED) {
		return IPMMU_PT_REFUSED;
	}
	if (pt_is_table(row->value, row->level)) {
		return IPMMU_PT_TABLE;
	}
	return row->level == PT_LEVELS ? IPMMU_PT_PAGE : IPMMU_PT_BLOCK;
}

static void fill(const struct pt_format *format, struct ipmmu_pt_level *row)
{
	const uint64_t entry = row->value;

	if (pt_is_valid(entry)) {
		row->refusal = pt_is_table(entry, row->level)
				       ? table_refusal(format, entry)
				       : leaf_refusal(format, entry, row->level);
	}
	row->kind = kind_of(row);
	row->pa.v = (entry & (PT_ADDRESS | PT_ADDRESS_OVER)) >> PT_ADDRESS_LG2;
	if (row->kind != IPMMU_PT_TABLE && row->kind != IPMMU_PT_REFUSED) {
		row->prot = format->decode(entry);
		row->contiguous = (entry & PT_HINT) != 0;
	}
}

static uint32_t explain(const struct walk *walk, uint64_t table, uint64_t iova,
			struct ipmmu_pt_level *levels)
{
	uint32_t level;

	for (level = 1; level <= PT_LEVELS; level++) {
		struct ipmmu_pt_level *row = &levels[level - 1];

		memset(row, 0, sizeof(*row));
		row->level = level;
		row->index = pt_index(iova, level);
		row->at.v = table + 8ull * row->index;
		row->size = pt_size(level);
		if (!read_entry(walk, row, table, &row->value)) {
			return level - 1;
		}
		fill(walk->row, row);
		if (row->kind != IPMMU_PT_TABLE) {
			return level;
		}
		table = row->pa.v;
	}
	return PT_LEVELS;
}

uint32_t ipmmu_pt_explain(const struct ipmmu_pt *pt, struct ipmmu_iova iova,
			  struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS])
{
	const struct walk walk = {
		.pt = pt,
		.row = ipmmu_pt_format_row(pt->format),
	};

	return iova.v > pt->last ? 0 : explain(&walk, pt->root_pa, iova.v, levels);
}

/* Can a unit be given this table? The root is aligned to its size, and that to pages. */
static bool is_table_of_a_unit(const struct ipmmu_pt_source *source,
			       const struct pt_format *row)
{
	uint64_t size;

	if (row == NULL || source->read == NULL || source->input_bits < row->bits_min ||
	    source->input_bits > row->bits_max) {
		return false;
	}
	size = (1ull << source->input_bits >> pt_shift(1)) * 8;
	return (source->root.v & (PT_NO_PA | (size - 1))) == 0;
}

uint32_t ipmmu_pt_explain_by(const struct ipmmu_pt_source *source, struct ipmmu_iova iova,
			     struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS])
{
	const struct walk walk = {
		.read = source->read,
		.host = source->host,
		.row = ipmmu_pt_format_row((uint32_t)source->format),
	};

	if (!is_table_of_a_unit(source, walk.row) || iova.v >> source->input_bits != 0) {
		return 0;
	}
	return explain(&walk, source->root.v, iova.v, levels);
}
