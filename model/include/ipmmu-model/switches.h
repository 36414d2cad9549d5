/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * switches.h - the answers that nobody public knows, as switches of the model. model.h has it;
 * docs/model-switches.md has what speaks for each answer.
 */
#ifndef IPMMU_MODEL_SWITCHES_H
#define IPMMU_MODEL_SWITCHES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What nobody public knows and software can observe: X(name, values, default, what).
 * Value 0 is never "do as you like": each value is one exact behaviour.
 */
#define MODEL_SWITCHES(X) \
	X(UTLB_FLUSH_SELF_CLEARS, 2, 1, \
	  "IMUCTR.FLUSH reads 0 after the write (1) or as written (0)") \
	X(UTLB_KEEPS_OVER_DISABLE, 2, 1, "uTLB entries survive MMUEN 1-0-1 without FLUSH (1)") \
	X(UTLB_TAGGED, 2, 0, "uTLB entries are tagged with their context (1)") \
	X(REPOINT_DRAINS, 2, 0, "writing IMUCTR waits for accesses under way (1)") \
	X(FLUSH_DRAINS, 2, 1, "a context flush ends only after accesses under way did (1)") \
	X(FLUSH_REWRITE, 3, 0, \
	  "IMCTR written during a flush: runs on (0), restarts (1), ends unflushed (2)") \
	X(FLUSH_COVERS_UTLBS, 2, 1, "a context flush also empties the uTLBs on it (1)") \
	X(ABSENT_CACHED, 2, 0, "not-present results are kept until a flush (1)") \
	X(IRQ_GATED, 2, 1, "the line needs INTEN now (1), or only when the fault came (0)") \
	X(STALL_ON_FAULT, 3, 1, \
	  "a faulting access: aborts (0), stalls until IMSTR is cleared (1), until a flush " \
	  "too (2)") \
	X(STATUS_OVERWRITE, 2, 0, "a second fault replaces the first in IMSTR (1)") \
	X(SECGRP_RESET, 3, 2, "USE_SECGRP at reset: 0, 1, from the seed (2)") \
	X(IMSSTR_CLEAR, 3, 0, \
	  "an IMSSTR bit drops with IMSTR (0), when written 0 (1), never (2)") \
	X(OFF_CONTEXT, 3, 1, \
	  "uTLB on a context that its root has off: any address faults (0), bypasses (1), " \
	  "aborts (2)") \
	X(OFF_CACHE_CONTEXT, 3, 1, \
	  "... with the root's context on and the cache's off, likewise") \
	X(S2PTE_ALL, 2, 1, "S2PTE makes contexts with PMB=0 read stage-2 format too (1)") \
	X(INPUT_WRAPS, 2, 0, "an address over the input width is cut (1) or faults (0)") \
	X(SL0_STAGE2, 3, 0, "SL0 that starts stage 2 at level 1: 1 (0), 2 (1), either (2)") \
	X(UTLB_RESET, 2, 0, \
	  "IMUCTR and IMUASID at reset: 0, or from the seed with MMUEN=0 (1)") \
	X(CONTEXT_RESET, 2, 0, \
	  "context registers at reset: 0, or from the seed with MMUEN=0 (1)") \
	X(FLUSHING_CACHE_FED, 2, 0, \
	  "a cache under flush takes entries from its root's TLB (1), or walks anew (0)") \
	X(MULTIPLE_HIT, 3, 0, \
	  "two differing entries for one address: the older wins (0), the newer (1), MHIT " \
	  "(2)") \
	X(FIXADD, 2, 1, \
	  "FIXADDEN in bypass: nothing (0), FIXADD replaces bits 39:32 of the address (1)") \
	X(CACHE_INTEN, 3, 0, \
	  "a fault raises the line by INTEN of the root (0), of root and cache (1), of " \
	  "either (2)") \
	X(EMPTY_SECURE, 2, 0, \
	  "an empty stage-1 entry: TF (0), PF with ERRCODE 5, as one without NS (1)")

#define MODEL_SWITCH_ENUM_(name, values, def, what) MODEL_##name,

/** enum model_switch - the unknowns. */
enum model_switch {
	MODEL_SWITCHES(MODEL_SWITCH_ENUM_) MODEL_SWITCH_COUNT
};

#undef MODEL_SWITCH_ENUM_

/** Name and text of a switch; "?" outside. */
const char *model_switch_name(enum model_switch which);
const char *model_switch_text(enum model_switch which);
/** How many values it has, and which one is the default; 0 outside. */
uint8_t model_switch_values(enum model_switch which);
uint8_t model_switch_default(enum model_switch which);

#ifdef __cplusplus
}
#endif
#endif
