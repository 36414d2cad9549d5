// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * retry.c - the only way of a context out of quarantine, with a domain or without one.
 *
 * One retry of a context runs at a time: it takes the context from QUARANTINED (or KEPT) to
 * RETRYING under the root's lock, and ends in FREE or QUARANTINED.
 */
#include "domain.h"

/* ---- admission: both locks held ---- */

/* A context that was kept for others may be taken when they are gone. */
static enum ipmmu_err decide_locked(const struct ipmmu_context *context)
{
	const struct ipmmu_domain *domain = context->domain;

	switch (context->state) {
	case IPMMU_CONTEXT_QUARANTINED:
		return domain == NULL || domain->life == IPMMU_LIFE_OPEN ? IPMMU_OK
									 : IPMMU_E_BUSY;
	case IPMMU_CONTEXT_KEPT:
		if (ipmmu_context_utlb(context, NULL) != NULL) {
			return IPMMU_E_BUSY;
		}
		return ipmmu_root_looked(context->root) ? IPMMU_OK : IPMMU_E_OFFLINE;
	case IPMMU_CONTEXT_RETRYING:
		return IPMMU_E_BUSY;
	default:
		return IPMMU_E_STATE;
	}
}

/* A domain that another call changes is not open to this one. System lock held. */
static enum ipmmu_err admit(struct ipmmu_context *context)
{
	enum ipmmu_err err;

	ipmmu_lock(&context->root->lock);
	err = decide_locked(context);
	if (err == IPMMU_OK) {
		context->state = IPMMU_CONTEXT_RETRYING;
		if (context->domain != NULL) {
			context->domain->life = IPMMU_LIFE_BUSY;
		}
	}
	ipmmu_unlock(&context->root->lock);
	return err;
}

/* ---- the retry: no lock held; a RETRYING context keeps its domain ---- */

static enum ipmmu_err flush(struct ipmmu_context *context, bool on)
{
	uint32_t units = IPMMU_UNIT_ROOT | IPMMU_UNIT_UTLBS | context->caches;

	/* Without a domain it is not known where it was on. */
	return ipmmu_context_switch(
		context, on,
		context->domain == NULL ? units | ipmmu_root_online(context->root) : units);
}

/* Every uTLB that may still select the context is closed before its flush can count. */
static enum ipmmu_err close(struct ipmmu_context *context)
{
	bool closed;

	ipmmu_lock(&context->root->lock);
	closed = ipmmu_context_close_locked(context);
	ipmmu_unlock(&context->root->lock);
	return closed ? IPMMU_OK : IPMMU_E_UNVERIFIED;
}

/* By consent, where nothing denies. */
static bool is_selected(const struct ipmmu_context *context)
{
	return context->root->deny == NULL && ipmmu_context_utlb(context, NULL) != NULL;
}

/*
 * Without a deny context the masters still select the context. They stay there, and out of
 * bypass, until a flush has shown that it ends.
 */
static enum ipmmu_err run(struct ipmmu_context *context)
{
	enum ipmmu_err err = is_selected(context) ? flush(context, true) : IPMMU_OK;

	if (err != IPMMU_OK) {
		return err;
	}
	/* What is under way since the deny may land until they stand still. */
	ipmmu_master_each(context, ipmmu_master_quiesce);
	err = close(context);
	return err == IPMMU_OK ? flush(context, false) : err;
}

/* What hangs from the context is settled while nobody can be let into it. */
static void settle(const struct ipmmu_context *context)
{
	const struct ipmmu_domain *domain = context->domain;
	struct ipmmu_system *system = context->root->system;
	struct ipmmu_event event = ipmmu_event_about(IPMMU_EVENT_RELEASED, context->root->mmu);

	if (domain != NULL && domain->owned != NULL) {
		domain->calls->settle(context->domain);
	}
	if (context->remains != NULL) {
		context->calls->destroy(system, context->remains);
	}
	event.context = context->number;
	event.cookie = domain != NULL ? domain->cookie : context->cookie;
	ipmmu_event_send(system, &event);
}

/*
 * System lock held. The masters are out with the context; by consent as soon as their uTLBs are
 * off, which is bypass.
 */
static void end(struct ipmmu_context *context, bool released)
{
	struct ipmmu_domain *domain = context->domain;
	bool out = released || (context->root->deny == NULL && !is_selected(context));

	if (out && domain != NULL) {
		ipmmu_ports_leave_all(domain);
		domain->reserved = false;
	}
	ipmmu_lock(&context->root->lock);
	if (released) {
		ipmmu_context_free_locked(context);
	} else {
		context->state = IPMMU_CONTEXT_QUARANTINED;
	}
	if (domain != NULL) {
		domain->life = IPMMU_LIFE_OPEN;
	}
	ipmmu_unlock(&context->root->lock);
}

static enum ipmmu_err go(struct ipmmu_context *context)
{
	struct ipmmu_system *system = context->root->system;
	enum ipmmu_err err = run(context);

	if (err == IPMMU_OK) {
		settle(context);
	}
	ipmmu_master_each(context, ipmmu_master_release);
	ipmmu_lock(&system->lock);
	end(context, err == IPMMU_OK);
	ipmmu_unlock(&system->lock);
	return err;
}

/* ---- the public calls ---- */

enum ipmmu_err ipmmu_context_retry(struct ipmmu_system *system, uint32_t mmu, uint32_t context)
{
	struct ipmmu_mmu *unit;
	struct ipmmu_root *root;
	enum ipmmu_err err = ipmmu_system_find(system, mmu, system, &unit);

	if (err != IPMMU_OK) {
		return err;
	}
	root = unit->root;
	if (context >= root->soc->contexts) {
		return IPMMU_E_RANGE;
	}
	if (root->mmu->why != IPMMU_OK) {
		return IPMMU_E_OFFLINE;
	}
	ipmmu_lock(&system->lock);
	err = admit(&root->contexts[context]);
	ipmmu_unlock(&system->lock);
	return err == IPMMU_OK ? go(&root->contexts[context]) : err;
}

enum ipmmu_err ipmmu_domain_retry(struct ipmmu_domain *domain)
{
	struct ipmmu_context *context;
	enum ipmmu_err err;

	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	ipmmu_lock(&domain->system->lock);
	context = domain->context;
	if (domain->life != IPMMU_LIFE_OPEN) {
		err = IPMMU_E_BUSY;
	} else {
		err = context == NULL ? IPMMU_E_STATE : admit(context);
	}
	ipmmu_unlock(&domain->system->lock);
	return err == IPMMU_OK ? go(context) : err;
}
