// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * dot.c - a board for Graphviz: masters left, caches in the middle, roots right.
 */
#include <inttypes.h>

#include "topology.h"

/* Names come from a tree that nobody vouches for. */
static void dot_text(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\') {
			(void)fputc('\\', out);
		}
		(void)fputc(c < 0x20 ? '?' : c, out);
	}
}

static void dot_node(FILE *out, char kind, uint32_t i, const char *name, const char *look)
{
	(void)fprintf(out, "\t%c%" PRIu32 " [label=\"", kind, i);
	dot_text(out, topology_leaf(name));
	(void)fprintf(out, "\", %s];\n", look);
}

static void dot_master(const struct ipmmu_system_desc *desc, uint32_t m, FILE *out)
{
	char ports[256];
	uint32_t i;

	dot_node(out, 'd', m, desc->masters[m].name, "shape=box");
	for (i = 0; i < desc->mmu_count; i++) {
		topology_ports(&desc->masters[m], i, ports, sizeof(ports));
		if (ports[0] != '\0') {
			(void)fprintf(out, "\td%" PRIu32 " -> m%" PRIu32 " [label=\"%s\"];\n",
				      m, i, ports);
		}
	}
}

void topology_dot(const struct board *board, FILE *out)
{
	const struct ipmmu_system_desc *desc = &board->result.desc;
	uint32_t i;

	(void)fprintf(out, "digraph ipmmu {\n\trankdir=LR;\n\tlabel=\"");
	dot_text(out, board->model[0] == '\0' ? board->file : board->model);
	(void)fprintf(out, "\";\n");
	for (i = 0; i < desc->mmu_count; i++) {
		bool root = desc->mmus[i].root == i;

		dot_node(out, 'm', i, desc->mmus[i].name,
			 root ? "shape=box3d, style=bold"
			      : (desc->mmus[i].always_on ? "shape=component"
							 : "shape=component, style=dashed"));
		if (!root) {
			(void)fprintf(out, "\tm%" PRIu32 " -> m%" PRIu32 " [style=bold];\n", i,
				      desc->mmus[i].root);
		}
	}
	for (i = 0; i < desc->master_count; i++) {
		dot_master(desc, i, out);
	}
	(void)fprintf(out, "}\n");
}
