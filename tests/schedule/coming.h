/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * coming.h - what not every version of the library has. All that depends on it is switched
 * here, and is in coming.c; nothing else asks.
 */
#ifndef SCHEDULE_COMING_H
#define SCHEDULE_COMING_H

#include <ipmmu/fault.h>

/** 1: struct ipmmu_fault has masters_incomplete. */
#ifndef COMING_MASTERS_INCOMPLETE
#define COMING_MASTERS_INCOMPLETE 1
#endif
/** 1: ipmmu_domain_abandon() is there. */
#define COMING_ABANDON 1
/** 1: ipmmu_master_flush() is there. */
#define COMING_MASTER_FLUSH 1
/** 1: ipmmu_context_retry() also frees contexts that a domain has, and may answer E_BUSY. */
#define COMING_RETRY_OF_ALL 1
/**
 * 1: a CPU that stands still in the middle of a flush is a reason for others to give the flush
 * up: E_TIMEOUT, and quarantine. 0: it is none.
 */
#define COMING_FROZEN_IS_A_REASON 0

/* Calls that are only in some versions: X(name, what a person reads). */
#if COMING_ABANDON
#define COMING_CALLS_1(X) X(DOMAIN_ABANDON, "domain_abandon")
#else
#define COMING_CALLS_1(X)
#endif
#if COMING_MASTER_FLUSH
#define COMING_CALLS_2(X) X(MASTER_FLUSH, "master_flush")
#else
#define COMING_CALLS_2(X)
#endif
#define COMING_CALLS(X) COMING_CALLS_1(X) COMING_CALLS_2(X)

struct machine;
struct call;

/** coming_incomplete() - does the record say that its list of masters is not complete? */
bool coming_incomplete(const struct ipmmu_fault *fault);
/** coming_answers() - errors of a call beside those of answer.c: bits by number. */
uint32_t coming_answers(int kind);
/** call_abandon(), call_master_flush() - false where the version has no such call. */
bool call_abandon(struct machine *m, int domain);
bool call_master_flush(struct machine *m, int master);

#endif
