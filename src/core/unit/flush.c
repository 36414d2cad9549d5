// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * flush.c - flushes of contexts, with tickets; the only place that waits for the hardware.
 *
 * The state of a flush is in its context, under the root's lock: no caller owns it. One of
 * those who wait reads FLUSH, without the lock, until a step has ended. Then it takes the lock
 * and starts the next step. A caller that comes back late finds another flush or step, and
 * leaves it alone. So a poller that is kept from running can be replaced.
 */
#include "unit.h"

/* Was the flush with @ticket requested before that with @other? They wrap around. */
static bool is_before(uint32_t ticket, uint32_t other)
{
	return ticket - other > UINT32_MAX / 2u;
}

enum ipmmu_ticket_state ipmmu_ticket_look_locked(const struct ipmmu_ticket *ticket)
{
	const struct ipmmu_flush *flush = &ticket->root->contexts[ticket->context].flush;

	if (!is_before(flush->ended, ticket->number)) {
		return IPMMU_TICKET_SERVED;
	}
	return is_before(flush->lost, ticket->number) ? IPMMU_TICKET_WAITS : IPMMU_TICKET_LOST;
}

enum ipmmu_ticket_state ipmmu_ticket_look(const struct ipmmu_ticket *ticket)
{
	enum ipmmu_ticket_state state = IPMMU_TICKET_SERVED;
	unsigned long saved;

	if (ticket->context != IPMMU_NO_CONTEXT) {
		saved = ipmmu_root_lock(ticket->root);
		state = ipmmu_ticket_look_locked(ticket);
		ipmmu_root_unlock(ticket->root, saved);
	}
	return state;
}

struct ipmmu_ticket ipmmu_flush_request_locked(struct ipmmu_root *root, uint32_t n,
					       const struct ipmmu_units *units, bool utlbs)
{
	struct ipmmu_flush *flush = &root->contexts[n].flush;
	const struct ipmmu_ticket ticket = {root, n, flush->begun + 1u};

	ipmmu_units_add(&flush->next, units);
	flush->next_utlbs = flush->next_utlbs || utlbs;
	return ticket;
}

struct ipmmu_ticket ipmmu_flush_everywhere_locked(struct ipmmu_root *root, uint32_t n)
{
	const struct ipmmu_units units = {true, root->contexts[n].caches};

	return ipmmu_flush_request_locked(root, n, &units, true);
}

/* ---- the steps of a flush ---- */

/*
 * Whether IMCTR.FLUSH also empties the uTLBs on the context is not known, though every public
 * driver relies on it. IMUCTR.FLUSH does. It comes last: nothing older can be taken in.
 */
static void end_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];
	struct ipmmu_flush *flush = &context->flush;

	if (flush->utlbs && flush->on && !root->system->options.context_flush_reaches_utlbs) {
		ipmmu_root_reopen_locked(root, n);
	}
	flush->step = IPMMU_FLUSH_IDLE;
	flush->ended = flush->begun;
	ipmmu_imctr_sync_locked(root, n);
}

static void start_caches_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_flush *flush = &root->contexts[n].flush;

	flush->pending = (struct ipmmu_units){false, flush->units.caches};
	if (flush->pending.caches == 0u) {
		end_locked(root, n);
		return;
	}
	flush->step = IPMMU_FLUSH_CACHES;
	ipmmu_imctr_write_locked(root, n, &flush->pending);
}

/*
 * The root comes first: whether a cache that is being flushed can take entries out of the
 * root's TLB is not known. With the other order it would keep old ones for ever.
 */
static void start_root_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_context *context = &root->contexts[n];
	struct ipmmu_flush *flush = &context->flush;

	flush->unseen = (struct ipmmu_units){false, 0u};
	/* Every unit in use gets the right IMCTR now, unless only some are flushed. */
	context->stale = context->stale && !flush->units.root;
	flush->pending = (struct ipmmu_units){flush->units.root, 0u};
	if (!flush->pending.root) {
		start_caches_locked(root, n);
		return;
	}
	flush->step = IPMMU_FLUSH_ROOT;
	ipmmu_imctr_write_locked(root, n, &flush->pending);
}

static void begin_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_flush *flush = &root->contexts[n].flush;

	flush->begun++;
	flush->on = root->contexts[n].on;
	flush->units = flush->next;
	flush->utlbs = flush->next_utlbs;
	flush->next = (struct ipmmu_units){false, 0u};
	flush->next_utlbs = false;
	flush->pending = flush->unseen;
	if (!ipmmu_units_any(&flush->pending)) {
		start_root_locked(root, n);
		return;
	}
	flush->step = IPMMU_FLUSH_SETTLE;
	ipmmu_barrier(root->system);
}

static void advance_locked(struct ipmmu_root *root, uint32_t n)
{
	switch (root->contexts[n].flush.step) {
	case IPMMU_FLUSH_SETTLE:
		start_root_locked(root, n);
		break;
	case IPMMU_FLUSH_ROOT:
		start_caches_locked(root, n);
		break;
	default:
		end_locked(root, n);
		break;
	}
}

