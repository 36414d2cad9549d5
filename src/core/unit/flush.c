// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * flush.c - flushes of contexts, with tickets; the only place that waits for the hardware.
 *
 * A flush is known only for a whole context. A request gets the ticket of a flush that starts
 * later. One flush serves all requests that came before its start, so any number of callers
 * costs at most two flushes: the one under way, and the next one.
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

enum ipmmu_ticket_state ipmmu_ticket_look_locked(struct ipmmu_ticket ticket)
{
	const struct ipmmu_flush *flush = &ticket.context->flush;
	const uint32_t number = (uint32_t)ticket.number;

	if (ticket.number >> 32 != ticket.context->generation ||
	    !is_before(flush->ended, number)) {
		return IPMMU_TICKET_SERVED;
	}
	return is_before(flush->lost, number) ? IPMMU_TICKET_WAITS : IPMMU_TICKET_LOST;
}

enum ipmmu_ticket_state ipmmu_ticket_look(struct ipmmu_ticket ticket)
{
	enum ipmmu_ticket_state state = IPMMU_TICKET_SERVED;

	if (ticket.context != NULL) {
		ipmmu_lock(&ticket.context->root->lock);
		state = ipmmu_ticket_look_locked(ticket);
		ipmmu_unlock(&ticket.context->root->lock);
	}
	return state;
}

struct ipmmu_ticket ipmmu_flush_request_locked(struct ipmmu_context *context, uint32_t units)
{
	const struct ipmmu_ticket ticket = {context, ipmmu_flush_next(context)};

	context->flush.next |= units;
	return ticket;
}

/* ---- the steps of a flush ---- */

static uint32_t units_of(const struct ipmmu_flush *flush, enum ipmmu_flush_step step)
{
	if (step == IPMMU_FLUSH_SETTLE) {
		return flush->unseen;
	}
	return step == IPMMU_FLUSH_ROOT ? flush->units & IPMMU_UNIT_ROOT
					: flush->units & ~(IPMMU_UNIT_ROOT | IPMMU_UNIT_UTLBS);
}

/*
 * Whether IMCTR.FLUSH also empties the uTLBs on the context is not known, though every public
 * driver relies on it. IMUCTR.FLUSH does. It comes last: nothing older can be taken in.
 */
static void end_locked(struct ipmmu_context *context)
{
	struct ipmmu_flush *flush = &context->flush;

	if ((flush->units & IPMMU_UNIT_UTLBS) != 0u && flush->on &&
	    !context->root->system->options.context_flush_reaches_utlbs) {
		ipmmu_context_reopen_locked(context, context);
	}
	flush->step = IPMMU_FLUSH_IDLE;
	flush->ended = flush->begun;
	flush->lost = flush->ended;
	ipmmu_imctr_sync_locked(context);
}

/*
 * To the next step that has units. The root comes before the caches: whether a cache that is
 * being flushed can take entries out of the root's TLB is not known. With the other order it
 * would keep old ones for ever.
 */
static void advance_locked(struct ipmmu_context *context)
{
	struct ipmmu_flush *flush = &context->flush;

	do {
		if (flush->step == IPMMU_FLUSH_CACHES) {
			end_locked(context);
			return;
		}
		flush->step++;
		flush->pending = units_of(flush, flush->step);
	} while (flush->pending == 0u);
	if (flush->step == IPMMU_FLUSH_SETTLE) {
		ipmmu_barrier(context->root->system);
	} else {
		flush->unseen = 0u;
		ipmmu_imctr_write_locked(context, flush->pending);
	}
}

static void begin_locked(struct ipmmu_context *context)
{
	struct ipmmu_flush *flush = &context->flush;

	flush->begun++;
	flush->on = context->on;
	flush->units = flush->next;
	flush->next = 0u;
	/* With the root all units in use get what the context is to be. */
	context->stale = context->stale && (flush->units & IPMMU_UNIT_ROOT) == 0u;
	advance_locked(context);
}

