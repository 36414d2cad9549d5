// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * walk.c - visit every node once, knowing the way down to it.
 * Reads names and status only. Nodes below the last frame are skipped, and it remembers so.
 */
#include <libfdt.h>

#include "fdt_priv.h"
#include "ipmmu_port.h"

void ipmmu_fdt_walk_start(struct fdt_walk *walk, const void *blob)
{
	walk->blob = blob;
	walk->node = -1;
	walk->depth = -1;
	walk->too_deep = false;
}

static bool node_is_off(const void *blob, int node)
{
	struct fdt_prop status = ipmmu_fdt_prop(blob, node, "status");
	uint32_t at = 0;
	const char *text = ipmmu_fdt_string(status, &at);

	if (status.p == NULL) {
		return false;
	}
	return text == NULL || (!ipmmu_fdt_same(text, "okay") && !ipmmu_fdt_same(text, "ok"));
}

static void walk_enter(struct fdt_walk *walk)
{
	struct fdt_frame *frame = &walk->frames[walk->depth];
	bool off = walk->depth > 0 && walk->frames[walk->depth - 1].off;
	int length = 0;
	const char *name = fdt_get_name(walk->blob, walk->node, &length);

	frame->node = walk->node;
	frame->name = name == NULL ? "" : name;
	frame->name_length = 0;
	if (name != NULL && length > 0) {
		frame->name_length =
			(uint16_t)(length < IPMMU_FDT_MAX_PATH ? length : IPMMU_FDT_MAX_PATH);
	}
	frame->off = off || node_is_off(walk->blob, walk->node);
}

bool ipmmu_fdt_walk_next(struct fdt_walk *walk)
{
	do {
		walk->node = fdt_next_node(walk->blob, walk->node, &walk->depth);
		if (walk->node < 0 || walk->depth < 0) {
			return false;
		}
		walk->too_deep = walk->too_deep || walk->depth >= IPMMU_FDT_MAX_DEPTH;
	} while (walk->depth >= IPMMU_FDT_MAX_DEPTH);
	walk_enter(walk);
	return true;
}

/*
 * Copies what fits before the last byte; returns the new end. Names are shown to people: what
 * is no plain character becomes one, so that no tree can send commands to a terminal.
 */
static size_t path_put(char *buffer, size_t size, size_t at, const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length && at < size - 1; i++) {
		buffer[at] = text[i] < ' ' || text[i] > '~' ? '?' : text[i];
		at++;
	}
	return at;
}

size_t ipmmu_fdt_walk_path(const struct fdt_walk *walk, int depth, char *buffer, size_t size)
{
	size_t at = 0;
	int i;

	if (depth == 0) {
		at = path_put(buffer, size, at, "/", 1);
	}
	for (i = 1; i <= depth; i++) {
		at = path_put(buffer, size, at, "/", 1);
		at = path_put(buffer, size, at, walk->frames[i].name,
			      walk->frames[i].name_length);
	}
	buffer[at] = '\0';
	return at + 1;
}

bool ipmmu_fdt_walk_off(const struct fdt_walk *walk)
{
	return walk->frames[walk->depth].off;
}

bool ipmmu_fdt_walk_reserved(const struct fdt_walk *walk)
{
	static const char name[] = "reserved-memory";

	return walk->depth == 2 && walk->frames[1].name_length == sizeof(name) - 1 &&
	       memcmp(walk->frames[1].name, name, sizeof(name) - 1) == 0;
}
