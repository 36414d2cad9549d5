// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * utlb.c - the only writer of IMUCTR: where a uTLB leads.
 *
 * Does not know who owns a uTLB (domain/ports.c) nor what its context maps.
 */
#include "unit.h"

/* ASIDs are not used: every driver writes 0, and the value at reset is not known. */
static void utlb_take_over(struct ipmmu_mmu *mmu, uint32_t utlb)
{
	if (!mmu->utlbs[utlb].managed) {
		ipmmu_mmu_write(mmu, ipmmu_regs_utlb_asid(mmu->root->layout, utlb), 0u);
		mmu->utlbs[utlb].managed = true;
	}
}

static void utlb_tell_suspect(struct ipmmu_mmu *mmu, uint32_t utlb, uint32_t wrote,
			      uint32_t reads)
{
	struct ipmmu_system *system = mmu->system;

	ipmmu_event_tell(IPMMU_EVENT_DENY_UNVERIFIED, mmu, IPMMU_E_UNVERIFIED, utlb,
			 ipmmu_context_number(mmu->root->deny), reads, wrote);
	if (system->ops->escalate != NULL) {
		system->ops->escalate(system->host, IPMMU_ESCALATE_DENY_READBACK, mmu->index,
				      utlb);
	}
}

bool ipmmu_utlb_close_locked(struct ipmmu_mmu *mmu, uint32_t utlb)
{
	const struct ipmmu_layout *layout = mmu->root->layout;
	uint32_t offset = ipmmu_regs_utlb(layout, utlb);
	struct ipmmu_utlb *state = &mmu->utlbs[utlb];
	uint32_t counts = IMUCTR_MMUEN;
	uint32_t want = 0u;
	uint32_t got;

	if (mmu->root->deny != IPMMU_NO_CONTEXT) {
		want = ipmmu_regs_imuctr(layout, mmu->root->deny);
		counts |= layout->ttsel;
	}
	utlb_take_over(mmu, utlb);
	ipmmu_mmu_write(mmu, offset, want);
	got = ipmmu_mmu_read(mmu, offset);
	/* Other bits say nothing: whether FLUSH clears itself, and what others read, is not
	 * known. All ones is no answer of a unit that works. */
	state->suspect = got == ~0u || ((got ^ want) & counts) != 0u;
	if (state->suspect) {
		utlb_tell_suspect(mmu, utlb, want, got);
		return false;
	}
	state->at = (uint8_t)mmu->root->deny;
	return true;
}

void ipmmu_utlb_open_locked(struct ipmmu_mmu *mmu, uint32_t utlb, uint32_t n)
{
	ipmmu_mmu_write(mmu, ipmmu_regs_utlb(mmu->root->layout, utlb),
			ipmmu_regs_imuctr(mmu->root->layout, n));
	mmu->utlbs[utlb].at = (uint8_t)n;
}

bool ipmmu_utlb_is_denied(const struct ipmmu_mmu *mmu, uint32_t utlb)
{
	const struct ipmmu_utlb *state = &mmu->utlbs[utlb];

	return state->managed && !state->suspect && state->at == mmu->root->deny;
}

/** struct ports - a tour over the uTLBs of a root that may be on one context. */
struct ports {
	const struct ipmmu_root *root;
	uint32_t n;
	uint32_t i;            /**< of the next instance */
	uint32_t next;         /**< uTLB of it to look at next */
	struct ipmmu_mmu *mmu; /**< found: the instance */
	uint32_t utlb;         /**< found: the uTLB */
};

/* Offline units too: they may still be on it. */
static bool find_next(struct ports *ports)
{
	while ((ports->mmu = ipmmu_root_port_mmu(ports->root, ports->i)) != NULL) {
		for (; ports->next < ports->mmu->utlb_count; ports->next++) {
			if (ports->mmu->utlbs[ports->next].at == ports->n) {
				ports->utlb = ports->next++;
				return true;
			}
		}
		ports->i++;
		ports->next = 0u;
	}
	return false;
}

static bool is_driven(const struct ports *ports)
{
	return ports->mmu->why == IPMMU_OK && ports->mmu->utlbs[ports->utlb].managed;
}

bool ipmmu_root_close_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ports ports = {.root = root, .n = n};
	bool all = true;

	while (find_next(&ports)) {
		if (is_driven(&ports)) {
			all = ipmmu_utlb_close_locked(ports.mmu, ports.utlb) && all;
		}
	}
	return all;
}

void ipmmu_root_reopen_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ports ports = {.root = root, .n = n};

	while (find_next(&ports)) {
		/* One that was told to deny is not opened because it does not say so. */
		if (is_driven(&ports) && !ports.mmu->utlbs[ports.utlb].suspect) {
			ipmmu_utlb_open_locked(ports.mmu, ports.utlb, n);
		}
	}
}

bool ipmmu_root_selects(const struct ipmmu_root *root, uint32_t n)
{
	struct ports ports = {.root = root, .n = n};

	return find_next(&ports);
}

bool ipmmu_root_suspects(const struct ipmmu_root *root, uint32_t n)
{
	struct ports ports = {.root = root, .n = n};

	while (find_next(&ports)) {
		if (ports.mmu->utlbs[ports.utlb].suspect) {
			return true;
		}
	}
	return false;
}
