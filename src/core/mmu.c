// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * mmu.c - registers of one instance, and its uTLBs: the only place that writes IMUCTR.
 *
 * Does not know who owns a uTLB (move.c) nor what its context maps.
 */
#include "core.h"

uint32_t ipmmu_mmu_read(const struct ipmmu_mmu *mmu, uint32_t offset)
{
	const struct ipmmu_system *system = mmu->system;

	return system->ops->mmio_read32(system->host, mmu->desc->mmio, offset);
}

void ipmmu_mmu_write(const struct ipmmu_mmu *mmu, uint32_t offset, uint32_t value)
{
	const struct ipmmu_system *system = mmu->system;

	system->ops->mmio_write32(system->host, mmu->desc->mmio, offset, value);
}

uint32_t ipmmu_context_read(const struct ipmmu_mmu *mmu, uint32_t n, uint32_t reg)
{
	return ipmmu_mmu_read(mmu, ipmmu_regs_context(ipmmu_root_layout(mmu->root), n, reg));
}

void ipmmu_context_write(const struct ipmmu_mmu *mmu, uint32_t n, uint32_t reg, uint32_t value)
{
	ipmmu_mmu_write(mmu, ipmmu_regs_context(ipmmu_root_layout(mmu->root), n, reg), value);
}

struct ipmmu_mmu *ipmmu_root_port_mmu(const struct ipmmu_root *root, uint32_t i)
{
	if (root->mmu->utlb_count != 0u) {
		return i == 0u ? root->mmu : NULL;
	}
	return i < root->cache_count ? root->caches[i] : NULL;
}

struct ipmmu_utlb *ipmmu_port_utlb(const struct ipmmu_system *system,
				   const struct ipmmu_port *port)
{
	return &system->mmus[port->mmu].utlbs[port->utlb];
}

/* ASIDs are not used: every driver writes 0, and the value at reset is not known. */
static void utlb_take_over(struct ipmmu_mmu *mmu, uint32_t utlb)
{
	if (!mmu->utlbs[utlb].managed) {
		ipmmu_mmu_write(mmu, ipmmu_regs_utlb_asid(ipmmu_root_layout(mmu->root), utlb),
				0u);
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
	const struct ipmmu_root *root = mmu->root;
	uint32_t offset = ipmmu_regs_utlb(ipmmu_root_layout(root), utlb);
	uint32_t want = 0u;
	uint32_t got;

	if (root->deny != IPMMU_NO_CONTEXT) {
		want = ipmmu_regs_imuctr(ipmmu_root_layout(root), root->deny);
	}
	utlb_take_over(mmu, utlb);
	ipmmu_mmu_write(mmu, offset, want);
	got = ipmmu_mmu_read(mmu, offset);
	/* Whether FLUSH clears itself is not known. */
	mmu->utlbs[utlb].suspect = ((got ^ want) & ~IMUCTR_FLUSH) != 0u;
	if (mmu->utlbs[utlb].suspect) {
		utlb_tell_suspect(mmu, utlb, want, got);
		return false;
	}
	mmu->utlbs[utlb].at = (uint8_t)root->deny;
	return true;
}

void ipmmu_utlb_open_locked(struct ipmmu_mmu *mmu, uint32_t utlb, uint32_t n)
{
	ipmmu_mmu_write(mmu, ipmmu_regs_utlb(ipmmu_root_layout(mmu->root), utlb),
			ipmmu_regs_imuctr(ipmmu_root_layout(mmu->root), n));
	mmu->utlbs[utlb].at = (uint8_t)n;
}

static bool selects(const struct ipmmu_mmu *mmu, uint32_t utlb, uint32_t n)
{
	return mmu->utlbs[utlb].at == n && mmu->utlbs[utlb].managed;
}

static bool mmu_close_locked(struct ipmmu_mmu *mmu, uint32_t n)
{
	bool all = true;
	uint32_t u;

	for (u = 0u; u < mmu->utlb_count; u++) {
		if (selects(mmu, u, n)) {
			all = ipmmu_utlb_close_locked(mmu, u) && all;
		}
	}
	return all;
}

bool ipmmu_root_close_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_mmu *mmu;
	bool all = true;
	uint32_t i;

	for (i = 0u; (mmu = ipmmu_root_port_mmu(root, i)) != NULL; i++) {
		if (mmu->why == IPMMU_OK) {
			all = mmu_close_locked(mmu, n) && all;
		}
	}
	return all;
}

void ipmmu_root_reopen_locked(struct ipmmu_root *root, uint32_t n)
{
	struct ipmmu_mmu *mmu;
	uint32_t i;
	uint32_t u;

	for (i = 0u; (mmu = ipmmu_root_port_mmu(root, i)) != NULL; i++) {
		for (u = 0u; mmu->why == IPMMU_OK && u < mmu->utlb_count; u++) {
			/* One that was told to deny is not opened because it does not say so.
			 */
			if (selects(mmu, u, n) && !mmu->utlbs[u].suspect) {
				ipmmu_utlb_open_locked(mmu, u, n);
			}
		}
	}
}

bool ipmmu_root_selects(const struct ipmmu_root *root, uint32_t n)
{
	const struct ipmmu_mmu *mmu;
	uint32_t i;
	uint32_t u;

	for (i = 0u; (mmu = ipmmu_root_port_mmu(root, i)) != NULL; i++) {
		for (u = 0u; u < mmu->utlb_count; u++) {
			if (mmu->utlbs[u].at == n) {
				return true;
			}
		}
	}
	return false;
}
