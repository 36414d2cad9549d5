// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * error.c - the texts of the table of errors.
 */
#include <ipmmu/error.h>

#define NAME_(name, code, what, next) \
	case IPMMU_##name: \
		return #name;
#define WHAT_(name, code, what, next) \
	case IPMMU_##name: \
		return what;
#define NEXT_(name, code, what, next) \
	case IPMMU_##name: \
		return next;

const char *ipmmu_error_name(enum ipmmu_err err)
{
	switch (err) {
		IPMMU_ERRORS(NAME_)
	default:
		return "E_?";
	}
}

const char *ipmmu_error_text(enum ipmmu_err err)
{
	switch (err) {
		IPMMU_ERRORS(WHAT_)
	default:
		return "a number that is no error code";
	}
}

const char *ipmmu_error_next(enum ipmmu_err err)
{
	switch (err) {
		IPMMU_ERRORS(NEXT_)
	default:
		return "report it";
	}
}
