// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * edit.c - carry out the job of a table: from table to table, without recursion, new tables
 * whole and cleaned before they are linked, one clean for what a step changed in a table.
 * What happens to entries is run.c's.
 */
#include "run.h"

static void frame_open(struct ipmmu_pt_frame *frame, uint64_t *table, uint64_t pa,
		       uint32_t index)
{
	frame->table = table;
	frame->pa = pa;
	frame->low = UINT16_MAX;
	frame->high = 0;
	frame->index = (uint16_t)index;
	frame->fresh = false;
}

void ipmmu_pt_job_begin(struct ipmmu_pt *pt, uint64_t iova, uint64_t size, uint32_t budget)
{
	pt->job.budget = pt_budget(budget);
	pt->job.start = iova;
	pt->job.next = iova;
	pt->job.end = iova + size;
	pt->job.pages = NULL;
	pt->job.removed = false;
	pt->job.broken = false;
	pt->job.pass = PT_PASS_MAKE;
}

/*
 * A table that says the same as the leaf @entry above it. Of a broken leaf, what the job goes
 * over stays broken: steps may end in between, and what is valid must not change then.
 */
static void split(struct ipmmu_pt *pt, uint64_t *table, uint64_t entry, uint32_t level)
{
	const uint64_t leaf = pt_leaf(pt_address(entry), entry & PT_ATTRIBUTES, level);
	const uint32_t first = pt_index(pt->job.next, level);

	pt_run_store(table, PT_ENTRIES, leaf, pt_step(level));
	if (!pt_is_valid(entry)) {
		pt_run_store(table + first, pt_entries_left(&pt->job, level),
			     pt_break(leaf) + first * pt_step(level), pt_step(level));
	}
}

/* Into the entry where the job is: the table there, or a new one that says the same. */
static PT_NOINLINE void edit_down(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_job *e = &pt->job;
	const uint32_t level = e->depth;
	const uint32_t index = pt_index(pt->job.next, level);
	const uint64_t entry = e->frame[level - 1].table[index];
	struct ipmmu_pt_frame *frame = &e->frame[level];
	uint64_t pa = pt_address(entry);
	uint64_t *table;

	e->depth++;
	if (pt_is_table(entry, level)) {
		frame_open(frame, pt_table(pt, pa), pa, index);
		return;
	}
	pa = pt->pool.head;
	table = ipmmu_pt_list_pop(pt, &pt->pool);
	frame_open(frame, table, pa, index);
	frame->fresh = true;
	if (entry != 0) {
		split(pt, table, entry, level + 1);
	} else {
		ipmmu_pt_clear(table, PT_ENTRIES);
	}
}

static void link_fresh(struct ipmmu_pt *pt, struct ipmmu_pt_frame *frame,
		       struct ipmmu_pt_frame *above)
{
	uint64_t *slot = above->table + frame->index;

	pt_clean(pt, frame->table, PT_ENTRIES);
	if (!above->fresh) {
		pt_order(pt);
		pt->job.removed |= pt_is_valid(*slot);
	}
	pt_store(slot, pt_link(pt, frame->pa));
	pt_touch(above, frame->index, 1);
}

static bool is_reclaimed(const struct ipmmu_pt *pt, const struct ipmmu_pt_frame *frame)
{
	const bool unmaps = pt->job.kind == PT_JOB_UNMAP && !pt->keep_empty;
	/* A block may come where the table is. */
	const bool clears = pt->job.kind == PT_JOB_REPLACE && pt->job.pass == PT_PASS_BREAK;

	const uint32_t count = (uint32_t)(frame->high - frame->low);

	return (unmaps || clears) && pt_run_bits(frame->table + frame->low, count) == 0 &&
	       pt_is_alone(frame->table, frame->low, count);
}

/* Out of a table: what was changed in it becomes visible. */
static PT_NOINLINE void edit_up(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_job *e = &pt->job;
	struct ipmmu_pt_frame *frame = &e->frame[e->depth - 1];
	struct ipmmu_pt_frame *above = frame - 1;

	e->depth--;
	if (frame->fresh) {
		link_fresh(pt, frame, above);
	} else if (frame->high > 0 && is_reclaimed(pt, frame)) {
		pt_store(above->table + frame->index, 0);
		pt_touch(above, frame->index, 1);
		pt->job.removed = true;
		ipmmu_pt_list_push(pt, &pt->gathered, frame->table, frame->pa);
	} else if (frame->high > 0) {
		pt_clean(pt, frame->table + frame->low, (uint32_t)(frame->high - frame->low));
	}
}

/* Out of all tables, and what is left to make visible. */
static PT_NOINLINE void edit_out(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_job *job = &pt->job;

	while (job->depth > 1) {
		edit_up(pt);
	}
	if (job->frame[0].high > 0) {
		pt_clean(pt, pt->root + job->frame[0].low,
			 (uint32_t)(job->frame[0].high - job->frame[0].low));
	}
}

/* Out of the tables at whose end the job is. */
static PT_NOINLINE void edit_leave(struct ipmmu_pt *pt)
{
	const struct ipmmu_pt_job *job = &pt->job;

	while (job->depth > 1 && (job->next & (pt_size(job->depth - 1) - 1)) == 0) {
		edit_up(pt);
	}
}

/* From table to table, as far as the budget goes. */
static void edit_pass(struct ipmmu_pt *pt)
{
	while (pt->job.next < pt->job.end && pt->job.budget > 0) {
		if (ipmmu_pt_run(pt)) {
			edit_leave(pt);
		} else {
			edit_down(pt);
		}
	}
}

/*
 * After a pass: is there another? What was broken is made in a second one; a removal that broke
 * nothing has none.
 */
static PT_NOINLINE bool edit_turn(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_job *job = &pt->job;

	edit_out(pt);
	if (job->next < job->end || job->pass == PT_PASS_MAKE ||
	    (job->kind == PT_JOB_UNMAP && !job->broken)) {
		return false;
	}
	job->pass = PT_PASS_MAKE;
	job->next = job->start;
	return true;
}

/* What the caller has to do now. */
static enum ipmmu_pt_next edit_end(struct ipmmu_pt *pt)
{
	if (pt->job.next < pt->job.end) {
		return IPMMU_PT_NEXT_CONTINUE;
	}
	ipmmu_pt_job_kind(pt, PT_JOB_NONE);
	ipmmu_pt_pool_settle(pt);
	return pt->job.removed ? IPMMU_PT_NEXT_FLUSH : IPMMU_PT_NEXT_NONE;
}

enum ipmmu_pt_next ipmmu_pt_edit(struct ipmmu_pt *pt)
{
	for (;;) {
		frame_open(&pt->job.frame[0], pt->root, pt->root_pa, 0);
		pt->job.depth = 1;
		edit_pass(pt);
		if (!edit_turn(pt)) {
			return edit_end(pt);
		}
		if (pt->job.removed) {
			pt->job.removed = false;
			return IPMMU_PT_NEXT_FLUSH_CONTINUE;
		}
	}
}
