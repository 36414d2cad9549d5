/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * model_priv.h - what each file of the model offers to those above it, from the ground up.
 * Nothing here is for programs that use the model.
 */
#ifndef MODEL_PRIV_H
#define MODEL_PRIV_H

#include "model_state.h"

#pragma GCC visibility push(hidden)

/** struct model_site - where and with what a register was touched, for violations. */
struct model_site {
	uint32_t unit;
	uint32_t offset;
	uint32_t value;
};

/* random.c */
uint64_t model_random(struct model *m);

/* violation.c */
void model_violate(struct model *m, enum model_violation_kind kind,
		   const struct model_site *site);

/* map.c */
enum model_register_kind {
	REGISTER_PLAIN,
	REGISTER_IMCTR,
	REGISTER_IMSTR,
	REGISTER_TABLE, /**< not to be changed while its context is on */
	REGISTER_BUS,   /**< the same, and read-modify-write */
	REGISTER_IMUCTR,
	REGISTER_IMSCTLR,
	REGISTER_IMSAUXCTLR,
	REGISTER_IMSSTR,
	REGISTER_READ_ONLY,
	REGISTER_NAME_ONLY
};

struct model_register_row {
	const char *name;
	uint8_t kind;
	uint8_t bank;
	uint16_t offset;
	uint8_t generations;
	bool in_root;
	bool in_cache;
	uint8_t count;
	uint32_t writable[3]; /**< Gen2, Gen3, Gen4 */
	uint32_t writable_cache;
	uint32_t status;
	uint32_t unknown; /**< writable, but nobody knows what they do */
};

/** struct model_register - a register found at an offset. */
struct model_register {
	const struct model_register_row *row;
	uint32_t index; /**< context or uTLB */
	uint32_t writable;
	uint32_t ones;  /**< quirk: read 1 */
	uint32_t held;  /**< quirk: are not written */
	uint32_t *word; /**< NULL: reads 0, or is computed */
};

/** What a register with a word takes of @value: held bits stay. */
static inline uint32_t model_taken(const struct model_register *r, uint32_t value)
{
	return (value & ~r->held) | (*r->word & r->held);
}

/** Return false, and the violation that says why, when there is none. */
bool model_register_find(const struct model *m, uint32_t unit, uint32_t offset,
			 struct model_register *found, enum model_violation_kind *why);
uint32_t model_ttsel(enum model_generation generation, uint32_t imuctr);
uint32_t model_known_bits(const struct model *m, uint32_t unit, uint32_t offset);

/* walk.c */
struct model_walk {
	bool valid; /**< false: registers that no walk can follow, or that contradict */
	bool stage2_format;
	bool contradicts;  /**< entries are not read in the format that IMTTBCR means */
	bool secure_first; /**< NS counts in an entry that is not valid, too */
	uint8_t input_bits;
	uint8_t start_level;
	uint64_t root;
};

struct model_walk_result {
	uint32_t status;  /**< IMSTR, 0 = found */
	bool contradicts; /**< an entry was read in a format that IMTTBCR does not mean */
	bool absent;      /**< nothing is there, whatever the status calls it */
	struct model_tlb_entry entry;
};

typedef bool (*model_scan_fn)(void *arg, const struct model_tlb_entry *entry);

struct model_scan {
	const struct model *m;
	const struct model_walk *walk;
	model_scan_fn fn;
	void *arg;
};

uint32_t model_level_shift(uint32_t level);
struct model_walk model_walk_setup(const struct model *m, uint32_t root, uint32_t context);
bool model_walk_empty(const struct model *m, uint32_t root, uint32_t context);
bool model_walk_sound(const struct model *m, uint32_t root, uint32_t context);
struct model_walk_result model_walk_to(struct model *m, const struct model_walk *walk,
				       uint64_t iova);
uint32_t model_status(uint32_t bit, uint32_t level, uint32_t code);
/** ... of an entry at @level that is 0. */
uint32_t model_walk_absent(const struct model_walk *walk, uint32_t level);
/** Every leaf and table entry under a root table; false when fn stopped it. */
bool model_scan_root(const struct model_scan *scan);
/** ... under a kept pointer to a table. */
bool model_scan_kept(const struct model_scan *scan, const struct model_tlb_entry *pointer);

/* tlb.c */
enum model_hit {
	HIT_NONE,
	HIT_ONE,
	HIT_ABSENT,
	HIT_MULTIPLE
};

bool model_tlb_add(struct model *m, struct model_tlb *tlb, const struct model_tlb_entry *e);
enum model_hit model_tlb_find(const struct model *m, const struct model_tlb *tlb, uint64_t iova,
			      uint32_t context, struct model_tlb_entry *hit);
void model_tlb_empty(struct model_tlb *tlb);
/** Mark for removal, remove the marked, unmark; of @context, MODEL_NONE = of all. */
void model_tlb_doom(struct model *m, struct model_tlb *tlb, uint32_t context);
void model_tlb_remove_doomed(struct model *m, struct model_tlb *tlb, uint32_t context);
void model_tlb_spare_doomed(struct model *m, struct model_tlb *tlb, uint32_t context);

/* adversary.c */
void model_look(struct model *m);
/** Something changed that @context (MODEL_NONE: any) of @unit's root walks by. */
void model_touch(struct model *m, uint32_t unit, uint32_t context);

/* fault.c */
void model_fault(struct model *m, struct model_access *access, uint32_t status);
uint32_t model_imsstr_read(const struct model *m, uint32_t unit);
void model_stall_cleared(struct model *m, uint32_t root, uint32_t context);
void model_stall_flushed(struct model *m, uint32_t root, uint32_t context);

/* access.c */
bool model_translates(const struct model *m, uint32_t unit);
/** enum model_path - where an access of an enabled uTLB goes that its TLB did not answer. */
enum model_path {
	PATH_WALK,
	PATH_FAULT,
	PATH_BYPASS,
	PATH_ABORT
};
enum model_path model_path_of(const struct model *m, uint32_t unit, uint32_t context);
void model_drain_utlb(struct model *m, uint32_t unit, uint32_t utlb);
void model_drain_context(struct model *m, uint32_t unit, uint32_t context);
void model_accesses_lost(struct model *m, uint32_t unit);

/* flush.c */
void model_flush_start(struct model *m, uint32_t unit, uint32_t context, bool setup);
void model_flush_rewritten(struct model *m, uint32_t unit, uint32_t context);
void model_flush_forget(struct model *m, uint32_t unit, uint32_t context);

/* context.c */
bool model_context_used(const struct model *m, uint32_t unit, uint32_t context);
void model_imctr_write(struct model *m, const struct model_register *r,
		       const struct model_site *site);
void model_imstr_write(struct model *m, const struct model_register *r,
		       const struct model_site *site);

/* utlb.c */
void model_imuctr_write(struct model *m, const struct model_register *r,
			const struct model_site *site);

/* power.c */
void model_unit_reset(struct model *m, uint32_t unit);

#pragma GCC visibility pop

#endif
