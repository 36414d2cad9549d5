// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * prop.c - properties as bytes, cells and strings, never read past their end.
 * Judges nothing but whether a node is an IPMMU.
 */
#include <libfdt.h>

#include "fdt_priv.h"

struct fdt_prop ipmmu_fdt_prop(const void *blob, int node, const char *name)
{
	struct fdt_prop prop = {NULL, 0};
	int length = 0;
	const void *p = fdt_getprop(blob, node, name, &length);

	if (p != NULL && length >= 0) {
		prop.p = p;
		prop.length = (uint32_t)length;
	}
	return prop;
}

uint32_t ipmmu_fdt_cell(struct fdt_prop prop, uint32_t i)
{
	const uint8_t *p = prop.p + (size_t)i * 4;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

uint64_t ipmmu_fdt_number(struct fdt_prop prop, uint32_t i, uint32_t count)
{
	uint64_t value = 0;
	uint32_t end = i + count;

	for (; i < end; i++) {
		value = value << 32 | ipmmu_fdt_cell(prop, i);
	}
	return value;
}

const char *ipmmu_fdt_string(struct fdt_prop prop, uint32_t *at)
{
	uint32_t end = *at;
	const char *text;

	while (prop.p != NULL && end < prop.length && prop.p[end] != 0) {
		end++;
	}
	if (prop.p == NULL || end >= prop.length) {
		return NULL;
	}
	text = (const char *)prop.p + *at;
	*at = end + 1;
	return text;
}

bool ipmmu_fdt_same(const char *a, const char *b)
{
	while (*a == *b && *a != '\0') {
		a++;
		b++;
	}
	return *a == *b;
}

static bool starts_with(const char *text, const char *prefix)
{
	while (*prefix != '\0' && *text == *prefix) {
		text++;
		prefix++;
	}
	return *prefix == '\0';
}

bool ipmmu_fdt_compatible(const void *blob, int node, const char *name)
{
	struct fdt_prop list = ipmmu_fdt_prop(blob, node, "compatible");
	uint32_t at = 0;
	const char *text;

	while ((text = ipmmu_fdt_string(list, &at)) != NULL) {
		if (ipmmu_fdt_same(text, name)) {
			return true;
		}
	}
	return false;
}

bool ipmmu_fdt_is_ipmmu(const void *blob, int node)
{
	struct fdt_prop list = ipmmu_fdt_prop(blob, node, "compatible");
	uint32_t at = 0;
	const char *text;

	while ((text = ipmmu_fdt_string(list, &at)) != NULL) {
		if (starts_with(text, "renesas,ipmmu-") ||
		    starts_with(text, "renesas,rcar-gen4-ipmmu")) {
			return true;
		}
	}
	return false;
}
