// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * status.c - read, clear and keep what IMSTR of a context reports.
 *
 * Each context has a ring of its own, so that a storm of one hides no fault of another.
 */
#include "unit.h"

/* On Gen2 the address has 32 bits, in IMEAR, which lies where IMELAR does. */
static uint64_t fault_iova(const struct ipmmu_context *context)
{
	uint32_t lower = ipmmu_context_read(context, IMELAR);

	return context->root->layout->has_imeuar
		       ? ipmmu_regs_iova(lower, ipmmu_context_read(context, IMEUAR)).v
		       : lower;
}

void ipmmu_status_refill_locked(struct ipmmu_context *context, uint64_t now_us)
{
	uint32_t missing = ipmmu_status_tokens(context->root) - context->tokens;
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

/** enum place - how likely a master has caused a fault. */
enum place {
	ELSEWHERE, /**< it is not on the context */
	THERE,
	NAMED /**< there, behind a cache that IMSSTR names */
};

static enum place place_of(const struct ipmmu_master *master, uint32_t context, uint32_t source)
{
	const struct ipmmu_utlb *utlb;
	enum place place = ELSEWHERE;
	uint32_t i;

	for (i = 0u; place != NAMED && (utlb = ipmmu_master_utlb(master, i)) != NULL; i++) {
		if (utlb->at == context) {
			uint32_t bit = utlb->mmu->desc->imsstr_bit;

			place = bit < 32u && (source & (1u << bit)) != 0u ? NAMED : THERE;
		}
	}
	return place;
}

/*
 * How bits of IMSSTR clear is not known, and another fault may change it while it is read. So
 * it says who comes first, and excludes nobody.
 */
static void list_masters_locked(const struct ipmmu_context *context,
				struct ipmmu_raw_fault *raw, enum place place)
{
	struct ipmmu_master *master;

	for (master = context->root->masters; master != NULL; master = master->next) {
		if (place_of(master, context->number, raw->source) == place) {
			raw->master_count++;
			if (raw->listed < IPMMU_FAULT_MASTERS) {
				raw->masters[raw->listed++] = master;
			}
		}
	}
}

static void forget_in(struct ipmmu_raw_fault *raw, const struct ipmmu_master *master)
{
	uint32_t kept = 0u;
	uint32_t i;

	for (i = 0u; i < raw->listed; i++) {
		if (raw->masters[i] != master) {
			raw->masters[kept++] = raw->masters[i];
		}
	}
	if (kept != raw->listed) {
		raw->listed = kept;
		raw->master_count = kept; /* the others were only counted */
		raw->incomplete = true;
	}
}

void ipmmu_status_forget_locked(struct ipmmu_root *root, const struct ipmmu_master *master)
{
	struct ipmmu_context *context;
	uint32_t i;

	for (context = root->contexts; context < root->end; context++) {
		for (i = 0u; i < IPMMU_RING_SIZE; i++) {
			forget_in(&context->ring[i], master);
		}
	}
}

/* The address is lost when the status is cleared, so this comes before. */
static void record_locked(struct ipmmu_context *context, uint32_t status, uint64_t now_us)
{
	const struct ipmmu_root *root = context->root;
	struct ipmmu_utlb *utlb = NULL;
	struct ipmmu_raw_fault *raw;

	/* The first faults say most: those that find no room are only counted. */
	if (context->ring_count == IPMMU_RING_SIZE) {
		context->lost++;
		return;
	}
	raw = &context->ring[(context->ring_first + context->ring_count) % IPMMU_RING_SIZE];
	context->ring_count++;
	*raw = (struct ipmmu_raw_fault){
		.at_us = now_us,
		.iova = fault_iova(context),
		.generation = context->generation,
		.status = status,
		.source = root->layout->has_imsstr
				  ? ipmmu_mmu_read(root->mmu,
						   ipmmu_regs_global(root->layout, IMSSTR))
				  : 0u,
		.incomplete = context->left,
	};
	list_masters_locked(context, raw, NAMED);
	list_masters_locked(context, raw, THERE);
	while ((utlb = ipmmu_context_utlb(context, utlb)) != NULL) {
		if (utlb->claims == 0u) {
			raw->incomplete = true;
		}
	}
	ipmmu_service_at(root->system, 0u);
}

/* A bit without a public name counts too: it may hold the line up. Level and code do not. */
bool ipmmu_status_take_locked(struct ipmmu_context *context)
{
	struct ipmmu_root *root = context->root;
	uint32_t status = ipmmu_context_read(context, IMSTR);
	uint64_t now_us;

	if ((status & ~(IMSTR_ERRLVL | IMSTR_ERRCODE)) == 0u) {
		context->left = false;
		return false;
	}
	if (status == ~0u) {
		if (!root->dead) {
			ipmmu_event_mmu(IPMMU_EVENT_MMU_DEAD, root->mmu, IPMMU_OK, status);
		}
		root->dead = true;
		return false;
	}
	root->dead = false;
	now_us = ipmmu_now(root->system);
	if (context->domain != NULL || context->state == IPMMU_CONTEXT_DENY) {
		record_locked(context, status, now_us);
	} else {
		ipmmu_event_context(IPMMU_EVENT_FAULT_UNOWNED, context, status);
	}
	ipmmu_context_write(context, IMSTR, 0u);
	ipmmu_status_refill_locked(context, now_us);
	if (context->tokens != 0u) {
		context->tokens--;
	}
	context->stalled = ipmmu_flush_next(context);
	context->left = false;
	context->recent++;
	context->faults++;
	root->last_fault = context;
	return true;
}
