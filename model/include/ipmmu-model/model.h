/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * model.h - IPMMU hardware in plain C: registers, TLBs, walker, interrupt, power, time.
 *
 * Written from what is known of the hardware, and from nothing of the library: it shares no
 * header with it. All state is plain bytes in the caller's buffer: bytes saved and put back at
 * the same address restore it. No globals, no heap, deterministic from a seed, clocked by the
 * caller.
 */
#ifndef IPMMU_MODEL_MODEL_H
#define IPMMU_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** struct model - opaque. */
struct model;

#define MODEL_NONE 0xffffffffu

/** enum model_generation - register layout. */
enum model_generation {
	MODEL_GEN2 = 2,
	MODEL_GEN3 = 3,
	MODEL_GEN4 = 4
};

/**
 * enum model_tlb_mode - what TLBs keep.
 *
 * A flush takes what was there when it began; what is walked anew before it ends stays. While
 * it runs, an entry that it will take can still answer, but is handed to no other TLB. A cache
 * that misses looks into its root's TLB, a uTLB into its cache's. With FLUSHING_CACHE_FED the
 * order of flushes matters: a cache whose flush began before that of its root takes the old
 * entries again.
 */
enum model_tlb_mode {
	MODEL_TLB_OFF,        /**< every access walks */
	MODEL_TLB_RANDOM,     /**< what was used, replaced at random from the seed */
	MODEL_TLB_ADVERSARIAL /**< everything that was walkable at any time since the last flush
			       */
};

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
	  "uTLB on a disabled root context: faults (0), bypasses (1), aborts (2)") \
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
	  "(2)")

#define MODEL_SWITCH_ENUM_(name, values, def, what) MODEL_##name,

/** enum model_switch - the unknowns. */
enum model_switch {
	MODEL_SWITCHES(MODEL_SWITCH_ENUM_) MODEL_SWITCH_COUNT
};

#undef MODEL_SWITCH_ENUM_

/** X(name, what): accesses that the facts do not allow. */
#define MODEL_VIOLATIONS(X) \
	X(UNPOWERED, "a register of a unit without power was touched") \
	X(UNKNOWN_REGISTER, "an offset at which no register is known") \
	X(UNALIGNED, "an offset that is no multiple of 4, or out of the region") \
	X(NOT_HERE, "a register that this kind of unit does not have") \
	X(RESERVED_BITS, "a write sets bits that are reserved or unknown") \
	X(READ_ONLY, "a write to a register of which only reading is known") \
	X(NAME_ONLY, "a write to a register of which only the name is known") \
	X(CLOBBERED, "a read-modify-write register lost bits whose meaning is unknown") \
	X(STATUS_NOT_ZERO, "IMSTR is cleared by writing 0 only") \
	X(LIVE_CHANGE, \
	  "a table register, or S2PTE with a table that is not empty, was changed " \
	  "while its context was enabled") \
	X(NO_FLUSH, "IMCTR was changed without FLUSH") \
	X(FLUSH_IN_FLIGHT, "IMCTR was written while its flush was under way") \
	X(OFF_CONTEXT_USED, "a uTLB was enabled on a context that its cache or root has off") \
	X(STALE_CONTEXT_USED, \
	  "a uTLB was enabled on a context whose set-up flush had not ended") \
	X(RESERVED_CONTEXT, "context 0 of Gen3 or Gen4 was enabled") \
	X(BAD_TTSEL, "TTSEL selects no context") \
	X(USED_CONTEXT_OFF, "a context was disabled while an enabled uTLB selects it") \
	X(SNOOP_ON_GEN3, "SH, ORGN or IRGN were set on Gen3 or Gen4") \
	X(SECGRP_ON, "a uTLB was enabled with USE_SECGRP set") \
	X(SHORT_DESCRIPTOR, "a context was enabled without EAE") \
	X(BAD_TABLE, \
	  "TTBR, TTBCR and mode of an enabled context contradict each other, and its " \
	  "table is not empty") \
	X(WALK_ABORT, "the walker read a table where no memory is") \
	X(TLB_FULL, "the adversarial TLB is too small for this test")

