/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * topology.h - the three forms in which a board is shown.
 */
#ifndef TOOLS_TOPOLOGY_TOPOLOGY_H
#define TOOLS_TOPOLOGY_TOPOLOGY_H

#include <stdio.h>

#include "board.h"

/** struct style - what the terminal can show. */
struct style {
	bool utf8;
	bool colour;
	bool prr; /**< the cut was given */
};

void topology_tree(const struct board *board, const struct style *style, FILE *out);
/** -1 without memory or where @out refuses. */
int topology_json(const struct board *board, FILE *out);
void topology_dot(const struct board *board, FILE *out);

/** "yes", "no" or "unknown". */
const char *topology_ability(enum ipmmu_ability ability);
/** Behind the last slash of a path. */
const char *topology_leaf(const char *path);
/** uTLBs of @master on @mmu as "0-15,32"; "" where it has none. Cut at @size. */
void topology_ports(const struct ipmmu_master_desc *master, uint32_t mmu, char *text,
		    size_t size);

#endif
