// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * walk.c - every level of the walk of an address, by the table as it is: the statement `walk`,
 * and `ipmmu walk` after a scenario. Changes nothing.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

/* One walk, and what it says of. */
struct walk {
	const struct run_domain *domain;
	struct ipmmu_domain_info info;
	uint64_t iova;
	struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS];
	uint32_t count;
};

static bool walk_look(struct walk *walk)
{
	return ipmmu_domain_query(walk->domain->handle, &walk->info) == IPMMU_OK &&
	       ipmmu_domain_explain(walk->domain->handle, (struct ipmmu_iova){walk->iova},
				    walk->levels, &walk->count) == IPMMU_OK;
}

/* Where the address leads; false when nowhere. */
static bool walk_leads(const struct walk *walk, uint64_t *pa)
{
	const struct ipmmu_pt_level *last = &walk->levels[walk->count - 1];

	if (walk->count == 0 || (last->kind != IPMMU_PT_PAGE && last->kind != IPMMU_PT_BLOCK)) {
		return false;
	}
	*pa = last->pa.v + (walk->iova & (last->size - 1));
	return true;
}

static const char *memory_at(const struct run *run, uint64_t pa, char *text, size_t size)
{
	uint32_t i;

	text[0] = '\0';
	for (i = 0; i < run->memory_count; i++) {
		const struct run_memory *memory = &run->memories[i];

		if (pa >= memory->pa && pa - memory->pa < memory->size) {
			(void)snprintf(text, size, " (%s + 0x%llx)", memory->name,
				       (unsigned long long)(pa - memory->pa));
		}
	}
	return text;
}

static void write_end(const struct run *run, const struct walk *walk, const char *indent,
		      FILE *out)
{
	char place[RUN_TEXT];
	uint64_t pa = 0;

	if (walk->count == 0) {
		(void)fprintf(out, "%s0x%llx is beyond the %u bits of the input\n", indent,
			      (unsigned long long)walk->iova, walk->info.table.input_bits);
	} else if (walk_leads(walk, &pa)) {
		(void)fprintf(out, "%s0x%llx leads to 0x%llx%s\n", indent,
			      (unsigned long long)walk->iova, (unsigned long long)pa,
			      memory_at(run, pa, place, sizeof(place)));
	} else {
		(void)fprintf(out, "%s0x%llx leads nowhere\n", indent,
			      (unsigned long long)walk->iova);
	}
}

static void write_walk(const struct run *run, const struct walk *walk, const char *indent,
		       FILE *out)
{
	char line[RUN_TEXT];
	uint32_t i;

	for (i = 0; i < walk->count; i++) {
		(void)ipmmu_level_text(&walk->levels[i], line, sizeof(line));
		(void)fprintf(out, "%s%s\n", indent, line);
	}
	write_end(run, walk, indent, out);
}

static json_t *json_walk(const struct walk *walk)
{
	uint64_t pa = 0;
	bool leads = walk_leads(walk, &pa);

	return json_pack("{s:s, s:o, s:s, s:i, s:b, s:o, s:o}", "domain", walk->domain->name,
			 "iova", run_json_hex(walk->iova), "mode",
			 ipmmu_mode_text(walk->info.table.format), "input_bits",
			 (int)walk->info.table.input_bits, "owned", (int)walk->info.owned,
			 "levels", run_json_walk(walk->levels, walk->count), "pa",
			 leads ? run_json_hex(pa) : json_null());
}

/* Of the domain and the address that a line names. */
static bool walk_line(struct run *run, const struct run_line *line, uint32_t first,
		      struct walk *walk)
{
	walk->domain = run_domain_need(run, line, line->words[first]);
	if (walk->domain == NULL ||
	    !run_number(run, line, line->words[first + 1], 0, UINT64_MAX, &walk->iova)) {
		return false;
	}
	return walk_look(walk) ||
	       run_bad(run, line, line->words[first], "a domain that can be looked at",
		       "walk it before `destroy`");
}

bool run_do_walk(struct run *run, const struct run_line *line)
{
	struct walk walk = {0};
	size_t size = 0;
	FILE *out;

	if (!walk_line(run, line, 1, &walk)) {
		return false;
	}
	run_say(run, "%u levels", walk.count);
	if (run->step.extra != NULL) {
		(void)json_object_set_new(run->step.extra, "walk", json_walk(&walk));
		return true;
	}
	out = open_memstream(&run->step.detail, &size);
	if (out != NULL) {
		write_walk(run, &walk, "        ", out);
		(void)fclose(out);
	}
	return true;
}

bool run_expect_walk(struct run *run, const struct run_line *line)
{
	static const enum ipmmu_pt_kind ends[] = {IPMMU_PT_EMPTY, IPMMU_PT_BROKEN,
						  IPMMU_PT_BLOCK, IPMMU_PT_PAGE,
						  IPMMU_PT_REFUSED};
	const uint32_t end_count = sizeof(ends) / sizeof(ends[0]);
	struct walk walk = {0};
	const char *found = "nothing";
	uint32_t i;

	for (i = 0; i < end_count && strcmp(ipmmu_kind_text(ends[i]), line->words[4]) != 0;
	     i++) {
	}
	if (i == end_count) {
		return run_bad(run, line, line->words[4],
			       "empty, broken, block, page or refused", "choose one of them");
	}
	if (!walk_line(run, line, 2, &walk)) {
		return false;
	}
	if (walk.count > 0) {
		found = ipmmu_kind_text(walk.levels[walk.count - 1].kind);
	}
	run_expect(run, strcmp(found, line->words[4]) == 0,
		   "expected that the walk of 0x%llx ends at %s, it ends at %s",
		   (unsigned long long)walk.iova, line->words[4], found);
	return true;
}

/* What was said on the command line is told as of a line of the scenario behind its last. */
static bool walk_parse(struct run *run, struct walk *walk)
{
	char *rest = NULL;

	walk->domain = run_domain_find(run, run->args.domain);
	if (walk->domain == NULL || walk->domain->handle == NULL) {
		fprintf(stderr,
			"ipmmu walk: found: %s\n"
			"  allowed: a domain that is there at the end of the scenario\n"
			"  next: take a name behind `domain`, before its `destroy`\n",
			run->args.domain);
		return false;
	}
	walk->iova = strtoull(run->args.iova, &rest, 0);
	if (*run->args.iova < '0' || *run->args.iova > '9' || *rest != '\0') {
		fprintf(stderr,
			"ipmmu walk: found: %s\n"
			"  allowed: an address, decimal or 0x...\n"
			"  next: write it so\n",
			run->args.iova);
		return false;
	}
	return true;
}

bool run_walk(struct run *run)
{
	struct walk walk = {0};

	if (!walk_parse(run, &walk) || !walk_look(&walk)) {
		return false;
	}
	if (run->args.json) {
		run->json_walk = json_walk(&walk);
		return true;
	}
	printf("%s: %s, %u-bit input, %s at 0x%llx\n", walk.domain->name,
	       ipmmu_mode_text(walk.info.table.format), walk.info.table.input_bits,
	       walk.info.owned ? "table of its own" : "table",
	       (unsigned long long)walk.info.table.root.v);
	write_walk(run, &walk, "  ", stdout);
	return true;
}
