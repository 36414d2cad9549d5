/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * text.h - lines that people read, made of events and faults. The core never calls it.
 *
 * No printf, no heap: usable in a hypervisor and in a bare-metal image.
 */
#ifndef IPMMU_TEXT_H
#define IPMMU_TEXT_H

#include <ipmmu/event.h>
#include <ipmmu/fault.h>
#include <ipmmu/master.h>
#include <ipmmu/pgtable.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * ipmmu_event_text() - one line, without a newline, that names unit, value and allowed range.
 * @event: the event.  @buffer: gets the line, always ended by 0 when @size > 0.
 * @size: bytes of @buffer; 192 hold every line whose names are short, longer ones are cut.
 * Return: bytes that the whole line has, without the 0.  Context: any; pure.
 */
size_t ipmmu_event_text(const struct ipmmu_event *event, char *buffer, size_t size);

/**
 * ipmmu_fault_text() - as ipmmu_event_text(), for a fault, with the entry where its walk ends.
 * 320 bytes hold a fault of one kind, of a context that is not given back, by one master with a
 * name of at most 16 bytes. 400 bytes and those of the names of four masters hold every fault.
 * Longer lines are cut.
 */
size_t ipmmu_fault_text(const struct ipmmu_fault *fault, char *buffer, size_t size);

/** ipmmu_level_text() - as ipmmu_event_text(), for one level of a walk; 160 bytes hold it. */
size_t ipmmu_level_text(const struct ipmmu_pt_level *level, char *buffer, size_t size);

/** ipmmu_event_name() - "MMU_OFFLINE" and so on; "?" for a number that is no event. */
const char *ipmmu_event_name(enum ipmmu_event_kind kind);
/** ipmmu_kind_text() - "page" and so on. */
const char *ipmmu_kind_text(enum ipmmu_pt_kind kind);
/** ipmmu_refusal_text() - "NS is clear (bit 5)" and so on: why the unit refuses an entry. */
const char *ipmmu_refusal_text(enum ipmmu_pt_refusal refusal);
/** ipmmu_mode_text() - "stage 2" and so on. */
const char *ipmmu_mode_text(enum ipmmu_mode mode);
/** ipmmu_context_state_text() - "live" and so on. */
const char *ipmmu_context_state_text(enum ipmmu_context_state state);
/** ipmmu_master_state_text() - "denied" and so on. */
const char *ipmmu_master_state_text(enum ipmmu_master_state state);
/** ipmmu_utlb_state_text() - "open" and so on. */
const char *ipmmu_utlb_state_text(enum ipmmu_utlb_state state);

#ifdef __cplusplus
}
#endif
#endif
