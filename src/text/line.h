/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * line.h - append to a bounded line. What does not fit is counted and dropped.
 */
#ifndef IPMMU_SRC_TEXT_LINE_H
#define IPMMU_SRC_TEXT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** struct ipmmu_line - a line under way; ended by 0 after every call. */
struct ipmmu_line {
	char *buffer;
	size_t size;   /**< of the buffer */
	size_t length; /**< of the whole line, also of what was dropped */
};

/** ipmmu_line_begin() - an empty line. */
void ipmmu_line_begin(struct ipmmu_line *line, char *buffer, size_t size);
/** ipmmu_line_text() - append @text; "?" for NULL. */
void ipmmu_line_text(struct ipmmu_line *line, const char *text);
/** ipmmu_line_char() - append one character. */
void ipmmu_line_char(struct ipmmu_line *line, char c);
/** ipmmu_line_number() - append decimal digits. */
void ipmmu_line_number(struct ipmmu_line *line, uint64_t value);
/** ipmmu_line_hex() - append 0x and hexadecimal digits. */
void ipmmu_line_hex(struct ipmmu_line *line, uint64_t value);

#endif
