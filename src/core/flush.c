// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * flush.c - the only place that writes IMCTR, and the only one that waits for the hardware.
 *
 * A flush is known only for a whole context. It is started in every unit concerned and has
 * ended when FLUSH reads 0 in all of them. What a second write of IMCTR does meanwhile is not
 * known, so there is none: one caller at a time has the context (flushing), and a flush that
 * nobody saw end (unseen) is waited for before the next write.
 * No lock is held while waiting.
 */
#include "core.h"

/** struct flush_wait - one wait, bounded by the clock and by a count. */
struct flush_wait {
	struct ipmmu_system *system;
	uint64_t start_us;
	uint32_t limit_us;
	uint32_t passes;
	bool expired;
};

static struct flush_wait wait_begin(struct ipmmu_system *system, uint32_t limit_us)
{
	struct flush_wait wait = {
		.system = system,
		.start_us = system->ops->now_us(system->host),
		.limit_us = limit_us,
		.passes = limit_us * IPMMU_PASSES_PER_US,
		.expired = false,
	};

	return wait;
}

/*
 * Called after a pass that found something unfinished; false = give up. The clock is asked
 * before the last pass, not after it: a caller that was kept from running for long looks once
 * more before it gives up.
 */
static bool wait_more(struct flush_wait *wait)
{
	const struct ipmmu_ops *ops = wait->system->ops;
	uint64_t waited;

	if (wait->expired) {
		return false;
	}
	if (ops->relax != NULL) {
		ops->relax(wait->system->host);
	}
	waited = ops->now_us(wait->system->host) - wait->start_us;
	wait->passes--;
	wait->expired = waited >= wait->limit_us || wait->passes == 0u;
	return true;
}

static uint32_t imctr_value(const struct ipmmu_root *root, uint32_t n)
{
	uint32_t value = IMCTR_MMUEN | ipmmu_regs_imctr_format(ipmmu_root_mode(root));

	if (!root->contexts[n].masked) {
		value |= IMCTR_INTEN;
	}
	return value;
}

static void flush_start_locked(const struct ipmmu_flush *job, struct ipmmu_units units)
{
	const struct ipmmu_root *root = job->root;
	uint32_t n = job->context;
	uint32_t value = (job->on ? imctr_value(root, n) : 0u) | IMCTR_FLUSH;
	uint32_t i;

	if (units.root) {
		job->root->contexts[n].on = job->on;
		ipmmu_context_write(root->mmu, n, IMCTR, value);
	}
	for (i = 0u; i < root->cache_count; i++) {
		if ((units.caches & (1u << i)) != 0u) {
			/* A cache has only these three bits of IMCTR. */
			ipmmu_context_write(root->caches[i], n, IMCTR,
					    value & (IMCTR_MMUEN | IMCTR_FLUSH | IMCTR_INTEN));
		}
	}
}

static bool flush_seen(const struct ipmmu_mmu *mmu, uint32_t n)
{
	return (ipmmu_context_read(mmu, n, IMCTR) & IMCTR_FLUSH) == 0u;
}

/* One look at every unit that has not been seen to end. */
static void flush_pass(const struct ipmmu_root *root, uint32_t n, struct ipmmu_units *units)
{
	uint32_t i;

	for (i = 0u; i < root->cache_count; i++) {
		if ((units->caches & (1u << i)) != 0u && flush_seen(root->caches[i], n)) {
			units->caches &= ~(1u << i);
		}
	}
	if (units->root && flush_seen(root->mmu, n)) {
		units->root = false;
	}
}

/* Leaves in stuck what did not end. */
static bool flush_poll(struct ipmmu_flush *job, struct flush_wait *wait)
{
	struct ipmmu_units *units = &job->stuck;

	do {
		flush_pass(job->root, job->context, units);
		if (!units->root && units->caches == 0u) {
			return true;
		}
	} while (wait_more(wait));
	job->waited_us = wait->system->ops->now_us(wait->system->host) - wait->start_us;
	return false;
}

/* Its domain gave the context back while the job waited, which flushed it. */
static bool is_retired_locked(const struct ipmmu_flush *job)
{
	return job->domain != NULL && job->root->contexts[job->context].domain != job->domain;
}

/* Under the lock: may this job have the context now? Fills in what depends on the moment. */
static enum ipmmu_err flush_admit_locked(struct ipmmu_flush *job, bool waited)
{
	struct ipmmu_context *context = &job->root->contexts[job->context];

