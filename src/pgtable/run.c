// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * run.c - what happens to the entries of one table: runs of leaves, and the decision for each
 * entry of a change. Which table comes next is edit.c's.
 */
#include "run.h"

/** enum action - what becomes of one entry. */
enum action {
	ACTION_SKIP,
	ACTION_DOWN,    /**< go into the table, or split the block */
	ACTION_DROP,    /**< empty it */
	ACTION_GATHER,  /**< empty it; the table below goes */
	ACTION_BREAK,   /**< invalid until the flush has ended */
	ACTION_REWRITE, /**< new attributes */
};

void ipmmu_pt_run_hinted(uint64_t *slot, uint64_t iova, uint64_t entry, uint32_t count)
{
	const uint64_t step = pt_step(PT_LEVELS);
	uint32_t n = (uint32_t)((0 - (iova >> PT_PAGE_SHIFT)) & (PT_GROUP - 1));
	uint32_t part;

	n = n < count ? n : count;
	for (part = 0; part < 3; part++) {
		pt_run_store(slot, n, part == 1 ? entry | PT_HINT : entry, step);
		entry += n * step;
		slot += n;
		count -= n;
		n = part == 0 ? count & ~(uint32_t)(PT_GROUP - 1) : count;
	}
}

static bool is_whole(const struct ipmmu_pt_job *job, uint32_t level)
{
	return (job->next & (pt_size(level) - 1)) == 0 &&
	       job->end - job->next >= pt_size(level);
}

static bool is_same(const struct ipmmu_pt_job *job, uint64_t entry)
{
	return job->kind == PT_JOB_PROTECT && pt_is_valid(entry) &&
	       ((entry ^ job->attr) & PT_ATTRIBUTES) == 0;
}

static enum action decide_table(const struct ipmmu_pt *pt, uint32_t level, bool whole)
{
	if (pt->job.kind == PT_JOB_REPLACE && pt->replace == IPMMU_PT_DIRECT) {
		return ACTION_DOWN;
	}
	/* Level by level, so that one entry is never more work than one table. */
	if (!whole || level != PT_LEVELS - 1 || pt->job.kind == PT_JOB_PROTECT) {
		return ACTION_DOWN;
	}
	return pt->keep_empty && pt->job.kind == PT_JOB_UNMAP ? ACTION_DOWN : ACTION_GATHER;
}

static enum action decide_break(const struct ipmmu_pt *pt, uint64_t entry, bool whole)
{
	const bool replaces = pt->job.kind != PT_JOB_UNMAP;
	const bool breaks = replaces && pt->replace == IPMMU_PT_BREAK_BEFORE_MAKE;

	if (!pt_is_valid(entry)) {
		return ACTION_SKIP;
	}
	if (!whole) {
		return breaks || pt->split == IPMMU_PT_BREAK_BEFORE_MAKE ? ACTION_BREAK
									 : ACTION_SKIP;
	}
	if (pt->job.kind == PT_JOB_PROTECT) {
		return breaks ? ACTION_BREAK : ACTION_SKIP;
	}
	return !replaces || breaks ? ACTION_DROP : ACTION_SKIP;
}

/* What to do with one entry that is not empty. Pure. */
static PT_NOINLINE enum action decide(const struct ipmmu_pt *pt, uint64_t entry, uint32_t level)
{
	const bool whole = is_whole(&pt->job, level);

	if (pt_is_table(entry, level)) {
		return decide_table(pt, level, whole);
	}
	if (is_same(&pt->job, entry)) {
		return ACTION_SKIP;
	}
	if (pt->job.pass == PT_PASS_BREAK) {
		return decide_break(pt, entry, whole);
	}
	if (!whole) {
		return ACTION_DOWN;
	}
	return pt->job.kind == PT_JOB_UNMAP ? ACTION_DROP : ACTION_REWRITE;
}

/* The table of the job, and the entry in it where the job is. */
static uint64_t *slot_now(const struct ipmmu_pt_job *job)
{
	return job->frame[job->depth - 1].table + pt_index(job->next, job->depth);
}

/* What the entry is to be. */
static uint64_t changed(struct ipmmu_pt *pt, enum action action, uint64_t entry)
{
	struct ipmmu_pt_job *job = &pt->job;

	switch (action) {
	case ACTION_BREAK:
		job->broken = true;
		return pt_break(entry);
	case ACTION_REWRITE:
		return pt_leaf(pt_address(entry), job->attr, job->depth) | (entry & PT_HINT);
	case ACTION_SKIP:
	case ACTION_DOWN:
	case ACTION_DROP:
	case ACTION_GATHER:
	default:
		return 0;
	}
}

static PT_NOINLINE void gather_one(struct ipmmu_pt *pt, uint64_t pa)
{
	ipmmu_pt_list_push(pt, &pt->gathered, pt_table(pt, pa), pa);
}

