// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * explore.c - the search: nodes in the order of their discovery, and a set of their keys.
 *
 * Only the bytes of nodes that wait for their turn are kept; of the others, how they were
 * reached.
 */
#include "explore.h"

#include <stdlib.h>
#include <string.h>

#include "kit_cmocka.h"

#define NO_NODE UINT32_MAX

/** struct node - a state that was reached. */
struct node {
	uint64_t key;
	uint32_t parent;
	uint16_t action;
	uint16_t depth;
};

struct explore {
	struct explore_plan plan;
	struct node *nodes;
	uint32_t count;
	uint32_t *slots; /**< open addressing: node + 1, 0 = empty */
	uint32_t slot_mask;
	struct explore_store *store;
	uint32_t at;     /**< node that is being expanded */
	uint32_t action; /**< action that is being run there */
	struct explore_counts counts;
};

uint64_t explore_mix(uint64_t key, uint64_t value)
{
	key = (key ^ value) * 0x9e3779b97f4a7c15ull;
	return key ^ (key >> 31);
}

static uint32_t slots_for(uint32_t states)
{
	uint32_t slots = 1024;

	while (slots < 2 * states) {
		slots *= 2;
	}
	return slots;
}

struct explore *explore_new(const struct explore_plan *plan)
{
	struct explore *explore = calloc(1, sizeof(*explore));
	uint32_t slots = slots_for(plan->most_states);

	assert_non_null(explore);
	assert_true(plan->action_count <= UINT16_MAX && plan->most_states < NO_NODE / 4);
	explore->plan = *plan;
	explore->nodes = malloc((size_t)plan->most_states * sizeof(struct node));
	explore->slots = calloc(slots, sizeof(uint32_t));
	explore->slot_mask = slots - 1;
	assert_non_null(explore->nodes);
	assert_non_null(explore->slots);
	explore->store = explore_store_new(plan->machine, plan->size);
	explore->at = NO_NODE;
	return explore;
}

void explore_free(struct explore *explore)
{
	if (explore == NULL) {
		return;
	}
	explore_store_free(explore->store);
	free(explore->nodes);
	free(explore->slots);
	free(explore);
}

/* The slot of a key, or the empty one where it belongs. */
static uint32_t *slot_of(const struct explore *explore, uint64_t key)
{
	uint32_t i = (uint32_t)(key >> 32) & explore->slot_mask;

	while (explore->slots[i] != 0 && explore->nodes[explore->slots[i] - 1].key != key) {
		i = (i + 1) & explore->slot_mask;
	}
	return &explore->slots[i];
}

/* The machine as it is: new? False when there is no room for it. */
static bool visit(struct explore *explore)
{
	uint64_t key = explore->plan.key(explore->plan.machine);
	uint32_t *slot = slot_of(explore, key);
	struct node *node = &explore->nodes[explore->count];

	if (*slot != 0) {
		return true;
	}
	if (explore->count == explore->plan.most_states) {
		return false;
	}
	node->key = key;
	node->parent = explore->at;
	node->action = (uint16_t)explore->action;
	node->depth = 0;
	if (explore->at != NO_NODE) {
		node->depth = (uint16_t)(explore->nodes[explore->at].depth + 1);
	}
	explore->counts.depth = node->depth;
	explore->count++;
	*slot = explore->count;
	explore_store_put(explore->store, explore->plan.machine);
	if (explore_store_bytes(explore->store) > explore->counts.most_bytes) {
		explore->counts.most_bytes = explore_store_bytes(explore->store);
	}
	return true;
}

/* Every action, each from a fresh copy of the state. */
static bool expand(struct explore *explore)
{
	const struct explore_plan *plan = &explore->plan;
	bool dirty = true;

	for (explore->action = 0; explore->action < plan->action_count; explore->action++) {
		const struct explore_action *action = &plan->actions[explore->action];

		if (dirty) {
			explore_store_take(explore->store, plan->machine);
		}
		dirty = action->run(plan->machine, action->a, action->b);
		if (dirty) {
			explore->counts.transitions++;
			if (!visit(explore)) {
				return false;
			}
		}
	}
	explore_store_drop(explore->store);
	return true;
}

struct explore_counts explore_run(struct explore *explore)
{
	uint32_t next = 0;
	bool room = visit(explore);

	while (room && next < explore->count) {
		explore->at = next++;
		room = expand(explore);
	}
	explore->counts.closed = room;
	explore->counts.states = explore->count;
	return explore->counts;
}

/* ---- how it came there ---- */

uint32_t explore_path_length(const struct explore *explore)
{
	return explore->at == NO_NODE ? 0 : explore->nodes[explore->at].depth + 1u;
}

/* The action that is @step steps from the start, on the way to the node under expansion. */
static uint32_t step_of(const struct explore *explore, uint32_t step)
{
	uint32_t at = explore->at;
	uint32_t action = explore->action;
	uint32_t back = explore_path_length(explore) - 1 - step;

	while (back-- > 0) {
		action = explore->nodes[at].action;
		at = explore->nodes[at].parent;
	}
	return action;
}

void explore_tell_path(const struct explore *explore)
{
	uint32_t length = explore_path_length(explore);
	uint32_t i;

	print_error("PATH of %u after %llu transitions:\n", length,
		    (unsigned long long)explore->counts.transitions);
	for (i = 0; i < length; i++) {
		uint32_t action = step_of(explore, i);

		if (action < explore->plan.action_count) {
			print_error("  %2u. %s\n", i + 1, explore->plan.actions[action].name);
		}
	}
}
