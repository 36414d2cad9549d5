// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * move.c - masters between domains and deny: decide, prepare, commit.
 *
 * One call moves one master. It marks the master and both domains busy, so that everything
 * below may wait without a lock. uTLBs change owner in prepare, under the system lock, and
 * selection in commit, under the root's.
 *
 * A commit ends in the target, or in deny with the old context in quarantine. There is no third
 * way and no way back.
 */
#include "domain.h"

/** struct move - one master on its way. */
struct move {
	struct ipmmu_master *master;
	struct ipmmu_domain *from; /**< NULL: from deny */
	struct ipmmu_domain *to;   /**< NULL: to deny */
	bool attach;               /**< only from deny */
	bool detach;               /**< only to deny */
	bool fresh;                /**< the target's context was taken by this move */
	bool left;                 /**< the master is out of its old domain for good */
	bool old_off;              /**< the old context is off and flushed */
	struct ipmmu_move_result result;
};

/* ---- decide and prepare: under the system lock ---- */

static bool is_open(const struct ipmmu_domain *domain)
{
	return domain == NULL || domain->life == IPMMU_LIFE_OPEN;
}

static bool has_target(const struct move *move)
{
	return move->detach || (move->to != NULL && move->to->system == move->master->system);
}

static enum ipmmu_err decide(const struct move *move)
{
	if (move->master->busy || !is_open(move->from) || !is_open(move->to)) {
		return IPMMU_E_BUSY;
	}
	if (move->from == move->to || (move->attach && move->from != NULL)) {
		return IPMMU_E_STATE;
	}
	if (move->to == NULL) {
		return IPMMU_OK;
	}
	if (move->to->root != move->master->root) {
		return IPMMU_E_ROOT;
	}
	if (ipmmu_domain_state_of(move->to) == IPMMU_DOMAIN_QUARANTINED) {
		return IPMMU_E_QUARANTINED;
	}
	return ipmmu_ports_decide(move->master, move->to);
}

static void set_life(const struct move *move, enum ipmmu_life life)
{
	move->master->busy = life == IPMMU_LIFE_BUSY;
	ipmmu_life_set(move->from, life);
	ipmmu_life_set(move->to, life);
}

static enum ipmmu_err prepare(struct move *move)
{
	enum ipmmu_err err;

	ipmmu_lock(&move->master->system->lock);
	move->from = move->master->domain;
	err = has_target(move) ? decide(move) : IPMMU_E_ARG;
	if (err == IPMMU_OK && move->to != NULL && move->to->context == NULL) {
		err = ipmmu_context_assign(move->to);
		move->fresh = err == IPMMU_OK;
	}
	if (err == IPMMU_OK) {
		set_life(move, IPMMU_LIFE_BUSY);
		if (move->to != NULL) {
			ipmmu_ports_own(move->master, move->to);
		}
	} else {
		move->result.state = ipmmu_master_state_of(move->master);
	}
	ipmmu_unlock(&move->master->system->lock);
	return err;
}

/* ---- commit: no lock but the root's, for writes ---- */

/*
 * Hop 1. What another master of the old domain shares stays open. A fault that is latched by
 * now is recorded while this master can still be listed.
 */
static enum ipmmu_err close_ports(struct move *move)
{
	struct ipmmu_context *old = move->from->context;
	struct ipmmu_utlb *utlb;
	bool closed = true;
	uint32_t i;

	ipmmu_lock(&old->root->lock);
	move->result.old_quarantined = old->state != IPMMU_CONTEXT_LIVE;
	if (!move->result.old_quarantined) {
		(void)ipmmu_status_take_locked(old);
	}
	for (i = 0u; (utlb = ipmmu_master_utlb(move->master, i)) != NULL; i++) {
		if (utlb->users > 1u) {
			move->result.shared++;
			closed = closed && !utlb->suspect;
		} else if (utlb->at == old->number) {
			closed = ipmmu_utlb_close_locked(utlb) && closed;
		}
	}
	if (!closed && !move->result.old_quarantined) {
		ipmmu_context_quarantine_locked(old);
	}
	ipmmu_unlock(&old->root->lock);
	return closed ? IPMMU_OK : IPMMU_E_UNVERIFIED;
}

/* Hop 3: nothing of the old domain is left in any TLB. The last master takes the context along.
 */
static enum ipmmu_err flush_old(struct move *move)
{
	enum ipmmu_err err;

	if (move->from->masters == 1u && !move->from->reserved) {
		err = ipmmu_life_switch_off(move->from);
		move->old_off = err == IPMMU_OK;
		return err;
	}
	err = ipmmu_domain_flush(move->from);
	/* By a flush of somebody else, between hops 1 and 3: to the caller the same. */
	return err == IPMMU_E_QUARANTINED ? IPMMU_E_TIMEOUT : err;
}

/*
 * Hops 1 to 3. From a domain in quarantine the third is not left to do. Hop 2: what the master
 * was told to do earlier ends here. Also when a group keeps its uTLBs open: they may follow the
 * group into another domain later. And when a uTLB does not read back as denied: then this is
 * all that can hold the master.
 */