#define MODEL_VIOLATION_ENUM_(name, what) MODEL_VIOLATION_##name,

/** enum model_violation_kind - what was not allowed. */
enum model_violation_kind {
	MODEL_VIOLATIONS(MODEL_VIOLATION_ENUM_) MODEL_VIOLATION_COUNT
};

#undef MODEL_VIOLATION_ENUM_

/** struct model_violation - one of them. */
struct model_violation {
	enum model_violation_kind kind;
	uint32_t unit;
	uint32_t offset; /**< of the register, MODEL_NONE if none */
	uint32_t value;  /**< written, or read */
	uint64_t at_us;
};

/** struct model_bus - memory as the walker sees it. */
struct model_bus {
	void *arg;
	/** 64 bits, little-endian in memory, given as a number; false = the bus aborts. */
	bool (*read64)(void *arg, uint64_t pa, uint64_t *value);
};

/** struct model_unit_config - one instance. */
struct model_unit_config {
	enum model_generation generation;
	uint32_t root;       /**< index of its root; its own when it is one, always on Gen2 */
	uint32_t contexts;   /**< of a root: 4, 8, 16, or fewer for a small system */
	uint32_t utlbs;      /**< 0 on a root of Gen3 and Gen4 */
	uint32_t imsstr_bit; /**< MODEL_NONE if not known */
	bool powered;        /**< at start */
	bool stage2;         /**< the walker can read stage-2 format */
};

/** struct model_config - the whole. */
struct model_config {
	const struct model_unit_config *units;
	uint32_t unit_count;
	struct model_bus bus;
	enum model_tlb_mode tlb_mode;
	uint32_t context_tlb_entries; /**< per (unit, context); adversarial: one for each leaf,
				       * and in a root for each table but the first */
	uint32_t utlb_tlb_entries;    /**< per uTLB */
	uint32_t accesses;            /**< most accesses under way at once */
	uint32_t flush_us;            /**< time that a flush takes */
	uint64_t seed;
	uint8_t switches[MODEL_SWITCH_COUNT]; /**< from model_config_default() */
};

/** model_config_default() - all but units and bus: TLB_RANDOM, 64, 8, 8, 2 us, seed 1. */
void model_config_default(struct model_config *config);

/** model_size() - bytes that model_init() needs for @config. Pure. */
size_t model_size(const struct model_config *config);

/**
 * model_init() - power-on state in @buffer.
 * @buffer: model_size() bytes, aligned for any type. @config: copied.
 * Return: the model, NULL when @size is too small or @config is not sensible.
 */
struct model *model_init(void *buffer, size_t size, const struct model_config *config);

/** model_read() - the host reads a register of @unit at byte @offset of its region. */
uint32_t model_read(struct model *m, uint32_t unit, uint32_t offset);
/** model_write() - the host writes it. */
void model_write(struct model *m, uint32_t unit, uint32_t offset, uint32_t value);
/** model_peek() - as model_read(), with no effect and no check. */
uint32_t model_peek(const struct model *m, uint32_t unit, uint32_t offset);
/** model_poke() - put a value into a register as firmware might have left it; no check. */
void model_poke(struct model *m, uint32_t unit, uint32_t offset, uint32_t value);

/** Offsets by generation, for tests that poke and peek. */
uint32_t model_context_offset(enum model_generation generation, uint32_t context, uint32_t reg);
uint32_t model_utlb_offset(enum model_generation generation, uint32_t utlb, bool asid);

/** model_tick() - time passes. */
void model_tick(struct model *m, uint32_t us);
/** model_now() - microseconds since model_init(). */
uint64_t model_now(const struct model *m);
/** model_irq() - level of the interrupt line of root @unit. */
bool model_irq(const struct model *m, uint32_t unit);