	if (is_retired_locked(job)) {
		return IPMMU_OK;
	}
	if (context->state == IPMMU_CONTEXT_QUARANTINED && !job->retry) {
		return waited ? IPMMU_E_TIMEOUT : IPMMU_E_QUARANTINED;
	}
	if (job->everywhere) {
		job->units.root = true;
		job->units.caches = context->caches;
	}
	context->caches |= job->units.caches;
	job->stuck.root = context->unseen_root;
	job->stuck.caches = context->unseen_caches;
	context->unseen_root = false;
	context->unseen_caches = 0u;
	context->flushing = true;
	job->claimed = true;
	return IPMMU_OK;
}

static void tell_timeout(const struct ipmmu_flush *job)
{
	const struct ipmmu_root *root = job->root;
	ipmmu_event_tell(IPMMU_EVENT_FLUSH_TIMEOUT, root->mmu, IPMMU_E_TIMEOUT, IPMMU_NONE,
			 job->context, job->waited_us, root->system->options.flush_timeout_us);
}

/* Every uTLB of a live context is denied. */
static enum ipmmu_err flush_quarantine_locked(const struct ipmmu_flush *job)
{
	struct ipmmu_root *root = job->root;

	if (root->contexts[job->context].state == IPMMU_CONTEXT_LIVE &&
	    !ipmmu_context_quarantine_locked(root, job->context)) {
		return IPMMU_E_UNVERIFIED;
	}
	return IPMMU_E_TIMEOUT;
}

/*
 * Whoever polls is kept from running. How far it came is not known, so nothing is written to
 * IMCTR: denied, the context can wait until it goes on.
 */
static enum ipmmu_err flush_overtake_locked(struct ipmmu_flush *job,
					    const struct flush_wait *wait)
{
	const struct ipmmu_system *system = job->root->system;

	if (is_retired_locked(job)) {
		return IPMMU_OK;
	}
	job->waited_us = system->ops->now_us(system->host) - wait->start_us;
	tell_timeout(job);
	return flush_quarantine_locked(job);
}

/*
 * Become the one who polls. Whoever polls now may wait for an older flush and then for its
 * own, in the root and in the caches, so this waits three times as long.
 */
static enum ipmmu_err flush_claim(struct ipmmu_flush *job)
{
	struct ipmmu_root *root = job->root;
	struct flush_wait wait =
		wait_begin(root->system, 3u * root->system->options.flush_timeout_us);
	enum ipmmu_err err = IPMMU_OK;
	bool waited = false;
	unsigned long saved;
	bool busy;

	do {
		saved = ipmmu_lock(root->system, root->lock);
		busy = IPMMU_WITH_LOCKS && root->contexts[job->context].flushing;
		if (!busy) {
			err = flush_admit_locked(job, waited);
		} else if (wait.expired) {
			err = flush_overtake_locked(job, &wait);
		}
		ipmmu_unlock(root->system, root->lock, saved);
		waited = true;
	} while (busy && wait_more(&wait));
	return err;
}

/* Nobody else sees the context between the time-out and its quarantine. */
static enum ipmmu_err flush_give_up(const struct ipmmu_flush *job)
{
	struct ipmmu_root *root = job->root;
	struct ipmmu_context *context = &root->contexts[job->context];
	unsigned long saved = ipmmu_lock(root->system, root->lock);
	enum ipmmu_err err;

	context->unseen_root = job->stuck.root;
	context->unseen_caches = job->stuck.caches;
	tell_timeout(job);
	err = flush_quarantine_locked(job);
	context->flushing = false;
	ipmmu_unlock(root->system, root->lock, saved);
	return err;
}

/*
 * A context that ends is given back in one go with the end of its flush: nobody finds it off
 * and still a domain's.
 */
static void flush_finish(const struct ipmmu_flush *job)
{
	struct ipmmu_root *root = job->root;
	struct ipmmu_system *system = root->system;
	struct ipmmu_context *context = &root->contexts[job->context];
	void *outer = job->retire != NULL ? system->lock : NULL;
	unsigned long saved_outer = ipmmu_lock(system, outer);
	unsigned long saved = ipmmu_lock(system, root->lock);

	context->flushing = false;
	if (job->retire != NULL) {
		ipmmu_context_give_back_locked(job->retire);
	} else if (context->reload) {
		ipmmu_flush_apply_mask_locked(root, job->context);
	}
	ipmmu_unlock(system, root->lock, saved);
	ipmmu_unlock(system, outer, saved_outer);
}

