/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * tap.h - cases that pass or fail, told in the Test Anything Protocol.
 */
#ifndef TAP_H
#define TAP_H

#include "../image.h"

/* True: the case holds. */
typedef bool (*tap_fn)(void);

struct tap_case {
	const char *name;
	tap_fn fn;
};

/* Runs them in order; numbers go on from group to group. */
void tap_run(const struct tap_case *cases, size_t count);
/* The plan, and how many failed. */
uint32_t tap_end(void);
bool tap_check(bool good, const char *what, const char *file, int line);

/* In a case: ends it when @x is false. */
#define CHECK(x) \
	do { \
		if (!tap_check((x), #x, __FILE__, __LINE__)) { \
			return false; \
		} \
	} while (0)

#define TAP_CASE(name) \
	{ \
#name, name \
	}
#define TAP_COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

#endif