/** model_power() - switch a unit; off loses all its state. */
void model_power(struct model *m, uint32_t unit, bool on);
/** model_set_dead() - a powered unit that reads all ones and ignores writes. */
void model_set_dead(struct model *m, uint32_t unit, bool dead);
/** model_set_stuck() - flushes of @context in @unit never end (context MODEL_NONE: all). */
void model_set_stuck(struct model *m, uint32_t unit, uint32_t context, bool stuck);
/** model_set_flush_dropped() - FLUSH reads 0 in time but empties nothing: broken silicon. */
void model_set_flush_dropped(struct model *m, uint32_t unit, bool dropped);
/** model_set_switch() - change one switch. */
void model_set_switch(struct model *m, enum model_switch which, uint8_t value);

/** model_before_store() - table memory is about to change: an adversarial TLB looks first. */
void model_before_store(struct model *m);

/** enum model_access_state - what became of an access. */
enum model_access_state {
	MODEL_ACCESS_DONE,    /**< may go to memory at pa */
	MODEL_ACCESS_FAULT,   /**< stopped, recorded in IMSTR */
	MODEL_ACCESS_STALLED, /**< stopped for now: try model_access_retry() */
	MODEL_ACCESS_ABORT    /**< stopped, not recorded */
};

/** struct model_access - one access of a master, within one 4 KiB page. */
struct model_access {
	uint32_t unit;
	uint32_t utlb;
	uint64_t iova;
	bool write;
	/* set by the model: */
	enum model_access_state state;
	bool bypass;      /**< not translated at all */
	uint64_t pa;      /**< where it lands */
	uint32_t context; /**< context used, MODEL_NONE in bypass */
};

/**
 * model_access() - translate one access now, from start to end. Fills in the set part.
 *
 * Choices where nothing is known: with USE_SECGRP set in the unit or its root, with a root
 * without power, with a TTSEL that names no context (or the PMB, which does not translate
 * here), and through a unit without power, an access ends in ABORT; a dead unit goes on
 * translating as it was set. A fault that finds IMSTR occupied is lost or replaces the status
 * (STATUS_OVERWRITE) and stops its access either way. ERRCODE is 1 for reserved kinds of
 * entries, output addresses over 40 bits and registers that no walk can follow, 4 for rights,
 * 5 for the secure-access fault, and 0 where no code is known: entry not valid (TF), access
 * flag clear (PF), walk aborted (ABORT), address over the input width (TF, level 1), two hits
 * (MHIT). An address over 40 bits aborts. A walk reads TTBR0 only; the contiguous hint and
 * DISCACHE have no effect.
 */
void model_access(struct model *m, struct model_access *access);

/**
 * model_access_begin() - an access that was translated and is under way.
 * It lands in memory only at model_access_end(), by the translation taken here, whatever
 * software does in between, unless the model drains it earlier (switches).
 * Return: a handle, MODEL_NONE when it did not pass or too many are under way.
 */
uint32_t model_access_begin(struct model *m, struct model_access *access);
/** model_access_end() - it lands; true, and fills in where, if it had not been drained before.
 */
bool model_access_end(struct model *m, uint32_t handle, struct model_access *access);
/** What lands earlier, because something waits for it, is told here; may be NULL. */
void model_on_land(struct model *m, void (*fn)(void *arg, const struct model_access *),
		   void *arg);

/** model_access_retry() - a stalled access again. */
void model_access_retry(struct model *m, struct model_access *access);

/** enum model_via - by what a page can be reached. */
enum model_via {
	MODEL_VIA_BYPASS,      /**< no translation: everything */
	MODEL_VIA_WALK,        /**< tables as they are */
	MODEL_VIA_UTLB,        /**< an entry in the uTLB */
	MODEL_VIA_CONTEXT_TLB, /**< an entry in the cache's or the root's context TLB */
	MODEL_VIA_UNDER_WAY    /**< an access that was translated and has not landed */
};

