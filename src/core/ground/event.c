// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * event.c - tell the host what happened. Numbers only; text.h makes lines of them.
 */
#include "ground.h"

struct ipmmu_event ipmmu_event_about(enum ipmmu_event_kind kind, const struct ipmmu_mmu *mmu)
{
	struct ipmmu_event event = {
		.kind = kind,
		.error = IPMMU_OK,
		.what = IPMMU_WHAT_NOTHING,
		.mmu = IPMMU_NONE,
		.utlb = IPMMU_NONE,
		.context = IPMMU_NONE,
	};

	if (mmu != NULL) {
		event.mmu = mmu->index;
		event.mmu_desc = mmu->desc;
	}
	return event;
}

void ipmmu_event_send(struct ipmmu_system *system, const struct ipmmu_event *event)
{
	if (system->ops->event != NULL) {
		system->ops->event(system->host, event);
	}
}

void ipmmu_event_tell(enum ipmmu_event_kind kind, const struct ipmmu_mmu *mmu,
		      enum ipmmu_err error, uint32_t utlb, uint32_t context, uint64_t value,
		      uint64_t max)
{
	struct ipmmu_event event = ipmmu_event_about(kind, mmu);

	event.error = error;
	event.utlb = utlb;
	event.context = context;
	event.value = value;
	event.max = max;
	ipmmu_event_send(mmu->system, &event);
}

void ipmmu_event_context(enum ipmmu_event_kind kind, const struct ipmmu_root *root,
			 uint32_t context, uint64_t value)
{
	ipmmu_event_tell(kind, root->mmu, IPMMU_OK, IPMMU_NONE, context, value, 0u);
}

enum ipmmu_err ipmmu_refuse_master(struct ipmmu_system *system,
				   const struct ipmmu_master_desc *master, uint32_t mmu,
				   enum ipmmu_err error, enum ipmmu_what what, uint64_t value,
				   uint64_t min, uint64_t max)
{
	struct ipmmu_event event = ipmmu_event_about(IPMMU_EVENT_BAD_ARGUMENT, NULL);

	if (mmu < system->desc->mmu_count) {
		event.mmu = mmu;
		event.mmu_desc = &system->desc->mmus[mmu];
	}
	event.error = error;
	event.what = what;
	event.master = master;
	event.value = value;
	event.min = min;
	event.max = max;
	ipmmu_event_send(system, &event);
	return error;
}

enum ipmmu_err ipmmu_refuse(struct ipmmu_system *system, uint32_t mmu, enum ipmmu_err error,
			    enum ipmmu_what what, uint64_t value, uint64_t min, uint64_t max)
{
	return ipmmu_refuse_master(system, NULL, mmu, error, what, value, min, max);
}
