// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * fault.c - one line for a decoded fault: where, what, and who may have caused it.
 */
#include <ipmmu/text.h>

#include "level.h"
#include "line.h"

static const struct {
	uint32_t bit;
	const char *text;
} kinds[] = {
	{IPMMU_FAULT_TRANSLATION, "translation"},
	{IPMMU_FAULT_PERMISSION, "permission"},
	{IPMMU_FAULT_ABORT, "table walk abort"},
	{IPMMU_FAULT_MULTIPLE_HIT, "multiple hit"},
};

static void put_kinds(struct ipmmu_line *line, uint32_t bits)
{
	const char *before = "";
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if ((bits & kinds[i].bit) != 0u) {
			ipmmu_line_text(line, before);
			ipmmu_line_text(line, kinds[i].text);
			before = " and ";
		}
	}
	if (before[0] == '\0') {
		ipmmu_line_text(line, "unknown");
	}
	ipmmu_line_text(line, " fault");
}

static void put_code(struct ipmmu_line *line, uint32_t code)
{
	switch (code) {
	case IPMMU_FAULT_CODE_NONE:
		break;
	case IPMMU_FAULT_CODE_TLB_FORMAT:
		ipmmu_line_text(line, ", table format");
		break;
	case IPMMU_FAULT_CODE_ACCESS:
		ipmmu_line_text(line, ", access permission");
		break;
	case IPMMU_FAULT_CODE_SECURE:
		ipmmu_line_text(line, ", secure access");
		break;
	default:
		ipmmu_line_text(line, ", unknown code ");
		ipmmu_line_number(line, code);
		break;
	}
}

static void put_masters(struct ipmmu_line *line, const struct ipmmu_fault *fault)
{
	uint32_t i;

	if (fault->master_count == 0u) {
		ipmmu_line_text(line, ", by no claimed master");
		return;
	}
	for (i = 0; i < fault->master_count && i < IPMMU_FAULT_MASTERS; i++) {
		ipmmu_line_text(line, i == 0u ? ", by " : " or ");
		ipmmu_line_text(line,
				fault->masters[i] == NULL ? NULL : fault->masters[i]->name);
	}
	if (fault->master_count > IPMMU_FAULT_MASTERS) {
		ipmmu_line_text(line, " or ");
		ipmmu_line_number(line, fault->master_count - IPMMU_FAULT_MASTERS);
		ipmmu_line_text(line, " more");
	}
}

static void put_walk(struct ipmmu_line *line, const struct ipmmu_fault *fault)
{
	const struct ipmmu_pt_level *last;

	if (fault->walk_count == 0u) {
		return;
	}
	last = &fault->walk[fault->walk_count - 1u];
	ipmmu_line_text(line, "; the walk ends at ");
	ipmmu_line_level(line, last);
	if (last->kind == IPMMU_PT_TABLE) {
		ipmmu_line_text(line, ", which cannot be read");
	}
}

size_t ipmmu_fault_text(const struct ipmmu_fault *fault, char *buffer, size_t size)
{
	struct ipmmu_line line;

	ipmmu_line_begin(&line, buffer, size);
	ipmmu_line_text(&line, "root ");
	ipmmu_line_number(&line, fault->root);
	ipmmu_line_text(&line, " context ");
	ipmmu_line_number(&line, fault->context);
	ipmmu_line_text(&line, " (");
	ipmmu_line_text(&line, ipmmu_context_state_text(fault->context_state));
	ipmmu_line_text(&line, fault->stale ? ", given back since): " : "): ");
	put_kinds(&line, fault->kinds);
	ipmmu_line_text(&line, " at ");
	ipmmu_line_hex(&line, fault->iova.v);
	ipmmu_line_text(&line, ", level ");
	ipmmu_line_number(&line, fault->level);
	put_code(&line, fault->code);
	put_masters(&line, fault);
	ipmmu_line_text(&line, " (IMSTR ");
	ipmmu_line_hex(&line, fault->status);
	ipmmu_line_char(&line, ')');
	put_walk(&line, fault);
	return line.length;
}
