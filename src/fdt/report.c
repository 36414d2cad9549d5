// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * report.c - count defects, hand them to the caller, and make a line of one.
 * Finds none itself.
 */
#include "fdt_priv.h"
#include "ipmmu_port.h"

#define NAME_(name, error, text)  #name,
#define ERROR_(name, error, text) (error) != 0,
#define TEXT_(name, error, text)  text,

static const char *const defect_names[] = {IPMMU_FDT_DEFECTS(NAME_)};
static const bool defect_errors[] = {IPMMU_FDT_DEFECTS(ERROR_)};
static const char *const defect_texts[] = {IPMMU_FDT_DEFECTS(TEXT_)};

const char *ipmmu_fdt_path(struct fdt_reader *r)
{
	(void)ipmmu_fdt_walk_path(&r->walk, r->walk.depth, r->path, sizeof(r->path));
	return r->path;
}

const char *ipmmu_fdt_keep_path(struct fdt_reader *r)
{
	size_t bytes = ipmmu_fdt_walk_path(&r->walk, r->walk.depth, r->path, sizeof(r->path));
	char *text = r->storage->text + r->text_used;

	memcpy(text, r->path, bytes);
	r->text_used += bytes;
	return text;
}

void ipmmu_fdt_report(struct fdt_reader *r, struct ipmmu_fdt_defect defect)
{
	defect.error = defect_errors[defect.kind];
	if (defect.error) {
		r->result->errors++;
	} else {
		r->result->notes++;
	}
	if (r->fn != NULL) {
		r->fn(r->arg, &defect);
	}
}

void ipmmu_fdt_report_value(struct fdt_reader *r, enum ipmmu_fdt_defect_kind kind,
			    const char *property, uint64_t value)
{
	struct ipmmu_fdt_defect defect = {.kind = kind, .property = property};

	defect.path = ipmmu_fdt_path(r);
	defect.has_value = true;
	defect.value = value;
	ipmmu_fdt_report(r, defect);
}

void ipmmu_fdt_report_range(struct fdt_reader *r, enum ipmmu_fdt_defect_kind kind,
			    const char *property, struct ipmmu_fdt_defect range)
{
	range.kind = kind;
	range.property = property;
	range.path = ipmmu_fdt_path(r);
	range.has_value = true;
	range.has_range = true;
	ipmmu_fdt_report(r, range);
}

void ipmmu_fdt_report_missing(struct fdt_reader *r, const char *property)
{
	struct ipmmu_fdt_defect defect = {.kind = IPMMU_FDT_MISSING, .property = property};

	defect.path = ipmmu_fdt_path(r);
	ipmmu_fdt_report(r, defect);
}

const char *ipmmu_fdt_defect_name(enum ipmmu_fdt_defect_kind kind)
{
	return (size_t)kind < IPMMU_FDT_DEFECT_COUNT ? defect_names[kind] : "?";
}

/* A line that is being made: counts on where it no longer writes. */
struct line {
	char *buffer;
	size_t size;
	size_t at;
};

static void line_char(struct line *line, char c)
{
	if (line->at + 1 < line->size) {
		line->buffer[line->at] = c;
	}
	line->at++;
}

static void line_text(struct line *line, const char *text)
{
	for (; *text != '\0'; text++) {
		line_char(line, *text);
	}
}

static void line_decimal(struct line *line, uint32_t value)
{
	char digits[10];
	int count = 0;

	do {
		digits[count++] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	while (count > 0) {
		line_char(line, digits[--count]);
	}
}

/* Counts are small and read best in decimal; addresses are large. */
static void line_number(struct line *line, uint64_t value)
{
	int shift = 60;

	if (value < 10000) {
		line_decimal(line, (uint32_t)value);
		return;
	}
	line_text(line, "0x");
	while (value >> shift == 0) {
		shift -= 4;
	}
	for (; shift >= 0; shift -= 4) {
		line_char(line, "0123456789abcdef"[value >> shift & 15]);
	}
}

static void line_range(struct line *line, const struct ipmmu_fdt_defect *defect)
{
	line_text(line, ", allowed ");
	line_number(line, defect->min);
	if (defect->max != defect->min) {
		line_text(line, "..");
		line_number(line, defect->max);
	}
}

/* Where the text before it does not say what the number counts. */
static bool value_is_utlb(enum ipmmu_fdt_defect_kind kind)
{
	return kind == IPMMU_FDT_GROUP || kind == IPMMU_FDT_PARTIAL;
}

size_t ipmmu_fdt_defect_text(const struct ipmmu_fdt_defect *defect, char *buffer, size_t size)
{
	struct line line = {buffer, size, 0};
	bool known = (size_t)defect->kind < IPMMU_FDT_DEFECT_COUNT;

	line_text(&line, defect->path == NULL ? "tree" : defect->path);
	line_text(&line, ": ");
	if (defect->property != NULL) {
		line_text(&line, defect->property);
		line_text(&line, ": ");
	}
	line_text(&line, known ? defect_texts[defect->kind] : "?");
	if (defect->has_value) {
		line_text(&line, value_is_utlb(defect->kind) ? ": uTLB " : ": ");
		line_number(&line, defect->value);
	}
	if (defect->has_range) {
		line_range(&line, defect);
	}
	if (defect->other != NULL) {
		line_text(&line, "; the other is ");
		line_text(&line, defect->other);
	}
	if (size > 0) {
		buffer[line.at < size ? line.at : size - 1] = '\0';
	}
	return line.at;
}
