// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * mmu.c - registers of one instance, and the instances that a root serves.
 */
#include "unit.h"

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
	return ipmmu_mmu_read(mmu, ipmmu_regs_context(mmu->root->layout, n, reg));
}

void ipmmu_context_write(const struct ipmmu_mmu *mmu, uint32_t n, uint32_t reg, uint32_t value)
{
	ipmmu_mmu_write(mmu, ipmmu_regs_context(mmu->root->layout, n, reg), value);
}

struct ipmmu_mmu *ipmmu_root_port_mmu(const struct ipmmu_root *root, uint32_t i)
{
	if (root->mmu->utlb_count != 0u) {
		return i == 0u ? root->mmu : NULL;
	}
	return i < root->cache_count ? root->caches[i] : NULL;
}

uint32_t ipmmu_root_online_caches(const struct ipmmu_root *root)
{
	uint32_t caches = 0u;
	uint32_t i;

	for (i = 0u; i < root->cache_count; i++) {
		if (root->caches[i]->why == IPMMU_OK) {
			caches |= 1u << i;
		}
	}
	return caches;
}

struct ipmmu_utlb *ipmmu_port_utlb(const struct ipmmu_system *system,
				   const struct ipmmu_port *port)
{
	return &system->mmus[port->mmu].utlbs[port->utlb];
}
