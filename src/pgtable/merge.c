// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * merge.c - give blocks back to a range: a table whose entries say together what one entry
 * above it could say goes, level by level. Takes no memory, and changes nothing of what is
 * mapped.
 *
 * Nothing but a host that merges refers to this file: ipmmu_pt_continue() comes here by what
 * the job remembers.
 */
#include <ipmmu/merge.h>

#include "table.h"

/* The table of the job's level, or the entry above it where the way ends. */
static uint64_t *find(const struct ipmmu_pt *pt, uint32_t *level)
{
	const struct ipmmu_pt_job *job = &pt->job;
	uint64_t *slot = pt_slot(pt->root, job->next, 1);

	for (*level = 1; *level < job->depth && pt_is_table(*slot, *level); (*level)++) {
		slot = pt_slot(pt_table(pt, pt_address(*slot)), job->next, *level + 1);
	}
	return slot;
}

static bool is_whole(const struct ipmmu_pt_job *job, uint32_t level)
{
	return (job->next & (pt_size(level) - 1)) == 0 &&
	       job->end - job->next >= pt_size(level);
}

static void spend(struct ipmmu_pt_job *job, uint32_t entries)
{
	job->budget -= entries < job->budget ? entries : job->budget;
}

/* Can a block begin with this entry of @level? */
static bool begins_block(uint64_t entry, uint32_t level)
{
	return pt_is_valid(entry) && !pt_is_table(entry, level) &&
	       (pt_address(entry) & (pt_size(level - 1) - 1)) == 0;
}

/* How many entries of a table of @level go on as parts of one block do. A block has no hint. */
static uint32_t parts(const uint64_t *table, uint32_t level)
{
	uint64_t part = table[0] & ~PT_HINT;
	uint32_t i = 1;

	if (!begins_block(part, level)) {
		return 0;
	}
	while (i < PT_ENTRIES && (table[i] & ~PT_HINT) == part + pt_step(level)) {
		part += pt_step(level);
		i++;
	}
	return i;
}

/*
 * One store from the table to the block, or to the block that waits to be made. A walker has to
 * see it before the table is changed, through which the chain runs.
 */
static PT_NOINLINE void become(struct ipmmu_pt *pt, uint64_t *slot, uint64_t *table)
{
	struct ipmmu_pt_job *job = &pt->job;
	const uint64_t pa = pt_address(*slot);
	const uint64_t block =
		pt_leaf(pt_address(table[0]), table[0] & PT_ATTRIBUTES, job->depth);

	job->removed = true;
	job->broken = pt->replace == IPMMU_PT_BREAK_BEFORE_MAKE;
	pt_store(slot, job->broken ? pt_break(block) : block);
	pt_clean(pt, slot, 1);
	pt_order(pt);
	ipmmu_pt_list_push(pt, &pt->gathered, table, pa);
}

static PT_NOINLINE void merge_entry(struct ipmmu_pt *pt, uint64_t *slot)
{
	struct ipmmu_pt_job *job = &pt->job;
	uint64_t *table;
	uint32_t count;

	if (!pt_is_table(*slot, job->depth)) {
		return;
	}
	table = pt_table(pt, pt_address(*slot));
	count = parts(table, job->depth + 1);
	spend(job, count);
	if (count == PT_ENTRIES) {
		become(pt, slot, table);
	}
}

static PT_NOINLINE void make_entry(const struct ipmmu_pt *pt, uint64_t *slot)
{
	if (*slot != 0 && !pt_is_valid(*slot)) {
		pt_store(slot, *slot | pt_leaf_kind(pt->job.depth));
		pt_clean(pt, slot, 1);
	}
}

/* From entry to entry, as far as the budget goes. */
static void merge_pass(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_job *job = &pt->job;

	while (job->next < job->end && job->budget > 0) {
		uint32_t level;
		uint64_t *slot = find(pt, &level);

		spend(job, 1);
		if (level == job->depth && is_whole(job, level)) {
			if (job->pass == PT_PASS_BREAK) {
				merge_entry(pt, slot);
			} else {
				make_entry(pt, slot);
			}
		}
		job->next = (job->next | (pt_size(level) - 1)) + 1;
	}
}

/* After a pass: another over what is broken, or over the level above; false: there is none. */
static bool merge_turn(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_job *job = &pt->job;

	if (job->broken) {
		job->pass = PT_PASS_MAKE;
	} else if (job->depth > 1) {
		job->pass = PT_PASS_BREAK;
		job->depth--;
	} else {
		return false;
	}
	job->next = job->start;
	return true;
}

static enum ipmmu_pt_next merge_step(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_job *job = &pt->job;

	for (;;) {
		merge_pass(pt);
		if (job->next < job->end) {
			return IPMMU_PT_NEXT_CONTINUE;
		}
		if (!merge_turn(pt)) {
			ipmmu_pt_job_kind(pt, PT_JOB_NONE);
			return job->removed ? IPMMU_PT_NEXT_FLUSH : IPMMU_PT_NEXT_NONE;
		}
		if (job->broken) {
			job->broken = false;
			job->removed = false;
			return IPMMU_PT_NEXT_FLUSH_CONTINUE;
		}
	}
}

enum ipmmu_err ipmmu_pt_merge(struct ipmmu_pt *pt, struct ipmmu_iova iova, uint64_t size,
			      uint32_t budget, enum ipmmu_pt_next *next)
{
	enum ipmmu_err err = pt_check(pt, iova.v, size);

	*next = IPMMU_PT_NEXT_NONE;
	if (err != IPMMU_OK) {
		return err;
	}
	if (!pt_splits(pt) || pt->replace == IPMMU_PT_NEVER) {
		return IPMMU_E_UNSUPPORTED;
	}
	ipmmu_pt_job_begin(pt, iova.v, size, budget);
	ipmmu_pt_job_kind(pt, PT_JOB_MERGE);
	pt->job.pass = PT_PASS_BREAK;
	pt->job.depth = PT_LEVELS - 1;
	pt->job.merge = merge_step;
	*next = merge_step(pt);
	return IPMMU_OK;
}
