// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * quiesce.c - the masters of a domain stopped, all of them: while a retry flushes, and after a
 * flush that failed has denied them while they ran.
 *
 * Only in a busy domain do masters neither come nor go. So whoever finds a domain in quarantine
 * makes it busy and stops them; where it is busy already, the call that made it so does that
 * before it lets go.
 */
#include "core.h"

/* The @i-th master of a busy domain. */
static struct ipmmu_master *master_of(const struct ipmmu_domain *domain, uint32_t i)
{
	unsigned long saved = ipmmu_lock(domain->system, domain->system->lock);
	struct ipmmu_master *master = domain->system->masters;

	for (; master != NULL; master = master->next) {
		if (master->domain == domain && i-- == 0u) {
			break;
		}
	}
	ipmmu_unlock(domain->system, domain->system->lock, saved);
	return master;
}

void ipmmu_domain_stop_masters(const struct ipmmu_domain *domain)
{
	struct ipmmu_master *master;
	uint32_t i;

	for (i = 0u; (master = master_of(domain, i)) != NULL; i++) {
		ipmmu_master_quiesce(master);
	}
}

void ipmmu_domain_release_masters(const struct ipmmu_domain *domain)
{
	struct ipmmu_master *master;
	uint32_t i;

	for (i = 0u; (master = master_of(domain, i)) != NULL; i++) {
		ipmmu_master_release(master);
	}
}

static bool take_denied(struct ipmmu_domain *domain)
{
	struct ipmmu_root *root = domain->root;
	unsigned long saved = ipmmu_lock(root->system, root->lock);
	bool denied = domain->denied;

	domain->denied = false;
	ipmmu_unlock(root->system, root->lock, saved);
	return denied;
}

/* Are there masters to stop? Busy as long as there are; not after that, if it is the caller's.
 */
static bool stays_busy(struct ipmmu_domain *domain, bool ours)
{
	unsigned long saved = ipmmu_lock(domain->system, domain->system->lock);
	bool stays = (ours || !domain->busy) && take_denied(domain);

	if (ours || stays) {
		domain->busy = stays;
	}
	ipmmu_unlock(domain->system, domain->system->lock, saved);
	return stays;
}

static void stop_and_release(const struct ipmmu_domain *domain)
{
	ipmmu_domain_stop_masters(domain);
	ipmmu_domain_release_masters(domain);
}

void ipmmu_domain_unbusy(struct ipmmu_domain *domain)
{
	while (stays_busy(domain, true)) {
		stop_and_release(domain);
	}
}

void ipmmu_domain_stop_denied(struct ipmmu_domain *domain)
{
	if (stays_busy(domain, false)) {
		stop_and_release(domain);
		ipmmu_domain_unbusy(domain);
	}
}
