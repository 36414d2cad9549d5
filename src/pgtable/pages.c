// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * pages.c - map and unmap where there are no blocks: table by table, each found from the root.
 * What has blocks, or changes what is valid, is a job of edit.c.
 */
#include "table.h"

static void dirty_end(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_place *place = &pt->job.place;

	if (place->dirty_count > 0) {
		pt_clean(pt, place->dirty, place->dirty_count);
		place->dirty_count = 0;
	}
}

/* Entries were stored: they are cleaned together with their neighbours. */
static PT_NOINLINE void dirty_add(struct ipmmu_pt *pt, const uint64_t *slot, uint32_t count)
{
	struct ipmmu_pt_place *place = &pt->job.place;

	if (place->dirty_count == 0 || slot != place->dirty + place->dirty_count) {
		dirty_end(pt);
		place->dirty = slot;
	}
	place->dirty_count += count;
}

/* Walk to where the job is: as far as tables are. */
static PT_NOINLINE void find(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_job *job = &pt->job;
	uint64_t *slot = pt_slot(pt->root, job->next, 1);
	uint64_t within = pt_size(PT_LEVELS - 1) - 1;
	uint32_t level;

	PT_UNROLL_LEVELS
	for (level = 1; level < PT_LEVELS; level++) {
		job->place.slot[level - 1] = slot;
		if (*slot == 0) {
			within = pt_size(level) - 1;
			break;
		}
		slot = pt_slot(pt_table(pt, pt_address(*slot)), job->next, level + 1);
	}
	job->place.slot[level - 1] = slot;
	job->place.level = level;
	within |= job->next;
	job->place.stop = within < job->end - 1 ? within + 1 : job->end;
}

/* The entry that was found, and the pages from there on that the place is for. */
PT_INLINE uint64_t *slot_found(const struct ipmmu_pt_job *job)
{
	return job->place.slot[job->place.level - 1];
}

PT_INLINE uint32_t pages_found(const struct ipmmu_pt_job *job)
{
	return (uint32_t)((job->place.stop - job->next) >> PT_PAGE_SHIFT);
}

/* Is all of the job's range empty, and how many tables does it need? */
static PT_NOINLINE enum ipmmu_err survey(struct ipmmu_pt *pt, uint64_t *need)
{
	struct ipmmu_pt_job *job = &pt->job;
	uint32_t level;

	for (*need = 0; job->next < job->end; job->next = job->place.stop) {
		find(pt);
		level = job->place.level;
		if (level == PT_LEVELS && pt_run_bits(slot_found(job), pages_found(job)) != 0) {
			return IPMMU_E_EXISTS;
		}
		for (; level < PT_LEVELS; level++) {
			*need += ((job->place.stop - 1) >> pt_shift(level)) -
				 (job->next >> pt_shift(level)) + 1;
		}
	}
	job->next = job->start;
	return IPMMU_OK;
}

static PT_NOINLINE void store(const struct ipmmu_pt *pt, uint64_t *slot)
{
	const struct ipmmu_pt_job *job = &pt->job;

	if (job->pages == NULL) {
		pt_run_store(slot, pages_found(job),
			     pt_leaf(job->next + job->offset, job->attr, PT_LEVELS),
			     pt_step(PT_LEVELS));
	} else {
		pt_run_scatter(slot, job->pages + ((job->next - job->start) >> PT_PAGE_SHIFT),
			       job->attr, pages_found(job));
	}
}

/* New tables from the last level up, each whole and clean; what leads to the first of them. */
static PT_NOINLINE uint64_t build(struct ipmmu_pt *pt)
{
	const uint64_t iova = pt->job.next;
	uint64_t entry = 0;
	uint32_t level;

	for (level = PT_LEVELS; level > pt->job.place.level; level--) {
		const uint64_t pa = pt->pool.head;
		uint64_t *table = ipmmu_pt_list_pop(pt, &pt->pool);

		if (!PT_QUICK || level < PT_LEVELS || pages_found(&pt->job) < PT_ENTRIES) {
			ipmmu_pt_clear(table, PT_ENTRIES);
		}
		if (level == PT_LEVELS) {
			store(pt, pt_slot(table, iova, level));
		} else {
			pt_store(pt_slot(table, iova, level), entry);
		}
		pt_clean(pt, table, PT_ENTRIES);
		entry = pt_link(pt, pa);
	}
	return entry;
}

