// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * level.c - one level of a walk in words: where the entry is, what is in it, what that means.
 */
#include <ipmmu/text.h>

#include "level.h"

#define COUNT_(names) (sizeof(names) / sizeof((names)[0]))

static const struct {
	uint8_t bit;
	const char *text;
} rights[] = {
	{IPMMU_PT_READ, ", read"},
	{IPMMU_PT_WRITE, ", write"},
	{IPMMU_PT_NO_EXECUTE, ", no execute"},
};

static const char *const memories[] = {
	[IPMMU_PT_UNCACHED] = ", uncached",
	[IPMMU_PT_CACHED] = ", write-back",
	[IPMMU_PT_DEVICE] = ", device",
};

static void put_prot(struct ipmmu_line *line, const struct ipmmu_pt_level *level)
{
	size_t i;

	for (i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
		if ((level->prot.rights & rights[i].bit) != 0u) {
			ipmmu_line_text(line, rights[i].text);
		}
	}
	if (level->prot.memory < sizeof(memories) / sizeof(memories[0])) {
		ipmmu_line_text(line, memories[level->prot.memory]);
	}
	if (level->contiguous) {
		ipmmu_line_text(line, ", contiguous");
	}
}

static void put_leaf(struct ipmmu_line *line, const struct ipmmu_pt_level *level,
		     const char *what)
{
	ipmmu_line_text(line, what);
	ipmmu_line_hex(line, level->size);
	ipmmu_line_text(line, " bytes at ");
	ipmmu_line_hex(line, level->pa.v);
	put_prot(line, level);
}

static void put_refused(struct ipmmu_line *line, const struct ipmmu_pt_level *level)
{
	ipmmu_line_text(line, ipmmu_refusal_text(level->refusal));
	ipmmu_line_text(line, level->refusal == IPMMU_PT_REFUSED_ALIGN
				      ? ", the unit may refuse it or ignore the low bits"
				      : ", the unit refuses it");
}

static void put_meaning(struct ipmmu_line *line, const struct ipmmu_pt_level *level)
{
	switch (level->kind) {
	case IPMMU_PT_EMPTY:
		ipmmu_line_text(line, "nothing mapped");
		break;
	case IPMMU_PT_TABLE:
		ipmmu_line_text(line, "table at ");
		ipmmu_line_hex(line, level->pa.v);
		break;
	case IPMMU_PT_BROKEN:
		put_leaf(line, level, "not valid, as if ");
		break;
	case IPMMU_PT_BLOCK:
		put_leaf(line, level, "block of ");
		break;
	case IPMMU_PT_REFUSED:
		put_refused(line, level);
		break;
	case IPMMU_PT_PAGE:
	default:
		put_leaf(line, level, "page of ");
		break;
	}
}

void ipmmu_line_level(struct ipmmu_line *line, const struct ipmmu_pt_level *level)
{
	ipmmu_line_text(line, "level ");
	ipmmu_line_number(line, level->level);
	ipmmu_line_text(line, " entry ");
	ipmmu_line_number(line, level->index);
	ipmmu_line_text(line, " at ");
	ipmmu_line_hex(line, level->at.v);
	ipmmu_line_text(line, " is ");
	ipmmu_line_hex(line, level->value);
	ipmmu_line_text(line, ": ");
	put_meaning(line, level);
}

size_t ipmmu_level_text(const struct ipmmu_pt_level *level, char *buffer, size_t size)
{
	struct ipmmu_line line;

	ipmmu_line_begin(&line, buffer, size);
	ipmmu_line_level(&line, level);
	return line.length;
}

static const char *name_of(const char *const *names, size_t count, uint32_t value)
{
	return value < count ? names[value] : "?";
}

const char *ipmmu_kind_text(enum ipmmu_pt_kind kind)
{
	static const char *const names[] = {
		[IPMMU_PT_EMPTY] = "empty", [IPMMU_PT_BROKEN] = "broken",
		[IPMMU_PT_TABLE] = "table", [IPMMU_PT_BLOCK] = "block",
		[IPMMU_PT_PAGE] = "page",   [IPMMU_PT_REFUSED] = "refused",
	};

	_Static_assert(COUNT_(names) == IPMMU_PT_KIND_COUNT, "a kind without a text");
	return name_of(names, COUNT_(names), (uint32_t)kind);
}

const char *ipmmu_refusal_text(enum ipmmu_pt_refusal refusal)
{
	static const char *const names[] = {
		[IPMMU_PT_NOT_REFUSED] = "not refused",
		[IPMMU_PT_REFUSED_FORM] = "its form is reserved (bits 1:0)",
		[IPMMU_PT_REFUSED_ADDRESS] = "its address has more than 40 bits (bits 47:40)",
		[IPMMU_PT_REFUSED_NSTABLE] = "NSTable is clear (bit 63)",
		[IPMMU_PT_REFUSED_NS] = "NS is clear (bit 5)",
		[IPMMU_PT_REFUSED_AF] = "the access flag is clear (bit 10)",
		[IPMMU_PT_REFUSED_ALIGN] = "its address is not aligned to its size",
		[IPMMU_PT_REFUSED_RIGHTS] = "it allows neither read nor write (bits 7:6)",
	};

	_Static_assert(COUNT_(names) == IPMMU_PT_REFUSAL_COUNT, "a refusal without a text");
	return name_of(names, COUNT_(names), (uint32_t)refusal);
}
