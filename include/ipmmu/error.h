/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * error.h - what a call can answer.
 *
 * IPMMU_ERRORS is the only table of errors: the codes, their names, the text that a person
 * reads and the page docs/errors.md all come from it.
 */
#ifndef IPMMU_ERROR_H
#define IPMMU_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, code, what it means, what to do next) */
#define IPMMU_ERRORS(X) \
	X(OK, 0, "done", "nothing") \
	X(E_ARG, -1, "an argument is missing or contradicts another", \
	  "compare the call with its documentation") \
	X(E_RANGE, -2, "a number lies outside of what the hardware or the call allows", \
	  "use a value inside the range that the event names") \
	X(E_ALIGN, -3, "an address is not aligned as the hardware needs it", \
	  "align it to the size that the event names") \
	X(E_NO_MEMORY, -4, "the host's memory hooks gave nothing", \
	  "give the arena more bytes: ipmmu_arena_size() tells how many") \
	X(E_BUSY, -5, "another call is changing the same object, or it is still in use", \
	  "let the other call end, or take out what uses the object, and call again") \
	X(E_STATE, -6, "the object is not in a state that allows the call", \
	  "ask for its state and bring it there first") \
	X(E_EXISTS, -7, "the same thing is described, added or mapped already", \
	  "name each once, or unmap what is there") \
	X(E_CONFLICT, -8, "a uTLB is owned by another domain through another master", \
	  "attach the masters of one group to one domain") \
	X(E_NO_CONTEXT, -9, "all contexts of the root are taken", \
	  "detach a domain that the events list as a holder") \
	X(E_ROOT, -10, "a master or a cache is behind another root, or behind two", \
	  "name the one root that serves all of it") \
	X(E_OFFLINE, -11, "the unit has no power, or does not answer", \
	  "power it by the power hooks before the system is created") \
	X(E_UNSUPPORTED, -12, "the part cannot do it, or nobody has proven that it can", \
	  "choose another mode, or force it by name") \
	X(E_FORMAT, -13, "the table's format is not the one that the root is fixed to", \
	  "build the table in the format that ipmmu_mmu_query() tells") \
	X(E_TIMEOUT, -14, "a flush did not end in time; the context is in quarantine", \
	  "keep its pages and call ipmmu_domain_retry()") \
	X(E_QUARANTINED, -15, "the domain's context is in quarantine", \
	  "call ipmmu_domain_retry() until its flush ends") \
	X(E_UNVERIFIED, -16, "a uTLB was told to deny but does not read back so", \
	  "stop the master by other means; do not release its pages") \
	X(E_NOT_FOUND, -17, "there is no such thing", "check the name or the number") \
	X(E_TREE, -18, "the device tree cannot be read", "check the blob with dtc")

#define IPMMU_ERROR_ENUM_(name, code, what, next) IPMMU_##name = (code),

/** enum ipmmu_err - what a call answers; 0 is success, all errors are negative. */
enum ipmmu_err {
	IPMMU_ERRORS(IPMMU_ERROR_ENUM_)
};

#undef IPMMU_ERROR_ENUM_

/** Every function that can fail says so to the compiler. */
#define IPMMU_MUST_CHECK __attribute__((warn_unused_result))

/**
 * ipmmu_error_name() - the name of an error code, such as "E_TIMEOUT".
 * @err: any value.
 *
 * Return: a constant string; "E_?" for a number that is no error code.
 * Context: any; no side effects.
 */
const char *ipmmu_error_name(enum ipmmu_err err);

/**
 * ipmmu_error_text() - one clause that says what went wrong.
 * @err: any value.
 *
 * Return: a constant string, without a full stop.
 * Context: any; no side effects.
 */
const char *ipmmu_error_text(enum ipmmu_err err);

/**
 * ipmmu_error_next() - one clause that says what the caller can do next.
 * @err: any value.
 *
 * Return: a constant string, without a full stop.
 * Context: any; no side effects.
 */
const char *ipmmu_error_next(enum ipmmu_err err);

#ifdef __cplusplus
}
#endif
#endif