/* Up to the end of one table of pages. */
static void map_table(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_job *job = &pt->job;
	const uint64_t last = job->next | (pt_size(PT_LEVELS - 1) - 1);
	uint64_t entry;

	find(pt);
	if (job->place.stop > last) {
		job->place.stop = last + 1;
	}
	if (job->place.level == PT_LEVELS) {
		store(pt, slot_found(job));
		dirty_add(pt, slot_found(job), pages_found(job));
	} else {
		entry = build(pt);
		pt_order(pt);
		pt_store(slot_found(job), entry);
		dirty_add(pt, slot_found(job), 1);
	}
	job->next = job->place.stop;
}

enum ipmmu_err ipmmu_pt_pages_map(struct ipmmu_pt *pt)
{
	uint64_t need;
	enum ipmmu_err err = survey(pt, &need);

	if (err == IPMMU_OK) {
		/* More than that do not fit into the output width. */
		err = need > UINT32_MAX ? IPMMU_E_NO_MEMORY
					: ipmmu_pt_pool_fill(pt, (uint32_t)need);
	}
	if (err != IPMMU_OK) {
		return err;
	}
	while (pt->job.next < pt->job.end) {
		map_table(pt);
	}
	dirty_end(pt);
	return IPMMU_OK;
}

/* @count tables of pages from the one that was found on go, and what is empty without them. */
static PT_NOINLINE void unlink(struct ipmmu_pt *pt, uint32_t count)
{
	uint32_t level = PT_LEVELS - 1;
	uint32_t index = pt_index(pt->job.next, level);
	uint64_t *slot = pt->job.place.slot[level - 1];
	uint32_t i;

	for (i = 0; i < count; i++) {
		ipmmu_pt_gather(pt, slot + i);
	}
	while (level > 1 && pt_is_alone(slot - index, index, count)) {
		level--;
		index = pt_index(pt->job.next, level);
		slot = pt->job.place.slot[level - 1];
		count = 1;
		ipmmu_pt_gather(pt, slot);
	}
	pt->job.removed = true;
	pt_clean(pt, slot, count);
}

/* @count pages from where the job is, in one table; it goes when nothing is left in it. */
static PT_NOINLINE void clear(struct ipmmu_pt *pt, uint32_t count)
{
	struct ipmmu_pt_job *job = &pt->job;
	const uint32_t index = pt_index(job->next, PT_LEVELS);
	uint64_t *slot = slot_found(job);

	if (pt_run_clear(slot, count) == 0) {
		return;
	}
	if (!pt->keep_empty && pt_is_alone(slot - index, index, count)) {
		unlink(pt, 1);
	} else {
		job->removed = true;
		pt_clean(pt, slot, count);
	}
}

/* Whole tables, each one entry of the table above, that stand side by side from there on. */
static PT_NOINLINE uint32_t tables_found(const struct ipmmu_pt_job *job)
{
	const uint32_t level = PT_LEVELS - 1;
	const uint64_t *slot = job->place.slot[level - 1];
	const uint64_t whole = (job->end - job->next) >> pt_shift(level);
	uint32_t most = pt_entries_left(job, level);
	uint32_t count = 1;

	most = most < whole ? most : (uint32_t)whole;
	most = most < job->budget ? most : job->budget;
	while (count < most && slot[count] != 0) {
		count++;
	}
	return count;
}

static void unmap_table(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_job *job = &pt->job;
	uint32_t count = 1;

	find(pt);
	if (job->place.level == PT_LEVELS) {
		count = pages_found(job);
		if (count == PT_ENTRIES && !pt->keep_empty) {
			count = PT_QUICK ? tables_found(job) : 1;
			unlink(pt, count);
			job->place.stop = job->next + count * pt_size(PT_LEVELS - 1);
		} else {
			count = count < job->budget ? count : job->budget;
			job->place.stop = job->next + ((uint64_t)count << PT_PAGE_SHIFT);
			clear(pt, count);
		}
	}
	job->budget -= count;
	job->next = job->place.stop;
}

enum ipmmu_pt_next ipmmu_pt_pages_unmap(struct ipmmu_pt *pt)
{
	struct ipmmu_pt_job *job = &pt->job;

	while (job->next < job->end && job->budget > 0) {
		unmap_table(pt);
	}
	if (job->next < job->end) {
		ipmmu_pt_job_kind(pt, PT_JOB_UNMAP);
		return IPMMU_PT_NEXT_CONTINUE;
	}
	ipmmu_pt_job_kind(pt, PT_JOB_NONE);
	return job->removed ? IPMMU_PT_NEXT_FLUSH : IPMMU_PT_NEXT_NONE;
}
