// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * utlb.c - the only writer of IMUCTR: where a uTLB leads.
 *
 * Does not know who owns a uTLB (domain/ports.c) nor what its context maps.
 */
#include "unit.h"

static void tell_suspect(const struct ipmmu_mmu *mmu, uint32_t utlb, uint32_t wrote,
			 uint32_t reads)
{
	struct ipmmu_event event = ipmmu_event_about(IPMMU_EVENT_DENY_UNVERIFIED, mmu);
	const struct ipmmu_system *system = mmu->system;

	event.error = IPMMU_E_UNVERIFIED;
	event.utlb = utlb;
	event.context = mmu->root->deny == NULL ? IPMMU_NONE : mmu->root->deny->number;
	event.value = reads;
	event.max = wrote;
	ipmmu_event_send(system, &event);
	if (system->ops->escalate != NULL) {
		system->ops->escalate(system->host, IPMMU_ESCALATE_DENY_READBACK, mmu->index,
				      utlb);
	}
}

bool ipmmu_utlb_close_locked(struct ipmmu_mmu *mmu, uint32_t utlb)
{
	const struct ipmmu_layout *layout = mmu->root->layout;
	const struct ipmmu_context *deny = mmu->root->deny;
	const uint32_t offset = ipmmu_regs_utlb(layout, utlb);
	const uint32_t want = deny == NULL ? 0u : ipmmu_regs_imuctr(layout, deny->number);
	const uint32_t counts = deny == NULL ? IMUCTR_MMUEN : IMUCTR_MMUEN | layout->ttsel;
	struct ipmmu_utlb *state = &mmu->utlbs[utlb];
	uint32_t got;

	if (!state->managed) {
		/* ASIDs are not used: every driver writes 0; the value at reset is not known.
		 */
		ipmmu_mmu_write(mmu, ipmmu_regs_utlb_asid(layout, utlb), 0u);
		state->managed = true;
	}
	ipmmu_mmu_write(mmu, offset, want);
	got = ipmmu_mmu_read(mmu, offset);
	/* Other bits say nothing: whether FLUSH clears itself, and what others read, is not
	 * known. All ones is no answer of a unit that works. */
	state->suspect = got == ~0u || ((got ^ want) & counts) != 0u;
	if (state->suspect) {
		tell_suspect(mmu, utlb, want, got);
	} else {
		state->at = deny == NULL ? IPMMU_NO_CONTEXT : (uint8_t)deny->number;
	}
	return !state->suspect;
}

void ipmmu_utlb_open_locked(struct ipmmu_mmu *mmu, uint32_t utlb,
			    const struct ipmmu_context *context)
{
	ipmmu_mmu_write(mmu, ipmmu_regs_utlb(mmu->root->layout, utlb),
			ipmmu_regs_imuctr(mmu->root->layout, context->number));
	mmu->utlbs[utlb].at = (uint8_t)context->number;
}

bool ipmmu_utlb_is_denied(const struct ipmmu_mmu *mmu, const struct ipmmu_utlb *utlb)
{
	const struct ipmmu_context *deny = mmu->root->deny;

	return utlb->managed && !utlb->suspect &&
	       utlb->at == (deny == NULL ? IPMMU_NO_CONTEXT : deny->number);
}

/** struct tour - over the uTLBs of a root that may be on one context. */
struct tour {
	const struct ipmmu_context *context;
	uint32_t i;            /**< of the next instance */
	uint32_t next;         /**< uTLB of it to look at next */
	struct ipmmu_mmu *mmu; /**< found: the instance */
	uint32_t utlb;         /**< found: the uTLB */
};

/* Offline units too: they may still be on it. */
static bool find_next(struct tour *tour)
{
	for (; (tour->mmu = ipmmu_root_port_mmu(tour->context->root, tour->i)) != NULL;
	     tour->i++, tour->next = 0u) {
		while (tour->next < tour->mmu->utlb_count) {
			tour->utlb = tour->next++;
			if (tour->mmu->utlbs[tour->utlb].at == tour->context->number) {
				return true;
			}
		}
	}
	return false;
}

bool ipmmu_context_close_locked(struct ipmmu_context *context)
{
	struct tour tour = {.context = context};
	bool all = true;

	while (find_next(&tour)) {
		if (tour.mmu->why == IPMMU_OK && tour.mmu->utlbs[tour.utlb].managed) {
			all = ipmmu_utlb_close_locked(tour.mmu, tour.utlb) && all;
		}
	}
	return all;
}

void ipmmu_context_reopen_locked(const struct ipmmu_context *from,
				 const struct ipmmu_context *to)
{
	struct tour tour = {.context = from};

	while (find_next(&tour)) {
		/* One that was told to deny is not opened because it does not say so. */
		if (tour.mmu->why == IPMMU_OK && !tour.mmu->utlbs[tour.utlb].suspect) {
			ipmmu_utlb_open_locked(tour.mmu, tour.utlb, to);
		}
	}
}

bool ipmmu_context_selected(const struct ipmmu_context *context)
{
	struct tour tour = {.context = context};

	return find_next(&tour);
}

bool ipmmu_context_suspected(const struct ipmmu_context *context)
{
	struct tour tour = {.context = context};

	while (find_next(&tour)) {
		if (tour.mmu->utlbs[tour.utlb].suspect) {
			return true;
		}
	}
	return false;
}
