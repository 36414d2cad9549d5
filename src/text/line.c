// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * line.c - text and numbers into a bounded buffer, without printf and without division, which
 * 32-bit parts have no instruction for.
 */
#include "line.h"

void ipmmu_line_begin(struct ipmmu_line *line, char *buffer, size_t size)
{
	line->buffer = buffer;
	line->size = buffer == NULL ? 0u : size;
	line->length = 0;
	if (line->size != 0u) {
		buffer[0] = '\0';
	}
}

void ipmmu_line_char(struct ipmmu_line *line, char c)
{
	if (line->size != 0u && line->length < line->size - 1u) {
		line->buffer[line->length] = c;
		line->buffer[line->length + 1u] = '\0';
	}
	line->length++;
}

void ipmmu_line_text(struct ipmmu_line *line, const char *text)
{
	const char *c;

	for (c = text == NULL ? "?" : text; *c != '\0'; c++) {
		ipmmu_line_char(line, *c);
	}
}

void ipmmu_line_number(struct ipmmu_line *line, uint64_t value)
{
	static const uint64_t powers[] = {
		10000000000000000000ull,
		1000000000000000000ull,
		100000000000000000ull,
		10000000000000000ull,
		1000000000000000ull,
		100000000000000ull,
		10000000000000ull,
		1000000000000ull,
		100000000000ull,
		10000000000ull,
		1000000000ull,
		100000000ull,
		10000000ull,
		1000000ull,
		100000ull,
		10000ull,
		1000ull,
		100ull,
		10ull,
		1ull,
	};
	bool begun = false;
	size_t i;

	for (i = 0; i < sizeof(powers) / sizeof(powers[0]); i++) {
		char digit = '0';

		for (; value >= powers[i]; value -= powers[i]) {
			digit++;
		}
		begun = begun || digit != '0' || powers[i] == 1u;
		if (begun) {
			ipmmu_line_char(line, digit);
		}
	}
}

void ipmmu_line_hex(struct ipmmu_line *line, uint64_t value)
{
	bool begun = false;
	uint32_t shift;

	ipmmu_line_text(line, "0x");
	for (shift = 64u; shift != 0u; shift -= 4u) {
		uint32_t digit = (uint32_t)(value >> (shift - 4u)) & 0xfu;

		begun = begun || digit != 0u || shift == 4u;
		if (begun) {
			ipmmu_line_char(line, "0123456789abcdef"[digit]);
		}
	}
}
