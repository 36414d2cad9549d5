// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * domains.c - statements on domains. What they map is maps.c's.
 */
#include "run.h"

#include <string.h>

struct mode_row {
	enum model_format format;
	uint32_t bits; /* when the statement names none */
};

static const struct mode_row mode_rows[IPMMU_MODE_COUNT] = {
	[IPMMU_MODE_S2] = {MODEL_FORMAT_S2, 40},
	[IPMMU_MODE_S1_AARCH32] = {MODEL_FORMAT_S1_AARCH32, 32},
	[IPMMU_MODE_S1_AARCH64] = {MODEL_FORMAT_S1_AARCH64, 39},
};

/* One row per table error: what is allowed, and what to do. */
struct table_row {
	const char *allowed;
	const char *next;
};

static const struct table_row table_rows[] = {
	[MODEL_TABLE_RANGE] = {"addresses within the widths of the table",
			       "choose a smaller IOVA, size or width"},
	[MODEL_TABLE_ALIGN] = {"a range that cuts no block",
			       "take the whole block, or map it with `pages` before"},
	[MODEL_TABLE_NO_MEMORY] = {"as many tables as RAM has pages left",
				   "give more RAM by the statement `ram`"},
	[MODEL_TABLE_MAPPED] = {"a range in which nothing is mapped", "unmap it first"},
	[MODEL_TABLE_RIGHTS] = {"r or rw; w alone only in stage 2", "choose another right"},
};

bool run_table_bad(const struct run *run, const struct run_line *line,
		   enum model_table_error err)
{
	return run_bad(run, line, line->text, table_rows[err].allowed, table_rows[err].next);
}

/* What stands behind the root. */
struct wishes {
	uint64_t bits;
	bool owned;
	enum ipmmu_pt_policy policy;
};

static bool policy_find(const char *word, enum ipmmu_pt_policy *policy)
{
	static const char *const names[] = {"never", "bbm", "direct"};
	uint32_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], word) == 0) {
			*policy = (enum ipmmu_pt_policy)i;
			return true;
		}
	}
	return false;
}

static bool domain_wishes(struct run *run, const struct run_line *line, struct wishes *wishes)
{
	uint32_t i = 4;

	if (i + 1 < line->count && strcmp(line->words[i], "width") == 0) {
		if (!run_number(run, line, line->words[i + 1], 32, 40, &wishes->bits)) {
			return false;
		}
		i += 2;
	}
	if (i < line->count && strcmp(line->words[i], "owned") == 0) {
		wishes->owned = true;
		i++;
		i += i < line->count && policy_find(line->words[i], &wishes->policy);
	}
	return i == line->count ||
	       run_bad(run, line, line->words[i], line->statement->usage, "write it so");
}

static bool domain_check(struct run *run, const struct run_line *line)
{
	if (strcmp(line->words[2], "root") != 0) {
		return run_bad(run, line, line->words[2], line->statement->usage,
			       "write it so");
	}
	if (run->domain_count == RUN_DOMAINS) {
		return run_bad(run, line, "one domain too many", "at most 32 in a scenario",
			       "split the scenario");
	}
	if (run_domain_find(run, line->words[1]) != NULL) {
		return run_bad(run, line, line->words[1], "a name that is not used yet",
			       "choose another name");
	}
	return true;
}

static void domain_opened(struct run *run, const struct run_line *line,
			  struct run_domain *domain)
{
	struct ipmmu_domain_info info;

	domain->name = run_copy(line->words[1]);
	domain->left = IPMMU_NONE;
	run->domain_count++;
	if (ipmmu_domain_query(domain->handle, &info) == IPMMU_OK) {
		run_say(run, "%s, %u-bit input, %s at 0x%llx",
			ipmmu_mode_text(info.table.format), info.table.input_bits,
			domain->owned ? "table of its own" : "table",
			(unsigned long long)info.table.root.v);
	}
}

/* A table that the scenario builds, as a host does. */
static bool domain_over_table(struct run *run, const struct run_line *line,
			      struct run_domain *domain, enum ipmmu_mode mode, uint64_t bits)
{
	struct model_memory memory = run_memory(run);
	enum model_table_error err = model_table_create(&domain->table, mode_rows[mode].format,
							(uint32_t)bits, &memory);
	struct ipmmu_table table;

	if (err != MODEL_TABLE_OK) {
		return run_table_bad(run, line, err);
	}
	table.root.v = domain->table.root;
	table.format = mode;
	table.input_bits = domain->table.input_bits;
	if (run_answer(run, line,
		       ipmmu_domain_create(run->system, domain->root, &table, domain,
					   &domain->handle))) {
		domain_opened(run, line, domain);
	} else {
		model_table_destroy(&domain->table);
	}
	return true;
}

static void domain_owned(struct run *run, const struct run_line *line,
			 struct run_domain *domain, const struct wishes *wishes)
{
	const struct ipmmu_owned_config config = {
		.input_bits = (uint32_t)wishes->bits,
		.split = wishes->policy,
		.replace = wishes->policy,
	};

	domain->owned = run_answer(run, line,
				   ipmmu_domain_create_owned(run->system, domain->root, &config,
							     domain, &domain->handle));
	if (domain->owned) {
		domain_opened(run, line, domain);
	}
}

