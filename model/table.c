// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * table.c - a small, plain builder of page tables in the three formats that the walker reads.
 * Knows no register, never flushes, and never gives a table back before the end: what a TLB or
 * a walker still holds of a table stays harmless.
 */
#include <ipmmu-model/table.h>

enum {
	ENTRIES = 512,
	LEVELS = 3,
	ENTRY_VALID = 1,
	ENTRY_TABLE = 3, /* on levels 1 and 2; on level 3 the same bits say page */
	OUTPUT_BITS = 40
};

#define PAGE_BYTES   0x1000ull
#define ADDRESS_MASK 0x000000fffffff000ull

/* Size of what one entry of a level maps, as a shift; level 0 does not exist. */
static const uint8_t level_shift[LEVELS + 1] = {0, 30, 21, 12};

/* What the formats put beside the address. A right of 0 cannot be expressed. */
struct format_row {
	uint32_t bits_min;
	uint32_t bits_max;
	uint64_t table; /* in entries that point to tables */
	uint64_t leaf;  /* in blocks and pages */
	uint64_t read;  /* read only */
	uint64_t write; /* write only */
	uint64_t rw;    /* both */
};

/*
 * Stage 2: MemAttr write-back, inner shareable, AF; S2AP. Stage 1: AttrIndx 1, NS, inner
 * shareable, AF, nG; AP. The unit does not inherit NSTable, so both NS bits are set.
 */
static const struct format_row format_rows[] = {
	[MODEL_FORMAT_S2] = {33, 40, 0, 0x73c, 0x40, 0x80, 0xc0},
	[MODEL_FORMAT_S1_AARCH32] = {32, 32, 1ull << 63, 0xf24, 0xc0, 0, 0x40},
	[MODEL_FORMAT_S1_AARCH64] = {39, 39, 1ull << 63, 0xf24, 0xc0, 0, 0x40},
};

/* Where a walk ended: at a leaf, or at an entry that is not valid. */
struct step {
	uint64_t slot; /* address of the entry */
	uint64_t entry;
	uint32_t level;
};

static uint64_t level_size(uint32_t level)
{
	return 1ull << level_shift[level];
}

static bool entry_is_table(uint64_t entry, uint32_t level)
{
	return level < LEVELS && (entry & ENTRY_TABLE) == ENTRY_TABLE;
}

static uint64_t entry_load(const struct model_table *table, uint64_t slot)
{
	uint64_t entry = 0;

	if (!table->memory.load(table->memory.arg, slot, &entry)) {
		return 0;
	}
	return entry;
}

/* One entry further down: @table_pa is the table of @level. */
static void step_into(const struct model_table *table, struct step *step, uint64_t table_pa,
		      uint64_t iova)
{
	uint64_t index = iova >> level_shift[step->level];

	if (step->level > 1) {
		index &= ENTRIES - 1;
	}
	step->slot = table_pa + index * 8;
	step->entry = entry_load(table, step->slot);
}

static struct step table_find(const struct model_table *table, uint64_t iova)
{
	struct step step = {0, 0, 1};

	step_into(table, &step, table->root, iova);
	while (entry_is_table(step.entry, step.level)) {
		step.level++;
		step_into(table, &step, step.entry & ADDRESS_MASK, iova);
	}
	return step;
}

static uint32_t root_pages(const struct model_table *table)
{
	return table->input_bits == OUTPUT_BITS ? 2 : 1;
}

static enum model_table_error range_check(const struct model_table *table, uint64_t start,
					  uint64_t size)
{
	uint64_t limit = 1ull << table->input_bits;

	if (size == 0 || (start | size) % PAGE_BYTES != 0) {
		return MODEL_TABLE_ALIGN;
	}
	if (size > limit || start > limit - size) {
		return MODEL_TABLE_RANGE;
	}
	return MODEL_TABLE_OK;
}

static enum model_table_error output_check(uint64_t pa, uint64_t size)
{
	uint64_t limit = 1ull << OUTPUT_BITS;

	if (pa % PAGE_BYTES != 0) {
		return MODEL_TABLE_ALIGN;
	}
	if (size > limit || pa > limit - size) {
		return MODEL_TABLE_RANGE;
	}
	return MODEL_TABLE_OK;
}

static uint64_t rights_of(const struct format_row *row, bool read, bool write)
{
	if (read && write) {
		return row->rw;
	}
	if (read) {
		return row->read;
	}
	return write ? row->write : 0;
}

/* First address behind what the entry of @step maps, or does not map. */
static uint64_t step_end(const struct step *step, uint64_t iova)
{
	return (iova | (level_size(step->level) - 1)) + 1;
}

static bool range_is_free(const struct model_table *table, uint64_t iova, uint64_t size)
{
	uint64_t end = iova + size;

	while (iova < end) {
		struct step step = table_find(table, iova);

		if ((step.entry & ENTRY_VALID) != 0) {
			return false;
		}
		iova = step_end(&step, iova);
	}
	return true;
}

