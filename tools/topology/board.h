/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * board.h - a device tree out of a file, read, with everything that the output forms share.
 */
#ifndef TOOLS_TOPOLOGY_BOARD_H
#define TOOLS_TOPOLOGY_BOARD_H

#include <ipmmu/fdt.h>

/** struct finding - a defect that outlives the reading. */
struct finding {
	struct ipmmu_fdt_defect defect; /**< its strings are this finding's own */
	char *text;                     /**< the line that people read */
};

struct board {
	const char *file;
	char *model; /**< "" where the tree has none */
	void *blob;
	size_t size;
	struct ipmmu_fdt_storage storage;
	struct ipmmu_fdt_result result;
	struct finding *findings;
	uint32_t finding_count;
	uint32_t *groups; /**< per master: the group's first master; its own index if alone */
	uint32_t *sizes;  /**< per first master: masters of its group */
	uint32_t root_count;
	uint32_t utlb_count;  /**< different (MMU, uTLB) pairs that masters have */
	uint32_t group_count; /**< sets of two or more masters */
};

/**
 * board_load() - read @file.
 * Return: 0, or -1 with a message on stderr that says what to do next. The board needs
 * board_free() in both cases.
 */
int board_load(struct board *board, const char *file, const struct ipmmu_fdt_options *options);
void board_free(struct board *board);

/** Fills groups and the counts; -1 without memory. */
int board_group(struct board *board);
/** Is @master in a group with another? */
bool board_grouped(const struct board *board, uint32_t master);

#endif