/* Start and wait. The tables' stores come before the flush, and it before the first look. */
static bool flush_round(struct ipmmu_flush *job, struct ipmmu_units units,
			struct flush_wait *wait)
{
	struct ipmmu_system *system = job->root->system;
	unsigned long saved;

	job->stuck = units;
	if (!units.root && units.caches == 0u) {
		return true;
	}
	(system->ops->barrier)(system->host); /* in parentheses: Xen has a macro of this name */
	saved = ipmmu_lock(system, job->root->lock);
	flush_start_locked(job, units);
	ipmmu_unlock(system, job->root->lock, saved);
	(system->ops->barrier)(system->host);
	return flush_poll(job, wait);
}

/*
 * The root first: whether a cache that is being flushed can take entries out of the root's TLB
 * is not known, so there are none left in it by then.
 */
static bool flush_units(struct ipmmu_flush *job)
{
	struct ipmmu_system *system = job->root->system;
	struct flush_wait wait = wait_begin(system, system->options.flush_timeout_us);
	struct ipmmu_units root = {job->units.root, 0u};
	struct ipmmu_units caches = {false, job->units.caches};

	if (!flush_round(job, root, &wait)) {
		return false;
	}
	if (wait.expired) {
		/* By a caller that was kept from running, not by the caches. */
		wait = wait_begin(system, system->options.flush_timeout_us);
	}
	return flush_round(job, caches, &wait);
}

/*
 * Whether IMCTR.FLUSH also empties the uTLBs that select the context is not known, though every
 * public driver relies on it; IMUCTR.FLUSH does. It comes last: nothing older can be taken in.
 */
static void flush_utlbs(const struct ipmmu_flush *job)
{
	struct ipmmu_root *root = job->root;
	unsigned long saved;

	if (!job->everywhere || !job->on || root->system->options.context_flush_reaches_utlbs) {
		return;
	}
	saved = ipmmu_lock(root->system, root->lock);
	ipmmu_root_reopen_locked(root, job->context);
	ipmmu_unlock(root->system, root->lock, saved);
}

/* A flush that an earlier caller gave up, or that nobody waited for. */
static bool flush_settle(struct ipmmu_flush *job)
{
	struct ipmmu_system *system = job->root->system;
	struct flush_wait wait;

	if (!job->stuck.root && job->stuck.caches == 0u) {
		return true;
	}
	(system->ops->barrier)(system->host);
	wait = wait_begin(system, system->options.flush_timeout_us);
	return flush_poll(job, &wait);
}

enum ipmmu_err ipmmu_flush_run(struct ipmmu_flush *job)
{
	enum ipmmu_err err = flush_claim(job);

	if (!job->claimed) {
		return err;
	}
	if (!flush_settle(job) || !flush_units(job)) {
		return flush_give_up(job);
	}
	flush_utlbs(job);
	flush_finish(job);
	return IPMMU_OK;
}

void ipmmu_flush_apply_mask_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];

	context->reload = context->on && context->state != IPMMU_CONTEXT_QUARANTINED;
	if (!context->reload || context->flushing) {
		return;
	}
	/* Of an earlier flush before the look at it, of stores before the one that follows. */
	(root->system->ops->barrier)(root->system->host);
	if (context->unseen_root && !flush_seen(root->mmu, n)) {
		return;
	}
	/* Every driver sets FLUSH with each change of a context; this one nobody waits for. */
	ipmmu_context_write(root->mmu, n, IMCTR, imctr_value(root, n) | IMCTR_FLUSH);
	context->unseen_root = true;
	context->reload = false;
}

bool ipmmu_flush_silence_locked(struct ipmmu_root *root, uint32_t n)
{
	uint32_t imctr;

	(root->system->ops->barrier)(root->system->host);
	imctr = ipmmu_context_read(root->mmu, n, IMCTR);
	/* With a flush of somebody else under way the next fault comes here again. */
	if ((imctr & (IMCTR_FLUSH | IMCTR_INTEN)) != IMCTR_INTEN) {
		return false;
	}
	ipmmu_context_write(root->mmu, n, IMCTR, (imctr & ~IMCTR_INTEN) | IMCTR_FLUSH);
	return true;
}