enum model_table_error model_table_create(struct model_table *table, enum model_format format,
					  uint32_t input_bits,
					  const struct model_memory *memory)
{
	const struct format_row *row = &format_rows[format];

	if (input_bits < row->bits_min || input_bits > row->bits_max) {
		return MODEL_TABLE_RANGE;
	}
	table->format = format;
	table->input_bits = input_bits;
	table->memory = *memory;
	table->root = memory->alloc(memory->arg, root_pages(table));
	return table->root == 0 ? MODEL_TABLE_NO_MEMORY : MODEL_TABLE_OK;
}

static void level2_free(struct model_table *table, uint64_t pa)
{
	uint32_t i;

	for (i = 0; i < ENTRIES; i++) {
		uint64_t entry = entry_load(table, pa + i * 8u);

		if (entry_is_table(entry, 2)) {
			table->memory.free(table->memory.arg, entry & ADDRESS_MASK, 1);
		}
	}
	table->memory.free(table->memory.arg, pa, 1);
}

void model_table_destroy(struct model_table *table)
{
	uint32_t count = 1u << (table->input_bits - level_shift[1]);
	uint32_t i;

	for (i = 0; i < count; i++) {
		uint64_t entry = entry_load(table, table->root + i * 8u);

		if (entry_is_table(entry, 1)) {
			level2_free(table, entry & ADDRESS_MASK);
		}
	}
	table->memory.free(table->memory.arg, table->root, root_pages(table));
	table->root = 0;
}

/* What a map still has to do. */
struct job {
	uint64_t iova;
	uint64_t pa;
	uint64_t left;
	uint64_t leaf; /* attributes and rights */
	bool blocks;
};

static bool job_fits(const struct job *job, uint32_t level)
{
	uint64_t size = level_size(level);

	if (level == LEVELS) {
		return true;
	}
	return job->blocks && job->left >= size && (job->iova | job->pa) % size == 0;
}

/* Maps one entry's worth; false when a table is needed and there is none. */
static bool job_step(struct model_table *table, struct job *job)
{
	struct step step = table_find(table, job->iova);
	uint64_t kind;

	while (!job_fits(job, step.level)) {
		uint64_t next = table->memory.alloc(table->memory.arg, 1);

		if (next == 0) {
			return false;
		}
		table->memory.store(table->memory.arg, step.slot,
				    next | format_rows[table->format].table | ENTRY_TABLE);
		step.level++;
		step_into(table, &step, next, job->iova);
	}
	kind = step.level == LEVELS ? ENTRY_TABLE : ENTRY_VALID;
	table->memory.store(table->memory.arg, step.slot, job->pa | job->leaf | kind);
	job->iova += level_size(step.level);
	job->pa += level_size(step.level);
	job->left -= level_size(step.level);
	return true;
}

enum model_table_error model_table_map(struct model_table *table, uint64_t iova, uint64_t pa,
				       uint64_t size, bool read, bool write, bool blocks)
{
	const struct format_row *row = &format_rows[table->format];
	uint64_t rights = rights_of(row, read, write);
	struct job job = {iova, pa, size, row->leaf | rights, blocks};
	enum model_table_error err = range_check(table, iova, size);

	if (err == MODEL_TABLE_OK) {
		err = output_check(pa, size);
	}
	if (err != MODEL_TABLE_OK) {
		return err;
	}
	if (rights == 0) {
		return MODEL_TABLE_RIGHTS;
	}
	if (!range_is_free(table, iova, size)) {
		return MODEL_TABLE_MAPPED;
	}
	while (job.left > 0) {
		if (!job_step(table, &job)) {
			return MODEL_TABLE_NO_MEMORY;
		}
	}
	return MODEL_TABLE_OK;
}

/* Does a block reach over an end of the range? */
static bool range_cuts_block(const struct model_table *table, uint64_t iova, uint64_t size)
{
	uint64_t end = iova + size;

	while (iova < end) {
		struct step step = table_find(table, iova);
		uint64_t next = step_end(&step, iova);
		uint64_t first = next - level_size(step.level);

		if ((step.entry & ENTRY_VALID) != 0 && (first < iova || next > end)) {
			return true;
		}
		iova = next;
	}
	return false;
}

enum model_table_error model_table_unmap(struct model_table *table, uint64_t iova,
					 uint64_t size)
{
	enum model_table_error err = range_check(table, iova, size);
	uint64_t end = iova + size;

	if (err != MODEL_TABLE_OK) {
		return err;
	}
	if (range_cuts_block(table, iova, size)) {
		return MODEL_TABLE_ALIGN;
	}
	while (iova < end) {
		struct step step = table_find(table, iova);

		if ((step.entry & ENTRY_VALID) != 0) {
			table->memory.store(table->memory.arg, step.slot, 0);
		}
		iova = step_end(&step, iova);
	}
	return MODEL_TABLE_OK;
}
