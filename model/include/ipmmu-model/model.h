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

#include <ipmmu-model/switches.h>

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
/** model_peek() - as model_read(), quirks included, with no effect and no check. */
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
/** Registers that can have a quirk at the same time. */
#define MODEL_QUIRKS 16u

/**
 * model_set_quirk() - one register of @unit, at byte @offset of its region, with bad bits.
 * @ones: bits that read 1, whatever is behind them. @held: bits that no write changes.
 *
 * Replaces an earlier quirk of the register; both 0 mends it. The unit goes by what is behind
 * the bits. With FLUSH of IMCTR in @ones a flush empties what it should and ends in time, but
 * reads as if it ran for ever. With MMUEN in @held a context stays on or off, as it is now.
 * With FLUSH in @held no flush starts. A fault, a loss of power and model_poke() change held
 * bits all the same. Quirks outlast a loss of power.
 * Return: false, and nothing changed, when there is no such register, or when MODEL_QUIRKS
 * others have a quirk.
 */
bool model_set_quirk(struct model *m, uint32_t unit, uint32_t offset, uint32_t ones,
		     uint32_t held);
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
 * 5 for the secure-access fault, and 0 where no code is known: entry not valid (TF, but see
 * EMPTY_SECURE), access flag clear (PF), walk aborted (ABORT), address over the input width
 * (TF, level 1), two hits (MHIT), context that is off (TF, level 1, with OFF_CONTEXT=0). An
 * address over 40 bits aborts. A walk reads TTBR0 only; the contiguous hint and DISCACHE have
 * no effect.
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

/** enum model_stall - what a uTLB that a fault stalled still waits for. */
enum model_stall {
	MODEL_STALL_NONE,            /**< it is not stalled */
	MODEL_STALL_CLEAR,           /**< IMSTR cleared */
	MODEL_STALL_CLEAR_AND_FLUSH, /**< IMSTR cleared, then the end of a flush */
	MODEL_STALL_FLUSH            /**< the end of a flush in the root */
};

/**
 * model_stalled() - does a fault hold every access of a uTLB (STALL_ON_FAULT)?
 * @context: set when it does: the context in which the fault was, whatever IMUCTR selects by
 * now. May be NULL.
 *
 * Only what is done to that context in the root releases the uTLB: 0 written to its IMSTR, and
 * with STALL_ON_FAULT=2 the end of a flush after that. A flush in a cache does not, nor does a
 * write of IMUCTR. A loss of the unit's power does.
 */
enum model_stall model_stalled(const struct model *m, uint32_t unit, uint32_t utlb,
			       uint32_t *context);

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
	uint64_t iova; /**< with INPUT_WRAPS the bits that the table covers, and no others */
	uint64_t pa;
	uint64_t size; /**< 4 KiB, 2 MiB, 1 GiB; 0 with MODEL_VIA_BYPASS: all, FIXADD or not */
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
 * flushes, accesses under way, switches, quirks. Not time, counters and violations, nor memory.
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