/* A fresh table is known to no walker: what goes there was never there. */
static PT_NOINLINE void apply(struct ipmmu_pt *pt, enum action action)
{
	struct ipmmu_pt_job *job = &pt->job;
	struct ipmmu_pt_frame *frame = &job->frame[job->depth - 1];
	uint64_t *slot = slot_now(job);
	const uint64_t entry = *slot;
	const uint64_t pa = pt_address(entry);

	job->removed |= pt_is_valid(entry) && !frame->fresh;
	pt_store(slot, changed(pt, action, entry));
	pt_touch(frame, pt_index(job->next, job->depth), 1);
	if (action == ACTION_GATHER) {
		gather_one(pt, pa);
	}
}

static void advance(struct ipmmu_pt_job *job, uint32_t level)
{
	job->next = (job->next | (pt_size(level) - 1)) + 1;
	job->budget--;
	if (job->next > job->end) {
		job->next = job->end;
	}
}

static PT_NOINLINE bool run_change(struct ipmmu_pt *pt, uint32_t count)
{
	struct ipmmu_pt_job *job = &pt->job;
	const uint64_t *slot = slot_now(job);

	for (; count > 0; count--, slot++) {
		enum action action = *slot == 0 ? ACTION_SKIP : decide(pt, *slot, job->depth);

		if (action == ACTION_DOWN) {
			return false;
		}
		if (action != ACTION_SKIP) {
			apply(pt, action);
		}
		advance(job, job->depth);
	}
	return true;
}

static PT_NOINLINE bool run_clear(struct ipmmu_pt *pt, struct ipmmu_pt_frame *frame,
				  uint32_t count)
{
	struct ipmmu_pt_job *job = &pt->job;
	uint32_t index = pt_index(job->next, PT_LEVELS);
	uint64_t bits = pt_run_clear(frame->table + index, count);

	if (bits != 0) {
		job->removed |= pt_is_valid(bits) && !frame->fresh;
		pt_touch(frame, index, count);
	}
	job->next += (uint64_t)count << PT_PAGE_SHIFT;
	job->budget -= count;
	return true;
}

/* The table below @entry of @level goes, with the tables below it. */
PT_INLINE void gather(struct ipmmu_pt *pt, uint64_t entry, uint32_t level)
{
	const uint64_t pa = pt_address(entry);
	uint64_t *table = pt_table(pt, pa);
	uint32_t i;

	for (i = 0; level + 1 < PT_LEVELS && i < PT_ENTRIES; i++) {
		if (pt_is_table(table[i], level + 1)) {
			uint64_t below = pt_address(table[i]);

			ipmmu_pt_list_push(pt, &pt->gathered, pt_table(pt, below), below);
		}
	}
	ipmmu_pt_list_push(pt, &pt->gathered, table, pa);
}

/* What a leaf run will be stored over, when replacing. */
static PT_NOINLINE void run_over(struct ipmmu_pt *pt, uint32_t count)
{
	struct ipmmu_pt_job *job = &pt->job;
	uint64_t *slot = slot_now(job);
	uint64_t pa = job->next + job->offset;

	for (; count > 0; count--, slot++, pa += pt_size(job->depth)) {
		const uint64_t entry = *slot;

		job->removed |= pt_is_valid(entry) && !job->frame[job->depth - 1].fresh;
		if (pt_is_table(entry, job->depth)) {
			/*
			 * In one store from the table to the leaf, and seen before the chain
			 * that runs through the tables.
			 */
			pt_store(slot, pt_leaf(pa, job->attr, job->depth));
			pt_clean(pt, slot, 1);
			pt_order(pt);
			gather(pt, entry, job->depth);
		}
	}
}

/* An empty table that was kept is gone into, or the table would be lost under a block. */
static uint32_t empty_run(const uint64_t *slot, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count && slot[i] == 0; i++) {
	}
	return i;
}

/* Are leaves possible at this level? */
static bool is_leaf_level(const struct ipmmu_pt *pt, uint32_t level)
{
	const uint64_t bits = pt->job.next | pt->job.offset;

	return level == PT_LEVELS || (pt->split != IPMMU_PT_NEVER && pt->job.pages == NULL &&
				      (bits & (pt_size(level) - 1)) == 0);
}

/* How many whole leaves fit here, of at most @count. */
static PT_NOINLINE uint32_t leaves_here(const struct ipmmu_pt *pt, uint32_t count)
{
	const struct ipmmu_pt_job *job = &pt->job;
	const uint64_t whole = (job->end - job->next) >> pt_shift(job->depth);

	if (!is_leaf_level(pt, job->depth)) {
		return 0;
	}
	count = whole < count ? (uint32_t)whole : count;
	if (pt->keep_empty && job->depth < PT_LEVELS && job->kind == PT_JOB_MAP) {
		count = empty_run(slot_now(job), count);
	}
	return count;
}

