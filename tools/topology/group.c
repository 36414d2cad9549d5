// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * group.c - which masters cannot be told apart, and the counts of the whole tree.
 */
#include <stdlib.h>

#include "board.h"

static uint32_t group_top(const uint32_t *groups, uint32_t i)
{
	while (groups[i] != i) {
		i = groups[i];
	}
	return i;
}

/* The smaller number leads, so that a group is named by its first master. */
static void group_join(uint32_t *groups, uint32_t a, uint32_t b)
{
	a = group_top(groups, a);
	b = group_top(groups, b);
	if (a < b) {
		groups[b] = a;
	} else {
		groups[a] = b;
	}
}

/* @owners has one slot per (MMU, uTLB): the first master there, or IPMMU_NONE. */
static void master_group(struct board *board, uint32_t *owners, uint32_t m)
{
	const struct ipmmu_master_desc *master = &board->result.desc.masters[m];
	uint32_t *owner;
	uint32_t i;

	board->groups[m] = m;
	for (i = 0; i < master->port_count; i++) {
		owner = &owners[master->ports[i].mmu * IPMMU_MAX_UTLBS + master->ports[i].utlb];
		if (*owner == IPMMU_NONE) {
			*owner = m;
			board->utlb_count++;
		} else {
			group_join(board->groups, *owner, m);
		}
	}
}

bool board_grouped(const struct board *board, uint32_t master)
{
	return board->sizes[board->groups[master]] > 1;
}

/* After all joins: every master points to the first of its group, which holds its size. */
static void groups_count(struct board *board)
{
	uint32_t i;

	for (i = 0; i < board->result.desc.master_count; i++) {
		board->groups[i] = group_top(board->groups, i);
		board->sizes[board->groups[i]]++;
		board->group_count += board->sizes[board->groups[i]] == 2;
	}
}

int board_group(struct board *board)
{
	const struct ipmmu_system_desc *desc = &board->result.desc;
	uint32_t slots = desc->mmu_count * IPMMU_MAX_UTLBS;
	uint32_t *owners = malloc((slots + 1) * sizeof(*owners));
	uint32_t i;

	board->groups = calloc(desc->master_count + 1, sizeof(*board->groups));
	board->sizes = calloc(desc->master_count + 1, sizeof(*board->sizes));
	if (owners == NULL || board->groups == NULL || board->sizes == NULL) {
		free(owners);
		return -1;
	}
	for (i = 0; i < slots; i++) {
		owners[i] = IPMMU_NONE;
	}
	for (i = 0; i < desc->mmu_count; i++) {
		board->root_count += desc->mmus[i].root == i;
	}
	for (i = 0; i < desc->master_count; i++) {
		master_group(board, owners, i);
	}
	groups_count(board);
	free(owners);
	return 0;
}
