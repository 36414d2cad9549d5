// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * retry.c - the only way of a context out of quarantine, with a domain or without one, and
 * ipmmu_domain_abandon().
 *
 * One retry of a context runs at a time: it takes the context from QUARANTINED (or KEPT) to
 * RETRYING under the root's lock, and ends in FREE or QUARANTINED.
 */
#include "domain.h"

/** struct retry - one on its way. */
struct retry {
	struct ipmmu_system *system;
	struct ipmmu_root *root;
	uint32_t n;
	struct ipmmu_domain *domain; /**< holder; NULL: nobody */
};

/* ---- admission ---- */

/* An unread cache may be on it. */
static bool is_fully_read(const struct ipmmu_root *root)
{
	const struct ipmmu_mmu *mmu;
	uint32_t i;

	for (i = 0u; (mmu = ipmmu_root_port_mmu(root, i)) != NULL; i++) {
		if (!mmu->looked) {
			return false;
		}
	}
	return true;
}

/* A context that was kept for others may be taken when they are gone. */
static enum ipmmu_err decide_kept(const struct ipmmu_root *root, uint32_t n)
{
	if (ipmmu_root_selects(root, n)) {
		return IPMMU_E_BUSY;
	}
	return is_fully_read(root) ? IPMMU_OK : IPMMU_E_OFFLINE;
}

static enum ipmmu_err decide_locked(const struct retry *retry)
{
	switch (retry->root->contexts[retry->n].state) {
	case IPMMU_CONTEXT_QUARANTINED:
		return IPMMU_OK;
	case IPMMU_CONTEXT_RETRYING:
		return IPMMU_E_BUSY;
	case IPMMU_CONTEXT_KEPT:
		return decide_kept(retry->root, retry->n);
	default:
		return IPMMU_E_STATE;
	}
}

/* System lock held. A domain that another call changes is not open to this one. */
static enum ipmmu_err admit(struct retry *retry)
{
	unsigned long saved = ipmmu_root_lock(retry->root);
	struct ipmmu_context *context = &retry->root->contexts[retry->n];
	enum ipmmu_err err = decide_locked(retry);

	retry->domain = context->domain;
	if (err == IPMMU_OK && retry->domain != NULL) {
		err = retry->domain->life == IPMMU_LIFE_OPEN ? IPMMU_OK : IPMMU_E_BUSY;
	}
	if (err == IPMMU_OK) {
		context->state = IPMMU_CONTEXT_RETRYING;
		if (retry->domain != NULL) {
			retry->domain->life = IPMMU_LIFE_BUSY;
		}
	}
	ipmmu_root_unlock(retry->root, saved);
	return err;
}

/* ---- the masters of a busy domain: they neither come nor go ---- */

static struct ipmmu_master *master_of(const struct retry *retry, uint32_t i)
{
	unsigned long saved = ipmmu_lock(retry->system, retry->system->lock);
	struct ipmmu_master *master = retry->root->masters;

	for (; master != NULL; master = master->next) {
		if (master->domain == retry->domain && i-- == 0u) {
			break;
		}
	}
	ipmmu_unlock(retry->system, retry->system->lock, saved);
	return master;
}

static void stop_masters(const struct retry *retry)
{
	struct ipmmu_master *master;
	uint32_t i;

	for (i = 0u; retry->domain != NULL && (master = master_of(retry, i)) != NULL; i++) {
		ipmmu_master_quiesce(master);
	}
}

static void release_masters(const struct retry *retry)
{
	struct ipmmu_master *master;
	uint32_t i;

	for (i = 0u; retry->domain != NULL && (master = master_of(retry, i)) != NULL; i++) {
		ipmmu_master_release(master);
	}
}

/* ---- the retry: no lock held ---- */

static enum ipmmu_err flush(const struct retry *retry, bool on)
{
	struct ipmmu_context *context = &retry->root->contexts[retry->n];
	unsigned long saved = ipmmu_root_lock(retry->root);
	struct ipmmu_ticket ticket;

	context->on = on;
	if (retry->domain == NULL) {
		/* It is not known where it was on. */
		context->caches |= ipmmu_root_online_caches(retry->root);
	}
	ticket = ipmmu_flush_everywhere_locked(retry->root, retry->n);
	ipmmu_root_unlock(retry->root, saved);
	return ipmmu_flush_wait(&ticket);
}

