// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * move.c - masters between domains and deny: decide, prepare, commit.
 *
 * One call moves one master: it marks the master and both domains busy, so that everything
 * below may wait without a lock. uTLBs change owner in prepare, under the system lock, and
 * selection in commit, under the root's.
 *
 * A commit ends in the target, or in deny with the old context in quarantine; there is no third
 * way and no way back.
 */
#include "core.h"

/** struct move - one master on its way. */
struct move {
	struct ipmmu_system *system;
	struct ipmmu_master *master;
	struct ipmmu_domain *from; /**< NULL: from deny */
	struct ipmmu_domain *to;   /**< NULL: to deny */
	bool attach;               /**< only from deny */
	bool fresh;                /**< the target's context was taken by this move */
	bool left;                 /**< the master is out of its old domain for good */
	struct ipmmu_move_result result;
};

static struct ipmmu_utlb *move_utlb(const struct move *move, uint32_t i)
{
	return ipmmu_port_utlb(move->system, &move->master->desc->ports[i]);
}

static struct ipmmu_mmu *move_mmu(const struct move *move, uint32_t i)
{
	return &move->system->mmus[move->master->desc->ports[i].mmu];
}

/* ---- decide and prepare: under the system lock ---- */

static bool any_busy(const struct move *move)
{
	return move->master->busy || (move->from != NULL && move->from->busy) ||
	       (move->to != NULL && (move->to->busy || move->to->ending));
}