static PT_NOINLINE void store_leaves(struct ipmmu_pt *pt, uint32_t count)
{
	struct ipmmu_pt_job *job = &pt->job;
	const uint32_t level = job->depth;
	const uint64_t pa = job->next + job->offset;
	uint64_t *slot = slot_now(job);

	pt_touch(&job->frame[level - 1], pt_index(job->next, level), count);
	if (level < PT_LEVELS) {
		pt_run_store(slot, count, pt_leaf(pa, job->attr, level), pt_step(level));
	} else if (job->pages == NULL) {
		pt_run_pages(pt, slot, job->next, pa, job->attr, count);
	} else {
		pt_run_scatter(slot, job->pages + ((job->next - job->start) >> PT_PAGE_SHIFT),
			       job->attr, count);
	}
	job->next += (uint64_t)count << pt_shift(level);
	job->budget -= count;
}

static PT_NOINLINE bool run_map(struct ipmmu_pt *pt, uint32_t most)
{
	const uint32_t count = leaves_here(pt, most);

	if (count == 0) {
		return false;
	}
	store_leaves(pt, count);
	/* The next entry, if there is one, has to be gone into. */
	return count == most;
}

/*
 * A hint says that 16 entries are one: what changes a part of them takes the hint from all.
 * In the range each keeps its state, what else happens to it comes after.
 */
static void ungroup(struct ipmmu_pt *pt, struct ipmmu_pt_frame *frame, uint64_t base)
{
	struct ipmmu_pt_job *job = &pt->job;
	const uint32_t first = pt_index(base, PT_LEVELS);
	uint64_t *slot = frame->table + first;
	uint32_t i;

	for (i = 0; i < PT_GROUP; i++, slot++) {
		uint64_t page = base + i * PT_PAGE_SIZE;
		bool inside = page >= job->start && page < job->end;
		uint64_t entry = *slot;

		job->removed |= pt_is_valid(entry) && !frame->fresh;
		if (entry != 0 && job->pass == PT_PASS_BREAK) {
			job->broken = true;
			pt_store(slot, pt_break(entry));
		} else if (entry != 0) {
			entry = inside ? entry : entry | pt_leaf_kind(PT_LEVELS);
			pt_store(slot, entry & ~PT_HINT);
		}
	}
	pt_touch(frame, first, PT_GROUP);
}

static void ungroup_at(struct ipmmu_pt *pt, struct ipmmu_pt_frame *frame, uint64_t at)
{
	const struct ipmmu_pt_job *job = &pt->job;
	const uint64_t size = PT_GROUP * PT_PAGE_SIZE;
	const uint64_t base = at & ~(size - 1);
	const bool whole = base >= job->start && base + size <= job->end;

	if (!whole &&
	    (pt_run_bits(frame->table + pt_index(base, PT_LEVELS), PT_GROUP) & PT_HINT) != 0) {
		ungroup(pt, frame, base);
	}
}

/* A run ends with a group, so that no group is changed in part between two steps. */
static PT_NOINLINE uint32_t run_groups(struct ipmmu_pt *pt, struct ipmmu_pt_frame *frame,
				       uint32_t count, uint32_t most)
{
	struct ipmmu_pt_job *job = &pt->job;
	const uint32_t over = (pt_index(job->next, PT_LEVELS) + count) % PT_GROUP;

	count += over == 0 ? 0 : PT_GROUP - over;
	count = count < most ? count : most;
	job->budget = job->budget < count ? count : job->budget;
	ungroup_at(pt, frame, job->next);
	ungroup_at(pt, frame, job->next + ((uint64_t)(count - 1) << PT_PAGE_SHIFT));
	return count;
}

bool ipmmu_pt_run(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_job *job = &pt->job;
	const uint32_t level = job->depth;
	struct ipmmu_pt_frame *frame = &job->frame[level - 1];
	const uint32_t most = pt_entries_left(job, level);
	uint32_t count = most < job->budget ? most : job->budget;

	if (level == PT_LEVELS && pt->contiguous && job->kind != PT_JOB_MAP) {
		count = run_groups(pt, frame, count, most);
	}
	if (job->pass == PT_PASS_MAKE && job->kind == PT_JOB_REPLACE) {
		run_over(pt, leaves_here(pt, count));
		return run_map(pt, count);
	}
	if (job->kind == PT_JOB_MAP) {
		return run_map(pt, count);
	}
	if (level == PT_LEVELS && job->kind == PT_JOB_UNMAP) {
		return run_clear(pt, frame, count);
	}
	return run_change(pt, count);
}
