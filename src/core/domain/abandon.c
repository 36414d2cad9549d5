// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * abandon.c - what is left of domains that their host gave up.
 */
#include "domain.h"

/*
 * System lock held. False: a call or a fault hook uses it. By consent its masters would be left
 * on a context that nobody has.
 */
static bool hand_over(struct ipmmu_domain *domain)
{
	struct ipmmu_context *context = domain->context;
	bool unused;

	ipmmu_lock(&domain->root->lock);
	unused = domain->held == 0u && (domain->root->deny != NULL || domain->masters == 0u);
	if (unused) {
		context->domain = NULL;
		context->remains = domain->owned;
		context->calls = domain->calls;
		context->cookie = domain->cookie;
	} else {
		domain->life = IPMMU_LIFE_OPEN;
	}
	ipmmu_unlock(&domain->root->lock);
	return unused;
}

enum ipmmu_err ipmmu_domain_abandon(struct ipmmu_domain *domain)
{
	struct ipmmu_system *system;
	enum ipmmu_err err;

	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	system = domain->system;
	err = ipmmu_life_begin(domain, true);
	if (err != IPMMU_OK) {
		return err;
	}
	/* What they were told to do for it ends here: another one of a group may let their
	 * uTLB into another domain. They are denied. */
	if (domain->root->deny != NULL) {
		ipmmu_master_each(domain->context, ipmmu_master_quiesce);
		ipmmu_master_each(domain->context, ipmmu_master_release);
	}
	ipmmu_lock(&system->lock);
	if (hand_over(domain)) {
		ipmmu_ports_leave_all(domain);
		ipmmu_domain_unlink(domain);
	} else {
		err = IPMMU_E_BUSY;
	}
	ipmmu_unlock(&system->lock);
	if (err == IPMMU_OK) {
		ipmmu_free(system, domain, sizeof(*domain));
	}
	return err;
}

/* A context without a domain that is in quarantine, also after a retry. While another call
 * retries it the answer is E_BUSY. */
static bool is_left(struct ipmmu_context *context)
{
	struct ipmmu_root *root = context->root;
	bool left;

	ipmmu_lock(&root->lock);
	left = context->domain == NULL && (context->state == IPMMU_CONTEXT_QUARANTINED ||
					   context->state == IPMMU_CONTEXT_RETRYING);
	ipmmu_unlock(&root->lock);
	return left &&
	       ipmmu_context_retry(root->system, root->mmu->index, context->number) != IPMMU_OK;
}

uint32_t ipmmu_system_retry(struct ipmmu_system *system)
{
	struct ipmmu_context *context;
	struct ipmmu_root *root;
	uint32_t left = 0u;

	for (root = system != NULL ? system->roots : NULL; root != NULL; root = root->next) {
		for (context = root->contexts; context < root->end; context++) {
			left += is_left(context) ? 1u : 0u;
		}
	}
	return left;
}
