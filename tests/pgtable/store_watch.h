/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * store_watch.h - be called before each volatile store of code that is compiled for it.
 *
 * The compiler puts the call there, as it does for ThreadSanitizer, whose runtime is not
 * linked: the engine itself has nothing for tests in it. Where a build has a sanitizer of its
 * own, STORE_WATCH is not defined and nobody is called.
 */
#ifndef IPMMU_TESTS_STORE_WATCH_H
#define IPMMU_TESTS_STORE_WATCH_H

/** Called with the address, before the store; NULL: nobody. */
extern void (*store_watch)(const void *slot);

#endif