static enum ipmmu_err leave(struct move *move)
{
	enum ipmmu_err err;

	if (move->master->root->deny == NULL) {
		/* Closed is bypass here, by consent: a master that runs is stopped first. */
		ipmmu_master_quiesce(move->master);
	}
	err = close_ports(move);
	move->left = true;
	ipmmu_master_quiesce(move->master);
	if (err == IPMMU_OK && !move->result.old_quarantined &&
	    move->result.shared != move->master->desc->port_count) {
		err = flush_old(move);
	}
	move->result.old_quarantined = move->result.old_quarantined || err != IPMMU_OK;
	return err;
}

/* Out of deny there is nothing to flush, unless an access waits there since it faulted. */
static enum ipmmu_err leave_deny(struct move *move)
{
	enum ipmmu_err err = ipmmu_master_close(move->master);

	ipmmu_master_quiesce(move->master);
	return err == IPMMU_OK ? ipmmu_root_unstall(move->master->root, false) : err;
}

/* Hop 4. */
static enum ipmmu_err enter(const struct move *move)
{
	const struct ipmmu_context *to = move->to->context;
	struct ipmmu_utlb *utlb;
	bool live;
	uint32_t i;

	ipmmu_lock(&to->root->lock);
	live = to->state == IPMMU_CONTEXT_LIVE;
	for (i = 0u; live && (utlb = ipmmu_master_utlb(move->master, i)) != NULL; i++) {
		if (utlb->at != to->number) {
			ipmmu_utlb_open_locked(utlb, to);
		}
	}
	ipmmu_unlock(&to->root->lock);
	return live ? IPMMU_OK : IPMMU_E_QUARANTINED;
}

static enum ipmmu_err commit(struct move *move)
{
	enum ipmmu_err err = IPMMU_OK;

	if (move->to != NULL) {
		err = ipmmu_life_extend(move->to, move->master, move->fresh);
	}
	if (err == IPMMU_OK) {
		err = move->from == NULL ? leave_deny(move) : leave(move);
	}
	if (err == IPMMU_OK && move->to != NULL) {
		err = enter(move);
	}
	return err;
}

/* ---- end: the books follow what the hardware does ---- */

/* System lock held. */
static void settle_books(struct move *move, enum ipmmu_err err)
{
	struct ipmmu_master *master = move->master;

	if (move->from != NULL && (err == IPMMU_OK || move->left)) {
		move->from->masters--;
		master->domain = NULL;
	}
	if (move->old_off && ipmmu_life_give_back(move->from) != IPMMU_OK) {
		move->result.old_quarantined = true;
	}
	if (err == IPMMU_OK && move->to != NULL) {
		move->to->masters++;
		master->domain = move->to;
	} else {
		ipmmu_ports_return(master);
	}
}

static void finish(struct move *move, enum ipmmu_err err)
{
	struct ipmmu_domain *to = move->to;
	/* A context that was taken for a master that did not come. At a time-out it is in
	 * quarantine, which the domain's state tells. */
	bool drop = err != IPMMU_OK && to != NULL && to->masters == 0u && !to->reserved &&
		    ipmmu_life_switch_off(to) == IPMMU_OK;

	move->result.quiesced = move->master->stopped;
	ipmmu_lock(&move->master->system->lock);
	settle_books(move, err);
	if (drop) {
		(void)ipmmu_life_give_back(to);
	}
	ipmmu_unlock(&move->master->system->lock);
	ipmmu_master_release(move->master);
	ipmmu_lock(&move->master->system->lock);
	move->result.state = ipmmu_master_state_of(move->master);
	/* From here on another call may take the master away. */
	set_life(move, IPMMU_LIFE_OPEN);
	ipmmu_unlock(&move->master->system->lock);
}

/* ---- the public calls ---- */

/* The result tells where the master is also when the call is refused. */
static enum ipmmu_err run(struct move *move, struct ipmmu_move_result *result)
{
	enum ipmmu_err err = move->master != NULL ? prepare(move) : IPMMU_E_ARG;

	if (err == IPMMU_OK) {
		err = commit(move);
		finish(move, err);
	}
	if (result != NULL) {
		*result = move->result;
	}
	return err;
}

enum ipmmu_err ipmmu_master_attach(struct ipmmu_master *master, struct ipmmu_domain *domain,
				   struct ipmmu_move_result *result)
{
	struct move move = {.master = master, .to = domain, .attach = true};

	return run(&move, result);
}

enum ipmmu_err ipmmu_master_move(struct ipmmu_master *master, struct ipmmu_domain *domain,
				 struct ipmmu_move_result *result)
{
	struct move move = {.master = master, .to = domain};

	return run(&move, result);
}

enum ipmmu_err ipmmu_master_detach(struct ipmmu_master *master,
				   struct ipmmu_move_result *result)
{
	struct move move = {.master = master, .detach = true};

	return run(&move, result);
}
