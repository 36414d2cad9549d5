// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * expect.c - the statement `expect`: what faults and events the last other statement brought,
 * and where masters, domains and MMUs are. Changes nothing.
 */
#include "run.h"

#include <string.h>

/* One form of the statement; words[1] chooses it. */
struct expect_row {
	const char *name;
	const char *usage;
	uint32_t words_min; /* with "expect" and the name */
	uint32_t words_max;
	bool (*fn)(struct run *run, const struct run_line *line);
};

/* What a fault record has to be like. */
struct wish {
	bool deny;
	const struct run_domain *domain;
	bool any_iova;
	uint64_t iova;
	uint32_t kind; /* 0 = any */
	uint64_t level;
	bool any_level;
	uint32_t master; /* IPMMU_NONE = any */
};

static uint32_t kind_of(const char *word)
{
	static const struct {
		const char *name;
		uint32_t kind;
	} kinds[] = {{"translation", IPMMU_FAULT_TRANSLATION},
		     {"permission", IPMMU_FAULT_PERMISSION},
		     {"abort", IPMMU_FAULT_ABORT},
		     {"multiple-hit", IPMMU_FAULT_MULTIPLE_HIT}};
	uint32_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, word) == 0) {
			return kinds[i].kind;
		}
	}
	return 0;
}

/* One wish out of the words from @i on; moves @i behind it. */
static bool wish_word(struct run *run, const struct run_line *line, uint32_t *i,
		      struct wish *wish)
{
	const char *word = line->words[(*i)++];
	bool more = *i < line->count;

	if (kind_of(word) != 0) {
		wish->kind = kind_of(word);
		return true;
	}
	if (more && strcmp(word, "level") == 0) {
		wish->any_level = false;
		return run_number(run, line, line->words[(*i)++], 0, 3, &wish->level);
	}
	if (more && strcmp(word, "master") == 0) {
		return run_master_find(run, line, line->words[(*i)++], &wish->master);
	}
	wish->any_iova = false;
	return run_number(run, line, word, 0, (1ull << 40) - 1, &wish->iova);
}

static bool wish_parse(struct run *run, const struct run_line *line, struct wish *wish)
{
	uint32_t i = 3;

	wish->any_iova = true;
	wish->any_level = true;
	wish->master = IPMMU_NONE;
	wish->deny = strcmp(line->words[2], "deny") == 0;
	if (!wish->deny) {
		wish->domain = run_domain_need(run, line, line->words[2]);
		if (wish->domain == NULL) {
			return false;
		}
	}
	while (i < line->count) {
		if (!wish_word(run, line, &i, wish)) {
			return false;
		}
	}
	return true;
}

static bool master_named(const struct run *run, const struct ipmmu_fault *fault,
			 uint32_t master)
{
	const struct ipmmu_master_desc *desc = &run->tree.result.desc.masters[master];
	uint32_t i;

	for (i = 0; i < fault->master_count && i < IPMMU_FAULT_MASTERS; i++) {
		if (fault->masters[i] == desc) {
			return true;
		}
	}
	return false;
}

static bool fault_fits(const struct run *run, const struct ipmmu_fault *fault,
		       const struct wish *wish)
{
	if (wish->deny ? fault->context_state != IPMMU_CONTEXT_DENY
		       : fault->domain != wish->domain->handle) {
		return false;
	}
	return (wish->any_iova || fault->iova.v == wish->iova) &&
	       (wish->kind == 0 || (fault->kinds & wish->kind) != 0) &&
	       (wish->any_level || fault->level == wish->level) &&
	       (wish->master == IPMMU_NONE || master_named(run, fault, wish->master));
}

static bool expect_fault(struct run *run, const struct run_line *line)
{
	struct wish wish = {0};
	bool found = false;
	uint32_t i;

	if (!wish_parse(run, line, &wish)) {
		return false;
	}
	for (i = 0; i < run->last_fault_count && i < RUN_FAULTS && !found; i++) {
		found = fault_fits(run, &run->last_faults[i], &wish);
	}
	run_say(run, "faults reported: %u", run->last_fault_count);
	run_expect(run, found, "none of them is as said");
	return true;
}