bool run_do_domain(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = &run->domains[run->domain_count];
	struct wishes wishes = {0};
	struct ipmmu_mmu_info info;

	if (!domain_check(run, line) ||
	    !run_mmu_find(run, line, line->words[3], &domain->root) ||
	    !domain_wishes(run, line, &wishes) ||
	    ipmmu_mmu_query(run->system, domain->root, &info) != IPMMU_OK) {
		return false;
	}
	if (info.mode == IPMMU_MODE_AUTO) {
		info.mode = IPMMU_MODE_S1_AARCH32;
	}
	if (wishes.bits == 0) {
		wishes.bits = mode_rows[info.mode].bits;
	}
	if (wishes.owned) {
		domain_owned(run, line, domain, &wishes);
		return true;
	}
	return domain_over_table(run, line, domain, info.mode, wishes.bits);
}

bool run_do_destroy(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = run_domain_need(run, line, line->words[1]);

	if (domain == NULL) {
		return false;
	}
	if (run_answer(run, line, ipmmu_domain_destroy(domain->handle))) {
		domain->handle = NULL;
		if (!domain->owned) {
			model_table_destroy(&domain->table);
		}
		run_say(run, "gone; its table's pages are free again");
	}
	return true;
}

/* Of a master: the context that it is on, deny included. */
static bool flush_master(struct run *run, const struct run_line *line)
{
	struct ipmmu_master_info info;
	struct run_domain *domain;
	uint32_t master;

	if (!run_master_need(run, line, &master)) {
		return false;
	}
	if (run_answer(run, line, ipmmu_master_flush(run->masters[master])) &&
	    ipmmu_master_query(run->masters[master], &info) == IPMMU_OK) {
		domain = run_domain_of(run, info.domain);
		if (domain != NULL) {
			run_mapped_forget(domain);
		}
		run_say(run, "nothing of %s waits in its %s context",
			run_short(info.desc->name), domain == NULL ? "deny" : "domain's");
	}
	return true;
}

bool run_do_flush(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = run_domain_find(run, line->words[1]);

	if (domain == NULL) {
		return flush_master(run, line);
	}
	if (run_answer(run, line, ipmmu_domain_flush(domain->handle))) {
		run_mapped_forget(domain);
		run_say(run, "no TLB holds an older translation of %s", domain->name);
	}
	return true;
}

static bool retry_context(struct run *run, const struct run_line *line)
{
	uint64_t context;
	uint32_t mmu;

	if (!run_mmu_find(run, line, line->words[1], &mmu) ||
	    !run_number(run, line, line->words[2], 0, IPMMU_MAX_CONTEXTS - 1u, &context)) {
		return false;
	}
	if (run_answer(run, line, ipmmu_context_retry(run->system, mmu, (uint32_t)context))) {
		run_say(run, "context %u is free", (uint32_t)context);
	}
	return true;
}

static bool retry_left(struct run *run, const struct run_line *line)
{
	uint32_t left = ipmmu_system_retry(run->system);

	(void)run_answer(run, line, left == 0 ? IPMMU_OK : IPMMU_E_QUARANTINED);
	run_say(run, "contexts without a domain that stay in quarantine: %u", left);
	return true;
}

bool run_do_retry(struct run *run, const struct run_line *line)
{
	struct run_domain *domain;

	if (line->count == 3) {
		return retry_context(run, line);
	}
	domain = run_domain_find(run, line->words[1]);
	if (domain == NULL && strcmp(line->words[1], "all") == 0) {
		return retry_left(run, line);
	}
	domain = run_domain_need(run, line, line->words[1]);
	if (domain == NULL) {
		return false;
	}
	if (run_answer(run, line, ipmmu_domain_retry(domain->handle))) {
		run_say(run, "out of quarantine; its masters are denied and in no domain");
	}
	return true;
}

bool run_do_abandon(struct run *run, const struct run_line *line)
{
	struct run_domain *domain = run_domain_need(run, line, line->words[1]);
	struct ipmmu_domain_info info;

	if (domain == NULL || ipmmu_domain_query(domain->handle, &info) != IPMMU_OK) {
		return false;
	}
	if (run_answer(run, line, ipmmu_domain_abandon(domain->handle))) {
		domain->handle = NULL;
		domain->left = info.context;
		run_say(run, "gone; context %u stays in quarantine, and its pages stay taken",
			info.context);
	}
	return true;
}

static bool domain_call(struct run *run, const struct run_line *line,
			enum ipmmu_err (*call)(struct ipmmu_domain *domain))
{
	struct run_domain *domain = run_domain_need(run, line, line->words[1]);
	struct ipmmu_domain_info info;

	if (domain == NULL) {
		return false;
	}
	if (run_answer(run, line, call(domain->handle)) &&
	    ipmmu_domain_query(domain->handle, &info) == IPMMU_OK) {
		run_say(run, info.context == IPMMU_NONE ? "no context" : "context %u",
			info.context);
	}
	return true;
}

bool run_do_reserve(struct run *run, const struct run_line *line)
{
	return domain_call(run, line, ipmmu_domain_reserve);
}

bool run_do_unreserve(struct run *run, const struct run_line *line)
{
	return domain_call(run, line, ipmmu_domain_unreserve);
}
