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

void ipmmu_event_numbers(enum ipmmu_event_kind kind, const struct ipmmu_mmu *mmu, uint32_t utlb,
			 uint32_t context, enum ipmmu_err error, uint64_t value, uint64_t max)
{
	struct ipmmu_event event = ipmmu_event_about(kind, mmu);

	event.utlb = utlb;
	event.context = context;
	event.error = error;
	event.value = value;
	event.max = max;
	ipmmu_event_send(mmu->system, &event);
}

void ipmmu_event_mmu(enum ipmmu_event_kind kind, const struct ipmmu_mmu *mmu,
		     enum ipmmu_err error, uint64_t value)
{
	ipmmu_event_numbers(kind, mmu, IPMMU_NONE, IPMMU_NONE, error, value, 0u);
}

void ipmmu_event_context(enum ipmmu_event_kind kind, const struct ipmmu_context *context,
			 uint64_t value)
{
	ipmmu_event_numbers(kind, context->root->mmu, IPMMU_NONE, context->number, IPMMU_OK,
			    value, 0u);
}

uint32_t ipmmu_context_number(const struct ipmmu_context *context)
{
	return context == NULL ? IPMMU_NONE : context->number;
}

void ipmmu_refuse(struct ipmmu_about *about, enum ipmmu_err error, enum ipmmu_what what,
		  uint64_t value, uint64_t min, uint64_t max)
{
	const struct ipmmu_system_desc *desc = about->system->desc;
	struct ipmmu_event event = ipmmu_event_about(IPMMU_EVENT_BAD_ARGUMENT, NULL);

	if (about->err != IPMMU_OK) {
		return;
	}
	about->err = error;
	if (about->mmu < desc->mmu_count) {
		event.mmu = about->mmu;
		event.mmu_desc = &desc->mmus[about->mmu];
	}
	event.master = about->master;
	event.error = error;
	event.what = what;
	event.value = value;
	event.min = min;
	event.max = max;
	ipmmu_event_send(about->system, &event);
}

void ipmmu_refuse_value(struct ipmmu_about *about, enum ipmmu_err error, enum ipmmu_what what,
			uint64_t value)
{
	ipmmu_refuse(about, error, what, value, 0u, 0u);
}

void ipmmu_refuse_unless(struct ipmmu_about *about, enum ipmmu_err error, enum ipmmu_what what,
			 uint64_t value, uint64_t min, uint64_t max)
{
	if (value < min || value > max) {
		ipmmu_refuse(about, error, what, value, min, max);
	}
}
