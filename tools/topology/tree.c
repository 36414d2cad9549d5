// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * tree.c - a board as a tree for people: roots, their caches, the masters on each.
 */
#include <inttypes.h>

#include "topology.h"

/** Lines of a tree, by whether the terminal takes UTF-8. */
static const struct lines {
	const char *branch;
	const char *last;
	const char *bar;
	const char *none;
} lines[2] = {
	{"|-- ", "`-- ", "|   ", "    "},
	{"├── ", "└── ", "│   ", "    "},
};

enum colour {
	PLAIN,
	BOLD,
	RED,
	YELLOW,
	GREEN,
	DIM
};

struct page {
	const struct board *board;
	const struct style *style;
	const struct lines *lines;
	FILE *out;
};

static const char *colour(const struct page *page, enum colour colour)
{
	static const char *const codes[] = {"\033[0m",  "\033[1m",  "\033[31m",
					    "\033[33m", "\033[32m", "\033[2m"};

	return page->style->colour ? codes[colour] : "";
}

static void show_power(const struct page *page, const struct ipmmu_mmu_desc *mmu)
{
	if (mmu->always_on) {
		(void)fprintf(page->out, "always on");
	} else if (mmu->power_cell != IPMMU_NONE) {
		(void)fprintf(page->out, "%spower domain %" PRIu32 "%s", colour(page, YELLOW),
			      mmu->power_cell, colour(page, PLAIN));
	} else {
		(void)fprintf(page->out, "%spower domain%s", colour(page, YELLOW),
			      colour(page, PLAIN));
	}
}

static uint32_t utlbs_used(const struct board *board, uint32_t mmu)
{
	const struct ipmmu_system_desc *desc = &board->result.desc;
	uint64_t bits = 0;
	uint32_t count = 0;
	uint32_t i;
	uint32_t k;

	for (i = 0; i < desc->master_count; i++) {
		for (k = 0; k < desc->masters[i].port_count; k++) {
			if (desc->masters[i].ports[k].mmu == mmu) {
				bits |= (uint64_t)1 << desc->masters[i].ports[k].utlb;
			}
		}
	}
	for (; bits != 0; bits &= bits - 1) {
		count++;
	}
	return count;
}

/** Members of a group that are named; a large one is told by its size. */
#define GROUP_NAMES 4u

static void show_group(const struct page *page, uint32_t master)
{
	const struct board *board = page->board;
	uint32_t others = board->sizes[board->groups[master]] - 1;
	uint32_t named = 0;
	uint32_t i;

	for (i = board->groups[master]; named < others && named < GROUP_NAMES; i++) {
		if (i != master && board->groups[i] == board->groups[master]) {
			(void)fprintf(page->out, "%s%s",
				      named == 0 ? "  one group with " : ", ",
				      topology_leaf(board->result.desc.masters[i].name));
			named++;
		}
	}
	if (named < others) {
		(void)fprintf(page->out, " and %" PRIu32 " more", others - named);
	}
}

/* What a master must reach, and what it must not use. */
static void show_regions(const struct page *page, uint32_t master)
{
	const struct ipmmu_fdt_result *result = &page->board->result;
	uint32_t i;

	for (i = 0; i < result->region_count; i++) {
		const struct ipmmu_fdt_region *region = &result->regions[i];

		if (region->master != master) {
			continue;
		}
		if (region->size != 0) {
			(void)fprintf(page->out, "  reserved memory %" PRIx64 " + %" PRIx64,
				      region->pa.v, region->size);
		}
		if (region->iova_size != 0) {
			(void)fprintf(page->out, "  reserved IOVA %" PRIx64 " + %" PRIx64,
				      region->iova.v, region->iova_size);
		}
	}
}

static uint32_t masters_on(const struct board *board, uint32_t mmu, uint32_t from)
{
	char ports[8];
	uint32_t i;

	for (i = from; i < board->result.desc.master_count; i++) {
		topology_ports(&board->result.desc.masters[i], mmu, ports, sizeof(ports));
		if (ports[0] != '\0') {
			return i;
		}
	}
	return IPMMU_NONE;
}

static void show_masters(const struct page *page, uint32_t mmu, const char *lead, bool more)
{
	const struct ipmmu_system_desc *desc = &page->board->result.desc;
	uint32_t i = masters_on(page->board, mmu, 0);
	uint32_t next;
	char ports[256];

	for (; i != IPMMU_NONE; i = next) {
		next = masters_on(page->board, mmu, i + 1);
		topology_ports(&desc->masters[i], mmu, ports, sizeof(ports));
		(void)fprintf(page->out, "%s%s%s  uTLB %s", lead,
			      next == IPMMU_NONE && !more ? page->lines->last
							  : page->lines->branch,
			      topology_leaf(desc->masters[i].name), ports);
		show_group(page, i);
		show_regions(page, i);
		(void)fputc('\n', page->out);
	}
}