/** struct model_reach - one stretch that a master can reach. */
struct model_reach {
	enum model_via via;
	uint32_t unit;
	uint32_t utlb;
	uint32_t context;
	uint64_t iova;
	uint64_t pa;
	uint64_t size; /**< 4 KiB, 2 MiB, 1 GiB; 0 with MODEL_VIA_BYPASS: all */
	bool read;
	bool write;
};

/** Return false to stop. */
typedef bool (*model_reach_fn)(void *arg, const struct model_reach *reach);

/**
 * model_reach() - everything that uTLB @utlb of @unit could reach at this moment.
 * Return: false when @fn stopped it.
 */
bool model_reach(const struct model *m, uint32_t unit, uint32_t utlb, model_reach_fn fn,
		 void *arg);

/** Return false to stop. @pa: a 4 KiB page with a table, or a part of one. */
typedef bool (*model_table_fn)(void *arg, uint32_t context, uint64_t pa);

/**
 * model_table_reach() - every page from which the walker of root @root could read entries at
 * this moment: by the tables as they are, and by pointers to tables that it kept. Pages may be
 * told more than once.
 * Return: false when @fn stopped it.
 */
bool model_table_reach(const struct model *m, uint32_t root, model_table_fn fn, void *arg);

/**
 * model_digest() - a number for all that decides what the model does next: registers, TLBs,
 * flushes, accesses under way, switches. Not time, counters and violations, nor memory.
 * Models of one configuration with the same digest behave alike from now on.
 */
uint64_t model_digest(const struct model *m);

/** Counters. */
struct model_counts {
	uint64_t reads;      /**< registers read */
	uint64_t writes;     /**< registers written */
	uint64_t flushes;    /**< flushes started */
	uint64_t walks;      /**< table walks */
	uint64_t walk_reads; /**< entries read by them */
	uint64_t faults;     /**< faults recorded */
	uint64_t accesses;   /**< accesses of masters */
};

/** model_counts_get() / model_counts_reset() */
struct model_counts model_counts_get(const struct model *m);
void model_counts_reset(struct model *m);

/** model_violation_count() - how many there were, kept ones and others. */
uint64_t model_violation_count(const struct model *m);
/** model_violation_get() - the @i-th of the kept first 32; false when there is none. */
bool model_violation_get(const struct model *m, uint32_t i, struct model_violation *violation);
/** model_violation_clear() - forget them. */
void model_violation_clear(struct model *m);
/** Names and texts of the tables above; "?" outside. */
const char *model_violation_name(enum model_violation_kind kind);
const char *model_violation_text(enum model_violation_kind kind);
const char *model_switch_name(enum model_switch which);
const char *model_switch_text(enum model_switch which);
uint8_t model_switch_values(enum model_switch which);
uint8_t model_switch_default(enum model_switch which);

/** struct model_register_info - one register of the model's own list, for comparison. */
struct model_register_info {
	const char *name;     /**< as Renesas calls it */
	uint32_t generations; /**< bit g set: generation g has it */
	bool in_root;         /**< Gen3 and Gen4; a unit of Gen2 has what either has */
	bool in_cache;
	char bank;               /**< 'c' per context, 'u' per uTLB, 'p' PMB, 'g' global */
	uint32_t offset;         /**< in the bank; Gen3's for globals and PMB */
	uint32_t count;          /**< how many of them, 4 bytes apart */
	bool name_only;          /**< nothing but the name is known */
	uint32_t writable[5];    /**< bits that software may set, by generation, in a root; of a
				  * register that only caches have, there */
	uint32_t writable_cache; /**< ... in a cache, the bits that its generation has */
	uint32_t status;         /**< further bits that can be read as 1 */
	uint32_t reset;          /**< value after power-on, of the bits that are known; bit 28
				  * of IMSCTLR is not */
};

/** model_register_get() - the @i-th; false when there is none. */
bool model_register_get(uint32_t i, struct model_register_info *info);

#ifdef __cplusplus
}
#endif
#endif
