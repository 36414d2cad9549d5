// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * masters.c - statements that claim masters and move them.
 */
#include "run.h"

bool run_do_claim(struct run *run, const struct run_line *line)
{
	const struct ipmmu_master_desc *desc;
	struct ipmmu_master *handle;
	uint32_t master;

	if (!run_master_find(run, line, line->words[1], &master)) {
		return false;
	}
	desc = &run->tree.result.desc.masters[master];
	if (run_answer(run, line, ipmmu_master_add(run->system, desc, &handle))) {
		run->masters[master] = handle;
		run_say(run, "%s: %u uTLB%s of %s, denied", run_short(desc->name),
			desc->port_count, desc->port_count == 1 ? "" : "s",
			run_short(run->tree.result.desc.mmus[desc->ports[0].mmu].name));
	}
	return true;
}

bool run_do_remove(struct run *run, const struct run_line *line)
{
	uint32_t master;

	if (!run_master_need(run, line, &master)) {
		return false;
	}
	if (run_answer(run, line, ipmmu_master_remove(run->masters[master]))) {
		run->masters[master] = NULL;
		run_say(run, "no longer claimed; its uTLBs stay denied");
	}
	return true;
}

/* Where the master is now, and what the move could not promise. */
static void move_tell(struct run *run, uint32_t master, const struct ipmmu_move_result *result)
{
	struct ipmmu_master_info info;
	const struct run_domain *domain;
	struct ipmmu_domain_info at;

	if (ipmmu_master_query(run->masters[master], &info) != IPMMU_OK) {
		return;
	}
	domain = run_domain_of(run, info.domain);
	if (domain != NULL && ipmmu_domain_query(info.domain, &at) == IPMMU_OK) {
		run_say(run, "%s in %s, context %u", ipmmu_master_state_text(info.state),
			domain->name, at.context);
	} else {
		run_say(run, "%s, in no domain", ipmmu_master_state_text(info.state));
	}
	if (result->old_quarantined) {
		run_say(run, "the old domain is in quarantine");
	}
	if (result->shared > 0) {
		run_say(run,
			"uTLBs that stay open, as another master of the group has them: %u",
			result->shared);
	}
}

typedef enum ipmmu_err (*move_fn)(struct ipmmu_master *master, struct ipmmu_domain *domain,
				  struct ipmmu_move_result *result);

static bool move_by(struct run *run, const struct run_line *line, move_fn move)
{
	struct ipmmu_move_result result = {0};
	struct run_domain *domain;
	uint32_t master;

	if (!run_master_need(run, line, &master)) {
		return false;
	}
	domain = run_domain_need(run, line, line->words[2]);
	if (domain == NULL) {
		return false;
	}
	(void)run_answer(run, line, move(run->masters[master], domain->handle, &result));
	move_tell(run, master, &result);
	return true;
}

bool run_do_attach(struct run *run, const struct run_line *line)
{
	return move_by(run, line, ipmmu_master_attach);
}

bool run_do_move(struct run *run, const struct run_line *line)
{
	return move_by(run, line, ipmmu_master_move);
}

bool run_do_detach(struct run *run, const struct run_line *line)
{
	struct ipmmu_move_result result = {0};
	uint32_t master;

	if (!run_master_need(run, line, &master)) {
		return false;
	}
	(void)run_answer(run, line, ipmmu_master_detach(run->masters[master], &result));
	move_tell(run, master, &result);
	return true;
}