/* Every uTLB that may still select the context is closed before its flush can count. */
static enum ipmmu_err close(const struct retry *retry)
{
	unsigned long saved = ipmmu_root_lock(retry->root);
	bool closed = ipmmu_root_close_locked(retry->root, retry->n) &&
		      !ipmmu_root_selects(retry->root, retry->n);

	ipmmu_root_unlock(retry->root, saved);
	return closed ? IPMMU_OK : IPMMU_E_UNVERIFIED;
}

/*
 * Without a deny context the masters still select the context. They stay there, and out of
 * bypass, until a flush has shown that it ends.
 */
static enum ipmmu_err run(const struct retry *retry)
{
	enum ipmmu_err err = IPMMU_OK;

	if (retry->root->deny == IPMMU_NO_CONTEXT) {
		err = flush(retry, true);
	}
	if (err == IPMMU_OK) {
		/* What is under way since the deny may land until they stand still. */
		stop_masters(retry);
		err = close(retry);
	}
	return err == IPMMU_OK ? flush(retry, false) : err;
}

/* What hangs from the context is settled while nobody can be let into it. */
static void settle(const struct retry *retry)
{
	const struct ipmmu_context *context = &retry->root->contexts[retry->n];

	if (retry->domain != NULL && retry->domain->owned != NULL) {
		retry->domain->calls->settle(retry->domain);
	}
	if (context->remains != NULL) {
		retry->system->owned->destroy(retry->system, context->remains);
	}
}

/* System lock held: the masters are out, with the context. */
static void free_books(const struct retry *retry)
{
	struct ipmmu_master *master;
	unsigned long saved;

	for (master = retry->root->masters; master != NULL; master = master->next) {
		if (retry->domain != NULL && master->domain == retry->domain) {
			ipmmu_ports_leave(master);
		}
	}
	if (retry->domain != NULL) {
		retry->domain->reserved = false;
	}
	saved = ipmmu_root_lock(retry->root);
	ipmmu_context_free_locked(retry->root, retry->n);
	ipmmu_root_unlock(retry->root, saved);
}

static void tell_released(const struct retry *retry)
{
	struct ipmmu_event event = ipmmu_event_about(IPMMU_EVENT_RELEASED, retry->root->mmu);
	const struct ipmmu_context *context = &retry->root->contexts[retry->n];

	event.context = retry->n;
	event.cookie = retry->domain != NULL ? retry->domain->cookie : context->cookie;
	ipmmu_event_send(retry->system, &event);
}

static void finish(const struct retry *retry, bool released)
{
	struct ipmmu_context *context = &retry->root->contexts[retry->n];
	unsigned long saved;
	unsigned long saved_root;

	saved = ipmmu_lock(retry->system, retry->system->lock);
	if (released) {
		free_books(retry);
	} else {
		saved_root = ipmmu_root_lock(retry->root);
		context->state = IPMMU_CONTEXT_QUARANTINED;
		ipmmu_root_unlock(retry->root, saved_root);
	}
	if (retry->domain != NULL) {
		ipmmu_life_set(retry->domain, IPMMU_LIFE_OPEN);
	}
	ipmmu_unlock(retry->system, retry->system->lock, saved);
}

static enum ipmmu_err go(const struct retry *retry)
{
	enum ipmmu_err err = run(retry);

	if (err == IPMMU_OK) {
		settle(retry);
		tell_released(retry);
	}
	release_masters(retry);
	finish(retry, err == IPMMU_OK);
	return err;
}

/* ---- the public calls ---- */

enum ipmmu_err ipmmu_context_retry(struct ipmmu_system *system, uint32_t mmu, uint32_t context)
{
	struct retry retry = {.system = system, .n = context};
	enum ipmmu_err err;
	unsigned long saved;