/* Also those who wait for the next flush are lost: the context is in quarantine then. */
static void give_up_locked(struct ipmmu_root *root, uint32_t n,
			   const struct ipmmu_units *pending, uint64_t waited_us)
{
	struct ipmmu_context *context = &root->contexts[n];
	struct ipmmu_flush *flush = &context->flush;

	flush->unseen = *pending;
	flush->next = (struct ipmmu_units){false, 0u};
	flush->next_utlbs = false;
	flush->step = IPMMU_FLUSH_IDLE;
	flush->begun++;
	flush->lost = flush->begun;
	ipmmu_event_tell(IPMMU_EVENT_FLUSH_TIMEOUT, root->mmu, IPMMU_E_TIMEOUT, IPMMU_NONE, n,
			 waited_us, root->system->options.flush_timeout_us);
	if (context->state == IPMMU_CONTEXT_LIVE) {
		ipmmu_context_quarantine_locked(root, n);
	}
}

/* ---- those who wait ---- */

/** struct watch - one caller that waits for a ticket. */
struct watch {
	const struct ipmmu_ticket *ticket;
	struct ipmmu_flush seen; /**< as it was at the last look */
	struct ipmmu_wait wait;  /**< how long the poller may take for this step */
};

/* Polls one step to its end, or to the time-out. */
static void poll(const struct watch *watch)
{
	struct ipmmu_root *root = watch->ticket->root;
	uint32_t n = watch->ticket->context;
	struct ipmmu_flush *flush = &root->contexts[n].flush;
	struct ipmmu_units pending = watch->seen.pending;
	struct ipmmu_wait wait;
	unsigned long saved;

	ipmmu_wait_begin(&wait, root->system, root->system->options.flush_timeout_us);
	do {
		ipmmu_imctr_look(root, n, &watch->seen, &pending);
	} while (ipmmu_units_any(&pending) && ipmmu_wait_more(&wait));
	saved = ipmmu_root_lock(root);
	if (flush->begun == watch->seen.begun && flush->step == watch->seen.step) {
		flush->polled = false;
		if (ipmmu_units_any(&pending)) {
			give_up_locked(root, n, &pending,
				       ipmmu_now(root->system) - wait.start_us);
		} else {
			advance_locked(root, n);
		}
	}
	ipmmu_root_unlock(root, saved);
}

static bool has_moved(const struct ipmmu_flush *flush, const struct ipmmu_flush *seen)
{
	return flush->begun != seen->begun || flush->step != seen->step;
}

/* Starts the flush that it waits for, if it is time. *@polls: the caller is to poll. */
static enum ipmmu_ticket_state look(struct watch *watch, bool *polls)
{
	const struct ipmmu_ticket *ticket = watch->ticket;
	struct ipmmu_root *root = ticket->root;
	struct ipmmu_flush *flush = &root->contexts[ticket->context].flush;
	unsigned long saved = ipmmu_root_lock(root);
	enum ipmmu_ticket_state state;

	if (ipmmu_ticket_look_locked(ticket) == IPMMU_TICKET_WAITS &&
	    flush->step == IPMMU_FLUSH_IDLE) {
		begin_locked(root, ticket->context);
	}
	state = ipmmu_ticket_look_locked(ticket);
	*polls = state == IPMMU_TICKET_WAITS && (!flush->polled || watch->wait.expired);
	flush->polled = flush->polled || *polls;
	if (has_moved(flush, &watch->seen)) {
		ipmmu_wait_begin(&watch->wait, root->system,
				 2u * root->system->options.flush_timeout_us);
	}
	watch->seen = *flush;
	ipmmu_root_unlock(root, saved);
	return state;
}

static enum ipmmu_err failure(const struct ipmmu_ticket *ticket)
{
	unsigned long saved = ipmmu_root_lock(ticket->root);
	bool suspects = ipmmu_root_suspects(ticket->root, ticket->context);

	ipmmu_root_unlock(ticket->root, saved);
	return suspects ? IPMMU_E_UNVERIFIED : IPMMU_E_TIMEOUT;
}

enum ipmmu_err ipmmu_flush_wait(const struct ipmmu_ticket *ticket)
{
	struct watch watch = {.ticket = ticket};
	enum ipmmu_ticket_state state = IPMMU_TICKET_SERVED;
	bool polls = false;

	if (ticket->context == IPMMU_NO_CONTEXT) {
		return IPMMU_OK;
	}
	ipmmu_wait_begin(&watch.wait, ticket->root->system,
			 2u * ticket->root->system->options.flush_timeout_us);
	while ((state = look(&watch, &polls)) == IPMMU_TICKET_WAITS) {
		if (polls) {
			poll(&watch);
		} else {
			(void)ipmmu_wait_more(&watch.wait);
		}
	}
	return state == IPMMU_TICKET_SERVED ? IPMMU_OK : failure(ticket);
}