static bool expect_no(struct run *run, const struct run_line *line)
{
	if (strcmp(line->words[2], "fault") != 0) {
		return run_bad(run, line, line->words[2], "expect no fault", "write it so");
	}
	run_say(run, "faults reported: %u", run->last_fault_count);
	run_expect(run, run->last_fault_count == 0, "expected none");
	return true;
}

static bool event_known(const char *name)
{
	uint32_t i;

	for (i = 0; i < IPMMU_EVENT_COUNT; i++) {
		if (strcmp(ipmmu_event_name((enum ipmmu_event_kind)i), name) == 0) {
			return true;
		}
	}
	return false;
}

static bool expect_event(struct run *run, const struct run_line *line)
{
	bool found = false;
	uint32_t i;

	if (!event_known(line->words[2])) {
		return run_bad(run, line, line->words[2], "the name of an event",
			       "include/ipmmu/event.h names them, such as FLUSH_TIMEOUT");
	}
	for (i = 0; i < run->last_event_count && i < RUN_EVENTS && !found; i++) {
		found = strcmp(ipmmu_event_name(run->last_events[i].kind), line->words[2]) == 0;
	}
	run_say(run, "events told: %u", run->last_event_count);
	run_expect(run, found, "%s is not among them", line->words[2]);
	return true;
}

/* Place of @word in @names, or @count after having told that it is none of them. */
static uint32_t state_of(struct run *run, const struct run_line *line, const char *word,
			 const char *const *names, uint32_t count, const char *allowed)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(names[i], word) == 0) {
			return i;
		}
	}
	(void)run_bad(run, line, word, allowed, "write one of them");
	return count;
}

static bool expect_master(struct run *run, const struct run_line *line)
{
	static const char *const names[] = {"denied", "attached", "quarantined", "unverified",
					    "bypass"};
	struct ipmmu_master_info info;
	const struct run_domain *in;
	uint32_t master;
	uint32_t state;

	state = state_of(run, line, line->words[3], names, 5,
			 "denied, attached, quarantined, unverified or bypass");
	if (state == 5 || !run_master_find(run, line, line->words[2], &master)) {
		return false;
	}
	if (run->masters[master] == NULL ||
	    ipmmu_master_query(run->masters[master], &info) != IPMMU_OK) {
		return run_bad(run, line, line->words[2], "a master that is claimed",
			       "claim it first");
	}
	run_say(run, "it is %s", names[info.state]);
	run_expect(run, (uint32_t)info.state == state, "expected %s", names[state]);
	in = run_domain_of(run, info.domain);
	if (line->count == 5) {
		run_expect(run, in != NULL && strcmp(in->name, line->words[4]) == 0,
			   "expected it in %s, but it is in %s", line->words[4],
			   in == NULL ? "none" : in->name);
	}
	return true;
}

static bool expect_domain(struct run *run, const struct run_line *line)
{
	static const char *const names[] = {"idle", "live", "quarantined", "ending"};
	struct run_domain *domain = run_domain_need(run, line, line->words[2]);
	struct ipmmu_domain_info info;
	uint32_t state;

	if (domain == NULL) {
		return false;
	}
	state = state_of(run, line, line->words[3], names, 3, "idle, live or quarantined");
	if (state == 3 || ipmmu_domain_query(domain->handle, &info) != IPMMU_OK) {
		return false;
	}
	run_say(run, "it is %s", names[info.state]);
	run_expect(run, (uint32_t)info.state == state, "expected %s", names[state]);
	return true;
}

