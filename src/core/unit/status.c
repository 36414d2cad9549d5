// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * status.c - read, clear and keep what IMSTR of a context reports.
 *
 * Each context has a ring of its own, so that a storm of one hides no fault of another.
 */
#include "unit.h"

static uint32_t fault_source(const struct ipmmu_root *root)
{
	if (!root->layout->has_imsstr) {
		return 0u;
	}
	return ipmmu_mmu_read(root->mmu, ipmmu_regs_global(root->layout, IMSSTR));
}

static uint64_t fault_iova(const struct ipmmu_root *root, uint32_t n)
{
	uint32_t lower = ipmmu_context_read(root->mmu, n, IMELAR);

	/* On Gen2 the address has 32 bits, in IMEAR, which lies where IMELAR does. */
	return root->layout->has_imeuar
		       ? ipmmu_regs_iova(lower, ipmmu_context_read(root->mmu, n, IMEUAR)).v
		       : lower;
}

/* The first faults say most: those that find no room are only counted. */
static void push_locked(struct ipmmu_root *root, struct ipmmu_context *context,
			const struct ipmmu_raw_fault *raw)
{
	const struct ipmmu_ops *ops = root->system->ops;

	if (context->ring_count == IPMMU_RING_SIZE) {
		context->lost++;
		return;
	}
	context->ring[(context->ring_first + context->ring_count) % IPMMU_RING_SIZE] = *raw;
	context->ring_count++;
	if (ops->service_wanted != NULL) {
		ops->service_wanted(root->system->host, 0u);
	}
}

bool ipmmu_status_pop_locked(struct ipmmu_root *root, uint32_t n, struct ipmmu_raw_fault *raw)
{
	struct ipmmu_context *context = &root->contexts[n];
	bool any = context->ring_count != 0u;

	if (any) {
		*raw = context->ring[context->ring_first];
		context->ring_first = (uint8_t)((context->ring_first + 1u) % IPMMU_RING_SIZE);
		context->ring_count--;
	}
	return any;
}

void ipmmu_status_refill_locked(struct ipmmu_root *root, uint32_t n, uint64_t now_us)
{
	struct ipmmu_context *context = &root->contexts[n];
	uint32_t missing = ipmmu_status_tokens(root) - context->tokens;
	uint64_t waited = now_us - context->tokens_us;
	uint32_t gained;

	if (waited >= (uint64_t)missing * IPMMU_TOKEN_US) {
		context->tokens += missing;
		context->tokens_us = now_us;
	} else {
		gained = (uint32_t)waited / IPMMU_TOKEN_US;
		context->tokens += gained;
		context->tokens_us += (uint64_t)gained * IPMMU_TOKEN_US;
	}
}

static void tell_dead_locked(struct ipmmu_root *root, uint32_t n, bool dead)
{
	if (dead && !root->dead) {
		ipmmu_event_context(IPMMU_EVENT_MMU_DEAD, root, n, ~0u);
	}
	root->dead = dead;
}

/* IMSSTR names caches; how its bits clear is not known, so it narrows but never excludes all.
 */
static bool selects(const struct ipmmu_master *master, uint32_t context, uint32_t source)
{
	const struct ipmmu_system *system = master->system;
	uint32_t i;

	for (i = 0u; i < master->desc->port_count; i++) {
		const struct ipmmu_port *port = &master->desc->ports[i];
		uint32_t bit = system->mmus[port->mmu].desc->imsstr_bit;
		bool named = bit >= 32u || (source & (1u << bit)) != 0u;

		if (ipmmu_port_utlb(system, port)->at == context && (source == 0u || named)) {
			return true;
		}
	}
	return false;
}

static void list_masters_locked(const struct ipmmu_root *root, uint32_t n,
				struct ipmmu_raw_fault *raw, uint32_t source)
{
	struct ipmmu_master *master;

	for (master = root->masters; master != NULL; master = master->next) {
		if (!selects(master, n, source)) {
			continue;
		}
		if (raw->master_count < IPMMU_FAULT_MASTERS) {
			raw->masters[raw->master_count] = master;
		}
		raw->master_count++;
	}
}

static void forget_in(struct ipmmu_raw_fault *raw, const struct ipmmu_master *master)
{
	uint32_t listed = 0u;
	uint32_t i;

	for (i = 0u; i < raw->master_count && i < IPMMU_FAULT_MASTERS; i++) {
		if (raw->masters[i] != master) {
			raw->masters[listed++] = raw->masters[i];
		}
	}
	if (listed != i) {
		raw->incomplete = true;
		/* The others were only counted. */
		raw->master_count = listed;
	}
}

void ipmmu_status_forget_locked(struct ipmmu_root *root, const struct ipmmu_master *master)
{
	uint32_t n;
	uint32_t i;

	for (n = 0u; n < root->soc->contexts; n++) {
		for (i = 0u; i < IPMMU_RING_SIZE; i++) {
			forget_in(&root->contexts[n].ring[i], master);
		}
	}
}

static bool is_owned(const struct ipmmu_context *context)
{
	return context->domain != NULL || context->state == IPMMU_CONTEXT_DENY;
}

static void keep_locked(struct ipmmu_root *root, uint32_t n, struct ipmmu_raw_fault *raw)
{
	struct ipmmu_context *context = &root->contexts[n];

	raw->at_us = ipmmu_now(root->system);
	raw->generation = context->generation;
	list_masters_locked(root, n, raw, raw->source);
	if (raw->master_count == 0u) {
		list_masters_locked(root, n, raw, 0u);
	}
	ipmmu_status_refill_locked(root, n, raw->at_us);
	context->tokens -= context->tokens != 0u ? 1u : 0u;
	root->last_fault = n;
	context->stalled = context->flush.begun + 1u;
	context->recent++;
	context->faults++;
	if (is_owned(context)) {
		push_locked(root, context, raw);
	} else {
		ipmmu_event_context(IPMMU_EVENT_FAULT_UNOWNED, root, n, raw->status);
	}
}

/* A bit without a public name counts too: it may hold the line up. Level and code do not. */
bool ipmmu_status_take_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_raw_fault raw = {.status = ipmmu_context_read(root->mmu, n, IMSTR)};

	if ((raw.status & ~(IMSTR_ERRLVL | IMSTR_ERRCODE)) == 0u) {
		return false;
	}
	if (raw.status == ~0u) {
		tell_dead_locked(root, n, true);
		return false;
	}
	tell_dead_locked(root, n, false);
	/* The address is lost when the status is cleared, so it is read first. */
	raw.iova = fault_iova(root, n);
	raw.source = fault_source(root);
	ipmmu_context_write(root->mmu, n, IMSTR, 0u);
	keep_locked(root, n, &raw);
	return true;
}
