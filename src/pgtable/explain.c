// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * explain.c - every level of one walk, for people: of the engine's tables, and of tables that
 * somebody else has built.
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

	if (pt == NULL) {
		return walk->read(walk->host, level->at, entry);
	}
	/* The root may be two pages, which are not one table to table_ptr. */
	*entry = (level->level == 1 ? pt->root : pt_table(pt, table))[level->index];
	return true;
}

static enum ipmmu_pt_kind kind_of(uint64_t entry, uint32_t level)
{
	if (entry == 0) {
		return IPMMU_PT_EMPTY;
	}
	if (!pt_is_valid(entry)) {
		return IPMMU_PT_BROKEN;
	}
	if (pt_is_table(entry, level)) {
		return IPMMU_PT_TABLE;
	}
	return level == PT_LEVELS ? IPMMU_PT_PAGE : IPMMU_PT_BLOCK;
}

static void fill(const struct walk *walk, struct ipmmu_pt_level *row)
{
	row->kind = kind_of(row->value, row->level);
	row->pa.v = pt_address(row->value);
	if (row->kind != IPMMU_PT_TABLE) {
		row->prot = walk->row->decode(row->value);
		row->contiguous = (row->value & PT_HINT) != 0;
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
		fill(walk, row);
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

uint32_t ipmmu_pt_explain_by(const struct ipmmu_pt_source *source, struct ipmmu_iova iova,
			     struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS])
{
	const struct walk walk = {
		.read = source->read,
		.host = source->host,
		.row = ipmmu_pt_format_row((uint32_t)source->format),
	};

	if (walk.row == NULL || source->input_bits > 63 || iova.v >> source->input_bits != 0) {
		return 0;
	}
	return explain(&walk, source->root.v, iova.v, levels);
}