static void show_cache(const struct page *page, uint32_t c, bool last)
{
	const struct ipmmu_mmu_desc *mmu = &page->board->result.desc.mmus[c];
	uint32_t used = utlbs_used(page->board, c);

	(void)fprintf(page->out, "%s%scache %s%s  ",
		      last ? page->lines->last : page->lines->branch, colour(page, BOLD),
		      mmu->name, colour(page, PLAIN));
	show_power(page, mmu);
	if (mmu->imsstr_bit != IPMMU_NONE) {
		(void)fprintf(page->out, ", status bit %" PRIu32, mmu->imsstr_bit);
	}
	(void)fprintf(page->out, ", %" PRIu32 " of %u uTLBs used\n", used, mmu->soc->utlbs);
	show_masters(page, c, last ? page->lines->none : page->lines->bar, false);
}

static uint32_t next_cache(const struct ipmmu_system_desc *desc, uint32_t root, uint32_t from)
{
	uint32_t i;

	for (i = from; i < desc->mmu_count; i++) {
		if (i != root && desc->mmus[i].root == root) {
			return i;
		}
	}
	return IPMMU_NONE;
}

static void show_interrupts(const struct page *page, const struct ipmmu_mmu_desc *mmu)
{
	(void)fprintf(page->out, ", SPI %" PRIu32, mmu->irq);
	if (mmu->irq_secure != IPMMU_NONE) {
		(void)fprintf(page->out, " (secure %" PRIu32 ")", mmu->irq_secure);
	}
}

static void show_root(const struct page *page, uint32_t r)
{
	const struct ipmmu_system_desc *desc = &page->board->result.desc;
	const struct ipmmu_mmu_desc *mmu = &desc->mmus[r];
	const struct ipmmu_soc *soc = mmu->soc;
	uint32_t cache = next_cache(desc, r, 0);
	uint32_t next;

	(void)fprintf(page->out, "\n%sroot %s%s  ", colour(page, BOLD), mmu->name,
		      colour(page, PLAIN));
	show_power(page, mmu);
	show_interrupts(page, mmu);
	(void)fprintf(page->out, "\n%s%s: %u contexts, %u usable; stage 2: %s%s%s%s\n",
		      cache == IPMMU_NONE ? page->lines->none : page->lines->bar, soc->name,
		      soc->contexts, soc->contexts - soc->first_context,
		      colour(page, soc->stage2 == IPMMU_YES ? GREEN : YELLOW),
		      topology_ability(soc->stage2), colour(page, PLAIN),
		      soc->unsuitable ? "; known not to isolate" : "");
	show_masters(page, r, "", cache != IPMMU_NONE);
	for (; cache != IPMMU_NONE; cache = next) {
		next = next_cache(desc, r, cache + 1);
		show_cache(page, cache, next == IPMMU_NONE);
	}
}

static void show_count(const struct page *page, uint32_t count, const char *word,
		       const char *after)
{
	(void)fprintf(page->out, "%" PRIu32 " %s%s%s", count, word, count == 1 ? "" : "s",
		      after);
}

static void show_head(const struct page *page)
{
	const struct board *board = page->board;
	const struct ipmmu_fdt_result *result = &board->result;

	(void)fprintf(page->out, "%s%s%s\n", colour(page, BOLD),
		      board->model[0] == '\0' ? board->file : board->model,
		      colour(page, PLAIN));
	show_count(page, board->root_count, "root", ", ");
	show_count(page, result->desc.mmu_count - board->root_count, "cache", ", ");
	show_count(page, result->desc.master_count, "master", ", ");
	show_count(page, board->utlb_count, "uTLB", " in use, ");
	show_count(page, board->group_count, "group", "\n");
	if (result->disabled_mmus + result->disabled_masters != 0) {
		(void)fprintf(page->out,
			      "disabled and left out: IPMMUs %" PRIu32 ", masters %" PRIu32
			      " (--with-disabled shows them)\n",
			      result->disabled_mmus, result->disabled_masters);
	}
	if (!page->style->prr && result->has_prr && result->desc.mmu_count != 0) {
		(void)fprintf(
			page->out,
			"cut not known, the most restricted is taken (--prr, the register "
			"at %" PRIx64 ", tells it)\n",
			result->prr.v);
	}
}

static void show_findings(const struct page *page)
{
	const struct finding *finding = page->board->findings;
	uint32_t i;

	if (page->board->finding_count != 0) {
		(void)fputc('\n', page->out);
	}
	for (i = 0; i < page->board->finding_count; i++, finding++) {
		(void)fprintf(page->out, "%s%s%s %s: %s\n",
			      colour(page, finding->defect.error ? RED : DIM),
			      finding->defect.error ? "error" : "note", colour(page, PLAIN),
			      ipmmu_fdt_defect_name(finding->defect.kind),
			      finding->text == NULL ? "" : finding->text);
	}
}

void topology_tree(const struct board *board, const struct style *style, FILE *out)
{
	struct page page = {board, style, &lines[style->utf8], out};
	const struct ipmmu_fdt_result *result = &board->result;
	uint32_t i;

	if (result->needs.mmus_max == 0) {
		(void)fprintf(out, "%s\nno IPMMU in this tree\n",
			      board->model[0] == '\0' ? board->file : board->model);
		return;
	}
	show_head(&page);
	for (i = 0; i < result->desc.mmu_count; i++) {
		if (result->desc.mmus[i].root == i) {
			show_root(&page, i);
		}
	}
	show_findings(&page);
}
