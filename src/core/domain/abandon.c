// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * abandon.c - what is left of domains that their host gave up.
 */
#include "domain.h"

/* By consent its masters would be left on a context that nobody has. */
static enum ipmmu_err hand_over(struct ipmmu_domain *domain)
{
	struct ipmmu_context *context = domain->context;
	enum ipmmu_err err = IPMMU_OK;

	ipmmu_lock(&domain->root->lock);
	if (domain->life != IPMMU_LIFE_OPEN || domain->held != 0u ||
	    (domain->root->deny == NULL && domain->masters != 0u)) {
		err = IPMMU_E_BUSY;
	} else if (ipmmu_domain_state_locked(domain) != IPMMU_DOMAIN_QUARANTINED) {
		err = IPMMU_E_STATE;
	} else {
		context->domain = NULL;
		context->remains = domain->owned;
		context->cookie = domain->cookie;
	}
	ipmmu_unlock(&domain->root->lock);
	return err;
}

enum ipmmu_err ipmmu_domain_abandon(struct ipmmu_domain *domain)
{
	struct ipmmu_system *system;
	enum ipmmu_err err;

	if (domain == NULL) {
		return IPMMU_E_ARG;
	}
	system = domain->system;
	ipmmu_lock(&system->lock);
	err = hand_over(domain);
	if (err == IPMMU_OK) {
		ipmmu_ports_leave_all(domain);
		ipmmu_domain_unlink(domain);
	}
	ipmmu_unlock(&system->lock);
	if (err == IPMMU_OK) {
		ipmmu_free(system, domain, sizeof(*domain));
	}
	return err;
}

static bool is_left(struct ipmmu_context *context)
{
	bool left;

	ipmmu_lock(&context->root->lock);
	left = context->state == IPMMU_CONTEXT_QUARANTINED && context->domain == NULL;
	ipmmu_unlock(&context->root->lock);
	return left;
}

static uint32_t retry_root(struct ipmmu_root *root)
{
	struct ipmmu_context *context;
	uint32_t left = 0u;

	for (context = root->contexts; context < root->end; context++) {
		if (is_left(context) && ipmmu_context_retry(root->system, root->mmu->index,
							    context->number) != IPMMU_OK) {
			left++;
		}
	}
	return left;
}

uint32_t ipmmu_system_retry(struct ipmmu_system *system)
{
	struct ipmmu_root *root;
	uint32_t left = 0u;

	for (root = system != NULL ? system->roots : NULL; root != NULL; root = root->next) {
		left += retry_root(root);
	}
	return left;
}
