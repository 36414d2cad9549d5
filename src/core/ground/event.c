// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * event.c - report to the host what happened. Numbers only; text.h makes lines of them.
 */
#include "ground.h"

struct ipmmu_event ipmmu_event_about(enum ipmmu_event_kind kind, const struct ipmmu_mmu *mmu)
{
	struct ipmmu_event event = {
		.kind = kind,
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

void ipmmu_event_send(const struct ipmmu_system *system, const struct ipmmu_event *event)
{
	if (system->ops->event != NULL) {
		system->ops->event(system->host, event);
	}
}

void ipmmu_event_mmu(enum ipmmu_event_kind kind, const struct ipmmu_mmu *mmu,
		     enum ipmmu_err error, uint64_t value)
{
	struct ipmmu_event event = ipmmu_event_about(kind, mmu);

	event.error = error;
	event.value = value;
	ipmmu_event_send(mmu->system, &event);
}

void ipmmu_event_context(enum ipmmu_event_kind kind, const struct ipmmu_context *context,
			 uint64_t value)
{
	struct ipmmu_event event = ipmmu_event_about(kind, context->root->mmu);

	event.context = context->number;
	event.value = value;
	ipmmu_event_send(context->root->system, &event);
}

enum ipmmu_err ipmmu_refuse(const struct ipmmu_about *about, enum ipmmu_err error,
			    enum ipmmu_what what, uint64_t value, uint64_t min, uint64_t max)
{
	struct ipmmu_event event = ipmmu_event_about(IPMMU_EVENT_BAD_ARGUMENT, NULL);

	if (about->mmu < about->system->desc->mmu_count) {
		event.mmu = about->mmu;
		event.mmu_desc = &about->system->desc->mmus[about->mmu];
	}
	event.master = about->master;
	event.error = error;
	event.what = what;
	event.value = value;
	event.min = min;
	event.max = max;
	ipmmu_event_send(about->system, &event);
	return error;
}

enum ipmmu_err ipmmu_refuse_unless(const struct ipmmu_about *about, enum ipmmu_err error,
				   enum ipmmu_what what, uint64_t value, uint64_t min,
				   uint64_t max)
{
	return value >= min && value <= max ? IPMMU_OK
					    : ipmmu_refuse(about, error, what, value, min, max);
}