static bool expect_context(struct run *run, const struct run_line *line)
{
	static const char *const names[IPMMU_CONTEXT_STATE_COUNT] = {
		[IPMMU_CONTEXT_RESERVED] = "reserved",
		[IPMMU_CONTEXT_FREE] = "free",
		[IPMMU_CONTEXT_DENY] = "deny",
		[IPMMU_CONTEXT_LIVE] = "live",
		[IPMMU_CONTEXT_QUARANTINED] = "quarantined",
		[IPMMU_CONTEXT_KEPT] = "kept",
		[IPMMU_CONTEXT_RETRYING] = "retrying",
	};
	struct ipmmu_context_info info;
	uint64_t context;
	uint32_t mmu;
	uint32_t state = state_of(run, line, line->words[4], names, IPMMU_CONTEXT_STATE_COUNT,
				  "reserved, free, deny, live, quarantined or kept");

	if (state == IPMMU_CONTEXT_STATE_COUNT ||
	    !run_mmu_find(run, line, line->words[2], &mmu) ||
	    !run_number(run, line, line->words[3], 0, IPMMU_MAX_CONTEXTS - 1u, &context)) {
		return false;
	}
	if (ipmmu_context_query(run->system, mmu, (uint32_t)context, &info) != IPMMU_OK) {
		return run_bad(run, line, line->words[3], "a context that the root has",
			       "choose a smaller number");
	}
	run_say(run, "it is %s", names[info.state]);
	run_expect(run, (uint32_t)info.state == state, "expected %s", names[state]);
	return true;
}

static bool expect_mmu(struct run *run, const struct run_line *line)
{
	static const char *const names[] = {"offline", "online"};
	struct ipmmu_mmu_info info;
	uint32_t mmu;
	uint32_t state = state_of(run, line, line->words[3], names, 2, "online or offline");

	if (state == 2 || !run_mmu_find(run, line, line->words[2], &mmu) ||
	    ipmmu_mmu_query(run->system, mmu, &info) != IPMMU_OK) {
		return false;
	}
	run_say(run, "it is %s", names[info.online]);
	run_expect(run, (uint32_t)info.online == state, "expected %s", names[state]);
	return true;
}

static const struct expect_row expect_rows[] = {
	{"fault",
	 "expect fault DOMAIN|deny [IOVA] [translation|permission|abort|multiple-hit] "
	 "[level N] [master M]",
	 3, 9, expect_fault},
	{"no", "expect no fault", 3, 3, expect_no},
	{"event", "expect event NAME", 3, 3, expect_event},
	{"master",
	 "expect master MASTER denied|attached|quarantined|unverified|bypass [DOMAIN]", 4, 5,
	 expect_master},
	{"domain", "expect domain DOMAIN idle|live|quarantined", 4, 4, expect_domain},
	{"context", "expect context MMU N reserved|free|deny|live|quarantined|kept", 5, 5,
	 expect_context},
	{"mmu", "expect mmu MMU online|offline", 4, 4, expect_mmu},
	{"walk", "expect walk DOMAIN IOVA empty|broken|block|page|refused", 5, 5,
	 run_expect_walk},
};

void run_expects_list(FILE *out)
{
	size_t i;

	for (i = 0; i < sizeof(expect_rows) / sizeof(expect_rows[0]); i++) {
		fprintf(out, "%s\n", expect_rows[i].usage);
	}
}

bool run_do_expect(struct run *run, const struct run_line *line)
{
	size_t i;

	for (i = 0; i < sizeof(expect_rows) / sizeof(expect_rows[0]); i++) {
		const struct expect_row *row = &expect_rows[i];

		if (strcmp(row->name, line->words[1]) != 0) {
			continue;
		}
		if (line->count < row->words_min || line->count > row->words_max) {
			return run_bad(run, line, "too few or too many words", row->usage,
				       "write it so");
		}
		return row->fn(run, line);
	}
	return run_bad(run, line, line->words[1],
		       "fault, no fault, event, master, domain, context, mmu or walk",
		       "`ipmmu run --list` shows their forms");
}