	if (system == NULL) {
		return IPMMU_E_ARG;
	}
	if (mmu >= system->desc->mmu_count ||
	    context >= system->mmus[mmu].root->soc->contexts) {
		return IPMMU_E_RANGE;
	}
	retry.root = system->mmus[mmu].root;
	if (retry.root->mmu->why != IPMMU_OK) {
		return IPMMU_E_OFFLINE;
	}
	saved = ipmmu_lock(system, system->lock);
	err = admit(&retry);
	ipmmu_unlock(system, system->lock, saved);
	return err == IPMMU_OK ? go(&retry) : err;
}

enum ipmmu_err ipmmu_domain_retry(struct ipmmu_domain *domain)
{
	struct retry retry;
	enum ipmmu_err err;
	unsigned long saved;

	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	retry.system = domain->system;
	retry.root = domain->root;
	saved = ipmmu_lock(retry.system, retry.system->lock);
	retry.n = domain->context;
	if (domain->life != IPMMU_LIFE_OPEN) {
		err = IPMMU_E_BUSY;
	} else {
		err = retry.n == IPMMU_NO_CONTEXT ? IPMMU_E_STATE : admit(&retry);
	}
	ipmmu_unlock(retry.system, retry.system->lock, saved);
	return err == IPMMU_OK ? go(&retry) : err;
}

static uint32_t retry_root(struct ipmmu_root *root)
{
	uint32_t left = 0u;
	uint32_t n;

	for (n = 0u; n < root->soc->contexts; n++) {
		struct retry retry = {.system = root->system, .root = root, .n = n};
		unsigned long saved = ipmmu_lock(root->system, root->system->lock);
		const struct ipmmu_context *context = &root->contexts[n];
		bool is_left = context->domain == NULL &&
			       context->state == IPMMU_CONTEXT_QUARANTINED &&
			       admit(&retry) == IPMMU_OK;

		ipmmu_unlock(root->system, root->system->lock, saved);
		left += is_left && go(&retry) != IPMMU_OK ? 1u : 0u;
	}
	return left;
}

uint32_t ipmmu_system_retry(struct ipmmu_system *system)
{
	uint32_t left = 0u;
	uint32_t i;

	for (i = 0u; system != NULL && i < system->desc->mmu_count; i++) {
		const struct ipmmu_mmu *mmu = &system->mmus[i];

		if (mmu->root->mmu == mmu && mmu->why == IPMMU_OK) {
			left += retry_root(mmu->root);
		}
	}
	return left;
}

/* System lock held. By consent its masters would be left on a context that nobody has. */
static enum ipmmu_err decide_abandon(const struct ipmmu_domain *domain)
{
	unsigned long saved = ipmmu_root_lock(domain->root);
	bool used = domain->life != IPMMU_LIFE_OPEN || domain->held != 0u ||
		    (domain->root->deny == IPMMU_NO_CONTEXT && domain->masters != 0u);
	bool quarantined = ipmmu_domain_state_locked(domain) == IPMMU_DOMAIN_QUARANTINED;

	ipmmu_root_unlock(domain->root, saved);
	if (used) {
		return IPMMU_E_BUSY;
	}
	return quarantined ? IPMMU_OK : IPMMU_E_STATE;
}

static void hand_over(struct ipmmu_domain *domain)
{
	unsigned long saved = ipmmu_root_lock(domain->root);
	struct ipmmu_context *context = &domain->root->contexts[domain->context];

	context->domain = NULL;
	context->remains = domain->owned;
	context->cookie = domain->cookie;
	ipmmu_root_unlock(domain->root, saved);
}

enum ipmmu_err ipmmu_domain_abandon(struct ipmmu_domain *domain)
{
	struct ipmmu_system *system;
	struct ipmmu_master *master;
	enum ipmmu_err err;
	unsigned long saved;

	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	system = domain->system;
	saved = ipmmu_lock(system, system->lock);
	err = decide_abandon(domain);
	for (master = domain->root->masters; err == IPMMU_OK && master != NULL;
	     master = master->next) {
		if (master->domain == domain) {
			ipmmu_ports_leave(master);
		}
	}
	if (err == IPMMU_OK) {
		hand_over(domain);
		ipmmu_domain_unlink(domain);
	}
	ipmmu_unlock(system, system->lock, saved);
	if (err == IPMMU_OK) {
		system->ops->free(system->host, domain, sizeof(*domain));
	}
	return err;
}
