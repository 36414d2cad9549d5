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

struct ipmmu_context *ipmmu_context_next(struct ipmmu_context *context)
{
	struct ipmmu_root *root = context->root;

	return context + 1 < root->end ? context + 1 : root->contexts;
}

uint32_t ipmmu_context_place(const struct ipmmu_context *context, uint32_t reg)
{
	return ipmmu_regs_context(context->root->layout, context->number, reg);
}

uint32_t ipmmu_context_read(const struct ipmmu_context *context, uint32_t reg)
{
	return ipmmu_mmu_read(context->root->mmu, ipmmu_context_place(context, reg));
}

void ipmmu_context_write(const struct ipmmu_context *context, uint32_t reg, uint32_t value)
{
	ipmmu_mmu_write(context->root->mmu, ipmmu_context_place(context, reg), value);
}

enum ipmmu_err ipmmu_system_find(struct ipmmu_system *system, uint32_t index, const void *info,
				 struct ipmmu_mmu **mmu)
{
	if (system == NULL || info == NULL) {
		return IPMMU_E_ARG;
	}
	if (index >= system->desc->mmu_count) {
		return IPMMU_E_RANGE;
	}
	*mmu = &system->mmus[index];
	return IPMMU_OK;
}

uint32_t ipmmu_root_online(const struct ipmmu_root *root)
{
	const struct ipmmu_mmu *mmu;
	uint32_t online = IPMMU_UNIT_ROOT;

	for (mmu = root->mmu->next; mmu != NULL; mmu = mmu->next) {
		online |= mmu->why == IPMMU_OK ? mmu->unit : 0u;
	}
	return online;
}

bool ipmmu_root_looked(const struct ipmmu_root *root)
{
	const struct ipmmu_mmu *mmu = root->mmu;

	while (mmu != NULL && mmu->looked) {
		mmu = mmu->next;
	}
	return mmu == NULL;
}

struct ipmmu_utlb *ipmmu_master_utlb(const struct ipmmu_master *master, uint32_t i)
{
	const struct ipmmu_port *port = &master->desc->ports[i];

	return i < master->desc->port_count ? &master->system->mmus[port->mmu].utlbs[port->utlb]
					    : NULL;
}

struct ipmmu_utlb *ipmmu_context_utlb(const struct ipmmu_context *context,
				      struct ipmmu_utlb *last)
{
	const struct ipmmu_mmu *mmu = last != NULL ? last->mmu : context->root->mmu;
	struct ipmmu_utlb *utlb = last != NULL ? last + 1 : mmu->utlbs;

	while (mmu != NULL) {
		for (; utlb < mmu->utlb_end; utlb++) {
			if (utlb->at == context->number) {
				return utlb;
			}
		}
		mmu = mmu->next;
		utlb = mmu != NULL ? mmu->utlbs : NULL;
	}
	return NULL;
}
