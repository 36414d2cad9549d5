// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * utlb.c - the only writer of IMUCTR: where a uTLB leads.
 *
 * Does not know who owns a uTLB (domain/ports.c) nor what its context maps.
 */
#include "unit.h"

static void tell_suspect(const struct ipmmu_utlb *utlb, uint32_t wrote, uint32_t reads)
{
	const struct ipmmu_mmu *mmu = utlb->mmu;
	const struct ipmmu_system *system = mmu->system;

	ipmmu_event_numbers(IPMMU_EVENT_DENY_UNVERIFIED, mmu, utlb->number,
			    ipmmu_context_number(mmu->root->deny), IPMMU_E_UNVERIFIED, reads,
			    wrote);
	if (system->ops->escalate != NULL) {
		system->ops->escalate(system->host, IPMMU_ESCALATE_DENY_READBACK, mmu->index,
				      utlb->number);
	}
}

/* In utlb->at when it is closed. */
static uint8_t closed_at(const struct ipmmu_root *root)
{
	return root->deny == NULL ? IPMMU_NO_CONTEXT : (uint8_t)root->deny->number;
}

/* A status that is latched from now on may be of a master that cannot be listed any more. */
static void move_to(struct ipmmu_utlb *utlb, uint8_t to)
{
	if (utlb->at != to && utlb->at < IPMMU_MAX_CONTEXTS) {
		utlb->mmu->root->contexts[utlb->at].left = true;
	}
	utlb->at = to;
}

bool ipmmu_utlb_close_locked(struct ipmmu_utlb *utlb)
{
	struct ipmmu_mmu *mmu = utlb->mmu;
	const struct ipmmu_layout *layout = mmu->root->layout;
	const struct ipmmu_context *deny = mmu->root->deny;
	const uint32_t want = deny == NULL ? 0u : ipmmu_regs_imuctr(layout, deny->number);
	const uint32_t counts = deny == NULL ? IMUCTR_MMUEN : IMUCTR_MMUEN | layout->ttsel;
	uint32_t got;

	if (!utlb->managed) {
		/* ASIDs are not used: every driver writes 0; the value at reset is not known.
		 */
		ipmmu_mmu_write(mmu, utlb->offset + IMUASID, 0u);
		utlb->managed = true;
	}
	ipmmu_mmu_write(mmu, utlb->offset, want);
	got = ipmmu_mmu_read(mmu, utlb->offset);
	/* Other bits say nothing: whether FLUSH clears itself, and what others read, is not
	 * known. All ones is no answer of a unit that works. */
	utlb->suspect = got == ~0u || ((got ^ want) & counts) != 0u;
	if (utlb->suspect) {
		tell_suspect(utlb, want, got);
	} else {
		move_to(utlb, closed_at(mmu->root));
	}
	return !utlb->suspect;
}

void ipmmu_utlb_open_locked(struct ipmmu_utlb *utlb, const struct ipmmu_context *context)
{
	ipmmu_mmu_write(utlb->mmu, utlb->offset,
			ipmmu_regs_imuctr(context->root->layout, context->number));
	move_to(utlb, (uint8_t)context->number);
}

bool ipmmu_utlb_is_denied(const struct ipmmu_utlb *utlb)
{
	return utlb->managed && !utlb->suspect && utlb->at == closed_at(utlb->mmu->root);
}

bool ipmmu_context_close_locked(struct ipmmu_context *context)
{
	struct ipmmu_utlb *utlb = NULL;

	while ((utlb = ipmmu_context_utlb(context, utlb)) != NULL) {
		if (utlb->mmu->why == IPMMU_OK && utlb->managed) {
			(void)ipmmu_utlb_close_locked(utlb);
		}
	}
	return ipmmu_context_utlb(context, NULL) == NULL;
}

void ipmmu_context_reopen_locked(const struct ipmmu_context *from,
				 const struct ipmmu_context *to)
{
	struct ipmmu_utlb *utlb = NULL;

	while ((utlb = ipmmu_context_utlb(from, utlb)) != NULL) {
		/* One that was told to deny is not opened because it does not say so. */
		if (utlb->mmu->why == IPMMU_OK && !utlb->suspect) {
			ipmmu_utlb_open_locked(utlb, to);
		}
	}
}

bool ipmmu_context_suspected(const struct ipmmu_context *context)
{
	struct ipmmu_utlb *utlb = NULL;

	do {
		utlb = ipmmu_context_utlb(context, utlb);
	} while (utlb != NULL && !utlb->suspect);
	return utlb != NULL;
}