/* Also those who wait for the next flush are lost: the context is in quarantine then. */
static void give_up_locked(struct ipmmu_context *context, uint32_t pending, uint64_t waited_us)
{
	struct ipmmu_flush *flush = &context->flush;

	flush->unseen = pending;
	flush->next = 0u;
	flush->step = IPMMU_FLUSH_IDLE;
	flush->begun++;
	flush->lost = flush->begun;
	ipmmu_event_numbers(IPMMU_EVENT_FLUSH_TIMEOUT, context->root->mmu, IPMMU_NONE,
			    context->number, IPMMU_E_TIMEOUT, waited_us,
			    context->root->system->options.flush_timeout_us);
	if (context->state == IPMMU_CONTEXT_LIVE) {
		ipmmu_context_quarantine_locked(context);
	}
}

/* ---- those who wait ---- */

/** struct watch - one caller that waits for a ticket. */
struct watch {
	struct ipmmu_ticket ticket;
	struct ipmmu_flush seen; /**< as it was at the last look */
	struct ipmmu_wait wait;  /**< how long the poller may take for this step */
	enum ipmmu_err err;      /**< of a ticket that is lost */
};

static bool has_moved(const struct watch *watch)
{
	const struct ipmmu_flush *flush = &watch->ticket.context->flush;

	return flush->begun != watch->seen.begun || flush->step != watch->seen.step;
}

/* Polls one step to its end, or to the time-out. */
static void poll(const struct watch *watch)
{
	struct ipmmu_context *context = watch->ticket.context;
	const struct ipmmu_system *system = context->root->system;
	uint32_t pending = watch->seen.pending;
	struct ipmmu_wait wait;

	ipmmu_wait_begin(&wait, system, 1u);
	do {
		pending = ipmmu_imctr_look(context, &watch->seen, pending);
	} while (pending != 0u && ipmmu_wait_more(&wait));
	ipmmu_lock(&context->root->lock);
	if (!has_moved(watch)) {
		context->flush.polled = false;
		if (pending != 0u) {
			give_up_locked(context, pending, ipmmu_now(system) - wait.start_us);
		} else {
			advance_locked(context);
		}
	}
	ipmmu_unlock(&context->root->lock);
}

/* Starts the flush that it waits for, if it is time. *@polls: the caller is to poll. */
static enum ipmmu_ticket_state look(struct watch *watch, bool *polls)
{
	struct ipmmu_context *context = watch->ticket.context;
	struct ipmmu_flush *flush = &context->flush;
	enum ipmmu_ticket_state state;

	ipmmu_lock(&context->root->lock);
	if (ipmmu_ticket_look_locked(watch->ticket) == IPMMU_TICKET_WAITS &&
	    flush->step == IPMMU_FLUSH_IDLE) {
		begin_locked(context);
	}
	state = ipmmu_ticket_look_locked(watch->ticket);
	if (state == IPMMU_TICKET_LOST) {
		watch->err =
			ipmmu_context_suspected(context) ? IPMMU_E_UNVERIFIED : IPMMU_E_TIMEOUT;
	}
	*polls = state == IPMMU_TICKET_WAITS && (!flush->polled || watch->wait.expired);
	flush->polled = flush->polled || *polls;
	if (has_moved(watch)) {
		ipmmu_wait_begin(&watch->wait, context->root->system, 2u);
	}
	watch->seen = *flush;
	ipmmu_unlock(&context->root->lock);
	return state;
}

enum ipmmu_err ipmmu_flush_wait(struct ipmmu_ticket ticket)
{
	/* As long as it waits it has moved since. */
	struct watch watch = {.ticket = ticket, .seen = {.begun = (uint32_t)ticket.number}};
	bool polls = false;

	if (ticket.context == NULL) {
		return IPMMU_OK;
	}
	while (look(&watch, &polls) == IPMMU_TICKET_WAITS) {
		if (polls) {
			poll(&watch);
		} else {
			(void)ipmmu_wait_more(&watch.wait);
		}
	}
	return watch.err;
}

enum ipmmu_err ipmmu_context_switch(struct ipmmu_context *context, bool on, uint32_t units)
{
	struct ipmmu_ticket ticket = {.context = NULL};
	bool changes;

	ipmmu_lock(&context->root->lock);
	changes = context->state != IPMMU_CONTEXT_QUARANTINED;
	if (changes && units != 0u) {
		context->on = on;
		context->caches |= units & ~(IPMMU_UNIT_ROOT | IPMMU_UNIT_UTLBS);
		ticket = ipmmu_flush_request_locked(context, units);
	}
	ipmmu_unlock(&context->root->lock);
	return changes ? ipmmu_flush_wait(ticket) : IPMMU_E_QUARANTINED;
}