static enum ipmmu_err decide(const struct move *move)
{
	if (any_busy(move)) {
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

static void set_busy(const struct move *move)
{
	move->master->busy = true;
	if (move->from != NULL) {
		move->from->busy = true;
	}
	if (move->to != NULL) {
		move->to->busy = true;
	}
}

static enum ipmmu_err prepare(struct move *move)
{
	unsigned long saved = ipmmu_lock(move->system, move->system->lock);
	enum ipmmu_err err;

	move->from = move->master->domain;
	err = decide(move);
	if (err == IPMMU_OK && move->to != NULL && move->to->context == IPMMU_NO_CONTEXT) {
		err = ipmmu_context_take(move->to);
		move->fresh = err == IPMMU_OK;
	}
	if (err == IPMMU_OK) {
		set_busy(move);
		if (move->to != NULL) {
			ipmmu_ports_own(move->master, move->to);
		}
	} else {
		move->result.state = ipmmu_master_state_of(move->master);
	}
	ipmmu_unlock(move->system, move->system->lock, saved);
	return err;
}

/* ---- commit: no lock but the root's, for writes ---- */

/* A uTLB that once did not read back as denied gets another chance before it is opened. */
static enum ipmmu_err close_suspects(const struct move *move)
{
	bool closed = true;
	unsigned long saved;
	uint32_t i;

	saved = ipmmu_lock(move->system, move->master->root->lock);
	for (i = 0u; i < move->master->desc->port_count; i++) {
		if (move_utlb(move, i)->suspect) {
			closed = ipmmu_utlb_close_locked(move_mmu(move, i),
							 move->master->desc->ports[i].utlb) &&
				 closed;
		}
	}
	ipmmu_unlock(move->system, move->master->root->lock, saved);
	return closed ? IPMMU_OK : IPMMU_E_UNVERIFIED;
}

/* Hop 1. What another master of the old domain shares stays open. */
static enum ipmmu_err close_ports(struct move *move)
{
	struct ipmmu_root *root = move->master->root;
	uint32_t old = move->from->context;
	bool closed = true;
	unsigned long saved;
	uint32_t i;

	saved = ipmmu_lock(move->system, root->lock);
	for (i = 0u; i < move->master->desc->port_count; i++) {
		const struct ipmmu_utlb *utlb = move_utlb(move, i);

		if (utlb->users > 1u) {
			move->result.shared++;
		} else if (utlb->at == old) {
			closed = ipmmu_utlb_close_locked(move_mmu(move, i),
							 move->master->desc->ports[i].utlb) &&
				 closed;
		}
	}
	if (!closed && root->contexts[old].state == IPMMU_CONTEXT_LIVE) {
		(void)ipmmu_context_quarantine_locked(root, old);
	}
	ipmmu_unlock(move->system, root->lock, saved);
	return closed ? IPMMU_OK : IPMMU_E_UNVERIFIED;
}

/* Hop 3: nothing of the old domain is left in any TLB. The last master takes the context along.
 */
static enum ipmmu_err flush_old(const struct move *move)
{
	struct ipmmu_flush job = {
		.root = move->from->root,
		.context = move->from->context,
		.domain = move->from,
		.everywhere = true,
		.on = true,
	};

	if (move->from->masters == 1u && !move->from->reserved) {
		return ipmmu_context_retire(move->from, false);
	}
	return ipmmu_flush_run(&job);
}

static bool any_closed(const struct move *move)
{
	return move->result.shared != move->master->desc->port_count;
}

/*
 * Hop 2, also on the way out of deny: what the master was told to do earlier ends here. Also
 * when a group keeps its uTLBs open: they may follow the group into another domain later. And
 * when a uTLB does not read back as denied: then this is all that can hold the master.
 */
static void quiesce(struct move *move)
{
	ipmmu_master_quiesce(move->master);
	move->result.quiesced = move->master->stopped;
}

/* Hops 1 to 3. From a domain in quarantine the third is not left to do. */
static enum ipmmu_err leave(struct move *move)
{
	bool quarantined = ipmmu_domain_state_of(move->from) == IPMMU_DOMAIN_QUARANTINED;
	enum ipmmu_err err = close_ports(move);

	move->left = true;
	quiesce(move);
	if (err == IPMMU_OK && !quarantined && any_closed(move)) {
		err = flush_old(move);
	}
	/* By a flush of somebody else, between hops 1 and 3: to the caller the same. */
	err = err == IPMMU_E_QUARANTINED ? IPMMU_E_TIMEOUT : err;
	move->result.old_quarantined = quarantined || err != IPMMU_OK;
	return err;
}

/* Out of deny there is nothing to flush. */
static enum ipmmu_err leave_deny(struct move *move)
{
	enum ipmmu_err err = close_suspects(move);

	quiesce(move);
	return err;
}

/* Hop 4. */
static enum ipmmu_err enter(const struct move *move)
{
	struct ipmmu_root *root = move->to->root;
	uint32_t n = move->to->context;
	unsigned long saved = ipmmu_lock(move->system, root->lock);
	enum ipmmu_err err = IPMMU_OK;
	uint32_t i;

	if (root->contexts[n].state != IPMMU_CONTEXT_LIVE) {
		err = IPMMU_E_QUARANTINED;
	}
	for (i = 0u; err == IPMMU_OK && i < move->master->desc->port_count; i++) {
		if (move_utlb(move, i)->at != n) {
			ipmmu_utlb_open_locked(move_mmu(move, i),
					       move->master->desc->ports[i].utlb, n);
		}
	}
	ipmmu_unlock(move->system, root->lock, saved);
	return err;
}

static enum ipmmu_err commit(struct move *move)
{
	enum ipmmu_err err = IPMMU_OK;

	if (move->to != NULL) {
		err = ipmmu_context_extend(move->to, move->master->desc, move->fresh);
	}
	if (err == IPMMU_OK) {
		err = move->from == NULL ? leave_deny(move) : leave(move);
	}
	if (err == IPMMU_OK && move->to != NULL) {
		err = enter(move);
	}
	ipmmu_master_release(move->master);
	return err;
}

/* ---- end: the books follow what the hardware does ---- */

static void settle_books(struct move *move, bool arrived)
{
	struct ipmmu_master *master = move->master;

	if (!arrived && !move->left) {
		ipmmu_ports_return(master);
		return;
	}
	if (move->from != NULL) {
		move->from->masters--;
		master->domain = NULL;
	}
	if (arrived && move->to != NULL) {
		move->to->masters++;
		master->domain = move->to;
		return;
	}
	ipmmu_ports_disown(master);
}

/* A context that was taken for a master that did not come. */
static void drop_unused(struct move *move)
{
	struct ipmmu_domain *to = move->to;

	if (to != NULL && to->masters == 0u && !to->reserved &&
	    ipmmu_domain_state_of(to) == IPMMU_DOMAIN_LIVE) {
		/* At a time-out it is in quarantine, which the domain's state tells. */
		(void)ipmmu_context_retire(to, false);
	}
}

static void finish(struct move *move, enum ipmmu_err err)
{
	unsigned long saved = ipmmu_lock(move->system, move->system->lock);

	settle_books(move, err == IPMMU_OK);
	ipmmu_unlock(move->system, move->system->lock, saved);
	if (err != IPMMU_OK) {
		drop_unused(move);
	}
	saved = ipmmu_lock(move->system, move->system->lock);
	move->result.state = ipmmu_master_state_of(move->master);
	/* From here on another call may take the master away. */
	move->master->busy = false;
	ipmmu_unlock(move->system, move->system->lock, saved);
	if (move->from != NULL) {
		ipmmu_domain_unbusy(move->from);
	}
	if (move->to != NULL) {
		ipmmu_domain_unbusy(move->to);
	}
}

static enum ipmmu_err run(struct move *move, struct ipmmu_move_result *result)
{
	enum ipmmu_err err = prepare(move);

	if (err == IPMMU_OK) {
		err = commit(move);
		finish(move, err);
	}
	if (result != NULL) {
		*result = move->result;
	}
	return err;
}

/* ---- the public calls ---- */

enum ipmmu_err ipmmu_master_attach(struct ipmmu_master *master, struct ipmmu_domain *domain,
				   struct ipmmu_move_result *result)
{
	struct move move = {.master = master, .to = domain, .attach = true};

	if (master == NULL || domain == NULL || domain->system != master->system) {
		return IPMMU_E_ARG;
	}
	move.system = master->system;
	return run(&move, result);
}

enum ipmmu_err ipmmu_master_move(struct ipmmu_master *master, struct ipmmu_domain *domain,
				 struct ipmmu_move_result *result)
{
	struct move move = {.master = master, .to = domain};

	if (master == NULL || domain == NULL || domain->system != master->system) {
		return IPMMU_E_ARG;
	}
	move.system = master->system;
	return run(&move, result);
}

enum ipmmu_err ipmmu_master_detach(struct ipmmu_master *master,
				   struct ipmmu_move_result *result)
{
	struct move move = {.master = master};

	if (master == NULL) {
		return IPMMU_E_ARG;
	}
	move.system = master->system;
	return run(&move, result);
}
