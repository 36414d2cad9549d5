// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * claim.c - claims: a master becomes the library's business, or stops being it.
 */
#include "domain.h"

static bool is_claimed(const struct ipmmu_root *root, const struct ipmmu_master_desc *desc)
{
	const struct ipmmu_master *master = root->masters;

	while (master != NULL && master->desc != desc) {
		master = master->next;
	}
	return master != NULL;
}

static void unlink_master(struct ipmmu_master *master)
{
	struct ipmmu_master **link = &master->root->masters;
	struct ipmmu_utlb *utlb;
	uint32_t i;

	ipmmu_lock(&master->root->lock);
	while (*link != master) {
		link = &(*link)->next;
	}
	*link = master->next;
	for (i = 0u; (utlb = ipmmu_master_utlb(master, i)) != NULL; i++) {
		utlb->claims--;
		/* A status of it may be latched that others will be listed for. */
		if (utlb->at < IPMMU_MAX_CONTEXTS) {
			master->root->contexts[utlb->at].left = true;
		}
	}
	ipmmu_status_forget_locked(master->root, master);
	ipmmu_unlock(&master->root->lock);
}

static void link_master(struct ipmmu_master *master)
{
	struct ipmmu_utlb *utlb;
	uint32_t i;

	ipmmu_lock(&master->root->lock);
	master->next = master->root->masters;
	master->root->masters = master;
	for (i = 0u; (utlb = ipmmu_master_utlb(master, i)) != NULL; i++) {
		utlb->claims++;
	}
	ipmmu_unlock(&master->root->lock);
}

/* @claims: denied and claimed, unless an error comes back; else only looked at. */
static enum ipmmu_err add_checked(struct ipmmu_master *master, bool claims)
{
	enum ipmmu_err err = IPMMU_OK;

	ipmmu_lock(&master->system->lock);
	if (is_claimed(master->root, master->desc)) {
		err = IPMMU_E_EXISTS;
	} else if (claims) {
		err = ipmmu_master_close(master);
		if (err == IPMMU_OK) {
			link_master(master);
		}
	}
	ipmmu_unlock(&master->system->lock);
	return err;
}

/* Closed is bypass by consent: a master that runs is stopped first. */
static enum ipmmu_err add_stopped(struct ipmmu_master *master)
{
	enum ipmmu_err err = add_checked(master, false);

	if (err == IPMMU_OK) {
		ipmmu_master_quiesce(master);
		err = add_checked(master, true);
	}
	if (master->stopped) {
		/* Also when a uTLB is not off: it is nobody's then. */
		master->system->ops->release(master->system->host, master->desc);
		master->stopped = false;
	}
	return err;
}

enum ipmmu_err ipmmu_master_add(struct ipmmu_system *system,
				const struct ipmmu_master_desc *desc, struct ipmmu_master **out)
{
	struct ipmmu_master *master;
	enum ipmmu_err err;

	if (out != NULL) {
		*out = NULL;
	}
	if (system == NULL || desc == NULL || out == NULL) {
		return IPMMU_E_ARG;
	}
	err = ipmmu_check_master(system, desc);
	if (err != IPMMU_OK) {
		return err;
	}
	master = ipmmu_alloc(system, sizeof(*master));
	if (master == NULL) {
		return IPMMU_E_NO_MEMORY;
	}
	master->system = system;
	master->desc = desc;
	master->root = system->mmus[desc->ports[0].mmu].root;
	err = master->root->deny == NULL ? add_stopped(master) : add_checked(master, true);
	if (err != IPMMU_OK) {
		ipmmu_free(system, master, sizeof(*master));
		return err;
	}
	*out = master;
	return IPMMU_OK;
}

/* Busy from here on, unless an error comes back. */
static enum ipmmu_err remove_begin(struct ipmmu_master *master)
{
	enum ipmmu_err err = IPMMU_OK;

	ipmmu_lock(&master->system->lock);
	if (master->busy || master->held != 0u) {
		err = IPMMU_E_BUSY;
	} else if (master->domain != NULL) {
		err = IPMMU_E_STATE;
	} else {
		master->busy = true;
	}
	ipmmu_unlock(&master->system->lock);
	return err;
}

/* One that stands still because it may not be denied is not forgotten: nobody could let it go.
 */
static enum ipmmu_err remove_end(struct ipmmu_master *master)
{
	enum ipmmu_err err;

	ipmmu_lock(&master->system->lock);
	err = ipmmu_master_close(master);
	ipmmu_unlock(&master->system->lock);
	ipmmu_master_release(master);
	ipmmu_lock(&master->system->lock);
	master->busy = false;
	/* A record that was taken meanwhile may name it. */
	if (err == IPMMU_OK && master->held != 0u) {
		err = IPMMU_E_BUSY;
	}
	if (err == IPMMU_OK) {
		unlink_master(master);
	}
	ipmmu_unlock(&master->system->lock);
	return err;
}

enum ipmmu_err ipmmu_master_remove(struct ipmmu_master *master)
{
	enum ipmmu_err err;

	if (master == NULL) {
		return IPMMU_OK;
	}
	err = remove_begin(master);
	err = err == IPMMU_OK ? remove_end(master) : err;
	if (err == IPMMU_OK) {
		ipmmu_free(master->system, master, sizeof(*master));
	}
	return err;
}

enum ipmmu_err ipmmu_master_query(struct ipmmu_master *master, struct ipmmu_master_info *info)
{
	if (master == NULL || info == NULL) {
		return IPMMU_E_ARG;
	}
	info->desc = master->desc;
	ipmmu_lock(&master->system->lock);
	info->state = ipmmu_master_state_of(master);
	info->domain = master->domain;
	ipmmu_unlock(&master->system->lock);
	return IPMMU_OK;
}

/* The master may be gone before the flush has ended; its domain is not. */
enum ipmmu_err ipmmu_master_flush(struct ipmmu_master *master)
{
	struct ipmmu_domain *domain;
	struct ipmmu_root *root;
	enum ipmmu_err err;

	if (master == NULL) {
		return IPMMU_E_ARG;
	}
	ipmmu_lock(&master->system->lock);
	err = master->busy ? IPMMU_E_BUSY : IPMMU_OK;
	root = master->root;
	domain = master->domain;
	if (err == IPMMU_OK && domain != NULL) {
		(void)ipmmu_life_hold(domain);
	}
	ipmmu_unlock(&master->system->lock);
	if (err != IPMMU_OK || domain == NULL) {
		return err != IPMMU_OK ? err : ipmmu_root_unstall(root, true);
	}
	err = ipmmu_domain_flush(domain);
	ipmmu_life_release(domain);
	return err;
}
